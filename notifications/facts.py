"""What the letters are told: plain values, so that a letter can be written, and tested, without mailbox or database.

Whoever joins the parts fills these in. Every instant is aware. Texts may come from mails and workbooks: they are
taken as hostile and are made harmless where they are printed (notifications.letterhead), not here.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from roll.board import Board, Cause
from roll.campaigns import Campaign
from roll.letters import LetterKind
from roll.reports import Problem, Reading, Scalar


@dataclass(frozen=True, slots=True)
class Office:
    """The body that asks, and its department that receives.

    `address` is the mailbox that reports are sent to. `sender` is the From address where it is another one; answers
    then still go to `address` (Reply-To). `language` is "vi" or "en".
    """

    name: str
    department: str
    phone: str
    address: str
    timezone: ZoneInfo
    language: str = "vi"
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """The mail that a letter answers: its subject (decoded), its Message-ID and its References, as they came."""

    subject: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter. `content_type` is "type/subtype".

    `content_id` makes it a part of the HTML, which shows it by this id (RFC 2392: "left@right", without brackets); it
    is then not listed among the files.
    """

    name: str
    content_type: str
    data: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where a letter goes and when. `key` is unique to the letter, its Message-ID is derived from it.

    `message_domain` is the right side of the Message-ID. `staff` is set where letters go to staff instead (`[letters]
    mode = "staff"`). `cc` is a second addressee, who gets a copy. `secret` makes
    Message-IDs unguessable; without it they follow from the key alone. `step` and
    `mail_id` are kept with the letter.
    """

    to: str
    key: str
    due_at: datetime
    message_domain: str
    thread: Thread | None = None
    attachments: tuple[Attachment, ...] = ()
    staff: str = ""
    cc: str = ""
    secret: bytes = b""
    step: str = ""
    mail_id: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A main figure that an acknowledgement repeats: its printed label, the value, its unit of measure."""

    label: str
    value: Scalar
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A value in which a version differs from the one that it replaces, named as the form prints it."""

    sheet: str
    cell: str
    item: str
    label: str
    was: Scalar
    now: Scalar


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What the letter says of one report version.

    `sending` counts the unit's versions in the campaign, from 1; `replaces_at` is the receipt time of the version
    that this one replaces, and `changes` are what differs from it, None where that is not known. `correct_before` is
    the exclusive instant until which corrections are taken, None without a limit. `field_count` counts the lines asked
    for. `sheet_titles` gives a sheet's name its printed one ("Bieu 01": "Biểu 01"). `marked_file` is the name of the
    marked workbook among the attachments, empty without one. `accepted_stands` tells that an accepted version stays in
    force while this one is returned. `accepted_by_person` tells that an officer took the report as it stands;
    `officer_note` are an officer's words to the unit that gets its report back.
    """

    receipt: str
    received_at: datetime
    file_name: str
    reading: Reading
    field_count: int = 0
    sending: int = 1
    replaces_at: datetime | None = None
    changes: tuple[Change, ...] | None = None
    main_figures: tuple[Figure, ...] = ()
    on_time: bool = True
    signed_seen: bool = False
    accepted_stands: bool = False
    correct_before: datetime | None = None
    form_title: str = ""
    sheet_titles: dict[str, str] = field(default_factory=dict)
    marked_file: str = ""
    accepted_by_person: bool = False
    officer_note: str = ""


class CreditedResult(StrEnum):
    """What became of a report that came from another address; `NO_REPORT`: the file is none in this campaign's form."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    NO_REPORT = "no_report"
    HELD = "held"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class CreditedFacts:
    """What a unit's contact is told of a report that came from another address: no figures, only that it came."""

    receipt: str
    received_at: datetime
    sender: str
    file_name: str
    result: CreditedResult


class ReceiptReason(StrEnum):
    """Why a mail gets a receipt instead of an acknowledgement. Each has its template `receipt-<reason>`."""

    QUESTION = "question"
    EXTENSION_REQUEST = "extension_request"
    UNKNOWN_SENDER = "unknown_sender"
    NO_ATTACHMENT = "no_attachment"
    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    ARCHIVE_PASSWORD = "archive_password"  # noqa: S105 - no password
    ARCHIVE_VOLUMES = "archive_volumes"
    ARCHIVE_DAMAGED = "archive_damaged"
    ENCRYPTED_MAIL = "encrypted_mail"
    LOCK_FILE = "lock_file"
    PICTURE_ONLY = "picture_only"
    CLOUD_LINK = "cloud_link"
    WRONG_FORM = "wrong_form"
    BLANK_FORM = "blank_form"
    SIGNED_COPY_ONLY = "signed_copy_only"
    LOWER_LEVEL_REPORTS = "lower_level_reports"
    SEVERAL_MAILS = "several_mails"
    AFTER_CLOSE = "after_close"
    HELD = "held"
    CONFIRMED = "confirmed"
    NIL = "nil"
    DUPLICATE = "duplicate"
    EXTENDED = "extended"
    RETURNED_BY_PERSON = "returned_by_person"


@dataclass(frozen=True, slots=True)
class MailFacts:
    """What a receipt says of a mail. `detail` is a short phrase in the office's language ("biểu mẫu năm 2018").

    `until` is the exclusive instant of the reason: corrections are taken until then, or the extension runs until then.
    """

    receipt: str
    received_at: datetime
    sender_name: str = ""
    file_name: str = ""
    detail: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CameFacts:
    """What came of a unit that still owes its report, and went back: which mail, why, and the errors of its report.

    `why` is the reason in the office's language; `officer_note` the words of the officer who gave it back. `on_time`
    tells that the report counts as sent in time, whenever it is mended.
    """

    cause: Cause
    received_at: datetime
    receipt: str
    why: str
    file_name: str = ""
    problems: tuple[Problem, ...] = ()
    officer_note: str = ""
    on_time: bool = False
    sheet_titles: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReminderFacts:
    """What a reminder knows: the instant it speaks of, the days left to the last on-time day (negative: in the grace).

    `deadline` is the unit's own exclusive deadline; one that is not later than the campaign's says nothing new. `came`
    is what came and went back, None where nothing came; `signed_only`: a signed copy came, and no soft copy.
    """

    at: datetime
    days_left: int
    deadline: datetime | None = None
    came: CameFacts | None = None
    signed_only: bool = False


@dataclass(frozen=True, slots=True)
class OverdueFacts:
    """What a follow-up after the deadline knows.

    `reported` of `expected` units have reported. `deadline` is the unit's own where it was extended. `send_before` is
    the exclusive instant asked for. `came` is what came and went back, None where nothing came; `signed_only`: a signed
    copy came, and no soft copy.
    `tell_higher` allows the sentence about reporting to a higher level: only a person's decision sets it (domain rule:
    the second follow-up needs an officer's click).
    """

    at: datetime
    number: int
    reported: int
    expected: int
    deadline: datetime | None = None
    send_before: datetime | None = None
    came: CameFacts | None = None
    tell_higher: bool = False
    signed_only: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """A decision that staff make by sending the mail that a link opens: what it settles, and the link (mailto)."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for a person: a held or quarantined mail, with a proposal. `link` may be empty.

    `actions` are the decisions that a mail of staff may make.
    """

    received_at: datetime
    receipt: str
    sender: str
    description: str
    proposal: str = ""
    link: str = ""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A figure for staff to look at: the unit's short name and what there is to see."""

    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """What Rollcall will do and when: the letters of one kind that fall due together, and to how many."""

    at: datetime
    kind: LetterKind
    count: int


@dataclass(frozen=True, slots=True)
class Before:
    """What the digest before told of a campaign: when, and the figures by their names."""

    told_at: datetime
    figures: dict[str, int]


@dataclass(frozen=True, slots=True)
class CampaignDigest:
    """What a digest says of one campaign.

    `notes` are new since the digest before (`before`, None for the first one); `notes_told` counts those that it or
    earlier ones told. `is_final` marks the digest after the close. `out_of_reach` says of units without an address to
    which letters get through why, by their codes. `workbook` and `draft` are the names of the attached files, empty
    without one; `lacks_files` tells that one could not be made, or is too large for a letter.
    """

    campaign: Campaign
    board: Board
    notes: tuple[Note, ...] = ()
    notes_told: int = 0
    next_steps: tuple[NextStep, ...] = ()
    before: Before | None = None
    is_final: bool = False
    out_of_reach: dict[str, str] = field(default_factory=dict)
    workbook: str = ""
    draft: str = ""
    lacks_files: bool = False


@dataclass(frozen=True, slots=True)
class MailboxCount:
    """How many mails the server shows in the folders that are read, and how many of these the ledger has."""

    seen: int
    kept: int


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """What a digest is written from: all open campaigns, and what waits for a person in any of them.

    `mailbox` is None where the server was not asked, as for a preview; `ledger` counts the rows of the ledger.
    `addressee` is the line after "Kính gửi:", empty for the department's own. `page` is the address of the staff
    page, empty without one.
    """

    at: datetime
    parts: tuple[CampaignDigest, ...]
    tasks: tuple[Task, ...] = ()
    mailbox: MailboxCount | None = None
    ledger: int = 0
    addressee: str = ""
    page: str = ""
