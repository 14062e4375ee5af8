"""Whose a mail is, from the mailbox to the screen: what a person is asked, what he is told, what is remembered."""

import email
import email.policy

from tests.forms import workbooks
from tests.intake import mails
from tests.journeys.office import Office, form_2019

STRANGER = "hoa.nguyen85@mail.example"
REPORT = workbooks.filled_2019(form_2019(), "", 1)


def held(office: Office) -> dict[str, dict]:
    return {row["subject"]: row for row in office.run("review", "--json").json}


def test_an_answer_to_our_reminder_and_a_second_mail_of_the_same_stranger_are_proposed_and_never_credited(
    office: Office,
) -> None:
    office.run("remind", "--at", "2019-07-03T08:00")
    to_cao_loc = next(letter for letter in office.sink.letters if "caoloc" in letter.rcpt_to[0])
    reminder = email.message_from_bytes(to_cao_loc.data, policy=email.policy.default)["Message-ID"]
    answer = mails.mail(f"Hoa <{STRANGER}>", "Re: nhắc", "Em gửi ạ.", [("Book1.xlsx", REPORT)], in_reply_to=reminder)
    office.deliver(answer)
    office.run("poll")

    waiting = held(office)["Re: nhắc"]
    assert (waiting["reason"], waiting["proposal"], waiting["unit"]) == ("unknown_sender", "H183", None)
    told = office.run("review", waiting["receipt"]).out
    assert "Thư này trả lời thư mà cơ quan đã gửi cho UBND huyện Cao Lộc. (+50)" in told
    assert "Đề xuất UBND huyện Cao Lộc (50 điểm)." in told
    board = {unit["code"]: unit["state"] for unit in office.run("status", "--json", "--at", "2019-07-04").json["units"]}
    assert board["H183"] == "held"
    assert list(board.values()).count("held") == 1

    office.run("review", "assign", waiting["receipt"], "H183")
    second = workbooks.filled_2019(form_2019(), "", 2)
    office.deliver(mails.mail(f"Hoa <{STRANGER}>", "bản sửa", "Em gửi lại ạ.", [("Book2.xlsx", second)]))
    office.run("poll")

    again = held(office)["bản sửa"]
    assert (again["outcome"], again["proposal"], again["reports"]) == ("held", "H183", [])
    (full,) = office.run("messages", again["receipt"], "--json").json
    assert full["ranking"] == [{"unit": "H183", "points": 6}]
    assert full["runner_up"] is None
    assert any(waiting["receipt"] in sentence for sentence in full["explanation"])
    assert office.run("replay", "--json").json == []
    assert office.run("audit").status == 0
