"""Cases P 146 to 153: once, in order, and in time."""

from email.utils import format_datetime

from tests.catalogue import office
from tests.catalogue.books import book
from tests.catalogue.cases import Chapter
from tests.catalogue.office import at, report

CHAPTER = Chapter()
VALID = "A valid"


def _again(number: int, day: int, *, people: int = 0, written: int = 0, text: str = "Em gửi báo cáo ạ.") -> bytes:
    """Return a report of another day: the same file, unless the figure of people is another."""
    data = book(number, {"D12": people}) if people else book(number)
    fields = {"Message_ID": f"<{number}.{day}@y-te.example>", "Date": format_datetime(at(written or day, 8))}
    return report(number, ("BC.xlsx", data), text=text, **fields)


def _dated(date: str):
    return lambda n: report(n, Date=date)


CHAPTER.add(146, "the same mail twice", "D", (VALID, "D same_mail"), lambda n: [report(n), report(n)])
CHAPTER.add(
    147,
    "the same file in a new mail",
    "D",
    (VALID, "D same_file"),
    lambda n: [report(n), _again(n, 4)],
    received=(at(3), at(4)),
)
CHAPTER.add(
    148,
    "a corrected version",
    "A",
    (VALID, VALID),
    lambda n: [_again(n, 2), _again(n, 3, people=4444, text="Em gửi lại báo cáo đã sửa.")],
    received=(at(2), at(3)),
)
CHAPTER.add(
    149,
    "an older version that comes later",
    "A",
    (VALID, "S older_version"),
    lambda n: [_again(n, 3), _again(n, 4, people=4444, written=2)],
    received=(at(3), at(4)),
    differs="It is held: a person says which counts (design.md: what is in doubt is asked, not guessed).",
)
CHAPTER.add(151, "a second before the deadline", "A", VALID, report, received=(at(4, 23, 59, 59),))
CHAPTER.add(151, "at the deadline", "A", VALID, report, received=(at(5, 0, 0, 0),))
CHAPTER.add(151, "a second after the deadline", "A", VALID, report, received=(at(5, 0, 0, 1),))
CHAPTER.add(
    151,
    "sent before the deadline, received after",
    "A",
    VALID,
    _dated("Thu, 04 Jul 2019 23:59:00 +0700"),
    received=(at(5, 0, 5),),
)
CHAPTER.add(152, "a Date in the future", "A", VALID, _dated("Mon, 01 Jan 2035 00:00:00 +0700"))
CHAPTER.add(152, "a Date of 1970", "A", VALID, _dated("Thu, 01 Jan 1970 00:00:00 +0000"))
CHAPTER.add(152, "a Date that is none", "A", VALID, _dated("hom qua"))
CHAPTER.add(152, "a Date in zone +9999", "A", VALID, _dated("Wed, 03 Jul 2019 08:00:00 +9999"))
CHAPTER.add(153, "before the form was open", "S", "S before_open", report, received=(office.at(3).replace(month=5),))
CHAPTER.add(153, "after the close", "S", "S after_close", report, received=(at(10),))
