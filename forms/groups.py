"""Digits with points, commas and spaces between them: which part thousands, which the fraction (rules P48, P49)."""

import re
from decimal import Decimal, InvalidOperation

DIGITS_MOST = 20
"""Digits of a figure, its decimals among them: Excel keeps 15; decimal arithmetic ends at 28 with a fault."""
THOUSAND = 3
"""P48: digits in a group between thousands marks."""


def read(figure: str, thousands: bool) -> tuple[Decimal | None, Decimal | None, str]:
    """Return (figure, the other reading or None, rule) of digits and marks; figure None where the groups are wrong.

    With one mark before exactly three digits both readings are possible: `thousands` says which one comes first.
    """
    marks = [letter for letter in figure if letter in "., "]
    parts = re.split("[., ]", figure)
    if not marks:
        return _decimal(figure), None, "P43"
    if len(set(marks)) > 1:
        return _mixed(marks, parts)
    grouped = all(len(group) == THOUSAND for group in parts[1:]) and len(parts[0]) <= THOUSAND
    if len(marks) > 1 or marks[0] == " ":
        return (_decimal("".join(parts)) if grouped else None), None, "P48"
    whole, fraction = _decimal("".join(parts)), _decimal(".".join(parts))
    if not grouped or parts[0].startswith("0"):
        return fraction, None, "P49"
    return (whole, fraction, "P49") if thousands else (fraction, whole, "P49")


def _mixed(marks: list[str], parts: list[str]) -> tuple[Decimal | None, Decimal | None, str]:
    decimal_mark = marks[-1]
    same = len(set(marks[:-1])) == 1 and decimal_mark not in marks[:-1] and decimal_mark != " "
    grouped = all(len(group) == THOUSAND for group in parts[1:-1]) and len(parts[0]) <= THOUSAND
    if not same or not grouped:
        return None, None, "P48"
    return _decimal(f"{''.join(parts[:-1])}.{parts[-1]}"), None, "P48"


def _decimal(digits: str) -> Decimal | None:
    if len(digits) > DIGITS_MOST:
        return None
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None
