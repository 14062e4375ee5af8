"""Letters that come back, and units that hear of reports in their name: with real servers and the command line."""

import email
import email.policy
import io
from datetime import timedelta
from email.message import EmailMessage

import openpyxl

from tests.forms import workbooks
from tests.intake import mails
from tests.journeys.office import CAO_LOC, JULY_3, Office, form_2019, report_mail

STRANGER = "hoa.nguyen85@mail.example"
DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.langson.example>"


def good_report(seed: int = 1) -> bytes:
    return workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", seed)


def other_form() -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (("DANH SÁCH CÁN BỘ",), ("STT", "Họ và tên", "Chức vụ"), (1, "Hoàng Thị A", "Chuyên viên")):
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def sent(office: Office) -> list[EmailMessage]:
    assert office.sink is not None
    return [email.message_from_bytes(each.data, policy=email.policy.default) for each in office.sink.letters]  # type: ignore[misc]


def bounce_of(letter: EmailMessage, number: int = 1) -> bytes:
    """Return what a mail server writes when the letter's address is gone."""
    status = (
        f"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; {letter['To']}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    )
    returned = f"From: {letter['From']}\r\nTo: {letter['To']}\r\nMessage-ID: {letter['Message-ID']}\r\n"
    parts = [
        mails.part("text/plain", b"This is the mail system at host mx.langson.example."),
        b"Content-Type: message/delivery-status\r\n\r\n" + status.encode(),
        b"Content-Type: text/rfc822-headers\r\n\r\n" + returned.encode(),
    ]
    head = mails.head(
        DAEMON, "Undelivered Mail Returned to Sender", Return_Path="<>", Message_ID=f"<bounce{number}@mx.example>"
    )
    return head + mails.multipart(parts).replace(
        b"multipart/mixed", b"multipart/report; report-type=delivery-status", 1
    )


def test_a_letter_that_comes_back_is_told_with_its_unit_and_changes_nothing_else(office: Office) -> None:
    office.deliver(report_mail(f"<{CAO_LOC}>", "BC", "a.xlsx", good_report()))
    office.run("poll")
    (letter,) = sent(office)
    before = office.run("status", "--json", "--at", "2019-07-04").json
    office.deliver(bounce_of(letter), JULY_3 + timedelta(minutes=5))

    done = office.run("poll", "--json").json

    assert (done["outcomes"]["noted"], done["queued"]) == (1, 0)
    bounce = office.run("messages", "--json").json[-1]
    assert (bounce["outcome"], bounce["reason"], bounce["unit"], bounce["answers"]) == ("noted", "bounce", "H183", [])
    (whole,) = office.run("messages", bounce["receipt"], "--json").json
    assert whole["detail"] == CAO_LOC
    told = {piece["source"]: (piece["text"], piece["units"]) for piece in whole["evidence"]}
    number = office.run("letters", "--json").json[0]["id"]
    assert told["failed address"] == (CAO_LOC, ["H183"])
    assert told["letter sent back"] == (f"{number} (acknowledgement) {CAO_LOC}", ["H183"])
    assert CAO_LOC in office.run("messages", bounce["receipt"]).out
    assert office.run("status", "--json", "--at", "2019-07-04").json == before
    office.run("digest", "--at", "2019-07-04T07:30")
    body = sent(office)[-1].get_body(("plain",))
    assert body is not None
    assert f"{CAO_LOC} ({bounce['receipt']}): thư gửi tới huyện Cao Lộc" in body.get_content()
    assert office.run("replay", "--json").json == []
    office.run("audit")


def test_our_own_letter_that_some_program_sends_back_is_ours_whoever_sends_it(office: Office) -> None:
    office.deliver(report_mail(f"<{CAO_LOC}>", "BC", "a.xlsx", good_report()))
    office.run("poll")
    assert office.sink is not None
    own = office.sink.letters[0].data
    from_elsewhere = b"From: <forwarder@unit.example>\r\n" + own[own.index(b"\r\nTo: ") + 2 :]
    office.deliver(from_elsewhere, JULY_3 + timedelta(minutes=5))
    without_loop = from_elsewhere.replace(b"X-Loop: ", b"X-Else: ")
    office.deliver(without_loop, JULY_3 + timedelta(minutes=6))

    office.run("poll")

    assert [message["reason"] for message in office.run("messages", "--json").json] == [
        "valid",
        "ourselves",
        "ourselves",
    ]
    assert len(office.sink.letters) == 1


def test_the_registered_contact_hears_once_of_a_report_from_elsewhere_and_its_objection_waits_for_a_person(
    office: Office,
) -> None:
    office.deliver(report_mail(f"<{STRANGER}>", "BC Cao Lộc", "a.xlsx", good_report()))
    office.run("poll")
    assert sent(office) == []
    (held,) = office.run("messages", "--json").json

    office.run("review", "assign", held["receipt"], "H183", "--remember")
    office.run("send")

    letters = {str(letter["To"]): letter for letter in sent(office)}
    assert set(letters) == {STRANGER, CAO_LOC}
    notice = letters[CAO_LOC]
    assert notice["Auto-Submitted"] == "auto-generated"
    assert notice["In-Reply-To"] is None
    text = notice.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert STRANGER in text
    assert "a.xlsx" in text
    assert "Một số số liệu chính" not in text
    assert [row["kind"] for row in office.run("letters", "--json").json] == ["acknowledgement", "credited"]
    office.run("replay", held["receipt"], "--answer")
    assert office.run("send", "--json").json["sent"] == 0

    objection = mails.mail(
        f"<{CAO_LOC}>", f"Re: {notice['Subject']}", "Đơn vị chúng tôi chưa gửi báo cáo nào.",
        In_Reply_To=str(notice["Message-ID"]), Message_ID="<o1@langson.example>",
    )  # fmt: skip
    office.deliver(objection, JULY_3 + timedelta(hours=1))
    office.run("poll")
    last = office.run("messages", "--json").json[-1]
    assert (last["outcome"], last["reason"], last["unit"]) == ("held", "report_disputed", "H183")
    office.run("audit")


def test_a_learned_address_is_answered_and_the_contact_hears_though_the_mail_says_that_it_has_a_copy(
    office: Office,
) -> None:
    office.deliver(report_mail(f"<{STRANGER}>", "BC Cao Lộc", "a.xlsx", good_report()))
    office.run("poll")
    office.run("review", "assign", office.run("messages", "--json").json[0]["receipt"], "H183", "--remember")
    second = report_mail(f"<{STRANGER}>", "BC", "b.xlsx", good_report(2), Message_ID="<2@mail.example>")
    copied = report_mail(f"<{STRANGER}>", "BC", "c.xlsx", good_report(3), Message_ID="<3@mail.example>", Cc=CAO_LOC)
    office.deliver(second, JULY_3 + timedelta(hours=1))
    office.deliver(copied, JULY_3 + timedelta(hours=2))

    office.run("poll")

    answers = [
        [(given["kind"], given["to"]) for given in message["answers"]]
        for message in office.run("messages", "--json").json
    ]
    both = [("acknowledgement", STRANGER), ("credited", CAO_LOC)]
    # Whom a sender without proof writes beside us has not been told by that.
    assert answers == [both, both, both]


def test_the_contact_is_not_told_that_a_report_came_where_the_file_is_another_form(office: Office) -> None:
    office.deliver(report_mail(f"<{STRANGER}>", "BC Cao Lộc", "a.xlsx", other_form()))
    office.run("poll")
    (held,) = office.run("messages", "--json").json

    office.run("review", "assign", held["receipt"], "H183")
    office.run("send")

    assert office.run("messages", "--json").json[0]["reason"] == "wrong_form"
    (notice,) = (letter for letter in sent(office) if letter["To"] == CAO_LOC)
    text = notice.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Kết quả: chưa ghi nhận là báo cáo" in text
    assert "đã tiếp nhận" not in text
    assert "đã gửi lại để chỉnh sửa" not in text


def test_a_notice_goes_to_staff_in_their_mode_waits_while_paused_and_is_not_written_where_letters_are_off(
    office: Office,
) -> None:
    office.write_config(mode="staff")
    office.run("pause")
    office.deliver(report_mail(f"<{STRANGER}>", "BC Cao Lộc", "a.xlsx", good_report()))
    office.run("poll")
    receipt = office.run("messages", "--json").json[0]["receipt"]
    office.run("review", "assign", receipt, "H183")
    assert sent(office) == []

    office.run("resume")
    office.run("send")

    assert {str(letter["To"]) for letter in sent(office)} == {"phong.tebdg@so.example"}
    assert any(CAO_LOC in str(letter["Subject"]) for letter in sent(office))
    office.write_config(mode="off")
    office.deliver(report_mail(f"<{STRANGER}>", "BC", "b.xlsx", good_report(2), Message_ID="<2@mail.example>"))
    office.run("poll")
    office.run("review", "assign", office.run("messages", "--json").json[-1]["receipt"], "H183")
    assert [row["state"] for row in office.run("letters", "--json").json][-2:] == ["cancelled", "cancelled"]
