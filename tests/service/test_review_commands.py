"""What waits and what a person settles, at the terminal: letters go, the board changes, a replay gives the same."""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests import databases
from tests.forms import workbooks
from tests.intake import mails
from tests.journeys.office import CAO_LOC, JULY_3, VIETNAM, Office, form_2019, report_mail

STRANGER = "hoa.caoloc@mail.example"
STAFF = "phong.tebdg@so.example"
CHI_LANG = "phongldtbxhdt.chilang@langson.example"
AT = ("--at", "2019-07-06T09:00")


def workbook(seed: int = 1, changes: dict[str, Any] | None = None, unit: str = "UBND huyện Cao Lộc") -> bytes:
    return workbooks.filled_2019(form_2019(), unit, seed, changes)


def report(seed: int = 1, sender: str = CAO_LOC, changes: dict[str, Any] | None = None, **options: Any) -> bytes:
    options.setdefault("Message_ID", f"<r{seed}.{sender}>")
    return report_mail(f"<{sender}>", "BC", "a.xlsx", workbook(seed, changes, **options.pop("named", {})), **options)


def question(number: int = 1, text: str = "Mục 5.4 tính thế nào ạ?", sender: str = CAO_LOC) -> bytes:
    return mails.mail(f"<{sender}>", "Hỏi", text, Message_ID=f"<q{number}@u.example>")


def deliver(office: Office, *raws: bytes, received_at: datetime = JULY_3) -> None:
    for number, raw in enumerate(raws):
        office.deliver(raw, received_at + timedelta(minutes=number))
    office.run("poll", "--no-send")


def row(office: Office, mail: int = 1) -> dict[str, Any]:
    (found,) = office.run("messages", str(mail), "--json").json
    assert isinstance(found, dict)
    return found


def ends(office: Office, mail: int = 1) -> tuple[str, str]:
    told = row(office, mail)
    return told["outcome"], told["reason"]


def state(office: Office, code: str = "H183") -> str:
    board = office.run("status", "--json", *AT).json
    return next(str(unit["state"]) for unit in board["units"] if unit["code"] == code)


def queued(office: Office) -> list[tuple[str, str]]:
    return [(each["kind"], each["to"]) for each in office.run("letters", "--json").json if each["state"] == "queued"]


def derived(office: Office) -> list[Sequence[Any]]:
    """Return everything that is derived from mails and decisions, but when it was."""
    queries = (
        "select id, outcome, reason, detail, unit, proposal, campaign, signed_copy, evidence from mails order by id",
        "select * from candidates order by mail_id, unit",
        "select mail_id, part, unit, number, current, verdict, outcome, reason, settled_at from versions order by 1, 2",
        "select m.mail_id, r.ruled_at, r.before from rulings r join versions m on m.id = r.version_id order by 1",
        "select key, state from letters order by id",
    )
    with closing(databases.connect(office.folder / "rollcall.db")) as connection:
        return [each for query in queries for each in connection.execute(query).fetchall()]


def replay_changes_nothing(office: Office) -> None:
    before = derived(office)
    assert office.run("replay", "--json", "--answer").json == []
    assert derived(office) == before
    office.run("audit")


# The list


def test_what_waits_is_listed_proposal_first_with_what_to_type(office: Office) -> None:
    deliver(office, question(), report(2, STRANGER))

    lines = office.run("review").out.splitlines()

    assert "Để xử lý, gõ" in lines[0]
    assert lines[1].endswith("rollcall review assign TN-2019-0002 H183 --remember")
    assert lines[2].endswith("rollcall review dismiss TN-2019-0001")
    assert [each["id"] for each in office.run("review", "--json").json] == [2, 1]


def test_one_mail_is_shown_with_its_evidence_and_the_letter_that_would_go_and_nothing_is_done(office: Office) -> None:
    deliver(office, report(1, STRANGER))
    before = derived(office)

    shown = office.run("review", "1").out

    assert "rollcall review assign TN-2019-0001 H183 --remember" in shown
    assert f"acknowledgement -> {STRANGER}: [Đã tiếp nhận]" in shown
    assert "Kính gửi: UBND huyện Cao Lộc" in shown
    assert derived(office) == before


# Accept


def test_a_report_with_errors_is_accepted_as_it_stands(office: Office) -> None:
    deliver(office, report(1, changes={"D42": "mười lăm??"}))
    assert (ends(office), state(office)) == (("returned", "errors"), "needs_fix")

    told = office.run("review", "accept", "1", "--note", "đã gọi điện").out

    assert told == "1: đã tiếp nhận - cán bộ đã tiếp nhận báo cáo như đã gửi. Letters queued: 1.\n"
    assert (ends(office), state(office)) == (("accepted", "accepted_by_person"), "valid")
    assert queued(office) == [("acknowledgement", CAO_LOC)]
    assert row(office)["reports"][0]["verdict"] == "valid"
    replay_changes_nothing(office)
    (letter,) = [each["id"] for each in office.run("letters", "--json").json if each["state"] == "queued"]
    assert "cán bộ phụ trách đã xem và tiếp nhận báo cáo" in office.run("letters", str(letter)).out


def test_a_report_that_came_after_the_close_is_accepted_into_it(office: Office) -> None:
    deliver(office, report(), received_at=datetime(2019, 7, 12, 9, tzinfo=VIETNAM))
    assert ends(office) == ("held", "after_close")

    office.run("review", "accept", "TN-2019-0001")

    assert ends(office) == ("accepted", "accepted_by_person")
    replay_changes_nothing(office)


def test_a_nil_report_is_accepted_and_the_unit_stands_as_nil(office: Office) -> None:
    deliver(office, question(text="Đơn vị không phát sinh hoạt động nào ạ."))
    assert (ends(office), state(office)) == (("held", "nil_report"), "held")

    office.run("review", "accept", "1")

    assert (ends(office), state(office)) == (("accepted", "nil"), "nil")
    assert ("receipt", CAO_LOC) in queued(office)
    board = office.run("status", "--json", *AT).json["totals"]
    assert (board["nil"], board["received"], board["held"]) == (1, 1, 0)
    replay_changes_nothing(office)


def test_a_confirmation_is_accepted_and_the_report_that_it_means_counts_as_valid_until_it_is_undone(
    office: Office,
) -> None:
    warned = {"D45": "khoảng 200"}
    deliver(office, report(1, changes=warned), question(text="Số liệu trong báo cáo là đúng, đề nghị Sở tổng hợp ạ."))
    if ends(office) != ("accepted", "warnings"):
        pytest.fail(f"the sample is to have warnings only: {ends(office)}")
    assert (ends(office, 2), state(office)) == (("held", "confirmation"), "needs_confirm")

    office.run("review", "accept", "2")

    assert (ends(office, 2), state(office)) == (("accepted", "confirmed"), "valid")
    assert ends(office) == ("accepted", "warnings"), "the report is what it was, and counts as confirmed"
    assert sorted(kind for kind, _ in queued(office)) == ["confirm", "receipt"], "the report's letter is as it was"
    replay_changes_nothing(office)

    office.run("review", "undo", "2")

    assert (ends(office, 2), state(office)) == (("held", "confirmation"), "needs_confirm")
    replay_changes_nothing(office)


def test_what_cannot_be_accepted_is_refused_with_a_sentence_and_leaves_no_trace(office: Office) -> None:
    deliver(office, report(1, STRANGER), question(2), report(3, CHI_LANG, named={"unit": "UBND huyện Chi Lăng"}))

    assert "has no unit yet; say first whose it is" in office.run("review", "accept", "1", status=2).err
    assert "There is no report in 2" in office.run("review", "accept", "2", status=2).err
    assert "counts already" in office.run("review", "accept", "3", status=2).err
    assert "say what the unit is to do" in office.run("review", "return", "3", status=2).err
    assert "counts already" in office.run("review", "dismiss", "3", status=2).err
    assert "There is no mail" in office.run("review", "dismiss", "9", status=2).err
    assert "at most 300 characters" in office.run("review", "dismiss", "2", "--note", "x" * 301, status=2).err
    with closing(databases.connect(office.folder / "rollcall.db")) as connection:
        assert connection.execute("select count(*) from decisions").fetchone() == (0,)


# Return


def test_an_accepted_report_is_returned_with_the_officers_words_in_the_letter_each_time_anew(office: Office) -> None:
    deliver(office, report())
    office.run("send")

    office.run("review", "return", "1", "--note", "Thiếu số liệu của xã Hợp Thành")

    assert (ends(office), state(office)) == (("returned", "returned_by_person"), "needs_fix")
    assert queued(office) == [("return", CAO_LOC)]
    replay_changes_nothing(office)
    shown = office.run("letters", "2").out
    assert "Ý kiến của cán bộ: Thiếu số liệu của xã Hợp Thành" in shown
    assert "(0 nội dung)" not in shown
    office.run("send")
    office.run("review", "return", "1", "--note", "Vẫn thiếu")
    assert queued(office) == [("return", CAO_LOC)]


def test_a_returned_report_leaves_an_earlier_accepted_one_standing(office: Office) -> None:
    deliver(office, report(1), report(2))
    assert row(office, 2)["version"] == 2

    office.run("review", "return", "2", "--note", "Bản này sai đơn vị tính")

    assert state(office) == "valid"
    exported = office.run("export", "--format", "json").json
    assert {each["message"] for each in exported} == {1}
    replay_changes_nothing(office)


def test_what_later_mails_saw_stays_what_they_saw_when_an_earlier_one_is_ruled_on(office: Office) -> None:
    wrong = {"D42": "mười lăm??"}
    deliver(office, report(1, changes=wrong), report(2), report(1, changes=wrong, Message_ID="<again@u.example>"))
    assert [ends(office, each)[0] for each in (1, 2, 3)] == ["returned", "accepted", "duplicate"]

    office.run("review", "accept", "1")

    replay_changes_nothing(office)
    assert ends(office, 3)[0] == "duplicate"


def test_a_mail_without_a_readable_report_is_returned_with_the_note_alone(office: Office) -> None:
    deliver(office, question(text="Mục 5.1 sửa 320 thành 230 giúp em."))
    assert ends(office) == ("held", "correction_in_prose")

    office.run("review", "return", "1", "--note", "Đề nghị gửi lại tệp đã sửa")

    assert (ends(office), state(office)) == (("returned", "returned_by_person"), "needs_fix")
    letters = [each["id"] for each in office.run("letters", "--json").json if each["state"] == "queued"]
    assert "Đề nghị gửi lại tệp đã sửa" in office.run("letters", str(letters[-1])).out
    replay_changes_nothing(office)


# Dismiss and undo


def test_a_dismissed_question_holds_its_unit_no_more_and_is_undone(office: Office) -> None:
    deliver(office, question())
    office.run("send")
    assert state(office) == "held"

    office.run("review", "dismiss", "1", "--note", "đã trả lời qua điện thoại")

    assert (ends(office), state(office), queued(office)) == (("noted", "dismissed"), "missing", [])
    assert office.run("review", "--json").json == []
    due = office.run("remind", "--dry-run", "--json", "--at", "2019-07-04T08:00").json
    assert "H183" in {each["unit"] for each in due}
    replay_changes_nothing(office)

    office.run("review", "undo", "1", "--note", "nhầm thư")

    assert (ends(office), state(office)) == (("held", "question"), "held")
    replay_changes_nothing(office)


def test_undoing_goes_backwards_and_later_mails_of_the_unit_are_understood_again(office: Office) -> None:
    deliver(office, report(1))
    office.run("review", "return", "1", "--note", "Gửi lại")
    deliver(office, report(1, Message_ID="<again@u.example>"))
    office.run("review", "accept", "1")
    assert ends(office) == ("accepted", "accepted_by_person")

    office.run("review", "undo", "1")
    assert ends(office) == ("returned", "returned_by_person")
    office.run("review", "undo", "1")

    assert (ends(office), ends(office, 2)) == (("accepted", "valid"), ("duplicate", "same_values"))
    replay_changes_nothing(office)
    assert "no decision about 1 to undo" in office.run("review", "undo", "1", status=2).err


# Assign


def test_an_address_is_forgotten_only_when_no_decision_teaches_it_any_more(office: Office) -> None:
    deliver(office, report(1, STRANGER), report(2, STRANGER), report(3, STRANGER))
    office.run("review", "assign", "1", "H183", "--remember")
    office.run("review", "assign", "2", "H183", "--remember")
    office.run("review", "assign", "3", "H183")

    office.run("review", "undo", "3")
    office.run("review", "undo", "1")
    assert STRANGER in office.run("units", "list").out
    office.run("review", "undo", "2")

    assert STRANGER not in office.run("units", "list").out


def test_an_address_that_was_remembered_needs_no_person_any_more(office: Office) -> None:
    waiting_too = report(2, STRANGER)
    deliver(office, report(1, STRANGER), waiting_too)
    office.run("review", "assign", "1", "H183", "--remember")
    assert ends(office, 2) == ("accepted", "valid"), "what waited from there needs no decision of its own"
    deliver(office, report(3, STRANGER), received_at=JULY_3 + timedelta(hours=1))
    assert ends(office, 3) == ("accepted", "valid")
    replay_changes_nothing(office)

    office.run("review", "undo", "1")

    assert [ends(office, each)[0] for each in (1, 2, 3)] == ["held"] * 3
    replay_changes_nothing(office)


def test_everything_proposed_is_assigned_at_once_but_for_what_is_contradicted_or_thin(office: Office) -> None:
    unnamed = report_mail("<nam@mail.example>", "BC Cao Loc", "BC Cao Loc.xlsx", workbook(4, unit=""))
    contradicted = report(3, CHI_LANG)
    deliver(office, report(1, STRANGER), report(2, "lan@mail.example"), contradicted, unnamed)
    assert "add --yes" in office.run("review", "assign", "--proposed", status=2).err

    told = office.run("review", "assign", "--proposed", "--remember", "--yes").out

    assert told.splitlines()[-1] == "2 mails assigned. Letters queued: 4."
    assert [ends(office, each)[0] for each in (1, 2, 3, 4)] == ["accepted", "accepted", "held", "held"]
    with closing(databases.connect(office.folder / "rollcall.db")) as connection:
        made = connection.execute("select kind, mail_id, unit from decisions order by id").fetchall()
        taught = connection.execute("select address, valid_from from lessons order by 1").fetchall()
    assert made == [("assign", 1, "H183"), ("assign", 2, "H183")]
    assert taught == [(STRANGER, "2019-07-03"), ("lan@mail.example", "2019-07-03")]
    replay_changes_nothing(office)
    assert office.run("review", "assign", "--proposed", "--yes", "--json").json["handled"] == 0


def test_who_would_replace_an_accepted_report_is_shown_and_not_assigned_with_all_others(office: Office) -> None:
    deliver(office, report(1), report(2, sender=STRANGER))
    receipt = row(office, 1)["receipt"]

    shown = office.run("review", "2").out
    assert f"Sẽ thay bản đã tiếp nhận {receipt} ({CAO_LOC}, " in shown
    assert office.run("review", "assign", "--proposed", "--yes", "--json").json["handled"] == 0
    office.run("review", "assign", "2", "H183")
    assert ends(office, 2) == ("accepted", "valid")


def test_the_words_of_a_mail_are_shown_where_one_decides_about_it(office: Office) -> None:
    text = "mục 5.2 sửa thành 105 giúp chị\n" + "\n".join(f"dòng {number}" for number in range(20))
    deliver(office, report(1), question(text=text))
    for command in ("review", "messages"):
        shown = office.run(command, "2").out
        assert "Nội dung thư:\n  | mục 5.2 sửa thành 105 giúp chị\n  | dòng 0\n" in shown
        assert "  | ... (+ 11)" in shown


def test_undoing_tells_of_the_decision_s_own_letters_alone(office: Office) -> None:
    deliver(office, report(1, sender=STRANGER))
    office.run("review", "assign", "1", "H183")
    told = office.run("review", "undo", "1").out
    assert "1: the last decision is undone: chờ cán bộ xử lý" in told
    assert told.count("it waited, and will not go") == told.count("Letter ") == 2

    office.run("review", "assign", "1", "H183")
    office.run("send")
    assert "it has gone and cannot be called back; tell the unit yourself" in office.run("review", "undo", "1").out

    deliver(office, question())
    office.run("review", "dismiss", "2")
    assert "Letter " not in office.run("review", "undo", "2").out


def test_what_a_decision_does_beside_the_mail_is_told(office: Office) -> None:
    deliver(office, report(1, sender=CHI_LANG, named={"unit": "UBND huyện Cao Lộc"}))
    told = office.run("review", "assign", "1", "H183", "--remember").err
    assert f"{CHI_LANG} is registered for H187 too; from now on what each mail says decides whose it is." in told

    program = mails.mail("<x@la.example>", "BC", "", attachments=[("BC.exe", b"MZ" + bytes(300))])
    deliver(office, program)
    assert ends(office, 2)[0] == "quarantined"
    told = office.run("review", "assign", "2", "H185").err
    assert "The mail stays set aside, and H185 counts as waiting: it is not reminded until somebody settles it" in told


@pytest.mark.parametrize("sender", [STAFF, "Ptelangson@so.example"])
def test_an_address_of_the_office_is_taught_to_no_unit(office: Office, sender: str) -> None:
    deliver(office, report(1, sender))
    before = derived(office)

    refused = office.run("review", "assign", "1", "H183", "--remember", status=2).err

    assert f"TN-2019-0001 came from {sender}, an address of this office" in refused
    assert "without --remember" in refused
    assert derived(office) == before
    assert "TN-2019-0001 -> H183" in office.run("review", "assign", "TN-2019-0001", "H183").out


def test_of_what_is_proposed_the_offices_own_addresses_are_not_taught(office: Office) -> None:
    deliver(office, report(1, STAFF), report(2, STRANGER))
    office.run("review", "assign", "--proposed", "--remember", "--yes")
    with closing(databases.connect(office.folder / "rollcall.db")) as connection:
        taught = connection.execute("select address from lessons").fetchall()
    assert [address for (address,) in taught] == [STRANGER]
