"""Pairs of unit and address out of old mail: what counts, for how much, and what speaks against it."""

from dataclasses import replace
from datetime import date, timedelta

from intake import address_pairs
from intake.address_pairs import Certainty, PastMail
from tests.intake import known

DAY = date(2018, 7, 3)


def note(past: PastMail, address: str, day: date = DAY, subject: str = "", unit_line: str = "", text: str = "") -> None:
    readings = [known.reading(unit_line)] if unit_line else []
    contents = known.contents(text, *readings, sender_=address, subject=subject)
    past.note(replace(contents, parts=()), known.register_2019(), day)


def past_mail() -> PastMail:
    return PastMail(frozenset())


def words(past: PastMail) -> list[tuple[str, str, Certainty, int]]:
    return [(pair.unit, pair.address, pair.certainty, pair.count) for pair in past.pairs()]


def test_the_line_of_a_workbook_makes_a_pair_certain_whatever_the_subject_speaks_of() -> None:
    past = past_mail()
    note(past, "A@mail.example", unit_line="UBND huyện Cao Lộc", subject="Báo cáo huyện Chi Lăng")
    assert words(past) == [("H183", "a@mail.example", Certainty.CERTAIN, 1)]
    assert list(past.pairs()[0].said) == [("workbook", "UBND huyện Cao Lộc")]


def test_one_text_alone_is_weak_and_two_mails_or_two_ways_are_likely() -> None:
    past = past_mail()
    note(past, "weak@mail.example", subject="Báo cáo huyện Cao Lộc")
    for days in (0, 3):
        note(past, "twice@mail.example", DAY + timedelta(days), subject="Báo cáo huyện Bình Gia")
    note(past, "ways@mail.example", subject="Báo cáo huyện Văn Quan", text="Phòng LĐTB&XH-DT huyện Văn Quan")
    assert words(past) == [
        ("H181", "twice@mail.example", Certainty.LIKELY, 2),
        ("H184", "ways@mail.example", Certainty.LIKELY, 1),
        ("H183", "weak@mail.example", Certainty.WEAK, 1),
    ]
    assert [each.pair.unit for each in address_pairs.proposed(past)] == ["H181", "H184"]


def test_a_mail_that_names_nobody_says_nothing() -> None:
    past = past_mail()
    note(past, "a@mail.example", subject="BC", text="Em gửi ạ")
    assert (words(past), past.left_out) == ([], {"names no unit": 1})


def test_what_the_register_has_already_is_told_and_not_proposed() -> None:
    past = past_mail()
    note(past, known.CAO_LOC, unit_line="UBND huyện Cao Lộc")
    assert [pair.is_known for pair in past.pairs()] == [True]
    assert address_pairs.proposed(past) == []


def test_an_address_of_two_units_at_the_same_time_is_not_proposed() -> None:
    past = past_mail()
    for days, line in ((0, "UBND huyện Cao Lộc"), (1, "UBND huyện Chi Lăng"), (2, "UBND huyện Cao Lộc")):
        note(past, "a@mail.example", DAY + timedelta(days), unit_line=line)
    (pairs,) = past.of_one_address()
    assert ([pair.unit for pair in pairs], address_pairs.handed_over(pairs)) == (["H183", "H187"], False)
    assert address_pairs.proposed(past) == []


def test_an_address_that_went_from_unit_to_unit_is_proposed_with_its_days() -> None:
    past = past_mail()
    for days, line in ((0, "UBND huyện Cao Lộc"), (30, "UBND huyện Cao Lộc"), (365, "UBND huyện Chi Lăng")):
        note(past, "a@mail.example", DAY + timedelta(days), unit_line=line)
    found = {each.pair.unit: (each.first, each.last) for each in address_pairs.proposed(past)}
    handover = DAY + timedelta(365)
    assert found == {"H183": (None, handover - timedelta(1)), "H187": (handover, None)}
