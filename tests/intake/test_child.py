"""What a hostile mail can cost is one reader: bounded in time, memory and output; the next mail is served at once."""

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

from intake import child, limited_program, readers
from roll.mistakes import OperatorError
from roll.outcomes import Verdict
from tests.forms import workbooks
from tests.intake import known
from tests.intake import mails as raw_mails

REPOSITORY = Path(__file__).parents[2]
GOOD = raw_mails.mail(f"<{known.CAO_LOC}>", "BC", "Em gửi ạ.")
# What reading one mail may take on a busy machine; what it takes where the test is about time; what "at once" is.
PATIENT_SECONDS, SHORT_SECONDS, AT_ONCE_SECONDS = 30.0, 0.5, 10.0


def ready(seconds: float) -> readers.Readers:
    """Return one reader that has served a workbook."""
    made = readers.Readers([known.form_2019()], 1, seconds)
    deadline = time.monotonic() + PATIENT_SECONDS
    while time.monotonic() < deadline:
        try:
            made.read_workbook(b"", "")
        except readers.ReadingFailedError:
            continue
        return made
    raise AssertionError("no reader came up")


@pytest.fixture
def one() -> Iterator[readers.Readers]:
    with ready(PATIENT_SECONDS) as made:
        yield made


@pytest.fixture
def hurried() -> Iterator[readers.Readers]:
    """A reader with half a second for each mail."""
    with ready(SHORT_SECONDS) as made:
        yield made


def fork_server() -> psutil.Process:
    (server,) = (process for process in psutil.Process().children() if "intake" in " ".join(process.cmdline()))
    return server


def reader() -> psutil.Process:
    (process,) = fork_server().children()
    return process


def serves_at_once(one: readers.Readers) -> bool:
    started = time.monotonic()
    ((_, contents),) = one.read_all([(1, GOOD)])
    assert not isinstance(contents, readers.Failed), contents
    return contents.headers.subject == "BC" and time.monotonic() - started < AT_ONCE_SECONDS


def is_gone(process: psutil.Process) -> bool:
    _, alive = psutil.wait_procs([process], timeout=2)
    return not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


def test_a_mail_and_a_workbook_come_back_as_they_were_read(one: readers.Readers):
    workbook = workbooks.filled_2019(known.form_2019(), "UBND huyện Cao Lộc", 5)
    raw = raw_mails.mail(f"<{known.CAO_LOC}>", "BC", "x", attachments=[("BC.xlsx", workbook)])
    ((_, inside),) = one.read_all([(7, raw)])
    assert not isinstance(inside, readers.Failed)
    assert inside.readings[0].header_text("unit") == "UBND huyện Cao Lộc"
    assert one.read_workbook(workbook, "BC.xlsx").fingerprint == inside.readings[0].fingerprint
    assert one.read_workbook(b"", "").verdict is Verdict.UNREADABLE


# Time


def test_a_reader_that_hangs_is_killed_in_its_time_and_the_next_mail_is_served_at_once(hurried: readers.Readers):
    hanging = reader()
    hanging.suspend()
    started = time.monotonic()
    with pytest.raises(readers.ReadingFailedError, match="reading took longer"):
        hurried.read_workbook(b"x", "BC.xlsx")
    assert time.monotonic() - started < 3
    assert is_gone(hanging)
    assert serves_at_once(hurried)


def test_a_large_mail_to_a_reader_that_does_not_listen_is_given_up_too(hurried: readers.Readers):
    reader().suspend()
    with pytest.raises(readers.ReadingFailedError, match="reading took longer"):
        hurried.read_workbook(b"x" * 5_000_000, "BC.xlsx")
    assert serves_at_once(hurried)


def test_where_no_reader_can_start_no_mail_is_blamed_and_the_operator_is_told():
    with readers.Readers([known.form_2019()], 2, start_seconds=0.001) as two:
        for _ in range(2):
            with pytest.raises(OperatorError, match="No process can be started that reads mails"):
                list(two.read_all([(1, GOOD), (2, GOOD)]))


UNDER_LIMITS = """
import resource, sys
from pathlib import Path
from forms import form
from intake import readers
from roll.mistakes import OperatorError
for name, most in (("RLIMIT_NOFILE", 48), ("RLIMIT_AS", int(sys.argv[2]))):
    limit = getattr(resource, name)
    resource.setrlimit(limit, (most, most))
with readers.Readers([form.load_form(Path(sys.argv[1]).read_bytes(), "form.toml")], 1) as one:
    try:
        print(one.read_workbook(b"", "").verdict)
    except OperatorError as error:
        print(error.problems[0])
"""


@pytest.mark.parametrize(
    ("megabytes", "told"), [(480, "unreadable\n"), (30, "No process can be started that reads mails")]
)
def test_a_machine_with_stricter_limits_is_read_on_or_the_operator_is_told(megabytes: int, told: str):
    command = [sys.executable, "-c", UNDER_LIMITS, str(known.CAMPAIGN / "form.toml"), str(megabytes * 1024 * 1024)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.startswith(told), done.stderr


def test_a_reader_that_was_killed_is_replaced(one: readers.Readers):
    reader().kill()
    with pytest.raises(readers.ReadingFailedError, match=r"ended while reading \(status -9\)"):
        one.read_workbook(b"", "")
    assert serves_at_once(one)


def test_a_fork_server_that_was_killed_takes_its_reader_along_and_is_started_again(one: readers.Readers):
    server, orphan = fork_server(), reader()
    server.kill()
    assert is_gone(orphan)
    with pytest.raises(readers.ReadingFailedError):
        one.read_workbook(b"", "")
    assert serves_at_once(one)
    assert fork_server().pid != server.pid


def test_a_reader_serves_many_mails_and_is_then_replaced(one: readers.Readers):
    first = reader()
    read = dict(one.read_all((number, GOOD) for number in range(600)))
    assert list(read) == list(range(600))
    assert not any(isinstance(contents, readers.Failed) for contents in read.values())
    assert reader().pid != first.pid
    assert is_gone(first)


def test_replacing_readers_leaves_no_descriptor_open(one: readers.Readers):
    def descriptors(process: psutil.Process) -> int:
        return process.num_fds()

    us, server = psutil.Process(), fork_server()
    before = descriptors(us), descriptors(server), descriptors(reader())
    for _ in range(5):
        reader().kill()
        with pytest.raises(readers.ReadingFailedError):
            one.read_workbook(b"", "")
        assert serves_at_once(one)
    assert (descriptors(us), descriptors(server), descriptors(reader())) == before


# Memory and other limits


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


def test_a_workbook_that_inflates_costs_no_more_than_the_reader_may_have(one: readers.Readers):
    bomb = inflating_workbook(700)
    assert len(bomb) < 2_000_000
    started = time.monotonic()
    assert one.read_workbook(bomb, "BC.xlsx").verdict is Verdict.HOSTILE
    assert time.monotonic() - started < PATIENT_SECONDS
    assert reader().memory_info().rss < child.MEMORY_BYTES
    assert serves_at_once(one)


@pytest.mark.usefixtures("one")
def test_the_limits_are_in_force_in_the_reader():
    process = reader()
    assert process.rlimit(psutil.RLIMIT_AS) == (child.MEMORY_BYTES, child.MEMORY_BYTES)
    assert process.rlimit(psutil.RLIMIT_FSIZE) == (0, limited_program.FILE_BYTES)
    assert process.rlimit(psutil.RLIMIT_CORE) == (0, 0)
    assert process.rlimit(psutil.RLIMIT_NOFILE) == (child.OPEN_FILES, child.OPEN_FILES)


def confined(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program under a reader's limits."""
    whole = f"import os; from intake import child; child.confine(os.getppid())\n{program}"
    environment = {"PYTHONPATH": str(REPOSITORY), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", whole]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_reader_can_write_no_file(tmp_path: Path):
    written = tmp_path / "written"
    done = confined(f"open({str(written)!r}, 'wb', buffering=0).write(b'x')", tmp_path)
    assert done.returncode != 0
    assert not written.exists() or written.stat().st_size == 0


def test_a_reader_can_have_no_more_memory(tmp_path: Path):
    done = confined(f"bytearray({child.MEMORY_BYTES})", tmp_path)
    assert done.returncode != 0
    assert "MemoryError" in done.stderr


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd').read()",
        "open(FOLDER + '/rollcall.db').read()",
        "os.listdir(FOLDER)",
        "os.listdir('/')",
        "__import__('socket').socket()",
        "__import__('socket').create_connection(('127.0.0.1', 9))",
        "os.setsid()",
        "os.unlink(FOLDER + '/rollcall.db')",
        "os.mkdir(FOLDER + '/new')",
        "os.rename(FOLDER + '/rollcall.db', FOLDER + '/other')",
        "os.symlink('/etc/passwd', FOLDER + '/link')",
    ],
)
def test_a_reader_has_no_network_and_no_files(tmp_path: Path, attempt: str):
    (tmp_path / "rollcall.db").write_bytes(b"secret")
    done = confined(f"FOLDER = {str(tmp_path)!r}\n{attempt}\nprint('done')", tmp_path)
    if not _kernel_closes_in(tmp_path):
        pytest.skip("this kernel has no Landlock or no seccomp for a user")
    assert done.stdout == ""
    assert "PermissionError" in done.stderr


def _kernel_closes_in(folder: Path) -> bool:
    program = "from intake import sandbox; raise SystemExit(not sandbox.close_in([]))"
    environment = {"PYTHONPATH": str(REPOSITORY), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, "-c", program], cwd=folder, env=environment, check=False).returncode == 0


def test_a_reader_that_uses_the_processor_without_end_is_ended_by_the_kernel(tmp_path: Path):
    done = confined("from intake import confinement\nconfinement.allow_seconds(1)\nwhile True: pass", tmp_path)
    assert done.returncode == -signal.SIGXCPU


def test_what_a_reader_starts_is_ended_with_it(tmp_path: Path):
    """A fork bomb keeps the group of the reader, which is what the fork server kills."""
    bomb = "for _ in range(3): os.fork()\nprint(os.getpgid(0), flush=True)\nimport time; time.sleep(60)"
    whole = f"import os; from intake import child; child.confine(os.getppid())\n{bomb}"
    environment = {"PYTHONPATH": str(REPOSITORY), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", whole], env=environment, stdout=subprocess.PIPE, cwd=tmp_path
    ) as bombed:
        assert bombed.stdout is not None
        groups = {int(bombed.stdout.readline()) for _ in range(8)}
        assert groups == {bombed.pid}
        children = psutil.Process(bombed.pid).children(recursive=True)
        os.killpg(bombed.pid, signal.SIGKILL)
    assert all(is_gone(each) for each in children)


def test_a_reader_whose_fork_server_is_gone_already_does_not_begin(tmp_path: Path):
    done = confined("child.confine(1); print('goes on')", tmp_path)
    assert (done.returncode, done.stdout) == (0, "")


def test_neither_process_knows_anything_of_the_parents_environment(
    one: readers.Readers, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ROLLCALL_SMTP__PASSWORD", "canary")
    one.close()
    assert serves_at_once(one)
    assert "canary" not in str(fork_server().environ())
    assert "canary" not in str(reader().environ())


def test_a_module_in_the_folder_where_one_works_is_never_taken_for_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "intake").mkdir()
    (tmp_path / "intake" / "__init__.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    with readers.Readers([known.form_2019()], 1) as one:
        assert serves_at_once(one)


# The end

PARENT = """
import sys, time
from pathlib import Path
from forms import form
from intake import readers
one = readers.Readers([form.load_form(Path(sys.argv[1]).read_bytes(), "form.toml")], 1)
one.read_workbook(b"", "")
print("ready", flush=True)
time.sleep(120)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_both_processes_die_with_their_parent(how: signal.Signals):
    command = [sys.executable, "-c", PARENT, str(known.CAMPAIGN / "form.toml")]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        orphans = psutil.Process(parent.pid).children(recursive=True)
        assert len(orphans) == 2
        parent.send_signal(how)
        parent.wait(10)
    assert all(is_gone(orphan) for orphan in orphans)


def test_closing_leaves_no_process_behind():
    with ready(PATIENT_SECONDS):
        left = [fork_server(), reader()]
    assert all(is_gone(process) for process in left)


def test_ctrl_c_is_the_parents_business(one: readers.Readers):
    for process in (fork_server(), reader()):
        process.send_signal(signal.SIGINT)
    assert serves_at_once(one)
