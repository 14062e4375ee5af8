"""The line to a mailbox: a connection, the folder that is open on it, and asking once more where an answer lacks mails.

A connection that breaks within a fetch is made anew here; no other file knows that there may be several.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from intake import imap, mailbox_errors
from intake.mailbox_account import MailboxAccount

# Connections that mails of one batch may break before the pass is given up: one mail that the server lies about
# breaks two.
BREAKS_PER_BATCH = 5

_Found = TypeVar("_Found")
_Ask = Callable[[Sequence[int]], dict[int, _Found]]


class Line:
    """A signed-in line from its making to `close` or `drop`. `meter` counts what was downloaded over it."""

    def __init__(self, account: MailboxAccount, timeout: float, meter: imap.Meter) -> None:
        """Connect and sign in. Raises MailboxUnreachable, SignInRefused or TlsRefused."""
        self._account, self._timeout, self._meter = account, timeout, meter
        self.connection = imap.Connection(account, timeout, meter)
        self._open: imap.Examined | None = None

    def examine(self, folder: str) -> imap.Examined:
        """Open a folder. Raises FolderMissing, or MailboxUnreachable where it is there and the server will not."""
        self._open = None
        try:
            self._open = self.connection.examine(folder)
        except imap.Refused as refusal:
            existing = sorted(listed.name for listed in self.connection.folders())
            if folder in existing:
                raise mailbox_errors.unreachable(
                    self._account, f'it does not open folder "{folder}" ({refusal})'
                ) from refusal
            raise mailbox_errors.folder_missing(self._account.name, [folder], existing) from refusal
        return self._open

    def search(self, state: imap.Examined, window: str, since: date | None = None) -> list[int]:
        """Return the UIDs of a folder within a window, ascending."""
        self._return_to(state)
        return self.connection.search(window, since)

    def fetch(
        self, state: imap.Examined, uids: Sequence[int], parts: Sequence[str], expected: int = 0
    ) -> dict[int, dict[bytes, Any]]:
        """Return parts of mails of a folder. Raises imap.Refused or imap.Broken, which `ask` answers."""
        self._return_to(state)
        return self.connection.fetch(uids, parts, expected)

    def ask_twice(self, state: imap.Examined, uids: Sequence[int], ask: _Ask[_Found]) -> dict[int, _Found]:
        """Ask for all of `uids`; what did not come, and is still listed, is asked for once more, each by itself.

        So one mail that was just deleted, or about which the server lies, costs no other mail (RFC 2180 §4.1 knows
        three ways in which servers answer). Raises MailboxUnreachable when nothing at all can be had and either
        several mails were asked for or the line broke again: that is no mail's fault.
        """
        found = self.ask(uids, ask) or {}
        missing = [uid for uid in uids if uid not in found]
        if not missing:
            return found
        self.connection.noop()
        listed = set(self.search(state, f"{missing[0]}:{missing[-1]}"))
        again = [uid for uid in missing if uid in listed]
        breaks = 0
        for uid in again:
            answer = self.ask([uid], ask)
            breaks += answer is None
            if breaks == BREAKS_PER_BATCH:
                break
            found |= answer or {}
        if breaks == BREAKS_PER_BATCH or (not found and (breaks or len(again) > 1)):
            raise mailbox_errors.MailboxUnreachable(
                f'The server {self._account.server} lists new mail in folder "{state.folder}" of mailbox '
                f"{self._account.name} and does not hand it over: look at the server's log if this lasts, Rollcall "
                f"tries again at the next pass."
            )
        return found

    def ask(self, uids: Sequence[int], ask: _Ask[_Found]) -> dict[int, _Found] | None:
        """Return what came; nothing where the server refused; None where the connection broke (and was made anew)."""
        try:
            return ask(uids)
        except imap.Refused:
            return {}
        except imap.Broken:
            self.connection.drop()
            self.connection, self._open = imap.Connection(self._account, self._timeout, self._meter), None
            return None

    def _return_to(self, state: imap.Examined) -> None:
        """Open the folder again where the connection is new, or another folder was read between two batches."""
        if self._open is not None and self._open.folder == state.folder:
            return
        if self.examine(state.folder).uidvalidity != state.uidvalidity:
            raise mailbox_errors.MailboxUnreachable(
                f'Folder "{state.folder}" of mailbox {self._account.name} was made anew during the pass: nothing to '
                f"do, Rollcall reads all of it at the next pass."
            )
