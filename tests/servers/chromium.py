"""The real Chromium without a window: pages laid out at a given width, measured, and drawn.

It is driven by the DevTools protocol over two pipes (--remote-debugging-pipe: file descriptors 3 and 4, a message of
JSON up to each NUL), so there is no port, no library, and it ends when the pipes are closed. The width is that of the
page itself (Emulation.setDeviceMetricsOverride): a window cannot be made as narrow as a phone.
"""

import base64
import contextlib
import fcntl
import itertools
import json
import os
import select
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.servers import required

NOT_INSTALLED = "Chromium is not installed: apt-get install chromium"
TIME_MOST = 60.0
"""Seconds for one answer; the first start on a busy machine takes about five."""
READ_AT_ONCE = 1 << 16
HEIGHT = 800
LOADED = "new Promise(done => document.readyState == 'complete' ? done(1) : addEventListener('load', () => done(1)))"
FLAGS = (
    "--headless", "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--no-default-browser-check", "--no-proxy-server", "--hide-scrollbars",
)  # fmt: skip


def require_chromium() -> None:
    """Skip where Chromium is not installed; where nothing may be skipped (CI=true), fail."""
    required.require(shutil.which("chromium") is not None, NOT_INSTALLED)


class RefusedError(Exception):
    """Chromium answered that it could not do what was asked."""


@dataclass
class Browser:
    """A running Chromium: commands go out, answers and events come in."""

    into: int
    out_of: int
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    unread: bytes = b""
    events: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, method: str, session: str = "", **parameters: object) -> dict[str, Any]:
        """Return what Chromium answers. Raises RefusedError, or TimeoutError after TIME_MOST."""
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.into, data) :]
        deadline = time.monotonic() + TIME_MOST
        while True:
            answer = self._next(deadline)
            if answer.get("id") == number:
                if "error" in answer:
                    raise RefusedError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def _next(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self.unread:
            ready, _, _ = select.select([self.out_of], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError("Chromium does not answer")
            read = os.read(self.out_of, READ_AT_ONCE)
            if not read:
                raise RefusedError("Chromium has ended")
            self.unread += read
        message, _, self.unread = self.unread.partition(b"\0")
        parsed: dict[str, Any] = json.loads(message)
        return parsed

    def page(self, width: int, *, phone: bool = False) -> "Page":
        """Return an empty page of `width` CSS pixels; on a phone, one that goes by the document's own viewport."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        page = Page(self, self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        page.ask("Emulation.setDeviceMetricsOverride", width=width, height=HEIGHT, deviceScaleFactor=1, mobile=phone)
        for domain in ("Page", "Network"):
            page.ask(f"{domain}.enable")
        # What leaves this machine would wait for the network; it is told all the same.
        page.ask("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
        return page


@dataclass
class Page:
    """One page of a browser."""

    browser: Browser
    session: str

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """Return what Chromium answers for this page."""
        return self.browser.ask(method, self.session, **parameters)

    def show(self, html: str) -> Self:
        """Lay out `html` in an empty page, and wait until it is loaded."""
        # A document's viewport would outlive it in a page that is only written over.
        frame = self.ask("Page.navigate", url="about:blank")["frameId"]
        self.evaluate(LOADED)
        self.browser.events.clear()
        self.ask("Page.setDocumentContent", frameId=frame, html=html)
        self.evaluate(LOADED)
        return self

    def requested(self) -> list[str]:
        """Return the addresses that the document shown wanted to fetch."""
        return [
            event["params"]["request"]["url"]
            for event in self.browser.events
            if event["method"] == "Network.requestWillBeSent" and event["sessionId"] == self.session
        ]

    def evaluate(self, script: str) -> Any:
        """Return the value of a JavaScript expression; of a promise, what it comes to. Raises RefusedError."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RefusedError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def picture(self) -> bytes:
        """Return the whole document as a PNG."""
        return base64.b64decode(self.ask("Page.captureScreenshot", captureBeyondViewport=True)["data"])


@contextlib.contextmanager
def started(folder: Path) -> Iterator[Browser]:
    """A Chromium whose profile is in `folder`."""
    program = shutil.which("chromium")
    assert program is not None
    # Its sandbox needs a user of its own, which root in a container cannot give it; it only sees our own letters.
    command = [program, *FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else []), f"--user-data-dir={folder}"]
    theirs, ours = _pipes()
    silence = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_RDWR, 0) for stream in (0, 1, 2)]
    handed = [(os.POSIX_SPAWN_DUP2, end, place) for place, end in zip((3, 4), theirs, strict=True)]
    process = os.posix_spawn(program, command, os.environ, file_actions=[*silence, *handed], setsid=True)
    for end in theirs:
        os.close(end)
    try:
        yield Browser(*ours)
    finally:
        for end in ours:
            os.close(end)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process, signal.SIGKILL)
        os.waitpid(process, 0)


def _pipes() -> tuple[tuple[int, int], tuple[int, int]]:
    """Return (what it reads from, what it writes to), (what we write to, what we read from), its own out of 3 and 4."""
    commands, answers = os.pipe(), os.pipe()
    theirs = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (commands[0], answers[1])]
    os.close(commands[0])
    os.close(answers[1])
    return (theirs[0], theirs[1]), (commands[1], answers[0])
