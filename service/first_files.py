"""What `rollcall init` writes: a configuration to fill in, and a small campaign that is right as it stands.

The campaign is an example to be changed: three units, one sheet, a deadline a month away. Its blank workbook is made
from its form.
"""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from forms import blank
from forms import form as forms_form

CAMPAIGN = "bao-cao-mau"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FOLDER = f"campaigns/{CAMPAIGN}"
SECRETS = "secrets"
SECRET = f"{SECRETS}/imap"
# An example that is open from today on and has all steps of its ladder still to come.
DAYS_TO_REPORT = 30
DAYS_TO_CLOSE = 40

_CONFIG = """\
# Rollcall's configuration. Change what stands here to your office's own, then run `rollcall doctor`.
# Relative paths are taken from the folder of this file. Further keys: config.example.toml.

[office]
name = "Sở Mẫu tỉnh Mẫu"                # the body that asks, as letters name it
department = "Phòng Tổng hợp"           # the department that receives; letters speak for it
phone = "0200 000 000"                  # where units may ring
timezone = "Asia/Ho_Chi_Minh"           # deadlines, days and hours are meant in this zone
language = "vi"                         # of letters and pages: vi | en

[[mailbox]]
name = "main"                           # what the ledger calls it, for good
address = "baocao@so-mau.example"       # the address that units write to
host = "imap.so-mau.example"            # the IMAP server; not needed for Gmail, Outlook, Yahoo, Zoho ...
port = 993
security = "tls"                        # tls | starttls | none (none: this machine only)
user = "baocao@so-mau.example"
password_file = "secrets/imap"          # PUT THE MAILBOX'S PASSWORD, ALONE, IN THIS FILE
folders = ["INBOX"]                     # the folders that are read; the junk folder is found by itself

[smtp]
host = "smtp.so-mau.example"            # the server that letters go out by; leave [smtp] out for Gmail, Outlook ...
port = 465
security = "tls"
user = "baocao@so-mau.example"
password_file = "secrets/imap"          # usually the same password
from = "baocao@so-mau.example"

[letters]
mode = "staff"                          # every letter goes to digest_to, marked with its real addressee; then: units

[staff]
digest_to = ["phong.tonghop@so-mau.example"]   # who gets the digest, and every letter while mode is staff
alert_to = []                                  # who is told when something is wrong with the machine

[campaigns]
path = "campaigns"                      # each folder below it is a campaign
"""

_CAMPAIGN = """\
# Một đợt báo cáo mẫu. Sửa tên, thời hạn, biểu mẫu (form.toml), danh sách đơn vị (units.csv) theo công văn.

name = "{name}"                    # small letters, digits and hyphens; it never changes
title = "Báo cáo mẫu năm {year}"
report_title = "báo cáo mẫu năm {year}"
references = []                         # số, ký hiệu công văn
reports_to = ""

opens = {opens}
deadline_text = "{deadline_text}"
due_before = {due_before}                 # exclusive: the last moment on time is the end of the day before
grace_until = {grace_until}                # exclusive
closes = {closes}                     # exclusive: what comes later waits for a person

reminders = ["-7d", "-3d", "-1d", "+1d"]
remind_at = "08:00"
digest_at = "07:30"
"""

_FORM = """\
# Biểu mẫu ví dụ: mỗi dòng một chỉ tiêu, hai cột điền số liệu.

name = "{form_name}"
version = "1"
title = "BÁO CÁO MẪU NĂM {year}"
year = {year}

[[header]]
name = "unit"                           # the line that names the reporting unit
label = "Tên đơn vị báo cáo"
type = "text"

[[header]]
name = "preparer"
label = "Người lập biểu"
type = "text"

[[sheet]]
name = "Bieu 01"
kind = "rows"
title = "BÁO CÁO MẪU NĂM {year}"
item = "STT"
label = "Nội dung"
unit = "Đơn vị tính"

[[sheet.column]]
name = "quantity"
label = "Kết quả / Số lượng"
type = "integer"

[[sheet.column]]
name = "cost"
label = "Kết quả / Kinh phí (tr.đ)"
type = "decimal"
unit = "triệu đồng"

[[sheet.row]]
item = "I"
label = "HOẠT ĐỘNG"
section = true

[[sheet.row]]
name = "events"
item = "1.1"
label = "Số hoạt động đã tổ chức"
unit = "hoạt động"
required = ["quantity"]
main = ["quantity"]

[[sheet.row]]
name = "people"
item = "1.2"
label = "Số người tham dự"
unit = "người"
columns = ["quantity"]
required = ["quantity"]
main = ["quantity"]

[[sheet.row]]
name = "people_women"
item = "1.3"
label = "Trong đó: nữ"
unit = "người"
columns = ["quantity"]
part_of = "people"                      # never above the whole

[[check]]
name = "M01"
relevant = "events.quantity == 0"           # asked only where this holds
constraint = "people.quantity == 0"         # told at this line, whose figure is {v}
constraint_message = "ghi {v} người tham dự nhưng không có hoạt động nào. Đề nghị đối chiếu, thống nhất số liệu."
severity = "warning"
"""

_UNITS = """\
code,name,short_name,kind,addresses,aliases,obligation,addressed_as,via,salutation,phone,valid_from,valid_to
X01,UBND xã Mẫu Một,xã Mẫu Một,commune,vanphong@mau-mot.example,Mẫu Một;X. Mẫu Một,required,UBND xã Mẫu Một,,,,,
X02,UBND xã Mẫu Hai,xã Mẫu Hai,commune,vanphong@mau-hai.example,Mẫu Hai;X. Mẫu Hai,required,UBND xã Mẫu Hai,,,,,
X03,UBND phường Mẫu Ba,phường Mẫu Ba,commune,vanphong@mau-ba.example,Mẫu Ba;P. Mẫu Ba,required,UBND phường Mẫu Ba,,,,,
"""


_DAYS = """\
day,kind,note
# Days off and Saturdays worked that the public calendar of Vietnam does not have; kind: off (nghỉ) | worked (làm bù).
# 2026-02-14,worked,làm bù
"""


def files(today: date) -> dict[str, bytes]:
    """Return what `init` writes, path to bytes; the campaign opens `today`. The blank workbook is its form's."""
    form_text = _FORM.replace("{form_name}", f"MAU-{today.year}").replace("{year}", str(today.year)).encode()
    form = forms_form.load_form(form_text, "form.toml")
    return {
        "config.toml": _CONFIG.encode(),
        "working-days.csv": _DAYS.encode("utf-8-sig"),
        f"{FOLDER}/campaign.toml": _campaign(today).encode(),
        f"{FOLDER}/form.toml": form_text,
        # The byte order mark lets Excel see UTF-8.
        f"{FOLDER}/units.csv": _UNITS.encode("utf-8-sig"),
        f"{FOLDER}/blank.xlsx": blank.blank(form, blank.BlankHeading()),
    }


def _campaign(today: date) -> str:
    due = today + timedelta(days=DAYS_TO_REPORT)
    return _CAMPAIGN.format(
        name=CAMPAIGN,
        year=today.year,
        opens=today,
        deadline_text=f"trước ngày {due:%d} tháng {due.month:02d} năm {due.year}",
        due_before=due,
        grace_until=due + timedelta(days=1),
        closes=today + timedelta(days=DAYS_TO_CLOSE),
    )
