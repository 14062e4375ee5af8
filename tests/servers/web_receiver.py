"""A small web server on loopback that keeps what it gets, and answers as it is told."""

import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from tests.servers import ports


@dataclass(frozen=True)
class Got:
    """One request: its method, path and body."""

    method: str
    path: str
    body: bytes


class WebReceiver:
    """Listens for a `with`. `status` is what the coming requests are answered with; `redirects_to` is its Location."""

    def __init__(self) -> None:
        self.requests: list[Got] = []
        self.status = 200
        self.redirects_to = ""
        self._server = ThreadingHTTPServer((ports.LOOPBACK, 0), self._handler())
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """Return its address, with what a service takes for a secret."""
        return f"http://{ports.LOOPBACK}:{self._server.server_port}/hook/hunter2?key=hunter2"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def _take(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                receiver.requests.append(Got(self.command, self.path, body))
                self.send_response(receiver.status)
                if receiver.redirects_to:
                    self.send_header("Location", receiver.redirects_to)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST = _take  # noqa: N815 - http.server names them

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
