"""`rollcall mailbox login`: a person consents, once, that Rollcall signs in to a mailbox by OAuth2."""

from typing import TYPE_CHECKING

import click

from service.cli.session import Session, finish, refuse, say

if TYPE_CHECKING:
    from service.config import Config
    from service.sign_in.token_file import Tokens


@click.group("mailbox")
def mailbox() -> None:
    """Sign in to a mailbox by OAuth2."""


@mailbox.command("login")
@click.argument("name")
@click.option("--paste", is_flag=True, help="No browser on this machine: open the address elsewhere, paste what comes.")
@click.option("--browser", is_flag=True, help="In a browser on this machine, where the provider offers a code as well.")
@click.pass_obj
def login(session: Session, name: str, paste: bool, browser: bool) -> None:
    """Consent that Rollcall signs in to the mailbox NAME by OAuth2 ("smtp" for an [smtp] with an account of its own).

    Says what to open and to click, keeps what the provider gives in the token file, and tries it at once.
    """
    from service.sign_in import accounts, consent  # noqa: PLC0415 - keeps `--help` quick

    config = session.config()
    section = accounts.sections(config).get(name)
    if section is None:
        names = ", ".join(accounts.sections(config))
        refuse(
            f'"{name}" does not sign in by OAuth2; '
            + (f"those that do: {names}." if names else 'write auth = "oauth2" in its section (docs/sign-in.md).')
        )
    client = accounts.client_of(section)
    desk = consent.Desk(say, lambda prompt: str(click.prompt(prompt, hide_input=False, err=True)))
    if client.device_url and not (paste or browser):
        tokens = consent.by_code(client, name, desk)
    elif not client.authorize_url:
        refuse(f'"{name}" has no authorize_url; leave --browser and --paste out, or write one.')
    else:
        tokens = (consent.by_pasting if paste else consent.in_browser)(client, name, desk)
    _keep_and_try(config, name, tokens)


def _keep_and_try(config: "Config", name: str, tokens: "Tokens") -> None:
    """Keep the tokens, then sign in with them; leave with 1 where that is refused."""
    from roll.access_tokens import NoAccessError  # noqa: PLC0415
    from service import assemble, doctor_mail  # noqa: PLC0415
    from service.sign_in import accounts  # noqa: PLC0415
    from storage import database  # noqa: PLC0415

    rollcall = assemble.Rollcall(config, database.Database(config.database.url))
    click.get_current_context().call_on_close(rollcall.store.close)
    access = rollcall.access(accounts.sections(config)[name])
    assert access is not None
    try:
        access.keep(tokens)
    except NoAccessError as error:
        refuse(error.sentence)
    say(f"The permission is kept in {access.client.token_file}. Trying it:")
    findings = [each for box in rollcall.accounts() if box.name == name for each in doctor_mail.mailbox(box)]
    if config.smtp.auth == "oauth2" and accounts.name_of(config, config.smtp) == name:
        findings += doctor_mail.way_out(rollcall.smtp_account())
    for finding in findings:
        if finding.ok:
            say(finding.sentence)
    finish([finding.sentence for finding in findings if not finding.ok])


COMMANDS: dict[str, click.Command] = {"mailbox": mailbox}
