"""A letter of any kind before anything came that it could be about: in the words it would have, with invented facts.

Campaign, unit, form and office are real; report, mail and figures are those of notifications.examples. Nothing is
queued.
"""

from dataclasses import replace

from notifications import example_facts, examples
from notifications.example_facts import Example
from notifications.mails import PEER_KIND
from roll import campaigns, letters, units
from roll.letters import LetterKind
from roll.mistakes import OperatorError
from service import situation

# What no campaign writes in words of its own: calls to staff, and a digest of several campaigns.
_OF_THE_OFFICE = (f"{LetterKind.ALERT}-", f"{LetterKind.DIGEST}-two_campaigns")


def write(
    known: situation.Situation, campaign: campaigns.Campaign, kind: LetterKind, variant: str, unit: units.Unit | None
) -> letters.Letter:
    """Return an example of a kind, to a unit (None: one of the roster); an empty `variant` is the first there is.

    A letter of the campaign's own that fails comes in the built-in words, as it would go out. Raises OperatorError
    where there is no such variant.
    """
    begins = f"{kind.value}-"
    writers = examples.writers(_example(known, campaign, unit))
    variants = [name.removeprefix(begins) for name in writers if name.startswith(begins)]
    chosen = variant or variants[0]
    if chosen not in variants:
        raise OperatorError([f'There is no example "{variant}" of the {kind.value}; there are: {", ".join(variants)}.'])
    name = f"{begins}{chosen}"
    rollcall = known.rollcall
    if name.startswith(_OF_THE_OFFICE):
        return writers[name](rollcall.letterhead())
    return writers[name](rollcall.letterhead(known.extras_of(campaign).templates, campaign.name))


def _example(known: situation.Situation, campaign: campaigns.Campaign, unit: units.Unit | None) -> Example:
    config, form = known.rollcall.config, known.form_of(campaign.name)
    invented = example_facts.example(config.office.language)
    roster = [entry.unit for entry in campaign.roster]
    first = unit or next((each for each in roster if each.kind != PEER_KIND), invented.unit)
    sheets = tuple(sheet.name for sheet in form.sheets)
    to_staff = next(iter((*config.staff.digest_to, *config.staff.alert_to)), invented.to_staff)
    return replace(
        invented,
        campaign=campaign,
        unit=first,
        peer=next((each for each in roster if each.kind == PEER_KIND), invented.peer),
        problems=tuple(replace(problem, sheet=sheets[0]) for problem in invented.problems),
        form_title=form.title,
        sheets=sheets,
        sheet_titles={sheet.name: sheet.caption or sheet.name for sheet in form.sheets},
        blank=known.blank_attachment(campaign),
        to=next(iter(known.addresses_of(first, known.rollcall.now())), invented.to),
        to_staff=to_staff,
        domain=(config.smtp.sender or config.mailbox[0].address).partition("@")[2],
        staff=to_staff if config.letters.mode == "staff" else "",
    )
