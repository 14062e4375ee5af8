"""Mails of the office's own people: a unit's mail that they forward, or a proposal of the digest that they take up.

Only where the mailbox's own server says that the mail is theirs (or where it is not asked at all, `authserv_id`).
Whoever writes in their name without that proof is held, and nothing is done.
"""

import re
from datetime import date

from intake import case as cases
from intake import purpose, sender
from roll import mails
from roll.outcomes import Outcome

# The copied header of a forwarded mail stands at its top; a signature or a greeting may go before it.
_LINES_SEARCHED = 60
_FROM_LINE = re.compile(
    r"[\s>*]*(?:from|từ|người gửi)\s*\*?\s*:.*?([^\s<>\[\]()\":;,]+@[^\s<>\[\]()\":;,]+)", re.IGNORECASE
)


def is_forward(contents: mails.Contents) -> bool:
    """Return whether a mail passes another one on: by its subject, by a mail attached, by a copied header."""
    has_mail = any(part.kind == "message" or purpose.is_in_attached_mail(contents, part) for part in contents.parts)
    return has_mail or purpose.is_forwarded(contents) or bool(original_senders(contents))


def original_senders(contents: mails.Contents) -> tuple[str, ...]:
    """Return the addresses of those whose mails are attached to a mail, and of the copied "From:" lines in it."""
    lines = [*contents.text.splitlines()[:_LINES_SEARCHED], *contents.quoted.splitlines()[:_LINES_SEARCHED]]
    found = (_FROM_LINE.match(line[:500]) for line in lines)
    copied = [match[1].lower() for match in found if match]
    return tuple(dict.fromkeys([address for mail in contents.attached for address in mail.from_addresses] + copied))


def unit_forwarded(
    contents: mails.Contents, identity: sender.Identity, register: sender.Register, day: date
) -> str | None:
    """Return the unit whose mail was forwarded: the workbook's word, which the first sender must not contradict.

    None where neither says it, or they differ.
    """
    originals = original_senders(contents)
    by_address = {code for address in originals for code in register.units_of_address(address, day)}
    named = {code for codes in identity.named for code in codes}
    if identity.unmatched or len(named) > 1:
        return None
    if named:
        return next(iter(named)) if not by_address or named <= by_address else None
    return next(iter(by_address)) if len(by_address) == 1 else None


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


def _held(case: cases.Case, reason: str, detail: str = "") -> mails.Understanding:
    proposal = case.proposal()
    campaign = case.campaign_of(proposal)
    name = campaign.name if campaign else None
    return mails.Understanding(
        Outcome.HELD, reason, detail=detail, proposal=proposal, campaign=name, candidates=case.candidates()
    )
