"""An office on real servers, for the commands."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.office import Office
from tests.journeys.post import Clock
from tests.servers.dovecot import DovecotServer
from tests.servers.smtp_sink import SmtpSink
from tests.servers.web_receiver import WebReceiver
from tests.service.stepped import Stepped, on
from tests.service.watched import CANARY, Watched


@pytest.fixture
def office(tmp_path: Path, dovecot: DovecotServer, mailbox_user: str, smtp_sink: SmtpSink) -> Office:
    """A configured office with an empty mailbox."""
    return Office(tmp_path, mailbox_user, dovecot, smtp_sink)


@pytest.fixture
def step(office: Office) -> Iterator[Callable[..., Stepped]]:
    """Opens the office on a clock that is moved by hand; what is named declares its campaign."""
    opened: list[Stepped] = []

    def open_with(units: tuple[str, ...] | None = None, **declares: str) -> Stepped:
        rest = {"units": units} if units else {}
        opened.append(Stepped(office, Clock(on(20, month=6)), declares=declares, **rest))
        return opened[-1]

    yield open_with
    for each in opened:
        each.close()


@pytest.fixture
def watched(office: Office) -> Iterator[Watched]:
    """The office with [alarm], its clock moved by hand."""
    with SmtpSink(users={"alarm@another.example": CANARY}) as sink, WebReceiver() as web:
        opened = Watched(office, Clock(on(3, hour=9)), sink, web)
        yield opened
        opened.rollcall.store.close()
