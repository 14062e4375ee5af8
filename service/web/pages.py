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
    arguments = {**flask.request.args.to_dict(), **(flask.request.view_args or {}), "format": "json"}
    return flask.url_for(str(flask.request.endpoint), **arguments)


def number(text: str) -> int | None:
    """Return a number that an address holds, None where it holds none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID else None


def unit_name(code: str) -> str:
    """Return the name of a unit as lists say it, its code where no roster has it."""
    if "unit_names" not in flask.g:
        entries = (entry for campaign, _ in rollcall().loaded() for entry in campaign.roster)
        flask.g.unit_names = {entry.unit.code: entry.unit.short_name or entry.unit.name for entry in entries}
    names: dict[str, str] = flask.g.unit_names
    return names.get(code, code)


def plain(text: str) -> str:
    """Return text from a mail without the characters that would steer its display; line breaks and tabs stay.

    A right-to-left override can make a file name read as another one.
    """
    return "".join(character if _is_harmless(character) else " " for character in text)


def _is_harmless(character: str) -> bool:
    return character in "\n\t" or character.isprintable() or unicodedata.category(character) == "Zs"


def size(count: int) -> str:
    """Return a number of bytes as people say it (SI prefixes, as mail programs do)."""
    for unit, factor in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= factor:
            return f"{count / factor:,.1f} {unit}"
    return f"{count} B"
