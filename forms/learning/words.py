"""The words by which printed forms name their parts, folded: no tones, no case (domain.md 1.2, 4.2, 4.7)."""

ITEM_HEADERS = frozenset(
    (
        "stt",
        "tt",
        "so tt",
        "so thu tu",
        "s tt",
        "no",
        "item",
        "item no",
        "ref",
        "nr",
        "serial",
    )
)
CODE_HEADERS = frozenset(("muc", "tieu muc", "ma so", "ma", "ms", "code", "ma chi tieu", "ma hang", "ma bieu"))
LABEL_HEADERS = frozenset(
    (
        *(
            "noi dung",
            "chi tieu",
            "ten chi tieu",
            "danh muc",
            "hang muc",
            "dien giai",
            "cac chi tieu",
            "noi dung bao cao",
        ),
        *(
            "noi dung chi tieu",
            "chi tieu bao cao",
            "noi dung cong viec",
            "cong viec",
            "nhiem vu",
            "tieu chi",
            "noi dung hoat dong",
        ),
        *(
            "indicator",
            "indicators",
            "description",
            "content",
            "activity",
            "particulars",
            "items",
            "line item",
            "measure",
        ),
        *(
            "chi so",
            "ten chi so",
            "noi dung danh gia",
            "linh vuc",
            "loai hinh",
            "doi tuong",
            "cau hoi",
            "question",
            "questions",
        ),
    )
)
LABEL_BEGINNINGS = (
    "noi dung",
    "chi tieu",
    "ten chi tieu",
    "danh muc",
    "indicator",
    "description",
    "tieu chi",
    "hang muc",
)
UNIT_HEADERS = frozenset(
    ("don vi tinh", "dvt", "don vi", "unit", "unit of measure", "dv tinh", "units", "uom", "measure unit")
)
UNIT_BEGINNINGS = ("don vi tinh ", "dvt ", "unit of ")
NOTE_HEADERS = frozenset(("ghi chu", "note", "notes", "remarks", "remark", "comment", "comments", "chu thich"))
RECORD_BEGINNINGS = ("ho va ten", "ho ten", "ten ", "name", "full name", "ho va", "ho ten")
"""The first column of a list names what each record is about; printed lines have contents or indicators there."""
TOTALS = frozenset(
    ("cong", "tong cong", "tong so", "tong", "tong chung", "total", "grand total", "toan huyen", "toan tinh")
)
PART_BEGINNINGS = ("trong do", "tr do", "of which", "of whom", "bao gom", "gom", "chia ra", "including", "o do")
MOTTO = ("cong hoa xa hoi chu nghia", "doc lap tu do", "socialist republic", "independence freedom")
TITLE_BEGINNINGS = (
    *(
        "bao cao",
        "ket qua",
        "tong hop",
        "danh sach",
        "thong ke",
        "bang ",
        "bieu tong hop",
        "tinh hinh",
        "phieu",
        "ke hoach",
    ),
    *(
        "bieu mau",
        "thuyet minh",
        "so lieu",
        "report",
        "summary",
        "list of",
        "statistics",
        "quarterly",
        "annual",
        "monthly",
    ),
)
NO_FIELD = (
    "so",
    "kinh gui",
    "noi nhan",
    "noi gui",
    "nguoi gui",
    "ma bieu",
    "mau so",
    "bieu so",
    "don vi tinh",
    "dvt",
    "ghi chu",
    "luu y",
    "bieu",
    "note",
)
"""What stands before a colon above a table and is no line to fill in."""
CODE_BEGINNINGS = ("ma bieu", "mau so", "bieu so", "form code", "form no", "mau bieu so", "ky hieu bieu")
HEADER_NAMES = {
    "unit": (
        *(
            "ten don vi",
            "don vi bao cao",
            "ten co quan",
            "co quan bao cao",
            "don vi",
            "ten truong",
            "truong",
            "reporting unit",
        ),
        *(
            "unit",
            "name of unit",
            "organisation",
            "organization",
            "ten don vi bao cao",
            "xa phuong",
            "ten xa",
            "ubnd",
            "agency",
        ),
        *(
            "reporting agency",
            "name of office",
            "office",
            "school",
            "facility",
            "ten co so",
            "co so",
            "department",
            "huyen",
            "huyen thanh pho",
            "xa",
            "uy ban nhan dan",
        ),
    ),
    "preparer": (
        "nguoi lap",
        "nguoi bao cao",
        "can bo lap",
        "prepared by",
        "ho va ten nguoi lap",
        "ho ten nguoi lap",
        "contact person",
        "nguoi tong hop",
    ),
    "position": ("chuc vu", "position", "title"),
    "phone": ("dien thoai", "so dien thoai", "phone", "telephone", "tel", "sdt", "dt"),
    "email": ("thu dien tu", "email", "e mail", "hop thu"),
    "date": ("ngay lap", "ngay bao cao", "date", "ngay lap bao cao", "date of report", "ngay"),
    "period": (
        "ky bao cao",
        "thoi ky",
        "reporting period",
        "period",
        "ky",
        "quy",
        "thang bao cao",
        "nam hoc",
        "school year",
        "nam bao cao",
    ),
    "address": ("dia chi", "address"),
}
"""Names of the usual lines above a table, by how their labels begin."""

# Words that tell the type of what is asked: labels that begin so, or have such words in them.
TEXT_WORDS = (
    "ten", "ho va ten", "ho ten", "dia chi", "dia diem", "noi", "ghi chu", "nguon", "chu de", "doi tuong",
    "noi dung", "co quan", "don vi", "chuc vu", "chuc danh", "dien thoai", "so dien thoai", "email",
    "thu dien tu", "so quyet dinh", "so van ban", "so hieu", "so cmnd", "so cccd", "ly do", "mo ta",
    "nguyen nhan", "trinh do", "chuyen mon", "que quan", "name", "address", "note", "notes", "remark",
    "remarks", "position", "reason", "description", "place", "location", "contact", "phone", "title", "donor",
    "source", "explanation", "giai phap", "bien phap", "kho khan", "de xuat", "kien nghi", "thuyet minh",
    "hinh thuc", "loai", "tinh trang", "danh gia", "xep loai", "muc do", "dan toc", "gioi tinh", "ma",
)  # fmt: skip
DECIMAL_WORDS_WITHIN = (
    "kinh phi", "gia tri", "thanh tien", "so tien", "ty le", "ti le", "dien tich", "san luong", "nang suat",
    "tien luong", "thu nhap", "don gia", "phan tram", "chi phi", "doanh thu", "du toan", "ngan sach",
    "quyet toan", "he so", "trong luong", "khoi luong", "budget", "amount", "cost", "costs", "area", "rate",
    "percentage", "percent", "value", "price", "expenditure", "spending", "income", "yield", "diem trung binh",
    "binh quan", "muc ho tro",
)  # fmt: skip
INTEGER_WORDS = (
    "so", "tong so", "sl", "luot", "tong", "nu", "number", "total", "quantity", "count", "no of",
    "how many", "trong do",
)  # fmt: skip
INTEGER_WORDS_WITHIN = (
    "so luong", "so nguoi", "nguoi", "tre em", "hoc sinh", "person", "persons", "child", "children", "people",
    "case", "cases", "household", "households",
)  # fmt: skip

_ALL_HEADERS = ITEM_HEADERS | CODE_HEADERS | LABEL_HEADERS | UNIT_HEADERS | NOTE_HEADERS


def is_header(key: str, headers: frozenset[str]) -> bool:
    """Say whether a folded header is one of `headers`, alone or in two languages: "STT", "TT No"."""
    if key in headers:
        return True
    parts = key.split(" ")
    return any(
        " ".join(parts[:cut]) in headers and " ".join(parts[cut:]) in _ALL_HEADERS for cut in range(1, len(parts))
    )
