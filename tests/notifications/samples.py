"""One letter of every kind, reason and variant, in both languages: what the golden files hold and the tests look at."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from notifications import alerts, digest, mails
from notifications.alerts import AlertFacts, AlertReason
from notifications.facts import (
    Action,
    Attachment,
    Before,
    CameFacts,
    CampaignDigest,
    Change,
    CreditedFacts,
    DigestFacts,
    Envelope,
    Figure,
    MailboxCount,
    MailFacts,
    NextStep,
    Note,
    Office,
    OverdueFacts,
    ReceiptReason,
    ReminderFacts,
    ReportFacts,
    Task,
    Thread,
)
from notifications.letterhead import Letterhead
from roll.board import Board, Cause, Standing
from roll.campaigns import Campaign
from roll.letters import Letter, LetterKind
from roll.outcomes import State, Verdict
from roll.reports import Problem, Reading, Severity
from roll.units import Unit
from tests.notifications.sample_phrases import ENGLISH, VIETNAMESE

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LANGUAGES = ("vi", "en")
BLANK = Attachment(
    "Bieu mau THDTE 2019.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"
)
MARKED = replace(BLANK, name="BC THÁNG HĐ VÌ TRẺ EM - CAO LỘC (đánh dấu).xlsx")


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2019, month, day, hour, minute, tzinfo=ZONE)


@dataclass(frozen=True)
class Case:
    """What the letters of one language are written with."""

    head: Letterhead
    campaign: Campaign
    district: Unit
    department: Unit
    problems: tuple[Problem, ...]
    title: str
    sheet: str
    figures: tuple[Figure, ...]
    phrases: dict[str, str]


def office(language: str) -> Office:
    return Office(
        name="Sở Lao động - Thương binh và Xã hội tỉnh Lạng Sơn",
        department="Phòng Trẻ em - Bình đẳng giới",
        phone="0205 3000 000",
        address="tiepnhan.bc@langson.example",
        timezone=ZONE,
        language=language,
    )


def _campaign(words: dict[str, str]) -> Campaign:
    return Campaign(
        name="thang-hanh-dong-2019",
        title=words["title"],
        short_title=words["short_title"],
        report_title=words["report_title"],
        document=words["document"],
        references=("1332/LĐTBXH-TE", "1415/VP-KGVX"),
        opens=at(6, 1),
        deadline_text=words["deadline"],
        due_before=at(7, 5),
        grace_until=at(7, 6),
        closes=at(7, 10),
        answers_from=at(6, 1),
        reminders=(),
        remind_at=time(8),
        digest_at=time(7, 30),
        signed_copy=True,
        reports_to=words["higher"],
        zone=ZONE,
    )


def _problem(severity: Severity, cell: str, item: str, told: tuple[str, str, str, str]) -> Problem:
    label, found, expected, message = told
    return Problem(severity, "C15", "Bieu 01", cell, label, found, expected, message, item)


def _problems(words: dict[str, str]) -> tuple[Problem, ...]:
    part = (words["label"], "350", words["part_expected"], words["part_message"])
    whole = (words["cost"], "185,5", words["sum_expected"], words["sum_message"])
    unit = (words["gifts"], "64.000.000", words["unit_expected"], words["unit_message"])
    return (
        _problem(Severity.ERROR, "D42", "5.2", part),
        _problem(Severity.ERROR, "E78", "9.1", whole),
        _problem(Severity.WARNING, "E41", "5.1", unit),
        _problem(Severity.NOTICE, "D65", "7.9", ("7.9", "2", "", words["deaths"])),
    )


def case(language: str) -> Case:
    words = VIETNAMESE if language == "vi" else ENGLISH
    return Case(
        head=Letterhead(office(language)),
        campaign=_campaign(words),
        district=Unit(
            code="H183",
            name="UBND huyện Cao Lộc",
            short_name="huyện Cao Lộc",
            kind="district",
            addressed_as="UBND huyện Cao Lộc",
            via="Phòng Lao động - Thương binh và Xã hội - Dân tộc huyện",
        ),
        department=Unit(
            code="SXD",
            name="Sở Xây dựng",
            short_name="Sở Xây dựng",
            kind="department",
            addressed_as="Sở Xây dựng",
            salutation="quý cơ quan",
        ),
        problems=_problems(words),
        title=words["form"],
        sheet=words["sheet"],
        figures=(Figure(words["gifts"], 1320, words["children"]), Figure(words["cost"], 185.5, words["million"])),
        phrases=words,
    )


def report(sample: Case, problems: tuple[Problem, ...] = (), verdict: Verdict = Verdict.VALID) -> ReportFacts:
    reading = Reading(verdict, "", "THDTE-2019", "1", problems=problems, sheets=("Bieu 01", "Bieu 02"))
    return ReportFacts(
        receipt="TN-2019-0123",
        received_at=at(7, 3, 15, 20),
        file_name="BC THÁNG HĐ VÌ TRẺ EM - CAO LỘC.xls",
        reading=reading,
        field_count=60,
        main_figures=sample.figures,
        correct_before=at(7, 9),
        form_title=sample.title,
        sheet_titles={"Bieu 01": sample.sheet},
    )


def envelope(key: str, *attachments: Attachment, staff: str = "") -> Envelope:
    thread = Thread("gui bc thang hanh dong", "<CAF1@mail.langson.example>", ("<root@mail.langson.example>",))
    return Envelope(
        to="phongldtbxhdt.caoloc@langson.example",
        key=key,
        due_at=at(7, 3, 15, 21),
        message_domain="langson.example",
        thread=thread,
        attachments=attachments,
        staff=staff,
    )


def _mail(sample: Case, detail: str = "", file_name: str = "BC.xls") -> MailFacts:
    return MailFacts(
        "TN-2019-0124", at(7, 3, 15, 20), "Hoàng Thị A", file_name, sample.phrases.get(detail, detail), at(7, 9)
    )


def _about_report(write: Callable[..., Letter], facts: ReportFacts, sample: Case, sent: Envelope) -> Letter:
    return write(sample.head, sample.campaign, sample.district, facts, sent)


def reports(sample: Case) -> dict[str, Letter]:
    errors = sample.problems
    many = tuple(replace(errors[0], cell=f"D{row}", message=sample.phrases["whole_message"]) for row in range(15, 40))
    good, bad = report(sample), report(sample, errors, Verdict.NEEDS_FIX)
    warned = report(sample, errors[2:], Verdict.NEEDS_CONFIRM)
    late = {"on_time": False, "received_at": at(7, 6, 9, 5)}
    words = sample.phrases
    changed = (
        Change(words["sheet"], "D42", "5.2", words["label"], 350, 320),
        Change(words["sheet"], "E78", "9.1", words["cost"], None, 1175.5),
        Change("Biểu 02", "B9", "", "", "Hội thi vẽ tranh", "Hội thi vẽ tranh; diễn đàn trẻ em"),
    )
    again = replace(
        good, sending=2, replaces_at=at(7, 2, 9, 5), changes=changed, file_name="BC THDVTE 2019_sửa lần 2.xls"
    )
    plan: dict[str, tuple[Callable[..., Letter], ReportFacts, Envelope]] = {
        "acknowledgement-first": (mails.acknowledgement, good, envelope("first")),
        "acknowledgement-second": (mails.acknowledgement, again, envelope("second")),
        "acknowledgement-unchanged": (mails.acknowledgement, replace(again, changes=()), envelope("unchanged")),
        "acknowledgement-late": (mails.acknowledgement, replace(good, **late, signed_seen=True), envelope("late")),
        "acknowledgement-staff": (mails.acknowledgement, good, envelope("staff", staff="phong.tebdg@langson.example")),
        "return-errors": (mails.return_report, bad, envelope("errors")),
        "return-many": (
            mails.return_report,
            replace(bad, reading=replace(bad.reading, problems=many)),
            envelope("many"),
        ),
        "return-marked": (
            mails.return_report,
            replace(bad, **late, accepted_stands=True, marked_file=MARKED.name),
            envelope("marked", MARKED),
        ),
        "acknowledgement-by_person": (
            mails.acknowledgement,
            replace(warned, accepted_by_person=True),
            envelope("person"),
        ),
        "return-by_person": (
            mails.return_report,
            replace(warned, officer_note=sample.phrases["extended_note"]),
            envelope("by person"),
        ),
        "confirm-first": (mails.confirm, warned, envelope("confirm")),
        "confirm-late": (mails.confirm, replace(warned, **late, signed_seen=True), envelope("confirm late")),
    }
    return {name: _about_report(write, facts, sample, sent) for name, (write, facts, sent) in plan.items()}


def notices(sample: Case) -> dict[str, Letter]:
    good = CreditedFacts(
        "TN-2019-0126", at(7, 3, 15, 20), "hoa.nguyen85@mail.example", "BC Cao Loc.xlsx", accepted=True
    )
    bad = replace(good, receipt="TN-2019-0127", accepted=False)
    plan = {
        "credited-accepted": (sample.district, good),
        "credited-returned": (sample.district, bad),
        "credited-department": (sample.department, good),
    }
    return {
        name: mails.credited(sample.head, sample.campaign, unit, told, replace(envelope(name), thread=None))
        for name, (unit, told) in plan.items()
    }


_DETAILS = {
    ReceiptReason.UNREADABLE: "broken",
    ReceiptReason.WRONG_FORM: "other_year",
    ReceiptReason.DUPLICATE: "TN-2019-0101",
    ReceiptReason.CONFIRMED: "TN-2019-0101",
    ReceiptReason.EXTENDED: "extended_note",
    ReceiptReason.LOWER_LEVEL_REPORTS: "24",
    ReceiptReason.SEVERAL_MAILS: "2/3, 3/3, Bieu 02",
    ReceiptReason.RETURNED_BY_PERSON: "extended_note",
}
_FILES = {
    ReceiptReason.LOCK_FILE: "~$BC thang hanh dong.xlsx",
    ReceiptReason.ARCHIVE_PASSWORD: "BC Cao Lộc.rar",
    ReceiptReason.ARCHIVE_VOLUMES: "BC Cao Lộc.part1.rar",
    ReceiptReason.ARCHIVE_DAMAGED: "BC Cao Lộc.7z",
    ReceiptReason.ENCRYPTED_MAIL: "smime.p7m",
    ReceiptReason.PICTURE_ONLY: "z1432.jpg",
    ReceiptReason.SIGNED_COPY_ONLY: "215-BC-UBND.signed.pdf",
}
_WITH_BLANK = (
    ReceiptReason.LOWER_LEVEL_REPORTS,
    ReceiptReason.QUESTION,
    ReceiptReason.WRONG_FORM,
    ReceiptReason.SIGNED_COPY_ONLY,
)


def receipts(sample: Case) -> dict[str, Letter]:
    letters = {}
    for reason in ReceiptReason:
        unit = None if reason is ReceiptReason.UNKNOWN_SENDER else sample.district
        sent = envelope(reason, *([BLANK] if reason in _WITH_BLANK else []))
        mail = _mail(sample, _DETAILS.get(reason, ""), _FILES.get(reason, "BC.xls"))
        letters[f"receipt-{reason}"] = mails.receipt(sample.head, reason, sample.campaign, unit, mail, sent)
    letters["receipt-held-stranger"] = mails.receipt(
        sample.head, ReceiptReason.HELD, None, None, _mail(sample), envelope("held stranger")
    )
    letters["receipt-wrong_form-department"] = mails.receipt(
        sample.head,
        ReceiptReason.WRONG_FORM,
        sample.campaign,
        sample.department,
        _mail(sample, "other_year"),
        envelope("wrong form of a department"),
    )
    return letters


def chasers(sample: Case) -> dict[str, Letter]:
    head, campaign, unit = sample.head, sample.campaign, sample.district
    soon = OverdueFacts(at(7, 8, 8), 1, 33, 39, send_before=at(7, 8, 17))
    higher = replace(soon, at=at(7, 9, 8), number=2, reported=37, send_before=at(7, 9, 11, 30), tell_higher=True)
    broken, wrong = came(sample, Cause.UNREADABLE), came(sample, Cause.ERRORS)
    given_back = replace(wrong, problems=(), officer_note=sample.phrases["extended_note"])
    reminders = {
        "reminder-week": (unit, ReminderFacts(at(6, 27, 8), 7), (BLANK,)),
        "reminder-days": (unit, ReminderFacts(at(7, 1, 8), 3), ()),
        "reminder-last": (unit, ReminderFacts(at(7, 3, 8), 1), (BLANK,)),
        "reminder-grace": (unit, ReminderFacts(at(7, 5, 8), -1), ()),
        "reminder-extended": (unit, ReminderFacts(at(7, 5, 8), 3, at(7, 9)), ()),
        "reminder-department": (sample.department, ReminderFacts(at(7, 1, 8), 3), ()),
        "reminder-unreadable": (unit, ReminderFacts(at(7, 3, 8), 1, came=broken), (BLANK,)),
        "reminder-unreadable-grace": (sample.department, ReminderFacts(at(7, 5, 8), -1, came=broken), ()),
        "reminder-errors": (unit, ReminderFacts(at(7, 3, 8), 1, came=wrong), ()),
        "reminder-errors-by_person": (unit, ReminderFacts(at(7, 1, 8), 3, came=given_back), ()),
    }
    letters = {
        name: mails.reminder(head, campaign, who, facts, replace(envelope(name, *files), thread=None))
        for name, (who, facts, files) in reminders.items()
    }
    copied = replace(envelope("reminder-copied"), thread=None, cc="vanphong.caoloc@langson.example")
    letters["reminder-copied"] = mails.reminder(head, campaign, unit, ReminderFacts(at(7, 3, 8), 1), copied)
    late = {
        "overdue-first": soon,
        "overdue-higher": higher,
        "overdue-unreadable": replace(soon, came=broken),
        "overdue-errors": replace(soon, came=wrong),
    }
    for name, facts in late.items():
        letters[name] = mails.overdue(head, campaign, unit, facts, replace(envelope(name), thread=None))
    return letters


def came(sample: Case, cause: Cause) -> CameFacts:
    """Return what came of a unit that still owes its report."""
    if cause is Cause.UNREADABLE:
        return CameFacts(cause, at(7, 2, 16, 50), "TN-2019-0098", sample.phrases["why"], "BC.rar")
    errors = tuple(problem for problem in sample.problems if problem.severity is Severity.ERROR)
    many = (*errors, *(replace(errors[0], cell=f"D{row}") for row in range(15, 20)))
    return CameFacts(
        cause, at(7, 2, 9, 5), "TN-2019-0099", "", "BC.xlsx", many, on_time=True, sheet_titles={"Bieu 01": sample.sheet}
    )


def standing(code: str, name: str, kind: str, state: State, phone: str = "") -> Standing:
    return Standing(code, f"UBND {name}", name, kind, "required", state, phone=phone)


def board(sample: Case, instant: datetime, *, complete: bool = False) -> Board:
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
    units += [
        Standing(
            "SXD",
            "Sở Xây dựng",
            "Sở Xây dựng",
            "department",
            "required",
            last,
            overdue=instant >= at(7, 6) and not complete,
        ),
        Standing("SYT", "Sở Y tế", "Sở Y tế", "department", "required", State.VALID, late=instant >= at(7, 6)),
        Standing("HND", "Hội Nông dân tỉnh", "Hội Nông dân tỉnh", "organisation", "asked", State.VALID),
        Standing("HKH", "Hội Khuyến học tỉnh", "Hội Khuyến học tỉnh", "organisation", "asked", State.MISSING),
    ]
    return Board(sample.campaign.name, sample.campaign.title, instant, tuple(units), 0 if complete else 1)


ACTIONS = (Action("Ghi nhận cho UBND huyện Bình Gia", "mailto:bc@langson.example?subject=TN-2019-0119%20RC-ABC234"),)


def digests(sample: Case) -> dict[str, Letter]:
    words = sample.phrases
    tasks = (
        Task(
            at(7, 3, 10, 12),
            "TN-2019-0119",
            "hoa.nguyen85@mail.example",
            words["task"],
            words["task_proposal"],
            actions=ACTIONS,
        ),
        Task(
            at(7, 3, 11, 2),
            "TN-2019-0121",
            "huyện Văn Quan",
            words["question"],
            words["question_proposal"],
            "https://rollcall.langson.example/review/121",
        ),
    )
    steps = (NextStep(at(7, 4, 7, 30), LetterKind.DIGEST, 1), NextStep(at(7, 8, 8), LetterKind.OVERDUE, 3))
    first = CampaignDigest(
        sample.campaign, board(sample, at(7, 3, 16)), (Note("huyện Hữu Lũng", words["deaths"]),), 0, steps
    )
    told = digest.figures(first.board)
    fewer = told | {name: told[name] - 2 for name in ("received", "valid", "on_time")}
    midway = replace(
        first, before=Before(at(7, 2, 7, 30), fewer), notes_told=3, workbook="Tong hop thang-hanh-dong-2019.xlsx"
    )
    late = CampaignDigest(
        sample.campaign, board(sample, at(7, 9, 7, 30)), out_of_reach={"H185": words["why"]}, lacks_files=True
    )
    complete = CampaignDigest(sample.campaign, board(sample, at(7, 10, 7, 30), complete=True), is_final=True)
    final = replace(complete, draft="Du thao bao cao.docx", workbook="Tong hop.xlsx")
    other = replace(first, campaign=replace(sample.campaign, name="second", title=words["second"]), next_steps=())
    plan = {
        "digest-first": DigestFacts(at(7, 3, 16), (first,), tasks, MailboxCount(152, 152), 152),
        "digest-midway": DigestFacts(at(7, 3, 16), (midway,), tasks, MailboxCount(152, 152), 155),
        "digest-late": DigestFacts(
            at(7, 9, 7, 30), (late,), tasks[:1], MailboxCount(161, 160), 160, page="https://rollcall.langson.example/"
        ),
        "digest-unchanged": DigestFacts(at(7, 4, 7, 30), (replace(first, before=Before(at(7, 3, 16), told)),), ()),
        "digest-two_campaigns": DigestFacts(at(7, 3, 16), (midway, other), tasks[1:], MailboxCount(152, 152), 152),
        "digest-final": DigestFacts(at(7, 10, 7, 30), (final,), (), MailboxCount(170, 170), 170),
    }
    return {
        name: digest.digest(
            sample.head,
            facts,
            replace(envelope(name), to="phong.tebdg@langson.example", thread=None, due_at=facts.at),
        )
        for name, facts in plan.items()
    }


def calls(sample: Case) -> dict[str, Letter]:
    """Return each call to staff."""
    facts = {
        AlertReason.CAP: AlertFacts(AlertReason.CAP, at(7, 3, 9), address="robot@mail.example", limit=3, is_last=True),
        AlertReason.LOOP: AlertFacts(AlertReason.LOOP, at(7, 3, 9), 8, "robot@mail.example"),
        AlertReason.BRAKE: AlertFacts(AlertReason.BRAKE, at(7, 3, 9), waiting=21),
        AlertReason.FLOOD: AlertFacts(AlertReason.FLOOD, at(7, 3, 9), waiting=120),
        AlertReason.SHORT: AlertFacts(AlertReason.SHORT, at(7, 4, 15), limit=500),
        AlertReason.BUDGET: AlertFacts(AlertReason.BUDGET, at(7, 4, 16), limit=500),
    }
    to_staff = {"to": "phong.tebdg@langson.example", "thread": None}
    return {
        f"alert-{reason.value}": alerts.alert(sample.head, told, replace(envelope(f"alert-{reason.value}"), **to_staff))
        for reason, told in facts.items()
    }


def letters(language: str) -> dict[str, Letter]:
    sample = case(language)
    written = (reports, receipts, notices, chasers, digests, calls)
    return {name: letter for write in written for name, letter in write(sample).items()}
