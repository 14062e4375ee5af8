"""Campaign folders on disk: reading them, and applying those that changed."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from forms import blank, form, sheets
from notifications.facts import Office
from roll import campaigns, units
from roll.mistakes import OperatorError
from service import campaign_templates
from storage import database, registry

# The files that make a campaign, beside its templates; a change in any of them applies the folder again.
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


@dataclass(frozen=True, slots=True)
class Applied:
    """What looking through the folders did: the campaigns that were applied, by name.

    `at_fault` are those whose own templates have mistakes, with a sentence for each.
    """

    names: Sequence[str] = ()
    at_fault: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def mistakes(self) -> list[str]:
        """Return the sentences of all campaigns."""
        return [sentence for told in self.at_fault.values() for sentence in told]


def read_tried(folder: Path, office: Office) -> registry.CampaignSource:
    """Return the campaign of a folder whose letters were tried.

    Raises OperatorError with the mistakes of all its files at once, its templates included.
    """
    mistakes = campaign_templates.mistakes(folder, office)
    try:
        source = read_folder(folder, office.timezone)
    except OperatorError as error:
        raise OperatorError([*error.problems, *mistakes]) from error
    if mistakes:
        raise OperatorError(mistakes)
    return source


def read_folder(folder: Path, zone: ZoneInfo) -> registry.CampaignSource:
    """Return the campaign of a folder, its templates left aside. Raises OperatorError with all mistakes at once."""
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
    """Return a digest of the files that make the campaign, its templates included."""
    digest = hashlib.sha256()
    for name in _FILES:
        path = folder / name
        data = path.read_bytes() if path.is_file() else b""
        digest.update(f"{name} {len(data)}\n".encode() + data)
    digest.update(campaign_templates.digest_of(folder).encode())
    return digest.hexdigest()


def _of_a_folder_at_fault(digest: str) -> str:
    """Return what is kept as the digest of a folder whose templates have mistakes: so they are looked at again."""
    return hashlib.sha256(f"templates at fault {digest}".encode()).hexdigest()


def apply_changed(store: database.Database, path: Path, office: Office, now: datetime) -> Applied:
    """Apply the campaign folders that changed since they were last applied, and return what was done.

    Raises OperatorError with the mistakes of every folder; nothing of a folder with a mistake is applied. A mistake
    in a template alone holds nothing up: mail is taken in all the same, and answered by the built-in letter. It is told
    at each call until it is mended.
    """
    problems: list[str] = []
    applied, at_fault = [], dict[str, Sequence[str]]()
    for folder in folders_below(path):
        digest = digest_of(folder)
        with store.reading() as connection:
            known = registry.digest_of(connection, _name_in(folder))
        if known == digest:
            continue
        mistakes = campaign_templates.mistakes(folder, office)
        if mistakes:
            digest = _of_a_folder_at_fault(digest)
        if known != digest:
            try:
                source = read_folder(folder, office.timezone)
            except OperatorError as error:
                problems += [*error.problems, *mistakes]
                continue
            with store.writing() as connection:
                registry.apply(connection, replace(source, digest=digest), now)
            applied.append(source.campaign.name)
        if mistakes:
            at_fault[_name_in(folder)] = mistakes
    if problems:
        raise OperatorError(problems)
    return Applied(applied, at_fault)


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
    templates = campaign_templates.read(folder) if folder else {}
    return Extras(data, f"{asked.name}.xlsx", templates)
