"""The printed labels of a form's cells, by the names that values carry."""

from dataclasses import dataclass

from forms.form import Form
from roll.reports import Value


@dataclass(frozen=True, slots=True)
class Labelled:
    """Item number, label and header path of a value's place, verbatim from the form; `sheet` is the form's own name."""

    item: str
    label: str
    column: str
    sheet: str


class Labels:
    """The labels of one form."""

    def __init__(self, form: Form) -> None:
        self._rows = {row.name: (sheet.name, row) for sheet in form.sheets for row in sheet.rows if row.name}
        self._columns = {(each.name, column.name): column.label for each in form.sheets for column in each.columns}
        self._headers = {field.name: field.label for field in form.header}

    def of(self, value: Value) -> Labelled:
        """Return the labels of a value; those of a list's record are its column's."""
        if value.row is not None:
            column = self._columns.get((value.name, value.column), "")
            return Labelled("", column, column, value.name)
        if value.name in self._rows:
            sheet, row = self._rows[value.name]
            return Labelled(row.item, row.label, self._columns.get((sheet, value.column), ""), sheet)
        return Labelled("", self._headers.get(value.name, ""), "", "")
