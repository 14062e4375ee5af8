"""What is known about one mail when it is decided on: the situation, and what storage says of it.

All that is looked up here was there before the mail was settled: read again, it sees what it saw the first time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa

from forms import judging
from intake import authentication, conversation, decide, sender, several, staff_mail
from intake import case as cases
from notifications import compose
from roll import letters, mails, reports
from service import conversing, earlier_mails, known_since, pieces, staff_words
from service.situation import Situation
from storage import conversations, decisions, inbox, outbox, sent
from storage import pieces as stored_pieces
from storage import reports as stored_reports


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


@dataclass(frozen=True, slots=True)
class _Whose:
    """Whose a mail is, as far as anything says so before it is decided on; `day` is that of receipt.

    `ours` are the letters of ours that it names.
    """

    register: sender.Register
    day: date
    settled_at: datetime
    identity: sender.Identity
    ours: Sequence[letters.OurLetter]


def known_of(
    situation: Situation, connection: sa.Connection, row: inbox.Waiting, contents: mails.Contents, record: OnRecord
) -> decide.Known:
    """Return everything that is known about one mail when it is decided on."""
    whose = _whose(situation, connection, row, contents, record.assignment)
    assigned = record.assignment.unit if record.assignment else row.handed_in_for or None
    talk = conversing.of_mail(connection, contents, conversations.Before(whose.settled_at, row.id), whose.ours)
    authserv_id = _authserv_id(situation, row.mailbox)
    verdict = authentication.verdict(contents.headers, authserv_id)
    word = staff_words.word_of(situation.rollcall, connection, row, contents, (verdict, authserv_id))
    handed_in_by = ""
    if assigned is None and word is not None and word.by and word.is_proven and not word.token:
        assigned = _forwarded(contents, whose)
        handed_in_by = word.by if assigned else ""
    codes = tuple(dict.fromkeys((*units_meant(whose.identity, assigned), *talk.reported)))
    stored = _versions(situation, connection, codes)
    versions = _earlier(stored, whose.settled_at, row.id)
    ruling = _ruling(record)
    known = decide.Known(
        register=whose.register,
        campaigns=situation.all_campaigns,
        our_addresses=situation.our_addresses,
        authentication=verdict,
        identity=whose.identity,
        versions=versions,
        settled_at=whose.settled_at,
        assigned=assigned,
        same_bytes=record.same_bytes,
        extensions=situation.extensions,
        judges=situation.judges,
        last=_last(situation, connection, row, whose.settled_at, (codes, versions)) if contents.readings else {},
        filed=situation.earlier.filed,
        our_letters=[each for each in whose.ours if each.queued_at <= row.entered_at],
        conversation=talk,
        ruling=ruling,
        versions_then=_earlier(stored, ruling.at, row.id) if ruling else (),
        staff=word,
        handed_in_by=handed_in_by,
        answered_at=sent.answered_at(connection, contents.headers.message_id, contents.headers.from_addresses),
    )
    if not several.may_be_piece(contents, whose.day):
        return known
    return replace(
        known,
        pieces=pieces.earlier(situation, connection, codes, versions, (whose.settled_at, row.id)),
        part_of=stored_pieces.whole_reports_of(connection, row.id),
    )


def _whose(
    situation: Situation,
    connection: sa.Connection,
    row: inbox.Waiting,
    contents: mails.Contents,
    assignment: decisions.Decision | None,
) -> _Whose:
    register, day = situation.register_at(row.received_at), situation.day_of(row.received_at)
    senders = contents.headers.from_addresses
    registered = known_since.registered(situation, row, senders)
    settled_at = assignment.at if assignment else known_since.of_sender(connection, row, senders, registered)
    ours = _our_letters(connection, contents)
    seen = earlier_mails.Seen(row.id, settled_at, contents.headers, ours)
    on_file = situation.mails_before.about(connection, seen, list(registered))
    return _Whose(register, day, settled_at, situation.identify(contents, row.received_at, on_file), ours)


def _last(
    situation: Situation,
    connection: sa.Connection,
    row: inbox.Waiting,
    settled_at: datetime,
    of_units: tuple[Sequence[str], Sequence[reports.Version]],
) -> dict[tuple[str, str], judging.Earlier]:
    """Return the last reports of the units (`of_units`: their codes, their versions) before the campaigns that run."""
    codes, versions = of_units
    running = [campaign for campaign in situation.all_campaigns if situation.takes(campaign, codes, row.received_at)]
    situation.earlier.load(connection, running)
    forebears = situation.earlier.forebears_of(codes)
    theirs = _earlier(_versions(situation, connection, forebears), settled_at, row.id) if forebears else ()
    return situation.earlier.last(connection, running, codes, (*versions, *theirs))


def _our_letters(connection: sa.Connection, contents: mails.Contents) -> list[letters.OurLetter]:
    """Return the letters of ours that a mail is, answers or returns."""
    headers, returned = contents.headers, contents.bounce.message_ids if contents.bounce else ()
    named = (headers.message_id, *conversation.thread(headers), *returned)
    asked = [each for each in dict.fromkeys(named) if compose.is_derived_message_id(each)]
    return outbox.with_message_ids(connection, asked) if asked else []


def _forwarded(contents: mails.Contents, whose: _Whose) -> str | None:
    if not staff_mail.is_forward(contents):
        return None
    return staff_mail.unit_forwarded(contents, whose.identity, whose.register, whose.day)


def _ruling(record: OnRecord) -> cases.Ruling | None:
    made = record.ruling
    return cases.Ruling(made.kind, made.at, made.note, made.id) if made else None


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
