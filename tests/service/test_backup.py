"""`rollcall backup`: one file, whole and read back, without secrets; what stands in its way is told at once."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from service import backup_archive, backup_cipher, config, config_redaction
from tests.journeys.office import CAMPAIGN, Office
from tests.servers.dovecot import PASSWORD
from tests.service.test_command_line import with_a_report

PASSPHRASE = "a passphrase of some words"


def members(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as archive:
        return {each.name: archive.extractfile(each).read() for each in archive if each.isreg()}  # type: ignore[union-attr]


def test_a_backup_holds_database_campaigns_days_and_the_configuration_without_its_secrets(office: Office) -> None:
    office.write_config(extra="# the old password was dovecot-secret-1\n[web]\nport = 8099\n")
    (office.folder / "working-days.csv").write_text("day,kind,note\n2019-09-03,off,\n", "utf-8")
    with_a_report(office)

    done = office.run("backup", "kept.backup", "--json").json

    held = members(office.folder / "kept.backup")
    manifest = json.loads(held.pop("manifest.json"))
    assert {each["name"] for each in manifest["members"]} == set(held)
    assert {name.partition("/")[0] for name in held} == {"rollcall.db", "config.toml", "working-days.csv", "campaigns"}
    assert held[f"campaigns/{CAMPAIGN.name}/form.toml"] == (CAMPAIGN / "form.toml").read_bytes()
    assert tomllib.loads(held["config.toml"].decode())["mailbox"][0].keys() >= {"address", "user"}
    assert PASSWORD.encode() not in held["config.toml"]
    assert done["left_out"] == ["mailbox[1].password"]
    assert done["counts"]["mails"] == 1
    assert done["letters_waiting"] == 1
    assert PASSWORD not in json.dumps(manifest)
    assert oct((office.folder / "kept.backup").stat().st_mode & 0o777) == "0o600"
    assert not [each.name for each in office.folder.iterdir() if "snapshot" in each.name or each.name.endswith(".part")]


def test_every_secret_of_the_configuration_has_a_name_by_which_it_is_left_out() -> None:
    sections: list[Any] = [config.Mailbox, config.Smtp, config.Office, config.Staff, config.Web, config.Letters]
    sections += [config.Alarm, config.AlarmSmtp, config.Retention, config.Campaigns]
    fields = {name: field for section in sections for name, field in section.model_fields.items()}
    secret = {name for name, field in fields.items() if field.annotation is SecretStr}

    assert secret == {name for name in fields if config_redaction.is_secret(name)}
    assert secret == {"password", "client_secret", "webhook_url", "heartbeat_url"}


def test_a_secret_is_left_out_however_it_is_written() -> None:
    text = """
# password = "hunter2222"
[office]
name = "Sở"
[[mailbox]]
address = "a@b.example"
"password" = '''hunter2222'''
password_file = "secrets/imap"
[smtp]
password = "hunter2222" # hunter2222
[database]
url = "postgresql+psycopg://rollcall:hunter2222@db.example/rollcall"
"""
    inline = 'mailbox = [{address = "a@b.example", password = "hunter2222"}]\nsmtp.password = "hunter2222"\n'
    for given in (text, inline):
        kept, left_out = config_redaction.without_secrets(given, ["hunter2222"])
        assert "hunter2222" not in kept
        assert "a@b.example" in kept
        assert len(left_out) >= 2


def test_a_backup_is_made_while_another_process_writes(office: Office) -> None:
    with_a_report(office)
    stop = threading.Event()

    def write() -> None:
        with sqlite3.connect(office.folder / "rollcall.db", timeout=30) as connection:
            while not stop.wait(0.003):
                connection.execute("UPDATE counters SET last = last + 1")
                connection.commit()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(3):
            office.run("backup", "kept.backup", "--overwrite")
    finally:
        stop.set()
        writer.join()

    copy = office.folder / "copy.db"
    copy.write_bytes(members(office.folder / "kept.backup")["rollcall.db"])
    with sqlite3.connect(copy) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT count(*) FROM mails").fetchone() == (1,)


def test_a_file_that_is_there_is_not_written_over_unless_told(office: Office) -> None:
    office.run("status")
    (office.folder / "kept.backup").write_bytes(b"precious")

    done = office.run("backup", "kept.backup", status=2)

    assert "kept.backup exists; name another file, or say --overwrite" in done.err
    assert (office.folder / "kept.backup").read_bytes() == b"precious"
    assert "the database itself" in office.run("backup", "rollcall.db", "--overwrite", status=2).err
    assert "does not exist" in office.run("backup", "nowhere/kept.backup", status=2).err


def test_a_passphrase_seals_the_file_and_a_short_one_is_refused(office: Office) -> None:
    with_a_report(office)
    (office.folder / "phrase").write_text(PASSPHRASE, "utf-8")
    (office.folder / "short").write_text("short", "utf-8")

    assert "less than 12 characters" in office.run("backup", "a", "--passphrase-file", "short", status=2).err
    office.run("backup", "kept.backup", "--passphrase-file", "phrase")

    sealed = (office.folder / "kept.backup").read_bytes()
    assert b"SQLite format" not in sealed
    assert b"campaign.toml" not in sealed
    manifest = backup_archive.read(office.folder / "kept.backup", PASSPHRASE, lambda _name: None)
    assert manifest.counts["mails"] == 1
    with pytest.raises(backup_archive.UnsoundError, match="passphrase is another one"):
        backup_archive.read(office.folder / "kept.backup", "another passphrase", lambda _name: None)


@pytest.mark.parametrize("size", [backup_cipher.PIECE, 2 * backup_cipher.PIECE + 7])
def test_what_was_sealed_is_what_is_read_and_nothing_that_was_cut_or_changed_is(tmp_path: Path, size: int) -> None:
    data, file = os.urandom(size), tmp_path / "sealed"
    with file.open("wb") as target:
        sealing = backup_cipher.Sealing(target, PASSPHRASE)
        sealing.write(data)
        sealing.finish()

    def opened() -> bytes:
        with file.open("rb") as source:
            return backup_cipher.Unsealing(source, PASSPHRASE).readall() or b""

    assert opened() == data
    whole = file.read_bytes()
    flipped = whole[:-20] + bytes([whole[-20] ^ 1]) + whole[-19:]
    # Without its last piece each that is left is as it was written, and none of them says that it is the last.
    without_last = whole[: -(size % backup_cipher.PIECE + 16)]
    for changed in (without_last, whole + b"x") if size > backup_cipher.PIECE else (flipped,):
        file.write_bytes(changed)
        with pytest.raises(backup_cipher.CannotOpenError):
            opened()


def test_a_backup_that_is_killed_leaves_the_last_one_as_it_was(office: Office) -> None:
    with_a_report(office)
    office.run("backup", "kept.backup")
    before = (office.folder / "kept.backup").read_bytes()

    for wait in (0.25, 0.35, 0.45):
        process = subprocess.Popen(
            [sys.executable, "-m", "service", "backup", "kept.backup", "--overwrite"],
            cwd=office.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        held = members(office.folder / "kept.backup")
        if (office.folder / "kept.backup").read_bytes() != before:
            assert json.loads(held["manifest.json"])["counts"]["mails"] == 1
    office.run("backup", "kept.backup", "--overwrite")
    assert not list(office.folder.glob("*.snapshot"))
    assert not list(office.folder.glob(".*.part"))


def test_a_damaged_database_is_not_backed_up_as_if_it_were_whole(office: Office) -> None:
    with_a_report(office)
    with sqlite3.connect(office.folder / "rollcall.db") as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("UPDATE mails SET sha256 = 'nowhere'")

    done = office.run("backup", "kept.backup", status=2)

    assert "The database is damaged (a row of mails refers to nothing)" in done.err
    assert not (office.folder / "kept.backup").exists()
