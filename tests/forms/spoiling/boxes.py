"""Text boxes put into an .xlsx package by hand, since openpyxl writes none (ECMA-376 part 1, 20.5.2.29 and 21.1.2)."""

import io
import zipfile
from xml.sax.saxutils import escape

Box = tuple[int, int, str]

_ANCHOR = (
    "<xdr:twoCellAnchor><xdr:from><xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row>"
    "<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>{right}</xdr:col><xdr:colOff>0</xdr:colOff>"
    "<xdr:row>{below}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to><xdr:sp><xdr:nvSpPr><xdr:cNvPr id='{id}' "
    "name='TextBox {id}'/><xdr:cNvSpPr txBox='1'/></xdr:nvSpPr><xdr:spPr><a:prstGeom prst='rect'/></xdr:spPr>"
    "<xdr:txBody><a:bodyPr/><a:p><a:r><a:t>{said}</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/>"
    "</xdr:twoCellAnchor>"
)
_DRAWING = (
    "<xdr:wsDr xmlns:xdr='http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing' "
    "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'>{anchors}</xdr:wsDr>"
)
_RELATIONS = (
    "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='rId77' "
    "Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing' "
    "Target='../drawings/drawing{number}.xml'/></Relationships>"
)
_TYPE = (
    "<Override PartName='/xl/drawings/drawing{number}.xml' "
    "ContentType='application/vnd.openxmlformats-officedocument.drawing+xml'/></Types>"
)
_TAG = (
    "<drawing xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships' r:id='rId77'/></worksheet>"
)


def add(package: bytes, boxes: dict[int, list[Box]]) -> bytes:
    """Return the package with boxes (row, column, text) on the sheets by number, counted from 1."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for number, shown in boxes.items():
        _add_to(parts, number, shown)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return written.getvalue()


def _add_to(parts: dict[str, bytes], number: int, shown: list[Box]) -> None:
    anchors = "".join(
        _ANCHOR.format(column=column, row=row, right=column + 1, below=row + 1, id=each + 2, said=escape(said))
        for each, (row, column, said) in enumerate(shown)
    )
    sheet = f"xl/worksheets/sheet{number}.xml"
    assert f"xl/worksheets/_rels/sheet{number}.xml.rels" not in parts, "comments and text boxes on one sheet"
    parts[f"xl/drawings/drawing{number}.xml"] = _DRAWING.format(anchors=anchors).encode()
    parts[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = _RELATIONS.format(number=number).encode()
    parts[sheet] = parts[sheet].replace(b"</worksheet>", _TAG.encode())
    types = "[Content_Types].xml"
    parts[types] = parts[types].replace(b"</Types>", _TYPE.format(number=number).encode())
