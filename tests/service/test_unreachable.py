"""An address from which letters come back is written to no more, until it speaks or staff say that it works."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa

from service import reminding
from storage import decisions, overviews, tables
from tests.intake import mails
from tests.journeys.post import bouncing
from tests.service.stepped import (
    BAC_SON,
    FIRST,
    SECOND,
    VAN_LANG,
    VAN_LANG_ADDRESS,
    Stepped,
    on,
    parsed,
    text_of,
)

Step = Callable[..., Stepped]
LADDER = '["-7d", "-3d", "-1d", "+1d"]'
# Working days on which the steps fall: Thursday 27 June, Monday 1, Wednesday 3 and Monday 8 July.
STEPS = (on(27, month=6), on(1), on(3), on(8))
NO_SUCH_USER = "550 5.1.1 no such user"


def open_for(step: Step, unit: str) -> Stepped:
    """Return an office of one unit that got its first reminder."""
    stepped = step((unit,), reminders=LADDER)
    stepped.remind(STEPS[0])
    return stepped


def come_back(stepped: Stepped, address: str, at: datetime, status: str = "5.1.1") -> None:
    """Let the last letter come back from an address."""
    raw = bouncing(address, status)(parsed(stepped.sink.letters[-1].data), f"{at:%d%H%M}")
    arrive(stepped, raw, at)


def arrive(stepped: Stepped, raw: bytes, at: datetime) -> None:
    stepped.office.deliver(raw, at)
    stepped.poll(at)


def told_on(stepped: Stepped, at: datetime) -> list[tuple[str, ...]]:
    """Return whom the reminders of an instant reach, letter by letter."""
    before = len(stepped.sink.letters)
    stepped.remind(at)
    return [letter.rcpt_to for letter in stepped.sink.letters[before:]]


def failed(stepped: Stepped) -> list[str]:
    return sorted(each.address for each in stepped.known().unreachable.values())


def test_an_address_from_which_a_letter_came_back_gets_no_more_and_the_second_contact_does(step: Step) -> None:
    stepped = open_for(step, BAC_SON)
    come_back(stepped, FIRST, on(27, 9, month=6))
    assert failed(stepped) == [FIRST]
    assert [told_on(stepped, at) for at in STEPS[1:]] == [[(SECOND,)]] * 3


def test_a_letter_that_comes_back_at_once_is_known_as_ours(step: Step) -> None:
    stepped = open_for(step, BAC_SON)
    come_back(stepped, FIRST, STEPS[0])
    assert failed(stepped) == [FIRST]


def test_a_unit_without_another_address_is_not_written_to_and_staff_are_told_its_telephone(step: Step) -> None:
    stepped = open_for(step, VAN_LANG)
    come_back(stepped, VAN_LANG_ADDRESS, on(27, 9, month=6))
    assert told_on(stepped, STEPS[1]) == []

    known = stepped.known()
    (remark,) = reminding.remind(known, [stepped.campaign()], STEPS[1], queues=False).remarks
    assert remark == (
        f"UBND huyện Văn Lãng (H182) is not reminded: letters to {VAN_LANG_ADDRESS} come back since 27/06/2019 09:00 "
        "(TN-2019-0001); telephone 0205 3000 182. Correct the address in units.csv, or say "
        f"`rollcall units reachable {VAN_LANG_ADDRESS}`."
    )
    stepped.new_letters()
    stepped.tell_staff(on(1, 8, 30))
    (digest,) = stepped.new_letters()
    text = text_of(digest)
    assert f"{VAN_LANG_ADDRESS} (TN-2019-0001): thư gửi tới huyện Văn Lãng, 0205 3000 182 bị trả lại" in text
    assert f"rollcall units reachable {VAN_LANG_ADDRESS}" in text
    assert "huyện Văn Lãng (0205 3000 182) [thư gửi tới bị trả lại]" in text
    assert "gửi thư nhắc tới" not in text, "nothing is announced that will not go out"
    assert "điện thoại" in text


def test_where_the_second_contact_is_used_staff_see_the_failed_address_and_the_unit_is_within_reach(step: Step) -> None:
    stepped = open_for(step, BAC_SON)
    come_back(stepped, FIRST, on(27, 9, month=6))
    stepped.new_letters()
    stepped.tell_staff(on(28, 8, month=6))
    (digest,) = stepped.new_letters()
    text = text_of(digest)
    assert f"{FIRST} (TN-2019-0001): thư gửi tới huyện Bắc Sơn" in text
    assert "[thư gửi tới bị trả lại]" not in text
    assert "gửi thư nhắc tới 01 đơn vị" in text


def test_a_mail_from_the_address_lifts_it(step: Step) -> None:
    stepped = open_for(step, BAC_SON)
    come_back(stepped, FIRST, on(27, 9, month=6))
    other = mails.mail("<la@langson.example>", "Mời họp", "Kính gửi quý cơ quan.", Message_ID="<la@langson.example>")
    arrive(stepped, other, on(28, 9, month=6))
    assert failed(stepped) == [FIRST]

    spoke = mails.mail(f"<{FIRST.title()}>", "BC", "Em gửi báo cáo ạ.", Message_ID="<here@langson.example>")
    arrive(stepped, spoke, on(28, 10, month=6))

    assert failed(stepped) == []
    assert told_on(stepped, STEPS[1]) == [(FIRST,)]


def test_the_word_of_staff_lifts_it_and_the_next_letter_that_comes_back_marks_it_again(step: Step) -> None:
    stepped = open_for(step, VAN_LANG)
    come_back(stepped, VAN_LANG_ADDRESS, on(27, 9, month=6))
    stepped.clock.at = on(28, month=6)
    said = decisions.NewDecision(decisions.REACHABLE, "chị Lan", note=VAN_LANG_ADDRESS)
    with stepped.rollcall.store.writing() as connection:
        decisions.decide(connection, said, stepped.rollcall.now())
    assert told_on(stepped, STEPS[1]) == [(VAN_LANG_ADDRESS,)]

    come_back(stepped, VAN_LANG_ADDRESS, on(1, 9))
    assert failed(stepped) == [VAN_LANG_ADDRESS]
    assert told_on(stepped, STEPS[2]) == []


def test_the_command_says_that_an_address_works_however_it_is_written_and_refuses_one_that_never_failed(
    step: Step,
) -> None:
    stepped = open_for(step, VAN_LANG)
    come_back(stepped, VAN_LANG_ADDRESS, on(27, 9, month=6))
    told = stepped.command("units", "reachable", VAN_LANG_ADDRESS.upper())
    assert told == f"Letters go to {VAN_LANG_ADDRESS} again.\n"
    assert failed(stepped) == []
    assert told_on(stepped, STEPS[1]) == [(VAN_LANG_ADDRESS,)]

    assert "there is nothing to change" in stepped.command("units", "reachable", VAN_LANG_ADDRESS, status=2)


# A spam filter, a letter too big, a box that is full (for good, for now), time that ran out (RFC 3463).
NOT_OF_THE_ADDRESS = ("5.7.1", "5.3.4", "5.2.2", "4.2.2", "4.4.7")


@pytest.mark.parametrize("status", NOT_OF_THE_ADDRESS)
def test_what_a_bounce_says_of_a_letter_or_a_full_box_ends_the_letters_only_after_three(
    step: Step, status: str
) -> None:
    stepped = open_for(step, BAC_SON)
    come_back(stepped, FIRST, on(27, 9, month=6), status)
    assert told_on(stepped, STEPS[1]) == [(FIRST,)]
    come_back(stepped, FIRST, on(1, 9), status)
    assert failed(stepped) == []
    assert told_on(stepped, STEPS[2]) == [(FIRST, SECOND)]
    come_back(stepped, FIRST, on(3, 9), status)
    assert failed(stepped) == [FIRST]
    assert told_on(stepped, STEPS[3]) == [(SECOND,)]


def test_one_letter_that_comes_back_three_times_with_a_full_box_counts_once(step: Step) -> None:
    stepped = open_for(step, BAC_SON)
    for hour in (9, 10, 11):
        come_back(stepped, FIRST, on(27, hour, month=6), "5.2.2")
    assert failed(stepped) == []


def test_a_mail_from_the_address_between_begins_the_three_anew(step: Step) -> None:
    stepped = open_for(step, BAC_SON)
    come_back(stepped, FIRST, on(27, 9, month=6), "5.2.2")
    stepped.remind(STEPS[1])
    come_back(stepped, FIRST, on(1, 9), "5.2.2")
    spoke = mails.mail(f"<{FIRST}>", "BC", "Em gửi báo cáo ạ.", Message_ID="<here@langson.example>")
    arrive(stepped, spoke, on(1, 10))
    stepped.remind(STEPS[2])
    come_back(stepped, FIRST, on(3, 9), "5.2.2")
    assert failed(stepped) == []


def test_a_status_of_the_address_counts_at_once_after_one_of_a_full_box(step: Step) -> None:
    stepped = open_for(step, BAC_SON)
    come_back(stepped, FIRST, on(27, 9, month=6), "5.2.2")
    come_back(stepped, FIRST, on(27, 10, month=6), "5.2.1")
    assert failed(stepped) == [FIRST]


def test_a_bounce_without_a_status_counts_at_once(step: Step) -> None:
    stepped = open_for(step, BAC_SON)
    come_back(stepped, FIRST, on(27, 9, month=6), "")
    assert failed(stepped) == [FIRST]


def test_a_bounce_that_was_understood_before_statuses_were_kept_counts_at_once(step: Step) -> None:
    stepped = open_for(step, BAC_SON)
    come_back(stepped, FIRST, on(27, 9, month=6), "5.2.2")
    assert failed(stepped) == []
    column = tables.mails.c.evidence
    with stepped.rollcall.store.writing() as connection:
        for row in connection.execute(sa.select(tables.mails.c.id, column)).all():
            older = [
                {name: said for name, said in each.items() if name != "status"} for each in json.loads(row.evidence)
            ]
            changed = sa.update(tables.mails).where(tables.mails.c.id == row.id)
            connection.execute(changed.values(evidence=json.dumps(older)))
    assert failed(stepped) == [FIRST]


FORGERIES: dict[str, Callable[[bytes, str], bytes]] = {
    "that names no letter of ours": lambda raw, own: raw.replace(own.encode(), b"<1.2.3@so.example>"),
    "of another address": lambda raw, _: raw.replace(b"rfc822; " + FIRST.encode(), b"rfc822; " + SECOND.encode()),
    "that says only that it takes longer": lambda raw, _: raw.replace(b"Action: failed", b"Action: delayed").replace(
        b"Status: 5.1.1", b"Status: 4.4.7"
    ),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_nothing_is_changed_by_a_bounce(step: Step, forge: Callable[[bytes, str], bytes]) -> None:
    stepped = open_for(step, BAC_SON)
    letter = parsed(stepped.sink.letters[-1].data)
    real = bouncing(FIRST)(letter, "1")
    forged = forge(real, letter["Message-ID"])
    assert forged != real
    arrive(stepped, forged, on(27, 9, month=6))
    with stepped.rollcall.store.reading() as connection:
        assert [(row.outcome, row.reason) for row in overviews.ledger(connection)] == [("noted", "bounce")]
    assert failed(stepped) == []
    assert told_on(stepped, STEPS[1]) == [(FIRST,)]


def test_an_address_that_a_server_refuses_while_the_letter_is_handed_over_is_marked_as_well(step: Step) -> None:
    stepped = step((BAC_SON,), reminders=LADDER)
    stepped.sink.script("RCPT", NO_SUCH_USER, "")
    assert told_on(stepped, STEPS[0]) == []
    assert stepped.states() == ["failed"]
    assert failed(stepped) == [FIRST]
    assert told_on(stepped, STEPS[1]) == [(SECOND,)]


def test_a_second_contact_that_is_refused_gets_no_further_copy_and_the_first_its_letters(step: Step) -> None:
    stepped = step((BAC_SON,), reminders=LADDER)
    stepped.sink.script("RCPT", "", "", "", NO_SUCH_USER, "")
    assert [told_on(stepped, at) for at in STEPS] == [[(FIRST,)]] * 4
    assert failed(stepped) == [SECOND]
    assert stepped.outbox("reminder")[-1].state == "sent"


@pytest.mark.parametrize("reply", ["550 5.7.1 rejected by policy", "552 5.2.2 mailbox full", "451 4.7.1 greylisted"])
def test_a_refusal_that_is_not_about_the_address_marks_nothing(step: Step, reply: str) -> None:
    stepped = step((BAC_SON,), reminders=LADDER)
    stepped.sink.script("RCPT", reply, "")
    stepped.remind(STEPS[0])
    assert failed(stepped) == []
