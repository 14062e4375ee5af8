"""Why a mail is a unit's, or waits, in sentences that an officer reads; the Vietnamese ones word for word."""

from dataclasses import asdict, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from intake import former, sender, weighing
from roll import mails
from service import explaining, shapes, wording
from storage import overviews
from tests.intake import known
from tests.intake.known import CAO_LOC, CHI_LANG, SHARED, STRANGER, contents, reading

NAMES = {entry.unit.code: entry.unit.name for entry in known.roster_2019()}
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def row(
    inside: mails.Contents, assigned: str | None = None, **on_file: tuple[tuple[str, str], ...]
) -> overviews.MailRow:
    """Return the ledger row of a mail with these contents."""
    identity = sender.identify(inside, known.register_2019(), date(2019, 7, 3), sender.OnFile(**on_file))
    understood = known.decided(inside, identity=identity, assigned=assigned)
    headers = inside.headers
    return overviews.MailRow(
        1, "TN-2019-0001", "main", "INBOX", 1, datetime(2019, 7, 3, tzinfo=ZONE), "internaldate",
        headers.from_addresses[0], headers.from_name, headers.subject, understood.outcome.value, understood.reason,
        understood.detail, understood.unit, understood.proposal, understood.campaign, "", inside.text, "0" * 64,
        evidence=[asdict(piece) for piece in understood.evidence],
        reports=[
            {"id": 1, "unit": report.unit, "campaign": "c", "version": 1, "verdict": "valid", "outcome": "accepted"}
            for report in understood.reports
        ],
    )  # fmt: skip


def said(made: overviews.MailRow, language: str = "vi") -> list[str]:
    return explaining.explain(made, language, NAMES)


def test_a_report_on_which_all_agree_says_so():
    assert said(row(contents("", reading("UBND huyện Cao Lộc"), from_name="Phòng LĐ Cao Lộc"))) == [
        f"Địa chỉ {CAO_LOC} đã đăng ký cho UBND huyện Cao Lộc. (+60)",
        "Ô C6 (sheet Bieu 01) của tệp ghi “UBND huyện Cao Lộc”: UBND huyện Cao Lộc. (+100)",
        "Tên hiển thị của người gửi là “Phòng LĐ Cao Lộc”: UBND huyện Cao Lộc. (+8)",
        "Không có gì trái ngược.",
    ]


def test_a_report_says_why_the_runner_up_is_not_believed():
    assert said(row(contents("", reading(), subject="BC huyện Bình Gia")))[-1] == (
        "Cũng có chi tiết nói đến UBND huyện Bình Gia (20 điểm, UBND huyện Cao Lộc có 160 điểm): không đủ để nghi ngờ."
    )


def test_a_strangers_mail_says_what_is_proposed_what_comes_next_and_why_it_waits():
    inside = contents("", reading(""), sender_=STRANGER, subject="BC huyện Văn Quan", from_name="Bình Gia")
    assert said(row(inside)) == [
        f"Địa chỉ {STRANGER} chưa đăng ký cho đơn vị nào vào ngày nhận thư.",
        "Tiêu đề “BC huyện Văn Quan” nói đến UBND huyện Văn Quan. (+20)",
        "Tên hiển thị của người gửi là “Bình Gia”: UBND huyện Bình Gia. (+8)",
        "Đề xuất UBND huyện Văn Quan (20 điểm).",
        "Đứng sau là UBND huyện Bình Gia (8 điểm).",
        "Thư chờ cán bộ vì địa chỉ gửi chưa được đăng ký.",
    ]


def test_a_contradiction_shows_both_sides():
    sentences = said(row(contents("", reading("UBND huyện Cao Lộc"), sender_=CHI_LANG)))
    assert sentences == [
        f"Địa chỉ {CHI_LANG} đã đăng ký cho UBND huyện Chi Lăng. (+60)",
        "Ô C6 (sheet Bieu 01) của tệp ghi “UBND huyện Cao Lộc”: UBND huyện Cao Lộc. (+100)",
        "Đề xuất UBND huyện Cao Lộc (100 điểm).",
        "Đứng sau là UBND huyện Chi Lăng (60 điểm).",
        "Thư chờ cán bộ vì địa chỉ gửi và đơn vị ghi trong tệp không thống nhất.",
    ]


def test_where_as_much_speaks_for_two_or_nothing_for_any_no_unit_is_proposed():
    assert said(row(contents("", reading(""), sender_=SHARED)))[-2] == (
        "UBND huyện Văn Lãng và UBND huyện Văn Quan có căn cứ ngang nhau, nên không đề xuất đơn vị nào."
    )
    assert "Không có căn cứ nào nói đến một đơn vị." in said(row(contents("", reading(""), sender_=STRANGER)))
    assert "Tệp có vẻ là của cấp dưới, nên không đề xuất đơn vị nào." in said(
        row(contents("", reading("UBND xã Yên Trạch")))
    )


def test_a_persons_word_is_named_first():
    sentences = said(row(contents("", reading(""), sender_=STRANGER), assigned="H187"))
    assert sentences[0] == "Cán bộ đã giao thư này cho UBND huyện Chi Lăng."
    assert sentences[-1] == "Thư được tính theo lời cán bộ."


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_source_has_its_sentence_in_both_languages(language: str):
    for source in (*weighing.WEIGHTS, "decision"):
        piece = asdict(mails.Evidence(source, "chữ", ("H183",), 20, "Bieu 01!C6"))
        (first, *_) = said(replace(row(contents("", reading())), evidence=[piece]), language)
        assert first.count("{") == 0
        if source != former.SOURCE:  # its text is a sentence, and names the successors
            assert "UBND huyện Cao Lộc" in first
            assert not first.startswith("chữ")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_evidence_from_before_there_were_weights_is_explained_too(language: str):
    old = [
        {"source": "address", "text": CAO_LOC, "units": ["H183"]},
        {"source": "workbook", "text": "UBND huyện Cao Lộc", "units": ["H183"]},
        {"source": "subject", "text": "BC Bình Gia", "units": ["H181"]},
    ]
    sentences = said(replace(row(contents("", reading())), evidence=old), language)
    assert len(sentences) == 4
    assert not any("+" in sentence for sentence in sentences)
    assert "UBND huyện Bình Gia" in sentences[-1]
    assert "điểm" not in sentences[-1]
    assert "points" not in sentences[-1]


def test_the_explanation_stands_in_json_and_on_the_terminal():
    made = row(contents("", reading(), subject="BC huyện Bình Gia"))
    told = shapes.message_in_full(made, ZONE, explanation=said(made))
    assert told["ranking"] == [{"unit": "H183", "points": 160}, {"unit": "H181", "points": 20}]
    assert (told["runner_up"], told["explanation"]) == ("H181", said(made))
    assert told["evidence"][0] == {
        "source": "address", "text": CAO_LOC, "units": ("H183",), "weight": 60, "place": "", "status": "",
    }  # fmt: skip
    lines = wording.Words("vi", ZONE).mail_in_full(made, names=NAMES)
    assert [line for line in lines if line.startswith("  - ")][:4] == [f"  - {sentence}" for sentence in said(made)]
