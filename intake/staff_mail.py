"""Mails of the office's own people: a unit's mail that they forward, or a proposal of the digest that they take up.

Only where the mailbox's own server says that the mail is theirs (or where it is not asked at all, `authserv_id`).
Whoever writes in their name without that proof is held, and nothing is done.
"""

import re
from datetime import date

from intake import case as cases
from intake import purpose, sender, weighing
from roll import mails
from roll.outcomes import Outcome

# The copied header of a forwarded mail stands at its top; a signature or a greeting may go before it.
_LINES_SEARCHED = 60
_FROM_LINE = re.compile(
    r"[\s>*]*(?:from|từ|người gửi)\s*\*?\s*:.*?([^\s<>\[\]()\":;,]+@[^\s<>\[\]()\":;,]+)", re.IGNORECASE
)


def is_forward(contents: mails.Contents) -> bool:
    """Return whether a mail passes another one on: by its subject, by the line above it, by a mail attached.

    A copied header alone is no such sign: Outlook puts one below each answer too.
    """
    has_mail = any(part.kind == "message" or purpose.is_in_attached_mail(contents, part) for part in contents.parts)
    return has_mail or bool(contents.attached) or purpose.is_forwarded(contents)


def passes_on(known: cases.Known, contents: mails.Contents) -> bool:
    """Return whether a mail given to a unit was passed on by staff: the words above it are theirs, not the unit's."""
    return known.assigned is not None and known.staff is not None and bool(known.staff.by) and is_forward(contents)


def original_senders(contents: mails.Contents) -> tuple[str, ...]:
    """Return the addresses of those whose mails are attached to a mail, and of the copied "From:" lines in it."""
    lines = [*contents.text.splitlines()[:_LINES_SEARCHED], *contents.quoted.splitlines()[:_LINES_SEARCHED]]
    found = (_FROM_LINE.match(line[:500]) for line in lines)
    copied = [match[1].lower() for match in found if match]
    return tuple(dict.fromkeys([address for mail in contents.attached for address in mail.from_addresses] + copied))


def unit_forwarded(
    contents: mails.Contents, identity: sender.Identity, register: sender.Register, day: date
) -> str | None:
    """Return the unit whose mail was forwarded: the workbook's word, which its sender must not contradict.

    Where it has none, the sender's unit, unless something in the mail speaks for another body. None where neither says
    it, or they differ. The sender is that of the newest mail below: who wrote further down did not send the file.
    """
    by_address = {
        code for address in original_senders(contents)[:1] for code in register.units_of_address(address, day)
    }
    named = {code for codes in identity.named for code in codes}
    if identity.unmatched or len(named) > 1:
        return None
    if named:
        return next(iter(named)) if not by_address or named <= by_address else None
    unit = next(iter(by_address)) if len(by_address) == 1 else None
    if unit is None or weighing.contradicts(identity.evidence, unit):
        return None
    return None if sender.is_called_a_communes(contents, register.names(day), unit) else unit


def rule(case: cases.Case) -> mails.Understanding | None:
    """Return what a mail of staff, or one that brings a proposal back, amounts to; None for any other."""
    word = case.known.staff
    if word is None or case.known.assigned is not None:
        return None
    if not word.by:
        return _held(case, "proposal_not_valid", word.token) if word.token else None
    forwards = is_forward(case.contents)
    if not word.is_proven:
        return _held(case, "unproven_staff") if word.token or forwards else None
    if word.token in {"valid", "used"}:
        return mails.Understanding(Outcome.NOTED, "staff_decision", detail=word.detail)
    if word.token:
        return _held(case, "proposal_not_valid", word.token)
    return _held(case, "forward_without_unit") if forwards else None


def words_rule(case: cases.Case) -> mails.Understanding | None:
    """Return what a unit's question or nil report amounts to that staff forwarded, None for any other mail.

    They know of it; no machine answers it in their name.
    """
    unit = case.known.assigned
    if unit is None or not passes_on(case.known, case.contents) or purpose.files(case.contents):
        return None
    campaign = case.campaign_of(unit)
    name = campaign.name if campaign else None
    return mails.Understanding(Outcome.HELD, "forwarded_words", unit=unit, campaign=name, candidates=(unit,))


def _held(case: cases.Case, reason: str, detail: str = "") -> mails.Understanding:
    proposal = case.proposal()
    campaign = case.campaign_of(proposal)
    name = campaign.name if campaign else None
    return mails.Understanding(
        Outcome.HELD, reason, detail=detail, proposal=proposal, campaign=name, candidates=case.candidates()
    )
