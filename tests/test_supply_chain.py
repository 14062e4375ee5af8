"""What is installed: every file is pinned by its SHA-256, and the bill of materials names all of it."""

import json
import re
import subprocess
import sys

import pytest

from tests.documents import ROOT, text_of


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_line_of_a_lock_is_one_version_with_its_hashes(lock: str) -> None:
    entries = re.sub(r"\\\n", " ", text_of(lock))
    lines = [line for line in entries.splitlines() if line.strip() and not line.lstrip().startswith("#")]

    assert [line for line in lines if not re.match(r"[a-z0-9._-]+==[^\s;]+", line)] == []
    assert [line for line in lines if not re.search(r"--hash=sha256:[0-9a-f]{64}(?:\s|$)", line)] == []


def test_pip_is_told_to_take_nothing_whose_hash_is_not_in_the_lock() -> None:
    installs = [line for line in text_of("Makefile").splitlines() if "$(PIP)" in line and "-r " in line]

    assert installs
    assert all("--require-hashes" in line and "--no-deps" in line for line in installs)


def test_the_bill_of_materials_names_every_distribution_of_the_lock_with_its_hashes() -> None:
    command = [sys.executable, "scripts/write-bill-of-materials", "requirements.lock"]
    written = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    bill = json.loads(written)

    pinned = dict(re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", text_of("requirements.lock"), re.MULTILINE))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    assert {part["name"]: part["version"] for part in bill["components"]} == pinned
    assert all(part["hashes"] for part in bill["components"])
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout == written
