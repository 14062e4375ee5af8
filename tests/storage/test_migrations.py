"""The revisions: they give the tables, and a run that was killed anywhere is simply run again."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import autogenerate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from roll import reports
from storage import database, failed_addresses, migrate, outbox, tables
from storage import reports as stored_reports
from tests import databases
from tests.storage import samples
from tests.storage.samples import NOW, understood

ROOT = Path(__file__).parents[2]


def test_the_migrations_give_the_tables_as_the_program_knows_them(store: database.Database) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert autogenerate.compare_metadata(context, tables.metadata) == []


def created(connection: sa.Connection) -> dict[str, set[tuple[str, str]]]:
    """Return the columns and constraints of each table as SQLite was told them, in any order."""
    rows = connection.exec_driver_sql("SELECT tbl_name, type, coalesce(sql, name) FROM sqlite_master").all()
    found: dict[str, set[tuple[str, str]]] = {}
    for table, kind, sql in rows:
        for line in sql.replace("\t", "").split("\n"):
            found.setdefault(table, set()).add((kind, line.strip().rstrip(", ")))
    return found


@databases.only_sqlite
def test_the_migrations_give_the_same_constraints_as_making_the_tables_directly(
    store: database.Database, tmp_path: Path
) -> None:
    with samples.opened(tmp_path / "direct.db") as direct, direct.writing() as connection:
        tables.metadata.create_all(connection)
        wanted = created(connection)
    with store.reading() as connection:
        found = created(connection)

    found.pop("alembic_version")
    assert found == wanted


def test_the_current_schema_is_the_last_revision() -> None:
    assert ScriptDirectory.from_config(migrate.configuration()).get_current_head() == database.CURRENT_SCHEMA


def test_a_revision_names_no_type_of_the_program_which_may_change_after_it() -> None:
    for revision in (migrate.MIGRATIONS / "versions").glob("*.py"):
        assert "storage" not in revision.read_text("utf-8")


def test_upgrading_twice_changes_nothing(store: database.Database) -> None:
    before = samples.dump(store)
    database.upgrade(store)
    assert samples.dump(store) == before


@databases.only_sqlite
def test_an_upgrade_leaves_foreign_keys_in_force(tmp_path: Path) -> None:
    with samples.opened(tmp_path / "rollcall.db") as store:
        database.upgrade(store)
        with store.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{head}"


def upgrade():
    with op.batch_alter_table("versions", recreate="always") as batch:
        batch.add_column(sa.Column("remark", sa.Text(), nullable=False, server_default=""))
""".replace("{head}", database.CURRENT_SCHEMA)


@pytest.fixture
def one_more_revision(tmp_path: Path) -> Path:
    """A copy of the migrations with a revision more, that makes `versions` anew."""
    copy = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, copy)
    (copy / "versions" / "next.py").write_text(REVISION, "utf-8")
    return copy


@databases.only_sqlite
def test_a_revision_that_makes_a_table_anew_keeps_what_refers_to_it(
    office: samples.Office, one_more_revision: Path
) -> None:
    office.take(samples.understood("U1"))
    before = samples.dump(office.store)

    migrate.to_head(office.store.engine, one_more_revision)

    after = samples.dump(office.store)
    assert after["readings"] == before["readings"] != []
    assert [row[: len(before["versions"][0])] for row in after["versions"]] == before["versions"]
    assert database.schema_of(office.store) == "next"


@databases.only_sqlite
def test_a_revision_that_breaks_a_reference_is_undone_whole(office: samples.Office, one_more_revision: Path) -> None:
    second = one_more_revision / "versions" / "next.py"
    second.write_text(second.read_text("utf-8") + '    op.execute("DELETE FROM units")\n', "utf-8")
    office.take(samples.understood("U1"))
    before = samples.dump(office.store)

    with pytest.raises(ValueError, match="references to nothing"):
        migrate.to_head(office.store.engine, one_more_revision)

    assert samples.dump(office.store) == before
    assert database.schema_of(office.store) == database.CURRENT_SCHEMA


# Values of the first schema, a row each; PostgreSQL never held a zero byte in a text
ZERO = "\u2400" if databases.IS_POSTGRESQL else "\x00"
FIRST_VALUES = (
    (0, "header", "unit", "", "Bieu 01", "C6", None, "UBND huyện Cao Lộc", None, "UBND huyện Cao Lộc", "text", ""),
    (1, "body", "gifts", "quantity", "Bieu 01", "D9", None, "320 ", 320.0, None, "integer", "P42"),
    (2, "body", "gifts", "cost", "Bieu 01", "E9", None, "64", 64.0, None, "decimal", ""),
    (3, "body", "held", "quantity", "Bieu 01", "D10", None, "có", 1.0, None, "yes_no", "P47"),
    (4, "body", "poor", "quantity", "Bieu 01", "D11", None, None, None, None, "integer", ""),
    (5, "body", "huge", "quantity", "Bieu 01", "D12", None, "x", 9007199254740992.0, "9007199254740993", "integer", ""),
    (6, "body", "Bieu 02", "work", "Bieu 02", "B9", 9, f"Sân chơi {ZERO}", None, f"Sân chơi {ZERO}", "text", "P42"),
)


@pytest.fixture
def first_schema(office: samples.Office) -> samples.Office:
    """A database as the first schema had it, with one version of seven values."""
    mail_id = office.take(understood("U1"))
    version_id = next(version.id for version in office.versions() if version.mail_id == mail_id)
    with office.store.writing() as connection:
        for later in (
            "alarm_notices", "alarms", "refused_accounts",
            "tombstones",
            "refusals", "copies", "digests", "sent_replies", "sent_mails", "staff_answers", "lessons", "rulings",
            "confirmations",
            "origins", "successions", "listed_units", "issue_reports", "issues", "readings",
        ):  # fmt: skip
            connection.exec_driver_sql(f"DROP TABLE {later}")
        for later in (
            "ix_mails_sender", "ix_mails_message_id", "ix_letters_message_id",
            "ix_letters_sent_at", "ix_letters_queued_at", "ix_letters_kind",
            "ix_mails_campaign", "ix_mails_signed_copies",
        ):  # fmt: skip
            connection.exec_driver_sql(f"DROP INDEX {later}")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        connection.exec_driver_sql(
            'CREATE TABLE "values" (version_id INTEGER, position INTEGER, place TEXT, name TEXT, "column" TEXT,'
            ' sheet TEXT, cell TEXT, "row" INTEGER, raw TEXT, number DOUBLE PRECISION, text TEXT, type TEXT, rule TEXT)'
        )
        names = [f":a{index}" for index in range(13)]
        insert = sa.text(f'INSERT INTO "values" VALUES ({", ".join(names)})')
        for row in FIRST_VALUES:
            given = zip(names, (version_id, *row), strict=True)
            connection.execute(insert, {name[1:]: value for name, value in given})
    return office


def test_the_second_revision_keeps_every_value_with_its_cell(first_schema: samples.Office) -> None:
    database.upgrade(first_schema.store)

    (version,) = first_schema.versions()
    with first_schema.store.reading() as connection:
        read = stored_reports.reading_of(connection, version.id)
    given = [
        ("UBND huyện Cao Lộc", "C6", str), (320, "D9", int), (64.0, "E9", float), (True, "D10", bool),
        (None, "D11", type(None)), (2**53 + 1, "D12", int), (f"Sân chơi {ZERO}", "B9", str),
    ]  # fmt: skip
    assert [(each.value, each.cell, type(each.value)) for each in (*read.header, *read.values)] == given
    assert read.values[-1] == reports.Value(
        "Bieu 02", "work", "Bieu 02", "B9", f"Sân chơi {ZERO}", f"Sân chơi {ZERO}", "text", "P42", 9
    )
    assert len(read.header) == 1


def test_the_tenth_revision_moves_over_which_addresses_were_refused(store: database.Database) -> None:
    said = f"{failed_addresses.REFUSED}550 5.1.1 no such user"
    states = {
        "failed": ("failed", said), "copied": ("sent", said), "given up": ("failed", "given up after 8 tries: 451"),
        "went": ("sent", ""), "waits": ("queued", said),
    }  # fmt: skip
    with store.writing() as connection:
        outbox.put(connection, [samples.letter(key, to=f"{key}@x.example", cc="cc@x.example") for key in states], NOW)
        for key, (state, error) in states.items():
            ended = sa.update(tables.letters).where(tables.letters.c.key == key).values(state=state, error=error)
            connection.execute(ended)
        for later in (
            "INDEX ix_letters_kind",
            "INDEX ix_mails_campaign",
            "INDEX ix_mails_signed_copies",
            "TABLE refusals",
            "TABLE tombstones",
            "TABLE alarm_notices",
            "TABLE alarms",
            "TABLE refused_accounts",
        ):
            connection.exec_driver_sql(f"DROP {later}")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0009'")

    database.upgrade(store)

    with store.reading() as connection:
        moved = list(failed_addresses.refused(connection))
    reply = "550 5.1.1 no such user"
    assert moved == [
        failed_addresses.Refused("failed@x.example", NOW, reply), failed_addresses.Refused("cc@x.example", NOW, reply)
    ]  # fmt: skip


# Killed


KILLED_AT = """
import os, signal, sys
import sqlalchemy as sa
from storage import database
store = database.Database(sys.argv[1])
left = int(sys.argv[2])

def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

sa.event.listen(store.engine, sys.argv[3], count)
sa.event.listen(store.engine, "commit", count)
database.prepare(store)
"""


def kill_at(path: Path, point: int, event: str) -> bool:
    """Prepare a database and kill the process at the given statement; return whether it came so far."""
    address = databases.url_of(path, migrated=False)
    done = subprocess.run([sys.executable, "-c", KILLED_AT, address, str(point), event], cwd=ROOT, check=False)
    assert done.returncode in {0, -signal.SIGKILL}
    return done.returncode != 0


def is_whole_or_empty(path: Path) -> bool:
    with samples.opened(path) as store:
        return database.schema_of(store) in {None, database.CURRENT_SCHEMA}


def forget(folder: Path) -> None:
    databases.drop_under(folder)
    for file in folder.glob("rollcall.db*"):
        file.unlink()


def make(path: Path) -> None:
    with samples.opened(path) as store:
        database.prepare(store)
        with store.reading() as connection:
            if not databases.IS_POSTGRESQL:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert set(tables.metadata.tables) <= set(sa.inspect(connection).get_table_names())


@pytest.mark.parametrize("event", ["before_cursor_execute", "after_cursor_execute"])
def test_a_migration_killed_at_a_statement_leaves_nothing_and_is_run_again(tmp_path: Path, event: str) -> None:
    for point in (5, 30, 55):
        path = tmp_path / f"{point}.db"
        kill_at(path, point, event)
        assert is_whole_or_empty(path), point
        make(path)


@pytest.mark.soak
@pytest.mark.parametrize("event", ["before_cursor_execute", "after_cursor_execute"])
def test_a_migration_killed_at_every_statement_is_run_again(tmp_path: Path, event: str) -> None:
    path, point = tmp_path / "rollcall.db", 1
    while kill_at(path, point, event):
        assert is_whole_or_empty(path), point
        point += 1
        if point % 7 == 0:
            make(path)
            forget(tmp_path)
    assert point > 40


@databases.only_sqlite
def test_a_migration_killed_again_and_again_at_any_moment_is_run_again(tmp_path: Path) -> None:
    path = tmp_path / "rollcall.db"
    code = "import sys; from storage import database; database.prepare(database.Database('sqlite:///' + sys.argv[1]))"
    for milliseconds in (0, 10, 40, 100):
        for file in tmp_path.glob("rollcall.db*"):
            file.unlink()
        process = subprocess.Popen([sys.executable, "-c", code, str(path)], cwd=ROOT)
        while not path.with_name("rollcall.db-wal").exists() and process.poll() is None:
            time.sleep(0.0005)
        time.sleep(milliseconds / 1000)
        process.kill()
        process.wait()
        assert is_whole_or_empty(path)
        make(path)
