"""A progress report in English, as an aid organisation asks it from its partners: sections A to C, "of which" lines."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# number, indicator, unit, columns crossed out
LINES = (
    ("A", "BENEFICIARIES", "", ""),
    ("A.1", "People reached by project activities", "persons", ""),
    ("", "of which: women and girls", "persons", "D"),
    ("", "of which: persons with disabilities", "persons", "D"),
    ("", "of which: children under 16", "persons", "D"),
    ("A.2", "Households receiving support packages", "households", ""),
    ("", "of which: headed by women", "households", "D"),
    ("A.3", "Share of beneficiaries satisfied with the support", "%", ""),
    ("B", "CAPACITY BUILDING", "", ""),
    ("B.1", "Training courses held", "courses", ""),
    ("B.2", "Local staff trained", "persons", ""),
    ("", "of which: women", "persons", "D"),
    ("B.3", "Technical guidelines issued", "documents", ""),
    ("B.4", "Date of the mid-term review meeting", "dd/mm/yyyy", "F"),
    ("C", "FINANCE", "", ""),
    ("C.1", "Funds received from the donor", "USD", ""),
    ("C.2", "Funds disbursed", "USD", ""),
    ("", "of which: staff and administration", "USD", "D"),
    ("C.3", "Local contribution in cash and in kind", "USD", ""),
    ("C.4", "Disbursement rate (C.2 / C.1)", "%", ""),
)
FIRST = 13


def draw() -> Workbook:
    book, (page,) = drawing.new("Form 2 - Progress", font="Calibri", size=11)
    page.widths(6, 50, 13, 14, 14, 16)
    page.put("A1:F1", "LANG SON CHILD WELFARE PROJECT - PHASE II", "center bold", size=11)
    page.put("A2:F2", "SEMI-ANNUAL PROGRESS REPORT", "center bold", size=15)
    page.put(
        "A3:F3",
        "Form 2 - to be returned to reports@project.example within 15 days of the end of the period",
        "center italic",
    )
    for row, label in enumerate(
        ("Reporting unit:", "Prepared by:", "Reporting period:", "Date of submission (dd/mm/yyyy):"), 5
    ):
        page.put(f"A{row}:B{row}", label, "bold right")
        page.put(f"C{row}:F{row}", None, "box left open yellow", "dd/mm/yyyy" if row == 8 else "")
    page.head(A10_A11="No.", B10_B11="Indicator", C10_C11="Unit", D10_D11="Target for the year", E10_F10="Achieved")
    page.head(E11="This period", F11="Cumulative to date")
    page.row(12, ["", "(a)", "(b)", "(1)", "(2)", "(3)"], ["center italic box"])
    for row, line in enumerate(LINES, start=FIRST):
        _draw_line(page, row, *line)
    last = FIRST + len(LINES) - 1
    page.put(
        f"A{last + 2}:F{last + 2}",
        "Note: shaded cells need not be filled in. Enter 0 where there was no activity.",
        "italic",
    )
    page.sign(
        last + 4,
        ("A", "B", ["PREPARED BY", "(Signature, full name)"]),
        ("D", "F", ["APPROVED BY", "(Signature, seal)"]),
    )
    page.sheet.protection.sheet = True
    page.fit()
    return book


def _draw_line(page: drawing.Page, row: int, number: str, label: str, unit: str, crossed: str) -> None:
    if not unit:
        page.put(f"A{row}", number, "bold center box green")
        page.put(f"B{row}:F{row}", label, "bold left box green")
        return
    look = "left wrap box" if number else "left indent wrap italic box"
    page.row(row, (number or None, label, unit), ["center box", look, "center box"])
    shape = {"USD": "#,##0.00", "%": "0.0", "dd/mm/yyyy": "dd/mm/yyyy"}.get(unit, "#,##0")
    for column in "DEF":
        page.put(f"{column}{row}", None, "box grey" if column in crossed else "right box open", shape)
    if label.startswith("Disbursement rate"):
        for column in "DEF":
            whole, part = f"{column}{row - 4}", f"{column}{row - 3}"
            page.put(f"{column}{row}", f'=IF(N({whole})=0,"",{part}/{whole}*100)', "right box", shape)
