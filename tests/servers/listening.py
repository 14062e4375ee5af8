"""What test servers on a plain socket share: each line is served in a thread, and all are cut at the end."""

import socket
import threading
from contextlib import suppress
from typing import Self

from tests.servers import ports


class Listening:
    """A listener for a `with`; who derives from it says in `serve` what becomes of a line."""

    def __init__(self) -> None:
        self.connections = 0
        self._listener = socket.create_server((ports.LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        for line in (self._listener, *self._open):
            cut(line)
        for thread in self._threads:
            thread.join(10)

    def serve(self, client: socket.socket, number: int) -> None:
        """Serve one line, the `number`th, until its end."""
        raise NotImplementedError

    def took(self, client: socket.socket) -> None:
        """Keep a line that came, before it is served."""
        self._open.append(client)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.took(client)
            thread = threading.Thread(target=self.serve, args=(client, self.connections), daemon=True)
            self._threads.append(thread)
            thread.start()


def cut(line: socket.socket) -> None:
    """Close a line under whoever waits on it."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()
