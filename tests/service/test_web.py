"""The staff page: what it shows, what it refuses, and that nothing a sender wrote can act in it."""

import base64
import json
import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path

import flask
import pytest
from flask.testing import FlaskClient

from roll.outcomes import State
from service import assemble, config, jobs, shapes, web
from service.demo import sample_mails, sample_workbooks, stage
from service.demo.sample_files import Report
from service.tally import Tally
from service.web import board_page, gate, phrases, words
from service.wording import Words
from storage import inbox, overviews
from tests import databases

VIETNAM = timezone(timedelta(hours=7))
NOW = datetime(2019, 7, 5, 9, 30, tzinfo=VIETNAM)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{ 7*7 }}\u202egnp.exe"
CONFIG = """
[office]
name = "Sở <b>Lao động</b>"
language = "{language}"

[[mailbox]]
address = "ptelangson@so.example"
host = "127.0.0.1"
port = 1
security = "none"
password = "x"

[smtp]
host = "127.0.0.1"
port = 1
security = "none"
from = "ptelangson@so.example"

[web]
host = "{host}"
"""


def make(folder: Path, language: str = "vi", host: str = "127.0.0.1") -> assemble.Rollcall:
    shutil.copytree(stage.CAMPAIGN, folder / "campaigns" / stage.CAMPAIGN.name)
    (folder / "config.toml").write_text(
        CONFIG.format(language=language, host=host) + databases.section(folder / "rollcall.db"), "utf-8"
    )
    return assemble.open_rollcall(config.load(folder / "config.toml", {}), assemble.fixed_clock(NOW))


def take_in(rollcall: assemble.Rollcall, *mails: tuple[bytes, datetime]) -> None:
    arrivals = [
        inbox.Arrival(
            data=raw, mailbox="main", folder="INBOX", uidvalidity=1, uid=uid, received_at=at, received_by="internaldate"
        )
        for uid, (raw, at) in enumerate(mails, start=1)
    ]
    with rollcall.store.writing() as connection:
        inbox.enter(connection, arrivals, rollcall.now(), rollcall.zone)
    jobs.handle_waiting(rollcall, Tally())


def draft(name: str, sender: str, subject: str, text: str, **options: object) -> bytes:
    return sample_mails.mail(sample_mails.Draft(name, sender, subject, text, NOW - timedelta(days=2), **options))


@pytest.fixture(scope="module")
def rollcall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[assemble.Rollcall]:
    opened = make(tmp_path_factory.mktemp("web"))
    blank = sample_workbooks.Blank(stage.form())
    at = NOW - timedelta(days=2)
    good = sample_mails.attachment("BC.xlsx", Report("UBND huyện Cao Lộc", 1).xlsx(blank, at))
    bad = sample_mails.attachment(
        f"{HOSTILE}.xlsx", Report("UBND huyện Bình Gia", 2, {"D45": 99_999, "D59": HOSTILE}).xlsx(blank, at)
    )
    cao_loc, binh_gia = (f"phongldtbxhdt.{unit}@langson.example" for unit in ("caoloc", "binhgia"))
    stranger = f"{HOSTILE.replace('<', '').replace('>', '')} <x@mail.example>"
    take_in(
        opened,
        (draft("good", cao_loc, "BC", "Em gửi.", parts=[good]), at),
        (draft("bad", binh_gia, HOSTILE, HOSTILE, parts=[bad]), at),
        (draft("stranger", stranger, f"BC {HOSTILE}", f"Em gửi báo cáo. {HOSTILE}"), at),
    )
    yield opened
    opened.store.close()


@pytest.fixture
def client(rollcall: assemble.Rollcall) -> FlaskClient:
    return web.create_app(rollcall).test_client()


class Elements(HTMLParser):
    """The elements and attributes of a page, as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


PAGES = (
    *("/", "/?state=missing", "/mails", "/mails?outcome=held", "/mails?unit=H183", "/mails/1", "/mails/2", "/mails/3"),
    *("/reviews", "/letters", "/letters/1", "/letters/2", "/no-such-page"),
)


@pytest.mark.parametrize("address", PAGES)
def test_nothing_that_a_sender_wrote_becomes_an_element_or_an_attribute(client: FlaskClient, address: str) -> None:
    text = client.get(address).get_data(as_text=True)

    page = Elements()
    page.feed(text)
    assert not {"script", "img", "iframe", "style"} & set(page.tags)
    assert "<b>Lao" not in text
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]
    assert "\u202e" not in text


@pytest.mark.parametrize("address", PAGES)
def test_every_page_forbids_scripts_frames_and_sniffing(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_what_a_sender_wrote_is_shown_word_for_word(client: FlaskClient) -> None:
    text = client.get("/mails/3").get_data(as_text=True)

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "{{ 7*7 }}" in text


def test_the_board_shows_every_unit_with_its_state_in_words(client: FlaskClient, rollcall: assemble.Rollcall) -> None:
    text = client.get("/").get_data(as_text=True)

    for campaign, _ in rollcall.loaded():
        assert all(entry.unit.name in text for entry in campaign.roster)
    assert "Đã tiếp nhận, hợp lệ" in text
    assert "trước ngày 05 tháng 7 năm 2019" in text
    assert text.count("<caption>") == 3
    assert '<th scope="col">' in text


def test_the_board_is_narrowed_by_a_link(client: FlaskClient) -> None:
    text = client.get("/?state=valid").get_data(as_text=True)

    assert "UBND huyện Cao Lộc" in text
    assert "UBND huyện Bình Gia" not in text


def test_the_worst_stand_first_and_those_only_asked_behind_them(rollcall: assemble.Rollcall) -> None:
    with rollcall.store.reading() as connection:
        board = overviews.board_of(connection, rollcall.loaded()[0][0], NOW)

    districts, departments, _ = board_page.groups(board)
    assert [unit.state for unit in districts.units[-3:]] == [State.MISSING, State.NEEDS_FIX, State.VALID]
    assert [unit.obligation for unit in departments.units[-3:]] == ["asked"] * 3
    assert [group.kind for group in board_page.groups(board, State.VALID)] == ["district"]


def test_the_five_numbers_and_the_bar_are_those_of_the_required_units(rollcall: assemble.Rollcall) -> None:
    with rollcall.store.reading() as connection:
        board = overviews.board_of(connection, rollcall.loaded()[0][0], NOW)

    assert board_page.numbers(board) == {"expected": 35, "received": 2, "on_time": 2, "valid": 1, "missing": 33}
    bar = board_page.slices(board)
    assert [(each.state, each.count) for each in bar] == [(State.VALID, 1), (State.NEEDS_FIX, 1), (State.MISSING, 33)]
    assert (bar[0].start, bar[-1].start + bar[-1].width) == (0, 1000)


def test_a_mail_shows_its_files_its_errors_its_evidence_and_its_answer(client: FlaskClient) -> None:
    text = client.get("/mails/2").get_data(as_text=True)

    assert "D45" in text
    assert "99.999" in text
    assert "cần chỉnh sửa" in text
    assert "phongldtbxhdt.binhgia@langson.example" in text
    assert "Đề nghị chỉnh sửa" in text


def test_a_mail_is_found_by_its_receipt_number_in_any_case(client: FlaskClient) -> None:
    receipt = client.get("/mails/1?format=json").get_json()["receipt"]

    shown = [client.get(f"/mails/{written}?format=json").get_json()["id"] for written in (receipt, receipt.lower())]
    assert shown == [1, 1]


@pytest.mark.parametrize("mail", ["0", "99", "9" * 40, "²", "TN-2019-9999", "%00", "1;drop", "-1"])
def test_a_mail_that_is_not_there_is_told_in_words(client: FlaskClient, mail: str) -> None:
    answer = client.get(f"/mails/{mail}")

    assert answer.status_code == 404
    assert "Không có trang này" in answer.get_data(as_text=True)


@pytest.mark.parametrize("letter", ["0", "99", "9" * 40, "²", "x"])
def test_a_letter_that_is_not_there_is_told_in_words(client: FlaskClient, letter: str) -> None:
    assert client.get(f"/letters/{letter}").status_code == 404


def test_a_letter_is_shown_as_text_and_its_html_part_is_not(client: FlaskClient) -> None:
    text = client.get("/letters/1").get_data(as_text=True)

    assert "Kính gửi: UBND huyện Cao Lộc" in text
    assert "&lt;td" not in text
    assert "&lt;html" not in text


def test_beside_every_page_is_its_data_in_the_shape_of_the_contract(
    client: FlaskClient, rollcall: assemble.Rollcall
) -> None:
    campaign = rollcall.loaded()[0][0]
    with rollcall.store.reading() as connection:
        board = shapes.status(overviews.board_of(connection, campaign, NOW), campaign, rollcall.zone)
        ledger = [shapes.message(row, rollcall.zone) for row in overviews.ledger(connection)]

    assert client.get("/?format=json").get_json() == json.loads(json.dumps(board))
    assert client.get("/mails?format=json").get_json() == ledger
    assert client.get("/mails/2?format=json").get_json() == ledger[1]
    assert [row["id"] for row in client.get("/reviews?format=json").get_json()] == [3]
    assert [row["kind"] for row in client.get("/letters?format=json").get_json()] == ["acknowledgement", "return"]
    assert client.get("/letters/1?format=json").get_json()["unit"] == "H183"
    assert client.get("/letters?format=json").mimetype == "application/json"


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_can_be_changed_through_the_page(client: FlaskClient, method: str) -> None:
    answer = getattr(client, method)("/mails/1")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_loopback_page_answers_to_its_own_names_only(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "127.0.0.1:8080"}).status_code == 200
    assert client.get("/", headers={"Host": "rebound.example"}).status_code == 400


def test_the_page_speaks_english_where_the_office_does(tmp_path: Path) -> None:
    opened = make(tmp_path, language="en", host="0.0.0.0")
    reader = web.create_app(opened).test_client()

    text = reader.get("/").get_data(as_text=True)
    assert "nothing received" in text
    assert "Sở &lt;b&gt;Lao động&lt;/b&gt;" in text
    assert reader.get("/mails", headers={"Host": "rollcall.langson.example"}).status_code == 200
    opened.store.close()


def test_without_a_campaign_the_board_says_so(tmp_path: Path) -> None:
    opened = make(tmp_path)
    shutil.rmtree(tmp_path / "campaigns")
    (tmp_path / "campaigns").mkdir()
    opened.store.close()
    databases.drop_under(tmp_path)
    (tmp_path / "rollcall.db").unlink(missing_ok=True)
    databases.url_of(tmp_path / "rollcall.db")
    empty = assemble.open_rollcall(opened.config, assemble.fixed_clock(NOW))

    assert "Chưa có đợt báo cáo nào" in web.create_app(empty).test_client().get("/").get_data(as_text=True)
    empty.store.close()


def test_a_gate_opens_to_the_right_user_and_password_only(rollcall: assemble.Rollcall) -> None:
    app: flask.Flask = web.create_app(rollcall)
    gate.require_sign_in(app, "demo", "đúng mật khẩu")
    reader = app.test_client()

    def status(user: str, password: str) -> int:
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        with reader.get("/static/page.css", headers={"Authorization": f"Basic {token}"}) as answer:
            return answer.status_code

    assert status("demo", "đúng mật khẩu") == 200
    assert [status("demo", "sai"), status("khác", "đúng mật khẩu"), status("", "")] == [401, 401, 401]
    refused = reader.get("/")
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Basic ")
    assert "Cao Lộc" not in refused.get_data(as_text=True)
    assert reader.get("/", headers={"Authorization": "Bearer x"}).status_code == 401


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2019-07-02T22:00", "Còn 2 ngày 2 giờ đến hết thời hạn (hết ngày 04/07/2019)."),
        ("2019-07-04T23:59", "Còn 1 phút đến hết thời hạn (hết ngày 04/07/2019)."),
        ("2019-07-05T00:00", "chưa tính là quá hạn; còn 1 ngày."),
        ("2019-07-06T03:00", "Đã quá hạn 3 giờ. Tiếp nhận đến hết ngày 09/07/2019."),
        ("2019-07-10T00:00", "Đợt báo cáo đã đóng từ hết ngày 09/07/2019."),
    ],
)
def test_the_time_left_is_told_by_the_exclusive_deadline(rollcall: assemble.Rollcall, at: str, said: str) -> None:
    campaign = rollcall.loaded()[0][0]

    told = words.PageWords(Words("vi", rollcall.zone)).time_left(campaign, datetime.fromisoformat(f"{at}+07:00"))

    assert told.endswith(said)


def test_every_phrase_is_there_in_both_languages() -> None:
    assert phrases.TEXTS["vi"].keys() == phrases.TEXTS["en"].keys()
    for key, phrase in phrases.TEXTS["vi"].items():
        assert set(re.findall(r"{\w+}", phrase)) == set(re.findall(r"{\w+}", phrases.TEXTS["en"][key])), key


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_badge_has_the_contrast_that_wcag_asks_of_text() -> None:
    css = (Path(web.__file__).parent / "static" / "page.css").read_text("utf-8")
    pairs = re.findall(r"background: (#[0-9a-f]{6}); color: (#[0-9a-f]{6})", css)

    assert len(pairs) >= 6
    for background, text in pairs:
        light, dark = sorted((_luminance(background), _luminance(text)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (background, text)
