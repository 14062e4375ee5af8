"""Mail that no person wrote for us: bounces, automatic replies, receipts, lists, invitations, our own."""

import re
from collections.abc import Container
from dataclasses import dataclass

from intake import mime_headers
from roll import mails

# An out-of-office note that is told by its subject alone has hardly any words; a person's mail of that subject says
# more.
MAX_WORDS_OF_A_NOTE = 400

_LIST_FIELDS = frozenset(
    ("list-id", "list-post", "list-unsubscribe", "list-help", "list-owner", "mailing-list", "x-mailing-list")
)
_MASS_MAIL = ("bulk", "list", "junk")
_AUTOMATIC_FIELDS = frozenset(
    (
        "x-autoreply",
        "x-autorespond",
        "x-autoresponder",
        "x-auto-reply",
        "x-autoreply-from",
        "x-mail-autoreply",
        "x-amazon-auto-reply",
    )
)
_SUPPRESSING = frozenset(("all", "autoreply", "oof"))
_DAEMONS = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon|mdaemon)(?:[+._-].*)?")
_NO_REPLY = re.compile(r"(?:.*[._-])?(?:no|do-?not|donot)[._-]?reply(?:[+._-].*)?")
_NOTE_SUBJECTS = re.compile(
    r"(?:automatic reply|auto(?:matic)? ?(?:reply|response)|autoreply|auto: |out of (?:the )?office"
    r"|trả lời tự động|thư trả lời tự động|tự động trả lời|phản hồi tự động|vắng mặt)"
)
_BOUNCE_SUBJECTS = re.compile(
    r"(?:undelivered mail|undeliverable|mail delivery (?:failed|failure|subsystem)|delivery status notification"
    r"|delivery (?:has )?fail|returned mail|failure notice|thư không gửi được|không gửi được|không thể gửi)"
)


@dataclass(frozen=True, slots=True)
class Machine:
    """What a mail is if not a person's. `reason` is empty for a person's mail, or a code of docs/reasons.md.

    `answerable`: whether an automatic answer may go out. `certain`: only machines bear such marks; where it is False
    (Precedence, List-*, a no-reply address, a subject) a gateway may have added them, so a registered unit's mail is
    better shown to a person.
    """

    reason: str = ""
    answerable: bool = True
    certain: bool = True


def recognise(contents: mails.Contents, our_addresses: Container[str], *, has_workbook: bool) -> Machine:
    """Tell a machine's mail (RFC 3834 §2, 3464, 8098, 2369, 2919). `our_addresses` are in lower case.

    A workbook outweighs marks that gateways add (Precedence: bulk, List-*, Auto-Submitted of an office's document
    system): the mail is then read like any other, reason empty, but not answered. It does not outweigh a delivery
    report, a receipt, an empty From or our own address: a bounce brings our own blank form back.
    """
    headers = contents.headers
    fields = _by_name(headers)
    firm = _firm_reason(headers, fields, our_addresses)
    if firm:
        return Machine(firm, answerable=False)
    reason, certain = _likely_reason(contents, fields)
    if has_workbook:
        return Machine("", answerable=not reason and not _asks_for_silence(fields))
    if reason:
        return Machine(reason, answerable=False, certain=certain)
    return Machine("", answerable=not _asks_for_silence(fields))


def _by_name(headers: mails.Headers) -> dict[str, str]:
    """Return the first value of each field that speaks of machines."""
    return dict(reversed(headers.machine))


def _firm_reason(headers: mails.Headers, fields: dict[str, str], ours: Container[str]) -> str:
    """Return the reason that stands whatever the mail carries."""
    if any(address.lower() in ours for address in headers.from_addresses):
        return "ourselves"
    kind = mime_headers.parse_parameters(fields.get("content-type", "").encode())
    if kind.value == "multipart/report":
        report = kind.items.get("report-type", "").lower()
        return "receipt" if report == "disposition-notification" else "bounce"
    if kind.value in ("message/delivery-status", "message/global-delivery-status"):
        return "bounce"
    if kind.value == "message/disposition-notification":
        return "receipt"
    return "bounce" if "x-failed-recipients" in fields or "from" in fields else ""


def _likely_reason(contents: mails.Contents, fields: dict[str, str]) -> tuple[str, bool]:
    """Return the reason that a workbook outweighs, empty for none, and whether only machines bear its mark."""
    sender = next((address.rpartition("@")[0].lower() for address in contents.headers.from_addresses), "")
    path = fields.get("return-path", "").strip(" <>").lower()
    if _DAEMONS.fullmatch(sender) or _DAEMONS.fullmatch(path.rpartition("@")[0] or path):
        return "bounce", True
    if _is_automatic(fields):
        return "auto_reply", True
    if any(part.kind == "calendar" for part in contents.parts) or fields.get("content-type", "").startswith(
        "text/calendar"
    ):
        return "calendar", True
    if "return-path" in fields and not path:
        bounce = _BOUNCE_SUBJECTS.match(contents.headers.subject.lower())
        return ("bounce" if bounce else "auto_reply"), True
    return _uncertain_reason(contents, fields, sender), False


def _uncertain_reason(contents: mails.Contents, fields: dict[str, str], sender: str) -> str:
    """Return what marks say that a gateway or a person may have set."""
    if any(name in fields for name in _LIST_FIELDS) or fields.get("precedence", "").strip().lower() in _MASS_MAIL:
        return "list"
    return "auto_reply" if _NO_REPLY.fullmatch(sender) else _reason_of_subject(contents)


def _is_automatic(fields: dict[str, str]) -> bool:
    submitted = fields.get("auto-submitted", "no").partition(";")[0].strip().lower()
    precedence = fields.get("precedence", "").strip().lower()
    return (
        submitted not in ("", "no") or precedence == "auto_reply" or any(name in fields for name in _AUTOMATIC_FIELDS)
    )


def _reason_of_subject(contents: mails.Contents) -> str:
    """Return what the subject alone suggests, believed only of a mail that carries nothing and says little."""
    subject = contents.headers.subject.lower()
    if contents.parts or len(contents.text) > MAX_WORDS_OF_A_NOTE:
        return ""
    if _NOTE_SUBJECTS.match(subject):
        return "auto_reply"
    return "bounce" if _BOUNCE_SUBJECTS.match(subject) else ""


def _asks_for_silence(fields: dict[str, str]) -> bool:
    """Whether the sender's system asks for no automatic answers (X-Auto-Response-Suppress, MS-OXCMAIL)."""
    asked = {word.strip().lower() for word in fields.get("x-auto-response-suppress", "").split(",")}
    return bool(asked & _SUPPRESSING)
