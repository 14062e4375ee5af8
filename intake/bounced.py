"""What a bounce amounts to: which address of which unit a letter of ours did not reach.

Anybody can write a bounce, so it cancels no reminder and changes no state; a letter is recognised by its Message-ID,
which cannot be guessed. Whether an address is written to from then on is decided in service.unreachable.
"""

from intake import case as cases
from roll import mails
from roll.outcomes import Outcome

# What the pieces of evidence are called, in the ledger and on screens.
FAILED, FAILING_FOR_NOW, LETTER = "failed address", "address failing for now", "letter sent back"


def understood(case: cases.Case) -> mails.Understanding:
    """Return what a mail that is a bounce amounts to: noted, with the failed addresses and the letter concerned."""
    bounce = case.contents.bounce or mails.Bounce()
    letter = next((each for each in case.known.our_letters if each.message_id in bounce.message_ids), None)
    unit = letter.unit if letter else None
    evidence = [_failure(case, failure, unit) for failure in bounce.failures]
    if letter:
        evidence.append(mails.Evidence(LETTER, f"{letter.id} ({letter.kind}) {letter.to}", (unit,) if unit else ()))
    addresses = ", ".join(failure.address for failure in bounce.failures)
    return mails.Understanding(Outcome.NOTED, "bounce", detail=addresses, unit=unit, evidence=tuple(evidence))


def _failure(case: cases.Case, failure: mails.Failure, unit: str | None) -> mails.Evidence:
    """Return what is told of one failed address: the letter's unit, else those whose registered address it is."""
    units = (unit,) if unit else case.known.register.units_of_address(failure.address, case.day)
    source = FAILED if failure.permanent else FAILING_FOR_NOW
    return mails.Evidence(source, failure.address, units, status=failure.status)
