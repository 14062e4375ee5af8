"""The order of what a font says: the schema's, which strict readers of .xlsx ask for and openpyxl does not keep.

ECMA-376 part 1, 18.8.22 (CT_Font): Office's own validator refuses any other order.
"""

import re

_ORDER = (
    b"b", b"i", b"strike", b"condense", b"extend", b"outline", b"shadow", b"u", b"vertAlign", b"sz", b"color", b"name",
    b"family", b"charset", b"scheme",
)  # fmt: skip
_FONT = re.compile(rb"(<font\b[^<>]*>)((?:<\w+\b[^<>]*/>)*)(</font>)")
_PROPERTY = re.compile(rb"<(\w+)\b[^<>]*/>")


def in_order(styles: bytes) -> bytes:
    """Return xl/styles.xml, or a part of it, with the properties of each font in the schema's order."""
    return _FONT.sub(_sorted, styles)


def _sorted(font: re.Match[bytes]) -> bytes:
    properties = [(_place(each[1]), each[0]) for each in _PROPERTY.finditer(font[2])]
    return font[1] + b"".join(xml for _, xml in sorted(properties, key=lambda each: each[0])) + font[3]


def _place(name: bytes) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)
