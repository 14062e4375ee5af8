"""Letters of a campaign's own: each mistake's exact sentence, when it is told, and that none of them costs a mail."""

import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from notifications import trial
from service import campaign_templates
from tests.intake import mails
from tests.journeys.office import CAMPAIGN, CAO_LOC, JULY_3, Office
from tests.notifications import samples

BAD_TEMPLATES = sorted((Path(__file__).parent / "bad_templates").iterdir())
FOLDER = f"campaigns/{CAMPAIGN.name}"
GOOD = (
    '{% extends "receipt" %}{% block matter %}{% call paragraph() %}Lời riêng của đợt này.{% endcall %}{% endblock %}'
)
# Breaks every letter that is written by it, so whatever the mail asks.
BROKEN = GOOD.replace("Lời riêng", "{{ mail.subjct }}")
NAMED = f'{CAMPAIGN.name}/templates/receipt-question.j2, line 1: "mail" has no "subjct"'
STAFF = "phong.tebdg@so.example"


def write(office: Office, text: str, name: str = "receipt-question") -> None:
    folder = office.folder / FOLDER / "templates"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.j2").write_text(text, "utf-8")


def ask(office: Office, number: int = 1) -> None:
    question = f"Cho em hỏi mục {number} ghi thế nào ạ?"
    raw = mails.mail(f"<{CAO_LOC}>", f"Xin hỏi {number}", question, Message_ID=f"<q{number}@caoloc.example>")
    office.deliver(raw, JULY_3)


def sent(office: Office, to: str) -> list[str]:
    """Return the texts of the letters that went to an address."""
    assert office.sink is not None
    messages = [
        message_from_bytes(each.data, policy=policy.default) for each in office.sink.letters if to in each.rcpt_to
    ]
    bodies = [message.get_body(("plain",)) for message in messages]
    return [" ".join(str(body.get_content()).split()) for body in bodies if body is not None]


@pytest.mark.parametrize("folder", BAD_TEMPLATES, ids=lambda folder: folder.name)
def test_a_bad_template_is_told_in_exactly_these_sentences(folder: Path) -> None:
    told = campaign_templates.mistakes(folder, samples.office("vi"))
    assert "\n".join(told) + "\n" == (folder / "expected.txt").read_text("utf-8")


def test_the_letter_that_the_documents_show_is_right() -> None:
    page = (Path(__file__).parents[2] / "docs" / "own-letters.md").read_text("utf-8")
    (shown,) = re.findall(r"^```\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)

    assert trial.try_templates(samples.office("vi"), {"receipt-question": shown}) == []


def test_a_mark_before_utf_8_is_no_letter_of_the_subject(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "receipt-held.j2").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())

    assert campaign_templates.read(tmp_path) == {"receipt-held": GOOD}
    assert campaign_templates.mistakes(tmp_path, samples.office("vi")) == []


def test_applying_a_folder_refuses_the_mistakes_of_its_letters_together_with_all_others(office: Office) -> None:
    office.run("campaign", "apply", FOLDER)
    write(office, BROKEN)
    toml = office.folder / FOLDER / "campaign.toml"
    toml.write_text(toml.read_text("utf-8").replace('digest_at = "07:30"', 'digest_at = "sang"'), "utf-8")

    refused = office.run("campaign", "apply", FOLDER, status=2)

    assert refused.out == ""
    first, second = refused.err.splitlines()
    assert "digest_at" in first
    assert second == f"{NAMED}; there are: detail, file_name, receipt, received_at, sender_name, until; " + ADVICE


ADVICE = "mend it or delete the file."


def test_applying_a_folder_whose_letters_alone_are_broken_applies_nothing(office: Office) -> None:
    write(office, BROKEN)

    assert NAMED in office.run("campaign", "apply", FOLDER, status=2).err
    (office.folder / FOLDER).rename(office.folder / "beside")
    assert office.run("campaign", "list", "--json").json == []


def test_a_changed_letter_alone_is_noticed(office: Office) -> None:
    office.run("campaign", "apply", FOLDER)
    write(office, GOOD)

    applied = office.run("campaign", "apply", FOLDER).out

    assert applied == "Letters of its own, each tried and right: receipt-question.\n"
    assert "nothing changed" in office.run("campaign", "apply", FOLDER).out


def test_every_command_tells_of_a_broken_letter_until_it_is_mended_and_works_all_the_same(office: Office) -> None:
    office.run("status")
    write(office, BROKEN)

    for _ in range(2):
        told = office.run("status", "--json")
        assert told.err.startswith(NAMED)
        assert told.json["campaign"] == CAMPAIGN.name
    write(office, GOOD)
    assert office.run("status").err == ""


def test_the_self_check_names_the_mistakes_of_letters(office: Office) -> None:
    write(office, BROKEN)

    told = office.run("doctor", "--json", status=1).json

    assert [finding["sentence"].startswith(NAMED) for finding in told if not finding["ok"]] == [True]


def test_with_a_broken_letter_mail_is_answered_in_the_built_in_words_and_staff_are_told_once_a_day(
    office: Office,
) -> None:
    office.run("status")
    write(office, BROKEN)
    ask(office)

    told = office.run("poll", "--json", status=1)

    assert told.json["outcomes"]["held"] == 1
    (answer,) = sent(office, CAO_LOC)
    assert "Nội dung trao đổi đã được chuyển đến cán bộ phụ trách" in answer
    (call,) = sent(office, STAFF)
    assert NAMED in call
    assert "The built-in letter was written instead." in told.err

    office.run("poll")
    assert len(sent(office, STAFF)) == 1


def test_what_no_example_comes_to_and_what_breaks_while_the_program_runs_costs_no_mail(office: Office) -> None:
    # A figure that no example holds: it is found by no trial, only by the letter itself.
    write(office, GOOD.replace("Lời riêng", '{{ 1 // (mail.sender_name | length - "Nguyễn Văn Bình Minh" | length) }}'))
    raw = mails.mail(f'"Nguyễn Văn Bình Minh" <{CAO_LOC}>', "Xin hỏi", "Cho em hỏi mục 5 ghi thế nào ạ?")
    office.deliver(raw, JULY_3)

    told = office.run("poll", "--json", status=1)

    assert "ZeroDivisionError" in told.err
    assert (told.json["outcomes"]["held"], told.json["queued"]) == (1, 1)
    assert "Nội dung trao đổi" in sent(office, CAO_LOC)[0]
    assert "ZeroDivisionError" in sent(office, STAFF)[0]


def test_a_mended_letter_is_used_from_the_next_pass_on_and_no_old_letter_goes_out_again(office: Office) -> None:
    write(office, BROKEN)
    ask(office)
    office.run("poll", status=1)
    write(office, GOOD, "receipt-question")
    office.deliver(mails.mail(f"<{STRANGER}>", "Xin hỏi", "Cho em hỏi mục 7 ghi thế nào ạ?"), JULY_3)

    assert office.run("poll", "--json").err == ""

    assert len(sent(office, CAO_LOC)) == 1
    assert "Lời riêng của đợt này." in sent(office, STRANGER)[0]


STRANGER = "phongldtbxhdt.vanlang@langson.example"
