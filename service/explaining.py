"""Why a mail is held to be a unit's, or waits, in plain sentences: what was seen, what speaks against it, what decides.

The sentences are made of the evidence that was stored with the decision, so they tell what was known then.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from intake import former, weighing
from roll import mails, outcomes
from service import reasons
from storage import overviews

NOBODY_KNOWN: Mapping[str, str] = MappingProxyType({})

# By source: the sentence where a unit is meant, and the one where the piece speaks of none.
_PIECES = {
    "vi": {
        "decision": ("Cán bộ đã giao thư này cho {units}.", ""),
        "address": (
            "Địa chỉ {text} đã đăng ký cho {units}.",
            "Địa chỉ {text} chưa đăng ký cho đơn vị nào vào ngày nhận thư.",
        ),
        "learned address": ("Địa chỉ {text} đã được cán bộ ghi nhận là của {units}.", ""),
        "workbook": ("{cell} của tệp ghi “{text}”: {units}.", "{cell} của tệp ghi “{text}”: không rõ đơn vị nào."),
        "workbook, nearly": ("{cell} của tệp ghi “{text}”: có thể là {units}.", ""),
        "reply": ("Thư này trả lời thư mà cơ quan đã gửi cho {units}.", ""),
        "forwarded address": ("Thư gốc được gửi từ địa chỉ {text}, đã đăng ký cho {units}.", ""),
        "forwarded name": ("Người gửi thư gốc ghi tên là “{text}”: {units}.", ""),
        "forwarded subject": ("Tiêu đề thư gốc ghi “{text}”: {units}.", ""),
        "file name": ("Tên tệp “{text}” nói đến {units}.", ""),
        "subject": ("Tiêu đề “{text}” nói đến {units}.", ""),
        "signature": ("Cuối thư ghi “{text}”: {units}.", ""),
        "signature address": ("Cuối thư có địa chỉ {text}, đã đăng ký cho {units}.", ""),
        "display name": ("Tên hiển thị của người gửi là “{text}”: {units}.", ""),
        "sheet": ("Trong tệp còn ghi “{text}”: {units}.", ""),
        "body": ("Nội dung thư có câu “{text}”: nói đến {units}.", ""),
        "receipt number": ("Tiêu đề ghi mã tiếp nhận {text}, là thư của {units}.", ""),
        "ended unit": ("{text}", "{text}"),
        "reply-to": (
            "Thư đề nghị trả lời tới {text}, địa chỉ của {units}; hệ thống trả lời về địa chỉ gửi.",
            "Thư đề nghị trả lời tới {text}, không phải địa chỉ của đơn vị nào; hệ thống trả lời về địa chỉ gửi.",
        ),
        "failed address": (
            "Không gửi được thư tới {text}, địa chỉ của {units}.",
            "Không gửi được thư tới {text}.",
        ),
        "address failing for now": (
            "Tạm thời chưa gửi được thư tới {text}, địa chỉ của {units}.",
            "Tạm thời chưa gửi được thư tới {text}.",
        ),
        "letter sent back": ("Thư bị trả lại: số {text}, gửi cho {units}.", "Thư bị trả lại: số {text}."),
        "history": ("Thư trước đó của địa chỉ này ({text}) là của {units}.", ""),
        "abbreviation": ("Chữ viết tắt trong “{text}” có thể là {units}.", ""),
    },
    "en": {
        "decision": ("A person gave this mail to {units}.", ""),
        "address": (
            "The address {text} is registered for {units}.",
            "The address {text} was registered for no unit on the day of receipt.",
        ),
        "learned address": ("A person noted the address {text} as that of {units}.", ""),
        "workbook": (
            "{cell} of the workbook says “{text}”: {units}.",
            "{cell} of the workbook says “{text}”: no unit.",
        ),
        "workbook, nearly": ("{cell} of the workbook says “{text}”: perhaps {units}.", ""),
        "reply": ("The mail answers a letter that the office sent to {units}.", ""),
        "forwarded address": ("The mail that was passed on came from {text}, registered for {units}.", ""),
        "forwarded name": ("The sender of the mail that was passed on is called “{text}”: {units}.", ""),
        "forwarded subject": ("The subject of the mail that was passed on says “{text}”: {units}.", ""),
        "file name": ("The file name “{text}” speaks of {units}.", ""),
        "subject": ("The subject “{text}” speaks of {units}.", ""),
        "signature": ("The mail is signed “{text}”: {units}.", ""),
        "signature address": ("The mail is signed with the address {text}, registered for {units}.", ""),
        "display name": ("The sender's display name is “{text}”: {units}.", ""),
        "sheet": ("The workbook also says “{text}”: {units}.", ""),
        "body": ("The text says “{text}”: it speaks of {units}.", ""),
        "receipt number": ("The subject has the receipt number {text}, a mail of {units}.", ""),
        "ended unit": ("{text}", "{text}"),
        "reply-to": (
            "The mail asks for answers to {text}, an address of {units}; Rollcall answers to its sender.",
            "The mail asks for answers to {text}, no unit's address; Rollcall answers to its sender.",
        ),
        "failed address": ("Letters to {text}, an address of {units}, fail.", "Letters to {text} fail."),
        "address failing for now": (
            "Letters to {text}, an address of {units}, fail for now.",
            "Letters to {text} fail for now.",
        ),
        "letter sent back": ("Letter {text}, to {units}, came back.", "Letter {text} came back."),
        "history": ("The last mail from this address ({text}) was of {units}.", ""),
        "abbreviation": ("The initials in “{text}” may stand for {units}.", ""),
    },
}
_CONCLUSIONS = {
    "vi": {
        "cell": "Ô {cell} (sheet {sheet})",
        "no_cell": "Dòng tên đơn vị",
        "points": "{sentence} (+{points})",
        "agreed": "Không có gì trái ngược.",
        "less": "Cũng có chi tiết nói đến {runner_up} ({less} điểm, {unit} có {points} điểm): không đủ để nghi ngờ.",
        "besides": "Cũng có chi tiết nói đến {runner_up}.",
        "of_person": "Thư được tính theo lời cán bộ.",
        "waits": "Thư chờ cán bộ vì {reason}.",
        "proposal": "Đề xuất {unit} ({points} điểm).",
        "runner_up": "Đứng sau là {runner_up} ({less} điểm).",
        "tied": "{units} có căn cứ ngang nhau, nên không đề xuất đơn vị nào.",
        "lower": "Tệp có vẻ là của cấp dưới, nên không đề xuất đơn vị nào.",
        "nothing": "Không có căn cứ nào nói đến một đơn vị.",
        "and": " và ",
    },
    "en": {
        "cell": "Cell {cell} (sheet {sheet})",
        "no_cell": "The unit line",
        "points": "{sentence} (+{points})",
        "agreed": "Nothing contradicts this.",
        "less": "Something speaks of {runner_up} too ({less} points, {unit} has {points}): not enough for doubt.",
        "besides": "Something speaks of {runner_up} too.",
        "of_person": "It counts by the word of a person.",
        "waits": "The mail waits for a person: {reason}.",
        "proposal": "Proposed: {unit} ({points} points).",
        "runner_up": "Next is {runner_up} ({less} points).",
        "tied": "As much speaks for {units}, so none of them is proposed.",
        "lower": "The workbook seems to be a lower body's, so no unit is proposed.",
        "nothing": "Nothing speaks of a unit.",
        "and": " and ",
    },
}
_WAITING = frozenset({outcomes.Outcome.HELD.value, outcomes.Outcome.QUARANTINED.value})
# A sentence quotes a piece of a mail; a whole line of a letter would bury it.
_QUOTED = 120


def evidence_of(row: overviews.MailRow) -> tuple[mails.Evidence, ...]:
    """Return the stored evidence of a mail; what was stored before there were weights has none."""
    return tuple(
        mails.Evidence(each["source"], each["text"], tuple(each["units"]), each.get("weight", 0), each.get("place", ""))
        for each in row.evidence
    )


def ranking_of(row: overviews.MailRow) -> list[weighing.Ranked]:
    """Return the units for which the stored evidence speaks, most points first."""
    return [each for each in weighing.rank(evidence_of(row)) if each.points]


def explain(row: overviews.MailRow, language: str, names: Mapping[str, str] = NOBODY_KNOWN) -> list[str]:
    """Return why a mail is a unit's or waits, a sentence a line; `names` are the units' names by their codes."""
    return list(_Explanation(row, language, names).sentences())


class _Explanation:
    def __init__(self, row: overviews.MailRow, language: str, names: Mapping[str, str]) -> None:
        self._row, self._language, self._names = row, language, names
        self._evidence = evidence_of(row)
        self._ranking = ranking_of(row)

    def sentences(self) -> Iterator[str]:
        for piece in self._evidence:
            sentence = self._of_piece(piece)
            yield self._say("points", sentence=sentence, points=piece.weight) if piece.weight else sentence
        owners = tuple(dict.fromkeys(report["unit"] for report in self._row.reports)) or (self._row.unit,)
        if any(piece.source == "decision" for piece in self._evidence):
            yield self._say("of_person")
        elif owners[0]:
            yield self._against([owner for owner in owners if owner])
        elif self._row.outcome in _WAITING:
            yield from self._proposal()
        if self._row.outcome in _WAITING:
            yield self._say("waits", reason=reasons.say(self._row.reason, self._language))

    def _of_piece(self, piece: mails.Evidence) -> str:
        source = piece.source
        if (
            source == "workbook"
            and piece.units
            and 0 < piece.weight * len(piece.units) < weighing.WEIGHTS[source].points
        ):
            source = "workbook, nearly"
        with_units, without = _PIECES[self._language].get(source, ("{text}: {units}", ""))
        template = with_units if piece.units or not without else without
        quoted = piece.text if source == former.SOURCE else piece.text[:_QUOTED]
        told = {"text": quoted, "units": self._all(piece.units), "cell": self._cell(piece.place)}
        return template.format(**told)

    def _cell(self, place: str) -> str:
        sheet, _, cell = place.rpartition("!")
        return self._say("cell", cell=cell, sheet=sheet) if cell else self._say("no_cell")

    def _against(self, owners: Sequence[str]) -> str:
        """Say what speaks for other units than those to which the mail was credited."""
        others = {unit for piece in self._evidence for unit in piece.units} - set(owners)
        points = {each.unit: each.points for each in self._ranking}
        if not others:
            return self._say("agreed")
        runner_up = max(sorted(others), key=lambda unit: points.get(unit, 0))
        if not points:
            return self._say("besides", runner_up=self._name(runner_up))
        told = {"unit": self._all(owners), "points": max(points.get(owner, 0) for owner in owners)}
        return self._say("less", runner_up=self._name(runner_up), less=points.get(runner_up, 0), **told)

    def _proposal(self) -> Iterator[str]:
        points = {each.unit: each.points for each in self._ranking}
        if self._row.proposal:
            yield self._say("proposal", unit=self._name(self._row.proposal), points=points.get(self._row.proposal, 0))
            after = next((each for each in self._ranking if each.unit != self._row.proposal), None)
            if after:
                yield self._say("runner_up", runner_up=self._name(after.unit), less=after.points)
        elif not self._ranking:
            yield self._say("nothing")
        elif weighing.lead(self._ranking) == 0:
            first = [each.unit for each in self._ranking if each.points == self._ranking[0].points]
            yield self._say("tied", units=self._all(first))
        else:
            yield self._say("lower")

    def _name(self, code: str) -> str:
        return self._names.get(code, code)

    def _all(self, codes: Sequence[str]) -> str:
        *all_but_last, last = [self._name(code) for code in codes] or [""]
        return self._say("and").join(each for each in (", ".join(all_but_last), last) if each)

    def _say(self, key: str, **told: Any) -> str:
        return _CONCLUSIONS[self._language][key].format(**told)
