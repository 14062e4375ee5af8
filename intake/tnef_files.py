"""Outlook's winmail.dat (TNEF, [MS-OXTNEF]): its files, and the words of the mail where it has no others.

The library is given only the attributes that hold files, names and words, so that an odd one among the others costs
nothing; and it is stopped where a count of billions keeps it busy.
"""

import contextlib
import gc
import logging
import signal
import struct
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import FrameType

import tnefparse  # type: ignore[import-untyped]

from intake import charsets, file_names
from intake.zip_files import Budget, Damaged, Member

# A winmail.dat of 25 MB is read in a twentieth of that.
MOST_SECONDS = 2.0
# Then the clock strikes again and again, until it is heard.
AGAIN_AFTER = 0.5
# Rendering data, title, content, properties and two dates of each of a thousand files.
MAX_ATTRIBUTES = 6_000

_HEAD = struct.Struct("<IH")
_ATTRIBUTE = struct.Struct("<BIi")
_CHECKSUM_SIZE = 2
_OF_THE_MAIL, _OF_A_FILE = 1, 2
# [MS-OXTNEF] 2.1.3.2: the attributes that are looked at, by the tag without its type.
_BODY, _PROPERTIES, _CODE_PAGE = 0x800C, 0x9003, 0x9007
_BEGIN, _TITLE, _DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_MAIL_ATTRIBUTES = frozenset({_BODY, _PROPERTIES})
_FILE_ATTRIBUTES = frozenset({_BEGIN, _TITLE, _DATA, _FILE_PROPERTIES})
# [MS-OXTNEF] 2.1.3.3.1: the code page of names and words that say none; ours are Vietnamese.
_VIETNAMESE = 1258
_CODE_PAGE_TAG = 0x00069007
_SMALLEST_PROPERTY = 8  # type, name and a value of two bytes, padded: [MS-OXTNEF] 2.1.3.4
_LONG_NAME = 0x3707  # PidTagAttachLongFilename, [MS-OXPROPS] 2.588


class _TooLong(BaseException):
    """Raised by the clock; the library's own handling of errors must not catch it."""


@dataclass(frozen=True, slots=True)
class _Attribute:
    level: int
    tag: int
    data: bytes

    @property
    def name(self) -> int:
        return self.tag & 0xFFFF


def members(data: bytes, budget: Budget) -> list[Member]:
    """Return the files of a winmail.dat. Raises Damaged where nothing of it can be read, Hostile beyond the budget."""
    attributes = list(_attributes(data))
    if not attributes:
        raise Damaged
    files = list(_files(attributes))
    budget.take_members(len(files))
    parsed = _parsed(attributes)
    long_names = [_long_name(file) for file in parsed.attachments] if parsed else []
    found = []
    for place, (title, data_of_file) in enumerate(files):
        name = long_names[place] if len(long_names) == len(files) else ""
        content = data_of_file
        if not content and parsed and len(long_names) == len(files):
            content = bytes(parsed.attachments[place].data or b"")  # an object: a mail in the mail, a picture
        found.append(Member(name or title, content))
    for member in found:
        budget.take_bytes(len(member.data))
    return found


def words(data: bytes) -> tuple[str, bool]:
    """Return the text of the mail that a winmail.dat holds, and whether it is HTML; empty where it has none."""
    parsed = _parsed(list(_attributes(data)))
    if parsed is None:
        return "", False
    for body, is_html in ((parsed.body, False), (parsed.htmlbody, True)):
        text = charsets.decode(body)[0] if isinstance(body, bytes) else charsets.clean(str(body or ""))
        if text.strip(" \r\n\t\0"):
            return text.rstrip("\0"), is_html
    return "", False


def _attributes(data: bytes) -> Iterator[_Attribute]:
    """Yield the attributes that are looked at, as far as they can be told ([MS-OXTNEF] 2.1.3)."""
    at = _HEAD.size
    for _ in range(MAX_ATTRIBUTES):
        if at + _ATTRIBUTE.size > len(data):
            return
        level, tag, size = _ATTRIBUTE.unpack_from(data, at)
        at += _ATTRIBUTE.size
        if size < 0 or level not in (_OF_THE_MAIL, _OF_A_FILE):
            return
        attribute = _Attribute(level, tag, data[at : at + size])
        at += size + _CHECKSUM_SIZE
        wanted = _FILE_ATTRIBUTES if level == _OF_A_FILE else _MAIL_ATTRIBUTES | {_CODE_PAGE}
        if attribute.name in wanted and _can_be(attribute):
            yield attribute


def _can_be(attribute: _Attribute) -> bool:
    """Say whether properties can be as many as they are said to be: else the library counts to four billion."""
    if attribute.name not in (_PROPERTIES, _FILE_PROPERTIES):
        return True
    return int.from_bytes(attribute.data[:4], "little") * _SMALLEST_PROPERTY <= len(attribute.data)


def _files(attributes: Iterable[_Attribute]) -> Iterator[tuple[str, bytes]]:
    """Yield (title, content) of each file: those of an attribute that begins one, or stands first."""
    title, content, is_open = "", b"", False
    for attribute in attributes:
        if attribute.level != _OF_A_FILE:
            continue
        if attribute.name == _BEGIN and is_open:
            yield title, content
            title, content = "", b""
        is_open = True
        if attribute.name == _TITLE:
            title = file_names.from_archive(attribute.data.rstrip(b"\0"))
        elif attribute.name == _DATA:
            content = attribute.data
    if is_open:
        yield title, content


def _parsed(attributes: list[_Attribute]) -> "tnefparse.TNEF | None":
    """Return what the library makes of the attributes, None where it fails at them."""
    if not any(attribute.name == _CODE_PAGE for attribute in attributes):
        attributes = [_Attribute(_OF_THE_MAIL, _CODE_PAGE_TAG, struct.pack("<II", _VIETNAMESE, 0)), *attributes]
    logging.getLogger("tnefparse").setLevel(logging.CRITICAL)  # it tells every oddity of a mail to standard error
    try:
        with _stopped_after(MOST_SECONDS):
            return tnefparse.TNEF(_written(attributes), do_checksum=False)
    except _TooLong:
        return None
    except Exception:  # noqa: BLE001 - the one catch-all here: damaged bytes raise anything; the files need it not
        return None


def _written(attributes: Iterable[_Attribute]) -> bytes:
    pieces = [_HEAD.pack(0x223E9F78, 1)]
    is_open = False
    for each in attributes:
        if each.level == _OF_A_FILE and not is_open and each.name != _BEGIN:
            pieces.append(_ATTRIBUTE.pack(_OF_A_FILE, 0x00060000 | _BEGIN, 0) + b"\0\0")
        is_open = is_open or each.level == _OF_A_FILE
        pieces += [_ATTRIBUTE.pack(each.level, each.tag, len(each.data)), each.data, b"\0\0"]
    return b"".join((*pieces, b"\0" * _ATTRIBUTE.size))


def _long_name(attachment: "tnefparse.tnef.TNEFAttachment") -> str:
    for attribute in attachment.mapi_attrs:
        if attribute.name == _LONG_NAME:
            name = attribute.data
            return charsets.clean(name.rstrip("\0")) if isinstance(name, str) else file_names.from_archive(bytes(name))
    return ""


@contextlib.contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    """Raise _TooLong in what is done here when the time is up; signals only reach the main thread, as a reader's is."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _TooLong

    # What is raised while Python collects garbage is lost.
    collects = gc.isenabled()
    gc.disable()
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_AFTER)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if collects:
            gc.enable()
