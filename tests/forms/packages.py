"""Whether a package of .xlsx is sound, as Excel wants it: what is told here makes it say that a file is damaged."""

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATIONSHIP_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_SHEET_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip
"""ECMA-376 part 1, 18.3.1.99: a sheet's elements in any other order are damage to Excel."""


def flaws(data: bytes) -> list[str]:
    """Return what is wrong with a package (ECMA-376 part 2, and part 1 for the parts that marking touches)."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        parts = {name: archive.read(name) for name in names}
    found = [f"{name} is there twice" for name in _twice(name.lower() for name in names)]
    trees = {name: fromstring(part) for name, part in parts.items() if name.endswith((".xml", ".rels", ".vml"))}
    found += _flaws_of_types(trees["[Content_Types].xml"], parts)
    for name, tree in trees.items():
        if name.endswith(".rels"):
            found += _flaws_of_relations(name, tree, parts)
        if tree.tag == f"{_MAIN}worksheet":
            found += _flaws_of_sheet(name, tree, trees)
        if name.endswith(".vml"):
            ids = re.findall(rb'<v:shape [^<>]*?\bid="([^"]*)"', parts[name])
            found += [f"{name}: shape {each!r} twice" for each in _twice(ids)]
    return [*found, *_flaws_of_styles(trees), *_flaws_of_workbook(trees["xl/workbook.xml"])]


def _twice(items: Iterable[Any]) -> list[Any]:
    return [item for item, count in Counter(items).items() if count > 1]


def _flaws_of_types(types: Element, parts: dict[str, bytes]) -> Iterator[str]:
    overrides = [each.get("PartName", "").lower() for each in types if each.tag.endswith("Override")]
    defaults = [each.get("Extension", "").lower() for each in types if each.tag.endswith("Default")]
    yield from (f"{each} has two content types" for each in _twice(overrides) + _twice(defaults))
    for name in parts:
        known = f"/{name}".lower() in overrides or name.rpartition(".")[2].lower() in defaults
        if not known and name != "[Content_Types].xml":
            yield f"{name} has no content type"


def _flaws_of_relations(name: str, tree: Element, parts: dict[str, bytes]) -> Iterator[str]:
    yield from (f"{name}: {each} twice" for each in _twice(each.get("Id") for each in tree))
    folder = posixpath.dirname(posixpath.dirname(name))
    there = {part.lower() for part in parts}
    for each in tree:
        target = each.get("Target", "")
        whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if each.get("TargetMode") != "External" and whole.lower() not in there:
            yield f"{name}: {target} is not there"


def _flaws_of_sheet(name: str, tree: Element, trees: dict[str, Element]) -> Iterator[str]:
    order = [_SHEET_ORDER.index(tag) for each in tree if (tag := each.tag.removeprefix(_MAIN)) in _SHEET_ORDER]
    if order != sorted(order):
        yield f"{name}: elements out of order"
    folder, _, base = name.rpartition("/")
    relations = trees.get(f"{folder}/_rels/{base}.rels")
    ids = {each.get("Id") for each in relations} if relations is not None else set()
    yield from (
        f"{name}: relation {each.get(_RELATIONSHIP_ID)} is not there"
        for each in tree.iter()
        if each.get(_RELATIONSHIP_ID) and each.get(_RELATIONSHIP_ID) not in ids
    )
    yield from (f"{name}: cell {each} twice" for each in _twice(c.get("r") for c in tree.iter(f"{_MAIN}c")))
    styles = trees.get("xl/styles.xml")
    formats = len(_inside(styles, "cellXfs")) if styles is not None else 0
    for cell in tree.iter(f"{_MAIN}c"):
        if formats and int(cell.get("s") or 0) >= formats:
            yield f"{name}: {cell.get('r')} has a style that is not there"


def _inside(styles: Element, element: str) -> list[Element]:
    found = styles.find(f"{_MAIN}{element}")
    return list(found) if found is not None else []


def _flaws_of_styles(trees: dict[str, Element]) -> Iterator[str]:
    styles = trees.get("xl/styles.xml")
    if styles is None:
        return
    counts = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}
    for key, element in counts.items():
        listed = styles.find(f"{_MAIN}{element}")
        most = len(_inside(styles, element))
        if listed is not None and listed.get("count") not in (None, str(most)):
            yield f"styles: {listed.get('count')} {element} are {most}"
        if any(int(each.get(key, "0")) >= most for each in _inside(styles, "cellXfs")):
            yield f"styles: one of the {element} is not there"


def _flaws_of_workbook(workbook: Element) -> Iterator[str]:
    sheets = _inside(workbook, "sheets")
    for attribute in ("name", "sheetId", _RELATIONSHIP_ID):
        yield from (f"{attribute} {each} twice" for each in _twice((s.get(attribute) or "").lower() for s in sheets))
    for name in workbook.iter(f"{_MAIN}definedName"):
        if int(name.get("localSheetId") or 0) >= len(sheets):
            yield f"{name.get('name')} belongs to a sheet that is not there"
    keys = [(name.get("name"), name.get("localSheetId")) for name in workbook.iter(f"{_MAIN}definedName")]
    yield from (f"name {each} twice" for each in _twice(keys))
