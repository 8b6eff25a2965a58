"""What measuring a text gives, the same for every platform."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offender:
    """
    A character that spoils something: X refuses it, or it takes an SMS out of the cheap alphabet.

    Attributes:
        index: Where it stands, in code points of the text as given.
        replacement: Plain text that would do instead ("" means leave it out), None when there is none.
    """

    char: str
    index: int
    replacement: str | None


@dataclass(frozen=True, slots=True)
class Measured:
    """
    Attributes:
        weight: In the platform's own units: weighted characters, SMS units, UTF-16 units.
        fits: The platform would take it as one call; an empty text never fits.
        encoding: "GSM-7" or "UCS-2" for SMS, otherwise None.
        segments: Parts an SMS is paid for, otherwise None.
    """

    weight: int
    limit: int
    fits: bool
    encoding: str | None = None
    segments: int | None = None
    offenders: tuple[Offender, ...] = ()
