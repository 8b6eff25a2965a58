"""
A text as the rules read it: one plain string in which every character knows its place in the original.

Detection works on this; the text itself is never changed. Invisible characters are gone, look-alikes and full-width forms are
their Latin letter, every decimal digit is an ASCII one, accents are off, case is kept.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

# Look-alikes that NFKD does not resolve. Ours: the letters that pass for Latin ones in common fonts.
_CONFUSABLES = {
    **dict(zip("аеорсхуіјѕԁһӏкмтвнԛԝгпдизлбѵ", "aeopcxyijsdhlkmtbhqwrnduznbv", strict=True)),
    **dict(zip("АЕОРСХУІЈЅНКМТВӀԚԜЗБГ", "AEOPCXYIJSHKMTBIQWZBR", strict=True)),
    **dict(zip("αορνικυτγηωεμχβπσςδλ", "aopvikutynwemxbnosdl", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    **dict(zip("օոսԼհցաքք", "onuLhgaqq", strict=True)),
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)),
    **dict(zip("ɑɡıȷɩƖǀ∣⏐ǃ", "agijiIlll!", strict=True)),
    **dict(zip("øØłŁđĐħŧÐƒðəƏ", "oOlLdDhtDfdeE", strict=True)),
    **dict(zip("ᎠᎡᎢᎪᎫᎬᎳᎷᎻᎽᏀᏃᏒᏔᏕᏙᏚᏞᏟᏢᏦᏴᎥᏏᏧ", "DRTAJEWMHYGZRWSVSLCPKBibd", strict=True)),
    **dict(zip("ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ", "BPDTGKJCZFMNLSRVHWXYAEIOU", strict=True)),
    **dict(zip("ⲀⲂⲎⲒⲔⲘⲚⲞⲢⲤⲦⲨⲬⲁⲟⲣⲥⲩⲭ", "ABHIKMNOPCTYXaopcyx", strict=True)),
    **dict(zip("ᗩᗷᑕᗪᗴᖴᘜᕼᒍᒪᗰᑎᑭᖇᑌᐯᗯ᙭ᘔ", "ABCDEFGHJLMNPRUVWXZ", strict=True)),
    "ß": "ss",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "Œ": "OE",
    "þ": "th",
    "Þ": "Th",
    "‘": "'",
    "’": "'",
    "‛": "'",
    "′": "'",
    "`": "'",
    "´": "'",
    "ʼ": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "″": '"',
    "‐": "-",
    "‑": "-",
    "‒": "-",
    "–": "-",
    "—": "-",
    "―": "-",
    "−": "-",
    "﹣": "-",
    "⁃": "-",
    "•": "*",
    "●": "*",
    "․": ".",
    "。": ".",
    "．": ".",
    "＠": "@",
    "∕": "/",
    "⁄": "/",
    "º": "o",
    "ª": "a",
    "🔟": "10",
    "🅾": "O",
    "⭕": "0",
}
_CIRCLED = re.compile(r"(?:CIRCLED|PARENTHESIZED|FULL STOP|COMMA|SANS-SERIF|NEGATIVE)")


@lru_cache(maxsize=4096)
def _pieces(char: str) -> str:
    """What one character is to the rules; empty when it is not seen at all."""
    if char in _CONFUSABLES:
        return _CONFUSABLES[char]
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Me", "Cs", "Co", "Cn") or char == "\u3164":
        return ""
    if category == "Cc":
        return " "
    if category in ("Zs", "Zl", "Zp"):
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "No" and (value := unicodedata.digit(char, None)) is not None:
        return str(value)
    if 0x1F1E6 <= ord(char) <= 0x1F1FF:  # regional indicators, which spell words
        return chr(ord(char) - 0x1F1E6 + 65)
    if 0x1F130 <= ord(char) <= 0x1F149 or 0x1F150 <= ord(char) <= 0x1F169 or 0x1F170 <= ord(char) <= 0x1F189:
        return chr((ord(char) - 0x1F130) % 32 + 65)
    if _CIRCLED.match(unicodedata.name(char, "")):
        return unicodedata.normalize("NFKD", char).strip("().,") or char
    out = ""
    for piece in unicodedata.normalize("NFKD", char):
        if not unicodedata.combining(piece):
            out += _CONFUSABLES.get(piece, piece)
    return out


@dataclass(frozen=True)
class View:
    """
    A text to look at.

    Attributes:
        plain: The folded text; case kept.
        starts: For each character of `plain`, where its original begins.
        ends: For each character of `plain`, where its original ends (exclusive).
        only: When set, findings count only where they touch one of these stretches of `plain`: the rest of this
            view reads like the main one and was judged there.
    """

    plain: str
    starts: tuple[int, ...] | range
    ends: tuple[int, ...] | range
    only: tuple[tuple[int, int], ...] | None = None

    @cached_property
    def low(self) -> str:
        low = self.plain.lower()
        return low if len(low) == len(self.plain) else "".join(c.lower()[0] for c in self.plain)

    def original(self, start: int, end: int) -> tuple[int, int]:
        return self.starts[start], self.ends[end - 1]

    def counts(self, start: int, end: int) -> bool:
        return self.only is None or any(start < b and a < end for a, b in self.only)


def fold(text: str) -> View:
    if text.isascii() and text.isprintable():
        return View(text, range(len(text)), range(1, len(text) + 1))
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, char in enumerate(text):
        pieces = char if " " <= char <= "~" else _pieces(char)
        if char == "·":
            # Catalan l·l, and a way to split a name; after every letter it is a gap like others.
            every = text[index - 2 : index - 1] == "·" or text[index + 2 : index + 3] == "·"
            pieces = "*" if every else "" if letters and letters[-1].isalpha() else pieces
        if not pieces and ends:
            ends[-1] = index + 1
        for piece in pieces:
            letters.append(piece)
            starts.append(index)
            ends.append(index + 1)
    return View("".join(letters), tuple(starts), tuple(ends))


def folded(text: str) -> str:
    """For dictionaries and lists: lower case, no accents, single spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(fold(text).low.split())


def rewritten(view: View, changes: list[tuple[int, int, str]]) -> View:
    """
    The view with stretches replaced; what replaces a stretch stands for all of it.

    Args:
        changes: (start, end, new text) in `view.plain`, in order, not overlapping. When the new text is as long as the
            stretch's letters, each new character still stands for the whole stretch.
    """
    plain: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    only: list[tuple[int, int]] = []
    at = 0
    for start, end, new in changes:
        for i in range(at, start):
            plain.append(view.plain[i])
            starts.append(view.starts[i])
            ends.append(view.ends[i])
        first = len(plain)
        for char in new:
            plain.append(char)
            starts.append(view.starts[start])
            ends.append(view.ends[end - 1])
        only.append((first, len(plain)))
        at = end
    for i in range(at, len(view.plain)):
        plain.append(view.plain[i])
        starts.append(view.starts[i])
        ends.append(view.ends[i])
    return View("".join(plain), tuple(starts), tuple(ends), tuple(only))
