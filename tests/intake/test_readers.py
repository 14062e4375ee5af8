"""Several children at once: a mail whose child died under it is read again, by a child that lives."""

from collections.abc import Iterator

import psutil

from intake import readers
from roll import mails
from tests.intake import mails as raw_mails
from tests.journeys.office import form_2019

COUNT = 24


def children() -> list[psutil.Process]:
    return [process for process in psutil.Process().children() if "intake" in " ".join(process.cmdline())]


def numbered_with_a_death_half_way() -> Iterator[tuple[int, bytes]]:
    """Yield mails, and kill one child when both have long been at work."""
    for number in range(COUNT):
        if number == COUNT // 2:
            children()[0].kill()
        yield number, raw_mails.mail(subject=f"Báo cáo {number}")


def test_a_mail_whose_child_died_is_read_at_the_next_try() -> None:
    with readers.Readers([form_2019()], 2) as open_readers:
        read = dict(open_readers.read_all(numbered_with_a_death_half_way()))

        assert {number: type(result) for number, result in read.items()} == dict.fromkeys(range(COUNT), mails.Contents)
        assert len(children()) == 2

    assert children() == []
