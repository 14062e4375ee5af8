"""Which workbooks count, and which make one report: of one mail, or of several mails of one unit (domain rules 2.4).

Cases 18 (Biểu 01 in one file, Biểu 02 and 03 in another), 19 (reports of a lower level), 20 ("BC (1/3)" ... "(3/3)")
and 35 (a forwarded thread with older files). Nothing is read here: where earlier mails may belong to a report, decide
asks for them to be read together and is asked again with what came of it (Known.joined), so that it stays a fold.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from forms import merging, text
from intake import case as cases
from intake import levels, part_remarks, purpose, reported, unit_names
from roll import mails, reports
from roll.outcomes import Verdict

# "Within a few days": pieces of one report are sent within an hour, a sheet that was forgotten within the week that a
# campaign gives for corrections (the 2019 one is open for five days after its deadline).
FEW_DAYS = timedelta(days=7)

# (which, of how many) a subject says that its mail is, None where it does not; of a mail, and of the others.
_Number = tuple[int, int] | None
_Numbers = tuple[_Number, list[_Number]]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a mail's workbook is among the pieces of a report.

    `waits`: more is to come, and `detail` says what; `repeats` is the receipt number of a piece with the same file,
    `replaced` that of a newer copy of the same piece; `disputed` are sheets that two pieces fill in differently.
    Otherwise the reading at `index` is the report, made of `sources` where there are several. `campaign` is the one
    that asks for it.
    """

    index: int
    sources: tuple[reports.Source, ...] = ()
    waits: bool = False
    detail: str = ""
    repeats: str = ""
    replaced: str = ""
    disputed: tuple[str, ...] = ()
    to_join: tuple[mails.Piece, ...] = ()
    campaign: str = ""


# Workbooks of one mail.


def distinct(case: cases.Case) -> list[int]:
    """Return the readings to take: the form filled in, each once, out of the newest mail that brings any.

    A blank form beside a filled one is passed over; workbooks that make one report stand for all of them.
    """
    readings = case.contents.readings
    read = [index for index, reading in enumerate(readings) if reading.verdict in reported.READ]
    if case.known.joined is not None:
        read = [index for index in read if index != case.known.joined.reading]
    wholes = [index for index in read if readings[index].joined and _is_of_one_unit(case, readings[index])]
    members = {member for index in wholes for member in readings[index].joined}
    read = [index for index in read if index in wholes or not (readings[index].joined or index in members)]
    filled = [index for index in read if readings[index].reason != "blank_form"] or read
    nearest = min((_level(case, index) for index in filled), default=0)
    by_report: dict[tuple[str, ...], int] = {}
    for index in filled:
        # Two bodies may well report the same figures, nought throughout: their unit lines tell them apart.
        if _level(case, index) == nearest:
            by_report.setdefault(_sameness(readings[index]), index)
    return list(by_report.values())


def _sameness(reading: reports.Reading) -> tuple[str, ...]:
    return (reading.form, reading.fingerprint, text.fold(reading.header_text("unit")))


def _level(case: cases.Case, index: int) -> int:
    return levels.nearest(case.contents.parts, case.contents.parts_of(index))


def _is_of_one_unit(case: cases.Case, joined: reports.Reading) -> bool:
    """Say whether the unit lines of workbooks name one unit; a blank line contradicts nobody."""
    whose = set()
    for member in joined.joined:
        line = text.fold(case.contents.readings[member].header_text("unit"))
        if line:
            whose.add(case.known.identity.named[member] or line)
    return len(whose) < 2  # noqa: PLR2004 - two that differ


def passed_over(case: cases.Case, indexes: Sequence[int]) -> tuple[tuple[int, str], ...]:
    """Return the parts of older mails that were sent along with the reports of a mail, and why they do not count."""
    parts = case.contents.parts
    nearest = min((_level(case, index) for index in indexes), default=0)
    return tuple(
        (place, part_remarks.IN_OLDER_MAIL)
        for place, part in enumerate(parts)
        if not part.inline and levels.of(parts, part) > nearest
    )


def signed_copies(case: cases.Case, index: int) -> list[mails.Part]:
    """Return what may be the signed copy of a report: files that lie no deeper than its workbook."""
    parts, level = case.contents.parts, _level(case, index)
    return [part for part in purpose.signed_copies(case.contents) if levels.of(parts, part) <= level]


def own_total(case: cases.Case, read: Sequence[int]) -> int | None:
    """Return the one workbook of several that names the sender's own unit, where all others are of lower bodies."""
    identity = case.known.identity
    own = [index for index in read if len(set(identity.named[index]) & set(case.registered)) == 1]
    others = [index for index in read if index not in own]
    is_certain = len(own) == 1 and bool(others) and all(_is_of_a_lower_body(case, index) for index in others)
    return own[0] if is_certain else None


def are_of_lower_bodies(case: cases.Case, read: Sequence[int]) -> bool:
    """Say whether every workbook names a commune, a school or another body below the units of the roster."""
    return all(_is_of_a_lower_body(case, index) for index in read)


def _is_of_a_lower_body(case: cases.Case, index: int) -> bool:
    line = unit_names.filled_in(case.contents.readings[index].header_text("unit"))
    return not case.known.identity.named[index] and line in case.known.identity.of_others


# Pieces that came in several mails.


def may_be_piece(contents: mails.Contents, day: date) -> bool:
    """Say whether a mail may bring a piece of a report only: then the earlier mails of its unit are to be known."""
    if _number(contents.headers.subject, day, whole=True):
        return True
    return any(merging.may_be_part(reading) and reading.lacking for reading in contents.readings)


def lone_piece(case: cases.Case) -> int | None:
    """Return the reading of the one workbook that holds sheets of the form, though it is not known as the form."""
    found = [
        index
        for index, reading in enumerate(case.contents.readings)
        if reading.verdict is Verdict.WRONG_FORM and merging.may_be_part(reading)
    ]
    return found[0] if len(found) == 1 else None


def look(case: cases.Case, index: int, unit: str) -> Outlook:
    """Return what the reading at `index` is among the pieces of the unit's report; itself where there are none."""
    reading = case.contents.readings[index]
    number = _number(case.contents.headers.subject, case.day, whole=not reading.lacking)
    is_whole = not reading.lacking and (number is None or case.known.assigned is not None)
    if is_whole or (number is None and not reading.filled):
        return Outlook(index)
    campaign, trouble = reported.campaign_of(case, unit, reading)
    if campaign is None or trouble:
        return Outlook(index)
    pieces = _pieces(case, unit, campaign.name, number)
    newer = next((piece for piece, its in pieces if number and its == number and _is_newer(case, piece)), None)
    if newer is not None:
        return Outlook(index, replaced=newer.receipt, campaign=campaign.name)
    others = [(piece, its) for piece, its in pieces if not number or its != number]
    again = [piece for piece, its in pieces if piece.waits and its == number and _has_same_files(case, index, piece)]
    outlook = _among(case, index, (number, [its for _, its in others]), [piece for piece, _ in others], again)
    return replace(outlook, campaign=campaign.name)


def look_at_copy(case: cases.Case, unit: str) -> Outlook | None:
    """Return the report that a signed copy makes whole as the last of the mails that were announced, None for none."""
    campaign, number = case.campaign_of(unit), _number(case.contents.headers.subject, case.day, whole=True)
    if campaign is None or number is None:
        return None
    others = [(piece, its) for piece, its in _pieces(case, unit, campaign.name, number) if its and its != number]
    asked = tuple(piece for piece, _ in others if piece.waits)
    is_whole_already = {piece.mail_id for piece in asked} & {
        source.mail_id for version in case.known.versions for source in version.sources
    }
    if not asked or is_whole_already or not _all_came([number, *(its for _, its in others if its)]):
        return None
    joined = case.known.joined
    if joined is None:
        return Outlook(0, to_join=asked)
    if joined.together.why or joined.together.disputed:
        return None
    return Outlook(joined.reading, sources=tuple(_sources(joined, asked)))


def _among(
    case: cases.Case, index: int, numbers: _Numbers, others: Sequence[mails.Piece], again: Sequence[mails.Piece]
) -> Outlook:
    """Return what a mail is among the other pieces; `again` are those that have the same file as it."""
    asked = tuple(piece for piece in others if piece.parts != ())
    if asked and case.known.joined is not None:
        return _put_together(case, index, numbers, again)
    if again and not asked:
        return Outlook(index, repeats=again[-1].receipt)
    number, its = numbers
    detail = _missing([each for each in (number, *its) if each], case.contents.readings[index].lacking)
    to_join = tuple(sorted((_own(case, index, asked[0]), *asked), key=_age)) if asked else ()
    return Outlook(index, waits=number is not None, detail=detail, to_join=to_join)


def _own(case: cases.Case, index: int, like: mails.Piece) -> mails.Piece:
    """Return the mail itself as a piece of the same report as another one."""
    mail, parts = case.mail, case.contents.parts_of(index)
    return mails.Piece(
        mail.id, mail.receipt, mail.sha256, mail.received_at, case.contents.headers.subject, like.unit, like.campaign,
        waits=False, parts=parts,
    )  # fmt: skip


def _age(piece: mails.Piece) -> tuple[datetime, int]:
    return (piece.received_at, piece.mail_id)


def _put_together(case: cases.Case, index: int, numbers: _Numbers, again: Sequence[mails.Piece]) -> Outlook:
    """Return what a mail is among its pieces, now that they were read together."""
    number, others = numbers
    joined = case.known.joined
    assert joined is not None
    together, reading = joined.together, joined.together.reading
    own = {place for place, (mail, *_) in enumerate(together.members) if joined.pieces[mail].mail_id == case.mail.id}
    values = reading.origins[len(reading.header) :]
    giving = {origin for origin, value in zip(values, reading.values, strict=True) if value.value is not None}
    marked = [each for each in (number, *others) if each]
    # Unless more was announced, only what completes each other is one report.
    if together.why or (not marked and not (giving & own and giving - own)):
        lacking = case.contents.readings[index].lacking
        return Outlook(index, waits=number is not None, detail=_missing(marked, lacking))
    if len(marked) == len(others) + 1 and together.disputed:
        return Outlook(index, disputed=together.disputed)
    waiting = any(piece.waits for piece in joined.pieces)
    if (number or waiting) and not _is_complete(marked, len(others) + 1, reading):
        if again:
            return Outlook(index, repeats=again[-1].receipt)
        return Outlook(index, waits=True, detail=_missing(marked, reading.lacking))
    near = _near(case, joined.pieces[0].campaign, joined.pieces[0].unit)
    return Outlook(joined.reading, sources=tuple(_sources(joined, [piece for piece in near if piece.waits])))


def _is_complete(marked: Sequence[tuple[int, int]], count: int, reading: reports.Reading) -> bool:
    """Say whether all that was announced has come; where it was not said how many, whether every sheet has."""
    is_counted = any(of for _, of in marked)
    return _all_came(marked) or (not reading.lacking and (not is_counted or len(marked) < count))


def _all_came(marked: Sequence[tuple[int, int]]) -> bool:
    total = max((of for _, of in marked), default=0)
    return total > 0 and {number for number, _ in marked} >= set(range(1, total + 1))


def _missing(marked: Sequence[tuple[int, int]], lacking: Sequence[str]) -> str:
    """Return what is still to come: the numbers of mails, and the sheets of the form."""
    total = max((of for _, of in marked), default=0)
    had = {number for number, _ in marked}
    return ", ".join([*(f"{each}/{total}" for each in range(1, total + 1) if each not in had), *lacking])


def _sources(joined: cases.Joined, waiting: Sequence[mails.Piece]) -> Iterator[reports.Source]:
    """Yield the workbooks that a report was put together from, then those that newer ones replaced before it was."""
    taken = set()
    for place, part, name, sha256 in joined.together.members:
        piece = joined.pieces[place]
        taken.add(piece.mail_id)
        yield reports.Source(piece.mail_id, piece.receipt, piece.received_at, part, name, sha256)
    for piece in waiting:
        for part, name, sha256 in piece.files[:1] if piece.mail_id not in taken else ():
            yield reports.Source(piece.mail_id, piece.receipt, piece.received_at, part, name, sha256)


def _pieces(
    case: cases.Case, unit: str, campaign: str, number: tuple[int, int] | None
) -> list[tuple[mails.Piece, _Number]]:
    """Return the mails that may be one report with this one, oldest first, with their numbers; the newest of each."""
    found: dict[object, tuple[mails.Piece, _Number]] = {}
    for piece in _near(case, campaign, unit):
        its = _number(piece.subject, _day(case, piece.received_at), whole=not piece.waits)
        if number and its and number[1] != its[1]:
            continue
        key: object = its or piece.mail_id
        found.pop(key, None)
        found[key] = (piece, its)
    return list(found.values())


def _near(case: cases.Case, campaign: str, unit: str) -> list[mails.Piece]:
    """Return the unit's mails that came within a few days of this one, oldest first."""
    near = [
        piece
        for piece in case.known.pieces
        if (piece.campaign, piece.unit) == (campaign, unit)
        and abs(piece.received_at - case.mail.received_at) <= FEW_DAYS
    ]
    return sorted(near, key=_age)


def _day(case: cases.Case, at: datetime) -> date:
    return at.astimezone(case.known.campaigns[0].zone).date() if case.known.campaigns else at.date()


def _number(subject: str, day: date, *, whole: bool) -> _Number:
    return purpose.place_among(subject, day, is_whole=whole)


def _is_newer(case: cases.Case, piece: mails.Piece) -> bool:
    return _age(piece) > (case.mail.received_at, case.mail.id)


def _has_same_files(case: cases.Case, index: int, piece: mails.Piece) -> bool:
    own = {case.contents.parts[place].sha256 for place in case.contents.parts_of(index)}
    return own <= {sha256 for _, _, sha256 in piece.files}
