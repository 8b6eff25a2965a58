"""Codes that people type and tokens that browsers keep: how they are made, and the hash that is stored of them."""

from __future__ import annotations

import hashlib
import secrets

LETTERS = 10
CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that reads like something else


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    """A code a person can type: 10 of 32 letters, 50 bits, in two groups."""
    letters = letters_of(LETTERS)
    return f"{letters[:5]}-{letters[5:]}"


def letters_of(count: int) -> str:
    """Five bits each."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(count))


def plain_code(code: str) -> str:
    """Case, spaces and dashes do not count."""
    return "".join(c for c in code.upper() if c in CODE_ALPHABET)


def code_hash(code: str) -> str:
    """Two codes one after the other are the two halves of an invitation."""
    plain = plain_code(code)
    if len(plain) == 2 * LETTERS:
        return joined_hash(token_hash(plain[:LETTERS]), token_hash(plain[LETTERS:]))
    return token_hash(plain)


def joined_hash(first: str, second: str) -> str:
    """Of a code in two halves, made of their hashes: whoever keeps it needs neither half. Their order does not count."""
    return token_hash("".join(sorted((first, second))))
