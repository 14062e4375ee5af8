"""The example letters that are meant for staff: digests and calls (notifications.examples has those to units)."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from notifications import alerts, digest
from notifications.alerts import AlertFacts, AlertReason
from notifications.example_facts import Example, Writers
from notifications.facts import Action, DigestFacts, Envelope, NextStep, Note, Task
from roll.board import Board, Standing
from roll.letters import LetterKind
from roll.outcomes import State

_MISTAKES = tuple(
    f'thang-hanh-dong-2019/templates/receipt-held.j2, line {line}: "mail" has no "file"; "file_name" may be meant; '
    "mend it or delete the file."
    for line in range(3, 15)
)
_ACTIONS = (Action("Ghi nhận cho UBND huyện Bình Gia", "mailto:bc@langson.example?subject=TN-2019-0119%20RC-ABC234"),)


def standing(code: str, name: str, kind: str, state: State, phone: str = "") -> Standing:
    """Return one unit on the board."""
    return Standing(code, f"UBND {name}", name, kind, "required", state, phone=phone)


def board(sample: Example, instant: datetime, *, complete: bool = False) -> Board:
    """Return a board at an instant, with units in every state or with all of them done."""
    states = [State.VALID, State.NEEDS_CONFIRM, State.NEEDS_FIX, State.HELD, State.MISSING, State.MISSING]
    districts = [
        "huyện Tràng Định",
        "huyện Bình Gia",
        "huyện Văn Lãng",
        "huyện Cao Lộc",
        "huyện Văn Quan",
        "huyện Đình Lập",
    ]
    units = [
        standing(f"H{180 + index}", name, "district", State.VALID if complete else state, f"0205 3000 {180 + index}")
        for index, (name, state) in enumerate(zip(districts, states, strict=True))
    ]
    units[-1] = replace(units[-1], signed_copy=True)
    last = State.NIL if complete else State.MISSING
    is_over = instant >= sample.at(7, 6)
    units += [
        replace(
            standing("SXD", "Sở Xây dựng", "department", last), name="Sở Xây dựng", overdue=is_over and not complete
        ),
        Standing("SYT", "Sở Y tế", "Sở Y tế", "department", "required", State.VALID, late=is_over),
        Standing("HND", "Hội Nông dân tỉnh", "Hội Nông dân tỉnh", "organisation", "asked", State.VALID),
        Standing("HKH", "Hội Khuyến học tỉnh", "Hội Khuyến học tỉnh", "organisation", "asked", State.MISSING),
    ]
    return Board(sample.campaign.name, sample.campaign.title, instant, tuple(units), 0 if complete else 1)


def digests(sample: Example) -> Writers:
    """Return digests: in the midst of a round, late in it, and with every report there."""
    words, at = sample.phrases, sample.at
    tasks = (
        Task(
            at(7, 3, 10, 12),
            sample.receipt(119),
            "hoa.nguyen85@mail.example",
            words["task"],
            words["task_proposal"],
            actions=_ACTIONS,
        ),
        Task(
            at(7, 3, 11, 2),
            sample.receipt(121),
            "huyện Văn Quan",
            words["question"],
            words["question_proposal"],
            "https://rollcall.langson.example/review/121",
        ),
    )
    steps = (NextStep(at(7, 4, 7, 30), LetterKind.DIGEST, 1), NextStep(at(7, 8, 8), LetterKind.OVERDUE, 3))
    midway = DigestFacts(
        board(sample, at(7, 3, 16)), tasks, (Note("huyện Hữu Lũng", words["deaths"]),), steps, 152, 152
    )
    late = DigestFacts(
        board(sample, at(7, 9, 7, 30)), tasks[:1], (), (), 161, 160, page="https://rollcall.langson.example/"
    )
    complete = DigestFacts(board(sample, at(7, 9, 7, 30), complete=True), mails_seen=170, mails_kept=170)
    plan = {
        "digest-midway": (midway, ()),
        "digest-late": (late, ()),
        "digest-complete": (complete, ()),
        "digest-attached": (complete, (sample.blank,)),
    }
    return {
        name: partial(
            digest.digest,
            campaign=sample.campaign,
            facts=facts,
            envelope=replace(_to_staff(sample, name), due_at=facts.board.at, attachments=files),
        )
        for name, (facts, files) in plan.items()
    }


def calls(sample: Example) -> Writers:
    """Return each call to staff."""
    facts = {
        AlertReason.CAP: AlertFacts(AlertReason.CAP, sample.at(7, 3, 9), address="robot@mail.example", limit=3),
        AlertReason.BRAKE: AlertFacts(AlertReason.BRAKE, sample.at(7, 3, 9), waiting=21),
        AlertReason.TEMPLATE: AlertFacts(
            AlertReason.TEMPLATE, sample.at(7, 3, 9), campaign=sample.campaign.title, mistakes=_MISTAKES
        ),
        AlertReason.BUDGET: AlertFacts(AlertReason.BUDGET, sample.at(7, 4, 16), limit=500),
    }
    return {
        f"alert-{reason.value}": partial(alerts.alert, facts=told, envelope=_to_staff(sample, f"alert-{reason.value}"))
        for reason, told in facts.items()
    }


def _to_staff(sample: Example, key: str) -> Envelope:
    return replace(sample.envelope(key), to=sample.to_staff, thread=None, staff="")
