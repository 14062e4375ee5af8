"""Units that have ended and that a mail names all the same: whose successors are proposed, and credited with nothing.

After 1 July 2025 a mailbox of a district that is no more still sends, and workbooks still say "UBND huyện Cao Lộc"
(domain rules 2.5). Which of its successors reports, a person says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from intake import sender, weighing
from intake.unit_names import filled_in
from roll import mails

SOURCE = "ended unit"
"""How evidence of this kind is called."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What is to be said of a unit that has ended, and who took over from it."""

    sentence: str
    successors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Former:
    """The units that had ended on a day: `register` knows their names and addresses without days, `ended` the rest."""

    register: sender.Register
    ended: Mapping[str, Ended]


def with_successors(
    identity: sender.Identity, contents: mails.Contents, register: sender.Register, former: Former
) -> sender.Identity:
    """Return an identity with evidence for the successors of the units that have ended and that the mail speaks for.

    `register` has the units of the day. Only the address and the workbook's line speak for a unit here.
    """
    by_line = {line: former.register.units_named(line) for line in _lines_of_nobody(identity, contents)}
    by_address = () if identity.registered else _of_addresses(contents, former)
    codes = tuple(dict.fromkeys([*(code for found in by_line.values() for code in found), *by_address]))
    if not codes:
        return identity
    evidence = tuple(_evidence(former.ended[code], register) for code in codes)
    return replace(
        identity,
        # A commune that has ended is no body below those that report.
        of_others=tuple(line for line in identity.of_others if not by_line.get(line)),
        evidence=(*identity.evidence, *evidence),
    )


def _lines_of_nobody(identity: sender.Identity, contents: mails.Contents) -> Iterator[str]:
    if identity.unmatched:
        lines = (filled_in(reading.header_text("unit")) for reading in contents.readings)
        yield from dict.fromkeys(line for line in lines if line in identity.unmatched)


def _of_addresses(contents: mails.Contents, former: Former) -> tuple[str, ...]:
    addresses = contents.headers.from_addresses
    return tuple(code for address in addresses for code in former.register.units_ever_of_address(address))


def _evidence(ended: Ended, register: sender.Register) -> mails.Evidence:
    heirs = tuple(code for code in ended.successors if code in register.entries)
    return weighing.piece(SOURCE, ended.sentence, heirs)
