"""What stayed closed goes back to a registered sender, with the letter that says what to do, where no report came."""

import pytest

from intake import part_remarks as remarks
from intake import refusals
from roll import mails
from tests.intake import known
from tests.intake.known import STRANGER, closed, contents, decided, part, reading

PASSWORD = closed("BC.rar", "rar", remarks.PASSWORD)
PIECE = closed("BC.part1.rar", "rar", remarks.VOLUMES)
LATER_PIECE = closed("BC.7z.002", "unknown", remarks.VOLUMES)
DAMAGED = closed("BC.7z", "7z", remarks.DAMAGED_ARCHIVE)
PDF = part("215.signed.pdf", "pdf")
PHOTO = part("anh.jpg", "image")


def ended(understood: mails.Understanding) -> tuple[str, str, str]:
    return understood.outcome.value, understood.reason, understood.answer


@pytest.mark.parametrize(
    ("parts", "reason", "letter"),
    [
        ([PASSWORD], "encrypted", "archive_password"),
        ([PASSWORD, PDF, PHOTO], "encrypted", "archive_password"),
        ([PIECE, LATER_PIECE], "archive_volumes", "archive_volumes"),
        ([LATER_PIECE], "archive_volumes", "archive_volumes"),
        ([PIECE, PASSWORD], "archive_volumes", "archive_volumes"),
        ([DAMAGED], "unreadable", "archive_damaged"),
        ([closed("BC.rar", "rar", remarks.TOO_DEMANDING)], "unreadable", "archive_damaged"),
    ],
)
def test_each_goes_back_with_its_letter(parts: list[mails.Part], reason: str, letter: str) -> None:
    assert ended(decided(contents(parts=parts))) == ("returned", reason, f"receipt:{letter}")


def test_a_report_that_was_read_outweighs_what_stayed_closed_beside_it() -> None:
    assert ended(decided(contents("", reading(), parts=[PASSWORD, PIECE, DAMAGED])))[:2] == ("accepted", "valid")


@pytest.mark.parametrize(
    ("parts", "reason"), [([PASSWORD], "encrypted"), ([PIECE], "archive_volumes"), ([DAMAGED], "wrong_form")]
)
def test_a_wrong_workbook_may_have_the_right_one_behind_a_password_beside_it(
    parts: list[mails.Part], reason: str
) -> None:
    understood = decided(contents("", reading(verdict="wrong_form"), parts=parts))
    assert (understood.outcome.value, understood.reason) == ("returned", reason)


def test_a_workbook_with_a_password_is_told_of_in_the_words_for_workbooks() -> None:
    understood = decided(contents("", reading(verdict="encrypted"), parts=[PASSWORD]))
    assert ended(understood) == ("returned", "encrypted", "receipt:encrypted")


def test_a_password_told_beside_its_archive_changes_nothing() -> None:
    assert ended(decided(contents("Mật khẩu là thang6 ạ.", parts=[PASSWORD])))[:2] == ("returned", "encrypted")


def test_a_question_beside_it_is_for_a_person() -> None:
    assert ended(decided(contents("Chị ơi mục 5.4 tính thế nào ạ?", parts=[PASSWORD])))[:2] == ("held", "question")


@pytest.mark.parametrize("inside", [[PASSWORD], [PIECE], [DAMAGED]])
def test_a_stranger_is_told_nothing_of_it(inside: list[mails.Part]) -> None:
    understood = decided(contents("", sender_=STRANGER, subject="", parts=inside))
    assert ended(understood) == ("held", "unknown_sender", "")


def test_an_encrypted_mail_goes_back_and_one_with_a_report_outside_is_read() -> None:
    assert ended(decided(contents("", flaws=("encrypted_mail",)))) == (
        "returned", "encrypted_mail", "receipt:encrypted_mail",
    )  # fmt: skip
    assert decided(contents("", reading(), flaws=("encrypted_mail",))).outcome.value == "accepted"


def test_the_letter_names_the_archive_not_what_lay_in_it() -> None:
    member = closed("BC.xlsx", "closed", remarks.CLOSED_MEMBER)
    around = closed("BC.zip", "zip", remarks.OPENED)
    inside = contents(parts=[around, known.replace(member, path="BC.zip")])
    named = refusals.file_of(inside)
    assert named is not None
    assert named.name == "BC.zip"
    assert decided(inside).reason == "encrypted"


def test_of_a_mail_in_which_all_was_opened_nothing_is_refused() -> None:
    opened = contents(parts=[closed("BC.rar", "rar", remarks.OPENED), PHOTO])
    assert (refusals.reason_of(opened), refusals.file_of(opened)) == ("", None)
    assert refusals.letter_for(opened, "unreadable") == "unreadable"
