"""The quick decoder of base64 gives what the standard library's gives, on anything at all."""

import base64
import binascii

from hypothesis import example, given
from hypothesis import strategies as st

from intake import mime_headers

# Mostly digits, and what comes between and behind them in mails.
NEARLY_BASE64 = st.text(st.sampled_from("ABCDwxyz0189+/==\r\n -_.\x00é"), max_size=60).map(lambda text: text.encode())


def by_the_standard_library(data: bytes) -> bytes | None:
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        return None


@given(NEARLY_BASE64 | st.binary(max_size=60))
@example(b"QUJD\r\n")
@example(b"QUI=\r\n")
@example(b"QQ==\r\n\r\n")
@example(b"QUJD====")
@example(b"QUJDR")
@example(b"=QUJD")
@example(b"QUI=QUI=")
def test_what_the_standard_library_decodes_comes_out_the_same(data: bytes) -> None:
    expected = by_the_standard_library(data)
    decoded, whole = mime_headers.decode_base64(data)
    if expected is not None and whole:
        assert decoded == expected
    if expected is None:
        assert not whole


@given(st.binary(max_size=2_000), st.sampled_from([b"\n", b"\r\n", b" \r\n"]))
def test_whatever_was_encoded_comes_back(content: bytes, line_end: bytes) -> None:
    encoded = base64.encodebytes(content).replace(b"\n", line_end)
    assert mime_headers.decode_base64(encoded) == (content, True)
    assert mime_headers.decode_base64(memoryview(encoded)) == (content, True)
