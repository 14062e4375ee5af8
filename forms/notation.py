"""Figures, dates and cells as Vietnamese offices write them: 1.234,5; 03/7/2019; ô E79 đến E82."""

import re
from collections.abc import Sequence
from datetime import date

from roll.reports import Scalar

# domain.md 4.4 (P63): money is kept to three decimals.
DECIMALS = 3
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def number(value: float) -> str:
    """Return `value` with a point between thousands and a decimal comma, at most three decimals: 64.000.000; 185,5."""
    text = f"{value:,.{DECIMALS}f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    text = text.translate(str.maketrans(",.", ".,"))
    return "0" if text == "-0" else text


def day(value: date) -> str:
    """Return a date as Nghị định 30/2020 writes it: a zero before days under 10 and months 1 and 2 only (03/7/2019)."""
    month = f"{value.month:02}" if value.month <= 2 else str(value.month)  # noqa: PLR2004
    return f"{value.day:02}/{month}/{value.year}"


def scalar(value: Scalar) -> str:
    """Return any value of a report as text for people; ISO dates become Vietnamese ones, a blank an empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, int | float):
        return number(value)
    if ISO_DATE.fullmatch(value):
        try:
            return day(date.fromisoformat(value))
        except ValueError:
            return value
    return value


def column_index(letters: str) -> int:
    """Return the place of a column, counted from 0, by its letters: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def cells(addresses: Sequence[str]) -> str:
    """Return cell addresses as a phrase: `D41`; `E79 đến E82` for neighbours in one column; else `D52, D53, D60`."""
    addresses = [address for address in addresses if address]
    places = [match.groups() for address in addresses if (match := ADDRESS.fullmatch(address))]
    rows = [int(row) for _, row in places]
    one_column = len({column for column, _ in places}) == 1
    if (
        len(rows) > 1
        and len(rows) == len(addresses)
        and one_column
        and rows == list(range(rows[0], rows[0] + len(rows)))
    ):
        return f"{addresses[0]} đến {addresses[-1]}"
    return ", ".join(addresses)
