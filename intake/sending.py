"""When a mail was sent, by its own word (RFC 5322 §3.6.1): good for nothing but the order of two mails of one unit."""

import email.utils
from datetime import UTC, datetime, timedelta

from roll import mails

# Office machines set their clocks by the network; one that does not is off by minutes a month.
CLOCKS_DIFFER = timedelta(minutes=10)
# A mail waits for its server five days at most (RFC 5321 §4.5.4.1); a month has room for a weekend and a slow person.
LONGEST_ON_THE_WAY = timedelta(days=30)


def sent_at(headers: mails.Headers, received_at: datetime) -> datetime | None:
    """Return the Date of a mail, None where there is none or its clock cannot have been right."""
    try:
        said = email.utils.parsedate_to_datetime(headers.date)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    said = said if said.tzinfo else said.replace(tzinfo=UTC)
    try:
        is_likely = received_at - LONGEST_ON_THE_WAY <= said <= received_at + CLOCKS_DIFFER
        return said.astimezone(UTC) if is_likely else None
    except OverflowError:
        return None
