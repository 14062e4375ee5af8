"""Evidence is weighed together: what settles whose a mail is, what proposes, what contradicts, what holds nobody."""

from dataclasses import replace
from datetime import date

import pytest

from intake import sender, weighing
from roll import mails, units
from tests.intake import known
from tests.intake.known import CAO_LOC, CHI_LANG, SHARED, STRANGER, contents, decided, reading

SECOND_CAO_LOC = "ldtbxh.caoloc@mail.example"
TRANG_DINH = "phongldtbxhdt.trangdinh@langson.example"
TINH_DOAN = "tinhdoan@langson.example"


def ended(understood: mails.Understanding) -> tuple[str, str]:
    return understood.outcome.value, understood.reason


def on_file(inside: mails.Contents, **seen: tuple[tuple[str, str], ...]) -> mails.Understanding:
    """Return what a mail amounts to with something on file about it."""
    identity = sender.identify(inside, known.register_2019(), date(2019, 7, 3), sender.OnFile(**seen))
    return decided(inside, identity=identity)


def named_file(inside: mails.Contents, name: str) -> mails.Contents:
    """Return the contents with another name of the first file."""
    return replace(inside, parts=(replace(inside.parts[0], name=name), *inside.parts[1:]))


# An address of two units: Văn Lãng and Văn Quan.


@pytest.mark.parametrize(
    "inside",
    [
        contents("", reading(""), sender_=SHARED, subject="BC Văn Quan"),
        contents("", reading(""), sender_=SHARED, subject="BC VQ"),
        named_file(contents("", reading(""), sender_=SHARED), "BC THĐ - VĂN QUAN.xls"),
        contents("", reading("Văn Quan"), sender_=SHARED),
        contents("", reading("H. VQ"), sender_=SHARED),
    ],
)
def test_subject_file_or_initials_settle_between_the_units_of_one_address(inside: mails.Contents):
    understood = decided(inside)
    assert (ended(understood), understood.unit) == (("accepted", "valid"), "H184")


@pytest.mark.parametrize(
    "inside",
    [
        contents("Báo cáo huyện Văn Quan có 24 xã.\nCảm ơn.", reading(""), sender_=SHARED),
        contents("", reading(""), sender_=SHARED, from_name="Phòng LĐTBXH huyện Văn Quan"),
        contents("", reading(""), sender_=SHARED, subject="BC Văn Quan và Văn Lãng"),
        contents("", reading(""), sender_=SHARED, subject="BC VQ, VL"),
        contents("--\nHuyện Văn Lãng", reading(""), sender_=SHARED, subject="BC huyện Văn Quan"),
        contents("Em gửi ạ.\n--\nPhòng LĐTB&XH-DT huyện Văn Quan", reading(""), sender_=SHARED),
        contents("", reading(""), sender_=SHARED, subject="BC huyện Bình Gia gửi hộ", from_name="VQ"),
    ],
)
def test_a_body_a_signature_a_display_name_or_a_draw_settle_nothing_about_figures(inside: mails.Contents):
    understood = decided(inside)
    assert (ended(understood), understood.reports) == (("held", "ambiguous_unit"), ())
    assert set(understood.candidates) >= {"H182", "H184"}


def test_the_last_mail_of_an_address_settles_a_question_and_no_figures():
    history = (("TN-2019-0007", "H184"),)
    asks = contents("Mục 5.4 tính thế nào ạ?", sender_=SHARED)
    assert on_file(asks, history=history).unit == "H184"
    understood = on_file(contents("", reading(""), sender_=SHARED), history=history)
    assert (ended(understood), understood.proposal) == (("held", "ambiguous_unit"), "H184")


def test_the_answer_to_our_letter_settles_between_the_units_of_one_address():
    inside = contents("", reading(""), sender_=SHARED)
    assert on_file(inside, answers=(("<a@office.example>", "H182"),)).unit == "H182"


# Abbreviations.


@pytest.mark.parametrize(
    ("address", "line", "unit"),
    [
        (CAO_LOC, "CL", "H183"), (CHI_LANG, "CL", "H187"), (CAO_LOC, "H. CL", "H183"), (TRANG_DINH, "TĐ", "H180"),
        (TINH_DOAN, "TĐ", "TDTN"), (CAO_LOC, "VQ", None), (STRANGER, "CL", None), (CAO_LOC, "xã CL", None),
    ],
)  # fmt: skip
def test_initials_are_believed_of_the_addresss_own_unit_only(address: str, line: str, unit: str | None):
    assert decided(contents("", reading(line), sender_=address)).unit == unit


def test_initials_of_two_units_propose_nobody_and_those_of_one_the_thinnest_of_proposals():
    understood = decided(contents("", reading(""), sender_=STRANGER, subject="BC CL 2019"))
    assert (understood.proposal, understood.candidates) == (None, ())
    understood = decided(contents("", reading(""), sender_=STRANGER, subject="BC VQ 2019"))
    assert (ended(understood), understood.proposal) == (("held", "unknown_sender"), "H184")
    stronger = contents("", reading(""), sender_=STRANGER, subject="BC VQ 2019", from_name="Phòng LĐ Bình Gia")
    assert decided(stronger).proposal == "H181"


@pytest.mark.parametrize(
    "text",
    [
        "Em gửi hộ Bình Gia ạ",
        "Em gửi báo cáo Bình Gia ạ",
        "Báo cáo Bình Gia, Hữu Lũng",
        "Báo cáo huyện Bình Gia, Chi Lăng",
    ],
)
def test_a_blank_unit_line_waits_where_the_words_speak_of_others_only(text: str):
    understood = decided(contents(text, reading("")))
    assert (ended(understood), understood.reports) == (("held", "ambiguous_unit"), ())
    assert decided(contents(f"{text}, Cao Lộc", reading(""))).unit == "H183"


def test_no_line_is_lost_between_body_and_signature():
    below = "\n".join(["---", *(f"dòng {number}" for number in range(20)), "Em gửi hộ Bình Gia ạ"])
    for text in (below, f"{below}\n--\nNguyễn Văn A"):
        assert ended(decided(contents(text, reading("")))) == ("held", "ambiguous_unit")


# What a sender writes in every mail, against what this one says.

SIGNED = "Em gửi hộ báo cáo của huyện Cao Lộc ạ.\n--\nPhòng LĐTB&XH-DT huyện Chi Lăng"


@pytest.mark.parametrize(
    "inside",
    [
        named_file(contents(SIGNED, reading(""), sender_=CHI_LANG, subject="BC cua Cao Loc gui ho"), "BC Cao Loc.xls"),
        named_file(contents("Em gửi ạ.\n--\nHuyện Chi Lăng", reading(""), sender_=CHI_LANG), "BC huyện Cao Lộc.xls"),
        contents(
            "", reading(""), sender_=CHI_LANG, subject="BC huyện Cao Lộc", from_name="Phòng LĐTBXH huyện Chi Lăng"
        ),
    ],
)
def test_a_file_or_a_subject_of_another_unit_waits_whatever_the_sender_s_signature_and_name_say(inside: mails.Contents):
    understood = decided(inside)
    assert ended(understood) == ("held", "ambiguous_unit")
    # Neither is called missing while it waits.
    assert (understood.proposal, set(understood.candidates)) == ("H183", {"H183", "H187"})


def test_the_answer_to_one_unit_s_letter_with_the_other_s_file_waits():
    inside = named_file(contents("Báo cáo của huyện Văn Quan ạ.", reading(""), sender_=SHARED), "BC huyện Văn Quan.xls")
    assert ended(on_file(inside, answers=(("<a@office.example>", "H182"),))) == ("held", "ambiguous_unit")
    plain = contents("Em gửi lại ạ.", reading(""), sender_=SHARED, subject="Re: BC")
    assert on_file(plain, answers=(("<a@office.example>", "H182"),)).unit == "H182"


# What was passed on.

FORWARDED = "---------- Forwarded message ---------\nFrom: Phòng LĐTBXH <{}>\nDate: 3/7/2019\nTo: a@b.example"


def test_what_a_unit_passes_on_of_its_own_is_its_own():
    inside = contents("", reading(""), sender_=CAO_LOC, subject="Fwd: BC", quoted=FORWARDED.format(SECOND_CAO_LOC))
    assert (ended(decided(inside)), decided(inside).unit) == (("accepted", "valid"), "H183")


def attached(from_address: str, subject: str = "BC", name: str = "") -> mails.Contents:
    """Return a mail with a workbook inside an attached one."""
    inside = contents(
        "", reading(""), subject="Em chuyển", attached=(mails.AttachedMail(name, (from_address,), subject),)
    )
    return replace(inside, parts=(replace(inside.parts[0], path="message.eml"),))


@pytest.mark.parametrize(
    "inside",
    [
        contents("", reading(""), subject="Fwd: BC huyện Cao Lộc"),
        contents("", reading(""), subject="Re: FW: BC của huyện Cao Lộc", quoted=FORWARDED.format("lan@mail.example")),
        attached(CAO_LOC),
        attached("lan@mail.example", subject="Báo cáo của UBND huyện Cao Lộc"),
        attached("lan@mail.example", name="Phòng LĐTBXH huyện Cao Lộc"),
    ],
)
def test_what_was_passed_on_may_say_itself_that_it_is_the_unit_s(inside: mails.Contents):
    assert (ended(decided(inside)), decided(inside).unit) == (("accepted", "valid"), "H183")


@pytest.mark.parametrize(
    "inside",
    [
        *(
            contents("", reading(""), subject=subject, quoted=FORWARDED.format("xa.yentrach@mail.example"))
            for subject in ("[EXT] Fwd: BC", "[SPAM] Fw: BC", "[Fwd: BC]", "Chuyển tiếp BC", "BC")
        ),
        attached("lan@mail.example"),
        attached(CHI_LANG),
        attached("xa.yentrach@mail.example", subject="BC xã Yên Trạch, huyện Cao Lộc"),
        contents("", reading(""), subject="Fwd: BC xã Yên Trạch, huyện Cao Lộc"),
        contents("", reading(""), subject="BC xã Yên Trạch"),
        contents("", reading(""), subject="Fwd: BC huyện Cao Lộc", quoted=FORWARDED.format(CHI_LANG)),
        contents("", reading(""), subject="Fwd: BC", quoted=FORWARDED.format("xa.yentrach@mail.example")),
        contents("--\nPhòng LĐTBXH huyện Cao Lộc", reading(""), subject="Fwd: BC"),
        contents("", reading(""), subject="Fwd: BC", quoted=FORWARDED.format(CHI_LANG)),
        named_file(contents("", reading("")), "BC xã Yên Trạch.xls"),
        named_file(contents("", reading("")), "BC UBND xã Yên Trạch, huyện Cao Lộc.xls"),
    ],
)
def test_what_a_unit_passes_on_of_others_waits(inside: mails.Contents):
    assert ended(decided(inside)) == ("held", "ambiguous_unit")


@pytest.mark.parametrize("name", ["BC các xã.xls", "Tổng hợp 23 xã.xls", "BC LĐTB và XH.xls", "BC lao động xã hội.xls"])
def test_a_districts_own_summary_is_not_called_a_communes(name: str):
    assert decided(named_file(contents("", reading("")), name)).unit == "H183"


@pytest.mark.parametrize(
    "quoted",
    [
        FORWARDED.format(CAO_LOC),
        f"Vào Th 4, 3 thg 7, 2019 vào lúc 15:20 Phòng LĐ <{CAO_LOC}> đã viết:\n> Em gửi ạ",
        f"On Wed, Jul 3, 2019 at 3:20 PM P <{CAO_LOC}>\nwrote:\n> Em gửi ạ",
        "> Từ: UBND huyện Cao Lộc\n> Gửi: 3/7/2019",
        f"From: {CAO_LOC}\nTo: b@b.example\n\nFrom: B <{CHI_LANG}>",
    ],
)
def test_a_stranger_who_passes_on_a_units_mail_is_held_with_the_unit_as_proposal(quoted: str):
    inside = contents("", reading(""), sender_=STRANGER, subject="Fwd: BC", quoted=quoted)
    understood = decided(inside)
    assert (ended(understood), understood.proposal) == (("held", "unknown_sender"), "H183")


# Strangers.


def test_a_stranger_who_answers_our_letter_is_held_with_its_unit_as_a_strong_proposal():
    inside = contents("Em gửi ạ", reading(""), sender_=STRANGER, subject="Re: nhắc", from_name="Huyện Bình Gia")
    understood = on_file(inside, answers=(("<a@office.example>", "H183"),))
    assert (ended(understood), understood.unit, understood.reports) == (("held", "unknown_sender"), None, ())
    assert (understood.proposal, understood.candidates) == ("H183", ("H183",))


def test_an_answer_to_another_units_letter_with_an_empty_unit_line_waits():
    understood = on_file(contents("", reading("")), answers=(("<a@office.example>", "H187"),))
    assert ended(understood) == ("held", "ambiguous_unit")
    assert set(understood.candidates) == {"H183", "H187"}


def test_what_a_person_said_of_an_address_before_is_proposed_again_and_no_more():
    understood = on_file(contents("", reading(""), sender_=STRANGER), history=(("TN-2019-0004", "H186"),))
    assert (ended(understood), understood.unit, understood.proposal) == (("held", "unknown_sender"), None, "H186")


def test_a_receipt_number_in_the_subject_is_a_hint_and_no_proof():
    inside = contents("", reading(""), sender_=STRANGER, subject="Re: TN-2019-0123")
    assert on_file(inside, numbers=(("TN-2019-0123", "H186"),)).proposal == "H186"
    other = contents("", reading(""), sender_=STRANGER, subject="Re: TN-2019-0123 huyện Bình Gia")
    assert on_file(other, numbers=(("TN-2019-0123", "H186"),)).proposal == "H181"


def test_units_that_share_the_lead_are_both_held_and_none_is_proposed():
    inside = contents("", reading(""), sender_=STRANGER, subject="Huyện Bình Gia, huyện Hữu Lũng")
    assert decided(inside).candidates == ()
    line = contents("", reading("", values="1"), reading("", values="2"), sender_=STRANGER)
    two = replace(line, readings=(reading("Huyện Bình Gia"), reading("Huyện Hữu Lũng", values="2")))
    understood = decided(two)
    assert (understood.proposal, set(understood.candidates)) == (None, {"H181", "H186"})


def test_a_list_of_all_districts_holds_none_of_them():
    listed = "\n".join(f"Huyện {name}" for name in ("Tràng Định", "Bình Gia", "Văn Lãng", "Cao Lộc", "Văn Quan"))
    understood = decided(contents(f"Danh sách gửi báo cáo:\n{listed}", sender_=STRANGER))
    assert (understood.proposal, understood.candidates) == (None, ())


@pytest.mark.parametrize(
    "text",
    [
        "Đã phối hợp với Hội Nông dân, Sở Y tế.", "Kính gửi UBND huyện Cao Lộc.", "Em đã gửi Sở Y tế một bản ạ.",
        "Kính gửi: Văn phòng UBND tỉnh\nNơi nhận: Sở Nội vụ",
    ],
)  # fmt: skip
def test_those_whom_a_text_speaks_to_are_not_taken_for_who_writes(text: str):
    understood = decided(contents(text, reading(""), sender_=STRANGER))
    assert (understood.proposal, understood.candidates) == (None, ())


def test_a_telephone_identifies_nobody():
    """P71."""
    header = (*reading("").header, known.reports.Value("phone", "", "Bieu 01", "C9", "x", "0205 3000 183", "text"))
    understood = decided(contents("ĐT: 0205 3000 183", reading("", header=header), sender_=STRANGER))
    assert understood.proposal is None


def test_another_line_of_the_sheet_and_a_registered_address_in_the_signature_speak():
    header = (
        *reading("").header,
        known.reports.Value("preparer", "", "Bieu 01", "C7", "x", "A, huyện Bình Gia", "text"),
    )
    assert decided(contents("", reading("", header=header), sender_=STRANGER)).proposal == "H181"
    assert decided(contents(f"--\nA\nEmail: {CAO_LOC}", reading(""), sender_=STRANGER)).proposal == "H183"


# Days.


def dated(code: str, name: str, *addresses: str, **days: date) -> units.RosterEntry:
    """Return a unit that exists between two days."""
    known_as = tuple(units.Address(address) for address in addresses)
    return units.RosterEntry(units.Unit(code, name, name, addresses=known_as, **days), units.Obligation.REQUIRED)  # type: ignore[arg-type]


ENDED, BEGUN = date(2025, 6, 30), date(2025, 7, 1)
BOTH = sender.Register([
    dated("H183", "UBND huyện Cao Lộc", "huyen@langson.example", valid_to=ENDED),
    dated("X1", "UBND xã Cao Lộc", "xa@langson.example", valid_from=BEGUN),
    dated("P1", "UBND phường Kỳ Lừa", "huyen@langson.example", valid_from=BEGUN),
])  # fmt: skip


def test_names_and_addresses_hold_on_the_days_of_their_units_only():
    for line, day, codes in (
        ("UBND huyện Cao Lộc", ENDED, ("H183",)),
        ("UBND huyện Cao Lộc", BEGUN, ()),
        ("UBND xã Cao Lộc", ENDED, ()),
        ("UBND xã Cao Lộc", BEGUN, ("X1",)),
    ):
        assert BOTH.units_named(line, day) == codes
        assert BOTH.units_mentioned(line, day) == codes
    assert BOTH.units_of_address("huyen@langson.example", ENDED) == ("H183",)
    assert BOTH.units_of_address("huyen@langson.example", BEGUN) == ("P1",)
    assert BOTH.units_named("UBND huyện Cao Lộc") == ("H183",)


def test_a_bare_place_name_never_decides_alone_after_2025():
    assert BOTH.units_named("Cao Lộc", BEGUN) == ()
    for address, day, unit in (
        ("xa@langson.example", BEGUN, "X1"),
        ("huyen@langson.example", BEGUN, None),
        ("huyen@langson.example", ENDED, "H183"),
        (STRANGER, BEGUN, None),
    ):
        identity = sender.identify(contents("", reading("Cao Lộc"), sender_=address), BOTH, day)
        assert identity.named[0] == ((unit,) if unit else ())


def test_what_a_person_said_of_an_address_is_told_apart_from_what_a_roster_says():
    unit = units.Unit("A", "Huyện Bình Gia", "Huyện Bình Gia", addresses=(units.Address(STRANGER, is_learned=True),))
    register = sender.Register([units.RosterEntry(unit, units.Obligation.REQUIRED)])
    identity = sender.identify(contents("", sender_=STRANGER), register, BEGUN)
    assert (identity.evidence[0].source, identity.evidence[0].weight) == ("learned address", 60)
    assert identity.registered == ("A",)


# The sum.


def test_points_add_up_and_a_text_that_names_several_is_shared_out():
    pieces = [
        weighing.piece("address", "a@b.example", ("A", "B")),
        weighing.piece("subject", "A, C", ("A", "C")),
        weighing.piece("display name", "C", ("C",), is_bare=True),
        weighing.piece("body", "", ()),
    ]
    assert weighing.rank(pieces) == [weighing.Ranked("A", 70), weighing.Ranked("B", 60), weighing.Ranked("C", 18)]
    assert weighing.lead(weighing.rank(pieces)) == 10
    assert weighing.lead([]) == 0


def test_no_text_weighs_as_much_as_the_address_and_none_of_them_settles_for_a_stranger():
    strong = min(weighing.WEIGHTS[source].points for source in weighing.STRONG)
    texts = [weight.points for source, weight in weighing.WEIGHTS.items() if source not in weighing.STRONG]
    assert max(texts) < strong
    assert weighing.one_of([weighing.piece("workbook", "A", ("A",))], (), figures=True) is None


@pytest.mark.parametrize(
    ("address", "line", "unit"),
    [
        ("soyte@langson.example", "Sở Y tế - Phòng KHTC", "SYT"),
        ("sotaichinh@langson.example", "Sở TC", "STC"),
        ("sotaichinh@langson.example", "Sở YT", None),
        (CAO_LOC, "UBBND huyện Cao Lộc", "H183"),
        (CAO_LOC, "Phòg LĐTBXH huyện Cao Lộc", "H183"),
        (CAO_LOC, "huyện Cao Lộc - Phòng Y tế", None),
        (CAO_LOC, "Phòng Y tế huyện Cao Lộc", None),
        (CAO_LOC, "Công an huyện Cao Lộc", None),
        (CHI_LANG, "UBBND huyện Cao Lộc", None),
        (STRANGER, "UBBND huyện Cao Lộc", None),
    ],
)
def test_a_slip_or_a_division_is_believed_of_the_addresss_own_unit_only(address: str, line: str, unit: str | None):
    understood = decided(contents("", reading(line), sender_=address))
    assert understood.unit == unit
    assert unit or not understood.reports
