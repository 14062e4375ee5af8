"""How the parts of a letter look in HTML: the twin of blocks.TextBlocks, block by block.

HTML is for mail programs: tables for layout, inline styles, system fonts, nothing fetched, readable on a narrow screen
without media queries, which several programs drop. Every text has a colour and every ground below it one too: a
program in dark mode turns both or none.
"""

from urllib.parse import quote

from markupsafe import Markup, escape

from notifications.blocks import LABEL_LIMIT, Caller, collapsed, filled_lines, percent
from notifications.words import one_line
from roll.letters import LetterKind

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
# Outlook on Windows lays out by Word, which knows no max-width: it gets a table of fixed width around the letter
# (conditional comments). Apple's programs reformat and recolour unless asked not to. They make links of what looks like
# a date or an address; only telephone numbers are for tapping.
_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<meta name="supported-color-schemes" content="light">
<meta name="format-detection" content="date=no, address=no">
<meta name="x-apple-disable-message-reformatting">
<title>{title}</title>
</head>
<body style="margin:0;padding:0;background-color:#eef1f4">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#eef1f4">
<tr><td align="center" style="padding:12px 6px">
<!--[if mso]><table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff"
 style="width:100%;max-width:640px;border:1px solid #d5dbe1">
<tr><td align="left" bgcolor="{tone}"
 style="padding:12px 18px;{font};font-size:17px;line-height:1.4;font-weight:bold;color:#ffffff">{state}</td></tr>
<tr><td align="left"
 style="padding:20px 18px 8px;{font};font-size:15px;line-height:1.55;color:#1d2733;word-break:break-word">
{body}
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
"""
_PARAGRAPH = '<p style="margin:0 0 14px">{}</p>\n'
_SMALL = '<p style="margin:0 0 14px;font-size:13px;color:#5a6673">{}</p>\n'
_ALERT = (
    '<p style="margin:0 0 16px;padding:8px 12px;background-color:#fff4d6;border:1px solid #e0c36a;'
    'color:#1d2733">{}</p>\n'
)
_QUOTED = (
    '<p style="margin:0 0 14px;padding:12px;background-color:#f4f6f8;border:1px solid #d5dbe1;color:#1d2733">{}</p>\n'
)
_HEADING = '<p style="margin:24px 0 8px;font-weight:bold;font-size:15px;color:#1d2733">{}</p>\n'
_SIGNATURE = '<p style="margin:18px 0 14px;padding-top:12px;border-top:1px solid #d5dbe1">{}</p>\n'
_TABLE = (
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" '
    'style="margin:0 0 14px">\n{}</table>\n'
)
# One line height in both cells, so that label and value stand on one line though they differ in size.
_ITEM = (
    '<tr><td width="36%" valign="top" style="{};font-size:14px;line-height:23px;padding:5px 8px 5px 0;'
    'border-bottom:1px solid #e7ebef;color:#5a6673">{}</td><td valign="top" style="{};font-size:15px;line-height:23px;'
    'padding:5px 0;border-bottom:1px solid #e7ebef;color:#1d2733;word-break:break-word">{}</td></tr>\n'
)
_ENTRY = (
    '<tr><td width="32" valign="top" style="{};font-size:15px;line-height:23px;padding:7px 0;color:#5a6673">{}.</td>'
    '<td valign="top" style="{};font-size:15px;line-height:23px;padding:7px 0;border-bottom:1px solid #e7ebef;'
    'color:#1d2733;word-break:break-word">{}{}</td></tr>\n'
)
# What is found and what is asked for is what its reader looks for: quieter than the sentence, not smaller than print.
_ASIDE = '<br><span style="font-size:14px;color:#44515f">{}</span>'
# Padding above and below makes a link a finger can meet (WCAG 2.2, 2.5.8: 24 pixels).
_ACTION = (
    '<a href="{}" style="display:inline-block;padding:4px 0;font-weight:bold;color:#1f5fae;'
    'text-decoration:underline">{}</a>'
)
# Margin, not padding: Word draws the bullets of a list without a left margin outside of the letter.
_BULLETS = '<ul style="margin:0 0 14px 22px;padding:0">\n{}</ul>\n'
_BULLET = '<li style="margin:0 0 4px">{}</li>\n'
_BAR = (
    '<tr><td width="40%" style="{font};font-size:14px;line-height:20px;padding:4px 8px 4px 0;color:#1d2733">'
    '{label}</td><td width="12%" align="right" style="{font};font-size:14px;line-height:20px;padding:4px 10px 4px 0;'
    'color:#1d2733;white-space:nowrap">'
    "<strong>{count}</strong>/{whole}</td>"
    '<td style="padding:4px 0"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>'
    "{full}{rest}</tr></table></td></tr>\n"
)
_BAR_CELL = '<td width="{}%" height="14" bgcolor="{}" style="font-size:1px;line-height:14px">&nbsp;</td>'
_IMAGE = (
    '<p style="margin:0 0 14px"><img src="cid:{source}" alt="{alt}" width="{width}" '
    'style="display:block;width:100%;max-width:{width}px;height:auto;border:0;color:#1d2733"></p>\n'
)
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
        return _PARAGRAPH.format(collapsed(caller()))

    def small(self, caller: Caller) -> str:
        """A remark in small print."""
        return _SMALL.format(collapsed(caller()))

    def alert(self, caller: Caller) -> str:
        """A line before everything else."""
        return _ALERT.format(collapsed(caller()))

    def quoted(self, caller: Caller) -> str:
        """A text to be copied, in a frame."""
        return _QUOTED.format(collapsed(caller()))

    def heading(self, caller: Caller) -> str:
        """A heading."""
        return _HEADING.format(collapsed(caller()))

    def lines(self, caller: Caller, indent: int = 0) -> str:  # noqa: ARG002 - one shape with text
        """Lines that stay lines."""
        return _PARAGRAPH.format("<br>\n".join(map(collapsed, filled_lines(caller()))))

    def signature(self, caller: Caller) -> str:
        """Who writes, below a rule."""
        first, *others = map(collapsed, filled_lines(caller()))
        return _SIGNATURE.format("<br>\n".join([f"<strong>{first}</strong>", *others]))

    def details(self, caller: Caller) -> str:
        """A table of items."""
        return _TABLE.format(caller())

    def item(self, label: str, caller: Caller) -> str:
        """One row of `details`: what it is, and what we know."""
        return _ITEM.format(_FONT, escape(label), _FONT, collapsed(caller()))

    def bullets(self, caller: Caller) -> str:
        """A list."""
        return _BULLETS.format(caller())

    def bullet(self, caller: Caller) -> str:
        """One line of `bullets`."""
        return _BULLET.format(collapsed(caller()))

    def listing(self, caller: Caller) -> str:
        """A numbered list, as a table: numbers stay beside their text in every client."""
        return _TABLE.format(caller())

    def entry(self, number: object, caller: Caller, aside: str = "") -> str:
        """One entry of `listing`, with a second line in small print. `aside` is escaped unless it is Markup."""
        second = _ASIDE.format(collapsed(escape(aside))) if aside.strip() else ""
        return _ENTRY.format(_FONT, escape(number), _FONT, collapsed(caller()), second)

    def strong(self, value: object) -> str:
        """A value to be seen first."""
        return Markup("<strong>{}</strong>").format(value if isinstance(value, Markup) else one_line(str(value)))

    def action(self, label: str, url: str) -> str:
        """Something to do by one click; `url` is our own and is not cut."""
        link = _ACTION.format(escape(url), escape(one_line(label)))
        return Markup(link)  # noqa: S704 - both are escaped

    def chart(self, caller: Caller) -> str:
        """A table of bars: cells with a background, nothing to fetch, nothing to block."""
        return _TABLE.format(caller())

    def bar(self, label: str, count: int, whole: int, tone: str = "neutral") -> str:
        """One bar of `chart`; `tone` is a key of _BAR_TONES."""
        share = percent(count, whole)
        full = _BAR_CELL.format(share, _BAR_TONES[tone]) if share else ""
        rest = _BAR_CELL.format(100 - share, _BAR_REST) if share < 100 else ""  # noqa: PLR2004 - a whole
        shown = escape(one_line(label, LABEL_LIMIT))
        row = _BAR.format(font=_FONT, label=shown, count=count, whole=whole, full=full, rest=rest)
        return Markup(row)  # noqa: S704 - the label is escaped, the rest are our own figures

    def image(self, content_id: str, alt: str, width: int) -> str:
        """A picture that came with the letter, at most `width` CSS pixels wide; `alt` for those who do not see it.

        `content_id` is its attachment's (facts.Attachment). Outlook goes by the attribute, all others by the style.
        """
        source = quote(content_id, safe="@")
        picture = _IMAGE.format(source=source, alt=escape(one_line(alt)), width=width)
        return Markup(picture)  # noqa: S704 - id and words are escaped, the rest is our own
