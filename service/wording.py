"""The words of the terminal, Vietnamese and English: states, outcomes, the board and a mail as people read them.

The Vietnamese words are those of the screens (domain rules 5.7); letters have their own in notifications.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from forms import notation
from roll import board, campaigns, reports
from roll.outcomes import Outcome, State
from service import explaining, part_words, reasons, shapes, versions
from storage import outbox, overviews

STATES = {
    "vi": {
        State.MISSING: "Chưa nhận được",
        State.VALID: "Đã tiếp nhận, hợp lệ",
        State.NEEDS_CONFIRM: "Đã gửi, chờ xác nhận",
        State.NEEDS_FIX: "Đã gửi, chờ chỉnh sửa",
        State.HELD: "Chờ cán bộ xử lý",
        State.NIL: "Báo cáo không phát sinh",
        State.EXEMPT: "Không thuộc diện báo cáo",
    },
    "en": {
        State.MISSING: "nothing received",
        State.VALID: "accepted",
        State.NEEDS_CONFIRM: "warnings to confirm",
        State.NEEDS_FIX: "errors returned",
        State.HELD: "a person must look",
        State.NIL: "nil report",
        State.EXEMPT: "not required",
    },
}
OUTCOMES = {
    "vi": {
        Outcome.ACCEPTED: "đã tiếp nhận",
        Outcome.RETURNED: "đã trả lại để chỉnh sửa",
        Outcome.HELD: "chờ cán bộ xử lý",
        Outcome.QUARANTINED: "tạm giữ",
        Outcome.DUPLICATE: "trùng",
        Outcome.NOTED: "đã ghi nhận",
    },
    "en": {outcome: outcome.value for outcome in Outcome},
}
_RECEIVED_BY = {
    "vi": {
        "internaldate": "theo máy chủ thư",
        "received": "theo dòng Received của thư",
        "from_line": "theo tệp mbox",
        "file_time": "theo ngày giờ của tệp",
        "told": "theo lời người nhập",
    },
    "en": {
        "internaldate": "by the mail server",
        "received": "by the mail's Received field",
        "from_line": "by the mbox file",
        "file_time": "by the file's time",
        "told": "as told with --received",
    },
}
_TEXTS = {
    "vi": {
        "board_columns": ("Mã", "Đơn vị", "Trạng thái", "Nhận lần đầu", "Đúng hạn", "Lần gửi", "Mã tiếp nhận cuối"),
        "mail_columns": ("ID", "Mã tiếp nhận", "Nhận lúc", "Người gửi", "Tiêu đề", "Kết quả", "Lý do", "Đơn vị"),
        "letter_columns": ("ID", "Thời điểm", "Loại", "Đơn vị", "Gửi đến", "Trạng thái", "Tiêu đề"),
        "deadline": "Thời hạn: {text} (tính đến {at})",
        "totals": "Phải báo cáo {expected}; đã gửi {received} (hợp lệ {valid}, chờ xác nhận {needs_confirm}, "
        "chờ chỉnh sửa {needs_fix}, chờ cán bộ {held}); chưa nhận được {missing}; quá hạn {overdue}; gửi muộn {late}.",
        "unassigned": "Thư chưa xác định đơn vị: {count}",
        "on_time": ("", "đúng hạn", "sau hạn"),
        "extended": "gia hạn đến trước {at}",
        "extended_day": "gia hạn đến hết ngày {day}",
        "overdue": "quá hạn",
        "signed_only": "đã có bản ký",
        "no_letter": "Không có thư nào (tính đến {at}).",
        "asked": "đề nghị",
        "informed": "để biết",
        "from": "Từ",
        "subject": "Tiêu đề",
        "received": "Nhận lúc",
        "outcome": "Kết quả",
        "unit": "Đơn vị",
        "proposal": "Đề xuất",
        "evidence": "Căn cứ",
        "words": "Nội dung thư",
        "replaces": "Sẽ thay bản đã tiếp nhận {receipt} ({sender}, {at})",
        "parts": "Tệp",
        "used": "đã đọc",
        "answers": "Thư trả lời",
        "reports": "Báo cáo",
        "differs": "so với lần {version} ({receipt}):",
        "nobody": "không xác định được đơn vị",
        "to_settle": "Để xử lý, gõ",
    },
    "en": {
        "board_columns": ("Code", "Unit", "State", "First received", "On time", "Versions", "Last receipt"),
        "mail_columns": ("ID", "Receipt", "Received", "From", "Subject", "Outcome", "Reason", "Unit"),
        "letter_columns": ("ID", "When", "Kind", "Unit", "To", "State", "Subject"),
        "deadline": "Deadline: {text} (as of {at})",
        "totals": "Expected {expected}; received {received} (valid {valid}, to confirm {needs_confirm}, "
        "to fix {needs_fix}, held {held}); missing {missing}; overdue {overdue}; late {late}.",
        "unassigned": "Mails without a unit: {count}",
        "on_time": ("", "on time", "late"),
        "extended": "extended to before {at}",
        "extended_day": "extended to the end of {day}",
        "overdue": "overdue",
        "signed_only": "signed copy came",
        "no_letter": "No letter (as of {at}).",
        "asked": "asked",
        "informed": "informed",
        "from": "From",
        "subject": "Subject",
        "received": "Received",
        "outcome": "Outcome",
        "unit": "Unit",
        "proposal": "Proposal",
        "evidence": "Evidence",
        "words": "What the mail says",
        "replaces": "It would replace the accepted version {receipt} ({sender}, {at})",
        "parts": "Files",
        "used": "read",
        "answers": "Answers",
        "reports": "Reports",
        "differs": "compared with version {version} ({receipt}):",
        "nobody": "names no unit",
        "to_settle": "To settle it, type",
    },
}
# A subject or a sender longer than this would push the outcome off an 80-column screen twice over.
_CELL_LIMIT = 40
# Of a mail's words a screen shows what decides: a question or a correction stands in the first lines.
_LINES_SHOWN, _LINE_SHOWN = 10, 200


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language, and times in the office's zone."""

    language: str
    zone: ZoneInfo

    def text(self, key: str) -> str:
        """Return a phrase."""
        phrase = _TEXTS[self.language][key]
        assert isinstance(phrase, str)
        return phrase

    def columns(self, key: str) -> Sequence[str]:
        """Return the column headers of a table."""
        return tuple(_TEXTS[self.language][key])

    def state(self, state: State) -> str:
        """Return a state as screens say it."""
        return STATES[self.language][state]

    def outcome(self, outcome: str | None) -> str:
        """Return an outcome as screens say it."""
        return OUTCOMES[self.language][Outcome(outcome)] if outcome else ""

    def reason(self, code: str) -> str:
        """Return a reason as screens say it."""
        return reasons.say(code, self.language)

    def moment(self, at: datetime | None) -> str:
        """Return an instant as day and minute in the office's zone."""
        return at.astimezone(self.zone).strftime("%d/%m/%Y %H:%M") if at else ""

    def extended(self, until: datetime) -> str:
        """Return an extension, by its last day where it ends at midnight: "until the 9th" is read as with the 9th."""
        local = until.astimezone(self.zone)
        if (local.hour, local.minute, local.second) == (0, 0, 0):
            return self.text("extended_day").format(day=(local - timedelta(days=1)).strftime("%d/%m/%Y"))
        return self.text("extended").format(at=self.moment(until))

    def heading(self, shown: board.Board, campaign: campaigns.Campaign) -> list[str]:
        """Return the lines above the board."""
        lines = [
            shown.title,
            self.text("deadline").format(text=campaign.deadline_text, at=self.moment(shown.at)),
            self.text("totals").format(**shown.totals()),
        ]
        if shown.unassigned:
            lines.append(self.text("unassigned").format(count=shown.unassigned))
        return lines

    def received_by(self, source: str) -> str:
        """Return what a receipt time was taken from."""
        return _RECEIVED_BY[self.language].get(source, source)

    def board_row(self, unit: board.Standing) -> tuple[str, ...]:
        """Return one line of the board."""
        remarks = [self.state(unit.state)]
        if unit.overdue:
            remarks.append(self.text("overdue"))
        if unit.is_signed_only:
            remarks.append(self.text("signed_only"))
        if unit.extended_until:
            remarks.append(self.extended(unit.extended_until))
        if unit.obligation != "required":
            remarks.append(self.text(unit.obligation))
        on_time = _TEXTS[self.language]["on_time"][0 if unit.on_time is None else 1 if unit.on_time else 2]
        return (
            unit.code,
            unit.name,
            "; ".join(remarks),
            self.moment(unit.received_at),
            on_time,
            str(unit.versions or ""),
            unit.receipt or "",
        )

    def mail_row(self, row: overviews.MailRow) -> tuple[str, ...]:
        """Return one line of the ledger."""
        unit = (
            row.unit or ", ".join(report["unit"] for report in row.reports) or (row.proposal and f"({row.proposal}?)")
        )
        return (
            str(row.id),
            row.receipt,
            self.moment(row.received_at),
            _short(row.sender),
            _short(row.subject),
            self.outcome(row.outcome),
            row.reason,
            unit or "",
        )

    def letter_row(self, row: outbox.LetterRow) -> tuple[str, ...]:
        """Return one line of the letters."""
        number = "" if row.id is None else str(row.id)
        kind = f"{row.kind} {row.step}".strip()
        return (number, self.moment(row.due_at), kind, row.unit or "", row.to, row.state, printable(row.subject))

    def mail_in_full(
        self,
        row: overviews.MailRow,
        found: Mapping[int, Sequence[reports.Problem]] = shapes.NOTHING_FOUND,
        names: Mapping[str, str] = explaining.NOBODY_KNOWN,
        differing: Mapping[int, Sequence[dict[str, Any]]] = shapes.NOTHING_DIFFERS,
    ) -> list[str]:
        """Return everything about one mail, as lines.

        By the ids of its reports: `found` are their problems, `differing` what differs from the version before.
        `names` are those of the units, by their codes.
        """
        lines = [
            f"{row.receipt} (ID {row.id}; {row.mailbox}/{row.folder}, UID {row.uid})",
            f"{self.text('from')}: {printable(row.sender_name)} <{row.sender}>",
            f"{self.text('subject')}: {printable(row.subject)}",
            f"{self.text('received')}: {self.moment(row.received_at)} ({self.received_by(row.received_by)})",
            f"{self.text('outcome')}: {self.outcome(row.outcome)} - {reasons.say(row.reason, self.language)} "
            f"[{row.reason}] {printable(row.detail)}".rstrip(),
            f"{self.text('unit')}: {row.unit or ''}",
        ]
        if row.proposal:
            lines.append(f"{self.text('proposal')}: {row.proposal}")
        lines += self._words_of(row.text)
        lines.append(f"{self.text('evidence')}:")
        lines += [f"  - {printable(sentence)}" for sentence in explaining.explain(row, self.language, names)]
        lines.append(f"{self.text('parts')}:")
        for part in row.parts:
            mark = f" [{self.text('used')}]" if part["used"] else ""
            why = printable(part_words.say(part["why"], self.language))
            lines.append(f"{_indent(part)}- {printable(part['name'])} ({part['kind']}, {part['size']} B){mark}: {why}")
        lines.append(f"{self.text('reports')}:")
        for report in row.reports:
            lines.append(f"  - {report['campaign']}/{report['unit']} v{report['version']}: {report['verdict']}")
            lines += [
                f"    {problem.severity} {problem.code} {printable(problem.sheet)}!{problem.cell}: "
                f"{printable(problem.message)}"
                for problem in found.get(report["id"], ())
            ]
            lines += self.differences(differing.get(report["id"], ()))
        lines.append(f"{self.text('answers')}:")
        lines += [f"  - {given['kind']} -> {given['to']}: {given['state']}" for given in row.answers]
        return lines

    def _words_of(self, text: str) -> list[str]:
        """Return the beginning of a mail's new text, under its heading; nothing where it says nothing."""
        said = [line for line in text.splitlines() if line.strip()]
        shown = [f"  | {printable(line)[:_LINE_SHOWN]}" for line in said[:_LINES_SHOWN]]
        more = [f"  | ... (+ {len(said) - _LINES_SHOWN})"] if len(said) > _LINES_SHOWN else []
        return [f"{self.text('words')}:", *shown, *more] if said else []

    def differences(self, differing: Sequence[dict[str, Any]]) -> list[str]:
        """Return in what a report differs from the version before it, one line a value."""
        if not differing:
            return []
        first = differing[0]
        lines = [f"    {self.text('differs').format(version=first['version_before'], receipt=first['receipt_before'])}"]
        for each in differing[: versions.MOST_SHOWN]:
            label = " ".join(word for word in (each["item"], each["label"]) if word)
            column = f" ({each['column_label']})" if each["column_label"] not in ("", each["label"]) else ""
            was, now = (_said(each[name]) for name in ("before", "after"))
            lines.append(f"      {printable(each['sheet'])}!{each['cell']} {label}{column}: {was} -> {now}")
        more = len(differing) - versions.MOST_SHOWN
        return lines + ([f"      + {more}"] if more > 0 else [])


def _said(value: reports.Scalar) -> str:
    """Return a value as screens say it, a dash for a blank."""
    return "-" if value is None else printable(notation.scalar(value))[:_CELL_LIMIT]


_ENDED = {
    "vi": "{name} thôi hoạt động từ {day}; kế thừa: {heirs}",
    "en": "{name} ended as of {day}; successors: {heirs}",
}
_NOBODY_KNOWN = {"vi": "chưa rõ", "en": "not known"}


def ended_unit(language: str, name: str, day: date, heirs: str) -> str:
    """Return that a unit is no more from a day on, and who took over from it."""
    shown = f"{day:%d/%m/%Y}"
    return _ENDED[language].format(name=name, day=shown, heirs=heirs or _NOBODY_KNOWN[language])


def _indent(part: Mapping[str, str]) -> str:
    """Return the space before a file: more for what lay in an archive or an attached mail, which stands above it."""
    return "  " * (1 + len([step for step in part.get("path", "").split("/") if step]))


def printable(text: str) -> str:
    """Return text from a mail without the characters by which it could steer a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def _short(text: str) -> str:
    text = printable(text)
    return text if len(text) <= _CELL_LIMIT else text[: _CELL_LIMIT - 1] + "…"
