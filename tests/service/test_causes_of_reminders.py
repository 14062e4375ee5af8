"""Who owes a report is told why: nothing came, what came could not be read, or the report has errors."""

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from tests.forms import encrypting, workbooks
from tests.intake import mails
from tests.journeys.office import form_2019, report_mail
from tests.service.stepped import BAC_SON, FIRST, SECOND, Stepped, files_of, on, text_of

Step = Callable[..., Stepped]
LADDER = '["-7d", "-3d", "-1d", "+1d"]'
# Working days on which the steps fall: Thursday 27 June, Monday 1, Wednesday 3 and Monday 8 July.
STEPS = (on(27, month=6), on(1), on(3), on(8))
DOWN = "421 4.3.2 not now"
ERRORS = {"D42": "mười lăm??"}


def open_for_bac_son(step: Step) -> Stepped:
    return step((BAC_SON,), reminders=LADDER)


def book(seed: int = 1, changes: dict[str, Any] | None = None) -> bytes:
    return workbooks.filled_2019(form_2019(), "UBND huyện Bắc Sơn", seed, changes)


def arrive(stepped: Stepped, at: datetime, workbook: bytes, sender: str = FIRST) -> str:
    """Let a report come in, and answer it; return its receipt number."""
    subject = f"Báo cáo {at:%d/%m}"
    raw = report_mail(f"<{sender}>", subject, "BC Bac Son.xlsx", workbook, Message_ID=f"<{at:%d%H}@u.example>")
    stepped.office.deliver(raw, at)
    stepped.poll(at)
    (answer,) = (letter for letter in stepped.new_letters() if letter["In-Reply-To"] is not None)
    return text_of(answer).partition("TN-2019-")[2][:4]


def told_on(stepped: Stepped, at: datetime) -> EmailMessage:
    """Return the one letter that goes out when the reminders of an instant do."""
    stepped.remind(at)
    (letter,) = stepped.new_letters()
    return letter


def test_of_whom_nothing_came_gets_the_blank_form_with_the_first_reminder_alone(step: Step) -> None:
    stepped = open_for_bac_son(step)
    letters = [told_on(stepped, at) for at in STEPS]
    assert [list(files_of(letter)) for letter in letters] == [["THDTE-2019.xlsx"], [], [], []]
    assert all("chưa nhận được" in text_of(letter) for letter in letters)
    assert all(letter["In-Reply-To"] is None for letter in letters)


def test_the_second_contact_gets_a_copy_from_the_third_letter_on_and_the_letter_says_so(step: Step) -> None:
    stepped = open_for_bac_son(step)
    letters = [told_on(stepped, at) for at in STEPS]
    assert [letter["To"] for letter in letters] == [FIRST] * 4
    assert [letter["Cc"] for letter in letters] == [None, None, SECOND, SECOND]
    assert [SECOND in text_of(letter) for letter in letters] == [False, False, True, True]
    assert [letter.rcpt_to for letter in stepped.sink.letters] == [(FIRST,), (FIRST,), (FIRST, SECOND), (FIRST, SECOND)]


def test_a_unit_with_one_address_gets_no_copy(step: Step) -> None:
    stepped = step(("H182",), reminders=LADDER)
    assert [told_on(stepped, at)["Cc"] for at in STEPS] == [None] * 4


def test_a_mail_of_the_unit_cancels_the_reminder_that_waits_and_the_next_step_says_what_came_and_why_it_is_owed(
    step: Step,
) -> None:
    stepped = open_for_bac_son(step)
    stepped.sink.script("MAIL", DOWN)
    stepped.remind(STEPS[0])
    assert stepped.states() == ["queued"]
    stepped.sink.script("MAIL")

    receipt = arrive(stepped, on(27, 9, 5, month=6), encrypting.agile(book(), "bí mật"))
    assert stepped.states() == ["cancelled"]
    assert "came in first" in stepped.outbox("reminder")[0].error

    letter = told_on(stepped, STEPS[1])
    text = text_of(letter)
    assert letter["Subject"].startswith("[Nhắc gửi lại báo cáo - còn 03 ngày]")
    assert "đã nhận được thư của quý đơn vị lúc 09 giờ 05 phút, ngày 27/6/2019" in text
    assert f"(mã tiếp nhận: TN-2019-{receipt}), tuy nhiên " in text
    assert '"BC Bac Son.xlsx"' in text
    assert "chưa nhận được bản mềm" not in text
    assert (letter["In-Reply-To"], list(files_of(letter))) == ("<2709@u.example>", ["THDTE-2019.xlsx"])


def test_a_report_with_errors_is_reminded_of_with_its_errors_as_an_answer_to_its_mail_and_without_the_blank_form(
    step: Step,
) -> None:
    stepped = open_for_bac_son(step)
    receipt = arrive(stepped, on(27, 10, month=6), book(changes=ERRORS))

    letter = told_on(stepped, STEPS[1])

    text = text_of(letter)
    assert letter["Subject"].startswith("[Nhắc chỉnh sửa báo cáo - còn 03 ngày]")
    assert f"(mã tiếp nhận: TN-2019-{receipt}; tệp: BC Bac Son.xlsx)" in text
    assert "lúc 10 giờ 00 phút, ngày 27/6/2019" in text
    assert "D42" in text
    assert "đúng hạn" in text, "mending it does not make it late"
    assert (letter["In-Reply-To"], files_of(letter)) == ("<2710@u.example>", {})


def test_how_many_errors_are_left_is_the_count_of_the_report_that_came_last(step: Step) -> None:
    stepped = open_for_bac_son(step)
    arrive(stepped, on(27, 10, month=6), book(changes={**ERRORS, "D43": "??"}))
    receipt = arrive(stepped, on(27, 11, month=6), book(changes=ERRORS))
    text = text_of(told_on(stepped, STEPS[1]))
    assert "còn 01 nội dung cần chỉnh sửa" in text
    assert f"TN-2019-{receipt}" in text


def test_who_wrote_what_has_to_be_mended_is_written_to_first(step: Step) -> None:
    stepped = open_for_bac_son(step)
    arrive(stepped, on(27, 10, month=6), book(changes=ERRORS), sender=SECOND)
    letter = told_on(stepped, STEPS[1])
    assert (parseaddr(letter["To"])[1], letter["Cc"]) == (SECOND, None)


def test_who_mended_his_report_is_told_no_more(step: Step) -> None:
    stepped = open_for_bac_son(step)
    arrive(stepped, on(27, 10, month=6), book(changes=ERRORS))
    arrive(stepped, on(28, 10, month=6), book())
    for at in STEPS[1:]:
        stepped.remind(at)
    assert (stepped.told(), stepped.states()) == ([], [])


def test_a_report_that_went_back_on_the_day_of_a_step_is_told_of_once_that_day(step: Step) -> None:
    stepped = open_for_bac_son(step)
    arrive(stepped, on(1, 9), book(changes=ERRORS))
    stepped.remind(on(1, 10))
    assert stepped.told() == []
    assert "Nhắc chỉnh sửa" in told_on(stepped, STEPS[2])["Subject"]


def test_after_the_deadline_the_follow_up_says_what_came_as_well(step: Step) -> None:
    stepped = open_for_bac_son(step)
    arrive(stepped, on(4, 9), book(changes=ERRORS))
    letter = told_on(stepped, STEPS[3])
    text = text_of(letter)
    assert letter["Subject"].startswith("[Đôn đốc lần 1]")
    assert "đang chờ bản chỉnh sửa" in text
    assert "chưa nhận được báo cáo của" not in text
    assert "đã có 1/1 cơ quan, đơn vị, địa phương gửi báo cáo" in text


def test_after_a_mail_without_its_file_nobody_is_told_that_nothing_came(step: Step) -> None:
    stepped = open_for_bac_son(step)
    raw = mails.mail(f"<{FIRST}>", "BC", "Em gửi báo cáo, chị nhận giúp em ạ.", Message_ID="<no-file@u.example>")
    stepped.office.deliver(raw, on(27, 9, month=6))
    stepped.poll(on(27, 9, month=6))
    stepped.new_letters()

    letter = told_on(stepped, STEPS[1])

    assert letter["Subject"].startswith("[Nhắc gửi lại báo cáo")
    assert letter["In-Reply-To"] == "<no-file@u.example>"
    assert "chưa nhận được bản mềm" not in text_of(letter)
