"""
The fields of an event: what each may be, whoever fills it in. Pure.

What takes protection away is another question, and `safety` answers it; here is only what cannot be right.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from app.editorial.facts import checked_facts
from app.editorial.safety import checked_policy
from app.editorial.texts import one_line
from app.errors import InvalidInput

LANGS = ("en", "it", "fr", "es", "ca")
SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")  # CAP 1.2
URGENCIES = ("Immediate", "Expected", "Future", "Past", "Unknown")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
EDITABLE = frozenset(
    {
        "title",
        "place",
        "headline",
        "delay_s",
        "langs",
        "hashtags",
        "severity",
        "urgency",
        "certainty",
        "promised_next_at",
        "starts_at",
        "pinned",
        "allow",
        "staff_allow",
        "replies_open",
        "policy",
    }
)

NEVER_NULL = EDITABLE - {"severity", "urgency", "certainty", "promised_next_at", "starts_at"}


def checked_fields(changes: Mapping[str, Any]) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    for name, value in changes.items():
        match name:
            case "title":
                checked[name] = one_line(value, name, 120)
            case "place":
                checked[name] = one_line(value, name, 160, empty=True)
            case "headline":
                checked[name] = one_line(value, name, 300, empty=True)
            case "delay_s":
                checked[name] = checked_delay(value)
            case "hashtags":
                checked[name] = checked_hashtags(value)
            case "langs":
                checked[name] = checked_langs(value, value[0] if value else "")
            case "severity":
                checked[name] = one_of(value, SEVERITIES, name)
            case "urgency":
                checked[name] = one_of(value, URGENCIES, name)
            case "certainty":
                checked[name] = one_of(value, CERTAINTIES, name)
            case "policy":
                checked[name] = checked_policy(value)
            case "staff_allow":
                checked[name] = [one_line(one, name, 100) for one in value]
            case "pinned":
                checked[name] = checked_facts(value)
            case _:
                checked[name] = value
    return checked


def checked_delay(value: int) -> int:
    if not 0 <= value <= 300:
        raise InvalidInput("The delay is between 0 and 300 seconds.", code="bad_delay")
    return int(value)


def checked_langs(langs: Sequence[str], default_lang: str) -> list[str]:
    unknown = [lang for lang in langs if lang not in LANGS]
    if unknown or not langs or default_lang not in langs:
        raise InvalidInput(
            f"Choose languages among {', '.join(LANGS)}, the event's own one included.",
            code="unknown_language",
        )
    return list(dict.fromkeys(langs))


def checked_hashtags(tags: Sequence[str]) -> list[str]:
    bare = [tag.lstrip("#") for tag in tags]
    if len(bare) > 2 or any(not re.fullmatch(r"\w{2,40}", tag) or tag.isdigit() for tag in bare):
        raise InvalidInput(
            "Give at most two hashtags of letters and digits, without spaces.", code="bad_hashtag"
        )
    return bare


def one_of(value: str | None, allowed: Sequence[str], what: str) -> str | None:
    if value is not None and value not in allowed:
        raise InvalidInput(f"The {what} is one of: {', '.join(allowed)}.", code=f"unknown_{what}")
    return value


def slug_of(title: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")
    return words[:40].strip("-") or f"event-{secrets.token_hex(3)}"
