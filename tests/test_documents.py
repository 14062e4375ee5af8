"""The documents say all that the code does, and nothing that it does not."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from intake import message
from service import reasons
from tests import write_documents

ROOT = Path(__file__).parent.parent
ROOMS = ("roll", "forms", "intake", "storage", "notifications", "service")


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes())


def code_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def rows_below(text: str, heading: str) -> list[list[str]]:
    """Return the cells of the table below a heading that begins so, the table's own head left out."""
    section = re.split(r"^#+ ", text.split(f"\n## {heading}", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    rows = [re.split(r"(?<!\\)\|", line.strip("|")) for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


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


# Reasons.


def reasons_in_code() -> set[str]:
    """Return every reason that the code can give a mail or a reading."""
    decide = tree_of(ROOT / "intake/decide.py")
    found = codes(arguments(decide, "_wait", 2)) | codes(arguments(decide, "Understanding", 1))
    found |= codes(returned(decide, "_owner|_repeated|_campaign|_reason_.*")) | codes(assigned(decide, "reason"))
    purpose = tree_of(ROOT / "intake/purpose.py")
    found |= codes(returned(purpose, "of")) | {each.elts[0].value for each in next(assigned(purpose, "_PURPOSES")).elts}  # type: ignore[attr-defined]
    machines = tree_of(ROOT / "intake/machine_mail.py")
    found |= codes(returned(machines, ".*_reason.*"))
    read = tree_of(ROOT / "forms/read.py")
    found |= (
        codes(arguments(read, "Reading", 1))
        | codes(arguments(read, "_reading", 1))
        | codes(assigned(read, "_VERDICTS"))
    )
    for path in code_files("service"):
        found |= codes(arguments(tree_of(path), "set_aside", 2)) | codes(arguments(tree_of(path), "Understanding", 1))
    return found


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
    return found | codes(returned(tree_of(ROOT / "intake/unpack.py"), "_open"))


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


# Commands.

# The contract's commands; those under a group stand behind it.
PROMISED = (
    "init", "doctor", "run", "poll", "import", "send", "status", "messages", "replay", "review", "review assign",
    "review accept", "review return", "review dismiss", "review undo", "letters", "letters preview", "letters cancel",
    "pause", "resume", "remind", "digest", "plan", "consolidate", "export", "form learn", "form blank", "form read",
    "form mark", "campaign apply", "campaign list", "campaign extend", "campaign exempt", "units list", "units import",
    "units learn", "audit", "mailbox login", "user add", "user list", "user disable", "db upgrade", "backup", "restore",
)  # fmt: skip


def test_every_promised_command_is_there_or_says_that_it_is_to_come() -> None:
    assert set(PROMISED) - {each.path for each in write_documents.commands()} == set()


def test_every_command_and_every_option_says_what_it_does() -> None:
    speechless = [each.path for each in write_documents.commands() if not each.command.help]
    speechless += [
        f"{each.path} {option.opts[0]}"
        for each in write_documents.commands()
        for option in each.options()
        if not option.help
    ]
    assert speechless == []


@pytest.mark.parametrize("name", sorted(write_documents.DOCUMENTS))
def test_what_a_document_tells_of_the_code_is_what_the_code_says_now(name: str) -> None:
    expected = write_documents.written(name, write_documents.DOCUMENTS[name]())
    assert text_of(f"docs/{name}") == expected, "run python -m tests.write_documents, then read what changed"


def test_every_command_that_a_document_names_exists() -> None:
    known = {each.path for each in write_documents.commands()}
    groups = {each.path for each in write_documents.commands() if isinstance(each.command, click.Group)}
    unknown = []
    for name in ("README.md", "README.vi.md", "SECURITY.md", "CHANGELOG.md", "docs/reasons.md", "docs/commands.md"):
        for words in re.findall(r"`(?:\.venv/bin/)?rollcall (?:--config \S+ )?([a-z][a-z ]*)", text_of(name)):
            first, _, rest = words.strip().partition(" ")
            below = f"{first} {rest.split(' ')[0]}" if rest else first
            if below not in known and (first not in known or first in groups - {"review", "letters"}):
                unknown.append(f"{name}: {words}")
    assert unknown == []


def test_every_limit_says_where_its_number_comes_from() -> None:
    assert [f"{each.path}:{each.line} {each.name}" for each in write_documents.limits() if not each.why] == []


# Dependencies.


def declared() -> set[str]:
    """Return the distributions that pyproject.toml asks for at run time."""
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    return {re.split(r"[<>=~!\[; ]", each, maxsplit=1)[0] for each in project["dependencies"]}


def homes() -> dict[str, tuple[str, ...]]:
    """Return, by name of import, the files and folders that docs/dependencies.md gives each library."""
    text = text_of("docs/dependencies.md")
    rows = rows_below(text, "What runs") + rows_below(text, "What comes with them")
    return {row[1].strip("`"): tuple(re.findall(r"`([^`]+)`", row[2])) for row in rows}


def imports() -> Iterator[tuple[str, str]]:
    """Yield (library, file) for every import of something from outside."""
    for path in code_files(*ROOMS):
        for node in ast.walk(tree_of(path)):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names = [node.module]
            for name in names:
                top = name.partition(".")[0]
                if top not in sys.stdlib_module_names and top not in ROOMS:
                    yield top, path.relative_to(ROOT).as_posix()


def test_every_dependency_is_listed_with_its_home_and_why_it_is_there() -> None:
    rows = rows_below(text_of("docs/dependencies.md"), "What runs")
    assert {row[0] for row in rows} == declared()
    assert [row[0] for row in rows if len(row) != 4 or not row[3]] == []


def test_every_library_is_imported_in_its_home_and_nowhere_else() -> None:
    places = homes()
    strangers = [
        f"{file} imports {library}" for library, file in imports() if not file.startswith(places.get(library, ()))
    ]
    assert strangers == []


def test_no_library_is_listed_that_nothing_imports() -> None:
    imported = {library for library, _ in imports()}
    assert {library for library, places in homes().items() if places} - imported == set()


def test_every_development_dependency_is_listed() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    wanted = {re.split(r"[<>=~!\[; ]", each, maxsplit=1)[0] for each in project["optional-dependencies"]["dev"]}
    assert {row[0] for row in rows_below(text_of("docs/dependencies.md"), "What tests")} == wanted


# The front door.


def paths_named(name: str) -> set[str]:
    """Return the files and folders of this tree that a document names."""
    spans = re.findall(r"[`(]([\w./-]+/[\w./-]*|[\w-]+\.(?:py|md|toml|png|csv))[`)]", text_of(name))
    return {
        span
        for span in spans
        if span.partition("/")[0] in {*ROOMS, "tests", "bench", "docs", "campaigns", "scripts"} or "/" not in span
    }


@pytest.mark.parametrize(
    "name", ["README.md", "README.vi.md", "SECURITY.md", "docs/reasons.md", "docs/dependencies.md"]
)
def test_every_file_that_a_document_names_exists(name: str) -> None:
    # What an office writes itself, or what stands in a campaign's folder.
    elsewhere = {"config.toml", "campaign.toml", "form.toml", "units.csv", "blank.xlsx", "decide.py"}
    missing = {
        path
        for path in paths_named(name) - elsewhere
        if not (ROOT / path).exists() and not (ROOT / "docs" / path).exists()
    }
    assert missing == set()


def test_the_two_front_pages_lead_to_each_other_and_name_the_same_files() -> None:
    assert "(README.vi.md)" in text_of("README.md")
    assert "(README.md)" in text_of("README.vi.md")
    assert paths_named("README.md") - {"README.vi.md"} == paths_named("README.vi.md") - {"README.md"}


@pytest.mark.parametrize("name", ["README.md", "README.vi.md"])
def test_the_targets_of_make_that_a_front_page_names_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z]+)", text_of(name)))
    assert {"demo", "test"} <= named <= targets


def test_the_changelog_opens_with_what_is_not_released_yet() -> None:
    assert re.search(r"^## (.+)$", text_of("CHANGELOG.md"), re.MULTILINE)[1] == "Unreleased"  # type: ignore[index]
