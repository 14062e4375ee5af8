"""Every reason, danger and flaw that the code can give has words, and is explained in docs/reasons.md."""

import ast
import re
from collections.abc import Iterator

from forms import verdicts
from intake import message
from service import reasons
from storage import erasing
from tests.documents import ROOT, code_files, rows_below, text_of, tree_of


def words_in(expression: ast.expr) -> Iterator[str]:
    """Yield the texts that an expression may come to: constants, both sides of a choice, members of a tuple or set."""
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        yield expression.value
    elif isinstance(expression, ast.IfExp):
        yield from (word for side in (expression.body, expression.orelse) for word in words_in(side))
    elif isinstance(expression, ast.BoolOp):
        yield from (word for side in expression.values for word in words_in(side))
    elif isinstance(expression, ast.Tuple | ast.Set | ast.List):
        yield from (word for member in expression.elts for word in words_in(member))


def codes(expressions: Iterator[ast.expr]) -> set[str]:
    """Return the words of expressions that are written as codes are."""
    return {word for each in expressions for word in words_in(each) if re.fullmatch(r"[a-z][a-z0-9_]*", word)}


def last_name(expression: ast.expr) -> str:
    """Return the last name of `a.b.c` or `c`."""
    return expression.attr if isinstance(expression, ast.Attribute) else getattr(expression, "id", "")


def arguments(tree: ast.AST, called: str, place: int) -> Iterator[ast.expr]:
    """Yield the argument at `place` of each call of a function of that name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and last_name(node.func) == called and len(node.args) > place:
            yield node.args[place]


def returned(tree: ast.AST, functions: str) -> Iterator[ast.expr]:
    """Yield what functions return whose names match a pattern."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and re.fullmatch(functions, node.name):
            yield from (each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value)


def assigned(tree: ast.AST, name: str) -> Iterator[ast.expr]:
    """Yield what is assigned to a name, also beside others in a tuple; of a dict its keys, of a call its argument."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(
            isinstance(each, ast.Name) and each.id == name for each in ast.walk(node.targets[0])
        ):
            if isinstance(node.value, ast.Dict):
                yield from (key for key in node.value.keys if key)
            elif isinstance(node.value, ast.Call):
                yield from node.value.args
            else:
                yield node.value


def reasons_in_code() -> set[str]:
    """Return every reason that the code can give a mail or a reading."""
    found: set[str] = set()
    for name in ("decide", "case", "reported", "replies"):
        rules = tree_of(ROOT / f"intake/{name}.py")
        found |= codes(arguments(rules, "_wait", 2)) | codes(arguments(rules, "Understanding", 1))
        found |= codes(returned(rules, "_owner|_repeated|campaign_of|_?reason_.*")) | codes(assigned(rules, "reason"))
    refusals = tree_of(ROOT / "intake/refusals.py")
    found |= codes(returned(refusals, "reason_of")) | {
        each.elts[0].value for each in next(assigned(refusals, "_REASONS")).elts
    }  # type: ignore[attr-defined]
    ruled = tree_of(ROOT / "intake/ruling.py")
    found |= codes(arguments(ruled, "Understanding", 1)) | codes(assigned(ruled, "reason"))
    found |= codes(each.value for each in ast.walk(ruled) if isinstance(each, ast.keyword) and each.arg == "reason")
    for name, called, place in (("staff_mail", "_held", 1), ("staff_mail", "Understanding", 1)):
        found |= codes(arguments(tree_of(ROOT / f"intake/{name}.py"), called, place))
    found |= codes(arguments(tree_of(ROOT / "intake/sent_mail.py"), "Understanding", 1))
    purpose = tree_of(ROOT / "intake/purpose.py")
    words = tree_of(ROOT / "intake/purpose_words.py")
    found |= codes(returned(purpose, "of")) | {each.elts[0].value for each in next(assigned(words, "PURPOSES")).elts}  # type: ignore[attr-defined]
    machines = tree_of(ROOT / "intake/machine_mail.py")
    found |= codes(returned(machines, ".*_reason.*"))
    read = tree_of(ROOT / "forms/read.py")
    found |= (
        codes(arguments(read, "Reading", 1))
        | codes(arguments(read, "_reading", 1))
        | codes(assigned(read, "_VERDICTS"))
    )
    judged = tree_of(ROOT / "forms/verdicts.py")
    found |= codes(returned(judged, "verdict_of")) | set(verdicts.STAFF_DECIDE.values())
    for path in code_files("service"):
        for called, place in (("set_aside", 2), ("quarantined", 1), ("Understanding", 1)):
            found |= codes(arguments(tree_of(path), called, place))
    return found | {erasing.ERASED}


def reasons_told() -> dict[str, list[str]]:
    """Return the rows of docs/reasons.md by code, over all outcomes."""
    text = text_of("docs/reasons.md")
    rows = [
        row
        for outcome in ("Accepted", "Returned", "Held", "Quarantined", "Duplicate", "Noted")
        for row in rows_below(text, outcome)
    ]
    assert len({row[0] for row in rows}) == len(rows), "a reason is told twice"
    return {row[0].strip("`"): row for row in rows}


def test_every_reason_that_the_code_gives_has_words_and_no_word_is_for_nothing() -> None:
    assert reasons_in_code() == set(reasons.REASONS)


def test_every_reason_is_explained_with_the_words_that_people_read() -> None:
    told = {code: (row[1], row[2]) for code, row in reasons_told().items()}
    assert told == reasons.REASONS


def test_every_explained_reason_says_when_it_is_given_and_what_to_do() -> None:
    assert [code for code, row in reasons_told().items() if len(row) != 5 or not row[3] or not row[4]] == []


def _noted(tree: ast.AST, kind: str) -> Iterator[ast.expr]:
    """Yield what is added to a set called `kind`, by `add`, `update` or `|=`, or given as a keyword of that name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"add", "update"}:
            if last_name(node.func.value) == kind:
                yield from node.args
        elif isinstance(node, ast.AugAssign) and last_name(node.target) == kind:
            yield from _sets_in(node.value)
        elif isinstance(node, ast.keyword) and node.arg == kind:
            yield node.value


def _sets_in(expression: ast.expr) -> Iterator[ast.expr]:
    """Yield the sets of an expression, those left out that are only compared with."""
    yield from (each for each in ast.walk(expression) if isinstance(each, ast.Set))


def dangers_in_code() -> set[str]:
    """Return what makes a mail hostile, as intake finds it."""
    found: set[str] = set()
    for path in code_files("intake"):
        tree = tree_of(path)
        found |= codes(_noted(tree, "dangers")) | codes(arguments(tree, "Hostile", 0))
    found |= codes(arguments(tree_of(ROOT / "intake/message.py"), "Message", 5))
    return found | codes(returned(tree_of(ROOT / "intake/unpack.py"), "_look_into"))


def flaws_in_code() -> set[str]:
    """Return what is odd about a mail but survivable, as intake finds it."""
    found: set[str] = set()
    for path in code_files("intake"):
        found |= codes(_noted(tree_of(path), "flaws"))
    kinds = tree_of(ROOT / "intake/message.py")
    found |= codes(value for each in ast.walk(kinds) if isinstance(each, ast.Dict) for value in each.values)
    return found | codes(returned(tree_of(ROOT / "intake/addresses.py"), "_read|_loose"))


def test_every_danger_is_explained() -> None:
    assert {row[0].strip("`") for row in rows_below(text_of("docs/reasons.md"), "Dangers")} == dangers_in_code()


def test_every_flaw_is_explained_and_those_that_hold_a_mail_are_told_apart() -> None:
    rows = rows_below(text_of("docs/reasons.md"), "Flaws")
    assert {row[0].strip("`") for row in rows} == flaws_in_code()
    assert {row[0].strip("`") for row in rows if row[1] == "held"} == message.HOLDING_FLAWS
