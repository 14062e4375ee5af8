import email
import re
from dataclasses import replace
from email import policy
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications import letterhead, mails
from notifications.facts import Attachment, Envelope, Figure, ReceiptReason, ReminderFacts, Thread
from notifications.letterhead import Letterhead
from roll.letters import Letter, LetterKind
from roll.outcomes import Verdict
from roll.reports import Problem, Severity
from tests.notifications import samples, write_golden

KNOWN_HEADERS = {
    "From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
    "X-Auto-Response-Suppress", "X-Loop", "Content-Language", "MIME-Version", "Content-Type",
}  # fmt: skip


@pytest.mark.parametrize("language", samples.LANGUAGES)
def test_every_letter_reads_as_its_golden_file(language: str) -> None:
    for name, text in write_golden.expected_files(language).items():
        assert text == (write_golden.GOLDEN / name).read_text("utf-8"), (
            f"{name}: if wanted, run write_golden and read it"
        )


def test_there_is_no_golden_file_without_a_letter() -> None:
    expected = {name for language in samples.LANGUAGES for name in write_golden.expected_files(language)}
    assert {path.name for path in write_golden.GOLDEN.iterdir()} == expected


@pytest.mark.parametrize("language", samples.LANGUAGES)
def test_every_kind_and_every_reason_has_its_template_and_its_golden_files(language: str) -> None:
    templates = {path.stem for path in (letterhead.TEMPLATES / language).glob("*.j2")}
    assert templates == set(letterhead.template_names())
    golden = [path.name for path in write_golden.GOLDEN.glob(f"*.{language}.txt")]
    for kind in LetterKind:
        assert any(name.startswith(f"{kind.value}-") for name in golden), kind
    for reason in ReceiptReason:
        assert f"receipt-{reason.value}.{language}.txt" in golden, reason


def _golden_texts(language: str) -> list[Path]:
    return sorted(write_golden.GOLDEN.glob(f"*.{language}.txt"))


@pytest.mark.parametrize("language", samples.LANGUAGES)
def test_the_text_says_everything_that_the_html_says(language: str) -> None:
    for path in _golden_texts(language):
        text = set(re.findall(r"\w+", path.read_text("utf-8")))
        seen = _Seen()
        seen.feed(path.with_suffix(".html").read_text("utf-8").partition("</tr>")[2])
        assert set(re.findall(r"\w+", " ".join(seen.texts))) <= text, path.name


@pytest.mark.parametrize("language", samples.LANGUAGES)
def test_no_html_fetches_anything(language: str) -> None:
    for path in sorted(write_golden.GOLDEN.glob(f"*.{language}.html")):
        # A link that opens a new mail fetches nothing, and nothing happens before a person sends that mail.
        # A picture shown by its Content-ID came with the letter (RFC 2392).
        html = path.read_text("utf-8").lower().replace('href="mailto:', "").replace('<img src="cid:', "")
        for word in ("src=", "href=", "url(", "<script", "<style", "<link", "<img", "@import"):
            assert word not in html, f"{path.name}: {word}"


class _Seen(HTMLParser):
    """The tags and the texts of a document."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())


def _reminder(sample: samples.Case, unit_kind: str) -> str:
    unit = replace(sample.district, kind=unit_kind)
    facts = ReminderFacts(samples.at(7, 1, 8), 3)
    return write_golden.bodies(mails.reminder(sample.head, sample.campaign, unit, facts, samples.envelope("r")))["txt"]


def test_a_committee_is_asked_more_politely_than_a_department_of_equal_rank() -> None:
    sample = samples.case("vi")
    assert "Kính đề nghị quý đơn vị quan tâm" in _reminder(sample, "district")
    assert "Đề nghị quý đơn vị quan tâm" in _reminder(sample, "department")
    assert "kính đề nghị" not in _reminder(sample, "department").lower()


def test_a_deadline_that_was_not_extended_is_not_called_changed() -> None:
    sample = samples.case("vi")
    facts = ReminderFacts(samples.at(7, 1, 8), 3, sample.campaign.due_before)
    letter = mails.reminder(sample.head, sample.campaign, sample.district, facts, samples.envelope("same"))
    text = write_golden.bodies(letter)["txt"]
    assert "đã được điều chỉnh" not in text
    assert "(chậm nhất hết ngày 04 tháng 7 năm 2019)" in text


def test_at_most_twenty_problems_are_listed_and_the_rest_counted() -> None:
    text = (write_golden.GOLDEN / "return-many.vi.txt").read_text("utf-8")
    assert "\n20. Biểu 01, ô D34" in text
    assert "ô D35" not in text
    assert "… và 05 nội dung khác" in text


def test_a_return_names_sheet_cell_item_label_found_and_expected() -> None:
    text = (write_golden.GOLDEN / "return-errors.vi.txt").read_text("utf-8")
    assert "1. Biểu 01, ô D42 (mục 5.2 - Trẻ em thuộc hộ nghèo, hộ cận nghèo): ghi 350" in text
    assert "Hiện ghi: 350 | Cần: không lớn hơn 320 (ô D41)" in text
    assert "tử vong" not in text


def test_a_stranger_is_told_neither_unit_nor_file_nor_detail() -> None:
    sample = samples.case("vi")
    mail = replace(samples.mail(sample, "broken"), file_name="danh sach.xlsx")
    for reason in (
        ReceiptReason.UNREADABLE,
        ReceiptReason.WRONG_FORM,
        ReceiptReason.HELD,
        ReceiptReason.UNKNOWN_SENDER,
    ):
        letter = mails.receipt(sample.head, reason, None, None, mail, samples.envelope("stranger"))
        text = write_golden.bodies(letter)["txt"]
        assert "danh sach" not in text
        assert "tệp bị lỗi" not in text
        assert "Kính gửi: Ông/Bà Hoàng Thị A\n" in text


def test_in_staff_mode_a_letter_goes_to_staff_and_says_so_first() -> None:
    letter = samples.reports(samples.case("vi"))["acknowledgement-staff"]
    message = email.message_from_bytes(letter.data, policy=policy.default)
    assert letter.to == "phong.tebdg@langson.example"
    assert message["To"] == "phong.tebdg@langson.example"
    assert letter.subject.startswith("[Gửi thay: phongldtbxhdt.caoloc@langson.example] ")
    assert (
        write_golden.bodies(letter)["txt"].split("\n")[2].startswith("*** Thư này gửi thay cho thư tới phongldtbxhdt.")
    )


def test_the_letter_carries_what_the_outbox_keeps() -> None:
    sample = samples.case("vi")
    sent = replace(samples.envelope("ack:7"), step="-3d", mail_id=7)
    letter = mails.acknowledgement(sample.head, sample.campaign, sample.district, samples.report(sample), sent)
    assert (letter.key, letter.kind, letter.campaign, letter.unit) == (
        "ack:7", LetterKind.ACKNOWLEDGEMENT, "thang-hanh-dong-2019", "H183",
    )  # fmt: skip
    assert (letter.step, letter.mail_id, letter.due_at) == ("-3d", 7, samples.at(7, 3, 15, 21))


OWN_WORDS = (
    '{% extends "letter" %}{% block subject %}Own {{ report.receipt }}{% endblock %}'
    "{% block state %}Own{% endblock %}{% block body %}{% call paragraph() %}Own words.{% endcall %}{% endblock %}"
)


def _acknowledged(overrides: dict[str, str]) -> tuple[Letterhead, Letter]:
    sample, head = samples.case("vi"), Letterhead(samples.office("vi"), overrides)
    facts, sent = samples.report(sample), samples.envelope("own")
    return head, mails.acknowledgement(head, sample.campaign, sample.district, facts, sent)


def test_a_campaign_may_replace_a_letter_and_keep_the_frame() -> None:
    head, letter = _acknowledged({"acknowledgement": OWN_WORDS})

    assert (letter.subject, head.faults) == ("Own TN-2019-0123", [])
    text = write_golden.bodies(letter)["txt"]
    assert "\nOwn words.\n" in text
    assert "Trân trọng cảm ơn." in text


def test_a_campaigns_own_template_may_build_on_the_one_that_it_replaces() -> None:
    own = '{% extends "built-in/letter" %}{% block closing %}{% call small() %}Own end.{% endcall %}{% endblock %}'

    head, letter = _acknowledged({"letter": own})

    text = write_golden.bodies(letter)["txt"]
    assert ("Own end." in text, "Trân trọng cảm ơn." in text, head.faults) == (True, False, [])


OWN_PICTURE = (
    '{% extends "letter" %}{% block subject %}Own{% endblock %}{% block state %}Own{% endblock %}'
    "{% block body %}{% call paragraph() %}Own words.{% endcall %}{{ image(picture, words, 600) }}{% endblock %}"
)


def test_a_picture_is_shown_by_its_id_in_the_html_and_the_text_goes_without() -> None:
    sample = samples.case("vi")
    head = Letterhead(samples.office("vi"), {"acknowledgement": OWN_PICTURE})
    facts = {"unit": sample.district, "peer": False, "picture": 'a"b@chart', "words": '52% "<b>"'}
    about = letterhead.About("x", sample.district.code)
    bodies = write_golden.bodies(head.write(LetterKind.ACKNOWLEDGEMENT, facts, samples.envelope("own"), about))
    assert '<img src="cid:a%22b@chart" alt="52% &#34;&lt;b&gt;&#34;" width="600" style="' in bodies["html"]
    assert "\nOwn words.\n\nTrân trọng cảm ơn.\n" in bodies["txt"]


@pytest.mark.parametrize(
    ("own", "line", "message"),
    [
        (OWN_WORDS.replace("Own words", "{{ nothing }}"), 1, "'nothing' is undefined"),
        (OWN_WORDS.replace("{% endblock %}", "\n{% iff %}", 1), 2, "Encountered unknown tag 'iff'"),
        (OWN_WORDS.replace("Own words", "{{ 1 / 0 }}"), 1, "ZeroDivisionError: division by zero"),
        (OWN_WORDS.replace('"letter"', '"leter"'), 1, 'there is no template "leter"'),
        (OWN_WORDS.replace('"letter"', '"acknowledgement"'), 1, "it builds on itself or includes itself without end"),
        (OWN_WORDS.replace("Own words", "{{ ().__class__.__mro__[1].__subclasses__() }}"), 1, "access to attribute"),
        (OWN_WORDS.replace("Own words", "{{ report.sheet_titles.clear() }}"), 1, "access to attribute 'clear'"),
        ("Own words without a frame", 0, "the letter has no state"),
    ],
)
def test_a_letter_whose_own_template_fails_is_written_from_the_built_in_ones_and_the_fault_is_noted(
    own: str, line: int, message: str
) -> None:
    head, letter = _acknowledged({"acknowledgement": own})

    _, built_in = _acknowledged({})
    assert letter == built_in
    (fault,) = head.faults
    assert (fault.template, fault.line) == ("acknowledgement", line)
    assert message in fault.message


def test_a_fault_in_a_built_in_template_is_no_fault_of_the_campaign() -> None:
    sample, head = samples.case("vi"), Letterhead(samples.office("vi"))
    with pytest.raises(jinja2.UndefinedError):
        head.write(LetterKind.ACKNOWLEDGEMENT, {}, samples.envelope("none"), letterhead.About(sample.campaign.name))
    assert head.faults == []


# Hostile text. Each is preceded by a letter, so that no field becomes empty when what is harmful is taken out of it.

HOSTILE = st.one_of(
    st.sampled_from([
        "\r\nBcc: victim@evil.example",
        "\nTo: victim@evil.example\n\nbody",
        "\u2028Subject: other",
        "\u0085Bcc: victim@evil.example",
        "<script>alert(1)</script>",
        '"><img src=https://evil.example/x.png>',
        "</td></tr></table><form action=x>",
        "{{ 7*7 }}{% include 'x' %}",
        "{0.__class__}%s%(x)s",
        "=?utf-8?b?PHNjcmlwdD4=?=",
        "\u202ecod.slx",
        "\ud800",
        "\x00\x1b[31m",
        "&lt;b&gt;&amp;amp;",
        "a" * 5000,
        "á" * 400 + "\r\n" * 400,
    ]),
    st.text(max_size=60),
).map("x".__add__)  # fmt: skip
SAMPLES = {language: samples.case(language) for language in samples.LANGUAGES}


def _hostile_letters(language: str, word: str) -> list[Letter]:
    sample = SAMPLES[language]
    unit = replace(
        sample.district, name=word, short_name=word, addressed_as=word, via=word, phone=word, salutation=word
    )
    problem = Problem(Severity.ERROR, word, word, word, word, word, word, word, word)
    facts = samples.report(sample, (problem, replace(problem, severity=Severity.WARNING)), Verdict.NEEDS_FIX)
    reading = replace(facts.reading, sheets=(word, word), version=word, detail=word)
    facts = replace(facts, file_name=word, reading=reading, main_figures=(Figure(word, word, word),), receipt=word)
    mail = replace(samples.mail(sample), sender_name=word, file_name=word, detail=word)
    thread = Thread(word, word, (word, f"<{word}@x>", "<good@id.example>"))
    sent = Envelope(
        "unit@langson.example", word, samples.at(7, 3), "langson.example", thread, (Attachment(word, word, b"data"),)
    )
    campaign = replace(sample.campaign, short_title=word, report_title=word)
    return [
        mails.acknowledgement(sample.head, campaign, unit, facts, sent),
        mails.return_report(sample.head, campaign, unit, facts, sent),
        *(mails.receipt(sample.head, reason, campaign, unit, mail, sent) for reason in ReceiptReason),
    ]


BENIGN = {
    language: [write_golden.bodies(letter) for letter in _hostile_letters(language, "xy")] for language in SAMPLES
}


@settings(max_examples=40, deadline=None)
@given(word=HOSTILE, language=st.sampled_from(samples.LANGUAGES))
def test_hostile_text_in_any_field_changes_neither_headers_nor_structure(word: str, language: str) -> None:
    for letter, benign in zip(_hostile_letters(language, word), BENIGN[language], strict=True):
        _check_bytes(letter.data)
        message = email.message_from_bytes(letter.data, policy=policy.compat32)
        assert set(message.keys()) <= KNOWN_HEADERS
        assert len(message.keys()) == len(set(message.keys()))
        assert message["To"] == "unit@langson.example"
        seen, expected = _Seen(), _Seen()
        bodies = write_golden.bodies(letter)
        seen.feed(bodies["html"])
        expected.feed(benign["html"])
        assert seen.tags == expected.tags
        assert bodies["txt"].count("\n") == benign["txt"].count("\n")


def _check_bytes(data: bytes) -> None:
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    headers, _, body = data.partition(b"\r\n\r\n")
    assert max(map(len, headers.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 78
