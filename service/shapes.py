"""The contract's JSON: what programs outside may rely on. Every time carries the office's offset."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from forms import differences as forms_differences
from forms import form as forms_form
from forms.labels import Labels
from roll import board, campaigns, reports
from service import explaining
from service.tally import Tally
from storage import counted, outbox, overviews
from storage import reports as stored_reports

OUTCOMES = ("accepted", "returned", "held", "quarantined", "duplicate", "noted")


def instant(at: datetime | None, zone: ZoneInfo) -> str | None:
    """Return an instant as ISO 8601 with the office's offset."""
    return None if at is None else at.astimezone(zone).isoformat()


def tally(done: Tally) -> dict[str, Any]:
    """Return what a run of `poll` or `import` did."""
    return {
        "received": done.received,
        "handled": done.handled,
        "outcomes": {outcome: done.outcomes[outcome] for outcome in OUTCOMES},
        "queued": done.queued,
        "sent": done.sent,
        "failed": done.failed,
    }


NOTHING_FOUND: Mapping[int, Sequence[reports.Problem]] = MappingProxyType({})


def message(row: overviews.MailRow, zone: ZoneInfo) -> dict[str, Any]:
    """Return one row of `messages`."""
    only = row.reports[0] if len(row.reports) == 1 else None
    return {
        "id": row.id,
        "receipt": row.receipt,
        "mailbox": row.mailbox,
        "folder": row.folder,
        "uid": row.uid,
        "received_at": instant(row.received_at, zone),
        "from": row.sender,
        "subject": row.subject,
        "outcome": row.outcome,
        "reason": row.reason,
        "unit": only["unit"] if only else row.unit,
        "campaign": only["campaign"] if only else row.campaign,
        "version": only["version"] if only else None,
        "proposal": row.proposal,
        "reports": [
            {name: report[name] for name in ("unit", "campaign", "version", "verdict", "outcome")}
            for report in row.reports
        ],
        "parts": [
            {name: part[name] for name in ("name", "kind", "size", "sha256", "used", "why")} for part in row.parts
        ],
        "answers": [{name: given[name] for name in ("kind", "to", "state", "message_id")} for given in row.answers],
    }


NOTHING_DIFFERS: Mapping[int, Sequence[dict[str, Any]]] = MappingProxyType({})


def message_in_full(
    row: overviews.MailRow,
    zone: ZoneInfo,
    found: Mapping[int, Sequence[reports.Problem]] = NOTHING_FOUND,
    explanation: Sequence[str] = (),
    differing: Mapping[int, Sequence[dict[str, Any]]] = NOTHING_DIFFERS,
) -> dict[str, Any]:
    """Return one mail whole, with the reasons for what was understood.

    By the ids of its reports: `found` are their problems, `differing` what `differences` returns. `explanation` says
    in sentences why it is a unit's or waits.
    """
    ranking = explaining.ranking_of(row)
    return {
        **message(row, zone),
        "received_by": row.received_by,
        "detail": row.detail,
        "message_id": row.message_id,
        "text": row.text,
        "evidence": row.evidence,
        "ranking": [{"unit": each.unit, "points": each.points} for each in ranking],
        "runner_up": ranking[1].unit if len(ranking) > 1 else None,
        "explanation": list(explanation),
        "problems": [
            {"unit": report["unit"], **problem(each)} for report in row.reports for each in found.get(report["id"], ())
        ],
        "differences": [
            {"unit": report["unit"], **each} for report in row.reports for each in differing.get(report["id"], ())
        ],
    }


def differences(compared: stored_reports.Compared, labels: Labels) -> list[dict[str, Any]]:
    """Return in which values a version differs from the one before it, which is named by its number and receipt."""
    return [
        {
            "version_before": compared.before.number,
            "receipt_before": compared.before.receipt,
            "sheet": each.value.sheet,
            "cell": each.value.cell,
            "name": each.value.name,
            **_labels(each.value, labels),
            "before": each.was,
            "after": each.now,
        }
        for each in forms_differences.between(compared.was, compared.now)
    ]


def status(shown: board.Board, campaign: campaigns.Campaign, zone: ZoneInfo) -> dict[str, Any]:
    """Return the board."""
    return {
        "campaign": shown.campaign,
        "title": shown.title,
        "at": instant(shown.at, zone),
        "deadline": {
            "text": campaign.deadline_text,
            "due_before": instant(campaign.due_before, zone),
            "grace_until": instant(campaign.grace_until, zone),
            "closes": instant(campaign.closes, zone),
        },
        "totals": shown.totals(),
        "units": [
            {
                "code": unit.code,
                "name": unit.name,
                "obligation": unit.obligation,
                "state": unit.state.value,
                "on_time": unit.on_time,
                "overdue": unit.overdue,
                "versions": unit.versions,
                "received_at": instant(unit.received_at, zone),
                "receipt": unit.receipt,
                "extended_until": instant(unit.extended_until, zone),
            }
            for unit in shown.units
        ],
        "unassigned": shown.unassigned,
    }


def letter(row: outbox.LetterRow, zone: ZoneInfo) -> dict[str, Any]:
    """Return one row of `letters`, `remind`, `digest` or `plan`."""
    return {
        "id": row.id,
        "campaign": row.campaign,
        "unit": row.unit,
        "kind": row.kind,
        "step": row.step,
        "at": instant(row.due_at, zone),
        "to": row.to,
        "subject": row.subject,
        "state": row.state,
    }


def _labels(read: reports.Value, labels: Labels) -> dict[str, str]:
    told = labels.of(read)
    return {"label": told.label, "item": told.item, "column": read.column, "column_label": told.column}


def value(read: reports.Value, labels: Labels) -> dict[str, Any]:
    """Return one value of `form read`."""
    return {
        "name": read.name,
        **_labels(read, labels),
        "sheet": read.sheet,
        "cell": read.cell,
        "raw": read.raw,
        "value": read.value,
        "type": read.type,
        "rule": read.rule,
    }


def problem(found: reports.Problem) -> dict[str, Any]:
    """Return one problem of `form read`."""
    names = ("code", "sheet", "cell", "label", "found", "expected", "message")
    return {"severity": found.severity.value, **{name: getattr(found, name) for name in names}}


def reading(read: reports.Reading, form: forms_form.Form) -> dict[str, Any]:
    """Return the answer of `form read`."""
    labels = Labels(form)
    return {
        "form": read.form,
        "version": read.version,
        "verdict": read.verdict.value,
        "reason": read.reason,
        "header": {field.name: field.value for field in read.header},
        "values": [value(each, labels) for each in read.values if each.row is None],
        "tables": _records(read),
        "problems": [problem(each) for each in read.problems],
    }


def _records(read: reports.Reading) -> list[dict[str, Any]]:
    sheets: dict[str, dict[int, dict[str, Any]]] = {}
    for each in read.values:
        if each.row is not None:
            record = sheets.setdefault(each.sheet, {}).setdefault(
                each.row, {"row": each.row, "values": {}, "cells": {}}
            )
            record["values"][each.column] = each.value
            record["cells"][each.column] = each.cell
    return [{"sheet": sheet, "rows": list(records.values())} for sheet, records in sheets.items()]


def exported(row: counted.CurrentValue, labels: Labels, zone: ZoneInfo) -> dict[str, Any]:
    """Return one entry of `export`."""
    shown = {
        "unit": row.unit,
        "version": row.version,
        "received_at": instant(row.received_at, zone),
        "message": row.message,
        "file": row.file,
        "sheet": row.value.sheet,
        "cell": row.value.cell,
        "name": row.value.name,
        **_labels(row.value, labels),
        "raw": row.value.raw,
        "value": row.value.value,
        "type": row.value.type,
        "verdict": row.verdict,
    }
    if row.value.row is not None:
        shown["row"] = row.value.row
    return shown
