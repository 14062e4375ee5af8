"""What must hold of an address and of finished bytes before a letter may travel by SMTP. Pure."""

import re

# Octets of a line without its CRLF, RFC 5321 §4.5.3.1.6.
LINE_LIMIT = 998

# What stands before the @ in practice; RFC 5321 §4.1.2 also allows quoting, which no office's address needs.
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_DOMAIN = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*")
# Of an address that is no address: enough to recognise it by.
_SHOWN = 80


def fit_to_send(data: bytes) -> None:
    """Raise ValueError, saying why, where `data` would not arrive as it is: bare line ends, lines over LINE_LIMIT.

    A bare CR or LF is how one letter is smuggled inside another (RFC 5321 §2.3.8; CVE-2023-52354).
    """
    if not data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r"):
        raise ValueError("the letter has line ends that are not CRLF")
    if max(map(len, data.split(b"\r\n"))) > LINE_LIMIT:
        raise ValueError(f"the letter has a line of more than {LINE_LIMIT} bytes")


def envelope_address(address: str) -> str:
    """Return `address` fit for the envelope, its domain as A-labels (RFC 5891). Raises ValueError, saying why not."""
    local, at, domain = address.rpartition("@")
    if not at or not local.isascii():
        fault = "has letters outside ASCII before the @" if at else "has no @"
        raise ValueError(f"the address {_shown(address)} {fault}")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError(f"the domain of the address {_shown(address)} is no domain name") from error
    if not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(ascii_domain):
        raise ValueError(f"the address {_shown(address)} is not a mail address")
    return f"{local}@{ascii_domain}"


def framed(data: bytes) -> bytes:
    """Stuff the dots and end with the final one (RFC 5321 §4.5.2); all in one piece, so that no packet waits."""
    stuffed = data.replace(b"\r\n.", b"\r\n..")
    first = b"." if stuffed.startswith(b".") else b""
    last = b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"
    return first + stuffed + last


def _shown(address: str) -> str:
    return repr(address[:_SHOWN])
