"""`rollcall mailbox login`: a person consents, once, that Rollcall signs in to a mailbox by OAuth2."""

import click

from service.cli.session import Session, finish, refuse, say


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
    from service.sign_in import accounts, consent, token_file  # noqa: PLC0415 - keeps `--help` quick

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
    try:
        token_file.write(client.token_file, tokens)
    except token_file.UnusableError as error:
        refuse(f"{error}; give Rollcall's user the right to, or name another token_file.")
    say(f"The permission is kept in {client.token_file}. Trying it:")
    _try(session, name)


def _try(session: Session, name: str) -> None:
    from service import assemble, doctor_mail  # noqa: PLC0415
    from service.sign_in import accounts  # noqa: PLC0415
    from storage import database  # noqa: PLC0415

    config = session.config()
    rollcall = assemble.Rollcall(config, database.Database(config.database.url))
    findings = []
    for account in rollcall.accounts():
        if account.name == name:
            findings += doctor_mail.mailbox(account)
    if config.smtp.auth == "oauth2" and accounts.name_of(config, config.smtp) == name:
        findings += doctor_mail.way_out(rollcall.smtp_account())
    rollcall.store.close()
    for finding in findings:
        if finding.ok:
            say(finding.sentence)
    finish([finding.sentence for finding in findings if not finding.ok])


COMMANDS: dict[str, click.Command] = {"mailbox": mailbox}
