"""Programs that a test cannot do without."""

import os

import pytest


def require(installed: bool, otherwise: str) -> None:
    """Go on where `installed`. Else skip the test, saying `otherwise`, or fail it where nothing may be skipped (CI=true)."""
    if installed:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(otherwise)
    pytest.skip(otherwise)
