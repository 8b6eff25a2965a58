"""
Write the one table from which Python and TypeScript measure texts.

Everything here is a fact about a platform; the rules that use the facts live in `app/channels/measure/` and
`frontend/shared/measure.ts`. Run it after a change, commit both outputs; a test runs it again and compares.

Sources, read 2026-11-20:
  X      twitter-text 3.1.0 (Apache-2.0): configurations v1 to v3, the character classes of its URL rules, its
         list of top-level domains (read from its conformance file), and which sequences of code points it counts
         as one emoji (found by asking it; it knows Unicode's Emoji 11, so newer joined emoji weigh more: the
         safe side).
  SMS    3GPP TS 23.038 (alphabets) and 23.040 (headers of concatenated messages).
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TLDS = ROOT / "tests/fixtures/twitter-text/tlds.yml"
OUTPUTS = (ROOT / "app/channels/measure/tables.json", ROOT / "frontend/shared/measure-tables.json")

# --- X: weights -----------------------------------------------------------------------------------------------

LIGHT = [[0x0000, 0x10FF], [0x2000, 0x200D], [0x2010, 0x201F], [0x2032, 0x2037]]
CONFIGS = {
    "v1": {"limit": 140, "url": 23, "heavy": 1, "light": 1, "light_ranges": [], "emoji": False},
    "v2": {"limit": 280, "url": 23, "heavy": 2, "light": 1, "light_ranges": LIGHT, "emoji": False},
    "v3": {"limit": 280, "url": 23, "heavy": 2, "light": 1, "light_ranges": LIGHT, "emoji": True},
}
INVALID = "\ufffe\ufeff\uffff"

# --- X: links -------------------------------------------------------------------------------------------------
# Classes are written as regex class bodies that Python's `re` and JavaScript's `u` mode read alike: literal
# characters, and escapes only for [ ] \ ^ - /. Letters stand in both cases because neither side's idea of
# "ignore case" equals that of twitter-text, which folds by single upper-case characters.

SPACES = "\t-\r \u0085\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
DIRECTIONAL = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
PUNCTUATION = r"!'#%&()*+,\\\-.\/:;<=>?@\[\]\^_{|}~$"
# The second line: upper or lower halves of letters of the first that lie outside it.
LATIN = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289"
    "\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
    "\u0260\u0269\u0275\u0280\u0283\u0288\u028a\u028c\u0292\u0399\u03b9\u1fbe\u2c65\u2c66\u2c7e\u2c7f"
)
CYRILLIC = "\u0400-\u04ff\u1c80-\u1c87"
PATH = rf"a-zA-Z{CYRILLIC}0-9!*';:=+,.$\/%#\[\]\-–_~@|&{LATIN}"
PATH_END = rf"+\-a-zA-Z{CYRILLIC}0-9=_#\/{LATIN}"
QUERY = r"a-zA-Z0-9!?*'@();:&=+$\/%#\[\]\-_.,~|"
QUERY_END = r"a-zA-Z0-9\-_&=#\/"


def tail_pattern() -> str:
    """
    Port, path and query after a domain; group 1 is the path.

    One nested level of parentheses may balance; such a group ends a path only right behind a proper last character.
    """
    brackets = rf"\((?:[{PATH}]+|[{PATH}]*\([{PATH}]+\)[{PATH}]*)\)"
    path = rf"\/(?:[{PATH}]*(?:{brackets}[{PATH}]*)*[{PATH_END}])?(?:{brackets})*"
    return rf"(?::[0-9]+)?({path})?(?:\?[{QUERY}]*[{QUERY_END}])?"


def short_link_pattern() -> str:
    """The platform's own short links take no path behind their slug (group 1)."""
    return rf"^[hH][tT][tT][pP][sS]?:\/\/[tT]\.[cC][oO]\/([a-zA-Z0-9]+)(?:\?[{QUERY}]*[{QUERY_END}])?"


def read_tlds() -> list[str]:
    return re.findall(r"^\s*text: https://twitter\.(\S+)$", TLDS.read_text(encoding="utf-8"), re.MULTILINE)


# --- X: emoji -------------------------------------------------------------------------------------------------
# Only sequences of two and more code points stand here: a single emoji weighs what its code point weighs.

SELECTABLE = (
    "a9 ae 203c 2049 2122 2139 2194-2199 21a9-21aa 231a-231b 2328 23cf 23ed-23ef 23f1-23f2 23f8-23fa 24c2 25aa-25ab "
    "25b6 25c0 25fb-25fe 2600-2604 260e 2611 2614-2615 2618 2620 2622-2623 2626 262a 262e-262f 2638-263a 2640 2642 "
    "2648-2653 265f-2660 2663 2665-2666 2668 267b 267f 2692-2697 2699 269b-269c 26a0-26a1 26aa-26ab 26b0-26b1 "
    "26bd-26be 26c4-26c5 26c8 26cf 26d1 26d3-26d4 26e9-26ea 26f0-26f5 26f8 26fa 26fd 2702 2708-2709 270f 2712 "
    "2714 2716 271d 2721 2733-2734 2744 2747 2757 2763-2764 27a1 2934-2935 2b05-2b07 2b1b-2b1c 2b50 2b55 3030 303d "
    "3297 3299 1f004 1f170-1f171 1f17e-1f17f 1f202 1f21a 1f22f 1f237 1f321 1f324-1f32c 1f336 1f37d 1f396-1f397 "
    "1f399-1f39b 1f39e-1f39f 1f3cd-1f3ce 1f3d4-1f3df 1f3f3 1f3f5 1f3f7 1f43f 1f441 1f4fd 1f549-1f54a 1f56f-1f570 "
    "1f573 1f576-1f579 1f587 1f58a-1f58d 1f5a5 1f5a8 1f5b1-1f5b2 1f5bc 1f5c2-1f5c4 1f5d1-1f5d3 1f5dc-1f5de 1f5e1 "
    "1f5e3 1f5e8 1f5ef 1f5f3 1f5fa 1f6cb 1f6cd-1f6cf 1f6e0-1f6e5 1f6e9 1f6f0 1f6f3"
)
SELECTABLE_AND_TONED = "261d 26f7 26f9 270c-270d 1f3cb-1f3cc 1f574-1f575 1f590"
TONED = (
    "270a-270b 1f385 1f3c2-1f3c4 1f3c7 1f3ca 1f442-1f443 1f446-1f450 1f466-1f469 1f46e 1f470-1f478 1f47c "
    "1f481-1f483 1f485-1f487 1f4aa 1f57a 1f595-1f596 1f645-1f647 1f64b-1f64f 1f6a3 1f6b4-1f6b6 1f6c0 1f6cc "
    "1f918-1f91c 1f91e-1f91f 1f926 1f930-1f939 1f93d-1f93e 1f9b5-1f9b6 1f9b8-1f9b9 1f9d1-1f9dd"
)
GENDERED_AFTER_MARK = "26f9 1f3cb-1f3cc 1f574-1f575"
GENDERED_TONED = (
    "1f3c3-1f3c4 1f3ca 1f46e 1f471 1f473 1f477 1f481-1f482 1f486-1f487 1f645-1f647 1f64b 1f64d-1f64e 1f6a3 "
    "1f6b4-1f6b6 1f926 1f935 1f937-1f939 1f93d-1f93e 1f9b8-1f9b9 1f9d6-1f9dd"
)
GENDERED_PLAIN = "1f46f 1f93c 1f9de-1f9df"
ROLES = "1f33e 1f373 1f393 1f3a4 1f3a8 1f3eb 1f3ed 1f4bb-1f4bc 1f527 1f52c 1f680 1f692 1f9b0-1f9b3"
ROLES_SELECTED = "2695-2696 2708"
# First letter of a region's code -> the second letters with which it is a flag.
FLAGS = (
    "A:CDEFGILMOQRSTUWXZ B:ABDEFGHIJLMNOQRSTVWYZ C:ACDFGHIKLMNOPRUVWXYZ D:EGJKMOZ E:ACEGHRSTU F:IJKMOR "
    "G:ABDEFGHILMNPQRSTUWY H:KMNRTU I:CDELMNOQRST J:EMOP K:EGHIMNPRWYZ L:ABCIKRSTUVY M:ACDEFGHKLMNOPQRSTUVWXYZ "
    "N:ACEFGILOPRUZ O:M P:AEFGHKLMNRSTWY Q:A R:EOSUW S:ABCDEGHIJKLMNORSTVXYZ T:ACDFGHJKLMNORTVWZ U:AGMNSYZ "
    "V:ACEGINU W:FS X:K Y:ET Z:AMW"
)
SUBDIVISIONS = ("gbeng", "gbsct", "gbwls")


def emoji_pattern() -> str:
    joiner, selected, tone = "\u200d", "\ufe0f", "[\U0001f3fb-\U0001f3ff]"
    man, woman, boy, girl, heart, kiss = (
        chr(c) for c in (0x1F468, 0x1F469, 0x1F466, 0x1F467, 0x2764, 0x1F48B)
    )
    gender = f"{joiner}[\u2640\u2642]{selected}"
    couple = f"{joiner}{heart}{selected}{joiner}(?:{kiss}{joiner})?"
    parents = f"(?:{man}{joiner}[{man}{woman}]|{woman}{joiner}{woman}|{man}|{woman})"
    children = f"(?:{girl}{joiner}[{boy}{girl}]|{boy}{joiner}{boy}|[{boy}{girl}])"
    regions = "|".join(
        f"{_indicator(first)}[{''.join(map(_indicator, second))}]"
        for first, _, second in (group.partition(":") for group in FLAGS.split())
    )
    tagged = "|".join("".join(chr(0xE0000 + ord(letter)) for letter in code) for code in SUBDIVISIONS)
    return "|".join(
        (
            f"[{man}{woman}]{tone}?{joiner}(?:[{_chars(ROLES_SELECTED)}]{selected}|[{_chars(ROLES)}])",
            f"[{_chars(GENDERED_AFTER_MARK)}](?:{tone}|{selected}){gender}",
            f"[{_chars(GENDERED_TONED)}]{tone}?{gender}",
            f"[{_chars(GENDERED_PLAIN)}]{gender}",
            f"{man}{couple}{man}|{woman}{couple}[{man}{woman}]",
            f"{parents}{joiner}{children}",
            f"\U0001f3f3{selected}{joiner}\U0001f308|\U0001f3f4{joiner}\u2620{selected}|\U0001f441{joiner}\U0001f5e8",
            f"[#*0-9]{selected}?\u20e3",
            f"[{_chars(SELECTABLE)}]{selected}",
            f"[{_chars(SELECTABLE_AND_TONED)}](?:{selected}{tone}?|{tone})",
            f"[{_chars(TONED)}]{tone}",
            f"\U0001f3f4(?:{tagged})\U000e007f",
            regions,
        )
    )


def _indicator(letter: str) -> str:
    return chr(0x1F1E6 + ord(letter) - ord("A"))


def _chars(ranges: str) -> str:
    """'2695-2696 2708' -> the body of a regex class."""
    return "".join("-".join(chr(int(end, 16)) for end in part.split("-")) for part in ranges.split())


# --- SMS ------------------------------------------------------------------------------------------------------

GSM7_BASIC = (  # index 0x00 upward; 0x1B is the escape, which is no character of its own
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENSION = "\f^{}\\[~]|€"  # two septets each
CAPACITY = {  # units in a message of one part, and in each part behind an 8-bit or a 16-bit reference
    "GSM-7": {"single": 160, "part8": 153, "part16": 152},
    "UCS-2": {"single": 70, "part8": 67, "part16": 66},
}
REPLACEMENTS = {
    "'": "‘’‚‛′‵`´ʹʼʻˈ",
    '"': "“”„‟″‶«»〝〞",
    "-": "‐‑‒–—―−⁃",
    "...": "…",
    "*": "•‣●▪∙",
    " ": "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t",
    "\n": "\u0085\u2028\u2029\v",
    "": "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\ufeff",
    "<": "‹",
    ">": "›",
    "->": "→",
    "<-": "←",
    "/": "⁄∕÷",
    "x": "×",
    "+/-": "±",
    "<=": "≤",
    ">=": "≥",
    "(c)": "©",
    "(R)": "®",
    "deg": "°",
    "u": "µμ",
    "oe": "œ",
    "OE": "Œ",
    "th": "þ",
    "Th": "Þ",
    "d": "đð",
    "D": "ĐÐ",
    "l": "ł",
    "L": "Ł",
    "i": "ı",
    ".": "·",
}


def build() -> dict[str, Any]:
    replacements = {char: plain for plain, chars in REPLACEMENTS.items() for char in chars}
    return {
        "_": "Generated by tools/build_measure_tables.py. Do not edit.",
        "x": {
            "configs": CONFIGS,
            "invalid": INVALID,
            "not_in_domain": PUNCTUATION + SPACES + INVALID + DIRECTIONAL,
            "plain_domain": "\\-a-zA-Z0-9" + LATIN,
            "no_link_after": "A-Za-z0-9@＠$#＃" + INVALID,
            "no_bare_link_after": "-_./",
            "not_after_tld": "0-9a-zA-Z@+\\-",
            "tail": tail_pattern(),
            "short_link": short_link_pattern(),
            "max_url": 4096,
            "max_slug": 40,
            "max_label": 63,
            "emoji": emoji_pattern(),
            "hashtag_marks": "_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7",
            "tlds": " ".join(read_tlds()),
        },
        "sms": {
            "basic": GSM7_BASIC,
            "extension": GSM7_EXTENSION,
            "capacity": CAPACITY,
            "max_segments": 255,
            "limit": 1600,
            "replacements": replacements,
        },
        "facebook": {"limit": 63206},
    }


def render() -> str:
    return json.dumps(build(), ensure_ascii=True, indent=1) + "\n"


def main() -> int:
    for path in OUTPUTS:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
