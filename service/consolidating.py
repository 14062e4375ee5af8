"""The consolidated workbook of a campaign: what storage knows goes to `forms.consolidate`; the issue is remembered."""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from forms import consolidate, consolidate_changes, read
from forms import consolidate_reports as told
from forms import form as forms_form
from forms.labels import Labels
from roll import board, campaigns, reports
from roll.mistakes import OperatorError
from roll.outcomes import State, Verdict
from service import assemble, wording
from service.web import words
from storage import boards, counted, issues

_COUNTS = (
    ("expected", "Phải báo cáo"),
    ("received", "Đã gửi"),
    ("valid", None),
    ("needs_confirm", None),
    ("needs_fix", None),
    ("held", None),
    ("nil", None),
    ("missing", None),
    ("overdue", "Quá hạn"),
    ("late", "Gửi sau thời hạn"),
    ("exempt", None),
)
_NOT_COUNTED = {
    "vi": "không thuộc diện báo cáo; có báo cáo đã tiếp nhận, số liệu không cộng",
    "en": "exempt; a report of it was accepted, its figures are not added",
}
_AFTER_ACCEPTED = {
    "vi": "đã có báo cáo được tiếp nhận và cộng; thư đến sau chưa được cộng",
    "en": "its accepted report is added; what came after that is not",
}
_UNASSIGNED = "Thư chưa xác định đơn vị"
_WHYS_TOLD = 3
"""Mails told of one unit, the last ones: whoever writes more often is looked up in the ledger."""
_ACCEPTED = (State.VALID, State.NEEDS_CONFIRM, State.NIL)


@dataclass(frozen=True, slots=True)
class NotIn:
    """How many units are not in a workbook, by why; `newer` are those that are in and of which more came since."""

    returned: int
    held: int
    nil: int
    missing: int
    exempt: int
    newer: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a campaign's consolidation is made from, and the board as of the same instant."""

    consolidation: told.Consolidation
    board: board.Board
    not_in: NotIn
    included: tuple[issues.Included, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A finished workbook, what is in it and what is not, and what must be remembered of it."""

    data: bytes
    gathered: Gathered

    @property
    def consolidation(self) -> told.Consolidation:
        """Return what is in it."""
        return self.gathered.consolidation

    @property
    def not_in(self) -> NotIn:
        """Return how many units are not in it."""
        return self.gathered.not_in

    @property
    def included(self) -> tuple[issues.Included, ...]:
        """Return which versions are in it."""
        return self.gathered.included


def gather(rollcall: assemble.Rollcall, campaign: campaigns.Campaign, form: forms_form.Form) -> Gathered:
    """Return what is known of a campaign's reports as of the run's time."""
    with rollcall.store.reading() as connection:
        known = _Gathering(rollcall, connection, campaign, form)
        return Gathered(known.consolidation(), known.board, known.not_in(), tuple(known.included().values()))


def make(rollcall: assemble.Rollcall, campaign: campaigns.Campaign, form: forms_form.Form) -> Made:
    """Return the workbook of a campaign as of the run's time. Raises OperatorError where it would be too large."""
    gathered = gather(rollcall, campaign, form)
    try:
        return Made(consolidate.consolidate(gathered.consolidation), gathered)
    except consolidate.TooLargeError as error:
        raise OperatorError([f"The workbook would be too large: {error}"]) from error


def read_back(form: forms_form.Form, made: Made) -> reports.Reading:
    """Return the finished workbook as whoever gets it reads it."""
    return read.read_file(made.data, "", [read.prepare(form)])


def remember(rollcall: assemble.Rollcall, campaign: campaigns.Campaign, made: Made) -> None:
    """Keep which versions went into the workbook, so that the next one can say what changed."""
    with rollcall.store.writing() as connection:
        issues.record(connection, campaign.name, rollcall.now(), made.included)


class _Gathering:
    """What storage says of one campaign at the run's time."""

    def __init__(
        self,
        rollcall: assemble.Rollcall,
        connection: sa.Connection,
        campaign: campaigns.Campaign,
        form: forms_form.Form,
    ) -> None:
        at = rollcall.now()
        self._rollcall, self._connection, self._campaign, self._form, self._at = (
            rollcall,
            connection,
            campaign,
            form,
            at,
        )
        self._words = wording.Words(rollcall.config.office.language, rollcall.zone)
        self._more_words = words.PageWords(self._words)
        self.board = boards.board_of(connection, campaign, at)
        self._standing = {unit.code: unit for unit in self.board.units}
        self._reports = {
            report.unit: report
            for report in counted.current_reports(connection, campaign.name, at)
            if report.unit in self._standing and self._standing[report.unit].state is not State.EXEMPT
        }
        self._not_counted = counted.not_counted(connection, campaign, at)

    def included(self) -> dict[str, issues.Included]:
        """Return which version of each unit's report goes in."""
        return {
            code: issues.Included(code, report.mail_id, report.part, report.number, report.fingerprint)
            for code, report in self._reports.items()
        }

    def consolidation(self) -> told.Consolidation:
        """Return everything that the workbook says."""
        unconfirmed = [report.id for report in self._reports.values() if report.verdict == Verdict.NEEDS_CONFIRM]
        doubts = counted.problems_of(self._connection, unconfirmed)
        totals, shown = self.board.totals(), self.board.units
        counts = {word or self._words.state(State(key)): totals[key] for key, word in _COUNTS}
        return told.Consolidation(
            form=self._form,
            office=self._rollcall.config.office.name,
            campaign=self._campaign.name,
            title=self._campaign.report_title or self._campaign.title,
            issued_at=self._at.astimezone(self._rollcall.zone),
            reports=tuple(self._report(each, tuple(doubts.get(each.id, ()))) for each in self._reports.values()),
            missing=tuple(self._left_out(unit) for unit in shown if _owes(unit)),
            left_out=tuple(self._left_out(unit) for unit in shown if self._is_left_out(unit)),
            groups=tuple(self._group(kind) for kind in dict.fromkeys(unit.kind for unit in shown)),
            counts=counts | {_UNASSIGNED: self.board.unassigned},
            since=self._since(),
        )

    def not_in(self) -> NotIn:
        """Return how many units are left out, by their state; of the missing, those that owe a report."""
        out = Counter(unit.state for unit in self.board.units if unit.code not in self._reports)
        return NotIn(
            returned=out[State.NEEDS_FIX],
            held=out[State.HELD],
            nil=out[State.NIL],
            missing=sum(_owes(unit) for unit in self.board.units),
            exempt=out[State.EXEMPT],
            newer=sum(unit.code in self._reports and bool(self._later(unit)) for unit in self.board.units),
        )

    def _report(self, report: counted.CurrentReport, doubts: tuple[reports.Problem, ...]) -> told.UnitReport:
        unit, page = self._standing[report.unit], self._rollcall.config.web.public_url.rstrip("/")
        return told.UnitReport(
            code=unit.code,
            name=unit.name,
            short_name=unit.short_name or unit.name,
            group=self._more_words.group(unit.kind),
            state=self._more_words.verdict(report.verdict),
            number=report.number,
            receipt=report.receipt,
            received=self._words.moment(report.received_at),
            file=report.file,
            header=report.header,
            values=report.values,
            doubts=doubts,
            unconfirmed=report.verdict == Verdict.NEEDS_CONFIRM,
            link=f"{page}/mails/{report.mail_id}" if page else "",
        )

    def _is_left_out(self, unit: board.Standing) -> bool:
        """Say whether something of a unit's is not counted: all that it sent, or what came after what counts."""
        if unit.state is State.MISSING:
            return False
        return unit.code not in self._reports or bool(self._later(unit))

    def _later(self, unit: board.Standing) -> list[counted.NotCounted]:
        """Return what came of a unit and does not count; where a report of it counts, what came after that."""
        standing = self._reports.get(unit.code)
        since = (standing.received_at, standing.mail_id) if standing else None
        return [
            each
            for each in self._not_counted.get(unit.code, ())
            if since is None or (each.received_at, each.mail_id) > since
        ]

    def _left_out(self, unit: board.Standing) -> told.LeftOut:
        said = [self._words.state(unit.state)]
        if unit.overdue:
            said.append(self._words.text("overdue"))
        if unit.extended_until:
            said.append(self._words.extended(unit.extended_until))
        if unit.obligation != "required":
            said.append(self._words.text(unit.obligation))
        why = [_AFTER_ACCEPTED[self._words.language]] if unit.code in self._reports else []
        if unit.state is State.EXEMPT and unit.versions:
            why.append(_NOT_COUNTED[self._words.language])
        if unit.is_signed_only:
            why.append(self._words.text("signed_only"))
        why += [
            f"{each.receipt} ({self._words.moment(each.received_at)}): {self._words.outcome(each.outcome)}, "
            f"{self._words.reason(each.reason)}"
            for each in self._later(unit)[-_WHYS_TOLD:]
        ]
        return told.LeftOut(unit.name, "; ".join(said), "; ".join(why))

    def _group(self, kind: str) -> told.GroupCount:
        of_kind = [unit for unit in self.board.units if unit.kind == kind and unit.state is not State.EXEMPT]
        expected = [unit for unit in of_kind if unit.obligation == "required" or unit.state is not State.MISSING]
        accepted = sum(unit.state in _ACCEPTED for unit in expected)
        missing = sum(unit.state is State.MISSING for unit in expected)
        waiting = len(expected) - accepted - missing
        return told.GroupCount(self._more_words.group(kind), len(expected), accepted, waiting, missing)

    def _since(self) -> told.Since | None:
        """Return what changed since the last issue before this instant, None where there is none."""
        last = issues.last_before(self._connection, self._campaign.name, self._at)
        if last is None:
            return None
        included = self.included()
        differing = [code for code, was in last.included.items() if code in included and included[code] != was]
        read_as = issues.read_as(
            self._connection, self._campaign.name, [last.included[code].place for code in differing]
        )
        changes: list[told.Change] = []
        for unit in self.board.units:
            name = unit.short_name or unit.name
            if unit.code in included and unit.code not in last.included:
                changes.append(told.Change(name, consolidate_changes.NEW_UNIT))
            elif unit.code in last.included and unit.code not in included:
                changes.append(told.Change(name, consolidate_changes.UNIT_GONE))
            elif unit.code in differing:
                changes += self._changes(unit.code, name, last.included[unit.code], read_as)
        return told.Since(self._words.moment(last.issued_at), tuple(changes))

    def _changes(
        self, code: str, name: str, was: issues.Included, read_as: dict[issues.Place, issues.Standing]
    ) -> list[told.Change]:
        standing, now = read_as.get(was.place), self._reports[code]
        if standing is None or standing.fingerprint != was.fingerprint:
            # What the last issue said of it can no longer be told value by value.
            return [told.Change(name, consolidate_changes.READ_ANEW)]
        return list(consolidate_changes.between(Labels(self._form), name, standing.values, now.values))


def _owes(unit: board.Standing) -> bool:
    return unit.state is State.MISSING and unit.obligation == "required"
