"""What people settled: dated, never changed, at most undone; the trail only grows."""

from datetime import timedelta

from storage import database, decisions, tables
from tests.storage import samples
from tests.storage.samples import CAMPAIGN, NOW


def settle(
    office: samples.Office, kind: str, unit: str | None = None, days: int | None = None, mail_id: int | None = None
) -> int:
    until = None if days is None else NOW + timedelta(days=days)
    campaign = None if mail_id else CAMPAIGN
    with office.store.writing() as connection:
        return decisions.decide(
            connection, decisions.NewDecision(kind, "chị Hòa", mail_id, campaign, unit, until, "vì sao"), NOW
        )


def test_a_decision_comes_out_as_it_was_made(office: samples.Office) -> None:
    made = settle(office, decisions.EXTEND, "U1", days=3)
    with office.store.reading() as connection:
        (found,) = decisions.of_campaign(connection, CAMPAIGN)
    assert found == decisions.Decision(
        made, NOW, "chị Hòa", decisions.EXTEND, None, CAMPAIGN, "U1", NOW + timedelta(days=3), "vì sao"
    )


def test_the_last_extension_of_a_unit_counts(office: samples.Office) -> None:
    for days in (3, 9, 5):
        settle(office, decisions.EXTEND, "U1", days)
    settle(office, decisions.EXTEND, "U2", 1)
    with office.store.reading() as connection:
        assert decisions.extensions(connection, CAMPAIGN) == {
            "U1": NOW + timedelta(days=5),
            "U2": NOW + timedelta(days=1),
        }
        assert decisions.extensions(connection, "another") == {}


def test_exempted_units_are_those_and_no_others(office: samples.Office) -> None:
    settle(office, decisions.EXEMPT, "U1")
    settle(office, decisions.EXTEND, "U2", 1)
    with office.store.reading() as connection:
        assert decisions.exempted(connection, CAMPAIGN) == {"U1"}


def test_decisions_about_a_mail_come_oldest_first_and_are_none_of_the_campaigns(office: samples.Office) -> None:
    mail_id = office.take(samples.waits_for("U1"))
    made = [settle(office, decisions.ASSIGN, code, mail_id=mail_id) for code in ("U1", "U2")]
    with office.store.reading() as connection:
        assert [decision.id for decision in decisions.of_mail(connection, mail_id)] == made
        about = decisions.of_mails(connection, [mail_id, 99])
        assert [decision.id for decision in about.pop(mail_id)] == made
        assert about == {}
        assert decisions.of_campaign(connection, CAMPAIGN) == []


def test_an_undone_decision_stays_on_record_and_counts_no_more(office: samples.Office) -> None:
    mail_id = office.take(samples.waits_for("U1"))
    settle(office, decisions.ASSIGN, "U1", mail_id=mail_id)
    with office.store.writing() as connection:
        (made,) = decisions.of_mail(connection, mail_id)
        decisions.undo(connection, made, "anh Nam", NOW + timedelta(hours=1))
        assert decisions.of_mail(connection, mail_id) == []
        row = connection.execute(tables.decisions.select()).one()
    assert (row.kind, row.by, row.undone_at) == (decisions.ASSIGN, "chị Hòa", NOW + timedelta(hours=1))


def test_a_decision_is_undone_once(office: samples.Office) -> None:
    settle(office, decisions.EXEMPT, "U1")
    with office.store.writing() as connection:
        (made,) = decisions.of_campaign(connection, CAMPAIGN)
        for hour in (1, 2):
            decisions.undo(connection, made, "anh Nam", NOW + timedelta(hours=hour))
        assert connection.execute(tables.decisions.select()).one().undone_at == NOW + timedelta(hours=1)
    assert trail(office.store) == [
        ("chị Hòa", "exempt", f"{CAMPAIGN}/U1"),
        ("anh Nam", "undo exempt", f"{CAMPAIGN}/U1"),
    ]


def trail(store: database.Database) -> list[tuple[str, str, str]]:
    with store.reading() as connection:
        return [
            (row.who, row.what, row.subject)
            for row in connection.execute(tables.trail.select().order_by(tables.trail.c.id))
        ]


def test_the_trail_grows_by_a_line_for_each_decision_and_each_note(office: samples.Office) -> None:
    mail_id = office.take(samples.waits_for("U1"))
    settle(office, decisions.ASSIGN, "U1", mail_id=mail_id)
    settle(office, decisions.EXTEND, "U2", 1)
    with office.store.writing() as connection:
        decisions.note(connection, NOW, "rollcall", "vanished before fetch", "main/INBOX/3", "detail")
    assert trail(office.store) == [
        ("chị Hòa", "assign", f"mail {mail_id}"),
        ("chị Hòa", "extend", f"{CAMPAIGN}/U2"),
        ("rollcall", "vanished before fetch", "main/INBOX/3"),
    ]


def test_no_statement_changes_or_deletes_a_line_of_the_trail(office: samples.Office) -> None:
    heard = samples.listen(office.store)
    mail_id = office.take(samples.waits_for("U1"))
    settle(office, decisions.ASSIGN, "U1", mail_id=mail_id)
    with office.store.writing() as connection:
        decisions.undo(connection, decisions.of_mail(connection, mail_id)[0], "x", NOW)
    about = [text.split()[0] for text in heard() if " trail" in text]
    assert set(about) == {"INSERT"}


def test_a_switch_is_empty_until_it_is_set_and_keeps_its_last_value(store: database.Database) -> None:
    with store.writing() as connection:
        assert decisions.switch(connection, "paused") == ""
        for value in ("yes", "", "2019-07-05"):
            decisions.set_switch(connection, "paused", value)
            assert decisions.switch(connection, "paused") == value
