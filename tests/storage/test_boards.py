"""The board: one state a unit, by priority; the edges of time to the microsecond; totals that add up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roll import board, campaigns, mails, outcomes, units
from storage import boards, decisions, outbox, overviews
from tests.storage import samples
from tests.storage.samples import ACCEPTED, CAMPAIGN, HELD, NOW, RETURNED, ZONE, hours, understood, waits_for

DUE = datetime(2019, 7, 5, tzinfo=ZONE)
GRACE = datetime(2019, 7, 6, tzinfo=ZONE)
TICK = timedelta(microseconds=1)
LATER = datetime(2019, 8, 1, tzinfo=UTC)
QUARANTINED, NOTED = outcomes.Outcome.QUARANTINED, outcomes.Outcome.NOTED


def shown(office: samples.Office, at: datetime = LATER, seen_until: datetime | None = None) -> board.Board:
    with office.store.reading() as connection:
        return overviews.board_of(connection, office.campaign, at, seen_until=seen_until)


def standing(office: samples.Office, at: datetime = LATER, code: str = "U1") -> board.Standing:
    return next(unit for unit in shown(office, at).units if unit.code == code)


def settle(office: samples.Office, kind: str, unit: str = "U1", until: datetime | None = None) -> None:
    with office.store.writing() as connection:
        decisions.decide(connection, decisions.NewDecision(kind, "x", None, CAMPAIGN, unit, until), NOW)


# States


def test_a_unit_of_which_nothing_came_is_missing(office: samples.Office) -> None:
    found = standing(office)
    assert (found.state, found.overdue, found.late, found.versions) == ("missing", True, False, 0)
    assert (found.on_time, found.received_at, found.receipt) == (None, None, None)


@pytest.mark.parametrize("verdict", [outcomes.Verdict.VALID, outcomes.Verdict.NEEDS_CONFIRM])
def test_an_accepted_report_shows_its_verdict(office: samples.Office, verdict: outcomes.Verdict) -> None:
    office.take(_accepted(verdict))
    assert standing(office).state == verdict.value


def _accepted(verdict: outcomes.Verdict) -> mails.Understanding:
    one = understood("U1")
    return replace(one, reports=(replace(one.reports[0], verdict=verdict),))


def test_a_returned_report_needs_a_fix(office: samples.Office) -> None:
    office.take(understood("U1", outcome=RETURNED))
    assert standing(office).state == "needs_fix"


def test_a_returned_mail_without_a_workbook_needs_a_fix(office: samples.Office) -> None:
    office.take(waits_for("U1", outcome=RETURNED))
    found = standing(office)
    assert (found.state, found.versions, found.on_time) == ("needs_fix", 0, True)


@pytest.mark.parametrize("outcome", [HELD, QUARANTINED])
def test_every_unit_that_a_waiting_mail_may_belong_to_is_held(
    office: samples.Office, outcome: outcomes.Outcome
) -> None:
    office.take(waits_for("U1", "U2", outcome=outcome))
    assert [unit.state for unit in shown(office).units] == ["held", "held", "missing"]


def test_a_waiting_mail_outweighs_a_returned_one_and_an_accepted_one_outweighs_both(office: samples.Office) -> None:
    office.take(understood("U1", outcome=RETURNED))
    office.take(waits_for("U1"))
    assert standing(office).state == "held"
    office.take(understood("U1"))
    office.take(waits_for("U1"))
    office.take(understood("U1", outcome=RETURNED))
    assert standing(office).state == "valid"


def test_the_last_received_accepted_report_gives_the_state(office: samples.Office) -> None:
    office.take(_accepted(outcomes.Verdict.NEEDS_CONFIRM), NOW + hours(1))
    office.take(_accepted(outcomes.Verdict.VALID), NOW)
    assert standing(office).state == "needs_confirm"


def test_the_state_is_that_of_the_current_version_also_when_reports_came_in_one_instant(office: samples.Office) -> None:
    first = office.take(_accepted(outcomes.Verdict.NEEDS_CONFIRM))
    office.take(_accepted(outcomes.Verdict.VALID))
    office.handle(first, _accepted(outcomes.Verdict.NEEDS_CONFIRM))  # read again: its version has a new, higher id

    current = next(version for version in office.versions() if version.current)
    assert standing(office).state == current.verdict == "valid"


def test_duplicates_and_noted_mails_change_nothing(office: samples.Office) -> None:
    for outcome in (outcomes.Outcome.DUPLICATE, outcomes.Outcome.NOTED):
        office.take(mails.Understanding(outcome, "r", unit="U1", campaign=CAMPAIGN))
    assert standing(office).state == "missing"


def test_a_signed_copy_without_the_report_leaves_its_unit_missing_and_is_seen(office: samples.Office) -> None:
    signed = mails.Understanding(NOTED, "signed_copy", unit="U1", campaign=CAMPAIGN, signed_copy=True)
    office.take(signed)
    found = standing(office)
    assert (found.state, found.is_signed_only) == ("missing", True)
    assert not standing(office, NOW - TICK).is_signed_only, "it had not come yet"

    office.take(understood("U1"))
    assert not standing(office).is_signed_only


def test_a_signed_copy_of_another_campaign_is_none_of_this_one(office: samples.Office) -> None:
    office.apply(samples.source(name="dot-hai"))
    office.take(mails.Understanding(NOTED, "signed_copy", unit="U1", campaign=CAMPAIGN, signed_copy=True))
    assert not standing(office).is_signed_only


def test_a_mail_of_another_campaign_changes_nothing(office: samples.Office) -> None:
    office.apply(samples.source(name="dot-hai"))
    office.take(waits_for("U1", campaign=CAMPAIGN))
    assert standing(office).state == "missing"


def test_a_waiting_mail_of_no_campaign_holds_its_unit(office: samples.Office) -> None:
    office.take(waits_for("U1", campaign=None))
    assert standing(office).state == "held"


def test_a_waiting_mail_of_no_campaign_that_came_early_holds_its_unit(office: samples.Office) -> None:
    office.take(waits_for("U1", campaign=None), office.campaign.opens - boards.MAY_COME_EARLY)
    assert standing(office).state == "held"


def test_a_mail_that_waits_since_last_years_round_does_not_hold_its_unit_in_this_one(office: samples.Office) -> None:
    office.take(waits_for("U1", campaign=None), office.campaign.opens - boards.MAY_COME_EARLY - TICK)
    assert standing(office).state == "missing"


# What a person settled


def test_an_exempt_unit_is_not_expected(office: samples.Office) -> None:
    settle(office, decisions.EXEMPT)
    found = shown(office)
    assert found.units[0].state == "exempt"
    assert (found.totals()["expected"], found.totals()["exempt"], found.totals()["missing"]) == (2, 1, 2)
    assert not found.units[0].overdue


@pytest.mark.parametrize(
    "mail",
    [understood("U1"), understood("U1", outcome=RETURNED), waits_for("U1"), waits_for("U1", outcome=RETURNED)],
    ids=["accepted", "returned", "held", "returned without a workbook"],
)
def test_an_exempt_unit_stays_exempt_whatever_comes_of_it(office: samples.Office, mail: mails.Understanding) -> None:
    settle(office, decisions.EXEMPT)
    office.take(mail)
    found = shown(office)
    assert (found.units[0].state, found.units[0].overdue, found.units[0].received_at) == ("exempt", False, NOW)
    assert found.totals()["expected"] == 2


def test_an_undone_exemption_counts_no_more(office: samples.Office) -> None:
    settle(office, decisions.EXEMPT)
    with office.store.writing() as connection:
        decisions.undo(connection, decisions.of_campaign(connection, CAMPAIGN)[0], "x", NOW)
    assert standing(office).state == "missing"


def test_an_extension_moves_what_is_on_time_late_and_overdue(office: samples.Office) -> None:
    until = DUE + timedelta(days=3)
    settle(office, decisions.EXTEND, until=until)
    assert [standing(office, at).overdue for at in (until - TICK, until)] == [False, True]
    office.take(understood("U1"), until - TICK)
    found = standing(office)
    assert (found.on_time, found.late, found.extended_until) == (True, False, until)
    assert standing(office, code="U2").extended_until is None


def test_an_extension_never_shortens_anything(office: samples.Office) -> None:
    settle(office, decisions.EXTEND, until=DUE - timedelta(days=3))
    office.take(understood("U1"), DUE - TICK)
    found = standing(office)
    assert (found.on_time, found.late) == (True, False)


# Time


@pytest.mark.parametrize(
    ("received_at", "on_time", "late"),
    [(DUE - TICK, True, False), (DUE, False, False), (GRACE - TICK, False, False), (GRACE, False, True)],
)
def test_on_time_and_late_turn_at_their_instants(
    office: samples.Office, received_at: datetime, on_time: bool, late: bool
) -> None:
    office.take(understood("U1"), received_at)
    found = standing(office)
    assert (found.on_time, found.late, found.received_at) == (on_time, late, received_at)


@pytest.mark.parametrize(("at", "overdue"), [(DUE, False), (GRACE - TICK, False), (GRACE, True)])
@pytest.mark.parametrize("returned", [False, True])
def test_overdue_begins_with_the_end_of_grace(
    office: samples.Office, at: datetime, overdue: bool, returned: bool
) -> None:
    if returned:
        office.take(understood("U1", outcome=RETURNED))
    assert standing(office, at).overdue is overdue


def test_who_has_reported_or_waits_for_a_person_is_not_overdue(office: samples.Office) -> None:
    office.take(understood("U1"))
    office.take(waits_for("U2"))
    assert [unit.overdue for unit in shown(office).units] == [False, False, True]


@pytest.mark.parametrize(
    "first", [understood("U1"), understood("U1", outcome=RETURNED), waits_for("U1", outcome=RETURNED)]
)
def test_a_correction_of_a_report_that_came_on_time_stays_on_time(
    office: samples.Office, first: mails.Understanding
) -> None:
    office.take(first, DUE - TICK)
    office.take(understood("U1"), GRACE)
    found = standing(office)
    assert (found.on_time, found.late, found.received_at, found.receipt) == (True, False, DUE - TICK, "TN-2019-0002")


def test_a_question_in_time_does_not_make_a_late_report_one_that_came_in_time(office: samples.Office) -> None:
    office.take(waits_for("U1"), DUE - TICK)
    assert standing(office).on_time is True
    office.take(understood("U1"), GRACE)
    found = standing(office)
    assert (found.on_time, found.late, found.received_at) == (False, True, GRACE)


def test_what_is_received_after_the_instant_asked_for_is_not_on_the_board(office: samples.Office) -> None:
    office.take(understood("U1"), NOW)
    office.take(understood("U1"), NOW + hours(1))
    assert [standing(office, at).versions for at in (NOW - TICK, NOW, NOW + hours(1))] == [0, 1, 2]


def test_a_board_seen_until_later_shows_what_came_later_but_judges_at_its_instant(office: samples.Office) -> None:
    office.take(understood("U1"), NOW + hours(1))
    office.take(waits_for(), NOW + hours(1))
    found = shown(office, NOW, seen_until=datetime.max.replace(tzinfo=UTC))
    assert (found.at, found.units[0].state, found.units[1].overdue, found.unassigned) == (NOW, "valid", False, 1)


# Mails without a unit


def test_unassigned_are_the_mails_that_wait_without_a_unit(office: samples.Office) -> None:
    office.take(waits_for())
    office.take(waits_for("U1", proposal="U1"))
    office.take(waits_for("U1", unit="U1"))
    office.take(waits_for("U1", outcome=QUARANTINED))
    office.take(waits_for("U1", outcome=RETURNED, unit="U1"))
    office.take(waits_for(), NOW + hours(1))
    assert (shown(office, NOW).unassigned, shown(office).unassigned) == (3, 4)


# Totals


def test_only_required_units_are_counted(office: samples.Office) -> None:
    office.apply(samples.source(obligations={"U2": units.Obligation.ASKED, "U3": units.Obligation.INFORMED}))
    office.take(understood("U2"))
    totals = shown(office).totals()
    assert (totals["expected"], totals["valid"], totals["missing"], totals["overdue"]) == (1, 0, 1, 1)


_mails = st.one_of(
    st.builds(
        lambda code, outcome: understood(code, outcome=outcome),
        st.sampled_from(samples.CODES),
        st.sampled_from([ACCEPTED, RETURNED]),
    ),
    st.builds(
        lambda codes, outcome: waits_for(*codes, outcome=outcome),
        st.sets(st.sampled_from(samples.CODES)),
        st.sampled_from([HELD, QUARANTINED, RETURNED, outcomes.Outcome.NOTED, outcomes.Outcome.DUPLICATE]),
    ),
)
_instants = st.datetimes(datetime(2019, 6, 1), datetime(2019, 7, 12), timezones=st.just(UTC))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    came=st.lists(st.tuples(_mails, _instants), max_size=6),
    exempt=st.sets(st.sampled_from(samples.CODES)),
    extended=st.dictionaries(st.sampled_from(samples.CODES), _instants),
    obligations=st.dictionaries(st.sampled_from(samples.CODES), st.sampled_from(units.Obligation)),
    at=_instants,
)
def test_the_totals_add_up_whatever_came(
    office: samples.Office,
    came: list[tuple[mails.Understanding, datetime]],
    exempt: set[str],
    extended: dict[str, datetime],
    obligations: dict[str, units.Obligation],
    at: datetime,
) -> None:
    campaign: campaigns.Campaign = samples.source(obligations=obligations).campaign
    for understanding, received_at in came:
        office.take(understanding, received_at)
    for code in exempt:
        settle(office, decisions.EXEMPT, code)
    for code, until in extended.items():
        settle(office, decisions.EXTEND, code, until)

    with office.store.reading() as connection:
        found = overviews.board_of(connection, campaign, at)
    totals = found.totals()
    states = ("valid", "needs_confirm", "needs_fix", "held", "nil", "missing")
    assert totals["expected"] == sum(totals[state] for state in states)
    assert totals["received"] == totals["expected"] - totals["missing"]
    assert totals["expected"] + sum(
        unit.state == "exempt" for unit in found.units if unit.obligation == "required"
    ) == sum(obligations.get(code, "required") == "required" for code in samples.CODES)
    assert totals["overdue"] <= totals["missing"] + totals["needs_fix"]
    for unit in found.units:
        assert (unit.on_time is None) == (unit.received_at is None)
        assert not (unit.on_time and unit.late)
        assert unit.received_at is None or unit.received_at <= at
        assert unit.state != "missing" or unit.received_at is None


# The ledger


def test_the_ledger_is_complete_and_in_order_of_receipt(office: samples.Office) -> None:
    ids = [office.take(understood("U1"), NOW + hours(at)) for at in (3, 1, 2, 1)]
    office.enter(samples.arrival(99, "not handled yet", received_at=NOW + hours(9)))
    with office.store.reading() as connection:
        found = [row.id for row in overviews.ledger(connection)]
    assert found == [ids[1], ids[3], ids[2], ids[0], ids[3] + 1]


def test_the_ledger_can_be_asked_for_one_mail_or_one_outcome(office: samples.Office) -> None:
    accepted, held = office.take(understood("U1", "U2")), office.take(waits_for("U1"))
    with office.store.writing() as connection:
        answers = [samples.letter("a", mail_id=accepted, to="a@x.example"), samples.letter("b", mail_id=held)]
        outbox.put(connection, answers, NOW)
        (one,) = overviews.ledger(connection, accepted)
        assert [row.id for row in overviews.ledger(connection, outcome="held")] == [held]
        assert overviews.ledger(connection, 99) == []
        assert overviews.ledger(connection, outcome="noted") == []
    assert [(report["unit"], report["version"], report["current"]) for report in one.reports] == [
        ("U1", 1, True),
        ("U2", 1, True),
    ]
    assert [(answer["kind"], answer["to"], answer["state"]) for answer in one.answers] == [
        ("acknowledgement", "a@x.example", "queued")
    ]


def test_a_long_ledger_shows_the_reports_and_answers_of_every_mail(office: samples.Office) -> None:
    count = overviews.ROWS_ASKED_BY_ID + 5
    office.enter(*(samples.arrival(uid, f"m{uid}") for uid in range(1, count + 1)))
    office.handle(count, understood("U1"))
    with office.store.reading() as connection:
        rows = overviews.ledger(connection)
    assert len(rows) == count
    assert [len(row.reports) for row in rows[-2:]] == [0, 1]


def test_what_waits_for_a_person_comes_in_order_of_receipt_whatever_its_outcome(office: samples.Office) -> None:
    wanted = [
        office.take(waits_for("U1", outcome=outcome), NOW + hours(at))
        for at, outcome in enumerate((QUARANTINED, HELD, QUARANTINED, HELD))
    ]
    office.take(understood("U1"))
    with office.store.reading() as connection:
        assert [row.id for row in overviews.waiting_for_a_person(connection)] == wanted


def test_every_mail_is_counted_under_its_outcome(office: samples.Office) -> None:
    office.take(understood("U1"))
    office.take(waits_for("U1"))
    office.enter(samples.arrival(50, "x"), samples.arrival(51, "y"))
    with office.store.reading() as connection:
        assert overviews.counts(connection) == {"accepted": 1, "held": 1, "unhandled": 2}
