"""
How complete a message is: source, hazard, place, what to do, until when. Pure, five languages.

Most early warnings lacked one of these because their writers faced an empty box. A form knows which slots were
filled; a free text is read for the signs of each. The reading is a help for the writer and no judge: it says what it
did not find, and never stops anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

SLOTS = ("source", "hazard", "place", "action", "until")
"""In the order in which people understand a warning."""

WORDS: Mapping[str, str] = {
    "source": "Say who is speaking.",
    "hazard": "Say what has happened, and what it does.",
    "place": "Name the place; “your area” is nowhere.",
    "action": "Say what to do.",
    "until": "Say until when, or when you will speak again.",
}

_SIGNS: Mapping[str, str] = {
    "source": r"\b(?:hospital|clinic|council|police|fire (?:service|brigade)|health (?:service|authority)|emergency desk"
    r"|ospedale|comune|protezione civile|vigili del fuoco|azienda sanitaria"
    r"|hôpital|mairie|préfecture|pompiers"
    r"|ayuntamiento|protección civil|bomberos"
    r"|ajuntament|protecció civil|bombers|(?:i'|l')?hospital)\b",
    "hazard": r"\b(?:flood\w*|fire|smoke|gas leak|outage|power (?:cut|failure)|outbreak|infection|evacuat\w+|attack|explosion"
    r"|storm|heat(?:wave)?|contaminat\w+|closed|diverted|cancelled|no water|bomb|intruder|accident"
    r"|allagament\w*|alluvione|incendio|fumo|fuga di gas|chius[oaie]|evacuazione|guasto|contaminat\w*"
    r"|inondation|incendie|fumée|fuite de gaz|fermée?s?|panne|évacuation"
    r"|inundaci\w+|incendio|humo|escape de gas|cerrad[oa]s?|apagón|evacuación|avería"
    r"|inundaci\w+|incendi|fum|fuita de gas|tancad(?:a|es)|tancat|avaria|evacuació)\b",
    "place": r"(?:\b(?:at|in|near|on|from|to|by) (?:the )?(?:[A-ZÀ-Ý][\w’'-]+|ground floor|(?:north|south|east|west)(?:ern)? \w+)"
    r"|\b(?:via|piazza|corso|rue|place|avenue|calle|plaza|avenida|carrer|plaça|passeig) (?:de[l]? |des |du |la )?[A-ZÀ-Ý]"
    r"|\b(?:a|al|all'|alla|nel|nella|presso|à|au|en|el|cerca de|prop de|a l') ?(?:la |le |los |les )?[A-ZÀ-Ý][\w’'-]+"
    r"|\b(?:floor|ward|entrance|gate|street|road|planta|piano|étage|pis)\b)",
    "action": r"\b(?:call|use|go|leave|stay|avoid|do not|don't|wait|come|boil|follow|move|keep|close|take|bring|tell|park"
    r"|chiamate|usate|andate|lasciate|restate|evitate|non \w+te|seguite|aspettate|venite"
    r"|appelez|utilisez|allez|quittez|restez|évitez|ne \w+ pas|suivez|venez"
    r"|llamen?|usen?|vayan?|salgan?|quédense|eviten?|no \w+n|sigan?|vengan?"
    r"|truqueu|useu|aneu|sortiu|quedeu-vos|eviteu|no \w+eu|seguiu|veniu|feu servir)\b",
    "until": r"(?:\b(?:until|till|by|before|at) (?:about )?(?:\d{1,2}[:.]\d\d|noon|midnight|tonight|tomorrow|further notice)"
    r"|\b(?:until|till) (?:further|we|the|tonight|tomorrow|\w+day)|\bin \d+ (?:min|minutes|hours?)\b|\bevery (?:\d+ )?(?:hour|minutes|day)"
    r"|\b(?:tonight|all night|at least every)\b"
    r"|\b(?:fino a|entro|alle|dalle) (?:le |alle )?\d|\bfino a nuovo avviso\b|\btra \d+ minuti"
    r"|\bjusqu(?:'|’)à|\bd'ici \d|\bà \d{1,2} ?h|\bdans \d+ minutes"
    r"|\bhasta (?:las|nuevo|ma)|\ba las \d|\ben \d+ minutos"
    r"|\bfins (?:a|les|que)|\ba les \d|\bd'aquí a \d+ minuts)",
}
_READ = {
    slot: re.compile(pattern, re.IGNORECASE if slot != "place" else 0) for slot, pattern in _SIGNS.items()
}


@dataclass(frozen=True, slots=True)
class Meter:
    """`score` is of five; `missing` in reading order, with what to write."""

    found: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def score(self) -> int:
        return len(self.found)

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(WORDS[slot] for slot in self.missing)


def of_slots(filled: Collection[str]) -> Meter:
    """A form's own answer: exact."""
    return _meter({slot for slot in SLOTS if slot in filled})


def of_text(text: str) -> Meter:
    """What can be seen in a free text."""
    plain = text.replace("’", "'")
    return _meter({slot for slot in SLOTS if _READ[slot].search(plain)})


def _meter(found: Collection[str]) -> Meter:
    return Meter(
        tuple(slot for slot in SLOTS if slot in found), tuple(slot for slot in SLOTS if slot not in found)
    )
