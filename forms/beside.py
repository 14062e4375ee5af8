"""What an .xlsx package shows beside its cells: remarks, text boxes, texts in two fonts (rules P26, P32, P44).

Searched as bytes like the sheets; nothing of it is interpreted. ECMA-376 part 1, 18.7 (comments), 18.4 (shared
strings), 20.5 (spreadsheet drawings).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from forms import mark_words, marks, notation, text
from forms.marks import Place

MOST = 1_000
"""Remarks, boxes and runs that are looked at in one part; a form has 90 cells, each with one remark at most."""
TEXT_MOST = 1_000
"""Characters of a remark or a box that are kept."""
_AUTHOR = re.compile(rb"<(?:\w{1,16}:)?author(?:\s[^<>]*)?>([^<]*)<")
_COMMENT = re.compile(rb"<(?:\w{1,16}:)?comment\s([^<>]*)>")
_TEXT = re.compile(rb"<(?:\w{1,16}:)?t(?:\s[^<>]*)?>([^<]*)</")
_ANCHOR = re.compile(rb"<(?:\w{1,16}:)?(?:two|one)CellAnchor[\s>]")
_SHAPE_TEXT = re.compile(rb"<a:t(?:\s[^<>]*)?>([^<]*)</a:t>")
_CORNER = re.compile(rb"<(?:\w{1,16}:)?(col|row)>([0-9]{1,7})<")
_RELATION = re.compile(rb"<(?:\w{1,16}:)?Relationship\s([^<>]*)>")
_STRING = re.compile(rb"<(?:\w{1,16}:)?si[\s>]")
_RUN = re.compile(rb"<(?:\w{1,16}:)?r[\s>]")
_RUN_FONT = re.compile(rb"<(?:\w{1,16}:)?rFont\s([^<>]*)>")
_LEGACY = (b".Vn", b".VN", b"VNI-", b"VNI ")


@dataclass(slots=True)
class Beside:
    """The remarks and text boxes of one sheet: by cell, and as (first cell, last cell, text)."""

    remarks: dict[Place, str] = field(default_factory=dict)
    boxes: list[tuple[Place, Place, str]] = field(default_factory=list)


def is_part(name: str) -> bool:
    """Say whether a part, its name in lower case, holds remarks, shapes, or says whose they are."""
    return name.startswith(("xl/comments", "xl/drawings/drawing", "xl/worksheets/_rels/"))


def of_sheets(parts: Mapping[str, bytes], sheets: Mapping[str, str]) -> dict[str, Beside]:
    """Return what stands beside the cells of each sheet, by sheet name; `sheets` are the parts by sheet name."""
    found: dict[str, Beside] = {}
    for name, part in sheets.items():
        folder, _, file = part.lower().rpartition("/")
        for relation in _RELATION.findall(parts.get(f"{folder}/_rels/{file}.rels", b"")):
            target = _target(folder, marks.attribute(relation, b"Target").lower())
            if target not in parts:
                continue
            beside = found.setdefault(name, Beside())
            if target.startswith("xl/comments"):
                beside.remarks |= _remarks(parts[target])
            elif target.startswith("xl/drawings/"):
                beside.boxes += _boxes(parts[target])
    return found


def _target(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    while target.startswith("../"):
        folder, target = folder.rpartition("/")[0], target[3:]
    return f"{folder}/{target}"


def _remarks(xml: bytes) -> dict[Place, str]:
    authors = [_decoded(each) for each in _AUTHOR.findall(xml)]
    found: dict[Place, str] = {}
    starts = list(_COMMENT.finditer(xml))[:MOST]
    for match, following in zip(starts, [*starts[1:], None], strict=True):
        author = marks.attribute(match[1], b"authorId")
        place = notation.ADDRESS.fullmatch(marks.attribute(match[1], b"ref").upper())
        if place is None or (author.isdigit() and authors[int(author) : int(author) + 1] == [mark_words.AUTHOR]):
            continue
        said = _joined(xml[match.end() : following.start() if following else len(xml)], _TEXT)
        if said and not mark_words.is_ours(said):
            found[int(place[2]) - 1, notation.column_index(place[1])] = said
    return found


def _boxes(xml: bytes) -> list[tuple[Place, Place, str]]:
    found = []
    for anchor in _ANCHOR.split(xml)[1 : MOST + 1]:
        said = _joined(anchor, _SHAPE_TEXT)
        corners = [int(each[2]) for each in _CORNER.finditer(anchor)][:4]
        if said and len(corners) > 1:
            left, top = corners[:2]
            right, bottom = corners[2:] if len(corners) > 3 else (left, top)  # noqa: PLR2004 - two corners
            found.append(((top, left), (bottom, right), said))
    return found


def _joined(xml: bytes, pattern: re.Pattern[bytes]) -> str:
    said = "".join(_decoded(each) for each in pattern.findall(xml)[:MOST])
    return text.collapse(text.clean(said))[:TEXT_MOST]


def _decoded(xml: bytes) -> str:
    return marks.unescape(xml.decode("utf-8", "replace"))


def texts_in_two_fonts(shared_strings: bytes) -> dict[str, str]:
    """Return, by the text as it is stored, the Unicode text of each shared string that has runs in a legacy font (P44).

    Only strings with several fonts are in it: one font alone is that of the cell.
    """
    if not any(sign in shared_strings for sign in _LEGACY):
        return {}
    found = {}
    for string in _STRING.split(shared_strings)[1:]:
        if any(sign in string for sign in _LEGACY):
            runs = [_run(each) for each in _RUN.split(string)[: MOST + 1]]
            found["".join(raw for raw, _ in runs)] = "".join(decoded for _, decoded in runs)
    return {raw: decoded for raw, decoded in found.items() if raw != decoded}


def _run(run: bytes) -> tuple[str, str]:
    raw = "".join(_decoded(each) for each in _TEXT.findall(run))
    font = _RUN_FONT.search(run)
    name = marks.attribute(font[1], b"val") if font else ""
    if text.is_legacy_font(name):
        return raw, text.from_legacy(raw, name)
    return raw, raw
