"""Programs that a test cannot do without."""

import os

import pytest


def require(installed: bool, otherwise: str) -> None:
    """Go on where `installed`; else skip, saying `otherwise`, or fail where nothing may be skipped (CI=true)."""
    if installed:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(otherwise)
    pytest.skip(otherwise)
