"""Mistakes in config.toml as sentences: what is wrong, at which key, what to do.

What was written is shown only where it helps and cannot be a secret.
"""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from roll import declaration
from service.config_environment import Overrides

Location = tuple[int | str, ...]

_NO_PORT = "must be a whole number from 1 to 65535, without quotation marks."
_NO_LIST = 'must be a list; write {key} = ["..."].'
_NO_TABLE = "must be a section; write [{key}] on a line of its own, its keys below."
_FAULTS = {
    "greater_than_equal": _NO_PORT,
    "less_than_equal": _NO_PORT,
    "int_type": _NO_PORT,
    "int_parsing": _NO_PORT,
    "int_parsing_size": _NO_PORT,
    "int_from_float": _NO_PORT,
    "tuple_type": _NO_LIST,
    "list_type": _NO_LIST,
    "model_type": _NO_TABLE,
    "model_attributes_type": _NO_TABLE,
    "dict_type": _NO_TABLE,
    "too_short": "is an empty list; write at least one.",
    "string_too_short": "is blank; write what it is, or leave the key out if it is not needed.",
}


def sentence(where: str, overrides: Overrides, path: str, fault: str) -> str:
    """Return the finished sentence: the file `where`, or the variable that set the key; its path; what is wrong."""
    section, _, key = path.partition(".")
    variable = overrides.variables.get((section, key.replace(".", "__")))
    return f"{variable or where}: {path} {fault}"


def describe(error: ValidationError, settings: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Yield the path and the fault of everything that pydantic found wrong, in our words."""
    details = error.errors(include_url=False)
    for detail in details:
        # A list that holds a mistake counts as too short as well: its items were told.
        if detail["type"] == "too_short" and any(_is_within(other["loc"], detail["loc"]) for other in details):
            continue
        yield _path(detail["loc"]), _fault(detail, settings)


def _is_within(location: Location, outer: Location) -> bool:
    return len(location) > len(outer) and location[: len(outer)] == outer


def _path(location: Location) -> str:
    """Return a key's path as the file shows it; mailboxes and list items are counted from 1."""
    path = ""
    for part in location:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return path.removeprefix(".")


def _fault(detail: ErrorDetails, settings: type[BaseModel]) -> str:
    kind, location = detail["type"], detail["loc"]
    key = str(location[-1])
    if kind == "missing":
        return _missing(location)
    if kind == "extra_forbidden":
        known = _known_keys(location, settings)
        place = "a section of this file" if len(location) == 1 else f"a key of {_section(location)}"
        return f"is not {place}{declaration.advice(key, known)}"
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    if kind == "literal_error":
        shown = f"is {detail['input']!r}" if isinstance(detail["input"], str) else "is no text"
        return f"{shown}; write one of {_choices(detail['ctx']['expected'])}."
    return _fault_of_type(kind, key)


def _missing(location: Location) -> str:
    if location == ("mailbox",):
        return "is missing; write [[mailbox]] with an address and a password_file."
    if len(location) == 1:
        return f'is missing; write [{location[0]}] with name = "...".'
    return f'is missing; write {location[-1]} = "..." below {_section(location)}.'


def _fault_of_type(kind: str, key: str) -> str:
    if key == "mailbox":
        return "must be written as [[mailbox]], once for each mailbox, its keys below."
    return _FAULTS.get(kind, "must be a text; put it in quotation marks.").format(key=key)


def _section(location: Location) -> str:
    return "[[mailbox]]" if location[0] == "mailbox" else f"[{'.'.join(map(str, location[:-1]))}]"


def _choices(expected: str) -> str:
    return ", ".join(f'"{choice}"' for choice in re.findall(r"'([^']*)'", expected))


def _known_keys(location: Location, settings: type[BaseModel]) -> list[str]:
    """Return the keys that are known beside the unknown one at `location`."""
    sections = {info.alias or name: info.annotation for name, info in settings.model_fields.items()}
    if len(location) == 1:
        return list(sections)
    model = _model_within(sections[str(location[0])])
    for part in location[1:-1]:
        if isinstance(part, str):
            model = _model_within(model.model_fields[part].annotation)
    return [info.alias or name for name, info in model.model_fields.items()]


def _model_within(annotation: Any) -> type[BaseModel]:
    """Return the model in an annotation: `Smtp | None` and `tuple[Mailbox, ...]` hold one among their arguments."""
    candidates = [annotation, *getattr(annotation, "__args__", ())]
    return next(kind for kind in candidates if isinstance(kind, type) and issubclass(kind, BaseModel))
