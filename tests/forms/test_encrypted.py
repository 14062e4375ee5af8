"""Workbooks with a password: Excel's own and those of the form open them, others do not, and none burns time."""

import io
import re
import time
import zipfile
from dataclasses import replace

import olefile
import pytest

from forms import consistency, encrypted, read, workbook
from forms import form as forms
from forms.package import Limits, Unreadable
from roll.mistakes import OperatorError
from roll.outcomes import Verdict
from service.demo import sample_xls
from tests.forms import encrypting, workbooks
from tests.forms.found import CAMPAIGN, UNIT
from tests.servers import libreoffice

CONTENT = {"Bieu 01": {"A1": "Trẻ em được thăm, tặng quà", "B2": 120, "C3": 1.5}}
PACKAGES = [encrypting.agile, encrypting.standard]
RECORDS = [encrypting.rc4, encrypting.rc4_cryptoapi, encrypting.xor]
WAYS = [*PACKAGES, *RECORDS]


def encrypted_by(way, password):
    write = workbooks.write_xlsx if way in PACKAGES else workbooks.write_xls
    return way(write(CONTENT), password)


def refusal(data, passwords=(), limits=None):
    with pytest.raises(Unreadable) as caught:
        workbook.load(data, limits, passwords)
    return caught.value.reason


def with_agile_info(change, password="x"):
    """An encrypted package whose description is changed."""
    ole = olefile.OleFileIO(io.BytesIO(encrypted_by(encrypting.agile, password)))
    info, package = ole.openstream("EncryptionInfo").read(), ole.openstream("EncryptedPackage").read()
    return sample_xls.compound_file({"EncryptionInfo": info[:8] + change(info[8:]), "EncryptedPackage": package})


@pytest.mark.parametrize("way", WAYS)
def test_excels_own_password_opens_a_workbook_and_is_noted(way):
    book = workbook.load(encrypted_by(way, "VelvetSweatshop"))
    assert book.sheets[0].rows[0][0] == "Trẻ em được thăm, tặng quà"
    assert (book.sheets[0].rows[1][1], book.sheets[0].rows[2][2]) == (120, 1.5)
    assert book.notes == ["P03 default"]


@pytest.mark.parametrize("way", WAYS)
def test_a_password_that_is_known_opens_a_workbook_and_another_does_not(way):
    data = encrypted_by(way, "langson2019")
    assert workbook.load(data, passwords=("khac", "langson2019")).notes == ["P03 form"]
    assert refusal(data, ("khac",)) == refusal(data) == "encrypted"


def test_what_the_tests_encrypt_is_what_libreoffice_opens_with_excels_own_password(tmp_path):
    libreoffice.require_libreoffice()
    ways = [way for way in WAYS if way is not encrypting.rc4_cryptoapi]  # which it asks for the password of
    files = {
        f"{way.__name__}.{'xlsx' if way in PACKAGES else 'xls'}": encrypted_by(way, "VelvetSweatshop") for way in ways
    }
    opened = libreoffice.convert(files, "ods", tmp_path / "office")
    assert {workbook.load(data).sheets[0].rows[0][0] for data in opened.values()} == {"Trẻ em được thăm, tặng quà"}
    assert len(opened) == len(ways)


def test_the_passwords_of_every_form_that_is_read_are_tried(form):
    data = encrypting.agile(workbooks.filled_2019(form, UNIT, 7), "langson2019")
    other = read.prepare(replace(form, version="9", passwords=("abc",)))
    known = read.prepare(replace(form, passwords=("xyz", "langson2019")))
    reading = read.read_file(data, "bc.xlsx", [other, known])
    assert reading.verdict is Verdict.VALID
    assert "P03 form" in reading.notes
    assert read.read_file(data, "bc.xlsx", [other]).verdict is Verdict.ENCRYPTED


def test_a_form_names_its_passwords_and_not_too_many():
    written = (CAMPAIGN / "form.toml").read_bytes()
    assert forms.load_form(b'passwords = ["a", "b c"]\n' + written, "form.toml").passwords == ("a", "b c")
    many = ", ".join(f'"{number}"' for number in range(consistency.PASSWORDS_MOST + 1))
    with pytest.raises(OperatorError, match="at most 10 are tried"):
        forms.load_form(f"passwords = [{many}]\n".encode() + written, "form.toml")


def test_no_more_passwords_are_tried_than_the_limit():
    data = encrypted_by(encrypting.rc4, "dung")
    many = tuple(str(number) for number in range(consistency.PASSWORDS_MOST))
    assert refusal(data, (*many, "dung")) == "encrypted"
    assert workbook.load(data, passwords=(*many[1:], "dung")).sheets


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: re.sub(rb'spinCount="\d+"', b'spinCount="9999999"', xml),
        lambda xml: re.sub(rb'spinCount="\d+"', b'spinCount="99999999999"', xml),
        lambda xml: xml.replace(b"<encryption", b'<!DOCTYPE x [<!ENTITY a "b">]><encryption', 1),
        lambda xml: xml.decode().encode("utf-16"),
        lambda xml: xml + b" " * 20_000,
        lambda xml: xml.replace(b"AES", b"ABC"),
        lambda _: b"<x/>",
        lambda _: b"",
    ],
)
def test_a_description_that_costs_too_much_or_means_nothing_is_not_followed(change):
    began = time.monotonic()
    assert refusal(with_agile_info(change), ("x",) * 10) == "encrypted"
    assert time.monotonic() - began < 5


def test_a_workbook_cut_off_or_changed_is_a_refusal():
    for way in WAYS:
        data = encrypted_by(way, "x")
        for tenths in range(2, 10):
            cut = data[: len(data) * tenths // 10]
            assert refusal(cut, ("x",)) in ("encrypted", "unreadable", "hostile")


def test_what_is_inside_passes_the_same_limits():
    packed = io.BytesIO(workbooks.write_xlsx(CONTENT))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/big.xml", b" " * 20_000_000)
    assert refusal(encrypting.agile(packed.getvalue(), "x"), ("x",)) == "hostile"


def test_a_word_document_inside_is_no_workbook():
    word = io.BytesIO()
    with zipfile.ZipFile(word, "w") as archive:
        types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("word/document.xml", "x" * 9_000)  # the test's writer wants a stream of some length
    assert refusal(encrypting.agile(word.getvalue(), "x"), ("x",)) == "unreadable"


def test_a_workbook_larger_than_any_report_is_not_decrypted():
    data = encrypted_by(encrypting.rc4, "x").ljust(encrypted.SIZE_MOST + 1, b"\0")
    assert encrypted.open_xls(data, ("x",)) is None
    assert Limits().size > encrypted.SIZE_MOST
