"""Campaign folders on disk: reading them, and applying those that changed."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from forms import blank, form, sheets
from roll import campaigns, units
from roll.mistakes import OperatorError
from storage import database, registry

# The files that make a campaign; a change in any of them applies the folder again.
_FILES = ("campaign.toml", "form.toml", "units.csv", "units.xlsx")
# The office's own blank workbook, which goes out with letters.
BLANK = "blank.xlsx"


@dataclass(frozen=True, slots=True)
class Extras:
    """What a folder holds beside the campaign itself: the office's own blank workbook, and letters that differ."""

    blank: bytes
    blank_name: str
    templates: dict[str, str]


def folders_below(path: Path) -> list[Path]:
    """Return the folders that are campaigns, by name. Raises OperatorError where the place itself is missing."""
    if not path.is_dir():
        raise OperatorError([f"{path}: there is no such folder; create it or correct [campaigns] path."])
    return sorted(folder for folder in path.iterdir() if (folder / "campaign.toml").is_file())


def read_folder(folder: Path, zone: ZoneInfo) -> registry.CampaignSource:
    """Return the campaign of a folder. Raises OperatorError with the mistakes of all its files at once."""
    problems: list[str] = []
    campaign, parsed_form = None, None
    roster: tuple[units.RosterEntry, ...] = ()
    definition = _read(folder, "campaign.toml", problems)
    try:
        campaign = campaigns.parse_campaign(definition, zone, f"{folder.name}/campaign.toml") if definition else None
    except OperatorError as error:
        problems += error.problems
    try:
        data = _read(folder, "form.toml", problems)
        parsed_form = form.load_form(data, f"{folder.name}/form.toml") if data else None
    except OperatorError as error:
        problems += error.problems
    try:
        roster = _read_roster(folder, parsed_form.unit_numbers if parsed_form else None)
    except OperatorError as error:
        problems += error.problems
    if problems or campaign is None or parsed_form is None:
        raise OperatorError(problems)
    campaign = replace(campaign, roster=roster, form_name=parsed_form.name, form_version=parsed_form.version)
    return registry.CampaignSource(campaign, definition, parsed_form, digest_of(folder))


def _read(folder: Path, name: str, problems: list[str]) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        problems.append(f"{folder.name}/{name}: {error.strerror or error}; a campaign folder needs this file.")
        return b""


def _read_roster(folder: Path, numbers: tuple[str, ...] | None) -> tuple[units.RosterEntry, ...]:
    workbook = folder / "units.xlsx"
    if workbook.is_file() and not (folder / "units.csv").is_file():
        where = f"{folder.name}/units.xlsx"
        return units.parse_roster(sheets.records(workbook.read_bytes(), where), where, numbers)
    where = f"{folder.name}/units.csv"
    problems: list[str] = []
    data = _read(folder, "units.csv", problems)
    if problems:
        raise OperatorError(problems)
    return units.parse_roster(units.read_csv(data, where, numbers), where, numbers)


def digest_of(folder: Path) -> str:
    """Return a digest of the files that make the campaign."""
    digest = hashlib.sha256()
    for name in _FILES:
        path = folder / name
        data = path.read_bytes() if path.is_file() else b""
        digest.update(f"{name} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def apply_changed(store: database.Database, path: Path, zone: ZoneInfo, now: datetime) -> list[str]:
    """Apply the campaign folders that changed since they were last applied; return their names.

    Raises OperatorError with the mistakes of every folder; nothing of a folder with a mistake is applied.
    """
    problems: list[str] = []
    applied = []
    for folder in folders_below(path):
        digest = digest_of(folder)
        with store.reading() as connection:
            known = registry.digest_of(connection, _name_in(folder))
        if known == digest:
            continue
        try:
            source = read_folder(folder, zone)
        except OperatorError as error:
            problems += error.problems
            continue
        with store.writing() as connection:
            registry.apply(connection, source, now)
        applied.append(source.campaign.name)
    if problems:
        raise OperatorError(problems)
    return applied


def _name_in(folder: Path) -> str:
    """Return the campaign name that a folder declares, as far as a look at its lines tells: for asking its digest."""
    for line in (folder / "campaign.toml").read_text("utf-8", "replace").splitlines():
        key, _, value = line.partition("=")
        if key.strip() == "name":
            return value.split("#")[0].strip().strip("\"'")
    return folder.name


def find_folder(path: Path, campaign: str) -> Path | None:
    """Return the folder of a campaign, None where it was taken away."""
    if not path.is_dir():
        return None
    return next((folder for folder in folders_below(path) if _name_in(folder) == campaign), None)


def extras(path: Path, campaign: campaigns.Campaign, asked: form.Form, heading: blank.BlankHeading) -> Extras:
    """Return the blank workbook (the office's own, else one made from the form) and the templates of a campaign."""
    folder = find_folder(path, campaign.name)
    own = folder / BLANK if folder else None
    data = own.read_bytes() if own and own.is_file() else blank.blank(asked, heading)
    templates = {}
    if folder and (folder / "templates").is_dir():
        templates = {file.stem: file.read_text("utf-8") for file in sorted((folder / "templates").glob("*.j2"))}
    return Extras(data, f"{asked.name}.xlsx", templates)
