"""A mail on its way: what came, what is inside, what it was understood to be."""

from dataclasses import dataclass
from datetime import datetime

from roll.outcomes import Outcome, Verdict
from roll.reports import Problem, Reading, Source

# The kinds of files that are read against the forms (`Part.kind`): those that an office program made ...
_OFFICE_KINDS = frozenset({"xlsx", "xlsm", "xls", "xlsb", "ods", "encrypted"})
# ... and those that may be a table, or something else altogether.
TEXT_TABLE_KINDS = frozenset({"csv", "html", "mhtml", "xml_spreadsheet"})
WORKBOOK_KINDS = _OFFICE_KINDS | TEXT_TABLE_KINDS
# The kinds that hold files: `gz` is any single compressed file (gzip, bzip2, xz, Zstandard), `tnef` is Outlook's
# winmail.dat.
ARCHIVE_KINDS = frozenset({"zip", "rar", "7z", "gz", "tar", "cab", "arj", "lzh", "tnef"})


@dataclass(frozen=True, slots=True)
class Headers:
    """The header fields of a mail that any later step may ask for, decoded, NFC, without line breaks.

    `from_addresses` are the bare addresses (lower-case domain) of every From field (RFC 5322 §3.6.2 allows one
    field; more than one address is a reason to hold). `machine` holds the lower-case names and the values of the
    fields by which machines say what they are (RFC 3834: Auto-Submitted, Precedence, List-*, X-Auto-Response-Suppress,
    Return-Path, Content-Type of the whole mail). `authentication_results` keeps their order, topmost first.
    """

    from_name: str = ""
    from_addresses: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    subject: str = ""
    date: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    machine: tuple[tuple[str, str], ...] = ()
    authentication_results: tuple[str, ...] = ()
    received: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One file found inside a mail and what was done with it.

    `kind` is what the content is, whatever its name says: xlsx, xls, zip, pdf, image, docx, text, html, message,
    calendar, executable, lock_file, rar, 7z, gz, tar, cab, arj, lzh, tnef, ods, xlsb, csv, mhtml, xml_spreadsheet,
    encrypted, signature, encrypted_mail, closed (a member that could not be taken out of its archive), empty, unknown.
    `why` is one of intake.part_remarks, a danger, or what the reading says. `path` names the
    archive a member came from. `reading` is the index of its reading in `Contents.readings`, None where it was not
    read.
    """

    name: str
    kind: str
    size: int
    sha256: str
    used: bool
    why: str
    reading: int | None = None
    path: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """An address that a bounce says a letter did not reach: for good (`permanent`), or not yet.

    `status` is the enhanced code that says why (RFC 3463: "5.2.2"), empty where the bounce has none that says more than
    that it failed.
    """

    address: str
    permanent: bool
    status: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says (RFC 3464). `message_ids` are those of the mails that it quotes or answers.

    `delivered`: it reports that a letter arrived, and no failure. `senders` are the addresses, in lower case, from
    which the mails came that it returns.
    """

    failures: tuple[Failure, ...] = ()
    message_ids: tuple[str, ...] = ()
    delivered: bool = False
    senders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AttachedMail:
    """What the header of a mail says that was attached to another."""

    from_name: str = ""
    from_addresses: tuple[str, ...] = ()
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that reading one mail yields without knowing who we are or what is registered.

    `marked` are the marked copies of the workbooks, by reading, empty where there is nothing to mark or no way to.
    `text` is the new part of the body (quoted history removed), `quoted` the rest, both cut at the limit of
    intake.message. `dangers` are codes of what makes the mail hostile (docs/reasons.md); `flaws` say what was odd but
    survivable. `bounce` is None where nothing of the mail looks like a delivery report. `attached` are the mails in it,
    the outermost first.
    """

    headers: Headers
    text: str = ""
    quoted: str = ""
    parts: tuple[Part, ...] = ()
    readings: tuple[Reading, ...] = ()
    dangers: tuple[str, ...] = ()
    flaws: tuple[str, ...] = ()
    marked: tuple[bytes, ...] = ()
    bounce: Bounce | None = None
    attached: tuple[AttachedMail, ...] = ()

    def parts_of(self, reading: int) -> tuple[int, ...]:
        """Return the places of the parts that a reading was made of: one, or several that were read as one report."""
        members = self.readings[reading].joined or (reading,)
        return tuple(place for member in members for place, part in enumerate(self.parts) if part.reading == member)


@dataclass(frozen=True, slots=True)
class Mail:
    """One received message, as the ledger knows it. `received_at` is aware (UTC)."""

    id: int
    receipt: str
    mailbox: str
    folder: str
    uid: int | None
    received_at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class Piece:
    """An earlier mail of a unit that brought a report, or one of several pieces of it.

    `waits` for the rest, or did until the rest came. `parts` are those that count, None for every workbook; `files` are
    the workbooks in it: part, name, hash.
    """

    mail_id: int
    receipt: str
    sha256: str
    received_at: datetime
    subject: str
    unit: str
    campaign: str
    waits: bool
    parts: tuple[int, ...] | None = None
    files: tuple[tuple[int, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence for a unit: where it was seen (address, workbook, decision ...) and what it said.

    `weight` are the points that it gives each of its units (intake.weighing); mails that were understood before there
    were any have none. `place` is the sheet and cell of a workbook's line, `status` that of a failed address (Failure).
    """

    source: str
    text: str
    units: tuple[str, ...]
    weight: int = 0
    place: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class ReportUnderstood:
    """What one workbook of a mail amounts to: whose report it is, in which campaign, and how it ends.

    `problems` are those of its reading with what the unit brought to light; None where the reading was not judged.
    `sources` are all workbooks of a report that came in several, in this mail and in earlier ones. `sent_at` is when
    the mail was sent, by its own word. `before` is how it ended before a person ruled on it; None without a ruling, or
    where it counted as no version then.
    """

    reading: int
    part: int
    campaign: str
    unit: str
    verdict: Verdict
    outcome: Outcome
    reason: str
    problems: tuple[Problem, ...] | None = None
    sources: tuple[Source, ...] = ()
    sent_at: datetime | None = None
    before: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A unit's word that the figures of one version of its report are right: the version by its mail and part."""

    campaign: str
    unit: str
    mail_id: int
    part: int


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a mail as a whole was understood to be.

    `unit` is set when the mail is that unit's; `proposal` when a person is to say so. `candidates` are all units the
    mail may belong to while it waits: none of them may be called missing (design.md, "What always holds", 5).
    `answer` names the letter to write (a kind, or "receipt:" and its reason), empty for silence. `ruled_at` is when a
    person ruled how it ends, None where nobody did.
    `to_join` are earlier mails that this one may be one report with: with what reading them together gives, it is to be
    decided anew. `passed_over` are parts that were read and do not count, and why.
    """

    outcome: Outcome
    reason: str
    detail: str = ""
    unit: str | None = None
    proposal: str | None = None
    campaign: str | None = None
    candidates: tuple[str, ...] = ()
    reports: tuple[ReportUnderstood, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    signed_copy: bool = False
    confirms: Confirmation | None = None
    answer: str = ""
    answer_to: str = ""
    to_join: tuple[Piece, ...] = ()
    passed_over: tuple[tuple[int, str], ...] = ()
    ruled_at: datetime | None = None
