"""Outcomes and values are a fold over mails and decisions: read again after a change, all is as if it had always been.

And what people decide is remembered: after ten decisions nobody is asked about those senders again.
"""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service import assemble, jobs, reviewing
from service.tally import Tally
from tests.forms import workbooks
from tests.journeys.desk import Desk, at, book, open_desk
from tests.journeys.office import CAMPAIGN, form_2019

CHI_LANG = "phongldtbxhdt.chilang@langson.example"
DISTRICTS = {
    "H178": "UBND thành phố Lạng Sơn", "H180": "UBND huyện Tràng Định", "H181": "UBND huyện Bình Gia",
    "H182": "UBND huyện Văn Lãng", "H183": "UBND huyện Cao Lộc", "H184": "UBND huyện Văn Quan",
    "H185": "UBND huyện Bắc Sơn", "H186": "UBND huyện Hữu Lũng", "H187": "UBND huyện Chi Lăng",
    "H188": "UBND huyện Lộc Bình",
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An office with a campaign folder of its own, which a test may change."""
    shutil.copytree(CAMPAIGN, tmp_path / "campaigns" / CAMPAIGN.name)
    opened = open_desk(tmp_path, tmp_path / "campaigns")
    yield opened
    opened.rollcall.store.close()


def filled(unit: str, seed: int) -> bytes:
    return workbooks.filled_2019(form_2019(), unit, seed)


def decide(desk: Desk, mail_id: int, unit: str, **options: bool) -> None:
    desk.clock[0] += timedelta(minutes=1)
    reviewing.assign(desk.rollcall, str(mail_id), reviewing.Assignment(unit, "chị Lan", **options))


def rule(desk: Desk, mail_id: int, kind: str, note: str = "") -> None:
    desk.clock[0] += timedelta(minutes=1)
    reviewing.rule(desk.rollcall, str(mail_id), reviewing.Ruling(kind, "chị Lan", note))


def reopen(desk: Desk) -> Desk:
    """Return the office as the next command finds it: campaign folders that were changed are applied."""
    return Desk(assemble.open_rollcall(desk.rollcall.config, lambda: desk.clock[0]), desk.clock, desk.uids)


def handle_afresh(desk: Desk) -> None:
    desk.forget_everything()
    jobs.handle_waiting(desk.rollcall, Tally())


def some_of_everything(desk: Desk) -> None:
    """Let mails come and be decided on in every way."""
    desk.arrive(at(1, 8), "BC", ("BC.xlsx", book(1)))
    stranger = desk.arrive(at(1, 9), "BC", ("BC.xlsx", filled(DISTRICTS["H187"], 2)), sender="hoa@mail.example")
    wrong = desk.arrive(at(2, 8), "BC", ("BC.xlsx", filled(DISTRICTS["H186"], 3)), sender="lan@mail.example")
    desk.arrive(at(2, 9), "Báo cáo lần 2", ("BC 2.xlsx", book(1, D21=61)))
    errors = desk.arrive(at(2, 10), "BC sửa", ("BC 3.xlsx", book(1, D42=99999)))
    question = desk.arrive(at(3, 8), "Cho em hỏi mục 5.4 tính thế nào ạ?")
    decide(desk, stranger, "H187", remember=True)
    decide(desk, wrong, "H186")
    rule(desk, errors, "accept")
    rule(desk, question, "dismiss")
    desk.arrive(at(3, 9), "BC lần 2", ("BC.xlsx", filled(DISTRICTS["H187"], 4)), sender="hoa@mail.example")


def test_after_a_change_of_the_register_reading_again_is_as_handling_afresh(desk: Desk, tmp_path: Path) -> None:
    some_of_everything(desk)
    late = desk.arrive(at(3, 10), "BC", ("BC.xlsx", filled(DISTRICTS["H185"], 5)), sender="moi@mail.example")
    assert desk.ends()[late - 1][:2] == ("held", "unknown_sender")
    before = desk.derived()
    assert desk.replay() == []
    assert desk.derived() == before

    roster = tmp_path / "campaigns" / CAMPAIGN.name / "units.csv"
    lines = roster.read_text("utf-8-sig").splitlines()
    given = next(line for line in lines if line.startswith("H185,"))
    address = given.split(",")[4]
    lines[lines.index(given)] = given.replace(address, f"{address};moi@mail.example", 1)
    roster.write_text("\n".join(lines) + "\n", "utf-8")
    changed = reopen(desk)
    changed.replay()
    again = changed.derived()
    assert changed.ends()[late - 1][:2] == ("accepted", "valid")
    assert again != before

    handle_afresh(changed)
    assert changed.derived() == again
    assert changed.replay() == []


def test_after_a_change_of_the_form_reading_again_is_as_handling_afresh(desk: Desk, tmp_path: Path) -> None:
    some_of_everything(desk)
    before = desk.derived()
    form = tmp_path / "campaigns" / CAMPAIGN.name / "form.toml"
    text = form.read_text("utf-8")
    new = (
        '\n[[check]]\nname = "K1"\nconstraint = "gifts.quantity < 0"\n'
        'constraint_message = "để thử."\nseverity = "warning"\n'
    )
    form.write_text(text + new, "utf-8")
    changed = reopen(desk)
    changed.replay()
    again = changed.derived()
    assert again != before
    assert ("accepted", "warnings") in [end[:2] for end in changed.ends()]

    handle_afresh(changed)
    assert changed.derived() == again


def test_after_ten_decisions_nobody_is_asked_about_those_senders_again(desk: Desk) -> None:
    senders = {code: f"{code.lower()}.rieng@mail.example" for code in DISTRICTS}
    for seed, (code, name) in enumerate(DISTRICTS.items()):
        mail_id = desk.arrive(at(1, 8, seed), "BC", ("BC.xlsx", filled(name, seed)), sender=senders[code])
        assert desk.ends()[-1][:2] == ("held", "unknown_sender")
        decide(desk, mail_id, code, remember=True)
    for seed, (code, name) in enumerate(DISTRICTS.items(), start=20):
        desk.arrive(at(2, 8, seed), "BC lần 2", ("BC.xlsx", filled(name, seed)), sender=senders[code])
    assert [end[:2] for end in desk.ends()[10:]] == [("accepted", "valid")] * 10
