"""Who is answered, and by which letter (design.md, "What always holds", 6).

Registered and not failed authentication: answered. Failed: silence. Unregistered with an aligned pass: one neutral
receipt; without: silence. Never a machine, and never an address that can be read in two ways.
"""

from collections.abc import Container
from dataclasses import replace

from intake import authentication, lookalikes, machine_mail, message, refusals, sender
from intake import case as cases
from roll import mails
from roll.outcomes import Outcome

# Flaws of a mail's make-up that leave its sender as certain as he was.
_OF_THE_CONTENT = frozenset({
    "uuencoded", "yencoded", "external_body", "partial_message", "closed_envelope", "too_many_parameters",
})  # fmt: skip
UNCERTAIN_SENDER = message.HOLDING_FLAWS - _OF_THE_CONTENT
_TOLD_WHEN_HELD = frozenset({"question", "extension_request", "after_close", "several_mails"})
_TOLD_WHEN_RULED = frozenset({"nil", "confirmed", "returned_by_person"})

# A unit's words that staff forwarded are known to them already; who pretends to be a unit is told nothing.
_NEVER_ANSWERED = frozenset({"lookalike_sender", "forwarded_words"})

# What is accepted without a workbook.
_WORDS_TAKEN = frozenset({"confirmed", "nil"})


def with_answer(case: cases.Case, understood: mails.Understanding) -> mails.Understanding:
    """Return `understood` with the letter that answers the mail, and to whom; unchanged for silence."""
    address = _address(case)
    if understood.ruled_at is not None:
        address = _address_after_a_ruling(case, understood, address)
    elif not case.machine.answerable or _is_doubtful(case) or understood.reason in _NEVER_ANSWERED:
        return understood
    if not address:
        return understood
    if understood.ruled_at is not None:
        answer = _answer(case, understood)
        return replace(understood, answer=answer, answer_to=address) if answer else understood
    if case.registered:
        answer = _answer(case, understood)
    else:
        is_known_domain = case.known.authentication == "pass"
        answer = "receipt:unknown_sender" if is_known_domain and understood.outcome is Outcome.HELD else ""
    return replace(understood, answer=answer, answer_to=address) if answer else understood


def with_other_reply_to(case: cases.Case, understood: mails.Understanding) -> mails.Understanding:
    """Return `understood` with the address that a unit's mail asks answers to, where it is of another domain than From.

    The answer goes to From all the same; staff are told. The detail of a receipt is printed in it, so there the address
    stands in the evidence alone.
    """
    elsewhere = authentication.answers_wanted_elsewhere(case.contents.headers)
    if not elsewhere or not case.registered:
        return understood
    piece = mails.Evidence("reply-to", elsewhere, case.known.register.units_of_address(elsewhere, case.day))
    is_told = understood.outcome is Outcome.ACCEPTED or understood.reason == "errors"
    detail = understood.detail or (f"Reply-To: {elsewhere}" if is_told else "")
    return replace(understood, detail=detail, evidence=(*understood.evidence, piece))


def _address(case: cases.Case) -> str:
    """Return the sender's address, empty where there is not exactly one that is certain.

    A mail that a person gave to a unit is then answered at the unit's own address: so is a report that was handed in.
    """
    addresses = case.contents.headers.from_addresses
    if case.known.handed_in_by:
        # Whoever forwards a unit's mail needs no answer; the unit does.
        return next(iter(case.known.register.addresses_of(case.known.assigned or "", case.day)), "")
    if case.known.staff is not None:
        return ""
    if len(addresses) == 1 and UNCERTAIN_SENDER.isdisjoint(case.contents.flaws):
        return addresses[0]
    if case.known.assigned is None:
        return ""
    return next(iter(case.known.register.addresses_of(case.known.assigned, case.day)), "")


def contact_to_tell(
    contents: mails.Contents, contact: str | None, answered: str, ours: Container[str], *, is_proven: bool
) -> str:
    """Return `contact`, a unit's first registered address, where it must be told of the unit's report; else nothing.

    It knows already where it wrote the mail or is `answered`; and where it stands among the recipients of a sender that
    `is_proven`: anybody else writes there whom he likes. No letter goes to an address of `ours` (in lower case) or one
    that says that nobody reads it.
    """
    if not contact or contact.casefold() in ours or machine_mail.is_nobodys(contact):
        return ""
    headers = contents.headers
    told = (*headers.from_addresses, *(headers.to if is_proven else ()), answered)
    return "" if any(sender.is_same_address(contact, address) for address in told) else contact


def _is_doubtful(case: cases.Case) -> bool:
    """Say whether the sender may be somebody else who takes his name."""
    if case.known.authentication == "fail":
        return True
    is_own = bool(case.known.identity.registered)
    return not is_own and bool(lookalikes.pretended(case.contents.headers, case.known.register.addresses))


def _address_after_a_ruling(case: cases.Case, understood: mails.Understanding, address: str) -> str:
    """Return where the letter goes that a person's ruling causes: the sender, or the unit where he is in doubt."""
    is_certain = case.machine.answerable and not _is_doubtful(case) and case.registered
    if is_certain and address:
        return address
    unit = understood.unit or ""
    return next(iter(case.known.register.addresses_of(unit, case.day)), "")


def of_report(outcome: Outcome, reason: str) -> str:
    """Return the letter that answers one report that was taken or returned."""
    if reason in _WORDS_TAKEN:
        return f"receipt:{reason}"
    if outcome is Outcome.ACCEPTED:
        return "acknowledgement" if reason in {"valid", "accepted_by_person"} else "confirm"
    return "return" if reason in {"errors", "returned_by_person"} else f"receipt:{reason}"


def _answer(case: cases.Case, understood: mails.Understanding) -> str:
    if understood.ruled_at is not None and not understood.reports:
        return f"receipt:{understood.reason}" if understood.reason in _TOLD_WHEN_RULED else ""
    if understood.outcome is Outcome.RETURNED and not understood.reports:
        return f"receipt:{refusals.letter_for(case.contents, understood.reason)}"
    if understood.outcome in {Outcome.ACCEPTED, Outcome.RETURNED}:
        return of_report(understood.outcome, understood.reason)
    if understood.outcome is Outcome.HELD:
        return f"receipt:{understood.reason}" if understood.reason in _TOLD_WHEN_HELD else "receipt:held"
    if understood.reason == "signed_copy":
        return "" if _has_reported(case, understood) else "receipt:signed_copy_only"
    return "receipt:duplicate" if understood.reason == "same_values" else ""


def _has_reported(case: cases.Case, understood: mails.Understanding) -> bool:
    return any(
        (version.campaign, version.unit) == (understood.campaign, understood.unit) for version in case.known.versions
    )
