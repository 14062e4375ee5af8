"""The mails of the domain rules (2.4), delivered to a real Dovecot and polled once: each ends as the table asks for."""

import email
import email.policy
import email.utils

from service.demo import samples
from tests.journeys.office import Office, form_2019

# The cases of the domain rules 2.4.
CASES = range(1, 41)
# The first address of a unit whose samples come from its second one.
BAC_SON = "phongldtbxhdt.bacson@langson.example"

STAFF = "phong.tebdg@so.example"


def test_every_case_ends_as_the_table_asks_or_is_held_with_its_reason_and_a_second_poll_changes_nothing(
    office: Office,
) -> None:
    sent = samples.all_samples(form_2019())
    assert {sample.case for sample in sent} >= set(CASES)
    uids = office.dovecot.append_many(office.user, [(sample.raw, sample.received_at) for sample in sent])
    flags = office.dovecot.flags(office.user)

    office.run("poll")

    messages = office.run("messages", "--json").json
    by_uid = {message["uid"]: message for message in messages}
    assert len(messages) == len(sent)
    wrong = {
        (sample.case, sample.name): (by_uid[uid]["outcome"], by_uid[uid]["reason"], "expected", sample.expected)
        for uid, sample in zip(uids, sent, strict=True)
        if by_uid[uid]["outcome"] != sample.expected
    }
    assert wrong == {}
    assert all(message["reason"] for message in messages)

    second = office.run("poll", "--json").json
    assert (second["received"], second["handled"], second["sent"]) == (0, 0, 0)
    assert office.run("messages", "--json").json == messages
    assert office.dovecot.flags(office.user) == flags
    office.run("audit")
    assert office.run("replay", "--json").json == []


def test_nobody_unregistered_and_no_machine_is_answered(office: Office) -> None:
    sent = samples.all_samples(form_2019())
    office.dovecot.append_many(office.user, [(sample.raw, sample.received_at) for sample in sent])
    office.run("poll")
    registered = {
        address.casefold()
        for unit in office.run("units", "list", "--json").json
        for address in (known["address"] if isinstance(known, dict) else known for known in unit["addresses"])
    }

    outside = [letter for letter in office.sink.letters if STAFF not in letter.rcpt_to]
    answered = {address.casefold() for letter in outside for address in letter.rcpt_to}

    assert answered
    assert answered <= registered
    for letter in outside:
        answer = email.message_from_bytes(letter.data, policy=email.policy.default)
        # A unit's contact that hears of a report from another of its addresses answers nobody.
        is_notice = answer["In-Reply-To"] is None
        assert answer["Auto-Submitted"] == ("auto-generated" if is_notice else "auto-replied")
        assert answer["X-Auto-Response-Suppress"] == "All"
    kinds = {(row["kind"], row["to"]) for row in office.run("letters", "--json").json}
    notices = {to for kind, to in kinds if kind == "credited"}
    assert notices >= {BAC_SON, "sogddt@langson.example"}
    assert notices <= registered


def test_a_second_mail_of_the_same_bytes_gets_no_second_acknowledgement(office: Office) -> None:
    twice = [sample for sample in samples.all_samples(form_2019()) if sample.case == 34]
    office.dovecot.append_many(office.user, [(sample.raw, sample.received_at) for sample in twice])
    office.run("poll")
    assert [message["outcome"] for message in office.run("messages", "--json").json] == ["accepted", "duplicate"]
    told = [(row["kind"], row["to"]) for row in office.run("letters", "--json").json]
    assert told == [("acknowledgement", "ldtbxh.bacson@mail.example"), ("credited", BAC_SON)]
