"""How the parts of a letter look: a paragraph, a list, a table of figures; here as text, in html_blocks as HTML.

A letter's template says each sentence once and calls these; so the text twin and the HTML never differ in what they
say.
"""

from collections.abc import Callable

from notifications.words import one_line
from roll.letters import LetterKind

# A label of a chart in text: most fit the width, so that the figures stand in a column.
LABEL_WIDTH = 30
LABEL_LIMIT = 60
BAR_STEPS = 20

# What a template may call.
NAMES = (
    *("paragraph", "small", "alert", "quoted", "heading", "lines", "signature"),
    *("details", "item", "bullets", "bullet", "listing", "entry", "chart", "bar", "image", "action"),
)

Caller = Callable[[], str]


class Prose(str):
    """Finished plain text: what a block returns, so that it is not cleaned a second time."""

    __slots__ = ()


def percent(count: int, whole: int) -> int:
    """Return the share in whole percent, at least 1 where there is something to see."""
    share = round(100 * count / whole) if whole else 0
    return min(100, max(share, 1 if count else 0))


def collapsed(text: str) -> str:
    """Return `text` on one line, one space between words."""
    # str.split on Markup gives plain strings; Markup's own would check every word again.
    return " ".join(str.split(text))


def filled_lines(text: str) -> list[str]:
    """Return the lines of `text` that are not blank, without the blanks around them."""
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
        return f"{collapsed(caller())}\n\n"

    def small(self, caller: Caller) -> str:
        """A remark in small print."""
        return self.paragraph(caller)

    def alert(self, caller: Caller) -> str:
        """A line before everything else."""
        return f"*** {collapsed(caller())} ***\n\n"

    def quoted(self, caller: Caller) -> str:
        """A text to be copied, between rules."""
        return f"-----\n{collapsed(caller())}\n-----\n\n"

    def heading(self, caller: Caller) -> str:
        """A heading."""
        return f"\n\n{collapsed(caller())}\n\n"

    def lines(self, caller: Caller, indent: int = 0) -> str:
        """Lines that stay lines; all but the first are indented."""
        return ("\n" + " " * indent).join(map(collapsed, filled_lines(caller()))) + "\n\n"

    def signature(self, caller: Caller) -> str:
        """Who writes."""
        return self.lines(caller)

    def details(self, caller: Caller) -> str:
        """A list of items."""
        return "\n".join(filled_lines(caller())) + "\n\n"

    def item(self, label: str, caller: Caller) -> str:
        """One line of `details`: what it is, and what we know."""
        return f"- {label}: {collapsed(caller())}\n"

    def bullets(self, caller: Caller) -> str:
        """A list."""
        return "\n".join(f"  {line}" for line in filled_lines(caller())) + "\n\n"

    def bullet(self, caller: Caller) -> str:
        """One line of `bullets`."""
        return f"+ {collapsed(caller())}\n"

    def listing(self, caller: Caller) -> str:
        """A numbered list."""
        return caller().strip() + "\n\n"

    def entry(self, number: object, caller: Caller, aside: str = "") -> str:
        """One entry of `listing`, with a second line in small print."""
        second = f"\n   {collapsed(aside)}" if aside.strip() else ""
        return f"{number}. {collapsed(caller())}{second}\n"

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
        drawn = "#" * (percent(count, whole) * BAR_STEPS // 100 or bool(count))
        return Prose(f"   {one_line(label, LABEL_LIMIT):<{LABEL_WIDTH}}  {count:>3}/{whole:<3}  {drawn}\n")

    def image(self, content_id: str, alt: str, width: int) -> str:  # noqa: ARG002 - one shape with HTML
        """Nothing: what a picture shows stands in the text already."""
        return Prose("")
