"""Mail that no person wrote for us: bounces, automatic replies, receipts, lists, invitations, our own."""

from collections.abc import Container
from dataclasses import dataclass

from intake import machine_marks, mime_headers, purpose
from roll import mails

# An out-of-office note that is told by its subject alone has hardly any words; a person's mail of that subject says
# more.
MAX_WORDS_OF_A_NOTE = 400
# A challenge explains itself, with its link, in more words than a note; a report's covering letter has no such words.
MAX_WORDS_OF_A_CHALLENGE = 2_000
_GENERATED = "auto-generated"

_REPORTS_OF_DELIVERY = ("message/delivery-status", "message/global-delivery-status")
# Of reports that are none of delivery (RFC 5965 complaints, RFC 8460 of TLS, RFC 6591 of authentication).
_OTHER_REPORTS = frozenset({"feedback-report", "tlsrpt", "auth-failure"})


@dataclass(frozen=True, slots=True)
class Machine:
    """What a mail is if not a person's. `reason` is empty for a person's mail, or a code of docs/reasons.md.

    `answerable`: whether an automatic answer may go out. `certain`: only machines bear such marks; where it is False
    (Precedence, List-*, "auto-generated", a no-reply address, a subject) a gateway may have added them, so
    a registered unit's mail is better shown to a person.
    """

    reason: str = ""
    answerable: bool = True
    certain: bool = True


def recognise(
    contents: mails.Contents, our_addresses: Container[str], *, has_workbook: bool, our_ids: Container[str] = ()
) -> Machine:
    """Tell a machine's mail (RFC 3834 §2, 3464, 8098, 2369, 2919).

    `our_addresses` are in lower case, `our_ids` the Message-IDs of our own letters. A workbook outweighs marks that
    gateways add (Precedence: bulk, List-*, Auto-Submitted of an office's document system): the mail is then read like
    any other, reason empty, but not answered. It does not outweigh a delivery report, a receipt, an empty From, our own
    address or our own letter come back: a bounce brings our own blank form back.
    """
    headers = contents.headers
    fields = _by_name(headers)
    firm = _ours_reason(headers, our_addresses, our_ids) or _firm_reason(contents, fields)
    if not firm and _brings_our_letter_back(contents, fields, our_addresses):
        firm = "bounce"
    if firm:
        return Machine(firm, answerable=False)
    reason, certain = _likely_reason(contents, fields)
    is_silent = _asks_for_silence(fields) or _is_device(headers)
    if has_workbook:
        return Machine("", answerable=not reason and not is_silent)
    if reason:
        return Machine(reason, answerable=False, certain=certain)
    return Machine("", answerable=not is_silent)


def may_be_a_bounce(headers: mails.Headers) -> bool:
    """Tell whether it is worth looking for a delivery report in a mail: it bears a mark of one."""
    fields = _by_name(headers)
    kind = mime_headers.parse_parameters(fields.get("content-type", "").encode()).value
    return (
        kind in ("multipart/report", *_REPORTS_OF_DELIVERY)
        or "x-failed-recipients" in fields
        or _is_from_a_daemon(headers, fields)
        or _has_empty_path(fields)
        or machine_marks.FAILURES.search(headers.subject.lower()) is not None
    )


def is_nobodys(address: str) -> bool:
    """Tell whether an address says of itself that no person reads it."""
    local = _local_part(address)
    return bool(machine_marks.NO_REPLY.fullmatch(local) or machine_marks.DAEMONS.fullmatch(local))


def _by_name(headers: mails.Headers) -> dict[str, str]:
    """Return the first value of each field that speaks of machines."""
    return dict(reversed(headers.machine))


def _ours_reason(headers: mails.Headers, our_addresses: Container[str], our_ids: Container[str]) -> str:
    """Tell our own mail: from our address, or a letter of ours that some program sends back under its own name."""
    returned = (value.strip().lower() for name, value in headers.machine if name == "x-loop")
    is_ours = (
        any(address.lower() in our_addresses for address in headers.from_addresses)
        or any(value in our_addresses for value in returned)
        or headers.message_id in our_ids
    )
    return "ourselves" if is_ours else ""


def _firm_reason(contents: mails.Contents, fields: dict[str, str]) -> str:
    """Return the reason that stands whatever the mail carries."""
    kind = mime_headers.parse_parameters(fields.get("content-type", "").encode())
    if kind.value == "multipart/report" or kind.value in _REPORTS_OF_DELIVERY:
        return _report_reason(kind.items.get("report-type", "").lower(), contents.bounce)
    if kind.value == "message/disposition-notification":
        return "receipt"
    if "x-failed-recipients" in fields or "from" in fields:
        return "bounce"
    is_automatic = _is_from_a_daemon(contents.headers, fields) or _has_empty_path(fields)
    return "bounce" if is_automatic and contents.bounce and contents.bounce.failures else ""


def _brings_our_letter_back(contents: mails.Contents, fields: dict[str, str], our_addresses: Container[str]) -> bool:
    """Tell a daemon's notice with a mail of ours in it, and no workbook but what lies in there: a marked copy, say.

    A workbook that lies beside the returned mail is somebody's: it is left to be read.
    """
    if not contents.bounce or not _is_from_a_daemon(contents.headers, fields):
        return False
    read = [part for part in contents.parts if part.kind in mails.WORKBOOK_KINDS]
    is_ours = any(address in our_addresses for address in contents.bounce.senders)
    return is_ours and all(purpose.is_in_attached_mail(contents, part) for part in read)


def _report_reason(report: str, bounce: mails.Bounce | None) -> str:
    """Return what a report is: servers report failures as receipts too, and arrivals as delivery reports."""
    if bounce and bounce.failures:
        return "bounce"
    if report in _OTHER_REPORTS:
        return "auto_reply"
    return "receipt" if report == "disposition-notification" or (bounce and bounce.delivered) else "bounce"


def _likely_reason(contents: mails.Contents, fields: dict[str, str]) -> tuple[str, bool]:
    """Return the reason that a workbook outweighs, empty for none, and whether only machines bear its mark."""
    headers = contents.headers
    if _is_from_a_daemon(headers, fields):
        return "bounce", True
    if _is_automatic(fields, but=_GENERATED):
        return "auto_reply", True
    if any(part.kind == "calendar" for part in contents.parts) or fields.get("content-type", "").startswith(
        "text/calendar"
    ):
        return "calendar", True
    if _has_empty_path(fields):
        failed = machine_marks.FAILURES.search(headers.subject.lower())
        return ("bounce" if failed else "auto_reply"), True
    if _is_a_note(contents) and machine_marks.SURE_NOTES.match(headers.subject.lower()):
        return "auto_reply", True
    return _uncertain_reason(contents, fields), False


def _uncertain_reason(contents: mails.Contents, fields: dict[str, str]) -> str:
    """Return what marks say that a gateway or a person may have set."""
    subject = contents.headers.subject.lower()
    if _is_automatic(fields):
        # Document systems send what an officer wrote, and call it generated (RFC 3834 §5).
        return "auto_reply"
    if contents.bounce and contents.bounce.failures and not machine_marks.FORWARDED.match(subject):
        return "bounce"
    if any(name in fields for name in machine_marks.LIST_FIELDS):
        return "list"
    if fields.get("precedence", "").strip().lower() in machine_marks.MASS_MAIL:
        return _reason_of_words(contents) or "list"
    sender = _local_part(next(iter(contents.headers.from_addresses), ""))
    return "auto_reply" if machine_marks.NO_REPLY.fullmatch(sender) else _reason_of_words(contents)


def _reason_of_words(contents: mails.Contents) -> str:
    """Return what subject and words alone suggest, believed only of a mail that carries nothing and says little."""
    subject, text = contents.headers.subject.lower(), contents.text.lower()
    if contents.parts:
        return ""
    if len(text) <= MAX_WORDS_OF_A_CHALLENGE and machine_marks.CHALLENGES.search(text):
        return "auto_reply"
    if not _is_a_note(contents):
        return ""
    if machine_marks.RECEIPTS.match(subject):
        return "receipt"
    if machine_marks.NOTES.match(subject) or machine_marks.AUTOMATIC_WORDS.search(text):
        return "auto_reply"
    is_told = machine_marks.FAILURES.match(subject) and not machine_marks.FORWARDED.match(subject)
    return "bounce" if is_told else ""


def _is_a_note(contents: mails.Contents) -> bool:
    return not contents.parts and len(contents.text) <= MAX_WORDS_OF_A_NOTE


def _local_part(address: str) -> str:
    return address.rpartition("@")[0].lower() or address.lower()


def _path(fields: dict[str, str]) -> str:
    return fields.get("return-path", "").strip(" <>").lower()


def _has_empty_path(fields: dict[str, str]) -> bool:
    return "return-path" in fields and not _path(fields)


def _is_from_a_daemon(headers: mails.Headers, fields: dict[str, str]) -> bool:
    senders = (next(iter(headers.from_addresses), ""), _path(fields))
    return any(machine_marks.DAEMONS.fullmatch(_local_part(address)) for address in senders)


def _is_automatic(fields: dict[str, str], but: str = "no") -> bool:
    submitted = fields.get("auto-submitted", "no").partition("(")[0].partition(";")[0].strip().lower()
    return (
        submitted not in ("", "no", but)
        or "auto_reply"
        in (fields.get("precedence", "").strip().lower(), fields.get("x-precedence", "").strip().lower())
        or "autoresponder" in fields.get("x-post-messageclass", "").lower()
        or any(name in fields for name in machine_marks.AUTOMATIC_FIELDS)
    )


def _is_device(headers: mails.Headers) -> bool:
    """Whether a copier or scanner sent the mail: what it brings is read, but nobody reads what would answer it."""
    sender = _local_part(next(iter(headers.from_addresses), ""))
    return bool(machine_marks.DEVICES.fullmatch(sender) or machine_marks.SCANS.match(headers.subject.lower()))


def _asks_for_silence(fields: dict[str, str]) -> bool:
    """Whether the sender's system asks for no automatic answers (X-Auto-Response-Suppress), or is a list's owner."""
    asked = {word.strip().lower() for word in fields.get("x-auto-response-suppress", "").split(",")}
    return bool(asked & machine_marks.SUPPRESSING or machine_marks.LIST_OWNERS.fullmatch(_local_part(_path(fields))))
