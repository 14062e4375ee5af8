"""The sender's own words told apart from the history below them: what was quoted or forwarded never counts as said now.

Marks of Gmail, Outlook, Thunderbird, Yahoo, Zimbra and phones, in Vietnamese and English.
"""

import re
import unicodedata

_BLANKS = r"[ \t\xa0]*+"
# The line that opens everything below it: "-----Original Message-----", "---------- Forwarded message ---------".
_DIVIDER = re.compile(
    rf"{_BLANKS}[-_=*]{{2,40}}{_BLANKS}(?:original (?:message|appointment)|forwarded (?:message|by)"
    r"|reply message|begin forwarded message"
    r"|thư gốc|tin nhắn gốc|thông điệp gốc|thông báo gốc|email gốc|tin nhắn (?:đã )?(?:được )?chuyển tiếp"
    r"|thư (?:đã )?(?:được )?chuyển tiếp|thông điệp (?:đã )?(?:được )?chuyển tiếp|bắt đầu thư được chuyển tiếp)\b.*"
    rf"|{_BLANKS}(?:begin forwarded message|bắt đầu (?:thư|thông điệp|tin nhắn) (?:đã )?(?:được )?chuyển tiếp)"
    rf"{_BLANKS}:?{_BLANKS}"
)
# Of these the ones that no answer bears.
_FORWARD_MARK = re.compile(
    rf"{_BLANKS}[-_=*]{{0,40}}{_BLANKS}(?:(?:begin )?forwarded (?:message|by)|(?:bắt đầu )?(?:thư|thông điệp|tin nhắn)"
    r" (?:đã )?(?:được )?chuyển tiếp)\b"
)
# A signature or a blank may stand between; an answer's own history comes further down.
_LINES_TO_THE_MARK = 5
# "On Thu, 4 Jul 2019 at 15:20, A <a@b> wrote:", "Vào Th 5, 4 thg 7, 2019 vào lúc 15:20 A <a@b> đã viết:".
# It needs a figure: a date.
_ATTRIBUTION_START = re.compile(r"\s*(?:on|vào|ngày|lúc|am|trong|at)\s")
_ATTRIBUTION_END = re.compile(r"(?:wrote|writes|đã viết|viết)\s*:\s*$")
_DIGIT = re.compile(r"\d")
_FROM_LABEL = re.compile(r"[\s*]*(?:from|từ|người gửi)\s*\*?\s*:\s*\S")
_OTHER_LABEL = re.compile(
    r"[\s*]*(?:sent|date|to|cc|subject|đã gửi|gửi lúc|gửi|ngày|ngày gửi|thời gian|đến|tới|người nhận|chủ đề|tiêu đề)"
    r"\s*\*?\s*:"
)
_RULE = re.compile(r"\s*[_\-=]{5,}\s*")
# A long line is never a mark of history; matching is done on its beginning only.
MAX_MARK = 500
# Mail programs wrap an attribution over at most this many lines.
ATTRIBUTION_LINES = 3


def separate(text: str) -> tuple[str, str]:
    """Return the new part of a body and the quoted rest, each in its order, without blank lines around it."""
    # Phones and Macs write marks apart from their letters (NFD).
    lines = unicodedata.normalize("NFC", text).splitlines()
    new: list[str] = []
    quoted: list[str] = []
    index = 0
    while index < len(lines):
        taken, all_the_rest = _history(lines, index)
        if all_the_rest:
            quoted.extend(lines[index:])
            break
        (quoted if taken else new).extend(lines[index : index + max(1, taken)])
        index += max(1, taken)
    return _trimmed(new), "\n".join(line for line in quoted).strip()


def has_forward_mark(quoted: str) -> bool:
    """Return whether a quoted rest begins with the line by which programs pass a mail on, and not only answer it."""
    return any(_FORWARD_MARK.match(line[:MAX_MARK].lower()) for line in quoted.splitlines()[:_LINES_TO_THE_MARK])


def names_a_sender(line: str) -> bool:
    """Return whether a line of a quoted block says who sent it: "From: ...", "Vào ... A <a@b> đã viết:"."""
    mark = line[:MAX_MARK].lower()
    if _FROM_LABEL.match(mark):
        return True
    # The words "wrote:" may stand on the line below.
    return bool(_ATTRIBUTION_START.match(mark) and (_ATTRIBUTION_END.search(mark) or "@" in mark))


def _history(lines: list[str], index: int) -> tuple[int, bool]:
    """Return how many lines at `index` are history, and whether everything below them is too."""
    line = lines[index]
    if line.lstrip().startswith(">"):
        return 1, False
    mark = line[:MAX_MARK].lower()
    if _DIVIDER.fullmatch(mark) or (_FROM_LABEL.match(mark) and _has_header_below(lines, index)):
        return 1, True
    length = _attribution(lines, index, mark)
    if not length:
        return 0, False
    following = next((line for line in lines[index + length : index + length + 3] if line.strip()), "")
    return length, not following.lstrip().startswith(">")


def _has_header_below(lines: list[str], index: int) -> bool:
    """Whether a "From:" line is followed by at least two more lines of a copied header."""
    following = [line for line in lines[index + 1 : index + 9] if line.strip()][:5]
    return sum(_OTHER_LABEL.match(line[:MAX_MARK].lower()) is not None for line in following) > 1


def _attribution(lines: list[str], index: int, mark: str) -> int:
    """Return over how many lines an attribution at `index` runs, 0 where there is none."""
    if not _ATTRIBUTION_START.match(mark):
        return 0
    joined = ""
    for length in range(1, ATTRIBUTION_LINES + 1):
        joined = f"{joined} {lines[index + length - 1][:MAX_MARK].lower()}" if index + length <= len(lines) else ""
        if _ATTRIBUTION_END.search(joined) and _DIGIT.search(joined):
            return length
    return 0


def _trimmed(lines: list[str]) -> str:
    """Return the new lines as text, without the rule that a mail program draws above the history."""
    while lines and (not lines[-1].strip() or _RULE.fullmatch(lines[-1][:MAX_MARK])):
        lines.pop()
    return "\n".join(lines).strip("\n").rstrip()
