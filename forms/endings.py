"""Rows that are no lines of a table: totals, notes under it, the signature block (rules P27 to P29)."""

import re

_TOTALS = frozenset(("cong", "tong cong", "tong so", "tong", "tong chung"))
_ENDS = (
    *("nguoi lap", "lap bieu", "noi nhan", "tl chu tich", "kt chu tich", "tm uy ban", "kt giam doc", "giam doc"),
    *("chu tich", "truong phong", "kt truong phong", "thu truong", "ky ghi ro", "ky ten", "xac nhan cua"),
    *(
        "hieu truong",
        "pho hieu truong",
        "ke toan truong",
        "vien truong",
        "cuc truong",
        "tong giam doc",
        "nguoi kiem ke",
    ),
    *("nguoi bao cao", "nguoi tong hop", "prepared by", "approved by", "head of office"),
)
_NOTES = ("ghi chu", "luu y", "chu thich")
_PRINTED_NOTE = "chi tieu khong phat sinh ghi so 0"
_EXAMPLE = re.compile(r"(?:vi du|vd|example|e g)(?: [0-9]{1,2})?")
_INCOMPLETE = ("chua tinh", "chua bao gom", "chua gom")
_PLACE_AND_DAY = re.compile(r"(?:[a-z]+ ){0,7}ngay(?: [0-9]{1,2})? thang(?: [0-9]{1,2})? nam(?: [0-9]{4})?")


def is_total(key: str) -> bool:
    """Say whether a folded label is that of a total row (P27)."""
    return key in _TOTALS


def ends_table(key: str) -> bool:
    """Say whether a folded text begins the signature block (P29)."""
    return key.startswith(_ENDS) or _PLACE_AND_DAY.fullmatch(key) is not None


def is_note(key: str) -> bool:
    """Say whether a folded text is a note under the table (P28)."""
    return key.startswith(_NOTES)


def is_example(key: str) -> bool:
    """Say whether a folded text marks a printed example: "(ví dụ)", "VD 1"."""
    return _EXAMPLE.fullmatch(key) is not None


def is_incomplete(key: str) -> bool:
    """Say whether a note says that figures are missing (P28)."""
    return any(words in key for words in _INCOMPLETE)


def is_printed_note(key: str) -> bool:
    """Say whether a folded note is the one that the blank form itself bears."""
    return _PRINTED_NOTE in key
