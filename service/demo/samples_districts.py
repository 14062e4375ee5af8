"""What the eleven districts send: the sample mails of domain cases 1, 4, 8 to 12, 18 to 31, 34, 35, 39 and 40."""

from service.demo import sample_files as files
from service.demo.sample_files import Report
from service.demo.sample_rows import Row

_TPLS = "Phòng LĐTBXH TP Lạng Sơn <phongldtbxh.tpls@langson.example>"
_TRANG_DINH = "Phong LDTBXH-DT Trang Dinh <phongldtbxhdt.trangdinh@langson.example>"
_BINH_GIA = "Phòng LĐ Bình Gia <ldtbxh.binhgia@mail.example>"
_VAN_LANG = "Phòng LĐTBXH - DT huyện Văn Lãng <phongldtbxhdt.vanlang@langson.example>"
_CAO_LOC = "Phong LDTBXH Cao Loc <phongldtbxhdt.caoloc@langson.example>"
_VAN_QUAN = "VP UBND huyện Văn Quan <phongldtbxhdt.vanquan@langson.example>"
_BAC_SON = "Bắc Sơn <ldtbxh.bacson@mail.example>"
_HUU_LUNG = "Hữu Lũng <phongldtbxhdt.huulung@langson.example>"
_CHI_LANG = "Chi Lang <ldtbxh.chilang@mail.example>"
_LOC_BINH = "Lộc Bình LĐ <phongldtbxhdt.locbinh@langson.example>"
_DINH_LAP = "Đình Lập <phongldtbxhdt.dinhlap@langson.example>"

_CAO_LOC_REPORT = Report("UBND huyện Cao Lộc", 183)
_BINH_GIA_REPORT = Report("UBND huyện Bình Gia", 181, {"E47": 90.5})
_HUU_LUNG_REPORT = Report("UBND huyện Hữu Lũng", 186)
_VAN_LANG_PARTS = (("Bieu 01",), ("Bieu 02", "Bieu 03"), ("Bieu 04", "Thuyet minh"))
_VAN_LANG_REPORT = Report("UBND huyện Văn Lãng", 282)
_HUU_LUNG_COMMUNES = (
    "Yên Bình", "Hòa Bình", "Hữu Liên", "Yên Thịnh", "Vân Nham", "Minh Tiến", "Nhật Tiến", "Thanh Sơn", "Đồng Tân",
    "Đô Lương", "Cai Kinh", "Hòa Lạc", "Hòa Sơn", "Hòa Thắng", "Minh Sơn", "Minh Hòa", "Đồng Tiến", "Tân Thành",
    "Tân Lập", "Thiện Kỵ", "Quyết Thắng", "Yên Sơn", "Yên Vượng", "Sơn Hà",
)  # fmt: skip

_BODY = "Kính gửi phòng TEBĐG, em gửi báo cáo THĐ vì trẻ em của huyện ạ. Chị nhận được thì cho em xin phản hồi. Em cảm ơn chị!"
_RETURN_SUBJECT = "Re: [Đã tiếp nhận] BC Tháng hành động vì trẻ em năm 2019 - huyện Bình Gia"

ROWS = (
    Row(
        1, "cao-loc-xls", "25/06 08:20", _CAO_LOC, "BC Tháng HĐ vì trẻ em 2019", _BODY,
        (files.xls("BC THÁNG HĐ VÌ TRẺ EM - CAO LỘC.xls", _CAO_LOC_REPORT),),
    ),
    Row(
        4, "van-quan-signed-and-data", "28/06 15:10", _VAN_QUAN, "Báo cáo số 215/BC-UBND", "VP UBND huyện gửi báo cáo số 215/BC-UBND.",
        (files.pdf("215-BC-UBND.signed.pdf"), files.xls("215-BC-UBND.xls", Report("UBND huyện Văn Quan", 184))),
    ),
    Row(
        8, "binh-gia-rar", "02/07 16:30", _BINH_GIA, "báo cáo", "Em gửi báo cáo kèm ảnh các hoạt động ạ.",
        (files.rar_with_photos("BC.rar", "Bieu mau BC huyen Binh Gia.xls", Report("UBND huyện Bình Gia", 181)),),
    ),
    Row(
        9, "loc-binh-template-name", "05/07 08:40", _LOC_BINH, "Re: Re: biểu mẫu", "Gửi lại chị biểu mẫu huyện đã điền ạ.",
        (files.xlsx("Bieu mau kem theo.xlsx", Report("UBND huyện Lộc Bình", 188)),),
    ),
    Row(
        10, "chi-lang-lock-file", "03/07 10:05", _CHI_LANG, "BC", "Phòng gửi báo cáo ạ.",
        (files.lock_file("~$BC thang hanh dong.xlsx", "Phong LD Chi Lang"),),
        "returned",
    ),
    Row(
        11, "dinh-lap-six-months", "24/06 15:00", _DINH_LAP, "BC 6 tháng", "Đình Lập gửi báo cáo ạ.",
        (files.other_report("BC 6 thang dau nam 2019.xlsx"),),
        "returned",
    ),
    Row(
        12, "bac-son-last-year", "24/06 10:50", _BAC_SON, "Tháng HĐ", "Em gửi báo cáo tháng hành động ạ.",
        (files.last_years_form("THÁNG HĐ_BẮC SƠN_2018.xls", Report("UBND huyện Bắc Sơn", 85)),),
        "returned",
    ),
    Row(
        18, "huu-lung-two-workbooks", "01/07 14:10", _HUU_LUNG, "BC", "Biểu 01 một tệp, Biểu 02 - 04 một tệp ạ.",
        (
            files.xlsx("Bieu 01 Huu Lung.xlsx", Report("UBND huyện Hữu Lũng", 186, sheets=("Bieu 01", "Thuyet minh"))),
            files.xlsx("Bieu 02-04 Huu Lung.xlsx", Report("UBND huyện Hữu Lũng", 186, sheets=("Bieu 02", "Bieu 03", "Bieu 04"))),
        ),
    ),
    Row(
        19, "huu-lung-communes", "02/07 09:45", _HUU_LUNG, "BC các xã", "Em gửi báo cáo của 24 xã ạ.",
        tuple(
            files.xlsx(f"BC xa {commune}.xlsx", Report(f"UBND xã {commune}", 900 + number))
            for number, commune in enumerate(_HUU_LUNG_COMMUNES)
        ),
        "returned",
    ),
    *(
        Row(
            20, f"van-lang-part-{number}", f"02/07 17:{10 + number}", _VAN_LANG, f"BC ({number}/3)", f"Em gửi phần {number} ạ.",
            (files.xlsx(f"BC Van Lang phan {number}.xlsx", Report("UBND huyện Văn Lãng", 182, sheets=sheets)),),
            "accepted" if number == len(_VAN_LANG_PARTS) else "noted",
        )
        for number, sheets in enumerate(_VAN_LANG_PARTS, start=1)
    ),
    Row(
        21, "tpls-drive-link", "03/07 09:30", _TPLS, "BC",
        "Gửi phòng TEBĐG báo cáo và ảnh của thành phố, tệp nặng nên để tại https://drive.google.com/file/d/1AbCdEf/view ạ.",
        expected="returned",
    ),
    Row(
        23, "cao-loc-recall", "04/07 08:15", _CAO_LOC, "Thu hồi: BC Tháng HĐ vì trẻ em 2019",
        'Phong LDTBXH Cao Loc muốn thu hồi thư "BC Tháng HĐ vì trẻ em 2019".',
        expected="held",
    ),
    Row(
        23, "cao-loc-recall-in-words", "04/07 08:20", _CAO_LOC, "Re: BC Tháng HĐ vì trẻ em 2019",
        "Chị bỏ mail trước giúp em, chiều em gửi bản khác ạ.",
        expected="held",
    ),
    Row(
        24, "trang-dinh-out-of-office", "20/06 14:30", _TRANG_DINH, "Trả lời tự động: Triển khai Tháng hành động vì trẻ em năm 2019",
        "Tôi đi công tác đến hết ngày 25/6/2019, sẽ trả lời thư sau.",
        expected="noted", fields={"Auto-Submitted": "auto-replied", "Return-Path": "<>"},
    ),
    Row(
        25, "van-quan-question", "20/06 10:05", _VAN_QUAN, "Hỏi về biểu mẫu", "Chị ơi, mục 5.4 tính theo Nghị định 56 hay sao ạ?",
        expected="held",
    ),
    Row(
        26, "loc-binh-more-time", "02/07 10:20", _LOC_BINH, "Xin lùi thời hạn", "Huyện đang tổng hợp từ các xã, xin gửi chậm đến 10/7 ạ.",
        expected="held",
    ),
    Row(
        27, "binh-gia-report-to-confirm", "01/07 08:25", _BINH_GIA, "BC THĐ vì trẻ em huyện Bình Gia", _BODY,
        (files.xlsx("BC THD Binh Gia.xlsx", _BINH_GIA_REPORT),),
    ),
    Row(
        27, "binh-gia-confirms", "01/07 15:40", _BINH_GIA, _RETURN_SUBJECT, "Số liệu đúng rồi em nhé",
    ),
    Row(
        28, "binh-gia-corrects-in-words", "02/07 08:10", _BINH_GIA, _RETURN_SUBJECT, "mục 5.2 sửa thành 105 giúp chị",
        expected="held",
    ),
    Row(
        30, "dinh-lap-photo", "03/07 20:15", _DINH_LAP, "BC", "Em chụp gửi chị báo cáo ạ, máy tính phòng em đang hỏng.",
        (files.photo("z1432907865412_ab12cd34.jpg"),),
        "returned",
    ),
    Row(
        31, "chi-lang-for-cao-loc", "03/07 14:25", _CHI_LANG, "BC cua Cao Loc gui ho", "Phòng em gửi hộ báo cáo của Cao Lộc ạ.",
        (files.xlsx("BC Cao Loc.xlsx", Report("UBND huyện Cao Lộc", 283)),),
        "held",
    ),
    Row(
        34, "bac-son-report", "28/06 09:00", _BAC_SON, "BC tháng HĐ", _BODY,
        (files.xlsx("BC thang HD Bac Son 2019.xlsx", Report("UBND huyện Bắc Sơn", 185)),),
        again_at="28/06 09:03",
    ),
    Row(
        35, "van-lang-old-thread", "03/07 16:50", _VAN_LANG, "Fwd: Fwd: Re: BC", "Em gửi báo cáo của huyện, bên dưới là thư các xã gửi ạ.",
        (
            files.xlsx("BC Van Lang tong hop.xlsx", _VAN_LANG_REPORT),
            files.forwarded(
                "van-lang-old", "Xã Hội Hoan <hoihoan@mail.example>", "BC",
                files.xlsx("BC xa Hoi Hoan.xlsx", Report("UBND xã Hội Hoan", 951)),
                files.xlsx("BC xa Hoi Hoan sua.xlsx", Report("UBND xã Hội Hoan", 952)),
                files.pdf("KH xa Hoi Hoan.pdf"), files.other_report("BC quy I.xlsx"), files.photo("anh1.jpg"),
            ),
        ),
    ),
    Row(
        39, "trang-dinh-xlsx-as-xls", "03/07 11:15", _TRANG_DINH, "BC", _BODY,
        (files.xlsx("BC Trang Dinh.xls", Report("UBND huyện Tràng Định", 180)),),
    ),
    Row(
        39, "trang-dinh-web-page-as-xls", "03/07 11:02", _TRANG_DINH, "BC", _BODY,
        (files.web_page("BC Trang Dinh.xls", Report("UBND huyện Tràng Định", 190)),),
    ),
    Row(
        40, "cao-loc-named-children", "26/06 09:20", _CAO_LOC, "BC", "Em gửi thêm danh sách các cháu nhận học bổng ạ.",
        (files.named_children("DS 45 chau nhan hoc bong.xlsx"),),
        "quarantined",
    ),
)  # fmt: skip
