"""Letters that wait - the way out is down, a budget is small, nothing ran - go out true and once, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from bench.office.run import SharedReaders
from service import first_files, reminding
from service.tally import Tally
from tests.journeys.campaign_mails import Kind
from tests.journeys.campaign_world import World
from tests.journeys.drawn import Drawn
from tests.journeys.office import VIETNAM

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# The deadline is Friday 28 June: the steps fall on Thursday 20, Monday 24 and Wednesday 26 June, and on 1 July.
USUAL = Drawn(timedelta(days=25), timedelta(), timedelta(days=10), ("-7d", "-3d", "-1d", "+1d"))


def june(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2019, 6, day, hour, minute, tzinfo=VIETNAM)


@pytest.fixture(scope="module")
def readers() -> Iterator[SharedReaders]:
    shared = SharedReaders()
    yield shared
    shared.close()


@contextmanager
def world_of(readers: SharedReaders, drawn: Drawn = USUAL) -> Iterator[World]:
    world = World(drawn, readers)
    try:
        yield world
        assert not world.watch.faults, "\n".join(world.watch.faults)
    finally:
        world.close()


def work_at(world: World, *instants: datetime) -> None:
    for at in instants:
        world.at = at
        world.work()


def reminded(world: World) -> list[tuple[str, str, str]]:
    return sorted(
        (code, told.step, f"{told.at:%d/%m %H:%M}") for code, each in world.watch.reminded.items() for told in each
    )


def digests(world: World) -> list[str]:
    return sorted(f"{day:%d/%m}" for (_, day), count in world.watch.digests.items() for _ in range(count))


def test_a_digest_that_could_not_go_out_gives_way_to_that_of_the_next_day(readers: SharedReaders) -> None:
    with world_of(readers) as world:
        world.is_way_out_open = False
        work_at(world, june(17, 7, 30))
        world.is_way_out_open = True
        work_at(world, june(18, 6), june(18, 7, 30))
        assert digests(world) == ["18/06"]


def test_a_digest_that_waits_gives_way_to_a_later_one_that_is_caught_up_on_a_day_off(readers: SharedReaders) -> None:
    with world_of(readers) as world:
        world.is_way_out_open = False
        work_at(world, june(13, 7, 30))
        world.is_way_out_open = True
        # Nothing ran on Friday 14 June; its digest comes on Saturday, and Thursday's not besides.
        work_at(world, june(15, 9))
        assert digests(world) == ["15/06"]


def test_a_digest_that_was_missed_waits_for_that_of_today(readers: SharedReaders) -> None:
    in_the_afternoon = Drawn(timedelta(days=25), timedelta(), timedelta(days=10), ("-7d",), digest_at="16:00")
    with world_of(readers, in_the_afternoon) as world:
        work_at(world, june(14, 16), june(18, 9))
        assert digests(world) == ["14/06"]
        work_at(world, june(18, 16), june(18, 17))
        assert digests(world) == ["14/06", "18/06"]


def test_who_is_reminded_once_a_day_by_cron_is_told_on_the_next_day_not_on_the_one_after(
    readers: SharedReaders,
) -> None:
    with world_of(readers) as world:
        world.is_way_out_open = False
        work_at(world, june(20, 8))
        world.is_way_out_open = True
        work_at(world, june(21, 8))
        assert reminded(world) == [(code, "-7d", "21/06 08:00") for code in ("X01", "X02", "X03")]


def test_while_a_mail_is_not_understood_nobody_is_told_that_nothing_came(readers: SharedReaders) -> None:
    with world_of(readers) as world:
        world.is_way_out_open = False
        work_at(world, june(20, 8))
        world.is_way_out_open = True
        world.arrive("X01", Kind.VALID)
        world.take_in(dies=True)
        world.send()
        assert reminded(world) == [], "what was queued waits"
        tally = Tally()
        done = reminding.queue(world.rollcall, [first_files.CAMPAIGN], world.at, tally)
        assert (done.ids, tally.complete) == ([], False)
        work_at(world, june(20, 8, 30))
        assert [code for code, *_ in reminded(world)] == ["X02", "X03"]


def test_a_reminder_that_waits_does_not_go_out_after_the_close(readers: SharedReaders) -> None:
    closes_at_noon = Drawn(timedelta(days=25), timedelta(), timedelta(days=3, hours=12), ("+1d",))
    with world_of(readers, closes_at_noon) as world:
        world.is_way_out_open = False
        work_at(world, datetime(2019, 7, 1, 8, tzinfo=VIETNAM))
        world.is_way_out_open = True
        work_at(world, datetime(2019, 7, 1, 13, tzinfo=VIETNAM))
        assert reminded(world) == []
        assert world.waiting_reminders() == []


def test_a_reminder_that_waits_does_not_name_a_deadline_that_is_over(readers: SharedReaders) -> None:
    at_noon = Drawn(timedelta(days=25, hours=12), timedelta(), None, ("-0d",))
    with world_of(readers, at_noon) as world:
        world.is_way_out_open = False
        work_at(world, june(28, 8))
        world.is_way_out_open = True
        work_at(world, june(28, 13), june(28, 13, 30))
        assert reminded(world) == []


def test_of_a_small_budget_who_was_told_longest_ago_gets_the_next_reminder(readers: SharedReaders) -> None:
    # Of three letters in 24 hours two are for reminders and one for calling staff.
    with world_of(readers, Drawn(USUAL.due_after, USUAL.grace, None, ("-7d", "-3d"), limit=3)) as world:
        work_at(world, june(20, 8))
        first = [code for code, *_ in reminded(world)]
        work_at(world, june(24, 8))
        told = {code for code, *_ in reminded(world)}
    assert len(first) < len(told) == 3, "who was told first is told again last"


def test_a_reminder_that_is_caught_up_on_the_last_day_after_its_hour_names_no_days_left(readers: SharedReaders) -> None:
    at_noon = Drawn(timedelta(days=25, hours=12), timedelta(), None, ("-3d",))
    with world_of(readers, at_noon) as world:
        work_at(world, june(28, 13))
        assert [step for _, step, _ in reminded(world)] == ["-3d"] * 3
