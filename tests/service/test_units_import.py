"""`rollcall units import`: what it tells, what it writes, and what that means for the mails that come after."""

import json
import os
import subprocess
import sys
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests import databases
from tests.forms import workbooks
from tests.journeys.office import VIETNAM, form_2019, report_mail
from tests.service.reported import ReportedOffice

NEW_ADDRESS = "moi@langson.example"


@pytest.fixture
def office(tmp_path: Path) -> ReportedOffice:
    return ReportedOffice(tmp_path)


def call(office: ReportedOffice, *arguments: str, status: int = 0) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        [sys.executable, "-m", "service", *arguments], cwd=office.folder, env=dict(os.environ),
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == status, (done.stdout, done.stderr)
    return done


def written(office: ReportedOffice, *lines: str, name: str = "list.csv") -> str:
    (office.folder / name).write_text("\n".join([*lines, ""]), "utf-8")
    return name


def trail(office: ReportedOffice) -> list[tuple[str, str]]:
    with closing(databases.connect(office.folder / "rollcall.db")) as connection:
        return connection.execute("select subject, detail from trail where what = 'units import'").fetchall()


def of_unit(office: ReportedOffice, code: str) -> dict[str, Any]:
    return next(each for each in json.loads(office.run("units", "list", "--json")) if each["code"] == code)


def take_the_address_of(office: ReportedOffice, code: str) -> None:
    """Leave a unit of the campaign's roster without an address, as many are at first."""
    path = office.folder / "campaigns" / "thang-hanh-dong-2019" / "units.csv"
    lines = path.read_text("utf-8-sig").splitlines()
    rows = [line.split(",") for line in lines]
    without = [",".join([*row[:4], "", *row[5:]]) if row[0] == code else ",".join(row) for row in rows]
    path.write_text("\n".join([*without, ""]), "utf-8")


def receive(
    office: ReportedOffice, sender: str, at: datetime, seed: int = 5
) -> tuple[str, str, str | None, str | None]:
    """Let Cao Lộc's workbook come from an address; return its outcome, reason, unit and proposal."""
    workbook = workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", seed)
    head = f"Received: from a by b; {at:%a, %d %b %Y %H:%M:%S %z}\r\n".encode()
    path = office.folder / f"{sender}-{at:%d}-{seed}.eml"
    path.write_bytes(head + report_mail(f"<{sender}>", "BC", "bc.xlsx", workbook))
    office.run("import", path.name)
    row = json.loads(office.run("messages", "--json"))[-1]
    return row["outcome"], row["reason"], row["unit"], row["proposal"]


def test_a_dry_run_tells_and_writes_nothing_and_the_import_tells_the_same(office: ReportedOffice) -> None:
    path = written(
        office, "code,name,addresses,valid_to",
        "H183,UBND huyện Cao Lộc mới,moi@langson.example,",
        "H184,UBND huyện Văn Quan,,2025-06-30",
        "X1,UBND xã Mới,,",
    )  # fmt: skip
    dry = json.loads(call(office, "units", "import", path, "--dry-run", "--json", "--on", "2025-07-01").stdout)
    assert trail(office) == []
    assert [each["code"] for each in dry["new"]] == ["X1"]
    assert [(each["code"], each["what"]) for each in dry["ended"]] == [("H184", ["last day 2025-06-30"])]
    assert [each["code"] for each in dry["renamed"]] == ["H183"]
    assert "H180" in [each["code"] for each in dry["missing"]]
    assert dry["written"] is False

    done = json.loads(call(office, "units", "import", path, "--json", "--on", "2025-07-01").stdout)
    assert done == dry | {"written": True}
    assert [subject for subject, _ in trail(office)] == ["H183", "H184", "X1"]
    again = json.loads(call(office, "units", "import", path, "--json", "--on", "2025-07-01").stdout)
    assert (again["renamed"], again["changed"], again["new"], again["unchanged"]) == ([], [], [], 3)
    assert len(trail(office)) == 3
    unit = of_unit(office, "H183")
    assert unit["name"] == "UBND huyện Cao Lộc mới"
    assert unit["dated_names"] == [{"text": "UBND huyện Cao Lộc", "valid_from": None, "valid_to": "2025-06-30"}]


def test_a_campaign_that_is_applied_again_does_not_take_the_lists_word_back(office: ReportedOffice) -> None:
    office.run("units", "import", written(office, "code,name", "H183,UBND huyện Cao Lộc mới"))
    path = office.folder / "campaigns" / "thang-hanh-dong-2019" / "units.csv"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    assert of_unit(office, "H183")["name"] == "UBND huyện Cao Lộc mới"
    campaign = json.loads(office.run("status", "--json", "--at", "2019-07-01"))
    assert "UBND huyện Cao Lộc" in [unit["name"] for unit in campaign["units"]]


def test_an_alias_that_is_not_one_units_alone_is_refused_and_nothing_is_written(office: ReportedOffice) -> None:
    path = written(office, "code,name,aliases", "X1,UBND xã Mới,TPLS", "X2,UBND xã Hai,")
    done = call(office, "units", "import", path, status=1)
    assert "The alias 'TPLS' names X1 (UBND xã Mới) and H178 (UBND thành phố Lạng Sơn), on every day" in done.stderr
    assert "Nothing was written" in done.stdout
    assert trail(office) == []
    assert "X2" not in office.run("units", "list")


def test_a_workbook_serves_as_well_and_columns_of_a_form_are_passed_over(office: ReportedOffice) -> None:
    book = Workbook()
    book.active.append(["code", "name", "communes", "valid_to"])
    book.active.append([6211, "UBND xã Mới", 3, date(2099, 6, 30)])
    book.save(office.folder / "list.xlsx")
    told = office.run("units", "import", "list.xlsx")
    assert "new      6211 UBND xã Mới" in told
    assert of_unit(office, "6211")["valid_to"] == "2099-06-30"
    assert "The column 'communes' is passed over" in told


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (("code,name,adresses", "A,Một,x"), "did you mean 'addresses'?"),
        (("code,name,succession", "A,Một,eaten"), "write one of merge, split, rename, transfer"),
        (("code,name,addresses", "A,Một,x@y.example (2025..)"), "write days as (2024-01-01..2025-06-30)"),
    ],
)
def test_a_list_with_a_mistake_is_refused_with_its_line(
    office: ReportedOffice, lines: tuple[str, ...], sentence: str
) -> None:
    assert sentence in call(office, "units", "import", written(office, *lines), status=2).stderr


def test_an_address_filled_in_by_a_list_is_known_to_a_running_campaign_that_gives_none(office: ReportedOffice) -> None:
    take_the_address_of(office, "H183")
    at = datetime(2019, 7, 2, 9, tzinfo=VIETNAM)
    assert receive(office, NEW_ADDRESS, at)[:2] == ("held", "unknown_sender")
    office.run("units", "import", written(office, "code,name,addresses", f"H183,UBND huyện Cao Lộc,{NEW_ADDRESS}"))
    assert receive(office, NEW_ADDRESS, at, seed=6)[:3] == ("accepted", "valid", "H183")


def test_after_the_last_day_of_an_address_its_mail_needs_a_person(office: ReportedOffice) -> None:
    take_the_address_of(office, "H183")
    path = written(office, "code,name,addresses", f"H183,UBND huyện Cao Lộc,{NEW_ADDRESS} (2019-01-01..2019-07-02)")
    office.run("units", "import", path)
    on_time = datetime(2019, 7, 2, 23, 59, tzinfo=VIETNAM)
    assert receive(office, NEW_ADDRESS, on_time)[:3] == ("accepted", "valid", "H183")
    after = datetime(2019, 7, 3, 0, 1, tzinfo=VIETNAM)
    assert receive(office, NEW_ADDRESS, after, seed=6) == ("held", "unknown_sender", None, "H183")


def test_a_last_day_holds_for_an_address_that_the_campaign_gives_and_for_one_that_was_learned(
    office: ReportedOffice,
) -> None:
    early, late = datetime(2019, 7, 1, 9, tzinfo=VIETNAM), datetime(2019, 7, 3, 9, tzinfo=VIETNAM)
    assert receive(office, NEW_ADDRESS, early)[:2] == ("held", "unknown_sender")
    office.run("review", "assign", "1", "H183", "--remember")
    given = "phongldtbxhdt.caoloc@langson.example"
    ended = f"{given} (..2019-07-02);{NEW_ADDRESS} (..2019-07-02)"
    office.run("units", "import", written(office, "code,name,addresses", f"H183,UBND huyện Cao Lộc,{ended}"))
    for number, sender in enumerate((NEW_ADDRESS, given)):
        assert receive(office, sender, late, seed=6 + number)[:2] == ("held", "unknown_sender")


def test_an_address_that_another_unit_has_is_named_with_both(office: ReportedOffice) -> None:
    address, owner = office_address(office)
    taken = written(office, "code,name,addresses", f"NEW,Đơn vị mới,{address}")
    told = call(office, "units", "import", taken, "--dry-run").stdout
    assert (
        f"{address} is of {' and '.join(sorted(('NEW', owner)))}: what each mail from it says decides whose it is."
        in told
    )


def office_address(office: ReportedOffice) -> tuple[str, str]:
    """Return a registered address and its unit."""
    listed = json.loads(call(office, "units", "list", "--json").stdout)
    unit = next(each for each in listed if each["addresses"])
    return unit["addresses"][0]["address"], unit["code"]
