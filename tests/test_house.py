"""The rules of the house that no linter knows: sizes, names, broad catches, and what must never stand in the tree."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("roll", "forms", "intake", "storage", "notifications", "service")
CODE = (*ROOMS, "tests", "bench")
TEXT_FOLDERS = (*CODE, "campaigns", "docs", "scripts", ".ci")
TEXT_KINDS = frozenset(
    {".py", ".toml", ".csv", ".md", ".j2", ".html", ".txt", ".css", ".js", ".ini", ".cfg", ".mako", ""}
)
TOP_LEVEL = (
    "README.md",
    "README.vi.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "NOTICE",
    "Makefile",
    "pyproject.toml",
    "config.example.toml",
    "requirements.lock",
    "requirements-dev.lock",
)

LONGEST_FILE = 500
LONGEST_FUNCTION = 60
SAYS_NOTHING = frozenset(
    {"utils", "util", "helpers", "helper", "manager", "managers", "base", "handler", "handlers", "common", "misc"}
)
# A migration is a record of what was done, one long list of tables.
UNCOUNTED = ("storage/migrations/versions",)

# Registries and mirrors: a clone must install from wherever its own pip is told to.
REGISTRIES = re.compile(
    "|".join(["pypi" + r"\.org", "python" + "hosted", "(?<!no-emit-)index" + "-url", "find" + "-links"])
)
MACHINE_PATHS = ("/" + "work/", "/" + "root/", "/opt/" + "pypi", "/opt/" + "wheels", "/tmp/" + "rollcall")
UNFINISHED = re.compile(
    r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "st" + "ub(?:bed)?"]) + r")\b"
)

ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]*@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})")
# RFC 2606 §2 and RFC 6761: names that belong to nobody.
NOBODYS_DOMAINS = (".example", ".test", ".invalid", "example.com", "example.org", "example.net", "example.vn")
# Where a provider's own name is what is tested or explained: known providers, and look-alike senders.
PROVIDERS = frozenset(
    {
        "fastmail.com",
        "gmail.com",
        "googlemail.com",
        "icloud.com",
        "outlook.com",
        "so.onmicrosoft.com",
        "yahoo.com.vn",
        "zoho.com",
    }
)  # fmt: skip
# The area code of the sample campaign. Its numbers are made up, and all begin with the same three noughts.
SAMPLE_TELEPHONE = re.compile(r"\b0205[ .]?[0-9](?:[ .]?[0-9]){4,7}\b")


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def text_files() -> Iterator[Path]:
    yield from (ROOT / name for name in TOP_LEVEL if (ROOT / name).is_file())
    for folder in TEXT_FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in TEXT_KINDS and "__pycache__" not in path.parts:
                yield path


def shown(path: Path, line: int = 0) -> str:
    return f"{path.relative_to(ROOT).as_posix()}:{line}" if line else path.relative_to(ROOT).as_posix()


def lines_with(pattern: re.Pattern[str] | str) -> list[str]:
    """Return file:line of every line of text in which `pattern` occurs, this file left out."""
    found = []
    for path in text_files():
        if path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), start=1):
            if (pattern in line) if isinstance(pattern, str) else pattern.search(line):
                found.append(shown(path, number))
    return found


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_file_is_longer_than_five_hundred_lines() -> None:
    too_long = [
        f"{shown(path)} has {count} lines"
        for path in python_files(*CODE)
        if not shown(path).startswith(UNCOUNTED) and (count := path.read_text().count("\n")) > LONGEST_FILE
    ]
    assert too_long == []


def test_no_function_is_longer_than_sixty_lines() -> None:
    too_long = [
        f"{shown(path, function.lineno)} {function.name} has {length} lines"
        for path in python_files(*CODE)
        if not shown(path).startswith(UNCOUNTED)
        for function in functions(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    ]
    assert too_long == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    files = [path for path in python_files(*CODE) if path.stem in SAYS_NOTHING]
    folders = [
        path for room in CODE for path in (ROOT / room).rglob("*") if path.is_dir() and path.name in SAYS_NOTHING
    ]
    assert [shown(path) for path in (*files, *folders)] == []


def test_no_error_is_swallowed() -> None:
    swallowed = [
        shown(path, node.lineno)
        for path in python_files(*CODE)
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ExceptHandler) and all(isinstance(each, ast.Pass) for each in node.body)
    ]
    assert swallowed == []


def _is_broad(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {each.id for each in caught if isinstance(each, ast.Name)}
    return handler.type is None or bool(names & {"Exception", "BaseException"})


def _comments(path: Path) -> dict[int, str]:
    read = io.BytesIO(path.read_bytes()).readline
    return {token.start[0]: token.string for token in tokenize.tokenize(read) if token.type == tokenize.COMMENT}


def test_whatever_catches_everything_raises_again_or_says_that_it_is_the_one_that_does() -> None:
    unexplained = []
    for path in python_files(*ROOMS):
        comments = _comments(path)
        for node in ast.walk(ast.parse(path.read_bytes())):
            if not isinstance(node, ast.ExceptHandler) or not _is_broad(node):
                continue
            raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
            if not raises and "the one catch-all" not in comments.get(node.lineno, ""):
                unexplained.append(shown(path, node.lineno))
    assert unexplained == []


def test_nothing_is_left_unfinished() -> None:
    assert lines_with(UNFINISHED) == []


@pytest.mark.parametrize("forbidden", MACHINE_PATHS)
def test_no_path_of_one_machine_stands_in_the_tree(forbidden: str) -> None:
    assert lines_with(forbidden) == []


def test_no_package_registry_is_named() -> None:
    assert lines_with(REGISTRIES) == []


def test_mail_addresses_belong_to_nobody() -> None:
    real = []
    for path in text_files():
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), start=1):
            for match in ADDRESS.finditer(line):
                domain = match[1].lower()
                if not domain.endswith(NOBODYS_DOMAINS) and domain not in PROVIDERS:
                    real.append(f"{shown(path, number)} {match[0]}")
    assert real == []


def test_telephone_numbers_of_the_sample_campaign_are_made_up() -> None:
    real = []
    for path in text_files():
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), start=1):
            real += [
                f"{shown(path, number)} {match[0]}"
                for match in SAMPLE_TELEPHONE.finditer(line)
                if not re.sub(r"[^0-9]", "", match[0]).startswith("02053000")
            ]
    assert real == []


def test_a_document_that_is_named_exists() -> None:
    missing = []
    for path in text_files():
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), start=1):
            missing += [
                f"{shown(path, number)} {name}"
                for name in re.findall(r"\bdocs/[\w./-]*\w\.(?:md|png)\b", line)
                if not (ROOT / name).is_file()
            ]
    assert missing == []
