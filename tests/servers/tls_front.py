"""A TLS port in front of a plain one, with any certificate and version: for servers that are set up badly."""

import socket
import ssl
import threading
import warnings
from contextlib import suppress
from typing import Self

from tests.servers import ports
from tests.servers.certificates import Certificate


class TlsFront:
    """Shakes hands on `port` and hangs up: who gets that far has accepted the certificate."""

    def __init__(self, certificate: Certificate, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> None:
        self.accepted = 0
        self._context = certificate.server_context()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            self._context.maximum_version = newest
        self._listener = socket.create_server((ports.LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, suppress(OSError), self._context.wrap_socket(client, server_side=True):
                self.accepted += 1
