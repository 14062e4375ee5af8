"""What waits for a person, as the digest says it: each with a proposal, and where it can be with a link."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote

import sqlalchemy as sa

from intake import sender, sent_mail
from notifications import facts
from roll import calendar, campaigns, proposals, units
from roll.outcomes import Outcome
from service import following_up, owing, reasons, situation
from storage import decisions, outbox, overviews

# How long a proposal of the digest may be taken up: a digest comes each working day, and holidays last a week.
GOOD_FOR = timedelta(days=7)
# A question that came with a good report stands in two working days' digests, over a weekend too; so does a letter that
# could not be delivered.
WISHES_TOLD = timedelta(days=4)


def gather(
    known: situation.Situation, chosen: Sequence[campaigns.Campaign], at: datetime, standings: Sequence[owing.Standings]
) -> tuple[facts.Task, ...]:
    """Return the tasks of some campaigns at an instant; `standings` are theirs, in their order."""
    tasks = _Tasks(known, chosen, at)
    with known.rollcall.store.reading() as connection:
        found = [*tasks.of_mails(connection), *tasks.of_letters(connection)]
    found += tasks.of_addresses()
    for campaign, standing in zip(chosen, standings, strict=True):
        found += tasks.of_follow_ups(campaign, standing)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Tasks:
    """The tasks of one digest."""

    known: situation.Situation
    chosen: Sequence[campaigns.Campaign]
    at: datetime

    @property
    def _language(self) -> str:
        return self.known.rollcall.config.office.language

    def of_mails(self, connection: sa.Connection) -> Iterator[facts.Task]:
        """Yield what waits in the ledger, and the wishes that came with good reports."""
        names = {campaign.name for campaign in self.chosen}
        for row in overviews.waiting_for_a_person(connection):
            if row.campaign is None or row.campaign in names:
                yield self._of_mail(row, row.reason)
        for row in overviews.taken_with_a_wish(connection, reasons.REASONS, self.at - WISHES_TOLD):
            if row.campaign in names:
                yield self._of_mail(row, row.detail)

    def _of_mail(self, row: overviews.MailRow, why: str) -> facts.Task:
        file = next((part["name"] for part in row.parts if part["kind"] not in {"text", "html"}), "")
        return facts.Task(
            received_at=row.received_at,
            receipt=row.receipt,
            sender=row.sender or row.sender_name,
            description=reasons.say(why, self._language) + (f" ({file})" if file else ""),
            proposal=self._proposal(row),
            actions=self._offers(row),
        )

    def _entry(self, code: str | None) -> units.RosterEntry | None:
        entries = (campaign.entry(code or "") for campaign in self.chosen)
        return next((entry for entry in entries if entry is not None), None)

    def _proposal(self, row: overviews.MailRow) -> str:
        entry = self._entry(row.proposal)
        if entry is None:
            return ""
        return reasons.PROPOSE_UNIT[self._language].format(unit=entry.unit.short_name, code=entry.unit.code)

    def _offers(self, row: overviews.MailRow) -> tuple[facts.Action, ...]:
        """Return the decisions offered about a mail: its proposal, or that it is settled; none if it is dangerous."""
        entry = self._entry(row.proposal)
        if row.outcome != Outcome.HELD.value:
            return ()
        if row.unit is None and entry is not None:
            return (self._action((row.id, row.receipt), decisions.ASSIGN, entry.unit.code, entry.unit.name),)
        settled = row.unit is not None and row.reason in sent_mail.SETTLED_BY_A_REPLY
        return (self._action((row.id, row.receipt), decisions.DISMISS),) if settled else ()

    def _action(self, about: tuple[int, str], kind: str, what: str = "", named: str = "") -> facts.Action:
        """Return the link that opens a mail; `about` is a mail's id and receipt, `what` the unit or the step."""
        rollcall = self.known.rollcall
        mail_id, receipt = about
        last_day = calendar.day_of(self.at, rollcall.zone) + GOOD_FOR
        word = proposals.sign(proposals.Proposal(mail_id, kind, what, last_day), rollcall.secret())
        label = reasons.TAKE_UP[kind][self._language].format(unit=named)
        # ASCII alone, so that no mail program spoils it.
        subject = quote(" ".join(filter(None, (receipt, what, word))))
        return facts.Action(label, f"mailto:{rollcall.config.mailbox[0].address}?subject={subject}")

    def of_letters(self, connection: sa.Connection) -> Iterator[facts.Task]:
        """Yield the letters to units that could not be delivered lately, for another reason than their address."""
        names = {campaign.name for campaign in self.chosen}
        for letter in outbox.failed_since(connection, self.at - WISHES_TOLD):
            if letter.campaign in names and sender.address_key(letter.to) not in self.known.unreachable:
                said = reasons.NOT_DELIVERED[self._language].format(subject=letter.subject, why=letter.error)
                yield facts.Task(letter.due_at, reasons.letter_number(letter.id or 0, self._language), letter.to, said)

    def of_addresses(self) -> Iterator[facts.Task]:
        """Yield the units' addresses from which letters come back: staff find out the right one."""
        for campaign_unit in self._units():
            for each in campaign_unit.addresses:
                failed = self.known.unreachable.get(sender.address_key(each.address))
                if failed is not None:
                    phone = f", {campaign_unit.phone}" if campaign_unit.phone else ""
                    said = reasons.COMES_BACK[self._language].format(unit=campaign_unit.short_name + phone)
                    proposal = reasons.MEND_ADDRESS[self._language].format(address=failed.address)
                    yield facts.Task(failed.since, failed.why, failed.address, said, proposal)

    def _units(self) -> Iterable[units.Unit]:
        entries = (entry for campaign in self.chosen for entry in campaign.roster)
        return {entry.unit.code: entry.unit for entry in entries}.values()

    def of_follow_ups(self, campaign: campaigns.Campaign, standing: owing.Standings) -> Iterator[facts.Task]:
        """Yield the follow-ups that are due and wait for an officer's word."""
        let_out = {each.step for each in standing.follow_ups}
        for step in following_up.waiting_steps(campaign):
            if step in let_out:
                continue
            due = [
                instant
                for instant in following_up.due_without_a_word(self.known, campaign, standing, step)
                if calendar.day_of(instant, campaign.zone) <= self.known.day_of(self.at)
            ]
            if due:
                said = reasons.FOLLOW_UP_WAITS[self._language].format(step=step, count=len(due))
                what = f"{campaign.name} {step}"
                action = self._action((0, ""), decisions.FOLLOW_UP, what, f"{step}, {len(due)}")
                yield replace(facts.Task(min(due), step, campaign.short_title, said), actions=(action,))
