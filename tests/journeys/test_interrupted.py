"""A pass that is interrupted: what came is in the ledger, nobody is said to be missing, and the next pass goes on."""

from datetime import datetime

import pytest

from service import assemble, config, fetching, jobs, reminding, rereading, situation
from service.tally import Tally
from storage import inbox, outbox
from tests.forms import workbooks
from tests.intake import mails
from tests.journeys.office import CAMPAIGN, CAO_LOC, JULY_3, VIETNAM, Office, form_2019, report_mail

BEFORE_THE_DEADLINE = datetime(2019, 7, 4, 9, tzinfo=VIETNAM)


@pytest.fixture
def reported(office: Office) -> Office:
    """An office to which Cao Lộc has sent its report; nothing is fetched yet."""
    workbook = workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1)
    office.deliver(report_mail(f"<{CAO_LOC}>", "BC", "BC.xlsx", workbook))
    return office


def opened(office: Office, at: datetime = BEFORE_THE_DEADLINE) -> assemble.Rollcall:
    return assemble.open_rollcall(config.load(office.folder / "config.toml", {}), assemble.fixed_clock(at))


def waiting(rollcall: assemble.Rollcall) -> int:
    with rollcall.store.reading() as connection:
        return len(inbox.waiting(connection))


def test_a_pass_that_is_told_to_stop_is_not_complete_and_reminds_nobody(reported: Office) -> None:
    rollcall = opened(reported)
    rollcall.is_stopping = lambda: waiting(rollcall) > 0
    tally = Tally()

    ids, _ = reminding.run(situation.load(rollcall), [CAMPAIGN.name], BEFORE_THE_DEADLINE, tally)

    assert (ids, tally.complete, waiting(rollcall)) == ([], False, 1)
    with rollcall.store.reading() as connection:
        assert outbox.rows(connection) == []

    rollcall.is_stopping = assemble.never
    done = Tally()
    assert jobs.complete_pass(rollcall, done)
    assert (done.received, done.outcomes["accepted"], waiting(rollcall)) == (0, 1, 0)


def test_a_broken_template_costs_none_of_many_mails(office: Office) -> None:
    folder = office.folder / "campaigns" / CAMPAIGN.name / "templates"
    folder.mkdir()
    (folder / "receipt-question.j2").write_text("{{ no_such_name }}\n\n", "utf-8")
    questions = [
        (mails.mail(f"<{CAO_LOC}>", f"Xin hỏi {number}", f"Cho em hỏi mục {number} ghi thế nào ạ?"), JULY_3)
        for number in range(200)
    ]
    office.dovecot.append_many(office.user, questions)

    told = office.run("poll", "--no-send", status=1).err

    assert "templates/receipt-question.j2" in told
    rows = office.run("messages", "--json").json
    assert [row["outcome"] for row in rows] == ["held"] * 200

    (folder / "receipt-question.j2").unlink()
    again = office.run("poll", "--no-send", "--json").json
    assert (again["received"], again["queued"]) == (0, 0)


def test_reading_again_leaves_a_mail_alone_that_was_never_handled_so_that_it_is_answered(reported: Office) -> None:
    rollcall = opened(reported)
    taken = Tally()
    with rollcall.store.alone(fetching.INTAKE):
        fetching.take_in(rollcall, taken)
    assert taken.received == 1

    assert rereading.reread(rollcall, None, rereading.How(writes=True, answers=False), Tally()) == []

    done = Tally()
    jobs.complete_pass(rollcall, done)
    assert (done.outcomes["accepted"], done.queued) == (1, 1)
