"""Where the table is and which row is which line, however people rearranged the sheet (rules P16 to P29, P33)."""

import pytest

from forms import layout, lines, recognition
from forms.form import Column, Form, Row, Sheet
from forms.workbook import Workbook, WorkbookSheet

SHEET = Sheet(
    name="Bieu 01",
    kind="rows",
    item="STT",
    label="Nội dung",
    unit="Đơn vị tính",
    columns=(
        Column("quantity", "Kết quả / Số lượng", "integer"),
        Column("cost", "Kết quả / Kinh phí (tr.đ)", "decimal", "triệu đồng"),
    ),
    rows=(
        Row("", "TRUYỀN THÔNG", "I", section=True),
        Row("talks", "Cuộc truyền thông trực tiếp tại cộng đồng, trường học", "1.1", columns=("quantity", "cost")),
        Row("attendances", "Lượt người tham dự truyền thông trực tiếp", "1.2", columns=("quantity",)),
        Row("children", "Trong đó: trẻ em", "1.3", columns=("quantity",), part_of="attendances"),
        Row("", "TẶNG QUÀ", "II", section=True),
        Row("gifts", "Trẻ em được thăm, tặng quà", "2.1", columns=("quantity", "cost")),
        Row("poor", "Trong đó: trẻ em thuộc hộ nghèo, hộ cận nghèo", "2.2", columns=("quantity",), part_of="gifts"),
        Row(
            "surgeries",
            "Trẻ em khuyết tật, mắc bệnh tim bẩm sinh được phẫu thuật, phục hồi chức năng",
            "2.10",
            columns=("quantity",),
        ),
        Row("launch", "Lượt người dự Lễ phát động", "2.11", columns=("quantity",)),
        Row("launch_children", "Trong đó: trẻ em", "2.12", columns=("quantity",), part_of="launch"),
    ),
)
HEADER = [["STT", "Nội dung", "Đơn vị tính", "Kết quả", "", "Ghi chú"], ["", "", "", "Số lượng", "Kinh phí (tr.đ)", ""]]
NUMBERS = ["(A)", "(B)", "(C)", "(1)", "(2)", "(3)"]
MERGED = (((0, 3), (0, 4)), ((0, 0), (1, 0)), ((0, 1), (1, 1)), ((0, 2), (1, 2)), ((0, 5), (1, 5)))


def body(*changes):
    """The printed lines as rows [item, label, unit, quantity, cost, note], after changes: (number, new row or None)."""
    rows = [
        [row.item, row.label, "", float(number) if not row.section else "", "", ""]
        for number, row in enumerate(SHEET.rows)
    ]
    for number, row in changes:
        rows[number] = row
    return [row for row in rows if row is not None]


def sheet(rows, merged=(), name="Bieu 01"):
    return WorkbookSheet(name, rows, merged=merged)


def table(rows, merged=()):
    found = layout.find(sheet(rows, merged), layout.prepare(SHEET))
    assert found is not None
    return found


def placed(rows, merged=MERGED):
    """Row numbers by line name, and the notes."""
    result = lines.Matcher(lines.prepare(SHEET), table(rows, merged), rows).place()
    return {SHEET.rows[number].name: row for number, row in result.row_of.items()}, result.notes


PLACES = {layout.ITEM: 0, layout.LABEL: 1, layout.UNIT: 2, "quantity": 3, "cost": 4}


@pytest.mark.parametrize("merged", [MERGED, ()])
def test_a_header_over_two_rows_is_joined_down_the_column(merged):
    found = table([*HEADER, NUMBERS, *body()], merged)
    assert found.columns == PLACES
    assert found.bottom == 2


def test_the_header_is_found_below_titles_and_blank_rows():
    rows = [["UBND HUYỆN CAO LỘC", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], [], [], *HEADER, *body()]
    assert table(rows).top == 3


def test_a_header_deeper_than_forty_rows_is_none():
    assert layout.find(sheet([[] for _ in range(40)] + HEADER + body()), layout.prepare(SHEET)) is None


def test_a_sheet_with_other_headers_is_not_the_form():
    assert layout.find(sheet([["STT", "Họ và tên", "Lớp"], ["1", "A", "B"]]), layout.prepare(SHEET)) is None


def test_inserted_columns_are_passed_over_and_told():
    rows = [
        ["STT", "Nội dung", "Đơn vị tính", "Năm 2018", "Kết quả", "", "Tăng/giảm %"],
        ["", "", "", "Số lượng", "Số lượng", "Kinh phí (tr.đ)", ""],
        *body(),
    ]
    found = table(rows)
    assert (found.columns["quantity"], found.columns["cost"]) == (4, 5)
    assert found.unknown == {3: "Năm 2018 / Số lượng", 6: "Tăng/giảm %"}


def test_a_header_in_one_row_with_other_brackets_is_recognised():
    found = table([["TT", "NỘI DUNG", "Đơn vị tính", "Số lượng", "Kinh phí (triệu đồng)"], *body()])
    assert (found.columns["quantity"], found.columns["cost"]) == (3, 4)


def test_a_header_in_tcvn3_is_recognised():
    found = table(
        [["STT", "N\xe9i dung", "\xae\xacn v\xde t\xddnh", "S\xe8 l\xad\xee\xeang", "Kinh phÝ (tr.®)"], *body()]
    )
    assert found.columns["cost"] == 4


@pytest.mark.parametrize(
    "numbers",
    [
        NUMBERS,
        ["A", "B", "C", 1.0, 2.0, 3.0],
        ["(A)", "(B)", "(C)", "(1)", "(2)=(3)+(4)", "(3)"],
        [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
    ],
)
def test_a_row_of_column_numbers_is_skipped(numbers):
    assert layout.is_number_row(numbers)


@pytest.mark.parametrize(
    "row",
    [
        ["1.1", "Cuộc truyền thông", "cuộc", 20.0, 15.0],
        ["I", "TRUYỀN THÔNG"],
        [5.0, 3.0, 9.0],
        ["a", 20190603.0, 3.0],
        ["01/6/2019", 1.0, 2.0],
    ],
)
def test_a_line_of_figures_is_no_row_of_column_numbers(row):
    assert not layout.is_number_row(row)


def test_every_line_is_found_by_its_label_under_its_section():
    rows, notes = placed([*HEADER, *body()])
    assert rows == {row.name: number + 2 for number, row in enumerate(SHEET.rows) if not row.section}
    assert notes == []


def test_the_same_label_under_two_parents_is_two_lines():
    rows, _ = placed([*HEADER, *body()])
    assert (rows["children"], rows["launch_children"]) == (5, 11)


def test_item_numbers_that_excel_changed_do_not_matter():
    rows, _ = placed(
        [*HEADER, *body((7, [2.1, SHEET.rows[7].label, "", 4.0]), (5, ["01/02/2019", SHEET.rows[5].label, "", 9.0]))]
    )
    assert (rows["surgeries"], rows["gifts"]) == (9, 7)


@pytest.mark.parametrize(
    "label",
    ["Trẻ em được thăm, tặng quà:", "TE được thăm tặng quà", "2.1. Trẻ em được thăm, tặng quà",
    "- Trẻ em được thăm, tặng quà", "TRẺ EM ĐƯỢC THĂM, TẶNG QUÀ",
     "tre em duoc tham, tang qua", "Trẻ em được thăm\nvà tặng quà", "Tr\xce em \xae\xad\xeec th\xa8m, t\xc6ng qu\xb5"],
)  # fmt: skip
def test_a_label_written_otherwise_is_the_same_line(label):
    assert placed([*HEADER, *body((5, ["2.1", label, "", 9.0]))])[0]["gifts"] == 7


def test_a_similar_label_is_noted():
    rows, notes = placed([*HEADER, *body((5, ["2.1", "Trẻ em được đến thăm, tặng quà", "", 9.0]))])
    assert rows["gifts"] == 7
    assert notes == ["P21 8: Trẻ em được đến thăm, tặng quà"]


def test_a_part_may_stand_without_its_of_which():
    rows, _ = placed(
        [*HEADER, *body((3, ["", "- Trẻ em", "", 3.0]), (6, ["", "+ TE thuộc hộ nghèo, hộ cận nghèo", "", 6.0]))]
    )
    assert (rows["children"], rows["poor"]) == (5, 8)


def test_an_inserted_row_is_noted_and_moves_nothing():
    rows, notes = placed([*HEADER, *body()[:6], ["2.1a", "Tặng sữa: 200 hộp", "hộp", 200.0], *body()[6:]])
    assert (rows["gifts"], rows["poor"]) == (7, 9)
    assert notes == ["P23 9: Tặng sữa: 200 hộp"]


def test_a_deleted_row_leaves_the_others_in_place():
    rows, _ = placed([*HEADER, *body((5, None))])
    assert "gifts" not in rows
    assert rows["poor"] == 7


def test_rows_in_another_order_are_found():
    swapped = body()
    swapped[1], swapped[2] = swapped[2], swapped[1]
    rows, _ = placed([*HEADER, *swapped])
    assert (rows["talks"], rows["attendances"]) == (4, 3)


def test_total_rows_and_signatures_are_no_lines():
    rows, notes = placed(
        [
            *HEADER,
            *body(),
            ["", "Tổng cộng", "", 99.0],
            ["NGƯỜI LẬP BIỂU", "", "", "TRƯỞNG PHÒNG"],
            ["Hoàng Thị A", "", "", "Nông Văn B"],
        ]
    )
    assert len(rows) == 8
    assert notes == []


def test_a_note_below_the_table_is_kept_and_one_that_says_incomplete_is_told():
    rows = [*HEADER, *body(), ["Ghi chú: số liệu đến 25/6"], ["* chưa tính xã Công Sơn"]]
    result = lines.Matcher(lines.prepare(SHEET), table(rows, MERGED), rows).place()
    assert result.notes == ["P28 13: Ghi chú: số liệu đến 25/6", "P28 14: * chưa tính xã Công Sơn"]
    assert [said for _, _, said in result.incomplete] == ["* chưa tính xã Công Sơn"]


def test_a_label_over_two_rows_is_joined():
    first, second = "Trẻ em khuyết tật, mắc bệnh tim bẩm sinh", "được phẫu thuật, phục hồi chức năng"
    rows, _ = placed([*HEADER, *body((7, ["2.10", first, "", 4.0]))[:8], ["", second, "", ""], *body()[8:]])
    assert rows["surgeries"] == 9


def test_a_section_title_merged_over_the_item_column_is_a_section():
    rows, _ = placed([*HEADER, *body((4, ["II. TẶNG QUÀ", "", "", ""]))])
    assert rows["launch_children"] == 11


FORM = Form("THDTE-2019", "1", "KẾT QUẢ THỰC HIỆN THÁNG HÀNH ĐỘNG VÌ TRẺ EM NĂM 2019", year=2019, sheets=(SHEET,))


def recognised(*sheets, code=""):
    return recognition.recognise(Workbook("xlsx", list(sheets), code), recognition.prepare(FORM))


@pytest.mark.parametrize("name", ["Bieu 01", "BIỂU 01", "Bieu 1", "biểu 1"])
def test_a_sheet_is_known_by_its_name_in_any_writing(name):
    other = sheet([*HEADER, *body()], MERGED, "2018")
    assert recognised(other, sheet([*HEADER, *body()], MERGED, name)).found["Bieu 01"].sheet.name == name


def test_a_renamed_sheet_is_known_by_its_header_and_noted():
    found = recognised(sheet([], name="Sheet2"), sheet([*HEADER, *body()], MERGED, "PL1"))
    assert found.found["Bieu 01"].sheet.name == "PL1"
    assert found.notes == ["P07 Bieu 01: PL1"]


def test_a_table_with_the_same_columns_and_other_lines_is_not_the_form():
    rows = [*HEADER, *[[str(number), f"Chỉ tiêu khác {number}", "", 1.0] for number in range(10)]]
    assert recognised(sheet(rows, MERGED)).found == {}


@pytest.mark.parametrize(
    ("top", "code", "other"),
    [
        ("KẾT QUẢ THỰC HIỆN THÁNG HÀNH ĐỘNG VÌ TRẺ EM NĂM 2019", "", ""),
        ("KẾT QUẢ THỰC HIỆN THÁNG HÀNH ĐỘNG VÌ TRẺ EM NĂM 2018", "", "biểu mẫu năm 2018"),
        ("KẾT QUẢ THỰC HIỆN THÁNG HÀNH ĐỘNG VÌ TRẺ EM NĂM 2018", "THDTE-2019-v1", "biểu mẫu năm 2018"),
        ("Mã biểu: THDTE-2018-v1", "", "biểu mẫu năm 2018"),
        ("", "THDTE-2018-v3", "biểu mẫu năm 2018"),
        ("", "THDTE-2019-v2", "biểu mẫu phiên bản 2"),
        ("Mã biểu: thdte-2019-v1", "", ""),
        ("Kế hoạch số 123-KH/2018", "", ""),
    ],
)
def test_another_year_or_version_is_told_by_code_and_title(top, code, other):
    assert (
        recognised(
            sheet([[top], *HEADER, *body()], [((a + 1, b), (c + 1, d)) for (a, b), (c, d) in MERGED]), code=code
        ).other
        == other
    )


def test_a_second_filled_copy_of_the_table_is_noted():
    found = recognised(
        sheet([*HEADER, *body()], MERGED), sheet([*HEADER, *body()], MERGED, "Xã Gia Cát"), sheet([["x"]], name="foxz")
    )
    assert found.notes == ["P12 Xã Gia Cát", "P05 foxz"]
