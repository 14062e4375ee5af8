"""Mails of words alone that settle something: a confirmation of warnings, a nil report that a person accepted.

A confirmation is of one version, and counts only where it cannot be of another: it is in the thread of that version, or
no other version waits to be confirmed. Each confirmation stands by itself, whatever was confirmed before.
"""

from intake import case as cases
from intake import confirmation, purpose
from roll import letters, mails, reports
from roll.outcomes import Outcome, Verdict

# Where the unit of a signed copy stands, besides on the paper itself.
_NAMES_A_COPY = frozenset({"subject", "file name"})
# The letters that say that a report was taken.
_TAKEN = (letters.LetterKind.ACKNOWLEDGEMENT, letters.LetterKind.CONFIRM)


def settled(case: cases.Case, unit: str | None, reason: str) -> mails.Understanding | None:
    """Return what a mail settles: by itself, or since a person accepted what it says (for `reason`); else None."""
    if case.known.accepted and unit and reason == "nil_report":
        campaign = case.campaign_of(unit)
        return mails.Understanding(Outcome.ACCEPTED, "nil", unit=unit, campaign=campaign.name) if campaign else None
    stated = confirmation.stated(case.contents)
    if case.known.accepted and reason == "confirmation":
        stated = "accepted"
    return _confirmed(case, stated) if stated else None


def _confirmed(case: cases.Case, stated: str) -> mails.Understanding | None:
    current = [version for version in case.known.versions if _counts(case, version)]
    waiting = [version for version in current if version.verdict == Verdict.NEEDS_CONFIRM.value]
    meant = _of_the_thread(case)
    if meant is not None:
        waiting = [version for version in waiting if version in meant]
        current = [version for version in current if version in meant]
    answers_its_letter = bool(meant and case.known.conversation.answered)
    if case.registered and not answers_its_letter:
        # Whoever sent a report for another unit once may confirm it in answer to its letter, and no other of that unit.
        waiting, current = (
            [version for version in some if version.unit in case.registered] for some in (waiting, current)
        )
    if stated == "in_short" and not (meant and _answers(case, letters.LetterKind.CONFIRM)):
        waiting = []
    if not case.registered and not answers_its_letter:
        return None
    if len(waiting) == 1:
        return _of_version(waiting[0])
    wants_nothing = not waiting and case.registered and (stated == "in_full" or _answers(case, *_TAKEN))
    return _nothing_to_confirm(current) if wants_nothing else None


def _counts(case: cases.Case, version: reports.Version) -> bool:
    """Say whether a version counts in an open campaign, of a unit whose report the sender may confirm."""
    campaign = next((each for each in case.known.campaigns if each.name == version.campaign), None)
    may_speak = version.unit in _units_spoken_for(case)
    counts = version.current and version.outcome == Outcome.ACCEPTED.value
    return counts and may_speak and campaign is not None and case.is_covered(campaign, version.unit)


def _units_spoken_for(case: cases.Case) -> set[str]:
    return {*case.registered, *case.known.conversation.reported}


def _of_the_thread(case: cases.Case) -> list[reports.Version] | None:
    """Return the versions that the thread is about, none of another unit's; None where it is about no report."""
    talk = case.known.conversation
    letter = talk.answered
    if letter and letter.unit and letter.unit not in _units_spoken_for(case):
        return []
    mail_id = letter.mail_id if letter and letter.mail_id else talk.followed.id if talk.followed else None
    of_mail = [version for version in case.known.versions if version.mail_id == mail_id]
    of_unit = [version for version in of_mail if not (letter and letter.unit) or version.unit == letter.unit]
    return of_unit or None


def _answers(case: cases.Case, *kinds: letters.LetterKind) -> bool:
    letter = case.known.conversation.answered
    return letter is not None and letter.kind in kinds


def _of_version(version: reports.Version) -> mails.Understanding:
    return mails.Understanding(
        Outcome.ACCEPTED,
        "confirmed",
        detail=version.receipt,
        unit=version.unit,
        campaign=version.campaign,
        confirms=mails.Confirmation(version.campaign, version.unit, version.mail_id, version.part),
    )


def _nothing_to_confirm(current: list[reports.Version]) -> mails.Understanding | None:
    """A unit that says of a report in order that its figures are right wants nothing."""
    if len(current) != 1 or current[0].verdict != Verdict.VALID.value:
        return None
    version = current[0]
    return mails.Understanding(
        Outcome.NOTED, "nothing_to_confirm", detail=version.receipt, unit=version.unit, campaign=version.campaign
    )


def is_about_a_report(case: cases.Case) -> bool:
    """Say whether words without a file go on about a report that counts, and do not say that they bring one.

    To ask their sender for the file would tell him that his report had not come.
    """
    meant = _of_the_thread(case) or ()
    return any(_counts(case, version) for version in meant) and not purpose.says_that_it_sends(case.contents)


def names_another_unit(case: cases.Case) -> str:
    """Return the subject or the file name that speaks of another unit than the sender's, empty where none does."""
    pieces = [each for each in case.known.identity.evidence if each.source in _NAMES_A_COPY and each.units]
    if any(set(piece.units) & set(case.registered) for piece in pieces):
        return ""
    return pieces[0].text if pieces else ""


def mail_meant(case: cases.Case) -> str:
    """Return the receipt number of the mail that a mail speaks of: of its thread, of the title in it, else the last."""
    talk = case.known.conversation
    answered = talk.answered.mail_id if talk.answered else None
    of_letter = next((version.receipt for version in case.known.versions if version.mail_id == answered), "")
    earlier = talk.followed or talk.quoted or talk.last
    versions = sorted(case.known.versions, key=lambda version: (version.received_at, version.mail_id))
    return of_letter or (earlier.receipt if earlier else versions[-1].receipt if versions else "")
