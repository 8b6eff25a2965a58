"""How people slip identifiers past filters: one function a trick, text in, text out."""

import random
import unicodedata

LOOKALIKES = str.maketrans("aeopcxyiAEOPCTHKMB", "аеорсхуіАЕОРСТНКМВ")
WORDS = {
    "en": "zero one two three four five six seven eight nine",
    "it": "zero uno due tre quattro cinque sei sette otto nove",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "ca": "zero un dos tres quatre cinc sis set vuit nou",
}


def zero_width(text: str, dice: random.Random, lang: str) -> str:
    return "".join(c + dice.choice(["\u200b", "\u200d", "\u2060", ""]) for c in text)


def homoglyph(text: str, dice: random.Random, lang: str) -> str:
    return text.translate(LOOKALIKES)


def full_width(text: str, dice: random.Random, lang: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def arabic(text: str, dice: random.Random, lang: str) -> str:
    return "".join(chr(0x660 + int(c)) if c in "0123456789" else c for c in text)


def spelled(text: str, dice: random.Random, lang: str) -> str:
    words = WORDS[lang].split()
    return " ".join(words[int(c)] for c in text if c in "0123456789")


def spaced(text: str, dice: random.Random, lang: str) -> str:
    by = dice.choice([" ", ".", "-"])
    return "  ".join(by.join(c for c in word) for word in text.split())


def emoji(text: str, dice: random.Random, lang: str) -> str:
    return "".join(c + "\ufe0f\u20e3" if c in "0123456789" else c for c in text)


def letter_o(text: str, dice: random.Random, lang: str) -> str:
    return text.replace("0", "O").replace("1", "l")


def hashtag(text: str, dice: random.Random, lang: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "#" + "".join(c for c in plain if c.isalpha())


TRICKS = {
    f.__name__: f
    for f in (zero_width, homoglyph, full_width, arabic, spelled, spaced, emoji, letter_o, hashtag)
}
