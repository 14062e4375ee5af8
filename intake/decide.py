"""What a mail amounts to: contents and what is known go in, an Understanding comes out. No input or output here.

The rules stand in the order in which a careful officer would ask: is it dangerous, is it a machine, is the sender who he says, did
we have it already, whose report is it, and only then what it says. The table "verdict, outcome, state" of the contract is
roll.outcomes; the reasons are explained in docs/reasons.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from intake import machine_mail, message, purpose, sender
from roll import campaigns, mails, outcomes, reports
from roll.outcomes import Outcome, Verdict

_READ = (Verdict.VALID, Verdict.NEEDS_CONFIRM, Verdict.NEEDS_FIX)
# Of several workbooks that could not be taken, the one whose answer helps the sender most is told about.
_FAILURES = (Verdict.ENCRYPTED, Verdict.WRONG_FORM, Verdict.UNREADABLE)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a mail is decided on.

    `versions` are those of the units that may be meant. `assigned` is the unit a person decided for. `same_bytes` is
    the ledger id of an earlier mail with the same bytes. `extensions` are (campaign, unit) -> exclusive instant.
    `settled_at` is when the unit became known: on entry, or when a person assigned the mail.
    """

    register: sender.Register
    campaigns: Sequence[campaigns.Campaign]
    our_addresses: frozenset[str]
    authentication: str
    identity: sender.Identity
    versions: Sequence[reports.Version] = ()
    settled_at: datetime | None = None
    assigned: str | None = None
    same_bytes: int | None = None
    extensions: Mapping[tuple[str, str], datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Case:
    mail: mails.Mail
    contents: mails.Contents
    known: Known
    machine: machine_mail.Machine

    @property
    def registered(self) -> tuple[str, ...]:
        return (self.known.assigned,) if self.known.assigned else self.known.identity.registered

    def unit_by_sender(self) -> str | None:
        """Return the unit of the sender, where there is exactly one, or one that the mail's texts speak of."""
        if len(self.registered) == 1:
            return self.registered[0]
        spoken_of = [code for code in self.known.identity.hinted if code in self.registered]
        return spoken_of[0] if len(spoken_of) == 1 else None

    def proposal(self) -> str | None:
        """Return the unit to propose to a person: the workbook's word first, then the address, then the other texts."""
        identity = self.known.identity
        named = {code for codes in identity.named for code in codes}
        for codes in (tuple(named), identity.registered, identity.hinted[:1]):
            if len(codes) == 1:
                return codes[0]
        return None

    def candidates(self) -> tuple[str, ...]:
        """Return every unit that the mail may belong to."""
        identity = self.known.identity
        named = (code for codes in identity.named for code in codes)
        everyone = (*self.registered, *named, self.proposal() or "")
        return tuple(dict.fromkeys(code for code in everyone if code))


def decide(mail: mails.Mail, contents: mails.Contents, known: Known) -> mails.Understanding:
    """Return what the mail amounts to: one outcome, its reason, whose it is, and which letter answers it."""
    has_workbook = bool(contents.readings)
    machine = machine_mail.recognise(contents, known.our_addresses, has_workbook=has_workbook)
    case = _Case(mail, contents, known, machine)
    for rule in (_danger, _machine, _authentication, _same_mail, _workbooks, _words):
        understood = rule(case)
        if understood is not None:
            break
    assert understood is not None
    understood = replace(understood, evidence=known.identity.evidence)
    return _with_answer(case, understood)


def _danger(case: _Case) -> mails.Understanding | None:
    verdicts = {reading.verdict for reading in case.contents.readings}
    if case.contents.dangers or Verdict.HOSTILE in verdicts or _macros_of_a_stranger(case):
        return _wait(case, Outcome.QUARANTINED, "hostile", ", ".join(case.contents.dangers))
    if Verdict.PERSONAL_DATA in verdicts:
        return _wait(case, Outcome.QUARANTINED, "personal_data")
    return None


def _macros_of_a_stranger(case: _Case) -> bool:
    """A workbook with macros that is not our form, from nobody we know: the classic carrier (domain fixture 33)."""
    unread = [part for part in case.contents.parts if part.kind == "xlsm" and not part.used]
    return bool(unread) and not case.registered


def _machine(case: _Case) -> mails.Understanding | None:
    if not case.machine.reason or case.known.assigned is not None:
        return None
    if not case.machine.certain and case.registered and _says_something(case):
        # A gateway may have marked a unit's mail as bulk: it is read like any other, and not answered.
        return None
    return mails.Understanding(Outcome.NOTED, case.machine.reason)


def _says_something(case: _Case) -> bool:
    return any(not part.inline for part in case.contents.parts) or bool(purpose.of(case.contents))


def _authentication(case: _Case) -> mails.Understanding | None:
    if case.known.authentication == "fail" and case.known.assigned is None:
        return _wait(case, Outcome.HELD, "failed_authentication")
    if case.known.assigned is not None:
        return None
    if len(case.contents.headers.from_addresses) != 1:
        return _wait(case, Outcome.HELD, "no_single_sender")
    holding = sorted(message.HOLDING_FLAWS.intersection(case.contents.flaws))
    return _wait(case, Outcome.HELD, "odd_mail", ", ".join(holding)) if holding else None


def _same_mail(case: _Case) -> mails.Understanding | None:
    if case.known.same_bytes is None:
        return None
    return mails.Understanding(
        Outcome.DUPLICATE, "same_mail", detail=str(case.known.same_bytes), unit=case.unit_by_sender()
    )


def _wait(case: _Case, outcome: Outcome, reason: str, detail: str = "") -> mails.Understanding:
    unit = case.known.assigned
    return mails.Understanding(
        outcome,
        reason,
        detail=detail,
        unit=unit,
        proposal=None if unit else case.proposal(),
        campaign=_campaign_name(case, unit or case.proposal()),
        candidates=case.candidates(),
    )


# Mails with workbooks


def _workbooks(case: _Case) -> mails.Understanding | None:
    read = [index for index, reading in enumerate(case.contents.readings) if reading.verdict in _READ]
    if not read:
        return _failed_workbooks(case)
    if purpose.is_one_of_several(case.contents) and case.known.assigned is None:
        return _wait(case, Outcome.HELD, "several_mails")
    distinct = _distinct(case, read)
    if len(distinct) > 1:
        return _several(case, distinct)
    return _one(case, distinct[0])


def _distinct(case: _Case, read: Sequence[int]) -> list[int]:
    by_values: dict[str, int] = {}
    for index in read:
        by_values.setdefault(case.contents.readings[index].fingerprint, index)
    return list(by_values.values())


def _several(case: _Case, read: Sequence[int]) -> mails.Understanding:
    """Several reports in one mail: taken only where each names another unit, and the sender may speak for each."""
    identity = case.known.identity
    named = [identity.named[index] for index in read]
    if identity.unmatched:
        return _wait(case, Outcome.HELD, "lower_level_reports", str(len(read)))
    owners = [units[0] for units in named if len(units) == 1]
    speaks_for_all = len(set(owners)) == len(read) and set(owners) <= set(case.registered)
    if not speaks_for_all:
        return _wait(case, Outcome.HELD, "several_workbooks", str(len(read)))
    understood = [_report(case, index, owner) for index, owner in zip(read, owners, strict=True)]
    worst = outcomes.most_demanding(report.outcome for report in understood)
    reason = next(report.reason for report in understood if report.outcome is worst)
    return mails.Understanding(
        worst,
        reason,
        campaign=understood[0].campaign or None,
        candidates=case.candidates() if worst is Outcome.HELD else (),
        reports=tuple(report for report in understood if report.outcome in {Outcome.ACCEPTED, Outcome.RETURNED}),
    )


def _one(case: _Case, index: int) -> mails.Understanding:
    unit, reason, detail = _owner(case, index)
    if unit is None:
        return _wait(case, Outcome.HELD, reason, detail)
    return _of_unit(case, index, unit)


def _owner(case: _Case, index: int) -> tuple[str | None, str, str]:
    """Return (unit, "", "") where address and workbook agree, else (None, reason, detail)."""
    identity, registered = case.known.identity, case.registered
    if case.known.assigned:
        return case.known.assigned, "", ""
    named = identity.named[index]
    line = case.contents.readings[index].header_text("unit")
    if not registered:
        return None, "unknown_sender", line
    if not line:
        unit = case.unit_by_sender()
        return (unit, "", "") if unit else (None, "ambiguous_unit", "")
    agreed = [code for code in named if code in registered]
    if len(agreed) == 1:
        return agreed[0], "", ""
    return None, "ambiguous_unit", line


def _of_unit(case: _Case, index: int, unit: str) -> mails.Understanding:
    report = _report(case, index, unit)
    if report.outcome is Outcome.HELD:
        understood = _wait(case, Outcome.HELD, report.reason)
        return replace(understood, unit=unit, proposal=None, campaign=report.campaign or None)
    recorded = report.outcome in {Outcome.ACCEPTED, Outcome.RETURNED}
    return mails.Understanding(
        report.outcome,
        report.reason,
        detail=case.contents.readings[index].detail,
        unit=unit,
        campaign=report.campaign,
        candidates=(unit,) if report.outcome is Outcome.RETURNED else (),
        reports=(report,) if recorded else (),
        signed_copy=bool(purpose.signed_copies(case.contents)),
    )


def _report(case: _Case, index: int, unit: str) -> mails.ReportUnderstood:
    reading = case.contents.readings[index]
    part = next(place for place, part in enumerate(case.contents.parts) if part.reading == index)
    campaign, trouble = _campaign(case, unit, reading)
    outcome, reason = outcomes.OUTCOME_OF_VERDICT[reading.verdict], reading.reason
    if trouble or campaign is None:
        outcome, reason = Outcome.HELD, trouble
    else:
        repeated = _repeated(case, campaign.name, unit, part, reading)
        outcome, reason = repeated or (outcome, reason)
    name = campaign.name if campaign else ""
    return mails.ReportUnderstood(index, part, name, unit, reading.verdict, outcome, reason)


def _repeated(case: _Case, campaign: str, unit: str, part: int, reading: reports.Reading) -> tuple[Outcome, str] | None:
    earlier = [
        version
        for version in case.known.versions
        if (version.campaign, version.unit) == (campaign, unit) and version.mail_id != case.mail.id
    ]
    for version in reversed(earlier):
        same_file = version.sha256 == case.contents.parts[part].sha256
        if not same_file and (not reading.fingerprint or version.fingerprint != reading.fingerprint):
            continue
        if version.current or version.outcome == Outcome.RETURNED.value:
            return Outcome.DUPLICATE, "same_file" if same_file else "same_values"
        # The values of a version that was replaced since: by mistake or on purpose, a person must say.
        return Outcome.HELD, "older_version"
    return None


def _campaign(case: _Case, unit: str, reading: reports.Reading) -> tuple[campaigns.Campaign | None, str]:
    """Return the campaign that a reading belongs to, or the reason why it must wait."""
    concerned = [campaign for campaign in case.known.campaigns if campaign.entry(unit)]
    if reading.form:
        same_form = [campaign for campaign in concerned if campaign.form_name == reading.form]
        concerned = same_form or concerned
    open_ones = [campaign for campaign in concerned if _covers(case, campaign, unit)]
    if len(open_ones) == 1:
        return open_ones[0], ""
    if open_ones:
        return None, "ambiguous_campaign"
    if not concerned:
        return None, "not_on_a_roster"
    before = all(case.mail.received_at < campaign.opens for campaign in concerned)
    return concerned[-1], "before_open" if before else "after_close"


def _covers(case: _Case, campaign: campaigns.Campaign, unit: str) -> bool:
    return campaign.covers(case.mail.received_at, case.known.extensions.get((campaign.name, unit)))


def _failed_workbooks(case: _Case) -> mails.Understanding | None:
    """Workbooks came, but none could be taken as the report."""
    failed = [
        (verdict, index)
        for verdict in _FAILURES
        for index, reading in enumerate(case.contents.readings)
        if reading.verdict is verdict
    ]
    if not failed:
        return None
    if not case.registered:
        return _stranger(case)
    unit = case.unit_by_sender()
    if unit is None:
        return _wait(case, Outcome.HELD, "ambiguous_unit")
    return _of_unit(case, failed[0][1], unit)


# Mails without a workbook


def _words(case: _Case) -> mails.Understanding:
    if not case.registered:
        return _stranger(case)
    unit = case.unit_by_sender()
    if unit is None:
        return _wait(case, Outcome.HELD, "ambiguous_unit")
    reason = _reason_without_workbook(case)
    if reason == "signed_copy":
        return mails.Understanding(
            Outcome.NOTED, reason, unit=unit, campaign=_campaign_name(case, unit), signed_copy=True
        )
    returned = reason in _RETURNED_REASONS
    campaign = _campaign_name(case, unit)
    if returned and campaign is None:
        returned, reason = False, "after_close"
    return mails.Understanding(
        Outcome.RETURNED if returned else Outcome.HELD,
        reason,
        detail=_detail_without_workbook(case),
        unit=unit,
        campaign=campaign,
        candidates=(unit,),
    )


_RETURNED_REASONS = frozenset({"no_attachment", "unreadable", "lock_file", "picture_only", "cloud_link"})


def _reason_without_workbook(case: _Case) -> str:
    contents = case.contents
    if purpose.closed_archives(contents):
        return "archive_not_opened"
    if purpose.attached(contents, {"lock_file"}):
        return "lock_file"
    wanted = purpose.of(contents)
    if wanted:
        return wanted
    if purpose.signed_copies(contents):
        return "signed_copy"
    if purpose.documents(contents):
        return "unreadable"
    if purpose.pictures(contents):
        return "picture_only"
    return "unreadable" if any(not part.inline for part in contents.parts) else "no_attachment"


def _detail_without_workbook(case: _Case) -> str:
    return next((part.why for part in case.contents.parts if not part.inline and part.why), "")


def _stranger(case: _Case) -> mails.Understanding:
    """An unregistered sender: held with what he seems to want, unless nothing in the mail is about reports."""
    concerns_us = case.contents.readings or case.known.identity.hinted or purpose.speaks_of_reports(case.contents)
    if not concerns_us:
        return mails.Understanding(Outcome.NOTED, "unrelated")
    return _wait(case, Outcome.HELD, "unknown_sender")


def _campaign_name(case: _Case, unit: str | None) -> str | None:
    """Return the one campaign that a mail without a recognised form can be about."""
    concerned = [
        campaign
        for campaign in case.known.campaigns
        if (unit is None or campaign.entry(unit)) and _covers(case, campaign, unit or "")
    ]
    return concerned[0].name if len(concerned) == 1 else None


# The answer


def _with_answer(case: _Case, understood: mails.Understanding) -> mails.Understanding:
    if not case.machine.answerable or case.known.authentication == "fail":
        return understood
    address = next(iter(case.contents.headers.from_addresses), "") or _registered_address(case)
    if not address:
        return understood
    if not case.registered:
        if understood.outcome is Outcome.HELD and case.known.authentication == "pass":
            return replace(understood, answer="receipt:unknown_sender", answer_to=address)
        return understood
    answer = _answer(case, understood)
    return replace(understood, answer=answer, answer_to=address) if answer else understood


def _registered_address(case: _Case) -> str:
    """Return where to write to when a report was handed in without a mail."""
    if case.known.assigned is None:
        return ""
    day = day_of_receipt(case.mail, case.known.campaigns)
    return next(iter(case.known.register.addresses_of(case.known.assigned, day)), "")


def _answer(case: _Case, understood: mails.Understanding) -> str:
    if understood.outcome is Outcome.ACCEPTED:
        return "acknowledgement" if understood.reason == "valid" else "confirm"
    if understood.outcome is Outcome.RETURNED:
        return "return" if understood.reason == "errors" else f"receipt:{understood.reason}"
    if understood.outcome is Outcome.HELD:
        return f"receipt:{understood.reason}" if understood.reason in _TOLD_WHEN_HELD else "receipt:held"
    if understood.reason == "same_values":
        return "receipt:duplicate"
    if understood.reason == "signed_copy" and not _has_reported(case, understood):
        return "receipt:signed_copy_only"
    return ""


_TOLD_WHEN_HELD = frozenset({"question", "extension_request", "after_close"})


def _has_reported(case: _Case, understood: mails.Understanding) -> bool:
    return any(
        (version.campaign, version.unit) == (understood.campaign, understood.unit) for version in case.known.versions
    )


def day_of_receipt(mail: mails.Mail, campaigns_: Sequence[campaigns.Campaign]) -> date:
    """Return the day of receipt in the office's zone, by which addresses and names are judged."""
    zone = campaigns_[0].zone if campaigns_ else mail.received_at.tzinfo
    return mail.received_at.astimezone(zone).date()
