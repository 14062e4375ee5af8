"""What is known in the tests of understanding: the 2019 campaign as it stands, and contents built piece by piece."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from forms import form as forms_form
from intake import decide, part_remarks, sender
from roll import campaigns, letters, mails, outcomes, reports, units
from tests.forms import filled_2019

CAMPAIGN = Path(__file__).parents[2] / "campaigns" / "thang-hanh-dong-2019"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OURS = "ptelangson@so.example"
CAO_LOC = "phongldtbxhdt.caoloc@langson.example"
CHI_LANG = "phongldtbxhdt.chilang@langson.example"
STRANGER = "hoa.nguyen85@mail.example"
# An address that two districts share: one officer who stands in for a colleague.
SHARED = "dung.chung@langson.example"
NAME_2019 = "thang-hanh-dong-2019"


@cache
def form_2019() -> forms_form.Form:
    """Return the form of the 2019 campaign."""
    return forms_form.load_form((CAMPAIGN / "form.toml").read_bytes(), "form.toml")


@cache
def roster_2019() -> tuple[units.RosterEntry, ...]:
    """Return the roster of the 2019 campaign; Văn Lãng and Văn Quan share one more address."""
    return tuple(_with_shared_address(entry) for entry in filled_2019.roster())


def _with_shared_address(entry: units.RosterEntry) -> units.RosterEntry:
    if entry.unit.code not in {"H182", "H184"}:
        return entry
    return replace(entry, unit=replace(entry.unit, addresses=(*entry.unit.addresses, units.Address(SHARED))))


@cache
def campaign_2019() -> campaigns.Campaign:
    """Return the 2019 campaign with its roster and form."""
    declared = campaigns.parse_campaign((CAMPAIGN / "campaign.toml").read_bytes(), ZONE, "campaign.toml")
    return replace(declared, roster=roster_2019(), form_name=form_2019().name, form_version=form_2019().version)


@cache
def register_2019() -> sender.Register:
    """Return the register of the 2019 campaign."""
    return sender.Register(roster_2019())


def at(day: int, month: int = 7, hour: int = 9, minute: int = 0) -> datetime:
    """Return an instant of 2019 in the office's zone."""
    return datetime(2019, month, day, hour, minute, tzinfo=ZONE)


def mail(received_at: datetime | None = None, *, number: int = 100, folder: str = "INBOX") -> mails.Mail:
    """Return a mail as the ledger knows it."""
    received_at = (received_at or at(3)).astimezone(UTC)
    return mails.Mail(number, f"TN-2019-{number:04}", "main", folder, number, received_at, sha(f"mail {number}"))


def sha(text: str) -> str:
    """Return the SHA-256 of a text, for bytes that do not matter."""
    return hashlib.sha256(text.encode()).hexdigest()


def part(name: str, kind: str, *, reading: int | None = None, content: str = "", **options: object) -> mails.Part:
    """Return a part; its content matters only for being the same or another."""
    read = reading is not None
    return mails.Part(name, kind, 1000, sha(content or name), used=read, why="", reading=reading, **options)  # type: ignore[arg-type]


def closed(name: str, kind: str, why: str = part_remarks.NO_PROGRAM) -> mails.Part:
    """Return an archive that stayed closed, for want of a program where nothing else is said."""
    return replace(part(name, kind), why=why)


def reading(
    unit: str = "UBND huyện Cao Lộc", verdict: str = "valid", values: str = "the figures", **changes: object
) -> reports.Reading:
    """Return a reading of the 2019 form; `values` stands for its figures, equal for equal ones."""
    reasons = {"needs_confirm": "warnings", "needs_fix": "errors"}
    header = (reports.Value("unit", "", "Bieu 01", "C6", unit, unit or None, "text"),)
    made = reports.Reading(
        outcomes.Verdict(verdict),
        reasons.get(verdict, verdict),
        "THDTE-2019",
        "1",
        header=header,
        fingerprint=sha(values) if verdict in {"valid", "needs_confirm", "needs_fix"} else "",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def contents(
    text: str = "Em gửi báo cáo ạ.",
    *readings: reports.Reading,
    sender_: str | Sequence[str] = CAO_LOC,
    subject: str = "BC",
    parts: Sequence[mails.Part] = (),
    **changes: object,
) -> mails.Contents:
    """Return the contents of a mail: a workbook for each reading, then `parts`."""
    addresses = (sender_,) if isinstance(sender_, str) else tuple(sender_)
    header_fields = {name: changes.pop(name) for name in tuple(changes) if name in mails.Headers.__dataclass_fields__}
    headers = mails.Headers(from_addresses=addresses, subject=subject, message_id="<a@unit.example>", **header_fields)  # type: ignore[arg-type]
    workbooks = [part(f"BC {number}.xlsx", "xlsx", reading=number) for number in range(len(readings))]
    return mails.Contents(headers, text, parts=(*workbooks, *parts), readings=readings, **changes)  # type: ignore[arg-type]


def our_letter(
    kind: str, to: str = CAO_LOC, unit: str | None = "H183", message_id: str = "<a@so.example>", **changes: object
) -> letters.OurLetter:
    """Return a letter of ours that was there long before."""
    made = letters.OurLetter(7, kind, to, None, unit, None, message_id, datetime(2019, 1, 1, tzinfo=UTC))
    return replace(made, **changes)  # type: ignore[arg-type]


def known(inside: mails.Contents, day: date | None = None, **changes: object) -> decide.Known:
    """Return what is known when a mail with these contents is decided on."""
    register = changes.pop("register", None) or register_2019()
    assert isinstance(register, sender.Register)
    identity = sender.identify(inside, register, day or date(2019, 7, 3))
    made = decide.Known(register, [campaign_2019()], frozenset({OURS}), "none", identity)
    return replace(made, **changes)  # type: ignore[arg-type]


def decided(inside: mails.Contents, received_at: datetime | None = None, **changes: object) -> mails.Understanding:
    """Return what a mail with these contents amounts to."""
    number = changes.pop("number", 100)
    assert isinstance(number, int)
    return decide.decide(mail(received_at, number=number), inside, known(inside, **changes))  # type: ignore[arg-type]


def version(
    inside: mails.Contents, unit: str, number: int = 1, *, index: int = 0, **changes: object
) -> reports.Version:
    """Return the version that an earlier mail with these contents became."""
    read = inside.readings[index]
    place = next(place for place, part in enumerate(inside.parts) if part.reading == index)
    made = reports.Version(
        id=number,
        mail_id=number,
        receipt=f"TN-2019-{number:04}",
        part=place,
        campaign=NAME_2019,
        unit=unit,
        number=number,
        current=True,
        verdict=read.verdict.value,
        outcome=outcomes.OUTCOME_OF_VERDICT[read.verdict].value,
        file_name=inside.parts[place].name,
        sha256=inside.parts[place].sha256,
        fingerprint=read.fingerprint,
        received_at=at(1, hour=number % 24),
        settled_at=at(1, hour=number % 24),
    )
    return replace(made, **changes)  # type: ignore[arg-type]
