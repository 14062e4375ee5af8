"""Mails of staff: a forwarded unit's mail is the unit's, handed in; a proposal is taken up only with proof."""

from dataclasses import replace
from datetime import date

import pytest

from intake import case, sent_mail, staff_mail
from roll import mails, proposals
from tests.intake.known import CAO_LOC, CHI_LANG, STRANGER, at, contents, decided, known, part, reading

STAFF = "phong.tebdg@so.example"
SECRET = b"the secret of a database"
PROVEN = case.StaffWord(STAFF, is_proven=True)
UNPROVEN = case.StaffWord(STAFF, is_proven=False)


def forwarded(*readings: object, original: str = CAO_LOC, **changes: object) -> mails.Contents:
    quoted = f"---------- Forwarded message ----------\nTừ: UBND huyện <{original}>\nDate: Thu, 4 Jul 2019\nTo: x"
    return contents("", *readings, sender_=STAFF, subject="Fwd: BC", quoted=quoted, **changes)  # type: ignore[arg-type]


def unit_of(inside: mails.Contents) -> str | None:
    what = known(inside)
    return staff_mail.unit_forwarded(inside, what.identity, what.register, date(2019, 7, 3))


@pytest.mark.parametrize(
    ("inside", "unit"),
    [
        (forwarded(reading()), "H183"),
        (forwarded(reading(), original=STRANGER), "H183"),
        (forwarded(reading(unit="")), "H183"),
        (forwarded(reading(unit=""), original=STRANGER), None),
        (forwarded(reading(), original=CHI_LANG), None),
        (forwarded(reading(), reading("UBND huyện Chi Lăng", values="others")), None),
        (forwarded(reading(unit="UBND xã Hợp Thành")), None),
        (forwarded(), "H183"),
    ],
)
def test_the_unit_of_a_forwarded_mail_is_the_workbooks_which_the_first_sender_must_not_contradict(
    inside: mails.Contents, unit: str | None
) -> None:
    assert staff_mail.is_forward(inside)
    assert unit_of(inside) == unit


def test_a_mail_that_was_forwarded_as_an_attachment_is_that_of_its_sender() -> None:
    inside = contents("", reading(unit=""), sender_=STAFF, attached=(mails.AttachedMail("", (CAO_LOC,), "BC"),))
    assert staff_mail.original_senders(inside) == (CAO_LOC,)
    assert unit_of(inside) == "H183"


OUTLOOK = f"From: UBND huyện Cao Lộc <{CAO_LOC}>\nSent: Thursday, July 4, 2019 3:20 PM\nTo: Phòng TEBĐG\nSubject: BC"


@pytest.mark.parametrize(
    "inside",
    [
        contents("Chị xem rồi nhé", sender_=STAFF, subject="RE: BC", quoted=OUTLOOK),
        contents("Số liệu đúng rồi em nhé", sender_=STAFF, subject="RE: BC", quoted=OUTLOOK),
        contents("Chị sửa giúp em rồi nhé", reading(), sender_=STAFF, subject="RE: BC", quoted=OUTLOOK),
    ],
)
def test_an_answer_of_staff_with_the_mailbox_in_copy_is_no_unit_s_mail(inside: mails.Contents) -> None:
    assert not staff_mail.is_forward(inside)
    understood = decided(inside, staff=PROVEN)
    assert (understood.unit, understood.reports) == (None, ())
    assert understood.outcome in {"held", "noted"}


@pytest.mark.parametrize(
    "words", ["", "Em xử lý giúp chị", "Số liệu đúng rồi em nhé", "Đơn vị không phát sinh số liệu ạ."]
)
def test_words_that_staff_forward_wait_and_are_answered_by_no_machine(words: str) -> None:
    quoted = f"---------- Forwarded message ---------\n{OUTLOOK}\n\nMục 5.4 tính thế nào ạ?"
    inside = contents(words, sender_=STAFF, subject="Fwd: Hỏi", quoted=quoted)
    for handed_in_by in (STAFF, ""):
        understood = decided(inside, staff=PROVEN, assigned="H183", handed_in_by=handed_in_by)
        assert (understood.outcome, understood.reason, understood.unit) == ("held", "forwarded_words", "H183")
        assert (understood.candidates, understood.confirms, understood.answer) == (("H183",), None, "")


def called(inside: mails.Contents, name: str) -> mails.Contents:
    return replace(inside, parts=(replace(inside.parts[0], name=name), *inside.parts[1:]))


@pytest.mark.parametrize(
    "inside",
    [
        called(forwarded(reading(unit="")), "BC xa Yen Trach.xlsx"),
        called(forwarded(reading(unit="")), "BC huyen Chi Lang.xlsx"),
        forwarded(reading(unit=""), attached=(mails.AttachedMail("", (STRANGER,), "BC"),)),
        forwarded(reading(unit=""), attached=(mails.AttachedMail("", (CAO_LOC,), "BC xã Yên Trạch"),)),
    ],
)
def test_a_forward_with_a_blank_unit_line_is_its_newest_sender_s_unless_something_speaks_for_another(
    inside: mails.Contents,
) -> None:
    assert unit_of(inside) is None


def test_a_mail_that_staff_wrote_themselves_is_no_forward() -> None:
    assert not staff_mail.is_forward(contents("Em gửi lịch họp ạ.", sender_=STAFF))
    assert staff_mail.is_forward(contents("", sender_=STAFF, parts=[part("thu.eml", "message")]))


def test_a_forwarded_report_is_the_units_and_the_unit_is_told_at_its_own_address() -> None:
    understood = decided(forwarded(reading()), staff=PROVEN, assigned="H183", handed_in_by=STAFF)
    assert (understood.outcome, understood.unit, understood.answer) == ("accepted", "H183", "acknowledgement")
    assert understood.answer_to == CAO_LOC
    assert understood.evidence[0] == mails.Evidence("staff", STAFF, ("H183",))


def test_a_forward_whose_unit_is_not_certain_waits_with_its_proposal_and_staff_get_no_answer() -> None:
    understood = decided(forwarded(reading(), original=CHI_LANG), staff=PROVEN, authentication="pass")
    assert (understood.outcome, understood.reason) == ("held", "forward_without_unit")
    assert (understood.proposal, understood.answer) == ("H183", "")


@pytest.mark.parametrize("inside", [forwarded(reading()), contents("", sender_=STAFF, subject="TN-2019-0001 RC-")])
def test_a_mail_in_the_name_of_staff_without_proof_is_held_and_never_acted_upon(inside: mails.Contents) -> None:
    understood = decided(inside, staff=replace(UNPROVEN, token="valid"))
    assert (understood.outcome, understood.reason, understood.answer) == ("held", "unproven_staff", "")
    assert decided(inside, staff=UNPROVEN, authentication="fail").reason == "failed_authentication"


@pytest.mark.parametrize(
    ("word", "ends"),
    [
        (replace(PROVEN, token="valid", detail="assign 1 H183"), ("noted", "staff_decision", "assign 1 H183")),
        (replace(PROVEN, token="used", detail="x (used before)"), ("noted", "staff_decision", "x (used before)")),
        (replace(PROVEN, token="expired"), ("held", "proposal_not_valid", "expired")),
        (replace(PROVEN, token="forged"), ("held", "proposal_not_valid", "forged")),
        (case.StaffWord("", is_proven=True, token="valid"), ("held", "proposal_not_valid", "valid")),
    ],
)
def test_a_proposal_is_taken_up_by_staff_while_it_is_good_and_else_told_to_them(
    word: case.StaffWord, ends: tuple[str, str, str]
) -> None:
    understood = decided(contents("", sender_=STAFF if word.by else STRANGER, subject="RC"), staff=word)
    assert (understood.outcome, understood.reason, understood.detail) == ends
    assert understood.answer == ""


# The word itself

PROPOSAL = proposals.Proposal(4711, "assign", "H183", date(2019, 7, 11))


def test_a_word_brings_back_the_proposal_that_was_signed_whatever_a_mail_program_made_of_its_case() -> None:
    word = proposals.sign(PROPOSAL, SECRET)
    for subject in (f"Re: TN-2019-0001 H183 {word}", f"{word.lower()}", f"[{word}] cảm ơn"):
        assert proposals.read(proposals.find(subject), SECRET) == PROPOSAL
    assert len(word) < 50


def test_a_word_of_another_secret_or_with_any_letter_changed_is_nobodys() -> None:
    word = proposals.sign(PROPOSAL, SECRET)
    assert proposals.read(word, b"another") is None
    for place in range(3, len(word) - 1):
        changed = word[:place] + ("A" if word[place] != "A" else "B") + word[place + 1 :]
        assert proposals.read(changed, SECRET) is None
    assert proposals.read("RC-" + "A" * 33, SECRET) is None


def test_an_ordinary_subject_holds_no_word() -> None:
    for subject in ("BC tháng hành động RC-2019", "TN-2019-0001", ""):
        assert proposals.find(subject) == ""


# Answered by hand


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Cho em hỏi mục 5.1 tính thế nào ạ?", "answered_by_person"),
        ("Em xin lùi thời hạn đến thứ sáu ạ.", "answered_by_person"),
        ("Số liệu trong báo cáo là đúng ạ.", "confirmation"),
    ],
)
def test_a_question_that_a_person_answered_waits_no_more_and_holds_nobody(text: str, reason: str) -> None:
    understood = decided(contents(text), answered_at=at(4))
    assert understood.reason == reason
    if reason == "answered_by_person":
        assert (understood.outcome, understood.candidates, understood.answer) == ("noted", (), "")


def test_a_report_that_waits_is_not_settled_by_words() -> None:
    inside = contents("", reading(), sender_=STRANGER)
    assert decided(inside, answered_at=at(4)) == decided(inside)
    assert "unknown_sender" not in sent_mail.SETTLED_BY_A_REPLY
