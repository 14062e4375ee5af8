"""Comments on cells of one sheet: the sheet's own stay, ours come beside them (ECMA-376 part 1, 18.7; part 4, 19.4)."""

import re
from collections.abc import Mapping

from forms import beside, notation
from forms.package_parts import RELATIONSHIPS, SPREADSHEET, Parts, before_end, xml_text

AUTHOR = beside.OWN_AUTHOR
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_REFERENCE = re.compile(rb'<comment\b[^<>]*?\bref="([A-Z]+[0-9]+)"')
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
# Points: a line of the comment's font, and how many characters of it fit the box's width.
_LINE_HEIGHT, _LINE_LENGTH = 13, 38


def comment(parts: Parts, sheet: str, number: int, texts: Mapping[str, str]) -> None:
    """Put a comment on each cell (by address) of a sheet part, the `number`th that is marked.

    A cell that bears a comment already keeps that one.
    """
    related = {relation.kind: relation.target for relation in parts.relations_of(sheet)}
    own = related.get("comments")
    taken = set(_REFERENCE.findall(parts.read(own))) if own and parts.has(own) else set()
    new = {address: text for address, text in texts.items() if address.encode() not in taken}
    if not new:
        return
    _add_texts(parts, own or _new_comments(parts, sheet, number), new)
    drawing = related.get("vmlDrawing") or _new_drawing(parts, sheet, number)
    shapes = "".join(_shape(place, address, text) for place, (address, text) in enumerate(new.items(), start=9001))
    parts.write(drawing, before_end(parts.read(drawing), b"xml", shapes.encode()))


def _new_comments(parts: Parts, sheet: str, number: int) -> str:
    name = f"xl/comments-rollcall-{number}.xml"
    parts.write(
        name,
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{SPREADSHEET}"><authors></authors>'
        "<commentList></commentList></comments>".encode(),
    )
    parts.declare(name, _COMMENTS_TYPE)
    parts.relate(sheet, "rIdRollcallComments", "comments", name)
    return name


def _new_drawing(parts: Parts, sheet: str, number: int) -> str:
    name = f"xl/drawings/vmlDrawing-rollcall-{number}.vml"
    parts.write(name, _VML.encode())
    parts.declare_extension("vml", _VML_TYPE)
    parts.relate(sheet, "rIdRollcallDrawing", "vmlDrawing", name)
    xml = parts.read(sheet)
    behind = _BEHIND.search(xml, xml.rfind(b"</sheetData>"))
    added = f'<legacyDrawing xmlns:r="{RELATIONSHIPS}" r:id="rIdRollcallDrawing"/>'.encode()
    at = behind.start() if behind else xml.rfind(b"</worksheet>")
    parts.write(sheet, xml[:at] + added + xml[at:] if at >= 0 else xml)
    return name


def _add_texts(parts: Parts, name: str, texts: Mapping[str, str]) -> None:
    xml = parts.read(name)
    author = len(_AUTHORS.findall(xml))
    xml = before_end(xml, b"authors", f"<author>{AUTHOR}</author>".encode())
    written = "".join(
        f'<comment ref="{address}" authorId="{author}"><text><r><rPr><sz val="10"/><rFont val="Times New Roman"/></rPr>'
        f'<t xml:space="preserve">{xml_text(text)}</t></r></text></comment>'
        for address, text in texts.items()
    )
    parts.write(name, before_end(xml, b"commentList", written.encode()))


def _shape(number: int, address: str, text: str) -> str:
    match = notation.ADDRESS.fullmatch(address)
    assert match is not None
    lines = sum(1 + len(line) // _LINE_LENGTH for line in text.split("\n"))
    row, column = int(match[2]) - 1, notation.column_index(match[1])
    return _SHAPE.format(number=number, height=_LINE_HEIGHT * (lines + 1), row=row, column=column)
