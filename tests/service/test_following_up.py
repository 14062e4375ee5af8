"""After the deadline one letter goes out by itself; every further one waits for an officer's word."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import unquote

import pytest

from roll.mistakes import OperatorError
from service import following_up, owing, reminding
from tests.forms import workbooks
from tests.intake import mails
from tests.journeys.office import form_2019, report_mail
from tests.service.stepped import (
    FIRST,
    JUSTICE_ADDRESS,
    NAME,
    STAFF,
    VAN_LANG_ADDRESS,
    Stepped,
    on,
    text_of,
)

Step = Callable[..., Stepped]
ALL = sorted([FIRST, VAN_LANG_ADDRESS, JUSTICE_ADDRESS])
# The last day of grace is Friday 5 July: the follow-ups fall on Monday 8, Tuesday 9 and Monday 15 July.
FIRST_DAY, SECOND_DAY, THIRD_DAY = on(8), on(9), on(15)
SECOND, THIRD = "+4d", "+8d"
HIGHER = "báo cáo tình hình gửi báo cáo của các cơ quan, đơn vị, địa phương với cấp có thẩm quyền"


@pytest.fixture
def stepped(step: Step) -> Stepped:
    """An office after the deadline: the first follow-up has gone out, nothing came."""
    opened = step(reminders='["-1d", "+1d", "+4d", "+8d"]', closes="2019-07-25")
    opened.remind(on(3))
    opened.remind(FIRST_DAY)
    assert opened.told() == sorted([*ALL, *ALL])
    return opened


def say(stepped: Stepped, step: str, *, tells_higher: bool = False) -> None:
    """Say an officer's word on a step."""
    with stepped.rollcall.store.writing() as connection:
        now = stepped.rollcall.now()
        following_up.let_out(connection, NAME, step, "chị Lan", now, tells_higher=tells_higher)


def follow_up(stepped: Stepped, *arguments: str, status: int = 0) -> str:
    """Call `rollcall campaign follow-up`; return what it prints."""
    return stepped.command("campaign", "follow-up", NAME, *arguments, status=status)


def subjects(stepped: Stepped) -> set[str]:
    """Return how the subjects of the new letters begin."""
    return {str(letter["Subject"]).partition("]")[0] for letter in stepped.new_letters()}


def link_of(stepped: Stepped, at: datetime) -> str:
    """Let the digest go out; return the subject of the mail that its link for a follow-up opens."""
    stepped.tell_staff(at)
    (digest,) = stepped.new_letters()
    html = digest.get_body(("html",))
    assert html is not None
    found = re.findall(r'href="mailto:[^"?]+\?subject=([^"]+)"', html.get_content())
    (link,) = [unquote(each) for each in found if NAME in each]
    return link


def answer(stepped: Stepped, subject: str, at: datetime, sender: str = STAFF) -> None:
    raw = mails.mail(f"<{sender}>", subject, "", Message_ID=f"<{at:%d%H%M}.{sender}>")
    stepped.office.deliver(raw, at)
    stepped.poll(at)


def test_without_a_word_no_further_letter_goes_out(stepped: Stepped) -> None:
    for at in (SECOND_DAY, on(10), THIRD_DAY, on(16)):
        stepped.remind(at)
    assert (stepped.told(), stepped.states("overdue")) == ([], ["sent"] * 3)


def test_an_officers_word_lets_the_letters_of_one_step_go_out_and_no_other_ones(stepped: Stepped) -> None:
    told = follow_up(stepped, SECOND)
    assert "go out when they are due" in told
    stepped.remind(on(9, 7, 59))
    assert stepped.told() == []

    stepped.remind(SECOND_DAY)
    letters = stepped.new_letters()
    assert sorted(str(letter["To"]) for letter in letters) == ALL
    assert all(letter["Subject"].startswith("[Đôn đốc lần 2]") for letter in letters)
    assert not any(HIGHER in text_of(letter) for letter in letters)

    stepped.remind(THIRD_DAY)
    assert stepped.told() == []


def test_a_word_that_comes_later_than_the_step_sends_its_letters_then(stepped: Stepped) -> None:
    stepped.remind(SECOND_DAY)
    say(stepped, SECOND)
    stepped.remind(on(11, 9))
    assert stepped.told() == ALL


def test_a_step_that_was_passed_over_is_not_counted_by_the_next_one(stepped: Stepped) -> None:
    say(stepped, THIRD)
    stepped.remind(SECOND_DAY)
    assert stepped.told() == []
    stepped.remind(THIRD_DAY)
    assert subjects(stepped) == {"[Đôn đốc lần 2"}, "it is the second letter that the unit gets"


def test_that_the_higher_level_will_be_told_is_said_only_where_the_officer_says_so(stepped: Stepped) -> None:
    say(stepped, SECOND)
    follow_up(stepped, THIRD, "--tell-higher")
    stepped.remind(SECOND_DAY)
    assert not any(HIGHER in text_of(letter) for letter in stepped.new_letters())
    stepped.remind(THIRD_DAY)
    letters = stepped.new_letters()
    assert len(letters) == 3
    assert all(HIGHER in text_of(letter) for letter in letters)


def test_the_last_word_on_a_step_holds(stepped: Stepped) -> None:
    say(stepped, SECOND, tells_higher=True)
    say(stepped, SECOND)
    stepped.remind(SECOND_DAY)
    letters = stepped.new_letters()
    assert len(letters) == 3
    assert not any(HIGHER in text_of(letter) for letter in letters)


def test_a_word_taken_back_lets_nothing_go_out_and_is_taken_back_once(stepped: Stepped) -> None:
    say(stepped, SECOND)
    assert "wait for an officer's word again" in follow_up(stepped, SECOND, "--undo")
    stepped.remind(SECOND_DAY)
    assert stepped.told() == []
    assert "there is nothing to take back" in follow_up(stepped, SECOND, "--undo", status=2)


def test_a_step_that_needs_no_word_is_refused_with_those_that_do(stepped: Stepped) -> None:
    assert "The step '+1d' of thang-hanh-dong-2019 needs no officer's word; those that do: +4d, +8d." in follow_up(
        stepped, "+1d", status=2
    )
    with pytest.raises(OperatorError, match="needs no officer's word"):
        following_up.check(stepped.campaign(), "-1d")
    for unknown in ("+5d", "+04d", "abc", ""):
        with pytest.raises(OperatorError, match=r"There is no step .* in the ladder of .*; there are: -1d, "):
            following_up.check(stepped.campaign(), unknown)


def test_a_ladder_with_one_follow_up_has_none_that_needs_a_word(step: Step) -> None:
    stepped = step(reminders='["-1d", "+1d"]')
    with pytest.raises(OperatorError, match="there is none that does"):
        following_up.check(stepped.campaign(), "+1d")


def test_who_has_reported_meanwhile_is_not_written_to_for_all_the_officers_word(stepped: Stepped) -> None:
    say(stepped, SECOND)
    workbook = workbooks.filled_2019(form_2019(), "UBND huyện Bắc Sơn", 1)
    stepped.office.deliver(report_mail(f"<{FIRST}>", "BC", "a.xlsx", workbook), on(8, 15))
    stepped.poll(on(8, 15))
    stepped.new_letters()

    stepped.remind(SECOND_DAY)

    assert stepped.told() == sorted([VAN_LANG_ADDRESS, JUSTICE_ADDRESS])


def test_the_plan_shows_a_follow_up_only_once_there_is_a_word(stepped: Stepped) -> None:
    def planned() -> set[str]:
        known, campaign, at = stepped.known(), stepped.campaign(), on(8, 12)
        standing = owing.standings(known, campaign, at)
        return {due.step.step.text for due, _ in reminding.rehearse(known, campaign, standing, at)}

    assert planned() == set()
    say(stepped, THIRD)
    assert planned() == {THIRD}


def test_the_plan_names_the_steps_that_wait_for_a_word_and_how_to_say_it(stepped: Stepped) -> None:
    waits = "and waits for an officer's word: `rollcall campaign follow-up"
    told = stepped.command("plan", NAME, "--at", "2019-07-08T12:00")
    assert f"The step {SECOND} of {NAME} is due on 2019-07-09 (units that owe their report now: 3) {waits}" in told
    assert told.count(waits) == 2, told

    say(stepped, SECOND)
    told = stepped.command("plan", NAME, "--at", "2019-07-08T12:00")
    assert f"The step {SECOND}" not in told
    assert told.count(waits) == 1


def test_the_plan_says_that_letters_are_switched_off(stepped: Stepped) -> None:
    switched_off = "Letters are switched off"
    assert switched_off not in stepped.command("plan", NAME)
    stepped.configure(mode="off")
    assert switched_off in stepped.command("plan", NAME)


def test_the_digest_proposes_the_step_on_its_day_and_a_mail_of_staff_lets_it_go_out_once(stepped: Stepped) -> None:
    stepped.tell_staff(on(8, 7, 30))
    (before,) = stepped.new_letters()
    assert SECOND not in text_of(before)
    subject = link_of(stepped, on(9, 7, 30))

    answer(stepped, f"Re: {subject}", on(9, 8, 1), "la@mail.example")
    stepped.remind(on(9, 8, 2))
    assert FIRST not in stepped.told()

    answer(stepped, f"Re: {subject}", on(9, 8, 5))
    stepped.remind(on(9, 8, 6))
    assert subjects(stepped) == {"[Đôn đốc lần 2"}
    stepped.tell_staff(on(10, 7, 30))
    (after,) = stepped.new_letters()
    assert f"({SECOND})" not in text_of(after), "what was let out is not proposed again"

    follow_up(stepped, SECOND, "--undo")
    answer(stepped, subject, on(10, 9))
    stepped.remind(on(10, 9, 1))
    assert stepped.told() == [], "the word of one digest is used once"
    (row,) = json.loads(stepped.command("messages", "3", "--json"))
    assert (row["outcome"], row["reason"]) == ("noted", "staff_decision")
    assert "used before" in row["detail"]


def test_the_task_of_the_digest_says_how_many_units_wait_for_the_word(stepped: Stepped) -> None:
    stepped.tell_staff(on(9, 7, 30))
    (digest,) = stepped.new_letters()
    assert "thư đôn đốc (+4d) tới 3 đơn vị đang chờ ý kiến của cán bộ" in text_of(digest)
    assert "Cho gửi thư đôn đốc (+4d, 3)" in text_of(digest)
