"""The sample mails of the demo: the forty ways in which units really send a report, and ordinary mails besides.

The tables stand in samples_districts, samples_departments and samples_others; every address is reserved (RFC 2606).
"""

from forms import form as forms_form
from service.demo import sample_workbooks, samples_departments, samples_districts, samples_others
from service.demo.sample_rows import Row, Sample

ROWS: tuple[Row, ...] = (*samples_districts.ROWS, *samples_departments.ROWS, *samples_others.ROWS)


def all_samples(form: forms_form.Form) -> list[Sample]:
    """Return the sample mails for the 2019 form in order of receipt, the same bytes every time."""
    blank = sample_workbooks.Blank(form)
    return sorted((sample for row in ROWS for sample in row.samples(blank)), key=lambda sample: sample.received_at)


__all__ = ["ROWS", "Sample", "all_samples"]
