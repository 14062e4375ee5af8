"""The sender's own words and the history below them, as mail programs of Vietnamese offices write it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import quoting

HISTORIES = {
    "Gmail": "Vào Th 5, 4 thg 7, 2019 vào lúc 15:20 Phòng TEBĐG <a@so.example> đã viết:\n"
    "\n> Đề nghị chỉnh sửa\n> mục 5.2",
    "Gmail, wrapped": "Vào Th 5, 4 thg 7, 2019 vào lúc 15:20 Phòng TEBĐG <\n"
    "a@so.example>\nđã viết:\n> Đề nghị chỉnh sửa",
    "Gmail, old": "Vào 15:20 Ngày 04 tháng 07 năm 2019, Phòng TEBĐG <a@so.example> đã viết:\n> Đề nghị chỉnh sửa",
    "Gmail, English": "On Thu, Jul 4, 2019 at 3:20 PM Phòng TEBĐG <a@so.example> wrote:\n> Đề nghị chỉnh sửa",
    "Gmail from HTML": "Vào Th 5, 4 thg 7, 2019 lúc 15:20 A <a@so.example> đã viết:\nĐề nghị chỉnh sửa\nmục 5.2",
    "Gmail, forwarded": "---------- Forwarded message ---------\n"
    "Từ: A <a@x.example>\nDate: Th 5, 4 thg 7, 2019\nSubject: BC",
    "Gmail, forwarded in Vietnamese": "---------- Tin nhắn được chuyển tiếp ---------\n"
    "Từ: A <a@x.example>\nNội dung cũ",
    "Thunderbird": "Vào 04/07/2019 15:20, Phòng TEBĐG đã viết:\n> Đề nghị chỉnh sửa",
    "Thunderbird, forwarded": "-------- Thư đã chuyển tiếp --------\nChủ đề: BC\nNgày: 4/7/2019",
    "Yahoo": "    Vào Thứ Năm, 4 tháng 7, 2019 15:20:11 GMT+7, A <a@so.example> đã viết:  \n \n Đề nghị chỉnh sửa",
    "Outlook": "________________\nTừ: Phòng TEBĐG <a@so.example>\nĐã gửi: Thứ Năm, 04 Tháng 7 2019 15:20\n"
    "Đến: caoloc@unit.example\nChủ đề: Đề nghị chỉnh sửa\n\nNội dung cũ",
    "Outlook, English": "From: A <a@so.example>\n"
    "Sent: Thursday, July 4, 2019 3:20 PM\nTo: c@unit.example\nSubject: BC\n\nNội dung cũ",
    "Outlook, bold": "*From:* A <a@so.example>\n*Sent:* Thursday, July 4, 2019\n*To:* c@unit.example\n\nNội dung cũ",
    "Outlook Express": "-----Original Message-----\nFrom: A\nNội dung cũ",
    "Zimbra": 'Từ: "A" <a@so.example>\nĐến: "B" <b@unit.example>\nĐã gửi: Thứ năm, 4 Tháng 7 2019 15:20:00\nChủ đề: BC',
    "Zimbra, divider": "----- Thư gốc -----\nTừ: A\nNội dung cũ",
    "phone": "-------- Tin nhắn gốc --------\nTừ: A\nNội dung cũ",
    "Apple, forwarded": "Begin forwarded message:\n\nFrom: A\nNội dung cũ",
    "bare quotes": "> Đề nghị chỉnh sửa\n>> mục 5.2",
}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
def test_history_never_counts_as_the_senders_words(history):
    new, quoted = quoting.separate(f"Số liệu đúng rồi em nhé.\n\n{history}\n")
    assert new == "Số liệu đúng rồi em nhé."
    assert quoted.split("\n")[-1].strip() == history.split("\n")[-1].strip()


def test_answers_between_quoted_lines_are_the_senders():
    text = "On Thu, 4 Jul 2019, A wrote:\n> mục 5.2?\nsửa thành 305\n> mục 5.3?\ngiữ nguyên"
    assert quoting.separate(text) == (
        "sửa thành 305\ngiữ nguyên",
        "On Thu, 4 Jul 2019, A wrote:\n> mục 5.2?\n> mục 5.3?",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Em gửi báo cáo THĐ vì trẻ em của huyện ạ.\n--\nHoàng Thị A - Chuyên viên\nĐT: 0912 000 000",
        "Từ: ngày 1/6 đến ngày 30/6 huyện tổ chức 12 buổi.",
        "Vào ngày 1/6 huyện đã tổ chức lễ phát động.\nXã Gia Cát đã viết báo cáo riêng.",
        "Ngày gửi: 4/7\nKính gửi: Sở\nNội dung: báo cáo",
    ],
)
def test_what_only_resembles_history_stays(text):
    assert quoting.separate(text) == (text, "")


@given(
    st.lists(
        st.sampled_from(["> a", "b", "", "Từ: x", "Đến: y", "Ngày: z", "Vào 1 đã viết:", "-----Original Message-----"]),
        max_size=20,
    )
)
def test_every_line_is_kept_on_one_side(lines):
    new, quoted = quoting.separate("\n".join(lines))
    assert sorted(filter(None, f"{new}\n{quoted}".split("\n"))) == sorted(filter(None, lines))


@pytest.mark.parametrize("line", ["Từ: x\n", "vào 1\n", "> \n", "-" * 499 + "\n", "on " * 200 + "\n"])
def test_repetition_takes_bounded_time(line):
    started = time.perf_counter()
    quoting.separate(line * (400_000 // len(line)))
    assert time.perf_counter() - started < 2
