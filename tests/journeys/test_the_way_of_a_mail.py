"""One real mail on a real Dovecot goes through every room and ends as stored values and an answer."""

import email
import email.policy

from tests.forms import workbooks
from tests.journeys.office import ADDRESS, CAO_LOC, Office, form_2019, report_mail


def test_a_report_sent_by_mail_ends_as_values_with_their_cells_and_a_vietnamese_acknowledgement(office: Office) -> None:
    form = form_2019()
    workbook = workbooks.filled_2019(form, "UBND huyện Cao Lộc", seed=1)
    raw = report_mail(
        f"Phong LDTBXH Cao Loc <{CAO_LOC}>",
        "BC Tháng HĐ vì trẻ em 2019",
        "BC THÁNG HĐ VÌ TRẺ EM - CAO LỘC.xlsx",
        workbook,
    )
    office.deliver(raw)

    polled = office.run("poll", "--json").json

    assert polled == {
        "received": 1,
        "handled": 1,
        "outcomes": {"accepted": 1, "returned": 0, "held": 0, "quarantined": 0, "duplicate": 0, "noted": 0},
        "queued": 1,
        "sent": 1,
        "failed": 0,
    }
    (message,) = office.run("messages", "--json").json
    assert (message["outcome"], message["reason"], message["unit"]) == ("accepted", "valid", "H183")
    assert message["received_at"] == "2019-07-03T15:20:00+07:00"
    exported = office.run("export", "--json").json
    by_cell = {(row["sheet"], row["cell"]): row for row in exported}
    content = workbooks.content_2019(form, "UBND huyện Cao Lộc", seed=1)
    assert by_cell["Bieu 01", "D41"]["value"] == content["Bieu 01"]["D41"]
    assert by_cell["Bieu 01", "D41"]["label"] == "Trẻ em được thăm, tặng quà"
    (letter,) = office.sink.letters
    assert (letter.mail_from, letter.rcpt_to) == (ADDRESS, (CAO_LOC,))
    answer = email.message_from_bytes(letter.data, policy=email.policy.default)
    assert answer["Subject"].startswith("[Đã tiếp nhận] ")
    assert answer["In-Reply-To"] == "<20190704152000.1@unit.example>"
    text = answer.get_body(("plain",)).get_content()
    assert "Kính gửi: UBND huyện Cao Lộc" in text
    assert message["receipt"] in text
