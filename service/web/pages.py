"""What every page shares: the Rollcall it looks into, its words, and each page as people read it or as JSON."""

import json
import unicodedata
from typing import Any, cast

import flask

from service import assemble, wording
from service.web import words

# A number that no database key reaches; longer digits in an address are a mistake or mischief.
_LONGEST_ID = 15


def rollcall() -> assemble.Rollcall:
    """Return the Rollcall that the app was made for."""
    return cast("assemble.Rollcall", flask.current_app.extensions["rollcall"])


def page_words() -> words.PageWords:
    """Return the words in the office's language."""
    opened = rollcall()
    return words.PageWords(wording.Words(opened.config.office.language, opened.zone))


def wants_json() -> bool:
    """Return whether the page is asked for as data."""
    return flask.request.args.get("format") == "json"


def as_json(document: Any) -> flask.Response:
    """Return a document in the contract's shape."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return flask.Response(f"{text}\n", mimetype="application/json")


def page(template: str, **told: Any) -> flask.Response:
    """Return a page for people."""
    said = page_words()
    text = flask.render_template(template, words=said, common=said.common, data_address=_data_address(), **told)
    return flask.Response(text, mimetype="text/html")


def _data_address() -> str:
    """Return the address of the same page as JSON."""
    arguments = (
        {**flask.request.view_args, **flask.request.args.to_dict(), "format": "json"} if flask.request.endpoint else {}
    )
    return flask.url_for(str(flask.request.endpoint), **arguments) if arguments else ""


def number(text: str) -> int | None:
    """Return a number that an address holds, None where it holds none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID else None


def plain(text: str) -> str:
    """Return text from a mail without the characters that would steer its display; line breaks and tabs stay.

    A right-to-left override can make a file name read as another one.
    """
    return "".join(character if _is_harmless(character) else " " for character in text)


def _is_harmless(character: str) -> bool:
    return character in "\n\t" or character.isprintable() or unicodedata.category(character) == "Zs"


def size(count: int) -> str:
    """Return a number of bytes as people say it."""
    return (
        f"{count} B"
        if count < 1_000
        else f"{count / 1_000:,.0f} kB"
        if count < 1_000_000
        else f"{count / 1_000_000:,.1f} MB"
    )
