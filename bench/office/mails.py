"""The mails of one campaign: reports in every dress, what comes instead of one, words, machines, other matters."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from bench.office import dresses, evidence, roster, wire, workbooks
from bench.office.figures import SAME_AGAIN
from bench.office.truth import Answered, Truth, Wanted

VIETNAM = timezone(timedelta(hours=7))
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(60)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
LOCK = b"\x05Admin" + b" " * 159

# How many of a hundred mails are of a kind; reports bring corrections and copies of their own (`_Campaign.report`).
_KINDS = (
    ("report", 52), ("blank", 2), ("other_table", 3), ("last_year", 2), ("lock_file", 1), ("photo", 2), ("scan", 3),
    ("word", 1), ("link", 2), ("nothing", 2), ("question", 4), ("more_time", 2), ("recall", 1), ("prose", 1),
    ("nil", 2), ("thanks", 3), ("out_of_office", 5), ("read_receipt", 2), ("bounce", 2), ("list", 2), ("unrelated", 3),
    ("on_behalf", 2), ("spoofed", 1),
)  # fmt: skip
_WORDS: dict[str, tuple[str, ...]] = {
    "question": ("Chị ơi, mục 2.1 tính theo Nghị định nào ạ?", "Biểu này có cần đóng dấu không ạ?",
        "Cho em hỏi số liệu tính đến ngày nào ạ?"),
    "more_time": ("Đơn vị đang tổng hợp, xin gửi chậm đến 10/7 ạ.", "Em xin lùi thời hạn gửi báo cáo sang tuần sau ạ."),
    "recall": ("Chị bỏ mail trước giúp em, chiều em gửi bản khác ạ.",),
    "prose": ("mục 2.1 sửa thành 105 giúp chị", "Em sửa lại mục 2: 320 trẻ ạ."),
    "nil": ("Trong Tháng hành động vì trẻ em, đơn vị không có hoạt động.", "Đơn vị không phát sinh số liệu ạ."),
    "thanks": ("Em cảm ơn chị!", "Đơn vị đã nhận được thư, xin cảm ơn."),
    "nothing": ("Em gửi báo cáo ạ.", ""),
    "link": ("Em gửi báo cáo: https://drive.google.com/file/d/1AbC/view",),
}  # fmt: skip
_WANTED = {
    "report": Wanted.CREDIT,
    **dict.fromkeys(
        ("blank", "other_table", "last_year", "lock_file", "photo", "word", "link", "nothing"), Wanted.RETURN
    ),
    **dict.fromkeys(("question", "more_time", "recall", "prose", "nil", "on_behalf", "spoofed"), Wanted.PERSON),
    **dict.fromkeys(("scan", "thanks", "out_of_office", "read_receipt", "bounce", "list", "unrelated"), Wanted.NOTHING),
}
_MACHINES = {
    "out_of_office": {"Auto-Submitted": "auto-replied", "Return-Path": "<>"},
    "list": {"List-Id": "<bantin.thu.example>", "Precedence": "list"},
}


_SUBJECTS = {
    "out_of_office": "Trả lời tự động: Nhắc gửi báo cáo",
    "nil": "v/v không phát sinh",
    "thanks": "Re: [Đã tiếp nhận] BC Tháng hành động vì trẻ em",
}


@dataclass(slots=True)
class Campaign:
    """One campaign's mails being drawn. `number` is 0 for the first, 1 for the one a year later.

    `ambiguous` are the addresses that serve two units, or whose owner has moved from one to another.
    """

    units: list[roster.Body]
    year: int
    number: int
    seed: int
    chance: random.Random
    ambiguous: frozenset[str] = frozenset()
    mails: list[Truth] = field(default_factory=list)

    def draw(self, size: int) -> list[Truth]:
        """Return about `size` mails in order of receipt."""
        names, weights = zip(*_KINDS, strict=True)
        for body in self.units:
            if self.chance.random() < 0.96:
                self.report(body)
        while len(self.mails) < size:
            kind = self.chance.choices(names, weights)[0]
            body = self.chance.choice(self.units)
            if kind == "report":
                self.report(body)
            elif kind == "on_behalf":
                self.on_behalf(body)
            elif kind == "spoofed":
                self.spoofed(body)
            elif kind in {"read_receipt", "bounce", "list", "unrelated"}:
                self.besides(kind)
            else:
                self.instead(kind, body)
        return sorted(self.mails, key=lambda truth: truth.at)

    def writer(self, body: roster.Body) -> roster.Person:
        """Return who writes this time: mostly the first of them."""
        weights = (70, 20, 10, 5, 5)[: len(body.people)]
        return self.chance.choices(body.people, weights)[0]

    def moment(self) -> datetime:
        """Return when a mail comes in: mostly in the days before the deadline, in the hours of an office."""
        day = min(37, max(0, int(self.chance.triangular(2, 38, 33))))
        hour = self.chance.choices(range(7, 24), (3, 9, 9, 9, 5, 2, 4, 9, 9, 8, 5, 2, 2, 2, 2, 1, 1))[0]
        return datetime(
            self.year, 6, 1, hour, self.chance.randrange(60), self.chance.randrange(60), tzinfo=VIETNAM
        ) + timedelta(days=day)

    def key(self) -> str:
        """Return the key of the next mail."""
        return f"s{self.seed}y{self.year}n{len(self.mails)}"

    def add(
        self,
        kind: str,
        at: datetime,
        body: roster.Body | None,
        address: str,
        build: Callable[[Answered], bytes],
        **more: object,
    ) -> None:
        """Take a mail in."""
        units = (body.code,) if body else ()
        wanted = more.pop("wanted", None) or _WANTED[kind]
        self.mails.append(Truth(self.key(), at, str(more.pop("named", kind)), wanted, units, address, build, **more))

    def report(self, body: roster.Body) -> None:
        """Take in a report, and what often follows: a correction in our thread or anew, the same mail again."""
        person = self.writer(body)
        at = self.moment()
        first = self.one_report(body, person, at, self.chance.choice(dresses.DRESSES_DRAWN))
        follows = self.chance.random()
        later = at + timedelta(hours=self.chance.choice((1, 5, 20, 44)))
        if later > datetime(self.year, 7, 9, 12, tzinfo=VIETNAM):
            return
        other = person if self.chance.random() < 0.8 else self.writer(body)
        if follows < 0.16:
            self.one_report(body, other, later, "plain", kind="correction in our thread", replies_to=first)
        elif follows < 0.26:
            self.one_report(body, other, later, self.chance.choice(dresses.DRESSES_DRAWN), kind="correction anew")
            if self.chance.random() < 0.3:
                self.one_report(body, other, later + timedelta(hours=2), "plain", kind="corrected twice")
        elif follows < 0.31:
            again = self.mails[-1]
            self.mails.append(
                Truth(
                    self.key(),
                    later,
                    SAME_AGAIN,
                    Wanted.CREDIT,
                    again.units,
                    again.address,
                    again.build,
                    again.clear,
                    looks=again.looks,
                )
            )

    def one_report(
        self,
        body: roster.Body,
        person: roster.Person,
        at: datetime,
        dress: str,
        *,
        kind: str = "",
        replies_to: str = "",
    ) -> str:
        """Take in one report mail; return its key."""
        shared = person.address in self.ambiguous
        box = not shared and self.chance.random() < 0.15
        if self.chance.random() < 0.1:
            person = roster.person_shown_anew(person, self.chance)
        shown = evidence.seen(self.chance, body, person, self.year, surely=shared)
        key, seed = self.key(), self.chance.random()
        wrong = self.chance.random() < 0.12
        address = body.office_address if box else person.address

        def build(answered: Answered) -> bytes:
            chance = random.Random(seed)
            data = workbooks.report(self.year, shown.line, person.name, chance, wrong=wrong)
            draft = wire.Draft(
                key, address, person.shown, shown.subject, shown.text, at, person.codec, html=chance.random() < 0.1
            )
            letter = answered(replies_to) if replies_to else None
            return wire.mail(dresses.dressed(dress, draft, shown.file, data, chance, letter))

        self.add(
            "report", at, body, address, build, named=kind or f"report, {dress}", clear=shown.clear,
            only_clear_by_content=shared, looks=f"{person.shown!r} <{address}>, {shown.said()}, {dress}, {person.codec}"
            f"{', TCVN3' if person.old_encoding else ''}",
        )  # fmt: skip
        return key

    def instead(self, kind: str, body: roster.Body) -> None:
        """Take in what a unit sends instead of a report, or its words, or its machine's."""
        person, at = self.writer(body), self.moment()
        shown = evidence.seen(self.chance, body, person, self.year)
        key = self.key()
        files = self.files(kind, shown, person)
        text = self.chance.choice(_WORDS[kind]) if kind in _WORDS else shown.text
        if kind in _WORDS and self.chance.random() < person.signs:
            text += evidence.signature(self.chance, body, person)
        subject, fields = _SUBJECTS.get(kind, shown.subject), dict(_MACHINES.get(kind, {}))
        draft = wire.Draft(key, person.address, person.shown, subject, text, at, person.codec, files, fields=fields)
        self.add(
            kind,
            at,
            body,
            person.address,
            lambda _: wire.mail(draft),
            clear=shown.clear,
            looks=f"{person.shown!r} <{person.address}>, {shown.said()}",
        )

    def files(self, kind: str, shown: evidence.Seen, person: roster.Person) -> list[wire.Attachment]:
        """Return what is attached to a mail of a kind."""
        last = workbooks.report(self.year - 1, shown.line, person.name, self.chance) if kind == "last_year" else b""
        number = self.chance.randrange(10**6)
        return {
            "blank": [(f"{shown.file}.xlsx", workbooks.blank_form(self.year))],
            "other_table": [("BC 6 thang dau nam.xlsx", workbooks.other_table())],
            "last_year": [(f"{shown.file}.xlsx", last)],
            "lock_file": [(f"~${shown.file}.xlsx", LOCK)],
            "photo": [(f"z{number}.jpg", PICTURE + number.to_bytes(4))],
            "scan": [(f"{shown.file}.pdf", PDF + str(number).encode())],
            "word": [(f"{shown.file}.docx", dresses.zipped([("word/document.xml", f"<w>{number}</w>".encode())]))],
        }.get(kind, [])

    def besides(self, kind: str) -> None:
        """Take in what machines and strangers send that has nothing to do with reports."""
        at, key = self.moment(), self.key()
        address = f"{kind}{self.chance.randrange(40)}@khac.example"
        fields = dict(_MACHINES.get(kind, {}))
        parts: list[bytes] = []
        subject, text = (
            "Mời tham dự hội thảo",
            "Trân trọng kính mời Quý cơ quan dự hội thảo chuyển đổi năng lượng tại khách sạn.",
        )
        if kind == "bounce":
            address, subject, text = (
                "mailer-daemon@mail.example",
                "Undelivered Mail Returned to Sender",
                "Your message could not be delivered.",
            )
            fields |= {"Return-Path": "<>", "Auto-Submitted": "auto-replied"}
            lost = self.chance.choice(self.chance.choice(self.units).people).address
            told = f"Final-Recipient: rfc822; {lost}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            head = "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\n"
            parts = [(head + told).encode()]
        elif kind == "read_receipt":
            address, subject, text = (
                self.chance.choice(self.units).office_address,
                "Đã đọc: Đã tiếp nhận báo cáo",
                "Thư đã được đọc.",
            )
            parts = [b"Content-Type: message/disposition-notification\r\n\r\nDisposition: manual-action; displayed\r\n"]
        elif kind == "list":
            subject, text = f"Bản tin số {self.chance.randrange(99)}", "Bản tin tuần của tạp chí."
        report = {"bounce": "delivery-status", "read_receipt": "disposition-notification"}.get(kind)
        shape = f"report; report-type={report}" if report else "mixed"
        draft = wire.Draft(key, address, "", subject, text, at, parts=parts, fields=fields, kind=shape)
        self.add(kind, at, None, address, lambda _: wire.mail(draft), looks=f"<{address}> {subject!r}")

    def on_behalf(self, body: roster.Body) -> None:
        """Take in a report that one unit sends for another: content and address contradict, a person confirms."""
        other = self.chance.choice([each for each in self.units if each is not body])
        person, at, key = self.writer(body), self.moment(), self.key()
        line, seed = self.chance.choice(other.full), self.chance.random()
        subject = f"BC của {self.chance.choice(other.full)} gửi hộ"

        def build(_: Answered) -> bytes:
            data = workbooks.report(self.year, line, "Người lập", random.Random(seed))
            return wire.mail(
                wire.Draft(
                    key, person.address, person.shown, subject, "Em gửi hộ ạ.", at, person.codec, [("BC.xlsx", data)]
                )
            )

        self.add(
            "on_behalf",
            at,
            other,
            person.address,
            build,
            only_clear_by_content=True,
            learn=False,
            looks=f"<{person.address}> of {body.name}, line {line!r}",
        )

    def spoofed(self, body: roster.Body) -> None:
        """Take in a report that only claims to be a unit's: its domain disowns it, or its name shows another."""
        at, key, seed = self.moment(), self.key(), self.chance.random()
        line = self.chance.choice(body.full)
        disowned = self.chance.random() < 0.5
        address = body.office_address if disowned else f"a{self.chance.randrange(999)}@giamao.example"
        shown = body.name if disowned else body.office_address

        def build(_: Answered) -> bytes:
            data = workbooks.report(self.year, line, "", random.Random(seed))
            verdict = "fail" if disowned else "none"
            return wire.mail(
                wire.Draft(
                    key,
                    address,
                    shown,
                    "Báo cáo",
                    "Gửi báo cáo.",
                    at,
                    files=[("BC.xlsx", data)],
                    authentication=verdict,
                )
            )

        self.add(
            "spoofed",
            at,
            None,
            address,
            build,
            learn=False,
            looks=f"{shown!r} <{address}>, line {line!r}, authentication {'fail' if disowned else 'none'}",
        )


def move_people(units: list[roster.Body], chance: random.Random) -> frozenset[str]:
    """Let a year pass: some writers leave and others come, some move to another unit and keep their own address.

    Returns the addresses of those who moved.
    """
    moved = set()
    taken = {person.address for body in units for person in body.people}
    for body in units:
        if chance.random() < 0.12:
            body.people[chance.randrange(len(body.people))] = roster.person(chance, body, taken)
    movers = [body for body in units if len(body.people) > 1]
    for body in chance.sample(movers, min(5, len(movers))):
        person = body.people.pop()
        if person.address == body.office_address:
            continue
        to = chance.choice([each for each in units if each is not body])
        to.people.insert(0, roster.person_moved(person))
        moved.add(person.address)
    return frozenset(moved)


def share_addresses(units: list[roster.Body], chance: random.Random) -> frozenset[str]:
    """Let three officers write for two units each, from one address of their own; return these addresses."""
    shared = set()
    communes = [body for body in units if body.kind == "commune"]
    for one, other in zip(chance.sample(communes[:20], 3), chance.sample(communes[20:], 3), strict=True):
        person = roster.person_moved(one.people[0])
        if person.address != one.office_address:
            one.people[0] = other.people[0] = person
            shared.add(person.address)
    return frozenset(shared)
