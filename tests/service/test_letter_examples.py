"""Letters with invented facts: each kind before anything came, in the words that the campaign's letters really have."""

from contextlib import closing

import pytest

from notifications import example_facts, examples
from roll.letters import LetterKind
from tests import databases
from tests.journeys.office import CAMPAIGN, Office

OWN = (
    '{% extends "built-in/receipt-question" %}{% block matter %}{% call paragraph() %}Lời riêng.{% endcall %}'
    "{% endblock %}"
)


def write(office: Office, text: str) -> None:
    folder = office.folder / "campaigns" / CAMPAIGN.name / "templates"
    folder.mkdir()
    (folder / "receipt-question.j2").write_text(text, "utf-8")


def test_every_kind_of_letter_can_be_looked_at_before_anything_came(office: Office) -> None:
    for kind in LetterKind:
        shown = office.run("letters", "preview", kind.value, "--example")
        assert shown.out.startswith("From: "), kind
        assert shown.err == "", kind
    assert office.run("letters", "--json").json == []


def test_an_example_speaks_of_the_campaign_its_form_and_the_unit_that_is_named(office: Office) -> None:
    shown = office.run("letters", "preview", "return", "--example", "errors", "--unit", "H182").out

    assert "Tháng hành động vì trẻ em" in shown
    assert "Kính gửi: UBND huyện Văn Lãng" in shown
    assert "1. Biểu 01, ô D42" in shown


def test_an_example_is_written_in_the_campaigns_own_words(office: Office) -> None:
    write(office, OWN)

    shown = office.run("letters", "preview", "receipt", "--example", "question").out

    assert "Lời riêng." in shown


def test_an_example_of_a_broken_letter_comes_in_the_built_in_words_with_the_mistake_beside_it(office: Office) -> None:
    write(office, OWN.replace("Lời riêng", "{{ mail.subjct }}"))

    shown = office.run("letters", "preview", "receipt", "--example", "question")

    assert 'templates/receipt-question.j2, line 1: "mail" has no "subjct"' in shown.err
    assert "Nội dung trao đổi đã được chuyển đến cán bộ phụ trách" in " ".join(shown.out.split())


def test_an_example_goes_to_staff_where_letters_do_and_says_so(office: Office) -> None:
    office.write_config(mode="staff")

    shown = office.run("letters", "preview", "reminder", "--example", "--unit", "H183").out

    assert "To: phong.tebdg@so.example" in shown
    assert "Thư này gửi thay cho thư tới" in shown


@pytest.mark.parametrize("kind", ["alert", "receipt"])
def test_a_name_that_no_example_has_is_answered_with_all_names(office: Office, kind: str) -> None:
    refused = office.run("letters", "preview", kind, "--example", "gift", status=2).err

    writers = examples.writers(example_facts.example("vi"))
    names = ", ".join(name.removeprefix(f"{kind}-") for name in writers if name.startswith(f"{kind}-"))
    assert f'There is no example "gift" of the {kind}; there are: {names}.' in refused


def test_a_letter_that_cannot_be_previewed_is_refused_with_the_way_to_see_one(office: Office) -> None:
    for kind in ("alert", "credited"):
        refused = office.run("letters", "preview", kind, "--unit", "H183", status=2).err
        assert refused.rstrip().endswith("--example shows one with invented facts.")
    with closing(databases.connect(office.folder / "rollcall.db")) as base:
        assert base.execute("SELECT count(*) FROM letters").fetchone() == (0,)
