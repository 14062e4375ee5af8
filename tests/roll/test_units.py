"""The roster: what a row may leave out, and the sentence for each mistake."""

from datetime import date

import pytest

from roll import roster_rows, units
from roll.mistakes import OperatorError
from roll.units import Address, Obligation, Unit

HEADER = "code,name,short_name,kind,addresses,aliases,obligation,addressed_as,via,salutation,phone,valid_from,valid_to"


def roster_of(*lines: str, header: str = HEADER) -> tuple[units.RosterEntry, ...]:
    data = "\r\n".join([header, *lines, ""]).encode()
    return units.parse_roster(units.read_csv(data, "units.csv"), "units.csv")


def problems_of(*lines: str, header: str = HEADER) -> tuple[str, ...]:
    with pytest.raises(OperatorError) as caught:
        roster_of(*lines, header=header)
    return caught.value.problems


def test_a_unit_needs_only_its_code_and_name():
    (entry,) = roster_of("CAOLOC,UBND huyện Cao Lộc", header="code,name")
    assert entry.obligation is Obligation.REQUIRED
    assert entry.unit == Unit(
        code="CAOLOC",
        name="UBND huyện Cao Lộc",
        short_name="UBND huyện Cao Lộc",
        addressed_as="UBND huyện Cao Lộc",
        salutation="quý đơn vị",
    )


def test_every_column_is_read():
    (entry,) = roster_of(
        "CL,UBND huyện Cao Lộc,Cao Lộc,district,b@CL.example; a@cl.example,H. Cao Lộc;Cao Loc,asked,"
        "UBND huyện Cao Lộc,Phòng LĐTBXH,quý cơ quan,02053 000 001,2019-01-01,2025-06-30"
    )
    unit = entry.unit
    assert entry.obligation is Obligation.ASKED
    assert unit.addresses == (Address("b@cl.example"), Address("a@cl.example"))
    assert unit.aliases == ("H. Cao Lộc", "Cao Loc")
    assert (unit.kind, unit.via, unit.salutation, unit.phone) == (
        "district",
        "Phòng LĐTBXH",
        "quý cơ quan",
        "02053 000 001",
    )
    assert (unit.valid_from, unit.valid_to) == (date(2019, 1, 1), date(2025, 6, 30))


def test_a_byte_order_mark_and_blank_rows_do_not_matter_and_lines_are_counted_with_them():
    data = "\ufeffcode,name\n\nA,Một\n,\nA,Hai\n".encode()
    with pytest.raises(OperatorError) as caught:
        units.parse_roster(units.read_csv(data, "units.csv"), "units.csv")
    assert caught.value.problems == (
        "units.csv, line 5: the code 'A' stands already in units.csv, line 3; give each unit its own.",
    )


def test_names_are_kept_in_nfc_on_one_line():
    decomposed = "UBND huye\u0323\u0302n"
    (entry,) = roster_of(f'A,"{decomposed}\n Cao\u00a0 Lo\u0302\u0323c"', header="code,name")
    assert entry.unit.name == "UBND huyện Cao Lộc"


def test_both_ends_of_validity_are_included():
    address = Address("a@x.example", date(2019, 6, 1), date(2019, 6, 30))
    assert [address.is_valid_on(date(2019, 6, day)) for day in (1, 30)] == [True, True]
    assert [address.is_valid_on(day) for day in (date(2019, 5, 31), date(2019, 7, 1))] == [False, False]


def test_mail_goes_to_the_first_address_that_is_valid_on_the_day():
    old, new = Address("old@x.example", valid_to=date(2019, 6, 30)), Address("new@x.example", date(2019, 6, 1))
    unit = Unit(code="A", name="A", short_name="A", addresses=(old, new))
    assert unit.address_on(date(2019, 6, 15)) == "old@x.example"
    assert unit.address_on(date(2019, 7, 1)) == "new@x.example"
    assert Unit(code="A", name="A", short_name="A", addresses=(old,)).address_on(date(2019, 7, 1)) is None


def test_one_address_under_two_units_on_the_same_day_is_allowed():
    first, second = roster_of("A,Một,,,chung@x.example", "B,Hai,,,CHUNG@x.example")
    assert first.unit.address_on(date(2019, 6, 1)) == "chung@x.example"
    assert second.unit.address_on(date(2019, 6, 1)) == "CHUNG@x.example"


def test_an_alias_of_two_units_at_the_same_time_is_an_error():
    (problem,) = problems_of("A,Xã Tân Thành 1,,,,Tân Thành", "B,Xã Tân Thành 2,,,,tân  thành")
    assert problem == (
        "units.csv, line 3: 'tân thành' names B and also A (units.csv, line 2); "
        "take it out of the aliases of one of them."
    )


def test_an_alias_that_is_another_units_name_is_an_error():
    (problem,) = problems_of("A,Cao Lộc", "B,UBND huyện Cao Lộc,,,,Cao Lộc")
    assert "'Cao Lộc' names B and also A" in problem


@pytest.mark.parametrize("other", ["Hoà  bình", "HÒA BÌNH", "Hoa Binh", "Hòa-Bình", "H.o.a. binh"])
def test_aliases_that_the_matching_of_mails_cannot_tell_apart_are_one(other: str):
    assert "names B and also A" in problems_of("A,Một,,,,Hòa Bình", f"B,Hai,,,,{other}")[0]


def test_an_address_may_have_days():
    (entry,) = roster_of(
        "A,Một,,,a@x.example (2024-01-01..2025-06-30); b@x.example (..2025-06-30);c@x.example(2025-07-01..)"
    )
    assert entry.unit.addresses == (
        Address("a@x.example", date(2024, 1, 1), date(2025, 6, 30)),
        Address("b@x.example", None, date(2025, 6, 30)),
        Address("c@x.example", date(2025, 7, 1), None),
    )
    assert entry.unit.address_on(date(2025, 7, 1)) == "c@x.example"


def test_an_alias_may_have_days_and_names_the_unit_on_them_only():
    (entry,) = roster_of("A,Một,,,,T.Định (..2025-06-30);Trang Dinh")
    assert entry.unit.aliases == ("Trang Dinh",)
    assert entry.unit.on(date(2025, 6, 30)).aliases == ("Trang Dinh", "T.Định")
    assert entry.unit.on(date(2025, 7, 1)).aliases == ("Trang Dinh",)


def test_aliases_of_different_days_may_be_the_same_and_of_one_common_day_not():
    assert len(roster_of("A,Một,,,,CL (..2025-06-30)", "B,Hai,,,,CL (2025-07-01..)")) == 2
    assert "'CL' names B and also A" in problems_of("A,Một,,,,CL (..2025-06-30)", "B,Hai,,,,CL (2025-06-30..)")[0]


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("a@x.example (2024-13-01..)", "write days as (2024-01-01..2025-06-30), or leave one of them out."),
        ("a@x.example (2025-01-01..2024-01-01)", "whose last day lies before its first; correct one of them."),
        ("a@x.example;A@x.example (..2024-01-01)", "twice with other days; write it once."),
    ],
)
def test_wrong_days_are_told(cell: str, sentence: str):
    (problem,) = problems_of(f"A,Một,,,{cell}")
    assert problem.endswith(sentence)


def test_equal_names_without_an_alias_are_allowed_since_communes_share_names():
    assert len(roster_of("A,Xã Tân Thành", "B,Xã Tân Thành")) == 2


def test_an_alias_may_pass_from_one_unit_to_its_successor():
    before, after = "A,Cũ,,,,Cao Lộc,,,,,,,2025-06-30", "B,Mới,,,,Cao Lộc,,,,,,2025-07-01,"
    assert len(roster_of(before, after)) == 2
    assert problems_of(before, after.replace("2025-07-01", "2025-06-30"))


@pytest.mark.parametrize(
    "address", ["a", "a@b", "a @b.example", "A <a@b.example>", ".a@b.example", "a@-b.example", "@b.example"]
)
def test_a_malformed_address_is_an_error(address: str):
    (problem,) = problems_of(f"A,Một,,,{address}")
    assert problem.startswith(f"units.csv, line 2: addresses has {address!r}, which is not a mail address; write ")


def test_every_mistake_is_told_at_once():
    assert problems_of(
        ",,,,phòng@x.example,,must,,,,,01/06/2019,",
        "b c,Hai,,,,,,,,,,2019-02-30,",
        "C,Ba,,,,,,,,,,2019-02-03,2019-02-02",
    ) == (
        "units.csv, line 2: name is blank; write the unit's official name.",
        "units.csv, line 2: valid_from is '01/06/2019', which is not a date; write it as 2019-06-01.",
        "units.csv, line 2: code is blank; give the unit a code of its own, such as CAOLOC.",
        (
            "units.csv, line 2: addresses has 'phòng@x.example', which is not a mail address; "
            "write it with ASCII letters only, a domain with others in its xn-- form."
        ),
        (
            "units.csv, line 2: obligation is 'must'; "
            "write one of required, asked, informed, or leave it blank for required."
        ),
        "units.csv, line 3: valid_from is '2019-02-30', which is not a date; write it as 2019-06-01.",
        "units.csv, line 3: the code 'b c' cannot be used; write plain letters, digits, '.', '_' or '-'.",
        "units.csv, line 4: valid_to 2019-02-02 lies before valid_from 2019-02-03; correct one of them.",
    )


def test_an_unknown_column_is_an_error_with_the_one_it_resembles():
    assert problems_of("A,Một,x", header="code,name,adresses") == (
        "units.csv: the column 'adresses' is unknown; did you mean 'addresses'?",
    )


def test_the_needed_columns_are_asked_for_and_none_may_stand_twice():
    assert problems_of("A,B", header="code,code") == (
        "units.csv has no column 'name'; add it to the header.",
        "units.csv: the column 'code' stands twice; keep one of them.",
    )


def test_a_list_that_excel_separated_by_semicolons_is_read_as_it_is():
    data = 'code;name;addresses\nA;"Một, hai";"a@x.example;b@x.example"\n'.encode()
    (entry,) = units.parse_roster(roster_rows.read_csv(data, "units.csv"), "units.csv", ())
    assert entry.unit.name == "Một, hai"
    assert [each.address for each in entry.unit.addresses] == ["a@x.example", "b@x.example"]


def test_rows_that_come_from_a_workbook_are_checked_for_their_columns_too():
    with pytest.raises(OperatorError, match="the column 'Mã' is unknown"):
        units.parse_roster([{"Mã": "A", "name": "Một"}], "units.xlsx")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("code,name\nA,Một".encode("utf-16"), "units.csv is not UTF-8 text; save it as CSV UTF-8 (comma delimited)."),
        (
            b"code,name\nA,B,C\n",
            "units.csv, line 2 has 3 cells, the header 2; put a text with commas in quotation marks.",
        ),
        (b'code,name\nA,"B\n', "units.csv cannot be read as CSV (unexpected end of data); save it as CSV UTF-8 again."),
        (b"code,name\n", "units.csv lists no unit; write one unit a line below the header."),
        (b"", "units.csv has no column 'code'; add it to the header."),
    ],
)
def test_a_file_that_is_no_roster_is_told_in_one_sentence(data: bytes, sentence: str):
    with pytest.raises(OperatorError) as caught:
        units.parse_roster(units.read_csv(data, "units.csv"), "units.csv")
    assert caught.value.problems[0] == sentence


def test_a_character_that_cannot_be_seen_is_told():
    (problem,) = problems_of("A,Cao\u200bLộc", header="code,name")
    assert problem == "units.csv, line 2: name contains a character that cannot be seen; type the text anew."


def numbered(*lines: str, header: str = "code,name,communes,children") -> tuple[units.RosterEntry, ...]:
    data = "\n".join([header, *lines]).encode()
    numbers = ("communes", "children")
    return units.parse_roster(units.read_csv(data, "units.csv", numbers), "units.csv", numbers)


def test_numbers_about_a_unit_are_read_and_a_blank_is_none():
    first, second = numbered("A,Một,23,", "B,Hai,,8000.0")
    assert first.unit.numbers == (("communes", 23),)
    assert second.unit.numbers == (("children", 8000),)
    (bare,) = numbered("A,Một", header="code,name")
    assert bare.unit.numbers == ()


@pytest.mark.parametrize("written", ["8.000", "8,5", "-1", "hai", "8 000", "1e3", "1234567890123"])
def test_a_number_is_written_with_digits_alone(written: str):
    with pytest.raises(OperatorError) as caught:
        numbered(f'A,Một,"{written}",')
    assert caught.value.problems == (
        f"units.csv, line 2: communes is {written!r}, which is no whole number; write its digits alone, such as 8000.",
    )


def test_a_mistyped_number_is_an_unknown_column():
    with pytest.raises(OperatorError) as caught:
        numbered("A,Một,1", header="code,name,comunes")
    assert caught.value.problems == ("units.csv: the column 'comunes' is unknown; did you mean 'communes'?",)


def test_where_the_form_cannot_be_read_no_column_is_called_unknown():
    (entry,) = units.parse_roster([{"code": "A", "name": "Một", "communes": "3"}], "units.xlsx", None)
    assert entry.unit.numbers == ()
