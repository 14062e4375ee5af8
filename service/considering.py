"""What a decision about a mail would come to, before it is made: nothing is written, nothing is queued."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from intake import decide, outdated, readers, ruling
from roll import letters
from service import answers, assemble, knowledge, recording, situation, understanding
from storage import decisions, inbox


@dataclass(frozen=True, slots=True)
class Considered:
    """A mail as it would be understood, why the decision cannot be made (empty where it can), the letters it causes."""

    case: answers.Case
    refusal: str
    owed: Sequence[letters.Letter]


def consider(rollcall: assemble.Rollcall, mail_id: int, decision: decisions.NewDecision) -> Considered:
    """Return what a mail would come to, were this decision made about it now."""
    known = situation.load(rollcall)
    with rollcall.store.reading() as connection:
        (row,) = inbox.by_ids(connection, [mail_id])
        raw = inbox.raw(connection, row.sha256)
        record = _with(knowledge.on_record(connection, [row])[mail_id], rollcall, decision)
    with rollcall.open_readers(known.forms) as open_readers:
        ((_, contents),) = open_readers.read_all([(mail_id, raw)])
        if isinstance(contents, readers.Failed):
            case = recording.case_of_head(known, row, "poison", contents.detail, record)
            return Considered(case, _of_the_unread(decision), ())
        with rollcall.store.reading() as connection:
            case = understanding.understand(known, connection, row, contents, record, open_readers)
        if case.to_mark:
            case = understanding.mark_anew(case, raw, open_readers)
    if row.cut:
        return Considered(case, _of_the_unread(decision), ())
    refusal = ""
    if case.known.ruling is not None:
        mail = understanding.mail_of(row)
        refusal = decide.refusal(mail, outdated.told_apart(mail, contents, case.known), case.known)
    return Considered(case, refusal, answers.answers(known, case))


def _of_the_unread(decision: decisions.NewDecision) -> str:
    return "" if decision.kind in {decisions.DISMISS, decisions.ASSIGN} else ruling.DANGEROUS


def _with(
    record: knowledge.OnRecord, rollcall: assemble.Rollcall, decision: decisions.NewDecision
) -> knowledge.OnRecord:
    """Return what would be on record of a mail with one more decision; it has no number yet."""
    made = decisions.Decision(
        0, rollcall.now(), decision.by, decision.kind, decision.mail_id, None, decision.unit, None, decision.note
    )
    if decision.kind == decisions.ASSIGN:
        return replace(record, assignment=made, ruling=None)
    return replace(record, ruling=made)
