"""The templates that a letter is made of, as jinja2 parses them, and the faults that are found in them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import jinja2
from jinja2 import nodes

from notifications.letterhead import BUILT_IN, Fault

Source = Callable[[str], tuple[str, str, None] | None]
# Tests and filters by which a template asks whether a name is there at all.
ASK_WHETHER = frozenset({"defined", "undefined"})
DEFAULTS = frozenset({"default", "d"})


@dataclass(frozen=True, slots=True)
class Paper:
    """What templates are read with: the environment, the sources by name, the names of those that are not built in."""

    environment: jinja2.Environment
    source: Source
    own: frozenset[str]


@dataclass(slots=True)
class Sheet:
    """One template that is read."""

    name: str
    tree: nodes.Template
    asked: frozenset[str]  # the names of which the template asks whether they are defined

    @property
    def blocks(self) -> dict[str, nodes.Block]:
        """Return its blocks by name, wherever they stand."""
        return {block.name: block for block in self.tree.find_all(nodes.Block)}


@dataclass(slots=True)
class Sheets:
    """The templates, each parsed once; `faults` are what was found in them, each once."""

    paper: Paper
    faults: dict[tuple[str, int, str], Fault] = field(default_factory=dict)
    _sheets: dict[str, Sheet | None] = field(default_factory=dict)

    def is_concerned(self, letter: str) -> bool:
        """Return whether a letter is made of any template that is not built in."""
        return any(name in self.paper.own for name in self._made_of(letter, set()))

    def sheet(self, name: str) -> Sheet | None:
        """Return a template, None where there is none of this name or it cannot be parsed."""
        if name not in self._sheets:
            self._sheets[name] = self._parsed(name)
        return self._sheets[name]

    def _parsed(self, name: str) -> Sheet | None:
        found = self.paper.source(name)
        if found is None:
            return None
        try:
            tree = self.paper.environment.parse(found[0], name)
        except jinja2.TemplateSyntaxError as error:
            self.note(Fault(name, error.lineno, (error.message or "").rstrip(".")))
            return None
        return Sheet(name, tree, frozenset(_asked_after(tree)))

    def note(self, fault: Fault, aside: str = "") -> None:
        """Keep a fault; `aside` is said of the first of several that are alike."""
        key = (fault.template, fault.line, fault.message)
        self.faults.setdefault(key, replace(fault, message=fault.message + aside))

    def chain(self, letter: str) -> list[Sheet]:
        """Return a letter and the templates it builds on, itself first."""
        chain: list[Sheet] = []
        extends: nodes.Extends | None = None
        name: str | None = letter
        while name is not None and (sheet := self.sheet(name)) is not None:
            if any(each.name == name for each in chain):
                last, line = chain[-1].name, extends.lineno if extends else 0
                self.note(Fault(last, line, f'it builds on itself; "{BUILT_IN}{name}" is the name of the built-in one'))
                break
            chain.append(sheet)
            extends = sheet.tree.find(nodes.Extends)
            name = constant(extends.template) if extends else None
            if extends and name is not None and self.paper.source(name) is None:
                self.note(Fault(sheet.name, extends.lineno, f'there is no template "{name}" to build on'))
        return chain

    def _made_of(self, name: str, seen: set[str]) -> set[str]:
        if name not in seen:
            seen.add(name)
            sheet = self.sheet(name)
            named = sheet.tree.find_all((nodes.Extends, nodes.Include)) if sheet else ()
            for node in named:
                assert isinstance(node, (nodes.Extends, nodes.Include))
                if (other := constant(node.template)) is not None:
                    self._made_of(other, seen)
        return seen


def constant(node: nodes.Expr) -> str | None:
    """Return the text that an expression is, None for any other expression."""
    return node.value if isinstance(node, nodes.Const) and isinstance(node.value, str) else None


def _asked_after(tree: nodes.Template) -> Iterator[str]:
    for node in tree.find_all((nodes.Test, nodes.Filter)):
        names = ASK_WHETHER if isinstance(node, nodes.Test) else DEFAULTS
        if node.name in names and isinstance(node.node, nodes.Name):
            yield node.node.name
