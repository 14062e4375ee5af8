"""Names as people type them: other cases, no tones, other dashes, words for who writes, a slip of the finger."""

import csv
import random
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

from intake import sender
from roll import mails, units
from tests.intake import known

DAY_2019, DAY_2025 = date(2019, 7, 3), date(2025, 10, 3)
COMMUNES = Path(__file__).parents[2] / "campaigns" / "thang-hanh-dong-2025" / "units.csv"
STRANGER = known.STRANGER
_WRITES_FOR = ("", "UBND ", "Ủy ban nhân dân ", "VP UBND ", "Phòng LĐTBXH ", "Phòng LĐTB&XH-DT ", "P. LĐTBXH ")
_LEVELS = {
    "huyện ": ("huyện ", "H. ", "H.", "HUYỆN "),
    "thành phố ": ("thành phố ", "TP ", "TP. ", "T.phố "),
    "xã ": ("xã ", "X. ", "Xã "),
    "phường ": ("phường ", "P. ", "Phường "),
}


@cache
def roster_2025() -> tuple[units.RosterEntry, ...]:
    """Return the communes of 2025 as a roster, known by their official names only."""
    listed = csv.DictReader(COMMUNES.read_text("utf-8-sig").splitlines())
    rows = [
        {"code": row["code"], "name": row["name"], "short_name": row["short_name"],
         "addresses": f"{row['code'].lower()}@langson.example", "valid_from": row["valid_from"]}
        for row in listed
    ]  # fmt: skip
    return units.parse_roster(rows, "units.csv", ())


@cache
def registers() -> dict[str, tuple[sender.Register, date]]:
    """Return the two rosters, each with a day on which its units exist."""
    return {"2019": (known.register_2019(), DAY_2019), "2025": (sender.Register(roster_2025()), DAY_2025)}


def ways_of(unit: units.Unit) -> list[str]:
    """Return ways of writing a unit's name that a person would know it by."""
    name = unit.short_name
    for level, shorter in _LEVELS.items():
        if name.lower().startswith(level):
            place = name[len(level) :]
            writers = _WRITES_FOR if level.startswith("h") else _WRITES_FOR[:3]
            return [f"{writer}{way}{place}" for writer in writers for way in shorter]
    province = [f"{name} tỉnh Lạng Sơn"] if not name.endswith(("tỉnh", "Lạng Sơn")) else []
    return [unit.name, name, *province]


def _without_tones(line: str) -> str:
    plain = unicodedata.normalize("NFD", line).replace("đ", "d").replace("Đ", "D")
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _old_tones(line: str) -> str:
    for new, old in (("hòa", "hoà"), ("Hòa", "Hoà"), ("thủy", "thuỷ"), ("ủy", "uỷ"), ("Quý", "Quí"), ("lý", "lí")):
        line = line.replace(new, old)
    return line


NOISES: tuple[Callable[[str], str], ...] = (
    str, str.upper, str.lower, str.title, _without_tones, _old_tones,
    lambda line: unicodedata.normalize("NFD", line),
    lambda line: line.replace(" - ", " – "),
    lambda line: line.replace(" ", "  "),
    lambda line: line.replace(" ", "\u00a0"),
    lambda line: line.replace(" ", "-"),
    lambda line: line.replace(" ", "_"),
    lambda line: f" {line}. ",
)  # fmt: skip


def slip(line: str, chance: random.Random) -> str:
    """Return a line with one letter doubled, left out or exchanged with the next."""
    places = [place for place in range(1, len(line) - 1) if line[place].isalpha() and line[place + 1].isalpha()]
    if not places:
        return line
    place = chance.choice(places)
    one, next_one = line[place], line[place + 1]
    return line[:place] + chance.choice((one + one + next_one, next_one, next_one + one)) + line[place + 2 :]


def noisy(unit: units.Unit, chance: random.Random) -> str:
    """Return a unit's name with up to three noises."""
    line = chance.choice(ways_of(unit))
    for noise in chance.sample(NOISES, chance.randint(0, 3)):
        line = noise(line)
    return line


_SAYS_NOTHING = ("BC", "bao cao", "Báo cáo Tháng hành động vì trẻ em 2019", "", "Re: biểu mẫu", "Gửi lại BC")
_FILES = ("Book1.xlsx", "BC.xls", "bc thang hanh dong(1).xlsx", "Bieu mau kem theo.xlsx")
_PEOPLE = ("Nguyễn Văn Minh", "Hoa Nguyễn", "Trần Thị Lan", "Mai Linh", "")
_BODIES = (
    "Kính gửi phòng TEBĐG, em gửi báo cáo THĐ vì trẻ em của đơn vị ạ. Em cảm ơn chị!",
    "Em gửi lại ạ, file trước bị nhầm.",
    "Kính gửi Văn phòng UBND tỉnh, Sở Lao động - Thương binh và Xã hội\nEm gửi báo cáo ạ",
    "",
)
_BESIDE = (
    "",
    "Đã phối hợp với Hội Nông dân, Đoàn thanh niên tổ chức các hoạt động.",
    "Em đã gửi Sở Y tế một bản rồi ạ.",
)


def mail_about(unit: units.Unit, address: str, chance: random.Random) -> mails.Contents:
    """Return a mail that brings the unit's report and says so in at least one place, noisily, as people do."""
    places = {"line": 0.6, "subject": 0.4, "file": 0.4, "name": 0.4, "signature": 0.5}
    says = {place for place, share in places.items() if chance.random() < share} or {chance.choice([*places])}
    name = noisy(unit, chance)
    line = chance.choice(("", "……………"))
    if "line" in says:
        line = noisy(unit, chance)
        line = slip(line, chance) if chance.random() < 0.1 else line
    body = [chance.choice(_BODIES), chance.choice(_BESIDE)]
    body += ["--", "Hoàng Thị A - Chuyên viên", noisy(unit, chance)] if "signature" in says else []
    workbook = known.part(f"BC THĐ - {name}.xls" if "file" in says else chance.choice(_FILES), "xls", reading=0)
    return known.contents(
        "\n".join(body),
        known.reading(line),
        sender_=address,
        subject=f"BC {noisy(unit, chance)}" if "subject" in says else chance.choice(_SAYS_NOTHING),
        from_name=noisy(unit, chance) if "name" in says else chance.choice(_PEOPLE),
        parts=[workbook],
    )
