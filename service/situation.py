"""What is known when mails are decided on: campaigns, forms, the register, and what storage says of one mail."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from forms import form as forms_form
from forms import judging
from intake import former, sender
from notifications import facts
from roll import calendar, campaigns, ladder, mails, units
from service import assemble, campaign_folders, earlier_mails, earlier_reports, rosters, rosters_at, unreachable
from storage import decisions

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Situation:
    """The campaigns with their forms as they stand, loaded once for a run of mails."""

    rollcall: assemble.Rollcall
    loaded: list[tuple[campaigns.Campaign, forms_form.Form]]
    extensions: dict[tuple[str, str], datetime]
    earlier: earlier_reports.EarlierReports
    successions: rosters.Successions
    mails_before: earlier_mails.EarlierMails = field(default_factory=earlier_mails.EarlierMails)
    _extras: dict[str, campaign_folders.Extras] = field(default_factory=dict)
    _working: dict[str, calendar.WorkingDays] = field(default_factory=dict)

    @property
    def all_campaigns(self) -> list[campaigns.Campaign]:
        """Return every campaign, oldest application first."""
        return [campaign for campaign, _ in self.loaded]

    @cached_property
    def our_addresses(self) -> frozenset[str]:
        """Return every address that is ours."""
        return self.rollcall.our_addresses()

    @property
    def forms(self) -> list[forms_form.Form]:
        """Return every form version, each once."""
        return list({(form.name, form.version): form for _, form in self.loaded}.values())

    @cached_property
    def judges(self) -> dict[tuple[str, str], judging.PreparedJudge]:
        """Return the checks of every form version that need the unit, by the form's name and version."""
        return {(form.name, form.version): judging.prepare(form) for form in self.forms}

    def campaign(self, name: str | None) -> campaigns.Campaign | None:
        """Return a campaign by name."""
        return next((campaign for campaign in self.all_campaigns if campaign.name == name), None)

    def form_of(self, name: str) -> forms_form.Form:
        """Return the form of a campaign."""
        return next(form for campaign, form in self.loaded if campaign.name == name)

    def extras_of(self, campaign: campaigns.Campaign) -> campaign_folders.Extras:
        """Return the blank workbook and the templates of a campaign, read once."""
        if campaign.name not in self._extras:
            self._extras[campaign.name] = self.rollcall.extras(campaign, self.form_of(campaign.name))
        return self._extras[campaign.name]

    def blank_attachment(self, campaign: campaigns.Campaign) -> facts.Attachment:
        """Return the blank workbook as it goes with letters."""
        extras = self.extras_of(campaign)
        return facts.Attachment(extras.blank_name, XLSX, extras.blank)

    def takes(self, campaign: campaigns.Campaign, codes: Sequence[str], received_at: datetime) -> bool:
        """Return whether a campaign takes a mail received then of any of these units."""
        return any(campaign.covers(received_at, self.extensions.get((campaign.name, code))) for code in codes)

    def working_days(self, campaign: campaigns.Campaign) -> calendar.WorkingDays:
        """Return the working days around a campaign, made once."""
        if campaign.name not in self._working:
            extended = [until for (name, _), until in self.extensions.items() if name == campaign.name]
            until = max([self.rollcall.now(), *extended])
            self._working[campaign.name] = ladder.working_days(campaign, until, self.rollcall.office_days())
        return self._working[campaign.name]

    @cached_property
    def unreachable(self) -> dict[str, unreachable.Unreachable]:
        """Return the addresses that nothing is written to, by their keys."""
        with self.rollcall.store.reading() as connection:
            return unreachable.load(connection)

    def addresses_of(self, unit: units.Unit, at: datetime) -> list[str]:
        """Return the unit's addresses of the day of `at` to which letters get through, its first contact first."""
        day = self.day_of(at)
        valid = [each.address for each in unit.addresses if each.is_valid_on(day)]
        return [address for address in valid if sender.address_key(address) not in self.unreachable]

    @cached_property
    def _rosters(self) -> rosters_at.RostersAt:
        return rosters_at.RostersAt(self.all_campaigns, self.extensions)

    def register_at(self, received_at: datetime) -> sender.Register:
        """Return the units that exist at an instant, of the campaigns that concern it (service.rosters_at)."""
        return self._rosters.at(received_at).on(self.day_of(received_at))

    def identify(self, contents: mails.Contents, received_at: datetime, on_file: sender.OnFile) -> sender.Identity:
        """Return whose a mail is by what is inside it and on file; a unit that has ended speaks for its successors."""
        register, day = self.register_at(received_at), self.day_of(received_at)
        identity = sender.identify(contents, register, day, on_file)
        if identity.registered and not identity.unmatched:
            return identity
        ended = self.successions.former_on(day, register.entries)
        return former.with_successors(identity, contents, register, ended) if ended else identity

    def day_of(self, received_at: datetime) -> date:
        """Return the day of receipt in the office's zone."""
        return received_at.astimezone(self.rollcall.zone).date()


def load(rollcall: assemble.Rollcall) -> Situation:
    """Return the situation as the database has it now."""
    loaded = rollcall.loaded()
    extensions = {}
    with rollcall.store.reading() as connection:
        for campaign, _ in loaded:
            for unit, until in decisions.extensions(connection, campaign.name).items():
                extensions[campaign.name, unit] = until
        successions = rosters.load(connection, rollcall.config.office.language)
    return Situation(
        rollcall, loaded, extensions, earlier_reports.EarlierReports(loaded, successions), successions=successions
    )
