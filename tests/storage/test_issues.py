"""Issues of the consolidated workbook: what went in is remembered through every rebuild."""

from dataclasses import replace

from roll import reports
from storage import counted, issues
from tests.storage import samples
from tests.storage.samples import CAMPAIGN, NOW, RETURNED, hours, reading, understood, value, waits_for


def included(office: samples.Office) -> list[issues.Included]:
    with office.store.reading() as connection:
        return [
            issues.Included(report.unit, report.mail_id, report.part, report.number, report.fingerprint)
            for report in counted.current_reports(connection, CAMPAIGN)
        ]


def test_the_last_issue_before_an_instant_is_found_with_what_went_in(office: samples.Office) -> None:
    office.take(understood("U1"))
    first = included(office)
    office.take(understood("U2"))
    second = included(office)
    with office.store.writing() as connection:
        issues.record(connection, CAMPAIGN, NOW, first)
        issues.record(connection, CAMPAIGN, NOW + hours(2), second)
    with office.store.reading() as connection:
        assert issues.last_before(connection, CAMPAIGN, NOW) is None
        assert issues.last_before(connection, "another", NOW + hours(9)) is None
        early = issues.last_before(connection, CAMPAIGN, NOW + hours(2))
        late = issues.last_before(connection, CAMPAIGN, NOW + hours(3))
    assert early == issues.Issue(NOW, {"U1": first[0]})
    assert late == issues.Issue(NOW + hours(2), {"U1": second[0], "U2": second[1]})


def test_an_issue_written_again_as_of_the_same_instant_is_one_issue(office: samples.Office) -> None:
    office.take(understood("U1"))
    with office.store.writing() as connection:
        issues.record(connection, CAMPAIGN, NOW, included(office))
        issues.record(connection, CAMPAIGN, NOW, [])
    with office.store.reading() as connection:
        assert issues.last_before(connection, CAMPAIGN, NOW + hours(1)) == issues.Issue(NOW, {})


def test_what_an_issue_held_is_found_after_its_mail_was_read_again(office: samples.Office) -> None:
    mail_id = office.take(understood("U1"))
    (was,) = included(office)
    office.handle(mail_id, understood("U1"), settled_at=NOW)
    with office.store.reading() as connection:
        found = issues.read_as(connection, CAMPAIGN, [was.place, (999, 0)])
    assert found == {was.place: issues.Standing(was.fingerprint, (value(),))}


def test_a_file_that_reads_differently_since_shows_by_its_fingerprint(office: samples.Office) -> None:
    mail_id = office.take(understood("U1"))
    (was,) = included(office)
    anew = replace(reading(samples.VERDICTS[samples.ACCEPTED]), fingerprint="e" * 64)
    office.handle(mail_id, understood("U1"), settled_at=NOW, read=samples.contents(anew))
    with office.store.reading() as connection:
        assert issues.read_as(connection, CAMPAIGN, [was.place])[was.place].fingerprint != was.fingerprint


def test_what_counted_at_an_earlier_instant_is_found(office: samples.Office) -> None:
    early = office.take(understood("U1"), NOW)
    late = office.take(understood("U1"), NOW + hours(5))
    with office.store.reading() as connection:
        now = [report.mail_id for report in counted.current_reports(connection, CAMPAIGN)]
        then = [report.mail_id for report in counted.current_reports(connection, CAMPAIGN, NOW + hours(1))]
        before = list(counted.current_reports(connection, CAMPAIGN, NOW - hours(1)))
    assert (now, then, before) == ([late], [early], [])


def test_what_does_not_count_is_told_by_unit_once_with_its_reason(office: samples.Office) -> None:
    returned = office.take(understood("U1", outcome=RETURNED, candidates=("U1",)))
    held = office.take(waits_for("U1", "U2"), NOW + hours(1))
    office.take(understood("U3"))
    with office.store.reading() as connection:
        found = counted.not_counted(connection, office.campaign, NOW + hours(2))
        earlier = counted.not_counted(connection, office.campaign, NOW)
    assert {unit: [each.mail_id for each in mails] for unit, mails in found.items()} == {
        "U1": [returned, held], "U2": [held],
    }  # fmt: skip
    assert [each.reason for each in found["U1"]] == ["r", "unknown_sender"]
    assert [each.mail_id for each in earlier["U1"]] == [returned]


def test_warnings_are_found_by_version(office: samples.Office) -> None:
    asked = reading(samples.VERDICTS[samples.ACCEPTED], problems=(problem("warning"), problem("notice")))
    office.take(understood("U1"), read=samples.contents(asked))
    (version,) = office.versions()
    with office.store.reading() as connection:
        assert counted.problems_of(connection, [version.id]) == {version.id: [problem("warning")]}
        assert counted.problems_of(connection, []) == {}


def problem(severity: str) -> reports.Problem:
    return reports.Problem(reports.Severity(severity), "C34", "Bieu 01", "E9", "Quà", "1", "2", "đề nghị xác nhận")
