"""Which workbooks of a mail count, and what a mail is among the pieces of a report, without reading anything."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from intake import case as cases
from intake import decide, levels, purpose, sender, sending
from roll import mails, reports
from tests.intake import known
from tests.intake.known import at, contents, part, reading

LISTS = ("Bieu 02", "Bieu 03", "Bieu 04")
MAIN = {"filled": ("Bieu 01",), "lacking": LISTS}
REST = {"filled": LISTS, "lacking": ("Bieu 01",)}


def decided(inside: mails.Contents, received_at: datetime | None = None, **more: object) -> mails.Understanding:
    mail = known.mail(received_at)
    register = known.register_2019()
    knowledge = decide.Known(
        register=register,
        campaigns=[known.campaign_2019()],
        our_addresses=frozenset({known.OURS}),
        authentication="",
        identity=sender.identify(inside, register, mail.received_at.date()),
        **more,  # type: ignore[arg-type]
    )
    return decide.decide(mail, inside, knowledge)


def ended(understood: mails.Understanding) -> tuple[str, str]:
    return understood.outcome.value, understood.reason


def piece(number: int, received_at: datetime, subject: str, **changes: object) -> mails.Piece:
    """Return an earlier mail of Cao Lộc that waits for more."""
    made = mails.Piece(
        number, f"TN-2019-{number:04}", known.sha(str(number)), received_at, subject, "H183", known.NAME_2019,
        waits=True, files=((0, f"{number}.xlsx", known.sha(f"file {number}")),),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


# One mail.


def test_two_workbooks_that_were_read_as_one_report_stand_for_both():
    whole = reading(values="whole", joined=(0, 1))
    inside = contents("", reading(values="1", **MAIN), reading("", values="2", **REST), whole)
    inside = replace(inside, parts=inside.parts[:2])
    (report,) = decided(inside).reports
    assert (report.reading, report.part, [source.part for source in report.sources]) == (2, 0, [0, 1])


def test_workbooks_that_name_two_units_are_not_one_report_whatever_their_sheets():
    whole = reading(values="whole", joined=(0, 1))
    inside = contents("", reading(values="1", **MAIN), reading("UBND huyện Chi Lăng", values="2", **REST), whole)
    assert ended(decided(replace(inside, parts=inside.parts[:2]))) == ("held", "several_workbooks")


def test_communes_with_a_line_that_names_neither_are_left_to_a_person():
    inside = contents("", reading("UBND xã Yên Trạch", values="1"), reading("Trung tâm", values="2"))
    assert ended(decided(inside)) == ("held", "lower_level_reports")


def test_the_own_total_among_communes_counts_and_two_of_them_do_not():
    communes = [reading(f"UBND xã {name}", values=name) for name in ("Yên Trạch", "Hội Hoan")]
    understood = decided(contents("", *communes, reading(values="total")))
    assert (ended(understood), understood.reports[0].reading) == (("accepted", "valid"), 2)
    assert [place for place, _ in understood.passed_over] == [0, 1]
    twice = contents("", *communes, reading(values="total"), reading(values="another total"))
    assert decided(twice).reports == ()


@pytest.mark.parametrize("asking", ["Xin gửi chậm đến 10/7 ạ.", "Mục 5.4 tính như thế nào ạ?"])
def test_a_question_beside_communes_goes_to_a_person(asking: str):
    inside = contents(asking, reading("UBND xã Yên Trạch", values="1"), reading("UBND xã Hội Hoan", values="2"))
    assert decided(inside).outcome.value == "held"


def test_a_file_in_a_mail_that_was_sent_along_lies_deeper_than_one_in_an_archive():
    archive = part("BC.zip", "zip")
    inside = part("BC.xlsx", "xlsx", path="BC.zip")
    old = part("BC cu.xlsx", "xlsx", path="message.eml/cu.eml")
    in_old_archive = part("BC.xlsx", "xlsx", path="message.eml/BC.zip")
    parts = [archive, inside, old, part("BC.zip", "zip", path="message.eml"), in_old_archive]
    assert [levels.of(parts, each) for each in (archive, inside, old, in_old_archive)] == [0, 0, 2, 1]


# Several mails.


@pytest.mark.parametrize(
    ("subject", "whole", "expected"),
    [
        ("BC (2/3)", True, (2, 3)), ("BC phần 2/3", True, (2, 3)), ("Phần 1 của 2", True, (1, 2)),
        ("BC phần 2", False, (2, 0)), ("BC phan 2", False, (2, 0)), ("BC phần 2", True, None), ("BC", False, None),
        ("BC (1/6)", True, None), ("BC (3/2)", True, None), ("BC (1/1)", True, None),
    ],
)  # fmt: skip
def test_what_a_subject_says_of_several_mails(subject: str, whole: bool, expected: tuple[int, int] | None):
    assert purpose.place_among(subject, at(3).date(), is_whole=whole) == expected


def test_the_first_piece_waits_and_says_what_is_to_come():
    understood = decided(contents("", reading(**MAIN), subject="BC (1/2)"))
    assert (ended(understood), understood.detail) == (("held", "several_mails"), "2/2, Bieu 02, Bieu 03, Bieu 04")
    assert (understood.candidates, understood.answer) == (("H183",), "receipt:several_mails")
    assert understood.to_join == ()


def test_with_earlier_pieces_they_are_asked_for_oldest_first():
    earlier = [piece(1, at(2), "BC (1/3)"), piece(3, at(4), "BC (3/3)")]
    understood = decided(contents("", reading(**REST), subject="BC (2/3)"), pieces=earlier)
    assert [each.mail_id for each in understood.to_join] == [1, 100, 3]


@pytest.mark.parametrize(
    "other",
    [
        piece(1, at(2), "BC (1/3)", unit="H187"),
        piece(1, at(2), "BC (1/3)", campaign="another"),
        piece(1, at(3) - timedelta(days=8), "BC (1/3)"),
        piece(1, at(2), "BC (1/2)"),
    ],
)
def test_another_units_another_campaigns_an_old_or_another_series_piece_does_not_belong(other: mails.Piece):
    assert decided(contents("", reading(**REST), subject="BC (2/3)"), pieces=[other]).to_join == ()


def test_the_newest_of_two_copies_of_a_piece_is_asked_for():
    earlier = [piece(1, at(1), "BC (1/3)"), piece(2, at(2), "BC (1/3)")]
    understood = decided(contents("", reading(**REST), subject="BC (2/3)"), pieces=earlier)
    assert [each.mail_id for each in understood.to_join] == [2, 100]


def test_a_whole_report_asks_for_nobody():
    assert decided(contents("", reading(filled=("Bieu 01", *LISTS))), pieces=[piece(1, at(2), "BC")]).to_join == ()


def joined(
    inside: mails.Contents, pieces: list[mails.Piece], together: reports.Reading, **more: object
) -> cases.Joined:
    own = mails.Piece(100, "TN-2019-0100", "", at(3), "", "H183", known.NAME_2019, waits=False, parts=(0,))
    ordered = tuple(sorted((*pieces, own), key=lambda each: each.received_at))
    members = tuple((place, 0, f"{each.mail_id}.xlsx", "") for place, each in enumerate(ordered))
    return cases.Joined(reports.Together(together, members, **more), ordered, len(inside.readings))  # type: ignore[arg-type]


def figures(*origins: int, lacking: tuple[str, ...] = ()) -> reports.Reading:
    """Return what was read together: one value of each of some members."""
    values = tuple(reports.Value(f"row {each}", "quantity", "Bieu 01", "D1", "1", 1, "integer") for each in origins)
    made = reading(values="together")
    return replace(made, values=values, origins=(0, *origins), lacking=lacking)


def again(subject: str, pieces: list[mails.Piece], together: reports.Reading, **more: object) -> mails.Understanding:
    inside = contents("", reading(**REST), subject=subject)
    known_now = joined(inside, pieces, together, **more)
    with_it = replace(inside, readings=(*inside.readings, together))
    return decided(with_it, pieces=pieces, joined=known_now)


def test_what_makes_the_report_whole_is_its_version_with_all_sources():
    understood = again("BC (2/2)", [piece(1, at(2), "BC (1/2)")], figures(0, 1))
    assert ended(understood) == ("accepted", "valid")
    assert [source.mail_id for source in understood.reports[0].sources] == [1, 100]
    assert understood.reports[0].reading == 1


def test_what_does_not_make_it_whole_waits_too():
    understood = again("BC (2/3)", [piece(1, at(2), "BC (1/3)")], figures(0, 1, lacking=("Bieu 04",)))
    assert (ended(understood), understood.detail) == (("held", "several_mails"), "3/3, Bieu 04")


def test_a_signed_copy_that_came_as_one_of_the_announced_mails_is_counted():
    pieces = [piece(1, at(2), "BC (1/3)"), piece(2, at(2, hour=10), "BC (3/3)", parts=(), waits=False)]
    understood = again("BC (2/3)", pieces[:1], figures(0, 1))
    assert understood.outcome.value == "held"
    inside = contents("", reading(**REST), subject="BC (2/3)")
    with_it = replace(inside, readings=(*inside.readings, figures(0, 1)))
    whole = decided(with_it, pieces=pieces, joined=joined(inside, pieces[:1], figures(0, 1)))
    assert ended(whole) == ("accepted", "valid")


def test_numbered_pieces_that_dispute_a_sheet_go_to_a_person():
    understood = again("BC (2/2)", [piece(1, at(2), "BC (1/2)")], figures(0, 1), disputed=("Bieu 01",))
    assert (ended(understood), understood.detail) == (("held", "several_workbooks"), "Bieu 01")


def test_a_piece_whose_report_is_whole_since_is_part_of_it():
    understood = decided(contents("", reading(**MAIN), subject="BC (1/2)"), part_of={"H183": "TN-2019-0107"})
    assert (ended(understood), understood.detail) == (("noted", "part_of_report"), "TN-2019-0107")
    assert (understood.candidates, understood.answer) == ((), "")


def test_a_piece_that_another_units_report_was_made_of_still_waits_as_its_own_units():
    understood = decided(contents("", reading(**MAIN), subject="BC (1/2)"), part_of={"H187": "TN-2019-0107"})
    assert (ended(understood), understood.unit) == (("held", "several_mails"), "H183")


# When it was sent.


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Wed, 03 Jul 2019 08:00:00 +0700", at(3, hour=8)),
        ("Wed, 03 Jul 2019 01:00:00 -0000", at(3, hour=8)),
        ("Fri, 01 Jan 2010 08:00:00 +0700", None),
        ("Thu, 04 Jul 2019 08:00:00 +0700", None),
        ("", None), ("yesterday", None), ("Wed, 99 Jul 2019 08:00:00 +0700", None),
    ],
)  # fmt: skip
def test_a_mails_own_date_is_believed_where_its_clock_may_be_right(date: str, expected: datetime | None):
    assert sending.sent_at(mails.Headers(date=date), at(3)) == expected
