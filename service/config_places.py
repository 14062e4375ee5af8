"""Where config.toml puts things, read without its secrets: a restore comes before they are written again."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from roll import declaration
from roll.mistakes import OperatorError
from service import config_defaults, config_draft, config_environment
from service.config import Config, lay_over

_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Places:
    """The files that a backup holds, where this office has them."""

    config: Path
    database: Path
    campaigns: Path
    days: Path


def read(config: Path, text: bytes, environ: Mapping[str, str]) -> Places:
    """Return the places that a config.toml names, `text` its content, as if it stood at the path `config`.

    Raises OperatorError where it is no TOML, or where the database is no SQLite file.
    """
    tables = declaration.read_toml(text, config.name)
    lay_over(tables, config_environment.read(environ, Config).tables)
    draft = config_draft.Draft(tables, config.absolute().parent, environ)
    config_defaults.complete(draft)  # complains of missing secrets too, which is none of our business here
    url, campaigns = draft.section("database").get("url"), draft.section("campaigns").get("path")
    days = draft.section("office").get("days_file") or draft.folder / config_defaults.DEFAULT_DAYS_FILE
    if not isinstance(url, str) or not url.startswith(_SQLITE):
        raise OperatorError([NOT_A_FILE.format(command="restore")])
    if not isinstance(campaigns, Path) or not isinstance(days, Path):
        raise OperatorError([f"{config.name}: [campaigns] path and [office] days_file must be texts."])
    return Places(config.absolute(), Path(url.removeprefix(_SQLITE)), campaigns, days)


NOT_A_FILE = (
    "The database is on a PostgreSQL server, and `rollcall {command}` works on an SQLite file alone. Copy it with "
    "`pg_dump --format=custom` and bring it back with `pg_restore`, the campaign folders and config.toml with it; run "
    "`rollcall pause` before letters may go out of a database that was brought back."
)
