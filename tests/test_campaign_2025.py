"""The second sample: 65 communes without an address, and eleven districts that have ended."""

import csv
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from forms import form as forms_form
from roll import roster_rows
from service import campaign_folders, registering
from tests.forms import workbooks
from tests.journeys.office import CAMPAIGN, CAO_LOC, VIETNAM, form_2019, report_mail
from tests.service.reported import ReportedOffice

FOLDER = CAMPAIGN.parent / "thang-hanh-dong-2025"
ENDED = FOLDER / "units-ended-2025.csv"
AUGUST = datetime(2025, 8, 1, 9, tzinfo=VIETNAM)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> ReportedOffice:
    """An office that has both campaigns and the districts' end."""
    made = with_both_campaigns(tmp_path_factory.mktemp("office"))
    made.run("units", "import", str(ENDED), "--on", "2025-07-01")
    return made


def with_both_campaigns(folder: Path) -> ReportedOffice:
    made = ReportedOffice(folder)
    shutil.copytree(FOLDER, made.folder / "campaigns" / FOLDER.name)
    return made


def with_list(office: ReportedOffice, *lines: str) -> None:
    path = office.folder / "list.csv"
    path.write_text("\n".join([*lines, ""]), "utf-8")
    office.run("units", "import", path.name, "--on", "2025-07-01")


def receive(
    office: ReportedOffice, sender: str, unit: str, seed: int = 1, changes: dict[str, object] | None = None
) -> dict:
    form = forms_form.load_form((FOLDER / "form.toml").read_bytes(), "form.toml")
    in_2025 = {
        "D3": "Lạng Sơn, ngày 01 tháng 8 năm 2025", "A5": "", "C9": "01/8/2025", "E9": "Tháng 6/2025",
        "D28": datetime(2025, 6, 1), "A84": "Ghi chú: số liệu tính đến ngày 30/6/2025",
    }  # fmt: skip
    workbook = workbooks.filled_2019(form, unit, seed, in_2025 | (changes or {}))
    head = f"Received: from a by b; {AUGUST:%a, %d %b %Y %H:%M:%S %z}\r\n".encode()
    path = office.folder / f"{sender}-{seed}.eml"
    path.write_bytes(head + report_mail(f"<{sender}>", "BC", "bc.xlsx", workbook))
    office.run("import", path.name)
    last = json.loads(office.run("messages", "--json"))[-1]
    (whole,) = json.loads(office.run("messages", str(last["id"]), "--json"))
    return dict(whole)


def test_the_roster_has_the_61_communes_and_4_wards_by_their_area_codes() -> None:
    source = campaign_folders.read_folder(FOLDER, ZoneInfo("Asia/Ho_Chi_Minh"))
    units = [entry.unit for entry in source.campaign.roster]
    assert Counter(unit.short_name.split()[0] for unit in units) == {"xã": 61, "phường": 4}
    assert len({unit.code for unit in units}) == 65
    assert all(re.fullmatch(r"[XP]0[56]\d{3}", unit.code) for unit in units)
    assert {unit.addresses for unit in units} == {()}


def test_no_alias_is_a_bare_place_name_that_a_district_bore() -> None:
    districts = {name.partition(" ")[2].partition(" ")[2] for name in _column(ENDED, "name")}
    aliases = {alias for cell in _column(FOLDER / "units.csv", "aliases") for alias in cell.split(";")}
    assert {roster_rows.match_key(name) for name in districts}.isdisjoint(map(roster_rows.match_key, aliases))


def test_each_commune_succeeds_one_district_of_the_2019_roster() -> None:
    listed, remarks = registering.read(ENDED)
    heirs = [code for each in listed for code in each.successors]
    assert remarks == []
    assert sorted(heirs) == sorted(_column(FOLDER / "units.csv", "code"))
    in_2019 = dict(zip(_column(CAMPAIGN / "units.csv", "code"), _column(CAMPAIGN / "units.csv", "name"), strict=True))
    assert all(in_2019[each.unit.code] == each.unit.name for each in listed)


def _column(path: Path, name: str) -> list[str]:
    return [row[name] for row in csv.DictReader(path.read_text("utf-8").splitlines())]


def test_the_form_is_that_of_2019_with_its_years_changed() -> None:
    before, now = ((folder / "form.toml").read_text("utf-8") for folder in (CAMPAIGN, FOLDER))
    assert now[now.index("name = ") :] == before[before.index("name = ") :].replace("2019", "2025")


def test_doctor_status_and_plan_take_it_and_name_the_units_without_an_address(office: ReportedOffice) -> None:
    status = json.loads(office.run("status", FOLDER.name, "--json", "--at", "2025-08-01"))
    assert (status["totals"]["expected"], status["totals"]["missing"]) == (65, 65)
    called = [sys.executable, "-m", "service"]
    plan = subprocess.run(
        [*called, "plan", FOLDER.name, "--at", "2025-07-20"],
        cwd=office.folder, capture_output=True, text=True, timeout=240, check=True,
    )  # fmt: skip
    assert "P05977" in plan.stderr
    doctor = subprocess.run(
        [*called, "doctor", "--json"], cwd=office.folder, capture_output=True, text=True, timeout=240, check=False
    )
    found = [each for each in json.loads(doctor.stdout) if each["probe"] == "campaigns"]
    assert [each["ok"] for each in found] == [True] * len(found), found
    assert any("P05977" in each["sentence"] for each in found)


def test_a_mail_that_speaks_for_a_district_that_has_ended_waits_and_is_told_with_its_successors(
    office: ReportedOffice,
) -> None:
    mail = receive(office, CAO_LOC, "UBND huyện Cao Lộc")
    assert (mail["outcome"], mail["reason"], mail["unit"], mail["proposal"]) == ("held", "unknown_sender", None, None)
    (told,) = [piece for piece in mail["evidence"] if piece["source"] == "ended unit"]
    assert told["text"] == (
        "UBND huyện Cao Lộc thôi hoạt động từ 01/07/2025; kế thừa: "
        "phường Kỳ Lừa, xã Đồng Đăng, xã Ba Sơn, xã Cao Lộc, xã Công Sơn"
    )
    assert told["units"] == ["P06187", "X06184", "X06196", "X06211", "X06220"]


@pytest.mark.parametrize(
    ("successors", "told"),
    [("X06211;X06184", "Không so sánh được với báo cáo trước"), ("X06211", "ghi 4.000; báo cáo trước của đơn vị")],
)
def test_a_commune_is_compared_with_its_district_only_where_the_mapping_is_one_to_one(
    tmp_path: Path, successors: str, told: str
) -> None:
    office = with_both_campaigns(tmp_path)
    office.receive({"H183": workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1)})
    with_list(
        office, "code,name,addresses,valid_to,successors",
        f"H183,UBND huyện Cao Lộc,,2025-06-30,{successors}",
        "X06211,UBND xã Cao Lộc,caoloc@xa.example,,",
    )  # fmt: skip

    mail = receive(office, "caoloc@xa.example", "UBND xã Cao Lộc", 2, {"D20": 4000})

    assert (mail["outcome"], mail["unit"]) == ("accepted", "X06211"), mail
    assert [told in each["message"] for each in mail["problems"] if each["code"] == "C41"].count(True) == 1
