"""The self-check: everything is tried, every fault is told at once, one sentence each with what to do about it.

Nothing is created, changed or sent: no database, no applied campaign, no letter (but the test of alarms that was asked
for); only an access token that has run out is renewed. Each probe runs by itself and may take
PROBE_SECONDS; one that hangs costs no other one its answer.

How the command ends: 0 where all is right; 1 where a probe found a fault (doctor itself has run: a wrong password, a
host that is not known, a missing folder, a mistake in a campaign are what it is there to find); 2 where Rollcall could
not start as things are: a bad configuration (the other probes need it, so nothing else is tried), a database of another
schema.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from intake import seven_zip
from notifications.facts import Office
from roll import campaigns
from roll.mistakes import OperatorError
from service import assemble, campaign_folders, doctor_alarm, doctor_blank, doctor_machine, doctor_mail
from service.config import Config, load
from service.doctor_findings import Finding
from storage import database

__all__ = ["PROBE_SECONDS", "Finding", "Probe", "examine", "run_probes", "status_of"]

_log = logging.getLogger("rollcall")

# Longer than a connection may take to come about (intake.imap: 20 s), so that its own, better sentence is told.
PROBE_SECONDS = 40.0


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing to try. `tries` returns what it found and raises nothing that is foreseen."""

    name: str
    tries: Callable[[], Sequence[Finding]]


def examine(
    path: Path, environ: Mapping[str, str], seconds: float = PROBE_SECONDS, *, tells: bool = False
) -> list[Finding]:
    """Return what every probe found, faults and right things, for the configuration in the file `path`.

    `tells`: send a test through each way that alarms go, and try nothing else.
    """
    try:
        config = load(path, environ)
    except OperatorError as error:
        return [Finding("configuration", ok=False, sentence=problem, blocks=True) for problem in error.problems]
    if tells:
        rollcall = assemble.Rollcall(config, database.Database(config.database.url))
        return doctor_alarm.tell(rollcall)
    return [_configuration(path, config), *run_probes(_probes(config), seconds)]


def status_of(findings: Sequence[Finding]) -> int:
    """Return the exit status: 0 all is right, 1 something is wrong, 2 Rollcall cannot start as things are."""
    if any(finding.blocks for finding in findings):
        return 2
    return 0 if all(finding.ok for finding in findings) else 1


def _configuration(path: Path, config: Config) -> Finding:
    goes_to = {
        "off": "no letter leaves",
        "staff": f"every letter goes to staff ({', '.join(config.staff.digest_to)})",
        "units": "letters go to the units",
    }
    told = f"{path} is right; {goes_to[config.letters.mode]}"
    if doctor_machine.is_paused(config.database.url):
        told += "; sending is paused (`rollcall resume`)"
    elif addresses := doctor_machine.addresses_stopped(config.database.url):
        told += f"; none goes to {', '.join(addresses)}, which answers by itself (`rollcall resume`)"
    told += "."
    return Finding("configuration", ok=True, sentence=told)


def _probes(config: Config) -> list[Probe]:
    rollcall = assemble.Rollcall(config, database.Database(config.database.url))
    for section in (*config.mailbox, config.smtp):
        if (tokens := rollcall.access(section)) is not None:
            tokens.is_patient = False  # a person waits for the answer, and may just have mended what was wrong
    mailboxes = [
        Probe("mailbox", lambda account=account: doctor_mail.mailbox(account))  # type: ignore[misc]
        for account in rollcall.accounts()
    ]
    return [
        Probe("database", lambda: doctor_machine.database_state(config.database.url)),
        *mailboxes,
        Probe("smtp sign-in", lambda: doctor_mail.way_out(rollcall.smtp_account() if config.smtp else None)),
        Probe("alarm", lambda: doctor_alarm.examine(rollcall)),
        Probe("disk", lambda: doctor_machine.disk(doctor_machine.place_of(config.database.url))),
        Probe("archives", lambda: doctor_machine.archives(seven_zip.find())),
        Probe("clock", lambda: doctor_machine.clock(config.database.url, rollcall.now())),
        Probe("working days", lambda: doctor_machine.working_days(config.office.days_file)),
        Probe("campaigns", lambda: [*_campaigns(config, rollcall.office()), *_left_behind(config)]),
    ]


def run_probes(probes: Sequence[Probe], seconds: float) -> list[Finding]:
    """Run all probes beside each other; return their findings in the probes' order."""
    found: dict[int, Sequence[Finding]] = {}

    def run(number: int, probe: Probe) -> None:
        try:
            found[number] = probe.tries()
        except Exception as error:  # noqa: BLE001 - the one catch-all of this unit of work
            _log.debug("the probe of the %s failed", probe.name, exc_info=True)
            fault = (
                f"Trying the {probe.name} failed ({type(error).__name__}: {error}); run doctor with --debug to see why."
            )
            found[number] = [Finding(probe.name, ok=False, sentence=fault)]

    threads = [threading.Thread(target=run, args=item, daemon=True) for item in enumerate(probes)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return [
        finding for number, probe in enumerate(probes) for finding in found.get(number) or [_no_answer(probe, seconds)]
    ]


def _no_answer(probe: Probe, seconds: float) -> Finding:
    sentence = (
        f"Trying the {probe.name} gave no answer within {seconds:.0f} seconds; look at that server and the network."
    )
    return Finding(probe.name, ok=False, sentence=sentence)


def _campaigns(config: Config, office: Office) -> list[Finding]:
    try:
        folders = campaign_folders.folders_below(config.campaigns.path)
    except OperatorError as error:
        return [Finding("campaigns", ok=False, sentence=problem) for problem in error.problems]
    if not folders:
        advice = "make a folder for a campaign there, or run `rollcall init` in an empty folder for an example"
        return [Finding("campaigns", ok=False, sentence=f"{config.campaigns.path} has no campaign; {advice}.")]
    found, known = [], dict[str, str]()
    reached = doctor_machine.filled_in(config.database.url, config.office.zone)
    for folder in folders:
        try:
            source = campaign_folders.read_tried(folder, office)
        except OperatorError as error:
            found += [Finding("campaigns", ok=False, sentence=problem) for problem in error.problems]
            continue
        campaign = source.campaign
        if campaign.name in known:
            again = f'{folder.name} and {known[campaign.name]} both declare the campaign "{campaign.name}"; rename one.'
            found.append(Finding("campaigns", ok=False, sentence=again))
        known[campaign.name] = folder.name
        fault = doctor_blank.fault_of_blank(folder, source.form)
        found.append(Finding("campaigns", ok=not fault, sentence=fault or _about(campaign, reached)))
    return found


def _about(campaign: campaigns.Campaign, reached_by_lists: Collection[tuple[str, str]]) -> str:
    """Return what a campaign without mistakes is, with what a person may want to look at once more."""
    without = [
        entry.unit.code
        for entry in campaign.roster
        if not entry.unit.addresses and (campaign.name, entry.unit.code) not in reached_by_lists
    ]
    reached = len(campaign.roster) - len(without)
    told = f"Campaign {campaign.name} is right: {len(campaign.roster)} units, {reached} with a mail address"
    told += f"; without one, so never reminded: {', '.join(without)}." if without else "."
    if campaign.contradicts_its_text:
        told += (
            f' Look at its dates once more: deadline_text is "{campaign.deadline_text}", due_before is '
            f"{campaign.due_before:%Y-%m-%d %H:%M}, and letters say both."
        )
    return told


def _left_behind(config: Config) -> list[Finding]:
    """Look for campaigns that still run and have no folder any more: renamed, moved or deleted."""
    running = doctor_machine.running_campaigns(config.database.url, config.office.zone, assemble.wall_clock())
    return [
        Finding(
            "campaigns",
            ok=False,
            sentence=f'Campaign "{name}" still runs, and no folder declares it any more: put its folder back under the '
            "name it had, with `closes` in its campaign.toml where it is to end.",
        )
        for name in running
        if campaign_folders.find_folder(config.campaigns.path, name) is None
    ]
