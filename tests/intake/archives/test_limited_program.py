"""What a program that opens archives may cost: no file, little memory, its time, and never longer than its reader."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from intake import limited_program

REPOSITORY = Path(__file__).parents[3]


def python(program: str, data: bytes = b"data", *, most: int = 1000, seconds: float = 20.0) -> limited_program.Ran:
    """Run a program in Python under the limits; the path of the file is `sys.argv[1]`."""
    return limited_program.run([sys.executable, "-I", "-S", "-c", program], data, most, seconds)


def test_it_is_given_the_bytes_as_a_file_in_which_it_can_go_back_and_forth() -> None:
    ran = python("import sys; f = open(sys.argv[1], 'rb'); f.seek(3); print(f.read(), f.seek(0))", b"abcdef")
    assert (ran.status, ran.output, ran.is_cut) == (0, b"b'def' 0\n", False)


def test_it_cannot_change_that_file() -> None:
    assert python("import sys; open(sys.argv[1], 'r+b', buffering=0).write(b'x')").status != 0


def test_it_can_write_no_file(tmp_path: Path) -> None:
    ran = python(f"open({str(tmp_path / 'written')!r}, 'wb', buffering=0).write(b'x')")
    assert ran.status != 0
    assert [path.stat().st_size for path in tmp_path.iterdir()] in ([], [0])


def test_it_can_have_no_more_memory() -> None:
    ran = python(f"bytearray({limited_program.MEMORY_BYTES})")
    assert ran.status == 1
    assert b"MemoryError" in ran.troubles


def test_what_it_writes_beyond_the_bytes_asked_for_is_not_taken() -> None:
    ran = python("print('x' * 10_000_000)", most=5)
    assert (ran.output, ran.is_cut) == (b"xxxxx", True)


def test_what_it_complains_of_is_not_taken_without_end() -> None:
    ran = python("import sys; sys.stderr.write('x' * 3_000_000)")
    assert ran.status == 0
    assert len(ran.troubles) < 1_000_000


def test_it_is_killed_when_its_time_is_up() -> None:
    started = time.monotonic()
    with pytest.raises(limited_program.TooSlowError):
        python("import time; time.sleep(60)", seconds=0.5)
    assert time.monotonic() - started < 10
    assert not [one for one in psutil.Process().children() if "time.sleep(60)" in one.cmdline()]


def test_a_program_that_is_not_there_is_told_as_such() -> None:
    with pytest.raises(limited_program.NotRunError):
        limited_program.run(["/nowhere/7zz"], b"", 10, 1.0)


def test_a_file_larger_than_may_be_is_told_as_such_and_the_limit_is_as_before() -> None:
    program = """
import resource, sys
from intake import child, limited_program
child.confine(int(sys.argv[1]))
for size in (limited_program.FILE_BYTES + 1, 1_000_000):
    try:
        print(limited_program.run(["/bin/true"], bytes(size), 10, 10.0).status)
    except limited_program.NotRunError:
        print("not run")
print(resource.getrlimit(resource.RLIMIT_FSIZE)[0])
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(os.getpid())],
        env={"PYTHONPATH": str(REPOSITORY), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split("\n")[:3] == ["not run", "0", "0"], done.stderr


def test_it_dies_with_the_reader_that_runs_it() -> None:
    program = (
        "import sys; from intake import limited_program; print('ready', flush=True);"
        "limited_program.run([sys.executable, '-c', 'import time; time.sleep(61)'], b'', 10, 60.0)"
    )
    environment = {"PYTHONPATH": str(REPOSITORY), "PATH": os.environ["PATH"]}
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == b"ready\n"
        (running,) = _children_within(10, reader.pid)
        reader.send_signal(signal.SIGKILL)
        reader.wait(10)
    gone, alive = psutil.wait_procs([running], timeout=10)
    assert gone or alive[0].status() == psutil.STATUS_ZOMBIE


def _children_within(seconds: float, parent: int) -> list[psutil.Process]:
    """Return the children of a process that run the program itself already."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = [one for one in psutil.Process(parent).children() if "time.sleep(61)" in " ".join(one.cmdline()[:3])]
        if found and len(found[0].cmdline()) == 4:
            return found
        time.sleep(0.02)
    raise AssertionError("it never began")
