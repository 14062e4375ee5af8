"""What a mail goes on with: the letter of ours that it answers, the mail that it follows, what its sender sent before.

Only what was there before the mail: read again, it sees what it saw the first time.
"""

import re
from dataclasses import dataclass

from forms import text
from roll import letters, mails

# References that are looked up; RFC 5322 §3.6.4 sets no end to them, a thread of a campaign has a dozen.
MOST_REFERENCES = 50
# Earlier mails of a sender that a title is looked for among: a campaign brings a handful from each unit.
MOST_TITLES = 20
# "BC" stands in any mail; a recall names its mail in its first lines.
_SHORTEST_TITLE, _TITLE_WITHIN = 8, 2_000
# In-Reply-To may name several (RFC 5322 §3.6.4); some programs put a comment beside it.
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")


@dataclass(frozen=True, slots=True)
class EarlierMail:
    """A mail that came before."""

    id: int
    receipt: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """`answered` and `followed` are the nearest of the thread; `last` is the sender's last mail that brought a file.

    `quoted` is the last of these whose subject stands in the mail: a recall by Outlook names it so. `reported` are the
    units of which a report came from the sender's address, its own or not.
    """

    answered: letters.OurLetter | None = None
    followed: EarlierMail | None = None
    quoted: EarlierMail | None = None
    last: EarlierMail | None = None
    reported: tuple[str, ...] = ()


def quotes_title(contents: mails.Contents, subject: str) -> bool:
    """Return whether a mail names another one by its subject, which is more than a word or two."""
    title = text.fold(subject)
    said = f" {text.fold(contents.headers.subject)} {text.fold(contents.text[:_TITLE_WITHIN])} "
    return len(title) >= _SHORTEST_TITLE and f" {title} " in said


def thread(headers: mails.Headers) -> tuple[str, ...]:
    """Return the Message-IDs that a mail names, the one that it answers first, then from the last one back."""
    named = _MESSAGE_ID.findall(" ".join((headers.in_reply_to, *reversed(headers.references))))
    return tuple(dict.fromkeys(named))[:MOST_REFERENCES]
