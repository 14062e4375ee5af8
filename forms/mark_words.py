"""What our remarks in marked copies say: by it they are known when a copy comes back, since programs drop authors."""

from roll.reports import Severity

AUTHOR = "Rollcall"
LEVELS = {Severity.ERROR: "Đề nghị chỉnh sửa", Severity.WARNING: "Đề nghị xác nhận"}
WORDS = "{level}: {message}"
SETTLED = "Đã kiểm tra lại: ô này không còn nội dung cần chỉnh sửa."
BEGINNINGS = tuple(WORDS.format(level=level, message="").strip() for level in LEVELS.values())


def is_ours(said: str) -> bool:
    """Say whether a remark is one of ours: it comes back with the corrected file, and is none of the unit's."""
    return said.startswith((*BEGINNINGS, SETTLED))
