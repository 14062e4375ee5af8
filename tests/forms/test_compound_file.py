"""An .xls whose container has no end costs no reader: it is unreadable, whichever library meets it first."""

import struct

import pytest

from forms import compound_file, workbook
from forms.package import Unreadable
from tests.forms import workbooks

SECTOR = 512
WHOLE = workbooks.write_xls({"Bieu 01": {f"A{row}": f"Trẻ em số {row}" for row in range(1, 400)}})
DIRECTORY = (struct.unpack_from("<I", WHOLE, 48)[0] + 1) * SECTOR
FAT = (struct.unpack_from("<I", WHOLE, 76)[0] + 1) * SECTOR
WORKBOOK = next(
    at for at in range(DIRECTORY, DIRECTORY + 4 * 128, 128) if WHOLE[at:].startswith("Workbook".encode("utf-16-le"))
)
STRINGS = WHOLE.index(b"\xfc\x00", SECTOR)


def patched(at: int, value: int) -> bytes:
    """Return the workbook with one number changed, and one that xlrd does not get over."""
    changed = bytearray(WHOLE)
    struct.pack_into("<I", changed, at, value)
    return bytes(changed)


BROKEN = {
    "a chain that comes back to itself": patched(FAT, 0),
    "a directory that comes back to itself": patched(FAT + 4 * (DIRECTORY // SECTOR - 1), DIRECTORY // SECTOR - 1),
    "a stream longer than the file": patched(WORKBOOK + 120, 0x1E000000),
    "more sectors of the FAT than there are": patched(44, 0x00FFFFFF),
    "more small sectors than there are": patched(64, 0x00FFFFFF),
    "more texts than there is room for": patched(STRINGS + 8, 0x7FFFFFFF),
    "a table of sectors that goes on in itself": patched(68, 0),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_what_has_no_end_is_not_handed_on(data: bytes) -> None:
    assert not compound_file.is_bounded(data)


def test_a_sound_workbook_is() -> None:
    assert compound_file.is_bounded(WHOLE)


@pytest.mark.parametrize("data", [b"", WHOLE[:100], WHOLE[:513], WHOLE[: len(WHOLE) // 2], WHOLE[:30] + bytes(600)])
def test_any_beginning_of_one_is_an_answer(data: bytes) -> None:
    assert compound_file.is_bounded(data) in (True, False)


@pytest.mark.parametrize("side", [68, 72, 76], ids=["left", "right", "below"])
def test_a_tree_of_streams_that_comes_back_to_itself_is_unreadable(side: int) -> None:
    root = DIRECTORY
    data = bytearray(patched(WORKBOOK + side, 1))
    struct.pack_into("<I", data, root + 76, 1)
    try:
        assert workbook.load(bytes(data)).sheets
    except Unreadable as refused:
        assert refused.reason == "unreadable"  # noqa: PT017 - both ends are right
