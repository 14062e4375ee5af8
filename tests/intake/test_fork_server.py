"""What the readers complain of reaches the log, wherever the log goes."""

import logging
import os

import pytest

from intake import child, fork_server


def complain(server: fork_server.ForkServer, times: int) -> None:
    """Ask readers for what is no request; each ends with a traceback."""
    for _ in range(times):
        to_it, from_it = server.fork()
        os.write(to_it, child.HELLO)
        os.close(to_it)
        os.set_blocking(from_it, True)
        while os.read(from_it, 1000):
            pass
        os.close(from_it)


def test_a_reader_that_breaks_says_why_in_the_log_though_standard_error_is_a_file(
    caplog: pytest.LogCaptureFixture,
) -> None:
    # The tests' own standard error is a file, and a reader may write to none.
    server = fork_server.ForkServer([])
    complain(server, 1)
    server.close()
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert said[0] == "a reader says: Traceback (most recent call last):"
    assert said[-1].startswith("a reader says: struct.error: unpack requires a buffer of 9 bytes")


def test_the_log_is_not_filled_by_readers(caplog: pytest.LogCaptureFixture) -> None:
    server = fork_server.ForkServer([])
    complain(server, 1 + fork_server.LINES_LOGGED // 5)  # a traceback has more than five lines
    server.close()
    assert len(caplog.records) == fork_server.LINES_LOGGED + 1
    assert caplog.records[-1].getMessage() == "the readers say more than 1000 lines; the rest is left out"
