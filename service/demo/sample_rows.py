"""What one line of the sample tables holds, and how it becomes a raw mail."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from service.demo import sample_files, sample_mails, sample_workbooks

VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class Sample:
    """One raw mail. `case` is its number in the list of how units really send it (0: an ordinary one besides).

    `expected` is the outcome; `why_held` says what is missing where Rollcall is to settle it by itself one day.
    """

    case: int
    name: str
    raw: bytes
    received_at: datetime
    expected: str
    why_held: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the tables. `received` is day and time of 2019 in Vietnam, "04/07 15:20".

    So are `sent`, where the sender's clock differs, and `again_at`, where the very same mail comes in twice.
    """

    case: int
    name: str
    received: str
    sender: str
    subject: str
    text: str
    files: tuple[sample_files.Piece, ...] = ()
    expected: str = "accepted"
    why_held: str = ""
    sent: str = ""
    kind: str = "mixed"
    fields: Mapping[str, str] = field(default_factory=dict)
    again_at: str = ""

    def samples(self, blank: sample_workbooks.Blank) -> Iterator[Sample]:
        """Yield the finished mail, and the same bytes once more where the row has a time for that."""
        received_at = _instant(self.received)
        draft = sample_mails.Draft(
            name=self.name,
            sender=self.sender,
            subject=self.subject,
            text=self.text,
            received_at=received_at,
            parts=[piece(blank, received_at) for piece in self.files],
            kind=self.kind,
            fields=self.fields,
            sent_at=_instant(self.sent) if self.sent else None,
        )
        first = Sample(self.case, self.name, sample_mails.mail(draft), received_at, self.expected, self.why_held)
        yield first
        if self.again_at:
            yield replace(first, name=f"{self.name}-again", received_at=_instant(self.again_at), expected="duplicate")


def _instant(text: str) -> datetime:
    return datetime.strptime(f"{text} 2019 +0700", "%d/%m %H:%M %Y %z").astimezone(VIETNAM)
