"""A sign of life for a watcher outside: a file that is touched, an address that is fetched, after each complete pass.

Whoever watches it learns too that the whole machine is gone, which no alarm of the machine's own can tell.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from service import alarm_channels


class Heartbeat:
    """The signs of life of one program. `beat` is given when the last complete pass began."""

    def __init__(self, url: str, file: Path | None) -> None:
        self._url, self._file = url, file
        self._beaten: datetime | None = None

    def beat(self, complete: datetime | None) -> list[str]:
        """Give a sign where a pass was completed since the last one; return what went wrong, a sentence each.

        It is tried again at the next look where anything went wrong.
        """
        if complete is None or complete == self._beaten:
            return []
        works: list[tuple[str, Callable[[], None]]] = []
        if (file := self._file) is not None:
            works.append(("[alarm] heartbeat_file", lambda: _touch(file, complete)))
        if self._url:
            works.append(("[alarm] heartbeat_url", lambda: alarm_channels.fetch(self._url)))
        troubles = []
        for name, work in works:
            try:
                alarm_channels.run_in_time(work, f"The sign of life by {name}")
            except alarm_channels.ChannelError as error:
                troubles.append(error.sentence)
        if not troubles:
            self._beaten = complete
        return troubles


def _touch(file: Path, complete: datetime) -> None:
    """Write when the pass began; the file's own time says when that was written."""
    try:
        file.write_text(f"{complete.isoformat()}\n", "utf-8")
    except OSError as error:
        fault = f"The heartbeat file {file} cannot be written ({error.strerror}); correct [alarm] heartbeat_file."
        raise alarm_channels.ChannelError(fault) from error
