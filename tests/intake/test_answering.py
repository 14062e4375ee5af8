"""Design rule 6 as one table: who is answered, by registration, by what the server found, and by what came."""

from dataclasses import replace

import pytest

from intake import answering, authentication
from roll import mails as roll_mails
from tests.intake import known
from tests.intake.known import CAO_LOC, CHI_LANG, STRANGER, contents, reading

SERVER = "mx.so.example"
# What the receiving server wrote: nothing, a field without a verdict, and verdicts on the domain of From.
FOUND = {
    "no field": (),
    "no verdict": (f"{SERVER}; none",),
    "dkim of another": (f"{SERVER}; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=x@evil.example",),
    "another server": ("mx.evil.example; dmarc=pass header.from={domain}",),
    "dmarc pass": (f"{SERVER}; dmarc=pass header.from={{domain}}",),
    "dkim aligned": (f"{SERVER}; dkim=pass header.d={{domain}}; dmarc=none",),
    "spf aligned": (f"{SERVER}; spf=pass smtp.mailfrom=x@{{domain}}; dkim=none",),
    "arc pass, dmarc fail": (f"{SERVER}; arc=pass (i=1 dmarc=pass); dmarc=fail header.from={{domain}}",),
    "arc alone": (f"{SERVER}; arc=pass (i=1 spf=pass dkim=pass dmarc=pass fromdomain={{domain}})",),
    "dmarc fail": (f"{SERVER}; dkim=fail; dmarc=fail (p=NONE) header.from={{domain}}",),
    "dmarc fail, in its own field": (f"{SERVER}; dkim=none", f"{SERVER}; dmarc=fail header.from={{domain}}"),
    "forged pass below": (f"{SERVER}; none", f"{SERVER}; dmarc=pass header.from={{domain}}"),
}
PASSED = {"dmarc pass", "dkim aligned", "spf aligned"}
FAILED = {"dmarc fail", "dmarc fail, in its own field", "arc pass, dmarc fail"}
# What came, and by which letter a registered address is answered; empty for silence whoever wrote it.
CAME: dict[str, tuple[roll_mails.Contents, str]] = {
    "a report": (contents("Em gửi báo cáo ạ.", reading()), "acknowledgement"),
    "a report with errors": (contents("Em gửi báo cáo ạ.", reading(verdict="needs_fix")), "return"),
    "a question": (contents("Chị ơi, mục 5.4 của báo cáo tính thế nào ạ?"), "receipt:question"),
    "no file": (contents("Em gửi báo cáo huyện Cao Lộc ạ."), "receipt:no_attachment"),
    "an automatic reply": (contents("Báo cáo", machine=(("auto-submitted", "auto-replied"),)), ""),
    "a report through a gateway": (contents("", reading(), machine=(("precedence", "bulk"),)), ""),
    "a request for silence": (contents("", reading(), machine=(("x-auto-response-suppress", "All"),)), ""),
    "a danger": (contents("", reading(), dangers=("executable",)), ""),
    "two senders in one": (contents("", reading(), flaws=("ambiguous_address",)), ""),
}


def understood(came: str, found: str, address: str, server: str = SERVER) -> roll_mails.Understanding:
    inside, _ = CAME[came]
    fields = tuple(field.format(domain=address.rpartition("@")[2]) for field in FOUND[found])
    headers = replace(inside.headers, from_addresses=(address,), authentication_results=fields)
    inside = replace(inside, headers=headers)
    return known.decided(inside, authentication=authentication.verdict(headers, server))


@pytest.mark.parametrize("came", CAME)
@pytest.mark.parametrize("found", FOUND)
def test_a_registered_sender_is_answered_unless_his_domain_disowns_the_mail(came: str, found: str) -> None:
    done = understood(came, found, CAO_LOC)
    expected = "" if found in FAILED else CAME[came][1]
    assert (done.answer, done.answer_to) == (expected, CAO_LOC if expected else "")
    if found in FAILED and came not in {"a danger", "an automatic reply"}:
        assert (done.outcome.value, done.reason, done.reports) == ("held", "failed_authentication", ())


@pytest.mark.parametrize("came", CAME)
@pytest.mark.parametrize("found", FOUND)
def test_a_stranger_gets_the_neutral_receipt_only_where_his_domain_vouches_for_him(came: str, found: str) -> None:
    done = understood(came, found, STRANGER)
    expected = "receipt:unknown_sender" if found in PASSED and CAME[came][1] else ""
    assert (done.answer, done.answer_to) == (expected, STRANGER if expected else "")
    assert done.reports == ()
    assert done.outcome.value in {"held", "noted", "quarantined"}


@pytest.mark.parametrize("found", FOUND)
def test_without_a_server_to_believe_no_verdict_counts(found: str) -> None:
    assert understood("a report", found, CAO_LOC, server="").answer == "acknowledgement"
    assert understood("a report", found, STRANGER, server="").answer == ""


def test_a_stranger_whose_mail_is_about_nothing_of_ours_is_not_answered() -> None:
    inside = contents("Trân trọng kính mời dự hội chợ.", sender_=STRANGER, subject="Thư mời")
    done = known.decided(inside, authentication="pass")
    assert (done.outcome.value, done.reason, done.answer) == ("noted", "unrelated", "")


# Reply-To.


def test_an_answer_goes_to_from_and_staff_are_told_that_another_address_was_asked_for() -> None:
    inside = contents("", reading(), reply_to=("thief@mail.example",))
    done = known.decided(inside)
    assert (done.answer, done.answer_to) == ("acknowledgement", CAO_LOC)
    assert done.detail == "Reply-To: thief@mail.example"
    assert ("reply-to", "thief@mail.example") in {(piece.source, piece.text) for piece in done.evidence}


def test_a_reply_to_within_the_own_domain_is_nothing_to_tell() -> None:
    done = known.decided(contents("", reading(), reply_to=("van.thu@langson.example",)))
    assert (done.detail, [piece for piece in done.evidence if piece.source == "reply-to"]) == ("", [])


def test_what_a_receipt_prints_is_not_the_address_that_was_asked_for() -> None:
    done = known.decided(contents("", reading(verdict="wrong_form"), reply_to=("thief@mail.example",)))
    assert (done.answer, done.detail) == ("receipt:wrong_form", "")
    assert [piece.text for piece in done.evidence if piece.source == "reply-to"] == ["thief@mail.example"]


# The unit's registered contact.


def told(contact: str | None, answered: str = STRANGER, **changes: object) -> str:
    is_proven = bool(changes.pop("is_proven", True))
    inside = contents("", reading(), **{"sender_": STRANGER, **changes})  # type: ignore[arg-type]
    return answering.contact_to_tell(inside, contact, answered, {"ptelangson@so.example"}, is_proven=is_proven)


def test_the_contact_hears_of_a_report_that_another_address_sent() -> None:
    assert told(CAO_LOC) == CAO_LOC
    assert told(CAO_LOC, CHI_LANG, sender_=CHI_LANG, to=("ptelangson@so.example",)) == CAO_LOC
    # Anybody may write the contact beside us, and send it to us alone.
    assert told(CAO_LOC, to=("ptelangson@so.example", CAO_LOC), is_proven=False) == CAO_LOC


@pytest.mark.parametrize(
    ("contact", "changes"),
    [
        (None, {}),
        (CAO_LOC, {"sender_": CAO_LOC}),
        (CAO_LOC, {"sender_": CAO_LOC.upper()}),
        (CAO_LOC, {"to": ("ptelangson@so.example", CAO_LOC)}),
        ("ptelangson@so.example", {}),
        ("PTElangson@so.example", {}),
        ("no-reply@langson.example", {}),
        ("mailer-daemon@langson.example", {}),
        ("ubnd.caoloc@gmail.com", {"sender_": "UBNDcaoloc+bc@gmail.com"}),
    ],
)
def test_a_contact_that_knows_already_or_that_nobody_reads_is_not_written_to(
    contact: str | None, changes: dict[str, object]
) -> None:
    assert told(contact, **changes) == ""


def test_the_answered_address_hears_of_it_by_the_answer() -> None:
    assert told(CAO_LOC, CAO_LOC) == ""


NOTICE = known.our_letter("credited", CAO_LOC, "H183", "<0123456789abcdef0123456789abcdef@so.example>")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Đơn vị chúng tôi chưa gửi báo cáo nào.", "report_disputed"),
        ("Báo cáo này không phải do huyện Cao Lộc gửi.", "report_disputed"),
        ("This report is not ours.", "report_disputed"),
        ("Cảm ơn anh chị.", "courtesy"),
    ],
)
def test_what_a_contact_answers_to_its_notice_waits_for_a_person_unless_it_is_thanks(text: str, reason: str) -> None:
    answer = contents(text, subject="Re: BC", in_reply_to=NOTICE.message_id)
    done = known.decided(answer, our_letters=(NOTICE,))
    assert (done.reason, done.unit) == (reason, "H183")
    assert done.answer == ("receipt:held" if reason == "report_disputed" else "")


def test_an_answer_to_another_letter_or_with_a_workbook_is_no_objection() -> None:
    other = contents("Em chưa gửi.", subject="Re: BC", in_reply_to=NOTICE.message_id)
    assert known.decided(other, our_letters=(replace(NOTICE, kind="reminder"),)).reason != "report_disputed"
    report = contents("Bản đúng đây ạ.", reading(), in_reply_to=NOTICE.message_id)
    assert known.decided(report, our_letters=(NOTICE,)).reason == "valid"
