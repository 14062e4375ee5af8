"""What the tests of parse rules ask for in a cell, and how a reading of one is told in one line."""

from forms import values
from forms.taken import Asked

COUNT = Asked("integer", "Số lượng", line_unit="trẻ em", plausible=(0, 10_000))
COMMUNES = Asked("integer", "Số lượng", line_unit="xã")
PARCELS = Asked("integer", "Số lượng", line_unit="suất")
SESSIONS = Asked("integer", "Số lượng", line_unit="cuộc")
MONEY = Asked("decimal", "Kinh phí", "triệu đồng")
SMALL_MONEY = Asked("decimal", "Kinh phí", "triệu đồng", plausible=(0, 200))
DAY = Asked("date", year=2019)
YES_NO = Asked("yes_no")
CHOICE = Asked("select_one", choices=("1. Điểm vui chơi, giải trí", "2. Trường, lớp học", "3. Khác"))
TEXT = Asked("text", "Nội dung")
PHONE = Asked("text", "Điện thoại")


def taken(cell, asked):
    """Return value, rule and treatment of a cell: "" where nothing is told, else "warning P49", "error C01"."""
    read = values.take(cell, asked)
    told = f"{read.finding.severity.value} {read.finding.code}" if read.finding else ""
    return read.value, read.rule, told
