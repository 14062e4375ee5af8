"""Mail inside an S/MIME envelope (RFC 8551): what was signed is taken out; what is encrypted stays closed.

No signature is ever checked: whose a mail is, its sender and its contents say, as with any other.
"""

from asn1crypto import cms, core  # type: ignore[import-untyped]

# RFC 8551 §3.2.1 and what programs wrote before.
TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
SIGNATURE_TYPE = "application/pkcs7-signature"
ENCRYPTED_TYPE = "application/pkcs7-mime; smime-type=enveloped-data"
"""What the envelope is listed as, once looked into."""
SIGNATURE_TYPES = frozenset({
    SIGNATURE_TYPE, "application/x-pkcs7-signature", "application/pgp-signature",
})  # fmt: skip
# The object identifier 1.2.840.113549.1.7 that every PKCS #7 content begins with (RFC 5652 §4), in DER.
_CONTENT = bytes.fromhex("2a864886f70d0107")
_WITHIN = 40
_SIGNED = "signed_data"
_ENCRYPTED = frozenset(
    {"enveloped_data", "authenticated_enveloped_data", "encrypted_data", "signed_and_enveloped_data"}
)


class Encrypted(Exception):  # noqa: N818 - a finding, not a failure of ours
    """The mail is encrypted."""


def is_envelope(content_type: str, name: str, data: bytes) -> bool:
    """Say whether a part is such an envelope, by its content: mail servers rename smime.p7m and forget its type."""
    if content_type in SIGNATURE_TYPES or not data.startswith(b"0") or _CONTENT not in data[:_WITHIN]:
        return False
    return content_type in TYPES or name.lower().endswith(".p7m") or content_type == "application/octet-stream"


def signed_content(data: bytes) -> bytes:
    """Return the MIME content that was signed, empty where there is none or it cannot be read. Raises Encrypted."""
    try:
        envelope = cms.ContentInfo.load(data)
        kind = envelope["content_type"].native
        if kind in _ENCRYPTED:
            raise Encrypted
        if kind != _SIGNED:
            return b""
        content = envelope["content"]["encap_content_info"]["content"]
        return b"" if isinstance(content, core.Void) else bytes(content.native or b"")
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
        return b""
