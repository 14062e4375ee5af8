"""Where a mail's own topmost Received field tells another time than the mailbox: a remark for the officer.

The receipt time is the mailbox's INTERNALDATE, which a migration may have changed (fault catalogue 2.1, row 22).
"""

from datetime import datetime, timedelta, tzinfo

from intake import mailfiles

# Clocks of servers differ by less, and so long a mail may lie between two of them.
CLOCKS_DIFFER = timedelta(minutes=5)
_REMARKS = {
    "vi": "Hộp thư ghi nhận thư lúc {mailbox:%H:%M %d/%m/%Y}, máy chủ thư ghi lúc {header:%H:%M %d/%m/%Y}; hệ thống "
    "tính theo hộp thư. Đề nghị kiểm tra nếu thời hạn nằm giữa hai thời điểm.",
    "en": "The mailbox took the mail at {mailbox:%H:%M %d/%m/%Y}, its Received field says {header:%H:%M %d/%m/%Y}; the "
    "mailbox counts. Please look into it where a deadline lies between.",
}


def remark(raw: bytes, received_at: datetime, zone: tzinfo, language: str) -> list[str]:
    """Return a sentence where the two times are more than CLOCKS_DIFFER apart, nothing else."""
    stated, source = mailfiles.receipt_time(raw, received_at)
    if source != "received" or abs(stated - received_at) <= CLOCKS_DIFFER:
        return []
    return [_REMARKS[language].format(mailbox=received_at.astimezone(zone), header=stated.astimezone(zone))]
