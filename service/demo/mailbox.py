"""The demo's own mailbox: pymap's IMAP server on a free loopback port, in memory, on a thread of its own."""

import asyncio
import threading
from argparse import Namespace
from collections.abc import Coroutine
from datetime import datetime
from typing import Any, Self, TypeVar

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, Login
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import Passwords, UserMetadata
from pysasl.hashing import BuiltinHash

LOOPBACK = "127.0.0.1"
_Answer = TypeVar("_Answer")


class _Settings(Config):
    """pymap's settings without what a demo must not wait for."""

    @property
    def greeting(self) -> bytes:
        """Return the greeting; pymap's own asks the name service who we are, which may take long."""
        return b"Rollcall demo mailbox"


class DemoMailbox:
    """An IMAP server from `start` to `stop`, or for a `with`. It knows one user, whose INBOX is filled by `deliver`."""

    def __init__(self, user: str, password: str) -> None:
        self.user, self.password = user, password
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="demo mailbox", daemon=True)
        self._login: Login | None = None
        self._server: asyncio.Server | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; `port` is set then."""
        self._thread.start()
        self._do(self._serve())

    def deliver(self, raw: bytes, received_at: datetime) -> None:
        """Put a mail into the INBOX; `received_at` becomes its INTERNALDATE."""
        self._do(self._append(raw, received_at))

    def stop(self) -> None:
        """Stop listening, close what is open, and forget every mail."""
        if self._loop.is_closed():
            return
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, _Answer]) -> _Answer:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _serve(self) -> None:
        arguments = Namespace(passlib_cfg=None, proxy_protocol=None)
        settings = _Settings(
            arguments,
            host=LOOPBACK,
            port=0,
            tls_enabled=False,
            reject_dnsbl=False,
            demo_data=False,
            demo_user=self.user,
            demo_password=self.password,
            # The password is random and dies with the process: nobody is kept out by half a million rounds.
            hash_context=BuiltinHash(rounds=1_000),
        )
        settings.apply_context()
        self._login = Login(settings)
        hashed = await Passwords(settings).hash_password(self.password)
        await self._login.demo_user_identity.set(UserMetadata(settings, self.user, password=hashed))
        answer = ProxyProtocolReader(settings.proxy_protocol).get_callback(IMAPServer(self._login, settings))
        self._server = await asyncio.start_server(answer, host=LOOPBACK, port=0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _append(self, raw: bytes, received_at: datetime) -> None:
        assert self._login is not None, "start the mailbox before mails come in"
        async with self._login.demo_user_identity.new_session() as session:
            inbox = await session.mailbox_set.get_mailbox("INBOX")
            await inbox.append(AppendMessage(raw, received_at, frozenset()))

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
