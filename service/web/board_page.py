"""The board: where every unit stands, by group, worst first."""

from collections.abc import Sequence
from dataclasses import dataclass

import flask

from roll import board, campaigns
from roll.outcomes import State
from service import shapes
from service.web import pages
from storage import overviews

# Worst first: who must be telephoned, who must correct, what waits for us, what waits for a word, then what is done.
ORDER = (State.MISSING, State.NEEDS_FIX, State.HELD, State.NEEDS_CONFIRM, State.NIL, State.VALID, State.EXEMPT)


@dataclass(frozen=True, slots=True)
class Group:
    """The units of one kind."""

    kind: str
    units: Sequence[board.Standing]


@dataclass(frozen=True, slots=True)
class Slice:
    """One state's share of the bar; `start` and `width` are per mille of its length."""

    state: State
    count: int
    start: int
    width: int


def show() -> flask.Response:
    """Show the board of a campaign, `?campaign=` or the one that is open; `?state=` shows one state only."""
    opened = pages.rollcall()
    known = [campaign for campaign, _ in opened.loaded()]
    chosen = _choose(known, flask.request.args.get("campaign", ""))
    if chosen is None:
        return pages.page("empty.html")
    with opened.store.reading() as connection:
        shown = overviews.board_of(connection, chosen, opened.now())
    if pages.wants_json():
        return pages.as_json(shapes.status(shown, chosen, opened.zone))
    wanted = next((state for state in State if state.value == flask.request.args.get("state")), None)
    return pages.page(
        "board.html",
        board=shown,
        campaign=chosen,
        others=[campaign for campaign in known if campaign is not chosen],
        groups=groups(shown, wanted),
        numbers=numbers(shown),
        slices=slices(shown),
        wanted=wanted,
        states=[state for state in ORDER if any(unit.state is state for unit in shown.units)],
    )


def _choose(known: Sequence[campaigns.Campaign], name: str) -> campaigns.Campaign | None:
    """Return the campaign named, else one that is open, the last opened first, else the last one."""
    if name and all(campaign.name != name for campaign in known):
        flask.abort(404)
    now = pages.rollcall().now()
    wanted = [campaign for campaign in known if campaign.name == name] or [each for each in known if each.is_open(now)]
    return max(wanted or known, key=lambda campaign: campaign.opens, default=None)


def groups(shown: board.Board, wanted: State | None = None) -> list[Group]:
    """Return the units by kind, in the roster's order of kinds, the worst first in each."""
    kinds = dict.fromkeys(unit.kind for unit in shown.units)
    found = [Group(kind, _worst_first([unit for unit in shown.units if unit.kind == kind], wanted)) for kind in kinds]
    return [group for group in found if group.units]


def _worst_first(units: Sequence[board.Standing], wanted: State | None) -> list[board.Standing]:
    chosen = [unit for unit in units if wanted in {None, unit.state}]
    return sorted(chosen, key=lambda unit: (_is_quiet(unit), not unit.overdue, ORDER.index(unit.state)))


def _is_quiet(unit: board.Standing) -> bool:
    """Whether a unit that was only asked has sent nothing: no worry of anybody's."""
    return unit.obligation != "required" and unit.state is State.MISSING


def numbers(shown: board.Board) -> dict[str, int]:
    """Return the five numbers of a round of reports: expected, received, on time, valid, missing."""
    totals = shown.totals()
    counted = [unit for unit in shown.units if unit.obligation == "required" and unit.state in board.RECEIVED_STATES]
    on_time = sum(unit.on_time is True for unit in counted)
    return {
        "expected": totals["expected"],
        "received": totals["received"],
        "on_time": on_time,
        "valid": totals["valid"],
        "missing": totals["missing"],
    }


def slices(shown: board.Board) -> list[Slice]:
    """Return the shares of the states among the expected units, best first, for the bar."""
    totals = shown.totals()
    result, before = [], 0
    for state in (each for each in reversed(ORDER) if each is not State.EXEMPT and totals[each.value]):
        count = totals[state.value]
        start, end = (1000 * edge // totals["expected"] for edge in (before, before + count))
        result.append(Slice(state, count, start, end - start))
        before += count
    return result
