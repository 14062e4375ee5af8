"""What was done with each file of a mail and why, as screens say it: the catalogue of `Part.why`.

The ledger keeps the short English words of intake.part_remarks, the codes of dangers, and what a reading says.
"""

import re

from intake import part_remarks
from service import reasons

_VIETNAMESE = {
    part_remarks.OPENED: "đã mở",
    part_remarks.EMPTY_ARCHIVE: "tệp nén không có tệp nào bên trong",
    part_remarks.NO_PROGRAM: "không mở: máy chủ chưa cài chương trình mở loại tệp nén này",
    part_remarks.PASSWORD: "không mở: tệp nén có mật khẩu",
    part_remarks.VOLUMES: "không mở: chỉ là một phần của tệp nén được chia nhỏ",
    part_remarks.DAMAGED_ARCHIVE: "không mở: tệp nén bị lỗi",
    part_remarks.TOO_DEMANDING: "không mở: giải nén cần nhiều bộ nhớ hơn mức cho phép",
    part_remarks.CLOSED_MEMBER: "không lấy ra được: tệp nén có mật khẩu",
    part_remarks.DAMAGED_MEMBER: "không lấy ra được: bị lỗi",
    part_remarks.UNKNOWN_METHOD: "không lấy ra được: kiểu nén không đọc được",
    part_remarks.LITTER: "tệp do máy của người gửi tự tạo",
    part_remarks.INLINE_PICTURE: "ảnh nằm trong nội dung thư",
    part_remarks.EMPTY: "tệp rỗng (0 byte)",
    part_remarks.LOCK_FILE: "tệp tạm của Excel khi đang mở báo cáo",
    part_remarks.PROGRAM: "tệp chương trình",
    part_remarks.WITH_PASSWORD: "tệp có mật khẩu",
    part_remarks.SIGNATURE: "chữ ký số của thư, không kiểm tra",
    part_remarks.ENCRYPTED_MAIL: "thư được mã hóa, không mở",
    part_remarks.SAVED_MAIL: "thư lưu từ Outlook (.msg), không mở",
    part_remarks.NO_WORKBOOK: "không phải tệp bảng tính",
    part_remarks.IN_OLDER_MAIL: "trong thư cũ gửi kèm, không tính",
    part_remarks.OF_A_LOWER_BODY: "báo cáo của cấp dưới, gửi kèm báo cáo của đơn vị",
    part_remarks.TOO_MANY: "không đọc: thư có quá nhiều tệp bảng tính",
}
# What makes an archive hostile (docs/reasons.md, Dangers), as the archive itself shows it: Vietnamese, English.
_DANGERS = {
    "archive_bomb": (
        "dấu hiệu không an toàn: dung lượng sau giải nén bất thường",
        "unsafe: unpacks to more than allowed",
    ),
    "archive_duplicate_names": ("dấu hiệu không an toàn: hai tệp cùng tên", "unsafe: two members of one name"),
    "archive_inconsistent": (
        "dấu hiệu không an toàn: mục lục không khớp nội dung",
        "unsafe: its directory does not fit",
    ),
    "archive_link": ("dấu hiệu không an toàn: có liên kết tới tệp khác", "unsafe: a link in it"),
    "archive_nested": ("dấu hiệu không an toàn: tệp nén lồng nhau quá nhiều lớp", "unsafe: nested too deep"),
    "archive_overlap": ("dấu hiệu không an toàn: các tệp chồng lên nhau", "unsafe: members that share bytes"),
    "archive_path": (
        "dấu hiệu không an toàn: tên tệp trỏ ra ngoài thư mục",
        "unsafe: a name that leads out of its folder",
    ),
    "archive_too_many_members": ("dấu hiệu không an toàn: quá nhiều tệp bên trong", "unsafe: too many members"),
}
_READ = re.compile(r"read as (\S+) version ([^\s,]+)(?:, one report with ([0-9]+) more)?")


def say(why: str, language: str) -> str:
    """Return why something was done with a file, in words of a language; what has none is shown as it is."""
    if why in _DANGERS:
        return _DANGERS[why][0 if language == "vi" else 1]
    if why in reasons.REASONS:
        return reasons.say(why, language)
    if language != "vi":
        return why
    read = _READ.fullmatch(why)
    if read is None:
        return _VIETNAMESE.get(why, why)
    more = f"; chung một báo cáo với {read[3]} tệp khác" if read[3] else ""
    return f"đọc theo biểu {read[1]}, phiên bản {read[2]}{more}"
