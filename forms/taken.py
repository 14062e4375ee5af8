"""What reading one cell yields: a value with the rule that read it, or a finding for the sender."""

from dataclasses import dataclass

import msgspec

from forms import notation
from roll.reports import Scalar, Severity

SHOWN_MOST = 60
"""Characters of a cell's text that a letter repeats: a line of the letter, with its place, stays under 200."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked in a cell.

    `name` is the last header of its column, `unit` that of the column, `line_unit` that of the printed line.
    `plausible` is the usual range of the line, for proposals only. `year` is the campaign's, for dates without one.
    """

    type: str
    name: str = ""
    unit: str = ""
    line_unit: str = ""
    choices: tuple[str, ...] = ()
    plausible: tuple[float, float] | None = None
    year: int | None = None

    @property
    def is_share(self) -> bool:
        """Say whether the cell asks a percentage: 92,5 and 92,5% are the same there (P57)."""
        named = self.name.strip().casefold()
        return (
            "%" in self.unit or "%" in self.line_unit or named.endswith("(%)") or named.startswith(("tỷ lệ", "tỉ lệ"))
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell the sender about one cell; `message` follows "ô D19 (mục 2.1 - ...): "."""

    severity: Severity
    code: str
    message: str
    expected: str


class Taken(msgspec.Struct, frozen=True, gc=False):
    """A cell as it was read; a Struct, as the Value is that comes of it.

    `rule` normalised it; `ok` is False where no further check may use the value; `note` is kept for staff.
    """

    value: Scalar
    rule: str = ""
    finding: Finding | None = None
    ok: bool = True
    note: str = ""


BLANK = Taken(None)


def shown(value: object) -> str:
    """Return what a cell holds as a letter repeats it: numbers as offices write them, text in quotes, cut."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return notation.number(value) if abs(value) < 1e18 else str(value)  # noqa: PLR2004 - beyond it digits are noise
    text = " ".join(str(value).split())
    return f"“{text[:SHOWN_MOST]}…”" if len(text) > SHOWN_MOST else f"“{text}”"


def error(code: str, message: str, expected: str, rule: str = "") -> Taken:
    """Return a cell that must be corrected: no value, nothing to check further."""
    return Taken(None, rule, Finding(Severity.ERROR, code, message, expected), ok=False)


def warning(code: str, message: str, expected: str, value: Scalar = None, ok: bool = False) -> Taken:
    """Return a cell whose figure is to be confirmed."""
    return Taken(value, code, Finding(Severity.WARNING, code, message, expected), ok=ok)


def no_number(asked: Asked, found: object, rule: str = "") -> Taken:
    """Return the type error of a number cell: C01 for counts, C02 for amounts."""
    if asked.type == "integer":
        message = f"{asked.name or 'Số lượng'} phải là số nguyên, không âm; hiện ghi {shown(found)}."
        return error("C01", message, "số nguyên, không âm", rule)
    unit = f" (đơn vị: {asked.unit})" if asked.unit else ""
    return error(
        "C02",
        f"{asked.name or 'Số liệu'} phải là số không âm{unit}; hiện ghi {shown(found)}.",
        f"số không âm{unit}",
        rule,
    )
