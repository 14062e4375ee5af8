"""`rollcall units learn`: whose addresses old mail shows; nothing enters the ledger, nothing on the server changes."""

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.forms import workbooks
from tests.intake import mails
from tests.journeys.office import ADDRESS, CAO_LOC, VIETNAM, Office, form_2019, report_mail
from tests.service.reported import ReportedOffice

LINE = "From x@y {day:%a %b %d %H:%M:%S %Y}\n"
CAO_LOC_NEW, CHI_LANG_NEW = "hoa.nguyen85@mail.example", "lan.tran@mail.example"


def report(sender: str, unit: str, seed: int = 1) -> bytes:
    return report_mail(f"<{sender}>", "BC", "bc.xlsx", workbooks.filled_2019(form_2019(), unit, seed))


def last_years_mail() -> list[bytes]:
    signed = "Em gửi ạ.\n-- \nHoàng Thị A\nPhòng LĐTB&XH-DT huyện Chi Lăng, tỉnh Lạng Sơn"
    return [
        report(CAO_LOC_NEW, "UBND huyện Cao Lộc"),
        mails.mail(f"<{CHI_LANG_NEW}>", "Báo cáo huyện Chi Lăng", signed),
        report(CAO_LOC, "UBND huyện Cao Lộc", 2),
        mails.mail("<mai@elsewhere.example>", "Mời dự hội thảo", "Kính mời."),
        mails.mail(f"<{ADDRESS}>", "Biểu mẫu gửi huyện Cao Lộc", "Kính gửi."),
        mails.mail(
            "<mailer-daemon@x.example>", "Undelivered Mail", "UBND huyện Bình Gia", Auto_Submitted="auto-replied"
        ),
        b"\xff\x00 not a mail",
    ]


@pytest.fixture
def office(tmp_path: Path) -> ReportedOffice:
    made = ReportedOffice(tmp_path)
    line = LINE.format(day=datetime(2018, 7, 3, 9)).encode()
    raw = b"".join(line + mail.replace(b"\r\n", b"\n") + b"\n" for mail in last_years_mail())
    (tmp_path / "cu.mbox").write_bytes(raw)
    return made


def test_pairs_come_with_what_speaks_for_them_and_become_a_list_that_can_be_imported(office: ReportedOffice) -> None:
    told = json.loads(office.run("units", "learn", "cu.mbox", "--write", "moi.csv", "--json"))

    found = {(each["unit"], each["address"]): each for each in told["proposals"]}
    assert [(key, each["certainty"], each["known"]) for key, each in found.items()] == [
        (("H183", CAO_LOC_NEW), "certain", False),
        (("H183", CAO_LOC), "certain", True),
        (("H187", CHI_LANG_NEW), "likely", False),
    ]
    pair = found["H183", CAO_LOC_NEW]
    assert (pair["name"], pair["mails"], pair["first"], pair["last"]) == (
        "UBND huyện Cao Lộc", 1, "2018-07-03", "2018-07-03"
    )  # fmt: skip
    assert {"source": "workbook", "text": "UBND huyện Cao Lộc", "mails": 1} in pair["evidence"]
    assert told["mails"] == 7
    assert told["left_out"]["ours"] == 1
    assert told["left_out"]["from a machine"] == 1
    assert json.loads(office.run("messages", "--json")) == []

    rows = list(csv.DictReader((office.folder / "moi.csv").read_text("utf-8").splitlines()))
    assert [(row["code"], row["addresses"]) for row in rows] == [("H183", CAO_LOC_NEW), ("H187", CHI_LANG_NEW)]
    assert json.loads(office.run("units", "import", "moi.csv", "--dry-run", "--json"))["refused"] == []


def test_a_mailbox_is_only_read_and_the_ledger_hears_nothing(tmp_path: Path, dovecot, mailbox_user, smtp_sink) -> None:
    office = Office(tmp_path, mailbox_user, dovecot, smtp_sink)
    office.deliver(report(CAO_LOC_NEW, "UBND huyện Cao Lộc"), datetime(2018, 7, 3, 9, tzinfo=VIETNAM))
    before = dovecot.flags(mailbox_user)

    told = office.run("units", "learn", "main", "--json").json

    assert [(each["unit"], each["address"], each["first"]) for each in told["proposals"]] == [
        ("H183", CAO_LOC_NEW, "2018-07-03")
    ]
    assert dovecot.flags(mailbox_user) == before
    assert office.run("messages", "--json").json == []
    assert "neither a file or folder nor a mailbox" in office.run("units", "learn", "nowhere", status=2).err
