"""An office on real servers, for the commands."""

from pathlib import Path

import pytest

from tests.journeys.office import Office
from tests.servers.dovecot import DovecotServer
from tests.servers.smtp_sink import SmtpSink


@pytest.fixture
def office(tmp_path: Path, dovecot: DovecotServer, mailbox_user: str, smtp_sink: SmtpSink) -> Office:
    """A configured office with an empty mailbox."""
    return Office(tmp_path, mailbox_user, dovecot, smtp_sink)
