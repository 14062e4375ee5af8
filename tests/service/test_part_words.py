"""Whatever can be said of a file is said in both languages, and stands where it lay."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from intake import part_remarks
from service import part_words, wording
from storage import overviews
from tests.documents import rows_below, text_of

REMARKS = sorted(
    value
    for name, value in vars(part_remarks).items()
    if name.isupper() and isinstance(value, str) and name != "NAMELESS"
)


@pytest.mark.parametrize("remark", REMARKS)
def test_every_remark_has_vietnamese_words_and_is_itself_the_english_ones(remark: str) -> None:
    assert part_words.say(remark, "en") == remark
    vietnamese = part_words.say(remark, "vi")
    assert vietnamese != remark
    assert not vietnamese.isascii()


def test_every_danger_of_an_archive_has_words() -> None:
    told = {row[0].strip("`") for row in rows_below(text_of("docs/reasons.md"), "Dangers")}
    dangers = {code for code in told if code.startswith("archive_")}
    (words,) = [value for value in vars(part_words).values() if isinstance(value, dict) and "archive_bomb" in value]
    assert set(words) == dangers
    assert part_words.say("archive_path", "vi").startswith("dấu hiệu không an toàn")


def test_what_a_reading_says_is_put_into_words_too() -> None:
    assert part_words.say("read as THDTE-2019 version 1", "vi") == "đọc theo biểu THDTE-2019, phiên bản 1"
    assert part_words.say("wrong_form", "en") == "the workbook is another form"
    assert part_words.say("tệp rỗng, không có nội dung", "vi") == "tệp rỗng, không có nội dung"


def test_a_mail_shows_its_files_members_below_their_archive() -> None:
    def row(name: str, kind: str, why: str, path: str = "") -> dict[str, object]:
        return {"name": name, "kind": kind, "size": 9, "sha256": "", "used": False, "why": why, "path": path}

    at = datetime(2019, 7, 3, tzinfo=UTC)
    mail = overviews.MailRow(
        **{
            **{name: "" for name in overviews.MailRow.__dataclass_fields__ if name not in {"reports", "answers"}},
            "id": 1,
            "uid": 1,
            "received_at": at,
            "outcome": "returned",
            "reason": "encrypted",
            "evidence": [],
            "parts": [
                row("BC.rar", "rar", part_remarks.OPENED),
                row("a.zip", "zip", part_remarks.PASSWORD, "BC.rar"),
                row("BC.xlsx", "closed", part_remarks.CLOSED_MEMBER, "BC.rar/a.zip"),
                row("anh.jpg", "image", part_remarks.NO_WORKBOOK, "BC.rar"),
            ],
        }
    )
    lines = wording.Words("vi", ZoneInfo("Asia/Ho_Chi_Minh")).mail_in_full(mail)
    start = lines.index("Tệp:")
    assert lines[start + 1 : start + 5] == [
        "  - BC.rar (rar, 9 B): đã mở",
        "    - a.zip (zip, 9 B): không mở: tệp nén có mật khẩu",
        "      - BC.xlsx (closed, 9 B): không lấy ra được: tệp nén có mật khẩu",
        "    - anh.jpg (image, 9 B): không phải tệp bảng tính",
    ]
