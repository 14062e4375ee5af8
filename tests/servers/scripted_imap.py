"""An IMAP server with a mailbox in memory that fails in a named way at a named step, and then behaves.

For what Dovecot will not do: lie, reuse UIDs, let mails appear late, refuse for now. It only reads (EXAMINE, SEARCH,
FETCH), and its journal tells every command that came.
"""

import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from imapclient import imap_utf7

from intake.mailbox_account import MailboxAccount
from tests.servers import ports
from tests.servers.listening import Listening, cut

USER, PASSWORD = "phong", "mat-khau-cua-phong"
CAPABILITIES = "IMAP4rev1 UIDPLUS SPECIAL-USE"
GMAIL = "IMAP4rev1 UNSELECT IDLE X-GM-EXT-1 UIDPLUS CONDSTORE MOVE SPECIAL-USE"
STEPS = ("greeting", "CAPABILITY", "LOGIN", "LIST", "EXAMINE", "SEARCH", "SIZES", "BODIES", "NOOP", "LOGOUT")
# What the server does instead of an answer. Any other text is said as a tagged answer, or untagged where it begins
# with "*"; a function changes the usual answer.
HANG_UP, RESET, STALL, GARBAGE, HALF, TRICKLE = "hang up", "reset", "stall", "garbage", "half a line", "trickle"
# Seconds between two bytes of an answer that trickles.
PACE = 0.02
_NONSENSE = b"\x16\x03\x01 what?\xff\r\n* 1 FETCH (((\r\n)\r\n"

Fault = tuple[str, str | Callable[[bytes], bytes]]


@dataclass
class Stored:
    """A mail of a folder. `hidden`: it has its UID, and is not shown yet."""

    uid: int
    data: bytes
    received_at: datetime
    gmail_id: int = 0
    hidden: bool = False


@dataclass
class Folder:
    """A folder with its mails in the order of UIDs."""

    uidvalidity: int = 1000
    uid_next: int = 1
    marks: str = ""
    mails: list[Stored] = field(default_factory=list)

    def shown(self) -> list[Stored]:
        """Return the mails that clients see."""
        return [mail for mail in self.mails if not mail.hidden]


class ScriptedImap(Listening):
    """A server on loopback for a `with`. `faults` are met in their order, each once."""

    def __init__(self, faults: Iterable[Fault] = (), capabilities: str = CAPABILITIES) -> None:
        super().__init__()
        self.faults = list(faults)
        self.capabilities = capabilities
        self.password = PASSWORD
        self.folders = {"INBOX": Folder()}
        # Every command as it came, with the number of its connection.
        self.commands: list[tuple[int, str]] = []
        self.most_at_once = 0
        self._lock = threading.Lock()

    def account(self, **changes: Any) -> MailboxAccount:
        """Return the account for this server; `changes` replace fields."""
        fields: dict[str, Any] = {
            "name": "main", "address": f"{USER}@office.example", "host": ports.LOOPBACK, "port": self.port,
            "security": "none", "user": USER, "password": PASSWORD,
        }  # fmt: skip
        return MailboxAccount(**{**fields, **changes})

    def deliver(
        self, data: bytes, received_at: datetime, folder: str = "INBOX", *, hidden: bool = False, gmail_id: int = 0
    ) -> int:
        """Put a mail into a folder, which is made where it is missing; return its UID."""
        into = self.folders.setdefault(folder, Folder())
        mail = Stored(into.uid_next, data, received_at, gmail_id, hidden)
        into.mails.append(mail)
        into.uid_next += 1
        return mail.uid

    def count(self, step: str) -> int:
        """Return how often a client came to `step`."""
        return sum(_step_of(command) == step for _, command in self.commands)

    def bodies_fetched(self) -> list[int]:
        """Return the UIDs of which whole mails were asked for, in the order of asking."""
        asked = (command for _, command in self.commands if "BODY.PEEK[]" in command)
        return [uid for command in asked for uid in _uids(command.split()[3], 1 << 32)]

    def took(self, client: socket.socket) -> None:
        """Keep a line that came, and count those that are open beside it."""
        super().took(client)
        self.most_at_once = max(self.most_at_once, self.now_open())

    def now_open(self) -> int:
        """Return how many connections are open."""
        return sum(line.fileno() >= 0 for line in self._open)

    def next_fault(self, step: str) -> str | Callable[[bytes], bytes]:
        """Use up and return what the script has for `step`; empty for the usual answer."""
        with self._lock:
            for index, (at, what) in enumerate(self.faults):
                if at == step:
                    del self.faults[index]
                    return what
        return ""

    def serve(self, client: socket.socket, number: int) -> None:
        """Converse until the client goes or a fault ends it."""
        with suppress(OSError):
            _Conversation(self, client, number).run()
        cut(client)


class _Done(OSError):  # noqa: N818 - named for what happened
    """The conversation is over."""


class _Conversation:
    """One connection, from its greeting to its end."""

    def __init__(self, server: ScriptedImap, line: socket.socket, number: int) -> None:
        self._server, self._line, self._number = server, line, number
        self._received = b""
        self._folder = Folder()

    def run(self) -> None:
        self._say("greeting", "*", b"* OK scripted.example greets\r\n")
        while True:
            command = self._read_line()
            self._server.commands.append((self._number, command))
            tag, _, rest = command.partition(" ")
            step = _step_of(command)
            self._say(step, tag, self._usual(tag, step, rest))
            if step == "LOGOUT":
                raise _Done

    def _usual(self, tag: str, step: str, rest: str) -> bytes:
        said, end = b"", f"{tag} OK done\r\n"
        if step == "CAPABILITY":
            said = f"* CAPABILITY {self._server.capabilities}\r\n".encode()
        elif step == "LOGIN":
            if f'"{self._server.password}"' not in rest:
                end = f"{tag} NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n"
        elif step == "LIST":
            said = b"".join(_listed(name, folder) for name, folder in self._server.folders.items())
        elif step == "EXAMINE":
            return self._examine(tag, rest)
        elif step == "SEARCH":
            said = self._search(rest)
        elif step in ("SIZES", "BODIES"):
            said = b"".join(self._fetch(rest))
        elif step == "LOGOUT":
            said = b"* BYE see you\r\n"
        elif step != "NOOP":
            end = f"{tag} BAD what?\r\n"
        return said + end.encode()

    def _examine(self, tag: str, rest: str) -> bytes:
        name = imap_utf7.decode(re.sub(r"\\(.)", r"\1", rest.partition(" ")[2].strip('"')).encode())
        if name not in self._server.folders:
            return f"{tag} NO [NONEXISTENT] no such folder\r\n".encode()
        self._folder = self._server.folders[name]
        lines = (
            f"* {len(self._folder.shown())} EXISTS",
            f"* OK [UIDVALIDITY {self._folder.uidvalidity}] valid",
            f"* OK [UIDNEXT {self._folder.uid_next}] next",
            f"{tag} OK [READ-ONLY] opened",
        )
        return "".join(f"{line}\r\n" for line in lines).encode()

    def _search(self, rest: str) -> bytes:
        words = rest.split()
        mails = self._folder.shown()
        wanted = _uids(words[words.index("UID", 1) + 1], max((mail.uid for mail in mails), default=0))
        since = datetime.strptime(words[words.index("SINCE") + 1], "%d-%b-%Y") if "SINCE" in words else None
        found = [
            str(mail.uid)
            for mail in mails
            if mail.uid in wanted and (since is None or mail.received_at.replace(tzinfo=None) >= since)
        ]
        return f"* SEARCH {' '.join(found)}\r\n".encode()

    def _fetch(self, rest: str) -> Iterable[bytes]:
        wanted, parts = _uids(rest.split()[2], 1 << 32), rest.partition("(")[2]
        for number, mail in enumerate(self._folder.shown(), start=1):
            if mail.uid in wanted:
                yield b"* %d FETCH (UID %d" % (number, mail.uid)
                if "RFC822.SIZE" in parts:
                    yield b" RFC822.SIZE %d" % len(mail.data)
                if "INTERNALDATE" in parts:
                    yield mail.received_at.strftime(' INTERNALDATE "%d-%b-%Y %H:%M:%S %z"').encode()
                if mail.gmail_id:
                    yield b" X-GM-MSGID %d" % mail.gmail_id
                yield _body(parts, mail.data)
                yield b")\r\n"

    def _say(self, step: str, tag: str, usual: bytes) -> None:
        what = self._server.next_fault(step)
        if callable(what):
            self._line.sendall(what(usual))
        elif what in (HANG_UP, RESET, STALL, HALF):
            self._break(what, usual)
        elif what == TRICKLE:
            self._trickle(usual)
        elif what == GARBAGE:
            self._line.sendall(_NONSENSE)
        elif what:
            self._line.sendall(f"{what}\r\n".encode() if what.startswith("*") else f"{tag} {what}\r\n".encode())
            if what.startswith("* BYE"):
                raise _Done
        else:
            self._line.sendall(usual)

    def _break(self, how: str, usual: bytes) -> None:
        if how == HALF:
            self._line.sendall(usual[: len(usual) // 2])
        if how == RESET:
            self._line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._line.close()
        if how == STALL:
            while self._line.recv(1 << 16):
                pass
        raise _Done

    def _trickle(self, usual: bytes) -> None:
        for byte in usual:
            self._line.sendall(bytes([byte]))
            time.sleep(PACE)

    def _read_line(self) -> str:
        while b"\r\n" not in self._received:
            chunk = self._line.recv(1 << 16)
            if not chunk:
                raise _Done
            self._received += chunk
        found, _, self._received = self._received.partition(b"\r\n")
        return found.decode("utf-8", "replace")


def _listed(name: str, folder: Folder) -> bytes:
    return b'* LIST (\\HasNoChildren%s) "/" "%s"\r\n' % (
        f" {folder.marks}".encode() if folder.marks else b"",
        re.sub(rb'(["\\])', rb"\\\1", imap_utf7.encode(name)),
    )


def _body(parts: str, data: bytes) -> bytes:
    """Return the part of a mail that a FETCH names, as a literal; nothing where it names none."""
    if "BODY.PEEK[HEADER]" in parts:
        head = data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        return b" BODY[HEADER] {%d}\r\n%s" % (len(head), head)
    if piece := re.search(r"BODY\.PEEK\[\]<(\d+)\.(\d+)>", parts):
        start, length = int(piece[1]), int(piece[2])
        some = data[start : start + length]
        return b" BODY[]<%d> {%d}\r\n%s" % (start, len(some), some)
    return b" BODY[] {%d}\r\n%s" % (len(data), data) if "BODY.PEEK[]" in parts else b""


def _step_of(command: str) -> str:
    words = command.upper().split()[1:] or [""]
    if words[:2] == ["UID", "FETCH"]:
        return "BODIES" if "BODY.PEEK" in command else "SIZES"
    return words[1] if words[0] == "UID" else words[0]


def _uids(text: str, last: int) -> Sequence[int] | set[int]:
    """Return the UIDs that a sequence set names; "*" is `last` (RFC 3501 §6.4.8: n:* names the last mail too)."""
    found: set[int] = set()
    for piece in text.split(","):
        first, _, end = piece.replace("*", str(last)).partition(":")
        low, high = sorted((int(first), int(end or first)))
        if not found and "," not in text:
            return range(low, high + 1)
        found |= set(range(low, high + 1))
    return found


def letter(number: int, size: int = 0, **fields: str) -> bytes:
    """Return a mail with a number, at least `size` bytes long; `fields` are further header fields."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    head = f"From: unit{number}@unit.example\r\nSubject: report {number}\r\n{more}\r\n"
    return head.encode() + (b"0123456789" * 7 + b"\r\n") * -(-size // 72)


NOON = datetime(2019, 7, 3, 5, 0, tzinfo=UTC)
