"""The documents and the code as tests look at them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("roll", "forms", "intake", "storage", "notifications", "service")


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes())


def code_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def rows_below(text: str, heading: str) -> list[list[str]]:
    """Return the cells of the table below a heading that begins so, the table's own head left out."""
    section = re.split(r"^#+ ", text.split(f"\n## {heading}", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    rows = [re.split(r"(?<!\\)\|", line.strip("|")) for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]
