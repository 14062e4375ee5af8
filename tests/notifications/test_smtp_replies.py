"""What providers really say, sorted: about this letter, about its addressee, or about our account and so about all."""

import pytest

from notifications.smtp_replies import Delivery, Fate, refusal, refusal_of_address, refusal_of_sender

# About the account or the server: no letter is given up, all wait. From the providers' own tables of errors
# (support.google.com/a/answer/3726730; learn.microsoft.com: "Non-delivery reports in Exchange Online", "Continuous
# error throttling for SMTP AUTH submissions", "Message storage and concurrent connection throttling"; Yahoo, "SMTP
# error codes"; Amazon SES, "Sending quota errors") and from what their users were told.
ABOUT_ACCOUNT = [
    # Gmail
    "421 4.7.0 Try again later, closing connection. gsmtp",
    "421 4.7.28 Our system has detected an unusual rate of unsolicited mail originating from your IP address. gsmtp",
    "450 4.2.1 Peak SMTP relay limit exceeded for customer. gsmtp",
    "454 4.7.0 Cannot authenticate due to temporary system problem. gsmtp",
    "530 5.5.1 Authentication Required. gsmtp",
    "534 5.7.9 Application-specific password required. gsmtp",
    "535 5.7.8 Username and Password not accepted. gsmtp",
    "550 5.4.5 Daily user sending limit exceeded. gsmtp",
    "552 5.4.5 Daily user sending quota exceeded. gsmtp",
    "550 5.7.0 Mail Sending denied. gsmtp",
    "550 5.7.0 Mail relay denied. gsmtp",
    # Exchange Online and Outlook.com
    "421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing transmission channel",
    "432 4.3.2 Concurrent connections limit exceeded.",
    "451 4.7.500 Server busy. Please try again later",
    "530 5.7.57 Client not authenticated to send mail",
    "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
    "550 5.1.8 Access denied, bad outbound sender",
    "550 5.2.252 Sender throttled due to continuous send as denied errors.",
    "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
    "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
    "550 5.7.501 Access denied, spam abuse detected",
    "550 5.7.705 Access denied, tenant has exceeded threshold.",
    "550 5.7.708 Access denied, traffic not accepted from this IP.",
    "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException",
    "554 5.2.2 mailbox full; STOREDRV.Submission.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded",
    "554 5.2.252 SendAsDenied; phong@office.example not allowed; STOREDRV.Submission.Exception:SendAsDeniedException",
    # Yahoo, Zoho, Amazon SES
    "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints",
    "550 5.4.6 Unusual sending activity detected.",
    "554 5.1.8 Sender Address Blocked",
    "454 Throttling failure: Daily message quota exceeded",
    # Postfix, Exim, sendmail, Exchange: told at RCPT, yet of who sends
    "454 4.7.1 <a@unit.example>: Relay access denied",
    "554 5.7.1 <a@unit.example>: Relay access denied",
    "550 5.7.1 <a@unit.example>... Relaying denied. IP name lookup failed [192.0.2.1]",
    "550 relay not permitted",
    "550 5.7.1 Unable to relay",
    "553 5.7.1 <phong@office.example>: Sender address rejected: not owned by user phong",
    "450 4.7.1 <phong@office.example>: Sender address rejected: Too many messages from sender in last 60",
    "554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied",
    "554 5.7.1 <a@unit.example>: Recipient address rejected: You have exceeded your Outmail quota.",
    "550 5.4.5 <a@unit.example>: Recipient address rejected: Domain Sending Quota Exceeded",
    # Our host's IP address. Postfix with a list
    "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
    "521 5.7.1 Service unavailable; client [192.0.2.1] blocked using zen.spamhaus.org",
    "554 5.7.1 Service unavailable; Sender address [phong@office.example] blocked using dbl.spamhaus.org",
    "554 5.7.1 Service unavailable; Helo command [mail.office.example] blocked using dbl.spamhaus.org",
    "550 5.7.1 Client host rejected: cannot find your hostname, [192.0.2.1]",
    "450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]",
    # Exchange Online, Outlook.com
    "550 5.7.1 Service unavailable, Client host [192.0.2.1] blocked using Spamhaus. (AS16012611)",
    "550 5.7.606 Access denied, banned sending IP [192.0.2.1]. To request removal visit sender.office.example",
    "550 5.7.511 Access denied, banned sender[192.0.2.1].",
    ("550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your Internet service provider "
    "since part of their network is on our block list (S3150)."),
    # Gmail
    "550 5.7.1 [192.0.2.1] The IP address sending this 5.7.1 message does not have a PTR record setup. gsmtp",
    "550 5.7.25 [192.0.2.1] The IP address sending this message does not have a PTR record. gsmtp",
    "550 5.7.26 This mail has been blocked because the sender is unauthenticated. gsmtp",
    "550 5.7.23 <a@unit.example>: Recipient address rejected: Message rejected due to: SPF fail",
    ("550 5.7.1 [192.0.2.1] Our system has detected an unusual rate of unsolicited mail originating from your IP "
    "address. To protect our users from spam, mail sent from your IP address has been blocked. gsmtp"),
    ("550 5.7.1 [192.0.2.1] Our system has detected that this message is likely suspicious due to the very low "
    "reputation of the sending IP address. gsmtp"),
    "550 5.7.1 [192.0.2.1] The IP you're using to send mail is not authorized to send email directly to our servers.",
    # Exim, cPanel, IONOS, MagicSpam
    "550 rejected because 192.0.2.1 is in a black list at zen.spamhaus.org",
    '550 "JunkMail rejected - mail.office.example [192.0.2.1]:443 is in an RBL: see the list"',
    "554 No SMTP service 554-IP address is black listed.",
    "550 5.7.0 Your server IP address is in the SORBS DNSBL database, bye",
    "550 5.7.1 Fix reverse DNS for 192.0.2.1",
]  # fmt: skip

# About this letter only, for good, and not about the address: what is in it, or a box that is full.
ABOUT_LETTER = [
    "550 5.7.1 Our system has detected that this message is likely unsolicited mail. gsmtp",
    "552 5.2.2 The recipient's inbox is out of storage space. gsmtp",
    "552 5.2.3 Your message exceeded Google's message size limits. gsmtp",
    "552 5.7.0 Our system detected an illegal attachment on your message. gsmtp",
    "552 5.7.0 This message was blocked because its content presents a potential security issue. gsmtp",
    "554 5.6.0 Mail message is malformed. Not accepted. gsmtp",
    "554 5.7.9 Message not accepted for policy reasons.",
    "554 5.7.1 Spam message rejected",
    "554 5.7.1 Blocked: the message has a link to a domain listed by dbl.spamhaus.org",
    "554 5.3.4 message too big",
    "550 5.3.4 Message size exceeds fixed limit",
    "552 message too large",
    "554 no",
]

# About the address: said at RCPT, and true whatever is in the letter.
ABOUT_ADDRESS = [
    "550 5.1.1 The email account that you tried to reach does not exist. gsmtp",
    "550 5.1.1 <a@unit.example>: Recipient address rejected: User unknown in virtual mailbox table",
    "550 5.1.2 <a@unit.example>: Recipient address rejected: Domain not found",
    "553 5.1.3 The recipient address <a> is not a valid RFC 5321 address. gsmtp",
    "550 5.1.6 Recipient no longer on server",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    "550 5.2.1 The email account that you tried to reach is disabled. gsmtp",
    "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
    "550 5.4.4 <a@unit.example>: Recipient address rejected: Host or domain name not found",
    "550 No such user here",
    "551 User not local",
    "553 sorry, that domain isn't in my list of allowed rcpthosts",
]

# About this letter, for now.
LATER = [
    "450 4.2.1 The user you are trying to contact is receiving mail too quickly. gsmtp",
    "450 4.2.0 <a@unit.example>: Recipient address rejected: Greylisted",
    "451 4.7.1 Greylisting in action, please come back later",
    "452 4.2.2 The email account that you tried to reach is over quota. gsmtp",
    "452 4.5.3 Too many recipients",
]


def sorted_by(sort: object, reply: str) -> Delivery:
    code, _, said = reply.partition(" ")
    assert callable(sort)
    delivery = sort(int(code), said.encode())
    assert isinstance(delivery, Delivery)
    return delivery


@pytest.mark.parametrize("sort", [refusal, refusal_of_sender, refusal_of_address])
@pytest.mark.parametrize("reply", ABOUT_ACCOUNT)
def test_what_is_said_about_the_account_fails_no_letter_and_blames_no_address(reply: str, sort: object) -> None:
    assert sorted_by(sort, reply) == Delivery(Fate.TEMPORARY, reply, pause=True)


@pytest.mark.parametrize("sort", [refusal, refusal_of_address])
@pytest.mark.parametrize("reply", ABOUT_LETTER)
def test_what_is_said_about_a_letter_stops_no_other_and_blames_no_address(reply: str, sort: object) -> None:
    assert sorted_by(sort, reply) == Delivery(Fate.PERMANENT, reply)


@pytest.mark.parametrize("reply", ABOUT_ADDRESS)
def test_an_address_that_is_refused_for_good_is_told(reply: str) -> None:
    assert sorted_by(refusal_of_address, reply) == Delivery(Fate.PERMANENT, reply, refuses_address=True)
    assert not sorted_by(refusal, reply).refuses_address, "at DATA it is said of the whole letter"


@pytest.mark.parametrize("sort", [refusal, refusal_of_address])
@pytest.mark.parametrize("reply", LATER)
def test_what_passes_stops_no_other_letter(reply: str, sort: object) -> None:
    assert sorted_by(sort, reply) == Delivery(Fate.TEMPORARY, reply)


@pytest.mark.parametrize("reply", [*ABOUT_LETTER, *ABOUT_ADDRESS, *LATER])
def test_a_refused_sender_concerns_every_letter_unless_it_is_about_size(reply: str) -> None:
    delivery = sorted_by(refusal_of_sender, reply)
    if reply.startswith("552") or " 5.3.4 " in reply:
        assert delivery == Delivery(Fate.PERMANENT, reply)
    else:
        assert (delivery.fate, delivery.refuses_address) == (Fate.TEMPORARY, False)
        assert delivery.pause
