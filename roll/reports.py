"""A filled workbook as it was read: values with their cells, and the problems found in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import msgspec

from roll.outcomes import Outcome, Verdict

Scalar = int | float | str | bool | None


class Severity(StrEnum):
    """How much a problem weighs: errors return the report, warnings ask, notices are for staff only."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Value(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One figure or text of a report and the cell it came from.

    `value` is a JSON scalar: whole numbers int, decimals float, dates ISO 8601 text, a blank None.
    `raw` is what the cell holds, as text, before any reading. `rule` is the parse rule that
    normalised it (P01..P74), empty where the cell was taken as it is. `row` is the sheet's row
    number for a record of a list sheet, None elsewhere.

    A msgspec Struct, since 300 a workbook are made, travel and are stored: as JSON it is the array of its fields.
    """

    name: str
    column: str
    sheet: str
    cell: str
    raw: str | None
    value: Scalar
    type: str
    rule: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something for the sender (error, warning) or for staff (notice), worded, with its place."""

    severity: Severity
    code: str
    sheet: str
    cell: str
    label: str
    found: str
    expected: str
    message: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One workbook read against one form.

    `reason` is a code of docs/reasons.md; `detail` a short phrase in the office's language where the code needs one
    ("biểu mẫu năm 2018"). `header` holds the filled-in lines above the table, as values.
    `values` holds every asked-for cell in the form's order, blanks too, list records last.
    `fingerprint` is equal for two workbooks with equal values, whatever their bytes.
    `filled` are the form's sheets that say something, `lacking` those of its tables that are not there or say nothing.
    `joined` are the places of the readings that this one was put together from, in the same mail, and `origins` the
    place in it of each value, those of the header first; both are empty for the reading of one workbook.
    """

    verdict: Verdict
    reason: str
    form: str = ""
    version: str = ""
    detail: str = ""
    header: tuple[Value, ...] = ()
    values: tuple[Value, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    fingerprint: str = ""
    sheets: tuple[str, ...] = field(default=())
    filled: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    joined: tuple[int, ...] = ()
    origins: tuple[int, ...] = ()

    def header_text(self, name: str) -> str:
        """Return the header field `name` as text, empty where it is blank or absent."""
        for value in self.header:
            if value.name == name and value.value is not None:
                return str(value.value)
        return ""


@dataclass(frozen=True, slots=True)
class Marked:
    """A workbook as it was read, and its marked copy; `data` is empty where there is none, and `why` says why."""

    reading: Reading
    data: bytes = b""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Learned:
    """The form.toml that a blank workbook makes, with the number of its guesses; `why` says why there is none."""

    toml: str = ""
    guesses: int = 0
    left_out: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Together:
    """Several workbooks read as one report.

    `members` are, of each, its place among the mails asked about, its part, its name and its hash. `disputed` are the
    form's sheets that two of them fill in differently. `why` says why there is no reading, empty where there is one.
    """

    reading: Reading
    members: tuple[tuple[int, int, str, str], ...] = ()
    disputed: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One of several workbooks that a version was put together from, and the mail that brought it."""

    mail_id: int
    receipt: str
    received_at: datetime
    part: int
    file_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a unit's report in a campaign, as later mails must know it.

    `number` counts from 1 in the order of `settled_at`, when the version was known to be the unit's. `sent_at` is what
    its mail says of when it was sent. `before` is how it ended until a person ruled otherwise at `ruled_at`; empty
    without such a ruling. `sources` are all workbooks of a version that came in several, else empty;
    `received_at` is then when the last of them came, and `part` is the first of the mail that made it whole.
    """

    id: int
    mail_id: int
    receipt: str
    part: int
    campaign: str
    unit: str
    number: int
    current: bool
    verdict: str
    outcome: str
    file_name: str
    sha256: str
    fingerprint: str
    received_at: datetime
    settled_at: datetime
    sent_at: datetime | None = None
    ruled_at: datetime | None = None
    before: str = ""
    sources: tuple[Source, ...] = ()

    def as_of(self, at: datetime, mail_id: int) -> "Version":
        """Return the version as a mail saw it that was settled at an instant: before later rulings of persons."""
        if self.ruled_at is None or (self.ruled_at, self.mail_id) < (at, mail_id):
            return self
        return replace(self, outcome=self.before)

    @property
    def place(self) -> tuple[datetime, int, int]:
        """Return its place in the order in which versions became known to be the unit's."""
        return (self.settled_at, self.mail_id, self.part)


def standing(versions: Sequence[Version]) -> Version:
    """Return the version that counts: the last received accepted one; without any, the last received.

    A returned version never replaces an accepted one (design.md, "What always holds", 8).
    """
    accepted = [version for version in versions if version.outcome == Outcome.ACCEPTED.value]
    return max(accepted or versions, key=lambda version: (version.received_at, version.mail_id, version.part))
