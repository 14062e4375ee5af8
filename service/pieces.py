"""Reports that come in several mails: which earlier mails bear on one, and what reading them together gives."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from intake import case as cases
from intake import readers
from roll import mails, reports
from service import known_since
from service.situation import Situation
from storage import inbox
from storage import pieces as stored_pieces
from storage import reports as stored_reports


def earlier(
    situation: Situation,
    connection: sa.Connection,
    units: Sequence[str],
    versions: Sequence[reports.Version],
    before: tuple[datetime, int],
) -> tuple[mails.Piece, ...]:
    """Return the mails with which a mail may make one report, as they were known when it was settled.

    `versions` are those of the units then; `before` is when that was, with the id of the mail, which is none of them.
    """
    rows = stored_pieces.rows_of(connection, units, [version.mail_id for version in versions])
    others = [row for row in rows if row.id != before[1]]
    known = [row for row in others if (_known_since(situation, connection, row), row.id) < before]
    return tuple(piece for row in known for piece in _pieces_in(row, versions))


def _known_since(situation: Situation, connection: sa.Connection, row: stored_pieces.PieceRow) -> datetime:
    if row.assigned_at is not None:
        return row.assigned_at
    senders = [row.sender] if row.sender else []
    return known_since.of_sender(connection, row, senders, known_since.registered(situation, row, senders))


def _pieces_in(row: stored_pieces.PieceRow, versions: Sequence[reports.Version]) -> list[mails.Piece]:
    found = [
        _piece(
            row,
            (version.unit, version.campaign),
            tuple(each.part for each in version.sources if each.mail_id == row.id) or (version.part,),
        )
        for version in versions
        if version.mail_id == row.id
    ]
    if not found and row.unit and row.campaign:
        found.append(_piece(row, (row.unit, row.campaign), () if row.reason == "signed_copy" else None))
    return found


def _piece(row: stored_pieces.PieceRow, whose: tuple[str, str], parts: tuple[int, ...] | None) -> mails.Piece:
    files = tuple(file for file in row.files if parts is None or file[0] in parts)
    waits = row.reason in {stored_reports.WAITS_FOR_MORE, stored_reports.PART_OF_REPORT}
    return mails.Piece(row.id, row.receipt, row.sha256, row.received_at, row.subject, *whose, waits, parts, files)


def read_together(
    connection: sa.Connection,
    open_readers: readers.Readers,
    contents: mails.Contents,
    pieces: Sequence[mails.Piece],
) -> tuple[mails.Contents, cases.Joined]:
    """Return the contents of a mail with the reading that its workbooks and those of earlier mails make together.

    `pieces` are these mails and itself, oldest first. Raises readers.ReadingFailedError.
    """
    raws = inbox.raws(connection, [piece.sha256 for piece in pieces])
    together = open_readers.read_together([(raws[piece.sha256], piece.parts) for piece in pieces])
    place = len(contents.readings)
    if not together.why:
        # It is none of this mail's own workbooks: what it was made of is told by the pieces.
        reading = replace(together.reading, joined=())
        contents = replace(contents, readings=(*contents.readings, reading), marked=(*contents.marked, b""))
    return contents, cases.Joined(together, tuple(pieces), place)
