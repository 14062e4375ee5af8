"""What a mail without a readable workbook wants: a question, more time, a nil report, a recall ... (domain rules 2.4).

Told from the new part of the body and the subject, on folded text. A wrong guess costs little: each purpose but `unrelated` ends
with a person or with a polite request, and nothing is understood from prose that changes a figure.
"""

import re
from collections.abc import Iterable

from forms import text
from roll import mails

_PURPOSES = (
    ("recall", r"\b(thu hoi|recall|bo mail truoc|bo thu truoc|huy bao cao|huy mail|khong lay ban truoc)\b"),
    (
        "nil_report",
        r"\b(khong (co|to chuc|trien khai|phat sinh)( \w+){0,3} (hoat dong|noi dung|so lieu)|khong phat sinh|kps"
        r"|khong co (hoat dong|so lieu|noi dung))\b",
    ),
    (
        "extension_request",
        r"\b(lui (lai )?(thoi han|han|ngay)|gia han|gui (cham|muon)|xin (lui|cham|them thoi gian)|cham den ngay"
        r"|extension|more time)\b",
    ),
    ("confirmation", r"\b(xac nhan so lieu( la)? dung|so lieu( \w+)? dung( roi)?|dung roi)\b"),
    ("correction_in_prose", r"\b(sua thanh|sua lai la|dieu chinh thanh|doi thanh)\b"),
)
_COMPILED = tuple((purpose, re.compile(pattern)) for purpose, pattern in _PURPOSES)
_QUESTION_WORDS = re.compile(
    r"\b(hoi ve|xin hoi|cho hoi|huong dan giup|nhu the nao|hay sao|the nao|la gi|duoc khong)\b"
)
_CLOUD_LINK = re.compile(
    r"https?://[^\s<>\"]{0,200}(drive\.google|docs\.google|onedrive|1drv\.ms|sharepoint|dropbox|fshare|mediafire"
    r"|zalo|wetransfer|mega\.nz)", re.IGNORECASE,
)  # fmt: skip
_PART_OF_SEVERAL = re.compile(r"\(?\b([1-9])\s*/\s*([2-9])\b\)?")
# Words by which a mail speaks of a report or of this office's business; without any, a stranger's mail is unrelated.
_REPORT_WORDS = re.compile(
    r"\b(bao cao|bc|bieu mau|bieu 0|so lieu|thang hanh dong|thd|thdvte|vi tre em|tong hop|report)\b"
)
_SIGNED_KINDS = frozenset({"pdf"})
_PICTURE_KINDS = frozenset({"image"})
_DOCUMENT_KINDS = frozenset({"docx", "doc", "rtf", "odt"})
_ARCHIVE_KINDS = frozenset({"rar", "7z", "tnef"})


def of(contents: mails.Contents) -> str:
    """Return the purpose that a mail's words speak of, empty where they speak of none."""
    words = text.fold(f"{contents.headers.subject}\n{contents.text}")
    if _CLOUD_LINK.search(contents.text):
        return "cloud_link"
    for purpose, pattern in _COMPILED:
        if pattern.search(words):
            return purpose
    if "?" in contents.text or _QUESTION_WORDS.search(words):
        return "question"
    return ""


def speaks_of_reports(contents: mails.Contents) -> bool:
    """Return whether the subject, the body or a file name speaks of a report."""
    names = " ".join(part.name for part in contents.parts if not part.inline)
    return bool(_REPORT_WORDS.search(text.fold(f"{contents.headers.subject}\n{contents.text}\n{names}")))


def is_one_of_several(contents: mails.Contents) -> bool:
    """Return whether the subject says that the report comes in several mails: "BC (2/3)"."""
    found = _PART_OF_SEVERAL.search(contents.headers.subject)
    return bool(found) and "(" in contents.headers.subject


def attached(contents: mails.Contents, kinds: Iterable[str]) -> list[mails.Part]:
    """Return the attached parts of some kinds, inline pictures left out."""
    wanted = set(kinds)
    return [part for part in contents.parts if part.kind in wanted and not (part.inline and part.kind == "image")]


def signed_copies(contents: mails.Contents) -> list[mails.Part]:
    """Return the parts that may be the signed copy."""
    return attached(contents, _SIGNED_KINDS)


def pictures(contents: mails.Contents) -> list[mails.Part]:
    """Return attached pictures."""
    return attached(contents, _PICTURE_KINDS)


def documents(contents: mails.Contents) -> list[mails.Part]:
    """Return attached word-processor documents."""
    return attached(contents, _DOCUMENT_KINDS)


def closed_archives(contents: mails.Contents) -> list[mails.Part]:
    """Return archives that are recognised but not opened."""
    return attached(contents, _ARCHIVE_KINDS)
