"""What a person ruled goes over what the rules say, changes no figure, and does nothing where it does not apply."""

import pytest

from intake import case, decide, ruling
from roll import mails, outcomes
from tests.intake.known import CAO_LOC, CHI_LANG, STRANGER, at, contents, decided, known, mail, reading, version

RULED_AT = at(8)
NIL = "Đơn vị không phát sinh hoạt động nào, xin báo cáo."
CONFIRMS = "Số liệu trong báo cáo là đúng, đề nghị Sở tổng hợp."


def ruled(kind: str, note: str = "", **changes: object) -> dict[str, object]:
    return {"ruling": case.Ruling(kind, RULED_AT, note, decision=7), **changes}


def refused(kind: str, inside: mails.Contents, note: str = "", **changes: object) -> str:
    received_at = changes.pop("received_at", None)
    return decide.refusal(mail(received_at), inside, known(inside, **ruled(kind, note, **changes)))  # type: ignore[arg-type]


def test_a_report_with_errors_that_a_person_accepts_counts_as_valid_and_is_acknowledged() -> None:
    inside = contents("", reading(verdict="needs_fix"))
    understood = decided(inside, **ruled("accept"))

    assert (understood.outcome, understood.reason, understood.ruled_at) == ("accepted", "accepted_by_person", RULED_AT)
    (report,) = understood.reports
    assert (report.verdict, report.outcome, report.before) == ("valid", "accepted", "returned")
    assert (understood.answer, understood.answer_to) == ("acknowledgement", CAO_LOC)
    assert understood.candidates == ()


@pytest.mark.parametrize("reason", ["several_tables", "unclear_columns"])
def test_what_staff_must_look_at_is_taken_once_a_person_says_so(reason: str) -> None:
    inside = contents("", reading(verdict="needs_fix", reason=reason))
    assert decided(inside).outcome == "held"

    understood = decided(inside, **ruled("accept"))

    assert (understood.outcome, understood.reports[0].before) == ("accepted", None)


def test_a_report_after_the_close_is_taken_into_the_campaign_that_was_closed() -> None:
    inside = contents("", reading())
    assert decided(inside, at(12)).reason == "after_close"
    assert decided(inside, at(12), **ruled("accept")).reports[0].campaign == "thang-hanh-dong-2019"


def test_a_report_that_failed_authentication_is_taken_and_answered_at_the_units_own_address() -> None:
    inside = contents("", reading())
    understood = decided(inside, authentication="fail", **ruled("accept"))
    assert (understood.outcome, understood.unit, understood.answer_to) == ("accepted", "H183", CAO_LOC)


def test_an_older_version_that_a_person_accepts_counts() -> None:
    inside = contents("", reading())
    earlier = version(inside, "H183", current=False)
    later = version(contents("", reading(values="others")), "H183", 2, sha256="another file")
    changes = {"versions": [earlier, later]}
    assert decided(inside, **changes).reason == "older_version"
    assert decided(inside, **changes, **ruled("accept")).reason == "accepted_by_person"


def test_a_nil_report_in_words_is_accepted_as_such() -> None:
    understood = decided(contents(NIL), **ruled("accept"))
    assert (understood.outcome, understood.reason, understood.unit) == ("accepted", "nil", "H183")
    assert (understood.answer, understood.reports) == ("receipt:nil", ())


def test_a_confirmation_in_words_is_accepted_of_the_one_report_that_waits_to_be_confirmed() -> None:
    inside = contents("", reading(verdict="needs_confirm"))
    waiting = version(inside, "H183", verdict="needs_confirm")
    understood = decided(contents(CONFIRMS), versions=[waiting], **ruled("accept"))
    assert (understood.reason, understood.answer) == ("confirmed", "receipt:confirmed")
    assert understood.confirms is not None
    assert understood.confirms.mail_id == waiting.mail_id


def test_a_confirmation_of_nothing_cannot_be_accepted() -> None:
    assert refused("accept", contents(CONFIRMS)) == "nothing_to_confirm"


def test_a_report_is_returned_with_its_problems_and_the_note() -> None:
    inside = contents("", reading(verdict="needs_fix"))
    understood = decided(inside, **ruled("return", "Gửi lại giúp"))
    assert (understood.outcome, understood.reason) == ("returned", "returned_by_person")
    assert (understood.answer, understood.detail, understood.candidates) == ("return", "Gửi lại giúp", ("H183",))


def test_an_accepted_report_may_be_returned_and_says_how_it_ended_before() -> None:
    (report,) = decided(contents("", reading()), **ruled("return", "Thiếu xã Hợp Thành")).reports
    assert (report.outcome, report.verdict, report.before) == ("returned", "needs_fix", "accepted")


def test_a_mail_without_a_report_is_returned_with_the_note_alone() -> None:
    understood = decided(contents("Mục 5.1 sửa 320 thành 230 ạ."), **ruled("return", "Gửi lại tệp đã sửa"))
    assert (understood.outcome, understood.answer) == ("returned", "receipt:returned_by_person")


@pytest.mark.parametrize("text", ["Cho em hỏi mục 5.1 tính thế nào ạ?", "Em xin lùi thời hạn đến thứ sáu ạ."])
def test_a_dismissed_mail_holds_its_unit_no_more_and_nobody_is_answered(text: str) -> None:
    inside = contents(text)
    assert decided(inside).candidates == ("H183",)
    understood = decided(inside, **ruled("dismiss", "đã trả lời qua điện thoại"))
    assert (understood.outcome, understood.reason, understood.unit) == ("noted", "dismissed", "H183")
    assert (understood.candidates, understood.answer) == ((), "")


@pytest.mark.parametrize(
    ("kind", "inside", "changes", "why"),
    [
        ("accept", contents("", reading(), sender_=STRANGER), {}, ruling.NO_UNIT),
        ("accept", contents("", reading(unit="UBND huyện Chi Lăng")), {}, ruling.NO_UNIT),
        ("accept", contents("", reading(), dangers=("executable",)), {}, ruling.DANGEROUS),
        ("accept", contents("", reading(verdict="personal_data")), {}, ruling.DANGEROUS),
        ("accept", contents("Cho em hỏi mục 5.1 tính thế nào ạ?"), {}, ruling.NO_REPORT),
        ("accept", contents("", reading(verdict="wrong_form")), {}, ruling.NO_REPORT),
        ("accept", contents("", reading(verdict="needs_fix", reason="blank_form")), {}, ruling.NO_REPORT),
        ("accept", contents("", reading(), reading(values="others")), {"assigned": "H183"}, ruling.SEVERAL),
        ("accept", contents("", reading()), {"same_bytes": 1}, ruling.REPEATS),
        ("accept", contents("", reading()), {"assigned": "X999"}, ruling.NO_CAMPAIGN),
        ("return", contents("", reading()), {}, ruling.NO_NOTE),
        ("return", contents("Mục 5.1 sửa 320 thành 230 ạ."), {}, ruling.NO_NOTE),
        ("dismiss", contents("", reading()), {}, ruling.COUNTS),
        ("dismiss", contents("Cảm ơn chị!", in_reply_to="<x@y.example>"), {}, ruling.NOTHING_WAITS),
    ],
)
def test_what_cannot_be_ruled_says_why_and_stays_what_it_is(
    kind: str, inside: mails.Contents, changes: dict[str, object], why: str
) -> None:
    assert refused(kind, inside, **changes) == why
    assert decided(inside, **changes, **ruled(kind)) == decided(inside, **changes)


def test_what_can_be_ruled_is_not_refused() -> None:
    assert refused("accept", contents("", reading(verdict="needs_fix"))) == ""
    assert refused("accept", contents("", reading(verdict="needs_confirm"))) == ""
    assert refused("return", contents("", reading()), "vì sao") == ""
    assert refused("dismiss", contents("", reading(), dangers=("executable",))) == ""


def test_a_mail_with_reports_of_several_units_is_ruled_as_a_whole() -> None:
    both = reading(verdict="needs_fix"), reading("UBND huyện Chi Lăng", "needs_fix", "others")
    inside = contents("", *both)
    identity = known(inside).identity
    shared = {"identity": type(identity)(**{**_fields(identity), "registered": ("H183", "H187")})}

    understood = decided(inside, **shared, **ruled("accept"))

    assert [(report.unit, report.outcome, report.before) for report in understood.reports] == [
        ("H183", outcomes.Outcome.ACCEPTED, outcomes.Outcome.RETURNED),
        ("H187", outcomes.Outcome.ACCEPTED, outcomes.Outcome.RETURNED),
    ]


def _fields(identity: object) -> dict[str, object]:
    return {name: getattr(identity, name) for name in type(identity).__dataclass_fields__}  # type: ignore[attr-defined]


def test_a_mark_of_a_machine_does_not_keep_a_person_from_accepting_and_only_the_unit_is_told() -> None:
    inside = contents("", reading(verdict="needs_fix"), sender_=CHI_LANG, machine=(("auto-submitted", "auto-replied"),))
    understood = decided(inside, **ruled("accept", assigned="H183"))
    assert (understood.outcome, understood.answer_to) == ("accepted", CAO_LOC)
