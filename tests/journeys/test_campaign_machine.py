"""Random campaigns, with everything that may happen on any day of them: no letter is ever a wrong one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from bench.office.run import SharedReaders
from service import digesting, following_up
from tests.journeys.campaign_mails import Kind
from tests.journeys.campaign_world import NAMES, REQUIRED, STAFF, World
from tests.journeys.drawn import OPENS, Drawn
from tests.journeys.office import VIETNAM

FEW, MANY = 15, 1_000
STEPS = 25
UNIT = st.sampled_from(sorted(NAMES))
REQUIRED_UNIT = st.sampled_from(REQUIRED)
DAY = timedelta(days=1)
BEFORE = ("-14d", "-10d", "-7d", "-5d", "-3d", "-2d", "-1d", "-0d")
AFTER = ("+1d", "+2d", "+3d", "+5d", "+7d", "+8d")
DAYS = st.lists(st.integers(0, 45).map(lambda n: (OPENS + n * DAY).date()), max_size=4, unique=True)
LADDER = st.tuples(
    st.lists(st.sampled_from(BEFORE), max_size=4, unique=True),
    st.lists(st.sampled_from(AFTER), max_size=3, unique=True),
).map(lambda both: (*both[0], *both[1]))


@st.composite
def campaigns(draw: st.DrawFn) -> Drawn:
    days_off = draw(DAYS)
    at_noon = st.sampled_from((timedelta(), timedelta(), timedelta(hours=12)))
    return Drawn(
        due_after=timedelta(days=draw(st.integers(2, 25))) + draw(at_noon),
        grace=timedelta(days=draw(st.integers(0, 3))),
        closes_after=draw(st.none() | st.builds(timedelta, days=st.integers(0, 12), hours=st.sampled_from((0, 0, 11)))),
        ladder=draw(LADDER),
        hours=draw(st.sampled_from((("08:00", "16:30"), ("07:30", "11:00"), ("13:30", "16:30"), ("00:00", "23:59")))),
        digest_at=draw(st.sampled_from(("07:30", "08:00", "16:00"))),
        days_off=tuple(days_off),
        days_worked=tuple(day for day in draw(DAYS) if day not in days_off),
        limit=draw(st.sampled_from((0, 0, 0, 5, 20))),
    )


class CampaignMachine(RuleBasedStateMachine):
    """What may happen, in any order."""

    shared: SharedReaders
    played = 0
    letters = 0

    @initialize(drawn=campaigns())
    def open(self, drawn: Drawn) -> None:
        self.world = World(drawn, type(self).shared)

    def _check(self) -> None:
        assert not self.world.watch.faults, "\n".join(self.world.watch.faults)

    @rule(minutes=st.sampled_from((10, 30, 59, 61, 90, 240, 600, 24 * 60, 3 * 24 * 60, 12 * 24 * 60)))
    def sleep(self, minutes: int) -> None:
        self.world.at += timedelta(minutes=minutes)

    @rule(minute=st.sampled_from((-5, 0, 1, 30)))
    def wait_for_the_next_morning(self, minute: int) -> None:
        hour = self.world.watch.campaign.remind_at
        at = datetime.combine(self.world.at.date(), hour, VIETNAM) + timedelta(minutes=minute)
        self.world.at = at if at > self.world.at else at + DAY

    @rule(share=st.floats(0, 1))
    def wait_for_a_step(self, share: float) -> None:
        """Sleep until a step falls due, whichever of the unit's own."""
        steps = [due.at for unit in REQUIRED for due in self.world.watch.steps(unit) if due.at > self.world.at]
        if steps:
            self.world.at = sorted(steps)[int(share * min(len(steps) - 1, 5))]

    @rule()
    def run(self) -> None:
        self._work()

    @rule(hours=st.integers(2, 5))
    def run_for_hours(self, hours: int) -> None:
        for _ in range(hours):
            self.world.at += timedelta(hours=1)
            self._work()

    @rule(days=st.integers(2, 3))
    def run_for_days(self, days: int) -> None:
        for _ in range(days):
            self.wait_for_the_next_morning(1)
            self._work()

    def _work(self) -> None:
        self.world.work()
        self._check()
        forgotten = self.world.forgotten()
        assert not forgotten, forgotten

    @rule()
    def send_by_hand(self) -> None:
        self.world.send()
        self._check()

    @rule(dies=st.booleans())
    def poll(self, dies: bool) -> None:
        self.world.take_in(dies=dies)
        self._check()

    @rule(unit=UNIT, kind=st.sampled_from(Kind))
    def a_mail_comes(self, unit: str, kind: Kind) -> None:
        self.world.arrive(unit, kind)

    @rule(unit=REQUIRED_UNIT, kind=st.sampled_from((Kind.VALID, Kind.QUESTION, Kind.ERRORS)))
    def a_mail_comes_and_is_taken_in_while_letters_go_out(self, unit: str, kind: Kind) -> None:
        self.world.meanwhile.append((unit, kind))
        self._work()
        self.world.meanwhile.clear()

    @rule(unit=REQUIRED_UNIT)
    def a_letter_comes_back(self, unit: str) -> None:
        self.world.bounce(unit)

    @rule()
    def the_mailbox_goes_down_or_up(self) -> None:
        self.world.is_readable = not self.world.is_readable

    @rule()
    def the_way_out_goes_down_or_up(self) -> None:
        self.world.is_way_out_open = not self.world.is_way_out_open

    @rule(unit=UNIT, days=st.integers(1, 12), hours=st.sampled_from((0, 0, 12)))
    def an_officer_extends(self, unit: str, days: int, hours: int) -> None:
        until = self.world.watch.campaign.due_before + timedelta(days=days, hours=hours)
        self.world.extend(unit, until.astimezone(UTC))

    @rule(unit=REQUIRED_UNIT)
    def an_officer_exempts(self, unit: str) -> None:
        self.world.exempt(unit)

    @precondition(lambda self: self.world.watch.exempt)
    @rule(data=st.data())
    def an_officer_takes_an_exemption_back(self, data: st.DataObject) -> None:
        self.world.exempt_no_more(data.draw(st.sampled_from(sorted(self.world.watch.exempt))))

    @precondition(lambda self: following_up.waiting_steps(self.world.watch.campaign))
    @rule(data=st.data())
    def an_officer_lets_a_follow_up_out(self, data: st.DataObject) -> None:
        self.world.let_out(data.draw(st.sampled_from(following_up.waiting_steps(self.world.watch.campaign))))

    @precondition(lambda self: self.world.watch.words and not self.world.waiting_reminders())
    @rule(data=st.data())
    def an_officer_takes_his_word_back(self, data: st.DataObject) -> None:
        self.world.take_back(data.draw(st.sampled_from(sorted(self.world.watch.words))))

    @rule()
    def an_officer_dismisses_what_waits(self) -> None:
        self.world.dismiss()

    @rule()
    def the_program_starts_anew(self) -> None:
        self.world.restart()

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self._end()
        finally:
            type(self).played += 1
            type(self).letters += self.world.watch.letters
            self.world.close()

    def _end(self) -> None:
        """Let all servers work until some days after the end, now and then; require that nothing is left over."""
        world = self.world
        world.is_readable = world.is_way_out_open = True
        is_too_late = world.at + DAY >= world.last_digest() + digesting.CATCH_UP
        for at in (world.at + DAY, world.last_digest(), world.last_digest() + timedelta(days=3, hours=20)):
            world.at = max(at, world.at + timedelta(hours=1))
            self._work()
        assert world.unhandled() == 0
        assert world.entered == len(world.mailbox) == world.ledger()
        assert world.waiting_reminders() == []
        assert is_too_late or world.was_told_the_end(STAFF)


@pytest.fixture(scope="module")
def readers() -> Iterator[SharedReaders]:
    shared = SharedReaders()
    yield shared
    shared.close()


def play(readers: SharedReaders, examples: int) -> None:
    CampaignMachine.shared = readers
    CampaignMachine.played = CampaignMachine.letters = 0
    # Without the explaining phase: it traces every line, and takes longer than a test may.
    how = settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=set(Phase) - {Phase.explain},
    )
    run_state_machine_as_test(CampaignMachine, settings=how)
    assert CampaignMachine.letters > CampaignMachine.played, "a campaign in which nothing is sent shows nothing"


def test_no_letter_is_a_wrong_one_whatever_happens(readers: SharedReaders) -> None:
    play(readers, FEW)


@pytest.mark.soak
def test_no_letter_is_a_wrong_one_in_very_many_campaigns(readers: SharedReaders) -> None:
    play(readers, MANY)
