"""Whether a mail confirms the figures that a letter of warnings asked about: its whole new text must say so.

Nothing is guessed: what is left of the text without greeting, thanks and signature must be sentences of a list, which
docs/confirmations.md shows. One word more, and a person looks. A word of the list is found with all its marks, with
some of them or none ("đúng", "đung", "dung"), and as Telex types it where the keyboard was not switched on ("ddungs").
"""

import re
import unicodedata
from functools import cache, lru_cache

from forms import text as form_text
from intake import phrases, purpose
from roll import mails

# Parts of the listed sentences. [..] may be left out, (a|b) is one of them, {..} is another part.
_PARTS = {
    "person": "(chị|anh|em|cô|chú|bác|ông|bà|c|a|e|chị em|anh chị|các chị|các anh|các anh chị|đồng chí)",
    "who": "(em|e|chúng em|tôi|chúng tôi|mình|đơn vị [em]|cơ quan [em]|bên em|huyện [em]|sở [em]|phòng [em]|ban [em]"
    "|hội [em]|ngành|thành phố|tỉnh đoàn|{organisation})",
    "of": "[báo cáo|trên|này|đó|đã gửi|đã báo cáo|như trên|nêu trên|trong báo cáo|trong thư|tại thư|của báo cáo|như vậy"
    "|của {who}|{who} [đã] (gửi|báo cáo)|như [đã] (gửi|báo cáo)]",
    "figures": "[toàn bộ|tất cả] [các] (số liệu|sl) {of} {of}",
    "right": "[là|thì|đã|đều|vẫn] [hoàn toàn] (đúng|chính xác|đúng và chính xác|chuẩn|ok) [hết|cả] [rồi]",
    "checked": "[{who}] [đã] (kiểm tra|rà soát|đối chiếu|xem|kiểm tra và rà soát) [kỹ] [lại] [{figures}|báo cáo] [kỹ]"
    " [rồi]",
    "title": "[phó] (chuyên viên [chính]|cán bộ|trưởng phòng|chánh văn phòng|kế toán|văn thư|giám đốc|chủ tịch|"
    "công chức|nhân viên|bí thư|trưởng ban|phụ trách|ths|ts|bs|cn|tm|kt|người gửi)",
}
# What a reply that says so confirms by itself ...
IN_FULL = (
    "[{who}] [xin] xác nhận [lại] [là] {figures} {right}",
    "{figures} {right}",
    "[{who}] [xin|đề nghị|vẫn|xin được] giữ nguyên {figures}",
    "{figures} [xin|vẫn] giữ nguyên",
    "[(i|we) confirm] [that] (the|all) figures are (correct|right)",
    "figures confirmed",
)
# ... and what means it only where it answers the letter of warnings: it says not what is right.
IN_SHORT = (
    "[hoàn toàn] (đúng|chính xác|chuẩn) [hết|cả] [rồi]",
    "đúng (vậy|thế|như vậy|như thế) [rồi]",
    "[{who}] [xin] xác nhận",
    "confirmed",
)
# "ok chị" thanks for a letter; "ok" alone answers it.
OK = "[dạ|vâng] (ok|oke|okie|okay|okê) [ạ]"
# What may stand beside it, and confirms nothing by itself.
BESIDE = (
    "{checked}",
    "[{who}] [đã] nhận được (thư|mail|email|văn bản) [của (chị|anh|em|phòng|sở)]",
    "phúc đáp (thư|mail|email) của (chị|anh|phòng|sở|quý phòng|quý sở)",
    "[chúc {person}] [một] (ngày làm việc hiệu quả|ngày tốt lành|ngày vui vẻ|sức khỏe|nhiều sức khỏe)",
    "[em|tôi|xin] [kính|xin] (gửi|thưa|chào|dear|hi|hello) [các|quý] [{person}] [{name}] [ạ]",
    "(kính gửi|gửi|kính thưa|kính chào|chào) [quý] {organisation}",
    "[dạ|vâng] {person} [{name}] [ơi|à] [ạ]",
    (
        "[dạ|vâng] [{who}] [rất|xin|kính|chân thành|trân trọng|xin chân thành|xin trân trọng|rất chân thành]"
        " (cảm ơn|cám ơn|thank you|thanks|thank|tks) [rất] [nhiều]"
        " [{person}|quý (sở|phòng|cơ quan|đơn vị)|phòng|sở] [{name}]"
        " [nhiều|rất nhiều|very much|so much|and regards] [ạ|nhé]"
    ),
    "(trân trọng|kính thư|trân trọng kính chào|thân mến|thân ái|best regards|regards|kind regards) [ạ]",
    "(dạ|vâng|ạ|dạ vâng|vâng ạ) [{person}] [ạ]",
)
_SIGNATURE = ("{title} [{organisation}]", "{organisation}", "[em|{title}] {name}")
_BEFORE = (
    "[dạ|vâng|thưa|em|dạ thưa|vâng ạ|ok|oke|okie|[dạ|vâng] {person} [{name}] ơi|(dạ|vâng|thưa) {person}]"
    " [{checked} [và|thấy|thì|là|nên]]"
)
_BEHIND = "[ạ|nhé|nha|nhá|luôn] [{person} [{name}]] [ạ|nhé|nha]"
_ORGANISATIONS = (
    "phòng sở ubnd ủy ban uỷ hội chi cục văn vp trung tâm tỉnh huyện thành phố tp thị trấn công an đoàn mặt trận liên "
    "tòa án viện báo đài bộ bảo hiểm xã lao động thương binh và lđtbxh lđtb ldtbxh ldtb xh dt dân tộc trẻ em bình đẳng "
    "giới tebđg nhân văn hóa hoá thể thao du lịch giáo dục đào tạo tư pháp y tế nội vụ tài chính xây dựng giao thông "
    "vận tải nông nghiệp phát triển thôn thương ngoại khoa học công nghệ thông tin truyền tài nguyên môi trường kế "
    "hoạch đầu hiệp phụ nữ cựu chiến thanh niên quân sự số bảo trợ tác đường phố khối"
)
# A word that takes back, changes or asks, wherever it stands: with it nothing is confirmed.
_TAKES_BACK = (
    "không ko kg hông hok k chưa chẳng chả sai trừ nhưng tuy song sửa nhầm thiếu thừa lệch khác thay chỉnh hủy xóa nhờ "
    "giúp hộ nếu khi khoan not but except wrong"
)
# The same, of which only the marks tell that another word is not meant: "đừng" and "đúng", "hỏi" and "hội".
_TAKES_BACK_AS_MARKED = "đừng bỏ bổ đổi chờ hỏi thôi hoãn ngoài"
# A word of business with a capital is nobody's name; these without marks too ...
_NO_NAME = (
    "mục biểu chỉ cột dòng ô lại số liệu tệp bảng xem gửi tăng giảm đúng xác nhận cộng bớt trăm nghìn triệu hơn kém"
)
# ... and these as they stand.
_NO_NAME_AS_MARKED = "báo cáo là thì và còn mới để một hai ba bốn năm sáu bảy tám chín mười tỷ thêm kèm phải"
# "ĐT: 0912 000 000 - 0205 3000 830", "+84912000000": a call number has nine digits or more and begins so.
_CALL_NUMBER = re.compile(
    r"(?:\b(?:đt|sđt|dt|sdt|điện thoại|tel|mobile|di động|hotline|zalo|fax|phone|m|t)\b\s*[:.]*\s*)?"
    r"(?:\+84|\b0)(?:[ .()-]{0,2}\d){8,11}(?!\d)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:\b(?:e-?mail|mail)\b\s*:\s*)?<?[\w.+-]{1,64}@[\w.-]{1,253}>?", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)\S{1,500}", re.IGNORECASE)
# What phones and programs add (in the languages that are met here).
_PROGRAM = re.compile(
    r"\W*(?:sent|gửi|được gửi|đã gửi|thư được gửi|get|tải|nhận|lấy)\s+(?:from|từ|bằng|qua|via|outlook)\b"
    r"(?:[\s/.]+(?:my|mail|for|on|cho|trên|của|tôi|điện|thoại|thông|minh|máy|tính|bảng|thiết|bị|di|động|windows|outlook"
    r"|yahoo|gmail|zimbra|iphone|ipad|ios|android|samsung|galaxy|oppo|xiaomi|redmi|huawei|vivo|smartphone|phone|mobile"
    r"|device|app|một|a|an|từ|\d{1,2}|pro|max|plus|tablet))*\W*",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"(?:\b(?:địa chỉ|đ/c|đc|address|add)\b\s*[:.]?\s*)?\bsố\s+\d{1,4}\s*,?\s+(?=(?:đường|phố|khối)\b)", re.IGNORECASE
)
_BREAK = re.compile(r"[.,;:!…()\[\]\"“”/|*&+<>~^=_]+|[-–—]{2,}|(?<!\w)[-–—]|[-–—](?!\w)|\s[-–—]\s")
# Signs before a word: it begins with a capital, it occurs in names of organisations, it is nobody's name.
_CAPITAL, _OFFICIAL, _NO_ONE = "^@!"
_SIGNS = r"[\^@!]*"
# A reply that confirms is short: greeting, a sentence, thanks and a signature of ten lines.
LONGEST, MOST_CLAUSES, MOST_WORDS = 1_500, 40, 40


def stated(contents: mails.Contents) -> str:
    """Return how a mail confirms figures: "in_full", "in_short" (it must answer a letter to mean that) or "".

    A mail with a file confirms nothing, a picture of its signature left aside; nor one that asks for something else.
    """
    if any(not _is_of_the_signature(part) for part in contents.parts):
        return ""
    subject = contents.headers.subject
    is_new = bool(subject.strip()) and not purpose.is_answer(contents)
    written = contents.text
    if is_new and not written.strip():
        written = subject
    elif is_new and purpose.of_words(subject) not in {"", "confirmation"}:
        return ""
    return how(written)


def _is_of_the_signature(part: mails.Part) -> bool:
    return part.kind == "image" and (part.inline or re.fullmatch(r"image\d{3}\.\w{3,4}", part.name) is not None)


def how(written: str) -> str:
    """Return "in_full" or "in_short" where a text confirms figures and says nothing else, "" where it does not."""
    if len(written) > LONGEST:
        return ""
    written = unicodedata.normalize("NFC", form_text.from_legacy(written))
    return _how(written) or _how(phrases.unwrapped(written))


def _how(written: str) -> str:
    if "?" in written:
        return ""
    # Where everything is in capitals, they tell no names.
    has_names = not written.isupper()
    clauses = [clause for line in written.splitlines() for clause in _clauses(line, has_names=has_names)]
    if not 0 < len(clauses) <= MOST_CLAUSES or any(any(map(str.isdigit, clause)) for clause in clauses):
        return ""
    if any(_takes_back(word) for clause in clauses for word in re.findall(r"\w+", clause)):
        return ""
    kinds = {_kind(clause) for clause in clauses}
    if "" in kinds or not kinds & {"in_full", "in_short", "ok"}:
        return ""
    if "in_full" in kinds:
        return "in_full"
    return "in_short" if "in_short" in kinds or kinds <= {"ok", "signature"} else ""


def _clauses(line: str, *, has_names: bool) -> list[str]:
    """Return the clauses of a line, each word with its signs before it and a blank behind it."""
    if _PROGRAM.fullmatch(line):
        return []
    for noise in (_LINK, _ADDRESS, _CALL_NUMBER, _STREET):
        line = noise.sub(" . ", line)
    words = (re.findall(r"\w+", clause) for clause in _BREAK.split(line))
    return [
        "".join(f"{_signs(word, has_names=has_names)}{word.lower()} " for word in clause) for clause in words if clause
    ]


def _signs(written: str, *, has_names: bool) -> str:
    word = written.lower()
    signs = (has_names and written[0].isupper(), _is_one_of(_ORGANISATIONS, word), _is_no_name(word))
    return "".join(sign for sign, is_set in zip((_CAPITAL, _OFFICIAL, _NO_ONE), signs, strict=True) if is_set)


def _is_no_name(word: str) -> bool:
    return _is_one_of(_NO_NAME, word) or word in _NO_NAME_AS_MARKED.split()


def _takes_back(word: str) -> bool:
    return _is_one_of(_TAKES_BACK, word) or word in _TAKES_BACK_AS_MARKED.split()


def _is_one_of(words: str, word: str) -> bool:
    return _any_of(words).fullmatch(word) is not None


@cache
def _any_of(words: str) -> re.Pattern[str]:
    return re.compile("|".join(_written(word) for word in dict.fromkeys(words.split())))


@lru_cache(maxsize=512)
def _kind(clause: str) -> str:
    """Return what a clause is, empty for anything that is not listed."""
    if clause.count(" ") > MOST_WORDS:
        return ""
    return next((kind for kind, pattern in _patterns() if pattern.fullmatch(clause)), "")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    listed = (
        *(("in_full", f"{_BEFORE} {sentence} {_BEHIND}") for sentence in IN_FULL),
        ("ok", OK),
        *(("in_short", f"{_BEFORE} {sentence} {_BEHIND}") for sentence in IN_SHORT),
        *(("beside", f"{_BEFORE} {sentence} {_BEHIND}") for sentence in BESIDE),
        *(("signature", sentence) for sentence in _SIGNATURE),
    )
    return tuple((kind, re.compile(_compiled(source))) for kind, source in listed)


def _compiled(source: str) -> str:
    """Return a listed sentence as a regular expression over `_clauses`."""
    signs = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|"}
    tokens = re.findall(r"\{\w+\}|[\[\]()|]|\w+", source)
    return "".join(
        signs.get(token) or (_part(token[1:-1]) if token[0] == "{" else f"{_SIGNS}{_written(token)} ")
        for token in tokens
    )


@cache
def _part(name: str) -> str:
    if name == "name":
        # One given name, or a full one: each word with a capital, none of them a word of business.
        return r"(?:\^@?\w+ ){1,5}"
    if name == "organisation":
        # "Phòng LĐTB&XH huyện Văn Quan": words that names of organisations are made of, and words with a capital.
        return r"\^?@!?\w+ (?:(?:\^?@!?|\^)\w+ ){0,16}"
    return f"(?:{_compiled(_PARTS[name])})"


# The letters of the alphabet by the one that is left when their marks go.
_MARKED: dict[str, list[str]] = {"d": ["đ"]}
for _code in range(0xC0, 0x1EFA):
    _letter = chr(_code).lower()
    _base = unicodedata.normalize("NFD", _letter)[0]
    if _base != _letter and _base in "aeiouy" and _letter not in _MARKED.get(_base, ()):
        _MARKED.setdefault(_base, []).append(_letter)

# Telex (TCVN): a letter twice makes its hat, w its horn or breve, and a letter behind the vowel the tone.
_TELEX_TONES = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_TELEX_SHAPES = {"\u0302": "", "\u031b": "w", "\u0306": "w"}
_SAME_IN_WRITING = {"\u0309": "\u0303", "\u0303": "\u0309"}


def is_written(written: str, word: str) -> bool:
    """Return whether `written` is a way of writing `word`, both in lower case and NFC."""
    return re.fullmatch(_written(word), written) is not None


@cache
def _written(word: str) -> str:
    """Return an expression for the ways of writing one word: all its marks, some, none, or typed as Telex."""
    letters = [_ways(letter) for letter in word]
    tones = {_TELEX_TONES[mark] for mark in unicodedata.normalize("NFD", word) if mark in _TELEX_TONES}
    return "".join(letters) + (f"[{''.join(sorted(tones))}]?" if tones else "")


def _ways(letter: str) -> str:
    if letter == "đ":
        return "(?:đ|dd?)"
    decomposed = unicodedata.normalize("NFD", letter)
    base, marks = decomposed[0], decomposed[1:]
    if not marks:
        return letter
    ways, typed = {base, letter}, {base}
    for mark in marks:
        ways |= {unicodedata.normalize("NFC", base + kept) for kept in (mark, _SAME_IN_WRITING.get(mark, mark))}
        typed |= {base + _TELEX_SHAPES[mark] if _TELEX_SHAPES[mark] else base * 2} if mark in _TELEX_SHAPES else set()
    tone = next((_TELEX_TONES[mark] for mark in marks if mark in _TELEX_TONES), "")
    if tone:
        swapped = [_SAME_IN_WRITING.get(mark, mark) for mark in marks]
        ways.add(unicodedata.normalize("NFC", base + "".join(swapped)))
        typed |= {each + tone for each in typed}
    return f"(?:{'|'.join(sorted(ways | typed, key=lambda way: (-len(way), way)))})"
