"""
Scenario packs: what happens to a team in a drill, and by what it is scored. Files in JSON, read and checked here.

A pack ships with the program or lies in the folder `packs` beside the drill's data. It is refused whole when anything
in it cannot be played, so that a drill never stops half-way on a spelling mistake.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.errors import InvalidInput

SHIPPED = Path(__file__).parent / "packs"
PLATFORMS = ("x", "facebook", "twilio")

Faults = Mapping[str, Mapping[str, Collection[str]]]
"""By platform, what the simulators can make go wrong there, and what may be set of each."""


class Goals(BaseModel):
    """
    Seconds, and what they are counted from.

    Attributes:
        first_message_s: From the start to the first message that a person submits.
        correction_s: From the inject that calls for one to its submission.
        approval_s: From submission to the second opinion, median.
        silence_s: Longest time without a public word.
        guard_blocks: Texts that the privacy check may stop.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    first_message_s: float = Field(default=180, gt=0)
    correction_s: float = Field(default=60, gt=0)
    approval_s: float = Field(default=120, gt=0)
    silence_s: float = Field(default=600, gt=0)
    guard_blocks: int = Field(default=0, ge=0)


class Inject(BaseModel):
    """
    One thing that happens.

    Attributes:
        kind: note (the team is told), reply or rumour (somebody of the public writes), crowd (many do), fault (a
            simulated platform misbehaves), clear (it behaves again).
        calls_for: "correction" where the right thing to do is one; its time is counted from here.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_s: float = Field(ge=0, le=4 * 3600)
    kind: Literal["note", "reply", "rumour", "crowd", "fault", "clear"]
    text: str = Field(default="", max_length=1000)
    platform: Literal["x", "facebook", "twilio"] | None = None
    author: str = Field(default="A passer-by", max_length=60)
    fault: str = ""
    params: dict[str, str | int | float | bool] = Field(default_factory=dict)
    times: int | None = Field(default=None, ge=1, le=1000)
    per_min: float = Field(default=60, gt=0, le=3000)
    seconds: float = Field(default=60, gt=0, le=3600)
    calls_for: Literal["", "correction"] = ""

    @model_validator(mode="after")
    def _whole(self) -> Inject:
        if self.kind != "note" and self.platform is None:
            raise ValueError(f"a {self.kind} names its platform: {', '.join(PLATFORMS)}")
        if self.kind in ("note", "reply", "rumour") and not self.text.strip():
            raise ValueError(f"a {self.kind} has a text")
        if self.kind == "fault" and not self.fault:
            raise ValueError("a fault names which")
        return self


class Pack(BaseModel):
    """A drill for one kind of event; `brief` is read before it starts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9-]{1,60}$")
    kind: Literal["crisis", "surgery", "training", "press"]
    title: str = Field(min_length=1, max_length=120)
    brief: str = Field(min_length=1, max_length=2000)
    seconds: float = Field(gt=0, le=4 * 3600)
    goals: Goals = Goals()
    injects: tuple[Inject, ...] = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _in_time(self) -> Pack:
        if any(one.at_s > self.seconds for one in self.injects):
            raise ValueError("every inject comes before the end")
        return self


def known_faults(told: Mapping[str, Any]) -> Faults:
    """As the simulators tell them (`/_sim/faults`)."""
    return {
        platform: {one["name"]: [param["name"] for param in one["params"]] for one in specs}
        for platform, specs in told["platforms"].items()
    }


def parse(source: str, known: Faults | None = None) -> Pack:
    """
    Args:
        known: Faults that can be played; None where nobody has told them.

    Raises:
        InvalidInput: unreadable, or a pack that cannot be played; the sentence says which inject and why.
    """
    try:
        raw: Any = json.loads(source)
    except ValueError as exc:
        raise InvalidInput(
            "This pack is not JSON. Check it, then start the drill again.", code="bad_pack"
        ) from exc
    name = raw.get("id", "?") if isinstance(raw, dict) else "?"
    handed = isinstance(raw, dict) and any(
        isinstance(one, dict) and one.get("kind") == "handover" for one in raw.get("injects") or ()
    )
    if handed:
        # A drill that plays a change of shift is what two false alarms began with.
        raise InvalidInput(
            f"Pack {name}: a hand-over of the button is no inject. Hand it over before the drill or after it.",
            code="bad_pack",
        )
    try:
        pack = Pack.model_validate(raw)
    except ValidationError as exc:
        first = exc.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(f"Pack {name}: {where} {first['msg']}.", code="bad_pack") from exc
    if known is not None:
        _refuse_unknown_faults(pack, known)
    return pack


def _refuse_unknown_faults(pack: Pack, known: Faults) -> None:
    for one in pack.injects:
        if one.kind != "fault" or one.platform is None:
            continue
        faults = known.get(one.platform, {})
        if one.fault not in faults:
            there = ", ".join(sorted(faults))
            raise InvalidInput(
                f"Pack {pack.id}: there is no fault {one.fault} on {one.platform}. There are: {there}.",
                code="bad_pack",
            )
        if strange := sorted(set(one.params) - set(faults[one.fault])):
            there = ", ".join(faults[one.fault]) or "nothing"
            raise InvalidInput(
                f"Pack {pack.id}: the fault {one.fault} has no {strange[0]}. It has: {there}.",
                code="bad_pack",
            )


def read(own: Path | None = None, known: Faults | None = None) -> Mapping[str, Pack]:
    """
    Every pack by its id; one of the house's own replaces its namesake.

    Raises:
        InvalidInput: a file that cannot be played, by its name.
    """
    found: dict[str, Pack] = {}
    for folder in (SHIPPED, own):
        for path in sorted(folder.glob("*.json")) if folder is not None and folder.is_dir() else ():
            try:
                pack = parse(path.read_text("utf-8"), known)
            except (InvalidInput, UnicodeDecodeError) as exc:
                words = exc.detail if isinstance(exc, InvalidInput) else "It is not text in UTF-8."
                raise InvalidInput(f"{path.name}: {words}", code="bad_pack") from exc
            found[pack.id] = pack
    return found
