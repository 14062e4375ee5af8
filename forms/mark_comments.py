"""Comments on cells of one sheet: the sheet's own stay, ours come beside them (ECMA-376 part 1, 18.7; part 4, 19.4)."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from forms import mark_words, notation
from forms.package_parts import RELATIONSHIPS, SPREADSHEET, Parts, before_end, xml_text

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_REFERENCE = re.compile(rb'<comment\b[^<>]*?\bref="([A-Z]+[0-9]+)"')
_COMMENT = re.compile(rb'<comment\b([^<>]*?\bref="([A-Z]+[0-9]+)"[^<>]*)>(.*?)</comment>', re.DOTALL)
_TAG = re.compile(rb"<[^<>]*>")
_OURS = tuple(beginning.encode() for beginning in mark_words.BEGINNINGS)
_TEXT = '<text><r><rPr><sz val="10"/><rFont val="Times New Roman"/></rPr><t xml:space="preserve">{text}</t></r></text>'
_AUTHORS = re.compile(rb"<author\b")
# What stands behind legacyDrawing in a sheet (ECMA-376 part 1, 18.3.1.99).
_BEHIND = re.compile(
    rb"<(?:legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst|mc:AlternateContent)\b"
)
_SHAPE = (
    '<v:shape id="rollcall_{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;'
    'width:220pt;height:{height}pt;z-index:{number};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>'
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    '</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,'
    'xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)
_FIRST_SHAPE = 9001
"""Above the numbers that a sender's own shapes have."""
# Points: a line of the comment's font, and how many characters of it fit the box's width.
_LINE_HEIGHT, _LINE_LENGTH = 13, 38


def comment(parts: Parts, sheet: str, texts: Mapping[str, str]) -> set[str]:
    """Put a comment on each cell (by address) of a sheet part; return the cells that got none.

    A cell that bears a comment of the sender's keeps that one. Ours of an earlier copy says from now on what it must.
    """
    related = _related(parts, sheet)
    own = related.get("comments", "")
    taken = set(_REFERENCE.findall(parts.read(own))) if own else set()
    again = _ours(parts, own) & set(texts) if own else set()
    if again:
        parts.write(own, _COMMENT.sub(lambda match: _said_anew(match, texts), parts.read(own)))
    new = {address: text for address, text in texts.items() if address.encode() not in taken}
    if new:
        _add_texts(parts, own or _new_comments(parts, sheet), new)
        drawing = related.get("vmlDrawing") or _new_drawing(parts, sheet)
        xml = parts.read(drawing)
        first = _FIRST_SHAPE + xml.count(b'"rollcall_')
        shapes = "".join(_shape(place, address, text) for place, (address, text) in enumerate(new.items(), start=first))
        parts.write(drawing, before_end(xml, b"xml", shapes.encode()))
    return set(texts) - set(new) - again


def settled(parts: Parts, sheet: str, cells: AbstractSet[str]) -> set[str]:
    """Let our comments of an earlier copy say that nothing is left, but for those on `cells`; return their cells."""
    own = _related(parts, sheet).get("comments", "")
    done = _ours(parts, own) - cells if own else set()
    if done:
        texts = dict.fromkeys(done, mark_words.SETTLED)
        parts.write(own, _COMMENT.sub(lambda match: _said_anew(match, texts), parts.read(own)))
    return done


def _related(parts: Parts, sheet: str) -> dict[str, str]:
    return {relation.kind: relation.target for relation in parts.relations_of(sheet) if parts.has(relation.target)}


def _ours(parts: Parts, comments: str) -> set[str]:
    """Return the cells that bear a comment of ours."""
    return {
        match[2].decode()
        for match in _COMMENT.finditer(parts.read(comments))
        if _TAG.sub(b"", match[3]).lstrip().startswith(_OURS)
    }


def _said_anew(match: re.Match[bytes], texts: Mapping[str, str]) -> bytes:
    cell = match[2].decode()
    if cell not in texts or not _TAG.sub(b"", match[3]).lstrip().startswith(_OURS):
        return match[0]
    return b"<comment%s>%s</comment>" % (match[1], _TEXT.format(text=xml_text(texts[cell])).encode())


def _new_comments(parts: Parts, sheet: str) -> str:
    name = parts.free("xl/comments-rollcall", "xml")
    parts.write(
        name,
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{SPREADSHEET}"><authors></authors>'
        "<commentList></commentList></comments>".encode(),
    )
    parts.declare(name, _COMMENTS_TYPE)
    parts.relate(sheet, "comments", name)
    return name


def _new_drawing(parts: Parts, sheet: str) -> str:
    name = parts.free("xl/drawings/vmlDrawing-rollcall", "vml")
    parts.write(name, _VML.encode())
    parts.declare_extension("vml", _VML_TYPE)
    relation = parts.relate(sheet, "vmlDrawing", name)
    xml = parts.read(sheet)
    behind = _BEHIND.search(xml, xml.rfind(b"</sheetData>"))
    added = f'<legacyDrawing xmlns:r="{RELATIONSHIPS}" r:id="{relation}"/>'.encode()
    at = behind.start() if behind else xml.rfind(b"</worksheet>")
    parts.write(sheet, xml[:at] + added + xml[at:] if at >= 0 else xml)
    return name


def _add_texts(parts: Parts, name: str, texts: Mapping[str, str]) -> None:
    xml = parts.read(name)
    author = len(_AUTHORS.findall(xml))
    xml = before_end(xml, b"authors", f"<author>{mark_words.AUTHOR}</author>".encode())
    written = "".join(
        f'<comment ref="{address}" authorId="{author}">{_TEXT.format(text=xml_text(text))}</comment>'
        for address, text in texts.items()
    )
    parts.write(name, before_end(xml, b"commentList", written.encode()))


def _shape(number: int, address: str, text: str) -> str:
    match = notation.ADDRESS.fullmatch(address)
    assert match is not None
    lines = sum(1 + len(line) // _LINE_LENGTH for line in text.split("\n"))
    row, column = int(match[2]) - 1, notation.column_index(match[1])
    return _SHAPE.format(number=number, height=_LINE_HEIGHT * (lines + 1), row=row, column=column)
