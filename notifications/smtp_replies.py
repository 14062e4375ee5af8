"""What an SMTP server's reply to a letter means for the outbox: sent, later, never, or nobody knows. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum

# A reply is quoted to staff up to this length: two lines of a screen.
_QUOTE_LENGTH = 300

_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
# Permanent by their first digit, yet about our account, and passing: daily limit and rate (Gmail's 550 and 552).
_ACCOUNT_REPLIES = (550, 552)
_ACCOUNT_CODES = ("5.4.5", "5.7.0")
# RFC 4954 §6: sign-in required, too weak, expired, or encryption required.
SIGN_IN_REPLIES = (530, 534, 535, 538)
# RFC 5321 §3.8 (closing), RFC 4954 §6 (sign-in does not work now); RFC 3463: system takes no mail now, policy.
_PAUSE_REPLIES = (421, 454)
_PAUSE_CODES = ("4.3.2", "4.7.0")
# RFC 1870 §6: this letter is larger than the server takes.
_TOO_LARGE = 552
_FIRST_PERMANENT = 500


class Fate(StrEnum):
    """What became of one letter. Ambiguous: the line died after the final dot, so nobody knows (RFC 1047)."""

    SENT = "sent"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Delivery:
    """The fate of one letter, with the server's words.

    `pause`: this is about our account or the server and not about the letter (daily limit, rate, sign-in, closing),
    so the other letters should wait too.
    """

    fate: Fate
    reason: str = ""
    pause: bool = False


def refusal(code: int, said: bytes) -> Delivery:
    """Sort a refusal by its reply code and enhanced code (RFC 5321 §4.2.1, RFC 3463)."""
    words = f"{code} {quote(said)}"
    found = _ENHANCED.search(words)
    enhanced = found.group() if found else ""
    if code < _FIRST_PERMANENT:
        return Delivery(Fate.TEMPORARY, words, pause=code in _PAUSE_REPLIES or enhanced in _PAUSE_CODES)
    if code in SIGN_IN_REPLIES or (code in _ACCOUNT_REPLIES and enhanced in _ACCOUNT_CODES):
        return Delivery(Fate.TEMPORARY, words, pause=True)
    return Delivery(Fate.PERMANENT, words)


def refusal_of_sender(code: int, said: bytes) -> Delivery:
    """A refused MAIL FROM is about our address, which all letters share, unless it is about this letter's size."""
    delivery = refusal(code, said)
    if delivery.fate is Fate.PERMANENT and code != _TOO_LARGE:
        return Delivery(Fate.TEMPORARY, delivery.reason, pause=True)
    return delivery


def quote(said: bytes | str) -> str:
    """Return the server's words, printable, on one line, cut."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return clean if len(clean) <= _QUOTE_LENGTH else clean[:_QUOTE_LENGTH] + "..."
