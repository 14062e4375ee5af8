"""Read a workbook in every spoiled state and judge each reading: the table of docs/reading-spoiled.md."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from forms import read
from forms.form import Form
from tests.forms.spoiling import filled, judge, write
from tests.forms.spoiling.judge import Judgement
from tests.forms.spoiling.sheets import Book
from tests.forms.spoiling.table import Spoiling
from tests.servers import libreoffice

UNIT = "UBND huyện Cao Lộc"


@dataclass(frozen=True, slots=True)
class Measured:
    """One spoiling in one format, judged."""

    spoiling: Spoiling
    kind: str
    judgement: Judgement
    gone: int

    @property
    def right_share(self) -> float:
        """Return the share of figures read right, of those that are there to be read."""
        there = self.judgement.right + self.judgement.lost + len(self.judgement.silent)
        return self.judgement.right / there if there else 1.0


def spoil(form: Form, spoiling: Spoiling, seed: int) -> Book:
    """Return the filled workbook after all steps of `spoiling`."""
    book = filled.make(form, UNIT, seed)
    for step in spoiling.steps:
        step(book)
    return book


def measure(form: Form, spoilings: Iterable[Spoiling], kinds: Sequence[str], seed: int = 7) -> Iterator[Measured]:
    """Yield each spoiling in each of `kinds`; .ods files are made by LibreOffice, all in one start."""
    prepared = read.prepare(form)
    books = [(each, spoil(form, each, seed)) for each in spoilings]
    original = filled.make(form, UNIT, seed)
    for kind in kinds:
        written = _files([(each, book) for each, book in books if kind in each.kinds], kind)
        for spoiling, book, data in written:
            judged = judge.judge(read.read_file(data, f"bc.{kind}", [prepared]), book)
            judged.fixed = judge.fixed_addresses(data, original)
            yield Measured(spoiling, kind, judged, len(book.gone))


def _files(books: list[tuple[Spoiling, Book]], kind: str) -> list[tuple[Spoiling, Book, bytes]]:
    if kind == "xls":
        return [(each, book, write.to_xls(book)) for each, book in books]
    packages = [write.to_xlsx(book) for _, book in books]
    if kind == "ods":
        names = {f"b{number:03}.xlsx": data for number, data in enumerate(packages)}
        with tempfile.TemporaryDirectory(prefix="rollcall-spoiling-") as folder:
            converted = libreoffice.convert(names, "ods", Path(folder))
        packages = [converted[name.removesuffix(".xlsx")] for name in names]
    return [(each, book, data) for (each, book), data in zip(books, packages, strict=True)]
