"""Every reason code in words, Vietnamese and English, for digests, pages and the terminal; see docs/reasons.md."""

REASONS: dict[str, tuple[str, str]] = {
    # accepted
    "valid": ("báo cáo hợp lệ", "the report is in order"),
    "warnings": ("còn số liệu đề nghị đơn vị xác nhận", "some figures wait to be confirmed"),
    "accepted_by_person": ("cán bộ đã tiếp nhận báo cáo như đã gửi", "an officer accepted the report as it stands"),
    "confirmed": ("đơn vị đã xác nhận số liệu", "the unit confirmed its figures"),
    "nil": ("báo cáo không phát sinh", "a nil report"),
    # returned
    "returned_by_person": ("cán bộ đề nghị đơn vị gửi lại báo cáo", "an officer gave the report back to the unit"),
    "errors": ("còn nội dung cần chỉnh sửa", "the report has errors"),
    "blank_form": ("biểu mẫu chưa có số liệu", "the form came back without a single value"),
    "wrong_form": ("tệp không đúng biểu mẫu của đợt báo cáo", "the workbook is another form"),
    "unreadable": ("không đọc được tệp", "the attached file cannot be read"),
    "encrypted": ("tệp có mật khẩu", "the file is protected by a password"),
    "archive_volumes": (
        "tệp nén bị chia thành nhiều phần",
        "a piece of an archive that was cut into several",
    ),
    "encrypted_mail": ("thư được mã hóa", "the mail is encrypted"),
    "lock_file": ("tệp tạm của Excel (~$), không có nội dung", "a temporary lock file of Excel (~$), without content"),
    "no_attachment": ("thư không có tệp báo cáo", "no report file is attached"),
    "cloud_link": ("thư chỉ có đường dẫn tải tệp", "only a link to a file in the cloud came"),
    "picture_only": ("chỉ có ảnh chụp, không có tệp số liệu", "only a picture came"),
    "lower_level_reports": ("các tệp là báo cáo của cấp dưới", "the workbooks are reports of a lower level"),
    # held
    "unknown_sender": ("địa chỉ gửi chưa được đăng ký", "the sender's address is not registered"),
    "ambiguous_unit": (
        "địa chỉ gửi và đơn vị ghi trong tệp không thống nhất",
        "the address and the workbook do not agree on the unit",
    ),
    "failed_authentication": ("thư không qua xác thực người gửi", "the sender's domain disowns the mail"),
    "lookalike_sender": (
        "địa chỉ gửi gần giống địa chỉ đã đăng ký",
        "the sender's address is made to look like a registered one",
    ),
    "no_single_sender": ("thư không có đúng một địa chỉ người gửi", "the mail has not exactly one From address"),
    "odd_mail": ("thư có cấu tạo bất thường", "the mail is put together in an unusual way"),
    "question": ("đơn vị có câu hỏi", "the unit asks a question"),
    "extension_request": ("đơn vị xin lùi thời hạn", "the unit asks for more time"),
    "nil_report": ("đơn vị báo không phát sinh hoạt động", "the unit says that it has nothing to report"),
    "says_sent": ("đơn vị cho biết đã gửi báo cáo", "the unit says that it has sent its report"),
    "password": ("thư cho biết mật khẩu của tệp", "the mail tells the password of a file"),
    "report_disputed": (
        "đơn vị phản hồi thư báo về báo cáo gửi từ địa chỉ khác",
        "the unit answers the notice of a report from another address",
    ),
    "recall": ("đơn vị xin thu hồi thư đã gửi", "the unit recalls an earlier mail"),
    "confirmation": ("đơn vị xác nhận số liệu trong nội dung thư", "the unit confirms its figures in words"),
    "correction_in_prose": (
        "đơn vị đề nghị sửa số liệu trong nội dung thư, không gửi tệp",
        "the unit asks in words to change a figure",
    ),
    "reply": ("thư trả lời về báo cáo đã gửi", "an answer about a report that has come"),
    "several_mails": ("báo cáo gửi làm nhiều thư", "the report comes in several mails"),
    "several_workbooks": ("thư có nhiều tệp báo cáo", "several report workbooks in one mail"),
    "several_tables": ("tệp có nhiều sheet cùng mẫu biểu", "several sheets of the workbook bear the form's table"),
    "unclear_columns": (
        "không rõ số liệu của đơn vị ở cột nào",
        "it cannot be told which columns hold the unit's figures",
    ),
    "older_version": ("tệp trùng với một bản cũ đã được thay thế", "the workbook equals a version replaced since"),
    "format_not_read": (
        "bảng số liệu ở dạng XML, chưa đọc được tự động",
        "a table as XML of a kind that is not read automatically",
    ),
    "archive_not_opened": (
        "tệp nén hoặc tệp đóng gói chưa mở được tự động",
        "an archive of a kind that is not opened automatically",
    ),
    "after_close": ("thư đến sau khi đợt báo cáo đã đóng", "it came after the campaign was closed"),
    "before_open": ("thư đến trước khi đợt báo cáo mở", "it came before the campaign opened"),
    "ambiguous_campaign": ("có nhiều đợt báo cáo cùng nhận biểu này", "several open campaigns take this form"),
    "not_on_a_roster": ("đơn vị không có trong danh sách của đợt", "the unit is on no campaign's roster"),
    "unproven_staff": (
        "thư mang địa chỉ của cán bộ nhưng chưa được xác thực",
        "a mail in the name of staff without proof that it is theirs",
    ),
    "proposal_not_valid": (
        "thư trả lời đề xuất không hợp lệ hoặc đã hết hạn",
        "it takes up a proposal that is not valid, or not any more",
    ),
    "forwarded_words": (
        "lời của đơn vị do cán bộ chuyển tiếp, không có tệp",
        "a unit's words that staff forwarded, without a file",
    ),
    "forward_without_unit": (
        "thư cán bộ chuyển tiếp, chưa xác định được đơn vị",
        "a mail that staff forwarded, and no unit is certain",
    ),
    # quarantined
    "hostile": ("tệp có dấu hiệu không an toàn", "the mail shows marks of an attack"),
    "personal_data": ("tệp có danh sách họ tên trẻ em", "the workbook holds personal data of children"),
    "poison": ("đọc thư ba lần đều không được", "reading it failed three times"),
    "too_large": (
        "thư quá lớn, chỉ lấy được phần đầu; đề nghị mở trong hộp thư",
        "the mail is too large: only its beginning was fetched; open it in the mailbox",
    ),
    "internal_error": ("lỗi của phần mềm khi xử lý thư", "a fault of the program while handling it"),
    # duplicate
    "same_mail": ("thư đã nhận trước đó", "the same mail was received before"),
    "same_file": ("tệp trùng với bản đã nhận", "the same file was received before"),
    "same_values": ("số liệu không thay đổi so với bản đã nhận", "no figure differs from the version received before"),
    # noted
    "erased": ("nội dung thư đã được xóa", "what the mail brought was erased"),
    "part_of_report": ("một phần của báo cáo, đã được ghép đủ", "a piece of a report that is whole since"),
    "answered_by_person": (
        "cán bộ đã trả lời thư của đơn vị từ hộp thư",
        "a person answered it from the mailbox",
    ),
    "staff_decision": ("quyết định của cán bộ, gửi bằng thư", "a decision of staff that came by mail"),
    "dismissed": ("cán bộ đã xử lý, không cần ghi nhận thêm", "an officer settled that nothing is to be done"),
    "signed_copy": ("bản ký, đóng dấu", "a signed copy"),
    "nothing_to_confirm": (
        "đơn vị xác nhận số liệu, báo cáo đã hợp lệ từ trước",
        "it confirms a report that was in order already",
    ),
    "courtesy": ("thư cảm ơn hoặc báo đã nhận được thư", "only thanks, or a note that a mail arrived"),
    "unrelated": ("thư không liên quan đến báo cáo", "it has nothing to do with reports"),
    "bounce": ("thông báo không gửi được thư", "a notice that a letter could not be delivered"),
    "auto_reply": ("thư trả lời tự động", "an automatic reply"),
    "receipt": ("thông báo đã đọc, đã nhận", "a read or delivery receipt"),
    "list": ("thư của danh sách gửi chung", "mail of a mailing list"),
    "calendar": ("lời mời họp", "a calendar invitation"),
    "ourselves": ("thư do chính hệ thống gửi", "our own mail"),
}

MORE_NOTES = {
    "vi": "còn {count} lưu ý khác cùng loại ({code}), xem tại trang của thư",
    "en": "{count} more of this kind ({code}), see the mail's page",
}
PROPOSE_UNIT = {"vi": "ghi nhận cho {unit} ({code})", "en": "assign to {unit} ({code})"}
# What staff are asked to see to beside mails.
PIECE = {"vi": "thư {number}", "en": "mail {number}"}
NOT_DELIVERED = {
    "vi": 'thư "{subject}" không gửi được ({why})',
    "en": 'the letter "{subject}" could not be delivered ({why})',
}
COMES_BACK = {
    "vi": "thư gửi tới {unit} bị trả lại; hệ thống tạm ngừng gửi tới địa chỉ này",
    "en": "letters to {unit} come back; nothing more is written to this address",
}
MEND_ADDRESS = {
    "vi": "hỏi lại địa chỉ của đơn vị, sửa trong units.csv; nếu vẫn dùng được: rollcall units reachable {address}",
    "en": "ask the unit for its address and correct units.csv; if it works: rollcall units reachable {address}",
}
FOLLOW_UP_WAITS = {
    "vi": "thư đôn đốc ({step}) tới {count} đơn vị đang chờ ý kiến của cán bộ",
    "en": "the follow-up letters ({step}) to {count} units wait for an officer's word",
}
# Why a unit cannot be written to: it has no address, or letters to those it has come back.
OUT_OF_REACH = {
    False: {"vi": "chưa có địa chỉ thư", "en": "no mail address"},
    True: {"vi": "thư gửi tới bị trả lại", "en": "letters come back"},
}
_LETTER_NUMBER = {"vi": "thư đi số {number}", "en": "letter {number}"}
# The decisions that staff make by sending a mail that the digest prepared.
TAKE_UP = {
    "assign": {"vi": "Ghi nhận cho {unit}", "en": "Assign to {unit}"},
    "dismiss": {"vi": "Đã xử lý xong", "en": "Settled"},
    "follow_up": {"vi": "Cho gửi thư đôn đốc ({unit})", "en": "Let the follow-up letters go out ({unit})"},
}
# What a file is that could not be taken as the report, as a letter says it in brackets.
_KINDS: dict[str, tuple[str, str]] = {
    "docx": ("tệp Word", "a Word document"),
    "doc": ("tệp Word", "a Word document"),
    "rtf": ("tệp văn bản", "a text document"),
    "odt": ("tệp văn bản", "a text document"),
    "pdf": ("tệp PDF", "a PDF file"),
    "image": ("tệp ảnh", "a picture"),
    "text": ("tệp văn bản", "a text file"),
    "html": ("trang HTML", "an HTML page"),
    "rar": ("tệp nén RAR", "a RAR archive"),
    "7z": ("tệp nén 7z", "a 7z archive"),
    "gz": ("tệp nén", "a compressed file"),
    "tar": ("tệp đóng gói tar", "a tar archive"),
    "cab": ("tệp nén CAB", "a CAB archive"),
    "arj": ("tệp nén ARJ", "an ARJ archive"),
    "lzh": ("tệp nén LZH", "an LZH archive"),
    "tnef": ("tệp winmail.dat của Outlook", "Outlook's winmail.dat"),
    "message": ("tệp thư lưu từ Outlook", "a mail saved by Outlook"),
    "zip": ("tệp nén, không có tệp Excel bên trong", "an archive without a workbook inside"),
    "lock_file": ("tệp tạm của Excel", "a temporary file of Excel"),
    "empty": ("tệp rỗng", "an empty file"),
}


def letter_number(number: int, language: str) -> str:
    """Return how a letter of ours is named to staff: `rollcall letters` lists it under that number."""
    return _LETTER_NUMBER[language].format(number=number)


def kind(code: str, language: str) -> str:
    """Return what a file is in words, empty for a kind that has none."""
    words = _KINDS.get(code)
    return "" if words is None else words[0 if language == "vi" else 1]


def say(code: str, language: str) -> str:
    """Return a reason in words; a code without words is shown as it is."""
    words = REASONS.get(code)
    return code if words is None else words[0 if language == "vi" else 1]
