"""The demo's way out: an SMTP server on loopback that takes every letter and sends none on."""

import socket
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from service.demo.mailbox import LOOPBACK

# A letter with a blank form is 40 KB, one with a marked workbook under 10 MB.
_LARGEST_LETTER = 32 * 1024 * 1024


class DemoSink:
    """An SMTP server from `start` to `stop`, or for a `with`; `taken` counts its letters."""

    def __init__(self) -> None:
        self.taken = 0
        self.port = _free_port()
        self._controller = Controller(
            self, hostname=LOOPBACK, port=self.port, data_size_limit=_LARGEST_LETTER, server_hostname="demo.example"
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen."""
        self._controller.start()

    def stop(self) -> None:
        """Stop listening."""
        self._controller.stop()

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a letter."""
        self.taken += 1
        return "250 2.0.0 kept"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: Any = probe.getsockname()[1]
        return int(port)
