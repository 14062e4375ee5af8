"""Opening a database, its transactions and locks, on real files and with real processes."""

import select
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import database, decisions, tables
from tests import databases
from tests.storage import samples

ROOT = Path(__file__).parents[2]


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a process of its own that runs `code`."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def url(store: database.Database) -> str:
    return store.url.render_as_string(hide_password=False)


def finish(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out


def count(store: database.Database) -> None:
    """Read, then write: what fails with "locked" under a deferred transaction."""
    with store.writing() as connection:
        number = int(decisions.switch(connection, "number") or 0)
        decisions.set_switch(connection, "number", str(number + 1))


# Transactions


@databases.only_sqlite
def test_a_file_is_opened_with_a_write_ahead_log_full_durability_and_foreign_keys(store: database.Database) -> None:
    with store.reading() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert found == ["wal", 2, 1]


def test_four_threads_read_and_then_write_a_hundred_times_each_and_none_finds_the_file_locked(
    store: database.Database,
) -> None:
    errors: list[Exception] = []

    def work() -> None:
        try:
            for _ in range(100):
                count(store)
        except sa.exc.SQLAlchemyError as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert errors == []
    with store.reading() as connection:
        assert decisions.switch(connection, "number") == "400"


@databases.only_sqlite
def test_a_writing_transaction_keeps_other_writers_out_from_its_beginning(store: database.Database) -> None:
    with store.writing(), closing(sqlite3.connect(str(store.url.database), timeout=0, isolation_level=None)) as other:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN")  # a reader is not kept out
        assert other.execute("SELECT count(*) FROM switches").fetchone() == (0,)


def test_a_failure_inside_a_writing_transaction_leaves_nothing_behind(store: database.Database) -> None:
    with samples.interrupted(store) as connection:
        decisions.set_switch(connection, "a", "b")

    with store.reading() as connection:
        assert decisions.switch(connection, "a") == ""


def test_a_reader_sees_one_stable_picture_while_another_writes(store: database.Database) -> None:
    count(store)
    with store.reading() as connection:
        before = decisions.switch(connection, "number")
        count(store)
        assert decisions.switch(connection, "number") == before == "1"
    with store.reading() as connection:
        assert decisions.switch(connection, "number") == "2"


def test_a_naive_time_is_refused_and_an_aware_one_comes_back_in_utc(store: database.Database) -> None:
    with store.writing() as connection:
        with pytest.raises(sa.exc.StatementError, match="naive"):
            decisions.note(connection, samples.NOW.replace(tzinfo=None), "who", "what", "subject")
        decisions.note(connection, samples.NOW.astimezone(samples.ZONE), "who", "what", "subject")
        at = connection.execute(sa.select(tables.trail.c.at)).scalar_one()

    assert at == samples.NOW
    assert at.tzinfo == samples.NOW.tzinfo


# Being alone

HOLD = """
import sys
from storage import database
with database.Database(sys.argv[1]).alone("intake"):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_two_processes_are_never_at_the_same_work(store: database.Database) -> None:
    holder = python(HOLD, url(store))
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    waiter = python(HOLD, url(store))
    assert waiter.stdout is not None

    assert select.select([waiter.stdout], [], [], 1.5) == ([], [], []), "the second one did not wait"

    finish(holder)
    assert waiter.stdout.readline() == "held\n"
    finish(waiter)


def test_other_work_need_not_wait(store: database.Database) -> None:
    with store.alone("intake"), store.alone("sending"):
        pass


def test_a_lock_dies_with_its_process(store: database.Database) -> None:
    holder = python(HOLD, url(store))
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    waiter = python(HOLD, url(store))

    holder.send_signal(signal.SIGKILL)
    holder.communicate()

    assert finish(waiter) == "held\n"


def test_a_failure_while_alone_lets_the_next_one_in(store: database.Database) -> None:
    with pytest.raises(ZeroDivisionError), store.alone("intake"):
        raise ZeroDivisionError
    with store.alone("intake"):
        pass


# Preparing


def test_an_empty_database_is_made_at_the_current_schema(tmp_path: Path) -> None:
    with samples.opened(tmp_path / "rollcall.db") as store:
        assert database.schema_of(store) is None
        database.prepare(store)
        assert database.schema_of(store) == database.CURRENT_SCHEMA


def test_a_database_at_the_current_schema_is_left_as_it_is(store: database.Database) -> None:
    count(store)
    before = samples.dump(store)

    database.prepare(store)

    assert samples.dump(store) == before


def stamp(store: database.Database, revision: str) -> None:
    with store.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :to"), {"to": revision})


def test_an_older_schema_is_refused_naming_the_command(store: database.Database) -> None:
    stamp(store, "0000")

    with pytest.raises(database.DatabaseUnusableError, match=r"older schema 0000.*rollcall db upgrade"):
        database.prepare(store)


def test_a_newer_schema_is_refused(store: database.Database) -> None:
    stamp(store, "9999")

    with pytest.raises(database.DatabaseUnusableError, match="newer Rollcall"):
        database.prepare(store)


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    with samples.opened(tmp_path / "other.db") as store:
        with store.writing() as connection:
            connection.exec_driver_sql("CREATE TABLE recipes (name TEXT)")

        with pytest.raises(database.DatabaseUnusableError, match=r"another program \(recipes\)"):
            database.prepare(store)

        with store.reading() as connection:
            assert sa.inspect(connection).get_table_names() == ["recipes"]


@databases.only_sqlite
def test_a_file_that_is_no_database_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Kính gửi " * 1000)

    with (
        samples.opened(tmp_path / "letter.txt") as store,
        pytest.raises(database.DatabaseUnusableError, match="not a database"),
    ):
        database.prepare(store)

    assert (tmp_path / "letter.txt").read_text().startswith("Kính gửi")


@databases.only_sqlite
def test_a_place_that_cannot_be_written_is_told_in_one_sentence() -> None:
    with (
        samples.opened("/proc/rollcall.db") as store,
        pytest.raises(database.DatabaseUnusableError, match=r"cannot be opened.*permissions"),
    ):
        database.prepare(store)


@databases.only_sqlite
def test_a_folder_in_the_files_place_is_told_in_one_sentence(tmp_path: Path) -> None:
    with samples.opened(tmp_path) as store, pytest.raises(database.DatabaseUnusableError, match="cannot be opened"):
        database.prepare(store)


@databases.only_sqlite
def test_a_missing_folder_is_told_in_one_sentence(tmp_path: Path) -> None:
    with (
        samples.opened(tmp_path / "nowhere" / "rollcall.db") as store,
        pytest.raises(database.DatabaseUnusableError, match=r"folder .* does not exist"),
    ):
        database.prepare(store)


FULL_DISK = """
import resource, signal, sys
from storage import database
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
try:
    database.prepare(database.Database("sqlite:///" + sys.argv[1]))
except database.DatabaseUnusableError as error:
    print(error.sentence)
"""


@databases.only_sqlite
def test_a_disk_that_fills_up_while_the_database_is_made_is_told_and_the_next_start_makes_it(tmp_path: Path) -> None:
    told = finish(python(FULL_DISK, tmp_path / "rollcall.db"))

    assert "disk is not full" in told
    with samples.opened(tmp_path / "rollcall.db") as store:
        database.prepare(store)
        assert database.schema_of(store) == database.CURRENT_SCHEMA


def test_a_missing_driver_is_told_in_one_sentence() -> None:
    with pytest.raises(database.DatabaseUnusableError, match="driver that is not installed"):
        database.Database("postgresql+nosuchdriver://rollcall@localhost/rollcall")


PREPARE = """
import sys
from storage import database
store = database.Database(sys.argv[1])
sys.stdin.readline()
database.prepare(store)
print(database.schema_of(store))
"""


def test_processes_that_prepare_one_database_at_once_all_find_it_made(tmp_path: Path) -> None:
    address = databases.url_of(tmp_path / "rollcall.db", migrated=False)
    starters = [python(PREPARE, address) for _ in range(4)]
    for starter in starters:
        assert starter.stdin is not None
        starter.stdin.write("go\n")
        starter.stdin.flush()

    assert [finish(starter).strip() for starter in starters] == [database.CURRENT_SCHEMA] * 4


_READS_AND_CLOSES = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT count(*) FROM mails").fetchall()
connection.close()
"""


@databases.only_sqlite
def test_a_second_connection_leaves_the_locks_of_the_first_in_place(store: database.Database) -> None:
    # https://www.sqlite.org/howtocorrupt.html, 2.2: to close any descriptor of the file drops every lock of the
    # process on it. Then the next program that comes and goes takes itself for the last one, and deletes the log.
    file = Path(str(store.url.database))
    with store.reading() as one, store.reading() as other:
        assert one.scalar(sa.select(sa.func.count()).select_from(tables.mails)) == 0
        assert other.scalar(sa.select(sa.func.count()).select_from(tables.mails)) == 0
        log = file.with_name(f"{file.name}-wal").stat().st_ino
        subprocess.run([sys.executable, "-c", _READS_AND_CLOSES, str(file)], check=True)
        assert file.with_name(f"{file.name}-wal").stat().st_ino == log


def test_a_database_in_memory_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = database.Database("sqlite://")
    database.prepare(store)
    with store.alone("polling"):
        pass
    store.close()
    assert list(tmp_path.iterdir()) == []
