"""The staff page: the board, the mails, the letters and what waits, to be read. Plain HTML, no script, GET only."""

from typing import Any
from urllib.parse import urlsplit

import flask
from werkzeug.exceptions import HTTPException, SecurityError

from service import assemble, config
from service.web import board_page, letter_pages, mail_pages, pages
from storage import overviews

# Nothing but our own style sheet is ever loaded, and nobody may frame us.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PAGES = (
    ("/", "board", board_page.show),
    ("/mails", "mails", mail_pages.show_all),
    ("/mails/<mail>", "mail", mail_pages.show_one),
    ("/reviews", "reviews", mail_pages.show_waiting),
    ("/letters", "letters", letter_pages.show_all),
    ("/letters/<letter>", "letter", letter_pages.show_one),
)


def create_app(rollcall: assemble.Rollcall) -> flask.Flask:
    """Return the staff page of a Rollcall as a WSGI application. It reads the database and never writes."""
    app = flask.Flask(__name__)
    app.extensions["rollcall"] = rollcall
    app.config["TRUSTED_HOSTS"] = _trusted_hosts(rollcall.config.web)
    for address, name, view in _PAGES:
        app.add_url_rule(address, name, view, methods=["GET"])
    app.add_template_filter(pages.plain)
    app.add_template_filter(pages.size)
    app.add_template_filter(pages.unit_name)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_surroundings)
    app.after_request(_add_headers)
    app.register_error_handler(HTTPException, _show_error)
    return app


def _trusted_hosts(section: config.Web) -> list[str] | None:
    """Return the names that the page answers to: a loopback page must not be reached under a stranger's name.

    A page on other addresses stands behind the office's own server, which knows its names: None, any.
    """
    if section.host not in _LOOPBACK:
        return None
    return [*_LOOPBACK, *filter(None, [urlsplit(section.public_url).hostname])]


def _surroundings() -> dict[str, Any]:
    """Return what stands around every page: whose it is, and how much waits."""
    with pages.rollcall().store.reading() as connection:
        counts = overviews.counts(connection)
    waiting = counts.get("held", 0) + counts.get("quarantined", 0)
    return {"waiting_count": waiting, "office": pages.rollcall().config.office}


def _add_headers(response: flask.Response) -> flask.Response:
    for name, value in _HEADERS.items():
        response.headers[name] = value
    if flask.request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _show_error(error: HTTPException) -> flask.Response:
    """Show what went wrong in the office's language, never what the address said."""
    if isinstance(error, SecurityError):
        return flask.Response("This page does not answer to that name.\n", 400, mimetype="text/plain")
    code = error.code or 500
    said = pages.page_words()
    sentence = said.say("error_404") if code == 404 else said.say("error_other", code=code)  # noqa: PLR2004
    text = flask.render_template("error.html", words=said, common=said.common, data_address="", sentence=sentence)
    response = flask.Response(text, status=code, mimetype="text/html")
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response
