"""The raw tables of config.toml on their way to a configuration, and the complaints about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """The raw tables of config.toml on their way to a configuration; `problems` collects paths with what is wrong."""

    tables: Table
    folder: Path
    environ: Mapping[str, str]
    problems: list[tuple[str, str]] = field(default_factory=list)

    def complain(self, path: str, sentence: str) -> None:
        """Add what is wrong at the key `path`."""
        self.problems.append((path, sentence))

    def section(self, name: str) -> Table:
        """Return a section, empty where it is absent or no table."""
        section = self.tables.get(name)
        return section if isinstance(section, dict) else {}

    def mailboxes(self) -> list[Table]:
        """Return the mailboxes that are tables."""
        mailboxes = self.tables.get("mailbox")
        return [box for box in mailboxes if isinstance(box, dict)] if isinstance(mailboxes, list) else []


def text_of(table: Table, key: str) -> str:
    """Return a text of a table, empty where there is none."""
    value = table.get(key)
    return value.strip() if isinstance(value, str) else ""
