"""Looking at the blank workbook that goes out with letters: it must be the blank of its campaign's form."""

import shlex
from pathlib import Path

from forms import form as forms_form
from forms import read
from service import campaign_folders


def fault_of_blank(folder: Path, form: forms_form.Form) -> str:
    """Return what is wrong with the blank.xlsx of a campaign folder, empty where nothing is or the folder has none.

    It is read as a unit's workbook is: sent back as it went out, it must be known as this form without figures.
    """
    path = folder / campaign_folders.BLANK
    if not path.exists():
        return ""
    place = f"{folder.name}/{path.name}"
    try:
        data = path.read_bytes()
    except OSError as error:
        return f"{place} cannot be read ({error.strerror}); it goes out with letters: put the office's own blank there."
    reading = read.read_file(data, path.name, [read.prepare(form)])
    if reading.reason == "blank_form":
        return ""
    holds_figures = any(value.value is not None for value in reading.values)
    found = "it holds figures" if holds_figures else reading.detail or reading.reason
    command = shlex.join(["rollcall", "form", "blank", str(folder / "form.toml"), "-o", str(path)])
    return (
        f"{place} is not the blank of {form.code} ({found.rstrip('.')}), and it goes out to units with letters: put "
        f"the office's own blank there, or write one with `{command}`."
    )
