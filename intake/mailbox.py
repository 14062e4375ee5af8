"""The mailbox: what came since the last pass, as raw bytes, without leaving a trace on the server.

Folders are opened by EXAMINE and mails fetched by BODY.PEEK[], so no flag ever changes (RFC 9051 §6.3.3, §6.4.5.1);
only UID commands are used, since sequence numbers shift under another client's expunge. What is new is known by
UIDVALIDITY and UID, never by the read flag. No text of a mail ever enters a command. This file does not know what a
mail says, and keeps nothing: the cursor comes and goes as a value.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from types import TracebackType
from typing import Self
from unicodedata import normalize

from intake import imap, mailbox_errors, mailbox_line, uid_plan
from intake.fetched import Batch, Cursor, Description, Fetched, Heads, Listing, TooLarge
from intake.mailbox_account import MailboxAccount

__all__ = ["Batch", "Cursor", "Description", "Fetched", "Heads", "Listing", "Mailbox", "MailboxAccount", "TooLarge"]

# A mail above this is not taken in, staff are told instead: Gmail takes 25 MB, Exchange Online 150 MB at the most,
# and a report with a scan of every page stays under 60.
HARD_CAP = 60 * 1024 * 1024
# A mail larger than a whole batch is fetched in pieces of this size, so that no single answer costs more.
CHUNK = 4 * 1024 * 1024
# What is taken of a mail above HARD_CAP: its header fields fit, so that staff learn who sent it.
HEAD = 64 * 1024
# Each piece of a large mail is asked for this often, on a new connection each: a poor line gets it through in the end.
PIECE_TRIES = 3

_SIZE_AND_DATE = ("RFC822.SIZE", "INTERNALDATE")


class Mailbox:
    """One mailbox, signed in from `with` to its end. Not for several threads."""

    def __init__(self, account: MailboxAccount, timeout: float = imap.READ_TIMEOUT, budget: int | None = None) -> None:
        """`timeout`: seconds that any single read from the server may take. `budget`: bytes that may be downloaded."""
        self._account = account
        self._timeout = timeout
        self._budget = budget
        self._meter = imap.Meter()
        self._joined: mailbox_line.Line | None = None

    def __enter__(self) -> Self:
        """Connect and sign in. Raises MailboxUnreachable, SignInRefused or TlsRefused."""
        self._joined = mailbox_line.Line(self._account, self._timeout, self._meter)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log out, or only hang up where the server is at fault."""
        line, self._joined = self._joined, None
        if line is None:
            return
        if isinstance(error, mailbox_errors.MailboxUnreachable):
            line.connection.drop()
        else:
            line.connection.close()

    @property
    def downloaded(self) -> int:
        """Return how many bytes of mails came over the line so far, those of answers that broke off left out."""
        return self._meter.bytes

    def folders(self) -> tuple[str, ...]:
        """Return the folders to read, as the server spells them, each once.

        Those of the account come first, then the junk folder. Raises FolderMissing, naming what exists.
        """
        there, missing = self.folders_there()
        if missing:
            raise missing
        return there

    def folders_there(self) -> tuple[tuple[str, ...], mailbox_errors.FolderMissing | None]:
        """Return those of `folders` that the server has, and what is to be said of the others.

        A folder that somebody renamed or deleted keeps no other from being read.
        """
        listed = self._line.connection.folders()
        spelled = {_folder_key(folder.name): folder.name for folder in listed}
        wanted = [*self._account.folders, *filter(None, [self._account.junk])]
        missing = [name for name in wanted if _folder_key(name) not in spelled]
        found = (spelled[_folder_key(name)] for name in wanted if name not in missing)
        marked = [] if self._account.junk else [folder.name for folder in listed if folder.junk]
        told = mailbox_errors.folder_missing(self._account.name, missing, sorted(spelled.values())) if missing else None
        return tuple(dict.fromkeys([*found, *marked])), told

    def other_folders(self) -> tuple[str, ...]:
        r"""Return the folders in which a mail may lie that a filter took out of those that are read.

        Where the server shows all mail in one folder (RFC 6154, \All), that and the trash; else every folder but those
        of outgoing mail.
        """
        listed = self._line.connection.folders()
        read = set(self.folders_there()[0])
        others = [folder for folder in listed if folder.name not in read and not (folder.sent or folder.drafts)]
        whole = [folder for folder in others if folder.all or folder.trash]
        return tuple(folder.name for folder in (whole if any(folder.all for folder in whole) else others))

    def sent_folder(self) -> str:
        """Return the folder in which a person's own mails lie, as the server spells it; empty where there is none.

        One that is read as intake is none. Raises FolderMissing, naming what exists.
        """
        listed = self._line.connection.folders()
        wanted = self._account.sent
        found = next((each.name for each in listed if wanted and _folder_key(each.name) == _folder_key(wanted)), "")
        if wanted and not found:
            raise mailbox_errors.folder_missing(self._account.name, [wanted], sorted(each.name for each in listed))
        found = found or next((each.name for each in listed if each.sent), "")
        return "" if _folder_key(found) in {_folder_key(name) for name in self._account.folders} else found

    def heads(self, folder: str, cursor: Cursor | None) -> Iterator[Heads]:
        """Yield the header fields of what came into `folder` after `cursor`, as `batches` does; no more is fetched."""
        state = self._line.examine(folder)
        last = cursor.uid if cursor is not None and cursor.uidvalidity == state.uidvalidity else 0
        for window in uid_plan.search_windows(last, state.uid_next, state.exists):
            uids = [uid for uid in self._line.search(state, window) if uid > last]
            for some in uid_plan.slices(uids, uid_plan.MAILS_PER_BATCH):
                found = self._line.ask_twice(state, some, lambda asked: self._heads_of(state, asked))
                mails = tuple((uid, *found[uid]) for uid in some if uid in found)
                yield Heads(folder, state.uidvalidity, mails, some[-1])

    def heads_since(self, folder: str, day: date) -> Iterator[tuple[int, bytes]]:
        """Yield (UID, header fields) of what `folder` received from a day on."""
        uids = self.listing(folder, day).uids
        state = self._line.examine(folder)
        for some in uid_plan.slices(uids, uid_plan.MAILS_PER_BATCH):
            found = self._line.ask_twice(state, some, lambda asked: self._heads_of(state, asked))
            yield from ((uid, found[uid][1]) for uid in some if uid in found)

    def _heads_of(self, state: imap.Examined, uids: Sequence[int]) -> dict[int, tuple[datetime, bytes]]:
        entries = self._line.fetch(state, uids, ["INTERNALDATE", "BODY.PEEK[HEADER]"], len(uids) * HEAD)
        told = {uid: (entry.get(b"INTERNALDATE"), entry.get(b"BODY[HEADER]")) for uid, entry in entries.items()}
        return {
            uid: (_with_plain_offset(date), head[:HEAD])
            for uid, (date, head) in told.items()
            if isinstance(date, datetime) and isinstance(head, bytes)
        }

    def describe(self) -> Description:
        """Return what this mailbox offers; every folder to be read is opened once. Raises as `folders` does."""
        counts = tuple((name, self._line.examine(name).exists) for name in self.folders())
        marked = [folder.name for folder in self._line.connection.folders() if folder.junk]
        return Description(self._line.connection.capabilities(), counts, self._account.junk or next(iter(marked), ""))

    def batches(self, folder: str, cursor: Cursor | None) -> Iterator[Batch]:
        """Yield what came into `folder` after `cursor` (None: everything), in the order of UIDs.

        A cursor of another UIDVALIDITY counts as None. Each batch holds at most uid_plan.MAILS_PER_BATCH mails and
        BYTES_PER_BATCH bytes, or one larger mail. A folder whose UIDVALIDITY is new gives at least one batch, an
        empty one if need be, so that the new UIDVALIDITY becomes known. Raises MailboxUnreachable or FolderMissing;
        what was yielded before stays good.
        """
        state = self._line.examine(folder)
        last = self._resumed(state, cursor)
        known = last is not None
        last = last or 0
        for window in uid_plan.search_windows(last, state.uid_next, state.exists):
            # RFC 3501 §6.4.8: "n:*" names the last mail even when its UID is below n.
            uids = [uid for uid in self._line.search(state, window) if uid > last]
            for some in uid_plan.slices(uids, uid_plan.UIDS_PER_SIZE_FETCH):
                known = True
                yield from self._take(state, some)
        if not known:
            yield Batch(folder, state.uidvalidity, (), (), 0)

    def fetch(self, folder: str, uids: Sequence[int]) -> Iterator[Batch]:
        """Yield these mails of `folder` once more, in batches.

        `last_uid` is each batch's own highest UID and no cursor.
        """
        state = self._line.examine(folder)
        for some in uid_plan.slices(sorted(uids), uid_plan.UIDS_PER_SIZE_FETCH):
            yield from self._take(state, some)

    def listing(self, folder: str, since: date | None = None) -> Listing:
        """Return every UID of `folder`, asked for in bounded windows; `since`: of mails received from this day on."""
        state = self._line.examine(folder)
        windows = uid_plan.search_windows(0, state.uid_next, state.exists)
        uids = {uid for window in windows for uid in self._line.search(state, window, since)}
        return Listing(folder, state.uidvalidity, tuple(sorted(uids)))

    def announced(self, folder: str, uids: Sequence[int]) -> dict[int, uid_plan.Announced]:
        """Return size and INTERNALDATE of mails of `folder` as the server tells them."""
        state = self._line.examine(folder)
        found: dict[int, uid_plan.Announced] = {}
        for some in uid_plan.slices(uids, uid_plan.UIDS_PER_SIZE_FETCH):
            found |= self._announced(state, some)
        return found

    # The mails of one folder.

    def _resumed(self, state: imap.Examined, cursor: Cursor | None) -> int | None:
        """Return the UID to go on from, None where the folder is to be read from its beginning.

        A next UID that is not above the cursor means that the UIDs began anew although UIDVALIDITY says otherwise
        (fault catalogue 2.1, row 2); where the folder holds higher UIDs all the same, it is the next UID that is wrong.
        """
        if cursor is None or cursor.uidvalidity != state.uidvalidity:
            return None
        if state.uid_next > cursor.uid or self._line.connection.last_uid() >= state.uid_next:
            return cursor.uid
        return None

    def _take(self, state: imap.Examined, uids: Sequence[int]) -> Iterator[Batch]:
        """Yield batches that account for every one of `uids`: as a mail, as too large, or as vanished."""
        announced = self._announced(state, uids)
        gone = [uid for uid in uids if uid not in announced]
        for group in uid_plan.batches(announced[uid] for uid in uids if uid in announced):
            last = group[-1].uid
            yield self._batch(state, group, [uid for uid in gone if uid < last])
            gone = [uid for uid in gone if uid > last]
        if gone:
            yield Batch(state.folder, state.uidvalidity, (), tuple(gone), gone[-1])

    def _batch(self, state: imap.Examined, group: Sequence[uid_plan.Announced], gone: Sequence[int]) -> Batch:
        self._stay_within_budget(sum(min(mail.size, HEAD if mail.size > HARD_CAP else mail.size) for mail in group))
        bodies = self._bodies(state, group)
        mails = tuple(
            Fetched(state.folder, state.uidvalidity, mail.uid, mail.received_at, bodies[mail.uid])
            for mail in group
            if mail.uid in bodies
        )
        too_large = tuple(self._head(state, mail) for mail in group if mail.size > HARD_CAP)
        lost = [mail.uid for mail in group if mail.uid not in bodies and mail.size <= HARD_CAP]
        return Batch(state.folder, state.uidvalidity, mails, tuple(sorted([*gone, *lost])), group[-1].uid, too_large)

    def _stay_within_budget(self, size: int) -> None:
        if self._budget is not None and self._meter.bytes + size > self._budget:
            raise mailbox_errors.budget_spent(self._account)

    def _announced(self, state: imap.Examined, uids: Sequence[int]) -> dict[int, uid_plan.Announced]:
        def ask(some: Sequence[int]) -> dict[int, uid_plan.Announced]:
            entries = self._line.fetch(state, some, _SIZE_AND_DATE)
            told = {uid: (entry.get(b"RFC822.SIZE"), entry.get(b"INTERNALDATE")) for uid, entry in entries.items()}
            return {
                uid: uid_plan.Announced(uid, size, _with_plain_offset(date))
                for uid, (size, date) in told.items()
                if isinstance(size, int) and isinstance(date, datetime)
            }

        return self._line.ask_twice(state, uids, ask)

    def _bodies(self, state: imap.Examined, group: Sequence[uid_plan.Announced]) -> dict[int, bytes]:
        def ask(uids: Sequence[int]) -> dict[int, bytes]:
            entries = self._line.fetch(state, uids, ["BODY.PEEK[]"], size)
            return {uid: e[b"BODY[]"] for uid, e in entries.items() if isinstance(e.get(b"BODY[]"), bytes)}

        first = group[0]
        if first.size > HARD_CAP:
            return {}
        if first.size > uid_plan.BYTES_PER_BATCH:
            whole = self._by_pieces(state, first)
            return {} if whole is None else {first.uid: whole}
        size = sum(mail.size for mail in group)
        return self._line.ask_twice(state, [mail.uid for mail in group], ask)

    def _by_pieces(self, state: imap.Examined, mail: uid_plan.Announced) -> bytes | None:
        """Fetch one large mail (RFC 9051 §6.4.5, partial fetch), or None where a piece cannot be had.

        Its end is where a piece is empty, or short just where the announced size says so: neither a wrong size nor a
        server that gives less than asked may truncate it.
        """
        whole = bytearray()
        while len(whole) <= HARD_CAP:
            piece = self._piece(state, mail.uid, len(whole), CHUNK)
            if piece is None:
                return None
            whole += piece
            if not piece or (len(piece) < CHUNK and len(whole) == mail.size):
                return bytes(whole)
        return None

    def _head(self, state: imap.Examined, mail: uid_plan.Announced) -> TooLarge:
        return TooLarge(mail.uid, mail.size, mail.received_at, self._piece(state, mail.uid, 0, HEAD) or b"")

    def _piece(self, state: imap.Examined, uid: int, start: int, length: int) -> bytes | None:
        """Return one piece, empty beyond the mail's end; None where the mail is gone or the line breaks each time."""
        key = b"BODY[]<%d>" % start

        def ask(uids: Sequence[int]) -> dict[int, bytes]:
            entries = self._line.fetch(state, uids, [f"BODY.PEEK[]<{start}.{length}>"], length)
            return {uid: entry[key] or b"" for uid, entry in entries.items() if key in entry}

        for _ in range(PIECE_TRIES):
            answer = self._line.ask([uid], ask)
            if answer:
                return answer[uid]
        return None

    @property
    def _line(self) -> mailbox_line.Line:
        if self._joined is None:
            raise RuntimeError("a Mailbox is used inside its `with`")
        return self._joined


def _folder_key(name: str) -> str:
    """INBOX is the one name without case (RFC 9051 §5.1); accents may be composed or not."""
    composed = normalize("NFC", name)
    return "INBOX" if composed.upper() == "INBOX" else composed


def _with_plain_offset(date: datetime) -> datetime:
    """Return the same instant and offset without imapclient's own zone class: such values compare and travel."""
    return date.replace(tzinfo=timezone(date.utcoffset() or timedelta(0)))
