"""Secrets at rest open only with the key, and only in the row they were sealed for."""

from pathlib import Path

import pytest

from app.accounts.vault import KeyFileRefused, new_key_file, open_vault


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "tocsin.key"
    new_key_file(path)
    return path


class TestVault:
    def test_S15_a_sealed_value_shows_nothing_and_opens_again(self, key_file: Path) -> None:
        """The secret is not in the sealed bytes."""
        vault = open_vault(key_file)
        sealed = vault.seal(b"canary-token", about="channel:1")

        assert b"canary" not in sealed
        assert vault.open(sealed, about="channel:1") == b"canary-token"

    def test_S15_a_value_moved_to_another_row_does_not_open(self, key_file: Path) -> None:
        """Credentials cannot be swapped between channels in the database."""
        vault = open_vault(key_file)
        sealed = vault.seal(b"secret", about="channel:1")

        with pytest.raises(ValueError, match="another row"):
            vault.open(sealed, about="channel:2")

    def test_a_key_file_that_others_can_read_is_refused(self, key_file: Path) -> None:
        """The sentence names the command that mends it."""
        key_file.chmod(0o644)

        with pytest.raises(KeyFileRefused, match="chmod 600"):
            open_vault(key_file)

    def test_a_missing_key_file_is_refused(self, tmp_path: Path) -> None:
        """The sentence names the command that makes one."""
        with pytest.raises(KeyFileRefused, match="tocsin keys new"):
            open_vault(tmp_path / "none.key")

    def test_a_key_file_is_never_overwritten(self, key_file: Path) -> None:
        """A second key would lock out everything that was sealed."""
        with pytest.raises(FileExistsError):
            new_key_file(key_file)
