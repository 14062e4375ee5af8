"""Every kind of archive: read, or sent back with the letter that says what to do, or set aside; nothing is written."""

from pathlib import Path

import pytest

from intake import contents, readers
from roll import mails
from tests.intake import known
from tests.intake import mails as raw_mails
from tests.intake.archives import cases, made


@pytest.fixture(scope="module")
def reader() -> contents.Reader:
    return contents.Reader([known.form_2019()], made.program())


def mail_with(name: str, data: bytes) -> bytes:
    return raw_mails.mail(f"<{known.CAO_LOC}>", "BC", "Em gửi ạ.", attachments=[(name, data)])


def ended(inside: mails.Contents) -> tuple[str, str, str]:
    understood = known.decided(inside)
    danger = ", ".join(inside.dangers)
    return understood.outcome.value, danger or understood.reason, understood.answer


@pytest.mark.parametrize("case", cases.CASES, ids=lambda case: case.says)
def test_an_archive_ends_as_it_should(case: cases.Case, reader: contents.Reader, tmp_path: Path) -> None:
    inside = reader.read(mail_with(case.file_name, case.make(tmp_path)))
    assert ended(inside) == case.ends, [(part.name, part.kind, part.why) for part in inside.parts]
    assert all(part.why for part in inside.parts)
    assert inside.parts[0].name == case.file_name


def test_there_are_more_than_forty_and_each_is_another() -> None:
    assert len({case.says for case in cases.CASES}) == len(cases.CASES) >= 41


@pytest.mark.parametrize(
    ("name", "shown"),
    [("rar 4, cp1258 name", "BÁO CÁO.xlsx"), ("rar 4, cp437 name", "báo cáo.xlsx"), ("rar 5", cases.NAME)],
)
def test_the_names_of_members_are_read_as_they_were_written(
    name: str, shown: str, reader: contents.Reader, tmp_path: Path
) -> None:
    case = next(case for case in cases.CASES if case.says == name)
    inside = reader.read(mail_with(case.file_name, case.make(tmp_path)))
    assert [part.name for part in inside.parts if part.used] == [shown]


def everything_below(folder: Path) -> set[tuple[str, int, int]]:
    return {
        (str(path), path.lstat().st_size, path.lstat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.exists()
    }


def test_nothing_is_written_by_reading_all_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = [
        (number, mail_with(case.file_name, case.make(tmp_path / f"made {number}")))
        for number, case in enumerate(cases.CASES)
    ]
    fresh = tmp_path / "fresh"
    for name in ("home", "tmp", "here"):
        (fresh / name).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(fresh / "home"))
    monkeypatch.setenv("TMPDIR", str(fresh / "tmp"))
    monkeypatch.chdir(fresh / "here")
    before = everything_below(tmp_path)
    escaped = [Path("/etc/BC.xlsx"), Path("/BC.xlsx"), Path("/tmp/BC.xlsx"), Path("/a.xlsx")]
    with readers.Readers([known.form_2019()], 1) as one:
        read = dict(one.read_all(sent))
    assert not [number for number, inside in read.items() if isinstance(inside, readers.Failed)]
    assert everything_below(tmp_path) == before
    assert not [path for path in escaped if path.exists()]


def test_the_limits_hold_across_all_archives_of_a_mail(reader: contents.Reader) -> None:
    noise = cases.rar_writer.noise(7_000_000)
    rar = cases.rar_writer.rar5([cases.rar_writer.file5(b"%d" % number, noise) for number in range(4)])
    archive = cases.stored_zip([(f"{number}.bin", noise) for number in range(5)])
    raw = raw_mails.mail(f"<{known.CAO_LOC}>", attachments=[("a.rar", rar), ("b.zip", archive)])
    inside = reader.read(raw)
    assert inside.dangers == ("archive_bomb",)
    assert [part.why for part in inside.parts if part.name in {"a.rar", "b.zip"}] == ["opened", "archive_bomb"]
