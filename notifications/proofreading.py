"""Reading a campaign's own templates without writing a letter: what a branch says that no example comes to.

Each name, attribute, filter, test, block and call is looked at, in every template that the letter is made of, with the
names that the letter is given.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from jinja2 import nodes
from jinja2.runtime import LoopContext

from notifications import shapes, template_calls
from notifications.letterhead import Fault
from notifications.shapes import ANYTHING, Shape
from notifications.template_sheets import ASK_WHETHER, DEFAULTS, Sheet, Sheets, constant

# What our filters take, in words.
_SAID: dict[object, str] = {datetime: "time", int: "number", str: "text"}
_SAME = frozenset({"list", "sort", "unique", "reverse", "select", "reject", "selectattr", "rejectattr"})
_BY_ATTRIBUTE = frozenset({"selectattr", "rejectattr", "map", "sort", "groupby", "sum", "unique", "min", "max"})
# What stands in a template that builds on another one, outside of its blocks, is not shown.
_SHOWN = (nodes.Output, nodes.CallBlock, nodes.For, nodes.FilterBlock, nodes.Include)


Scope = dict[str, Shape]


def read(sheets: Sheets, letter: str, given: Mapping[str, Shape]) -> None:
    """Read a letter that is given these names; what is wrong is noted in `sheets`."""
    _Reading(sheets, letter, given).read()


class _Reading:
    """One letter that is read: the chain of its templates, the names it is given."""

    def __init__(self, sheets: Sheets, letter: str, given: Mapping[str, Shape]) -> None:
        self._sheets, self._chain = sheets, sheets.chain(letter)
        self._environment, self._own = sheets.paper.environment, sheets.paper.own
        self._functions: dict[str, Any] = {}
        self._functions |= {name: each for name, each in self._environment.globals.items() if callable(each)}
        values = {name: each for name, each in self._environment.globals.items() if not callable(each)}
        self._top: Scope = dict.fromkeys((*self._functions, "self"), ANYTHING)
        self._given = frozenset(given)
        self._top |= {name: shapes.of_value(value) for name, value in values.items()} | dict(given)
        self._at = self._chain[0] if self._chain else None
        self._sites: list[tuple[str, int]] = []
        # What each block may name: what fills it elsewhere is given what the template that shows it gives.
        self._inside: dict[str, Scope] = {}

    def read(self) -> None:
        """Note every fault of the letter."""
        for sheet in reversed(self._chain):
            self._at = sheet
            for node in sheet.tree.body:
                if isinstance(node, (nodes.Assign, nodes.AssignBlock, nodes.Macro)):
                    self._statement(node, self._top)
        for place, sheet in reversed(list(enumerate(self._chain))):
            self._at = sheet
            if place + 1 < len(self._chain):
                self._look_at_blocks(sheet, self._chain[place + 1 :])
            self._body(sheet.tree.body, dict(self._top))

    # What is wrong, and where.

    def _fault(self, node: nodes.Node, message: str, of_another: str = "") -> None:
        """Note a fault of the template that is read.

        Where that one is built in, the fault is that of the own one that includes it or that it builds on; it is then
        told as `of_another`, if that is said otherwise.
        """
        assert self._at is not None
        if self._at.name in self._own:
            self._sheets.note(Fault(self._at.name, node.lineno, message))
            return
        place = self._chain.index(self._at) + 1 if self._at in self._chain else len(self._chain)
        to_blame = [*reversed(self._sites), *((sheet.name, 0) for sheet in self._chain[place:])]
        name, line = next((each for each in to_blame if each[0] in self._own), ("", 0))
        if name:
            self._sheets.note(Fault(name, line, of_another or message), f" (the built-in {self._at.name} needs it)")

    def _look_at_blocks(self, sheet: Sheet, parents: Sequence[Sheet]) -> None:
        there = {name for parent in parents for name in parent.blocks}
        for node in sheet.tree.body:
            if isinstance(node, nodes.Block) and node.name not in there:
                near = template_calls.nearest(node.name, there)
                lost = f'"{parents[0].name}" has no block "{node.name}", so nothing of it would be shown{near}'
                self._fault(node, lost, f'it has no block "{node.name}"')
            elif isinstance(node, _SHOWN) and not _is_blank(node):
                self._fault(node, "what stands outside of every block is not shown; it belongs into the block body")

    # Statements.

    def _body(self, body: Sequence[nodes.Node], scope: Scope) -> None:
        for node in body:
            self._statement(node, scope)

    def _statement(self, node: nodes.Node, scope: Scope) -> None:  # noqa: C901, PLR0912 - one case a kind of statement
        match node:
            case nodes.Output():
                for each in node.nodes:
                    self._printed(each, scope)
            case nodes.If():
                self._if(node, scope)
            case nodes.For():
                self._for(node, scope)
            case nodes.Assign():
                self._assign(node.target, self._shape(node.node, scope), scope)
            case nodes.AssignBlock():
                self._body(node.body, dict(scope))
                self._assign(node.target, frozenset({str}), scope)
            case nodes.CallBlock():
                self._call(node.call, scope, has_caller=True)
                self._body(node.body, scope | _unknown(node.args))
            case nodes.With():
                values = [self._shape(value, scope) for value in node.values]
                inside = dict(scope)
                for target, value in zip(node.targets, values, strict=True):
                    self._assign(target, value, inside)
                self._body(node.body, inside)
            case nodes.Block():
                inside = self._inside.setdefault(node.name, dict(scope) if node.scoped else self._top)
                self._body(node.body, inside | {"super": ANYTHING})
            case nodes.Macro():
                scope[node.name] = ANYTHING
                self._body(node.body, scope | _unknown(node.args) | {"caller": ANYTHING})
            case nodes.Include():
                self._include(node, scope)
            case nodes.FilterBlock():
                self._body(node.body, scope)
            case nodes.ExprStmt():
                self._shape(node.node, scope)
            case _:
                return

    def _if(self, node: nodes.If, scope: Scope) -> None:
        self._shape(node.test, scope)
        self._body(node.body, scope)
        # A part of several letters asks which of them it stands in: what it says in another one is read there.
        if not self._is_whether_given(node.test):
            self._body([*node.elif_, *node.else_], scope)

    def _is_whether_given(self, test: nodes.Node) -> bool:
        """Return whether a test asks for a name that this letter is always given."""
        match test:
            case nodes.Test(name="defined", node=nodes.Name(name=name)):
                return name in self._given
        return False

    def _for(self, node: nodes.For, scope: Scope) -> None:
        inside = dict(scope) | {"loop": frozenset({LoopContext})}
        self._assign(node.target, shapes.element(self._shape(node.iter, scope)), inside)
        if node.test is not None:
            self._shape(node.test, inside)
        self._body(node.body, inside)
        self._body(node.else_, dict(scope))

    def _assign(self, target: nodes.Node, value: Shape, scope: Scope) -> None:
        if isinstance(target, nodes.Name):
            scope[target.name] = value
        elif isinstance(target, nodes.Tuple):
            for each in target.items:
                self._assign(each, ANYTHING, scope)

    def _include(self, node: nodes.Include, scope: Scope) -> None:
        name = constant(node.template)
        if name is None:
            return
        sheet = self._sheets.sheet(name)
        if sheet is None:
            if self._sheets.paper.source(name) is None:
                self._fault(node, f'there is no template "{name}" to include')
            return
        here = self._at
        assert here is not None
        if sheet is here or name in [site for site, _ in self._sites]:
            self._fault(node, f'"{name}" includes itself without end')
            return
        self._sites.append((here.name, node.lineno))
        self._at = sheet
        self._body(sheet.tree.body, dict(scope))
        self._at = here
        self._sites.pop()

    # Expressions.

    def _printed(self, node: nodes.Node, scope: Scope) -> None:
        if isinstance(node, nodes.Name) and node.name in self._functions and scope.get(node.name) is ANYTHING:
            self._fault(
                node,
                f'"{node.name}" must be called: {template_calls.how_to_call(node.name, self._functions[node.name])}',
            )
        elif isinstance(node, nodes.Expr):
            self._shape(node, scope)

    def _shape(self, node: nodes.Node, scope: Scope) -> Shape:  # noqa: PLR0911 - one case a kind of expression
        """Return the shape of an expression, after noting what is wrong in it."""
        match node:
            case nodes.Name():
                return self._name(node, scope)
            case nodes.Getattr():
                return self._attribute(node, scope, is_called=False)
            case nodes.Const():
                return shapes.of_value(node.value)
            case nodes.CondExpr():
                self._shape(node.test, scope)
                return self._either(node.expr1, node.expr2, scope)
            case nodes.Or() | nodes.And():
                return self._either(node.left, node.right, scope)
            case nodes.Call():
                return self._call(node, scope, has_caller=False)
            case nodes.Filter():
                return self._filter(node, scope)
            case nodes.Test():
                return self._test(node, scope)
        for child in node.iter_child_nodes():
            self._shape(child, scope)
        return frozenset({str}) if isinstance(node, nodes.Concat) else ANYTHING

    def _either(self, first: nodes.Expr, second: nodes.Expr | None, scope: Scope) -> Shape:
        one = self._shape(first, scope)
        return shapes.joined(one, self._shape(second, scope)) if second is not None else one

    def _name(self, node: nodes.Name, scope: Scope) -> Shape:
        assert self._at is not None
        if node.name in scope:
            return scope[node.name]
        if node.name not in self._at.asked:
            near = template_calls.nearest(node.name, scope)
            self._fault(node, f'there is no "{node.name}" in this letter{near}', f'it gives no "{node.name}"{near}')
        return ANYTHING

    def _attribute(self, node: nodes.Getattr, scope: Scope, *, is_called: bool) -> Shape:
        of = self._shape(node.node, scope)
        found = shapes.attribute(of, node.attr)
        if found is None:
            whole = _written(node.node) or "this"
            self._fault(node, f'"{whole}" has no "{node.attr}"{template_calls.nearest(node.attr, shapes.names_of(of))}')
            return ANYTHING
        if found.is_method and not is_called:
            self._fault(node, f'"{_written(node)}" must be called, with parentheses')
        return found.shape

    def _call(self, node: nodes.Node, scope: Scope, *, has_caller: bool) -> Shape:
        if not isinstance(node, nodes.Call):
            return self._shape(node, scope)
        for each in (*node.args, *(keyword.value for keyword in node.kwargs)):
            self._shape(each, scope)
        if isinstance(node.node, nodes.Getattr):
            return self._attribute(node.node, scope, is_called=True)
        if isinstance(node.node, nodes.Name):
            self._name(node.node, scope)
            function = self._functions.get(node.node.name) if scope.get(node.node.name) is ANYTHING else None
            if wrong := template_calls.fault_of_call(node, function, has_caller=has_caller):
                self._fault(node, f'"{node.node.name}" is called otherwise{wrong}')
        return ANYTHING

    def _filter(self, node: nodes.Filter, scope: Scope) -> Shape:
        value = ANYTHING
        if node.node is not None and node.name not in DEFAULTS:
            value = self._shape(node.node, scope)
        for each in (*node.args, *(keyword.value for keyword in node.kwargs)):
            self._shape(each, scope)
        function = self._environment.filters.get(node.name)
        if function is None:
            self._fault(
                node, f'there is no filter "{node.name}"{template_calls.nearest(node.name, self._environment.filters)}'
            )
            return ANYTHING
        if template_calls.is_ours(function):
            return self._own_filter(node, value, function)
        if node.name in _BY_ATTRIBUTE:
            self._by_attribute(node, shapes.element(value))
        return value if node.name in _SAME else ANYTHING

    def _own_filter(self, node: nodes.Filter, value: Shape, function: Any) -> Shape:
        if wrong := template_calls.fault_of_filter(node, function):
            self._fault(node, f'the filter "{node.name}" is used otherwise ({wrong})')
            return ANYTHING
        wanted, given = template_calls.takes_and_gives(function)
        if not shapes.fits(value, wanted):
            what = _SAID.get(wanted, str(wanted))
            self._fault(node, f'the filter "{node.name}" takes a {what}, and "{_written(node.node)}" is none')
        return shapes.of_annotation(given)

    def _by_attribute(self, node: nodes.Filter, element: Shape) -> None:
        named = [keyword.value for keyword in node.kwargs if keyword.key == "attribute"]
        if not named and node.name in {"selectattr", "rejectattr", "groupby"}:
            named = node.args[:1]
        name = constant(named[0]) if named else None
        if name is not None and shapes.attribute(element, name.partition(".")[0]) is None:
            near = template_calls.nearest(name, shapes.names_of(element))
            self._fault(node, f'none of "{_written(node.node) or "these"}" has "{name}"{near}')

    def _test(self, node: nodes.Test, scope: Scope) -> Shape:
        if node.name not in ASK_WHETHER:
            self._shape(node.node, scope)
        for each in node.args:
            self._shape(each, scope)
        if node.name not in self._environment.tests:
            self._fault(
                node, f'there is no test "{node.name}"{template_calls.nearest(node.name, self._environment.tests)}'
            )
        return frozenset({bool})


def _unknown(args: Sequence[nodes.Name]) -> Scope:
    return {arg.name: ANYTHING for arg in args}


def _is_blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(each, nodes.TemplateData) and not each.data.strip() for each in node.nodes
    )


def _written(node: nodes.Node | None) -> str:
    """Return a name with its attributes as the template writes it, empty for anything else."""
    if isinstance(node, nodes.Name):
        return node.name
    before = _written(node.node) if isinstance(node, nodes.Getattr) else ""
    return f"{before}.{node.attr}" if before and isinstance(node, nodes.Getattr) else ""
