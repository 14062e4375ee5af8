"""What a mail shows of whose it is: unit line, subject, file name, signature, text; each may be missing or short."""

import random
from dataclasses import dataclass

from bench.office import roster, spelling

_SUBJECTS = (
    "BC", "", "Báo cáo", "BC THĐVTE {year}", "Báo cáo Tháng hành động vì trẻ em năm {year}", "Fwd: BC",
    "Re: Re: biểu mẫu", "gửi báo cáo", "BC tháng hành động vì trẻ em", "Báo cáo số {number}/BC-UBND", "Nộp báo cáo",
)  # fmt: skip
_FILES = (
    "BC", "Book1", "bc thang hanh dong(1)", "BC THÁNG HĐ VÌ TRẺ EM", "Bieu mau kem theo",
    "Báo cáo THĐ vì trẻ em {year}", "BC THDVTE {year}_chinh thuc", "Mẫu báo cáo (điền)", "bao cao {number}",
)  # fmt: skip
_TEXTS = (
    "Kính gửi phòng TEBĐG, em gửi báo cáo THĐ vì trẻ em{of} ạ. Chị nhận được thì cho em xin phản hồi. Em cảm ơn chị!",
    "Em gửi báo cáo{of} ạ.", "", "Gửi phòng Trẻ em báo cáo{of} theo công văn.", "Kính gửi Sở báo cáo{of}. Trân trọng.",
    "Em gửi chị file báo cáo ạ, có gì chị báo em nhé.",
)  # fmt: skip


@dataclass(slots=True)
class Seen:
    """The texts of one mail. `clear` tells whether any of them names the unit and nobody else."""

    line: str
    subject: str
    file: str
    text: str
    clear: bool

    def said(self) -> str:
        """Return what is seen in one line, for a list of misses."""
        return f"line {self.line!r}, subject {self.subject!r}, file {self.file!r}, text {self.text[:60]!r}"


def seen(chance: random.Random, body: roster.Body, person: roster.Person, year: int, *, surely: bool = False) -> Seen:
    """Return what a mail of this person for this unit shows; `surely`: the unit line and the signature name it."""
    clear = person.shown in body.full
    shown: dict[str, str] = {}
    for place, often in person.names_unit_in.items():
        named = ""
        if chance.random() < often or (surely and place == "workbook"):
            is_full = chance.random() < (0.85 if place == "workbook" else 0.55) or (surely and place == "workbook")
            named = chance.choice(body.full if is_full else body.short)
            clear = clear or is_full
            named = spelling.bent(named, chance)
        shown[place] = named
    line = spelling.tcvn3(shown["workbook"]) if person.old_encoding else shown["workbook"]
    number = chance.randrange(10, 400)
    subject = chance.choice(_SUBJECTS).format(year=year, number=number)
    file = chance.choice(_FILES).format(year=year, number=number)
    if shown["subject"]:
        subject = f"{subject} - {shown['subject']}" if subject else shown["subject"]
    if shown["file"]:
        file = f"{file} {chance.choice(('- ', '_', ''))}{shown['file']}".replace("/", "-")
    text = chance.choice(_TEXTS).format(of=f" của {shown['text']}" if shown["text"] else "")
    if surely or chance.random() < person.signs:
        text += signature(chance, body, person)
        clear = True
    return Seen(line, subject, file, text, clear)


def signature(chance: random.Random, body: roster.Body, person: roster.Person) -> str:
    """Return the lines below a mail that name the writer and his unit."""
    position = f" - {person.position}" if person.position else ""
    number = f"0912 {chance.randrange(100, 999)} {chance.randrange(100, 999)}"
    return f"\n\n--\n{person.name}{position}\n{chance.choice(body.full)}, tỉnh Lạng Sơn\nĐT: {number}"
