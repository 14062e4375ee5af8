"""The tone of every letter to a unit, whatever its cause, its day and its addressee: domain rules of address."""

import ast
import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from forms import mark_list, mark_words
from notifications import examples, mails
from notifications.facts import CameFacts, OverdueFacts, ReminderFacts
from roll.board import Cause
from roll.letters import Letter, LetterKind
from roll.units import Unit
from tests.notifications import samples, tone, write_golden

ROOT = Path(__file__).parents[2]
TO_STAFF = {LetterKind.DIGEST, LetterKind.ALERT}
SAMPLE = samples.case("vi")
COMMITTEE, PEER = SAMPLE.district, SAMPLE.department
COPY = "vanphong.caoloc@langson.example"
# Every branch that the templates of reminders have: a week, some days, the last day, the day itself, the grace.
DAYS_LEFT = (14, 7, 3, 1, 0, -1)
EXTENDED = samples.at(7, 9)


def units() -> Iterator[Unit]:
    """Yield a unit of each way to be addressed: by a committee's office, of equal rank, as a unit or as an agency."""
    yield from (COMMITTEE, PEER)
    yield replace(COMMITTEE, kind="commune", name="UBND phường Đông Kinh", addressed_as="UBND phường Đông Kinh")
    yield replace(PEER, kind="organisation", salutation="quý đơn vị", addressed_as="Hội Nông dân tỉnh")


def causes() -> Iterator[CameFacts | None]:
    yield None
    yield from (examples.came(SAMPLE.example, cause) for cause in Cause if cause is not Cause.NOTHING)
    yield replace(
        examples.came(SAMPLE.example, Cause.ERRORS), problems=(), officer_note=SAMPLE.example.phrases["extended_note"]
    )


def reminders() -> Iterator[tuple[str, Unit, Letter]]:
    plan = itertools.product(units(), causes(), DAYS_LEFT, (None, EXTENDED), ("", COPY), ((), (samples.BLANK,)))
    for number, (unit, came, days, deadline, cc, files) in enumerate(plan):
        facts = ReminderFacts(samples.at(7, 5 - max(days, 0) if days < 5 else 1, 8), days, deadline, came)
        envelope = replace(samples.envelope(f"reminder {number}", *files), thread=None, cc=cc)
        name = f"reminder to {unit.kind}, {came and came.cause}, {days} days, copied to {cc!r}"
        yield name, unit, mails.reminder(SAMPLE.head, SAMPLE.campaign, unit, facts, envelope)


def follow_ups() -> Iterator[tuple[str, Unit, Letter]]:
    plan = itertools.product(units(), causes(), (1, 2), (None, EXTENDED), (None, samples.at(7, 9, 11, 30)), ("", COPY))
    for number, (unit, came, count, deadline, before, cc) in enumerate(plan):
        facts = OverdueFacts(samples.at(7, 8, 8), count, 33, 39, deadline, before, came, tell_higher=count > 1)
        envelope = replace(samples.envelope(f"overdue {number}"), thread=None, cc=cc)
        name = f"follow-up {count} to {unit.kind}, {came and came.cause}, copied to {cc!r}"
        yield name, unit, mails.overdue(SAMPLE.head, SAMPLE.campaign, unit, facts, envelope)


def answers() -> Iterator[tuple[str, Unit, Letter]]:
    """Yield every other letter to each kind of unit."""
    for unit in units():
        sample = replace(SAMPLE.example, unit=unit)
        for kind in (examples.reports, examples.receipts, examples.notices):
            for name, write in kind(sample).items():
                if "department" not in name and "stranger" not in name and "unknown_sender" not in name:
                    yield f"{name} to {unit.kind}", unit, write(SAMPLE.head)


@pytest.fixture(scope="module")
def chasers() -> list[tuple[str, Unit, Letter]]:
    return [*reminders(), *follow_ups()]


@pytest.fixture(scope="module")
def to_units(chasers: list[tuple[str, Unit, Letter]]) -> list[tuple[str, Unit, Letter]]:
    return [*chasers, *answers()]


@functools.cache
def texts_of(letter: Letter) -> tuple[str, str, str]:
    """Return the subject, the text and what is read of the HTML."""
    bodies = write_golden.bodies(letter)
    return letter.subject, bodies["txt"].partition("\n\n")[2], tone.text_of_html(bodies["html"])


def test_no_letter_to_a_unit_orders_blames_or_is_familiar(to_units: list[tuple[str, Unit, Letter]]) -> None:
    said = {name: [tone.forbidden(text) for text in texts_of(letter)] for name, _, letter in to_units}
    assert {name: words for name, words in said.items() if any(words)} == {}


def test_no_sample_letter_to_a_unit_or_a_stranger_orders_or_blames() -> None:
    letters = {name: each for name, each in samples.letters("vi").items() if each.kind not in TO_STAFF}
    said = {name: [tone.forbidden(text) for text in texts_of(letter)] for name, letter in letters.items()}
    assert {name: words for name, words in said.items() if any(words)} == {}


def test_not_even_a_letter_to_staff_blames_a_unit() -> None:
    for name, letter in samples.letters("vi").items():
        for text in texts_of(letter):
            assert not set(tone.forbidden(text)) & set(tone.BLAME), name


def test_official_names_have_their_capitals(to_units: list[tuple[str, Unit, Letter]]) -> None:
    everything = [(name, letter) for name, _, letter in to_units] + list(samples.letters("vi").items())
    for name, letter in everything:
        assert [tone.wrong_capitals(text) for text in texts_of(letter)] == [[], [], []], name


def test_a_letter_begins_with_the_official_name_and_ends_with_thanks(to_units: list[tuple[str, Unit, Letter]]) -> None:
    for name, unit, letter in to_units:
        text = texts_of(letter)[1]
        through = f"(qua {unit.via})" if unit.via else ""
        greeting = " ".join(f"Kính gửi: {unit.addressed_as} {through}".split())
        assert greeting in " ".join(text.split()), name
        assert text.count("Kính gửi:") == 1, name
        assert "\nTrân trọng cảm ơn.\n" in text, name


def test_a_unit_is_called_as_it_is_called_and_never_otherwise(to_units: list[tuple[str, Unit, Letter]]) -> None:
    for name, unit, letter in to_units:
        other = "quý cơ quan" if unit.salutation == "quý đơn vị" else "quý đơn vị"
        for text in texts_of(letter):
            assert other not in tone.plain(text), name


def test_a_committee_is_asked_more_politely_than_one_of_equal_rank(to_units: list[tuple[str, Unit, Letter]]) -> None:
    for name, unit, letter in to_units:
        for text in texts_of(letter):
            # "Đã đề nghị" tells that somebody asked before.
            asked = set(re.findall(r"(kính |đã )?đề nghị quý", tone.plain(text))) - {"đã "}
            assert asked <= {"" if unit.kind == mails.PEER_KIND else "kính "}, name


def test_a_letter_about_a_report_that_has_not_come_says_so_gently(chasers: list[tuple[str, Unit, Letter]]) -> None:
    nothing_came = [(name, unit, letter) for name, unit, letter in chasers if ", None" in name]
    assert len(nothing_came) >= len(chasers) // 4
    for name, unit, letter in nothing_came:
        text = tone.plain(texts_of(letter)[1])
        assert re.search(rf"chưa nhận được (bản mềm )?báo cáo của {unit.salutation}", text), name
        assert "theo hình thức khác" in text, f"{name}: it may have crossed"


def test_a_subject_has_the_short_name_and_the_greeting_the_official_one(
    chasers: list[tuple[str, Unit, Letter]],
) -> None:
    for name, unit, letter in chasers:
        assert letter.subject.endswith(f" - {unit.short_name}"), name


# What the program says elsewhere and a letter may repeat: messages of checks, reasons, names.

# What only staff read, and how units themselves word their mails.
NOT_TOLD = ("service/web/", "service/cli/", "intake/purpose_words.py")


def strings_of_the_program() -> Iterator[tuple[str, str]]:
    """Yield (file, text) of every string of the rooms that a letter can hold, and of forms, campaigns and templates."""
    rooms = ("roll", "forms", "intake", "storage", "notifications", "service")
    for path in sorted(itertools.chain.from_iterable((ROOT / room).rglob("*.py") for room in rooms)):
        file = path.relative_to(ROOT).as_posix()
        if not file.startswith(NOT_TOLD):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield file, node.value
    for folder, pattern in (("campaigns", "*.toml"), ("notifications/templates", "*.*")):
        for path in sorted((ROOT / folder).rglob(pattern)):
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def test_no_text_that_a_letter_can_repeat_blames_a_unit() -> None:
    found = {(file, word) for file, text in strings_of_the_program() for word in tone.BLAME if word in tone.plain(text)}
    assert found == set()


def test_what_a_marked_workbook_says_asks_as_its_letter_does() -> None:
    said = (*mark_words.LEVELS.values(), mark_words.SETTLED, mark_list.TITLE, mark_list.ADVICE, mark_list.KEPT)
    for text in (*said, *mark_list.HEADER, mark_list.SHEET_NAME):
        assert tone.forbidden(text) == [], text


# The finder finds.

HIDDEN = [
    "YÊU CẦU quý đơn vị", "yêu\u00a0cầu", unicodedata.normalize("NFD", "chưa nộp"), "Vi\r\n phạm", "chưa\u200b nộp",
    "vi\u00ad phạm", "Dear Sir", "các bạn", "báo cáo sai", "phải gửi ngay", "Số liệu ./.", "cảm ơn 😊", "Thân ái,",
]  # fmt: skip


@pytest.mark.parametrize("text", HIDDEN)
def test_a_forbidden_word_is_found_however_it_is_written(text: str) -> None:
    assert tone.forbidden(f"Kính gửi: {text}")


@pytest.mark.parametrize(
    "html", ["y&ecirc;u&nbsp;cầu", "<b>yêu</b>\n<i>cầu</i>", '<img alt="yêu cầu" src="cid:a@b">', "y&#234;u c&#7847;u"]
)
def test_a_forbidden_word_is_found_in_html(html: str) -> None:
    assert tone.forbidden(tone.text_of_html(f"<style>a {{}}</style><p>{html}</p>")) == ["yêu cầu"]


@pytest.mark.parametrize("text", ["không phải tệp Excel", "số lượng phải là số nguyên", "có phải 64 không", "bản mềm"])
def test_what_is_no_order_is_not_taken_for_one(text: str) -> None:
    assert tone.forbidden(text) == []


def test_wrong_capitals_are_found() -> None:
    assert tone.wrong_capitals("Uỷ ban nhân dân, ủy ban nhân dân, ỦY BAN NHÂN DÂN") == ["ủy ban nhân dân"]
    assert tone.wrong_capitals("Tháng Hành động vì trẻ em") == ["Tháng Hành động vì trẻ em"]
