"""What the staff page says besides the words of service.wording and service.reasons, Vietnamese and English."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from roll import campaigns, letters, reports
from roll.outcomes import State
from service import reasons, wording

_TEXTS = {
    "vi": {
        "title": "Rollcall",
        "board": "Bảng theo dõi",
        "mails": "Thư đến",
        "letters": "Thư đi",
        "reviews": "Chờ cán bộ xử lý",
        "skip": "Đến nội dung chính",
        "as_of": "Tính đến {at}",
        "deadline": "Thời hạn: {text}",
        "expected": "Phải báo cáo",
        "received": "Đã gửi",
        "on_time": "Gửi đúng hạn",
        "valid": "Hợp lệ",
        "missing": "Chưa nhận được",
        "of_expected": "{share}% số đơn vị",
        "all": "Tất cả",
        "show_only": "Chỉ xem",
        "unit": "Đơn vị",
        "state": "Trạng thái",
        "received_at": "Nhận lúc",
        "versions": "Lần gửi",
        "receipt": "Thư gần nhất",
        "phone": "Điện thoại",
        "nothing": "Không có mục nào.",
        "no_campaign": "Chưa có đợt báo cáo nào.",
        "other_campaigns": "Đợt báo cáo",
        "unassigned": "{count} thư chưa xác định đơn vị đang chờ cán bộ xử lý",
        "mail": "Thư {receipt}",
        "from": "Người gửi",
        "subject": "Tiêu đề",
        "no_subject": "(không có tiêu đề)",
        "outcome": "Kết quả",
        "reason": "Lý do",
        "when": "Thời điểm",
        "kind": "Loại thư",
        "to": "Gửi đến",
        "text": "Nội dung thư",
        "no_text": "(thư không có nội dung mới)",
        "parts": "Tệp đính kèm và việc đã làm",
        "file": "Tệp",
        "content": "Là gì",
        "size": "Dung lượng",
        "done": "Đã làm gì, vì sao",
        "read": "đã đọc số liệu",
        "not_read": "không đọc",
        "in_archive": "trong {path}",
        "evidence": "Căn cứ xác định đơn vị",
        "source": "Nguồn",
        "says": "Ghi",
        "means": "Là đơn vị",
        "reports": "Báo cáo trong thư",
        "report": "{unit}, lần gửi thứ {version}",
        "current": "bản đang dùng",
        "problems": "Nội dung cần chỉnh sửa, xác nhận",
        "no_problems": "Không có nội dung cần chỉnh sửa.",
        "place": "Vị trí",
        "label": "Chỉ tiêu",
        "found": "Đang ghi",
        "expected_value": "Cần là",
        "message": "Nội dung",
        "weight": "Mức",
        "values": "Số liệu đã đọc ({count})",
        "value": "Giá trị",
        "raw": "Nguyên văn",
        "answers": "Thư đã trả lời",
        "in_short": "Tóm tắt",
        "handled_as": "Xử lý",
        "proposal": "Đề xuất",
        "assign": "Nếu đúng là của đơn vị đề xuất, chạy lệnh",
        "attachments": "Tệp gửi kèm",
        "reply_to_mail": "Trả lời thư",
        "sent_at": "Gửi lúc",
        "error": "Máy chủ thư trả lời",
        "newer": "Mới hơn",
        "older": "Cũ hơn",
        "page_of": "Trang {page}/{pages}",
        "as_data": "Dữ liệu JSON",
        "error_404": "Không có trang này. Có thể mã thư hoặc mã đơn vị ghi chưa đúng.",
        "error_other": "Không thực hiện được yêu cầu này (mã {code}).",
        "back": "Về bảng theo dõi",
        "left": "Còn {left} đến hết thời hạn (hết ngày {day}).",
        "grace": "Đã hết thời hạn từ hết ngày {day}; nhận đến hết ngày {grace_day} chưa tính là quá hạn, còn {left}.",
        "after": "Đã quá hạn {left}.",
        "closing": "Tiếp nhận đến hết ngày {close_day}.",
        "closed": "Đợt báo cáo đã đóng từ hết ngày {close_day}.",
        "days": "{count} ngày",
        "hours": "{count} giờ",
        "minutes": "{count} phút",
    },
    "en": {
        "title": "Rollcall",
        "board": "Board",
        "mails": "Mails",
        "letters": "Letters",
        "reviews": "Waiting for a person",
        "skip": "To the content",
        "as_of": "As of {at}",
        "deadline": "Deadline: {text}",
        "expected": "Expected",
        "received": "Received",
        "on_time": "On time",
        "valid": "Valid",
        "missing": "Missing",
        "of_expected": "{share}% of the units",
        "all": "All",
        "show_only": "Show only",
        "unit": "Unit",
        "state": "State",
        "received_at": "Received",
        "versions": "Versions",
        "receipt": "Latest mail",
        "phone": "Telephone",
        "nothing": "Nothing here.",
        "no_campaign": "There is no campaign yet.",
        "other_campaigns": "Campaign",
        "unassigned": "{count} mails without a unit wait for a person",
        "mail": "Mail {receipt}",
        "from": "From",
        "subject": "Subject",
        "no_subject": "(no subject)",
        "outcome": "Outcome",
        "reason": "Reason",
        "when": "When",
        "kind": "Kind",
        "to": "To",
        "text": "Text",
        "no_text": "(the mail has no new text)",
        "parts": "Files, and what was done with them",
        "file": "File",
        "content": "What it is",
        "size": "Size",
        "done": "What was done, and why",
        "read": "figures read",
        "not_read": "not read",
        "in_archive": "in {path}",
        "evidence": "What the unit was told by",
        "source": "Source",
        "says": "It says",
        "means": "Unit",
        "reports": "Reports in this mail",
        "report": "{unit}, version {version}",
        "current": "the current one",
        "problems": "What is to be corrected or confirmed",
        "no_problems": "There is nothing to correct.",
        "place": "Place",
        "label": "Line",
        "found": "Found",
        "expected_value": "Expected",
        "message": "Message",
        "weight": "Weight",
        "values": "Values read ({count})",
        "value": "Value",
        "raw": "As written",
        "answers": "Answers",
        "in_short": "In short",
        "handled_as": "Handled as",
        "proposal": "Proposal",
        "assign": "If it is the proposed unit's, run",
        "attachments": "Attached",
        "reply_to_mail": "Answers the mail",
        "sent_at": "Sent",
        "error": "The mail server said",
        "newer": "Newer",
        "older": "Older",
        "page_of": "Page {page} of {pages}",
        "as_data": "JSON",
        "error_404": "There is no such page. The number of the mail or the code of the unit may be wrong.",
        "error_other": "This could not be done (code {code}).",
        "back": "To the board",
        "left": "{left} left until the deadline (the end of {day}).",
        "grace": "The deadline was the end of {day}; until the end of {grace_day} nobody is overdue, {left} left.",
        "after": "Overdue for {left}.",
        "closing": "Mails are taken until the end of {close_day}.",
        "closed": "The campaign closed at the end of {close_day}.",
        "days": "{count} days",
        "hours": "{count} hours",
        "minutes": "{count} minutes",
    },
}
# Kinds of units as the roster of the office names them; another kind is shown as it is written.
_GROUPS = {
    "vi": {"district": "Huyện, thành phố", "department": "Sở, ban, ngành", "organisation": "Mặt trận, đoàn thể, hội"},
    "en": {"district": "Districts and city", "department": "Departments", "organisation": "Organisations"},
}
_SOURCES = {
    "vi": {
        "address": "địa chỉ gửi",
        "workbook": "dòng tên đơn vị trong tệp",
        "subject": "tiêu đề",
        "file name": "tên tệp",
        "display name": "tên hiển thị",
        "body": "nội dung thư",
    },
    "en": {},
}
_KINDS = {
    "vi": {
        letters.LetterKind.ACKNOWLEDGEMENT: "Tiếp nhận báo cáo",
        letters.LetterKind.RETURN: "Đề nghị chỉnh sửa",
        letters.LetterKind.CONFIRM: "Đề nghị xác nhận",
        letters.LetterKind.RECEIPT: "Phản hồi",
        letters.LetterKind.REMINDER: "Nhắc gửi báo cáo",
        letters.LetterKind.OVERDUE: "Đôn đốc",
        letters.LetterKind.DIGEST: "Tình hình báo cáo",
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
        return _TEXTS[self.language][key].format(**told)

    def group(self, kind: str) -> str:
        """Return the heading of a kind of units."""
        return _GROUPS[self.language].get(kind, kind)

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
