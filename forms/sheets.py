"""A workbook as plain records: for a roster that an office keeps as .xlsx instead of .csv."""

from forms import workbook
from roll.mistakes import OperatorError


def records(data: bytes, where: str) -> list[dict[str, str]]:
    """Return the rows of a workbook's first sheet by the headers in its first row, all as text.

    Raises OperatorError where it cannot be read.
    """
    try:
        sheet = workbook.load(data).sheets[0]
    except workbook.Unreadable as error:
        raise OperatorError(
            [f"{where}: it cannot be read as a workbook ({error.detail}); save it again as .xlsx."]
        ) from error
    rows = [[_text(cell) for cell in row] for row in sheet.rows]
    header, body = (rows[0], rows[1:]) if rows else ([], [])
    return [dict(zip(header, row, strict=False)) for row in body]


def _text(cell: object) -> str:
    """Return a cell as it is shown: a whole number has no ".0", so that a code or a telephone number stays one."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
