"""The restore drill: a backup while the office works, more mails, the machine lost, a restore; then all of it holds."""

import email
import shutil
from collections import Counter
from datetime import timedelta
from email import policy

import pytest

from tests.forms import workbooks
from tests.journeys.office import JULY_3, Office, form_2019, report_mail
from tests.servers.dovecot import PASSWORD

DISTRICTS = (
    ("phongldtbxhdt.caoloc@langson.example", "UBND huyện Cao Lộc"),
    ("phongldtbxhdt.vanlang@langson.example", "UBND huyện Văn Lãng"),
    ("phongldtbxhdt.bacson@langson.example", "UBND huyện Bắc Sơn"),
)


def deliver_report(office: Office, district: int, seed: int) -> None:
    address, name = DISTRICTS[district]
    workbook = workbooks.filled_2019(form_2019(), name, seed)
    sender, own_id = f"Phong <{address}>", f"<{seed}@u.example>"
    mail = report_mail(sender, f"BC {name}", f"bc-{seed}.xlsx", workbook, Message_ID=own_id)
    office.deliver(mail, JULY_3 + timedelta(minutes=seed))


def ledger(office: Office) -> list[tuple[str, ...]]:
    return [
        (row["receipt"], row["from"], row["outcome"], str(row["unit"]), str(row["version"]))
        for row in office.run("messages", "--json").json
    ]


def sent_ids(office: Office) -> Counter[str]:
    assert office.sink is not None
    return Counter(
        email.message_from_bytes(letter.data, policy=policy.default)["Message-ID"] for letter in office.sink.letters
    )


def test_an_office_that_was_lost_comes_back_from_a_backup_with_nothing_lost_and_nothing_twice(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    backup = tmp_path_factory.mktemp("kept") / "rollcall.backup"
    deliver_report(office, 0, 1)
    office.run("poll")
    deliver_report(office, 1, 2)
    office.run("poll", "--no-send")  # its answer waits while the backup is made, and goes out after it
    made = office.run("backup", str(backup), "--json").json
    office.run("send")
    deliver_report(office, 2, 3)
    deliver_report(office, 0, 4)
    office.run("poll")
    before, values, letters = ledger(office), office.run("export", "--json").json, sent_ids(office)
    assert (made["counts"]["mails"], made["letters_waiting"], len(before)) == (2, 1, 4)
    # The disk is lost, and with it everything but the backup and what is on the mail server.
    for each in office.folder.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()

    restored = office.run("restore", str(backup))

    assert "mailbox[1].password" in restored.err
    config = (office.folder / "config.toml").read_text("utf-8")
    assert PASSWORD not in config
    office.write_config()  # the person at the keyboard puts the secrets back
    office.run("poll")
    assert ledger(office) == before
    assert office.run("export", "--json").json == values
    assert office.run("audit").out == "Mailbox, ledger, values and letters agree.\n"
    assert not [line for line in office.run("replay", "--dry-run").out.splitlines() if "->" in line]
    # What went out between the backup and the loss is owed once more, by the same Message-ID: nothing goes by itself.
    assert sent_ids(office) == letters
    waiting = office.run("letters", "--state", "queued", "--json")
    assert "paused since a backup was restored" in waiting.err
    assert len(waiting.json) == 3
    for row in waiting.json:
        office.run("letters", "cancel", str(row["id"]))
    office.run("resume")
    office.run("send")
    assert sent_ids(office) == letters
    assert set(letters.values()) == {1}
