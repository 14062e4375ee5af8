"""A matrix of aid activities in English: a row of tags (#org, #sector) under the headers, choices on a worksheet."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

SECTORS = ("Child protection", "Education", "Health", "Nutrition", "Shelter", "WASH")
STATES = ("Planned", "Ongoing", "Completed", "Suspended")
# column, header, tag, number format
COLUMNS = (
    ("A", "Implementing partner *", "#org+impl", ""),
    ("B", "Donor", "#org+funding", ""),
    ("C", "Sector *", "#sector", ""),
    ("D", "Activity *", "#activity", ""),
    ("E", "Province", "#adm1+name", ""),
    ("F", "District", "#adm2+name", ""),
    ("G", "Status", "#status", ""),
    ("H", "Start date", "#date+start", "yyyy-mm-dd"),
    ("I", "End date", "#date+end", "yyyy-mm-dd"),
    ("J", "Households", "#reached+hh", "#,##0"),
    ("K", "Individuals", "#reached+ind", "#,##0"),
    ("L", "of which children", "#reached+children", "#,##0"),
    ("M", "Budget (USD)", "#value+budget", "#,##0.00"),
    ("N", "Assessment done?", "#meta+assessed", ""),
    ("O", "Comments", "#description", ""),
)
FIRST, LAST = 9, 60


def draw() -> Workbook:
    book, (page, choices) = drawing.new("4W", "Lists", font="Calibri", size=10)
    for row, value in enumerate(SECTORS, start=1):
        choices.put(f"A{row}", value)
    for row, value in enumerate(STATES, start=1):
        choices.put(f"B{row}", value)
    page.widths(24, 18, 17, 32, 14, 14, 12, 12, 12, 12, 12, 12, 14, 12, 30)
    page.put("A1:O1", "WHO DOES WHAT, WHERE, WHEN (4W) - FLOOD RESPONSE 2025", "left bold white navy", size=16)
    page.put(
        "A2:O2",
        "One line per activity and district. Fields marked * are mandatory. Dates as YYYY-MM-DD.",
        "left italic",
    )
    page.put("A4", "Reporting organisation", "bold right")
    page.put("B4:D4", None, "left box yellow")
    page.put("E4:F4", "Focal point (email)", "bold right")
    page.put("G4:I4", None, "left box yellow")
    page.put("J4:K4", "Reporting date", "bold right")
    page.put("L4:M4", None, "left box yellow", "yyyy-mm-dd")
    bands = (
        ("A6:B6", "WHO", "blue"),
        ("C6:D6", "WHAT", "green"),
        ("E6:F6", "WHERE", "orange"),
        ("G6:I6", "WHEN", "teal"),
    )
    for area, label, fill in (*bands, ("J6:L6", "PEOPLE REACHED", "yellow"), ("M6:O6", "OTHER", "grey")):
        page.put(area, label, f"bold center box {fill}")
    for column, label, tag, shape in COLUMNS:
        page.put(f"{column}7", label, drawing.HEAD)
        page.put(f"{column}8", tag, "italic center box", size=8)
        for row in range(FIRST, LAST + 1):
            page.put(f"{column}{row}", None, "dotted", shape)
    page.choose(f"C{FIRST}:C{LAST}", "=Lists!$A$1:$A$6", "Please choose from the list.")
    page.choose(f"G{FIRST}:G{LAST}", "=Lists!$B$1:$B$4")
    page.choose(f"N{FIRST}:N{LAST}", "Yes,No")
    page.heights(r1=26, r6=18, r7=32, r8=14)
    page.sheet.freeze_panes = f"B{FIRST}"
    page.sheet.auto_filter.ref = f"A7:O{LAST}"
    page.fit(landscape=True, titles="6:8")
    return book
