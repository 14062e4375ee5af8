"""A secret in each place of config.toml that takes one: it is in no log, error, board, alarm, ledger or backup."""

import io
import tarfile
from pathlib import Path

import pytest

from tests.journeys.office import Office
from tests.service.test_command_line import with_a_report

IN_THE_FILE, IN_ITS_OWN_FILE = "ToMatNaoDay1", "ToMatNaoDay2"
COMMANDS = (
    ["doctor"],
    ["poll"],
    ["send"],
    ["status", "--json"],
    ["messages", "--json"],
    ["letters", "--json"],
    ["audit"],
    ["backup", "kept.backup", "--json"],
    ["--debug", "poll"],
    ["restore", "kept.backup", "--force"],
    ["poll"],
)


def members(file: Path) -> bytes:
    with tarfile.open(file) as archive:
        held = [archive.extractfile(each) or io.BytesIO() for each in archive]
        return b"".join(each.read() for each in held)


def test_no_secret_of_the_configuration_is_told_anywhere(office: Office) -> None:
    with_a_report(office)  # with the right password, so that there is something to tell
    (office.folder / "smtp-password").write_text(IN_ITS_OWN_FILE, "utf-8")
    assert office.sink is not None
    way_out = f'{office.sink.port}\nuser = "office"\npassword_file = "smtp-password"'
    office.write_config(password=IN_THE_FILE, smtp_port=way_out)

    told = [office.run(*command, status=None) for command in COMMANDS]

    for secret in (IN_THE_FILE, IN_ITS_OWN_FILE):
        for command, done in zip(COMMANDS, told, strict=True):
            assert secret not in done.out + done.err, command
        for file in office.folder.glob("rollcall.db*"):
            assert secret.encode() not in file.read_bytes(), file.name
        assert secret.encode() not in members(office.folder / "kept.backup")
    assert "smtp.password_file" in told[7].err


@pytest.mark.parametrize("mark", ["\\r\\n", "\\n", "\\u0000"])
def test_no_line_break_of_a_setting_reaches_a_command_to_the_mail_server(office: Office, mark: str) -> None:
    """CVE-2025-15366: imaplib writes what it is given; a folder's name is refused before it comes that far."""
    office.write_config(folders=f'["INBOX{mark}x DELETE INBOX"]')

    done = office.run("poll", status=2)

    assert "mailbox[1].folders" in done.err
