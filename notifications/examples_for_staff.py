"""The example letters that are meant for staff: digests and calls (notifications.examples has those to units)."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from notifications import alerts, digest
from notifications.alerts import AlertFacts, AlertReason
from notifications.example_facts import Example, Writers
from notifications.facts import (
    Action,
    Before,
    CampaignDigest,
    DigestFacts,
    Envelope,
    MailboxCount,
    NextStep,
    Note,
    Task,
)
from roll.board import Board, Standing
from roll.letters import LetterKind
from roll.outcomes import State

_UNREAD = (
    'Mailbox bc: the server mail.langson.example refuses the sign-in of "bc@langson.example"; '
    "check [[mailbox]] `user` and its password."
)
_MISTAKES = tuple(
    f'thang-hanh-dong-2019/templates/receipt-held.j2, line {line}: "mail" has no "file"; "file_name" may be meant; '
    "mend it or delete the file."
    for line in range(3, 15)
)
_PAGE = "https://rollcall.langson.example/"


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
    """Return digests: the first, in the midst of a round, late in it, with nothing new, of several rounds, the last."""
    return {
        name: partial(digest.digest, facts=facts, envelope=replace(_to_staff(sample, name), due_at=facts.at))
        for name, facts in _digest_facts(sample).items()
    }


def _digest_facts(sample: Example) -> dict[str, DigestFacts]:
    at, words, tasks = sample.at, sample.phrases, _tasks(sample)
    then, late_at, last_at = at(7, 3, 16), at(7, 9, 7, 30), at(7, 10, 7, 30)
    steps = (NextStep(at(7, 4, 7, 30), LetterKind.DIGEST, 1), NextStep(at(7, 8, 8), LetterKind.OVERDUE, 3))
    first = CampaignDigest(sample.campaign, board(sample, then), (Note("huyện Hữu Lũng", words["deaths"]),), 0, steps)
    told = digest.figures(first.board)
    fewer = told | {name: told[name] - 2 for name in ("received", "valid", "on_time")}
    workbook = f"Tong hop {sample.campaign.name}.xlsx"
    midway = replace(first, before=Before(at(7, 2, 7, 30), fewer), notes_told=3, workbook=workbook)
    late = CampaignDigest(
        sample.campaign, board(sample, late_at), out_of_reach={"H185": words["why"]}, lacks_files=True
    )
    final = CampaignDigest(
        sample.campaign,
        board(sample, last_at, complete=True),
        is_final=True,
        draft="Du thao bao cao.docx",
        workbook="Tong hop.xlsx",
    )
    other = replace(first, campaign=replace(sample.campaign, name="second", title=words["second"]), next_steps=())
    counted = MailboxCount(152, 152)
    return {
        "digest-first": DigestFacts(then, (first,), tasks, counted, 152),
        "digest-midway": DigestFacts(then, (midway,), tasks, counted, 155),
        "digest-late": DigestFacts(late_at, (late,), tasks[:1], MailboxCount(161, 160), 160, page=_PAGE),
        "digest-unchanged": DigestFacts(at(7, 4, 7, 30), (replace(first, before=Before(then, told)),), ()),
        "digest-two_campaigns": DigestFacts(then, (midway, other), tasks[1:], counted, 152),
        "digest-final": DigestFacts(last_at, (final,), (), MailboxCount(170, 170), 170),
    }


def _tasks(sample: Example) -> tuple[Task, ...]:
    words, receipt = sample.phrases, sample.receipt(119)
    action = Action("Ghi nhận cho UBND huyện Bình Gia", f"mailto:bc@langson.example?subject={receipt}%20RC-ABC234")
    return (
        Task(
            sample.at(7, 3, 10, 12),
            receipt,
            "hoa.nguyen85@mail.example",
            words["task"],
            words["task_proposal"],
            actions=(action,),
        ),
        Task(
            sample.at(7, 3, 11, 2),
            sample.receipt(121),
            "huyện Văn Quan",
            words["question"],
            words["question_proposal"],
            f"{_PAGE}review/121",
        ),
    )


def calls(sample: Example) -> Writers:
    """Return each call to staff."""
    at, robot = sample.at, "robot@mail.example"
    facts = {
        AlertReason.CAP: AlertFacts(AlertReason.CAP, at(7, 3, 9), address=robot, limit=3, is_last=True),
        AlertReason.LOOP: AlertFacts(AlertReason.LOOP, at(7, 3, 9), 8, robot),
        AlertReason.BRAKE: AlertFacts(AlertReason.BRAKE, at(7, 3, 9), waiting=21),
        AlertReason.FLOOD: AlertFacts(AlertReason.FLOOD, at(7, 3, 9), waiting=120),
        AlertReason.SHORT: AlertFacts(AlertReason.SHORT, at(7, 4, 15), limit=500),
        AlertReason.BUDGET: AlertFacts(AlertReason.BUDGET, at(7, 4, 16), limit=500),
        AlertReason.TEMPLATE: AlertFacts(
            AlertReason.TEMPLATE, at(7, 3, 9), campaign=sample.campaign.title, mistakes=_MISTAKES
        ),
        AlertReason.MAILBOX: AlertFacts(AlertReason.MAILBOX, at(7, 3, 9), mistakes=(_UNREAD,), since=at(7, 3, 8, 44)),
    }
    return {
        f"alert-{reason.value}": partial(alerts.alert, facts=told, envelope=_to_staff(sample, f"alert-{reason.value}"))
        for reason, told in facts.items()
    }


def _to_staff(sample: Example, key: str) -> Envelope:
    return replace(sample.envelope(key), to=sample.to_staff, thread=None, staff="")
