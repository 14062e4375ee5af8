"""`rollcall doctor`: try everything, and say what to do about each fault."""

from dataclasses import asdict

import click

from service.cli.session import Session, json_option, print_json, print_table, say


@click.command()
@json_option
@click.option("--alarm", is_flag=True, help="Only send a test, marked as one, through each way that alarms go.")
@click.pass_obj
def doctor(session: Session, as_json: bool, alarm: bool) -> None:
    """Try everything: configuration, database, mailbox, way out, disk, clock, campaigns. Sends and changes nothing."""
    from service import doctor as self_check  # noqa: PLC0415 - keeps `--help` quick

    findings = self_check.examine(session.config_path, session.environ, tells=alarm)
    if as_json:
        told = [asdict(finding) for finding in findings]
        print_json([{name: each[name] for name in ("probe", "ok", "sentence")} for each in told])
    else:
        rows = (("ok" if finding.ok else "FAULT", finding.probe, _beside(finding)) for finding in findings)
        print_table(rows, ("", "Tried", ""))
    for finding in findings:
        if not finding.ok:
            say(finding.sentence)
    raise click.exceptions.Exit(self_check.status_of(findings))


def _beside(finding: object) -> str:
    """Return what stands in the table: a fault's sentence goes to standard error, below it."""
    return getattr(finding, "sentence", "") if getattr(finding, "ok", False) else "see below"


COMMANDS: dict[str, click.Command] = {"doctor": doctor}
