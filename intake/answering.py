"""Who is answered, and by which letter (design.md, "What always holds", 6).

Registered and not failed authentication: answered. Failed: silence. Unregistered with an aligned pass: one neutral
receipt; without: silence. Never a machine, and never an address that can be read in two ways.
"""

from dataclasses import replace

from intake import case as cases
from intake import message
from roll import mails
from roll.outcomes import Outcome

# Flaws of a mail's make-up that leave its sender as certain as he was.
_OF_THE_CONTENT = frozenset({
    "uuencoded", "yencoded", "external_body", "partial_message", "encrypted_mail", "signed_mail", "too_many_parameters",
})  # fmt: skip
UNCERTAIN_SENDER = message.HOLDING_FLAWS - _OF_THE_CONTENT
_TOLD_WHEN_RULED = frozenset({"nil", "confirmed", "returned_by_person"})
_TOLD_WHEN_HELD = frozenset({"question", "extension_request", "after_close"})


def with_answer(case: cases.Case, understood: mails.Understanding) -> mails.Understanding:
    """Return `understood` with the letter that answers the mail, and to whom; unchanged for silence."""
    address = _address(case)
    if understood.ruled_at is not None:
        address = _address_after_a_ruling(case, understood, address)
    elif not case.machine.answerable or case.known.authentication == "fail":
        return understood
    if not address:
        return understood
    if understood.ruled_at is not None:
        answer = "" if case.known.ruling is None or case.known.ruling.silent else _answer(case, understood)
        return replace(understood, answer=answer, answer_to=address) if answer else understood
    if case.registered:
        answer = _answer(case, understood)
    else:
        is_known_domain = case.known.authentication == "pass"
        answer = "receipt:unknown_sender" if is_known_domain and understood.outcome is Outcome.HELD else ""
    return replace(understood, answer=answer, answer_to=address) if answer else understood


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


def _address_after_a_ruling(case: cases.Case, understood: mails.Understanding, address: str) -> str:
    """Return where the letter goes that a person's ruling causes: the sender, or the unit where he is in doubt."""
    is_certain = case.machine.answerable and case.known.authentication != "fail" and case.registered
    if is_certain and address:
        return address
    unit = understood.unit or ""
    return next(iter(case.known.register.addresses_of(unit, case.day)), "")


def of_report(outcome: Outcome, reason: str) -> str:
    """Return the letter that answers one report that was taken or returned."""
    if outcome is Outcome.ACCEPTED:
        return "acknowledgement" if reason in {"valid", "accepted_by_person"} else "confirm"
    return "return" if reason in {"errors", "returned_by_person"} else f"receipt:{reason}"


def _answer(case: cases.Case, understood: mails.Understanding) -> str:
    if understood.ruled_at is not None and not understood.reports:
        return f"receipt:{understood.reason}" if understood.reason in _TOLD_WHEN_RULED else ""
    if understood.outcome in {Outcome.ACCEPTED, Outcome.RETURNED}:
        return of_report(understood.outcome, understood.reason)
    if understood.outcome is Outcome.HELD:
        return f"receipt:{understood.reason}" if understood.reason in _TOLD_WHEN_HELD else "receipt:held"
    if understood.reason == "same_values":
        return "receipt:duplicate"
    if understood.reason == "signed_copy" and not _has_reported(case, understood):
        return "receipt:signed_copy_only"
    return ""


def _has_reported(case: cases.Case, understood: mails.Understanding) -> bool:
    return any(
        (version.campaign, version.unit) == (understood.campaign, understood.unit) for version in case.known.versions
    )
