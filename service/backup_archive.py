"""The one file of a backup: a plain tar, or one behind a passphrase (service.backup_cipher), its manifest last.

The manifest says what the file holds, each member with its size and SHA-256, so that a file that was cut short or
changed is told from one that is whole. Any tar program opens an unsealed one.
"""

import contextlib
import hashlib
import io
import json
import re
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

from service import backup_cipher

# Goes up by one when the file becomes another, so that an older program says so instead of guessing.
FORMAT = 1
MANIFEST = "manifest.json"
DATABASE, CONFIG, DAYS, CAMPAIGNS = "rollcall.db", "config.toml", "working-days.csv", "campaigns/"
# The manifest of a backup with ten thousand campaign files takes 2 MB.
_LARGEST_MANIFEST = 16 * 1024 * 1024
_AT_ONCE = 1024 * 1024
_PART = re.compile(r"(?!\.{1,2}(?:/|$))[^/\\\x00-\x1f\x7f]{1,255}")


class UnsoundError(Exception):
    """The file is no whole backup; `problems` says all that is wrong with it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Member:
    """One file in the backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds and what it was made by. It names no person and no mail.

    `made_at` is ISO 8601 with its offset; `left_out` are the keys of config.toml whose secrets were left out, and the
    files that were; `counts` the rows of the ledger's tables; `letters_waiting` those that had not gone out.
    """

    made_at: str
    program: str
    schema: str
    sqlite: str
    counts: dict[str, int]
    letters_waiting: int
    left_out: list[str]
    members: list[Member] = field(default_factory=list)
    format: int = FORMAT


class Writer:
    """Writes a backup into an open file, sealed where there is a passphrase."""

    def __init__(self, target: BinaryIO, passphrase: str) -> None:
        """Open the archive."""
        self._sealing = backup_cipher.Sealing(target, passphrase) if passphrase else None
        self._tar = tarfile.open(fileobj=self._sealing or target, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed by `finish`
        self.members: list[Member] = []

    def add(self, name: str, data: bytes) -> None:
        """Add a small file."""
        self._add(name, len(data), io.BytesIO(data))

    def add_file(self, name: str, path: Path) -> None:
        """Add a file that does not change meanwhile."""
        with path.open("rb") as source:
            self._add(name, path.stat().st_size, source)

    def close(self) -> None:
        """Close an archive, finished or given up; the target stays open."""
        self._tar.close()

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest, as the last member, and close the archive."""
        manifest.members[:] = self.members
        data = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode("utf-8")
        self._tar.addfile(_header(MANIFEST, len(data)), io.BytesIO(data))
        self._tar.close()
        if self._sealing is not None:
            self._sealing.finish()

    def _add(self, name: str, size: int, source: BinaryIO) -> None:
        hashed = _Hashed(source)
        self._tar.addfile(_header(name, size), hashed)
        self.members.append(Member(name, size, hashed.digest.hexdigest()))


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o600
    return header


class _Hashed(io.RawIOBase):
    """A file that is read through, its SHA-256 taken on the way."""

    def __init__(self, source: BinaryIO) -> None:
        self._source, self.digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self.digest.update(data)
        return data


def is_sealed(path: Path) -> bool:
    """Say whether a backup needs a passphrase. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(backup_cipher.MAGIC)) == backup_cipher.MAGIC


def read(path: Path, passphrase: str, place: Callable[[str], Path | None]) -> Manifest:
    """Read a backup to its end and hold it against its manifest; return the manifest.

    `place` says where a member is written to, None for nowhere; it is asked only for names that a backup may have.
    Raises UnsoundError with all that is wrong, OSError where something cannot be written.
    """
    problems: list[str] = []
    found: dict[str, Member] = {}
    manifest: Manifest | None = None
    with path.open("rb") as file:
        try:
            for header, content in _members(file, passphrase):
                if header.name == MANIFEST:
                    manifest = _manifest(header, content, problems)
                elif header.name in found or not header.isreg() or not may_be(header.name):
                    problems.append(f"it holds {header.name!r}, which no backup holds")
                else:
                    found[header.name] = _copied(header, content, place(header.name))
        except (tarfile.TarError, EOFError, backup_cipher.CannotOpenError) as error:
            problems.append(f"it cannot be read to its end ({error})")
    if manifest is None:
        raise UnsoundError(problems or ["it has no manifest, so that it is no backup of Rollcall, or was cut short"])
    problems += _differences(manifest, found)
    if problems:
        raise UnsoundError(problems)
    return manifest


def _members(file: BinaryIO, passphrase: str) -> Iterator[tuple[tarfile.TarInfo, BinaryIO]]:
    source = io.BufferedReader(backup_cipher.Unsealing(file, passphrase)) if passphrase else file
    with tarfile.open(fileobj=source, mode="r|") as archive:
        for header in archive:
            content = archive.extractfile(header) if header.isreg() else None
            yield header, content or io.BytesIO()  # type: ignore[misc]
    if passphrase:
        # The last piece says that it is the last: what was cut off behind the archive's own end is told too.
        while source.read(_AT_ONCE):
            continue


def _manifest(header: tarfile.TarInfo, content: BinaryIO, problems: list[str]) -> Manifest | None:
    if header.size > _LARGEST_MANIFEST:
        problems.append("its manifest is too large")
        return None
    try:
        told = json.loads(content.read())
        if told.get("format") != FORMAT:
            problems.append(f"it has the format {told.get('format')!r}, which this version does not know")
            return None
        members = [Member(**member) for member in told.pop("members")]
        return Manifest(**told, members=members)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        problems.append(f"its manifest cannot be read ({error})")
        return None


def may_be(name: str) -> bool:
    """Say whether a backup may hold a member of this name: a place below the campaigns, or one of three files."""
    if name in {DATABASE, CONFIG, DAYS}:
        return True
    below = name.removeprefix(CAMPAIGNS)
    return below != name and all(_PART.fullmatch(part) for part in below.split("/"))


def _copied(header: tarfile.TarInfo, content: BinaryIO, target: Path | None) -> Member:
    digest, size = hashlib.sha256(), 0
    with contextlib.ExitStack() as opened:
        written = None
        if target is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
            written = opened.enter_context(target.open("xb"))
            target.chmod(0o600)
        while data := content.read(_AT_ONCE):
            digest.update(data)
            size += len(data)
            if written is not None:
                written.write(data)
    return Member(header.name, size, digest.hexdigest())


def _differences(manifest: Manifest, found: dict[str, Member]) -> list[str]:
    told = {member.name: member for member in manifest.members}
    problems = [f"{name} is missing" for name in told if name not in found]
    problems += [f"{name} is not in its manifest" for name in found if name not in told]
    problems += [
        f"{name} is not what was written (SHA-256 {member.sha256})"
        for name, member in found.items()
        if name in told and told[name] != member
    ]
    return problems + ([] if DATABASE in told else ["it holds no database"])
