"""Servers as the way in and the way out both speak of them."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Tell whether `host` can only be this machine, the only one that is spoken to without TLS.

    RFC 6761 §6.3, RFC 1122 §3.2.1.3, RFC 4291 §2.5.3.
    """
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
