"""`rollcall import` of mbox and Maildir: each mail one row, whatever is in it; the files stay as they are."""

from contextlib import closing
from pathlib import Path

import pytest

from roll.mistakes import OperatorError
from service import importing
from tests import databases
from tests.forms import workbooks
from tests.intake import mails
from tests.journeys.office import CAO_LOC, Office, form_2019, report_mail
from tests.servers.dovecot import DovecotServer
from tests.servers.smtp_sink import SmtpSink
from tests.service.reported import ReportedOffice

LINE = b"From caoloc@unit.example Wed Jul  3 08:20:00 2019\n"


@pytest.fixture
def office(tmp_path: Path) -> ReportedOffice:
    return ReportedOffice(tmp_path)


def report() -> bytes:
    workbook = workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 8)
    return report_mail(f"Phong <{CAO_LOC}>", "BC", "bc.xlsx", workbook).replace(b"\r\n", b"\n")


def rows(office: ReportedOffice) -> list[tuple[object, ...]]:
    with closing(databases.connect(office.folder / "rollcall.db")) as connection:
        query = "select folder, outcome, reason, received_by, unit, cut from mails order by id"
        return connection.execute(query).fetchall()


def test_an_mbox_comes_in_whole_and_a_broken_mail_in_it_is_one_row(office: ReportedOffice) -> None:
    broken = b"Content-Type: multipart/mixed; boundary=\n\n\x00\xff--\n"
    stranger = mails.mail("Mai <mai@elsewhere.example>", "Mời dự hội thảo", "Kính mời.").replace(b"\r\n", b"\n")
    box = office.folder / "Inbox.mbox"
    box.write_bytes(b"rubbish\n\n" + b"".join(LINE + mail + b"\n" for mail in (broken, report(), b"", stranger)))
    before = (box.stat().st_mtime_ns, box.read_bytes())

    told = office.run("import", str(box))

    assert told.startswith("5 new, 5 handled")
    found = rows(office)
    assert [(row[0], row[3]) for row in found[1:]] == [("Inbox.mbox", "from_line")] * 4
    assert ("accepted", "valid", "H183") in [(row[1], row[2], row[4]) for row in found]
    assert None not in [row[1] for row in found]
    assert office.run("import", str(box)).startswith("0 new")
    assert rows(office) == found
    assert (box.stat().st_mtime_ns, box.read_bytes()) == before


def test_a_mail_of_a_maildir_stays_one_row_when_a_mail_program_moves_it(office: ReportedOffice) -> None:
    box = office.folder / "Maildir"
    for name in ("cur", "new", "tmp"):
        (box / name).mkdir(parents=True)
    (box / "new" / "1562139600.M1P1.host").write_bytes(b"Received: by b; Wed, 3 Jul 2019 15:00:00 +0700\n" + report())
    assert office.run("import", str(box)).startswith("1 new, 1 handled (1 accepted)")
    (box / "new" / "1562139600.M1P1.host").rename(box / "cur" / "1562139600.M1P1.host:2,S")
    assert office.run("import", str(box)).startswith("0 new")
    assert rows(office) == [("Maildir", "accepted", "valid", "received", "H183", 0)]


def test_a_folder_of_all_kinds_comes_in_at_once(office: ReportedOffice) -> None:
    folder = office.folder / "thư cũ"
    (folder / "below").mkdir(parents=True)
    (folder / "a.eml").write_bytes(LINE + report())
    (folder / "below" / "b.mbox").write_bytes(LINE + report())
    (folder / "below" / "other").write_bytes(LINE + report())
    assert office.run("import", str(folder)).startswith("3 new, 3 handled (1 accepted, 2 duplicate)")


@pytest.mark.parametrize("unit", ["H183", ""])
def test_what_is_said_of_one_mail_is_not_said_of_a_whole_mbox(tmp_path: Path, unit: str) -> None:
    (tmp_path / "a.mbox").write_bytes(LINE + report())
    with pytest.raises(OperatorError, match="of single mails and workbooks"):
        importing.sources_at([tmp_path / "a.mbox"], unit, told=True)


def test_the_audit_finds_nothing_to_say_of_an_mbox(
    tmp_path: Path, dovecot: DovecotServer, mailbox_user: str, smtp_sink: SmtpSink
) -> None:
    office = Office(tmp_path, mailbox_user, dovecot, smtp_sink)
    mail = report()
    (tmp_path / "Inbox.mbox").write_bytes(b"rubbish\n\n" + LINE + mail + b"\n" + LINE + b"\n" + LINE + mail)
    office.run("import", "Inbox.mbox")
    office.run("audit", status=0)
    assert len(office.run("messages", "--json").json) == 3
