"""The draft report: what an office's own summary report to the higher level starts from, as a Word document.

It says of itself on every page that it is a draft: what a system writes is no official document, so it bears neither
the state's name nor a number, a signature or an end mark. The words stand in templates/<language>/draft_report.toml.
"""

from dataclasses import dataclass, replace

from notifications import draft_totals
from notifications.digest import UnitGroup, group_units
from notifications.draft_document import About, Column, Draft, Row
from notifications.draft_facts import DraftFacts
from notifications.draft_words import DraftWords
from notifications.facts import Office
from roll.board import RECEIVED_STATES, Board, Standing
from roll.campaigns import Campaign
from roll.outcomes import State

# Centimetres: an item number of four signs ("5.10"); a unit's name; a telephone number; a group's heading.
_NUMBER_WIDTH, _UNIT_WIDTH, _PHONE_WIDTH, _GROUP_WIDTH = 1.2, 4.2, 3.0, 2.7
# Groups beside each other on an upright page, and their sum: what they count keeps a line of 25 letters.
_GROUPS_BESIDE = 3
# The rows of the table on reporting: their numbers, and their keys in the catalogue and in `_counts`.
_COUNTS = (
    ("1", "expected"), ("2", "received"), ("2.1", "on_time"), ("2.2", "in_grace"), ("2.3", "late"), ("3", "valid"),
    ("4", "needs_confirm"), ("5", "needs_fix"), ("6", "held"), ("7", "nil"), ("8", "missing"), ("9", "overdue"),
    ("10", "exempt"), ("11", "signed"),
)  # fmt: skip

_WHEN = ("on_time", "in_grace", "late")
_NOT_COUNTED = ("needs_fix", "held")


def draft_report(office: Office, campaign: Campaign, told: DraftFacts) -> bytes:
    """Return the draft as the bytes of a .docx package; the same bytes for the same facts."""
    words = DraftWords(office)
    at = words.words.moment(told.board.at)
    about = About(
        title=f"{words.say('title')}: {campaign.title}",
        author=office.name,
        created=told.board.at,
        footer=words.say("footer", at=at),
        language=office.language,
    )
    work = _Work(office, campaign, told, words, Draft(about), at)
    _write_front(work)
    _write_reporting(work)
    draft_totals.write(work.draft, words, told)
    _write_opinions(work)
    _write_notes(work)
    _write_annex(work)
    return work.draft.to_bytes()


@dataclass(frozen=True, slots=True)
class _Work:
    """The document in the making, and what its parts are written from. `at` is the instant of the facts in words."""

    office: Office
    campaign: Campaign
    told: DraftFacts
    words: DraftWords
    draft: Draft
    at: str


def _write_front(work: _Work) -> None:
    office, campaign, say, draft = work.office, work.campaign, work.words.say, work.draft
    department = [office.department.upper()] if office.department else []
    draft.letterhead([office.name.upper(), *department], [say("mark_why"), say("mark")])
    draft.title(say("title"), _subject(campaign, say("title_left_out")))
    draft.centred(say("as_of", at=work.at))
    draft.remark(say("notice"))
    references = "; ".join(campaign.references)
    grounds = [campaign.document, say("references", references=references) if references else ""]
    if any(grounds):
        draft.paragraph(f"{'; '.join(filter(None, grounds))}.", say("grounds"))
    latest = work.words.words.latest(campaign.due_before)
    draft.paragraph(say("deadline_latest", text=campaign.deadline_text, latest=latest), say("deadline"))
    if campaign.reports_to:
        draft.paragraph(f"{campaign.reports_to}.", say("reports_to"))


def _subject(campaign: Campaign, left_out: str) -> str:
    """Return what the report is about; the word "report" stands above it already."""
    subject = campaign.report_title
    if subject.casefold().startswith(left_out.casefold()):
        subject = subject[len(left_out) :].strip() or campaign.title
    return subject[:1].upper() + subject[1:]


def _write_reporting(work: _Work) -> None:
    board, say, draft = work.told.board, work.words.say, work.draft
    counts = _counts(board)
    draft.heading(1, say("reporting"))
    share = work.words.words.percent(counts["received"], counts["expected"])
    we = work.office.department or work.office.name
    numbers = {key: str(counts[key]) for key in ("received", "expected")}
    said = [say("received", at=work.at, we=we, percent=share, **numbers)]
    if counts["received"]:
        parts = [say(f"part_{key}", count=counts[key]) for key in _WHEN if counts[key]]
        said.append(say("in_time", parts="; ".join(parts)))
    parts = [say(f"part_{key}", count=counts[key]) for key in _NOT_COUNTED if counts[key]]
    if parts:
        said.append(say("not_counted_yet", parts="; ".join(parts)))
    if counts["expected"]:
        said.append(say("not_received", missing=counts["missing"]) if counts["missing"] else say("all_received"))
    asked = [unit for unit in board.units if unit.obligation == "asked" and unit.state is not State.EXEMPT]
    if asked:
        came = sum(unit.state in RECEIVED_STATES for unit in asked)
        said.append(say("asked", received=str(came), expected=str(len(asked))))
    draft.paragraph(" ".join(said))
    draft.paragraph(say("by_group"))
    _write_counts(work, counts)


def _write_counts(work: _Work, counts: dict[str, int]) -> None:
    """Write the table on reporting, a column for each kind of units; so many of them beside each other as fit."""
    board, say = work.told.board, work.words.say
    kinds = list(dict.fromkeys(unit.kind for unit in board.units if unit.obligation == "required"))
    of_kinds = [(work.words.group(kind), _counts(_of_kind(board, kind))) for kind in kinds]
    rows = [row for row in _COUNTS if row[1] != "signed" or work.campaign.signed_copy]
    for first in range(0, max(len(of_kinds), 1), _GROUPS_BESIDE):
        shown = [(say("all_groups"), counts), *of_kinds[first : first + _GROUPS_BESIDE]]
        columns = [Column((say("number"),), _NUMBER_WIDTH, "center"), Column((say("what"),))]
        columns += [Column((group,), _GROUP_WIDTH, "center") for group, _ in shown]
        work.draft.table(
            columns,
            [[number, say(f"count_{key}"), *(str(each[key]) for _, each in shown)] for number, key in rows],
        )


def _of_kind(board: Board, kind: str) -> Board:
    return replace(board, units=tuple(unit for unit in board.units if unit.kind == kind))


def _counts(board: Board) -> dict[str, int]:
    """Return the board's totals, and when the reports came: in time, within the grace, or late."""
    expected = [unit for unit in board.units if unit.obligation == "required" and unit.state is not State.EXEMPT]
    received = [unit for unit in expected if unit.state in RECEIVED_STATES]
    return board.totals() | {
        "on_time": sum(bool(unit.on_time) for unit in received),
        "in_grace": sum(unit.on_time is False and not unit.late for unit in received),
        "signed": sum(unit.signed_copy for unit in expected),
    }


def _write_opinions(work: _Work) -> None:
    """Write what units wrote in their own words, whole, unit by unit."""
    say, draft, texts = work.words.say, work.draft, work.told.texts
    draft.heading(1, say("opinions"))
    draft.remark(say("quoted_from", count=len(texts)) if texts else say("nothing_written"))
    for number, unit in enumerate(texts, start=1):
        draft.heading(2, f"{number}. {unit.unit}")
        for passage in unit.passages:
            draft.lead(f"{passage.asked}:")
            draft.quoted(passage.text)


def _write_notes(work: _Work) -> None:
    say, draft, told = work.words.say, work.draft, work.told
    draft.heading(1, say("notes"))
    number = Column((say("number"),), _NUMBER_WIDTH, "center")
    unit = Column((say("annex_unit"),), _UNIT_WIDTH)
    draft.heading(2, f"1. {say('doubts', count=len(told.doubts))}")
    if told.doubts:
        columns = [number, unit, Column((say("doubt_place"),), _UNIT_WIDTH), Column((say("doubt_text"),))]
        draft.table(columns, [[f"{n}", each.unit, each.place, each.text] for n, each in enumerate(told.doubts, 1)])
    else:
        draft.paragraph(say("no_doubts"))
    draft.heading(2, f"2. {say('not_counted', count=len(told.not_counted))}")
    if told.not_counted:
        columns = [number, unit, Column((say("state"),), _UNIT_WIDTH), Column((say("why"),))]
        draft.table(columns, [[f"{n}", each.unit, each.state, each.why] for n, each in enumerate(told.not_counted, 1)])
    else:
        draft.paragraph(say("nothing_left_out"))
    draft.heading(2, f"3. {say('others')}")
    others = [say("unassigned", count=told.board.unassigned)] if told.board.unassigned else []
    others += [say("signed")] if work.campaign.signed_copy else []
    for each in (*others, say("sources"), say("finish")):
        draft.paragraph(f"- {each}")


def _write_annex(work: _Work) -> None:
    """Write, on a page of its own, from whom nothing came, group by group, and how to reach them."""
    say, draft, board = work.words.say, work.draft, work.told.board
    groups = [group for group in group_units(board) if group.missing]
    count = sum(len(group.missing) for group in groups)
    draft.turn(landscape=False)
    draft.title(say("annex"), say("annex_title", count=count))
    draft.centred(say("as_of", at=work.at))
    exempt = [unit for unit in board.units if unit.state is State.EXEMPT and not unit.versions]
    rows = [row for group in groups for row in _rows_of(work.words, group)]
    if exempt:
        rows.append(say("annex_exempt", count=len(exempt)))
        rows += [_row_of(work.words, number, unit) for number, unit in enumerate(exempt, start=1)]
    if not rows:
        draft.paragraph(say("annex_all"))
        return
    columns = [
        Column((say("number"),), _NUMBER_WIDTH, "center"),
        Column((say("annex_unit"),)),
        Column((say("annex_phone"),), _PHONE_WIDTH, "center"),
        Column((say("annex_note"),), _UNIT_WIDTH),
    ]
    draft.table(columns, rows)


def _rows_of(words: DraftWords, group: UnitGroup) -> list[Row]:
    heading = words.say("annex_group", group=words.group(group.kind), count=len(group.missing))
    return [heading, *(_row_of(words, number, unit) for number, unit in enumerate(group.missing, start=1))]


def _row_of(words: DraftWords, number: int, unit: Standing) -> Row:
    notes = []
    if unit.state is State.EXEMPT:
        notes.append(words.say("exempt"))
    elif unit.extended_until:
        notes.append(words.say("extended", until=words.words.latest(unit.extended_until, short=True)))
    if unit.is_signed_only:
        notes.append(words.say("signed_only"))
    if unit.overdue:
        notes.append(words.say("overdue"))
    return [str(number), unit.name, unit.phone, "; ".join(notes)]
