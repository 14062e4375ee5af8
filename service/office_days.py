"""The office's own days: `working-days.csv`, edited once a year when the swapped days are announced."""

import csv
import unicodedata
from datetime import date
from pathlib import Path

from roll import ladder
from roll.mistakes import OperatorError

# Where config.toml names no other: beside it.
USUAL_NAME = "working-days.csv"

# What the column `kind` may say: English, and the words of the yearly announcement.
_OFF = frozenset({"off", "nghỉ"})
_WORKED = frozenset({"worked", "làm bù"})


def read(path: Path) -> ladder.OfficeDays:
    """Return the days in a file of `day,kind,note`; none where there is no file of the usual name.

    `day` is an ISO date, `kind` "off" (nghỉ) or "worked" (làm bù); lines that begin with # are remarks. Raises
    OperatorError with every line that is wrong, or where a file of another name is not there: somebody named it.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        if path.name == USUAL_NAME:
            return ladder.OfficeDays()
        raise OperatorError([f"{path} is not there; correct [office] `days_file`, or take the line away."]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError([f"{path} cannot be read ({error}); save it as UTF-8 text, or take it away."]) from error
    days: dict[date, bool] = {}
    problems: list[str] = []
    rows = _rows(text)
    if rows and [cell.strip().lower() for cell in rows[0][1]][:2] != ["day", "kind"]:
        problems.append(f"{path.name}: the first line must be day,kind,note.")
    for number, cells in rows[1:]:
        _read_line(f"{path.name}, line {number}", cells, days, problems)
    if problems:
        raise OperatorError(problems)
    off = tuple(sorted(day for day, is_worked in days.items() if not is_worked))
    return ladder.OfficeDays(off, tuple(sorted(day for day, is_worked in days.items() if is_worked)))


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Return the numbers and cells of the lines that are neither blank nor remarks.

    Each line is read by itself: a quotation mark that nobody closed must not swallow the days below it.
    """
    numbered = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if not line.startswith("#")]
    told = [(number, line) for number, line in numbered if line.strip(" \t,;")]
    # Excel writes semicolons where the decimal sign is a comma, as in Vietnam.
    separator = ";" if told and ";" in told[0][1] else ","
    return [(number, next(csv.reader([line], delimiter=separator))) for number, line in told]


def _read_line(where: str, cells: list[str], days: dict[date, bool], problems: list[str]) -> None:
    kind = unicodedata.normalize("NFC", cells[1]).strip().casefold() if len(cells) > 1 else ""
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
