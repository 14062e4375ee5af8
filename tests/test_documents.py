"""The documents say all that the code does, and nothing that it does not."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator

import click
import pytest

from roll import roster_rows
from tests import write_documents
from tests.documents import ROOMS, ROOT, code_files, rows_below, text_of, tree_of

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
        for words in re.findall(r"`(?:\.venv/bin/)?rollcall (?:--config \S+ )?([a-z][a-z -]*)", text_of(name)):
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
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", text_of(name), re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


def test_the_changelog_opens_with_what_is_not_released_yet() -> None:
    assert re.search(r"^## (.+)$", text_of("CHANGELOG.md"), re.MULTILINE)[1] == "Unreleased"  # type: ignore[index]


def test_the_page_on_campaign_folders_explains_every_key_and_every_column() -> None:
    page = text_of("docs/campaign-folder.md")
    source = text_of("roll/campaigns.py")
    keys = set(re.findall(r'declared\.(?:line|texts|days|instant|flag|clock_time)\("(\w+)"', source))
    assert len(keys) > 15
    explained = set(re.findall(r"`(\w+)`", page))
    assert (keys | set(roster_rows.COLUMNS)) - explained == set()
