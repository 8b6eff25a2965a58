"""What the README says of settings and commands is what there is."""

import re
from pathlib import Path

import pytest

from app.channels.base import AdapterKind
from app.channels.registry import ADAPTERS
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


@pytest.mark.parametrize("one", ADAPTERS, ids=lambda one: one.name)
def test_every_setting_of_a_channel_is_where_channels_are_connected(one: AdapterKind) -> None:
    """What only the code knows, nobody sets."""
    said = {
        name
        for line in README.splitlines()
        if line.startswith("| `") and "TOCSIN_" not in line
        for name in re.findall(r"`([a-z_0-9]+)`", line.split(" | ")[0])
    }
    assert set(one.settings.model_fields) <= said, set(one.settings.model_fields) - said
