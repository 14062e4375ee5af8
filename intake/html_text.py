"""An HTML body as plain lines, quoted blocks marked with "> ". One forward scan, linear on any input.

The standard library's parser is quadratic on unclosed comments and tags (CVE-2025-6069) in the interpreters we run on.
"""

import re

from forms import markup

_TAG_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9:]{0,30}")
_TAG_END = re.compile(r"""[^"'>]*+(?:"[^"]*+"[^"'>]*+|'[^']*+'[^"'>]*+)*+>""")
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_BREAKING = frozenset(
    [
        "p",
        "div",
        "br",
        "tr",
        "li",
        "table",
        "blockquote",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "ul",
        "ol",
        "pre",
        "section",
        "article",
        "body",
        "address",
    ]
)
_CLOSING = {
    "head": re.compile(r"</head[^>]{0,100}>|(?=<body)", re.IGNORECASE),
    **{name: re.compile(rf"</{name}[^>]{{0,100}}>", re.IGNORECASE) for name in ("script", "style", "title")},
}
_LINK = re.compile(r"""href\s{0,5}=\s{0,5}["']?(https?://[^\s"'<>]{1,300})""", re.IGNORECASE)
# Titles are not read; this much is looked through for the end of one (a page's title has 60 characters).
MAX_TITLE = 1_000
# How far into a tag quotes are honoured: a ">" in an attribute is rare, and each look ahead must be short for the
# whole to stay linear.
QUOTES_WITHIN = 2_000


def to_text(source: str) -> str:
    """Return the text of `source`: a line for each block, "> " before each line of a blockquote."""
    lines = _Lines()
    position = 0
    while (start := source.find("<", position)) >= 0:
        lines.write(source[position:start])
        position = _skip(source, start, lines)
    lines.write(source[position:])
    return lines.text()


class _Lines:
    """The lines made so far, and how deep in quoted blocks we are."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.current: list[str] = []
        self.depth = 0

    def write(self, text: str) -> None:
        if text:
            self.current.append(text)

    def end_line(self, *, blank: bool = False) -> None:
        line = _SPACES.sub(" ", markup.unescape("".join(self.current))).strip()
        if line or (blank and self.done and self.done[-1].strip("> ")):
            # Nobody quotes twenty levels deep; the marks say only "not the sender's words".
            self.done.append("> " * min(self.depth, 20) + line)
        self.current = []

    def tag(self, name: str) -> None:
        bare = name.lstrip("/")
        if bare in ("td", "th") and name == bare:
            self.write(" ")
        if bare in _BREAKING:
            self.end_line(blank=bare == "br")
        if bare == "blockquote":
            self.depth = max(0, self.depth + (-1 if name.startswith("/") else 1))

    def text(self) -> str:
        self.end_line()
        return "\n".join(self.done).strip("\n")


def _skip(source: str, start: int, lines: _Lines) -> int:
    """Handle the tag, comment or stray "<" at `start`; return where to go on."""
    if source.startswith("<!--", start):
        end = source.find("-->", start + 4)
        return end + 3 if end >= 0 else len(source)
    name_match = _TAG_NAME.match(source, start + 1)
    if name_match is None and not source.startswith(("<!", "<?", "</"), start):
        lines.write("<")
        return start + 1
    end = source.find(">", start) + 1
    if end == 0:
        lines.write(source[start:])
        return len(source)
    if name_match is None:
        return end
    name = name_match[0].lower()
    whole = _TAG_END.match(source, name_match.end(), min(len(source), start + QUOTES_WITHIN))
    end = whole.end() if whole else end
    lines.tag(name)
    if name == "a" and (link := _LINK.search(source, start, min(end, start + QUOTES_WITHIN))):
        # A chip or a button hides where it leads: what the mail only links to must be told from what it brings.
        lines.write(f" {link[1]} ")
    if name in _CLOSING:
        return _after_hidden(source, end, name)
    return end


def _after_hidden(source: str, start: int, name: str) -> int:
    """Return where the text begins again after an element that is not shown; an unclosed title ends where it began."""
    found = _CLOSING[name].search(source, start, start + MAX_TITLE if name == "title" else len(source))
    return found.end() if found else start if name == "title" else len(source)
