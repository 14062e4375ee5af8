"""What departments and organisations of the province send: domain cases 5 to 7, 13 to 17, 22, 29, 36 to 38, and ordinary reports."""

from service.demo import sample_files as files
from service.demo.sample_files import Report
from service.demo.sample_rows import Row

_SGDDT = "Trần Thị Lan <vp.sogddt@mail.example>"
_CAT = "Công an tỉnh <congan@langson.example>"
_SNN = "Kế toán Sở NN <ketoan.sonn@mail.example>"
_SYT = "Sở Y tế <soyte.kehoach@mail.example>"

_BODY = "Kính gửi phòng Trẻ em - Bình đẳng giới. Sở gửi báo cáo kết quả Tháng hành động vì trẻ em năm 2019. Trân trọng."
_SGDDT_REPORT = "Sở Giáo dục và Đào tạo"

ROWS = (
    Row(
        5, "tu-phap-scan-only", "04/07 09:10", "Tu phap Lang Son <sotuphap@langson.example>", "bao cao", "Sở Tư pháp gửi.",
        (files.pdf("scan0012.pdf"),), "noted",
    ),
    Row(
        6, "giao-duc-first", "25/06 14:10", _SGDDT, "BC THĐVTE 2019", _BODY,
        (files.xls("BC THDVTE 2019.xls", Report(_SGDDT_REPORT, 601, {"D42": 4200, "E35": 999.9})),), "returned",
    ),
    Row(
        6, "giao-duc-second", "26/06 08:30", _SGDDT, "Gửi lại BC", "Em gửi lại ạ, file trước bị nhầm.",
        (files.xls("BC THDVTE 2019_sửa lần 2.xls", Report(_SGDDT_REPORT, 601)),),
    ),
    Row(
        7, "giao-duc-third", "26/06 16:45", _SGDDT, "bản chính thức, chị lấy bản này ạ", "Bản chính thức đã có chữ ký lãnh đạo ạ.",
        (files.xls("BC THDVTE 2019_chinh thuc.xls", Report(_SGDDT_REPORT, 601, {"D24": 610})),),
    ),
    Row(
        13, "tinh-doan-word", "27/06 10:00", "Tỉnh đoàn <tinhdoan@langson.example>", "45-BC/TĐTN", "Tỉnh đoàn gửi báo cáo số 45-BC/TĐTN.",
        (files.document("45-BC-TDTN.docx"),), "returned",
    ),
    Row(
        14, "phu-nu-text-only", "01/07 10:30", "Hội LHPN tỉnh <hoilhpn@langson.example>", "Báo cáo THĐVTE",
        "Hội LHPN tỉnh báo cáo: đã tặng 120 suất quà trị giá 24 triệu đồng; tổ chức 15 buổi truyền thông cho 900 lượt hội viên.",
        expected="returned",
    ),
    Row(
        15, "xay-dung-nil", "27/06 15:30", "Sở Xây dựng <soxaydung@langson.example>", "v/v không phát sinh",
        "Trong Tháng hành động vì trẻ em năm 2019, đơn vị không có hoạt động.", expected="held",
    ),
    Row(
        16, "giao-thong-inline-image", "28/06 16:00", "Sở GTVT <sogtvt@langson.example>", "BC", _BODY,
        (files.xlsx("BC So GTVT.xlsx", Report("Sở Giao thông vận tải", 616)), files.picture_in_text("image001.png")),
    ),
    Row(
        17, "cong-an-password", "02/07 14:00", _CAT, "BC", "Gửi báo cáo, mật khẩu gửi ở thư sau.",
        (files.protected_workbook("BC Cong an tinh.xlsx"),), "returned",
    ),
    Row(
        17, "cong-an-password-in-next-mail", "02/07 14:04", _CAT, "BC (tiếp)", "Mật khẩu của tệp: langson2019", expected="held",
    ),
    Row(
        22, "y-te-sheets-link", "21/06 16:20", _SYT, "BC", "Sở Y tế gửi: https://docs.google.com/spreadsheets/d/1XyZ/edit", expected="returned",
    ),
    Row(29, "nong-nghiep-et", "03/07 08:30", _SNN, "BC", _BODY, (files.xls("BC So NN.et", Report("Sở Nông nghiệp và PTNT", 629)),)),
    Row(
        29, "nong-nghiep-csv", "03/07 08:34", _SNN, "BC", "Bản csv ạ.", (files.separated_values("BC So NN.csv", Report("Sở Nông nghiệp và PTNT", 639)),),
        "returned",
    ),
    Row(
        29, "nong-nghiep-ods", "03/07 08:36", _SNN, "BC", "Bản LibreOffice ạ.", (files.open_document("BC So NN.ods"),),
        "returned", "tables of LibreOffice are recognised; this one is not the form",
    ),
    Row(29, "ke-hoach-xlsm", "03/07 08:50", "Sở KH&ĐT <sokhdt@langson.example>", "BC", _BODY, (files.xlsm("BC.xlsm", Report("Sở Kế hoạch và Đầu tư", 630)),)),
    Row(
        36, "tai-chinh-after-midnight", "05/07 00:03", "Sở Tài chính <sotaichinh@langson.example>", "BC", _BODY,
        (files.xlsx("BC So Tai chinh.xlsx", Report("Sở Tài chính", 636)),), sent="04/07 23:58",
    ),
    Row(
        37, "nong-dan-winmail", "04/07 11:00", "Hội Nông dân <hoinongdan@langson.example>", "THONG TIN BC", "Hội gửi báo cáo.",
        (files.winmail("Hội gửi báo cáo.", "BC Hoi ND.xlsx", Report("Hội Nông dân tỉnh", 637)),),
    ),
    Row(
        38, "noi-vu-encoded-word", "24/06 09:15", "Sở NV <sonoivu@langson.example>", "BC", _BODY,
        (files.named_in_words("Báo cáo Tháng hành động - Sở Nội vụ.xls", Report("Sở Nội vụ", 638)),),
    ),
    Row(
        38, "thong-tin-name-in-pieces", "24/06 10:02", "Sở TT&TT <sotttt@langson.example>", "BC", _BODY,
        (files.named_in_pieces("Báo cáo kết quả thực hiện Tháng hành động vì trẻ em năm 2019 của Sở TTTT.xlsx", Report("Sở Thông tin và Truyền thông", 639)),),
    ),
    Row(
        38, "cong-thuong-at00001", "24/06 10:40", "Sở Công Thương <socongthuong@langson.example>", "BC", _BODY,
        (files.xlsx("AT00001.dat", Report("Sở Công Thương", 640)),),
    ),
    Row(
        0, "dan-toc-old-zip-names", "01/07 16:20", "Ban Dân tộc tỉnh <bandantoc@langson.example>", "BC + ảnh", _BODY,
        (
            files.zipped(
                "BC.zip", ("Báo cáo Ban Dân tộc.xls", Report("Ban Dân tộc", 641).xls), ("Ảnh.png", lambda _blank, _at: files.PICTURE),
                codec="cp1258",
            ),
        ),
    ),
    Row(
        0, "ngoai-vu-blank-form", "02/07 11:30", "Sở Ngoại vụ <songoaivu@langson.example>", "BC", _BODY,
        (files.blank_form("Bieu mau.xlsx"),), "returned",
    ),
    Row(
        0, "thanh-tra-errors", "03/07 15:05", "Thanh tra tỉnh <thanhtra@langson.example>", "BC", _BODY,
        (files.xlsx("BC Thanh tra tinh.xlsx", Report("Thanh tra tỉnh", 642, {"D24": 9000, "D45": 99999, "E78": 10, "D59": "nhiều"})),), "returned",
    ),
    Row(
        0, "van-phong-report", "01/07 09:05", "VP UBND tỉnh <vanphong@langson.example>", "BC-VP", _BODY,
        (files.xlsx("BC VP UBND tinh.xlsx", Report("Văn phòng UBND tỉnh", 643)),),
    ),
    Row(
        0, "van-phong-saved-again", "02/07 09:30", "VP UBND tỉnh <vanphong@langson.example>", "BC-VP (gửi lại)", "Văn phòng gửi lại ạ.",
        (files.xls("BC VP UBND tinh.xls", Report("Văn phòng UBND tỉnh", 643)),), "duplicate",
    ),
    Row(
        0, "van-hoa-report", "28/06 10:40", "Sở VHTTDL <sovhttdl@langson.example>", "BC-SVHTTDL", _BODY,
        (files.xlsx("BC SVHTTDL.xlsx", Report("Sở Văn hóa, Thể thao và Du lịch", 644)),),
    ),
    Row(
        0, "khoa-hoc-report", "04/07 16:55", "Sở KH&CN <sokhcn@langson.example>", "BC-SKHCN", _BODY,
        (files.xls("BC SKHCN.xls", Report("Sở Khoa học và Công nghệ", 645, {"E41": 9.5})),),
    ),
    Row(
        0, "chu-thap-do-report", "04/07 17:20", "Hội CTĐ tỉnh <hoictd@langson.example>", "BC-HCTĐ", _BODY,
        (files.xlsx("BC HCTD.xlsx", Report("Hội Chữ thập đỏ tỉnh", 646)),),
    ),
)  # fmt: skip
