"""Several children reading at once, so that one slow mail does not hold up the others."""

import queue
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent import futures
from dataclasses import dataclass
from typing import Self

from forms import form as forms_form
from intake import child
from roll import mails, reports

# A poison mail is tried three times in one pass (invariant C5), each time after all others.
TRIES = 3
# Results come in order unless the oldest one keeps the others waiting longer than this.
PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Failed:
    """A mail that no try could read."""

    detail: str


class Readers:
    """A few children behind one door. Closing it ends them."""

    def __init__(self, forms: Sequence[forms_form.Form], count: int, seconds: float = child.SECONDS_PER_MAIL) -> None:
        self._children: queue.SimpleQueue[child.Child] = queue.SimpleQueue()
        self._all = [child.Child(forms, seconds) for _ in range(count)]
        for one in self._all:
            self._children.put(one)
        # A child dies with the thread that started it (PR_SET_PDEATHSIG of prctl(2)): the threads must live as long.
        self._threads = futures.ThreadPoolExecutor(count)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Let the children start while other things are done: a start takes a third of a second."""
        for one in self._all:
            self._threads.submit(one.start)

    def close(self) -> None:
        """End every child."""
        self._threads.shutdown(cancel_futures=True)
        for one in self._all:
            one.close()

    def read_workbook(self, data: bytes, name: str) -> reports.Reading:
        """Return the reading of one workbook. Raises child.ReadingFailedError."""
        one = self._children.get()
        try:
            return one.read_workbook(data, name)
        finally:
            self._children.put(one)

    def read_all(self, items: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, mails.Contents | Failed]]:
        """Yield (id, contents or failure) for every (id, raw mail), in order unless one is slow."""
        failed: list[tuple[int, bytes, str]] = []
        for attempt in range(1, TRIES + 1):
            again = ((item_id, raw) for item_id, raw, _ in failed)
            source, failed = (items if attempt == 1 else list(again)), []
            for item_id, raw, result in self._read_once(source):
                if isinstance(result, Failed) and attempt < TRIES:
                    failed.append((item_id, raw, result.detail))
                else:
                    yield item_id, result

    def _read_once(self, items: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes, mails.Contents | Failed]]:
        source = iter(items)
        pending: deque[tuple[int, bytes, futures.Future[mails.Contents | Failed]]] = deque()
        while True:
            while len(pending) < 2 * len(self._all) and (item := next(source, None)) is not None:
                pending.append((*item, self._threads.submit(self._read, item[1])))
            if not pending:
                return
            item_id, raw, future = _take(pending)
            yield item_id, raw, future.result()

    def _read(self, raw: bytes) -> mails.Contents | Failed:
        one = self._children.get()
        try:
            return one.read_mail(raw)
        except child.ReadingFailedError as error:
            return Failed(error.detail)
        finally:
            self._children.put(one)


def _take(
    pending: "deque[tuple[int, bytes, futures.Future[mails.Contents | Failed]]]",
) -> tuple[int, bytes, "futures.Future[mails.Contents | Failed]"]:
    futures.wait([pending[0][2]], PATIENCE_SECONDS)
    if not pending[0][2].done():
        futures.wait([future for _, _, future in pending], return_when=futures.FIRST_COMPLETED)
    place = next(place for place, (_, _, future) in enumerate(pending) if future.done())
    taken = pending[place]
    del pending[place]
    return taken
