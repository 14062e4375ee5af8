"""What every test may ask for: a clean environment, a free port, and real mail servers."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests import databases
from tests.servers import dovecot as dovecot_server
from tests.servers import ports
from tests.servers.smtp_sink import SmtpSink


def pytest_configure(config: pytest.Config) -> None:
    """A file of SQLite that a test leaves open is closed in silence; psycopg warns of it."""
    config.addinivalue_line("filterwarnings", "ignore:<psycopg.Connection object:ResourceWarning")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine reaches a test; the zone is one in which mistakes with time show."""
    for name in [name for name in os.environ if name.startswith("ROLLCALL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TZ", os.environ.get("TZ", "America/New_York"))
    time.tzset()


@pytest.fixture(autouse=True)
def databases_dropped(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test's databases on a server go with its folder."""
    folder: Path | None = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    if folder is not None:
        databases.drop_under(folder)


@pytest.fixture(scope="session", autouse=True)
def server_stopped() -> Iterator[None]:
    """The PostgreSQL that a run started ends with it."""
    yield
    databases.close()


@pytest.fixture
def free_port() -> int:
    """A loopback port that nothing listens on."""
    return ports.free_port()


@pytest.fixture(scope="session")
def dovecot() -> Iterator[dovecot_server.DovecotServer]:
    """A Dovecot for the whole run; each test takes a user of its own (`mailbox_user`)."""
    dovecot_server.require_dovecot()
    with dovecot_server.DovecotServer() as server:
        yield server


@pytest.fixture
def mailbox_user() -> str:
    """A user name whose mailbox is empty."""
    return f"user-{uuid4().hex[:12]}"


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """An SMTP server that keeps what it gets."""
    with SmtpSink() as sink:
        yield sink
