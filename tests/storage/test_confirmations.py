"""Confirmations are a fold over mails, whatever their order; a confirmed version counts as valid, and only that one."""

import itertools
from dataclasses import replace

import pytest

from roll import mails, outcomes
from storage import counted, overviews
from tests.storage import samples
from tests.storage.samples import ACCEPTED, CAMPAIGN, NOW, RETURNED, hours, understood, waits_for
from tests.storage.test_boards import standing

WARNS = replace(
    understood("U1"), reports=(replace(understood("U1").reports[0], verdict=outcomes.Verdict.NEEDS_CONFIRM),)
)


def confirms(mail_id: int, unit: str = "U1", part: int = 0) -> mails.Understanding:
    confirmation = mails.Confirmation(CAMPAIGN, unit, mail_id, part)
    return mails.Understanding(ACCEPTED, "confirmed", unit=unit, campaign=CAMPAIGN, confirms=confirmation)


def verdicts(office: samples.Office) -> list[str]:
    with office.store.reading() as connection:
        return [report.verdict for report in counted.current_reports(connection, CAMPAIGN)]


def test_a_confirmed_version_counts_as_valid_everywhere(office: samples.Office) -> None:
    report = office.take(WARNS)
    assert (standing(office).state, verdicts(office)) == ("needs_confirm", ["needs_confirm"])
    office.take(confirms(report), NOW + hours(1))
    assert (standing(office).state, verdicts(office)) == ("valid", ["valid"])
    assert office.versions()[0].verdict == "needs_confirm"


def test_it_counts_from_the_receipt_of_the_first_confirmation(office: samples.Office) -> None:
    report = office.take(WARNS)
    office.take(confirms(report), NOW + hours(3))
    office.take(confirms(report), NOW + hours(5))
    assert standing(office, NOW + hours(2)).state == "needs_confirm"
    assert standing(office, NOW + hours(3)).state == "valid"
    with office.store.reading() as connection:
        then = counted.current_reports(connection, CAMPAIGN, NOW + hours(2))
        assert [each.verdict for each in then] == ["needs_confirm"]


def test_the_first_stamp_of_the_report_stays(office: samples.Office) -> None:
    report = office.take(WARNS)
    office.take(confirms(report), NOW + hours(24 * 6))
    found = standing(office)
    assert (found.state, found.received_at, found.on_time, found.late) == ("valid", NOW, True, False)


@pytest.mark.parametrize(
    "stray", [("U2", 0, 0), ("U1", 1, 0), ("U1", 0, 1)], ids=["another unit", "another part", "another mail"]
)
def test_a_confirmation_of_anything_else_changes_nothing(office: samples.Office, stray: tuple[str, int, int]) -> None:
    unit, part, further = stray
    report = office.take(WARNS)
    office.take(confirms(report + further, unit, part))
    assert standing(office).state == "needs_confirm"


def test_a_newer_version_needs_its_own_and_an_older_one_confirmed_later_does_nothing(office: samples.Office) -> None:
    first = office.take(WARNS)
    office.take(confirms(first), NOW + hours(1))
    second = office.take(WARNS, NOW + hours(2))
    assert standing(office).state == "needs_confirm"
    office.take(confirms(first), NOW + hours(3))
    assert standing(office).state == "needs_confirm"
    office.take(confirms(second), NOW + hours(4))
    assert standing(office).state == "valid"


def test_a_version_with_errors_is_not_made_valid(office: samples.Office) -> None:
    report = office.take(understood("U1", outcome=RETURNED))
    office.take(confirms(report))
    assert standing(office).state == "needs_fix"


def test_mails_read_again_in_any_order_give_the_same(office: samples.Office) -> None:
    report = office.take(WARNS)
    confirming = office.take(confirms(report), NOW + hours(1))
    before = {name: rows for name, rows in samples.dump(office.store).items() if name in {"confirmations", "mails"}}
    for order in itertools.permutations((report, confirming, confirming)):
        for mail_id in order:
            office.handle(mail_id, WARNS if mail_id == report else confirms(report))
            assert standing(office).state == "valid"
    after = samples.dump(office.store)
    assert {name: after[name] for name in before} == before


def test_a_mail_that_is_no_confirmation_any_more_confirms_nothing(office: samples.Office) -> None:
    report = office.take(WARNS)
    confirming = office.take(confirms(report))
    office.handle(confirming, waits_for("U1"))
    assert standing(office).state == "needs_confirm"
    office.handle(confirming, confirms(report))
    with office.store.writing() as connection:
        samples.inbox.set_aside(connection, confirming, "poison", "", NOW)
    assert standing(office).state == "needs_confirm"


# Nil reports.


NIL = mails.Understanding(ACCEPTED, "nil", unit="U1", campaign=CAMPAIGN)


def test_an_accepted_nil_report_makes_the_unit_nil_unless_a_report_stands(office: samples.Office) -> None:
    office.take(NIL)
    found = standing(office)
    assert (found.state, found.on_time, found.overdue, found.received_at) == ("nil", True, False, NOW)
    office.take(understood("U1", outcome=RETURNED), NOW + hours(1))
    office.take(waits_for("U1"), NOW + hours(2))
    assert standing(office).state == "nil"
    office.take(understood("U1"), NOW + hours(3))
    assert standing(office).state == "valid"


def test_a_nil_report_after_a_report_changes_nothing(office: samples.Office) -> None:
    office.take(understood("U1"))
    office.take(NIL, NOW + hours(1))
    assert standing(office).state == "valid"


def test_a_nil_report_counts_from_its_receipt_in_its_own_campaign(office: samples.Office) -> None:
    office.take(NIL, NOW + hours(2))
    office.take(replace(NIL, unit="U2", campaign="another"))
    assert standing(office, NOW + hours(1)).state == "missing"
    assert (standing(office).state, standing(office, code="U2").state) == ("nil", "missing")
    with office.store.reading() as connection:
        assert overviews.board_of(connection, office.campaign, NOW + hours(3)).totals()["nil"] == 1
