"""Which letters leave, when, and to whom: modes, pause, once a day, refusals of the mail server."""

import contextlib
import email
import email.policy
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

import psutil

from tests.forms import workbooks
from tests.intake import mails
from tests.journeys.office import CAO_LOC, JULY_3, VIETNAM, Office, form_2019, report_mail

A_MEGABYTE = 1024 * 1024


def good_report(seed: int = 1) -> bytes:
    return workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", seed)


def letters(office: Office) -> list[email.message.EmailMessage]:
    return [email.message_from_bytes(letter.data, policy=email.policy.default) for letter in office.sink.letters]


def states(office: Office) -> list[str]:
    return [row["state"] for row in office.run("letters", "--json").json]


def test_in_mode_staff_every_letter_goes_to_staff_marked_with_its_real_addressee(office: Office) -> None:
    office.write_config(mode="staff")
    office.deliver(report_mail(f"<{CAO_LOC}>", "BC", "a.xlsx", good_report()))

    office.run("poll")

    (letter,) = office.sink.letters
    assert letter.rcpt_to == ("phong.tebdg@so.example",)
    assert CAO_LOC in letters(office)[0]["Subject"]


def test_in_mode_off_nothing_leaves_and_nothing_is_made_up_for_when_it_is_switched_on(office: Office) -> None:
    office.write_config(mode="off")
    office.deliver(report_mail(f"<{CAO_LOC}>", "BC", "a.xlsx", good_report()))
    assert office.run("poll", "--json").json["queued"] == 0
    assert states(office) == ["cancelled"]

    office.write_config(mode="units")

    assert office.run("poll", "--json").json["sent"] == 0
    assert office.sink.letters == []


def test_paused_letters_wait_and_go_out_after_resume(office: Office) -> None:
    office.run("pause")
    office.deliver(report_mail(f"<{CAO_LOC}>", "BC", "a.xlsx", good_report()))
    office.run("poll")
    assert (states(office), office.sink.letters) == (["queued"], [])

    office.run("resume")

    assert office.run("send", "--json").json["sent"] == 1
    assert states(office) == ["sent"]


def test_the_same_receipt_goes_to_an_address_once_a_day_but_new_workbooks_are_always_answered(office: Office) -> None:
    for number in range(3):
        question = mails.mail(
            f"<{CAO_LOC}>", "Hỏi", f"Mục 5.{number} tính thế nào ạ?", Message_ID=f"<q{number}@u.example>"
        )
        office.deliver(question, JULY_3 + timedelta(minutes=number))
    for number in range(2):
        broken = good_report(number)[: 3_000 + number]
        office.deliver(report_mail(f"<{CAO_LOC}>", "BC", "a.xlsx", broken, Message_ID=f"<b{number}@u.example>"))

    office.run("poll")

    answered = sorted(letter["In-Reply-To"] for letter in letters(office))
    assert answered == ["<b0@u.example>", "<b1@u.example>", "<q0@u.example>"]
    office.run("audit")


def test_mail_from_before_the_answering_date_is_read_and_not_answered(office: Office) -> None:
    campaign = office.folder / "campaigns" / "thang-hanh-dong-2019" / "campaign.toml"
    written = campaign.read_text("utf-8").replace("answers_from = 2019-06-01", "answers_from = 2019-07-04")
    campaign.write_text(written, "utf-8")
    office.deliver(report_mail(f"<{CAO_LOC}>", "BC", "a.xlsx", good_report()))

    done = office.run("poll", "--json").json

    assert (done["outcomes"]["accepted"], done["queued"]) == (1, 0)


def test_what_comes_after_the_close_is_held_and_the_sender_is_told_so(office: Office) -> None:
    closed = datetime(2019, 7, 10, tzinfo=VIETNAM)
    office.deliver(report_mail(f"<{CAO_LOC}>", "BC", "a.xlsx", good_report()), closed)

    office.run("poll")

    (message,) = office.run("messages", "--json").json
    assert (message["outcome"], message["reason"]) == ("held", "after_close")
    assert len(office.sink.letters) == 1


def test_each_new_workbook_after_the_close_is_answered_and_the_same_one_once_a_day(office: Office) -> None:
    after_close = datetime(2019, 7, 12, 9, tzinfo=VIETNAM)
    # A workbook bears the second in which it was written: made twice, it is another one.
    first, second = good_report(1), good_report(2)
    for number, workbook in enumerate((first, second, first)):
        mail = report_mail(f"<{CAO_LOC}>", "BC", "a.xlsx", workbook, Message_ID=f"<c{number}@u.example>")
        office.deliver(mail, after_close + timedelta(minutes=number))

    office.run("poll")

    answered = sorted(letter["In-Reply-To"] for letter in letters(office))
    assert answered == ["<c0@u.example>", "<c1@u.example>"]


def test_a_letter_that_the_server_refuses_for_a_while_is_sent_later_with_the_same_bytes(office: Office) -> None:
    office.sink.script("DATA", "451 4.7.1 later", "")
    office.deliver(report_mail(f"<{CAO_LOC}>", "BC", "a.xlsx", good_report()))
    told = office.run("poll", "--json", status=1)
    assert (told.json["sent"], told.json["failed"]) == (0, 1)
    assert "was not delivered" in told.err
    assert states(office) == ["queued"]
    assert office.run("send", "--json").json["sent"] == 0, "not before its next try is due"

    later = (datetime.now(VIETNAM) + timedelta(hours=1)).isoformat()

    assert office.run("send", "--json", "--at", later).json["sent"] == 1
    assert states(office) == ["sent"]


def test_a_letter_that_the_server_refuses_for_good_is_not_tried_again(office: Office) -> None:
    office.sink.script("RCPT", "550 5.1.1 no such user", "")
    office.deliver(report_mail(f"<{CAO_LOC}>", "BC", "a.xlsx", good_report()))
    office.run("poll", status=1)

    assert states(office) == ["failed"]
    later = (datetime.now(VIETNAM) + timedelta(days=2)).isoformat()
    assert office.run("send", "--json", "--at", later).json["sent"] == 0


def test_with_the_way_out_down_the_report_is_stored_and_its_acknowledgement_goes_out_later(office: Office) -> None:
    office.write_config(smtp_port="1")
    office.deliver(report_mail(f"<{CAO_LOC}>", "BC", "a.xlsx", good_report()))
    told = office.run("poll", "--json", status=1)
    assert told.json["outcomes"]["accepted"] == 1
    assert "127.0.0.1:1" in told.err

    office.write_config()

    assert office.run("poll", "--json").json["sent"] == 1


def test_the_digest_goes_once_a_day_to_each_recipient_and_never_on_stale_knowledge(office: Office) -> None:
    office.write_config(imap_port="1")
    stale = office.run("digest", "--json", "--at", "2019-07-03T07:30", status=2)
    assert (stale.json, office.sink.letters) == ([], [])
    office.write_config()

    first = office.run("digest", "--json", "--at", "2019-07-03T07:30").json
    second = office.run("digest", "--json", "--at", "2019-07-03T09:00").json

    assert [(row["unit"], row["kind"], row["to"]) for row in first] == [(None, "digest", "phong.tebdg@so.example")]
    assert second == []
    assert "0/35" in letters(office)[0]["Subject"]


def test_an_extension_takes_what_came_after_the_close(office: Office) -> None:
    office.deliver(report_mail(f"<{CAO_LOC}>", "BC", "a.xlsx", good_report()), datetime(2019, 7, 11, tzinfo=VIETNAM))
    office.run("poll")

    office.run("campaign", "extend", "thang-hanh-dong-2019", "H183", "2019-07-12")

    (message,) = office.run("messages", "--json").json
    assert (message["outcome"], message["version"]) == ("accepted", 1)
    assert office.run("send", "--json").json["sent"] == 1
    office.run("audit")


def poll_while_killing(office: Office, victims: Callable[[psutil.Process], Iterable[psutil.Process]]) -> int:
    """Poll and kill processes all the while: what a mail does that kills its reader, done from outside.

    No such mail should exist among ours. Returns the exit status.
    """
    command = [sys.executable, "-m", "service", "poll"]
    with subprocess.Popen(command, cwd=office.folder, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as poll:
        parent = psutil.Process(poll.pid)
        while poll.poll() is None:
            with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                for victim in victims(parent):
                    victim.kill()
            time.sleep(0.001)
        return poll.returncode


def readers_at_work(parent: psutil.Process) -> Iterator[psutil.Process]:
    """Yield the readers that have begun to take in a large mail."""
    for server in parent.children():
        for reader in server.children():
            if reader.io_counters().read_chars > A_MEGABYTE:
                yield reader


def test_a_mail_that_no_reader_survives_is_set_aside_for_its_unit_and_can_be_read_later(office: Office) -> None:
    scan = b"%PDF-1.4\n" + bytes(24 * A_MEGABYTE)
    office.deliver(mails.mail(f"<{CAO_LOC}>", "BC", "Em gửi báo cáo ạ.", [("a.xlsx", good_report()), ("ký.pdf", scan)]))

    assert poll_while_killing(office, readers_at_work) == 0

    (message,) = office.run("messages", "--json").json
    assert (message["outcome"], message["reason"], message["proposal"]) == ("quarantined", "poison", "H183")
    assert (message["subject"], message["from"], message["answers"]) == ("BC", CAO_LOC, [])
    board = {unit["code"]: unit["state"] for unit in office.run("status", "--json", "--at", "2019-07-04").json["units"]}
    assert board["H183"] == "held"
    (change,) = office.run("replay", message["receipt"], "--answer", "--json").json
    assert change["after"].startswith("accepted/valid")
    assert office.run("send", "--json").json["sent"] == 1


def test_where_no_reader_can_be_started_the_mail_waits_and_is_not_blamed(office: Office) -> None:
    office.deliver(report_mail(f"<{CAO_LOC}>", "BC", "a.xlsx", good_report()))

    assert poll_while_killing(office, psutil.Process.children) == 2

    assert [message["outcome"] for message in office.run("messages", "--json").json] == [None]
    assert office.run("poll", "--json").json["outcomes"]["accepted"] == 1


def test_the_database_is_nobody_elses_to_read(office: Office) -> None:
    office.run("status", "--at", "2019-07-01")

    for file in office.folder.glob("rollcall.db*"):
        assert file.stat().st_mode & 0o077 == 0, file.name


def test_the_digest_names_the_next_reminder_however_far_away_it_is(office: Office) -> None:
    office.run("digest", "--at", "2019-06-10T07:30")

    text = letters(office)[0].get_body(("plain",)).get_content()
    assert "08 giờ 00 phút, ngày 27/6/2019: gửi thư nhắc tới 35 đơn vị" in text


def test_whoever_looks_is_told_that_sending_is_paused(office: Office) -> None:
    assert "paused" not in office.run("status", "--at", "2019-07-01").err
    office.run("pause")
    for command in (["status"], ["plan"], ["poll"]):
        assert "paused" in office.run(*command, *(["--at", "2019-07-01"] if command != ["poll"] else [])).err


def test_an_export_into_a_folder_that_is_not_there_says_so(office: Office) -> None:
    told = office.run("export", "-o", "nowhere/e.csv", status=2).err
    assert "there is no folder" in told


def test_a_question_that_comes_with_a_good_report_stands_in_the_digest(office: Office) -> None:
    asked = mails.mail(f"<{CAO_LOC}>", "BC", "Mục 5.4 tính theo Nghị định 56 hay sao ạ?", [("a.xlsx", good_report())])
    office.deliver(asked)

    office.run("digest", "--at", "2019-07-04T07:30")

    assert office.run("messages", "--json").json[0]["outcome"] == "accepted"
    digest = next(letter for letter in letters(office) if "Tình hình báo cáo" in letter["Subject"])
    assert "đơn vị có câu hỏi" in digest.get_body(("plain",)).get_content()
