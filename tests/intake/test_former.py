"""A unit that has ended and is named all the same: its successors are proposed, and nobody is credited."""

from dataclasses import replace
from datetime import date

import pytest

from intake import former, sender, weighing
from roll import mails, units
from roll.outcomes import Outcome
from tests.intake import known

DAY = date(2019, 7, 3)
OLD_ADDRESS = "cu@mail.example"
SAYS = "Huyện Cũ thôi hoạt động từ 01/01/2019; kế thừa: huyện Cao Lộc"


def ended(name: str, *successors: str, address: str = OLD_ADDRESS) -> former.Former:
    unit = units.Unit("OLD", name, name, addresses=(units.Address(address, None, date(2018, 12, 31)),))
    register = sender.Register([units.RosterEntry(unit, units.Obligation.INFORMED)])
    return former.Former(register, {"OLD": former.Ended(SAYS, successors)})


def looked(inside: mails.Contents, what: former.Former) -> tuple[sender.Identity, mails.Understanding]:
    register = known.register_2019()
    identity = sender.identify(inside, register, DAY)
    identity = former.with_successors(identity, inside, register, what)
    return identity, known.decided(inside, identity=identity)


@pytest.mark.parametrize(
    ("sender_", "line"), [(OLD_ADDRESS, ""), (known.STRANGER, "Huyện Cũ Xa Xôi"), (OLD_ADDRESS, "Huyện Cũ Xa Xôi")]
)
def test_its_only_successor_is_proposed_and_not_credited(sender_: str, line: str) -> None:
    inside = known.contents("Em gửi ạ.", known.reading(line), sender_=sender_)
    identity, understood = looked(inside, ended("Huyện Cũ Xa Xôi", "H183"))
    assert identity.evidence[-1] == weighing.piece("ended unit", SAYS, ("H183",))
    assert (understood.outcome, understood.unit, understood.proposal) == (Outcome.HELD, None, "H183")
    assert understood.reports == ()


def test_one_of_several_successors_is_proposed_only_where_the_mail_speaks_of_it() -> None:
    what = ended("Huyện Cũ Xa Xôi", "H183", "H187")
    silent = known.contents("Em gửi ạ.", known.reading("Huyện Cũ Xa Xôi"), sender_=known.STRANGER)
    assert looked(silent, what)[1].proposal is None
    speaking = replace(silent, text="UBND huyện Chi Lăng gửi báo cáo.")
    assert looked(speaking, what)[1].proposal == "H187"


def test_a_successor_that_is_on_no_roster_is_told_in_words_alone() -> None:
    inside = known.contents("Em gửi ạ.", known.reading("Huyện Cũ Xa Xôi"), sender_=known.STRANGER)
    identity, understood = looked(inside, ended("Huyện Cũ Xa Xôi", "X99"))
    assert identity.evidence[-1].units == ()
    assert understood.proposal is None


def test_a_commune_that_has_ended_is_no_lower_body() -> None:
    inside = known.contents("Em gửi ạ.", known.reading("Xã Lộc Yên"), sender_=known.STRANGER)
    identity, understood = looked(inside, ended("UBND xã Lộc Yên", "H183"))
    assert identity.of_others == ()
    assert understood.proposal == "H183"


def test_an_address_that_is_another_units_by_now_speaks_for_that_one_alone() -> None:
    inside = known.contents("Em gửi ạ.", known.reading("UBND huyện Cao Lộc"))
    identity, understood = looked(inside, ended("Huyện Cũ Xa Xôi", "H187", address=known.CAO_LOC))
    assert identity == sender.identify(inside, known.register_2019(), DAY)
    assert (understood.outcome, understood.unit) == (Outcome.ACCEPTED, "H183")


def test_a_registered_sender_whose_workbook_names_a_unit_that_has_ended_waits() -> None:
    inside = known.contents("Em gửi ạ.", known.reading("Huyện Cũ Xa Xôi"))
    _, understood = looked(inside, ended("Huyện Cũ Xa Xôi", "H183"))
    assert (understood.outcome, understood.reason, understood.unit) == (Outcome.HELD, "ambiguous_unit", None)


def test_after_the_last_day_of_its_address_a_unit_is_not_credited() -> None:
    """The same mail on the last day and on the day after."""
    entry = next(entry for entry in known.roster_2019() if entry.unit.code == "H183")
    dated = units.Address(OLD_ADDRESS, date(2019, 6, 1), DAY)
    register = sender.Register([replace(entry, unit=replace(entry.unit, addresses=(dated,)))])
    inside = known.contents("Em gửi ạ.", known.reading(), sender_=OLD_ADDRESS)
    last = known.decided(inside, known.at(3), register=register, day=DAY)
    after = known.decided(inside, known.at(4), register=register, day=date(2019, 7, 4))
    assert (last.outcome, last.unit) == (Outcome.ACCEPTED, "H183")
    assert (after.outcome, after.reason, after.unit, after.proposal) == (Outcome.HELD, "unknown_sender", None, "H183")
