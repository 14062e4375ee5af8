"""The letters that were and will be sent, and one letter as its reader sees it without pictures: the text part."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

import flask

from service import shapes
from service.web import pages
from storage import outbox, overviews

# A page of 100 lines is read in one scroll and made in under 0.1 s.
LETTERS_A_PAGE = 100
_HEADERS = ("From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "Auto-Submitted")


@dataclass(frozen=True, slots=True)
class LetterShown:
    """A letter taken apart: header fields, text, and the names of what goes with it."""

    headers: list[tuple[str, str]]
    text: str
    attachments: list[str]


def show_all() -> flask.Response:
    """Show the letters, newest first; `?page=` goes on. JSON: all of them, in the order in which they were queued."""
    opened = pages.rollcall()
    with opened.store.reading() as connection:
        rows = outbox.rows(connection)
    if pages.wants_json():
        return pages.as_json([shapes.letter(row, opened.zone) for row in rows])
    last = max(1, -(-len(rows) // LETTERS_A_PAGE))
    number = min(max(pages.number(flask.request.args.get("page", "")) or 1, 1), last)
    newest = rows[::-1][(number - 1) * LETTERS_A_PAGE : number * LETTERS_A_PAGE]
    return pages.page("letters.html", rows=newest, number=number, last=last)


def show_one(letter: str) -> flask.Response:
    """Show one letter."""
    opened = pages.rollcall()
    letter_id = pages.number(letter)
    with opened.store.reading() as connection:
        rows = outbox.rows(connection, [letter_id]) if letter_id is not None else []
        data = outbox.data_of(connection, letter_id) if rows and letter_id is not None else None
        answered = overviews.ledger(connection, rows[0].mail_id) if rows and rows[0].mail_id else []
    if data is None:
        flask.abort(404)
    if pages.wants_json():
        return pages.as_json(shapes.letter(rows[0], opened.zone))
    return pages.page(
        "letter.html", row=rows[0], letter=take_apart(data), receipt=answered[0].receipt if answered else ""
    )


def take_apart(data: bytes) -> LetterShown:
    """Return what a letter says. The HTML part is not shown: it says the same."""
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    return LetterShown(
        headers=[(name, str(message[name])) for name in _HEADERS if message[name]],
        text=body.get_content() if body else "",
        attachments=[part.get_filename() or part.get_content_type() for part in message.iter_attachments()],
    )
