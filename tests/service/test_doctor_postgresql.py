"""What `doctor` and the other commands say of a PostgreSQL that cannot be used as it is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from service import doctor_machine
from storage import database, inbox, postgresql
from tests import databases
from tests.storage import samples

NOW = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a database at the current schema."""
    return databases.server_url_of(tmp_path / "rollcall.db")


def told(url: str) -> str:
    (found,) = doctor_machine.database_state(url)
    assert not found.ok
    assert "mat-khau" not in found.sentence
    return found.sentence


def test_a_server_that_can_be_used_is_right(url: str) -> None:
    (found,) = doctor_machine.database_state(url)

    assert found.ok
    assert database.CURRENT_SCHEMA in found.sentence


def test_a_server_that_does_not_answer_is_told_with_what_to_do(url: str, free_port: int) -> None:
    sentence = told(url.replace(f":{databases.server().port}/", f":{free_port}/"))

    assert "cannot be opened" in sentence
    assert "See that the server runs" in sentence


def test_a_wrong_password_and_a_missing_database_are_told_in_the_servers_words(url: str) -> None:
    assert "password authentication failed" in told(url.replace("mat-khau-thu-2019", "x"))
    assert "does not exist" in told(url.rpartition("/")[0] + "/nowhere")


@pytest.fixture
def in_latin(url: str) -> Iterator[str]:
    """The address of a database whose encoding has no Vietnamese letters."""
    with databases.server().connect() as admin:
        admin.execute(
            "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc"
            " LC_COLLATE 'C' LC_CTYPE 'C'"
        )
    yield url.rpartition("/")[0] + "/latin"
    with databases.server().connect() as admin:
        admin.execute("DROP DATABASE latin WITH (FORCE)")


def test_a_database_that_cannot_hold_vietnamese_is_told(in_latin: str) -> None:
    assert "has the encoding LATIN1" in told(in_latin)
    store = database.Database(in_latin)
    with pytest.raises(database.DatabaseUnusableError, match="createdb"):
        database.prepare(store)
    store.close()


@pytest.mark.parametrize(
    ("version", "is_told"), [((13, 22), True), ((14, 20), True), ((15, 0), False), ((18, 1), False)]
)
def test_a_server_that_is_too_old_is_told_with_the_oldest_that_is_not(version: tuple[int, int], is_told: bool) -> None:
    sentence = postgresql.too_old(version)

    assert bool(sentence) == is_told
    assert not is_told or f"{version[0]}.{version[1]}, and Rollcall needs 15 or newer" in sentence


def test_a_user_that_does_not_own_the_database_is_told_to_be_made_its_owner(tmp_path: Path) -> None:
    url = databases.server_url_of(tmp_path / "empty.db", migrated=False)
    with databases.server().connect() as admin:
        admin.execute("DROP ROLE IF EXISTS guest")
        admin.execute("CREATE ROLE guest LOGIN PASSWORD 'mat-khau-thu-2019'")
    store = database.Database(url.replace("//rollcall:", "//guest:"))

    with pytest.raises(database.DatabaseUnusableError, match="the owner of its database"):
        database.prepare(store)
    store.close()


def test_the_clock_is_compared_with_the_last_pass_on_a_server_too(url: str) -> None:
    store = database.Database(url)
    with store.writing() as connection:
        inbox.end_pass(connection, inbox.begin_pass(connection, NOW + timedelta(days=9)), NOW + timedelta(days=9), "")
    store.close()

    (found,) = doctor_machine.clock(url, NOW)

    assert not found.ok


def test_a_zero_byte_in_a_text_is_a_sign_and_in_bytes_itself(url: str) -> None:
    store = database.Database(url)
    office = samples.Office(store)
    mail_id = office.take(samples.understood("U1"), read=samples.contents(samples.reading(), subject="a\x00b"))

    with store.reading() as connection:
        (row,) = connection.execute(sa.text("SELECT subject FROM mails")).all()
        sha256 = inbox.by_ids(connection, [mail_id])[0].sha256
        assert inbox.raw(connection, sha256) == b"mail 1"
    store.close()

    assert row.subject == "a\u2400b"
