"""A database of its own for each test, on a real SQLite file or a real PostgreSQL server."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage import database
from tests import databases
from tests.storage import samples


@pytest.fixture(scope="session")
def empty_schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database at the current schema, made once by the migrations themselves."""
    path = tmp_path_factory.mktemp("schema") / "rollcall.db"
    store = database.Database(databases.url_of(path))
    database.prepare(store)
    store.close()
    return path


@pytest.fixture
def store(empty_schema: Path, tmp_path: Path) -> Iterator[database.Database]:
    """An empty database at the current schema."""
    if not databases.IS_POSTGRESQL:
        shutil.copy(empty_schema, tmp_path / "rollcall.db")
    opened = database.Database(databases.url_of(tmp_path / "rollcall.db"))
    yield opened
    opened.close()


@pytest.fixture
def office(store: database.Database) -> samples.Office:
    """A database with a campaign of three units."""
    return samples.Office(store)


@pytest.fixture
def statements(store: database.Database) -> Callable[[], list[str]]:
    """The statements run since the fixture was asked for."""
    return samples.listen(store)
