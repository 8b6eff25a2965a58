"""What a person, a key or a tablet is called, and the address that somebody signs in with. Pure."""

from __future__ import annotations

from app.errors import InvalidInput


def folded_email(email: str) -> str:
    """
    Raises:
        InvalidInput: it has no name or no host.
    """
    folded = email.strip().casefold()
    name, at, host = folded.rpartition("@")
    if not (name and at and "." in host) or any(c.isspace() for c in folded) or len(folded) > 254:
        raise InvalidInput(
            "That is not an e-mail address. It looks like name@hospital.org.", code="bad_email"
        )
    return folded


def clean_name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > 100 or not cleaned.isprintable():
        raise InvalidInput("Give a name of at most 100 printable characters.", code="bad_name")
    return cleaned
