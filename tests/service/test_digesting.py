"""The digest as it goes out: one letter a day for all campaigns, what changed, the mailbox counted, files that open."""

import io
import re
from collections.abc import Callable
from datetime import date, datetime
from email.message import EmailMessage
from urllib.parse import unquote

import openpyxl
import pytest
import sqlalchemy as sa

from service import digest_facts
from storage import tables
from tests.forms import workbooks
from tests.intake import mails
from tests.journeys.office import form_2019, report_mail
from tests.journeys.test_two_campaigns import add_campaign
from tests.service.stepped import BAC_SON, FIRST, JUSTICE, NAME, STAFF, Stepped, files_of, on, text_of

Step = Callable[..., Stepped]
OTHER = "binh-dang-gioi-2019"
SECOND_READER = "lan@so.example"
DOWN = "421 4.3.2 not now"
TITLE = "THÁNG HÀNH ĐỘNG VÌ TRẺ EM NĂM 2019"


def report(stepped: Stepped, at: datetime, seed: int = 1) -> bytes:
    """Let a good report of Bắc Sơn come in; return its workbook."""
    workbook = workbooks.filled_2019(form_2019(), "UBND huyện Bắc Sơn", seed)
    raw = report_mail(f"<{FIRST}>", "BC", "BC Bac Son.xlsx", workbook, Message_ID=f"<{at:%d%H}@u.example>")
    stepped.office.deliver(raw, at)
    return workbook


def digest_of(stepped: Stepped, at: datetime, to: str = STAFF) -> EmailMessage:
    """Return the one digest that goes to a recipient at an instant."""
    stepped.new_letters()
    stepped.tell_staff(at)
    (letter,) = (each for each in stepped.new_letters() if each["To"] == to)
    return letter


def digests_on(stepped: Stepped, at: datetime) -> list[str]:
    """Return who gets a digest at an instant."""
    stepped.new_letters()
    stepped.tell_staff(at)
    return sorted(each["To"] for each in stepped.new_letters() if "[Tình hình báo cáo]" in each["Subject"])


def opened(letter: EmailMessage) -> dict[str, openpyxl.Workbook]:
    """Return the workbooks that go with a letter."""
    return {name: openpyxl.load_workbook(io.BytesIO(data)) for name, data in files_of(letter).items()}


def numbers(book: openpyxl.Workbook, sheet: str, column: str) -> list[float]:
    cells = (cell.value for cell in book[sheet][column])
    return [value for value in cells if isinstance(value, int | float)]


# When, and to whom


def test_each_recipient_gets_one_digest_on_each_working_day(step: Step) -> None:
    stepped = step((BAC_SON,))
    config = stepped.office.folder / "config.toml"
    both = config.read_text("utf-8").replace(f'digest_to = ["{STAFF}"]', f'digest_to = ["{STAFF}", "{SECOND_READER}"]')
    assert digests_on(stepped, on(28, 9, month=6)) == [STAFF]
    assert digests_on(stepped, on(1, 7, 29)) == []
    assert digests_on(stepped, on(1, 7, 30)) == [STAFF]
    assert digests_on(stepped, on(1, 15)) == []

    config.write_text(both, "utf-8")
    stepped.reopen()

    assert digests_on(stepped, on(1, 16)) == [SECOND_READER], "who was told has his digest of the day"
    assert digests_on(stepped, on(2, 7, 30)) == sorted([STAFF, SECOND_READER])


def test_a_digest_that_was_missed_is_told_when_the_office_runs_again_and_once(step: Step) -> None:
    stepped = step((BAC_SON,))
    assert digests_on(stepped, on(1, 7, 30)) == [STAFF]
    assert digests_on(stepped, on(6, 11)) == [STAFF], "on a Saturday it is Friday's"
    assert digests_on(stepped, on(7, 11)) == []


def test_without_a_recipient_it_is_said_where_to_name_one(step: Step) -> None:
    stepped = step((BAC_SON,))
    config = stepped.office.folder / "config.toml"
    config.write_text(config.read_text("utf-8").replace(f'digest_to = ["{STAFF}"]', ""), "utf-8")
    assert "[staff] digest_to" in stepped.command("digest", "--at", "2019-07-01T09:00")


def test_one_letter_tells_of_two_campaigns_with_the_consolidated_workbook_of_each(step: Step) -> None:
    stepped = step((BAC_SON, JUSTICE))
    kept = (f"{BAC_SON},", f"{JUSTICE},", "code,")
    add_campaign(
        stepped.office.folder / "campaigns" / OTHER, "2019-06-02",
        lambda units: "".join(line for line in units.splitlines(keepends=True) if line.startswith(kept)),
    )  # fmt: skip
    stepped.reopen()
    workbook = report(stepped, on(1, 7))

    letter = digest_of(stepped, on(1, 7, 30))

    assert "1/4 báo cáo đã gửi, 02 đợt" in letter["Subject"]
    assert text_of(letter).count("Chưa nhận được báo cáo (") == 2
    files = opened(letter)
    assert sorted(files) == [f"Tong hop {name} - 20190701-0730.xlsx" for name in (OTHER, NAME)]
    mine = files[f"Tong hop {NAME} - 20190701-0730.xlsx"]
    sent = openpyxl.load_workbook(io.BytesIO(workbook))
    assert numbers(mine, "huyện Bắc Sơn", "D") == numbers(sent, "Bieu 01", "D")
    assert len(numbers(mine, "huyện Bắc Sơn", "D")) >= 50
    assert digests_on(stepped, on(1, 12)) == []
    assert "1/4 báo cáo đã gửi, 02 đợt" in stepped.command("letters", "preview", "digest", "--at", "2019-07-01T08:00")
    alone = stepped.command("letters", "preview", "digest", "--campaign", OTHER, "--at", "2019-07-01T08:00")
    assert "02 đợt" not in alone
    assert "0/2 đơn vị đã gửi" in alone


# What changed


def test_the_change_since_the_last_digest_is_told_and_that_nothing_changed_as_well(step: Step) -> None:
    stepped = step()
    first = text_of(digest_of(stepped, on(1, 7, 30)))
    assert "Không có thay đổi" not in first
    assert "Đã gửi: 0 (0,0%)" in first

    report(stepped, on(1, 9))
    second = text_of(digest_of(stepped, on(2, 7, 30)))
    assert "Đã gửi: 1 (33,3%) (+1)" in second
    assert "thay đổi so với bản tin trước (07 giờ 30 phút, ngày 01/7/2019)" in second

    third = text_of(digest_of(stepped, on(3, 7, 30)))
    assert "Không có thay đổi so với bản tin trước (07 giờ 30 phút, ngày 02/7/2019)" in third
    assert "(+" not in third


def test_a_digest_that_waits_gives_way_to_the_next_which_tells_the_change_since_the_last_that_went_out(
    step: Step,
) -> None:
    stepped = step()
    digest_of(stepped, on(1, 7, 30))
    report(stepped, on(1, 9))
    stepped.poll(on(1, 9))
    stepped.new_letters()
    stepped.sink.script("MAIL", DOWN)
    stepped.tell_staff(on(2, 7, 30))
    assert stepped.states("digest") == ["sent", "queued"]
    stepped.sink.script("MAIL")

    text = text_of(digest_of(stepped, on(3, 7, 30)))

    assert stepped.states("digest") == ["sent", "cancelled", "sent"]
    assert "later digest" in next(row.error for row in stepped.outbox("digest") if row.state == "cancelled")
    assert "(+1)" in text
    assert "bản tin trước (07 giờ 30 phút, ngày 01/7/2019)" in text


def test_a_digest_that_waits_gives_way_in_the_time_of_an_extension_as_well(step: Step) -> None:
    stepped = step(closes="2019-07-06")
    stepped.command("campaign", "extend", NAME, BAC_SON, "2019-07-12T00:00")
    stepped.sink.script("MAIL", DOWN)
    stepped.tell_staff(on(10, 7, 30))
    stepped.sink.script("MAIL")
    stepped.new_letters()

    stepped.send(on(11, 7))

    assert (stepped.told(), stepped.states("digest")) == ([], ["cancelled"])
    assert digests_on(stepped, on(11, 7, 30)) == [STAFF]


def test_the_final_digest_comes_after_the_close_says_so_and_is_the_last(step: Step) -> None:
    stepped = step(closes="2019-07-06")
    before = text_of(digest_of(stepped, on(5, 7, 30)))
    assert "Bản tin cuối" not in before

    final = text_of(digest_of(stepped, on(8, 7, 30)))

    assert "Bản tin cuối: đợt báo cáo đã kết thúc lúc 00 giờ 00 phút, ngày 06/7/2019" in final
    assert "Không còn thư nhắc tự động trong đợt này" in final
    assert [digests_on(stepped, on(day, 7, 30)) for day in (9, 15)] == [[], []]


@pytest.mark.parametrize(("at", "recipients"), [(on(22, 7, 29), [STAFF]), (on(22, 7, 30), [])])
def test_a_final_digest_that_was_missed_is_caught_up_within_two_weeks(
    step: Step, at: datetime, recipients: list[str]
) -> None:
    assert digests_on(step((BAC_SON,), closes="2019-07-06"), at) == recipients


# The mailbox counted


def test_the_mailbox_is_counted_against_the_ledger(step: Step) -> None:
    stepped = step((BAC_SON,))
    report(stepped, on(1, 7))
    stepped.office.deliver(mails.mail("<la@mail.example>", "Mời họp", Message_ID="<1@mail.example>"), on(1, 7, 5))

    assert "Đối soát: 2 thư trong hộp thư = 2 thư trong sổ." in text_of(digest_of(stepped, on(1, 7, 30)))

    with stepped.office.dovecot.client(stepped.office.user, "INBOX") as client:
        client.delete_messages(client.search()[:1])
        client.expunge()
    assert "Đối soát: 1 thư trong hộp thư = 1 thư trong sổ (sổ có tất cả 2 thư," in text_of(
        digest_of(stepped, on(2, 7, 30))
    )


def test_a_mail_that_the_ledger_has_lost_is_an_alarm(step: Step) -> None:
    stepped = step((BAC_SON,))
    for number in (1, 2):
        stepped.office.deliver(mails.mail("<la@mail.example>", "Mời", Message_ID=f"<{number}@m.example>"), on(1, 7))
    stepped.poll(on(1, 7, 5))
    with stepped.rollcall.store.writing() as connection:
        last = sa.select(sa.func.max(tables.mails.c.id)).scalar_subquery()
        connection.execute(sa.update(tables.mails).where(tables.mails.c.id == last).values(uid=99))

    text = text_of(digest_of(stepped, on(1, 7, 30)))

    assert "Đối soát: hộp thư có 2 thư, trong đó 1 thư có trong sổ." in text
    assert 'bằng lệnh "rollcall audit"' in text


def test_a_mail_that_comes_after_the_pass_makes_no_difference(step: Step) -> None:
    stepped = step((BAC_SON,))
    report(stepped, on(1, 7))
    stepped.poll(on(1, 7, 5))
    stepped.office.deliver(mails.mail("<la@mail.example>", "Mời họp", Message_ID="<1@mail.example>"), on(1, 7, 6))
    counted = digest_facts.count_mailbox(stepped.known())
    assert counted is not None
    assert (counted.seen, counted.kept) == (1, 1)


def test_no_digest_goes_out_while_the_mailbox_cannot_be_read(step: Step) -> None:
    stepped = step((BAC_SON,))
    stepped.configure(imap_port="1")
    tally = stepped.tell_staff(on(1, 7, 30))
    assert stepped.told() == []
    assert any("No digest was queued" in trouble for trouble in tally.troubles)
    stepped.configure()
    assert digests_on(stepped, on(1, 9)) == [STAFF]


# Tasks


def test_tasks_stand_first_and_one_is_settled_by_sending_the_mail_that_its_link_opens(step: Step) -> None:
    stepped = step((BAC_SON,))
    question = mails.mail(f"<{FIRST}>", "Hỏi", "Mục 5.4 tính thế nào ạ?", Message_ID="<q1@u.example>")
    stepped.office.deliver(question, on(1, 7))
    letter = digest_of(stepped, on(1, 7, 30))
    text = text_of(letter)
    assert "01 việc cần xử lý" in letter["Subject"]
    assert text.index("VIỆC CẦN CÁN BỘ XỬ LÝ (01)") < text.index(FIRST) < text.index(TITLE)
    assert "trong 07 ngày" in text
    html = letter.get_body(("html",))
    assert html is not None
    (link,) = re.findall(r'href="mailto:ptelangson@so.example\?subject=([^"]+)"', html.get_content())

    answer = mails.mail(f"<{STAFF}>", unquote(link), "", Message_ID="<a1@so.example>")
    stepped.office.deliver(answer, on(1, 9))
    after = digest_of(stepped, on(2, 7, 30))

    assert "việc cần xử lý" not in after["Subject"]
    assert "Không có việc nào đang chờ cán bộ xử lý" in text_of(after)


def test_a_digest_is_one_days_by_its_key_and_names_its_campaigns(step: Step) -> None:
    stepped = step((BAC_SON,))
    digest_of(stepped, on(1, 9))
    with stepped.rollcall.store.reading() as connection:
        keys = connection.execute(sa.select(tables.letters.c.key)).scalars().all()
    assert keys == [f"digest:{NAME}:{date(2019, 7, 1)}:{STAFF}"]
