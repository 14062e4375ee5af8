"""Probes of the self-check: the ways that alarms go, and what could not be told through them."""

import os
from collections.abc import Iterator

from service import alarm_channels, alarming, assemble, doctor_machine
from service.doctor_findings import Finding

PROBE = "alarm"
_NOBODY = (
    "Nobody is told when the machine is in trouble: [alarm] of config.toml names no way; docs/alarms.md says "
    "which there are."
)


def examine(rollcall: assemble.Rollcall) -> list[Finding]:
    """Look at each way that alarms go, telling nobody, and at what is owed through it."""
    channels = alarming.channels_of(rollcall)
    if not channels:
        return [Finding(PROBE, ok=True, sentence=_NOBODY), *_heartbeat(rollcall)]
    return [*map(_examined, channels), *_untold(rollcall), *_heartbeat(rollcall)]


def tell(rollcall: assemble.Rollcall) -> list[Finding]:
    """Send a test through each way that alarms go, marked as one."""
    channels = alarming.channels_of(rollcall)
    if not channels:
        return [Finding(PROBE, ok=False, sentence=_NOBODY)]
    message = alarming.trial_message(rollcall)
    return [_told(channel, message) for channel in channels]


def _told(channel: alarm_channels.Channel, message: alarm_channels.Message) -> Finding:
    try:
        alarm_channels.tell_in_time(channel, message)
    except alarm_channels.ChannelError as error:
        return Finding(PROBE, ok=False, sentence=error.sentence)
    sentence = f"The test went out by {channel.name} of [alarm]; look whether it has arrived."
    return Finding(PROBE, ok=True, sentence=sentence)


def _examined(channel: alarm_channels.Channel) -> Finding:
    try:
        return Finding(PROBE, ok=True, sentence=channel.check())
    except alarm_channels.ChannelError as error:
        return Finding(PROBE, ok=False, sentence=error.sentence)


def _untold(rollcall: assemble.Rollcall) -> Iterator[Finding]:
    for notice in doctor_machine.alarms_untold(rollcall.config.database.url):
        made = notice.made_at.astimezone(rollcall.zone).isoformat(" ", "minutes")
        yield Finding(
            PROBE,
            ok=False,
            sentence=f'The alarm "{notice.alarm.condition}" of {made} could not be told by {notice.channel} in '
            f"{notice.tries} tries: {notice.error}",
        )


def _heartbeat(rollcall: assemble.Rollcall) -> Iterator[Finding]:
    file = rollcall.config.alarm.heartbeat_file
    if file is not None and not os.access(file if file.exists() else file.parent, os.W_OK):
        fault = f"The heartbeat file {file} cannot be written; give Rollcall's user the right to, or correct [alarm]."
        yield Finding(PROBE, ok=False, sentence=fault)
