"""
Templates: a form with slots, from which every length is made, together with its correction and its all clear. Pure.

The long text is written first and the short ones by hand; nothing is cut by machine. A template without a correction,
or a crisis one without an all clear and an action, is refused when it is read, so that none can be missing when it is
needed. A language that nobody who speaks it has read is marked, and cannot be sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.channels.measure.graphemes import grapheme_borders
from app.editorial.completeness import SLOTS, Meter, of_slots
from app.editorial.render import banned_in_drill
from app.errors import InvalidInput

FORMS: Mapping[str, int | None] = {
    "90": 90, "160": 160, "280": 280, "300": 300, "360": 360, "500": 500, "page": None,
}  # fmt: skip
"""Most characters of each form; a phone alert, a text, X, Bluesky, a long alert, Mastodon, our page."""

BLOCK = ("know", "unknown", "doing")
"""Blanks that every template has beside its own: what the long form goes on with, in words nobody wrote beforehand."""

_BLOCK_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"know": "What we know", "unknown": "What we don’t know", "doing": "What we are doing"},
    "it": {"know": "Cosa sappiamo", "unknown": "Cosa non sappiamo", "doing": "Cosa stiamo facendo"},
    "fr": {"know": "Ce que nous savons", "unknown": "Ce que nous ignorons", "doing": "Ce que nous faisons"},
    "es": {"know": "Lo que sabemos", "unknown": "Lo que no sabemos", "doing": "Lo que estamos haciendo"},
    "ca": {"know": "El que sabem", "unknown": "El que no sabem", "doing": "El que estem fent"},
}

MOST_ALONE = 60
"""Characters of what one person alone puts into a blank: the longest example of ours has 35."""

_BLANK = "blank:"
_BEYOND = re.compile(r"[!?…;](?:\s|$)|[^\W\d_]{4,}\.(?:\s|$)|:\s|\s[–—-]\s|[\r\n]")
_SLOT = re.compile(r"\{([a-z_]{1,30})\}")
_LIBRARY = Path(__file__).parent / "library"


class Slot(BaseModel):
    """A blank. `about` says which of the five parts of a warning it fills, empty for none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z_]{1,30}$")
    label: str
    about: Literal["", "source", "hazard", "place", "action", "until"] = ""
    required: bool = True
    example: str = ""
    choices: tuple[str, ...] = ()


class Wording(BaseModel):
    """One language. `reader` names who read it as a native speaker; without one it is a draft."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    forms: dict[str, str]
    correction: str
    all_clear: str = ""
    reader: str = ""

    @property
    def needs_a_reader(self) -> bool:
        return not self.reader


class Template(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9-]{1,60}$")
    kind: Literal["crisis", "surgery", "training", "press"]
    title: str
    when: str = ""
    filler: bool = False  # true at any time, for a quiet phase
    slots: tuple[Slot, ...] = ()
    says: tuple[Literal["source", "hazard", "place", "action", "until"], ...] = ()
    langs: dict[str, Wording]

    @model_validator(mode="after")
    def _whole(self) -> Template:
        names = {slot.name for slot in self.slots}
        about = {slot.about for slot in self.slots} | set(self.says)
        if names & set(BLOCK):
            raise ValueError(f"every template has the blanks {', '.join(BLOCK)} already")
        if self.kind == "crisis" and "action" not in about:
            raise ValueError("a crisis template says what to do")
        if self.kind == "crisis" and any(one.about == "action" and not one.required for one in self.slots):
            raise ValueError("the blank for what to do is never left empty, so it is required")
        for lang, words in self.langs.items():
            if "page" not in words.forms:
                raise ValueError(f"{lang}: the long form, page, is written first")
            if not words.correction.strip():
                raise ValueError(f"{lang}: a correction is part of it")
            if self.kind == "crisis" and not words.all_clear.strip():
                raise ValueError(f"{lang}: an all clear is part of it")
            for form, text in words.forms.items():
                if form not in FORMS:
                    raise ValueError(f"{lang}: there is no form {form}")
                most = FORMS[form]
                if most is not None and graphemes(_SLOT.sub("", text)) > most:
                    raise ValueError(f"{lang}: the form {form} is too long before its blanks are filled")
            if denial := banned_in_drill((*words.forms.values(), words.correction, words.all_clear)):
                raise ValueError(f"{lang}: “{denial}” cannot be practised: no drill may say it")
            for text in (*words.forms.values(), words.correction, words.all_clear):
                if unknown := set(_SLOT.findall(text)) - names:
                    raise ValueError(f"{lang}: no blank is called {sorted(unknown)[0]}")
        return self


class Filled(BaseModel):
    """A filled form: texts by language and form, and how complete it is."""

    model_config = ConfigDict(frozen=True)

    texts: dict[str, dict[str, str]]
    correction: dict[str, str]
    all_clear: dict[str, str]
    missing: tuple[str, ...]
    too_long: tuple[tuple[str, str, int], ...]
    needs_a_reader: tuple[str, ...]
    score: int
    not_said: tuple[str, ...]


def fill(template: Template, values: Mapping[str, str]) -> Filled:
    """
    Put words into the blanks.

    Raises:
        InvalidInput: a blank that the template does not have, or a choice that is none.
    """
    known = {slot.name: slot for slot in template.slots}
    for name, value in values.items():
        if name in BLOCK:
            continue
        if name not in known:
            raise InvalidInput(f"This template has no blank “{name}”.", code="unknown_slot")
        if known[name].choices and value and value not in known[name].choices:
            raise InvalidInput(
                f"“{known[name].label}” is one of: {', '.join(known[name].choices)}.", code="unknown_choice"
            )
    given = {name: " ".join(value.split()) for name, value in values.items() if value.strip()}
    texts = {
        lang: {
            form: _put(text, given) + (_block(lang, given) if form == "page" else "")
            for form, text in words.forms.items()
        }
        for lang, words in template.langs.items()
    }
    meter = meter_of(template, given)
    return Filled(
        texts=texts,
        correction={lang: _put(words.correction, given) for lang, words in template.langs.items()},
        all_clear={lang: _put(words.all_clear, given) for lang, words in template.langs.items()},
        missing=tuple(slot.name for slot in template.slots if slot.required and slot.name not in given),
        too_long=tuple(
            (lang, form, over)
            for lang, forms in texts.items()
            for form, text in forms.items()
            if (over := graphemes(text) - (FORMS[form] or 1_000_000)) > 0
        ),
        needs_a_reader=tuple(lang for lang, words in template.langs.items() if words.needs_a_reader),
        score=meter.score,
        not_said=meter.missing,
    )


def meter_of(template: Template, given: Mapping[str, str]) -> Meter:
    """Which of the five parts are said: by the fixed words, or by a blank that is filled."""
    filled = {slot.about for slot in template.slots if slot.name in given} | set(template.says)
    return of_slots(filled & set(SLOTS))


def library() -> list[Template]:
    """The starter library that is shipped."""
    found: list[Template] = []
    for path in sorted(_LIBRARY.glob("*.json")):
        found += [Template.model_validate(row) for row in json.loads(path.read_text("utf-8"))]
    return found


def graphemes(text: str) -> int:
    """Characters as a reader counts them."""
    return len(grapheme_borders(text))


def _put(text: str, given: Mapping[str, str]) -> str:
    """Blanks that are still empty stay visible as blanks."""
    return _SLOT.sub(lambda match: given.get(match.group(1), match.group(0)), text)


def _block(lang: str, given: Mapping[str, str]) -> str:
    words = _BLOCK_WORDS.get(lang, _BLOCK_WORDS["en"])
    return "".join(f"\n{words[name]}: {given[name]}" for name in BLOCK if name in given)


def made_from(template: Template, values: Mapping[str, str], texts: Mapping[str, str]) -> bool:
    """
    Are these texts this template as it stands, in any of its forms? With a block they are not: those are own words.

    Raises:
        InvalidInput: a blank is empty, or a language that nobody has read.
    """
    filled = fill(template, values)
    if filled.missing:
        raise InvalidInput(f"Fill the blank “{filled.missing[0]}” first.", code="blank_empty")
    same = True
    for lang, text in texts.items():
        as_it_stands = text.strip() in filled.texts.get(lang, {}).values()
        if as_it_stands and lang in filled.needs_a_reader:
            raise InvalidInput(
                f"Nobody who speaks the language ({lang}) has read this wording. Have it read, or leave it out.",
                code="needs_a_reader",
            )
        same = same and as_it_stands
    return same and not any(values.get(name, "").strip() for name in BLOCK)


def origin_of(template: Template, values: Mapping[str, str]) -> dict[str, str]:
    """What an update remembers of the template it is, word for word: which one, and what stands in its free blanks."""
    free = {slot.name for slot in template.slots if not slot.choices}
    blanks = {f"{_BLANK}{name}": value.strip() for name, value in values.items() if name in free}
    return {"template": template.id, **{name: value for name, value in blanks.items() if value}}


def blanks_of(origin: Mapping[str, str]) -> dict[str, str]:
    """What stands in the free blanks, by name; see `origin_of`."""
    return {name.removeprefix(_BLANK): value for name, value in origin.items() if name.startswith(_BLANK)}


def is_phrase(value: str) -> bool:
    """Short, and less than a sentence: a place, a time, a cause; not a message of its own inside somebody else's."""
    return graphemes(value) <= MOST_ALONE and _BEYOND.search(value) is None
