"""A workbook on the form of an earlier campaign is the wrong form where nobody reports for that one any more."""

from dataclasses import replace
from datetime import datetime

import pytest

from intake import outdated
from roll import campaigns, reports
from roll.outcomes import Outcome, Verdict
from tests.intake import known as samples
from tests.intake.known import CAO_LOC, CHI_LANG, SHARED, at, campaign_2019, contents, mail, reading

NAME_2018 = "thang-hanh-dong-2018"


def campaign_2018(**changes: object) -> campaigns.Campaign:
    """Return last year's campaign: the same roster, dates and form, a year earlier."""
    now = campaign_2019()
    then = {
        each: getattr(now, each).replace(year=2018)
        for each in ("opens", "due_before", "grace_until", "closes", "answers_from")
    }
    made = replace(now, name=NAME_2018, form_name="THDTE-2018", form_version="1", **then)
    return replace(made, **changes)  # type: ignore[arg-type]


def reported_in_2018(unit: str = "H183", outcome: str = "accepted") -> reports.Version:
    """Return the version that a unit sent last year."""
    inside = contents("", reading(form="THDTE-2018"))
    sent = samples.version(inside, unit, 1, outcome=outcome)
    return replace(sent, campaign=NAME_2018, mail_id=7)


def verdicts(inside_form: str = "THDTE-2018", received_at: datetime | None = None, **changes: object) -> list[str]:
    """Return the verdicts of a mail of Cao Lộc with a workbook on a form."""
    version = str(changes.pop("version", "1"))
    inside = contents("", reading(form=inside_form, version=version), sender_=changes.pop("sender_", CAO_LOC))  # type: ignore[arg-type]
    told = {"campaigns": [campaign_2018(), campaign_2019()], "versions": [reported_in_2018()]} | changes
    apart = outdated.told_apart(mail(received_at or at(3)), inside, samples.known(inside, **told))
    return [each.verdict.value for each in apart.readings]


def test_the_form_of_last_year_is_the_wrong_form_for_a_unit_that_reported_then() -> None:
    inside = contents("", reading(form="THDTE-2018"))
    knowledge = samples.known(inside, campaigns=[campaign_2018(), campaign_2019()], versions=[reported_in_2018()])
    apart = outdated.told_apart(mail(at(3)), inside, knowledge)

    (wrong,) = apart.readings
    assert (wrong.verdict, wrong.detail, wrong.values) == (Verdict.WRONG_FORM, "biểu mẫu năm 2018", ())
    assert (apart.parts[0].used, apart.parts[0].why) == (False, "biểu mẫu năm 2018")
    assert wrong.header_text("unit") == "UBND huyện Cao Lộc"


@pytest.mark.parametrize(
    ("why", "changes"),
    [
        ("this year's form", {"inside_form": "THDTE-2019"}),
        ("the unit sent nothing last year", {"versions": []}),
        ("its report was returned last year", {"versions": [reported_in_2018(outcome=Outcome.RETURNED.value)]}),
        ("another unit sent one", {"versions": [reported_in_2018("H187")]}),
        ("a stranger's", {"sender_": "hoa@mail.example"}),
        ("of one of two units the report is still owed", {"sender_": SHARED}),
        ("last year's campaign never closed", {"campaigns": [campaign_2018(closes=None), campaign_2019()]}),
        ("nothing else is asked for", {"campaigns": [campaign_2018()]}),
        ("another form", {"campaigns": [campaign_2018(), replace(campaign_2019(), form_name="BC-6T-2019")]}),
        ("this year's campaign is not open", {"received_at": at(1, 5)}),
        ("the unit has more time", {"extensions": {(NAME_2018, "H183"): at(30, 6)}}),
        (
            "last year's campaign has just closed",
            {"campaigns": [campaign_2018(opens=at(1, 5), closes=at(28, 6)), campaign_2019()]},
        ),
    ],
)  # fmt: skip
def test_what_may_be_a_late_report_is_left_as_it_is(why: str, changes: dict[str, object]) -> None:
    assert verdicts(**changes) == ["valid"], why  # type: ignore[arg-type]


def test_a_person_who_says_whose_a_stranger_s_mail_is_lets_it_be_told_apart_too() -> None:
    assert verdicts(sender_="hoa@mail.example", assigned="H183") == ["wrong_form"]
    assert verdicts(sender_=CHI_LANG, assigned="H183") == ["wrong_form"]


def test_versions_of_one_form_are_told_apart_by_their_version() -> None:
    this_year = replace(campaign_2019(), form_name="TRE-EM", form_version="2")
    asked = [campaign_2018(form_name="TRE-EM"), this_year]
    assert verdicts("TRE-EM", campaigns=asked) == ["wrong_form"]
    assert verdicts("TRE-EM", campaigns=asked, version="2") == ["valid"]
