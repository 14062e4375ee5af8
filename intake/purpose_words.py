"""The words by which a sentence tells what it wants: as intake.phrases finds them, in the order in which they count."""

# Each purpose with what speaks of it, and what shows that the sentence means something else; the first that is found
# counts. Written with all marks; found without them too.
PURPOSES = (
    (
        "recall",
        (
            r"^(?:thu hồi|recall)"
            r"|(?:xin|muốn|đề nghị|xin phép|cần)(?: \w+)?(?: được)? thu hồi"
            r"|thu hồi (?:lại )?(?:báo cáo|bc|thư|mail|email|bản|file|tệp|văn bản)"
            r"|(?:bỏ|hủy|xóa|bỏ qua|(?:không|ko|đừng|chưa|khoan) (?:lấy|dùng|sử dụng|tổng hợp))"
            r"(?: \w+){0,2} (?:mail|email|thư|bản|file|tệp|báo cáo|bc|số liệu)(?: \w+){0,2}"
            r" (?:trước|cũ|nãy|vừa gửi|vừa rồi|đã gửi|hôm qua|hôm trước|sáng nay|chiều qua|kia"
            r"|gửi (?:lúc|hồi|hôm|sáng|chiều)|gửi nhầm|thư trước|lần \d)"
            r"|(?:mail|email|thư|bản|file|tệp|báo cáo|bc)(?: \w+){0,6} (?:đừng|chưa|khoan|không|ko)(?: \w+)?"
            r" (?:dùng|lấy|tổng hợp|sử dụng) (?:vội|nhé|nữa)"
            r"|(?:bỏ|hủy|xóa)(?: đi)? (?:giúp|hộ|giùm)(?: \w+){0,2} (?:mail|email|thư|bản|file|tệp|báo cáo|bc)"
            r"|(?:hủy|rút) (?:lại )?(?:báo cáo|bc|mail|thư)|gửi nhầm(?: \w+){0,6} (?:bỏ qua|bỏ giúp|xóa)"
            r"|would like to recall"
        ),
        r"không thu hồi|thu hồi đất|mật khẩu|(?:mục|dòng|cột|chỉ tiêu|ô) \d",
    ),
    (
        "password",
        r"mật khẩu|password|pass (?:của |file |tệp |mở )?(?:là|file|tệp|mở)|mk (?:file|tệp|mở|là)|đặt (?:pass|mk)",
        r"(?:bỏ|gỡ|xóa|hủy|không|chưa|khỏi)(?: \w+){0,2} (?:mật khẩu|password)",
    ),
    (
        "nil_report",
        (
            r"(?:không|ko|k|chưa) (?:có )?phát sinh|kps"
            r"|(?:không|ko|k|chưa) (?:có|tổ chức|triển khai|thực hiện)(?: được)?(?: \w+)?"
            r" (?:hoạt động|số liệu|nội dung báo cáo)"
            r"|không có (?:gì để )?báo cáo|báo cáo (?:không|trắng)$|nothing to report|no activities"
        ),
        (
            r"thay đổi|sửa|bổ sung|điều chỉnh|vướng mắc|khó khăn|phát sinh thêm|phát sinh kinh phí|phát sinh chi phí"
            r"|(?:mục|chỉ tiêu|dòng|cột|biểu|ca|vụ|trường hợp|tiêu chí)(?: \w+){0,6} (?:không|ko)"
            r" (?:(?:có )?phát sinh|có)|ngoài|(?:ghi|để|điền) (?:số )?0"
        ),
    ),
    (
        "extension_request",
        (
            r"(?:xin|đề nghị|mong|cho|cho phép|xin phép|nhờ)(?: \w+){0,6}"
            r" (?:lùi|gia hạn|hoãn|kéo dài|khất|nợ (?:đến|chị|anh)|thêm (?:ít |mấy |vài |\d+ )?(?:thời gian|ngày|hôm)"
            r"|(?:gửi|nộp) (?:báo cáo |bc |số liệu )?(?:chậm|muộn|trễ|sau)|chậm lại|chậm \d+ ngày)"
            r"|xin(?: \w+){0,2} (?:gửi|nộp)(?: báo cáo| bc)? vào (?:ngày|thứ|sáng|chiều|đầu|cuối)"
            r"|(?:xin|cho|xin phép)(?: \w+){0,4} (?:đến|sang) (?:hết|ngày|thứ|sáng|chiều|đầu|cuối|mai|tuần)"
            r"|(?:v v|về việc)(?: xin)? (?:lùi|gia hạn|gửi chậm|gửi muộn)|^(?:gia hạn|lùi thời|lùi hạn|xin lùi)"
            r"|chưa (?:kịp|tổng hợp (?:xong|được|kịp)|hoàn thành|làm xong|xong)|more time|extension"
        ),
        r"ngày nào|xin lỗi|thông cảm(?! cho)|(?:đã|vừa) được (?:\w+ )?gia hạn|gia hạn đến",
    ),
    (
        "confirmation",
        (
            r"(?:số liệu|các số|con số|báo cáo|bc)"
            r"(?: (?:là|đã|đều|như vậy|trên|nay|hoàn toàn|như trên|trong báo cáo|này|đó"
            r"|em gửi|của huyện|của sở|của đơn vị|vậy|thế))*+ (?:đúng|chính xác)"
            r"|^(?:(?:dạ|vâng|ok|em|chị|anh|đã|kiểm tra|rà soát|lại|là|thì) )*+"
            r"(?:đúng (?:rồi|số liệu|như vậy|thế|ạ|em|chị)|đúng$)"
            r"|xác nhận (?:lại )?(?:các |là )?(?:số liệu|số)|giữ nguyên(?: \w+){0,2} (?:số liệu|số|báo cáo)"
            r"|số liệu(?: \w+){0,3} (?:giữ nguyên|không (?:có )?(?:gì )?thay đổi)"
        ),
        (
            r"chưa|không (?:đúng|chính xác|khớp)|sai|giúp|nhờ|để|nhầm|đúng (?:hạn|thời hạn|mẫu|biểu|quy định|tiến độ)"
            r"|đúng (?:ra )?(?:phải )?là (?:\w+ )?\d+|đúng phải"
        ),
    ),
    (
        "correction_in_prose",
        (
            r"(?:sửa|điều chỉnh|đổi|chỉnh|chữa|thay)(?: \w+){0,10} (?:thành|là|bằng|còn|lên|xuống) (?:\w+ )?\d+"
            r"|(?:sửa|điều chỉnh|chỉnh|chữa)(?: lại)?(?: \w+){0,2} (?:mục|chỉ tiêu|dòng|ô)(?: \d+){2,4}"
            r" (?:trẻ|người|lượt|suất|triệu|tr|đồng|nghìn|cuộc|buổi|bài|tin|lớp|điểm|hộ|công trình|xã)"
            r"|đính chính|cộng thêm(?: \w+){0,3} \d+"
            r"|(?:xin|đề nghị|nhờ) bổ sung (?:mục|chỉ tiêu|dòng) \d+ \d+ (?:\w+ )?\d+"
            r"|\d+(?: \w+){0,4} không phải(?: là)? \d+|không phải(?: là)? \d+(?: \w+){0,4} mà là \d+"
            r"|là \d+(?: \w+){0,3} (?:chứ )?không phải|đúng (?:ra )?(?:phải )?là (?:\w+ )?\d+"
            r"|(?:ghi|đánh máy|đánh|nhập|gõ|điền)(?: \w+)? nhầm(?: \w+){0,8} \d+|thay (?:số )?\d+(?: \w+)? bằng"
        ),
        r"sửa lần|chỉnh lần",
    ),
    (
        "says_sent",
        (
            r"đã (?:gửi|nộp|chuyển)(?: \w+){0,8} (?:rồi|từ|hôm|ngày \d+|tuần|qua|bằng|theo đường|trên)"
            r"|(?:gửi|nộp)(?: \w+){0,5} (?:từ|hôm|tuần|ngày \d+)(?: \w+){0,5} rồi"
            r"|(?:báo cáo|bc)(?: \w+){0,3} (?:gửi|nộp)(?: \w+){0,4} rồi|(?:gửi|nộp) (?:báo cáo|bc)(?: \w+){0,2} rồi"
            r"|(?:gửi|nộp) rồi (?:mà|ạ|chị|anh|nhé)"
        ),
        r"kèm|tệp|file|gửi lại|thay|không biết|nhận được(?: \w+){0,5} chưa",
    ),
)
QUESTION = (
    r"(?:xin|cho|muốn|cần|xin phép|nhờ)(?: (?!phản |thu )\w+){0,3} hỏi"
    r"|^(?:\w+ )?hỏi (?:về|anh|phòng|sở|thêm|chút|là|cách)"
    r"|(?:hướng dẫn|giải thích|giải đáp|tư vấn)(?: \w+){0,2} (?:giúp|giùm|hộ|cho em|cho huyện|cho đơn vị|thêm|với)"
    r"|(?:đề nghị|nhờ|mong|xin|giúp)(?: \w+){0,4} (?:hướng dẫn|giải thích|giải đáp)(?! số| của)"
    r"|như thế nào|tính thế nào|làm thế nào|thế nào (?:ạ|chị|anh)|ra sao|hay sao|là gì|ở đâu|(?<!chưa )bao giờ"
    r"|được không|phải không|đúng không|đúng chưa|được chưa|nhận được (?:\w+ ){0,9}chưa|hay chưa|không biết"
    r"|(?:không|ko|chưa) (?:ạ|vậy|hả|nhỉ|chị|anh)(?: \w+)?$|có (?:cần|phải|được)(?: \w+){0,9} không"
    r"|hay (?:chỉ|là|để|tính|ghi|lấy|theo|tên|nghìn|của|cả)|hả (?:chị|anh|em|ạ)|(?:chị|anh) (?:hả|nhỉ)$"
    r"|vậy (?:chị|anh)$|(?:vào|gửi) đâu|chỗ nào|kiểu gì|(?:em|huyện|đơn vị|phòng|sở)(?: \w+)? thắc mắc"
    r"|(?:đề nghị|xin|mong|nhờ)(?: \w+){0,4} cho (?:\w+ )?biết"
    r"|(?:công văn|biểu mẫu|mẫu|file mẫu|văn bản)(?: \w+){0,8} gửi lại(?: \w+)? (?:giúp|hộ|giùm|cho|với)"
    r"|(?:chưa|không|ko) (?:rõ|hiểu)|(?:đang|còn|có một|em có)(?: \w+){0,2} thắc mắc|xin ý kiến"
    r"|(?:xin|gửi giúp|gửi cho em)(?: lại)?(?: \w+)? (?:mẫu|biểu mẫu|file mẫu|công văn|đề cương)"
    r"|(?:giúp|hộ|nhờ|xin|đề nghị)(?: \w+){0,4} gửi lại(?: \w+){0,3} (?:mẫu|biểu mẫu|công văn)"
    r"|gửi lại(?: \w+){0,3} (?:mẫu|biểu mẫu|công văn)(?: \w+){0,3} (?:giúp|hộ|giùm)"
    r"|(?:chưa|không|ko) nhận được(?: \w+){0,2} (?:công văn|biểu mẫu|mẫu|văn bản|file|phản hồi|hồi âm|trả lời)"
    r"|(?:chưa|không|ko) mở được|mở(?: \w+){0,2} (?:không|ko) được"
    r"|(?:chị|anh|^c|^a) gửi lại(?: \w+){0,3} (?:mẫu|biểu mẫu|công văn|giúp|hộ|cho)"
    # A complaint asks for a person as a question does.
    r"|khiếu nại|không (?:đồng ý|nhất trí) với|(?:đề nghị|mong|kiến nghị|yêu cầu)(?: \w+){0,5} xem(?: xét)? lại"
)
# A sentence that offers help or puts a case says nothing of the mail itself: "có gì chị cho em biết", "nếu không ...".
OFFER = (
    r"^(?:(?:kính|rất|em|chị|anh|và|thì) )*+(?:nếu|có gì|có vấn đề|có vướng mắc|có thắc mắc|mọi|khi|trường hợp"
    r"|trong trường hợp|trong quá trình|cần trao đổi|chi tiết)"
)
# "Em gửi lại báo cáo ạ": what was to come with the words.
SENDS = (
    r"(?:em|e|tôi|huyện|sở|phòng|đơn vị|hội|ban|xin|lại)(?: \w+)? (?:gửi|nộp|chuyển)"
    r" (?:(?:lại|chị|anh|c|a|phòng|sở|bổ sung) )*+(?:báo cáo|bc|file|tệp|bản|số liệu|biểu|ạ|$)|^(?:gửi|nộp)|kèm|đính"
)
