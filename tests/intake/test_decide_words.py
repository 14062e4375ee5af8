"""What a mail without a workbook amounts to; time, machines, and what a person decided."""

import io
import zipfile
from dataclasses import replace

import pytest

from intake import contents as intake_contents
from roll import mails, units
from roll.outcomes import Outcome
from tests.forms import workbooks
from tests.intake import known
from tests.intake import mails as raw_mails
from tests.intake.known import CAO_LOC, CHI_LANG, STRANGER, at, contents, decided, part, reading, version

PDF = part("215-BC-UBND.signed.pdf", "pdf")
INVITATION = part("GM-SYT.pdf", "pdf")
RAR = known.closed("BC.rar", "rar")
QUESTION = "Chị ơi, mục 5.4 tính theo Nghị định 56 hay sao ạ?"
NAME = known.NAME_2019


def ended(understood: mails.Understanding) -> tuple[str, str]:
    return understood.outcome.value, understood.reason


# Mails without a workbook.


@pytest.mark.parametrize(
    ("inside", "outcome", "reason", "answer"),
    [
        (contents("Em gửi báo cáo ạ."), "returned", "no_attachment", "receipt:no_attachment"),
        (contents("", subject=""), "returned", "no_attachment", "receipt:no_attachment"),
        (contents("", parts=[part("image001.png", "image", inline=True)]), "returned", "no_attachment",
         "receipt:no_attachment"),
        (contents("https://drive.google.com/file/d/1AbC/view"), "returned", "cloud_link", "receipt:cloud_link"),
        (contents("", parts=[part("~$BC.xlsx", "lock_file")]), "returned", "lock_file", "receipt:lock_file"),
        (contents("", parts=[part("z1.jpg", "image")]), "returned", "picture_only", "receipt:picture_only"),
        (contents("", parts=[part("45-BC.docx", "docx")]), "returned", "unreadable", "receipt:unreadable"),
        (contents("", parts=[part("BC.xls", "empty")]), "returned", "unreadable", "receipt:unreadable"),
        (contents("", parts=[PDF]), "noted", "signed_copy", "receipt:signed_copy_only"),
        (contents("", parts=[PDF, part("BC.docx", "docx")]), "noted", "signed_copy", "receipt:signed_copy_only"),
        (contents(QUESTION), "held", "question", "receipt:question"),
        (contents(QUESTION, parts=[PDF]), "held", "question", "receipt:question"),
        (contents(QUESTION, parts=[part("~$BC.xlsx", "lock_file")]), "held", "question", "receipt:question"),
        (contents(f"{QUESTION} https://drive.google.com/a"), "held", "question", "receipt:question"),
        (contents("xin gửi chậm đến 10/7 ạ"), "held", "extension_request", "receipt:extension_request"),
        (contents("Đơn vị không có hoạt động."), "held", "nil_report", "receipt:held"),
        (contents("Chị bỏ mail trước giúp em"), "held", "recall", "receipt:held"),
        (contents("Số liệu đúng rồi em nhé"), "held", "confirmation", "receipt:held"),
        (contents("mục 5.2 sửa thành 305"), "held", "correction_in_prose", "receipt:held"),
        (contents("Đơn vị đã gửi báo cáo từ ngày 28/6 rồi ạ"), "held", "says_sent", "receipt:held"),
        (contents("", parts=[RAR]), "held", "archive_not_opened", "receipt:held"),
        (contents("", parts=[known.closed("BC.7z", "7z"), PDF]), "held", "archive_not_opened", "receipt:held"),
        (contents("Em cảm ơn chị ạ!", subject="Re: [Đã tiếp nhận] BC"), "noted", "courtesy", ""),
        (contents("Kính mời chị dự họp 8h ngày 3/7.", subject="Giấy mời", parts=[INVITATION]), "noted", "unrelated",
         ""),
    ],
)  # fmt: skip
def test_a_registered_units_mail_without_a_workbook(inside: mails.Contents, outcome: str, reason: str, answer: str):
    understood = decided(inside)
    assert ended(understood) == (outcome, reason)
    assert understood.answer == answer
    assert (understood.unit, understood.proposal, understood.campaign) == ("H183", None, NAME)
    assert understood.candidates == (() if outcome == "noted" else ("H183",))


def test_a_signed_copy_is_seen_whatever_else_is_in_the_mail():
    assert decided(contents("", parts=[PDF])).signed_copy
    assert decided(contents(QUESTION, parts=[PDF])).signed_copy
    assert decided(contents("", reading(verdict="wrong_form"), parts=[PDF])).signed_copy
    invitation = contents("Kính mời dự họp", subject="Giấy mời", parts=[INVITATION])
    assert not decided(invitation).signed_copy


def test_a_unit_that_has_reported_is_not_asked_for_its_report_when_the_signed_copy_comes():
    earlier = version(contents("", reading()), "H183")
    understood = decided(contents("", parts=[PDF]), versions=[earlier])
    assert (ended(understood), understood.answer) == (("noted", "signed_copy"), "")


def test_no_english_word_of_ours_reaches_a_unit_as_the_detail_of_a_letter():
    empty = replace(part("BC.xls", "empty"), why="0 bytes")
    assert decided(contents("", parts=[empty])).detail == ""


# Time.


@pytest.mark.parametrize(
    ("received_at", "outcome", "reason"),
    [
        (at(1, 6, 0, 0), "accepted", "valid"),
        (at(31, 5, 23, 59), "held", "before_open"),
        (at(9, 7, 23, 59), "accepted", "valid"),
        (at(10, 7, 0, 0), "held", "after_close"),
    ],
)
def test_a_report_counts_within_the_window_only(received_at, outcome: str, reason: str):
    understood = decided(contents("", reading()), received_at)
    assert ended(understood) == (outcome, reason)
    assert (understood.unit, understood.campaign) == ("H183", NAME)
    assert understood.candidates == (("H183",) if outcome == "held" else ())


def test_after_the_close_a_unit_with_more_time_still_reports_and_another_does_not():
    extensions = {(NAME, "H183"): at(20)}
    assert ended(decided(contents("", reading()), at(15), extensions=extensions)) == ("accepted", "valid")
    other = contents("", reading("UBND huyện Chi Lăng"), sender_=CHI_LANG)
    assert ended(decided(other, at(15), extensions=extensions)) == ("held", "after_close")
    assert decided(other, at(15), extensions=extensions).answer == "receipt:after_close"


@pytest.mark.parametrize(
    ("received_at", "reason"), [(at(20, 5), "before_open"), (at(11), "after_close"), (at(3), "no_attachment")]
)
def test_a_mail_without_a_report_outside_the_window_says_so(received_at, reason: str):
    understood = decided(contents("Em gửi báo cáo ạ."), received_at)
    assert understood.reason == reason
    assert understood.outcome.value == ("returned" if reason == "no_attachment" else "held")


def two_campaigns(**changes: object) -> list:
    first = known.campaign_2019()
    return [first, replace(first, name="second", **changes)]


def test_two_open_campaigns_with_the_same_form_leave_it_to_a_person():
    understood = decided(contents("", reading()), campaigns=two_campaigns())
    assert (ended(understood), understood.campaign, understood.unit) == (("held", "ambiguous_campaign"), None, "H183")
    words = decided(contents("Em gửi báo cáo ạ."), campaigns=two_campaigns())
    assert ended(words) == ("held", "ambiguous_campaign")
    assert words.answer != "receipt:after_close"


def test_of_two_campaigns_the_one_with_the_workbooks_form_takes_it():
    understood = decided(contents("", reading()), campaigns=two_campaigns(form_name="OTHER"))
    assert (ended(understood), understood.campaign) == (("accepted", "valid"), NAME)
    newer = two_campaigns(form_version="2")
    assert decided(contents("", reading()), campaigns=newer).campaign == NAME
    assert decided(contents("", reading(version="2")), campaigns=newer).campaign == "second"


def test_figures_of_one_form_never_count_in_a_campaign_that_asks_for_another():
    understood = decided(contents("", reading(form="OTHER")))
    assert (ended(understood), understood.reports) == (("held", "not_on_a_roster"), ())
    elsewhere = replace(known.campaign_2019(), name="second", form_name="OTHER")
    without = replace(known.campaign_2019(), roster=known.roster_2019()[:2])
    understood = decided(contents("", reading()), campaigns=[without, elsewhere])
    assert (ended(understood), understood.reports) == (("held", "not_on_a_roster"), ())


def test_a_closed_campaign_does_not_hide_the_open_one():
    past = replace(known.campaign_2019(), name="2018", opens=at(1, 1), closes=at(1, 2))
    assert decided(contents("", reading()), campaigns=[known.campaign_2019(), past]).campaign == NAME
    assert decided(contents("Em gửi ạ"), campaigns=[past, known.campaign_2019()]).campaign == NAME


def test_between_two_campaigns_the_one_that_closed_is_named():
    later = replace(known.campaign_2019(), name="later", opens=at(1, 12), closes=None)
    understood = decided(contents("", reading()), at(1, 9), campaigns=[known.campaign_2019(), later])
    assert (ended(understood), understood.campaign) == (("held", "after_close"), NAME)


def test_without_any_campaign_everything_waits_and_nothing_fails():
    assert ended(decided(contents("", reading()), campaigns=[])) == ("held", "not_on_a_roster")
    assert ended(decided(contents("Em gửi ạ"), campaigns=[])) == ("held", "not_on_a_roster")


# Machines.


BULK = (("precedence", "bulk"),)
AUTOMATIC = (("auto-submitted", "auto-generated"),)


@pytest.mark.parametrize(("marks", "reason"), [(AUTOMATIC, "auto_reply"), (BULK, "list"), ((("from", ""),), "bounce")])
def test_a_machines_mail_is_noted_in_silence(marks, reason: str):
    understood = decided(contents("Tôi đi công tác.", machine=marks, sender_=STRANGER), authentication="pass")
    assert (ended(understood), understood.answer) == (("noted", reason), "")


@pytest.mark.parametrize("marks", [BULK, AUTOMATIC, (("return-path", "<>"),), (("x-auto-response-suppress", "All"),)])
def test_a_units_report_with_a_machines_marks_is_taken_and_not_answered(marks):
    understood = decided(contents("", reading(), machine=marks))
    assert (ended(understood), understood.answer) == (("accepted", "valid"), "")


@pytest.mark.parametrize("carrier", [RAR, part("BC.docx", "docx"), part("BC.zip", "zip"), part("winmail.dat", "tnef")])
def test_what_a_units_document_system_sends_is_not_lost_as_an_automatic_reply(carrier: mails.Part):
    understood = decided(contents("", parts=[carrier], machine=AUTOMATIC))
    assert understood.outcome is not Outcome.NOTED
    assert understood.answer == ""


def test_what_an_officer_wrote_in_a_document_system_is_read_and_not_answered():
    for words, reason in (("Mục 5.4 tính thế nào ạ?", "question"), ("Đơn vị không phát sinh hoạt động.", "nil_report")):
        understood = decided(contents(words, machine=AUTOMATIC))
        assert (ended(understood), understood.answer) == (("held", reason), "")
    signed = decided(contents("", parts=[part("215-BC-UBND.signed.pdf", "pdf")], machine=AUTOMATIC))
    assert (ended(signed), signed.unit) == (("noted", "signed_copy"), "H183")
    away = contents("Tôi đi công tác.", subject="Trả lời tự động: Nhắc gửi báo cáo", machine=AUTOMATIC)
    assert ended(decided(away)) == ("noted", "auto_reply")


def test_a_units_words_behind_a_gateway_that_marks_as_bulk_are_read_and_not_answered():
    understood = decided(contents("Đơn vị báo cáo: đã tặng 120 suất quà.", machine=BULK))
    assert (ended(understood), understood.answer) == (("returned", "no_attachment"), "")
    newsletter = contents("Bản tin tuần của tạp chí.", subject="Số 26", machine=BULK)
    assert ended(decided(newsletter)) == ("noted", "list")


def test_a_bounce_that_brings_our_own_form_back_is_no_report():
    bounce = contents("", reading(), machine=(("content-type", "multipart/report; report-type=delivery-status"),))
    assert (ended(decided(bounce)), decided(bounce).answer) == (("noted", "bounce"), "")


def test_our_own_mail_is_never_answered():
    understood = decided(contents("", reading(), sender_=known.OURS), authentication="pass")
    assert (ended(understood), understood.answer) == (("noted", "ourselves"), "")


# What a person decided.


@pytest.mark.parametrize(
    ("inside", "changes"),
    [
        (contents("", reading("UBND huyện Chi Lăng")), {}),
        (contents("", reading("UBND xã Yên Trạch"), sender_=STRANGER), {}),
        (contents("", reading(), sender_=()), {}),
        (contents("", reading(), sender_=("a@x.example", "b@x.example")), {}),
        (contents("", reading(), flaws=("signed_mail",)), {}),
        (contents("", reading(), subject="BC (1/3)"), {}),
        (contents("", reading(), machine=AUTOMATIC), {}),
        (contents("", reading()), {"authentication": "fail"}),
        (contents("", reading()), {"same_bytes": 7}),
    ],
)
def test_a_mail_that_a_person_gave_to_a_unit_is_that_units(inside: mails.Contents, changes: dict):
    understood = decided(inside, assigned="H187", **changes)
    assert (ended(understood), understood.unit, understood.proposal) == (("accepted", "valid"), "H187", None)
    assert understood.reports[0].unit == "H187"
    assert understood.evidence[0] == mails.Evidence("decision", "H187", ("H187",))


def test_without_the_decision_the_mail_is_what_it_was():
    inside = contents("", reading("UBND huyện Chi Lăng"), sender_=STRANGER)
    before = decided(inside)
    assert decided(inside, assigned="H187") != before
    assert decided(inside) == before


def test_a_decision_does_not_open_what_is_dangerous():
    assert ended(decided(contents("", reading(), dangers=("executable",)), assigned="H187")) == (
        "quarantined",
        "hostile",
    )
    assert decided(contents("", reading(verdict="personal_data")), assigned="H187").unit == "H187"


def test_a_decision_does_not_make_one_report_of_several():
    inside = contents("", reading("Xã A", values="1"), reading("Xã B", values="2"), sender_=STRANGER)
    understood = decided(inside, assigned="H187")
    assert (ended(understood), understood.unit) == (("returned", "lower_level_reports"), "H187")
    assert understood.reports == ()
    assert "H187" in understood.candidates


def test_a_decision_does_not_answer_who_must_not_be_answered():
    assert decided(contents("", reading()), assigned="H187", authentication="fail").answer == ""
    assert decided(contents("", reading(), machine=AUTOMATIC), assigned="H187").answer == ""


def test_a_mail_of_an_uncertain_sender_is_answered_at_the_units_own_address():
    for inside in (
        contents("", reading(), sender_=("evil@x.example", CHI_LANG)),
        contents("", reading(), sender_="evil@x.example", flaws=("address_in_display_name",)),
        contents("", reading(), sender_=()),
    ):
        assert decided(inside, assigned="H187").answer_to == CHI_LANG
    assert decided(contents("", reading(), sender_=STRANGER), assigned="H187").answer_to == STRANGER


def test_the_same_file_handed_in_for_two_units_is_each_ones():
    handed_in = contents("", reading(""), sender_=())
    earlier = version(handed_in, "H183")
    understood = decided(handed_in, assigned="H187", same_bytes=1, versions=[earlier])
    assert (ended(understood), understood.unit) == (("accepted", "valid"), "H187")
    again = decided(handed_in, assigned="H183", same_bytes=1, versions=[earlier])
    assert ended(again) == ("duplicate", "same_file")


def test_an_assigned_question_stays_a_question():
    understood = decided(contents(QUESTION, sender_=STRANGER), assigned="H187")
    assert (ended(understood), understood.unit, understood.candidates) == (("held", "question"), "H187", ("H187",))


def test_a_unit_that_is_valid_on_no_roster_waits():
    assert ended(decided(contents("", reading()), assigned="X999")) == ("held", "not_on_a_roster")


# From the bytes.


@pytest.fixture(scope="module")
def reader() -> intake_contents.Reader:
    return intake_contents.Reader([known.form_2019()])


def attached_mail(raw: bytes) -> bytes:
    return b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + raw


@pytest.mark.parametrize(
    ("outer", "expected"), [(CAO_LOC, ("accepted", "H183", None)), (STRANGER, ("held", None, "H183"))]
)
def test_a_forwarded_mail_is_the_forwarders_whoever_wrote_the_inner_one(reader, outer: str, expected):
    workbook = workbooks.filled_2019(known.form_2019(), "UBND huyện Cao Lộc", 5)
    inner = raw_mails.mail("<ke.khac@mail.example>", "BC", "x", attachments=[("BC.xlsx", workbook)])
    raw = raw_mails.head(f"<{outer}>", "Fwd: BC") + raw_mails.multipart([attached_mail(inner)], boundary="outer")
    inside = reader.read(raw)
    understood = decided(inside)
    assert inside.headers.from_addresses == (outer,)
    assert (understood.outcome.value, understood.unit, understood.proposal) == expected


def test_an_address_in_the_display_name_is_nobodys(reader):
    raw = raw_mails.mail(f'"{CAO_LOC}" <evil@x.example>', "BC", "Em gửi báo cáo ạ.")
    understood = decided(reader.read(raw), authentication="pass")
    assert (ended(understood), understood.answer) == (("held", "lookalike_sender"), "")
    raw = raw_mails.mail('"ai.do@y.example" <evil@x.example>', "BC", "Em gửi báo cáo ạ.")
    understood = decided(reader.read(raw), authentication="pass")
    assert (ended(understood), understood.answer) == (("held", "odd_mail"), "")


def test_a_members_password_is_told_as_a_password(reader):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("BC.xlsx", b"secret")
    data = bytearray(packed.getvalue())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    raw = raw_mails.mail(f"<{CAO_LOC}>", "BC", "Em gửi ạ.", attachments=[("BC.zip", bytes(data))])
    assert ended(decided(reader.read(raw))) == ("returned", "encrypted")


def test_a_unit_may_be_on_the_roster_without_an_address():
    entry = units.RosterEntry(units.Unit("N1", "UBND huyện Mới", "huyện Mới"), units.Obligation.REQUIRED)
    campaign = replace(known.campaign_2019(), roster=(entry,))
    assert decided(contents("", reading(), sender_=()), assigned="N1", campaigns=[campaign]).answer == ""
