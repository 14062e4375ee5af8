"""Which unit a name or an address means, and which it must never mean."""

import time
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import text
from intake import mentions, sender, unit_names
from roll import roster_rows, units
from tests.intake import known

DAY = date(2019, 7, 3)
DISTRICTS = {
    "H180": "Tràng Định", "H181": "Bình Gia", "H182": "Văn Lãng", "H183": "Cao Lộc", "H184": "Văn Quan",
    "H185": "Bắc Sơn", "H186": "Hữu Lũng", "H187": "Chi Lăng", "H188": "Lộc Bình", "H189": "Đình Lập",
}  # fmt: skip
LABOUR = "Lao động - Thương binh và Xã hội"
WRITTEN = (
    "UBND huyện {}", "UBND H. {}", "UBND H.{}", "Ủy ban nhân dân huyện {}", "Uỷ ban nhân dân huyện {}",
    "U.B.N.D huyện {}", "Huyện {}",
    "huyện {}, tỉnh Lạng Sơn", "H. {} - Lạng Sơn", "{}", "Phòng LĐTB&XH-DT huyện {}, tỉnh Lạng Sơn",
    "Phòng LĐTBXH - DT {}",
    "Phòng LĐ-TBXH H.{}", "Phòng LĐ TB & XH huyện {}", "P. LĐTBXH huyện {}", "PLĐTBXH huyện {}",
    f"Phòng {LABOUR} huyện {{}}", f"Phòng {LABOUR} - Dân tộc huyện {{}}", "Phòng Lao động – TB&XH huyện {}",
    "VP UBND huyện {}", "Văn phòng HĐND và UBND huyện {}", "UBND huyện {} - Phòng LĐTBXH-DT",
    "Tên đơn vị: UBND huyện {}",
    "  UBND  huyện\n{} ", "UBND huyện {}.", "Tỉnh Lạng Sơn, huyện {}",
)  # fmt: skip
TCVN3_OF = {letter: chr(code) for code, letter in text.TCVN3.items()}


def named(line: str) -> tuple[str, ...]:
    return known.register_2019().units_named(line)


def without_tones(line: str) -> str:
    return "".join(word if not word[0].isupper() else word.title() for word in [text.fold(line)]).replace("&", " ")


def in_tcvn3(line: str) -> str:
    return "".join(TCVN3_OF.get(letter, letter) for letter in line)


@pytest.mark.parametrize("code", DISTRICTS)
@pytest.mark.parametrize("way", WRITTEN)
def test_a_district_is_known_by_every_way_of_writing_it(code: str, way: str):
    line = way.format(DISTRICTS[code])
    assert named(line) == (code,)
    assert named(line.upper()) == (code,)
    assert named(line.lower()) == (code,)
    assert named(text.fold(line)) == (code,)


@pytest.mark.parametrize("code", DISTRICTS)
@pytest.mark.parametrize("way", ["UBND huyện {}", "Huyện {}", "Phòng LĐTBXH - DT huyện {}"])
def test_a_district_is_known_in_the_old_encoding(code: str, way: str):
    assert named(in_tcvn3(way.format(DISTRICTS[code]))) == (code,)


@pytest.mark.parametrize(
    "line",
    [
        "UBND thành phố Lạng Sơn", "UBND TP Lạng Sơn", "UBND TP. Lạng Sơn", "TP.Lạng Sơn", "T.phố Lạng Sơn", "TPLS",
        "Thành phố Lạng Sơn, tỉnh Lạng Sơn", "Phòng LĐTBXH thành phố Lạng Sơn", "Phòng LĐTB – XH TP Lạng Sơn",
        "thanh pho lang son",
        "Phòng LĐTBXH thành phố", "UỶ BAN NHÂN DÂN THÀNH PHỐ LẠNG SƠN",
    ],
)  # fmt: skip
def test_the_city_is_known_by_every_way_of_writing_it(line: str):
    assert named(line) == ("H178",)


@pytest.mark.parametrize("entry", known.roster_2019(), ids=lambda entry: entry.unit.code)
def test_every_unit_is_known_by_its_own_names_however_they_are_typed(entry: units.RosterEntry):
    unit = entry.unit
    written = [unit.name, unit.short_name, unit.addressed_as, *unit.aliases]
    for name in [alias for alias in written if len(text.fold(alias)) > 2]:
        for line in (name, name.upper(), name.lower(), text.fold(name), f" {name}. ", name.replace(" ", "\u00a0")):
            assert named(line) == (unit.code,), line
    for line in (f"{unit.name}, tỉnh Lạng Sơn", f"{unit.name} - tỉnh Lạng Sơn", unit.name.replace(" và ", " & ")):
        assert named(line.replace("tỉnh, tỉnh", "tỉnh").replace("tỉnh - tỉnh", "tỉnh")) == (unit.code,), line


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Sở Y tế tỉnh Lạng Sơn", "SYT"), ("Sở Y tế Lạng Sơn", "SYT"), ("So Y te", "SYT"), ("Së Y tÕ", "SYT"),
        ("SYT", "SYT"),
        ("Sở GD-ĐT", "SGDDT"), ("Sở Giáo dục - Đào tạo tỉnh", "SGDDT"), ("Sở GD và ĐT", "SGDDT"),
        ("Sở Nông nghiệp & PTNT", "SNN"), ("Sở NN và PTNT", "SNN"), ("Sở Văn hoá, Thể thao & Du lịch", "SVHTTDL"),
        ("Sở VH, TT & DL", "SVHTTDL"), ("Sở TT và TT", "STTTT"), ("Công an tỉnh", "CAT"), ("Công an tỉnh Lạng Sơn",
        "CAT"),
        ("VP UBND tỉnh Lạng Sơn", "VPUB"), ("Văn phòng UBND tỉnh", "VPUB"), ("Tỉnh Đoàn", "TDTN"),
        ("Tỉnh đoàn Lạng Sơn", "TDTN"),
        ("Hội LHPN tỉnh Lạng Sơn", "HLHPN"), ("Uỷ ban MTTQ VN tỉnh", "MTTQ"), ("Báo Lạng Sơn", "BLS"),
        ("Thanh tra tỉnh", "TTR"),
        ("Hội Nông dân tỉnh", "HND"), ("Ban Dân tộc tỉnh Lạng Sơn", "BDT"), ("Bảo hiểm xã hội tỉnh Lạng Sơn", "BHXH"),
        ("Ban Quản lí Khu kinh tế cửa khẩu Đồng Đăng - Lạng Sơn", "BQLKKTCK"),
    ],
)  # fmt: skip
def test_a_department_is_known_by_other_ways_of_writing_it(line: str, code: str):
    assert named(line) == (code,)


@pytest.mark.parametrize(
    "line",
    [
        # Abbreviations of two letters stand for two units or for none.
        "CL", "TĐ", "BG", "VL", "VQ", "BS", "HL", "LB", "ĐL", "TP", "CA", "h. CL", "huyện CL", "UBND huyện CL",
        # A level alone is no name.
        "UBND huyện", "Huyện", "Thành phố", "UBND tỉnh", "Tỉnh Lạng Sơn", "Lạng Sơn", "UBND tỉnh Lạng Sơn",
        "Phòng LĐTBXH",
        "Phòng LĐTBXH - DT huyện", "Đơn vị", "Sở", "Báo", "",
    ],
)  # fmt: skip
def test_an_abbreviation_or_a_level_names_nobody(line: str):
    assert named(line) == ()


LOWER_BODIES = [
    line
    for place in (*DISTRICTS.values(), "Yên Trạch", "Hội Hoan", "Vân Nham", "Cao Lâu", "Đồng Đăng", "Hoàng Văn Thụ")
    for line in (
        f"Xã {place}", f"xã {place}", f"UBND xã {place}", f"UBND XÃ {place.upper()}", f"ubnd xa {text.fold(place)}",
        f"Thị trấn {place}",
        f"TT {place}", f"UBND thị trấn {place}", f"Phường {place}", f"UBND phường {place}", f"Trường THCS {place}",
        f"Trường Tiểu học xã {place}", f"Thôn {place}", f"Trạm Y tế xã {place}", f"UBND xã {place}, huyện Cao Lộc",
        f"UBND xã {place}, huyện {place}, tỉnh Lạng Sơn",
    )
]  # fmt: skip


@pytest.mark.parametrize("line", LOWER_BODIES)
def test_a_lower_body_is_never_taken_for_its_district(line: str):
    assert named(line) == ()
    assert unit_names.is_of_a_lower_body(line)


@pytest.mark.parametrize(
    "line",
    [
        "Công an huyện", "Công an huyện Cao Lộc", "Công an TP Lạng Sơn", "Hội Nông dân huyện",
        "Hội Nông dân huyện Cao Lộc",
        "Hội LHPN huyện Bình Gia", "Hội Phụ nữ huyện", "Thanh tra huyện", "Bảo hiểm xã hội huyện",
        "Tòa án nhân dân huyện Cao Lộc",
        "Phòng Y tế huyện Cao Lộc", "Phòng Giáo dục và Đào tạo huyện Cao Lộc", "Phòng GD&ĐT Cao Lộc",
        "Phòng Tư pháp huyện Văn Quan",
        "Phòng Nội vụ huyện Chi Lăng", "Huyện đoàn Cao Lộc", "Đoàn thanh niên huyện", "LĐLĐ huyện Cao Lộc",
        "Huyện ủy Cao Lộc",
        "Trung tâm Y tế huyện Cao Lộc", "Bệnh viện huyện Cao Lộc", "Các xã huyện Cao Lộc", "Ban Dân tộc huyện",
        "Chữ thập đỏ huyện Lộc Bình", "UBMTTQ huyện Cao Lộc", "Hội Khuyến học huyện", "Đài PTTH huyện Văn Quan",
    ],
)  # fmt: skip
def test_a_body_of_a_district_is_neither_the_district_nor_its_provincial_sister(line: str):
    assert named(line) == ()


@pytest.mark.parametrize(
    "line",
    [
        "Sở Lao động - TB&XH", "Sở Lao động - Thương binh và Xã hội", "Sở LĐTBXH tỉnh Lạng Sơn", "SLĐTBXH",
        "Sở Lao động - Thương binh và Xã hội tỉnh Lạng Sơn", "Phòng Trẻ em, Bình đẳng giới",
        "Bộ Lao động - Thương binh và Xã hội",
    ],
)  # fmt: skip
def test_the_receiver_is_no_unit_that_reports(line: str):
    assert named(line) == ()


@pytest.mark.parametrize(
    "line",
    [
        "Sở Y tế tỉnh Cao Bằng", "Sở Y tế Cao Bằng", "Sở Tài chính tỉnh Bắc Giang", "Công an tỉnh Cao Bằng",
        "Thanh tra tỉnh Bắc Kạn",
        "Tỉnh đoàn Cao Bằng", "Báo Cao Bằng", "Hội LHPN tỉnh Quảng Ninh", "VP UBND tỉnh Cao Bằng",
        "UBND huyện Cao Lộc, tỉnh Cao Bằng",
        "UBND huyện Bắc Sơn tỉnh Bắc Giang", "UBND thành phố Cao Bằng", "UBND TP Bắc Giang", "Sở Nội vụ Thái Nguyên",
        "UBND huyện Vân Đồn", "UBND huyện Bình Liêu", "UBND huyện Lục Ngạn", "UBND huyện Bắc Mê",
        "Huyện Chi Lăng Bắc",
    ],
)  # fmt: skip
def test_a_unit_of_another_province_is_none_of_ours(line: str):
    assert named(line) == ()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("UBND huyện Cao Lôc", ("H183",)),
        ("UBND huyện Cao Lộcc", ("H183",)),
        ("UBND huyện Caoo Lộc", ("H183",)),
        ("UBND huyện CaoLộc", ("H183",)),
        ("Huyện Trang Dinhh", ("H180",)),
        ("Sở Tài chánh", ("STC",)),
        ("Sở Tư phap", ("STP",)),
        ("Sở Tài pháp", ()),
        ("Sở Tư chính", ()),
        ("Sở Ngội vụ", ()),
        ("UBND huyện Văn Lan", ("H182",)),
        ("UBND huyện Văn Luan", ()),
        ("UBND huyện Văn Lang Quan", ()),
        ("UBND huyện Lộc Gia", ()),
        ("UBND huyện Bình Lộc", ()),
        ("UBND huyệm Cao Lộc", ()),
        ("Sở KHCT", ()),
        ("Sở TNTT", ()),
    ],
)
def test_a_slip_of_one_letter_is_forgiven_where_only_one_unit_comes_near(line: str, expected: tuple[str, ...]):
    assert named(line) == expected


@pytest.mark.parametrize("line", ["X. Chi Lăng", "P. Chi Lăng", "UBND x. Chi Lăng", "Phòng GD huyện Chi Lăng"])
def test_a_level_in_one_letter_or_another_division_is_no_slip_for_the_district(line: str):
    inside = known.contents("", known.reading(line), sender_=known.CHI_LANG)
    assert sender.identify(inside, known.register_2019(), DAY).named == ((),)


def test_a_slip_in_the_words_for_who_writes_is_forgiven():
    for line in ("UBBND huyện Chi Lăng", "UNBD huyện Chi Lăng", "Phòng Lao độg huyện Chi Lăng"):
        inside = known.contents("", known.reading(line), sender_=known.CHI_LANG)
        assert sender.identify(inside, known.register_2019(), DAY).named == (("H187",),), line


def test_no_two_units_can_be_taken_for_each_other():
    register = known.register_2019()
    codes = {
        register.units_named(name)
        for entry in known.roster_2019()
        for name in (entry.unit.name, entry.unit.short_name, entry.unit.addressed_as)
    }
    assert codes == {(entry.unit.code,) for entry in known.roster_2019()}


@pytest.mark.parametrize(
    "line",
    [
        "UBND huyện Văn Lãng, UBND huyện Văn Quan", "Văn Lãng và Văn Quan", "Huyện Cao Lộc / Huyện Chi Lăng",
        "UBND huyện Cao Lộc, xã Yên Trạch",
        "Nguyễn Văn A", "0205 3000 183", "Bieu 01", "UBND huyện Cao Lộc (tổng hợp 23 xã)", "Tổ dân phố 5",
    ],
)  # fmt: skip
def test_a_line_with_words_left_over_names_nobody(line: str):
    assert named(line) == ()


@pytest.mark.parametrize("line", ["……………", "...............", "______", " - ", "…. ….", "\u00a0"])
def test_the_dotted_leaders_of_the_template_are_a_blank(line: str):
    assert unit_names.filled_in(line) == ""
    assert named(line) == ()


def test_the_provinces_name_is_taken_from_the_roster_and_not_needed():
    roster = units.parse_roster([{"code": "A", "name": "UBND huyện Cao Lộc"}], "units.csv")
    assert sender.Register(roster).units_named("huyện Cao Lộc") == ("A",)
    assert sender.Register(roster).units_named("huyện Cao Lộc, tỉnh Lạng Sơn") == ()
    roster = units.parse_roster([{"code": "B", "name": "Công an tỉnh Hà Giang"}, {"code": "C", "name": "Sở Y tế"}], "u")
    assert sender.Register(roster).units_named("Sở Y tế tỉnh Hà Giang") == ("C",)
    assert sender.Register(roster).units_named("Sở Y tế tỉnh Lạng Sơn") == ()


def test_a_commune_of_the_new_rosters_is_known_by_its_level():
    rows = [{"code": "C1", "name": "UBND xã Cao Lộc"}, {"code": "P1", "name": "UBND phường Tam Thanh"}]
    register = sender.Register(units.parse_roster(rows, "units.csv"))
    assert register.units_named("xã Cao Lộc") == ("C1",)
    assert register.units_named("UBND XÃ CAO LỘC") == ("C1",)
    assert register.units_named("huyện Cao Lộc") == ()
    assert register.units_named("xã Tam Thanh") == ()


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("Gửi chị báo cáo. Sở Tài nguyên và Môi trường tỉnh Lạng Sơn", ("STNMT",)),
        ("Phòng LĐTB&XH-DT huyện Văn Quan, tỉnh Lạng Sơn", ("H184",)),
        ("BC THÁNG HĐ VÌ TRẺ EM - CAO LỘC.xls", ("H183",)),
        ("BC cua Cao Loc gui ho", ("H183",)),
        ("BC-SVHTTDL", ("SVHTTDL",)),
        ("45-BC/TĐTN", ("TDTN",)),
        ("Kính gửi UBND thành phố Lạng Sơn và UBND huyện Cao Lộc", ("H178", "H183")),
        ("BC CL", ()),
        ("báo cáo của xã Cao Lộc", ()),
        ("Thị trấn Cao Lộc", ()),
        ("khách sạn Bắc Sơn, đường Bắc Sơn", ()),
        ("Trân trọng kính mời. Lạng Sơn, ngày 3/7", ()),
        ("phối hợp với công an xã, đoàn thanh niên, thanh tra", ()),
        ("Sở Lao động - Thương binh và Xã hội tỉnh Lạng Sơn", ()),
    ],
)
def test_units_are_found_in_running_text(words: str, codes: tuple[str, ...]):
    assert known.register_2019().units_mentioned(words) == codes


def test_an_address_is_a_units_whatever_its_case_and_on_its_days_only():
    register = known.register_2019()
    assert register.units_of_address(known.CAO_LOC.upper(), DAY) == ("H183",)
    assert register.units_of_address(known.SHARED, DAY) == ("H182", "H184")
    assert register.units_of_address(known.STRANGER, DAY) == ()
    dated = units.Address("a@unit.example", date(2019, 6, 1), date(2019, 6, 30))
    entry = units.RosterEntry(units.Unit("A", "A", "A", addresses=(dated,)), units.Obligation.REQUIRED)
    assert sender.Register([entry]).units_of_address("a@unit.example", date(2019, 6, 30)) == ("A",)
    assert sender.Register([entry]).units_of_address("a@unit.example", date(2019, 7, 1)) == ()
    assert sender.Register([entry]).addresses_of("A", date(2019, 7, 1)) == ()


@pytest.mark.parametrize(
    "address",
    [
        "phongldtbxhdt.caoIoc@langson.example",
        "phongldtbxhdt.caol0c@langson.example",
        "phongldtbxhdt.caoloc@langson.example.evil.example",
        "phongldtbxhdt.caoloc@lang-son.example",
        "phongldtbxhdt.caoloc@xn--langsn-3gb.example",
        "phongldtbxhdt.сaoloc@langson.example",
        "\u212aphongldtbxhdt.caoloc@langson.example",
        "phongldtbxhdt.caoloc+a@langson.example",
        "phongldtbxhdtcaoloc@langson.example",
    ],
)
def test_an_address_that_only_looks_like_a_units_is_a_strangers(address: str):
    assert known.register_2019().units_of_address(address, DAY) == ()


def test_letters_that_fold_into_ascii_do_not_make_another_address():
    entry = units.RosterEntry(
        units.Unit("A", "A", "A", addresses=(units.Address("kim@unit.example"),)), units.Obligation.REQUIRED
    )
    assert sender.Register([entry]).units_of_address("\u212aim@unit.example", DAY) == ()


def test_what_a_provider_passes_over_does_not_count():
    address = units.Address("hoa.nguyen@gmail.com")
    entry = units.RosterEntry(units.Unit("A", "A", "A", addresses=(address,)), units.Obligation.REQUIRED)
    register = sender.Register([entry])
    for written in ("hoanguyen@gmail.com", "Hoa.Nguyen+bc@googlemail.com", "h.o.a.nguyen@GMAIL.com"):
        assert register.units_of_address(written, DAY) == ("A",)
    assert register.units_of_address("hoanguyen@yahoo.example", DAY) == ()


def test_evidence_is_collected_from_every_place_that_speaks():
    inside = known.contents(
        "Em gửi ạ.\n--\nPhòng LĐTB&XH-DT huyện Văn Quan, tỉnh Lạng Sơn",
        known.reading("UBND huyện Cao Lộc"),
        known.reading("……………"),
        known.reading("UBND xã Yên Trạch"),
        known.reading("không rõ"),
        sender_=known.CHI_LANG,
        subject="BC Bình Gia",
        from_name="Chi Lang",
    )
    identity = sender.identify(inside, known.register_2019(), DAY)
    assert identity.registered == ("H187",)
    assert identity.named == (("H183",), (), (), ())
    assert identity.unmatched == ("UBND xã Yên Trạch", "không rõ")
    assert identity.of_others == ("UBND xã Yên Trạch",)
    assert identity.hinted == ("H181", "H187", "H184")
    assert [(each.source, each.units, each.weight) for each in identity.evidence] == [
        ("address", ("H187",), 60), ("workbook", ("H183",), 100), ("workbook", (), 0), ("workbook", (), 0),
        ("subject", ("H181",), 10), ("display name", ("H187",), 8), ("signature", ("H184",), 20),
    ]  # fmt: skip
    assert identity.evidence[1].place == "Bieu 01!C6"


def test_evidence_quotes_of_a_body_the_line_that_speaks_and_no_more():
    inside = known.contents("Mật khẩu của tệp: langson2019\nUBND huyện Cao Lộc gửi.")
    assert "langson2019" not in str(sender.identify(inside, known.register_2019(), DAY).evidence)


def test_the_names_of_the_new_communes_are_taken_for_no_district():
    roster = known.CAMPAIGN.parent / "thang-hanh-dong-2025" / "units.csv"
    rows = roster_rows.read_csv(roster.read_bytes(), roster.name, None)
    names = [row["short_name"].capitalize() for row in rows] + [row["short_name"] for row in rows]
    names += [f"{row['name']}, tỉnh Lạng Sơn" for row in rows] + [row["name"] for row in rows]
    assert len(names) == 4 * 65
    taken = {name: named(name) for name in names if named(name)}
    assert taken == {}


_WORDS = (
    "Hòa",
    "hoà",
    "Hoà",
    "hoa",
    "Quý",
    "Quí",
    "quy",
    "và",
    "va",
    "Vũ",
    "Đồng",
    "dong",
    "ÐỒNG",
    "&",
    "-",
    " ",
    "TT",
    "T.T",
)


@given(
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6).map(" ".join),
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6).map("".join),
)
def test_a_roster_takes_two_names_for_one_just_where_matching_does(one: str, other: str):
    """roll may not import forms, so each has its own folding: no alias may be unique to one and shared to the other."""

    def matched(name: str) -> str:
        return mentions.squeezed(text.fold(unicodedata.normalize("NFC", name)))

    for name in (one, other, unicodedata.normalize("NFD", one)):
        assert roster_rows.match_key(name) == matched(name)


@pytest.mark.parametrize("piece", ["h ", "ubnd ", "lao dong ", "cao loc ", "xa", "a ", "va ", "tinh lang son "])
def test_a_hostile_line_costs_little_time(piece: str):
    started = time.monotonic()
    named(piece * (20_000 // len(piece)))
    known.register_2019().units_mentioned(piece * (20_000 // len(piece)))
    assert time.monotonic() - started < 2
