"""Mails of words alone that settle something: confirmations of warnings, nil reports, recalls, signed copies."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from intake import case
from intake.conversation import Conversation, EarlierMail
from roll import mails
from roll.outcomes import Outcome
from tests.intake import known
from tests.intake.known import (
    CAO_LOC,
    CHI_LANG,
    SHARED,
    STRANGER,
    at,
    contents,
    decided,
    our_letter,
    part,
    reading,
    version,
)

NAME = known.NAME_2019
YES = contents("Xác nhận số liệu đúng", subject="Re: [Đề nghị xác nhận] BC")
OK = contents("ok", subject="Re: [Đề nghị xác nhận] BC")


def reported(verdict: str = "needs_confirm", number: int = 1, unit: str = "H183", **changes: object):
    return version(contents("", reading(verdict=verdict, values=f"figures {number}")), unit, number, **changes)


WARNED = reported()
ACCEPTED = case.Ruling("accept", at(8))
NEAR_MISSES = tomllib.loads((Path(__file__).parent / "confirmations.toml").read_text("utf-8"))["near_misses"]


def about(mail_id: int | None, kind: str = "confirm", unit: str | None = "H183") -> Conversation:
    return Conversation(answered=our_letter(kind, unit=unit, campaign=NAME, mail_id=mail_id))


def ended(understood: mails.Understanding) -> tuple[str, str]:
    return understood.outcome.value, understood.reason


@pytest.mark.parametrize(
    "talk", [Conversation(), about(1), about(None, "reminder"), Conversation(followed=EarlierMail(1, "a"))]
)
def test_a_confirmation_is_of_the_version_of_its_thread_or_of_the_only_one_that_waits(talk: Conversation):
    understood = decided(YES, versions=[WARNED], conversation=talk)
    assert ended(understood) == ("accepted", "confirmed")
    assert understood.confirms == mails.Confirmation(NAME, "H183", 1, WARNED.part)
    assert (understood.unit, understood.campaign, understood.detail) == ("H183", NAME, WARNED.receipt)
    assert (understood.reports, understood.candidates) == ((), ())
    assert (understood.answer, understood.answer_to) == ("receipt:confirmed", CAO_LOC)


def test_ok_alone_counts_only_as_the_answer_to_the_letter_of_warnings():
    assert ended(decided(OK, versions=[WARNED], conversation=about(1))) == ("accepted", "confirmed")
    for talk in (Conversation(), about(1, "acknowledgement"), about(None, "reminder"), about(7)):
        understood = decided(OK, versions=[WARNED], conversation=talk)
        assert (understood.confirms, understood.outcome) == (None, Outcome.NOTED)
    right = contents("Đúng rồi ạ", subject="Re: BC")
    assert ended(decided(right, versions=[WARNED])) == ("held", "confirmation")
    assert ended(decided(right, versions=[WARNED], conversation=about(1))) == ("accepted", "confirmed")


@pytest.mark.parametrize(
    ("versions", "talk"),
    [
        ([], Conversation()),
        ([reported("needs_fix")], Conversation()),
        ([reported("needs_fix")], about(1, "return")),
        # A letter to another unit.
        ([WARNED], about(9, unit="H187")),
        # The thread of a version that was replaced since, and of one with errors beside the one that counts.
        ([reported(current=False), reported(number=2)], about(1)),
        ([WARNED, reported("needs_fix", 2, current=False)], about(2, "return")),
        ([reported("needs_fix", 2, current=False), WARNED], Conversation(followed=EarlierMail(2, "a"))),
        # Two units of one sender, two that wait.
        ([WARNED, reported(number=2, campaign="second")], Conversation()),
    ],
)
def test_what_is_not_certainly_confirmed_waits_for_a_person(versions, talk: Conversation):
    second = replace(known.campaign_2019(), name="second")
    campaigns = [known.campaign_2019(), *([second] if len(versions) == 2 and versions[1].campaign == "second" else [])]
    understood = decided(YES, versions=versions, conversation=talk, campaigns=campaigns)
    assert ended(understood) == ("held", "confirmation")
    assert (understood.confirms, understood.unit) == (None, "H183")


@pytest.mark.parametrize("body", NEAR_MISSES)
def test_a_near_miss_in_the_very_thread_confirms_nothing(body: str):
    understood = decided(contents(body, subject="Re: BC"), versions=[WARNED], conversation=about(1))
    assert understood.confirms is None
    assert understood.outcome is Outcome.HELD or ended(understood) == ("noted", "courtesy")


def test_a_version_of_the_thread_is_confirmed_whatever_else_waits():
    second = replace(known.campaign_2019(), name="second")
    other = reported(number=2, campaign="second")
    understood = decided(
        YES, versions=[WARNED, other], conversation=about(1), campaigns=[known.campaign_2019(), second]
    )
    assert understood.confirms == mails.Confirmation(NAME, "H183", 1, WARNED.part)


def test_an_officer_of_two_units_confirms_the_one_whose_letter_he_answers():
    versions = [reported(number=1, unit="H182"), reported(number=2, unit="H184")]
    said = contents("Xác nhận số liệu đúng", sender_=SHARED, subject="Re: BC")
    assert decided(said, versions=versions, conversation=about(2, unit="H184")).unit == "H184"
    assert ended(decided(said, versions=versions)) == ("held", "ambiguous_unit")
    assert decided(said, versions=versions[:1]).unit == "H182"


def test_after_the_close_nothing_is_confirmed_and_with_more_time_it_is():
    assert ended(decided(YES, at(15), versions=[WARNED])) == ("held", "confirmation")
    more_time = {(NAME, "H183"): at(20)}
    assert ended(decided(YES, at(15), versions=[WARNED], extensions=more_time)) == ("accepted", "confirmed")


def test_a_second_confirmation_stands_by_itself():
    once = decided(YES, versions=[WARNED], number=100)
    again = decided(YES, versions=[WARNED], number=101)
    assert once == again


def test_a_stranger_confirms_only_the_report_that_came_from_his_address_in_its_thread():
    said = contents("Xác nhận số liệu đúng", sender_=STRANGER, subject="Re: BC")
    talk = Conversation(answered=our_letter("confirm", unit="H183", campaign=NAME, mail_id=1), reported=("H183",))
    understood = decided(said, versions=[WARNED], conversation=talk)
    assert (ended(understood), understood.answer) == (("accepted", "confirmed"), "")
    for less in (Conversation(), Conversation(reported=("H183",)), about(1)):
        assert ended(decided(said, versions=[WARNED], conversation=less)) == ("held", "unknown_sender")


def test_a_unit_that_once_sent_anothers_report_confirms_it_only_in_answer_to_its_letter():
    said = contents("Số liệu đã gửi là đúng ạ", sender_=CHI_LANG, subject="BC")
    for talk in (Conversation(reported=("H183",)), Conversation(followed=EarlierMail(1, "a"), reported=("H183",))):
        assert decided(said, versions=[WARNED], conversation=talk).confirms is None
    own = reported("valid", 2, "H187")
    understood = decided(said, versions=[WARNED, own], conversation=Conversation(reported=("H183",)))
    assert (ended(understood), understood.unit) == (("noted", "nothing_to_confirm"), "H187")
    answering = replace(about(1), reported=("H183",))
    confirmed = decided(said, versions=[WARNED], conversation=answering)
    assert confirmed.confirms == mails.Confirmation(NAME, "H183", 1, WARNED.part)


def test_a_failed_sender_confirms_nothing():
    assert ended(decided(YES, versions=[WARNED], authentication="fail")) == ("held", "failed_authentication")


def test_a_report_in_order_needs_no_confirmation():
    valid = reported("valid")
    understood = decided(YES, versions=[valid])
    assert (ended(understood), understood.confirms, understood.answer) == (("noted", "nothing_to_confirm"), None, "")
    right = contents("Đúng rồi ạ", subject="Re: BC")
    assert ended(decided(right, versions=[valid], conversation=about(1, "acknowledgement"))) == (
        "noted",
        "nothing_to_confirm",
    )
    assert ended(decided(right, versions=[valid])) == ("held", "confirmation")


def test_a_confirmation_with_a_workbook_is_the_workbook():
    said = contents("Xác nhận số liệu đúng", reading(values="new"), subject="Re: BC")
    assert ended(decided(said, versions=[reported(sha256=known.sha("old"))])) == ("accepted", "valid")
    assert ended(decided(said, versions=[WARNED])) == ("duplicate", "same_file")


def test_with_a_scan_beside_it_a_person_looks():
    said = contents("Xác nhận số liệu đúng", parts=[part("scan01.pdf", "pdf")], subject="Re: BC")
    assert ended(decided(said, versions=[WARNED])) == ("held", "confirmation")


def test_what_a_person_accepts_is_taken():
    doubtful = contents("Số liệu của huyện đã chính xác so với các xã", subject="Re: BC")
    assert ended(decided(doubtful, versions=[WARNED])) == ("held", "confirmation")
    understood = decided(doubtful, versions=[WARNED], ruling=ACCEPTED)
    assert ended(understood) == ("accepted", "confirmed")
    assert ended(decided(doubtful, versions=[reported("needs_fix")], ruling=ACCEPTED)) == ("held", "confirmation")


@pytest.mark.parametrize(
    "said", ["Em gửi lại báo cáo ạ", "Em gửi chị bản đã sửa", "Gửi chị ạ", "Báo cáo như tệp kèm theo"]
)
def test_an_answer_that_forgot_its_file_is_told_so(said: str):
    answer = contents(said, subject="Re: BC")
    assert ended(decided(answer, versions=[WARNED], conversation=about(1))) == ("returned", "no_attachment")


def test_other_words_about_a_report_that_counts_are_read_by_a_person():
    answer = contents("Em kiểm tra lại rồi báo chị sau", subject="Re: BC")
    understood = decided(answer, versions=[WARNED], conversation=about(1))
    assert (ended(understood), understood.answer) == (("held", "reply"), "receipt:held")
    for talk, versions in ((Conversation(), [WARNED]), (about(1, "return"), [reported("needs_fix")])):
        assert ended(decided(answer, versions=versions, conversation=talk)) == ("returned", "no_attachment")


# Nil reports.


NIL = contents("Đơn vị không phát sinh hoạt động nào trong Tháng hành động.")


def test_a_nil_report_waits_until_a_person_accepts_it():
    assert ended(decided(NIL)) == ("held", "nil_report")
    understood = decided(NIL, ruling=ACCEPTED)
    assert ended(understood) == ("accepted", "nil")
    assert (understood.unit, understood.campaign, understood.answer) == ("H183", NAME, "receipt:nil")
    assert (understood.reports, understood.candidates) == ((), ())


def test_a_nil_sentence_beside_a_workbook_is_the_workbook():
    beside = contents("Mục 3 đơn vị không phát sinh hoạt động", reading())
    assert ended(decided(beside)) == ("accepted", "valid")
    assert ended(decided(contents("Đơn vị không phát sinh", reading()))) == ("accepted", "valid")
    for said in ("Đơn vị không phát sinh", "Em gửi báo cáo rồi ạ"):
        assert decided(contents(said, reading())).detail == ""
    assert decided(contents("Chị bỏ mail trước giúp em", reading())).detail == "recall"
    blank = contents("Đơn vị không phát sinh", reading(verdict="needs_fix", reason="blank_form"))
    assert ended(decided(blank)) == ("held", "nil_report")


def test_a_nil_report_after_the_close_counts_where_a_person_accepts_it():
    assert ended(decided(NIL, at(15))) == ("held", "nil_report")
    assert ended(decided(NIL, at(15), ruling=ACCEPTED)) == ("accepted", "nil")


def test_an_accepted_mail_that_says_neither_stays_what_it_is():
    assert ended(decided(contents("Em gửi báo cáo ạ."), ruling=ACCEPTED)) == ("returned", "no_attachment")


# Recalls.


RECALL = contents("Chị bỏ mail trước giúp em", subject="Thu hồi: BC")


@pytest.mark.parametrize(
    ("talk", "versions", "meant"),
    [
        (
            Conversation(followed=EarlierMail(5, "TN-2019-0005"), last=EarlierMail(7, "TN-2019-0007")),
            [],
            "TN-2019-0005",
        ),
        (Conversation(last=EarlierMail(7, "TN-2019-0007")), [WARNED], "TN-2019-0007"),
        (about(1), [WARNED], "TN-2019-0001"),
        (Conversation(), [WARNED, reported(number=2)], "TN-2019-0002"),
        (Conversation(), [], ""),
    ],
)
def test_a_recall_names_the_mail_that_is_meant(talk: Conversation, versions, meant: str):
    understood = decided(RECALL, conversation=talk, versions=versions)
    assert (ended(understood), understood.detail) == (("held", "recall"), meant)


# Signed copies.


@pytest.mark.parametrize(
    "name", ["scan0012.jpg", "Scan_20190703.jpg", "CamScanner 07-03-2019.jpg", "BC bản ký.jpg", "BC_signed.png"]
)
def test_a_scan_as_a_picture_is_a_signed_copy(name: str):
    scan = contents("", parts=[part(name, "image")])
    before = decided(scan)
    assert (ended(before), before.signed_copy, before.answer) == (
        ("noted", "signed_copy"),
        True,
        "receipt:signed_copy_only",
    )
    after = decided(scan, versions=[WARNED])
    assert (ended(after), after.signed_copy, after.answer) == (("noted", "signed_copy"), True, "")


@pytest.mark.parametrize("name", ["z1432987.jpg", "IMG_2019.jpg", "bang so lieu.png", "ban kyc.jpg"])
def test_a_photo_of_the_table_is_none(name: str):
    photo = contents("", parts=[part(name, "image")])
    for versions in ([], [WARNED]):
        understood = decided(photo, versions=versions)
        assert (ended(understood), understood.signed_copy) == (("returned", "picture_only"), False)


def test_a_scan_beside_a_workbook_is_seen():
    assert decided(contents("", reading(), parts=[part("scan01.jpg", "image")])).signed_copy
    assert not decided(contents("", reading(), parts=[part("z1.jpg", "image")])).signed_copy


@pytest.mark.parametrize(
    ("subject", "name"),
    [("BC huyện Chi Lăng", "scan01.pdf"), ("BC", "BC Chi Lăng_signed.pdf"), ("", "Chi Lang scan.jpg")],
)
def test_a_signed_copy_that_names_another_unit_waits(subject: str, name: str):
    copy = contents("", subject=subject, parts=[part(name, "pdf" if name.endswith("pdf") else "image")])
    understood = decided(copy)
    assert ended(understood) == ("held", "ambiguous_unit")
    assert understood.detail in {subject, name.rpartition(".")[0].replace("_", " ")}


def test_a_signed_copy_that_names_its_own_unit_is_its_own():
    copy = contents("", subject="BC của UBND huyện Cao Lộc (gửi kèm bản của Chi Lăng)", parts=[part("scan.pdf", "pdf")])
    assert ended(decided(copy)) == ("noted", "signed_copy")
