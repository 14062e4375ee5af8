"""What Rollcall does that may be harmed: each journey from a prepared office, and what makes good for harm."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from tests.forms import workbooks
from tests.intake import mails
from tests.journeys.office import CAMPAIGN, CAO_LOC, JULY_3, Office, form_2019, report_mail

NAME = CAMPAIGN.name
VAN_LANG = "phongldtbxhdt.vanlang@langson.example"
STRANGER = "hoa.nguyen85@mail.example"
STAFF = "phong.tebdg@so.example"
UNITS = {"H183": CAO_LOC, "H182": VAN_LANG}
# Who may ever be written to.
ADDRESSES = frozenset({*UNITS.values(), STRANGER, STAFF})
MONDAY = "2019-07-01"


@dataclass(frozen=True)
class Journey:
    """A command that is harmed, after what prepares the office; then commands that must make everything good.

    `mailed`: mails lie in the mailbox. `afterwards` come after the command itself was run again.
    """

    name: str
    command: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()
    afterwards: tuple[tuple[str, ...], ...] = (("send",),)
    mailed: bool = True
    change: Callable[[Path], None] = field(default=lambda _: None)


def _change_the_form(folder: Path) -> None:
    """Let what was read before read as something else: an age group is printed otherwise."""
    form = folder / "campaigns" / NAME / "form.toml"
    form.write_text(form.read_text("utf-8").replace('version = "1"', 'version = "2"', 1), "utf-8")


JOURNEYS = (
    Journey("the first start, with its migrations", ("poll",)),
    Journey("a pass over the mailbox", ("poll",), before=(("status",),)),
    Journey("sending what is owed", ("send",), before=(("poll", "--no-send"),)),
    Journey("reading everything again", ("replay",), before=(("poll",),), change=_change_the_form),
    Journey(
        "a person's decision", ("review", "assign", "4", "H182", "--remember"),
        before=(("poll",),), afterwards=(("review", "assign", "4", "H182", "--remember"), ("send",)),
    ),
    Journey(
        "reminding", ("remind", "--at", f"{MONDAY}T08:30"),
        # Not `send` alone: no reminder goes out on a look at the mailbox that is more than an hour old.
        before=(("status",),), afterwards=(("remind", "--at", f"{MONDAY}T10:30"),), mailed=False,
    ),
    Journey(
        "the digest", ("digest", "--at", f"{MONDAY}T08:30"),
        before=(("status",),), afterwards=(("send", "--at", f"{MONDAY}T10:30"),), mailed=False,
    ),
)  # fmt: skip


def trim(office: Office) -> None:
    """Leave two units on the roster: everything else of a run is quicker then."""
    roster = office.folder / "campaigns" / NAME / "units.csv"
    lines = roster.read_text("utf-8-sig").splitlines(keepends=True)
    roster.write_text("".join(line for line in lines if line.split(",")[0] in {"code", *UNITS}), "utf-8")


def deliver(office: Office) -> list[bytes]:
    """Put one mail of each kind into the mailbox; return them."""
    good = workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1)
    other = workbooks.filled_2019(form_2019(), "UBND huyện Văn Lãng", 2)
    bad = workbooks.filled_2019(form_2019(), "UBND huyện Văn Lãng", 3, {"D15": "ba mươi"})
    sent = [
        report_mail(f"<{CAO_LOC}>", "BC", "BC Cao Loc.xlsx", good, Message_ID="<1@u.example>"),
        report_mail(f"<{VAN_LANG}>", "BC", "BC Van Lang.xlsx", bad, Message_ID="<2@u.example>"),
        mails.mail(f"<{CAO_LOC}>", "Xin hỏi", "Cho em hỏi mục 5 ghi thế nào ạ?", Message_ID="<3@u.example>"),
        report_mail(f"<{STRANGER}>", "BC Văn Lãng", "BC.xlsx", other, Message_ID="<4@mail.example>"),
    ]
    for number, raw in enumerate(sent):
        office.deliver(raw, JULY_3 + timedelta(minutes=number))
    return sent
