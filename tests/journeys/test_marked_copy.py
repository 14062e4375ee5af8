"""The sender gets his own file back with the cells marked; what he mends in it lands on the same report."""

import email
import io
from collections.abc import Callable
from datetime import datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from tests.forms import workbooks
from tests.journeys.office import CAO_LOC, VIETNAM, Office, form_2019, report_mail
from tests.servers import libreoffice
from tests.servers.smtp_sink import Letter

NAME = "BC THÁNG HĐ VÌ TRẺ EM - CAO LỘC.xlsx"
MARKED = "BC THÁNG HĐ VÌ TRẺ EM - CAO LỘC (đánh dấu).xlsx"
ERRORS = {"D42": 9_999_999}
WARNINGS = {"D45": "khoảng 200"}


def deliver(office: Office, data: bytes, day: int, name: str = NAME) -> None:
    office.deliver(report_mail(f"<{CAO_LOC}>", "BC", name, data), datetime(2019, 7, day, 9, tzinfo=VIETNAM))


def copy_in(letter: Letter) -> tuple[str, bytes]:
    """Return the name and the bytes of the one file that came with a letter, and see that the letter names it."""
    message = email.message_from_bytes(letter.data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    (attached,) = message.iter_attachments()
    body = message.get_body(("plain",))
    assert body is not None
    name = attached.get_filename() or ""
    assert f'tệp "{name}"' in body.get_content()
    return name, attached.get_content()


def body_of(letter: Letter) -> str:
    message = email.message_from_bytes(letter.data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def test_a_returned_report_comes_back_marked_and_mended_in_that_copy_it_is_accepted(office: Office) -> None:
    deliver(office, workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1, ERRORS), 2)
    assert office.run("poll", "--json").json["outcomes"]["returned"] == 1
    assert office.sink is not None

    name, copy = copy_in(office.sink.letters[-1])
    assert name == MARKED
    book = openpyxl.load_workbook(io.BytesIO(copy))
    assert book.active.title == "Cần chỉnh sửa"
    assert book["Bieu 01"]["D42"].comment is not None
    book["Bieu 01"]["D42"] = 5
    mended = io.BytesIO()
    book.save(mended)

    deliver(office, mended.getvalue(), 3, name)
    assert office.run("poll", "--json").json["outcomes"]["accepted"] == 1
    (unit,) = [unit for unit in office.run("status", "--json", "--at", "2019-07-04").json["units"] if unit["versions"]]
    assert (unit["state"], unit["versions"], unit["on_time"]) == ("valid", 2, True)
    assert office.run("audit").status == 0


def as_xls(changes: dict[str, object], folder: Path) -> bytes:
    """Return a filled form as .xls; the folder is for what needs one."""
    assert not list(folder.iterdir())
    return workbooks.filled_2019_xls(form_2019(), "UBND huyện Cao Lộc", 1, changes)


def as_ods(changes: dict[str, object], folder: Path) -> bytes:
    """Return a filled form as LibreOffice saves it."""
    libreoffice.require_libreoffice()
    report = workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1, changes)
    return libreoffice.convert({"bc.xlsx": report}, "ods", folder / "converted")["bc"]


@pytest.mark.parametrize(("kind", "made"), [("xls", as_xls), ("ods", as_ods)])
def test_a_report_in_another_format_comes_back_as_a_marked_xlsx_and_mended_it_is_accepted(
    office: Office,
    tmp_path_factory: pytest.TempPathFactory,
    kind: str,
    made: Callable[[dict[str, object], Path], bytes],
) -> None:
    sent = made(ERRORS, tmp_path_factory.mktemp("made"))
    deliver(office, sent, 2, NAME.removesuffix("xlsx") + kind)
    assert office.run("poll", "--json").json["outcomes"]["returned"] == 1
    assert office.sink is not None

    name, copy = copy_in(office.sink.letters[-1])
    assert name == MARKED
    book = openpyxl.load_workbook(io.BytesIO(copy))
    assert f".{kind}" in book.worksheets[0]["A3"].value
    assert book["Bieu 01"]["D42"].comment is not None
    book["Bieu 01"]["D42"] = 5
    mended = io.BytesIO()
    book.save(mended)

    deliver(office, mended.getvalue(), 3, name)
    assert office.run("poll", "--json").json["outcomes"]["accepted"] == 1


def test_a_report_to_be_confirmed_comes_back_marked_and_a_valid_one_does_not(office: Office) -> None:
    assert office.sink is not None
    deliver(office, workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1, WARNINGS), 2)
    office.run("poll")
    assert copy_in(office.sink.letters[-1])[0] == MARKED

    deliver(office, workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1), 3)
    office.run("poll")
    message = email.message_from_bytes(office.sink.letters[-1].data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert list(message.iter_attachments()) == []


def test_what_only_the_register_shows_is_marked_in_the_copy_too(office: Office) -> None:
    deliver(office, workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1, {"D17": 24, "D45": "khoảng 200"}), 2)
    assert office.run("poll", "--json").json["outcomes"]["returned"] == 1
    assert office.sink is not None

    letter = office.sink.letters[-1]
    _, copy = copy_in(letter)
    assert "huyện có 23 xã, phường, thị trấn" in body_of(letter)
    book = openpyxl.load_workbook(io.BytesIO(copy))
    assert "23 xã" in book["Bieu 01"]["D17"].comment.text
    assert book["Bieu 01"]["D45"].comment is not None
    assert office.run("audit").status == 0

    # An officer who learns that the district has more communes mends the list, and has the mail read again.
    units = office.folder / "campaigns" / "thang-hanh-dong-2019" / "units.csv"
    rows = [
        line.replace(",23,", ",24,") if line.startswith("H183,") else line for line in units.read_text().splitlines()
    ]
    units.write_text("\n".join(rows))
    assert "run `rollcall replay`" in office.run("audit", status=1).err
    office.run("replay")
    (unit,) = [unit for unit in office.run("status", "--json", "--at", "2019-07-04").json["units"] if unit["versions"]]
    assert unit["state"] == "needs_confirm"
    assert office.run("audit").status == 0


def test_a_report_that_a_person_gives_to_a_unit_is_held_against_what_is_known_of_that_unit(office: Office) -> None:
    assert office.sink is not None
    data = workbooks.filled_2019(form_2019(), "UBND huyện Đình Lập", 1, {"D17": 13})
    stranger = report_mail("<hoa.nguyen85@mail.example>", "BC", NAME, data)
    office.deliver(stranger, datetime(2019, 7, 2, 9, tzinfo=VIETNAM))
    assert office.run("poll", "--json").json["outcomes"]["held"] == 1
    (held,) = office.run("messages", "--json").json
    office.run("review", "assign", str(held["id"]), "H189")
    (unit,) = [unit for unit in office.run("status", "--json", "--at", "2019-07-04").json["units"] if unit["versions"]]
    assert (unit["code"], unit["state"]) == ("H189", "needs_fix")
    office.run("send")
    letter = office.sink.letters[-1]
    assert "huyện có 12 xã, phường, thị trấn" in body_of(letter)
    assert openpyxl.load_workbook(io.BytesIO(copy_in(letter)[1]))["Bieu 01"]["D17"].comment is not None
