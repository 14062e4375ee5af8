"""Bringing a backup back: everything is looked at first, then put in place step by step, the database last.

Nothing is deleted: what stood there is kept beside it under a name with the time. Each step leaves a whole office:
until the last one the old database is in its place, after it the new one. A run that was killed is simply run again.

Letters wait afterwards until a person says `resume`: what was queued or sent after the backup is not known to it.
"""

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from roll.mistakes import OperatorError
from service import backup_archive, calling_staff, config_places, on_disk
from storage import database, occupancy, snapshot

# What is unpacked stands here, beside the database, until it is put in place.
_STAGING = ".restoring"
_ASIDE = ".before-restore-"
# Room to unpack in, over the size of the backup itself: the database is brought to the current schema there.
_SPARE = 1.2


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: the backup, its passphrase or nothing, and whether what is there may be put aside.

    `at` is the time of the restore, `who` the person who does it.
    """

    backup: Path
    passphrase: str
    force: bool
    at: datetime
    who: str

    @property
    def aside(self) -> str:
        """Return the ending under which what stood there is kept."""
        return f"{_ASIDE}{self.at:%Y%m%dT%H%M%S}"


@dataclass(frozen=True, slots=True)
class Restored:
    """A restore that is done: what the backup held, and what was put aside and what was brought back."""

    manifest: backup_archive.Manifest
    kept: list[Path]
    config_written: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A backup that was unpacked and found whole, with the places that its parts go to."""

    wanted: Wanted
    places: config_places.Places
    staging: Path
    manifest: backup_archive.Manifest
    kept: list[Path]

    def steps(self) -> Iterator[Callable[[], None]]:
        """Yield what is to be done, one change of the disk after the other; the database comes last."""
        for folder in self._changed_campaigns():
            yield partial(self._replace_folder, folder)
        days = self.staging / backup_archive.DAYS
        if days.is_file() and not _same(days, self.places.days):
            yield partial(self._replace_file, days, self.places.days)
        if not self.places.config.exists():
            yield partial(self._replace_file, self.staging / backup_archive.CONFIG, self.places.config)
        for step in self._old_database():
            yield partial(step, self.places.database)
        yield partial(self._replace_file, self.staging / backup_archive.DATABASE, self.places.database, kept=True)

    def conflicts(self) -> list[str]:
        """Return a sentence for each thing that stands where the backup would go and differs from it."""
        found = [self.places.database] if self.places.database.exists() else []
        found += [self.places.campaigns / name for name in self._changed_campaigns()]
        found = [each for each in found if each.exists()]
        days = self.staging / backup_archive.DAYS
        found += (
            [self.places.days]
            if days.is_file() and self.places.days.exists() and not _same(days, self.places.days)
            else []
        )
        return [
            f"{each} is there already, and is not what the backup holds. With --force it is put aside (nothing is "
            "deleted)."
            for each in found
        ]

    def _changed_campaigns(self) -> list[str]:
        unpacked = self.staging / backup_archive.CAMPAIGNS
        names = sorted(each.name for each in unpacked.iterdir()) if unpacked.is_dir() else []
        return [name for name in names if not _same(unpacked / name, self.places.campaigns / name)]

    def _replace_folder(self, name: str) -> None:
        """Put one campaign's folder in place. Killed between the two renames it is missing, and kept beside."""
        target = self.places.campaigns / name
        self.places.campaigns.mkdir(parents=True, exist_ok=True)
        # On the same disk as its place, so that the last act is a rename.
        near = self.places.campaigns / f".{name}{_STAGING}"
        _remove(near)
        _copy(self.staging / backup_archive.CAMPAIGNS / name, near)
        if target.exists():
            kept = self.places.campaigns / f".{name}{self.wanted.aside}"
            target.rename(kept)
            self.kept.append(kept)
        near.rename(target)
        on_disk.sync_folder(self.places.campaigns)

    def _replace_file(self, source: Path, target: Path, *, kept: bool = False) -> None:
        """Put a file in place in one act, the old one kept beside it unless that was done (`kept`)."""
        target.parent.mkdir(parents=True, exist_ok=True)
        near = target.with_name(f"{target.name}{_STAGING}.new")
        if near.exists():
            near.unlink()
        if kept:
            source.rename(near)
        else:
            shutil.copyfile(source, near)
            near.chmod(0o600)
            _sync(near)
            if target.exists():
                self._keep(target)
        near.replace(target)
        on_disk.sync_folder(target.parent)

    def _old_database(self) -> list[Callable[[Path], None]]:
        return [self._settle_old, self._keep_old, self._free_from_old] if self.places.database.exists() else []

    def _settle_old(self, file: Path) -> None:
        """Put the log of the old database into it; a damaged one keeps its log as it is."""
        with contextlib.suppress(sqlite3.DatabaseError):
            snapshot.close_log(file)

    def _keep_old(self, file: Path) -> None:
        for each in _with_logs(file):
            self._keep(each)

    def _free_from_old(self, file: Path) -> None:
        """Take away the old database's log, which is kept beside: the new one must not be read with it."""
        for log in _with_logs(file)[1:]:
            log.unlink()
        on_disk.sync_folder(file.parent)

    def _keep(self, file: Path) -> None:
        """Give a file a second name, which stays when the first one goes to another."""
        kept = _beside(file, self.wanted.aside, self.places.database)
        if not kept.exists():
            os.link(file, kept)
            on_disk.sync_folder(kept.parent)
        self.kept.append(kept)


def _beside(file: Path, ending: str, main: Path) -> Path:
    """Return the name under which a file is kept; a log goes by the name of its database, so that they fit still."""
    if file.name.startswith(main.name):
        return main.with_name(f"{main.name}{ending}{file.name.removeprefix(main.name)}")
    return file.with_name(f"{file.name}{ending}")


def _with_logs(file: Path) -> list[Path]:
    return [each for each in (file, Path(f"{file}-wal"), Path(f"{file}-shm")) if each.exists()]


def restore(config: Path, environ: Mapping[str, str], wanted: Wanted) -> Restored:
    """Bring a backup back. Raises OperatorError with all that stands in its way, before anything is changed."""
    with ready(config, environ, wanted) as plan:
        is_new = not plan.places.config.exists()
        for step in plan.steps():
            step()
    return Restored(plan.manifest, plan.kept, is_new)


@contextlib.contextmanager
def ready(config: Path, environ: Mapping[str, str], wanted: Wanted) -> Iterator[Plan]:
    """Unpack a backup and look at all of it, with the database to oneself; what was unpacked goes in the end.

    Raises OperatorError with all that stands in the way.
    """
    try:
        text = config.read_bytes() if config.exists() else _config_in(wanted)
        places = config_places.read(config, text, environ)
        places.database.parent.mkdir(parents=True, exist_ok=True)
        with occupancy.alone(places.database), _staging(Path(f"{places.database}{_STAGING}")) as staging:
            plan = _unpacked(wanted, places, staging)
            yield plan
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        raise OperatorError([f"The backup could not be restored: {error.strerror or error}{place}."]) from error


def _config_in(wanted: Wanted) -> bytes:
    """Return the config.toml in a backup, where the office has none."""
    # Not beside the backup, which may lie where nothing can be written.
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        _read(wanted, lambda name: folder / name if name == backup_archive.CONFIG else None)
        return (folder / backup_archive.CONFIG).read_bytes()


@contextlib.contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """Make a folder for what is unpacked, for as long as it is needed."""
    _remove(folder)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        _remove(folder)


def _read(wanted: Wanted, place: Callable[[str], Path | None]) -> backup_archive.Manifest:
    try:
        is_sealed = backup_archive.is_sealed(wanted.backup)
        if is_sealed and not wanted.passphrase:
            raise OperatorError([f"{wanted.backup} is sealed; say --passphrase-file."])
        return backup_archive.read(wanted.backup, wanted.passphrase if is_sealed else "", place)
    except backup_archive.UnsoundError as error:
        raise OperatorError([f"{wanted.backup}: {problem}." for problem in error.problems]) from error


def _unpacked(wanted: Wanted, places: config_places.Places, staging: Path) -> Plan:
    """Unpack a backup, and bring its database to where it can be used at once. Raises OperatorError."""
    needed, free = int(wanted.backup.stat().st_size * _SPARE), shutil.disk_usage(staging).free
    if free < needed:
        raise OperatorError([f"The disk of {places.database} has {free} bytes free, and {needed} are needed."])
    manifest = _read(wanted, lambda name: staging / name)
    plan = Plan(wanted, places, staging, manifest, [])
    problems = _problems_of(staging / backup_archive.DATABASE, manifest)
    problems += [] if wanted.force else plan.conflicts()
    if problems:
        raise OperatorError(problems)
    words = f"from a backup of {manifest.made_at}; {manifest.letters_waiting} letters waited in it; sending is paused"
    switches = calling_staff.paused_by_restore(wanted.at)
    snapshot.make_ready(staging / backup_archive.DATABASE, switches, (wanted.at, wanted.who, words))
    return plan


def _problems_of(file: Path, manifest: backup_archive.Manifest) -> list[str]:
    """Return what is wrong with the database in a backup: one that was unpacked is as it was when it was made."""
    faults = [f"The database in the backup is damaged: {fault}." for fault in snapshot.faults(file)]
    if faults:
        return faults
    problems = []
    if (found := snapshot.counts(file)) != manifest.counts:
        problems.append(f"The database in the backup has other rows ({found}) than its manifest says.")
    if (schema := snapshot.schema(file)) > database.CURRENT_SCHEMA:
        problems.append(
            f"The backup was made by a newer Rollcall (schema {schema}; this program has {database.CURRENT_SCHEMA}): "
            "install that version."
        )
    return problems


def _same(one: Path, other: Path) -> bool:
    """Say whether two files, or all files of two folders, hold the same."""
    if one.is_file() or other.is_file():
        return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()
    names = [
        {each.relative_to(place).as_posix() for each in place.rglob("*") if each.is_file()} for place in (one, other)
    ]
    return other.is_dir() and names[0] == names[1] and all(_same(one / name, other / name) for name in names[0])


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target)
    for each in [path for path in target.rglob("*") if path.is_file()]:
        _sync(each)


def _sync(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
