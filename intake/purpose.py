"""What a mail wants beside bringing a report: a question, more time, a nil report, a recall ... (domain rules 2.4).

Told from the new part of the body and the subject, a sentence at a time. A wrong guess costs little: every purpose ends
with a person or with a polite request, and nothing is understood from prose that changes a figure.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from forms import text
from intake import file_names, part_remarks, phrases, purpose_words, quoting
from roll import mails

# Words of thanks and of having received something: a mail of nothing else wants nothing.
_COURTESY = (
    r"dạ|vâng|ok|oke|okie|em|chị|anh|tôi|mình|chúng|đơn|vị|huyện|sở|phòng|xin|rất|trân|trọng|chân|thành|cảm|cám|ơn"
    r"|thanks|thank|you|nhiều|ạ|nhé|nha|rồi|đã|nhận|được|thông|tin|thư|mail|email|công|văn|phản|hồi|của|kính|chào|gửi"
    r"|quý|cơ|quan|sẽ|thực|hiện|nội|dung|biết|tiếp|biên"
)
_THANKS = r"cảm ơn|cám ơn|thank|thanks|đã nhận|nhận được|vâng|ok|oke|okie|tiếp nhận"
_OTHER_BUSINESS = r"(?:kính|giấy|trân trọng kính|xin) mời|mời (?:họp|dự|tham dự)|lịch công tác|chúc mừng|tuyển dụng"
# Words by which a mail speaks of a report, of units or of this office's business; without any, a stranger's mail is
# unrelated.
_REPORT = (
    r"báo cáo|bc|biểu mẫu|biểu 0?\d|số liệu|tháng hành động|tháng hđ|tháng hd|thđ|thd|thđvte|thdvte|vì trẻ em|trẻ em"
    r"|tổng hợp|report"
)
_REPORTS_OR_UNITS = (
    rf"{_REPORT}|ubnd|ủy ban nhân dân|lđtbxh|ldtbxh|lđtb xh|phòng lao động|phòng trẻ em|tebđg|tebdg|tỉnh đoàn"
)
# A place where files are left to be fetched. Never opened. A link to a person ("zalo.me/0912...") is none.
_CLOUD_LINK = re.compile(
    r"\b(?:drive\.google|docs\.google|sheets\.google|onedrive\.live|1drv\.ms|[\w-]{1,60}\.sharepoint|sharepoint|dropbox|fshare"
    r"|mediafire|wetransfer|we\.tl|mega\.nz|icloud|box\.com|dlfl\.vn|zaloapp|zdn\.vn)[./][^\s<>\"]",
    re.IGNORECASE,
)
_ANSWER_SUBJECT = re.compile(r"\s*(?:re|fw|fwd|tr|vs|tl|ct|trả lời|chuyển tiếp|phúc đáp)\s*:", re.IGNORECASE)
# A gateway's tag may stand before it ("[EXT] Fwd: BC"), or brackets around all of it ("[Fwd: BC]").
_FORWARD_SUBJECT = re.compile(
    r"\s*(?:\[[^\]:]{1,30}\]\s*)*\[?(?:(?:re|tr|tl|trả lời)\s*:\s*)*(?:(?:fw|fwd|ct)\s*:|chuyển tiếp\b)", re.IGNORECASE
)
_SIGNATURE = re.compile(
    r"^(?:--\s?|_{3,}|-{3,}|(?:sent|gửi|được gửi) (?:from|từ) .{1,60}|(?:get|tải) outlook .{1,60})$",
    re.IGNORECASE | re.MULTILINE,
)
# What scanners, phones and officers call the picture of a signed paper, folded: "scan0012.jpg", "BC_bản ký.jpg".
_SCAN = re.compile(
    r"(?:^|[^a-z])(?:scan\w*|(?:cam|adobe |tap|gen)\s?scan\w*|quet|ban quet|ban ky|da ky"
    r"|ky ten|dong dau|co dau|dau do|signed)(?![a-z])"
)
_SEVERAL_IN_BRACKETS = re.compile(r"[(\[]\s*(\d)\s*/\s*(\d)\s*[)\]]")
_DOCUMENT_KINDS = frozenset({"docx", "doc", "rtf", "odt"})
_TABLE_KINDS = frozenset({"html", "mhtml", "xml", "csv"})
# A web page that is the report has a reading; others are letters.
_CARRIER_KINDS = (
    _DOCUMENT_KINDS | mails.ARCHIVE_KINDS | (mails.WORKBOOK_KINDS - {"html", "mhtml"}) | {"closed", "encrypted_mail"}
)
_SEVERAL_IN_WORDS = r"(?:phần|thư|mail|email|tệp|file|bản) (?:số |thứ )?\d (?:trên |của |of )?\d"
_PART_ALONE = r"phần (?:số |thứ )?\d"
_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=64)
def _pattern(source: str) -> re.Pattern[str]:
    return phrases.pattern(source)


def of(contents: mails.Contents) -> str:
    """Return what the new words of a mail ask of a person, empty where they ask nothing.

    The subject of an answer is history, as the quoted text is; it counts only where nothing else is said.
    """
    said = _said(contents)
    stated = [sentence for sentence in said if not _pattern(purpose_words.OFFER).match(sentence.words)]
    for purpose, found, unless in purpose_words.PURPOSES:
        if any(_speaks(sentence, found, unless) for sentence in stated):
            return purpose
    if any(sentence.asks for sentence in said) or any(
        _pattern(purpose_words.QUESTION).search(each.words) for each in stated
    ):
        return "question"
    return ""


def of_words(written: str) -> str:
    """Return what a line asks of a person by itself, empty where it asks nothing."""
    return of(mails.Contents(mails.Headers(), text=written))


def is_answer(contents: mails.Contents) -> bool:
    """Return whether the subject is of an answer or of a mail passed on: it is history then."""
    return _ANSWER_SUBJECT.match(contents.headers.subject) is not None


def _speaks(sentence: phrases.Sentence, found: str, unless: str) -> bool:
    return bool(_pattern(found).search(sentence.words)) and not _pattern(unless).search(sentence.words)


def _said(contents: mails.Contents) -> list[phrases.Sentence]:
    subject = contents.headers.subject
    if _ANSWER_SUBJECT.match(subject) and contents.text.strip():
        subject = ""
    return [*phrases.sentences(subject), *phrases.sentences(contents.text)]


def is_courtesy(contents: mails.Contents) -> bool:
    """Return whether an answer says nothing but thanks, or that something arrived: no report was meant to be in it."""
    if not (contents.headers.in_reply_to or _ANSWER_SUBJECT.match(contents.headers.subject)) or files(contents):
        return False
    said = phrases.sentences(_SIGNATURE.split(contents.text, maxsplit=1)[0])
    thanks = any(_pattern(_THANKS).search(sentence.words) for sentence in said)
    return thanks and all(_pattern(_COURTESY).fullmatch(word) for sentence in said for word in sentence.words.split())


def says_that_it_sends(contents: mails.Contents) -> bool:
    """Return whether the words say that a report comes with them: then its file was forgotten."""
    return any(_pattern(purpose_words.SENDS).search(sentence.words) for sentence in phrases.sentences(contents.text))


def has_cloud_link(contents: mails.Contents) -> bool:
    """Return whether the body points to a file that was left somewhere to be fetched."""
    return _CLOUD_LINK.search(contents.text) is not None


def is_other_business(contents: mails.Contents) -> bool:
    """Return whether a mail is about another matter, an invitation say, and in no word about a report."""
    said = _said(contents)
    return any(_pattern(_OTHER_BUSINESS).search(sentence.words) for sentence in said) and not any(
        _pattern(_REPORT).search(words) for words in _everything_said(contents)
    )


def speaks_of_reports(contents: mails.Contents) -> bool:
    """Return whether the subject, the body or a file name speaks of a report, of units or of this office's business."""
    return any(_pattern(_REPORTS_OR_UNITS).search(words) for words in _everything_said(contents))


def _everything_said(contents: mails.Contents) -> Iterator[str]:
    for each in (contents.headers.subject, contents.text, *(part.name for part in files(contents))):
        yield from (sentence.words for sentence in phrases.sentences(each.replace("_", " ")))


def is_forwarded(contents: mails.Contents) -> bool:
    """Return whether the mail says that it is somebody else's, passed on: by its subject, or by the line above it."""
    return keeps_subject(contents) or quoting.has_forward_mark(contents.quoted)


def keeps_subject(contents: mails.Contents) -> bool:
    """Return whether the subject is that of the mail that was passed on: "Fwd: ..." is put before it."""
    return _FORWARD_SUBJECT.match(contents.headers.subject) is not None


def is_one_of_several(contents: mails.Contents, day: date, *, is_whole: bool) -> bool:
    """Return whether the subject says that the report comes in several mails: "BC (2/3)".

    "(1/6)" may be Children's Day as well: where it can be a date around `day`, the day of receipt, it says so only of
    a workbook that is not whole.
    """
    return place_among(contents.headers.subject, day, is_whole=is_whole) is not None


def place_among(subject: str, day: date, *, is_whole: bool) -> tuple[int, int] | None:
    """Return which of how many mails a subject says that it is, (2, 3) for "BC (2/3)"; how many is 0 if it is not said.

    None where it says nothing of the kind. "phần 2" alone may be a heading: it counts where the workbook is not whole.
    """
    for sentence in phrases.sentences(subject):
        said = _pattern(_SEVERAL_IN_WORDS).search(sentence.words)
        if said is not None:
            number, total = _DIGIT.findall(said[0])[-2:]
            return int(number), int(total)
    found = _SEVERAL_IN_BRACKETS.search(subject)
    if found is not None and 1 <= int(found[1]) <= int(found[2]) != 1:
        may_be_a_day = int(found[2]) in {day.month, day.month - 1}
        return None if may_be_a_day and is_whole else (int(found[1]), int(found[2]))
    alone = (
        None if is_whole else _pattern(_PART_ALONE).search(" ".join(each.words for each in phrases.sentences(subject)))
    )
    return None if alone is None else (int(_DIGIT.findall(alone[0])[0]), 0)


def files(contents: mails.Contents) -> list[mails.Part]:
    """Return the files that were attached, not those that the text shows, nor a mail's signature."""
    return [part for part in contents.parts if not part.inline and part.kind != "signature"]


def attached(contents: mails.Contents, kinds: Iterable[str]) -> list[mails.Part]:
    """Return the parts of some kinds, inline pictures left out."""
    wanted = set(kinds)
    return [part for part in contents.parts if part.kind in wanted and not (part.inline and part.kind == "image")]


def signed_copies(contents: mails.Contents) -> list[mails.Part]:
    """Return the parts that may be the signed copy: PDFs, and pictures whose names say that a paper was scanned."""
    return [part for part in attached(contents, {"pdf", "image"}) if part.kind == "pdf" or _is_scan(part)]


def _is_scan(part: mails.Part) -> bool:
    return _SCAN.search(text.fold(part.name.replace("_", " ").replace("-", " "))) is not None


def pictures(contents: mails.Contents) -> list[mails.Part]:
    """Return attached pictures that are no scan of a paper: photos of a table, say."""
    return [part for part in attached(contents, {"image"}) if not _is_scan(part)]


def documents(contents: mails.Contents) -> list[mails.Part]:
    """Return attached word-processor documents."""
    return attached(contents, _DOCUMENT_KINDS)


def closed_archives(contents: mails.Contents) -> list[mails.Part]:
    """Return archives that are recognised but not opened, since no program for them is there."""
    return [part for part in files(contents) if part.why == part_remarks.NO_PROGRAM]


def tables_not_read(contents: mails.Contents) -> list[mails.Part]:
    """Return what is sent as a workbook in a form that is not read: XML of other programs named .xls."""
    found = attached(contents, _TABLE_KINDS)
    return [part for part in found if part.reading is None and file_names.is_table(part.name)]


def report_carriers(contents: mails.Contents) -> list[mails.Part]:
    """Return the files in which a report may be, read or not: workbooks, documents, archives."""
    return attached(contents, _CARRIER_KINDS)


def unread_workbooks(contents: mails.Contents) -> list[mails.Part]:
    """Return the workbooks that were not looked at: there were too many of them."""
    found = attached(contents, mails.WORKBOOK_KINDS - mails.TEXT_TABLE_KINDS)
    named = [part for part in attached(contents, mails.TEXT_TABLE_KINDS) if file_names.is_table(part.name)]
    return [part for part in (*found, *named) if part.reading is None]


def is_in_attached_mail(contents: mails.Contents, part: mails.Part) -> bool:
    """Return whether a file lay in a mail that was attached to this one, not in an archive of its own."""
    archives = {
        other.name or part_remarks.NAMELESS
        for other in contents.parts
        if other.kind in mails.ARCHIVE_KINDS and not other.path
    }
    return bool(part.path) and not any(part.path == name or part.path.startswith(f"{name}/") for name in archives)
