"""Which campaign a command is about, where it was left out."""

from collections.abc import Sequence
from datetime import datetime

from roll import campaigns
from roll.mistakes import OperatorError


def one(known: Sequence[campaigns.Campaign], name: str | None, at: datetime) -> campaigns.Campaign:
    """Return the campaign `name`; without a name the only one open at `at`, or the only one there is.

    Raises OperatorError, naming those there are.
    """
    names = ", ".join(campaign.name for campaign in known)
    if not known:
        raise OperatorError(
            ["There is no campaign; make a folder for it below [campaigns] path, or run `rollcall init`."]
        )
    if name:
        found = [campaign for campaign in known if campaign.name == name]
        if not found:
            raise OperatorError([f'There is no campaign "{name}"; there are: {names}.'])
        return found[0]
    open_ones = [campaign for campaign in known if campaign.is_open(at)]
    chosen = open_ones or list(known)
    if len(chosen) > 1:
        raise OperatorError([f"Say which campaign; there are: {', '.join(campaign.name for campaign in chosen)}."])
    return chosen[0]


def every(known: Sequence[campaigns.Campaign], name: str | None, at: datetime) -> list[campaigns.Campaign]:
    """Return the campaign `name`; without a name all there are, for work that knows by itself what is due in which."""
    return list(known) if known and name is None else [one(known, name, at)]


def some(known: Sequence[campaigns.Campaign], name: str | None, at: datetime) -> list[campaigns.Campaign]:
    """Return the campaign `name`; without a name all that are open at `at`, or the only one there is."""
    open_ones = [campaign for campaign in known if campaign.is_open(at)]
    return open_ones if open_ones and name is None else [one(known, name, at)]
