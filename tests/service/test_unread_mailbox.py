"""Staff are called where the mailbox cannot be read: nobody is reminded meanwhile, and no digest goes out."""

import email
import email.policy
import os
from datetime import datetime, timedelta

from service import assemble, jobs
from service.config import load
from tests.journeys.office import VIETNAM, Office
from tests.servers import ports

MORNING = datetime(2019, 7, 3, 8, 0, tzinfo=VIETNAM)


def poll(office: Office, at: datetime) -> list[str]:
    """Make a pass at an instant and send what is owed; return the subjects of the letters that went out."""
    before = len(office.sink.letters)
    rollcall = assemble.open_rollcall(load(office.folder / "config.toml", os.environ), lambda: at)
    jobs.poll(rollcall)
    rollcall.store.close()
    sent = (email.message_from_bytes(each.data, policy=email.policy.default) for each in office.sink.letters[before:])
    return [str(letter["Subject"]) for letter in sent]


def test_staff_are_called_once_a_day_after_a_quarter_of_an_hour_and_no_more_once_it_can_be_read(office: Office) -> None:
    called = ["[Cần xử lý ngay] Không đọc được hộp thư tiếp nhận báo cáo"]
    assert poll(office, MORNING) == []
    office.write_config(imap_port=str(ports.free_port()))
    assert poll(office, MORNING + timedelta(minutes=14)) == []

    assert poll(office, MORNING + timedelta(minutes=15)) == called
    assert poll(office, MORNING + timedelta(hours=3)) == []
    assert poll(office, MORNING + timedelta(days=1)) == called
    text = email.message_from_bytes(office.sink.letters[-1].data, policy=email.policy.default).get_body(("plain",))
    assert text is not None
    assert "Từ 08 giờ 00 phút, ngày 03/7/2019" in text.get_content()

    office.write_config()
    assert poll(office, MORNING + timedelta(days=2)) == []


def test_a_machine_that_was_off_calls_nobody_about_its_mailbox(office: Office) -> None:
    assert poll(office, MORNING) == []
    assert poll(office, MORNING + timedelta(days=10)) == []
