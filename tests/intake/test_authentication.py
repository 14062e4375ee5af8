"""What the receiving server found about the sender's domain, and what a forger may write without effect."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake import authentication, message
from roll import mails as roll_mails
from tests.intake import mails

SERVER = "mx.google.com"


def verdict(*results: str, from_: str = "caoloc@unit.example", server: str = SERVER) -> str:
    fields = "".join(f"Authentication-Results: {result}\r\n" for result in results).encode()
    return authentication.verdict(message.parse(fields + mails.mail(from_)).headers, server)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=unit.example", "pass"),
        ("spf=fail smtp.mailfrom=x.example; dmarc=pass header.from=unit.example", "pass"),
        ("dkim=pass header.d=unit.example; dmarc=fail (p=REJECT) header.from=unit.example", "fail"),
        ("dkim=pass header.i=@unit.example header.s=s1 header.b=abc", "pass"),
        ("dkim=pass header.d=mail.unit.example", "pass"),
        ("dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=bounce@evil.example", "none"),
        ("dkim=pass header.d=notunit.example", "none"),
        ("spf=pass (ok) smtp.mailfrom=caoloc@unit.example", "pass"),
        ("spf=pass smtp.mailfrom=unit.example", "pass"),
        ("spf=softfail smtp.mailfrom=caoloc@unit.example; dkim=fail header.d=unit.example", "none"),
        ("dmarc=none header.from=unit.example", "none"),
        ("dmarc=pass header.from=other.example", "none"),
        ("none", "none"),
    ],
)
def test_methods_and_alignment(result, expected):
    assert verdict(f"{SERVER}; {result}") == expected


@pytest.mark.parametrize(
    ("authenticated", "sender", "expected"),
    [
        ("langson.gov.vn", "lao.dong.langson.gov.vn", "pass"),
        ("gov.vn", "langson.gov.vn", "none"),
        ("vn", "langson.gov.vn", "none"),
        ("office.example", "sub.office.example", "pass"),
    ],
)
def test_nobody_is_aligned_with_a_registry(authenticated, sender, expected):
    assert verdict(f"{SERVER}; dkim=pass header.d={authenticated}", from_=f"a@{sender}") == expected


def test_only_our_own_servers_topmost_field_counts():
    forged = f"{SERVER}; dmarc=pass header.from=unit.example"
    assert verdict(f"{SERVER}; dmarc=fail header.from=unit.example", forged) == "fail"
    assert verdict(f"{SERVER}; none", forged) == "none"
    assert verdict("relay.example; dmarc=fail header.from=unit.example", forged) == "pass"
    assert verdict("relay.example; dmarc=pass header.from=unit.example") == "none"
    assert verdict(f"{SERVER}.evil.example; dmarc=pass header.from=unit.example") == "none"
    assert verdict(forged, server="") == "none"


def test_a_server_that_writes_a_field_for_each_method_is_believed_in_its_failure_but_passes_by_its_topmost_alone():
    failed, passed = f"{SERVER}; dmarc=fail header.from=unit.example", f"{SERVER}; dkim=pass header.d=unit.example"
    assert verdict(passed, failed) == "fail"
    assert verdict(f"{SERVER}; spf=none", passed) == "none"
    assert verdict(passed, *([f"{SERVER}; none"] * authentication.MAX_FIELDS), failed) == "pass"


@pytest.mark.parametrize(
    "result", ["arc=pass (i=2 spf=pass dmarc=pass)", "arc=pass; dmarc=none", "arc=pass; dkim=fail"]
)
def test_a_chain_of_seals_is_no_verdict(result):
    assert verdict(f"{SERVER}; {result}") == "none"
    assert verdict(f"{SERVER}; {result}; dmarc=fail header.from=unit.example") == "fail"
    assert verdict(f"{SERVER}; arc=fail; dmarc=pass header.from=unit.example") == "pass"


def test_the_servers_name_is_compared_without_case_and_version():
    assert verdict("MX.google.com 1; dmarc=pass header.from=unit.example") == "pass"


def test_two_senders_never_pass():
    assert (
        verdict(f"{SERVER}; dmarc=pass header.from=unit.example", from_="caoloc@unit.example, b@other.example")
        == "none"
    )


@pytest.mark.parametrize(
    "broken", ["dmarc=", "(" * 5000, "dmarc=pass header.from=" + "x" * 9000, "=;=;=", 'dkim=pass header.d="']
)
def test_a_broken_field_is_no_verdict(broken):
    assert verdict(f"{SERVER}; {broken}") == "none"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gives_a_verdict(text):
    headers = roll_mails.Headers(from_addresses=("a@unit.example",), authentication_results=(f"{SERVER}; {text}",))
    assert authentication.verdict(headers, SERVER) in ("pass", "fail", "none")
