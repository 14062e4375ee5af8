"""A campaign of forty units over 45 days, whatever fails: each gets what was planned or is caught up, and no more."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage import reminders
from tests.journeys.whole_campaign import LAST_DIGEST, STAFF, Play, Weather, moment
from tests.servers import dovecot as dovecot_server
from tests.servers.dovecot import DovecotServer
from tests.servers.smtp_sink import SmtpSink

CALM = Weather()
SOAK = {
    "no run for a day": Weather(asleep=((moment(27, 6), moment(28, 6)),)),
    "no run for three days": Weather(asleep=((moment(30, 6, 12), moment(3, 7, 12)),)),
    "no run for ten days": Weather(asleep=((moment(26, 6), moment(6, 7)),)),
    "two workers at once": Weather(workers=2),
    "the mailbox down for hours": Weather(no_mailbox=((moment(27, 6, 6), moment(27, 6, 14)),)),
    "the mailbox down for days": Weather(no_mailbox=((moment(30, 6), moment(4, 7, 10)),)),
    "the way out down": Weather(
        no_way_out=(
            (moment(27, 6, 6), moment(27, 6, 14)),
            (moment(1, 7, 7), moment(3, 7, 7)),
            (moment(8, 7), moment(9, 7)),
        )
    ),
}
# A fortnight with something of everything, for CI.
SHORT = Weather(
    units=12,
    begins=moment(26, 6),
    ends=moment(17, 7),
    hours=((7, 30), (8, 0), (10, 30), (16, 0), (17, 0)),
    asleep=((moment(28, 6, 12), moment(29, 6)),),
    no_mailbox=((moment(1, 7, 6), moment(1, 7, 9)),),
    no_way_out=((moment(3, 7, 6), moment(4, 7, 6)),),
)


@pytest.fixture
def server() -> Iterator[DovecotServer]:
    """A mailbox's server that may be stopped: nobody else's."""
    dovecot_server.require_dovecot()
    with DovecotServer() as started:
        yield started


def play(folder: Path, server: DovecotServer, sink: SmtpSink, weather: Weather) -> Play:
    """Play a campaign and require what holds whatever fails."""
    with closing(Play(folder, server, sink, weather)) as played:
        played.play()
        assert not played.watch.faults, "\n".join(played.watch.faults)
        assert not played.missed, "\n".join(played.missed)
        ledger = played.ledger()
        assert sorted(sha256 for sha256, _ in ledger) == sorted(played.delivered)
        assert all(outcome for _, outcome in ledger)
        assert not [row for row in played.rows() if row.kind in reminders.KINDS and row.state == "queued"]
        told = {(row.to, row.step) for row in played.rows() if row.kind == "digest" and row.state == "sent"}
        assert {(to, f"{LAST_DIGEST}") for to in STAFF} <= told, "each gets the digest after the close"
    return played


def test_a_short_campaign_in_which_everything_fails_once(
    tmp_path: Path, server: DovecotServer, smtp_sink: SmtpSink
) -> None:
    played = play(tmp_path, server, smtp_sink, SHORT)
    assert len(played.reminded()) >= 12


@pytest.mark.soak
def test_in_calm_days_each_unit_gets_what_was_planned(
    tmp_path: Path, server: DovecotServer, smtp_sink: SmtpSink
) -> None:
    played = play(tmp_path, server, smtp_sink, CALM)
    planned = {(each.unit, each.step, each.due_at) for each in played.planned if each.kind.value in reminders.KINDS}
    sent = {(code, step, at) for code, step, at in played.reminded()}
    changed = {unit.code for unit in played.units if unit.role == "extended"}
    surprising = {each for each in sent - planned if each[0] not in changed and each[1] != "+5d"}
    assert surprising == set(), "nobody gets what was not planned"
    silent = {unit.code for unit in played.units if unit.role == "silent"}
    assert {each for each in planned if each[0] in silent} <= sent, "who sends nothing gets everything"
    digests = [each for each in played.planned if each.kind.value == "digest"]
    assert len(digests) == sum(played.watch.digests.values())


@pytest.mark.soak
@pytest.mark.parametrize("weather", SOAK.values(), ids=SOAK.keys())
def test_whatever_fails_each_unit_is_caught_up_once(
    tmp_path: Path, server: DovecotServer, smtp_sink: SmtpSink, weather: Weather
) -> None:
    played = play(tmp_path, server, smtp_sink, weather)
    silent = {unit.code for unit in played.units if unit.role == "silent"}
    assert silent <= {code for code, _, _ in played.reminded()}, "who sends nothing hears of it, however late"


@pytest.mark.soak
def test_with_twenty_letters_a_day_every_unit_that_owes_hears_of_it_before_the_deadline(
    tmp_path: Path, server: DovecotServer, smtp_sink: SmtpSink
) -> None:
    played = play(tmp_path, server, smtp_sink, Weather(limit=20))
    heard = {code for code, _, at in played.reminded() if at < played.watch.campaign.due_before}
    silent = {unit.code for unit in played.units if unit.role == "silent"}
    assert silent <= heard
