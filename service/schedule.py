"""The schedule of `rollcall run`: it knows when, storage knows what is due, the jobs know how.

The only home of apscheduler. Its jobs live in memory and are declared anew at each start: what is due is asked of the
database every minute ("what is due now and not yet done?"), so a restart, a sleeping machine or a second process
neither lose a step nor repeat it. Jobs run one at a time, in one worker; who looks for alarms has a thread of his own,
since a job that hangs is what must be told.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from roll import campaigns
from roll.mistakes import OperatorError
from service import (
    alarm_channels,
    alarming,
    assemble,
    campaign_folders,
    database_faults,
    digesting,
    forgetting,
    jobs,
    owing,
    patience,
    reminding,
    sending,
    situation,
)
from service.tally import Tally

_log = logging.getLogger("rollcall")

# How often the mailbox is looked at, and how often is asked what is due: a sender waits for his answer about a minute.
EVERY = timedelta(seconds=60)
# The longest wait after letters could not go out: they are owed, and most troubles of that kind are over by then.
LONGEST_WAIT_OUT = timedelta(minutes=10)

# (campaign, unit, step, day): one step of one unit's ladder.
Step = tuple[str, str, str, str]


class Schedule:
    """Passes, reminders and digests in their time, from `start` to `stop`."""

    def __init__(
        self,
        rollcall: assemble.Rollcall,
        every: timedelta = EVERY,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`every`: how often each job is asked; `monotonic` tells seconds that only go forward."""
        self._joined = rollcall
        self._every = every
        self._stopping = threading.Event()
        rollcall.waits = patience.Waits(monotonic)
        self._patience_out = patience.Patience(monotonic, LONGEST_WAIT_OUT)
        self._told: tuple[str, ...] = ()
        self._kept_to: date | None = None
        watch, seconds = alarming.Watch(rollcall), every.total_seconds()
        self._watching = threading.Thread(target=watch.run, args=(self._stopping, seconds), name="watch", daemon=True)
        self._scheduler = BackgroundScheduler(
            timezone=rollcall.zone,
            executors={"default": ThreadPoolExecutor(1)},
            # A job that could not run in time runs late and once, never not at all (apscheduler drops it after 1 s).
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Declare the jobs and run them from now on, the first pass at once."""
        # "Skipped: maximum number of running instances reached" is no news: a pass may take longer than a minute.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        for name, work in (
            ("pass", self.pass_over),
            ("reminders", self.remind),
            ("digests", self.tell_staff),
            ("retention", self.forget),
        ):
            self._scheduler.add_job(
                self._run,
                "interval",
                args=(name, work),
                id=name,
                seconds=self._every.total_seconds(),
                next_run_time=datetime.now(self._joined.zone),
            )
        self._scheduler.start()
        self._watching.start()

    def stop(self) -> None:
        """Finish the job that runs, begin no other, and return when all is still."""
        self._stopping.set()
        self._scheduler.shutdown(wait=True)
        self._watching.join(alarm_channels.TRY_SECONDS)

    def _run(self, name: str, work: Callable[[], None]) -> None:
        if self._stopping.is_set():
            return
        try:
            work()
        except Exception as error:  # noqa: BLE001 - the one catch-all of this unit of work: one job's fault never stops the schedule
            if told := database_faults.sentence_of(error):
                _log.warning("the job %s failed; it is run again in %s. %s", name, self._every, told)
            else:
                _log.exception("the job %s failed; it is run again in %s", name, self._every)

    def _fresh(self) -> assemble.Rollcall:
        """Return the same Rollcall without what it remembers of letterheads and days: their files may have changed."""
        self._joined = self._joined.anew(self._stopping.is_set)
        return self._joined

    def pass_over(self) -> None:
        """Apply changed campaign folders, take in and understand what is new, send what is owed."""
        rollcall, tally = self._fresh(), Tally()
        self._apply_folders(rollcall)
        if self._may_try(any):
            jobs.complete_pass(rollcall, tally)
        else:
            jobs.handle_waiting(rollcall, tally)
        if not self._stopping.is_set() and self._patience_out.is_over():
            sending.send(rollcall, tally)
            self._patience_out.note(failed=tally.way_out_shut)
        _tell(tally)

    def _may_try(self, how_many: Callable[[Iterable[bool]], bool]) -> bool:
        """Return whether any, or all, of the mailboxes may be tried now; one that failed is left alone for a while."""
        waits = self._joined.waits
        return waits is None or how_many([waits[each.name].is_over() for each in self._joined.config.mailbox])

    def _apply_folders(self, rollcall: assemble.Rollcall) -> None:
        """Apply what changed; a mistake is told once, and the campaign stands as it was."""
        try:
            applied = campaign_folders.apply_changed(
                rollcall.store, rollcall.config.campaigns.path, rollcall.office(), rollcall.now()
            )
            for name in applied.names:
                _log.info("campaign %s was changed and is applied", name)
            rollcall.at_fault, problems = applied.at_fault, tuple(applied.mistakes)
        except OperatorError as error:
            problems = error.problems
        told, self._told = self._told, problems
        if told != self._told:
            for problem in problems:
                _log.warning("%s", problem)

    def remind(self) -> None:
        """Queue and send the reminders that are due, after a complete pass of their own."""
        rollcall = self._fresh()
        if rollcall.config.letters.mode == "off" or not self._may_try(all):
            return
        known, at = situation.load(rollcall), rollcall.now()
        due = {step for campaign in known.all_campaigns for step in reminders_due(known, campaign, at)}
        if not due:
            return
        tally = Tally()
        reminding.run(known, sorted({campaign for campaign, *_ in due}), at, tally)
        _tell(tally)

    def tell_staff(self) -> None:
        """Queue and send the digests that are due, after a complete pass of their own."""
        rollcall = self._fresh()
        if rollcall.config.letters.mode == "off" or not self._may_try(all):
            return
        known, at = situation.load(rollcall), rollcall.now()
        if digesting.is_due(known, known.all_campaigns, at):
            tally = Tally()
            digesting.run(known, [campaign.name for campaign in known.all_campaigns], at, tally)
            _tell(tally)

    def forget(self) -> None:
        """Erase what was kept as long as [retention] says, once a day."""
        rollcall = self._fresh()
        today = rollcall.now().astimezone(rollcall.zone).date()
        if self._kept_to != today:
            forgotten = forgetting.keep_to_retention(rollcall)
            self._kept_to = today
            if forgotten:
                _log.info("%d mails were erased, as [retention] says", len(forgotten))


def reminders_due(known: situation.Situation, campaign: campaigns.Campaign, at: datetime) -> set[Step]:
    """Return the steps due at `at` and not done, of the units that can be written to."""
    if not reminding.may_be_due(known, campaign, at):
        return set()
    standing = owing.standings(known, campaign, at)
    return {
        (campaign.name, due.unit.code, due.step.step.text, due.step.at.isoformat())
        for due in reminding.due_at(known, campaign, standing, at)
        if known.addresses_of(due.unit, at)
    }


def _tell(tally: Tally) -> None:
    """Log what a job did, if it did anything, and each trouble."""
    for trouble in tally.troubles:
        _log.warning("%s", trouble)
    if tally.received or tally.handled or tally.sent or tally.failed:
        outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(tally.outcomes.items()))
        _log.info(
            "%d received, %d handled (%s), %d letters sent, %d failed",
            tally.received,
            tally.handled,
            outcomes or "nothing new",
            tally.sent,
            tally.failed,
        )
