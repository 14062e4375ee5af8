"""What a mail amounts to: each rule as a sentence, and every way in which a mail could be lost or credited wrongly."""

from dataclasses import replace
from datetime import date

import pytest

from intake import sender
from roll import mails, units
from roll.outcomes import Outcome
from tests.intake import known
from tests.intake.known import CAO_LOC, CHI_LANG, SHARED, STRANGER, contents, decided, part, reading, version

PDF = part("215-BC-UBND.signed.pdf", "pdf")
INVITATION = part("GM-SYT.pdf", "pdf")
RAR = known.closed("BC.rar", "rar")
QUESTION = "Chị ơi, mục 5.4 tính theo Nghị định 56 hay sao ạ?"
NAME = known.NAME_2019


def ended(understood: mails.Understanding) -> tuple[str, str]:
    return understood.outcome.value, understood.reason


# Reports.


@pytest.mark.parametrize(
    ("verdict", "outcome", "reason", "answer"),
    [
        ("valid", "accepted", "valid", "acknowledgement"),
        ("needs_confirm", "accepted", "warnings", "confirm"),
        ("needs_fix", "returned", "errors", "return"),
        ("wrong_form", "returned", "wrong_form", "receipt:wrong_form"),
        ("unreadable", "returned", "unreadable", "receipt:unreadable"),
        ("encrypted", "returned", "encrypted", "receipt:encrypted"),
    ],
)
def test_a_registered_units_workbook_ends_as_the_contract_says(verdict: str, outcome: str, reason: str, answer: str):
    understood = decided(contents("", reading(verdict=verdict)))
    assert ended(understood) == (outcome, reason)
    assert (understood.unit, understood.campaign, understood.proposal) == ("H183", NAME, None)
    assert [(report.unit, report.campaign, report.verdict.value) for report in understood.reports] == [
        ("H183", NAME, verdict)
    ]
    assert understood.candidates == (("H183",) if outcome == "returned" else ())
    assert (understood.answer, understood.answer_to) == (answer, CAO_LOC)


def test_the_form_without_a_value_is_returned():
    blank = reading(verdict="needs_fix", reason="blank_form")
    understood = decided(contents("", blank))
    assert ended(understood) == ("returned", "blank_form")
    assert understood.answer == "receipt:blank_form"


@pytest.mark.parametrize("verdict", ["hostile", "personal_data"])
def test_a_dangerous_workbook_is_quarantined_in_silence_even_beside_a_good_one(verdict: str):
    understood = decided(contents("", reading(), reading(verdict=verdict)))
    assert ended(understood) == ("quarantined", verdict)
    assert (understood.unit, understood.proposal, understood.candidates) == (None, "H183", ("H183",))
    assert understood.reports == ()
    assert understood.answer == ""


def test_a_danger_goes_before_everything_else():
    bounce = contents("", reading(), dangers=("executable",), machine=(("content-type", "multipart/report"),))
    assert ended(decided(bounce, authentication="fail", same_bytes=3)) == ("quarantined", "hostile")


def test_the_address_and_the_workbook_must_agree():
    understood = decided(contents("", reading("UBND huyện Cao Lộc"), sender_=CHI_LANG))
    assert ended(understood) == ("held", "ambiguous_unit")
    assert (understood.unit, understood.proposal) == (None, "H183")
    assert set(understood.candidates) == {"H183", "H187"}
    assert (understood.answer, understood.answer_to) == ("receipt:held", CHI_LANG)
    assert understood.reports == ()


def test_a_blank_unit_line_leaves_it_to_the_address():
    for line in ("", "……………", " . . . "):
        assert decided(contents("", reading(line))).unit == "H183"


@pytest.mark.parametrize("line", ["UBND xã Yên Trạch", "Thị trấn Cao Lộc", "Trường THCS Cao Lộc", "Xã Cao Lộc"])
def test_a_communes_report_from_its_districts_address_is_nobodys_and_proposed_for_nobody(line: str):
    understood = decided(contents("", reading(line)))
    assert ended(understood) == ("held", "ambiguous_unit")
    assert (understood.unit, understood.proposal, understood.reports) == (None, None, ())
    assert understood.candidates == ("H183",)


def test_a_line_that_says_something_else_is_held_with_the_addresss_unit_as_proposal():
    understood = decided(contents("", reading("Nguyễn Thị Hoa, chuyên viên")))
    assert ended(understood) == ("held", "ambiguous_unit")
    assert understood.proposal == "H183"


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "BC cua Bình Gia gui ho"},
        {"subject": "Fwd: BC"},
        {"subject": "Re: Fw: báo cáo"},
        {"from_name": "Bình Gia"},
        {"text": "Em gửi hộ huyện Bình Gia ạ."},
    ],
)
def test_a_blank_unit_line_is_not_enough_where_the_mail_may_be_anothers(changes: dict[str, str]):
    text = changes.pop("text", "Em gửi ạ.")
    understood = decided(contents(text, reading(""), **changes))
    assert ended(understood) == ("held", "ambiguous_unit")
    assert "H183" in understood.candidates


def test_a_blank_unit_line_in_an_attached_mail_is_not_the_senders():
    workbook = part("BC.xlsx", "xlsx", reading=0, path="Fwd BC xa.eml")
    inside = replace(contents("", reading("")), parts=(workbook,))
    assert ended(decided(inside)) == ("held", "ambiguous_unit")
    named = replace(contents("", reading("UBND huyện Cao Lộc")), parts=(workbook,))
    assert ended(decided(named)) == ("accepted", "valid")


def test_a_blank_unit_line_in_an_archive_of_the_sender_is_the_senders():
    archive = part("BC.zip", "zip")
    workbook = part("BC.xlsx", "xlsx", reading=0, path="BC.zip")
    photos = [part(f"{number}.jpg", "image", path="BC.zip") for number in range(40)]
    inside = replace(contents("", reading("")), parts=(archive, *photos, workbook))
    assert ended(decided(inside)) == ("accepted", "valid")


def test_an_inline_workbook_and_one_with_a_name_that_says_nothing_count():
    inline = part("AT00001.dat", "xlsx", reading=0, inline=True)
    assert ended(decided(replace(contents("", reading()), parts=(inline,)))) == ("accepted", "valid")


# An address of two units.


@pytest.mark.parametrize(
    ("line", "unit"), [("UBND huyện Văn Lãng", "H182"), ("Phòng LĐTBXH-DT huyện Văn Quan", "H184")]
)
def test_of_an_address_of_two_units_the_workbook_says_which(line: str, unit: str):
    understood = decided(contents("", reading(line), sender_=SHARED))
    assert (ended(understood), understood.unit) == (("accepted", "valid"), unit)


@pytest.mark.parametrize("text", ["", "Em gửi báo cáo huyện Văn Lãng ạ."])
@pytest.mark.parametrize("line", ["", "UBND huyện Văn Lãng, UBND huyện Văn Quan", "Hai huyện"])
def test_figures_from_an_address_of_two_units_are_never_credited_on_words_alone(text: str, line: str):
    understood = decided(contents(text, reading(line), sender_=SHARED))
    assert ended(understood) == ("held", "ambiguous_unit")
    assert understood.reports == ()
    assert set(understood.candidates) >= {"H182", "H184"}


def test_a_question_from_an_address_of_two_units_is_the_ones_that_it_speaks_of():
    assert decided(contents(f"Huyện Văn Lãng hỏi: {QUESTION}", sender_=SHARED)).unit == "H182"
    understood = decided(contents(QUESTION, sender_=SHARED))
    assert ended(understood) == ("held", "ambiguous_unit")
    assert understood.candidates == ("H182", "H184")


# Strangers.


def test_a_stranger_who_names_a_unit_is_held_with_the_unit_as_proposal():
    understood = decided(contents("", reading("UBND huyện Văn Lãng"), sender_=STRANGER))
    assert ended(understood) == ("held", "unknown_sender")
    assert (understood.unit, understood.proposal, understood.candidates) == (None, "H182", ("H182",))
    assert (understood.answer, understood.reports) == ("", ())


def test_a_stranger_with_an_aligned_pass_gets_one_neutral_receipt():
    understood = decided(contents("", reading("UBND huyện Văn Lãng"), sender_=STRANGER), authentication="pass")
    assert (understood.answer, understood.answer_to) == ("receipt:unknown_sender", STRANGER)
    assert understood.unit is None


@pytest.mark.parametrize("authentication", ["none", "fail"])
def test_a_stranger_without_a_pass_gets_silence(authentication: str):
    assert decided(contents("", reading(), sender_=STRANGER), authentication=authentication).answer == ""


@pytest.mark.parametrize(
    "inside",
    [
        contents("", sender_=STRANGER, subject="", parts=[RAR]),
        contents("", sender_=STRANGER, subject="", parts=[part("1.zip", "zip")]),
        contents("", sender_=STRANGER, subject="", parts=[part("winmail.dat", "tnef")]),
        contents("", sender_=STRANGER, subject="", parts=[part("scan0012.pdf", "pdf")]),
        contents("", sender_=STRANGER, subject="", parts=[part("z1432.jpg", "image")]),
        contents("Chào chị", sender_=STRANGER, subject="Gửi chị", parts=[part("a.docx", "docx")]),
        contents("Đơn vị không phát sinh hoạt động.", sender_=STRANGER, subject=""),
        contents("Xin lùi thời hạn đến 10/7", sender_=STRANGER, subject=""),
        contents("Em gửi ạ", sender_=STRANGER, subject="bao cao"),
        contents("Em ở UBND xã Yên Trạch", sender_=STRANGER, subject="Chào chị"),
        contents("Gửi chị", sender_=STRANGER, subject="", from_name="Phòng LĐTBXH huyện Chi Lăng"),
        contents("", reading(verdict="wrong_form"), sender_=STRANGER, subject=""),
        contents("", reading(verdict="encrypted"), sender_=STRANGER, subject=""),
    ],
)
def test_a_strangers_mail_in_which_anything_may_be_a_report_is_held(inside: mails.Contents):
    assert ended(decided(inside)) == ("held", "unknown_sender")


@pytest.mark.parametrize(
    "inside",
    [
        contents("Kính mời Quý cơ quan dự hội thảo về năng lượng tại Lạng Sơn.", sender_=STRANGER, subject="Mời",
                 parts=[part("brochure.pdf", "pdf")]),
        contents("Bạn có muốn giảm giá 50% không?", sender_=STRANGER, subject="Khuyến mại"),
        contents("", sender_=STRANGER, subject=""),
    ],
)  # fmt: skip
def test_a_strangers_mail_in_which_nothing_speaks_of_reports_or_units_is_noted(inside: mails.Contents):
    understood = decided(inside, authentication="pass")
    assert ended(understood) == ("noted", "unrelated")
    assert (understood.answer, understood.candidates) == ("", ())


def test_the_provinces_own_name_is_no_hint_at_the_city_of_that_name():
    understood = decided(contents("Gửi báo cáo. Lạng Sơn, ngày 3/7.", sender_=STRANGER))
    assert (understood.proposal, understood.candidates) == (None, ())


def test_macros_of_a_stranger_are_hostile_and_those_of_a_unit_a_wrong_form():
    macros = part("Bieu mau moi.xls", "xlsm", reading=0, content="x")
    inside = replace(contents("", reading(verdict="wrong_form")), parts=(replace(macros, used=False),))
    assert ended(decided(inside)) == ("returned", "wrong_form")
    stranger = replace(inside, headers=replace(inside.headers, from_addresses=(STRANGER,)))
    assert ended(decided(stranger)) == ("quarantined", "hostile")


# Authentication, and addresses that can be read in two ways.


def test_a_mail_that_its_senders_domain_disowns_is_held_in_silence():
    understood = decided(contents("", reading()), authentication="fail")
    assert ended(understood) == ("held", "failed_authentication")
    assert (understood.proposal, understood.candidates, understood.answer) == ("H183", ("H183",), "")


def test_no_verdict_is_not_a_failed_one():
    assert decided(contents("", reading()), authentication="none").answer == "acknowledgement"


@pytest.mark.parametrize("addresses", [(), (CAO_LOC, "evil@x.example"), ("evil@x.example", CAO_LOC)])
def test_a_mail_without_exactly_one_sender_is_held_in_silence(addresses: tuple[str, ...]):
    understood = decided(contents("", reading(), sender_=addresses), authentication="pass")
    assert ended(understood) == ("held", "no_single_sender")
    assert understood.answer == ""
    assert understood.candidates == ("H183",)


@pytest.mark.parametrize("flaw", ["address_in_display_name", "ambiguous_address", "no_blank_line", "two_from_fields"])
@pytest.mark.parametrize("address", [CAO_LOC, STRANGER])
def test_a_sender_that_can_be_read_in_two_ways_is_held_in_silence(flaw: str, address: str):
    understood = decided(contents("", reading(), sender_=address, flaws=(flaw,)), authentication="pass")
    assert ended(understood) == ("held", "odd_mail")
    assert understood.answer == ""


@pytest.mark.parametrize("flaw", ["uuencoded", "yencoded", "partial_message", "closed_envelope"])
def test_an_odd_mail_of_a_certain_registered_sender_is_held_and_he_is_told(flaw: str):
    understood = decided(contents("", flaws=(flaw,)))
    assert (ended(understood), understood.answer) == (("held", "odd_mail"), "receipt:held")


# The same again.


def test_the_same_mail_again_is_a_duplicate_in_silence():
    understood = decided(contents("", reading()), same_bytes=7)
    assert (ended(understood), understood.detail, understood.answer) == (("duplicate", "same_mail"), "7", "")
    assert (understood.unit, understood.reports) == ("H183", ())


def test_the_same_file_again_is_a_duplicate():
    first = contents("", reading())
    understood = decided(contents("Em gửi lại ạ.", reading()), versions=[version(first, "H183")])
    assert (ended(understood), understood.detail) == (("duplicate", "same_file"), "TN-2019-0001")
    assert understood.reports == ()


def test_the_same_figures_in_another_file_are_a_duplicate_that_is_answered():
    first = contents("", reading())
    again = replace(first, parts=(replace(first.parts[0], sha256=known.sha("saved again")),))
    understood = decided(again, versions=[version(first, "H183")])
    assert (ended(understood), understood.answer) == (("duplicate", "same_values"), "receipt:duplicate")


def test_the_same_file_of_another_unit_is_no_duplicate():
    first = contents("", reading(""))
    second = contents("", reading(""), sender_=CHI_LANG)
    understood = decided(second, versions=[version(first, "H183")])
    assert (ended(understood), understood.unit) == (("accepted", "valid"), "H187")


def test_the_file_of_a_version_replaced_since_waits_for_a_person():
    old, new = contents("", reading(values="old")), contents("", reading(values="new"))
    new = replace(new, parts=(replace(new.parts[0], sha256=known.sha("new")),))
    versions = [version(old, "H183", 1, current=False), version(new, "H183", 2)]
    understood = decided(old, versions=versions)
    assert (ended(understood), understood.unit) == (("held", "older_version"), "H183")
    assert understood.detail == "TN-2019-0001"


def test_the_file_of_a_returned_version_again_is_a_duplicate_whatever_came_between():
    wrong, good = contents("", reading(verdict="needs_fix", values="wrong")), contents("", reading(values="good"))
    good = replace(good, parts=(replace(good.parts[0], sha256=known.sha("good")),))
    versions = [version(wrong, "H183", 1, current=False), version(good, "H183", 2)]
    assert ended(decided(wrong, versions=versions)) == ("duplicate", "same_file")


def test_a_correction_is_taken_and_a_wrong_one_returned():
    good, wrong = contents("", reading(values="1")), contents("", reading(verdict="needs_fix", values="2"))
    better = contents("", reading(values="3"))
    for number, each in enumerate((wrong, better)):
        other = replace(each, parts=(replace(each.parts[0], sha256=known.sha(f"other {number}")),))
        assert decided(other, versions=[version(good, "H183")]).reports


def test_a_mail_read_again_is_no_duplicate_of_itself():
    inside = contents("", reading())
    assert ended(decided(inside, versions=[version(inside, "H183", 100)])) == ("accepted", "valid")


# Several workbooks.


def test_a_correct_report_beside_an_unrelated_workbook_is_accepted():
    understood = decided(contents("", reading(verdict="wrong_form"), reading()))
    assert (ended(understood), understood.reports[0].reading) == (("accepted", "valid"), 1)


def test_a_correct_report_beside_the_blank_form_is_accepted():
    blank = reading("", verdict="needs_fix", reason="blank_form", values="none")
    understood = decided(contents("", blank, reading()))
    assert (ended(understood), understood.reports[0].reading) == (("accepted", "valid"), 1)


def test_the_same_report_as_two_files_counts_once():
    assert len(decided(contents("", reading(), reading())).reports) == 1


@pytest.mark.parametrize("other", [RAR, PDF, part("anh.jpg", "image"), part("BC.docx", "docx")])
def test_a_correct_report_with_other_files_is_accepted(other: mails.Part):
    understood = decided(contents("", reading(), parts=[other]))
    assert ended(understood) == ("accepted", "valid")
    assert understood.signed_copy is (other is PDF)


def test_p12_two_different_workbooks_of_one_unit_wait_for_a_person():
    understood = decided(contents("", reading(values="1"), reading(values="2")))
    assert (ended(understood), understood.proposal) == (("held", "several_workbooks"), "H183")


@pytest.mark.parametrize("reason", ["several_tables", "unclear_columns"])
@pytest.mark.parametrize("verdict", ["needs_fix", "needs_confirm"])
def test_p12_p34_a_workbook_that_only_staff_can_judge_waits_as_its_units(reason: str, verdict: str):
    understood = decided(contents("", reading(verdict=verdict, reason=reason)))
    assert (ended(understood), understood.unit, understood.reports) == (("held", reason), "H183", ())


def test_two_communes_with_the_same_figures_are_not_one_report():
    inside = contents("", reading("UBND xã Yên Trạch", values="0"), reading("UBND xã Hội Hoan", values="0"))
    understood = decided(inside)
    assert (ended(understood), understood.unit) == (("returned", "lower_level_reports"), "H183")
    assert (understood.answer, understood.candidates) == ("receipt:lower_level_reports", ("H183",))


def test_two_units_of_one_address_may_report_in_one_mail():
    inside = contents("", reading("Văn Lãng", values="0"), reading("Văn Quan", "needs_fix", values="0"), sender_=SHARED)
    understood = decided(inside)
    assert ended(understood) == ("returned", "errors")
    assert [(report.unit, report.outcome) for report in understood.reports] == [
        ("H182", Outcome.ACCEPTED),
        ("H184", Outcome.RETURNED),
    ]
    assert understood.unit is None


def test_a_unit_does_not_report_for_another_in_the_same_mail():
    inside = contents("", reading("Cao Lộc", values="1"), reading("Chi Lăng", values="2"))
    understood = decided(inside)
    assert (ended(understood), understood.reports) == (("held", "several_workbooks"), ())
    assert set(understood.candidates) == {"H183", "H187"}


def test_workbooks_beyond_the_limit_are_not_passed_over_in_silence():
    inside = contents("", reading(), parts=[part("BC 61.xlsx", "xlsx", content="unread")])
    assert ended(decided(inside)) == ("held", "several_workbooks")


def test_a_report_in_several_mails_waits_as_its_units():
    understood = decided(contents("Em gửi phần 1 ạ.", reading(), subject="BC (1/3)"))
    assert (ended(understood), understood.unit) == (("held", "several_mails"), "H183")


def test_a_date_in_the_subject_does_not_make_a_report_one_of_several():
    subject = "BC Tháng hành động và Quốc tế thiếu nhi (1/6)"
    assert ended(decided(contents("", reading(), subject=subject))) == ("accepted", "valid")


# Workbooks beside words.


@pytest.mark.parametrize("verdict", ["wrong_form", "unreadable", "encrypted"])
def test_a_workbook_that_is_not_the_form_with_a_question_is_the_questions(verdict: str):
    understood = decided(contents(QUESTION, reading(verdict=verdict)))
    assert (ended(understood), understood.answer) == (("held", "question"), "receipt:question")
    assert (understood.unit, understood.candidates) == ("H183", ("H183",))


def test_the_blank_form_with_a_question_or_a_nil_report_is_held_for_it():
    blank = reading(verdict="needs_fix", reason="blank_form")
    assert ended(decided(contents(QUESTION, blank))) == ("held", "question")
    assert ended(decided(contents("Đơn vị không phát sinh hoạt động.", blank))) == ("held", "nil_report")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (QUESTION, "question"),
        ("Số liệu đúng rồi em nhé", "confirmation"),
        ("Mục 5.2 sửa thành 305", "correction_in_prose"),
        ("Chị bỏ mail trước giúp em, lấy bản này ạ", "recall"),
        ("Xin lùi thời hạn gửi bản giấy ạ", "extension_request"),
        ("Em gửi báo cáo ạ.", ""),
    ],
)
@pytest.mark.parametrize(("verdict", "outcome"), [("valid", "accepted"), ("needs_fix", "returned")])
def test_a_report_is_taken_and_what_else_the_mail_wants_is_told_to_staff(
    text: str, wanted: str, verdict: str, outcome: str
):
    understood = decided(contents(text, reading(verdict=verdict)))
    assert (understood.outcome.value, understood.detail) == (outcome, wanted)
    assert understood.reports


def test_an_encrypted_workbook_is_asked_for_without_its_password():
    understood = decided(contents("Gửi báo cáo, mật khẩu gửi ở thư sau.", reading(verdict="encrypted")))
    assert (ended(understood), understood.answer) == (("returned", "encrypted"), "receipt:encrypted")


def test_a_password_that_comes_by_mail_is_held_and_quoted_nowhere():
    understood = decided(contents("Mật khẩu của tệp: langson2019", subject="BC (tiếp)"))
    assert (ended(understood), understood.answer) == (("held", "password"), "receipt:held")
    assert "langson2019" not in str(understood)


def test_a_wrong_workbook_beside_an_archive_waits_for_the_archive():
    understood = decided(contents("", reading(verdict="wrong_form"), parts=[RAR]))
    assert ended(understood) == ("held", "archive_not_opened")


def test_of_several_failures_the_password_is_told_about_first():
    understood = decided(contents("", reading(verdict="unreadable"), reading(verdict="encrypted")))
    assert ended(understood) == ("returned", "encrypted")


@pytest.mark.parametrize(
    "inside",
    [
        contents("Em gửi báo cáo ạ.", reading(""), sender_="an.cu@mail.example"),
        contents("Mục 5.4 tính thế nào ạ?", sender_="an.cu@mail.example", subject="Hỏi"),
    ],
)
def test_a_mail_from_an_address_whose_days_at_a_unit_have_ended_waits_and_holds_the_unit(inside: mails.Contents):
    past = units.Address("an.cu@mail.example", None, date(2019, 6, 30))
    roster = [
        replace(entry, unit=replace(entry.unit, addresses=(*entry.unit.addresses, past)))
        if entry.unit.code == "H183"
        else entry
        for entry in known.roster_2019()
    ]
    understood = decided(inside, register=sender.Register(roster))
    assert ended(understood) == ("held", "unknown_sender")
    assert (understood.unit, understood.candidates, understood.reports) == (None, ("H183",), ())
