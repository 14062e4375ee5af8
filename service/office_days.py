"""The office's own days: `working-days.csv`, edited once a year when the swapped days are announced."""

import csv
import io
from datetime import date
from pathlib import Path

from roll import ladder
from roll.mistakes import OperatorError

# What the column `kind` may say: English, and the words of the yearly announcement.
_OFF = frozenset({"off", "nghỉ"})
_WORKED = frozenset({"worked", "làm bù"})


def read(path: Path) -> ladder.OfficeDays:
    """Return the days in a file of `day,kind,note`; none where there is no file.

    `day` is an ISO date, `kind` "off" (nghỉ) or "worked" (làm bù); lines that begin with # are remarks. Raises
    OperatorError with every line that is wrong.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return ladder.OfficeDays()
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError([f"{path} cannot be read ({error}); save it as UTF-8 text, or take it away."]) from error
    days: dict[date, bool] = {}
    problems: list[str] = []
    numbered = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if not line.startswith("#")]
    for (number, _), cells in zip(
        numbered[1:], csv.reader(io.StringIO("\n".join(x for _, x in numbered[1:]))), strict=False
    ):
        _read_line(f"{path.name}, line {number}", cells, days, problems)
    if numbered and [cell.strip().lower() for cell in numbered[0][1].split(",")][:2] != ["day", "kind"]:
        problems.insert(0, f"{path.name}: the first line must be day,kind,note.")
    if problems:
        raise OperatorError(problems)
    off = tuple(sorted(day for day, is_worked in days.items() if not is_worked))
    return ladder.OfficeDays(off, tuple(sorted(day for day, is_worked in days.items() if is_worked)))


def _read_line(where: str, cells: list[str], days: dict[date, bool], problems: list[str]) -> None:
    if not any(cell.strip() for cell in cells):
        return
    kind = cells[1].strip().casefold() if len(cells) > 1 else ""
    try:
        day = date.fromisoformat(cells[0].strip())
    except ValueError:
        problems.append(f"{where}: {cells[0].strip()!r} is no date; write it as 2026-02-16.")
        return
    if kind not in _OFF | _WORKED:
        problems.append(f'{where}: kind is {kind!r}; write "off" (nghỉ) or "worked" (làm bù).')
    elif day in days:
        problems.append(f"{where}: {day} stands there twice; keep one line.")
    else:
        days[day] = kind in _WORKED
