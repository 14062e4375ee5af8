"""`rollcall restore`: all is looked at first, nothing is deleted, and one that stops anywhere leaves a whole office."""

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service import restoring
from storage import database, occupancy
from tests.forms import workbooks
from tests.journeys.office import CAMPAIGN, CAO_LOC, Office, form_2019, report_mail
from tests.servers.dovecot import DovecotServer
from tests.servers.smtp_sink import SmtpSink
from tests.service.test_command_line import letters

AT = datetime(2019, 7, 4, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def backed_up_once(tmp_path_factory: pytest.TempPathFactory, dovecot: DovecotServer) -> Path:
    """The folder of an office with a backup `kept.backup` of one mail, and one more mail since; made once."""
    office = Office(tmp_path_factory.mktemp("office"), "nobody", dovecot)
    hand_in(office, "UBND huyện Cao Lộc", CAO_LOC)
    office.run("backup", "kept.backup")
    hand_in(office, "UBND huyện Văn Lãng", "phongldtbxhdt.vanlang@langson.example")
    return office.folder


def hand_in(office: Office, name: str, address: str) -> None:
    workbook = workbooks.filled_2019(form_2019(), name, seed=1)
    (office.folder / "mail.eml").write_bytes(report_mail(f"Phong <{address}>", "BC", "bc.xlsx", workbook))
    office.run("pause")
    office.run("import", "mail.eml", "--answer", "--received", "2019-07-03T15:20")
    office.run("resume")


@pytest.fixture
def backed_up(backed_up_once: Path, tmp_path: Path, dovecot: DovecotServer, smtp_sink: SmtpSink) -> Office:
    """An office of its own with that backup."""
    shutil.copytree(backed_up_once, tmp_path, dirs_exist_ok=True)
    shutil.rmtree(tmp_path / "campaigns")
    return Office(tmp_path, "nobody", dovecot, smtp_sink)


def mails(office: Office) -> int:
    return len(office.run("messages", "--json").json)


def changed(source: Path, target: Path, name: str, data: bytes) -> Path:
    """Write a tar in which one member has other bytes, or is new."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        names = [each.name for each in old]
        for each in [*names, *([] if name in names else [name])]:
            content = data if each == name else old.extractfile(each).read()  # type: ignore[union-attr]
            header = tarfile.TarInfo(each)
            header.size = len(content)
            new.addfile(header, io.BytesIO(content))
    return target


def test_a_database_that_is_there_is_put_aside_only_when_told_and_never_deleted(backed_up: Office) -> None:
    refused = backed_up.run("restore", "kept.backup", status=2)
    assert "rollcall.db is there already" in refused.err
    assert mails(backed_up) == 2

    done = backed_up.run("restore", "kept.backup", "--force")

    assert mails(backed_up) == 1
    (kept,) = backed_up.folder.glob("rollcall.db.before-restore-*")
    assert f"Kept: {kept}" in done.err
    with sqlite3.connect(kept) as connection:
        assert connection.execute("SELECT count(*) FROM mails").fetchone() == (2,)
    assert sorted(each.name for each in backed_up.folder.iterdir() if "restoring" in each.name) == []


def test_what_waited_in_a_backup_waits_for_a_person_after_a_restore(backed_up: Office) -> None:
    backed_up.run("restore", "kept.backup", "--force")

    backed_up.run("send", status=None)
    assert [row["state"] for row in letters(backed_up)] == ["queued"]
    assert "since a backup was restored" in backed_up.run("status").err
    backed_up.run("resume")
    backed_up.run("send")
    assert {row["state"] for row in letters(backed_up)} == {"sent"}


def test_nothing_is_restored_while_rollcall_works_on_the_database(backed_up: Office) -> None:
    script = "import sys; from storage import occupancy; from pathlib import Path; occupancy.share(Path(sys.argv[1])); "
    at_work = subprocess.Popen(
        [
            sys.executable,
            "-c",
            script + "print(1, flush=True); sys.stdin.read()",
            str(backed_up.folder / "rollcall.db"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert at_work.stdout is not None
    at_work.stdout.readline()
    try:
        done = backed_up.run("restore", "kept.backup", "--force", status=2)
    finally:
        at_work.communicate()

    assert "Rollcall is at work on the database" in done.err
    assert mails(backed_up) == 2


def test_no_command_works_on_a_database_that_is_being_restored(backed_up: Office) -> None:
    with occupancy.alone(backed_up.folder / "rollcall.db"):
        for command in (["status"], ["poll"], ["backup", "other.backup"], ["restore", "kept.backup", "--force"]):
            done = backed_up.run(*command, status=2)
            assert "restore" in done.err
            assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("rollcall.db", b"nonsense", "rollcall.db is not what was written"),
        ("config.toml", b"[office]", "config.toml is not what was written"),
        ("campaigns/../../evil", b"x", "holds 'campaigns/../../evil', which no backup holds"),
        ("campaigns//etc/evil", b"x", "which no backup holds"),
        ("campaigns/more/form.toml", b"x", "campaigns/more/form.toml is not in its manifest"),
        ("manifest.json", b"{}", "it has the format None, which this version does not know"),
        ("manifest.json", b"[", "its manifest cannot be read"),
    ],
)
def test_a_backup_that_was_changed_is_refused_and_nothing_is_touched(
    backed_up: Office, name: str, data: bytes, told: str
) -> None:
    changed(backed_up.folder / "kept.backup", backed_up.folder / "bad.backup", name, data)

    done = backed_up.run("restore", "bad.backup", "--force", status=2)

    assert told in done.err
    assert mails(backed_up) == 2
    assert not list(backed_up.folder.parent.rglob("evil"))


def test_a_backup_that_was_cut_short_anywhere_is_refused(backed_up: Office) -> None:
    whole = (backed_up.folder / "kept.backup").read_bytes()
    for share in (0, 1, 300, len(whole) // 2, len(whole) - 12_000):
        (backed_up.folder / "bad.backup").write_bytes(whole[:share])
        done = backed_up.run("restore", "bad.backup", "--force", status=2)
        assert "bad.backup: it " in done.err
    assert mails(backed_up) == 2


def test_all_that_stands_in_the_way_is_told_at_once(backed_up: Office) -> None:
    with tarfile.open(backed_up.folder / "kept.backup") as old:
        manifest = json.loads(old.extractfile("manifest.json").read())  # type: ignore[union-attr]
    manifest["counts"]["mails"] = 7
    told = json.dumps(manifest).encode()
    changed(backed_up.folder / "kept.backup", backed_up.folder / "bad.backup", "manifest.json", told)
    (backed_up.folder / "campaigns" / CAMPAIGN.name / "units.csv").write_text("code,name\n", "utf-8")

    done = backed_up.run("restore", "bad.backup", status=2)

    assert len(done.err.splitlines()) == 3
    assert "has other rows" in done.err
    assert "rollcall.db is there already" in done.err
    assert f"{CAMPAIGN.name} is there already" in done.err


def test_a_backup_of_a_newer_rollcall_is_refused(backed_up: Office) -> None:
    with sqlite3.connect(backed_up.folder / "rollcall.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    backed_up.run("backup", "newer.backup")

    done = backed_up.run("restore", "newer.backup", "--force", status=2)

    assert "made by a newer Rollcall (schema 9999" in done.err


def test_a_sealed_backup_comes_back_by_its_passphrase_alone(backed_up: Office) -> None:
    (backed_up.folder / "phrase").write_text("a passphrase of some words", "utf-8")
    backed_up.run("backup", "sealed.backup", "--passphrase-file", "phrase")

    assert "is sealed; say --passphrase-file" in backed_up.run("restore", "sealed.backup", "--force", status=2).err
    (backed_up.folder / "wrong").write_text("some other words entirely", "utf-8")
    wrong = backed_up.run("restore", "sealed.backup", "--force", "--passphrase-file", "wrong", status=2)
    assert "the passphrase is another one, or the file was changed" in wrong.err
    backed_up.run("restore", "sealed.backup", "--force", "--passphrase-file", "phrase")
    assert mails(backed_up) == 2


def test_a_restore_that_stops_after_any_step_leaves_the_old_office_or_the_new_one_and_is_run_again(
    backed_up: Office,
) -> None:
    """Each step is one change of the disk; a process that dies has done some of them and no more."""
    roster = backed_up.folder / "campaigns" / CAMPAIGN.name / "units.csv"
    roster.write_bytes(roster.read_bytes().replace("huyện Cao Lộc".encode(), "huyện Cao Lộc (mới)".encode()))
    ends, count = [], 0
    while True:
        wanted = restoring.Wanted(backed_up.folder / "kept.backup", "", True, AT, "a person")
        with restoring.ready(backed_up.folder / "config.toml", dict(os.environ), wanted) as plan:
            steps = list(plan.steps()) if count > 20 else plan.steps()
            done = 0
            for step in steps:
                if done == count:
                    break
                step()
                done += 1
            finished = done < count
        ends.append(len(_ledger(backed_up)))
        if finished:
            break
        count += 1
    assert ends[0] == 2
    assert ends[-1] == 1
    assert sorted(ends, reverse=True) == ends
    assert mails(backed_up) == 1
    assert "(mới)" not in roster.read_text("utf-8")


def _ledger(office: Office) -> list[tuple[object, ...]]:
    """Read the ledger as the next command would find it: whole, whichever it is."""
    store = database.Database(f"sqlite:///{office.folder / 'rollcall.db'}")
    database.prepare(store)
    store.close()
    with sqlite3.connect(office.folder / "rollcall.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute("SELECT receipt FROM mails").fetchall()
