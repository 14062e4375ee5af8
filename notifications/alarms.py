"""The words of an alarm: what happened, since when, what to do, and that nothing is lost; and that it is over.

An alarm goes another way than letters (service.alarm_channels), so it is plain text and no letter of the outbox. The
words stand in templates/<language>/alarm.toml. It says nothing of what mails hold: neither subject nor sender nor file.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from notifications.facts import Office
from notifications.letterhead import TEMPLATES
from notifications.words import one_line, words_of

# Sentences of faults that an alarm repeats: one for each mailbox, and an office has few; the log has all of them.
DETAILS_SHOWN = 5


class Condition(StrEnum):
    """What a person must be told of (fault catalogue, invariant C8). DATABASE: nothing can be read or written at all.

    TEST is none: it is what `rollcall doctor --alarm` sends.
    """

    NO_PASS = "no_pass"  # noqa: S105 - no password
    SIGN_IN = "sign_in"
    QUOTA = "quota"
    OUTBOX = "outbox"
    DISK = "disk"
    QUARANTINED = "quarantined"
    DATABASE = "database"
    TEST = "test"


class Event(StrEnum):
    """What is said of a condition: that it holds, that it holds still, that it is over; or that this is a test."""

    RAISED = "raised"
    REPEATED = "repeated"
    OVER = "over"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class AlarmFacts:
    """What a notice tells. `count` is how many, `limit` of how many, as the condition says; `details` are sentences."""

    condition: Condition
    event: Event
    since: datetime
    at: datetime
    over_at: datetime | None = None
    count: int = 0
    limit: int = 0
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A finished notice."""

    subject: str
    text: str


def write(office: Office, facts: AlarmFacts) -> Told:
    """Return the notice in the office's language."""
    words, sheet = words_of(office.language, office.timezone), _sheet(office.language)
    about = sheet[facts.condition.value]
    is_over = facts.event is Event.OVER
    values = {
        "count": facts.count,
        "limit": facts.limit,
        "since": words.moment(facts.since),
        "at": words.moment(facts.at),
        "over_at": words.moment(facts.over_at or facts.at),
        "lasted": lasted(office.language, (facts.over_at or facts.at) - facts.since),
        "office": one_line(office.name),
    }
    title = about["title"].format(**values)
    lines = [sheet["opening"][facts.event.value].format(**values)]
    if is_over:
        lines += [about["was"].format(**values)]
    else:
        lines += [about["what"].format(**values)]
        lines += [f"- {one_line(detail)}" for detail in facts.details[:DETAILS_SHOWN]]
        lines += [about["do"].format(**values), about["safe"].format(**values)]
    lines += [sheet["closing"].format(**values)]
    return Told(f"{sheet['mark'][facts.event.value]} {title}", "\n\n".join(line for line in lines if line) + "\n")


def lasted(language: str, span: timedelta) -> str:
    """Return a span in words, to the minute."""
    sheet = _sheet(language)["span"]
    minutes = max(1, round(span.total_seconds() / 60))
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    named = ((days, "day"), (hours, "hour"), (minutes, "minute"))
    return " ".join(f"{count} {sheet[name if count == 1 else name + 's']}" for count, name in named if count)


@cache
def _sheet(language: str) -> dict[str, Any]:
    return tomllib.loads((TEMPLATES / language / "alarm.toml").read_text("utf-8"))
