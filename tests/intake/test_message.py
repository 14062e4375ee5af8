"""One mail's bytes to headers, text and leaves: ordinary mails, the case list of broken ones, and any bytes at all."""

import base64
import unicodedata

import pytest

from intake import message
from tests.intake import mails

WORKBOOK = b"PK\x03\x04" + bytes(range(256)) * 20
NAME = "BC THÁNG HĐ VÌ TRẺ EM - CAO LỘC.xlsx"


def names(raw: bytes) -> list[str]:
    return [leaf.name for leaf in message.parse(raw).leaves]


def named(disposition: str) -> str:
    """Return the file name found in a mail whose one attachment has the field `disposition`."""
    one = mails.part("application/octet-stream", WORKBOOK, Content_Disposition=disposition)
    found = message.parse(mails.head("a@unit.example") + mails.multipart([one]))
    assert [leaf.data for leaf in found.leaves] == [WORKBOOK]
    return found.leaves[0].name


class TestAnOrdinaryMail:
    raw = mails.mail(
        "Phòng LĐTBXH Cao Lộc <caoloc@Unit.EXAMPLE>",
        "BC Tháng HĐ vì trẻ em 2019",
        "Em gửi báo cáo ạ.",
        [(NAME, WORKBOOK)],
    )

    def test_its_headers_are_decoded(self):
        headers = message.parse(self.raw).headers
        assert headers.from_name == "Phòng LĐTBXH Cao Lộc"
        assert headers.from_addresses == ("caoloc@unit.example",)
        assert headers.subject == "BC Tháng HĐ vì trẻ em 2019"
        assert headers.to == ("ptelangson@so.example",)
        assert headers.message_id == "<20190704152000.1@unit.example>"

    def test_its_text_and_attachment_are_found_and_nothing_is_odd(self):
        found = message.parse(self.raw)
        assert (found.text, found.quoted, found.flaws, found.dangers) == ("Em gửi báo cáo ạ.", "", (), ())
        assert [(leaf.name, leaf.data, leaf.inline) for leaf in found.leaves] == [(NAME, WORKBOOK, False)]

    def test_machine_fields_and_results_keep_their_order(self):
        raw = b"Authentication-Results: top; none\r\nReceived: by a; Thu, 4 Jul 2019 10:00:00 +0700\r\n" + mails.head(
            "a@unit.example",
            Precedence="bulk",
            List_Id="<x.example>",
            Authentication_Results="below; none",
            Received="by b",
        )
        headers = message.parse(raw + b"\r\nx").headers
        assert headers.authentication_results == ("top; none", "below; none")
        assert headers.received[0].startswith("by a")
        assert {"precedence": "bulk", "list-id": "<x.example>"}.items() <= dict(headers.machine).items()


class TestFileNames:
    def test_percent_encoded(self):
        assert named("attachment; filename*=UTF-8''B%C3%A1o%20c%C3%A1o.xlsx") == "Báo cáo.xlsx"

    def test_continued_with_a_cut_inside_a_character(self):
        assert named("attachment; filename*0*=UTF-8''B%C3; filename*1*=%A1o; filename*2=\" c.xlsx\"") == "Báo c.xlsx"

    def test_continuations_out_of_order(self):
        assert named('attachment; filename*1="b.xlsx"; filename*0="a"') == "ab.xlsx"

    def test_an_encoded_word_in_quotes(self):
        assert named(f'attachment; filename="{mails.word("Báo cáo.xlsx")}"') == "Báo cáo.xlsx"

    def test_encoded_words_cut_inside_a_character(self):
        first, second = (base64.b64encode(piece).decode() for piece in (b"B\xc3", b"\xa1o.xlsx"))
        assert named(f'attachment; filename="=?utf-8?B?{first}?=\r\n =?utf-8?B?{second}?="') == "Báo.xlsx"

    def test_raw_utf_8(self):
        assert named('attachment; filename="Báo cáo.xlsx"') == "Báo cáo.xlsx"

    def test_raw_windows_1258_with_combining_tones(self):
        raw = unicodedata.normalize("NFC", "BÁO CÁO").encode("cp1258").decode("utf-8", "surrogateescape")
        assert named(f'attachment; filename="{raw} lâ\u0300n.xlsx"'.replace("lâ\u0300n", "2")) == "BÁO CÁO 2.xlsx"

    def test_decomposed_as_macos_writes_it(self):
        assert named(f'attachment; filename="{unicodedata.normalize("NFD", NAME)}"') == NAME

    def test_percent_encoded_wins_over_the_plain_one(self):
        assert named("attachment; filename=\"B?o.xlsx\"; filename*=UTF-8''B%C3%A1o.xlsx") == "Báo.xlsx"

    def test_unquoted_with_spaces_and_brackets(self):
        assert named("attachment; filename=bc thang(1).xlsx") == "bc thang(1).xlsx"

    def test_only_in_the_content_type(self):
        one = mails.part(f'application/vnd.ms-excel; name="{mails.word(NAME)}"', WORKBOOK)
        assert names(mails.head("a@unit.example") + mails.multipart([one])) == [NAME]

    def test_none_at_all_still_gives_the_file(self):
        assert named("attachment") == ""

    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("../../etc/passwd.xlsx", "passwd.xlsx"),
            ("C:\\\\Users\\\\Lan\\\\BC.xlsx", "BC.xlsx"),
            ("\\\\\\\\srv\\\\share\\\\BC.xlsx", "BC.xlsx"),
            ("C:BC.xlsx", "BC.xlsx"),
            ("\u202excslx.exe", "xcslx.exe"),
            ("\u200b.htaccess", ".htaccess"),
            ("a\u200b\ufeffb\u2066.xlsx", "ab.xlsx"),
            ("..", ""),
            (f"{'a' * 4096}.xlsx", f"{'a' * 250}.xlsx"),
        ],
    )
    def test_names_that_would_deceive_are_cleaned(self, written, kept):
        assert named(f'attachment; filename="{written}"') == kept

    def test_a_section_number_beyond_reason_is_survived(self):
        assert named('attachment; filename="BC.xlsx"; name*999999999*=x; name*99999999999999=y') == "BC.xlsx"

    def test_a_bare_star_is_survived(self):
        assert named('attachment; filename="BC.xlsx"; name*') == "BC.xlsx"

    def test_twenty_thousand_sections_need_a_person(self):
        many = "".join(f'; filename*{n}="a"' for n in range(20_000))
        one = mails.part("application/octet-stream", WORKBOOK, Content_Disposition=f"attachment{many}")
        found = message.parse(mails.head("a@unit.example") + mails.multipart([one]))
        assert "too_many_parameters" in found.flaws
        assert [leaf.data for leaf in found.leaves] == [WORKBOOK]


class TestEveryAttachmentIsFound:
    book = mails.part("image/jpeg", WORKBOOK, Content_Disposition='inline; filename="BC.xlsx"')
    text = mails.part("text/plain", b"text")

    @pytest.mark.parametrize("kind", ["mixed", "related", "alternative", "signed", "report", "x-unheard-of"])
    def test_in_any_multipart_whatever_its_type_and_disposition(self, kind):
        found = message.parse(mails.head("a@unit.example") + mails.multipart([self.text, self.book], kind))
        assert [(leaf.name, leaf.data, leaf.inline) for leaf in found.leaves] == [("BC.xlsx", WORKBOOK, True)]

    def test_inside_related_inside_alternative(self):
        inner = mails.multipart([mails.part("text/html", b"<p>x</p>"), self.book], "related", "inner")
        found = message.parse(mails.head("a@unit.example") + mails.multipart([self.text, inner], "alternative"))
        assert [leaf.name for leaf in found.leaves] == ["BC.xlsx"]

    def test_inside_an_attached_mail_which_is_named(self):
        nested = mails.mail("c@other.example", attachments=[(NAME, WORKBOOK)], text="Lời của người khác", boundary="n")
        one = b'Content-Type: message/rfc822; name="chuyen.eml"\r\n\r\n' + nested
        found = message.parse(mails.head("a@unit.example") + mails.multipart([self.text, one]))
        assert [(leaf.name, leaf.data, leaf.container) for leaf in found.leaves] == [(NAME, WORKBOOK, "chuyen.eml")]
        assert found.headers.from_addresses == ("a@unit.example",)
        assert (found.text, found.quoted) == ("text", "Lời của người khác")
        assert [mail.from_addresses for mail in found.attached] == [("c@other.example",)]

    def test_of_a_mail_in_a_mail_in_a_mail_the_outermost_header_comes_first(self):
        inmost = mails.mail("c@other.example", subject="BC gốc")
        middle = mails.head("b@other.example") + mails.multipart(
            [b"Content-Type: message/rfc822\r\n\r\n" + inmost], "mixed", "m"
        )
        outer = mails.head("a@unit.example") + mails.multipart(
            [self.text, b"Content-Type: message/rfc822\r\n\r\n" + middle]
        )
        found = message.parse(outer).attached
        assert [mail.from_addresses[0] for mail in found] == ["b@other.example", "c@other.example"]
        assert found[1].subject == "BC gốc"

    def test_no_more_headers_of_attached_mails_are_kept_than_a_chain_may_have(self):
        nested = b"Content-Type: message/rfc822\r\n\r\n" + mails.mail("c@other.example")
        found = message.parse(mails.head("a@unit.example") + mails.multipart([self.text, *[nested] * 30]))
        assert len(found.attached) == message.MAX_ATTACHED

    def test_inside_an_attached_mail_in_base64_or_called_octet_stream(self):
        nested = mails.mail("c@other.example", attachments=[(NAME, WORKBOOK)], boundary="n")
        for kind in ("message/rfc822", "application/octet-stream"):
            one = mails.part(kind, nested, Content_Disposition='attachment; filename="a.eml"')
            assert names(mails.head("a@unit.example") + mails.multipart([self.text, one])) == [NAME]

    def test_as_the_only_content_of_the_mail(self):
        one = mails.part("application/octet-stream", WORKBOOK)
        found = message.parse(mails.head("a@unit.example") + one)
        assert [leaf.data for leaf in found.leaves] == [WORKBOOK]

    def test_declared_as_nameless_text(self):
        found = message.parse(mails.head("a@unit.example") + mails.multipart([mails.part("text/plain", WORKBOOK)]))
        assert [leaf.data for leaf in found.leaves] == [WORKBOOK]

    def test_thirty_of_them(self):
        files = [(f"{n}.xlsx", WORKBOOK) for n in range(30)]
        assert names(mails.mail(attachments=files)) == [name for name, _ in files]

    def test_where_the_boundary_is_not_declared(self):
        raw = mails.mail(attachments=[(NAME, WORKBOOK)]).replace(f'; boundary="{mails.BOUNDARY}"'.encode(), b"")
        found = message.parse(raw)
        assert ([leaf.name for leaf in found.leaves], found.flaws) == ([NAME], ("guessed_boundary",))


class TestBrokenMailsAreReadAsFarAsTheyGo:
    whole = mails.mail(attachments=[(NAME, WORKBOOK)])

    @pytest.mark.parametrize("ends", [b"\n", b"\r"])
    def test_other_line_ends(self, ends):
        found = message.parse(self.whole.replace(b"\r\n", ends))
        assert ([leaf.data for leaf in found.leaves], found.text) == ([WORKBOOK], "Em gửi báo cáo ạ.")

    def test_no_closing_boundary(self):
        found = message.parse(self.whole[: self.whole.rfind(b"--b1_7f3a--")])
        assert ([leaf.data for leaf in found.leaves], found.flaws) == ([WORKBOOK], ("missing_closing_boundary",))

    def test_cut_inside_the_boundary(self):
        found = message.parse(self.whole[:-6])
        assert found.leaves[0].data.startswith(WORKBOOK)

    def test_cut_inside_base64(self):
        found = message.parse(self.whole[:-2501])
        assert WORKBOOK.startswith(found.leaves[0].data)
        assert len(found.leaves[0].data) > 3000

    def test_junk_inside_base64(self):
        start = self.whole.rfind(b"\r\n\r\n") + 4
        assert (
            message.parse(self.whole[: start + 40] + b"!\x00*\xff" + self.whole[start + 40 :]).leaves[0].data
            == WORKBOOK
        )

    def test_base64_encoded_piece_by_piece(self):
        encoded = b"\r\n".join(base64.b64encode(WORKBOOK[at : at + 100]) for at in range(0, len(WORKBOOK), 100))
        one = b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded
        assert message.parse(mails.head("a@unit.example") + mails.multipart([one])).leaves[0].data == WORKBOOK

    @pytest.mark.parametrize("boundary", ["", "b" * 71, "b" * 1_000_000])
    def test_boundaries_of_illegal_length(self, boundary):
        one = mails.part("application/octet-stream", WORKBOOK)
        found = message.parse(mails.head("a@unit.example") + mails.multipart([one], boundary=boundary))
        assert [leaf.data for leaf in found.leaves] == [WORKBOOK]

    def test_a_boundary_that_another_begins_with(self):
        inner = mails.multipart([mails.part("application/octet-stream", WORKBOOK)], boundary=mails.BOUNDARY + "1")
        assert len(message.parse(mails.head("a@unit.example") + mails.multipart([inner, inner])).leaves) == 2

    def test_nul_bytes(self):
        raw = mails.head("a@unit.example") + b"Content-Type: text/plain\r\n\r\nEm g\x00\x00i\r\n"
        assert message.parse(raw).text == "Em g  i"

    def test_a_leading_mbox_line(self):
        found = message.parse(b"From caoloc@unit.example Thu Jul  4 15:20:00 2019\n" + self.whole)
        assert found.headers.from_addresses == ("caoloc@unit.example",)

    def test_a_line_in_the_header_that_is_no_field(self):
        found = message.parse(b"this is no field\n".join(self.whole.split(b"\r\n", 1)).replace(b"\r\n", b"\n"))
        assert [leaf.name for leaf in found.leaves] == [NAME] or found.headers.from_addresses

    @pytest.mark.parametrize("encoding", ["7-bit", "8 bit", "base-64", "x-unknown"])
    def test_unknown_transfer_encodings(self, encoding):
        raw = mails.head("a@unit.example", Content_Transfer_Encoding=encoding) + b"\r\nhello"
        assert (message.parse(raw).text, message.parse(raw).flaws) == ("hello", ("unknown_transfer_encoding",))

    def test_bad_escapes_in_quoted_printable(self):
        raw = (
            mails.head("a@unit.example", Content_Transfer_Encoding="quoted-printable") + b"\r\nn=C4=83m =ZZ =\r\n2019="
        )
        assert message.parse(raw).text == "năm =ZZ 2019"


class TestHostileMails:
    """What two programs would read in two ways, or what is built to exhaust a reader, is a danger."""

    def test_nothing_at_all(self):
        assert message.parse(b"").dangers == ("empty_mail",)

    def test_two_content_types(self):
        raw = mails.head("a@unit.example", Content_Type="text/plain") + mails.multipart(
            [mails.part("text/plain", b"x")]
        )
        assert message.parse(raw).dangers == ("two_content_types",)

    def test_two_boundaries(self):
        raw = mails.mail(attachments=[(NAME, WORKBOOK)]).replace(b"; boundary=", b"; boundary=other; boundary=")
        assert message.parse(raw).dangers == ("conflicting_boundaries",)

    @pytest.mark.parametrize(("levels", "dangers"), [(100, ()), (1000, ("nested_too_deep",))])
    def test_nested_multiparts(self, levels, dangers):
        opening = b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(levels)
        )
        found = message.parse(mails.head("a@unit.example") + opening + mails.part("application/pdf", b"%PDF-1"))
        assert found.dangers == dangers
        assert len(found.leaves) == (not dangers)

    def test_nested_mails(self):
        raw = mails.head("a@unit.example") + b"Content-Type: message/rfc822\r\n\r\n" * 1000 + b"x"
        assert message.parse(raw).dangers == ("nested_too_deep",)

    def test_a_hundred_thousand_parts(self):
        raw = mails.head("a@unit.example") + mails.multipart([b"\r\nx"] * 100_000)
        assert message.parse(raw).dangers == ("too_many_parts",)

    @pytest.mark.parametrize(("count", "dangers"), [(10_000, ()), (100_000, ("too_many_headers",))])
    def test_many_headers(self, count, dangers):
        assert message.parse(b"X: y\r\n" * count + mails.mail()).dangers == dangers

    def test_a_header_of_a_megabyte_is_only_odd(self):
        found = message.parse(b"X-Long: " + b"y" * 1_000_000 + b"\r\n" + mails.mail(attachments=[(NAME, WORKBOOK)]))
        assert (found.dangers, len(found.leaves)) == ((), 1)

    def test_a_huge_body(self):
        raw = mails.head("a@unit.example", Content_Type="text/html") + b"\r\n" + b"<p>x</p>" * 6_000_000
        assert message.parse(raw).dangers == ("huge_text",)


class TestSenders:
    @staticmethod
    def read(*from_fields: str) -> message.Message:
        fields = "".join(f"From: {value}\r\n" for value in from_fields).encode()
        return message.parse(fields + b"Subject: x\r\n\r\nx")

    @pytest.mark.parametrize(
        ("written", "address", "name"),
        [
            ("caoloc@unit.example", "caoloc@unit.example", ""),
            ("<caoloc@unit.example>", "caoloc@unit.example", ""),
            ('"Lộc, Cao (phòng)" <caoloc@unit.example>', "caoloc@unit.example", "Lộc, Cao (phòng)"),
            ("Cao Loc (phong) <caoloc@UNIT.example>", "caoloc@unit.example", "Cao Loc"),
            ("caoloc@unit.example <caoloc@unit.example>", "caoloc@unit.example", "caoloc@unit.example"),
            (mails.word("Phòng Lộc") + " <caoloc@unit.example>", "caoloc@unit.example", "Phòng Lộc"),
            (f'"{mails.word("Phòng Lộc")}" <CaoLoc@unit.example>', "CaoLoc@unit.example", "Phòng Lộc"),
        ],
    )
    def test_plain_forms_give_one_address(self, written, address, name):
        found = self.read(written)
        assert (found.headers.from_addresses, found.headers.from_name, found.flaws) == ((address,), name, ())

    @pytest.mark.parametrize(
        ("written", "flaw"),
        [
            ('"soyte@unit.example" <evil@x.example>', "address_in_display_name"),
            (mails.word("Sở Y tế soyte@unit.example") + " <evil@x.example>", "address_in_display_name"),
            ("a@unit.example <b@y.example>", "ambiguous_address"),
            ("a@evil.example>b@unit.example", "ambiguous_address"),
            ("<a@evil.example><b@unit.example>", "ambiguous_address"),
            ("<a@evil.example> b@unit.example", "ambiguous_address"),
            ("<@route.example,@b.example:c@unit.example>", "ambiguous_address"),
            ("a@unit.example, b@unit.example", "two_from_addresses"),
            ("undisclosed-recipients:;", "address_group"),
            ("nhóm: a@unit.example;", "address_group"),
            ("someone without address", "broken_address"),
            (f"a@unit.example, {'x' * 70_000}@y.example", "long_address_field"),
        ],
    )
    def test_what_can_be_read_in_two_ways_needs_a_person(self, written, flaw):
        found = self.read(written)
        assert flaw in found.flaws
        assert flaw in message.HOLDING_FLAWS

    def test_an_ambiguous_from_never_gives_the_registered_address_alone(self):
        for written in (
            "a@evil.example>b@unit.example",
            "b@unit.example <a@evil.example>",
            "<b@unit.example> a@evil.example",
        ):
            assert len(self.read(written).headers.from_addresses) == 2

    def test_no_from_and_two_from_fields_need_a_person(self):
        assert "no_from" in message.parse(b"Subject: x\r\n\r\nx").flaws
        found = self.read("a@unit.example", "b@unit.example")
        assert "two_from_fields" in found.flaws
        assert found.headers.from_addresses == ("a@unit.example", "b@unit.example")

    @pytest.mark.parametrize("empty", ["", "<>"])
    def test_an_empty_from_is_a_machines_mark(self, empty):
        assert ("from", "") in self.read(empty).headers.machine

    def test_recipients_by_the_thousand_are_cut_and_harmless(self):
        to = ", ".join(f"a{n}@unit.example" for n in range(20_000))
        found = message.parse(mails.mail(To=to))
        assert (len(found.headers.to), found.flaws) == (100, ())

    @pytest.mark.parametrize("to", ['"', "(c):", "[x]", ",,,;:"])
    def test_broken_recipients_are_harmless(self, to):
        assert message.parse(mails.mail(To=to, Message_ID="<[x]>")).flaws == ()

    def test_nested_comments_need_a_person(self):
        assert "nested_comments" in message.parse(mails.mail(To="(" * 200_000)).flaws


class TestHeaderText:
    def test_a_subject_is_one_line_in_nfc_without_control_characters(self):
        raw = b"Subject: =?utf-8?q?a=0D=0ABcc:_b=E2=80=A8c=00d?=\r\n e\xcc\x81\r\n\r\n"
        assert message.parse(raw).headers.subject == "a Bcc: b c d é"

    def test_encoded_words_without_end_are_cut(self):
        subject = message.parse(mails.mail(Subject="=?utf-8?q?a?= " * 20_000)).headers.subject
        assert subject == "a" * 998

    @pytest.mark.parametrize("charset", ["x-tcvn3", "unknown-8bit", "zlib", "punycode", "unicode_escape", ""])
    def test_unknown_charsets_fall_back_to_what_the_bytes_are(self, charset):
        assert (
            message.parse(b"Subject: =?" + (charset or "x").encode() + b"?q?n=C4=83m?=\r\n\r\n").headers.subject
            == "năm"
        )

    def test_references_are_the_last_twenty(self):
        found = message.parse(mails.mail(References=" ".join(f"<{n}@x>" for n in range(50))))
        assert found.headers.references[0] == "<30@x>"
        assert len(found.headers.references) == 20


class TestText:
    @staticmethod
    def read(content_type: str, body: bytes) -> message.Message:
        return message.parse(mails.head("a@unit.example") + mails.part(content_type, body))

    @pytest.mark.parametrize(
        ("charset", "data"),
        [
            ("utf-8", "Báo cáo năm 2019".encode()),
            ("utf-7", "Báo cáo năm 2019".encode("utf-7")),
            ("utf-16", "Báo cáo năm 2019".encode("utf-16")),
            ("utf-16le", "Báo cáo năm 2019".encode("utf-16le")),
            ("iso-8859-1", "Báo cáo năm 2019".encode()),
            ("us-ascii", "Báo cáo năm 2019".encode()),
            ("x-tcvn3", "Báo cáo năm 2019".encode()),
            ("windows-1258", "Báo cáo năm 2019".encode("cp1258")),
            ("utf-8", "Báo cáo năm 2019".encode("cp1258")),
            ("unknown-8bit", "Báo cáo năm 2019".encode("cp1258")),
        ],
    )
    def test_charsets_declared_rightly_and_wrongly(self, charset, data):
        assert self.read(f"text/plain; charset={charset}", data).text == "Báo cáo năm 2019"

    def test_html_only(self):
        html = (
            "<html><head><title>t</title><style>p{}</style></head><body><!-- c --><p>Em gửi&nbsp;<b>báo cáo</b> ạ.</p>"
            "<script>x</script><div>Dòng &lt;hai&gt;</div><blockquote>cũ<br>hơn</blockquote></body></html>"
        )
        found = self.read("text/html; charset=utf-8", html.encode())
        assert found.text == "Em gửi báo cáo ạ.\nDòng <hai>"
        assert found.quoted == "> cũ\n> hơn"

    def test_plain_is_preferred_where_it_says_something(self):
        html = mails.part("text/html", b"<p>html</p>")
        for plain, expected in ((b"plain", "plain"), (b" \r\n", "html")):
            raw = mails.head("a@unit.example") + mails.multipart([mails.part("text/plain", plain), html], "alternative")
            assert message.parse(raw).text == expected

    def test_all_inline_texts_of_a_mixed_mail_are_read(self):
        parts = [
            mails.part("text/plain", b"one"),
            mails.part("image/png", b"\x89PNG"),
            mails.part("text/plain", b"two"),
        ]
        assert message.parse(mails.head("a@unit.example") + mails.multipart(parts)).text == "one\ntwo"

    def test_long_texts_are_cut(self):
        found = self.read("text/plain; charset=utf-8", "năm\r\n".encode() * 1_000_000)
        assert len(found.text) == message.MAX_TEXT_CHARACTERS
        assert found.flaws == ()

    @pytest.mark.parametrize(
        ("body", "flaw"),
        [
            ("begin 644 BC.xls\nM1234\n`\nend\n", "uuencoded"),
            ("=ybegin line=128 size=9 name=BC.xls\n", "yencoded"),
            ("-----BEGIN PGP MESSAGE-----\n", "encrypted_mail"),
        ],
    )
    def test_files_hidden_in_text_need_a_person(self, body, flaw):
        assert self.read("text/plain", body.encode()).flaws == (flaw,)

    @pytest.mark.parametrize(
        ("kind", "flaw"),
        [
            ("message/partial", "partial_message"),
            ("message/external-body", "external_body"),
            ("application/pkcs7-mime", "closed_envelope"),
        ],
    )
    def test_what_we_cannot_open_needs_a_person(self, kind, flaw):
        assert flaw in self.read(kind, b"0\x82\x01").flaws
