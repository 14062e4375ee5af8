"""The mails of an mbox, in each way of writing one; what is odd costs no other mail."""

import io
import mailbox as standard
import random

import pytest

from intake import mbox
from intake.mailbox import HARD_CAP, HEAD

LINE = b"From caoloc@unit.example Thu Jul  4 15:20:00 2019\n"


def mail(subject: str, body: bytes = b"Em gui bao cao.\n", more: bytes = b"") -> bytes:
    return f"From: a@unit.example\nSubject: {subject}\n".encode() + more + b"\n" + body


def read(data: bytes) -> list[mbox.MboxMail]:
    return list(mbox.mails(io.BytesIO(data), len(data)))


def raws(data: bytes) -> list[bytes]:
    return [each.raw for each in read(data)]


def test_each_mail_comes_without_its_line_and_the_blank_line_behind_it():
    one, other = mail("một"), mail("hai", b"hai\n\n")
    found = read(LINE + one + b"\n" + LINE + other + b"\n")
    assert [(each.from_line, each.raw) for each in found] == [(LINE, one), (LINE, other)]


def test_crlf_stays_crlf():
    one, other = (mail(name).replace(b"\n", b"\r\n") for name in ("a", "b"))
    line = LINE.replace(b"\n", b"\r\n")
    assert raws(line + one + b"\r\n" + line + other + b"\r\n") == [one, other]


def test_a_quoted_line_loses_one_sign():
    body = b">From the district\n>>From a reply\n > From stays\n"
    assert raws(LINE + mail("a", body) + b"\n") == [mail("a", b"From the district\n>From a reply\n > From stays\n")]


@pytest.mark.parametrize(
    "paragraph",
    [b"From now on we send at noon.\n", b"From 2019 the unit has 23 communes:\nTotal: 23\n"[:29]],
)
def test_a_paragraph_that_begins_with_from_begins_no_mail(paragraph):
    body = b"Chi oi,\n\n" + paragraph + b"Cam on.\n"
    assert raws(LINE + mail("a", body) + b"\n" + LINE + mail("b") + b"\n") == [mail("a", body), mail("b")]


def test_a_content_length_that_is_right_covers_unquoted_lines():
    body = b"Mo thu cu:\n\n" + LINE + b"Subject: inside\n\nthu cu\n"
    counted = mail("a", body, f"Content-Length: {len(body)}\n".encode())
    assert raws(LINE + counted + b"\n" + LINE + mail("b") + b"\n") == [counted, mail("b")]


@pytest.mark.parametrize("length", [b"0", b"5", b"9999", b"99999999999"])
def test_a_content_length_that_is_wrong_is_passed_over(length):
    counted = mail("a", more=b"Content-Length: " + length + b"\n")
    assert raws(LINE + counted + b"\n" + LINE + mail("b") + b"\n") == [counted, mail("b")]


def test_mails_without_a_blank_line_between_them_are_two():
    assert raws(LINE + mail("a") + LINE + mail("b")) == [mail("a"), mail("b")]


def test_a_line_without_a_date_begins_a_mail_before_header_fields():
    assert raws(LINE + mail("a") + b"\nFrom ???@???\n" + mail("b") + b"\n") == [mail("a"), mail("b")]


def test_what_stands_before_the_first_line_is_kept():
    assert raws(b"\x00\xffrubbish\n\n" + LINE + mail("a")) == [b"\x00\xffrubbish\n", mail("a")]


def test_blank_lines_before_the_first_line_are_nobodys_mail():
    assert raws(b"\n\n" + LINE + mail("a")) == [mail("a")]


def test_a_line_with_nothing_behind_it_is_one_empty_mail():
    found = read(LINE + LINE + mail("a"))
    assert [each.raw for each in found] == [b"", mail("a")]


def test_a_mail_cut_off_at_the_end_is_one_mail():
    assert raws(LINE + mail("a") + b"\n" + LINE + b"Subject: b") == [mail("a"), b"Subject: b"]


def test_a_mail_beyond_the_limit_comes_with_its_beginning_and_the_next_whole():
    large = mail("a", b"A" * HARD_CAP + b"\n")
    found = read(LINE + large + b"\n" + LINE + mail("b"))
    assert [(each.raw, each.cut) for each in found] == [(large[:HEAD], True), (mail("b"), False)]


def test_lines_across_the_borders_of_what_is_read_at_once_are_found():
    rng = random.Random(7)
    for step in range(40):
        body = b"x" * (1024 * 1024 - 120 + step) + b"\n"
        numbered = [mail(str(number), body[: rng.randint(1, len(body))].rstrip(b"\n") + b"\n") for number in range(2)]
        numbered.insert(0, mail("first", body))
        assert raws(b"".join(LINE + each + b"\n" for each in numbered)) == numbered


@pytest.mark.parametrize("seed", range(20))
def test_any_bytes_give_mails_that_together_hold_them(seed):
    rng = random.Random(seed)
    pieces = [LINE, b"\n", b"\r\n", b"From ", b"Subject: a\n", b"Content-Length: 7\n", b"abc", b"\x00", b">From x\n"]
    data = b"".join(rng.choice(pieces) for _ in range(300))
    found = read(data)
    assert found[-1].end == len(data)
    kept = sum(len(each.from_line) + len(each.raw) for each in found)
    unquoted = data.count(b">From ")
    assert len(data) - unquoted - 2 * (len(found) + 1) <= kept <= len(data)


def test_as_many_mails_as_are_written_are_read(tmp_path):
    """Python's own mbox writes as qmail's mboxo does; it is used to write here only."""
    box = standard.mbox(tmp_path / "thư.mbox")
    for number in range(30):
        box.add(mail(str(number), b"From the unit\n\nFrom here on:\nnothing\n" * (number + 1)))
    box.close()
    data = (tmp_path / "thư.mbox").read_bytes()
    assert len(read(data)) == 30
