"""Senders made to be taken for registered ones: held in silence, the proposal shown; and who only lies near."""

import pytest

from intake import lookalikes, sender
from roll import mails as roll_mails
from roll.units import Address, Obligation, RosterEntry, Unit
from tests.intake import known
from tests.intake.known import CAO_LOC, contents, decided, reading

REGISTERED = frozenset({CAO_LOC, "syt@langson.gov.vn.example", "ubndcaoloc@gmail.com", "so.yte@soyte-langson.example"})


@pytest.mark.parametrize(
    "address",
    [
        "phongldtbxhdt.caoloc@langs0n.example",
        "phongldtbxhdt.caoloc@1angson.example",
        "phongldtbxhdt.caoloc@iangson.example",
        "a@langsom.example",
        "a@lagnson.example",
        "a@langsonn.example",
        "a@langson-gov.example",
        "a@mail-langson.example",
        "a@langson.example.evil.example",
        "a@langson.test",
        "a@lаngson.example",  # Cyrillic а
        "a@lângsơn.example",
        "a@xn--lngson-3nf.example",  # the same Cyrillic а as mail programs send it
        "a@LANGS0N.example",
        "a@sub.langs0n.example",
    ],
)
def test_a_domain_made_to_look_like_a_units_is_named(address: str) -> None:
    assert lookalikes.imitated(address, frozenset({CAO_LOC})) == "langson.example"


@pytest.mark.parametrize(
    "address",
    [
        "hoa.nguyen85@mail.example",
        "a@langson.example",
        "a@mail.langson.example",
        "a@vanlang.langson.example",
        "a@caobang.example",
        "a@laichau.example",
        "a@gmail.com",
        "a@" + "ymail.com",
        "a@outlook.com",
        "a@son.example",
        "a@xn--.example",
        "a@",
        "@",
        "",
    ],
)
def test_another_domain_or_the_units_own_is_nobodys_imitation(address: str) -> None:
    assert lookalikes.imitated(address, REGISTERED) == ""


def test_within_one_domain_the_part_before_the_at_is_looked_at() -> None:
    assert lookalikes.imitated("ubndca0loc@gmail.com", REGISTERED) == "ubndcaoloc@gmail.com"
    assert lookalikes.imitated("ubndcaol0c@gmail.com", REGISTERED) == "ubndcaoloc@gmail.com"
    assert lookalikes.imitated("ubndcaoloc2@gmail.com", REGISTERED) == ""
    assert lookalikes.imitated("ubndcaoloc@" + "gmai1.com", REGISTERED) == "gmail.com"


def test_a_domain_that_units_write_from_is_never_another_units_imitation() -> None:
    both = frozenset({"a@langson.example", "b@langsom.example"})
    assert lookalikes.imitated("c@langsom.example", both) == ""


def test_below_a_countrys_second_label_the_third_is_the_name() -> None:
    registered = frozenset({"a@" + "langson.gov.vn"})
    assert lookalikes.imitated("a@" + "langson.vn", registered) == "langson.gov.vn"
    assert lookalikes.imitated("a@" + "langsongov.vn", registered) == "langson.gov.vn"
    assert lookalikes.imitated("a@" + "laocai.gov.vn", registered) == ""


@pytest.mark.parametrize(
    "name", [CAO_LOC, f"UBND huyện Cao Lộc <{CAO_LOC}>", CAO_LOC.replace("@", "\uff20"), CAO_LOC.upper()]
)
def test_a_display_name_that_shows_a_registered_address_is_a_pretence(name: str) -> None:
    headers = roll_mails.Headers(from_name=name, from_addresses=("x@mail.example",))
    assert lookalikes.pretended(headers, REGISTERED) == CAO_LOC
    assert (
        lookalikes.pretended(
            roll_mails.Headers(from_name="Phòng LĐTBXH", from_addresses=("x@mail.example",)), REGISTERED
        )
        == ""
    )


def register_with(address: str) -> sender.Register:
    unit = Unit("X1", "Phòng Y tế", "Phòng Y tế", addresses=(Address(address),))
    return sender.Register([*known.roster_2019(), RosterEntry(unit, Obligation.REQUIRED)])


@pytest.mark.parametrize("authentication", ["pass", "none", "fail"])
@pytest.mark.parametrize(
    "changes",
    [{"sender_": "phongldtbxhdt.caoloc@langs0n.example"}, {"sender_": "x@mail.example", "from_name": CAO_LOC}],
)
def test_a_look_alike_is_held_in_silence_with_its_proposal(changes: dict[str, str], authentication: str) -> None:
    understood = decided(contents("Em gửi báo cáo ạ.", reading(), **changes), authentication=authentication)
    assert understood.outcome.value == "held"
    assert understood.reason == ("failed_authentication" if authentication == "fail" else "lookalike_sender")
    assert (understood.unit, understood.proposal, understood.reports) == (None, "H183", ())
    assert understood.candidates == ("H183",)
    assert (understood.answer, understood.answer_to) == ("", "")
    if authentication != "fail":
        assert understood.detail in {"langson.example", CAO_LOC}


def test_a_registered_sender_is_no_imitation_however_near_another_one_lies() -> None:
    near = "phongldtbxhdt.caol0c@langson.example"
    understood = decided(contents("", reading("Phòng Y tế"), sender_=near), register=register_with(near))
    assert understood.reason != "lookalike_sender"


def test_what_a_person_assigned_is_not_held_for_its_sender_again() -> None:
    inside = contents("", reading(), sender_="phongldtbxhdt.caoloc@langs0n.example")
    understood = decided(inside, assigned="H183", authentication="pass")
    assert (understood.outcome.value, understood.unit) == ("accepted", "H183")
