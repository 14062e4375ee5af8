"""What a delivery report says: which addresses a letter did not reach, for good or for now, and which letter it was.

Bounces are forged as easily as any mail (RFC 3464 §4.1): what is found here is told to staff and changes nothing. The
only home of flufl.bounce, which knows the report format of RFC 3464 and some fifty programs that write another.
"""

import email
import re
import traceback
from email.message import Message
from email.policy import Compat32
from email.utils import parseaddr

from flufl import bounce

from intake import message
from roll import delivery_status, mails

# What a server says about a failure stands before the letter that it returns; the longest of a hundred sample reports
# has 14 KB with its letter, and the web pages that some put first a few times that. More is not looked at: the rules of
# flufl.bounce go over every line some two hundred times, 2 seconds for a report of this size made to hurt.
MAX_BYTES = 128 * 1024
# RFC 5322 §2.1.1. Some of the library's expressions take the square of a line's length.
MAX_LINE = 998
# A letter has one recipient; forwarding may make a few addresses of it.
MAX_FAILURES, MAX_IDS = 20, 20
# RFC 5321 §4.5.3.1.3: a path has at most 256 octets with its brackets.
MAX_ADDRESS = 254

# flufl.bounce 6.0.0 finds no address in free text whose domain has a hyphen: they are written otherwise for it.
_HYPHEN_IN_DOMAIN = re.compile(rb"@[A-Za-z0-9._-]+")
_INNER_HYPHEN = re.compile(rb"(?<=[A-Za-z0-9])-(?=[A-Za-z0-9])")
_STAND_IN = b"_hyphen_"
_LONG_LINE = re.compile(rb"[^\n]{%d}(?=[^\n])" % MAX_LINE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_MESSAGE_ID = re.compile(r"^[> \t]{0,8}message-id:\s{0,80}(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
_FROM = re.compile(rb"^from:[^\n]{0,998}(?:\n[ \t][^\n]{0,998}){0,3}", re.IGNORECASE | re.MULTILINE)
_SENDER = re.compile(rb"[\w.+-]{1,64}@[\w.-]{1,190}")
_ACTION = re.compile(rb"^action:[ \t]*([a-z]+)", re.IGNORECASE | re.MULTILINE)
# RFC 3463 §2, alone and after the reply code of RFC 5321 §4.2: an address of four numbers is none.
_STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
_SAID = re.compile(r"\b[45]\d\d[- ]{1,4}#?([45]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
_REPLY = re.compile(r"\b([45]\d\d)\b")
# RFC 3463 §3.1: nothing is known but that it failed.
_ONLY_ITS_CLASS, _UNKNOWN = ".0.0", "5.0.0"
# How a report says that an address failed, for good or not yet; OpenSMTPD writes "error".
_FAILED_ACTIONS = ("fail", "error", "delayed")
# RFC 3464 §2.3.3: what an Action says where nothing failed.
_ARRIVED = frozenset({b"delivered", b"relayed", b"expanded"})


class _AsText(Compat32):
    """Gives a header field as text also where it holds raw octets: flufl.bounce knows no other."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return str(super().header_fetch_parse(name, value))


def read(raw: bytes, parsed: message.Message) -> mails.Bounce:
    """Return what the mail `raw` says as a delivery report; `parsed` is what was read of it."""
    beginning = raw[:MAX_BYTES]
    failures = _failures(beginning)
    actions = {action.lower() for action in _ACTION.findall(beginning)}
    arrived = not failures and bool(actions & _ARRIVED)
    return mails.Bounce(failures, _message_ids(beginning, parsed), arrived, _senders(beginning))


def _senders(beginning: bytes) -> tuple[str, ...]:
    """Return the addresses in the From fields of what the report returns, its own left out."""
    head = _BLANK_LINE.search(beginning)
    fields = _FROM.findall(beginning, head.end()) if head else []
    found = (address.decode("ascii", "replace").lower() for field in fields for address in _SENDER.findall(field))
    return tuple(dict.fromkeys(found))[:MAX_IDS]


def _failures(beginning: bytes) -> tuple[mails.Failure, ...]:
    written = _HYPHEN_IN_DOMAIN.sub(lambda found: _INNER_HYPHEN.sub(_STAND_IN, found[0]), beginning)
    try:
        report = email.message_from_bytes(_LONG_LINE.sub(rb"\g<0>\n", written), policy=_AsText())
        for_now, for_good = bounce.all_failures(report)
        statuses = _statuses(report)
    except Exception:  # noqa: BLE001 - the one catch-all of this unit of work: the mail is read all the same
        traceback.print_exc()
        return ()
    found = {_address(address): False for address in for_now} | {_address(address): True for address in for_good}
    addresses = [address for address in sorted(found) if address][:MAX_FAILURES]
    if len(addresses) == 1 and not statuses:
        statuses = {addresses[0].lower(): _status_in_words(beginning)}
    return tuple(mails.Failure(each, found[each], statuses.get(each.lower(), "")) for each in addresses)


def _statuses(report: Message) -> dict[str, str]:
    """Return the status of each address, in lower case, in the report format of RFC 3464."""
    parts = (each for each in report.walk() if each.get_content_type() == "message/delivery-status")
    blocks = (block for part in parts if part.is_multipart() for block in part.get_payload())
    found: dict[str, str] = {}
    for block in blocks:
        if isinstance(block, Message) and block.get("action", "").lower().startswith(_FAILED_ACTIONS):
            for name in ("original-recipient", "final-recipient"):
                recipient = parseaddr(block.get(name, "").rpartition(";")[2])[1]
                found[_address(recipient.encode("ascii", "replace")).lower()] = _status(block)
    return found


def _status(block: Message) -> str:
    """Return what a block says of why: its status, or that in the words of the server that refused, which say more."""
    words, written = block.get("diagnostic-code", ""), _STATUS.search(block.get("status", ""))
    status = written[1] if written else ""
    if status and not status.endswith(_ONLY_ITS_CLASS):
        return status
    if said := _SAID.search(words):
        return said[1]
    reply = _REPLY.search(words)
    # A server without enhanced codes: its 550 is that of an address, its 552 or 554 is not.
    says_nothing = status == _UNKNOWN and (not reply or delivery_status.may_be_about_address(int(reply[1])))
    return "" if says_nothing else status


def _status_in_words(beginning: bytes) -> str:
    """Return the status in a report that only people can read, where there is one."""
    head = _BLANK_LINE.search(beginning)
    said = _SAID.search(beginning.decode("latin-1"), head.end()) if head else None
    return said[1] if said and not said[1].endswith(_ONLY_ITS_CLASS) else ""


def _address(found: bytes) -> str:
    """Return an address as the report has it, empty for what cannot be one."""
    address = found.replace(_STAND_IN, b"-").decode("ascii", "replace").strip("<>\"' ")
    return address if "@" in address and len(address) <= MAX_ADDRESS and address.isprintable() else ""


def _message_ids(beginning: bytes, parsed: message.Message) -> tuple[str, ...]:
    """Return the Message-IDs of what the report returns, quotes or answers, its own left out."""
    head = _BLANK_LINE.search(beginning)
    body = beginning[head.end() :].decode("latin-1") if head else ""
    quoted = (found[1] for text in (body, parsed.text, parsed.quoted) for found in _MESSAGE_ID.finditer(text))
    headers = parsed.headers
    found = dict.fromkeys((*quoted, headers.in_reply_to, *headers.references))
    return tuple(each for each in found if each and each != headers.message_id)[:MAX_IDS]
