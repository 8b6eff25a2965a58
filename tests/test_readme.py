"""What the README says of settings and commands is what there is."""

from pathlib import Path

import pytest

from app.config import NOT_SETTINGS, Settings, unknown_variables

README = (Path(__file__).resolve().parent.parent / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_in_the_table(name: str) -> None:
    """A setting nobody can read about does not exist."""
    assert f"`TOCSIN_{name.upper()}" in README


def test_a_misspelt_setting_is_named() -> None:
    """Known ones, nested ones and those of the tests pass; anything else with our prefix does not."""
    environ = {
        "TOCSIN_DATA_DIR": "x",
        "TOCSIN_DELAYS__SURGERY": "60",
        "TOCSIN_DATABSE_URL": "oops",
        **dict.fromkeys(NOT_SETTINGS, "x"),
        "PATH": "x",
    }
    assert unknown_variables(environ) == ["TOCSIN_DATABSE_URL"]
