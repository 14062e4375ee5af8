"""What the staff page says besides the words of service.wording and service.reasons, Vietnamese and English."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from intake import former
from notifications import unit_kinds
from roll import campaigns, letters, reports
from roll.outcomes import State
from service import part_words, reasons, wording
from service.web import phrases

_SOURCES = {
    "vi": {
        "address": "địa chỉ gửi",
        "workbook": "dòng tên đơn vị trong tệp",
        "subject": "tiêu đề",
        "file name": "tên tệp",
        "display name": "tên hiển thị",
        "decision": "quyết định của cán bộ",
        "learned address": "địa chỉ do cán bộ ghi nhận",
        "reply": "thư của cơ quan mà thư này trả lời",
        "forwarded address": "địa chỉ gửi thư gốc",
        "forwarded name": "tên người gửi thư gốc",
        "forwarded subject": "tiêu đề thư gốc",
        "signature": "phần ký cuối thư",
        "signature address": "địa chỉ ở cuối thư",
        "sheet": "nội dung khác trong tệp",
        "receipt number": "mã tiếp nhận trong tiêu đề",
        "history": "thư trước của địa chỉ này",
        "abbreviation": "chữ viết tắt",
        "body": "nội dung thư",
        former.SOURCE: "đơn vị đã thôi hoạt động",
        "reply-to": "địa chỉ đề nghị trả lời (Reply-To)",
        "failed address": "địa chỉ không nhận được thư",
        "address failing for now": "địa chỉ tạm thời chưa nhận được thư",
        "letter sent back": "thư của hệ thống bị trả lại",
    },
    "en": {},
}
_KINDS = {
    "vi": {
        letters.LetterKind.ACKNOWLEDGEMENT: "Tiếp nhận báo cáo",
        letters.LetterKind.RETURN: "Đề nghị chỉnh sửa",
        letters.LetterKind.CONFIRM: "Đề nghị xác nhận",
        letters.LetterKind.RECEIPT: "Phản hồi",
        letters.LetterKind.CREDITED: "Báo đơn vị về báo cáo gửi từ nơi khác",
        letters.LetterKind.REMINDER: "Nhắc gửi báo cáo",
        letters.LetterKind.OVERDUE: "Đôn đốc",
        letters.LetterKind.DIGEST: "Tình hình báo cáo",
        letters.LetterKind.ALERT: "Cảnh báo cho cán bộ",
    },
    "en": {},
}
_LETTER_STATES = {
    "vi": {
        letters.LetterState.PLANNED: "dự kiến",
        letters.LetterState.QUEUED: "chờ gửi",
        letters.LetterState.SENDING: "đang gửi",
        letters.LetterState.SENT: "đã gửi",
        letters.LetterState.FAILED: "không gửi được",
        letters.LetterState.CANCELLED: "đã hủy",
    },
    "en": {},
}
_SEVERITIES = {
    "vi": {
        reports.Severity.ERROR: "cần chỉnh sửa",
        reports.Severity.WARNING: "cần xác nhận",
        reports.Severity.NOTICE: "lưu ý nội bộ",
    },
    "en": {},
}
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of one language; `common` are those of the terminal, so that both say the same."""

    common: wording.Words

    @property
    def language(self) -> str:
        """Return the language's code, "vi" or "en"."""
        return self.common.language

    def say(self, key: str, **told: object) -> str:
        """Return a phrase with its places filled."""
        return phrases.TEXTS[self.language][key].format(**told)

    def why(self, why: str) -> str:
        """Return what was done with a file and why."""
        return part_words.say(why, self.language)

    def group(self, kind: str) -> str:
        """Return the heading of a kind of units."""
        return unit_kinds.unit_kind(kind, self.language)

    def source(self, code: str) -> str:
        """Return where a piece of evidence was found."""
        return _SOURCES[self.language].get(code, code)

    def letter_kind(self, kind: str) -> str:
        """Return what a letter is for."""
        return _KINDS[self.language].get(letters.LetterKind(kind), kind)

    def letter_state(self, state: str) -> str:
        """Return where a letter is on its way."""
        return _LETTER_STATES[self.language].get(letters.LetterState(state), state)

    def severity(self, severity: reports.Severity) -> str:
        """Return how much a problem weighs."""
        return _SEVERITIES[self.language].get(severity, severity.value)

    def verdict(self, verdict: str) -> str:
        """Return what reading a workbook said."""
        if verdict in {state.value for state in State}:
            return self.common.state(State(verdict))
        return self.reason(verdict)

    def reason(self, code: str) -> str:
        """Return a reason in words."""
        return reasons.say(code, self.language)

    def on_time(self, on_time: bool | None) -> str:
        """Return whether a unit was on time, empty where nothing came."""
        return "" if on_time is None else self.common.columns("on_time")[1 if on_time else 2]

    def day(self, instant: datetime) -> str:
        """Return the last day before an exclusive instant."""
        return f"{(instant - timedelta(microseconds=1)).astimezone(self.common.zone):%d/%m/%Y}"

    def time_left(self, campaign: campaigns.Campaign, at: datetime) -> str:
        """Return how a campaign stands to its deadline, its grace and its close."""
        closes = campaign.closes
        if closes is not None and at >= closes:
            return self.say("closed", close_day=self.day(closes))
        if at < campaign.due_before:
            return self.say("left", left=self._span(campaign.due_before - at), day=self.day(campaign.due_before))
        if at < campaign.grace_until:
            told = {"day": self.day(campaign.due_before), "grace_day": self.day(campaign.grace_until)}
            return self.say("grace", left=self._span(campaign.grace_until - at), **told)
        late = self.say("after", left=self._span(at - campaign.grace_until))
        return late if closes is None else f"{late} {self.say('closing', close_day=self.day(closes))}"

    def _span(self, span: timedelta) -> str:
        """Return a span in its two largest units: days and hours, or hours and minutes."""
        if span >= _DAY:
            counted = (("days", span // _DAY), ("hours", span % _DAY // _HOUR))
        else:
            counted = (("hours", span // _HOUR), ("minutes", span % _HOUR // timedelta(minutes=1)))
        return " ".join(self.say(name, count=count) for name, count in counted if count) or self.say("minutes", count=0)
