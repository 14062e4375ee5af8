"""What example letters speak of: one round of asking, its units, what a report may hold, in Vietnamese and in English.

Examples are written where no real letter can be: to try an office's own templates (notifications.trial), to show an
office what will go out before anything came in, and as the golden files of the tests. Nothing here is sent. The
instants are those of the round of 2019, moved to the deadline of whichever campaign an example is about.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.example_phrases import ENGLISH, VIETNAMESE
from notifications.facts import Attachment, Envelope, Figure, Office, Thread
from notifications.letterhead import Letterhead
from roll.campaigns import Campaign
from roll.letters import Letter
from roll.reports import Problem, Severity
from roll.units import Unit

# Writes one letter on a letterhead; writers go by the letter's name: `kind-variant`, `receipt-reason`.
Writer = Callable[[Letterhead], Letter]
Writers = dict[str, Writer]

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# The deadline of the round of 2019, from which every example counts its days.
DUE = datetime(2019, 7, 5, tzinfo=ZONE)
BLANK = Attachment(
    "Bieu mau THDTE 2019.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"
)
THREAD = Thread("gui bc thang hanh dong", "<CAF1@mail.langson.example>", ("<root@mail.langson.example>",))


def moment(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return an instant of 2019."""
    return datetime(2019, month, day, hour, minute, tzinfo=ZONE)


@dataclass(frozen=True, slots=True)
class Example:
    """What the example letters of one language are about.

    `unit` is spoken to with "kính đề nghị", `peer` as an equal. `to_staff` gets what is meant for staff; `staff` is set
    where letters to units go to staff instead. `is_bare` leaves out of facts and envelopes whatever may be missing.
    """

    campaign: Campaign
    unit: Unit
    peer: Unit
    problems: tuple[Problem, ...]
    form_title: str
    sheets: tuple[str, ...]
    sheet_titles: dict[str, str]
    figures: tuple[Figure, ...]
    phrases: dict[str, str]
    blank: Attachment = BLANK
    field_count: int = 60
    file_name: str = "BC THÁNG HĐ VÌ TRẺ EM - CAO LỘC.xls"
    to: str = "phongldtbxhdt.caoloc@langson.example"
    cc: str = "vanphong.caoloc@langson.example"
    to_staff: str = "phong.tebdg@langson.example"
    domain: str = "langson.example"
    staff: str = ""
    is_bare: bool = False

    def at(self, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
        """Return the instant that is as far from the campaign's deadline as this one of 2019 is from 5 July."""
        days = moment(month, day).date() - DUE.date()
        return datetime.combine(
            self.campaign.due_before.date() + days, time(hour, minute), tzinfo=self.campaign.due_before.tzinfo
        )

    def receipt(self, number: int) -> str:
        """Return a receipt number of the campaign's year."""
        return f"TN-{self.campaign.due_before.year}-{number:04d}"

    def envelope(self, key: str, *attachments: Attachment, staff: str = "") -> Envelope:
        """Return the envelope of an answer to the unit."""
        return Envelope(
            to=self.to,
            key=key,
            due_at=self.at(7, 3, 15, 21),
            message_domain=self.domain,
            thread=THREAD,
            attachments=() if self.is_bare else attachments,
            staff=staff or self.staff,
        )


def office(language: str) -> Office:
    """Return the office of the examples."""
    return Office(
        name="Sở Lao động - Thương binh và Xã hội tỉnh Lạng Sơn",
        department="Phòng Trẻ em - Bình đẳng giới",
        phone="0205 3000 000",
        address="tiepnhan.bc@langson.example",
        timezone=ZONE,
        language=language,
    )


def example(language: str) -> Example:
    """Return the example of 2019 in "vi" or "en"."""
    words = VIETNAMESE if language == "vi" else ENGLISH
    return Example(
        campaign=_campaign(words),
        unit=Unit(
            code="H183",
            name="UBND huyện Cao Lộc",
            short_name="huyện Cao Lộc",
            kind="district",
            addressed_as="UBND huyện Cao Lộc",
            via="Phòng Lao động - Thương binh và Xã hội - Dân tộc huyện",
        ),
        peer=Unit(
            code="SXD",
            name="Sở Xây dựng",
            short_name="Sở Xây dựng",
            kind="department",
            addressed_as="Sở Xây dựng",
            salutation="quý cơ quan",
        ),
        problems=_problems(words),
        form_title=words["form"],
        sheets=("Bieu 01", "Bieu 02"),
        sheet_titles={"Bieu 01": words["sheet"]},
        figures=(Figure(words["gifts"], 1320, words["children"]), Figure(words["cost"], 185.5, words["million"])),
        phrases=words,
    )


def _campaign(words: dict[str, str]) -> Campaign:
    return Campaign(
        name="thang-hanh-dong-2019",
        title=words["title"],
        short_title=words["short_title"],
        report_title=words["report_title"],
        document=words["document"],
        references=("1332/LĐTBXH-TE", "1415/VP-KGVX"),
        opens=moment(6, 1),
        deadline_text=words["deadline"],
        due_before=DUE,
        grace_until=DUE + timedelta(days=1),
        closes=moment(7, 10),
        answers_from=moment(6, 1),
        reminders=(),
        remind_at=time(8),
        digest_at=time(7, 30),
        signed_copy=True,
        reports_to=words["higher"],
        zone=ZONE,
    )


def _problem(severity: Severity, cell: str, item: str, told: tuple[str, str, str, str]) -> Problem:
    label, found, expected, message = told
    return Problem(severity, "C15", "Bieu 01", cell, label, found, expected, message, item)


def _problems(words: dict[str, str]) -> tuple[Problem, ...]:
    part = (words["label"], "350", words["part_expected"], words["part_message"])
    whole = (words["cost"], "185,5", words["sum_expected"], words["sum_message"])
    unit = (words["gifts"], "64.000.000", words["unit_expected"], words["unit_message"])
    return (
        _problem(Severity.ERROR, "D42", "5.2", part),
        _problem(Severity.ERROR, "E78", "9.1", whole),
        _problem(Severity.WARNING, "E41", "5.1", unit),
        _problem(Severity.NOTICE, "D65", "7.9", ("7.9", "2", "", words["deaths"])),
    )
