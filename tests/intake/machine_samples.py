"""Machines' mails as servers really write them: what each bears, and what it is.

Written after RFC 3834, 3464, 8098 and 5230 and the manuals of the programs named; every address is made up.
"""

from dataclasses import dataclass, field

from tests.intake import mails

UNIT = "phongldtbxhdt.caoloc@langson.example"
OURS = "ptelangson@so.example"
ANSWERED = "[Nhắc] Báo cáo Tháng hành động vì trẻ em năm 2019"
ABSENT = "Tôi đi công tác từ ngày 01/7 đến hết ngày 05/7/2019. Việc gấp xin liên hệ đồng chí Hoàng Thị A."
AWAY = "I am out of the office until 8 July and will answer your mail when I am back."


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail: `fields` are header fields ("_" written as "-"), `kind` is its whole Content-Type where not plain text.

    `certain` is False where a gateway or a person may have set the marks.
    """

    name: str
    reason: str
    subject: str
    text: str
    from_: str = f"Phong LDTBXH-DT Cao Loc <{UNIT}>"
    fields: dict[str, str] = field(default_factory=dict)
    parts: tuple[tuple[str, str], ...] = ()
    kind: str = "mixed"
    certain: bool = True

    def raw(self) -> bytes:
        """Return the mail's bytes."""
        head = {"Return_Path": "<" + self.from_.rpartition("<")[2].rstrip(">") + ">", **self.fields}
        if not self.parts:
            return mails.mail(self.from_, self.subject, self.text, **head)
        parts = [f"Content-Type: {kind}\r\n\r\n{body}\r\n".encode() for kind, body in self.parts]
        text = mails.part("text/plain; charset=utf-8", self.text.encode())
        entity = mails.multipart([text, *parts]).replace(b"multipart/mixed", f"multipart/{self.kind}".encode(), 1)
        return mails.head(self.from_, self.subject, **head) + entity


def _status(
    action: str, status: str = "5.1.1", to: str = UNIT, mta: str = "dns; mx.langson.example"
) -> tuple[str, str]:
    return (
        "message/delivery-status",
        (
            f"Reporting-MTA: {mta}\r\nArrival-Date: Wed, 3 Jul 2019 08:00:00 +0700\r\n\r\n"
            f"Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}\r\n"
        ),
    )


_READ = (
    "message/disposition-notification",
    (
        f"Reporting-UA: mail.langson.example; Microsoft Outlook 16.0\r\nFinal-Recipient: rfc822; {UNIT}\r\n"
        "Original-Message-ID: <0123456789abcdef0123456789abcdef@so.example>\r\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\r\n"
    ),
)
_INVITATION = (
    'text/calendar; charset="utf-8"; method=REQUEST',
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Họp giao ban\r\nEND:VEVENT\r\nEND:VCALENDAR",
)
_NULL = {"Return_Path": "<>"}
_REPORT = "report; report-type=delivery-status"

ABSENCES = (
    Sample("exchange 2016, en", "auto_reply", f"Automatic reply: {ANSWERED}", AWAY,
           fields={**_NULL, "Auto_Submitted": "auto-generated", "X_Auto_Response_Suppress": "All",
                   "X_MS_Exchange_Inbox_Rules_Loop": UNIT}),
    Sample("exchange online, vi", "auto_reply", f"Trả lời Tự động: {ANSWERED}", ABSENT,
           fields={"Auto_Submitted": "auto-generated", "X_Auto_Response_Suppress": "DR, OOF, AutoReply"}),
    Sample("exchange without its marks", "auto_reply", f"Automatic reply: {ANSWERED}", AWAY),
    Sample("exchange 2003", "auto_reply", f"Out of Office AutoReply: {ANSWERED}", AWAY,
           fields={"X_MimeOLE": "Produced By Microsoft Exchange V6.5"}),
    Sample("exchange, vi, without its marks", "auto_reply", f"Trả lời tự động: {ANSWERED}", ABSENT),
    Sample("gmail", "auto_reply", f"Đi công tác Re: {ANSWERED}", ABSENT,
           fields={**_NULL, "Auto_Submitted": "auto-replied", "Precedence": "bulk", "X_Autoreply": "yes"}),
    Sample("gmail through a relay that strips", "auto_reply", f"Vắng mặt Re: {ANSWERED}", ABSENT,
           fields={"Precedence": "bulk"}, certain=False),
    Sample("zimbra", "auto_reply", f"Re: {ANSWERED}", ABSENT,
           fields={**_NULL, "Auto_Submitted": "auto-replied (zimbra; vacation)", "Precedence": "bulk"}),
    Sample("zimbra without its marks", "auto_reply", "Out of Office", AWAY),
    Sample("yahoo", "auto_reply", "Yahoo! Auto Response", AWAY),
    Sample("yahoo, today", "auto_reply", f"Auto: Re: {ANSWERED}", AWAY, fields={"Auto_Submitted": "auto-replied"}),
    Sample("dovecot sieve", "auto_reply", f"Auto: {ANSWERED}", AWAY,
           fields={**_NULL, "Auto_Submitted": "auto-replied (vacation)", "Precedence": "bulk",
                   "X_Sieve": "Pigeonhole Sieve 0.5.4"}),
    Sample("dovecot sieve without its marks", "auto_reply", f"Auto: {ANSWERED}", AWAY),
    Sample("bsd vacation", "auto_reply", "away from my mail", AWAY, fields={"Precedence": "bulk"}, certain=False),
    Sample("bsd vacation, junk", "auto_reply", "I am on leave", AWAY, fields={"Precedence": "junk"}, certain=False),
    Sample("cpanel", "auto_reply", f"Re: {ANSWERED}", ABSENT,
           fields={"X_Autorespond": "yes", "X_Precedence": "auto_reply", "Auto_Submitted": "auto-replied"}),
    Sample("cpanel, older", "auto_reply", f"Re: {ANSWERED}", ABSENT, fields={"Precedence": "auto_reply"}),
    Sample("directadmin", "auto_reply", f"Autoreply: {ANSWERED}", ABSENT, fields={"X_Precedence": "auto_reply"}),
    Sample("plesk", "auto_reply", f"Re: {ANSWERED}", ABSENT, fields={"X_Autoreply": "yes"}),
    Sample("kerio", "auto_reply", f"Re: {ANSWERED}", ABSENT, fields={"X_Autogenerated": "Reply"}),
    Sample("mdaemon", "auto_reply", f"Re: {ANSWERED}", ABSENT,
           fields={"X_Autoresponder": "MDaemon", "Precedence": "bulk"}),
    Sample("lotus notes", "auto_reply", "AUTO: Hoang Thi A is out of the office (returning 07/08/2019)", AWAY),
    Sample("groupwise", "auto_reply", f"Re: {ANSWERED}", AWAY,
           fields={"Auto_Submitted": "auto-replied", "X_Mailer": "Novell GroupWise 2014"}),
    Sample("firstclass", "auto_reply", f"Re: {ANSWERED}", AWAY, fields={"X_FC_MachineGenerated": "true"}),
    Sample("a poste.io script", "auto_reply", f"Re: {ANSWERED}", AWAY,
           fields={"X_POST_MessageClass": "9; Autoresponder"}),
    Sample("a person's own rule, vi", "auto_reply", "Thông báo vắng mặt", ABSENT, certain=False),
    Sample("a person's own rule, leave", "auto_reply", "Nghỉ phép đến 10/7", ABSENT, certain=False),
    Sample("words alone, vi", "auto_reply", f"Re: {ANSWERED}",
           "Đây là thư trả lời tự động. " + ABSENT, certain=False),
    Sample("words alone, en", "auto_reply", f"Re: {ANSWERED}",
           "This is an automated response. " + AWAY, certain=False),
    Sample("a help desk", "auto_reply", "[#4711] Chúng tôi đã nhận được yêu cầu của bạn",
           "Yêu cầu của bạn đã được ghi nhận. Vui lòng không trả lời thư này.",
           from_="Hỗ trợ <hotro@langson.example>", certain=False),
)  # fmt: skip

RECEIPTS = (
    Sample("outlook, mdn", "receipt", f"Read: {ANSWERED}", "Your message was read.", parts=(_READ,),
           kind="report; report-type=disposition-notification"),
    Sample("thunderbird, mdn, vi", "receipt", f"Đã đọc: {ANSWERED}", "Đây là báo nhận.", parts=(_READ,),
           kind='report; report-type="disposition-notification"'),
    Sample("deleted unread", "receipt", f"Not read: {ANSWERED}", "Your message was deleted unread.",
           parts=((_READ[0], _READ[1].replace("displayed", "deleted")),),
           kind="report; report-type=disposition-notification"),
    Sample("an mdn that stands alone", "receipt", "Return receipt", "",
           fields={"Content_Type": "message/disposition-notification"}),
    Sample("outlook express, words alone", "receipt", f"Read: {ANSWERED}",
           "This is a receipt for the mail you sent.", certain=False),
    Sample("a vietnamese web mail, words alone", "receipt", "Thông báo đã đọc thư", "Thư đã được mở.", certain=False),
    Sample("delivered, postfix", "receipt", "Successful Mail Delivery Report", "Your message was delivered.",
           from_="Mail Delivery System <MAILER-DAEMON@mx.langson.example>", fields=_NULL,
           parts=(_status("delivered", "2.0.0"),), kind=_REPORT),
    Sample("relayed, exchange", "receipt", f"Relayed: {ANSWERED}", "Delivery to these recipients is complete.",
           from_="postmaster@langson.example", fields=_NULL, parts=(_status("relayed", "2.0.0"),), kind=_REPORT),
)  # fmt: skip

BOUNCES = (
    Sample("postfix", "bounce", "Undelivered Mail Returned to Sender", "This is the mail system at host mx.",
           from_="Mail Delivery System <MAILER-DAEMON@mx.langson.example>", fields=_NULL,
           parts=(_status("failed"),), kind=_REPORT),
    Sample("postfix, delayed", "bounce", "Delayed Mail (still being retried)", "Your message is not delivered yet.",
           from_="Mail Delivery System <MAILER-DAEMON@mx.langson.example>", fields=_NULL,
           parts=(_status("delayed", "4.4.1"),), kind=_REPORT),
    Sample("exchange online", "bounce", f"Undeliverable: {ANSWERED}", "Your message wasn't delivered.",
           from_="Microsoft Outlook <postmaster@langson.example>",
           fields={**_NULL, "Auto_Submitted": "auto-replied", "X_MS_Exchange_Message_Is_Ndr": ""},
           parts=(_status("failed", "5.1.10"),), kind=_REPORT),
    Sample("exchange, vi", "bounce", f"Không gửi được: {ANSWERED}", "Thư của bạn không đến được người nhận.",
           from_="Microsoft Outlook <postmaster@langson.example>", fields=_NULL,
           parts=(_status("failed", "5.2.2"),), kind=_REPORT),
    Sample("gmail", "bounce", "Delivery Status Notification (Failure)", "Address not found",
           from_="Mail Delivery Subsystem <mailer-daemon@gmail.com>",
           fields={**_NULL, "Auto_Submitted": "auto-replied", "X_Failed_Recipients": UNIT},
           parts=(_status("failed"),), kind=_REPORT),
    Sample("exim, in plain words", "bounce", "Mail delivery failed: returning message to sender",
           "This message was created automatically by mail delivery software.",
           from_="Mail Delivery System <Mailer-Daemon@mx.langson.example>",
           fields={**_NULL, "X_Failed_Recipients": UNIT, "Auto_Submitted": "auto-replied"}),
    Sample("qmail", "bounce", "failure notice",
           f"Hi. This is the qmail-send program at mx.langson.example.\r\n\r\n<{UNIT}>:\r\nSorry, no mailbox here.",
           from_="MAILER-DAEMON@mx.langson.example", fields=_NULL),
    Sample("a full mailbox, dovecot lda", "bounce", "Automatically rejected mail",
           f"Your message to <{UNIT}> was automatically rejected: Quota exceeded",
           from_="Postmaster <postmaster@mx.langson.example>", fields=_NULL,
           parts=(("message/disposition-notification", "Disposition: automatic-action; deleted"),), kind="report"),
    Sample("a daemon that only its address shows", "bounce", "Thông báo", "Thư không tới nơi.",
           from_="MDaemon <mdaemon@mx.langson.example>"),
    Sample("a gateway without any mark", "bounce", "Delivery Failure",
           f"Could not deliver message to the following recipient(s):\r\n\r\nFailed Recipient: {UNIT}",
           from_="gateway@mx.langson.example", certain=False),
    Sample("an empty From", "bounce", "Mail failure", "x", from_="<>"),
)  # fmt: skip

OTHERS = (
    Sample("a newsletter", "list", "Bản tin tháng 7", "Tin tức trong tháng.", from_="bantin@news.example",
           fields={"List_Unsubscribe": "<https://news.example/u>", "Precedence": "bulk"}, certain=False),
    Sample("google groups", "list", "Lịch công tác", "Kính gửi các đồng chí.",
           fields={"List_ID": "<langson.groups.example>", "Mailing_list": "list langson; contact owner",
                   "Precedence": "list"}, certain=False),
    Sample("mailman", "list", "Lịch công tác", "Kính gửi các đồng chí.",
           fields={"List_Post": "<mailto:a@lists.example>", "Return_Path": "<a-bounces@lists.example>"}, certain=False),
    Sample("bulk alone", "list", "Thông báo chung", "Kính gửi.", fields={"Precedence": "bulk"}, certain=False),
    Sample("outlook invitation", "calendar", "Mời họp giao ban", "Họp lúc 8 giờ.", parts=(_INVITATION,),
           kind="alternative"),
    Sample("an accepted invitation", "calendar", "Accepted: Họp", "x",
           parts=((_INVITATION[0].replace("REQUEST", "REPLY"), _INVITATION[1]),), kind="alternative"),
    Sample("a cancelled one, alone", "calendar", "Canceled: Họp", "x",
           fields={"Content_Type": "text/calendar; method=CANCEL"}),
    Sample("a portal", "auto_reply", "Bạn có văn bản mới", "Đăng nhập để xem.",
           from_="no-reply@portal.langson.example", certain=False),
    Sample("a portal, vi", "auto_reply", "Bạn có văn bản mới", "Đăng nhập để xem.",
           from_="khong-tra-loi@portal.langson.example", certain=False),
    Sample("our provider's quota", "auto_reply", "Hộp thư của bạn sắp đầy", "Hộp thư đã dùng 95 %.",
           from_="hotro@so.example", certain=False),
    Sample("our provider's quota, en", "auto_reply", "Your mailbox is almost full", "95 % are used.",
           from_="it@so.example", certain=False),
    Sample("boxbe", "auto_reply", f"Re: {ANSWERED} (Action Required)",
           "Your message to Hoa will be delivered once you click the link to verify that you are human.",
           certain=False),
    Sample("spam arrest", "auto_reply", f"Re: {ANSWERED} [verification required]",
           "Your email is being held. Please click the link below to confirm this message: https://x.example/v",
           certain=False),
    Sample("tmda", "auto_reply", "Please confirm your message", "This message was created automatically.",
           fields={"Auto_Submitted": "auto-replied", **_NULL}),
    Sample("a challenge, vi", "auto_reply", "Xác nhận người gửi",
           "Thư của bạn đang được giữ. Bấm vào đường dẫn để xác nhận không phải thư rác.", certain=False),
    Sample("a spam complaint", "auto_reply", "complaint", "An abuse report.", from_="fbl@provider.example",
           parts=(("message/feedback-report", "Feedback-Type: abuse"),), kind="report; report-type=feedback-report"),
    Sample("ourselves", "ourselves", ANSWERED, "x", from_=f"So <{OURS}>"),
    Sample("our letter, redirected under another sender", "ourselves", f"Fwd: {ANSWERED}", "x",
           from_="forwarder@unit.example", fields={"X_Loop": OURS}),
    Sample("an autoresponder that keeps our fields", "ourselves", f"Re: {ANSWERED}", "x",
           fields={"X_Loop": f"{OURS}", "Auto_Submitted": "auto-replied"}),
)  # fmt: skip

ALL = (*ABSENCES, *RECEIPTS, *BOUNCES, *OTHERS)
