"""
Secrets at rest: AES-256-GCM, the row's id as associated data, a ring of keys in a file of its own.

The associated data stops a ciphertext from being moved to another row. The key never is in the database, nor in a
backup of it. A sealed value is: version byte, 8 bytes of key id, 12 bytes of nonce, ciphertext with tag.
"""

from __future__ import annotations

import base64
import json
import os
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"


class KeyFileRefused(Exception):
    """The key file is missing, unreadable, or readable by others; the sentence says what to do."""


class Vault:
    """Seals with the newest key, opens with any of the ring."""

    def __init__(self, ring: dict[str, bytes]) -> None:
        if not ring:
            raise KeyFileRefused("The key file holds no key. Make one with: tocsin keys new FILE")
        self._ring = {bytes.fromhex(key_id): AESGCM(key) for key_id, key in ring.items()}
        self._newest = bytes.fromhex(list(ring)[-1])
        self._newest_key = ring[list(ring)[-1]]

    def signing_key(self, purpose: str) -> Ed25519PrivateKey:
        """A key pair that follows from the newest key and a purpose: nothing more to keep, nothing in the database."""
        seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(self._newest_key)
        return Ed25519PrivateKey.from_private_bytes(seed)

    def seal(self, plain: bytes, *, about: str) -> bytes:
        """`about` names the row; opening needs the same."""
        nonce = os.urandom(12)
        return VERSION + self._newest + nonce + self._ring[self._newest].encrypt(nonce, plain, about.encode())

    def open(self, sealed: bytes, *, about: str) -> bytes:
        """
        Raises:
            ValueError: not ours, another row's, or sealed with a key that is gone.
        """
        key = self._ring.get(sealed[1:9])
        if sealed[:1] != VERSION or key is None:
            raise ValueError("sealed with a key that is not in the key file")
        try:
            return key.decrypt(sealed[9:21], sealed[21:], about.encode())
        except InvalidTag as exc:
            raise ValueError("the sealed value was changed or belongs to another row") from exc


def new_key_file(path: Path) -> None:
    """Write a ring with one fresh key, readable by the owner alone. Fails if the file is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w") as file:
        json.dump({os.urandom(8).hex(): base64.b64encode(AESGCM.generate_key(256)).decode()}, file)


def open_vault(path: Path) -> Vault:
    """
    Read the key file.

    Raises:
        KeyFileRefused: see there.
    """
    try:
        mode = path.stat().st_mode
        raw = json.loads(path.read_text())
        ring = {key_id: base64.b64decode(key, validate=True) for key_id, key in raw.items()}
    except FileNotFoundError as exc:
        raise KeyFileRefused(
            f"There is no key file at {path}. Make one with: tocsin keys new {path}"
        ) from exc
    except (OSError, ValueError, AttributeError) as exc:
        raise KeyFileRefused(
            f"The key file {path} cannot be read. Restore it from your backup of keys."
        ) from exc
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileRefused(f"Others can read the key file. Run: chmod 600 {path}")
    return Vault(ring)
