"""A labour survey in English: sections as dark bands, protected so that only what is unlocked can be filled in."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# reference, line, cells to fill in (male, female, total)
LINES = (
    ("", "SECTION A - PERSONS ENGAGED IN THE REFERENCE MONTH", ""),
    ("A1", "Working proprietors and unpaid family workers", "CDE"),
    ("A2", "Paid employees", "CDE"),
    ("A2.1", "of whom: on permanent contracts", "CDE"),
    ("A2.2", "of whom: on fixed-term contracts", "CDE"),
    ("A3", "Apprentices and trainees", "CDE"),
    ("A4", "Foreign nationals holding a work permit", "CDE"),
    ("", "SECTION B - HOURS AND EARNINGS", ""),
    ("B1", "Hours actually worked by paid employees", "CDE"),
    ("B2", "of which: overtime hours", "CDE"),
    ("B3", "Gross wages and salaries (thousand VND)", "CDE"),
    ("B4", "Average monthly earnings per employee (thousand VND)", "CD"),
    ("", "SECTION C - VACANCIES AND TRAINING", ""),
    ("C1", "Vacancies on the last day of the month", "E"),
    ("C2", "Employees recruited during the month", "CDE"),
    ("C3", "Employees who left during the month", "CDE"),
    ("C4", "Does the establishment provide training? (Yes/No)", "E"),
)
FIRST = 13


def draw() -> Workbook:
    book, (page,) = drawing.new("LFS-E", font="Arial", size=10)
    page.widths(8, 52, 14, 14, 14, 26)
    page.put("A1:B1", "GENERAL STATISTICS OFFICE", "left bold")
    page.put("D1:F1", "CONFIDENTIAL", "right bold red")
    page.put("A2:F2", "MONTHLY LABOUR SURVEY OF ESTABLISHMENTS", "center bold", size=15)
    page.put(
        "A3:F3",
        "Boxes that cannot be edited are not to be completed. Please return the file by the 10th of the next month.",
        "center italic",
    )
    fields = (("Name of establishment", ""), ("Tax code", "@"), ("Main economic activity", ""), ("Reference month", ""))
    for row, (label, shape) in enumerate(fields, start=5):
        page.put(f"A{row}:B{row}", label, "right")
        page.put(f"C{row}:E{row}", None, "left box open", shape)
    page.put("A9:B9", "Completed on (dd/mm/yyyy)", "right")
    page.put("C9:E9", None, "left box open", "dd/mm/yyyy")
    page.row(11, ("Ref.", "Item", "Male", "Female", "Total", "Remarks"), ["bold center wrap medium green"])
    page.row(12, ("", "", "(a)", "(b)", "(c) = (a) + (b)", "(d)"), ["center italic box"])
    for row, (reference, label, asked) in enumerate(LINES, start=FIRST):
        if not asked:
            page.put(f"A{row}:F{row}", label, "bold left white navy box")
            continue
        indent = "indent" if label.startswith("of ") else "left"
        page.row(row, (reference, label), ["center box", f"{indent} wrap box"])
        for column in "CDE":
            shape = "#,##0.0" if label.startswith("Average") else "#,##0"
            page.put(f"{column}{row}", None, f"right box {'open' if column in asked else ''}", shape)
        if asked == "CDE":
            page.put(f"E{row}", f"=C{row}+D{row}", "bold right box", "#,##0")
        page.put(f"F{row}", None, "left wrap box open")
    last = FIRST + len(LINES)
    page.choose(f"E{last - 1}", "Yes,No", "Please choose Yes or No.")
    page.put(
        f"A{last + 1}:F{last + 1}", "Thank you for your cooperation. Enquiries: labour@statistics.example", "italic"
    )
    page.sheet.protection.sheet = True
    page.sheet.freeze_panes = f"C{FIRST}"
    page.fit()
    return book
