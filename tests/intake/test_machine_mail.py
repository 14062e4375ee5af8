"""Whose mail is never answered, and whose must not vanish although it bears a machine's mark."""

import dataclasses

import pytest

from intake import contents, machine_mail, message
from roll import mails as roll_mails
from tests.forms import workbooks
from tests.intake import known, machine_samples, mails

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


def test_a_daemons_notice_with_our_letter_and_its_workbook_is_a_bounce_and_one_with_a_workbook_beside_it_is_read():
    daemon = mails.mail("MAILER-DAEMON@mx.example", Return_Path="<>")
    inside = roll_mails.Part("BC.xlsx", "xlsx", 1, "", used=False, why="", path="message.eml")
    ours, others = roll_mails.Bounce(senders=("ptelangson@so.example",)), roll_mails.Bounce(senders=("a@x.example",))
    for part, bounce, expected in (
        (inside, ours, "bounce"),
        (dataclasses.replace(inside, path=""), ours, ""),
        (inside, others, ""),
    ):
        found = roll_mails.Contents(message.parse(daemon).headers, parts=(part,), bounce=bounce)
        assert machine_mail.recognise(found, OURS, has_workbook=True).reason == expected


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


READER = contents.Reader([known.form_2019()])
WORKBOOK = workbooks.filled_2019(known.form_2019(), "UBND huyện Cao Lộc", 1)


def of_sample(raw: bytes, **options: object) -> machine_mail.Machine:
    inside = READER.read(raw)
    return machine_mail.recognise(inside, {known.OURS}, has_workbook=bool(inside.readings), **options)  # type: ignore[arg-type]


def test_there_are_more_than_sixty_samples_and_each_is_another():
    assert len({sample.raw() for sample in machine_samples.ALL}) == len(machine_samples.ALL) > 60


@pytest.mark.parametrize("sample", machine_samples.ALL, ids=lambda sample: sample.name)
def test_a_machine_is_known_for_what_it_is_and_never_answered(sample: machine_samples.Sample):
    assert of_sample(sample.raw()) == machine_mail.Machine(sample.reason, answerable=False, certain=sample.certain)


@pytest.mark.parametrize(
    "sample",
    [each for each in machine_samples.ALL if not each.parts and "Content_Type" not in each.fields],
    ids=lambda sample: sample.name,
)
def test_a_workbook_in_a_mail_with_a_machines_marks_is_read_and_not_answered(sample: machine_samples.Sample):
    head = {"Return_Path": f"<{machine_samples.UNIT}>", **sample.fields}
    raw = mails.mail(sample.from_, sample.subject, "Em gửi báo cáo ạ.", [("BC.xlsx", WORKBOOK)], **head)
    found = of_sample(raw)
    firm = {"ourselves"} if sample.reason == "ourselves" else set()
    firm |= {"bounce"} if "X_Failed_Recipients" in sample.fields or sample.from_ == "<>" else set()
    assert found.reason in (firm or {""})
    marks = {"Auto_Submitted", "Precedence", "X_Precedence", "List_Unsubscribe", "List_ID", "List_Post", "X_Autoreply"}
    if firm or marks & set(sample.fields):
        assert not found.answerable


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (f"Re: {machine_samples.ANSWERED}", "Em đã nhận được thư, chiều nay em gửi báo cáo ạ."),
        ("Re: Automatic reply: BC", "Cảm ơn chị, em sẽ gửi lại sau."),
        ("Fwd: Undelivered Mail Returned to Sender", "Chị ơi em gửi mà bị trả lại như dưới đây, chị xem giúp em."),
        ("Không gửi được báo cáo", "Chị ơi tệp nặng quá em không gửi được, chị cho em gửi qua Zalo nhé."),
        ("Xác nhận số liệu", "Em xác nhận số liệu mục 5.2 là đúng ạ."),
        ("Hộp thư của huyện", "Hộp thư của huyện đổi địa chỉ, chị cập nhật giúp em nhé."),
        ("Please confirm", "Please confirm that you received our report of Cao Loc district."),
        ("Scan bản ký", "Em gửi bản scan có dấu ạ."),
        ("Đã gửi: báo cáo", "Em đã gửi báo cáo hôm qua ạ."),
        ("Reading of the form", "Could you tell me how item 5.4 is counted?"),
    ],
)
def test_what_a_person_writes_about_such_things_stays_a_persons(subject: str, text: str):
    assert of_sample(mails.mail(f"<{known.CAO_LOC}>", subject, text)) == PERSON


@pytest.mark.parametrize(
    ("from_", "subject"),
    [
        ("scanner@langson.example", "Scanned from a Xerox Multifunction Printer"),
        ("ricoh-01@langson.example", "Message from RNP0026735B"),
        (known.CAO_LOC, "Attached Image"),
        (known.CAO_LOC, "Scanned image from MX-M464N"),
        ("mfp@langson.example", "BC"),
    ],
)
def test_what_a_copier_sends_is_read_and_not_answered(from_: str, subject: str):
    raw = mails.mail(f"<{from_}>", subject, "", [("SKM_C224e.pdf", b"%PDF-1.4 scan")])
    assert of_sample(raw) == machine_mail.Machine("", answerable=False)


def test_our_own_letter_that_comes_back_is_known_by_its_id():
    own = "<0123456789abcdef0123456789abcdef@so.example>"
    raw = mails.mail(f"<{known.CAO_LOC}>", "BC", Message_ID=own)
    assert of_sample(raw, our_ids={own}).reason == "ourselves"
    assert of_sample(raw) == PERSON
    answer = mails.mail(f"<{known.CAO_LOC}>", "Re: BC", In_Reply_To=own)
    assert of_sample(answer, our_ids={own}) == PERSON
