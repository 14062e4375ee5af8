"""What strangers and machines send: domain cases 2, 3, 24, 32, 33, and a receipt and a list besides."""

from service.demo import sample_files as files
from service.demo import sample_mails
from service.demo.sample_files import Report
from service.demo.sample_rows import Row

_BOUNCE = (
    b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.langson.example\r\n\r\n"
    b"Final-Recipient: rfc822; cu.trangdinh@langson.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
)

ROWS = (
    Row(
        2, "stranger-with-unit-in-workbook", "04/07 14:40", "Hoa Nguyễn <hoa.nguyen85@mail.example>", "", "",
        (files.xlsx("Book1.xlsx", Report("UBND huyện Văn Lãng", 382)),), "held",
    ),
    Row(
        3, "stranger-forwards", "02/07 17:00", "Nguyễn Văn Minh <minhnv.tnmt@mail.example>", "Fwd: BC",
        "Gửi chị báo cáo.\n\n--\nNguyễn Văn Minh - Chuyên viên\nSở Tài nguyên và Môi trường tỉnh Lạng Sơn\nĐT: 0912 000 000",
        (files.xlsx("bc thang hanh dong(1).xlsx", Report("", 503)),), "held",
    ),
    Row(
        24, "bounce", "20/06 14:31", "Mail Delivery System <mailer-daemon@mail.langson.example>", "Undelivered Mail Returned to Sender",
        "This is the mail system at host mail.langson.example. Your message could not be delivered.",
        (lambda _blank, _at: _BOUNCE,), "noted", kind='report; report-type="delivery-status"',
        fields={"Return-Path": "<>", "Auto-Submitted": "auto-replied"},
    ),
    Row(
        32, "invitation", "21/06 08:40", "Mai Linh <mailinh@sukien.example>", "Mời tham dự hội thảo",
        "Trân trọng kính mời Quý cơ quan tham dự hội thảo về chuyển đổi năng lượng tại khách sạn Mường Thanh.",
        (files.pdf("brochure.pdf"),), "noted",
    ),
    Row(
        33, "spoof-program-in-zip", "25/06 09:00", "Phòng TEBĐG <phong.tebdg@giamao.example>", "Biểu mẫu mới",
        "Đề nghị các đơn vị dùng biểu mẫu mới kèm theo.",
        (files.zipped("Bieu mau moi.zip", ("Bieu mau moi.exe", lambda _blank, _at: files.PROGRAM)),), "quarantined",
    ),
    Row(
        33, "spoof-macros", "25/06 09:12", "Phòng TEBĐG <phong.tebdg@giamao.example>", "Biểu mẫu mới", "Mở tệp và bật macro.",
        (files.macros("Bieu mau moi.xls"),), "quarantined",
    ),
    Row(
        0, "read-receipt", "26/06 10:12", "Sở Nội vụ <sonoivu@langson.example>", "Đã đọc: Đã tiếp nhận báo cáo", "Thư đã được đọc.",
        (lambda _blank, _at: b"Content-Type: message/disposition-notification\r\n\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n",),
        "noted", kind='report; report-type="disposition-notification"', fields={"In-Reply-To": sample_mails.message_id("noi-vu")},
    ),
    Row(
        0, "list-mail", "01/07 07:05", "Bản tin Trẻ em <bantin@tapchi.example>", "Bản tin số 26", "Bản tin tuần của tạp chí.",
        expected="noted", fields={"List-Id": "<bantin.tapchi.example>", "Precedence": "list"},
    ),
)  # fmt: skip
