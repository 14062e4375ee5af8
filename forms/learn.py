"""A form out of a blank workbook: what an office prints is what it asks.

The same workbook gives the same form. What the blank does not say is guessed, and each guess is remarked upon in the
form.toml that comes of it (contract.md, "A campaign folder"), so that an officer can look at it and change it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from forms import form_text, text, workbook
from forms.form import Check, Form, HeaderField, Sheet
from forms.form_text import Path
from forms.learning import drafting, headings, naming, questions, roles, tables, types, words
from forms.learning.headings import Heading
from forms.learning.page import Dressing, Page
from forms.workbook import Limits, Workbook

HEAD = (
    "Biểu mẫu được lập tự động từ tệp {name}; đề nghị kiểm tra, nhất là những chỗ có ghi chú ở cuối dòng.",
    "Learned from {name}: read it, above all the lines with a remark; docs/form-language.md explains every key.",
)
_TITLE_WITHIN = 15
"""Rows from the top in which a title stands; the 2019 form has 13 above its data."""
_TABLES_MOST = 6
"""Tables of one sheet; two are usual where there are several."""
_SHEETS_MOST = 40
"""Sheets of a blank; the largest at hand has five."""
_COUNTED = ("so nguoi", "so ho ", "so luong", "so can bo", "number of")
_NAME_WORDS = 8
"""Initials of a title that make a form's name where no code is printed."""


class NothingLearnedError(Exception):
    """A workbook in which no table and no question was found; its text says so for an officer."""


@dataclass(slots=True)
class Learned:
    """A form, what was guessed by the place in form.toml, and sentences on what was left out."""

    form: Form
    remarks: dict[Path, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def to_toml(self, name: str) -> str:
        """Return the form.toml; `name` is the file that was learned from."""
        head = [line.format(name=name) for line in HEAD]
        return form_text.write_form(self.form, self.remarks, [*head, *self.left_out])


@dataclass(slots=True)
class _Gathered:
    """What the sheets gave so far."""

    sheets: list[Sheet] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    headings: list[tuple[str, Heading]] = field(default_factory=list)
    remarks: dict[Path, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    cover: Heading = field(default_factory=Heading)


def learn(data: bytes, limits: Limits | None = None) -> Learned:
    """Return the form that the workbook `data` prints, blank or filled in.

    Raises Unreadable for what is no workbook, NothingLearnedError for one that asks nothing.
    """
    book = workbook.load(data, limits)
    dressings = _dressings(data, book.kind)
    names = drafting.Names(language=_language(book))
    gathered = _Gathered()
    for sheet in book.sheets[:_SHEETS_MOST]:
        page = Page(sheet, dressings.get(sheet.name) or Dressing())
        if not sheet.visible:
            if any(any(cell not in ("", None) for cell in row) for row in sheet.rows):
                gathered.left_out.append(f"Sheet ẩn “{sheet.name}” không đưa vào biểu mẫu.")
            continue
        _learn_page(page, names, gathered)
    if not gathered.sheets:
        raise NothingLearnedError(
            "không tìm thấy bảng số liệu hay câu hỏi nào trong tệp; đề nghị kiểm tra tệp biểu mẫu"
        )
    return _assemble(book, gathered)


def _dressings(data: bytes, kind: str) -> dict[str, Dressing]:
    """Return how the sheets are drawn; kinds that do not tell it are learned from their words alone."""
    if kind in ("xlsx", "xlsm"):
        from forms.learning import xlsx_dressing  # noqa: PLC0415 - imports openpyxl's share of a start

        return xlsx_dressing.read(data)
    if kind == "xls":
        from forms.learning import xls_dressing  # noqa: PLC0415

        return xls_dressing.read(data)
    return {}


def _language(book: Workbook) -> str:
    """Return "vi" where any text has a letter that English has not."""
    texts = (cell for sheet in book.sheets for row in sheet.rows[:60] for cell in row if isinstance(cell, str))
    return "vi" if any(not text.clean(each).isascii() for each in texts) else "en"


def _learn_page(page: Page, names: drafting.Names, gathered: _Gathered) -> None:
    found = tables.find(page)[:_TABLES_MOST]
    first, number = 0, 0
    for table in found:
        heading = headings.read(page, first, table.top - 1)
        source = drafting.Source(page, table, roles.assign(page, table), heading)
        first = table.last + 1
        if not source.roles.asked:
            gathered.left_out.append(f"Bảng ở dòng {table.top + 1} của sheet “{page.name}” không có cột phải điền.")
            continue
        name = page.name if number == 0 else f"{page.name} ({number + 1})"
        draft = drafting.draft(source, name, names)
        if draft.sheet.kind != "list" and not any(row.name for row in draft.sheet.rows):
            gathered.left_out.append(f"Bảng ở dòng {table.top + 1} của sheet “{page.name}” không có dòng phải điền.")
            continue
        number += 1
        _keep(draft, heading, gathered)
    if not number:
        _learn_questions(page, names, gathered)


def _learn_questions(page: Page, names: drafting.Names, gathered: _Gathered) -> None:
    """Learn a sheet without a table: of questions, or a cover, whose title counts for the form."""
    title = headings.read(page, 0, min(len(page.rows), _TITLE_WITHIN) - 1).title
    heading = headings.read(page, 0, min(questions.first_row(page, title), _TITLE_WITHIN * 2) - 1)
    asked = questions.read(page, page.name, heading.title or title, names.lines)
    if asked is not None:
        heading.fields = [each for each in heading.fields if each not in {row.label for row in asked.rows}]
        _keep(drafting.DraftSheet(asked), heading, gathered)
    elif not gathered.sheets and not gathered.cover.title:
        gathered.cover = heading


def _keep(draft: drafting.DraftSheet, heading: Heading, gathered: _Gathered) -> None:
    place = len(gathered.sheets)
    for path, remark in draft.remarks.items():
        if path[0] == "skipped":
            gathered.left_out.append(
                f"Cột “{path[1]}” của sheet “{draft.sheet.name}” không đưa vào biểu mẫu: {remark}."
            )
        else:
            gathered.remarks["sheet", place, *path] = remark
    for check, remark in zip(draft.checks, draft.check_remarks, strict=True):
        gathered.remarks["check", len(gathered.checks), "constraint"] = remark
        gathered.checks.append(check)
    gathered.sheets.append(draft.sheet)
    gathered.headings.append((draft.sheet.kind, heading))


def _assemble(book: Workbook, gathered: _Gathered) -> Learned:
    main = next((number for number, (kind, _) in enumerate(gathered.headings) if kind == "rows"), 0)
    heading = gathered.headings[main][1]
    titles = [each.title for _, each in gathered.headings if each.title]
    title = gathered.cover.title or heading.title or (titles[0] if titles else gathered.sheets[main].name)
    code = book.form_code or next((each.code for _, each in gathered.headings if each.code), "")
    remarks = gathered.remarks
    name, version = headings.split_code(code) if code else (_initials(title), "1")
    if not code:
        remarks["name",] = "đặt theo chữ đầu của tiêu đề; biểu không ghi mã"
    if not (heading.title or gathered.cover.title):
        remarks["title",] = "không thấy tiêu đề phía trên bảng"
    header = _header_fields(heading.fields or gathered.cover.fields, remarks)
    year = headings.year_of(title) or heading.period_year
    if year is not None and headings.year_of(title) is None:
        remarks["year",] = "theo dòng ghi kỳ báo cáo phía trên bảng"
    form = Form(
        name, version, title, year=year, header=header,
        sheets=tuple(gathered.sheets), checks=tuple(gathered.checks),
    )  # fmt: skip
    return Learned(form, remarks, gathered.left_out)


def _initials(title: str) -> str:
    parts = text.fold(title).upper().split(" ")
    letters = "".join(part[0] for part in parts[: _NAME_WORDS * 2] if part and not part.isdigit())[:_NAME_WORDS]
    years = [part for part in parts if part.isdigit() and len(part) == 4]  # noqa: PLR2004 - a year
    return "-".join([letters or "BIEU", *years[:1]])


def _header_fields(labels: Sequence[str], remarks: dict[Path, str]) -> tuple[HeaderField, ...]:
    fields: list[HeaderField] = []
    for label in labels:
        taken = {each.name for each in fields}
        key = text.fold(label)
        name = next((name for name, said in words.HEADER_NAMES.items() if _begins(key, said) and name not in taken), "")
        kind = (
            "date"
            if name == "date" or ((guess := types.by_label(label)) is not None and guess.type == "date")
            else "text"
        )
        if key.startswith(_COUNTED):
            kind = "integer"
        fields.append(HeaderField(name or naming.name_of(label, taken, "line"), label, kind))
    if fields and not any(each.name == "unit" for each in fields):
        place = next((number for number, each in enumerate(fields) if each.type == "text" and _may_be_unit(each)), None)
        if place is not None:
            fields[place] = replace(fields[place], name="unit")
        remarks["header", place or 0, "name"] = "đoán là dòng ghi tên đơn vị báo cáo; đề nghị kiểm tra"
    return tuple(fields)


def _may_be_unit(field: HeaderField) -> bool:
    """Say whether a line may name who reports: none of the usual others does."""
    return field.name not in words.HEADER_NAMES and not text.fold(field.label).startswith(("nguoi", "so ", "ma "))


def _begins(key: str, said: Sequence[str]) -> bool:
    return any(key == each or key.startswith(f"{each} ") for each in said)
