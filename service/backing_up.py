"""Making a backup while Rollcall works: one file, whole and read back, or none.

It is written under another name beside the one asked for, and takes that name when it was read back and found to be
what was written; killed anywhere, it leaves the last backup as it was.
"""

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from pydantic import BaseModel, SecretStr

from roll.mistakes import OperatorError
from service import assemble, backup_archive, backup_cipher, config_places, config_redaction, on_disk
from service.config import Config
from storage import database, decisions, snapshot

# What a backup is called until it is whole, and the copy of the database that it is written from.
PART, SNAPSHOT = ".part", ".snapshot"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: the file, whether one that is there may be replaced, and the passphrase or nothing."""

    target: Path
    overwrite: bool
    passphrase: str


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made and read back."""

    manifest: backup_archive.Manifest
    size: int


def back_up(rollcall: assemble.Rollcall, config_path: Path, wanted: Wanted, who: str) -> Made:
    """Write a backup, read it back, and note it in the trail. Raises OperatorError with all that stands in its way."""
    if not rollcall.store.is_sqlite:
        raise OperatorError([config_places.NOT_A_FILE.format(command="backup")])
    _check(rollcall.store, wanted)
    # An older schema is copied too: that is what a backup before `db upgrade` is for.
    rollcall.store.share()
    try:
        with _part(wanted.target) as (part, file):
            manifest = _write(rollcall, config_path, file, wanted.passphrase)
            os.fsync(file.fileno())
            backup_archive.read(part, wanted.passphrase, lambda _name: None)
            size = part.stat().st_size
            part.replace(wanted.target)
            on_disk.sync_folder(wanted.target.parent)
    except (OSError, sa.exc.DatabaseError, sqlite3.DatabaseError) as error:
        cause = error.orig if isinstance(error, sa.exc.DatabaseError) else error
        raise OperatorError([f"The backup could not be written ({cause}); see that neither disk is full."]) from error
    except backup_archive.UnsoundError as error:
        told = "; ".join(error.problems)
        raise OperatorError([f"The backup was written and is not what it should be when read back: {told}."]) from error
    if database.schema_of(rollcall.store) == database.CURRENT_SCHEMA:
        with rollcall.store.writing() as connection:
            told = f"{len(manifest.members)} files, {size} bytes, {'sealed' if wanted.passphrase else 'not sealed'}"
            decisions.note(connection, rollcall.now(), who, "backup", wanted.target.name, told)
    return Made(manifest, size)


def _check(store: database.Database, wanted: Wanted) -> None:
    problems = []
    target = wanted.target
    if not target.parent.is_dir():
        problems.append(f"The folder {target.parent} does not exist; create it, or name another file.")
    elif target.is_dir():
        problems.append(f"{target} is a folder; name a file in it.")
    elif target.exists() and not wanted.overwrite:
        problems.append(f"{target} exists; name another file, or say --overwrite.")
    if store.file is None or not store.file.is_file():
        problems.append(f"There is no database {store.file} yet; nothing was copied.")
    elif target.exists() and target.samefile(store.file):
        problems.append(f"{target} is the database itself; name another file.")
    problems += weaknesses(wanted.passphrase)
    if problems:
        raise OperatorError(problems)


def weaknesses(passphrase: str) -> list[str]:
    """Return what is wrong with a passphrase; nothing is wrong with none."""
    if passphrase and len(passphrase) < backup_cipher.SHORTEST_PASSPHRASE:
        return [f"The passphrase has less than {backup_cipher.SHORTEST_PASSPHRASE} characters; write a longer one."]
    return []


@contextlib.contextmanager
def _part(target: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """Open the file under its other name, for this process alone; what a killed run left there is written over."""
    part = target.with_name(f".{target.name}{PART}")
    with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b") as file:
        if not _is_ours(file, part):
            raise OperatorError([f"Another backup is being written to {target}; wait until it is done."])
        try:
            file.truncate()
            yield part, file
        finally:
            part.unlink(missing_ok=True)


def _is_ours(file: BinaryIO, part: Path) -> bool:
    """Lock a file; say whether it could be, and still has the name: another run may have given it its own by now."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(file.fileno()), part.stat())
    except (BlockingIOError, FileNotFoundError):
        return False


def _write(rollcall: assemble.Rollcall, config_path: Path, file: BinaryIO, passphrase: str) -> backup_archive.Manifest:
    with contextlib.closing(backup_archive.Writer(file, passphrase)) as writer:
        left_out = _add_small_files(writer, rollcall.config, config_path)
        with _snapshot(rollcall.store) as copy:
            faults = snapshot.faults(copy)
            if faults:
                told = "; ".join(faults)
                raise OperatorError([f"The database is damaged ({told}) and not backed up; restore an older backup."])
            writer.add_file(backup_archive.DATABASE, copy)
            manifest = backup_archive.Manifest(
                made_at=rollcall.now().astimezone(rollcall.zone).isoformat(timespec="seconds"),
                program=metadata.version("rollcall-intake"),
                schema=snapshot.schema(copy),
                sqlite=sqlite3.sqlite_version,
                counts=snapshot.counts(copy),
                letters_waiting=snapshot.queued_letters(copy),
                left_out=left_out,
            )
        writer.finish(manifest)
    file.flush()
    return manifest


@contextlib.contextmanager
def _snapshot(store: database.Database) -> Iterator[Path]:
    """Copy the database beside itself, where its protection is the same, for as long as the copy is needed."""
    copy = Path(f"{store.file}{SNAPSHOT}")
    with store.alone("backup"):
        copy.unlink(missing_ok=True)
        try:
            snapshot.take(store, copy)
            yield copy
        finally:
            copy.unlink(missing_ok=True)


def _add_small_files(writer: backup_archive.Writer, config: Config, config_path: Path) -> list[str]:
    """Add config.toml without its secrets, the working days and the campaign folders; return what is left out."""
    text, left_out = config_redaction.without_secrets(config_path.read_text("utf-8-sig"), secrets_of(config))
    writer.add(backup_archive.CONFIG, text.encode("utf-8"))
    if config.office.days_file.is_file():
        writer.add(backup_archive.DAYS, config.office.days_file.read_bytes())
    campaigns = config.campaigns.path
    for path in sorted(campaigns.rglob("*")):
        name = f"{backup_archive.CAMPAIGNS}{path.relative_to(campaigns).as_posix()}"
        # What begins with a dot is no campaign: an editor's, or what a restore put aside.
        if path.is_file() and not name.startswith(f"{backup_archive.CAMPAIGNS}."):
            if backup_archive.may_be(name):
                writer.add(name, path.read_bytes())
            else:
                left_out.append(ascii(name))
    accounts = [(f"mailbox[{number}]", each) for number, each in enumerate(config.mailbox, start=1)]
    files = [f"{path}.password_file" for path, each in [*accounts, ("smtp", config.smtp)] if each.password_file]
    return left_out + [f"the file that {path} names" for path in files]


def secrets_of(config: Config) -> list[str]:
    """Return the secrets in force, for what they must not stand in."""
    return sorted({secret for held in _held(config) if (secret := held.get_secret_value())})


def _held(value: object) -> Iterator[SecretStr]:
    """Yield every secret of a configuration, in whatever section it stands."""
    if isinstance(value, SecretStr):
        yield value
    elif isinstance(value, BaseModel):
        for _, held in value:
            yield from _held(held)
    elif isinstance(value, tuple):
        for each in value:
            yield from _held(each)
