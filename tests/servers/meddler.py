"""A wire between a client and a real server: bytes changed on the way, the line cut, something done in between."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from tests.servers import ports

# Returns the bytes to pass on; None cuts the line.
Change = Callable[[bytes], bytes | None]


class Meddler:
    """Listens on `port` and passes everything to the server on `target`, through two functions that see it first.

    `on_command` sees what the client says, `on_answer` what the server says, chunk by chunk as it comes; both run
    before the chunk goes on.
    """

    def __init__(self, target: int, on_command: Change | None = None, on_answer: Change | None = None) -> None:
        self.connections = 0
        self._target = target
        self._on_command = on_command or bytes
        self._on_answer = on_answer or bytes
        self._listener = socket.create_server((ports.LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        for line in (self._listener, *self._open):
            _cut(line)
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            server = socket.create_connection((ports.LOOPBACK, self._target))
            self._open += [client, server]
            for source, sink, change in ((client, server, self._on_command), (server, client, self._on_answer)):
                thread = threading.Thread(target=_pass_on, args=(source, sink, change), daemon=True)
                self._threads.append(thread)
                thread.start()


def _pass_on(source: socket.socket, sink: socket.socket, change: Change) -> None:
    with suppress(OSError):
        while chunk := source.recv(1 << 16):
            changed = change(chunk)
            if changed is None:
                break
            sink.sendall(changed)
    _cut(source)
    _cut(sink)


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()
