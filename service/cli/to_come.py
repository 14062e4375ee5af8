"""The commands of the contract that are still to come: each says so in one sentence and could not run."""

from typing import NoReturn

import click

from service.cli.session import refuse

# Whatever is written behind such a command is not looked at.
_ANYTHING = {"ignore_unknown_options": True, "allow_extra_args": True}


def to_come(name: str, purpose: str, meanwhile: str = "") -> click.Command:
    """Return the command `rollcall NAME`, which says that it is to come, and what to do `meanwhile`."""

    def say_so(rest: tuple[str, ...]) -> NoReturn:  # noqa: ARG001 - taken, so that it is no usage error
        advice = f"; {meanwhile}" if meanwhile else ""
        refuse(f"`rollcall {name}` ({purpose}) is to come in a later version{advice}.")

    takes_anything = click.argument("rest", nargs=-1, type=click.UNPROCESSED, metavar="")
    told = click.command(name.rpartition(" ")[2], context_settings=_ANYTHING, help=f"To come: {purpose}.")
    return told(takes_anything(say_so))


def _group_to_come(name: str, purpose: str, commands: dict[str, click.Command]) -> click.Group:
    group = click.Group(name, help=f"To come: {purpose}.")
    for command in commands.values():
        group.add_command(command)
    return group


COMMANDS: dict[str, click.Command] = {
    "user": _group_to_come(
        "user",
        "the people who may sign in to the staff page",
        {
            "add": to_come("user add", "a person who may sign in to the staff page"),
            "list": to_come("user list", "who may sign in to the staff page"),
            "disable": to_come("user disable", "taking a person's sign-in away"),
        },
    ),
}
