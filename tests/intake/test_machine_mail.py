"""Whose mail is never answered, and whose must not vanish although it bears a machine's mark."""

import dataclasses

import pytest

from intake import machine_mail, message
from roll import mails as roll_mails
from tests.intake import mails

OURS = {"ptelangson@so.example"}
PERSON = machine_mail.Machine()


def recognised(raw: bytes, *, has_workbook: bool = False, kinds: tuple[str, ...] = ()) -> machine_mail.Machine:
    found = message.parse(raw)
    parts = tuple(roll_mails.Part("f", kind, 1, "", used=False, why="") for kind in kinds)
    contents = roll_mails.Contents(found.headers, found.text, found.quoted, parts)
    return machine_mail.recognise(contents, OURS, has_workbook=has_workbook)


def reason(**options: str) -> str:
    return recognised(mails.mail(**options)).reason


def test_a_persons_mail_is_a_persons():
    assert recognised(mails.mail()) == PERSON
    assert recognised(mails.mail(Auto_Submitted="no", Precedence="normal"), has_workbook=True) == PERSON


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto_reply"),
        ({"Auto_Submitted": "auto-generated; type=x"}, "auto_reply"),
        ({"X_Autoreply": "yes"}, "auto_reply"),
        ({"Precedence": "auto_reply"}, "auto_reply"),
        ({"Return_Path": "<>"}, "auto_reply"),
        ({"Return_Path": "<>", "subject": "Undelivered Mail Returned to Sender"}, "bounce"),
        ({"from_": "MAILER-DAEMON@mx.example"}, "bounce"),
        ({"from_": "Postmaster <postmaster@mx.example>"}, "bounce"),
        ({"Return_Path": "<MAILER-DAEMON@mx.example>"}, "bounce"),
        ({"X_Failed_Recipients": "a@unit.example"}, "bounce"),
        ({"from_": "no-reply@portal.example"}, "auto_reply"),
        ({"from_": "portal.noreply@x.example"}, "auto_reply"),
        ({"Precedence": "bulk"}, "list"),
        ({"Precedence": "Junk"}, "list"),
        ({"List_Id": "<a.example>"}, "list"),
        ({"List_Unsubscribe": "<https://x.example>"}, "list"),
        ({"from_": "<>"}, "bounce"),
        ({"from_": "ptelangson@so.example"}, "ourselves"),
        ({"from_": "PTELangSon@SO.example"}, "ourselves"),
    ],
)
def test_marks_of_machines(fields, expected):
    found = recognised(mails.mail(**fields))
    assert (found.reason, found.answerable) == (expected, False)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("multipart/report; report-type=delivery-status", "bounce"),
        ('multipart/report; report-type="disposition-notification"', "receipt"),
        ("multipart/report; report-type=Disposition-Notification", "receipt"),
        ("message/delivery-status", "bounce"),
        ("text/calendar; method=REQUEST", "calendar"),
    ],
)
def test_types_of_machines(kind, expected):
    raw = mails.head("a@unit.example", Content_Type=kind + "; boundary=x") + b"\r\n--x\r\n\r\nx\r\n--x--\r\n"
    assert recognised(raw).reason == expected


def test_an_invitation_among_the_parts_is_a_calendar():
    assert recognised(mails.mail(), kinds=("calendar",)).reason == "calendar"


@pytest.mark.parametrize(
    "fields",
    [
        {"Precedence": "bulk"},
        {"Auto_Submitted": "auto-generated"},
        {"List_Id": "<a.example>"},
        {"from_": "noreply@x.example"},
    ],
)
def test_a_workbook_outweighs_what_gateways_add_but_is_not_answered(fields):
    assert recognised(mails.mail(**fields), has_workbook=True) == machine_mail.Machine("", answerable=False)


def test_a_workbook_does_not_make_a_bounce_or_our_own_mail_a_report():
    bounce = mails.head("a@unit.example", Content_Type="multipart/report; report-type=delivery-status; boundary=x")
    assert recognised(bounce + b"\r\n--x\r\n\r\nx", has_workbook=True).reason == "bounce"
    assert recognised(mails.mail("ptelangson@so.example"), has_workbook=True).reason == "ourselves"


@pytest.mark.parametrize("asked", ["All", "DR, OOF, AutoReply"])
def test_a_system_that_asks_for_silence_gets_it(asked):
    assert recognised(mails.mail(X_Auto_Response_Suppress=asked), has_workbook=True) == machine_mail.Machine(
        "", answerable=False
    )
    assert recognised(mails.mail(X_Auto_Response_Suppress="DR, NDR")) == PERSON


@pytest.mark.parametrize(
    "subject", ["Automatic reply: BC", "Trả lời tự động: nghỉ phép", "Out of Office: BC", "Tự động trả lời"]
)
def test_a_subject_alone_counts_only_of_a_short_mail_without_files(subject):
    short = mails.mail(subject=subject, text="Tôi đi công tác đến 10/7.")
    assert recognised(short) == machine_mail.Machine("auto_reply", answerable=False)
    assert recognised(short, kinds=("pdf",)) == PERSON
    assert recognised(short, has_workbook=True, kinds=("xlsx",)) == PERSON
    assert recognised(mails.mail(subject=subject, text="Kính gửi phòng, " * 40)) == PERSON
    assert recognised(mails.mail(subject=f"Re: {subject}", text="Em gửi báo cáo ạ.")) == PERSON


def test_only_firm_marks_are_certain():
    assert recognised(mails.mail(Auto_Submitted="auto-replied")).certain
    assert not recognised(mails.mail(Precedence="bulk")).certain
    assert dataclasses.replace(PERSON).certain
