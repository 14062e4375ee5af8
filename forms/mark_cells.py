"""Cells of one sheet part given another style; a cell that is not there yet is put where it belongs."""

import re
from collections.abc import Callable, Mapping

from forms import notation
from forms.package import UNMARKABLE, Unmarkable

Restyle = Callable[[int], int]
"""From the number of a cell's own style to that of its new one."""
_EMPTY = re.compile(rb"<sheetData((?:\s[^<>]*?)?)\s*/>")
_ROW = re.compile(rb"<row\b([^<>]*?)(/?)>")
_CELL = re.compile(rb"<c\b([^<>]*?)(/?)>")
_NUMBER = re.compile(rb'\br="([0-9]+)"')
_PLACE = re.compile(rb'\br="([A-Z]+)([0-9]+)"')
_STYLE = re.compile(rb'\bs="([0-9]*)"')


def restyle(xml: bytes, cells: Mapping[str, Restyle]) -> bytes:
    """Return a sheet part whose `cells` (by address, such as "D19") have another style, and nothing else is changed.

    Raises Unmarkable where rows and cells do not say where they are.
    """
    xml = _EMPTY.sub(rb"<sheetData\1></sheetData>", xml, count=1)
    start, end = _cells_between(xml)
    by_row: dict[int, dict[str, Restyle]] = {}
    for address, new in cells.items():
        match = notation.ADDRESS.fullmatch(address)
        if match:
            by_row.setdefault(int(match[2]), {})[address] = new
    pieces: list[bytes] = []
    at = start
    for row_start, row_end, number in _rows(xml, start, end):
        pieces.append(xml[at:row_start])
        pieces += [_new_row(missing, by_row.pop(missing)) for missing in sorted(by_row) if missing < number]
        row = xml[row_start:row_end]
        pieces.append(_restyled_row(row, by_row.pop(number)) if number in by_row else row)
        at = row_end
    pieces.append(xml[at:end])
    pieces += [_new_row(missing, by_row[missing]) for missing in sorted(by_row)]
    return xml[:start] + b"".join(pieces) + xml[end:]


def _cells_between(xml: bytes) -> tuple[int, int]:
    opening = re.search(rb"<sheetData(?:\s[^<>]*)?(?<!/)>", xml)
    end = xml.rfind(b"</sheetData>")
    if opening is None or end < opening.end():
        raise Unmarkable(UNMARKABLE)
    return opening.end(), end


def _rows(xml: bytes, start: int, end: int) -> list[tuple[int, int, int]]:
    """Return start, end and number of each row."""
    found = []
    at = start
    while (match := _ROW.search(xml, at, end)) is not None:
        number = _NUMBER.search(match[1])
        closing = match.end() if match[2] else xml.find(b"</row>", match.end(), end) + len(b"</row>")
        if number is None or closing < match.end():
            raise Unmarkable(UNMARKABLE)
        found.append((match.start(), closing, int(number[1])))
        at = closing
    return found


def _new_row(number: int, cells: Mapping[str, Restyle]) -> bytes:
    return (
        b'<row r="%d">' % number
        + b"".join(_new_cell(address, cells[address]) for address in _in_order(cells))
        + b"</row>"
    )


def _in_order(cells: Mapping[str, Restyle]) -> list[str]:
    return sorted(cells, key=lambda address: _column(address.rstrip("0123456789")))


def _column(letters: str) -> tuple[int, str]:
    return len(letters), letters


def _new_cell(address: str, new: Restyle) -> bytes:
    return f'<c r="{address}" s="{new(0)}"/>'.encode()


def _restyled_row(row: bytes, cells: dict[str, Restyle]) -> bytes:
    opening = _ROW.match(row)
    assert opening is not None
    if opening[2]:  # a row without cells
        return (
            row[: opening.start(2)]
            + b">"
            + b"".join(_new_cell(each, cells[each]) for each in _in_order(cells))
            + b"</row>"
        )
    left = dict(cells)
    pieces, at = [row[: opening.end()]], opening.end()
    for match in _CELL.finditer(row, opening.end()):
        place = _PLACE.search(match[1])
        if place is None:
            raise Unmarkable(UNMARKABLE)
        letters, address = place[1].decode(), (place[1] + place[2]).decode()
        before = [each for each in _in_order(left) if _column(each.rstrip("0123456789")) < _column(letters)]
        pieces.append(row[at : match.start()])
        pieces += [_new_cell(each, left.pop(each)) for each in before]
        pieces.append(_restyled(match, left.pop(address)) if address in left else match[0])
        at = match.end()
    end = row.rfind(b"</row>")
    pieces.append(row[at:end])
    pieces += [_new_cell(each, left[each]) for each in _in_order(left)]
    return b"".join([*pieces, row[end:]])


def _restyled(match: "re.Match[bytes]", new: Restyle) -> bytes:
    attributes, own = match[1], _STYLE.search(match[1])
    if own:
        attributes = attributes[: own.start(1)] + b"%d" % new(int(own[1] or 0)) + attributes[own.end(1) :]
    elif b" s='" in attributes:
        raise Unmarkable(UNMARKABLE)
    else:
        attributes = attributes.rstrip() + b' s="%d"' % new(0)
    return b"<c%s%s>" % (attributes, match[2])
