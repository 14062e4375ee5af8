"""A wire between a client and a real server: bytes changed on the way, the line cut, something done in between."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from tests.servers import ports
from tests.servers.listening import Listening, cut

# Returns the bytes to pass on; None cuts the line.
Change = Callable[[bytes], bytes | None]


class Meddler(Listening):
    """Listens on `port` and passes everything to the server on `target`, through two functions that see it first.

    `on_command` sees what the client says, `on_answer` what the server says, chunk by chunk as it comes; both run
    before the chunk goes on.
    """

    def __init__(self, target: int, on_command: Change | None = None, on_answer: Change | None = None) -> None:
        super().__init__()
        self._target = target
        self._on_command = on_command or bytes
        self._on_answer = on_answer or bytes

    def serve(self, client: socket.socket, number: int) -> None:  # noqa: ARG002 - every line is passed on alike
        """Pass on what either side says."""
        server = socket.create_connection((ports.LOOPBACK, self._target))
        self._open.append(server)
        answers = threading.Thread(target=_pass_on, args=(server, client, self._on_answer), daemon=True)
        self._threads.append(answers)
        answers.start()
        _pass_on(client, server, self._on_command)


def _pass_on(source: socket.socket, sink: socket.socket, change: Change) -> None:
    with suppress(OSError):
        while chunk := source.recv(1 << 16):
            changed = change(chunk)
            if changed is None:
                break
            sink.sendall(changed)
    cut(source)
    cut(sink)
