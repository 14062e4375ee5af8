"""What officers' mails want, told from their words: as they are really written, with tones and without."""

import time
import unicodedata
from datetime import date

import pytest

from intake import purpose
from roll import mails
from tests.intake import known

WANTED = {
    "question": (
        "Chị ơi, mục 5.4 tính theo Nghị định 56 hay sao ạ?",
        "Chi oi muc 5.4 tinh theo nghi dinh 56 hay sao a",
        "Em xin hỏi chị biểu 02 có phải ghi cả công trình của xã không ạ",
        "Cho em hoi so lieu chot den ngay nao a",
        "Đề nghị Phòng hướng dẫn giúp huyện cách tính chỉ tiêu 7.2",
        "nhờ chị hướng dẫn thêm mục III với ạ",
        "Huyện chưa rõ mục 4.1 gồm cả hỗ trợ bằng hiện vật hay không",
        "Em không biết kinh phí ghi theo triệu hay nghìn đồng",
        "Chị nhận được báo cáo của em chưa ạ",
        "Anh cho em hỏi chút ạ",
        "Phòng em chưa nhận được công văn và biểu mẫu",
        "Chị cho em xin lại biểu mẫu với ạ",
        "Nhờ chị gửi lại công văn giúp em",
        "File biểu mẫu em không mở được chị ạ",
        "Biểu này tính thế nào hả chị",
        "Kính đề nghị Sở giải đáp nội dung tại mục 2",
        "Nếu đơn vị không phát sinh thì có phải gửi báo cáo không ạ?",
        "Đơn vị gửi theo số liệu ước được không",
        "Huyện em xin ý kiến về việc ghi số trẻ em nghèo",
    ),
    "extension_request": (
        "Huyện đang tổng hợp từ các xã, xin gửi chậm đến 10/7 ạ.",
        "xin phép chị cho huyện lùi thời hạn nộp báo cáo đến thứ hai tuần sau",
        "De nghi cho huyen lui thoi han gui bao cao sang ngay 08/7",
        "Kính đề nghị Phòng gia hạn thêm 03 ngày",
        "Chị cho em thêm thời gian với ạ, các xã chưa gửi đủ",
        "Cho huyện em đến hết thứ 6 được không ạ?",
        "Em chưa kịp tổng hợp, mai em gửi",
        "Các xã báo cáo chậm nên huyện chưa tổng hợp xong",
        "Xin nop cham 2 ngay a",
        "Mong chị thông cảm cho huyện gửi muộn đến ngày 8",
        "xin khất chị đến đầu tuần ạ",
        "Em xin hoãn đến chiều mai",
    ),
    "nil_report": (
        "Trong Tháng hành động vì trẻ em năm 2019, đơn vị không có hoạt động.",
        "Đơn vị không phát sinh",
        "don vi khong phat sinh hoat dong nao",
        "Sở không tổ chức hoạt động nào trong Tháng hành động",
        "Cơ quan không triển khai hoạt động trong tháng 6",
        "KPS",
        "Thanh tra tỉnh báo cáo: không có số liệu",
        "Kính gửi Phòng. Đơn vị ko phát sinh số liệu báo cáo.",
        "Đơn vị không có gì để báo cáo",
    ),
    "recall": (
        "Chị bỏ mail trước giúp em, chiều em gửi bản khác ạ.",
        "chi bo file cu giup em nhe",
        'Phong LDTBXH Cao Loc muốn thu hồi thư "BC Tháng HĐ vì trẻ em 2019".',
        "Em xin thu hồi báo cáo đã gửi sáng nay",
        "Chị huỷ báo cáo giúp em với",
        "Em gửi nhầm file, chị bỏ qua giúp em",
        "Đề nghị Phòng không lấy bản trước, huyện sẽ gửi lại sau",
        "Chị đừng tổng hợp bản cũ nhé ạ",
    ),
    "confirmation": (
        "Số liệu đúng rồi em nhé",
        "so lieu dung roi em",
        "Đơn vị xác nhận số liệu là đúng.",
        "Đúng rồi ạ",
        "Dạ đúng ạ",
        "Huyện đã rà soát, xác nhận lại số liệu như báo cáo",
        "Báo cáo đã chính xác",
        "Đề nghị giữ nguyên số liệu",
        "Số liệu của huyện không thay đổi",
    ),
    "correction_in_prose": (
        "mục 5.2 sửa thành 305",
        "muc 5.2 sua thanh 105 giup chi",
        "Chị sửa giúp em mục 3.1 là 12 lớp",
        "Chị điều chỉnh số trẻ em được tặng quà thành 1.250 cháu",
        "Huyện xin đính chính mục 4",
        "Mục 2.3 là 40 chứ không phải 400",
        "Chỉ tiêu 7 không phải là 30 mà là 300",
    ),
    "says_sent": (
        "Đơn vị đã gửi báo cáo từ ngày 28/6 rồi ạ",
        "Huyen da gui bao cao hom thu 2 roi chi a",
        "Em đã gửi chị qua Zalo",
        "Sở đã nộp bản giấy theo đường công văn",
        "Báo cáo huyện đã gửi trên trục liên thông",
    ),
    "password": (
        "Mật khẩu của tệp: langson2019",
        "mat khau file la 123456",
        "Pass là langson",
        "mk file: 2019ls",
    ),
}

NOTHING_WANTED = (
    "Chị nhận được thì cho em xin phản hồi",
    "Chi nhan duoc thi cho em xin phan hoi a.",
    "có gì chị cho em biết để chỉnh sửa",
    "Có gì chị báo em sửa lại ạ!",
    "không có gì thay đổi",
    "Nếu có gì sai sót chị gọi em theo số 0912 000 000.",
    "Mọi thắc mắc xin liên hệ đồng chí Hoa, ĐT: 0912.000.000",
    "Kính gửi phòng TEBĐG, em gửi báo cáo THĐ vì trẻ em của huyện ạ. Em cảm ơn chị!",
    "Báo cáo của Hội về Tháng hành động vì trẻ em",
    "Bao cao cua Hoi ve Thang hanh dong vi tre em",
    "Hội LHPN tỉnh báo cáo: đã tặng 120 suất quà trị giá 24 triệu đồng; tổ chức 15 buổi truyền thông.",
    "Em gửi lại ạ, file trước bị nhầm.",
    "bản chính thức, chị lấy bản này ạ",
    "Gửi lại chị biểu mẫu huyện đã điền ạ.",
    "Biểu 01 một tệp, Biểu 02 - 04 một tệp ạ.",
    "Xin lỗi chị vì em gửi muộn ạ.",
    "Em gửi hơi muộn, mong chị thông cảm.",
    "Huyện đã được gia hạn đến 10/7, nay xin gửi báo cáo",
    "Mục 5.4 của huyện không phát sinh trong kỳ",
    "Nội dung báo cáo theo số liệu sử dụng của các xã",
    "Số liệu có nội dung theo đúng biểu mẫu",
    "Báo cáo thực hiện theo hướng dẫn của Sở tại Công văn số 345",
    "Huyện không có khó khăn, vướng mắc.",
    "Em đã bỏ mật khẩu của tệp và gửi lại",
    "Đơn vị báo cáo đúng thời hạn",
    "Em đã sửa theo góp ý của chị, gửi lại bản điều chỉnh lần 2 ngày 3/7",
    "Hoàng Thị A - Chuyên viên\nPhòng LĐTB&XH-DT huyện Văn Quan, tỉnh Lạng Sơn\nĐT: 0912 000 000 - 0205 3000 830",
    "Xem tại https://langson.example/van-ban?id=35&trang=2",
    "B?o c?o th?ng h?nh ??ng v? tr? em c?a huy?n",
    "Không phát sinh kinh phí ngoài dự toán, không có trẻ em bị tai nạn.",
    "Em gửi anh báo cáo quý, kính mong anh tổng hợp",
    "Cảm ơn chị đã quan tâm, chúc chị sức khoẻ",
    "Số trẻ em được tặng quà tăng 12% so với năm 2018",
    "",
)


def mail(text: str, subject: str = "BC", **options: object) -> mails.Contents:
    return known.contents(text, subject=subject, **options)


def test_the_tables_are_long_enough_to_mean_something():
    assert sum(map(len, WANTED.values())) + len(NOTHING_WANTED) >= 100
    assert len(NOTHING_WANTED) >= 25


@pytest.mark.parametrize(("wanted", "text"), [(wanted, text) for wanted, texts in WANTED.items() for text in texts])
def test_a_mail_that_wants_something_of_a_person_is_told(wanted: str, text: str):
    assert purpose.of(mail(text)) == wanted


@pytest.mark.parametrize(("wanted", "text"), [(wanted, text) for wanted, texts in WANTED.items() for text in texts])
def test_it_is_told_among_the_words_that_go_with_every_mail(wanted: str, text: str):
    whole = f"Kính gửi chị Hoa!\n\n{text}\n\nEm cảm ơn chị!\n--\nNguyễn Văn A\nĐT: 0205 3000 183"
    assert purpose.of(mail(whole)) == wanted


@pytest.mark.parametrize("text", NOTHING_WANTED)
def test_a_mail_that_wants_nothing_is_left_alone(text: str):
    assert purpose.of(mail(text)) == ""


@pytest.mark.parametrize(
    ("subject", "wanted"),
    [
        ("Xin lùi thời hạn", "extension_request"),
        ("V/v gửi chậm báo cáo", "extension_request"),
        ("Thu hồi: BC Tháng HĐ vì trẻ em 2019", "recall"),
        ("Recall: BC thang HD", "recall"),
        ("v/v không phát sinh", "nil_report"),
        ("Hỏi về biểu mẫu", "question"),
        ("Hoi ve bieu mau", "question"),
        ("Mật khẩu file BC", "password"),
        ("BC-SVHTTDL", ""),
        ("Báo cáo số 215/BC-UBND", ""),
        ("Hội LHPN tỉnh gửi báo cáo", ""),
    ],
)
def test_the_subject_says_it_too(subject: str, wanted: str):
    assert purpose.of(mail("Kính gửi Phòng.", subject)) == wanted


def test_the_subject_of_an_answer_is_history():
    assert purpose.of(mail("Em gửi báo cáo ạ.", "Re: Xin lùi thời hạn")) == ""
    assert purpose.of(mail("Em cảm ơn chị", "Trả lời: Đã nhận đề nghị lùi thời hạn")) == ""


def test_the_subject_of_an_answer_counts_where_nothing_else_is_said():
    assert purpose.of(mail(" \n", "Re: xin lùi thời hạn đến 10/7")) == "extension_request"


def test_what_was_quoted_is_not_said_now():
    assert purpose.of(mail("Em gửi báo cáo ạ.", quoted="Chị ơi cho em hỏi mục 5.4 tính sao ạ?")) == ""


def test_a_request_wins_over_the_question_mark_behind_it():
    assert purpose.of(mail("Chị cho huyện lùi hạn đến thứ 2 được không ạ?")) == "extension_request"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_text_in_any_unicode_form_and_the_old_encodings_is_understood(form: str):
    assert purpose.of(mail(unicodedata.normalize(form, "Xin lùi thời hạn ạ."))) == "extension_request"
    assert purpose.of(mail("§¬n vÞ kh«ng ph¸t sinh ho¹t ®éng")) == "nil_report"


def test_both_ways_of_placing_a_tone_and_the_commonest_misspelling_are_one():
    assert purpose.of(mail("Chị huỷ báo cáo giúp em")) == purpose.of(mail("Chị hủy báo cáo giúp em")) == "recall"
    assert purpose.of(mail("mục 5.2 sữa thành 305")) == "correction_in_prose"


def test_a_sentence_wrapped_by_the_mail_program_is_one_sentence():
    text = "Do các xã, thị trấn gửi báo cáo chậm nên huyện kính đề nghị Phòng cho huyện\nlùi thời hạn gửi báo cáo ạ."
    assert purpose.of(mail(text)) == "extension_request"


@pytest.mark.parametrize(
    "link",
    [
        "https://drive.google.com/file/d/1AbCdEf/view?usp=sharing",
        "drive.google.com/drive/folders/1abc",
        "https://docs.google.com/spreadsheets/d/1XyZ/edit",
        "https://1drv.ms/x/s!abc",
        "https://tenant.sharepoint.com/:x:/g/abc",
        "https://www.dropbox.com/s/abc/bc.xlsx?dl=0",
        "https://www.fshare.vn/file/ABC",
        "https://we.tl/t-abc",
    ],
)
def test_a_link_to_a_file_in_the_cloud_is_seen(link: str):
    inside = mail(f"Gửi phòng báo cáo tại {link} ạ.")
    assert purpose.has_cloud_link(inside)
    assert purpose.of(inside) == ""


@pytest.mark.parametrize(
    "link",
    ["https://zalo.me/0912000000", "https://langson.example/tin", "hoa@gmail.com", "https://meet.google.com/abc"],
)
def test_a_link_to_anything_else_is_no_file(link: str):
    assert not purpose.has_cloud_link(mail(f"Liên hệ {link}"))


@pytest.mark.parametrize(
    "text",
    [
        "Em cảm ơn chị ạ!",
        "Da em nhan duoc roi a, em cam on chi.",
        "Vâng ạ",
        "Đơn vị đã nhận được thông tin phản hồi. Trân trọng cảm ơn!\n--\nHoàng Thị A\nPhòng LĐTBXH huyện Văn Quan",
        "ok chị",
    ],
)
def test_an_answer_of_nothing_but_thanks_wants_nothing(text: str):
    assert purpose.is_courtesy(mail(text, "Re: [Đã tiếp nhận] BC Tháng hành động"))
    assert purpose.is_courtesy(mail(text, "BC", in_reply_to="<ours@so.example>"))


@pytest.mark.parametrize("text", ["Em gửi báo cáo ạ, em cảm ơn chị!", "", "Chị ơi", "Vâng, số liệu là 305 ạ"])
def test_an_answer_that_says_more_is_no_mere_courtesy(text: str):
    assert not purpose.is_courtesy(mail(text, "Re: [Đã tiếp nhận] BC"))


def test_thanks_in_a_mail_that_answers_nothing_are_no_mere_courtesy():
    assert not purpose.is_courtesy(mail("Em cảm ơn chị!", "BC tháng hành động"))


def test_thanks_with_a_file_are_no_mere_courtesy():
    assert not purpose.is_courtesy(mail("Em cảm ơn chị!", "Re: BC", parts=[known.part("a.pdf", "pdf")]))


@pytest.mark.parametrize(
    ("subject", "day", "is_whole", "expected"),
    [
        ("BC (1/3)", date(2019, 7, 2), True, True),
        ("BC (3/3)", date(2019, 7, 2), True, True),
        ("BC [2/3]", date(2019, 7, 2), False, True),
        ("Báo cáo Tháng hành động và Quốc tế thiếu nhi (1/6)", date(2019, 7, 2), True, False),
        ("BC hạn nộp (4/7)", date(2019, 7, 4), True, False),
        ("BC (1/7)", date(2019, 7, 4), False, True),
        ("BC phần 1/3", date(2019, 7, 4), True, True),
        ("BC thư thứ 2/7", date(2019, 7, 4), True, True),
        ("Số 215/BC-UBND", date(2019, 7, 2), False, False),
        ("BC (4/3)", date(2019, 7, 2), False, False),
        ("BC 2/3", date(2019, 7, 2), True, False),
    ],
)
def test_a_report_in_several_mails_is_told_from_a_date(subject: str, day: date, is_whole: bool, expected: bool):
    assert purpose.is_one_of_several(mail("Em gửi ạ.", subject), day, is_whole=is_whole) is expected


@pytest.mark.parametrize(
    "subject", ["Báo cáo", "bc 2019", "THD vi tre em", "UBND xã Yên Trạch", "Phòng LĐTBXH gửi", "Số liệu", "Biểu 01"]
)
def test_what_speaks_of_reports_or_units_is_the_offices_business(subject: str):
    assert purpose.speaks_of_reports(mail("Kính gửi anh chị.", subject))


def test_a_file_name_speaks_of_reports_too():
    assert purpose.speaks_of_reports(mail("", "", parts=[known.part("BC_Cao_Loc.rar", "rar")]))


@pytest.mark.parametrize("text", ["Trân trọng kính mời Quý cơ quan dự hội thảo về năng lượng.", "Khuyến mại lớn!", ""])
def test_an_advertisement_speaks_of_no_report(text: str):
    assert not purpose.speaks_of_reports(mail(text, "Thông báo"))


def test_an_invitation_is_other_business_unless_it_speaks_of_the_report():
    assert purpose.is_other_business(mail("Kính mời chị dự họp lúc 8h ngày 3/7 tại hội trường.", "Giấy mời"))
    assert not purpose.is_other_business(mail("Mời họp về báo cáo Tháng hành động.", "Giấy mời"))
    assert not purpose.is_other_business(mail("Em gửi chị ạ.", ""))


@pytest.mark.parametrize(
    "piece", ["so lieu nay ", "em ", "xin ", "bao cao da la ", "cho em ", "khong co ", "? ", "thu hoi ", "nhận được "]
)
def test_a_hostile_body_costs_little_time(piece: str):
    inside = mail(piece * (20_000 // len(piece)), piece * 60)
    started = time.monotonic()
    purpose.of(inside)
    purpose.is_courtesy(mail(piece * (20_000 // len(piece)), "Re: a"))
    purpose.speaks_of_reports(inside)
    assert time.monotonic() - started < 2
