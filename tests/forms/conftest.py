"""The 2019 form, prepared once a module, and a filled workbook of it read after changes."""

import pytest

from forms import form as forms
from forms import read
from tests.forms import workbooks
from tests.forms.found import CAMPAIGN, UNIT


@pytest.fixture(scope="module")
def form():
    return forms.load_form((CAMPAIGN / "form.toml").read_bytes(), "form.toml")


@pytest.fixture(scope="module")
def prepared(form):
    return read.prepare(form)


@pytest.fixture
def reading(form, prepared):
    """Read a filled workbook after changes."""

    def read_changed(changes=None, seed=7, sheets=workbooks.SHEETS):
        return read.read_file(workbooks.filled_2019(form, UNIT, seed, changes, sheets), "bc.xlsx", [prepared])

    return read_changed
