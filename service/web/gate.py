"""A sign-in before every page: HTTP Basic (RFC 7617), for as long as there are no users of the page's own."""

import hmac

import flask

_REALM = 'Basic realm="Rollcall", charset="UTF-8"'


def require_sign_in(app: flask.Flask, user: str, password: str) -> None:
    """Answer nothing, style sheet included, before this user and password are given."""

    @app.before_request
    def check() -> flask.Response | None:
        given = flask.request.authorization
        name = (given.username if given and given.type == "basic" else None) or ""
        secret = (given.password if given and given.type == "basic" else None) or ""
        # Both are compared whole, in the same time whatever they hold.
        right = hmac.compare_digest(name.encode(), user.encode()) & hmac.compare_digest(
            secret.encode(), password.encode()
        )
        if right:
            return None
        return flask.Response("Sign in to see this page.\n", 401, {"WWW-Authenticate": _REALM}, mimetype="text/plain")
