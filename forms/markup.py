"""HTML cut into texts and tags: one forward scan, linear on any input. Scripts are passed over, nothing is fetched.

The standard library's parser is quadratic on unclosed comments and tags (CVE-2025-6069) in the interpreters we run on.
"""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

_TAG_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9:]{0,30}")
_PLAIN_TAG = re.compile(r"""<(/?[A-Za-z][A-Za-z0-9:]{0,30})([^<>"']{0,200}+)>""")
_TAG_END = re.compile(r"""[^"'>]*+(?:"[^"]*+"[^"'>]*+|'[^']*+'[^"'>]*+)*+>""")
_ATTRIBUTE = re.compile(r"""([A-Za-z_][\w:.-]{0,60})(?:\s{0,9}=\s{0,9}(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]{1,2000})))?""")
_HIDDEN_END = {
    name: re.compile(rf"</{name}[^>]{{0,100}}>", re.IGNORECASE) for name in ("script", "style", "title", "xml")
}
_LONG_NUMBER = re.compile(r"&#[xX]?[0-9A-Fa-f]{9,}+;?")
QUOTES_WITHIN = 4_000
"""How far into a tag quotes are honoured, so that the whole stays linear; Excel's longest style has 1,000 letters."""


class Tag(NamedTuple):
    """One tag: its name in small letters, with "/" before it where it ends an element; what stands behind the name."""

    name: str
    rest: str

    def attributes(self) -> dict[str, str]:
        """Return the attributes, names in small letters, entities replaced; one without a value has ""."""
        found: dict[str, str] = {}
        if not self.rest:
            return found
        for match in _ATTRIBUTE.finditer(self.rest):
            found.setdefault(match[1].lower(), unescape(match[2] or match[3] or match[4] or ""))
        return found


def unescape(text: str) -> str:
    """Return `text` with its entities replaced. Never raises: numbers too long for any letter stand for U+FFFD."""
    if "&" not in text:
        return text
    return html.unescape(_LONG_NUMBER.sub("\ufffd", text) if "&#" in text else text)


def scan(source: str) -> Iterator[str | Tag]:
    """Yield the texts (entities as they are written) and tags of `source`, what scripts hold left out.

    The content of a comment is the tag "#comment"; that of `style`, `script`, `title` and Excel's `xml` islands follows
    its tag as "#style" and so on.
    """
    position = 0
    while (start := source.find("<", position)) >= 0:
        if start > position:
            yield source[position:start]
        plain = _PLAIN_TAG.match(source, start)
        if plain is not None and (name := plain[1].lower()) not in _HIDDEN_END:
            # Nearly every tag of a large table.
            yield Tag(name, plain[2])
            position = plain.end()
            continue
        found, position = _special(source, start)
        yield from found
    if position < len(source):
        yield source[position:]


def _special(source: str, start: int) -> tuple[list[str | Tag], int]:
    """Return what a "<" that begins no plain tag stands for, and where to go on."""
    if source.startswith("<!--", start):
        end = source.find("-->", start + 4)
        return ([Tag("#comment", source[start + 4 : end])], end + 3) if end >= 0 else ([], len(source))
    name_match = _TAG_NAME.match(source, start + 1)
    if name_match is None and not source.startswith(("<!", "<?", "</"), start):
        return ["<"], start + 1
    end = source.find(">", start) + 1
    if end == 0 or name_match is None:
        return [], end or len(source)
    whole = _TAG_END.match(source, name_match.end(), min(len(source), start + QUOTES_WITHIN))
    end = whole.end() if whole else end
    name = name_match[0].lower()
    found: list[str | Tag] = [Tag(name, source[name_match.end() : end - 1])]
    if name not in _HIDDEN_END:
        return found, end
    closing = _HIDDEN_END[name].search(source, end)
    found.append(Tag(f"#{name}", source[end : closing.start() if closing else len(source)]))
    return found, closing.end() if closing else len(source)
