"""One mail on the table: what is inside it, what is known about it, and whose it may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from forms import judging, likeness
from intake import conversation as conversations
from intake import machine_mail, sender, weighing
from roll import campaigns, letters, mails, reports

CREDITED = letters.LetterKind.CREDITED.value
# What a person may rule about a mail (intake.ruling).
ACCEPT, RETURN, DISMISS = "accept", "return", "dismiss"


@dataclass(frozen=True, slots=True)
class Joined:
    """What reading a mail together with earlier ones gave: `pieces` are all of them, oldest first.

    `reading` is the place in its contents of the reading that they make together.
    """

    together: reports.Together
    pieces: tuple[mails.Piece, ...]
    reading: int


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person ruled about a mail (intake.ruling): `kind`, when, with which note, by which decision."""

    kind: str
    at: datetime
    note: str = ""
    decision: int = 0


@dataclass(frozen=True, slots=True)
class StaffWord:
    """A mail of the office's own people, or one that brings a proposal of the digest back (intake.staff_mail).

    `by` is the staff address, empty where it is nobody's of them; `is_proven`, that the mail is truly from there.
    `token`: valid, used, expired or forged; empty without one. `detail` says what is proposed.
    """

    by: str
    is_proven: bool
    token: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a mail is decided on.

    `versions` are those of the units that may be meant. `assigned` is the unit a person decided for. `same_bytes` is
    the ledger id of an earlier mail with the same bytes. `extensions` are (campaign, unit) -> exclusive instant.
    `settled_at` is when the unit became known: on entry, or when a person assigned the mail. `judges` have, by a form's
    name and version, its checks that need the unit. `last` has, by campaign and unit, the unit's last report before
    that campaign; `filed` the accepted reports of each campaign whose form looks for copies. `our_letters` are those
    that a bounce may speak of and those that the mail answers. `pieces` are earlier mails that this one may be one
    report with, `joined` what came of reading them together, once that was asked for; `part_of` has, by unit, the
    receipt number of the mail that made the unit's report whole of which this one is a piece. `ruling` is what a person
    ruled about the mail; `versions_then` are the versions that were there when he did. `staff` is what is known of a
    mail from staff; `handed_in_by` the staff address that forwarded a mail of `assigned`. `answered_at` is when a
    person of the office answered the mail by hand, as the Sent folder shows, None where nobody did.
    """

    register: sender.Register
    campaigns: Sequence[campaigns.Campaign]
    our_addresses: frozenset[str]
    authentication: str
    identity: sender.Identity
    versions: Sequence[reports.Version] = ()
    settled_at: datetime | None = None
    assigned: str | None = None
    same_bytes: int | None = None
    extensions: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    judges: Mapping[tuple[str, str], judging.PreparedJudge] = field(default_factory=dict)
    last: Mapping[tuple[str, str], judging.Earlier] = field(default_factory=dict)
    filed: Mapping[str, likeness.Index] = field(default_factory=dict)
    our_letters: Sequence[letters.OurLetter] = ()
    conversation: conversations.Conversation = field(default_factory=conversations.Conversation)
    pieces: Sequence[mails.Piece] = ()
    joined: Joined | None = None
    part_of: Mapping[str, str] = field(default_factory=dict)
    ruling: Ruling | None = None
    versions_then: Sequence[reports.Version] = ()
    staff: StaffWord | None = None
    handed_in_by: str = ""
    answered_at: datetime | None = None

    @property
    def versions_told(self) -> Sequence[reports.Version]:
        """Return the versions that a letter about the mail speaks of."""
        return self.versions_then if self.ruling else self.versions

    @property
    def accepted(self) -> bool:
        """Say whether a person took what the mail says: a nil report, say, or a confirmation."""
        return self.ruling is not None and self.ruling.kind == ACCEPT


@dataclass(frozen=True, slots=True)
class Case:
    """A mail with everything that the rules ask about."""

    mail: mails.Mail
    contents: mails.Contents
    known: Known
    machine: machine_mail.Machine

    @property
    def registered(self) -> tuple[str, ...]:
        """Return the units that the sender may speak for: a person's word goes before the address."""
        return (self.known.assigned,) if self.known.assigned else self.known.identity.registered

    @property
    def day(self) -> date:
        """Return the day of receipt in the office's zone."""
        zone = self.known.campaigns[0].zone if self.known.campaigns else self.mail.received_at.tzinfo
        return self.mail.received_at.astimezone(zone).date()

    @property
    def answers_a_notice(self) -> bool:
        """Return whether the mail answers the letter that told a unit's contact of a report from another address."""
        told = {letter.message_id for letter in self.known.our_letters if letter.kind == CREDITED}
        headers = self.contents.headers
        return not told.isdisjoint((headers.in_reply_to, *headers.references))

    def unit_by_sender(self) -> str | None:
        """Return the unit of the sender: the only one, or that one of them for which the evidence speaks.

        Good enough for a mail that brings no figures.
        """
        return weighing.one_of(self.known.identity.evidence, self.registered, figures=False)

    def proposal(self) -> str | None:
        """Return the unit to propose to a person: the workbook's word first, then that for which most speaks.

        What the mail says goes before its address: a report sent for a colleague is the colleague's.
        A workbook of a lower body is proposed for nobody: one look at a list must not turn a commune's figures into its
        district's.
        """
        identity = self.known.identity
        named = {code for codes in identity.named for code in codes}
        if len(named) == 1:
            return next(iter(named))
        if identity.of_others:
            return None
        spoken_for = weighing.spoken_for(identity.evidence)
        is_anothers = bool(self.registered) and spoken_for not in self.registered
        return spoken_for if spoken_for and is_anothers else weighing.proposed(identity.evidence)

    def candidates(self) -> tuple[str, ...]:
        """Return every unit that the mail may belong to. What texts merely mention holds no unit, unless proposed."""
        identity = self.known.identity
        named = (code for codes in identity.named for code in codes)
        tied = weighing.tied(identity.evidence)
        by_address = (*self.registered, *identity.registered, *(() if self.registered else identity.formerly))
        everyone = (*by_address, *named, *identity.answered, self.proposal() or "", *tied)
        return tuple(dict.fromkeys(code for code in everyone if code))

    def campaign_of(self, unit: str | None) -> campaigns.Campaign | None:
        """Return the one campaign that a mail without a recognised form can be about."""
        concerned = [campaign for campaign in self.campaigns_of(unit) if self.is_covered(campaign, unit or "")]
        return concerned[0] if len(concerned) == 1 else None

    def campaigns_of(self, unit: str | None) -> list[campaigns.Campaign]:
        """Return the campaigns that have the unit on their roster, whenever they run; all of them for no unit."""
        return [campaign for campaign in self.known.campaigns if unit is None or campaign.entry(unit)]

    def is_covered(self, campaign: campaigns.Campaign, unit: str) -> bool:
        """Return whether the mail came while the campaign took the unit's mails."""
        return campaign.covers(self.mail.received_at, self.known.extensions.get((campaign.name, unit)))

    def reason_outside(self, concerned: Sequence[campaigns.Campaign]) -> str:
        """Return why no campaign, or not one alone, takes a mail that these campaigns concern."""
        if not concerned:
            return "not_on_a_roster"
        return "before_open" if all(self.mail.received_at < each.opens for each in concerned) else "after_close"
