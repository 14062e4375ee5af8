"""What is erased is gone from the disk, stays gone, and leaves a tombstone and the figures that were counted."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service import assemble, config, forgetting
from tests.forms import workbooks
from tests.intake import mails
from tests.journeys.office import CAO_LOC, JULY_3, VIETNAM, Office, form_2019, report_mail

# In every field that a mail has: what may be found on the disk before, and must not be after.
MARKER = "DauVet7Q"
NAME = f"Nguyen {MARKER}"


def with_a_report_and_a_stranger(office: Office) -> tuple[bytes, bytes]:
    workbook = workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", seed=1)
    report = report_mail(f"{NAME} <{CAO_LOC}>", f"BC {MARKER}", f"bc {MARKER}.xlsx", workbook)
    stranger = mails.mail(
        f"{NAME} <{MARKER}@other.example>",
        f"Danh sách {MARKER}",
        f"Cháu {MARKER} sinh năm 2012.",
        attachments=[(f"{MARKER}.xlsx", workbook)],
        Message_ID="<2@other.example>",
    )
    office.deliver(report)
    office.deliver(stranger, JULY_3 + timedelta(minutes=1))
    office.run("poll")
    return report, stranger


def on_disk(folder: Path) -> int:
    return sum(
        file.read_bytes().lower().count(MARKER.lower().encode())
        for file in folder.glob("rollcall.db*")
        if not file.name.endswith("-shm")
    )


def test_a_mail_that_is_forgotten_leaves_its_figures_and_a_tombstone_and_nothing_else(office: Office) -> None:
    with_a_report_and_a_stranger(office)
    assert on_disk(office.folder) > 0
    figures = [row for row in office.run("export", "--json").json if row["type"] != "text"]
    held, reported = (
        row["receipt"]
        for row in sorted(office.run("messages", "--json").json, key=lambda row: row["outcome"] != "held")
    )
    assert office.run("forget", held, "--why", "children's names", "--dry-run").out == f"{held}\n"
    assert on_disk(office.folder) > 0

    office.run("forget", held, reported, "--why", "children's names")

    assert on_disk(office.folder) == 0
    after = [row for row in office.run("export", "--json").json if row["type"] != "text"]
    assert [(row["name"], row["cell"], row["value"]) for row in after] == [
        (row["name"], row["cell"], row["value"]) for row in figures
    ]
    assert {row["file"] for row in after} == {"(erased)"}
    ends = {
        row["receipt"]: (row["outcome"], row["reason"], row["from"]) for row in office.run("messages", "--json").json
    }
    assert ends == {held: ("noted", "erased", ""), reported: ("accepted", "valid", "")}
    with sqlite3.connect(office.folder / "rollcall.db") as connection:
        stones = connection.execute("SELECT mail_id, length(sha256), why FROM tombstones ORDER BY mail_id").fetchall()
        trail = connection.execute("SELECT subject, detail FROM trail WHERE what = 'forget'").fetchall()
    assert stones == [(1, 64, "children's names"), (2, 64, "children's names")]
    assert sorted(trail) == sorted([(held, "children's names"), (reported, "children's names")])


def test_what_was_forgotten_is_not_fetched_again_not_lost_to_the_audit_and_not_read_again(office: Office) -> None:
    _, stranger = with_a_report_and_a_stranger(office)
    office.run("forget", "1", "2", "--why", "asked for")

    assert office.run("poll", "--json").json["received"] == 0
    office.deliver(stranger, JULY_3 + timedelta(minutes=5))  # the same bytes once more
    assert office.run("poll", "--json").json["handled"] == 0
    assert on_disk(office.folder) == 0
    assert [row["outcome"] for row in office.run("messages", "--json").json] == ["accepted", "noted", "noted"]
    assert "agree" in office.run("audit").out
    assert office.run("replay").out.startswith("0 read again")
    refused = office.run("review", "dismiss", "2", status=2)
    assert "was erased" in refused.err
    assert office.run("forget", "1", "--why", "again").err.startswith("0 mails")


def test_the_audit_tells_bytes_that_a_tombstone_says_are_gone_and_bytes_that_are_gone_without_one(
    office: Office,
) -> None:
    with_a_report_and_a_stranger(office)
    office.run("forget", "2", "--why", "asked for")
    with sqlite3.connect(office.folder / "rollcall.db") as connection:
        connection.execute("UPDATE raws SET data = x'00' WHERE sha256 = (SELECT sha256 FROM tombstones)")
        connection.execute("UPDATE raws SET data = x'' WHERE sha256 NOT IN (SELECT sha256 FROM tombstones)")

    told = office.run("audit", status=1).err

    assert "was erased, and its bytes are there still" in told
    assert "the stored bytes are not those that came" in told


def test_retention_erases_what_is_old_and_waits_for_nobody_and_keeps_every_value(office: Office) -> None:
    office.write_config(extra="[retention]\nmails = 400")
    with_a_report_and_a_stranger(office)
    values = [{**row, "file": ""} for row in office.run("export", "--json").json]
    loaded = config.load(office.folder / "config.toml", {})
    for years, erased in ((0, 0), (3, 1), (3, 0)):
        at = datetime(2019 + years, 7, 10, tzinfo=VIETNAM).astimezone(UTC)
        rollcall = assemble.open_rollcall(loaded, assemble.fixed_clock(at))
        assert len(forgetting.keep_to_retention(rollcall)) == erased
        rollcall.store.close()

    assert [{**row, "file": ""} for row in office.run("export", "--json").json] == values
    assert [row["outcome"] for row in office.run("messages", "--json").json] == ["accepted", "held"]


@pytest.mark.parametrize(
    ("given", "told"), [("mails = 30", "write 90 days or more"), ("mails = true", "retention.mails")]
)
def test_a_retention_that_would_lose_a_running_round_is_refused(office: Office, given: str, told: str) -> None:
    office.write_config(extra=f"[retention]\n{given}")

    assert told in office.run("status", status=2).err
