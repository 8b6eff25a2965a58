"""
A phone's number as gateways write it, in the one form in which everything else knows it: E.164. Pure.

Gateways write the sender of a message as they like: with or without the country, with 00 or the type of number in a
field of its own. An opt-out counts only where the number is found again, so what cannot be read for certain is left
as it came, without a plus sign, and whoever keeps the opt-outs looks for everybody it may be.
"""

from __future__ import annotations

from collections.abc import Sequence

import phonenumbers

# Types of number. Source: SMPP v3.4 specification, issue 1.2, section 5.2.5.
INTERNATIONAL, NATIONAL = 1, 2
_NO_PHONE = frozenset({3, 5, 6})  # short codes, names


def international(written: str, ton: int = 0, regions: Sequence[str] = ()) -> str:
    """
    The number with its plus sign; where that is not certain its digits, where it is no number the text itself.

    Args:
        ton: Type of number, 0 where unknown.
        regions: Countries whose way of writing may be meant, the likeliest first.
    """
    digits = "".join(c for c in written if c.isascii() and c.isdigit())
    if ton in _NO_PHONE or not digits or any(c.isalpha() for c in written):
        return written
    if written.strip().startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return _possible(digits[2:]) or digits
    if ton == INTERNATIONAL and (found := _valid(f"+{digits}", None)):
        return found
    for region in regions:
        if found := _valid(digits, region):
            return found
    return (_valid(f"+{digits}", None) if ton != NATIONAL else None) or digits


def region_of(number: str) -> str | None:
    """The country of a number in E.164."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return None


def _valid(number: str, region: str | None) -> str | None:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _possible(digits: str) -> str | None:
    try:
        parsed = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
