"""The cases of `mail_cases/`: one file each, with the mails it takes and what must come of them."""

import csv
import tomllib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from bench.office import wire
from service.demo import sample_workbooks
from tests.journeys import case_files
from tests.journeys.office import CAMPAIGN, VIETNAM

FOLDER = Path(__file__).with_name("mail_cases")
KEYS = {"case", "what", "source", "mail", "board", "versions", "on_time", "after"}
MAIL_KEYS = {
    "received", "from", "subject", "text", "codec", "html", "files", "fields", "authentication", "kind", "stage",
    "answers", "again", "before", "expected",
}  # fmt: skip
EXPECTED_KEYS = {"outcome", "reason", "unit", "proposal", "letters", "to", "told", "reports"}


@dataclass(frozen=True, slots=True)
class Case:
    """One file: its number, what it is, and its contents as they stand."""

    number: str
    path: Path
    contents: Mapping[str, Any]

    @property
    def mails(self) -> Sequence[Mapping[str, Any]]:
        """Return the mails of the case in their order."""
        return self.contents["mail"]

    def concerns(self, units_of: Mapping[str, set[str]]) -> set[str]:
        """Return the units and addresses that must not occur in another case of the same round."""
        found = {unit for column in ("board", "versions", "on_time") for unit in self.contents.get(column, ())}
        for mail in self.mails:
            address = parseaddr(mail["from"])[1].casefold()
            expected = mail["expected"]
            found |= {address, expected.get("unit", ""), expected.get("proposal", "")} | units_of.get(address, set())
            found |= {unit for unit, _ in expected.get("reports", ())}
        return found - {"", "*"}


@dataclass(slots=True)
class Round:
    """Cases that do not touch each other's units: they share one office, one mailbox and its polls."""

    cases: list[Case] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)


def load() -> list[Case]:
    """Return every case in order of its number. A key that means nothing is a mistake."""
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        contents = tomllib.loads(path.read_text("utf-8"))
        assert contents.keys() <= KEYS, (path.name, contents.keys() - KEYS)
        for mail in contents["mail"]:
            assert mail.keys() <= MAIL_KEYS, (path.name, mail.keys() - MAIL_KEYS)
            assert mail["expected"].keys() <= EXPECTED_KEYS, (path.name, mail["expected"].keys() - EXPECTED_KEYS)
        found.append(Case(contents["case"], path, contents))
    return found


def registered() -> dict[str, set[str]]:
    """Return the units of each registered address of the 2019 campaign."""
    found: dict[str, set[str]] = {}
    for row in csv.DictReader((CAMPAIGN / "units.csv").read_text("utf-8").splitlines()):
        for address in filter(None, row["addresses"].split(";")):
            found.setdefault(address.casefold(), set()).add(row["code"])
    return found


def rounds(cases: Sequence[Case]) -> list[Round]:
    """Return the cases in as few rounds as a simple search finds, so that in none two cases mean the same unit."""
    made: list[Round] = []
    units_of = registered()
    for case in cases:
        concerned = case.concerns(units_of)
        place = next((each for each in made if each.taken.isdisjoint(concerned)), None)
        if place is None:
            place = Round()
            made.append(place)
        place.cases.append(case)
        place.taken |= concerned
    return made


def instant(text: str) -> datetime:
    """Return "04/07 23:59:59" or "04/07 15:20" of 2019, in Vietnam."""
    pattern = "%d/%m/%Y %H:%M:%S" if text.count(":") == 2 else "%d/%m/%Y %H:%M"
    day, _, time = text.partition(" ")
    return datetime.strptime(f"{day}/2019 {time}", pattern).replace(tzinfo=VIETNAM)


def stages(case: Case) -> Iterator[int]:
    """Yield the stages of a case: each is delivered after the poll of the one before."""
    yield from sorted({mail.get("stage", 1) for mail in case.mails})


def raw(case: Case, place: int, blank: sample_workbooks.Blank, letter: Mapping[str, str] | None) -> bytes:
    """Return the bytes of one mail of a case; `letter` is ours that it answers: its Message-ID, subject and text."""
    mail = case.mails[place]
    if "again" in mail:
        return raw(case, mail["again"] - 1, blank, letter)
    at = instant(mail["received"])
    shown, address = parseaddr(mail["from"])
    codec = mail.get("codec", "utf-8")
    subject, text, fields = mail.get("subject", ""), mail.get("text", ""), dict(mail.get("fields", {}))
    if letter:
        subject = subject or f"Re: {letter['subject']}"
        fields |= {"In-Reply-To": letter["message_id"], "References": letter["message_id"]}
        quoted = "\n".join(f"> {line}" for line in letter["text"].splitlines())
        text = f"{text}\n\nVào {at:%d/%m/%Y}, Phòng Trẻ em - Bình đẳng giới <{wire.OUR_ADDRESS}> đã viết:\n{quoted}"
    parts = [part for entry in mail.get("files", ()) for part in case_files.parts(entry, blank, at, codec)]
    return wire.mail(
        wire.Draft(
            key=f"c{case.number}m{place}x{zlib.crc32(case.path.name.encode()):x}",
            address=address, shown=shown, subject=subject, text=text, at=at, codec=codec, parts=parts, fields=fields,
            authentication=mail.get("authentication", "pass"), html=mail.get("html", False),
            kind=mail.get("kind", "mixed"),
        )
    )  # fmt: skip
