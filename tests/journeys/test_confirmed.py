"""A report with warnings, its letter, and the unit's answer in words: on real servers, and understood again later."""

import email

from tests import databases
from tests.forms import workbooks
from tests.intake import mails
from tests.journeys.office import CAO_LOC, JULY_3, Office, form_2019, report_mail
from tests.journeys.test_marked_copy import WARNINGS

JULY_4 = JULY_3.replace(day=4)


def state(office: Office) -> str:
    units = office.run("status", "--json", "--at", "2019-07-08").json["units"]
    (unit,) = [unit for unit in units if unit["code"] == "H183"]
    assert unit["on_time"] is True
    return str(unit["state"])


def derived(office: Office) -> list[tuple]:
    with databases.connect(office.folder / "rollcall.db") as connection:
        rows = connection.execute("SELECT * FROM confirmations ORDER BY mail_id").fetchall()
        rows += connection.execute("SELECT mail_id, part, current, verdict FROM versions ORDER BY mail_id").fetchall()
        columns = "id, outcome, reason, detail, unit, campaign"
        return rows + connection.execute(f"SELECT {columns} FROM mails ORDER BY id").fetchall()


def test_a_confirmation_makes_the_report_valid_and_every_reading_again_gives_the_same(office: Office) -> None:
    assert office.sink is not None
    workbook = workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1, WARNINGS)
    office.deliver(report_mail(f"Cao Loc <{CAO_LOC}>", "BC", "BC.xlsx", workbook))
    office.run("poll")
    assert state(office) == "needs_confirm"
    asked = email.message_from_bytes(office.sink.letters[-1].data)

    quoted = "\n\nVào Th 4, 3 thg 7, 2019 vào lúc 15:30 Phòng TEBĐG <ptelangson@so.example> đã viết:\n> mục 5.2: 305\n"
    answer = mails.mail(
        f"Cao Loc <{CAO_LOC}>",
        "Re: BC",
        f"ok ạ{quoted}",
        Message_ID="<2@unit.example>",
        In_Reply_To=str(asked["Message-ID"]),
        References=f"<20190704152000.1@unit.example> {asked['Message-ID']}",
    )
    office.deliver(answer, JULY_4.replace(hour=23))
    assert office.run("poll", "--json").json["outcomes"]["accepted"] == 1

    report, confirming = office.run("messages", "--json").json
    assert (confirming["outcome"], confirming["reason"], confirming["unit"]) == ("accepted", "confirmed", "H183")
    assert (confirming["reports"], report["reports"][0]["verdict"]) == ([], "needs_confirm")
    assert state(office) == "valid"
    assert {row["unit"] for row in office.run("export", "--json").json} == {"H183"}
    assert "warnings" not in office.run("consolidate", "-o", "tong-hop.xlsx").err
    told = email.message_from_bytes(office.sink.letters[-1].data)
    assert told["In-Reply-To"] == "<2@unit.example>"
    body = told.get_payload(0)
    assert report["receipt"] in body.get_payload(decode=True).decode()  # type: ignore[union-attr]

    before = derived(office)
    for again in ([str(confirming["id"])], [str(report["id"])], []):
        office.run("replay", *again)
        assert derived(office) == before
    assert office.run("audit").status == 0
