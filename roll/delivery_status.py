"""What mail servers' enhanced status codes say (RFC 3463), of letters that go out and of those that come back."""

# RFC 3463 §3.2 and §3.3, RFC 7505 §4.2 and Exchange Online: no such box, no such domain, no address, moved without a
# word, no mail taken there, box closed. Of §3.5, for good: Exchange Online's edge says 5.4.1 ("Recipient address
# rejected: Access denied") of a box that is not there, Postfix 5.4.4 of a domain that is not.
_ADDRESS_CODES = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.1", "5.4.4"})
# RFC 5321 §4.2.3, said of a recipient: no such box, not here, name not allowed.
_ADDRESS_REPLIES = (550, 551, 553)


def is_about_address(status: str) -> bool:
    """Tell whether a status ("5.1.1") means that no letter will ever reach the address, whatever is in it."""
    return status in _ADDRESS_CODES


def may_be_about_address(reply: int) -> bool:
    """Tell whether a reply code that stands alone, without a status, is the one for an address that does not exist."""
    return reply in _ADDRESS_REPLIES
