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
_TOLD_WHEN_HELD = frozenset({"question", "extension_request", "after_close", "several_mails"})


def with_answer(case: cases.Case, understood: mails.Understanding) -> mails.Understanding:
    """Return `understood` with the letter that answers the mail, and to whom; unchanged for silence."""
    address = _address(case)
    if not address or not case.machine.answerable or case.known.authentication == "fail":
        return understood
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
    if len(addresses) == 1 and UNCERTAIN_SENDER.isdisjoint(case.contents.flaws):
        return addresses[0]
    if case.known.assigned is None:
        return ""
    return next(iter(case.known.register.addresses_of(case.known.assigned, case.day)), "")


def of_report(outcome: Outcome, reason: str) -> str:
    """Return the letter that answers one report that was taken or returned."""
    if outcome is Outcome.ACCEPTED:
        return "acknowledgement" if reason == "valid" else "confirm"
    return "return" if reason == "errors" else f"receipt:{reason}"


def _answer(case: cases.Case, understood: mails.Understanding) -> str:
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
