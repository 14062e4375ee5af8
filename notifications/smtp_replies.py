"""What an SMTP server's reply to a letter means for the outbox: sent, later, never, or nobody knows. Pure."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from roll import delivery_status

# A reply is quoted to staff up to this length: two lines of a screen.
_QUOTE_LENGTH = 300

_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
# RFC 4954 §6: sign-in required, too weak, expired, or encryption required.
SIGN_IN_REPLIES = (530, 534, 535, 538)
# RFC 5321 §3.8 (closing), RFC 4954 §6 (sign-in does not work now).
_PAUSE_REPLIES = (421, 454)
# RFC 3463: the system takes no mail now; policy, said of whoever sends. Exchange Online: server busy.
_PAUSE_CODES = ("4.3.2", "4.7.0", "4.7.500")
# RFC 1870 §6: this letter is larger than the server takes.
_TOO_LARGE = 552
# RFC 3463 §3.4: the letter is larger than the system takes; servers say it under 554 and 550 too.
_TOO_LARGE_CODE = "5.3.4"
_FIRST_PERMANENT = 500

# Permanent by their first digit, yet about our account or our server, and passing once somebody, or time, has put that
# right. No letter may be given up for them.
_ACCOUNT_CODES = frozenset(
    {
        # RFC 3463 §3.2: the sender's own address is not accepted. Exchange Online and Zoho: this account is blocked for
        # what it sent ("bad outbound sender", "Sender Address Blocked").
        "5.1.7",
        "5.1.8",
        # Exchange Online, throttled for errors that go on (our box full, sending as another, licence, ...):
        # learn.microsoft.com, "Continuous error throttling for SMTP AUTH submissions".
        "5.2.251",
        "5.2.252",
        "5.2.253",
        "5.2.254",
        "5.2.255",
        # Gmail: daily limit used up (support.google.com/a/answer/3726730).
        "5.4.5",
        # RFC 7372 §3.2 and §3.3: our domain's SPF record forbids our host, or has a mistake; the name of our host's IP
        # address is missing or another; several such checks failed (Gmail: "the sender is unauthenticated").
        "5.7.23",
        "5.7.24",
        "5.7.25",
        "5.7.26",
        # Exchange Online, "Non-delivery reports": no relaying for us, no sign-in, not as this sender; spam detected,
        # sender banned; our IP banned; tenant over its threshold, traffic from this IP, domain not registered.
        "5.7.54",
        "5.7.57",
        "5.7.60",
        "5.7.501",
        "5.7.502",
        "5.7.503",
        "5.7.511",
        "5.7.606",
        "5.7.705",
        "5.7.708",
        "5.7.750",
    }
)
# RFC 3463 X.7.0 says nothing but "policy". Gmail says it of our account ("Mail Sending denied", rate) and also of one
# letter's content ("blocked because its content presents a potential security issue", "illegal attachment").
_POLICY = "5.7.0"
_POLICY_REPLIES = (550, 552)
_ABOUT_CONTENT = re.compile(r"\bcontent\b|\battachment\b|\bmessage (?:was|has been) blocked\b", re.IGNORECASE)
# What servers say under codes that fit everything (5.7.1, none). Postfix and Exim tell at RCPT what they have against
# the client or the sender (smtpd_delay_reject); Exchange names the step of its store: Submission is ours.
_ABOUT_ACCOUNT = re.compile(
    r"\brelay(?:ing)? (?:access )?(?:denied|not permitted)|\bunable to relay\b|\brelay limit\b"
    r"|\b(?:sender address|client host|client|helo command)(?: \[[^\]]{1,255}\])? (?:rejected|blocked)\b"
    r"|\bunusual sending activity\b|\bSTOREDRV\.(?:Client)?Submi|\byou have exceeded\b"
    r"|\bsending (?:quota|limit)|\bsender (?:thread limit|throttled)|\btoo many messages from sender\b",
    re.IGNORECASE,
)
# The same of our host's IP address: on a list, banned, without a name. In the words of Postfix (above), Exim's example
# configuration and cPanel's, Gmail, Exchange Online and Outlook.com, IONOS, MagicSpam.
_ABOUT_HOST = re.compile(
    r"\bis in an? (?:black ?list|RBL|DNSBL)\b|\bIP address is (?:black ?|block ?)listed\b"
    r"|\b(?:mail|messages) (?:sent |originating )?from your (?:IP|server)\b|\bthe IP address sending this message\b"
    r"|\breputation of the sending (?:IP|domain)\b|\bIP you(?:'|\u2019)re using to send mail\b"
    r"|\bbanned send(?:er|ing IP)\b|\bpart of their network is on our block list\b|\byour server IP address\b"
    r"|\breverse DNS\b|\byou have been black ?listed\b",
    re.IGNORECASE,
)


class Fate(StrEnum):
    """What became of one letter. Ambiguous: the line died after the final dot, so nobody knows (RFC 1047)."""

    SENT = "sent"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Delivery:
    """The fate of one letter, with the server's words.

    `pause`: this is about our account or the server and not about the letter (daily limit, rate, sign-in, closing,
    silence), so the other letters should wait too. `broke`: the line broke, and nobody knows for whose sake.
    `refuses_address`: the addressee's server will never take a letter to this address, whatever is in it. `copy`: how
    the second addressee was refused, where only the first got the letter.
    """

    fate: Fate
    reason: str = ""
    pause: bool = False
    broke: bool = False
    refuses_address: bool = False
    copy: "Delivery | None" = None


def refusal(code: int, said: bytes) -> Delivery:
    """Sort a refusal by its reply code and enhanced code (RFC 5321 §4.2.1, RFC 3463), or by words that are known."""
    words = f"{code} {quote(said)}"
    if code < _FIRST_PERMANENT:
        pause = code in _PAUSE_REPLIES or _enhanced(words) in _PAUSE_CODES or _says_account(words)
        return Delivery(Fate.TEMPORARY, words, pause=pause)
    if code in SIGN_IN_REPLIES or _is_about_account(code, words):
        return Delivery(Fate.TEMPORARY, words, pause=True)
    return Delivery(Fate.PERMANENT, words)


def refusal_of_sender(code: int, said: bytes) -> Delivery:
    """A refused MAIL FROM is about our address, which all letters share, unless it is about this letter's size."""
    delivery = refusal(code, said)
    is_size = code == _TOO_LARGE or _enhanced(delivery.reason) == _TOO_LARGE_CODE
    if delivery.fate is Fate.PERMANENT and is_size:
        return delivery
    return Delivery(Fate.TEMPORARY, delivery.reason, pause=True)


def refusal_of_address(code: int, said: bytes) -> Delivery:
    """Sort a refused RCPT TO: the one refusal that may be about the address, and say so where it is."""
    delivery = refusal(code, said)
    enhanced = _enhanced(delivery.reason)
    about_address = delivery_status.is_about_address(enhanced) or (
        not enhanced and delivery_status.may_be_about_address(code)
    )
    return replace(delivery, refuses_address=delivery.fate is Fate.PERMANENT and about_address)


def _is_about_account(code: int, words: str) -> bool:
    enhanced = _enhanced(words)
    if enhanced == _POLICY and code in _POLICY_REPLIES:
        return not _ABOUT_CONTENT.search(words)
    return enhanced in _ACCOUNT_CODES or _says_account(words)


def _says_account(words: str) -> bool:
    # A reply of several lines has the enhanced code before each of them (RFC 2034 §4), in the middle of a phrase here.
    plain = " ".join(_ENHANCED.sub("", words).split())
    return bool(_ABOUT_ACCOUNT.search(plain) or _ABOUT_HOST.search(plain))


def _enhanced(words: str) -> str:
    found = _ENHANCED.search(words)
    return found.group() if found else ""


def quote(said: bytes | str) -> str:
    """Return the server's words, printable, on one line, cut."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return clean if len(clean) <= _QUOTE_LENGTH else clean[:_QUOTE_LENGTH] + "..."
