"""`rollcall doctor` on real servers: what is right, and every fault in one sentence with what to do about it."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from forms import blank
from forms import form as forms_form
from notifications.smtp import SmtpAccount
from service import doctor, doctor_machine, doctor_mail
from service.doctor import Finding, Probe
from service.first_files import FOLDER, files
from tests import databases
from tests.command import Result
from tests.forms import workbooks
from tests.journeys.office import CAMPAIGN, Office, form_2019
from tests.servers.smtp_sink import SmtpSink


def faults(result: Result) -> dict[str, list[str]]:
    """Return the sentences of the faults by probe; each is told on standard error too."""
    told: dict[str, list[str]] = {}
    for finding in result.json:
        assert set(finding) == {"probe", "ok", "sentence"}
        assert finding["sentence"].endswith((".", "?"))
        if not finding["ok"]:
            told.setdefault(finding["probe"], []).append(finding["sentence"])
            assert finding["sentence"] in result.err
    return told


def sentence(result: Result, probe: str) -> str:
    """Return the one sentence of a probe."""
    (told,) = [finding["sentence"] for finding in result.json if finding["probe"] == probe]
    return str(told)


def test_right_settings_are_all_right_and_nothing_is_made(office: Office) -> None:
    before = sorted(office.folder.rglob("*"))

    result = office.run("doctor", "--json", status=0)

    assert faults(result) == {}
    assert result.err == ""
    assert [finding["probe"] for finding in result.json] == [
        "configuration", "database", "imap sign-in", "folders", "capabilities", "smtp sign-in", "alarm", "disk",
        "archives", "clock", "working days", "campaigns",
    ]  # fmt: skip
    assert sorted(office.folder.rglob("*")) == before
    assert office.sink is not None
    assert office.sink.letters == []


def test_people_see_a_table_on_standard_output_and_the_faults_below_it(office: Office) -> None:
    office.write_config(folders='["INBOX", "Bao cao"]')

    result = office.run("doctor", status=1)

    assert "ok     imap sign-in" in result.out
    assert "FAULT  folders" in result.out
    assert result.err == (
        'Mailbox main has no folder "Bao cao": correct `folders` or `junk` of this mailbox in config.toml; '
        'the server has "INBOX", "Junk".\n'
    )


def test_a_mailbox_with_mails_keeps_its_flags(office: Office) -> None:
    office.deliver(b"From: a@b.example\r\nSubject: x\r\n\r\ny\r\n")

    office.run("doctor", status=0)

    assert office.dovecot.flags(office.user) == {1: ()}


def test_a_wrong_password_is_told_without_the_password(office: Office) -> None:
    office.write_config(password="sai-mat-khau-77")

    result = office.run("doctor", "--json", status=1)

    (sentence,) = faults(result).pop("imap sign-in")
    assert f'refuses the sign-in of "{office.user}"' in sentence
    assert "check `user` and its password" in sentence
    assert "sai-mat-khau-77" not in result.out + result.err


def test_a_wrong_host_is_told(office: Office) -> None:
    office.write_config(imap_host="khong-co.invalid", security="tls")

    (sentence,) = faults(office.run("doctor", "--json", status=1))["imap sign-in"]

    assert "khong-co.invalid" in sentence
    assert "host name is not known" in sentence
    assert "check `host`" in sentence


def test_a_server_without_tls_is_told(office: Office) -> None:
    office.write_config(security="tls")

    (sentence,) = faults(office.run("doctor", "--json", status=1))["imap sign-in"]

    assert "There is no TLS at 127.0.0.1" in sentence
    assert "check `port` and `security`" in sentence


def test_a_certificate_that_is_not_to_be_trusted_is_told_and_a_trusted_one_is_right(office: Office) -> None:
    office.write_config(security="tls", imap_port=str(office.dovecot.tls_port))

    (sentence,) = faults(office.run("doctor", "--json", status=1))["imap sign-in"]
    trusting = {"SSL_CERT_FILE": str(office.dovecot.certificate.authority)}
    trusted = office.run("doctor", "--json", status=0, environment=trusting)

    assert "is not to be trusted" in sentence
    assert faults(trusted) == {}


def test_an_smtp_server_that_refuses_the_sign_in_is_told(office: Office) -> None:
    with SmtpSink(users={"so": "dung"}) as sink:
        secret = '[smtp]\nuser = "so"\npassword = "sai"'
        office.write_config(smtp_port=str(sink.port))
        config = office.folder / "config.toml"
        config.write_text(config.read_text("utf-8").replace("[smtp]", secret), "utf-8")

        (sentence,) = faults(office.run("doctor", "--json", status=1))["smtp sign-in"]

    assert 'refuses the sign-in of "so"' in sentence
    assert sink.letters == []


def test_an_older_schema_is_told_beside_the_other_faults_and_names_db_upgrade(office: Office) -> None:
    office.run("status", status=0)
    with closing(databases.connect(office.folder / "rollcall.db")) as base, base:
        base.execute("UPDATE alembic_version SET version_num = '0000'")
    office.write_config(folders='["Bao cao"]')

    told = faults(office.run("doctor", "--json", status=2))

    assert sorted(told) == ["database", "folders"]
    assert "older schema 0000" in told["database"][0]
    assert "`rollcall db upgrade`" in told["database"][0]
    refused = office.run("status", status=2)
    assert "`rollcall db upgrade`" in refused.err
    assert refused.out == ""


@databases.only_sqlite
def test_a_file_that_is_no_database_is_told_and_left_as_it_was(office: Office) -> None:
    file = office.folder / "rollcall.db"
    file.write_bytes(b"khong phai co so du lieu" * 100)

    told = faults(office.run("doctor", "--json", status=2))

    assert list(told) == ["database"]
    assert "that the file is a Rollcall database" in told["database"][0]
    assert file.read_bytes() == b"khong phai co so du lieu" * 100


def test_a_unit_without_an_address_and_a_deadline_that_says_two_days_are_pointed_out(office: Office) -> None:
    folder = office.folder / "campaigns" / CAMPAIGN.name
    roster = (folder / "units.csv").read_text("utf-8")
    (folder / "units.csv").write_text(
        roster.replace("phongldtbxhdt.caoloc@langson.example;ldtbxh.caoloc@mail.example", ""), "utf-8"
    )
    declared = (folder / "campaign.toml").read_text("utf-8")
    (folder / "campaign.toml").write_text(declared.replace("ngày 05 tháng 7", "ngày 15 tháng 7"), "utf-8")

    told = sentence(office.run("doctor", "--json"), "campaigns")

    assert "without one, so never reminded: H183." in told
    assert 'deadline_text is "trước ngày 15 tháng 7 năm 2019", due_before is 2019-07-05' in told


def test_a_campaign_that_runs_and_has_lost_its_folder_is_told(office: Office) -> None:
    folder = office.folder / "campaigns" / CAMPAIGN.name
    declared = (folder / "campaign.toml").read_text("utf-8")
    lasting = declared.replace("closes = 2019-07-10", "closes = 2099-07-10")
    (folder / "campaign.toml").write_text(lasting, "utf-8")
    office.run("status")
    (folder / "campaign.toml").write_text(lasting.replace(f'name = "{CAMPAIGN.name}"', 'name = "ten-moi"'), "utf-8")

    ((probe, (told,)),) = faults(office.run("doctor", "--json", status=1)).items()

    assert probe == "campaigns"
    assert f'Campaign "{CAMPAIGN.name}" still runs, and no folder declares it any more' in told


def test_it_says_that_sending_is_paused(office: Office) -> None:
    office.run("pause")
    assert "sending is paused (`rollcall resume`)" in sentence(office.run("doctor", "--json"), "configuration")


def test_three_mistakes_in_a_campaign_are_told_at_once(office: Office) -> None:
    file = office.folder / "campaigns" / CAMPAIGN.name / "campaign.toml"
    text = file.read_text("utf-8").replace('remind_at = "08:00"', 'remind_at = "8 gio"')
    text = text.replace("due_before = 2019-07-05", "due_before = 2019-05-05").replace('"-7d"', '"-7 ngay"')
    file.write_text(text, "utf-8")

    told = faults(office.run("doctor", "--json", status=1))

    assert list(told) == ["campaigns"]
    assert len(told["campaigns"]) == 3
    for key in ("remind_at", "due_before", "reminders"):
        assert any(key in sentence for sentence in told["campaigns"])
    assert office.run("status", status=2).err.splitlines() == told["campaigns"]


def test_mistakes_in_several_campaigns_are_told_at_once_with_the_same_name_twice(office: Office) -> None:
    campaigns = office.folder / "campaigns"
    for name in ("a", "b"):
        (campaigns / name).mkdir()
        for file in CAMPAIGN.iterdir():
            (campaigns / name / file.name).write_bytes(file.read_bytes())
    (campaigns / "a" / "units.csv").write_text("code,name\nX1,\n", "utf-8")

    told = faults(office.run("doctor", "--json", status=1))["campaigns"]

    assert len(told) == 2
    assert "name is blank" in told[0]
    assert 'both declare the campaign "thang-hanh-dong-2019"' in told[1]


def test_a_blank_workbook_of_another_form_is_told_with_what_to_do(office: Office) -> None:
    folder = office.folder / "campaigns" / CAMPAIGN.name
    sample = forms_form.load_form(files(date(2026, 1, 5))[f"{FOLDER}/form.toml"], "form.toml")
    filled = workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 8)
    other_version = blank.blank(replace(form_2019(), version="2"), blank.BlankHeading())
    for data in (blank.blank(sample, blank.BlankHeading()), filled, other_version, b"hong"):
        (folder / "blank.xlsx").write_bytes(data)

        (told,) = faults(office.run("doctor", "--json", status=1))["campaigns"]

        assert told.startswith(f"{CAMPAIGN.name}/blank.xlsx is not the blank of THDTE-2019-v1 (")
        assert "put the office's own blank there, or write one with `rollcall form blank " in told
    command = told.rpartition("`rollcall ")[2].partition("`")[0].split()
    office.run(*command)
    assert faults(office.run("doctor", "--json", status=0)) == {}


def test_a_campaign_without_a_blank_workbook_is_right(office: Office) -> None:
    (office.folder / "campaigns" / CAMPAIGN.name / "blank.xlsx").unlink()

    assert faults(office.run("doctor", "--json", status=0)) == {}


def test_every_mistake_of_a_bad_configuration_is_told_at_once(office: Office) -> None:
    office.write_config(imap_port='"khong"', mode="don vi", extra="[office2]\nname = 1")

    result = office.run("doctor", "--json", status=2)

    told = faults(result)["configuration"]
    assert len(told) == 3
    for key in ("mailbox[1].port", "letters.mode", "office2"):
        assert any(key in sentence for sentence in told)


def test_several_faults_are_told_at_once(office: Office, free_port: int) -> None:
    office.write_config(password="sai", smtp_port=str(free_port))
    (office.folder / "campaigns" / CAMPAIGN.name / "form.toml").unlink()

    assert sorted(faults(office.run("doctor", "--json", status=1))) == ["campaigns", "imap sign-in", "smtp sign-in"]


@pytest.fixture
def silent_server() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_probe_that_hangs_is_told_after_its_time_and_holds_up_no_other() -> None:
    right = Finding("clock", ok=True, sentence="The clock is right.")

    def hang() -> list[Finding]:
        time.sleep(60)
        return []

    began = time.monotonic()
    hung, told = doctor.run_probes([Probe("mailbox", hang), Probe("clock", lambda: [right])], 0.3)

    assert time.monotonic() - began < 5
    assert told == right
    assert (hung.ok, hung.sentence[:45]) == (False, "Trying the mailbox gave no answer within 0 se")


def test_a_probe_with_a_fault_of_its_own_is_told_and_the_others_too() -> None:
    def fail() -> list[Finding]:
        raise RuntimeError("unforeseen")

    (found,) = doctor.run_probes([Probe("disk", fail)], 5)

    assert not found.ok
    assert "RuntimeError: unforeseen" in found.sentence


def test_a_clock_that_was_never_set_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'rollcall.db'}"

    (found,) = doctor_machine.clock(url, datetime(1970, 1, 1, 0, 5, tzinfo=UTC))

    assert not found.ok
    assert "set it" in found.sentence


def test_a_clock_before_the_last_pass_is_told(office: Office) -> None:
    office.run("poll", status=0)
    url = databases.url_of(office.folder / "rollcall.db")
    now = datetime.now(UTC)

    (right,) = doctor_machine.clock(url, now)
    (wrong,) = doctor_machine.clock(url, now - timedelta(days=3))

    assert right.ok
    assert not wrong.ok
    assert "the last pass over the mailbox was at" in wrong.sentence


def test_the_disk_has_room_or_it_is_told(tmp_path: Path) -> None:
    (found,) = doctor_machine.disk(tmp_path)
    (missing,) = doctor_machine.disk(tmp_path / "nowhere")

    assert "GB" in found.sentence
    assert found.ok == ("Only" not in found.sentence)
    assert not missing.ok


def test_a_database_in_a_missing_folder_is_told(tmp_path: Path) -> None:
    (found,) = doctor_machine.database_state(f"sqlite:///{tmp_path / 'nowhere' / 'rollcall.db'}")

    assert not found.ok
    assert "create it, or correct [database] url" in found.sentence
    assert list(tmp_path.iterdir()) == []


def test_a_silent_server_is_told_and_not_waited_for(silent_server: int) -> None:
    began = time.monotonic()

    (found,) = doctor_mail.way_out(SmtpAccount("127.0.0.1", silent_server, "none", "so@so.example"), 0.5)

    assert not found.ok
    assert "no answer came in time" in found.sentence
    assert time.monotonic() - began < 10
