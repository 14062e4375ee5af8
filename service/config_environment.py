"""Settings from the environment: ROLLCALL_<SECTION>__<KEY> overrides the key of that section in config.toml."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource

from roll import declaration

PREFIX = "ROLLCALL_"
DELIMITER = "__"


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the environment says: section to key to value, the variable that each came from, and what was wrong."""

    tables: dict[str, dict[str, Any]]
    variables: dict[tuple[str, str], str]
    problems: list[str]


class _Environment(EnvSettingsSource):
    """pydantic-settings' reading of variables, from a mapping that is passed in."""

    def __init__(self, settings_cls: type[BaseSettings], variables: Mapping[str, str]) -> None:
        super().__init__(settings_cls, case_sensitive=False)
        self.env_vars = {name.lower(): value for name, value in variables.items()}

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        """Return a list written as JSON, or as texts separated by semicolons as in a roster."""
        if value.lstrip().startswith("["):
            try:
                return super().decode_complex_value(field_name, field, value)
            except json.JSONDecodeError:
                return value  # told as "must be a list" when the whole is checked
        return [item.strip() for item in value.split(";") if item.strip()]


def read(environ: Mapping[str, str], settings: type[BaseSettings]) -> Overrides:
    """Return what `environ` sets in the sections of `settings`; variables without `__` are others' business."""
    variables: dict[tuple[str, str], str] = {}
    problems = []
    sections = [name for name in settings.model_fields if name != "mailbox"]
    for name in sorted(environ):
        section, delimiter, key = name.removeprefix(PREFIX).lower().partition(DELIMITER)
        if not name.startswith(PREFIX) or not delimiter:
            continue
        if section == "mailbox":
            problems.append(f"{name} cannot be set in the environment; write mailboxes in the file.")
        elif section not in sections:
            problems.append(f"{name} names no section of the configuration{declaration.advice(section, sections)}")
        else:
            variables[section, key] = name
    source = _Environment(settings, {name: environ[name] for name in variables.values()})
    return Overrides(source(), variables, problems)
