"""What holds for every mail, whatever is inside it and whatever is known."""

from dataclasses import replace
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from intake import answering, decide
from roll import mails, reports
from roll.outcomes import Outcome, Verdict
from tests.intake import known

KINDS = (
    "xlsx", "xlsm", "xls", "csv", "encrypted", "zip", "pdf", "image", "docx", "rar", "7z", "tnef", "calendar",
    "lock_file",
    "empty", "unknown", "executable", "message",
)  # fmt: skip
LINES = ("UBND huyện Cao Lộc", "Chi Lăng", "Văn Lãng", "UBND xã Yên Trạch", "CL", "", "……", "Sở Y tế", "\x00 lạ ?")
TEXTS = (
    "", "Em gửi báo cáo ạ.", "Chị ơi, tính sao ạ?", "Xin lùi thời hạn", "Đơn vị không phát sinh", "Cảm ơn chị",
    "Kính mời họp",
    "https://drive.google.com/a", "Mật khẩu: 1", "UBND huyện Cao Lộc và UBND huyện Chi Lăng",
)  # fmt: skip
ADDRESSES = (known.CAO_LOC, known.CHI_LANG, known.SHARED, known.STRANGER, known.OURS, "no-reply@x.example")
MARKS = (("auto-submitted", "auto-replied"), ("precedence", "bulk"), ("return-path", "<>"), ("list-id", "a"),
         ("content-type", "multipart/report"), ("x-auto-response-suppress", "All"), ("from", ""))  # fmt: skip
FLAWS = (*sorted(answering.UNCERTAIN_SENDER), "signed_mail", "uuencoded", "wrong_charset")


def some(values: tuple, most: int = 2) -> st.SearchStrategy[tuple]:
    return st.lists(st.sampled_from(values), max_size=most).map(tuple)


def mostly(usual: object, otherwise: st.SearchStrategy) -> st.SearchStrategy:
    """What goes wrong is rare, or nothing would ever be accepted."""
    return st.sampled_from(range(8)).flatmap(lambda number: otherwise if number == 5 else st.just(usual))


VERDICTS = st.sampled_from((
    *[Verdict.VALID] * 4, Verdict.NEEDS_CONFIRM, Verdict.NEEDS_FIX, Verdict.NEEDS_FIX, Verdict.WRONG_FORM,
    Verdict.UNREADABLE, Verdict.ENCRYPTED,
))  # fmt: skip
READINGS = st.builds(
    lambda line, verdict, values, reason, form, version: known.reading(
        line, verdict.value, values, form=form, version=version,
        **({"reason": "blank_form"} if verdict is Verdict.NEEDS_FIX and reason else {}),
    ),
    mostly("", st.sampled_from(LINES)) | st.sampled_from(LINES[:3]),
    mostly(Verdict.VALID, st.sampled_from(Verdict)) | VERDICTS,
    st.sampled_from("abc"), st.booleans(),
    mostly("THDTE-2019", st.sampled_from(("OTHER", ""))), mostly("1", st.just("2")),
)  # fmt: skip
PARTS = st.builds(
    lambda name, kind, inline, path: known.part(name, kind, inline=inline, path=path),
    st.sampled_from(("BC Cao Loc", "x", "", "GM")), st.sampled_from(KINDS), st.booleans(), st.sampled_from(("",
    "a.zip", "b.eml")),
)  # fmt: skip
CONTENTS = st.builds(
    lambda text, readings, parts, addresses, subject, name, machine, dangers, flaws, answered: known.contents(
        text, *readings, parts=parts, sender_=addresses, subject=subject, from_name=name, machine=machine,
        dangers=dangers, flaws=flaws, in_reply_to=answered,
    ),
    st.sampled_from(TEXTS) | st.text(max_size=60), st.lists(READINGS, max_size=2),
    mostly((), st.lists(PARTS, max_size=3)),
    mostly((known.CAO_LOC,), some(ADDRESSES)) | st.sampled_from(ADDRESSES).map(lambda address: (address,)),
    st.sampled_from(("", "BC", "Re: BC", "Fwd: BC", "BC (1/3)", "BC (1/6)")), mostly("", st.just("Bình Gia")),
    mostly((), some(MARKS)), mostly((), st.just(("executable",))), mostly((), some(FLAWS, 1)), st.sampled_from(("",
    "<a@b>")),
)  # fmt: skip
CAMPAIGNS = st.lists(
    st.sampled_from((
        known.campaign_2019(),
        replace(known.campaign_2019(), name="same form"),
        replace(known.campaign_2019(), name="newer", form_version="2"),
        replace(known.campaign_2019(), name="other", form_name="OTHER"),
        replace(known.campaign_2019(), name="few", roster=known.roster_2019()[:3]),
        replace(known.campaign_2019(), name="past", opens=known.at(1, 1), closes=known.at(1, 2)),
    )),
    max_size=3, unique_by=lambda campaign: campaign.name,
)  # fmt: skip
INSTANTS = mostly(known.at(3), st.sampled_from((known.at(20, 5), known.at(5, hour=0), known.at(10), known.at(15))))


@st.composite
def situations(draw: st.DrawFn) -> tuple[mails.Mail, mails.Contents, decide.Known]:
    inside = draw(CONTENTS)
    earlier = [
        known.version(
            inside, draw(st.sampled_from(("H183", "H187"))), number + 1, index=number,
            current=draw(st.booleans()), mail_id=draw(st.sampled_from((1, 100))),
        )
        for number in range(len(inside.readings))
        if draw(st.booleans())
    ]  # fmt: skip
    if draw(st.booleans()):
        earlier = []
    what = known.known(
        inside,
        campaigns=draw(mostly([known.campaign_2019()], CAMPAIGNS)),
        authentication=draw(mostly("none", st.sampled_from(("pass", "fail"))) | st.just("pass")),
        assigned=draw(mostly(None, st.sampled_from(("H183", "H187", "X999")))),
        same_bytes=draw(mostly(None, st.just(7))),
        versions=earlier,
        extensions={(known.NAME_2019, "H183"): known.at(20)} if draw(st.booleans()) else {},
    )
    return known.mail(draw(INSTANTS)), inside, what


Situation = tuple[mails.Mail, mails.Contents, decide.Known]
thorough = settings(max_examples=400, deadline=None, derandomize=True)


@thorough
@given(situations())
def test_every_mail_ends_in_exactly_one_outcome_with_a_reason(situation: Situation):
    understood = decide.decide(*situation)
    assert understood.outcome in Outcome
    assert understood.reason
    assert decide.decide(*situation) == understood


@thorough
@given(situations())
def test_nobody_is_answered_who_must_not_be(situation: Situation):
    _, inside, what = situation
    understood = decide.decide(*situation)
    registered = {code for code in (what.assigned, *what.identity.registered) if code}
    if what.authentication == "fail" or inside.headers.machine or known.OURS in inside.headers.from_addresses:
        assert understood.answer == ""
    if not answering.UNCERTAIN_SENDER.isdisjoint(inside.flaws) or len(inside.headers.from_addresses) != 1:
        assert understood.answer_to in {"", *what.register.addresses_of(what.assigned or "", known.at(3).date())}
    if not registered:
        assert understood.answer in {"", "receipt:unknown_sender"}
        assert not understood.answer or what.authentication == "pass"
    if understood.outcome is Outcome.QUARANTINED:
        assert understood.answer == ""
    assert bool(understood.answer) == bool(understood.answer_to)


@thorough
@given(situations())
def test_a_unit_that_a_waiting_mail_may_belong_to_is_among_its_candidates(situation: Situation):
    understood = decide.decide(*situation)
    if understood.outcome in {Outcome.HELD, Outcome.QUARANTINED}:
        concerned = {understood.unit, understood.proposal, *situation[2].identity.registered} - {None}
        assert concerned <= set(understood.candidates)
    if understood.outcome is Outcome.RETURNED:
        assert understood.candidates


@thorough
@given(situations())
def test_what_is_recorded_is_a_registered_units_report_in_a_campaign_that_asked_for_it(situation: Situation):
    mail, inside, what = situation
    understood = decide.decide(*situation)
    by_name = {campaign.name: campaign for campaign in what.campaigns}
    if understood.outcome is Outcome.ACCEPTED:
        assert understood.reports
        assert understood.unit or len(understood.reports) > 1
        assert understood.campaign or len({report.campaign for report in understood.reports}) > 1
    for report in understood.reports:
        campaign, reading = by_name[report.campaign], inside.readings[report.reading]
        assert report.unit in ((what.assigned,) if what.assigned else what.identity.registered)
        assert campaign.entry(report.unit)
        assert campaign.covers(mail.received_at, what.extensions.get((campaign.name, report.unit)))
        assert inside.parts[report.part].reading == report.reading
        assert report.outcome in {Outcome.ACCEPTED, Outcome.RETURNED}
        if report.outcome is Outcome.ACCEPTED:
            assert campaign.form_name == reading.form
            assert _names(what, reading) <= {report.unit} or what.assigned


def _names(what: decide.Known, reading: reports.Reading) -> set[str]:
    named = what.register.units_named(reading.header_text("unit"))
    return set(named) if len(named) == 1 else set()


@thorough
@given(situations())
def test_nothing_dangerous_is_accepted_and_no_danger_is_a_reason_to_forget(situation: Situation):
    _, inside, _ = situation
    understood = decide.decide(*situation)
    verdicts = {reading.verdict for reading in inside.readings}
    dangerous = bool(inside.dangers) or bool(verdicts & {Verdict.HOSTILE, Verdict.PERSONAL_DATA})
    assert (understood.outcome is Outcome.QUARANTINED) >= dangerous


@thorough
@given(situations())
def test_a_mail_is_passed_over_as_unrelated_only_without_a_report_in_it(situation: Situation):
    understood = decide.decide(*situation)
    if understood.reason == "unrelated":
        assert not situation[1].readings
        assert not {part.kind for part in situation[1].parts} & {"rar", "7z", "tnef", "xlsx", "zip", "docx"}


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300), st.text(max_size=100), st.datetimes(datetime(2019, 1, 1), datetime(2020, 1, 1)))
def test_no_words_at_all_make_it_fail(text: str, subject: str, received_at: datetime):
    inside = known.contents(text, known.reading(text[:50]), subject=subject, from_name=text[:80])
    known.decided(inside, received_at.replace(tzinfo=known.ZONE))


def test_the_strategies_reach_every_outcome_and_most_reasons():
    seen: set[tuple[str, str]] = set()

    @settings(max_examples=600, deadline=None, derandomize=True, database=None)
    @given(situations())
    def look(situation: Situation) -> None:
        understood = decide.decide(*situation)
        seen.add((understood.outcome.value, understood.reason))

    look()
    assert {outcome for outcome, _ in seen} == {outcome.value for outcome in Outcome}
    assert len(seen) >= 25
