"""The ways that alarms go, what a notice says, the heartbeat, and the watch in the running worker."""

import os
import re
import socket
import threading
import time
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from notifications.alarms import AlarmFacts, Condition, Event, write
from notifications.facts import Office
from notifications.letterhead import TEMPLATES
from roll.mistakes import OperatorError
from service import alarm_channels, alarming, config, schedule
from service.alarm_channels import ChannelError, CommandChannel, Message, WebChannel
from tests.servers import ports
from tests.servers.web_receiver import WebReceiver
from tests.service.watched import CANARY, MINUTE, Watched

NOW = datetime(2019, 7, 3, 2, 0, tzinfo=UTC)
OFFICES = {
    language: Office("Sở Lao động", "", "", "a@so.example", ZoneInfo("Asia/Ho_Chi_Minh"), language)
    for language in ("vi", "en")
}


def message() -> Message:
    facts = AlarmFacts(Condition.DISK, Event.RAISED, NOW, NOW, count=9, limit=10)
    return Message(write(OFFICES["vi"], facts), NOW, {"condition": "disk", "event": "raised"}, "key")


def wait_until(happened: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def script(folder: Path, text: str) -> str:
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)
    return str(path)


# A command.


def test_a_command_that_hangs_is_killed_with_what_it_started(tmp_path: Path) -> None:
    program = script(tmp_path, f"sleep 60 & echo $! > {tmp_path}/child; wait")
    began = time.monotonic()
    with pytest.raises(ChannelError, match=r"took longer than 0\.5 seconds and was ended"):
        CommandChannel([program], seconds=0.5).tell(message())
    assert time.monotonic() - began < 10
    child = int((tmp_path / "child").read_text())
    state = Path(f"/proc/{child}/stat")
    wait_until(lambda: not state.exists() or state.read_text().split()[2] == "Z")


def test_an_argument_is_never_read_by_a_shell(tmp_path: Path) -> None:
    program = script(tmp_path, f'printf "%s" "$1" > {tmp_path}/got')
    CommandChannel([program, f"$(touch {tmp_path}/never); x"]).tell(message())
    assert (tmp_path / "got").read_text() == f"$(touch {tmp_path}/never); x"
    assert not (tmp_path / "never").exists()


@pytest.mark.parametrize(("text", "told"), [("exit 7", "ended with status 7"), ("exec sleep 0; exit 1", "")])
def test_a_command_is_told_by_its_status(tmp_path: Path, text: str, told: str) -> None:
    channel = CommandChannel([script(tmp_path, text)])
    if not told:
        channel.tell(message())
        return
    with pytest.raises(ChannelError, match=told):
        channel.tell(message())


def test_a_command_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    channel = CommandChannel([str(tmp_path / "none")])
    with pytest.raises(ChannelError, match=r"cannot be started .*correct \[alarm\] command"):
        channel.tell(message())
    with pytest.raises(ChannelError, match="write its whole path"):
        channel.check()


# A web address.


def test_an_address_that_does_not_answer_is_left_in_time() -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as silent:
        channel = WebChannel(f"http://{ports.LOOPBACK}:{silent.getsockname()[1]}/{CANARY}")
        with pytest.raises(ChannelError, match=r"gave no answer within 0\.3 seconds") as caught:
            alarm_channels.tell_in_time(channel, message(), seconds=0.3)
    assert CANARY not in str(caught.value)


def test_an_address_where_nobody_listens_is_told_without_what_it_holds() -> None:
    channel = WebChannel(f"http://{ports.LOOPBACK}:{ports.free_port()}/{CANARY}")
    with pytest.raises(ChannelError) as caught:
        channel.tell(message())
    assert str(caught.value).startswith("127.0.0.1 of [alarm] webhook_url cannot be used (ConnectionRefusedError)")
    assert CANARY not in str(caught.value) + repr(channel)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://alarm.langson.example/x", 'must begin with "https://"; http is for this machine only.'),
        ("file:///etc/passwd", "is not a web address"),
        ("ftp://alarm.langson.example/x", 'must begin with "https://"'),
        ("https://alarm.langson.example/a b", "is not a web address"),
        ("https://alarm.langson.example:port/", "is not a web address"),
    ],
)
def test_an_address_that_is_none_or_is_not_encrypted_is_refused(watched: Watched, url: str, told: str) -> None:
    watched.office.write_config(extra=f'[alarm]\nwebhook_url = "{url}"')
    with pytest.raises(OperatorError) as caught:
        config.load(watched.office.folder / "config.toml", os.environ)
    assert told in caught.value.problems[0]


# The words.


@pytest.mark.parametrize("condition", list(Condition))
@pytest.mark.parametrize("event", list(Event))
def test_every_notice_is_written_in_both_languages(condition: Condition, event: Event) -> None:
    for office in OFFICES.values():
        facts = AlarmFacts(condition, event, NOW, NOW + timedelta(days=1, hours=2, minutes=1), count=3, limit=10)
        told = write(office, facts)
        assert told.subject.startswith("[Rollcall: ")
        assert not {"{", "}"} & set(told.subject + told.text)


def test_both_languages_have_the_same_keys_and_places() -> None:
    def shape(language: str) -> dict[str, set[str]]:
        sheet = tomllib.loads((TEMPLATES / language / "alarm.toml").read_text("utf-8"))
        parts = {"": {name: text for name, text in sheet.items() if isinstance(text, str)}, **sheet}
        return {
            f"{part}.{name}": set(re.findall(r"\{(\w+)\}", text))
            for part, texts in parts.items()
            if isinstance(texts, dict)
            for name, text in texts.items()
        }

    assert shape("vi") == shape("en")


# The heartbeat.


def test_a_sign_of_life_is_given_after_each_complete_pass_and_no_other(watched: Watched) -> None:
    with WebReceiver() as watcher:
        extra = f'[alarm]\nheartbeat_url = "{watcher.url}"\nheartbeat_file = "heartbeat"\n'
        watched.configure(extra=extra)
        file = watched.office.folder / "heartbeat"
        watched.look(2, passes=False)
        assert (watcher.requests, file.exists()) == ([], False)

        watched.look(2)
        assert [got.method for got in watcher.requests] == ["GET", "GET"]
        first = file.read_text("utf-8")
        watched.configure(extra=extra, imap_port=str(ports.free_port()))
        watched.look(1, passes=False)  # a new program does not know what an earlier one gave
        watched.read_and_look(2)
        assert len(watcher.requests) == 3
        assert file.read_text("utf-8") == first


def test_a_sign_of_life_that_fails_is_told_once_and_tried_again(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    with WebReceiver() as watcher:
        watcher.status = 500
        watched.configure(extra=f'[alarm]\nheartbeat_url = "{watcher.url}"\n')
        watched.look(1)
        watched.look(2, passes=False)
        watcher.status = 200
        watched.look(2, passes=False)
    assert len(watcher.requests) == 4
    assert caplog.text.count("The address in [alarm] heartbeat_url answers with the status 500") == 1
    assert CANARY not in caplog.text


# The self-check.


def test_doctor_looks_at_each_way_and_tells_nobody(watched: Watched) -> None:
    result = watched.office.run("doctor", "--json", status=0)
    told = [finding["sentence"] for finding in result.json if finding["probe"] == "alarm"]
    assert len(told) == 3
    assert watched.told() == []
    assert CANARY not in result.out + result.err


def test_doctor_sends_a_test_that_says_that_it_is_one(watched: Watched) -> None:
    result = watched.office.run("doctor", "--alarm", status=0)
    assert result.out.count("The test went out by") == 3
    assert watched.told() == [("test", "test")]
    assert "[Rollcall: gửi thử]" in watched.all_that_was_said()

    watched.web.status = 404
    assert "answers with the status 404" in watched.office.run("doctor", "--alarm", status=1).err


def test_doctor_says_that_nobody_is_told_where_no_way_is_set(watched: Watched) -> None:
    watched.configure(extra="")
    assert "Nobody is told when the machine is in trouble" in watched.office.run("doctor", status=0).out
    assert "docs/alarms.md" in watched.office.run("doctor", "--alarm", status=1).err


# In the running worker.


def test_a_pass_that_hangs_is_told_while_it_hangs(watched: Watched) -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as silent:
        watched.note_pass()
        watched.configure(imap_port=str(silent.getsockname()[1]))
        running = schedule.Schedule(watched.rollcall, every=timedelta(seconds=0.1))
        running.start()
        try:
            hanging, _ = silent.accept()  # the pass waits for a greeting that never comes
            for _ in range(4):
                watched.clock.at += 3 * MINUTE
                time.sleep(0.25)
            wait_until(lambda: ("no_pass", "raised") in watched.by_web())
        finally:
            stopping = threading.Thread(target=running.stop)
            stopping.start()
            hanging.close()
            silent.close()
            stopping.join(30)
    assert not stopping.is_alive()


def test_a_look_that_fails_does_not_end_the_watch(watched: Watched, caplog: pytest.LogCaptureFixture) -> None:
    looks: list[int] = []

    def breaks(_folder: Path) -> tuple[int, int]:
        looks.append(1)
        if len(looks) == 1:
            raise RuntimeError("a mistake of ours")
        return 5, 100

    watch, stopping = alarming.Watch(watched.rollcall, usage=breaks), threading.Event()
    thread = threading.Thread(target=watch.run, args=(stopping, 0.02), daemon=True)
    thread.start()
    wait_until(lambda: ("disk", "raised") in watched.by_web())
    stopping.set()
    thread.join(10)
    assert "the look for alarms failed" in caplog.text
