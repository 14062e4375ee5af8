"""What changed from one version of a unit's report to the next, as screens and programs are told it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from forms.labels import Labels
from service import assemble, shapes
from storage import overviews
from storage import reports as stored_reports

# What a screen shows of one report; programs get all. A corrected report differs in a handful of figures.
MOST_SHOWN = 40


def differences(
    rollcall: assemble.Rollcall, connection: sa.Connection, row: overviews.MailRow
) -> dict[int, Sequence[dict[str, Any]]]:
    """Return, by the ids of a mail's reports, in which values each differs from its unit's version before it."""
    labels = {campaign.name: Labels(form) for campaign, form in rollcall.loaded()} if row.reports else {}
    found: dict[int, Sequence[dict[str, Any]]] = {}
    for report in row.reports:
        compared = stored_reports.compared(connection, report["id"])
        if compared is not None and compared.campaign in labels:
            found[report["id"]] = shapes.differences(compared, labels[compared.campaign])
    return found
