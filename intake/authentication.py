"""Did the receiving server find the sender's domain genuine? Read from its Authentication-Results (RFC 8601).

Nothing is verified anew. The only home of authres.
"""

import itertools
from typing import Any, Literal

import authres
import authres.core

from roll import mails

Verdict = Literal["pass", "fail", "none"]

# A real field has under 1,000 characters; authres recurses on nested comments, so their number is bounded too.
MAX_FIELD = 8_000
MAX_COMMENTS = 100
# A field for each method, and those of a server that took the mail twice.
MAX_FIELDS = 10
# "gov.vn" and "com.vn" are nobody's; a domain this short is taken for a registry's where it ends in a country code.
_REGISTRY_LABELS = 2
_COUNTRY_CODE = 2


def verdict(headers: mails.Headers, authserv_id: str) -> Verdict:
    """Return what the server `authserv_id` found about the domain of From.

    "fail" where DMARC failed, "pass" where DMARC or an aligned DKIM or SPF passed, else "none". For a pass only the
    topmost field of that server counts: it stands above all that came with the mail (RFC 8601 §5, §7.1). Some servers
    write a field for each method, so a failure counts in any field under that server's name: who forges one disowns
    himself. A chain of seals (ARC, RFC 8617) is the server's to weigh: its own DMARC result is what counts. Without
    an `authserv_id`, without exactly one From address, or without a field of that server the answer is "none", unless
    DMARC failed.
    """
    fields = _results_of(headers, authserv_id)
    if any(_said(result) == "fail" for results in fields for result in results if result.method == "dmarc"):
        return "fail"
    results = fields[0] if fields else []
    dmarc = [result for result in results if result.method == "dmarc"]
    if len(headers.from_addresses) != 1:
        return "none"
    domain = headers.from_addresses[0].rpartition("@")[2].lower()
    if any(_said(result) == "pass" and _property(result, "header", "from") in ("", domain) for result in dmarc):
        return "pass"
    return (
        "pass" if any(_said(result) == "pass" and _aligned(_domain(result), domain) for result in results) else "none"
    )


def answers_wanted_elsewhere(headers: mails.Headers) -> str:
    """Return the first Reply-To address whose domain is another than that of From, empty for none."""
    own = {address.rpartition("@")[2].lower() for address in headers.from_addresses}
    return next((address for address in headers.reply_to if address.rpartition("@")[2].lower() not in own), "")


def _results_of(headers: mails.Headers, authserv_id: str) -> list[list[Any]]:
    """Return what the server's own fields say, topmost first; a real mail has a handful of them."""
    if not authserv_id:
        return []
    own = (value for value in headers.authentication_results if _server(value) == authserv_id.strip().lower())
    return [_parse(value) for value in itertools.islice(own, MAX_FIELDS)]


def _server(value: str) -> str:
    """Return the authserv-id that a field begins with (RFC 8601 §2.2), in lower case, empty where there is none."""
    words = value.partition(";")[0].split()
    return words[0].strip('"').lower() if words else ""


def _parse(value: str) -> list[Any]:
    if len(value) > MAX_FIELD or value.count("(") > MAX_COMMENTS:
        return []
    try:
        return list(authres.AuthenticationResultsHeader.parse_value(value).results)
    except authres.core.AuthResError:
        return []


def _said(result: Any) -> str:
    return str(result.result or "").lower()


def _property(result: Any, kind: str, name: str) -> str:
    found = (str(item.value) for item in result.properties if (item.type, item.name) == (kind, name))
    return next(found, "").strip().strip('"').lower()


def _domain(result: Any) -> str:
    """Return the domain that a DKIM or SPF result speaks of, empty for other methods."""
    if result.method == "dkim":
        return _property(result, "header", "d") or _property(result, "header", "i").rpartition("@")[2]
    return _property(result, "smtp", "mailfrom").rpartition("@")[2] if result.method == "spf" else ""


def _aligned(authenticated: str, sender: str) -> bool:
    """Whether two domains belong together as relaxed alignment has it (RFC 7489 §3.1), without a registry list.

    One must be the other or lie below it. Below "gov.vn" everybody lies, so a short domain of a country counts for
    itself only.
    """
    if not authenticated or not sender:
        return False
    if authenticated == sender or authenticated.endswith("." + sender):
        return True
    labels = authenticated.split(".")
    registry = len(labels) < _REGISTRY_LABELS or (len(labels) == _REGISTRY_LABELS and len(labels[-1]) == _COUNTRY_CODE)
    return not registry and sender.endswith("." + authenticated)
