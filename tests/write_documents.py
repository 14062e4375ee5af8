"""Write anew what documents below docs/ say of the code: `python -m tests.write_documents`; then read it.

Above the mark each document is written by hand; below it stands what the code says of itself.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from intake import weighing
from service import cli
from tests.documents import ROOMS, ROOT

MARK = "<!-- Below this line: written by tests/write_documents.py. -->\n"


# Commands.


@dataclass(frozen=True, slots=True)
class Command:
    """One command as it is called, such as "review assign"."""

    path: str
    command: click.Command

    @property
    def is_to_come(self) -> bool:
        """Return whether the command only says that it is to come."""
        return (self.command.help or "").startswith("To come")

    def usage(self) -> str:
        """Return the command with its arguments, as --help has it."""
        context = click.Context(self.command, info_name=self.path)
        pieces = [piece for piece in self.command.collect_usage_pieces(context) if piece]
        return " ".join(["rollcall", self.path, *pieces])

    def options(self) -> Iterator[click.Option]:
        """Yield the options, --help left out."""
        yield from (parameter for parameter in self.command.params if isinstance(parameter, click.Option))


def commands() -> list[Command]:
    """Return every command that is not hidden, groups first, in the order of --help."""
    context = click.Context(cli.rollcall)
    found = []
    for name in cli.rollcall.list_commands(context):
        command = cli.rollcall.get_command(context, name)
        assert command is not None
        found.append(Command(name, command))
        if isinstance(command, click.Group):
            below = (Command(f"{name} {each}", command.commands[each]) for each in command.commands)
            found += [each for each in below if not each.command.hidden]
    return found


def option_line(option: click.Option) -> str:
    """Return an option as one line of a list."""
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    value = "" if option.is_flag else f" {_value_name(option)}"
    return f"- {names}{value}: {option.help or '(no help text)'}"


def _value_name(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return " \\| ".join(f"`{choice}`" for choice in option.type.choices)
    return f"`{option.metavar or option.type.name.upper()}`"


def command_reference() -> str:
    """Return the reference of every command."""
    parts = []
    for each in commands():
        if each.is_to_come and " " in each.path and each.path.split()[0] in {"user", "mailbox"}:
            continue  # told with their group
        lines = [f"## {each.path}", "", f"`{each.usage()}`", "", (each.command.help or "").strip()]
        options = [option_line(option) for option in each.options()]
        parts.append("\n".join([*lines, *(["", *options] if options else [])]))
    return "\n\n".join(parts) + "\n"


# Limits.


@dataclass(frozen=True, slots=True)
class Limit:
    """One named number of the code, and what the code says of where it comes from."""

    path: str
    line: int
    name: str
    value: str
    why: str


def limits() -> list[Limit]:
    """Return every public numeric constant of a module, file by file."""
    found: list[Limit] = []
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if not {"migrations", "demo"} & set(path.relative_to(ROOT).parts):
                found += _limits_of(path)
    return found


def _limits_of(path: Path) -> Iterator[Limit]:
    source = path.read_text("utf-8")
    lines = source.splitlines()
    body = ast.parse(source).body
    for place, node in enumerate(body):
        name, value = _assigned(node)
        if value is None or not re.fullmatch(r"[A-Z][A-Z0-9_]+", name) or not _is_number(value):
            continue
        following = body[place + 1] if place + 1 < len(body) else None
        why = _docstring(following) or _trailing(lines, node) or _above(lines, node)
        shown = re.sub(r"\s+", " ", ast.get_source_segment(source, value) or "")
        yield Limit(path.relative_to(ROOT).as_posix(), node.lineno, name, shown, why)


def _assigned(node: ast.stmt) -> tuple[str, ast.expr | None]:
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, node.value
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id, node.value
    return "", None


def _is_number(value: ast.expr) -> bool:
    if any(isinstance(each, ast.Name) and each.id == "timedelta" for each in ast.walk(value)):
        return True
    arithmetic = ast.Constant | ast.BinOp | ast.UnaryOp | ast.operator | ast.unaryop
    constants = [each.value for each in ast.walk(value) if isinstance(each, ast.Constant)]
    plain = all(isinstance(each, arithmetic) for each in ast.walk(value))
    return plain and all(isinstance(each, int | float) and not isinstance(each, bool) for each in constants)


def _docstring(node: ast.stmt | None) -> str:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return " ".join(node.value.value.split()) if is_text else ""  # type: ignore[union-attr]


def _trailing(lines: list[str], node: ast.stmt) -> str:
    after = lines[(node.end_lineno or 1) - 1][node.end_col_offset or 0 :]
    return after.partition("#")[2].partition("noqa")[0].strip(" #")


def _above(lines: list[str], node: ast.stmt) -> str:
    """Return the comment above a constant, or above the run of constants that it stands in."""
    number = node.lineno - 2
    while number >= 0 and lines[number].strip() and not lines[number].startswith("#"):
        number -= 1
    comment: list[str] = []
    while number >= 0 and lines[number].startswith("#"):
        comment.insert(0, lines[number].strip("# "))
        number -= 1
    return " ".join(comment)


def limit_reference() -> str:
    """Return the table of every limit."""
    rows: list[str] = []
    file = ""
    for limit in limits():
        if limit.path != file:
            file = limit.path
            rows += ["", f"## {file}", "", "| constant | value | where it comes from |", "|---|---|---|"]
        why = limit.why.replace("|", "\\|")
        rows.append(f"| `{limit.name}` | `{limit.value}` | {why} |")
    return "\n".join(rows).strip() + "\n"


def written(name: str, reference: str) -> str:
    """Return a document with its part below the mark written anew."""
    by_hand = (ROOT / "docs" / name).read_text("utf-8").partition(MARK)[0]
    return f"{by_hand}{MARK}\n{reference}"


def evidence_reference() -> str:
    """Return the table of weights, and the numbers of the rule of decision."""
    rows = ["## The weights", "", "| evidence | points | may settle | what it is |", "|---|---|---|---|"]
    for source, weight in weighing.WEIGHTS.items():
        rows.append(f"| {source} | {weight.points} | {'yes' if weight.settles else ''} | {weight.why} |")
    rows += ["", "## The numbers of the rule", "", "| constant | value | why |", "|---|---|---|"]
    of_the_rule = [limit for limit in limits() if limit.path == "intake/weighing.py"]
    rows += [f"| `{limit.name}` | {limit.value} | {limit.why} |" for limit in of_the_rule]
    return "\n".join(rows) + "\n"


DOCUMENTS = {"commands.md": command_reference, "evidence.md": evidence_reference, "limits.md": limit_reference}


if __name__ == "__main__":
    for document, reference_of in DOCUMENTS.items():
        (ROOT / "docs" / document).write_text(written(document, reference_of()), "utf-8")
