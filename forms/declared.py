"""Reading what an operator declared in TOML: each key once, with its type, and every mistake kept with its path.

Knows nothing of forms. A mistake never stops the reading: the value becomes a harmless default and the sentence goes
to `problems`.
"""

import difflib
import math
from collections.abc import Collection, Iterable


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean "..."?` for the known word closest to `word`, or `.` where none is close."""
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f'; did you mean "{close[0]}"?' if close else "."


class Declared:
    """One table of a declaration. `path` is the place of the table, such as `form.toml: sheet[1].` (counted from 1)."""

    def __init__(self, table: dict[str, object], path: str, problems: list[str]) -> None:
        self.path = path
        self.problems = problems
        self._left = dict(table)
        self._known: set[str] = set()

    def wrong(self, key: str, what: str) -> None:
        """Note a mistake at `key`; `what` is the rest of the sentence."""
        self.problems.append(f"{self.path}{key}: {what}")

    def _take(self, key: str, kind: type | tuple[type, ...], what: str) -> object:
        self._known.add(key)
        value = self._left.pop(key, None)
        # A TOML boolean is no number, though Python's bool is an int.
        wrong = value is not None and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool))
        if wrong:
            self.wrong(key, f"{what} is expected here, not {value!r}.")
        return None if wrong else value

    def text(self, key: str, required: bool = False) -> str:
        """Take a text; empty where it is left out, which is a mistake if it is `required`."""
        left_out = key not in self._left
        value = self._take(key, str, "a text in quotes")
        if required and (left_out or value == ""):
            self.wrong(key, "is required and must not be empty.")
        return value if isinstance(value, str) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of texts; empty where it is left out."""
        value = self._take(key, list, "a list of texts")
        items = value if isinstance(value, list) else []
        if any(not isinstance(item, str) for item in items):
            self.wrong(key, "every item of the list must be a text in quotes.")
        return tuple(item for item in items if isinstance(item, str))

    def one_of(self, key: str, choices: Collection[str], default: str | None = None) -> str:
        """Take one of `choices`; left out, it is `default`, and a mistake where there is no default."""
        value = self.text(key, required=default is None)
        if value and value not in choices:
            self.wrong(key, f'"{value}" is none of {", ".join(filter(None, choices))}{suggestion(value, choices)}')
        fallback = next(iter(choices)) if default is None else default
        return value if value in choices and value else fallback

    def flag(self, key: str) -> bool:
        """Take true or false; false where it is left out."""
        return self._take(key, bool, "true or false") is True

    def whole(self, key: str) -> int | None:
        """Take a whole number; None where it is left out."""
        value = self._take(key, int, "a whole number")
        return value if isinstance(value, int) else None

    def number(self, key: str) -> float | None:
        """Take a finite number; None where it is left out."""
        value = self._take(key, (int, float), "a number")
        if not isinstance(value, int | float):
            return None
        if not math.isfinite(value):
            self.wrong(key, "a finite number is expected here.")
            return None
        return float(value)

    def interval(self, key: str) -> tuple[float, float] | None:
        """Take `[lowest, highest]`; None where it is left out."""
        value = self._take(key, list, "[lowest, highest]")
        if not isinstance(value, list):
            return None
        ends = [end for end in value if isinstance(end, int | float) and not isinstance(end, bool)]
        if len(value) != len(ends) or len(ends) != 2 or not ends[0] <= ends[1]:  # noqa: PLR2004
            self.wrong(key, "[lowest, highest] is expected here, two numbers in this order.")
            return None
        return float(ends[0]), float(ends[1])

    def named_texts(self, key: str) -> tuple[tuple[str, str], ...]:
        """Take a table of texts as pairs of name and text, in the file's order."""
        value = self._take(key, dict, "a table of texts")
        pairs = value.items() if isinstance(value, dict) else ()
        for name, text in pairs:
            if not isinstance(text, str):
                self.wrong(f"{key}.{name}", f"a text in quotes is expected here, not {text!r}.")
        return tuple((name, text) for name, text in pairs if isinstance(text, str))

    def tables(self, key: str) -> list["Declared"]:
        """Take the tables written as `[[key]]`, each with its own path."""
        value = self._take(key, list, f"a list of [[{key}]] tables")
        items = value if isinstance(value, list) else []
        if any(not isinstance(item, dict) for item in items):
            self.wrong(key, f"every item must be a table, written [[{key}]].")
        prefix = f"{self.path}{key}"
        numbered = enumerate(items, start=1)
        return [Declared(item, f"{prefix}[{n}].", self.problems) for n, item in numbered if isinstance(item, dict)]

    def finish(self) -> None:
        """Note every key that nobody asked for."""
        for key in self._left:
            self.wrong(key, f"there is no such key here{suggestion(key, self._known)}")
