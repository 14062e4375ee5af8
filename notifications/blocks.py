"""How the parts of a letter look: a paragraph, a list, a table of figures; once as text, once as HTML.

A letter's template says each sentence once and calls these; so the text twin and the HTML never differ in what they
say. HTML is for mail programs: tables for layout, inline styles, system fonts, nothing fetched, readable on a narrow
screen.
"""

from collections.abc import Callable

from markupsafe import Markup, escape

from notifications.words import one_line
from roll.letters import LetterKind

# A label of a chart in text: most fit the width, so that the figures stand in a column.
LABEL_WIDTH = 30
LABEL_LIMIT = 60
BAR_STEPS = 20

# What a template may call.
NAMES = (
    *("paragraph", "small", "alert", "quoted", "heading", "lines", "signature"),
    *("details", "item", "bullets", "bullet", "listing", "entry", "chart", "bar", "action"),
)

Caller = Callable[[], str]


class Prose(str):
    """Finished plain text: what a block returns, so that it is not cleaned a second time."""

    __slots__ = ()


def _percent(count: int, whole: int) -> int:
    """Return the share in whole percent, at least 1 where there is something to see."""
    share = round(100 * count / whole) if whole else 0
    return min(100, max(share, 1 if count else 0))


def _collapsed(text: str) -> str:
    # str.split on Markup gives plain strings; Markup's own would check every word again.
    return " ".join(str.split(text))


def _filled_lines(text: str) -> list[str]:
    return [stripped for line in str.split(text, "\n") if (stripped := line.strip())]


class TextBlocks:
    """Plain text: one line a paragraph (clients wrap), blank lines between, lists by their marks."""

    def page(self, kind: LetterKind, title: str, state: str, body: str) -> str:  # noqa: ARG002 - one shape with HTML
        """Return the whole letter; title and state stand in the subject already."""
        lines, kept = body.split("\n"), list[str]()
        for line in lines:
            text = line.rstrip()
            if text or (kept and kept[-1]):
                kept.append(text)
        return "\n".join(kept).strip("\n") + "\n"

    def paragraph(self, caller: Caller) -> str:
        """A paragraph."""
        return f"{_collapsed(caller())}\n\n"

    def small(self, caller: Caller) -> str:
        """A remark in small print."""
        return self.paragraph(caller)

    def alert(self, caller: Caller) -> str:
        """A line before everything else."""
        return f"*** {_collapsed(caller())} ***\n\n"

    def quoted(self, caller: Caller) -> str:
        """A text to be copied, between rules."""
        return f"-----\n{_collapsed(caller())}\n-----\n\n"

    def heading(self, caller: Caller) -> str:
        """A heading."""
        return f"\n\n{_collapsed(caller())}\n\n"

    def lines(self, caller: Caller, indent: int = 0) -> str:
        """Lines that stay lines; all but the first are indented."""
        return ("\n" + " " * indent).join(map(_collapsed, _filled_lines(caller()))) + "\n\n"

    def signature(self, caller: Caller) -> str:
        """Who writes."""
        return self.lines(caller)

    def details(self, caller: Caller) -> str:
        """A list of items."""
        return "\n".join(_filled_lines(caller())) + "\n\n"

    def item(self, label: str, caller: Caller) -> str:
        """One line of `details`: what it is, and what we know."""
        return f"- {label}: {_collapsed(caller())}\n"

    def bullets(self, caller: Caller) -> str:
        """A list."""
        return "\n".join(f"  {line}" for line in _filled_lines(caller())) + "\n\n"

    def bullet(self, caller: Caller) -> str:
        """One line of `bullets`."""
        return f"+ {_collapsed(caller())}\n"

    def listing(self, caller: Caller) -> str:
        """A numbered list."""
        return caller().strip() + "\n\n"

    def entry(self, number: object, caller: Caller, aside: str = "") -> str:
        """One entry of `listing`, with a second line in small print."""
        second = f"\n   {_collapsed(aside)}" if aside.strip() else ""
        return f"{number}. {_collapsed(caller())}{second}\n"

    def strong(self, value: object) -> str:
        """A value to be seen first."""
        return Prose(one_line(str(value)))

    def action(self, label: str, url: str) -> str:
        """Something to do by one click: what, and where; `url` is our own and is not cut."""
        return Prose(f"{one_line(label)}: {url}")

    def chart(self, caller: Caller) -> str:
        """Lines of bars."""
        return "\n".join(line.rstrip() for line in caller().split("\n") if line.strip()) + "\n\n"

    def bar(self, label: str, count: int, whole: int, tone: str = "neutral") -> str:  # noqa: ARG002 - one shape with HTML
        """One bar of `chart`: a row of a table, aligned in a font of fixed width and readable in any other."""
        drawn = "#" * (_percent(count, whole) * BAR_STEPS // 100 or bool(count))
        return Prose(f"   {one_line(label, LABEL_LIMIT):<{LABEL_WIDTH}}  {count:>3}/{whole:<3}  {drawn}\n")


_FONT = "font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_TONES = {
    LetterKind.ACKNOWLEDGEMENT: "#1a7f4b",
    LetterKind.RETURN: "#b54708",
    LetterKind.CONFIRM: "#8a6100",
    LetterKind.RECEIPT: "#41546b",
    LetterKind.CREDITED: "#41546b",
    LetterKind.REMINDER: "#1f5fae",
    LetterKind.OVERDUE: "#a3341c",
    LetterKind.DIGEST: "#1f5fae",
    LetterKind.ALERT: "#a3341c",
}
_BAR_TONES = {"good": "#1a7f4b", "wait": "#c98a00", "bad": "#b5482e", "neutral": "#5b7fa6"}
_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body style="margin:0;padding:0;background-color:#eef1f4">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#eef1f4">
<tr><td align="center" style="padding:16px 8px">
<table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff"
 style="width:100%;max-width:640px;border:1px solid #d5dbe1">
<tr><td bgcolor="{tone}"
 style="padding:10px 20px;{font};font-size:15px;font-weight:bold;color:#ffffff">{state}</td></tr>
<tr><td style="padding:20px;{font};font-size:15px;line-height:1.55;color:#1d2733;word-break:break-word">
{body}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"""
_PARAGRAPH = '<p style="margin:0 0 14px">{}</p>\n'
_SMALL = '<p style="margin:0 0 14px;font-size:13px;color:#5a6673">{}</p>\n'
_ALERT = '<p style="margin:0 0 16px;padding:8px 12px;background-color:#fff4d6;border:1px solid #e0c36a">{}</p>\n'
_QUOTED = '<p style="margin:0 0 14px;padding:12px;background-color:#f4f6f8;border:1px solid #d5dbe1">{}</p>\n'
_HEADING = '<p style="margin:20px 0 8px;font-weight:bold;font-size:15px;color:#1d2733">{}</p>\n'
_SIGNATURE = '<p style="margin:18px 0 14px;padding-top:12px;border-top:1px solid #d5dbe1">{}</p>\n'
_TABLE = (
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" '
    'style="margin:0 0 14px">\n{}</table>\n'
)
_ITEM = (
    '<tr><td width="34%" valign="top" style="{};font-size:14px;padding:5px 10px 5px 0;border-bottom:1px solid #e7ebef;'
    'color:#5a6673">{}</td><td valign="top" style="{};font-size:15px;padding:5px 0;border-bottom:1px solid #e7ebef;'
    'color:#1d2733;word-break:break-word">{}</td></tr>\n'
)
_ENTRY = (
    '<tr><td width="28" valign="top" style="{};font-size:15px;padding:6px 0;color:#5a6673">{}.</td>'
    '<td valign="top" style="{};font-size:15px;line-height:1.5;padding:6px 0;border-bottom:1px solid #e7ebef;'
    'color:#1d2733;word-break:break-word">{}{}</td></tr>\n'
)
_ASIDE = '<br><span style="font-size:13px;color:#5a6673">{}</span>'
_BULLETS = '<ul style="margin:0 0 14px;padding:0 0 0 22px">\n{}</ul>\n'
_BULLET = '<li style="margin:0 0 4px">{}</li>\n'
_BAR = (
    '<tr><td width="42%" style="{font};font-size:14px;padding:3px 8px 3px 0;color:#1d2733">{label}</td>'
    '<td width="12%" align="right" style="{font};font-size:14px;padding:3px 10px 3px 0;color:#1d2733;'
    'white-space:nowrap">'
    "<strong>{count}</strong>/{whole}</td>"
    '<td style="padding:3px 0"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>'
    "{full}{rest}</tr></table></td></tr>\n"
)
_BAR_CELL = '<td width="{}%" height="14" bgcolor="{}" style="font-size:1px;line-height:14px">&nbsp;</td>'
_BAR_REST = "#e7ebef"


class HtmlBlocks:
    """HTML for mail programs. Arguments that are not yet safe are escaped here; bodies come escaped by templates."""

    def __init__(self, language: str) -> None:
        self._language = language

    def page(self, kind: LetterKind, title: str, state: str, body: str) -> str:
        """Return the whole document. `title`, `state` and `body` are HTML already."""
        return _PAGE.format(
            language=self._language, title=title, tone=_TONES[kind], font=_FONT, state=state, body=body.strip()
        )

    def paragraph(self, caller: Caller) -> str:
        """A paragraph."""
        return _PARAGRAPH.format(_collapsed(caller()))

    def small(self, caller: Caller) -> str:
        """A remark in small print."""
        return _SMALL.format(_collapsed(caller()))

    def alert(self, caller: Caller) -> str:
        """A line before everything else."""
        return _ALERT.format(_collapsed(caller()))

    def quoted(self, caller: Caller) -> str:
        """A text to be copied, in a frame."""
        return _QUOTED.format(_collapsed(caller()))

    def heading(self, caller: Caller) -> str:
        """A heading."""
        return _HEADING.format(_collapsed(caller()))

    def lines(self, caller: Caller, indent: int = 0) -> str:  # noqa: ARG002 - one shape with text
        """Lines that stay lines."""
        return _PARAGRAPH.format("<br>\n".join(map(_collapsed, _filled_lines(caller()))))

    def signature(self, caller: Caller) -> str:
        """Who writes, below a rule."""
        first, *others = map(_collapsed, _filled_lines(caller()))
        return _SIGNATURE.format("<br>\n".join([f"<strong>{first}</strong>", *others]))

    def details(self, caller: Caller) -> str:
        """A table of items."""
        return _TABLE.format(caller())

    def item(self, label: str, caller: Caller) -> str:
        """One row of `details`: what it is, and what we know."""
        return _ITEM.format(_FONT, escape(label), _FONT, _collapsed(caller()))

    def bullets(self, caller: Caller) -> str:
        """A list."""
        return _BULLETS.format(caller())

    def bullet(self, caller: Caller) -> str:
        """One line of `bullets`."""
        return _BULLET.format(_collapsed(caller()))

    def listing(self, caller: Caller) -> str:
        """A numbered list, as a table: numbers stay beside their text in every client."""
        return _TABLE.format(caller())

    def entry(self, number: object, caller: Caller, aside: str = "") -> str:
        """One entry of `listing`, with a second line in small print. `aside` is escaped unless it is Markup."""
        second = _ASIDE.format(_collapsed(escape(aside))) if aside.strip() else ""
        return _ENTRY.format(_FONT, escape(number), _FONT, _collapsed(caller()), second)

    def strong(self, value: object) -> str:
        """A value to be seen first."""
        return Markup("<strong>{}</strong>").format(value if isinstance(value, Markup) else one_line(str(value)))

    def action(self, label: str, url: str) -> str:
        """Something to do by one click; `url` is our own and is not cut."""
        return Markup('<a href="{}">{}</a>').format(url, one_line(label))

    def chart(self, caller: Caller) -> str:
        """A table of bars: cells with a background, nothing to fetch, nothing to block."""
        return _TABLE.format(caller())

    def bar(self, label: str, count: int, whole: int, tone: str = "neutral") -> str:
        """One bar of `chart`; `tone` is a key of _BAR_TONES."""
        percent = _percent(count, whole)
        full = _BAR_CELL.format(percent, _BAR_TONES[tone]) if percent else ""
        rest = _BAR_CELL.format(100 - percent, _BAR_REST) if percent < 100 else ""  # noqa: PLR2004 - a whole
        shown = escape(one_line(label, LABEL_LIMIT))
        row = _BAR.format(font=_FONT, label=shown, count=count, whole=whole, full=full, rest=rest)
        return Markup(row)  # noqa: S704 - the label is escaped, the rest are our own figures
