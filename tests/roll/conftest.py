"""A campaign to try things on, and the zones in which the process may find itself."""

import time
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import pytest

from roll import campaigns
from roll.campaigns import Campaign

OFFICE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

CAMPAIGN_2019 = {
    "name": '"thang-hanh-dong-2019"',
    "title": '"Tháng hành động vì trẻ em năm 2019"',
    "opens": "2019-06-01",
    "deadline_text": '"trước ngày 05 tháng 7 năm 2019"',
    "due_before": "2019-07-05",
    "grace_until": "2019-07-06",
    "closes": "2019-07-10",
    "reminders": '["-7d", "-3d", "-1d", "+1d"]',
}


@pytest.fixture
def declare() -> Callable[..., Campaign]:
    """Parse the campaign of 2019 with some keys written otherwise (as TOML), or left out (None)."""

    def parse(**changes: str | None) -> Campaign:
        keys = {key: text for key, text in {**CAMPAIGN_2019, **changes}.items() if text is not None}
        text = "".join(f"{key} = {value}\n" for key, value in keys.items())
        return campaigns.parse_campaign(text.encode(), OFFICE_ZONE, "campaign.toml")

    return parse


@pytest.fixture(params=["UTC", "America/New_York", "Pacific/Kiritimati", "Asia/Ho_Chi_Minh"])
def process_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Put the process into a time zone."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()
