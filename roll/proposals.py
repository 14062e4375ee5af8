"""What the digest proposes to staff about a waiting mail, as a word that a mail can bring back: signed, for a few days.

The word carries the whole proposal, so that nothing need be kept of those that nobody takes up. Whoever holds it could
only make the very decision that it names; who may use it, and that it is used once, is seen to by service.staff_mail.
"""

import base64
import binascii
import hashlib
import hmac
import re
import struct
from dataclasses import dataclass
from datetime import date, timedelta

# 80 bits: not to be guessed by mails, and short enough for a subject line (NIST SP 800-107 allows truncation to 32).
SIGNATURE_BYTES = 10
_HEAD = struct.Struct(">QBH")
_FIRST_DAY = date(2000, 1, 1)
_KINDS = ("assign", "dismiss", "follow_up")
_WORD = re.compile(r"\bRC-([A-Z2-7]{32,160})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision that staff may take up: assign a mail to `unit`, dismiss it, or let a follow-up go out.

    A follow-up is about no mail (`mail_id` 0); `unit` is then the campaign and the step. `last_day` is the last day on
    which the proposal holds.
    """

    mail_id: int
    kind: str
    unit: str
    last_day: date


def sign(proposal: Proposal, secret: bytes) -> str:
    """Return the word for a proposal."""
    head = _HEAD.pack(proposal.mail_id, _KINDS.index(proposal.kind), (proposal.last_day - _FIRST_DAY).days)
    told = head + proposal.unit.encode()
    return "RC-" + base64.b32encode(_signature(told, secret) + told).decode().rstrip("=")


def find(text: str) -> str:
    """Return the first such word in a text, in capitals, whoever signed it; empty where there is none."""
    found = _WORD.search(text)
    return f"RC-{found[1].upper()}" if found else ""


def read(word: str, secret: bytes) -> Proposal | None:
    """Return the proposal of a word that `find` found, None where it was not signed with this secret."""
    body = word.removeprefix("RC-")
    try:
        raw = base64.b32decode(body + "=" * (-len(body) % 8))
    except binascii.Error:
        return None
    signature, told = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(told, secret)):
        return None
    mail_id, kind, days = _HEAD.unpack_from(told)
    return Proposal(mail_id, _KINDS[kind], told[_HEAD.size :].decode(), _FIRST_DAY + timedelta(days=days))


def _signature(told: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, b"proposal to staff\0" + told, hashlib.sha256).digest()[:SIGNATURE_BYTES]
