"""Campaigns as chance draws them: window, ladder, hours, days off and the account's budget, as a campaign.toml."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from service import first_files
from tests.journeys.office import VIETNAM

OPENS = datetime(2019, 6, 3, tzinfo=VIETNAM)
_CAMPAIGN = """
name = "{name}"
title = "Báo cáo mẫu năm 2019"
opens = {opens}
deadline_text = "thời hạn theo công văn"
due_before = {due_before}
grace_until = {grace_until}
{closes}
reminders = {reminders}
remind_at = "{remind_at}"
remind_until = "{remind_until}"
digest_at = "{digest_at}"
days_off = {days_off}
days_worked = {days_worked}
"""


@dataclass(frozen=True)
class Drawn:
    """A campaign as it was drawn."""

    due_after: timedelta
    grace: timedelta
    closes_after: timedelta | None
    ladder: tuple[str, ...]
    hours: tuple[str, str] = ("08:00", "16:30")
    digest_at: str = "07:30"
    days_off: tuple[date, ...] = ()
    days_worked: tuple[date, ...] = ()
    limit: int = 0

    def toml(self) -> str:
        """Return the campaign's declaration."""
        due = OPENS + self.due_after
        ends = due + self.grace
        closes = f"closes = {ends + self.closes_after:%Y-%m-%dT%H:%M:%S}" if self.closes_after is not None else ""
        return _CAMPAIGN.format(
            name=first_files.CAMPAIGN,
            opens=f"{OPENS:%Y-%m-%d}",
            due_before=f"{due:%Y-%m-%dT%H:%M:%S}",
            grace_until=f"{ends:%Y-%m-%dT%H:%M:%S}",
            closes=closes,
            reminders=list(self.ladder),
            remind_at=self.hours[0],
            remind_until=self.hours[1],
            digest_at=self.digest_at,
            days_off=f"[{', '.join(map(str, self.days_off))}]",
            days_worked=f"[{', '.join(map(str, self.days_worked))}]",
        )
