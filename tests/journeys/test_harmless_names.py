"""Case 127: what a mail calls its files is shown, and is neither a formula in an export nor a name on the disk."""

import csv
import io

import pytest

from tests.forms import workbooks
from tests.journeys.office import CAO_LOC, Office, form_2019, report_mail

NAMES = ("=cmd|'calc'!A0.xlsx", "+1;=HYPERLINK(1).xlsx", "../../=evil.xlsx")
STARTS = ("=", "+", "-", "@", "\t", "\r")


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_named_like_a_formula_or_a_way_out_is_only_shown(office: Office, name: str) -> None:
    workbook = workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", seed=1)
    (office.folder / "mail.eml").write_bytes(report_mail(f"<{CAO_LOC}>", "=1+1", name, workbook))
    office.run("import", "mail.eml", "--received", "2019-07-03T15:20")

    written = office.run("export", "--format", "csv").out

    for separator in (",", ";"):  # Excel splits at ";" where the machine is set to Vietnamese, inside quotes too
        split = csv.reader(io.StringIO(written), delimiter=separator, quoting=csv.QUOTE_NONE if separator == ";" else 0)
        cells = [cell.strip('"') for row in split for cell in row]
        assert [cell for cell in cells if cell.startswith(STARTS)] == []
    assert "evil" in written or "'" in written
    found = [path.name for path in office.folder.parent.rglob("*") if office.folder in path.parents]
    assert not [each for each in found if "evil" in each or (each.endswith(".xlsx") and each != "blank.xlsx")]
