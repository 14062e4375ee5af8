"""What is known when mails are decided on: campaigns, forms, the register, and what storage says of one mail."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

import sqlalchemy as sa

from forms import form as forms_form
from forms import judging
from intake import authentication, decide, former, sender, several, staff_mail
from intake import case as cases
from notifications import compose, facts
from roll import calendar, campaigns, ladder, mails, reports
from service import assemble, campaign_folders, conversing, earlier_mails, earlier_reports, pieces, rosters, staff_words
from storage import conversations, decisions, inbox, outbox, registry, sent
from storage import pieces as stored_pieces
from storage import reports as stored_reports

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Situation:
    """The campaigns with their forms as they stand, loaded once for a run of mails."""

    rollcall: assemble.Rollcall
    loaded: list[tuple[campaigns.Campaign, forms_form.Form]]
    extensions: dict[tuple[str, str], datetime]
    earlier: earlier_reports.EarlierReports
    successions: rosters.Successions
    mails_before: earlier_mails.EarlierMails = field(default_factory=earlier_mails.EarlierMails)
    _rosters: dict[tuple[str, ...], rosters.DatedRoster] = field(default_factory=dict)
    _extras: dict[str, campaign_folders.Extras] = field(default_factory=dict)
    _working: dict[str, calendar.WorkingDays] = field(default_factory=dict)

    @property
    def all_campaigns(self) -> list[campaigns.Campaign]:
        """Return every campaign, oldest application first."""
        return [campaign for campaign, _ in self.loaded]

    @cached_property
    def our_addresses(self) -> frozenset[str]:
        """Return every address that is ours."""
        return self.rollcall.our_addresses()

    @property
    def forms(self) -> list[forms_form.Form]:
        """Return every form version, each once."""
        return list({(form.name, form.version): form for _, form in self.loaded}.values())

    @cached_property
    def judges(self) -> dict[tuple[str, str], judging.PreparedJudge]:
        """Return the checks of every form version that need the unit, by the form's name and version."""
        return {(form.name, form.version): judging.prepare(form) for form in self.forms}

    def campaign(self, name: str | None) -> campaigns.Campaign | None:
        """Return a campaign by name."""
        return next((campaign for campaign in self.all_campaigns if campaign.name == name), None)

    def form_of(self, name: str) -> forms_form.Form:
        """Return the form of a campaign."""
        return next(form for campaign, form in self.loaded if campaign.name == name)

    def extras_of(self, campaign: campaigns.Campaign) -> campaign_folders.Extras:
        """Return the blank workbook and the templates of a campaign, read once."""
        if campaign.name not in self._extras:
            self._extras[campaign.name] = self.rollcall.extras(campaign, self.form_of(campaign.name))
        return self._extras[campaign.name]

    def blank_attachment(self, campaign: campaigns.Campaign) -> facts.Attachment:
        """Return the blank workbook as it goes with letters."""
        extras = self.extras_of(campaign)
        return facts.Attachment(extras.blank_name, XLSX, extras.blank)

    def takes(self, campaign: campaigns.Campaign, codes: Sequence[str], received_at: datetime) -> bool:
        """Return whether a campaign takes a mail received then of any of these units."""
        return any(campaign.covers(received_at, self.extensions.get((campaign.name, code))) for code in codes)

    def working_days(self, campaign: campaigns.Campaign) -> calendar.WorkingDays:
        """Return the working days around a campaign, made once."""
        if campaign.name not in self._working:
            extended = [until for (name, _), until in self.extensions.items() if name == campaign.name]
            self._working[campaign.name] = ladder.working_days(campaign, max(extended, default=None))
        return self._working[campaign.name]

    def register_at(self, received_at: datetime) -> sender.Register:
        """Return the units that exist at an instant, of the campaigns that run then, else of all of them."""
        running = [campaign for campaign in self.all_campaigns if campaign.covers(received_at)] or self.all_campaigns
        key = tuple(campaign.name for campaign in running)
        if key not in self._rosters:
            by_code = {entry.unit.code: entry for campaign in running for entry in campaign.roster}
            self._rosters[key] = rosters.DatedRoster(list(by_code.values()))
        return self._rosters[key].on(self.day_of(received_at))

    def identify(self, contents: mails.Contents, received_at: datetime, on_file: sender.OnFile) -> sender.Identity:
        """Return whose a mail is by what is inside it and on file; a unit that has ended speaks for its successors."""
        register, day = self.register_at(received_at), self.day_of(received_at)
        identity = sender.identify(contents, register, day, on_file)
        if identity.registered and not identity.unmatched:
            return identity
        ended = self.successions.former_on(day, register.entries)
        return former.with_successors(identity, contents, register, ended) if ended else identity

    def day_of(self, received_at: datetime) -> date:
        """Return the day of receipt in the office's zone."""
        return received_at.astimezone(self.rollcall.zone).date()


def load(rollcall: assemble.Rollcall) -> Situation:
    """Return the situation as the database has it now."""
    loaded = rollcall.loaded()
    extensions = {}
    with rollcall.store.reading() as connection:
        for campaign, _ in loaded:
            for unit, until in decisions.extensions(connection, campaign.name).items():
                extensions[campaign.name, unit] = until
        successions = rosters.load(connection, rollcall.config.office.language)
    return Situation(
        rollcall, loaded, extensions, earlier_reports.EarlierReports(loaded, successions), successions=successions
    )


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What is on record about a mail before it is read: what persons decided, an earlier mail of its bytes.

    `assignment` says whose it is, `ruling` how it ends.
    """

    assignment: decisions.Decision | None = None
    ruling: decisions.Decision | None = None
    same_bytes: int | None = None


def on_record(connection: sa.Connection, rows: Sequence[inbox.Waiting]) -> dict[int, OnRecord]:
    """Return what is on record about some mails, by their ids."""
    made = decisions.of_mails(connection, [row.id for row in rows])
    first = inbox.first_with_bytes(connection, [row.sha256 for row in rows])
    found = {}
    for row in rows:
        about = made.get(row.id, [])
        same = first[row.sha256] if first[row.sha256] < row.id else None
        found[row.id] = OnRecord(decisions.assignment(about), decisions.ruling(about), same)
    return found


def known_of(
    situation: Situation, connection: sa.Connection, row: inbox.Waiting, contents: mails.Contents, record: OnRecord
) -> decide.Known:
    """Return everything that is known about one mail when it is decided on."""
    assignment = record.assignment
    assigned = assignment.unit if assignment else row.handed_in_for or None
    register, day = situation.register_at(row.received_at), situation.day_of(row.received_at)
    senders = contents.headers.from_addresses
    registered = tuple(dict.fromkeys(unit for each in senders for unit in register.units_of_address(each, day)))
    settled_at = assignment.at if assignment else _known_since(connection, row, senders, registered)
    seen = earlier_mails.Seen(row.id, settled_at, contents.headers)
    on_file = situation.mails_before.about(connection, seen, list(registered))
    identity = situation.identify(contents, row.received_at, on_file)
    talk = conversing.of_mail(connection, contents, conversations.Before(settled_at, row.id))
    authserv_id = _authserv_id(situation, row.mailbox)
    verdict = authentication.verdict(contents.headers, authserv_id)
    word = staff_words.word_of(situation.rollcall, connection, row, contents, (verdict, authserv_id))
    handed_in_by = ""
    if assigned is None and word is not None and word.by and word.is_proven and not word.token:
        assigned = _forwarded(contents, identity, register, day)
        handed_in_by = word.by if assigned else ""
    codes = tuple(dict.fromkeys((*units_meant(identity, assigned), *talk.reported)))
    stored = _versions(situation, connection, codes)
    versions = _earlier(stored, settled_at, row.id)
    ruling = _ruling(record)
    earlier, last = situation.earlier, {}
    others: tuple[mails.Piece, ...] = ()
    owners: list[int] = []
    if several.may_be_piece(contents, situation.day_of(row.received_at)):
        others = pieces.earlier(connection, codes, versions, (settled_at, row.id))
        owners = stored_pieces.owners_of(connection, row.id)
    if contents.readings:
        running = [
            campaign for campaign in situation.all_campaigns if situation.takes(campaign, codes, row.received_at)
        ]
        earlier.load(connection, running)
        forebears = earlier.forebears_of(codes)
        of_forebears = _earlier(_versions(situation, connection, forebears), settled_at, row.id) if forebears else ()
        last = earlier.last(connection, running, codes, (*versions, *of_forebears))
    return decide.Known(
        register=register,
        campaigns=situation.all_campaigns,
        our_addresses=situation.our_addresses,
        authentication=verdict,
        identity=identity,
        versions=versions,
        settled_at=settled_at,
        assigned=assigned,
        same_bytes=record.same_bytes,
        extensions=situation.extensions,
        judges=situation.judges,
        last=last,
        filed=earlier.filed,
        our_letters=_our_letters(connection, row, contents),
        conversation=talk,
        pieces=others,
        part_of=stored_pieces.receipt_of(connection, owners[0]) if owners else "",
        ruling=ruling,
        versions_then=_earlier(stored, ruling.at, row.id) if ruling else (),
        staff=word,
        handed_in_by=handed_in_by,
        answered_at=sent.answered_at(connection, contents.headers.message_id, contents.headers.from_addresses),
    )


def _our_letters(
    connection: sa.Connection, row: inbox.Waiting, contents: mails.Contents
) -> tuple[cases.OurLetter, ...]:
    """Return the letters of ours that a mail is, answers or returns: those queued before it was entered."""
    headers, returned = contents.headers, contents.bounce.message_ids if contents.bounce else ()
    named = (headers.message_id, headers.in_reply_to, *headers.references, *returned)
    asked = [each for each in dict.fromkeys(named) if compose.is_derived_message_id(each)]
    if not asked:
        return ()
    found = outbox.with_message_ids(connection, asked, row.entered_at)
    return tuple(cases.OurLetter(each.id or 0, each.kind, each.to, each.unit, each.message_id) for each in found)


def _forwarded(contents: mails.Contents, identity: sender.Identity, register: sender.Register, day: date) -> str | None:
    if not staff_mail.is_forward(contents):
        return None
    return staff_mail.unit_forwarded(contents, identity, register, day)


def _ruling(record: OnRecord) -> cases.Ruling | None:
    made = record.ruling
    return cases.Ruling(made.kind, made.at, made.note, made.id) if made else None


def _known_since(
    connection: sa.Connection, row: inbox.Waiting, senders: Sequence[str], registered: Sequence[str]
) -> datetime:
    """Return when a mail's unit became known: on entry, or when a person taught the sender's address afterwards."""
    addresses = [address.casefold() for address in senders]
    taught = [decisions.taught_at(connection, unit, addresses) for unit in registered]
    later = [at for at in taught if at is not None and at > row.entered_at]
    if not later or any(registry.is_given(connection, unit, addresses) for unit in registered):
        return row.entered_at
    return min(later)


def units_meant(identity: sender.Identity, assigned: str | None) -> tuple[str, ...]:
    """Return the units whose earlier versions bear on what a mail amounts to."""
    named = (code for codes in identity.named for code in codes)
    return tuple(dict.fromkeys(code for code in (assigned, *identity.registered, *named) if code))


def _earlier(versions: list[reports.Version], settled_at: datetime, mail_id: int) -> tuple[reports.Version, ...]:
    """Return the versions that were there before a mail was settled, with what was current then.

    A mail that is read again must see what it saw the first time, not the versions that came after it.
    """
    before = [
        version.as_of(settled_at, mail_id)
        for version in versions
        if (version.settled_at, version.mail_id) < (settled_at, mail_id)
    ]
    by_unit: dict[tuple[str, str], list[reports.Version]] = {}
    for version in before:
        by_unit.setdefault((version.campaign, version.unit), []).append(version)
    current = {reports.standing(group).id for group in by_unit.values()}
    return tuple(replace(version, current=version.id in current) for version in before)


def _authserv_id(situation: Situation, mailbox: str) -> str:
    return next((section.authserv_id for section in situation.rollcall.config.mailbox if section.name == mailbox), "")


def _versions(situation: Situation, connection: sa.Connection, codes: Sequence[str]) -> list[reports.Version]:
    pairs = [(campaign.name, code) for campaign in situation.all_campaigns for code in codes]
    return stored_reports.versions_of(connection, pairs)
