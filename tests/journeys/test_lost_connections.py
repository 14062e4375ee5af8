"""The line to PostgreSQL is lost: nothing is lost, nothing is done twice, and it is told in a sentence."""

import email
import itertools
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests import databases
from tests.forms import workbooks
from tests.journeys.office import JULY_3, Office, form_2019, report_mail
from tests.journeys.test_killed import reports
from tests.servers.dovecot import DovecotServer
from tests.servers.meddler import Meddler
from tests.servers.smtp_sink import SmtpSink

TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rollcall'"
TOLD = "The database server did not do its work"
COUNT = 4
# What a pass over so many mails has at the least, of commits and of chunks of what the program says.
FEWEST_COMMITS, FEWEST_SAID = 10, 100


def settle(office: Office, port: int | None = None, smtp: int | None = None) -> None:
    """Let the office keep its database on PostgreSQL, reached through `port` where it is given."""
    url = databases.server_url_of(office.folder / "rollcall.db")
    address = url.replace(f":{databases.server().port}/", f":{port or databases.server().port}/")
    changes = {} if smtp is None else {"smtp_port": str(smtp)}
    office.write_config(**changes)
    text = (
        (office.folder / "config.toml").read_text("utf-8").replace(databases.section(office.folder / "rollcall.db"), "")
    )
    (office.folder / "config.toml").write_text(f'{text}\n[database]\nurl = "{address}"\n', "utf-8")


@pytest.fixture
def office(tmp_path: Path, dovecot: DovecotServer, mailbox_user: str, smtp_sink: SmtpSink) -> Office:
    """An office with some reports in its mailbox, its database on PostgreSQL."""
    made = Office(tmp_path, mailbox_user, dovecot, smtp_sink)
    settle(made)
    made.dovecot.append_many(made.user, reports(made, COUNT))
    return made


def poll(office: Office) -> bool:
    """Poll; return whether it went well. If not, it was told in a sentence and without a traceback."""
    done = office.run("poll", status=None)
    assert "Traceback" not in done.err + done.out
    assert done.status in {0, 1, 2}
    assert done.status == 0 or "database" in done.err, done.err
    return done.status == 0


def is_whole(office: Office, count: int = COUNT) -> None:
    """Every mail has one row, one version, one answer that went out once."""
    messages = office.run("messages", "--json").json
    assert len(messages) == count
    assert {message["outcome"] for message in messages} == {"accepted"}
    assert all(len(message["reports"]) == 1 for message in messages)
    assert all(len(message["answers"]) == 1 for message in messages)
    assert office.sink is not None
    sent = Counter(email.message_from_bytes(letter.data)["Message-ID"] for letter in office.sink.letters)
    assert set(sent.values()) == {1}, sent
    assert len(sent) == count
    office.run("audit")


class Cut:
    """Cuts the line once, at the n-th thing that `counts` of what the program says: before the server hears it, or when
    it answers, so that what became of it is not known."""

    def __init__(self, at: int, counts: Callable[[bytes], bool], *, heard: bool) -> None:
        self.at, self.counts, self.heard = at, counts, heard
        self.seen = itertools.count(1)
        self.is_due, self.was_cut = False, False

    def on_command(self, said: bytes) -> bytes | None:
        if not self.was_cut and not self.is_due and self.counts(said) and next(self.seen) == self.at:
            self.is_due = True
            if not self.heard:
                self.was_cut = True
                return None
        return said

    def on_answer(self, said: bytes) -> bytes | None:
        if self.is_due and not self.was_cut:
            self.was_cut = True
            return None
        return said


def with_cut(office: Office, cut: Cut) -> bool:
    """Poll over a line that is cut, then once more; return whether it came to the cut."""
    with Meddler(databases.server().port, cut.on_command, cut.on_answer) as wire:
        settle(office, wire.port)
        went_well = poll(office)
        assert cut.was_cut or went_well
        for _ in range(2):
            assert poll(office)
        is_whole(office)
    return cut.was_cut


def anew(office: Office, smtp: SmtpSink) -> None:
    """Begin again with an empty database and the same mailbox."""
    databases.drop_under(office.folder)
    settle(office)
    smtp.letters.clear()


@pytest.mark.parametrize("heard", [False, True], ids=["not heard", "not answered"])
@pytest.mark.parametrize(
    "at", [2, 6, *(pytest.param(at, marks=pytest.mark.soak) for at in (1, 3, 4, 5, *range(7, 40)))]
)
def test_a_line_lost_at_a_commit_loses_nothing_and_does_nothing_twice(office: Office, at: int, heard: bool) -> None:
    assert with_cut(office, Cut(at, lambda said: b"COMMIT" in said, heard=heard)) or at > FEWEST_COMMITS


@pytest.mark.parametrize("heard", [False, True], ids=["not heard", "not answered"])
@pytest.mark.parametrize(
    "at", [30, 90, *(pytest.param(at, marks=pytest.mark.soak) for at in (*range(1, 30), *range(32, 400, 6)))]
)
def test_a_line_lost_anywhere_loses_nothing_and_does_nothing_twice(office: Office, at: int, heard: bool) -> None:
    assert with_cut(office, Cut(at, lambda _: True, heard=heard)) or at > FEWEST_SAID


def at_the_dot(office: Office, do: Callable[[], None], which: int = 2) -> None:
    """Poll, and do something when the server has got the whole of a letter and has not answered yet."""
    dots = itertools.count(1)

    def on_command(said: bytes) -> bytes:
        if said.endswith(b"\r\n.\r\n") and next(dots) == which:
            do()
        return said

    assert office.sink is not None
    with Meddler(office.sink.port, on_command) as wire:
        settle(office, smtp=wire.port)
        assert not poll(office), "the lock was lost, so the letters after it wait"
        assert len(office.sink.letters) == which
        assert poll(office)
    is_whole(office)


def test_sessions_ended_while_a_letter_is_on_its_way_leave_it_known_as_sent(office: Office) -> None:
    def end_sessions() -> None:
        with databases.server().connect() as admin:
            admin.execute(TERMINATE)

    at_the_dot(office, end_sessions)


def test_a_server_restarted_while_a_letter_is_on_its_way_is_waited_for(office: Office) -> None:
    at_the_dot(office, databases.server().restart)


def test_a_server_that_is_away_is_told_in_a_sentence_and_the_next_pass_does_the_work(office: Office) -> None:
    databases.server().stop()
    try:
        done = office.run("poll", status=2)
    finally:
        databases.server().start()
    assert "cannot be opened" in done.err
    assert "See that the server runs" in done.err
    assert "mat-khau" not in done.err
    assert poll(office)
    is_whole(office)


def test_a_text_with_a_zero_byte_is_kept_with_a_sign_in_its_place(office: Office) -> None:
    book = workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", seed=1)
    raw = report_mail(
        "<phongldtbxhdt.caoloc@langson.example>", "BC XX", "BC.xlsx", book, Message_ID="<zero@unit.example>"
    )  # fmt: skip
    headers, gap, body = raw.partition(b"\n\n")
    office.dovecot.append(
        office.user, headers.replace(b"BC XX", b"=?utf-8?q?BC=00X?=") + gap + body, JULY_3 + timedelta(1)
    )
    assert poll(office)
    subjects = [message["subject"] for message in office.run("messages", "--json").json]
    assert len(subjects) == COUNT + 1
    office.run("audit")
