"""Every figure leads back to its cell; the ledger, the values and the letters agree; a second pass changes nothing."""

import email
import json
import re
from datetime import date, datetime
from email import policy

import pytest

from forms.form import Form
from tests import databases
from tests.forms import workbooks
from tests.journeys.office import CAO_LOC, Office, form_2019, report_mail

REPORTS = [
    (CAO_LOC, "UBND huyện Cao Lộc", 11),
    ("phongldtbxhdt.binhgia@langson.example", "UBND huyện Bình Gia", 12),
    ("soyte@langson.example", "Sở Y tế", 13),
]


_PLACES = {"Bieu 01": (range(15, 83), "DE"), "Thuyet minh": (range(7, 10), "C")}


def cells_filled_in(form: Form, unit: str, seed: int) -> dict[tuple[str, str], object]:
    """Return what the sender typed below the headers, told from the layout alone (domain rules 1.2 to 1.4)."""
    filled = {}
    for sheet, cells in workbooks.content_2019(form, unit, seed).items():
        totals = {re.sub(r"\D", "", place) for place, value in cells.items() if value == "Cộng"}
        for place, value in cells.items():
            column, row = re.fullmatch(r"([A-Z]+)(\d+)", place).groups()
            rows, columns = _PLACES.get(sheet, (range(8, 1000), "BCDEFGHIJ"))
            if int(row) in rows and column in columns and row not in totals:
                filled[sheet, place] = value
    return filled


def same(given: object, exported: dict) -> bool:
    if isinstance(given, (date, datetime)):
        return exported["value"] == given.isoformat()[:10]
    # A choice may be written with its number ("3. Khác"): the raw text is kept beside what it was taken for.
    return exported["value"] == given or (exported["type"] == "select_one" and exported["raw"] == given)


def test_every_value_of_three_differently_filled_workbooks_comes_out_of_export_with_its_cell(office: Office) -> None:
    form = form_2019()
    for sender, unit, seed in REPORTS:
        office.deliver(report_mail(f"<{sender}>", "BC", f"{unit}.xlsx", workbooks.filled_2019(form, unit, seed)))
    assert office.run("poll", "--no-send", "--json").json["outcomes"]["accepted"] == 3

    exported = office.run("export", "--json").json

    codes = dict(zip(("UBND huyện Cao Lộc", "UBND huyện Bình Gia", "Sở Y tế"), ("H183", "H181", "SYT"), strict=True))
    for _, unit, seed in REPORTS:
        given = cells_filled_in(form, unit, seed)
        assert len(given) >= 250
        got = {(row["sheet"], row["cell"]): row for row in exported if row["unit"] == codes[unit]}
        assert {place: value for place, value in given.items() if place not in got} == {}
        assert {place: (value, got[place]) for place, value in given.items() if not same(value, got[place])} == {}


@pytest.fixture
def busy(office: Office) -> Office:
    """An office with a good report, one with errors, one of a stranger and an out-of-office note."""
    form = form_2019()
    for sender, unit, seed in REPORTS:
        changes = {"D42": 9_999_999} if seed == 12 else None
        workbook = workbooks.filled_2019(form, unit, seed, changes)
        office.deliver(report_mail(f"<{sender}>", "BC", f"{unit}.xlsx", workbook))
    stranger = workbooks.filled_2019(form, "UBND huyện Văn Quan", 5)
    office.deliver(report_mail("Hoa <hoa.nguyen85@mail.example>", "", "Book1.xlsx", stranger))
    office.deliver(report_mail(f"<{CAO_LOC}>", "Out of office", "a.txt", b"x", Auto_Submitted="auto-replied"))
    office.run("poll")
    return office


def test_a_second_poll_changes_nothing_no_flag_changed_and_the_audit_agrees(busy: Office) -> None:
    before = busy.run("messages", "--json").json
    letters = len(busy.sink.letters)

    again = busy.run("poll", "--json").json

    assert (again["received"], again["handled"], again["queued"], again["sent"]) == (0, 0, 0, 0)
    assert busy.run("messages", "--json").json == before
    assert len(busy.sink.letters) == letters
    assert set(busy.dovecot.flags(busy.user).values()) == {()}
    assert busy.run("audit").out.strip()


def test_reading_everything_again_gives_the_same_and_answers_nobody(busy: Office) -> None:
    letters = len(busy.sink.letters)

    assert busy.run("replay", "--json").json == []

    assert busy.run("send", "--json").json["sent"] == 0
    assert len(busy.sink.letters) == letters
    busy.run("audit")


def test_the_audit_names_a_figure_that_somebody_changed_and_a_mail_that_is_not_in_the_ledger(busy: Office) -> None:
    with databases.connect(busy.folder / "rollcall.db") as connection:
        for version_id, document in connection.execute('SELECT version_id, "values" FROM readings').fetchall():
            values = json.loads(document)
            for value in values:
                value[5] = value[5] + 1 if value[:2] == ["gifts", "quantity"] else value[5]
            connection.execute(
                'UPDATE readings SET "values" = ? WHERE version_id = ?', (json.dumps(values), version_id)
            )
    busy.deliver(report_mail("<a@b.example>", "new", "a.txt", b"x"))

    told = busy.run("audit", status=1).err

    assert "D41 gifts.quantity" in told
    assert "is not in the ledger" in told


def test_a_stranger_is_credited_when_a_person_says_so_and_his_address_is_remembered(busy: Office) -> None:
    (waiting,) = busy.run("review", "--json").json
    assert (waiting["reason"], waiting["proposal"], waiting["unit"]) == ("unknown_sender", "H184", None)
    assert "hoa.nguyen85@mail.example" not in {address for letter in busy.sink.letters for address in letter.rcpt_to}

    busy.run("review", "assign", waiting["receipt"], "H184", "--remember")

    board = {unit["code"]: unit for unit in busy.run("status", "--json", "--at", "2019-07-04").json["units"]}
    assert (board["H184"]["state"], board["H184"]["versions"]) == ("valid", 1)
    assert busy.run("send", "--json").json["sent"] == 2
    told = [letter.rcpt_to for letter in busy.sink.letters[-2:]]
    assert told == [("hoa.nguyen85@mail.example",), ("phongldtbxhdt.vanquan@langson.example",)]
    assert busy.run("audit").status == 0
    second = workbooks.filled_2019(form_2019(), "UBND huyện Văn Quan", 6)
    busy.deliver(report_mail("Hoa <hoa.nguyen85@mail.example>", "bản sửa", "Book1.xlsx", second))
    assert busy.run("poll", "--json").json["outcomes"]["accepted"] == 1
    assert busy.run("replay", "--json").json == []


def test_an_undone_assignment_holds_the_mail_again(busy: Office) -> None:
    (waiting,) = busy.run("review", "--json").json
    busy.run("review", "assign", str(waiting["id"]), "H184", "--remember")

    busy.run("review", "undo", str(waiting["id"]))

    (again,) = busy.run("review", "--json").json
    assert (again["outcome"], again["proposal"], again["reports"]) == ("held", "H184", [])


def test_a_letter_of_an_undone_assignment_does_not_go_out_and_is_owed_again_where_it_was_right(busy: Office) -> None:
    (waiting,) = busy.run("review", "--json").json
    mail = str(waiting["id"])
    sent = len(busy.sink.letters)

    slip = busy.run("review", "assign", mail, "H181")
    assert "workbook (UBND huyện Văn Quan) is of H184, not of H181." in slip.err
    assert f"rollcall review undo {mail}" in slip.err
    undone = busy.run("review", "undo", mail)
    assert "hoa.nguyen85@mail.example: it waited, and will not go." in undone.out
    assert "phongldtbxhdt.binhgia@langson.example: it waited, and will not go." in undone.out
    assert busy.run("send", "--json").json["sent"] == 0

    right = busy.run("review", "assign", mail, "H184")
    assert right.err == ""
    busy.run("review", "undo", mail)
    busy.run("review", "assign", mail, "H184")
    assert busy.run("send", "--json").json["sent"] == 2
    assert len(busy.sink.letters) == sent + 2
    assert "Văn Quan" in email.message_from_bytes(busy.sink.letters[-1].data, policy=policy.default)["Subject"]
    assert busy.run("audit").status == 0


def test_a_letter_that_has_gone_out_is_named_when_its_decision_is_undone(busy: Office) -> None:
    (waiting,) = busy.run("review", "--json").json
    busy.run("review", "assign", str(waiting["id"]), "H184")
    busy.run("send")
    told = busy.run("review", "undo", str(waiting["id"])).out
    assert "hoa.nguyen85@mail.example: it has gone and cannot be called back; tell the unit yourself." in told


def test_a_returned_version_never_replaces_an_accepted_one_and_a_correction_stays_on_time(office: Office) -> None:
    form = form_2019()
    good = workbooks.filled_2019(form, "UBND huyện Cao Lộc", 1)
    wrong = workbooks.filled_2019(form, "UBND huyện Cao Lộc", 2, {"D42": 9_999_999})
    late = workbooks.filled_2019(form, "UBND huyện Cao Lộc", 3)
    office.deliver(report_mail(f"<{CAO_LOC}>", "BC", "a.xlsx", good), datetime.fromisoformat("2019-07-02T09:05+07:00"))
    office.deliver(report_mail(f"<{CAO_LOC}>", "BC", "b.xlsx", wrong), datetime.fromisoformat("2019-07-03T09:05+07:00"))
    office.run("poll")
    first = {(row["sheet"], row["cell"]): row["value"] for row in office.run("export", "--json").json}
    assert first["Bieu 01", "D41"] == workbooks.content_2019(form, "UBND huyện Cao Lộc", 1)["Bieu 01"]["D41"]

    office.deliver(report_mail(f"<{CAO_LOC}>", "BC", "c.xlsx", late), datetime.fromisoformat("2019-07-06T09:05+07:00"))
    office.run("poll")

    board = {unit["code"]: unit for unit in office.run("status", "--json", "--at", "2019-07-07").json["units"]}
    assert (board["H183"]["state"], board["H183"]["on_time"], board["H183"]["versions"]) == ("valid", True, 3)
    third = {(row["sheet"], row["cell"]): row["value"] for row in office.run("export", "--json").json}
    assert third["Bieu 01", "D41"] == workbooks.content_2019(form, "UBND huyện Cao Lộc", 3)["Bieu 01"]["D41"]
