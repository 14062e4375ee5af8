"""S/MIME: what was signed is the mail's own content, what is encrypted goes back, and no signature is believed."""

import contextlib

import pytest
from asn1crypto import cms, core  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from intake import contents, message, part_remarks, signed_mail
from tests.intake import known, mails
from tests.intake.archives import cases

SIGNED = "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"
ENVELOPED = "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"


def signed(content: bytes | None) -> bytes:
    """Return a signed-data envelope without any signature (RFC 5652 §5.1)."""
    inside = {"content_type": "data"} if content is None else {"content_type": "data", "content": content}
    data = cms.SignedData({"version": "v1", "digest_algorithms": [], "encap_content_info": inside, "signer_infos": []})
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())


def in_pieces(content: bytes) -> bytes:
    """Return such an envelope with lengths left open, its content in pieces, as Outlook and OpenSSL stream it."""
    pieces = b"".join(core.OctetString(content[at : at + 1000]).dump() for at in range(0, len(content), 1000))
    octets = b"\xa0\x80\x24\x80" + pieces + b"\0\0\0\0"
    data = cms.ContentType("data").dump()
    signed_data = (
        b"\x30\x80" + core.Integer(1).dump() + b"\x31\0" + b"\x30\x80" + data + octets + b"\0\0" + b"\x31\0\0\0"
    )
    return b"\x30\x80" + cms.ContentType("signed_data").dump() + b"\xa0\x80" + signed_data + b"\0\0\0\0"


def enveloped() -> bytes:
    """Return the beginning of an encrypted mail: what is in it nobody can tell."""
    kind = cms.ContentType("enveloped_data").dump()
    inside = b"\xa0\x08\x30\x06\x02\x01\x00\x31\x01\x00"
    return b"\x30" + bytes([len(kind) + len(inside)]) + kind + inside


def inner(text: str = "Em gửi báo cáo ạ.") -> bytes:
    """Return the content that was signed: words and a report."""
    parts = [mails.part("text/plain; charset=utf-8", text.encode()), mails.attachment(cases.NAME, cases.report())]
    return mails.multipart(parts, boundary="inner")


def whole(content_type: str, data: bytes) -> bytes:
    return mails.head(f"<{known.CAO_LOC}>", "BC") + mails.part(
        content_type, data, Content_Disposition="attachment; filename=smime.p7m"
    )


def read(raw: bytes) -> "contents.mails.Contents":
    return contents.Reader([known.form_2019()]).read(raw)


@pytest.mark.parametrize("wrap", [signed, in_pieces])
@pytest.mark.parametrize("content_type", [SIGNED, "application/x-pkcs7-mime", "application/octet-stream"])
def test_what_was_signed_is_read_as_the_mails_own(wrap, content_type: str) -> None:
    inside = read(whole(content_type, wrap(inner())))
    assert inside.text == "Em gửi báo cáo ạ."
    assert inside.flaws == ("signed_mail",)
    assert [(part.name, part.kind, part.used, part.path) for part in inside.parts] == [
        ("smime.p7m", "signature", False, ""),
        (cases.NAME, "xlsx", True, ""),
    ]
    assert inside.parts[0].why == part_remarks.SIGNATURE
    understood = known.decided(inside)
    assert (understood.outcome.value, understood.reason) == ("accepted", "valid")


def test_a_signature_makes_nobody_known() -> None:
    inside = read(whole(SIGNED, signed(inner())).replace(known.CAO_LOC.encode(), known.STRANGER.encode()))
    understood = known.decided(inside)
    assert (understood.outcome.value, understood.reason) == ("held", "unknown_sender")


def test_a_signature_beside_the_mail_is_listed_and_asks_for_nothing() -> None:
    parts = [
        inner(),
        mails.part(
            "application/pkcs7-signature; name=smime.p7s",
            signed(None),
            Content_Disposition="attachment; filename=smime.p7s",
        ),
    ]
    inside = read(mails.head(f"<{known.CAO_LOC}>") + mails.multipart(parts, "signed"))
    assert [(part.name, part.kind) for part in inside.parts] == [(cases.NAME, "xlsx"), ("smime.p7s", "signature")]
    assert known.decided(inside).outcome.value == "accepted"


def test_a_signed_mail_without_a_file_lacks_its_attachment() -> None:
    content = mails.part("text/plain; charset=utf-8", "Em gửi báo cáo ạ.".encode())
    understood = known.decided(read(whole(SIGNED, signed(content))))
    assert (understood.outcome.value, understood.reason) == ("returned", "no_attachment")


def test_an_encrypted_mail_goes_back_with_what_to_do() -> None:
    inside = read(whole(ENVELOPED, enveloped()))
    assert [(part.kind, part.why) for part in inside.parts] == [("encrypted_mail", part_remarks.ENCRYPTED_MAIL)]
    understood = known.decided(inside)
    assert (understood.outcome.value, understood.reason, understood.answer) == (
        "returned", "encrypted_mail", "receipt:encrypted_mail",
    )  # fmt: skip


def test_an_encrypted_mail_inside_a_signature_is_an_encrypted_mail() -> None:
    layer = mails.part(ENVELOPED, enveloped(), Content_Disposition="attachment; filename=smime.p7m")
    assert known.decided(read(whole(SIGNED, signed(layer)))).reason == "encrypted_mail"


def test_a_strangers_encrypted_mail_waits() -> None:
    raw = whole(ENVELOPED, enveloped()).replace(known.CAO_LOC.encode(), known.STRANGER.encode())
    assert known.decided(read(raw)).outcome.value == "held"


def test_signatures_around_signatures_end_at_the_depth_of_parts() -> None:
    content = b"Content-Type: text/plain\r\n\r\nBC"
    for _ in range(130):
        content = f"Content-Type: {SIGNED}\r\nContent-Transfer-Encoding: binary\r\n\r\n".encode() + signed(content)
    assert "nested_too_deep" in message.parse(mails.head(f"<{known.CAO_LOC}>") + content).dangers


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_damaged_envelope_never_raises(data: st.DataObject) -> None:
    envelope = bytearray(signed(b"Content-Type: text/plain\r\n\r\nBC"))
    for _ in range(data.draw(st.integers(1, 4))):
        envelope[data.draw(st.integers(0, len(envelope) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(signed_mail.Encrypted):
        assert isinstance(signed_mail.signed_content(bytes(envelope)), bytes)
