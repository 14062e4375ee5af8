"""Ninety units with names as alike as they really are, and the people who write for them."""

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.office import spelling

REGISTER = Path(__file__).parents[2] / "campaigns" / "thang-hanh-dong-2019" / "units.csv"

# Communes and towns whose names recur in the province or are a district's too (domain notes, 2.5), and some others.
_COMMUNES = (
    "phường Chi Lăng|TP Lạng Sơn", "phường Hoàng Văn Thụ|TP Lạng Sơn", "xã Mai Pha|TP Lạng Sơn",
    "thị trấn Cao Lộc|Cao Lộc", "thị trấn Đồng Đăng|Cao Lộc", "xã Tân Thành|Cao Lộc", "xã Hồng Phong|Cao Lộc",
    "xã Thụy Hùng|Cao Lộc", "xã Mẫu Sơn|Cao Lộc",
    "thị trấn Lộc Bình|Lộc Bình", "xã Mẫu Sơn|Lộc Bình", "xã Khuất Xá|Lộc Bình",
    "thị trấn Thất Khê|Tràng Định", "xã Chi Lăng|Tràng Định", "xã Quốc Khánh|Tràng Định",
    "thị trấn Bình Gia|Bình Gia", "xã Hòa Bình|Bình Gia", "xã Hồng Phong|Bình Gia", "xã Hồng Thái|Bình Gia",
    "xã Hoàng Văn Thụ|Bình Gia", "xã Hoa Thám|Bình Gia",
    "thị trấn Na Sầm|Văn Lãng", "xã Hoàng Văn Thụ|Văn Lãng", "xã Hồng Thái|Văn Lãng", "xã Thụy Hùng|Văn Lãng",
    "thị trấn Văn Quan|Văn Quan", "xã Hòa Bình|Văn Quan", "xã Tri Lễ|Văn Quan",
    "thị trấn Bắc Sơn|Bắc Sơn", "xã Tân Thành|Bắc Sơn", "xã Chiến Thắng|Bắc Sơn", "xã Vũ Lễ|Bắc Sơn",
    "thị trấn Hữu Lũng|Hữu Lũng", "xã Hòa Bình|Hữu Lũng", "xã Tân Thành|Hữu Lũng", "xã Yên Bình|Hữu Lũng",
    "thị trấn Chi Lăng|Chi Lăng", "thị trấn Đồng Mỏ|Chi Lăng", "xã Chi Lăng|Chi Lăng", "xã Hòa Bình|Chi Lăng",
    "xã Chiến Thắng|Chi Lăng", "thị trấn Đình Lập|Đình Lập", "xã Châu Sơn|Đình Lập",
)  # fmt: skip
_FAMILY = (
    "Nguyễn",
    "Trần",
    "Hoàng",
    "Nông",
    "Lương",
    "Vi",
    "Hứa",
    "Lý",
    "Đàm",
    "Triệu",
    "Lăng",
    "Chu",
    "Bế",
    "Lê",
    "Phạm",
)
_MIDDLE = ("Thị", "Văn", "Thu", "Minh", "Đức", "Ngọc", "Thanh", "Hồng", "Quang", "Kim")
_GIVEN = (
    "Hoa",
    "Lan",
    "Hương",
    "Minh",
    "Tuấn",
    "Hà",
    "Dũng",
    "Thảo",
    "Linh",
    "Sơn",
    "Hạnh",
    "Nga",
    "Bình",
    "Yến",
    "Cường",
)
_MAIL_HOMES = ("mail.example", "thu.example", "hopthu.example")


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who writes for a unit. `signs` and the like are habits: how often, from 0 to 1."""

    name: str
    address: str
    shown: str
    signs: float
    names_unit_in: dict[str, float]
    codec: str
    old_encoding: bool
    position: str


@dataclass(slots=True)
class Body:
    """A unit of the simulated office: `full` texts name it and nobody else, `short` ones leave something open."""

    code: str
    name: str
    kind: str
    full: Sequence[str]
    short: Sequence[str]
    aliases: Sequence[str]
    office_address: str
    people: list[Person] = field(default_factory=list)

    @property
    def registered(self) -> list[str]:
        """Return the addresses that a full register has: the office's box, and its first writer's own."""
        return [self.office_address, self.people[0].address]


def bodies(chance: random.Random) -> list[Body]:
    """Return the ninety units with one to three writers each."""
    made = [*_from_register(), *_communes()]
    taken: set[str] = set()
    for body in made:
        for number in range(chance.choice((1, 2, 2, 3))):
            body.people.append(person(chance, body, taken, official=number == 0 and chance.random() < 0.4))
    return made


def person(chance: random.Random, body: Body, taken: set[str], *, official: bool = False) -> Person:
    """Return somebody new at a unit; his address is nobody else's, unless he uses the office's box."""
    name = f"{chance.choice(_FAMILY)} {chance.choice(_MIDDLE)} {chance.choice(_GIVEN)}"
    while True:
        family, _, given = map(spelling.address_part, name.split(" "))
        year = f"{chance.randrange(70, 100)}{chance.choice(('', chance.randrange(10)))}"
        address = f"{given}.{family}{year}@{chance.choice(_MAIL_HOMES)}"
        if address not in taken:
            break
    taken.add(address)
    shown = chance.choices(
        (name, chance.choice(body.full), chance.choice(body.short), spelling.plain(name), ""), (40, 18, 18, 14, 10)
    )[0]
    return Person(
        name=name,
        address=body.office_address if official else address,
        shown=shown,
        signs=chance.choice((0.0, 0.5, 0.95)),
        names_unit_in={
            "workbook": chance.choice((0.75, 0.95, 1.0)), "subject": chance.choice((0.05, 0.5, 0.9)),
            "file": chance.choice((0.2, 0.6, 0.9)), "text": chance.choice((0.1, 0.4)),
        },
        codec=chance.choices(("utf-8", "quoted", "raw", "cp1258", "nfd", "ascii"), (50, 10, 8, 8, 12, 12))[0],
        old_encoding=chance.random() < 0.08,
        position=chance.choice(("Chuyên viên", "Phó Trưởng phòng", "Công chức văn hóa - xã hội", "Văn thư", "")),
    )  # fmt: skip


def _from_register() -> list[Body]:
    """Return the districts, departments and organisations of the sample campaign, with its names and aliases."""
    made = []
    for row in csv.DictReader(REGISTER.read_text("utf-8").splitlines()):
        aliases = row["aliases"].split(";")
        place = row["name"].removeprefix("UBND huyện ").removeprefix("UBND thành phố ")
        if row["kind"] == "district":
            level = "thành phố" if "thành phố" in row["name"] else "huyện"
            full = [
                row["name"],
                f"{level} {place}",
                f"Phòng LĐTBXH {level} {place}",
                f"UBND {'TP' if level != 'huyện' else 'H.'} {place}",
            ]
            short = [place, "".join(word[0] for word in place.split()), f"Phòng LĐ {place}"]
        else:
            full = [row["name"], row["name"], *(alias for alias in aliases if " " in alias)]
            short = [alias for alias in aliases if " " not in alias] or aliases
        box = f"{row['code'].lower()}@langson.example"
        made.append(Body(row["code"], row["name"], row["kind"], full, short, aliases, box))
    return made


def _communes() -> list[Body]:
    made = []
    names = [text.partition("|")[0] for text in _COMMUNES]
    for number, text in enumerate(_COMMUNES):
        name, _, district = text.partition("|")
        of = f"thành phố {district[3:]}" if district.startswith("TP ") else f"huyện {district}"
        full = [f"UBND {name}, {of}", f"UBND {name} - {of}", f"UBND {name} ({district})", f"{name}, {of}"]
        alone = names.count(name) == 1
        if alone:
            full += [f"UBND {name}", name]
        short = [name.partition(" ")[2].removeprefix("trấn "), name.replace("thị trấn", "TT")]
        aliases = [f"{name} {of}", f"{name} - {district}", *([name] if alone else [])]
        place = spelling.address_part(name)
        box = f"ubnd.{place}.{spelling.address_part(district)}@langson.example"
        made.append(Body(f"X{number + 100}", full[0], "commune", full, short, aliases, box))
    return made


def units_csv(units: Sequence[Body], *, with_addresses: bool) -> str:
    """Return units.csv of a campaign folder."""
    lines = ["code,name,short_name,kind,addresses,aliases,obligation"]
    for body in units:
        addresses = ";".join(dict.fromkeys(body.registered)) if with_addresses else ""
        aliases = ";".join(dict.fromkeys(body.aliases))
        short = body.name.removeprefix("UBND ")
        lines.append(f'{body.code},"{body.name}","{short}",{body.kind},{addresses},"{aliases}",required')
    return "\n".join(lines) + "\n"


def person_shown_anew(person: Person, chance: random.Random) -> Person:
    """Return a person on another device, which shows another name or none."""
    return replace(person, shown=chance.choice((person.name, spelling.plain(person.name).upper(), "", "Văn thư")))


def person_moved(person: Person) -> Person:
    """Return a person who writes for a unit that his shown name must not contradict."""
    return replace(person, shown=person.name)
