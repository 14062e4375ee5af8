"""Last year's reports and other units' speak to staff alone: on the mail's page and in the digest, in no letter."""

import email
from datetime import datetime
from email import policy

import pytest

from forms import form as forms_form
from tests.forms import workbooks
from tests.journeys.office import CAMPAIGN, VIETNAM, Office, form_2019, report_mail
from tests.servers.smtp_sink import Letter

CAO_LOC = ("phongldtbxhdt.caoloc@langson.example", "UBND huyện Cao Lộc")
CHI_LANG = ("phongldtbxhdt.chilang@langson.example", "UBND huyện Chi Lăng")
IN_2018 = {
    "D3": "Lạng Sơn, ngày 03 tháng 7 năm 2018",
    "A5": "(Kèm theo Công văn số 123/SLĐTBXH-TEBĐG ngày 25/4/2018)",
    "C9": "03/7/2018",
    "E9": "Tháng 6/2018",
    "D28": datetime(2018, 6, 1),
    "A84": "Ghi chú: số liệu tính đến ngày 30/6/2018",
}


@pytest.fixture
def form_2018(office: Office) -> forms_form.Form:
    """Return the form of last year's campaign, which is put beside this year's."""
    folder = office.folder / "campaigns" / "thang-hanh-dong-2018"
    folder.mkdir()
    for name in ("campaign.toml", "form.toml", "units.csv"):
        text = (CAMPAIGN / name).read_text("utf-8").replace("2019", "2018")
        (folder / name).write_text(text, "utf-8")
    return forms_form.load_form((folder / "form.toml").read_bytes(), "form.toml")


def send(office: Office, unit: tuple[str, str], data: bytes, year: int, day: int) -> dict:
    """Have a unit's report received and handled; return its mail whole."""
    raw = report_mail(f"<{unit[0]}>", "BC", f"BC {year}.xlsx", data)
    office.deliver(raw, datetime(year, 7, day, 9, tzinfo=VIETNAM))
    office.run("poll")
    last = office.run("messages", "--json").json[-1]
    (whole,) = office.run("messages", str(last["id"]), "--json").json
    assert whole["outcome"] == "accepted", (whole["reason"], whole["problems"])
    return dict(whole)


def notices(mail: dict) -> dict[tuple[str, str], str]:
    assert all(problem["severity"] == "notice" for problem in mail["problems"])
    return {(problem["code"], problem["cell"]): problem["message"] for problem in mail["problems"]}


def text_of(letter: Letter) -> str:
    message = email.message_from_bytes(letter.data, policy=policy.default)
    return " ".join(str(part.get_content()) for part in message.walk() if part.get_content_maintype() == "text")


def test_last_years_report_and_another_units_are_told_to_staff_and_to_no_unit(
    office: Office, form_2018: forms_form.Form
) -> None:
    assert office.sink is not None
    before = send(office, CAO_LOC, workbooks.filled_2019(form_2018, CAO_LOC[1], 1, IN_2018), 2018, 3)
    assert notices(before) == {}

    # The same figures as last year, but one: 4,000 broadcasts for some hundred.
    now = workbooks.filled_2019(form_2019(), CAO_LOC[1], 1, {"D20": 4000})
    report = send(office, CAO_LOC, now, 2019, 2)
    told = notices(report)
    assert set(told) == {("C38", ""), ("C41", "D20")}
    assert (
        f"báo cáo trước của chính đơn vị (“Tháng hành động vì trẻ em năm 2018”, thư {before['receipt']})"
        in (told["C38", ""])
    )
    assert told["C41", "D20"].startswith(
        "mục 2.2 “Lượt phát trên hệ thống truyền thanh cơ sở” ghi 4.000; báo cáo trước"
    )

    copied = notices(send(office, CHI_LANG, workbooks.filled_2019(form_2019(), CHI_LANG[1], 1, {"D20": 4000}), 2019, 3))
    assert set(copied) == {("C38", "")}
    assert f"báo cáo của huyện Cao Lộc (thư {report['receipt']})" in copied["C38", ""]

    letters = [text_of(letter) for letter in office.sink.letters]
    assert len(letters) == 3
    assert not [text for text in letters if "trùng với" in text or "báo cáo trước" in text]
    lines = office.run("messages", report["receipt"]).out
    assert "notice C41 Bieu 01!D20: mục 2.2" in lines

    digest = office.run("letters", "preview", "digest", "--at", "2019-07-04T07:30")
    assert "huyện Chi Lăng: " in digest.out
    assert "trùng với báo cáo của huyện Cao Lộc" in " ".join(digest.out.split())

    # Reading all of it again sees what was known at the time: no report is a copy of a later one.
    assert office.run("audit").status == 0
    assert office.run("replay", "--json").status == 0
    assert office.run("audit").status == 0


def test_the_same_report_sent_twice_is_no_copy(office: Office) -> None:
    data = workbooks.filled_2019(form_2019(), CAO_LOC[1], 1)
    send(office, CAO_LOC, data, 2019, 2)
    office.deliver(report_mail(f"<{CAO_LOC[0]}>", "BC lần 2", "BC.xlsx", data), datetime(2019, 7, 3, 9, tzinfo=VIETNAM))
    office.run("poll")
    again = office.run("messages", "--json").json[-1]
    assert (again["outcome"], again["reason"]) == ("duplicate", "same_file")
    corrected = workbooks.filled_2019(form_2019(), CAO_LOC[1], 1, {"D15": 9, "D16": 1})
    assert notices(send(office, CAO_LOC, corrected, 2019, 4)) == {}


def test_two_units_that_send_the_same_in_one_pass_are_seen_too(office: Office) -> None:
    for unit, hour in ((CAO_LOC, 9), (CHI_LANG, 10)):
        data = workbooks.filled_2019(form_2019(), unit[1], 1)
        raw = report_mail(f"<{unit[0]}>", "BC", "BC.xlsx", data)
        office.deliver(raw, datetime(2019, 7, 3, hour, tzinfo=VIETNAM))
    assert office.run("poll", "--json").json["outcomes"]["accepted"] == 2
    first, second = office.run("messages", "--json").json
    assert office.run("messages", str(first["id"]), "--json").json[0]["problems"] == []
    assert [each["code"] for each in office.run("messages", str(second["id"]), "--json").json[0]["problems"]] == ["C38"]
    assert office.run("audit").status == 0


def test_last_years_form_filled_in_again_is_returned_and_a_report_that_is_a_year_late_waits(
    office: Office, form_2018: forms_form.Form
) -> None:
    assert office.sink is not None
    send(office, CAO_LOC, workbooks.filled_2019(form_2018, CAO_LOC[1], 1, IN_2018), 2018, 3)
    again = workbooks.filled_2019(form_2018, CAO_LOC[1], 2, IN_2018)
    late = workbooks.filled_2019(form_2018, CHI_LANG[1], 3, IN_2018)
    for unit, data in ((CAO_LOC, again), (CHI_LANG, late)):
        raw = report_mail(f"<{unit[0]}>", "BC", "BC.xlsx", data)
        office.deliver(raw, datetime(2019, 7, 2, 9, tzinfo=VIETNAM))
    office.run("poll")

    returned, held = office.run("messages", "--json").json[-2:]

    told = (returned["outcome"], returned["reason"], returned["reports"][0]["campaign"])
    assert told == ("returned", "wrong_form", "thang-hanh-dong-2019")
    assert (held["outcome"], held["reason"]) == ("held", "after_close")
    letters = [text_of(letter) for letter in office.sink.letters if CAO_LOC[0] in letter.rcpt_to]
    assert "biểu mẫu năm 2018" in letters[-1]
    assert "năm 2019" in letters[-1]
    assert office.run("messages", str(returned["id"]), "--json").json[0]["parts"][0]["why"] == "biểu mẫu năm 2018"
