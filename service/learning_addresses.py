"""`units learn`: whose addresses old mail shows, out of files or a mailbox. The ledger hears nothing of it."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from intake import address_pairs, authentication, machine_mail, mailbox, mailfiles, readers
from roll import mails, units
from roll.mistakes import OperatorError
from service import assemble, importing, register_shapes, rosters
from storage import registry

# Mails that are read before what they say is noted; more gain nothing.
_AT_ONCE = 8
# What is quoted of the evidence for one pair: enough to see whether a name was a slip.
_QUOTED = 6

Dated = tuple[bytes, datetime]


def sources(rollcall: assemble.Rollcall, place: str) -> list[mailfiles.Source] | mailbox.MailboxAccount:
    """Return where old mail is: files at a path, or the configured mailbox of that name. Raises OperatorError."""
    account = next((each for each in rollcall.accounts() if each.name == place), None)
    path = Path(place)
    if account is not None and not path.exists():
        return account
    if not path.exists():
        names = ", ".join(each.name for each in rollcall.accounts())
        raise OperatorError([f"{place} is neither a file or folder nor a mailbox of config.toml ({names})."])
    problems: list[str] = []
    found = importing.mail_sources(path, problems)
    if not found and not problems:
        problems.append(f"{place}: there is no .eml, mbox or Maildir in it.")
    if problems:
        raise OperatorError(problems)
    return found


def learn(
    rollcall: assemble.Rollcall,
    places: list[mailfiles.Source] | mailbox.MailboxAccount,
    watch: importing.Watch,
) -> address_pairs.PastMail:
    """Return what old mail says of addresses. Raises mailbox_errors.MailboxError where a mailbox cannot be read."""
    staff = rollcall.config.staff
    ours = rollcall.our_addresses() | {each.casefold() for each in (*staff.digest_to, *staff.alert_to)}
    past = address_pairs.PastMail(frozenset(ours))
    with rollcall.store.reading() as connection:
        entries = [units.RosterEntry(unit, units.Obligation.INFORMED) for unit in registry.all_units(connection)]
    roster = rosters.DatedRoster(entries)
    if isinstance(places, mailbox.MailboxAccount):
        authserv_id, stream = _authserv_id(rollcall, places.name), _of_mailbox(places, past)
    else:
        authserv_id, stream = "", _of_files(places, past, watch)
    received: dict[int, datetime] = {}
    with rollcall.open_readers([form for _, form in rollcall.loaded()]) as open_readers:
        for batch in open_readers.read_batches(_numbered(stream, received), _AT_ONCE):
            for number, contents in batch:
                past.count += 1
                day = received.pop(number).astimezone(rollcall.zone).date()
                why = _left_out(contents, past, authserv_id)
                if why:
                    past.left_out[why] += 1
                elif not isinstance(contents, readers.Failed):
                    past.note(contents, roster.on(day), day)
    return past


def _authserv_id(rollcall: assemble.Rollcall, name: str) -> str:
    return next(section.authserv_id for section in rollcall.config.mailbox if section.name == name)


def _numbered(stream: Iterator[Dated], received: dict[int, datetime]) -> Iterator[tuple[int, bytes]]:
    for number, (raw, received_at) in enumerate(stream):
        received[number] = received_at
        yield number, raw


def _of_files(places: list[mailfiles.Source], past: address_pairs.PastMail, watch: importing.Watch) -> Iterator[Dated]:
    for source in places:
        try:
            yield from _of_source(source, past, watch)
        except OSError:
            past.left_out["unreadable"] += 1


def _of_source(source: mailfiles.Source, past: address_pairs.PastMail, watch: importing.Watch) -> Iterator[Dated]:
    seen = 0
    for mail in mailfiles.read(source):
        if isinstance(mail, OSError) or mail.cut:
            past.left_out["unreadable"] += 1
            continue
        # A mail saved without its Received lines has its file's time only, which is that of the saving.
        sent_at = mailfiles.sent_time(mail.raw) if mail.time_source == "file_time" else None
        yield mail.raw, sent_at or mail.received_at
        watch(mail.done - seen)
        seen = mail.done


def _of_mailbox(account: mailbox.MailboxAccount, past: address_pairs.PastMail) -> Iterator[Dated]:
    """Yield every mail of the folders that are configured, junk left out; nothing is marked (intake.mailbox)."""
    with mailbox.Mailbox(account) as box:
        for folder in box.folders()[: len(set(account.folders))]:
            for batch in box.batches(folder, None):
                past.left_out["unreadable"] += len(batch.too_large) + len(batch.vanished)
                for mail in batch.mails:
                    yield mail.data, mail.received_at


def _left_out(contents: mails.Contents | readers.Failed, past: address_pairs.PastMail, authserv_id: str) -> str:
    """Return why a mail says nothing about addresses, empty where it may."""
    if isinstance(contents, readers.Failed):
        return "unreadable"
    headers = contents.headers
    if len(headers.from_addresses) != 1:
        return "no single sender"
    if headers.from_addresses[0].casefold() in past.ours:
        return "ours"
    if machine_mail.recognise(contents, past.ours, has_workbook=bool(contents.readings)).reason:
        return "from a machine"
    return "failed authentication" if authentication.verdict(headers, authserv_id) == "fail" else ""


def told(past: address_pairs.PastMail, names: dict[str, str]) -> dict[str, Any]:
    """Return everything that was learned, as `units learn --json` prints it."""
    return {
        "mails": past.count,
        "left_out": dict(sorted((why, count) for why, count in past.left_out.items() if count)),
        "proposals": [_pair(pair, names) for pair in past.pairs()],
        "contradictions": [
            {"address": pairs[0].address, "units": [pair.unit for pair in pairs], "sentence": contradiction(pairs)}
            for pairs in past.of_one_address()
        ],
    }


def _pair(pair: address_pairs.Pair, names: dict[str, str]) -> dict[str, Any]:
    return {
        "unit": pair.unit,
        "name": names.get(pair.unit, ""),
        "address": pair.address,
        "certainty": pair.certainty.value,
        "mails": pair.count,
        "first": pair.first.isoformat(),
        "last": pair.last.isoformat(),
        "known": pair.is_known,
        "evidence": [
            {"source": source, "text": text, "mails": count} for (source, text), count in pair.said.most_common(_QUOTED)
        ],
    }


def contradiction(pairs: tuple[address_pairs.Pair, ...]) -> str:
    """Return what is to be said of an address that was seen with several units."""
    seen = "; ".join(f"{pair.unit} in {pair.count} mails from {pair.first} to {pair.last}" for pair in pairs)
    if address_pairs.handed_over(pairs):
        return f"{pairs[0].address} changed hands: {seen}. It is proposed with days."
    return f"{pairs[0].address} names several units at the same time: {seen}. It is not proposed; ask whose it is."


def list_of(past: address_pairs.PastMail, names: dict[str, str]) -> tuple[str, int]:
    """Return the proposals as a CSV for `units import`, one unit a line, and how many addresses it has."""
    by_unit: dict[str, list[str]] = {}
    found = address_pairs.proposed(past)
    for each in found:
        address = units.Address(each.pair.address, each.first, each.last)
        by_unit.setdefault(each.pair.unit, []).append(register_shapes.dated(address))
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(["code", "name", "addresses"])
    for code, addresses in sorted(by_unit.items()):
        writer.writerow([code, names.get(code, ""), ";".join(addresses)])
    return written.getvalue(), len(found)
