"""The demo: its sample mails, its mailbox, its sink, and the whole of it as a process."""

import hashlib
import os
import re
import signal
import smtplib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from forms import form as forms_form
from forms import kinds, read
from intake import contents, mailbox, seven_zip
from roll.outcomes import Outcome, Verdict
from service.demo import sample_figures, sample_workbooks, sample_xls, samples, stage
from service.demo.mailbox import DemoMailbox
from service.demo.sink import DemoSink

REPOSITORY = Path(__file__).parents[2]
VIETNAM = timezone(timedelta(hours=7))


@pytest.fixture(scope="module")
def form() -> forms_form.Form:
    return stage.form()


@pytest.fixture(scope="module")
def all_samples(form: forms_form.Form) -> list[samples.Sample]:
    return samples.all_samples(form)


def test_every_one_of_the_forty_cases_has_a_sample_mail(all_samples: list[samples.Sample]) -> None:
    assert {sample.case for sample in all_samples} == set(range(41))
    assert len(all_samples) >= 44
    assert len({sample.name for sample in all_samples}) == len(all_samples)


def test_the_samples_end_in_every_outcome_and_come_in_order_within_the_fortnight(
    all_samples: list[samples.Sample],
) -> None:
    assert {sample.expected for sample in all_samples} == {outcome.value for outcome in Outcome}
    times = [sample.received_at for sample in all_samples]
    assert times == sorted(times)
    assert datetime(2019, 6, 20, tzinfo=VIETNAM) < times[0]
    assert times[-1] < stage.NOW


def test_the_samples_are_the_same_bytes_every_time(form: forms_form.Form, all_samples: list[samples.Sample]) -> None:
    digests = [hashlib.sha256(sample.raw).hexdigest() for sample in all_samples]

    assert digests == [hashlib.sha256(sample.raw).hexdigest() for sample in samples.all_samples(form)]


def test_no_sample_names_an_address_that_could_exist(all_samples: list[samples.Sample]) -> None:
    for sample in all_samples:
        head = sample.raw.partition(b"\r\n\r\n")[0]
        assert all(address.endswith(b".example") for address in re.findall(rb"@([\w.-]+)", head)), sample.name


def test_every_sample_can_be_read_and_nothing_odd_is_found_in_it(
    form: forms_form.Form, all_samples: list[samples.Sample]
) -> None:
    reader = contents.Reader([form], seven_zip.find())
    for sample in all_samples:
        found = reader.read(sample.raw)
        assert not found.flaws, sample.name
        assert len(found.headers.from_addresses) == 1, sample.name


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("unit", "district"), [("UBND huyện Cao Lộc", True), ("Sở Y tế", False)])
def test_sample_figures_pass_every_check_of_the_form(
    form: forms_form.Form, seed: int, unit: str, district: bool
) -> None:
    workbook = sample_workbooks.Blank(form).xlsx(sample_workbooks.Filling(unit, seed, district))

    reading = read.read_file(workbook, "BC.xlsx", [read.prepare(form)])

    assert (reading.verdict, reading.problems) == (Verdict.VALID, ())
    figures = sample_figures.figures(seed, district=district)
    by_cell = {(value.name, value.column): value.value for value in reading.values}
    assert by_cell["gifts", "quantity"] == figures.lines["gifts"]["quantity"]


def test_an_xls_says_what_the_xlsx_says(form: forms_form.Form) -> None:
    blank = sample_workbooks.Blank(form)
    filling = sample_workbooks.Filling("UBND huyện Cao Lộc", 7)
    xls = sample_xls.xls(blank.fill(filling))

    read_xls, read_xlsx = (read.read_file(data, "BC", [read.prepare(form)]) for data in (xls, blank.xlsx(filling)))

    assert kinds.kind_of(xls) == "xls"
    assert read_xls.fingerprint == read_xlsx.fingerprint
    assert [value.value for value in read_xls.values] == [value.value for value in read_xlsx.values]


def test_a_protected_workbook_is_known_as_one() -> None:
    assert kinds.kind_of(sample_xls.protected()) == "encrypted"


def test_names_in_an_old_zip_are_written_in_windows_1258() -> None:
    data = sample_workbooks.zipped_in("cp1258", [("Báo cáo Ban Dân tộc.xls", b"x"), ("Ảnh.png", b"y")])

    assert "Báo cáo".encode() not in data
    assert b"B\xe1o c\xe1o" in data or b"Ba\xeco ca\xeco" in data


def test_the_mailbox_gives_back_each_mail_byte_for_byte_with_the_time_it_came(
    all_samples: list[samples.Sample],
) -> None:
    with DemoMailbox("demo", "secret") as server:
        for sample in all_samples:
            server.deliver(sample.raw, sample.received_at)
        account = mailbox.MailboxAccount(
            name="demo", address="x@so.example", host="127.0.0.1", port=server.port, security="none",
            user="demo", password="secret", folders=("INBOX",), junk="",
        )  # fmt: skip
        with mailbox.Mailbox(account) as box:
            fetched = [mail for batch in box.batches("INBOX", None) for mail in batch.mails]

    assert [(mail.data, mail.received_at) for mail in fetched] == [(each.raw, each.received_at) for each in all_samples]


def test_the_sink_takes_letters_and_counts_them() -> None:
    with DemoSink() as sink:
        with smtplib.SMTP("127.0.0.1", sink.port) as client:
            client.sendmail("a@so.example", ["b@unit.example"], b"Subject: x\r\n\r\nx\r\n")
        assert sink.taken == 1


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "service.demo", *arguments]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


DISTRICTS = ("thành phố Lạng Sơn", "Tràng Định", "Bình Gia", "Văn Lãng", "Cao Lộc", "Văn Quan", "Bắc Sơn", "Hữu Lũng",
             "Chi Lăng", "Lộc Bình", "Đình Lập")  # fmt: skip


def test_once_prints_the_board_with_every_district_every_outcome_and_every_state(
    tmp_path: Path, all_samples: list[samples.Sample]
) -> None:
    began = time.monotonic()
    demo = start(tmp_path, "--once")
    out, err = demo.communicate(timeout=120)

    assert demo.returncode == 0, err
    assert time.monotonic() - began < 90
    assert "Traceback" not in err
    assert all(re.search(rf"^H1\d\d +UBND (?:huyện )?{district} ", out, re.MULTILINE) for district in DISTRICTS), out
    for state in (
        "Chưa nhận được",
        "hợp lệ",
        "chờ xác nhận",
        "chờ chỉnh sửa",
        "Chờ cán bộ xử lý",
        "Không thuộc diện báo cáo",
        "gia hạn đến",
    ):
        assert state in out
    for outcome in Outcome:
        count = sum(sample.expected == outcome.value for sample in all_samples)
        assert re.search(rf"^ +{count} {outcome.value} ", out, re.MULTILINE), out


def test_the_page_is_served_until_sigterm_to_who_has_the_password_only(tmp_path: Path) -> None:
    demo = start(tmp_path)
    assert demo.stdout is not None
    try:
        line = next(line for line in demo.stdout if "sign-in" in line)
        address, password = re.findall(r"(http://\S+) +sign-in: demo / (\S+)", line)[0]
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(address)
        opener = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        opener.add_password(None, address, "demo", password)
        browser = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(opener))
        with browser.open(address) as page:
            assert "UBND huyện Cao Lộc" in page.read().decode()
        second = start(tmp_path, "--once")
        assert "already" in second.communicate(timeout=60)[1]
        assert second.returncode == 2
    finally:
        os.killpg(demo.pid, signal.SIGTERM)
    _, err = demo.communicate(timeout=30)

    assert demo.returncode == 0
    assert "Traceback" not in err


def test_ctrl_c_in_the_middle_of_the_days_stops_it_without_a_traceback(tmp_path: Path) -> None:
    demo = start(tmp_path, "--once")
    assert demo.stderr is not None
    for line in demo.stderr:
        if "mails in" in line:
            break
    os.killpg(demo.pid, signal.SIGINT)
    _, err = demo.communicate(timeout=30)

    assert demo.returncode == 130
    assert "Traceback" not in err
    assert err.rstrip().endswith("Stopped.")
