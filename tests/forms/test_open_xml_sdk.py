"""Excel opens what we write without a repair prompt: so says the validator of Microsoft's own Open XML SDK."""

import io
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from forms import blank, kinds, mark, read
from forms.form import Form
from tests.forms import workbooks
from tests.forms.spoiling import measure, table, write
from tests.journeys.office import form_2019
from tests.servers import libreoffice, open_xml_sdk
from tests.service.reported import ReportedOffice, filled, units

pytestmark = pytest.mark.soak  # the validator takes 80 MB and a second a workbook
FORM = form_2019()
PREPARED = read.prepare(FORM)
WRONG = {"D42": 9_999_999, "D45": "khoảng 200", "E59": "ba trăm", "D20": None}


@pytest.fixture(autouse=True)
def validator() -> None:
    open_xml_sdk.require()


def marked(data: bytes) -> bytes:
    return mark.mark(data, kinds.kind_of(data), read.read_file(data, "BC", [PREPARED]).problems)


def test_the_validator_finds_what_is_wrong():
    """Or the other tests would say nothing."""
    sound, broken = workbooks.filled_2019(FORM, "UBND huyện Cao Lộc", 1), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound)) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(b"<sheetData>", b"<nonsense/><sheetData>"))
    assert open_xml_sdk.errors(broken.getvalue())


def test_a_blank_workbook_is_sound():
    assert open_xml_sdk.errors(blank.blank(FORM, blank.BlankHeading())) == Counter()


def test_a_consolidated_workbook_with_formulas_links_and_charts_is_sound(tmp_path: Path):
    office = ReportedOffice(tmp_path)
    codes = [unit["code"] for unit in units()][:12]
    office.receive({code: filled(code, seed) for seed, code in enumerate(codes)})
    assert open_xml_sdk.errors(office.consolidated("2019-07-04T17:00")) == Counter()


def test_marking_adds_no_flaw_once_or_twice():
    sent = workbooks.filled_2019(FORM, "UBND huyện Cao Lộc", 1, WRONG)
    once = marked(sent)
    assert once != sent
    assert open_xml_sdk.errors(once) - open_xml_sdk.errors(sent) == Counter()
    assert open_xml_sdk.errors(marked(once)) - open_xml_sdk.errors(sent) == Counter()


def test_copies_of_other_kinds_are_sound(tmp_path: Path):
    libreoffice.require_libreoffice()
    sent = {"bc.xlsx": workbooks.filled_2019(FORM, "UBND huyện Cao Lộc", 1, WRONG)}
    for kind in ("xls", "ods"):
        copy = marked(libreoffice.convert(sent, kind, tmp_path / kind)["bc"])
        assert open_xml_sdk.errors(copy) == Counter(), kind


@pytest.mark.parametrize("spoiling", table.spoilings()[::6], ids=lambda each: each.name)
def test_marking_a_spoiled_workbook_adds_no_flaw(spoiling, form: Form):
    sent = write.to_xlsx(measure.spoil(form, spoiling, 7))
    assert open_xml_sdk.errors(marked(sent)) - open_xml_sdk.errors(sent) == Counter()
