"""Several readers at once: order, patience, retries, and answers that make no sense."""

import io
import os
import time
from collections.abc import Iterator

import msgspec
import openpyxl
import psutil
import pytest

from intake import child, reader_process, readers
from roll import mails, outcomes, reports
from tests.forms import workbooks
from tests.intake import mails as raw_mails
from tests.journeys.office import form_2019

COUNT = 24


def raw(number: int) -> bytes:
    return raw_mails.mail(subject=f"Báo cáo {number}")


def numbered(count: int = COUNT) -> Iterator[tuple[int, bytes]]:
    return ((number, raw(number)) for number in range(count))


def processes() -> list[psutil.Process]:
    """Return the readers of this process."""
    servers = [one for one in psutil.Process().children() if "intake" in " ".join(one.cmdline())]
    return [process for server in servers for process in server.children()]


@pytest.fixture
def two() -> Iterator[readers.Readers]:
    with readers.Readers([form_2019()], 2) as made:
        assert len(list(made.read_all(numbered(4)))) == 4
        yield made


def subjects(read: list[readers.Read]) -> list[tuple[int, str]]:
    return [(number, contents.headers.subject) for number, contents in read if isinstance(contents, mails.Contents)]


ALL_IN_ORDER = [(number, f"Báo cáo {number}") for number in range(COUNT)]


def test_mails_come_back_in_their_order_each_with_its_own_contents(two: readers.Readers) -> None:
    assert subjects(list(two.read_all(numbered()))) == ALL_IN_ORDER


def test_several_come_together_and_never_more_than_asked_for(two: readers.Readers) -> None:
    batches = list(two.read_batches(numbered(), 5))
    assert max(map(len, batches)) <= 5
    assert len(batches) < COUNT
    assert subjects([each for batch in batches for each in batch]) == ALL_IN_ORDER


def test_no_more_is_taken_than_the_readers_can_have_waiting(two: readers.Readers) -> None:
    taken: list[int] = []

    def watched() -> Iterator[tuple[int, bytes]]:
        for number, data in numbered(500):
            taken.append(number)
            yield number, data

    read = two.read_all(watched())
    next(read)
    assert len(taken) <= 1 + 2 * 2 * readers.REQUESTS_PER_READER
    read.close()
    assert subjects(list(two.read_all(numbered()))) == ALL_IN_ORDER, "what was given up disturbs nobody"


def test_a_mail_whose_reader_died_is_read_at_the_next_try(two: readers.Readers) -> None:
    def with_a_death_half_way() -> Iterator[tuple[int, bytes]]:
        for number, data in numbered():
            if number == COUNT // 2:
                processes()[0].kill()
            yield number, data

    assert sorted(subjects(list(two.read_all(with_a_death_half_way())))) == ALL_IN_ORDER
    assert len(processes()) == 2


def test_a_mail_that_hangs_keeps_the_others_waiting_for_moments_only() -> None:
    with readers.Readers([form_2019()], 2, seconds=6.0) as two:
        assert len(list(two.read_all(numbered(4)))) == 4
        processes()[0].suspend()
        began, read = time.monotonic(), []
        for number, contents in two.read_all(numbered()):
            assert isinstance(contents, mails.Contents)
            read.append((number, time.monotonic() - began))
        late = [number for number, seconds in read if seconds > readers.PATIENCE_SECONDS + 2]
        assert late == [read[-1][0]], "what waits behind the one that hangs is read by the other"
        assert sorted(number for number, _ in read) == list(range(COUNT))


def test_two_mails_that_hang_at_once_cost_two_readers_and_no_endless_asking() -> None:
    with readers.Readers([form_2019()], 2, seconds=5.0) as two:
        assert len(list(two.read_all(numbered(4)))) == 4
        for process in processes():
            process.suspend()
        began, spent = time.monotonic(), time.process_time()
        read = list(two.read_all(numbered()))
        assert sorted(number for number, _ in read) == list(range(COUNT))
        assert all(isinstance(contents, mails.Contents) for _, contents in read)
        assert time.monotonic() - began < 15
        assert time.process_time() - spent < 2, "waiting is waiting, not asking again and again"


def test_the_time_in_which_nobody_listens_is_not_the_readers() -> None:
    answer_beyond_the_pipe = raw(0) + b"\r\n" + b"Tr\xc3\xa0ng \xc4\x90\xe1\xbb\x8bnh\r\n" * 200_000

    def slow_line() -> Iterator[tuple[int, bytes]]:
        yield 0, answer_beyond_the_pipe
        time.sleep(3.0)
        yield 1, raw(1)

    with readers.Readers([form_2019()], 1, seconds=2.0) as one:
        assert len(list(one.read_all(numbered(1)))) == 1
        before = {process.pid for process in processes()}
        assert [number for number, _ in one.read_all(slow_line())] == [0, 1]
        assert {process.pid for process in processes()} == before, "the same reader served both"


def test_closing_twice_closes_nobody_elses_descriptor(there: "Pipes") -> None:
    process, _, _ = there
    process.close()
    taken = os.open(os.devnull, os.O_RDONLY)
    process.close()
    os.fstat(taken)
    os.close(taken)


def test_a_mail_that_no_try_can_read_fails_in_the_end() -> None:
    large = raw(0) + b"x" * 5_000_000  # more than a reader can have answered at the first look
    with readers.Readers([form_2019()], 2, seconds=0.0) as two:
        read = list(two.read_all((number, large) for number in range(2)))
    assert sorted(number for number, _ in read) == [0, 1]
    assert all(isinstance(each, readers.Failed) and "took longer than 0 seconds" in each.detail for _, each in read)


def test_while_readers_start_mails_are_taken_in_all_the_same() -> None:
    taken: list[int] = []

    def watched() -> Iterator[tuple[int, bytes]]:
        for number, data in numbered(100):
            taken.append(number)
            yield number, data

    with readers.Readers([form_2019()], 2) as two:
        read = two.read_all(watched())
        next(read)
        assert len(taken) > 2 * 2 * readers.REQUESTS_PER_READER
        assert [number for number, _ in read] == list(range(1, 100))


# Answers that a reader may not give


Pipes = tuple[reader_process.ReaderProcess, int, int]


@pytest.fixture
def there() -> Iterator[Pipes]:
    """A reader that has said that it is there, and the other ends of its pipes."""
    its_source, to_it = os.pipe()
    from_it, its_sink = os.pipe()
    os.set_blocking(to_it, False)
    os.set_blocking(from_it, False)
    process = reader_process.ReaderProcess(to_it, from_it, 30.0, 30.0)
    os.write(its_sink, frame(child.HELLO, child.PID.pack(child.HELLO, 4711)))
    process.read()
    yield process, its_source, its_sink
    process.close()
    os.close(its_source)
    os.close(its_sink)


def frame(kind: bytes, body: bytes, size: int | None = None) -> bytes:
    return child.FRAME.pack(kind, len(body) if size is None else size) + body


def request() -> reader_process.Request[mails.Contents]:
    return reader_process.Request(child.MAIL, b"mail", msgspec.json.Decoder(mails.Contents))


@pytest.mark.parametrize(
    "answer",
    [
        frame(child.RESULT, b"{}"),
        frame(child.RESULT, b""),
        frame(child.RESULT, b"null"),
        frame(child.RESULT, b"[1, 2]"),
        frame(child.RESULT, b'{"headers": {}, "readings": [{"verdict": "perfect", "reason": "x"}]}'),
        frame(child.RESULT, b'{"headers": 7}'),
        frame(child.RESULT, b"\xff\xfe"),
        frame(child.RESULT, b'{"headers": {}, "text": "' + b"[" * 50_000),
        frame(child.RESULT, b'{"headers": {}, "parts": ' + b"[" * 50_000),
        frame(child.BUG, b"Traceback ..."),
        frame(child.HELLO, child.PID.pack(child.HELLO, 1)),
        frame(b"?", b"{}"),
        frame(child.RESULT, b"{", size=2**62),
    ],
)
def test_an_answer_that_is_not_of_the_agreed_shape_ends_the_reader(there: Pipes, answer: bytes) -> None:
    process, _, its_sink = there
    process.ask(asked := request())
    os.write(its_sink, answer)
    with pytest.raises(reader_process.Lost):
        process.read()
    assert asked.answer is None
    assert list(process.requests) == [asked]


def test_an_answer_that_nobody_asked_for_ends_the_reader(there: Pipes) -> None:
    process, _, its_sink = there
    os.write(its_sink, frame(child.RESULT, b'{"headers": {}}'))
    with pytest.raises(reader_process.Lost, match="nobody asked for"):
        process.read()


def test_answers_are_put_together_from_whatever_pieces_they_come_in(there: Pipes) -> None:
    process, its_source, its_sink = there
    asked = [request(), request()]
    for each in asked:
        process.ask(each)
    assert os.read(its_source, 100) == frame(child.MAIL, b"mail") * 2
    answers = b"".join(frame(child.RESULT, b'{"headers": {}, "text": "%d"}' % number) for number in range(2))
    for at in range(len(answers)):
        os.write(its_sink, answers[at : at + 1])
        process.read()
    assert [each.answer.text for each in asked if each.answer] == ["0", "1"]
    assert process.deadline is None


def test_time_runs_for_the_mail_that_is_being_read_alone(there: Pipes) -> None:
    process, _, its_sink = there
    process.seconds = 0.05
    process.ask(request())
    process.ask(request())
    time.sleep(0.06)
    os.write(its_sink, frame(child.RESULT, b'{"headers": {}}'))
    process.read()
    process.check_time()
    time.sleep(0.06)
    with pytest.raises(reader_process.Lost, match="took longer"):
        process.check_time()


def test_a_workbook_in_a_mail_is_marked_anew_while_other_mails_are_on_their_way(two: readers.Readers) -> None:
    workbook = workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1)
    report = raw_mails.mail(attachments=[("ghi chú.xlsx", b"no workbook"), ("BC.xlsx", workbook)])
    note = reports.Problem(reports.Severity.ERROR, "C04", "Bieu 01", "D17", "Số xã", "24", "≤ 23", "ghi 24 xã.")
    reading = reports.Reading(outcomes.Verdict.NEEDS_FIX, "errors", problems=(note,))
    seen = []
    for batch in two.read_batches(numbered(), 5):
        seen += batch
        copies = [two.mark_in_mail(report, place, reading) for place in range(3)]
        assert [bool(copy) for copy in copies] == [place == _place_of(two, report) for place in range(3)]
        marked = openpyxl.load_workbook(io.BytesIO(max(copies, key=len)))["Bieu 01"]["D17"]
        assert "ghi 24 xã." in marked.comment.text
    assert subjects(seen) == ALL_IN_ORDER


def _place_of(two: readers.Readers, report: bytes) -> int | None:
    ((_, contents),) = two.read_all([(1, report)])
    assert isinstance(contents, mails.Contents)
    return next(number for number, part in enumerate(contents.parts) if part.name == "BC.xlsx")
