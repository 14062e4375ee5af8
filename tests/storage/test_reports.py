"""Versions with every value: what was read comes out as it went in, and a rebuild gives the same rows."""

import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roll import outcomes, reports
from storage import counted, database, overviews, tables
from storage import reports as stored_reports
from tests.storage import samples
from tests.storage.samples import ACCEPTED, HELD, NOW, RETURNED, hours, reading, understood, value


def kept(office: samples.Office, *values: reports.Value) -> tuple[reports.Value, ...]:
    """Return values after a way through the database."""
    read = samples.contents(reading(outcomes.Verdict.VALID, *values))
    mail_id = office.take(understood("U1"), read=read)
    version = next(version for version in office.versions() if version.mail_id == mail_id)
    with office.store.reading() as connection:
        return stored_reports.reading_of(connection, version.id).values


# Scalars


@pytest.mark.parametrize(
    ("scalar", "type_"),
    [
        (0, "integer"),
        (-3, "integer"),
        (2**53, "integer"),
        (2**53 + 1, "integer"),
        (-(2**53) - 1, "integer"),
        (2**63, "integer"),
        (10**30 + 7, "integer"),
        (10**400 + 1, "integer"),
        (12.5, "integer"),
        (185.5, "decimal"),
        (0.1 + 0.2, "decimal"),
        (3.0, "decimal"),
        (1e-320, "decimal"),
        (1.7976931348623157e308, "decimal"),
        (True, "yes_no"),
        (False, "yes_no"),
        ("2019-07-05", "date"),
        ("có", "select_one"),
        ("", "text"),
        ("185,5", "text"),
        ("12", "integer"),
        (None, "integer"),
        (None, "decimal"),
        (None, "yes_no"),
        (None, "date"),
        (None, "text"),
    ],
)
def test_a_scalar_comes_out_as_it_went_in(office: samples.Office, scalar: reports.Scalar, type_: str) -> None:
    (found,) = kept(office, value(scalar, type_=type_))

    assert found.value == scalar
    assert type(found.value) is type(scalar)


@pytest.mark.parametrize(
    "text",
    ["Tân Mỹ 😀 𠮷", "a\x00b", "‘’ \t\r\n", "=cmd|'/c calc'!A1", "'; DROP TABLE mails; --", "x" * 40_000, "_x000D_"],
)
def test_a_text_is_kept_to_the_last_character(office: samples.Office, text: str) -> None:
    (found,) = kept(office, value(text, type_="text", raw=text, rule=text, sheet=text, cell=text))
    assert (found.value, found.raw, found.rule, found.sheet, found.cell) == (text,) * 5


def test_composed_and_decomposed_letters_are_not_changed_into_each_other(office: samples.Office) -> None:
    forms = [unicodedata.normalize(form, "Lộc Bình") for form in ("NFC", "NFD")]
    assert [found.value for found in kept(office, *(value(text, type_="text") for text in forms))] == forms


_scalars = st.one_of(
    st.tuples(st.just("integer"), st.integers()),
    st.tuples(st.just("decimal"), st.floats(allow_nan=False, allow_infinity=False)),
    st.tuples(st.just("yes_no"), st.booleans()),
    st.tuples(
        st.sampled_from(["text", "date", "select_one", "integer", "decimal"]),
        st.text(st.characters(exclude_categories=["Cs"])),
    ),
    st.tuples(st.sampled_from(["integer", "decimal", "yes_no", "text"]), st.none()),
)


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@st.composite
def _values(draw: st.DrawFn) -> reports.Value:
    type_, scalar = draw(_scalars)
    raw = draw(st.none() | _texts)
    row = draw(st.none() | st.integers(1, 2**20))
    name, column, sheet, cell, rule = (draw(_texts) for _ in range(5))
    return reports.Value(name, column, sheet, cell, raw, scalar, type_, rule, row)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=st.lists(_values(), max_size=3), body=st.lists(_values(), max_size=8), note=_texts)
def test_a_whole_reading_comes_out_as_it_went_in(
    office: samples.Office, header: list[reports.Value], body: list[reports.Value], note: str
) -> None:
    problem = reports.Problem(reports.Severity.WARNING, "C01", note, note, note, note, note, note, note)
    read = reports.Reading(
        outcomes.Verdict.NEEDS_CONFIRM,
        "r",
        "F",
        "1",
        note,
        tuple(header),
        tuple(body),
        (problem, problem),
        (),
        "f" * 64,
    )
    mail_id = office.take(understood("U1"), read=samples.contents(read))
    version = next(version for version in office.versions() if version.mail_id == mail_id)

    with office.store.reading() as connection:
        found = stored_reports.reading_of(connection, version.id)
    # The verdict and the reason are what the mail was understood to be, not the reading's own.
    assert (found.header, found.values, found.problems) == (read.header, read.values, read.problems)
    assert (found.form, found.version, found.detail, found.fingerprint) == ("F", "1", note, "f" * 64)


def test_the_place_of_a_value_is_kept(office: samples.Office) -> None:
    wanted = value(5, "work", "decimal", row=17, column="cost", sheet="Bieu 02", cell="E17", raw="5,0 ", rule="P12")
    assert kept(office, value(), wanted)[1] == wanted


# Numbers, and which version is current


def numbered(office: samples.Office, code: str = "U1") -> list[tuple[int, int, bool]]:
    return [(version.mail_id, version.number, version.current) for version in office.versions(code)]


def test_versions_are_numbered_in_the_order_in_which_they_were_known_to_be_the_units(office: samples.Office) -> None:
    late = office.take(understood("U1"), settled_at=NOW + hours(5))
    early = office.take(understood("U1"), settled_at=NOW + hours(1))
    assert [(mail_id, number) for mail_id, number, _ in numbered(office)] == [(early, 1), (late, 2)]


def test_the_last_received_accepted_version_is_current(office: samples.Office) -> None:
    newest = office.take(understood("U1"), received_at=NOW + hours(2))
    older = office.take(understood("U1"), received_at=NOW)
    assert numbered(office) == [(newest, 1, True), (older, 2, False)]


def test_a_returned_version_never_replaces_an_accepted_one(office: samples.Office) -> None:
    accepted = office.take(understood("U1"))
    returned = office.take(understood("U1", outcome=RETURNED), received_at=NOW + hours(1))
    assert numbered(office) == [(accepted, 1, True), (returned, 2, False)]


def test_without_an_accepted_version_the_last_received_one_is_current(office: samples.Office) -> None:
    first = office.take(understood("U1", outcome=RETURNED))
    second = office.take(understood("U1", outcome=RETURNED), received_at=NOW + hours(1))
    assert numbered(office) == [(first, 1, False), (second, 2, True)]


def test_two_reports_in_one_mail_are_versions_of_their_units(office: samples.Office) -> None:
    office.take(understood("U1", "U2"))
    assert [version.part for version in (*office.versions("U1"), *office.versions("U2"))] == [0, 1]


def test_versions_of_several_units_come_at_once_and_of_none_none(office: samples.Office) -> None:
    office.take(understood("U1"))
    office.take(understood("U2"))
    with office.store.reading() as connection:
        pairs = [(samples.CAMPAIGN, code) for code in ("U1", "U2", "U3", "U9")]
        assert [version.unit for version in stored_reports.versions_of(connection, pairs)] == ["U1", "U2"]
        assert stored_reports.versions_of(connection, []) == []


def test_a_mail_that_names_very_many_units_is_no_fault(office: samples.Office) -> None:
    with office.store.reading() as connection:
        assert stored_reports.versions_of(connection, [(f"c{number}", "U1") for number in range(1500)]) == []


# Rebuilding


def derived(store: database.Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return what is derived, without the ids that only say in which order rows were written."""
    with store.reading() as connection:
        rows = {row.id: (row.mail_id, row.part) for row in connection.execute(tables.versions.select())}
    found = samples.dump(store)
    return {
        "versions": sorted(row[1:] for row in found["versions"]),
        "readings": sorted(((rows[row[0]], *row[1:]) for row in found["readings"]), key=repr),
        "problems": sorted(((rows[row[0]], *row[1:]) for row in found["problems"]), key=repr),
        "candidates": found["candidates"],
        "mails": found["mails"],
    }


def test_forgetting_and_recording_every_mail_again_gives_identical_rows(office: samples.Office) -> None:
    told = [
        understood("U1"),
        understood("U1", outcome=RETURNED),
        understood("U2", "U3"),
        samples.waits_for("U2"),
        understood("U1"),
    ]
    read = [
        samples.contents(*(reading(each.verdict, value(index), value(0.1, type_="decimal")) for each in one.reports))
        for index, one in enumerate(told)
    ]
    ids = [
        office.take(one, NOW + hours(index % 3), NOW + hours(index), what)
        for index, (one, what) in enumerate(zip(told, read, strict=True))
    ]
    before = derived(office.store)

    for again in (ids, list(reversed(ids)), ids[2:] + ids[:2]):
        with office.store.writing() as connection:
            for mail_id in ids:
                stored_reports.forget(connection, mail_id)
        assert derived(office.store)["readings"] == []
        for mail_id in again:
            place = ids.index(mail_id)
            office.handle(mail_id, told[place], NOW + hours(place), read[place])
        assert derived(office.store) == before


def test_forgetting_names_the_units_touched_once_each(office: samples.Office) -> None:
    mail_id = office.take(understood("U1", "U2", "U1"))
    with office.store.writing() as connection:
        assert stored_reports.forget(connection, mail_id) == [(samples.CAMPAIGN, "U1"), (samples.CAMPAIGN, "U2")]
        assert stored_reports.forget(connection, mail_id) == []
        stored_reports.settle(connection, samples.CAMPAIGN, "U1")
    assert office.versions() == []


def test_a_mail_given_to_another_unit_takes_its_version_along_and_the_numbers_close_up(office: samples.Office) -> None:
    first = office.take(understood("U1"))
    second = office.take(understood("U1"), received_at=NOW + hours(1))
    office.handle(first, understood("U2"), NOW + timedelta(days=1))

    assert numbered(office, "U1") == [(second, 1, True)]
    assert numbered(office, "U2") == [(first, 1, True)]


# Values as staff see them


def test_current_values_are_those_of_accepted_current_versions_in_the_rosters_order(office: samples.Office) -> None:
    def take(code: str, outcome: outcomes.Outcome, number: int, at: int) -> None:
        read = samples.contents(reading(samples.VERDICTS[outcome], value(number, "a"), value(number + 1, "b")))
        office.take(understood(code, outcome=outcome), NOW + hours(at), read=read)

    take("U2", ACCEPTED, 20, 0)
    take("U1", ACCEPTED, 10, 0)
    take("U1", ACCEPTED, 12, 1)
    take("U1", RETURNED, 14, 2)
    take("U3", RETURNED, 30, 0)

    with office.store.reading() as connection:
        found = [
            (row.unit, row.version, row.value.name, row.value.value)
            for row in counted.current_values(connection, samples.CAMPAIGN)
        ]
    assert found == [("U1", 2, "a", 12), ("U1", 2, "b", 13), ("U2", 1, "a", 20), ("U2", 1, "b", 21)]


def test_notices_of_current_versions_are_told_to_staff_only_those(office: samples.Office) -> None:
    def problem(severity: reports.Severity, message: str) -> reports.Problem:
        return reports.Problem(severity, "C1", "s", "A1", "l", "f", "e", message)

    notices = (problem(reports.Severity.NOTICE, "xem lại"), problem(reports.Severity.WARNING, "khác"))
    office.take(understood("U1"), read=samples.contents(reading(problems=notices)))
    with office.store.reading() as connection:
        assert [
            (each.unit, each.code, each.message) for each in overviews.problems_noticed(connection, samples.CAMPAIGN)
        ] == [("U1", "C1", "xem lại")]
    office.take(understood("U1"), NOW + hours(1))
    with office.store.reading() as connection:
        assert overviews.problems_noticed(connection, samples.CAMPAIGN) == []


def test_a_held_mail_has_no_version(office: samples.Office) -> None:
    office.take(samples.waits_for("U1", outcome=HELD))
    assert office.versions() == []
