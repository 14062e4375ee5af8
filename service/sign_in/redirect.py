"""The other end of a consent in a browser: one page on this machine that takes the provider's answer (RFC 8252 §7.3).

It listens on loopback alone, on a port of its own, for as long as the person takes. Nothing of a request is logged: its
address holds the code.
"""

import queue
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

_PAGE = (
    '<!doctype html><html lang="vi"><meta charset="utf-8"><title>Rollcall</title>'
    "<p>{vietnamese}</p><p>{english}</p></html>"
)
_TAKEN = _PAGE.format(
    vietnamese="Đã nhận. Có thể đóng trang này và quay lại cửa sổ lệnh.",
    english="Received. You may close this page and go back to the command window.",
)
_NOT_OURS = _PAGE.format(
    vietnamese="Trang này không thuộc lần đăng nhập đang chờ. Hãy mở lại địa chỉ trong cửa sổ lệnh.",
    english="This does not belong to the sign-in that is waiting. Open the address in the command window again.",
)
# Seconds that a connection may say nothing: browsers open some in advance.
_IDLE_SECONDS = 30


class Redirect:
    """Waits for the answer that carries `state`, from `with` to its end; any other request is turned away."""

    def __init__(self, state: str) -> None:
        self._answers: queue.Queue[dict[str, str]] = queue.Queue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _taker(state, self._answers))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)

    @property
    def port(self) -> int:
        """Return the port that listens."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, seconds: float) -> dict[str, str] | None:
        """Return the parameters of the answer, None where none came in time."""
        try:
            return self._answers.get(timeout=seconds)
        except queue.Empty:
            return None


def _taker(state: str, answers: "queue.Queue[dict[str, str]]") -> type[BaseHTTPRequestHandler]:
    class Taker(BaseHTTPRequestHandler):
        timeout = _IDLE_SECONDS

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            answer = {key: values[0] for key, values in parse_qs(asked.query).items()}
            is_ours = asked.path == "/" and answer.get("state") == state
            page = (_TAKEN if is_ours else _NOT_OURS).encode()
            self.send_response(HTTPStatus.OK if is_ours else HTTPStatus.NOT_FOUND)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(page)
            if is_ours:
                answers.put(answer)

        def log_message(self, *_: Any) -> None:
            """Say nothing: the request holds the code."""

    return Taker
