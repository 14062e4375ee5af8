"""A count and a price in one cell: `20 suất x 200.000đ = 4.000.000đ` (rule P53)."""

import re
from decimal import Decimal

from forms import groups, taken, text
from forms.money import MONEY, MONEY_WORDS
from forms.taken import Asked, Taken

MONEY_DECIMALS = 3
"""P63: money has three decimals."""
MOST_IN_DONG = 10**18
"""Beyond it nothing is money of one report: the country earns a hundredth of it in a year."""
LEAST_IN_DONG = 1_000
"""A total without a unit that is smaller is no amount in đồng: no note is worth less than 1,000 đồng but coins."""
_PRODUCT = re.compile(
    r"([0-9][0-9.,]*) ?([^\dx×*=]*)[x×*] ?([0-9][0-9.,]*) ?([^\d=]*)(?:= ?([0-9][0-9.,]*) ?([^\d]*))?"
)
_PRICE_EACH = re.compile(r"[0-9][0-9.,]* ?[^\d(]*\([0-9][0-9.,]* ?[^\d()]*/[^\d()]*\)")


def read(written: str, asked: Asked) -> Taken | None:
    """Return the count or the amount of a product, if it multiplies out; None where `written` is no product (P53)."""
    match = _PRODUCT.fullmatch(written)
    if not match:
        return _error(written) if _PRICE_EACH.fullmatch(written) else None
    quantity, price, total = (
        _amount(figure, word) for figure, word in ((match[1], ""), (match[3], match[4]), (match[5], match[6]))
    )
    if quantity is None or price is None or total is None or total > MOST_IN_DONG or quantity * price != total:
        return _error(written)
    message = _message(written)
    if asked.type == "integer":
        return taken.warning("P53", message, taken.shown(int(quantity)), int(quantity), ok=True)
    factor = MONEY.get(text.fold(asked.unit))
    if factor is None or total < LEAST_IN_DONG:
        return _error(written)
    amount = float(round(total / factor, MONEY_DECIMALS))
    return taken.warning("P53", message, f"{taken.shown(amount)} {asked.unit}", amount, ok=True)


def _message(written: str) -> str:
    return f"ghi {taken.shown(written)}; đề nghị ghi riêng số lượng và kinh phí vào từng ô."


def _error(written: str) -> Taken:
    return taken.error("P53", _message(written), "một số", "P53")


def _amount(figure: str | None, word: str | None) -> Decimal | None:
    """Return an amount in đồng where every mark stands before three digits; None where it is not so plain."""
    if not figure:
        return None
    factor = MONEY_WORDS.get(text.fold(word or ""), 1)
    read, _, _ = groups.read(figure.rstrip(".,"), thousands=True)
    return None if read is None else read * factor
