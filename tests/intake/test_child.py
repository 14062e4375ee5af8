"""What a hostile mail can cost is one child: bounded in time, memory and output; the next mail is served at once."""

import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import psutil
import pytest

from intake import child
from roll.outcomes import Verdict
from tests.forms import workbooks
from tests.intake import known
from tests.intake import mails as raw_mails

REPOSITORY = Path(__file__).parents[2]
GOOD = raw_mails.mail(f"<{known.CAO_LOC}>", "BC", "Em gửi ạ.")
# What starting a child and reading one mail may take on a busy machine, and what "at once" is.
PATIENT_SECONDS, AT_ONCE_SECONDS = 30.0, 10.0


@pytest.fixture
def one() -> Iterator[child.Child]:
    """A child that has served a mail."""
    made = child.Child([known.form_2019()], PATIENT_SECONDS)
    made.read_mail(GOOD)
    yield made
    made.close()


def process_of(one: child.Child) -> psutil.Process:
    assert one._process is not None
    return psutil.Process(one._process.pid)


def serves_at_once(one: child.Child) -> bool:
    started = time.monotonic()
    return one.read_mail(GOOD).headers.subject == "BC" and time.monotonic() - started < AT_ONCE_SECONDS


def test_a_mail_and_a_workbook_come_back_as_they_were_read(one: child.Child):
    workbook = workbooks.filled_2019(known.form_2019(), "UBND huyện Cao Lộc", 5)
    raw = raw_mails.mail(f"<{known.CAO_LOC}>", "BC", "x", attachments=[("BC.xlsx", workbook)])
    inside = one.read_mail(raw)
    assert inside.readings[0].header_text("unit") == "UBND huyện Cao Lộc"
    assert one.read_workbook(workbook, "BC.xlsx").fingerprint == inside.readings[0].fingerprint
    assert one.read_workbook(b"", "").verdict is Verdict.UNREADABLE


def test_a_child_that_hangs_is_killed_in_its_time_and_the_next_mail_is_served_at_once(one: child.Child):
    hanging = process_of(one)
    hanging.suspend()
    one._seconds = 0.5
    started = time.monotonic()
    with pytest.raises(child.ReadingFailedError, match="took longer"):
        one.read_mail(GOOD)
    assert time.monotonic() - started < 3
    one._seconds = PATIENT_SECONDS
    assert not hanging.is_running()
    assert serves_at_once(one)


def test_a_large_mail_to_a_child_that_does_not_listen_is_given_up_too(one: child.Child):
    process_of(one).suspend()
    one._seconds = 0.5
    with pytest.raises(child.ReadingFailedError, match="took longer"):
        one.read_mail(b"x" * 5_000_000)
    one._seconds = PATIENT_SECONDS
    assert serves_at_once(one)


def test_a_child_that_cannot_even_start_in_time_is_a_mail_that_cannot_be_read():
    one = child.Child([known.form_2019()], seconds=0.01)
    for _ in range(2):
        with pytest.raises(child.ReadingFailedError):
            one.read_mail(GOOD)
        assert one._process is None
    one._seconds = PATIENT_SECONDS
    assert serves_at_once(one)
    one.close()


def test_a_child_that_was_killed_is_replaced(one: child.Child):
    process_of(one).kill()
    with pytest.raises(child.ReadingFailedError, match="ended while reading"):
        one.read_mail(GOOD)
    assert serves_at_once(one)


def test_a_child_serves_many_mails_and_is_then_replaced(one: child.Child):
    first = process_of(one).pid
    one._served = child.MAILS_PER_CHILD - 1
    one.read_mail(GOOD)
    assert process_of(one).pid == first
    one.read_mail(GOOD)
    assert process_of(one).pid != first
    assert not psutil.pid_exists(first)


def inflating_workbook(megabytes: int) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("xl/workbook.xml", b'<workbook><sheets><sheet name="a" sheetId="1"/></sheets></workbook>')
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(b"<worksheet><sheetData>")
            for _ in range(megabytes):
                sheet.write(b'<row><c t="inlineStr"><is><t>' + b"A" * 1_000_000 + b"</t></is></c></row>")
            sheet.write(b"</sheetData></worksheet>")
    return packed.getvalue()


def test_a_workbook_that_inflates_costs_no_more_than_the_child_may_have(one: child.Child):
    bomb = inflating_workbook(700)
    assert len(bomb) < 2_000_000
    raw = raw_mails.mail(f"<{known.CAO_LOC}>", "BC", "x", attachments=[("BC.xlsx", bomb)])
    started = time.monotonic()
    assert one.read_mail(raw).readings[0].verdict is Verdict.HOSTILE
    assert time.monotonic() - started < PATIENT_SECONDS
    assert process_of(one).memory_info().rss < child.MEMORY_BYTES
    assert serves_at_once(one)


def answering(one: child.Child, answer: bytes) -> None:
    """Put a real process into the child's place that answers anything with `answer` and then stays."""
    one.close()
    program = f"import os, sys, time; os.read(0, 1); os.write(1, {answer!r}); time.sleep(60)"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    one._process = subprocess.Popen([sys.executable, "-c", program], bufsize=0, **pipes)  # type: ignore[call-overload]
    one._served = 1
    for pipe in (one._process.stdin, one._process.stdout):
        os.set_blocking(pipe.fileno(), False)


def frame(kind: bytes, body: bytes, size: int | None = None) -> bytes:
    return child._FRAME.pack(kind, len(body) if size is None else size) + body


@pytest.mark.parametrize(
    "answer",
    [
        frame(b"R", b"{}"),
        frame(b"R", b""),
        frame(b"R", b"null"),
        frame(b"R", b"[1, 2]"),
        frame(b"R", b'{"headers": {}, "readings": [{"verdict": "perfect", "reason": "x"}]}'),
        frame(b"R", b'{"headers": 7}'),
        frame(b"R", b"\xff\xfe"),
        frame(b"R", b'{"headers": {}, "text": "' + b"[" * 100_000),
        frame(b"E", b"Traceback ..."),
        frame(b"?", b"{}"),
    ],
)
def test_an_answer_that_is_not_of_the_agreed_shape_is_refused_and_its_child_ended(one: child.Child, answer: bytes):
    answering(one, answer)
    strange = process_of(one)
    with pytest.raises(child.ReadingFailedError):
        one.read_mail(GOOD)
    assert not strange.is_running()
    assert serves_at_once(one)


def test_an_answer_that_says_it_is_huge_is_not_waited_for(one: child.Child):
    answering(one, frame(b"R", b"{", size=2**62))
    strange = process_of(one)
    started = time.monotonic()
    with pytest.raises(child.ReadingFailedError):
        one.read_mail(GOOD)
    assert time.monotonic() - started < 5
    assert not strange.is_running()
    assert serves_at_once(one)


def test_the_limits_are_in_force_in_the_child(one: child.Child):
    process = process_of(one)
    assert process.rlimit(psutil.RLIMIT_AS) == (child.MEMORY_BYTES, child.MEMORY_BYTES)
    assert process.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
    assert process.rlimit(psutil.RLIMIT_CORE) == (0, 0)
    assert process.rlimit(psutil.RLIMIT_NOFILE) == (child.OPEN_FILES, child.OPEN_FILES)


def confined(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program under the child's limits."""
    whole = f"from intake import child; child._confine()\n{program}"
    environment = {"PYTHONPATH": str(REPOSITORY), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", whole]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_the_child_can_write_no_file(tmp_path: Path):
    written = tmp_path / "written"
    done = confined(f"open({str(written)!r}, 'wb', buffering=0).write(b'x')", tmp_path)
    assert done.returncode != 0
    assert not written.exists() or written.stat().st_size == 0


def test_the_child_can_have_no_more_memory(tmp_path: Path):
    done = confined(f"bytearray({child.MEMORY_BYTES})", tmp_path)
    assert done.returncode != 0
    assert "MemoryError" in done.stderr


def test_the_child_knows_nothing_of_the_parents_environment(one: child.Child, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ROLLCALL_SMTP__PASSWORD", "canary")
    one.close()
    one.read_mail(GOOD)
    assert "canary" not in str(process_of(one).environ())


PARENT = """
import sys, time
from pathlib import Path
from forms import form
from intake import child
one = child.Child([form.load_form(Path(sys.argv[1]).read_bytes(), "form.toml")])
one.read_mail(b"From: <a@b.example>\\r\\n\\r\\nx")
print(one._process.pid, flush=True)
time.sleep(120)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_child_dies_with_its_parent(how: signal.Signals):
    command = [sys.executable, "-c", PARENT, str(known.CAMPAIGN / "form.toml")]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as parent:
        orphan = psutil.Process(int(parent.stdout.readline()))  # type: ignore[union-attr]
        parent.send_signal(how)
        parent.wait(10)
    gone, alive = psutil.wait_procs([orphan], timeout=1)
    assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE], gone


def test_ctrl_c_is_the_parents_business(one: child.Child):
    process_of(one).send_signal(signal.SIGINT)
    assert serves_at_once(one)
