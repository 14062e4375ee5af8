"""`rollcall init`: what it writes is right as soon as the secret is filled in, and nothing is ever overwritten."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from forms import blank
from forms import form as forms_form
from roll.mistakes import OperatorError
from service import campaign_folders, config, first_files

ROLLCALL = Path(sys.executable).parent / "rollcall"


def call(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(ROLLCALL), *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_configuration_loads_once_the_secret_is_filled_in(tmp_path: Path) -> None:
    made = call(tmp_path, "init")
    assert (made.returncode, made.stderr) == (0, "")

    with pytest.raises(OperatorError, match="secrets/imap"):
        config.load(tmp_path / "config.toml", {})
    (tmp_path / "secrets" / "imap").write_text("mat-khau\n", "utf-8")
    loaded = config.load(tmp_path / "config.toml", {})

    assert loaded.letters.mode == "staff"
    assert loaded.mailbox[0].password.get_secret_value() == "mat-khau"


def test_the_campaign_is_applied_without_a_mistake_and_is_open(tmp_path: Path) -> None:
    call(tmp_path, "init", "van-phong")
    place = tmp_path / "van-phong"
    (place / "secrets" / "imap").write_text("mat-khau\n", "utf-8")

    applied = call(place, "campaign", "apply", first_files.FOLDER)
    status = call(place, "status", "--json")

    assert (applied.returncode, applied.stderr) == (0, "")
    assert "is new: 3 units" in applied.stdout
    assert status.returncode == 0
    assert '"expected": 3' in status.stdout


def test_it_says_what_to_do_next(tmp_path: Path) -> None:
    told = call(tmp_path, "init", "van-phong").stdout

    for words in (
        "wrote van-phong/config.toml",
        "secrets/imap",
        "--config van-phong/config.toml doctor",
        'mode = "units"',
    ):
        assert words in told


def test_nothing_is_overwritten_and_nothing_is_written_beside_what_exists(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("mine", "utf-8")

    refused = call(tmp_path, "init")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert "config.toml" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]
    assert (tmp_path / "config.toml").read_text("utf-8") == "mine"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")

    refused = call(tmp_path, "init", "file/below")

    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    assert "cannot be written" in refused.stderr


def test_secrets_are_for_the_owner_alone(tmp_path: Path) -> None:
    call(tmp_path, "init")

    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert list((tmp_path / "secrets").iterdir()) == []


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2027, 12, 31), date(2028, 2, 29)])
def test_the_example_is_right_on_any_day(tmp_path: Path, today: date) -> None:
    for name, data in first_files.files(today).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    source = campaign_folders.read_folder(tmp_path / first_files.FOLDER, first_files.ZONE)

    assert source.campaign.opens.date() == today
    assert (source.campaign.due_before - source.campaign.opens).days == first_files.DAYS_TO_REPORT
    form = forms_form.load_form((tmp_path / first_files.FOLDER / "form.toml").read_bytes(), "form.toml")
    assert (tmp_path / first_files.FOLDER / "blank.xlsx").read_bytes() == blank.blank(form, blank.BlankHeading())
