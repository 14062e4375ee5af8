"""Staff decide by mail: they forward, they take up a proposal of the digest, they answer from the mailbox itself."""

import email
import email.policy
import re
import urllib.parse
from datetime import timedelta
from typing import Any

from tests.forms import workbooks
from tests.intake import mails
from tests.journeys.office import CAO_LOC, JULY_3, Office, form_2019, report_mail

STAFF = "phong.tebdg@so.example"
STRANGER = "hoa.caoloc@mail.example"
DIGEST_AT = "2019-07-04T08:00"
AUTHSERV = 'authserv_id = "mx.so.example"'


def workbook(unit: str = "UBND huyện Cao Lộc", seed: int = 1) -> bytes:
    return workbooks.filled_2019(form_2019(), unit, seed)


def believing(office: Office) -> None:
    """Let the office believe its own server's Authentication-Results."""
    config = office.folder / "config.toml"
    config.write_text(config.read_text("utf-8").replace('name = "main"', f'name = "main"\n{AUTHSERV}'), "utf-8")


def verdict(of: str, domain: str = "so.example") -> str:
    return f"mx.so.example; dmarc={of} header.from={domain}"


def take_in(office: Office, raw: bytes, minutes: int = 0) -> None:
    office.deliver(raw, JULY_3 + timedelta(minutes=minutes))
    office.run("poll", "--no-send")


def row(office: Office, mail: int) -> dict[str, Any]:
    (found,) = office.run("messages", str(mail), "--json").json
    assert isinstance(found, dict)
    return found


def ends(office: Office, mail: int) -> tuple[str, str]:
    return row(office, mail)["outcome"], row(office, mail)["reason"]


def unchanged_by_a_replay(office: Office) -> None:
    assert office.run("replay", "--dry-run", "--json").json == []
    office.run("audit")


def proposed(office: Office) -> str:
    """Let the digest go out; return the subject of the mail that its first link opens."""
    assert office.sink is not None
    office.run("digest", "--at", DIGEST_AT)
    message = email.message_from_bytes(office.sink.letters[-1].data, policy=email.policy.default)
    html = message.get_body(("html",))
    assert html is not None
    (link, *_) = re.findall(r'href="mailto:ptelangson@so.example\?subject=([^"]+)"', html.get_content())
    return urllib.parse.unquote(link)


def answer(subject: str, sender: str = STAFF, **options: str) -> bytes:
    return mails.mail(f"<{sender}>", subject, "", Message_ID=f"<{abs(hash((subject, sender)))}@so.example>", **options)


def test_a_proposal_of_the_digest_is_taken_up_once_by_an_authenticated_staff_address(office: Office) -> None:
    believing(office)
    take_in(office, report_mail(f"<{STRANGER}>", "BC", "a.xlsx", workbook()))
    assert ends(office, 1) == ("held", "unknown_sender")
    subject = proposed(office)

    take_in(office, answer(subject, "la@mail.example"), 1)
    take_in(office, answer(subject, Authentication_Results=verdict("fail")), 2)
    take_in(office, answer(f"Re: {subject}"), 3)
    take_in(
        office, answer(f"{subject[:-1]}{'A' if subject[-1] != 'A' else 'Q'}", Authentication_Results=verdict("pass")), 4
    )
    assert [ends(office, mail)[1] for mail in (2, 3, 4, 5)] == [
        "proposal_not_valid", "failed_authentication", "unproven_staff", "proposal_not_valid",
    ]  # fmt: skip
    assert ends(office, 1) == ("held", "unknown_sender")

    take_in(office, answer(f"Fwd: {subject.lower()}", Authentication_Results=verdict("pass")), 5)

    assert ends(office, 6) == ("noted", "staff_decision")
    assert (ends(office, 1), row(office, 1)["unit"]) == (("accepted", "valid"), "H183")
    assert "acknowledgement" in [given["kind"] for given in row(office, 1)["answers"]]
    assert row(office, 6)["answers"] == []
    unchanged_by_a_replay(office)

    office.run("review", "undo", "1")
    take_in(office, answer(f"TL: {subject}", Authentication_Results=verdict("pass")), 6)
    assert (ends(office, 7), ends(office, 1)) == (("noted", "staff_decision"), ("held", "unknown_sender"))
    assert "used before" in row(office, 7)["detail"]
    unchanged_by_a_replay(office)


def test_a_question_is_settled_by_mail_and_a_proposal_that_is_too_old_is_not(office: Office) -> None:
    take_in(office, mails.mail(f"<{CAO_LOC}>", "Hỏi", "Mục 5.4 tính thế nào ạ?"))
    subject = proposed(office)

    take_in(office, answer(subject), 9 * 24 * 60)
    assert (ends(office, 2), ends(office, 1)) == (("held", "proposal_not_valid"), ("held", "question"))

    take_in(office, answer(f"Re: {subject}"), 60)
    assert (ends(office, 3), ends(office, 1)) == (("noted", "staff_decision"), ("noted", "dismissed"))


def test_a_units_mail_that_staff_forward_is_the_units_and_the_unit_is_answered(office: Office) -> None:
    text = f"Chị ghi nhận giúp.\n\n---------- Forwarded message ----------\nFrom: Hoa <{STRANGER}>\nDate: x\nTo: y\n"
    forward = mails.mail(f"<{STAFF}>", "Fwd: BC", text, [("BC.xlsx", workbook())])

    take_in(office, forward)

    told = row(office, 1)
    assert (told["outcome"], told["unit"]) == ("accepted", "H183")
    assert [(given["kind"], given["to"]) for given in told["answers"]] == [("acknowledgement", CAO_LOC)]
    assert {"source": "staff", "text": STAFF, "units": ["H183"]}.items() <= told["evidence"][0].items()
    unchanged_by_a_replay(office)


def test_a_forward_in_the_name_of_staff_without_proof_is_held(office: Office) -> None:
    believing(office)
    take_in(office, mails.mail(f"<{STAFF}>", "Fwd: BC", "", [("BC.xlsx", workbook())]))
    assert (ends(office, 1), row(office, 1)["proposal"]) == (("held", "unproven_staff"), "H183")
    assert row(office, 1)["answers"] == []


def test_a_persons_own_reply_in_the_sent_folder_settles_the_question_and_is_never_taken_in(office: Office) -> None:
    question = mails.mail(f"<{CAO_LOC}>", "Hỏi", "Mục 5.4 tính thế nào ạ?", Message_ID="<q1@u.example>")
    take_in(office, question)
    assert office.run("letters", "--json").json[0]["state"] == "queued"
    ours = "ptelangson@so.example"
    to_a_colleague = mails.mail(f"<{ours}>", "Fwd: Hỏi", "Em xem giúp", To=STAFF, References="<q1@u.example>")
    office.deliver(to_a_colleague, JULY_3 + timedelta(minutes=5), "Sent")
    office.run("poll", "--no-send")
    assert ends(office, 1) == ("held", "question"), "who asks a colleague has answered nobody"

    options = {"To": CAO_LOC, "In_Reply_To": "<q1@u.example>", "Message_ID": "<own@so.example>"}
    office.deliver(mails.mail(f"<{ours}>", "Re: Hỏi", "Tính theo Nghị định 56.", **options), JULY_3, "Sent")
    office.run("poll", "--no-send")

    assert ends(office, 1) == ("noted", "answered_by_person")
    assert [each["state"] for each in office.run("letters", "--json").json] == ["cancelled"]
    assert len(office.run("messages", "--json").json) == 1, "sent mail is never taken in"
    unchanged_by_a_replay(office)
    board = office.run("status", "--json", "--at", "2019-07-04").json["units"]
    assert next(unit["state"] for unit in board if unit["code"] == "H183") == "missing"


def test_our_own_letters_in_the_sent_folder_settle_nothing(office: Office) -> None:
    assert office.sink is not None
    take_in(office, mails.mail(f"<{CAO_LOC}>", "Hỏi", "Mục 5.4 tính thế nào ạ?", Message_ID="<q1@u.example>"))
    office.run("send")
    (letter,) = office.sink.letters

    office.deliver(letter.data, JULY_3 + timedelta(minutes=5), "Sent")
    office.run("poll", "--no-send")

    assert ends(office, 1) == ("held", "question")


def test_a_sent_folder_of_another_name_is_read_where_the_configuration_names_it(office: Office) -> None:
    config = office.folder / "config.toml"
    config.write_text(config.read_text("utf-8").replace('name = "main"', 'name = "main"\nsent = "Thư đi"'), "utf-8")
    missing = office.run("poll", status=None)
    assert (missing.status, "Thư đi" in missing.err) == (2, True)
    options = {"To": CAO_LOC, "In_Reply_To": "<q1@u.example>", "Message_ID": "<own@so.example>"}
    office.deliver(mails.mail("<ptelangson@so.example>", "Re: Hỏi", "Vâng.", **options), JULY_3, "Thư đi")
    take_in(office, mails.mail(f"<{CAO_LOC}>", "Hỏi", "Mục 5.4 tính thế nào ạ?", Message_ID="<q1@u.example>"))
    assert ends(office, 1) == ("noted", "answered_by_person")
