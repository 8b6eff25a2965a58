"""
What X does to a text: counts it, finds links, mentions and cashtags, shortens links, escapes.

Written from the published counting rules (configuration version 3), by simple means of its own: it must not
share the product's mistakes. Where the two disagree, one of them is wrong.
"""

import hashlib
import html
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

LIMIT: Final = 280
_LINK_WEIGHT: Final = 23
_LIGHT: Final = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
_INVALID: Final = frozenset("\ufffe\ufeff\uffff")


def words(text: str) -> frozenset[str]:
    """A set of names, written readably."""
    return frozenset(text.split())


# The generic endings in use, and every two-letter country ending; the real list is longer.
_GENERIC: Final = words(
    "com org net edu gov mil int info biz name pro aero coop museum jobs mobi travel tel cat post app dev blog"
    " online site shop health hospital clinic care live news media help page web cloud tech today world"
)
_COUNTRIES: Final = words(
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca"
    " cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo"
    " fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it"
    " je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn"
    " mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps"
    " pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj"
    " tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
# Country endings without scheme and path are words too often ("so.it"): still links, as X counts them.
_LINK: Final = re.compile(
    r"(?<![\w@#$./-])(?P<bare>(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?P<end>[a-z]{2,}))(?![a-z0-9@-])"
    r"(?P<tail>(?::\d+)?(?:/[\w\-./?%&=+#~:;,@!$'()*]*[\w/=#+\-])?/?(?:\?[\w\-./?%&=+#~:;,@!$'()*]*[\w/=#+])?)"
    r"|(?<![\w@#$])(?P<scheme>https?://)(?P<host>(?:[\w](?:[\w-]*[\w])?\.)+(?P<end2>[a-z]{2,}))(?![\w@-])"
    r"(?P<tail2>(?::\d+)?(?:/[\w\-./?%&=+#~:;,@!$'()*]*[\w/=#+\-])?/?(?:\?[\w\-./?%&=+#~:;,@!$'()*]*[\w/=#+])?)",
    re.IGNORECASE,
)
_PICTURE: Final = (
    "[\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_EMOJI: Final = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|[0-9#*]\ufe0f?\u20e3"
    f"|{_PICTURE}(?:[\ufe0f\U0001f3fb-\U0001f3ff])?(?:[\U000e0020-\U000e007f]+)?"
    f"(?:\u200d(?:{_PICTURE}|[\u2640\u2642])(?:[\ufe0f\U0001f3fb-\U0001f3ff])?)*"
)
_MENTION: Final = re.compile(r"(?<![\w@])@(\w{1,15})\b", re.ASCII)
_CASHTAG: Final = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?=$|[\s.,;:!?)])")


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a text: where it stood and what stood there."""

    start: int
    end: int
    text: str

    @property
    def expanded(self) -> str:
        return self.text if "://" in self.text else "http://" + self.text


def links(text: str) -> list[Link]:
    """The links that X recognises, in order; bare domains count, unknown endings do not."""
    found: list[Link] = []
    for match in _LINK.finditer(text):
        ending = (match["end"] or match["end2"]).lower()
        if ending in _GENERIC or ending in _COUNTRIES:
            found.append(Link(match.start(), match.end(), match.group()))
    return found


def weight(text: str) -> int:
    """The weighted length after NFC."""
    text = unicodedata.normalize("NFC", text)
    spans = {link.start: (link.end, _LINK_WEIGHT) for link in links(text)}
    for emoji in _EMOJI.finditer(text):
        spans.setdefault(emoji.start(), (emoji.end(), 2))
    total = at = 0
    while at < len(text):
        if at in spans:
            at, cost = spans[at]
        else:
            code = ord(text[at])
            at, cost = at + 1, 1 if any(low <= code <= high for low, high in _LIGHT) else 2
        total += cost
    return total


def is_sayable(text: str, limit: int = LIMIT) -> bool:
    return 0 < weight(text) <= limit and not _INVALID.intersection(text)


def cashtags(text: str) -> list[str]:
    return _CASHTAG.findall(text)


def mentions(text: str) -> list[tuple[int, int, str]]:
    """Start, end and handle of each mention."""
    return [(match.start(), match.end(), match[1]) for match in _MENTION.finditer(text)]


def short_link(seed: str) -> str:
    """A t.co address; the same seed gives the same one."""
    return "https://t.co/" + hashlib.sha256(seed.encode()).hexdigest()[:10]


def served(text: str, post_id: str, media_url: str | None) -> tuple[str, list[dict[str, object]]]:
    """
    A text as X stores and serves it, and its `entities.urls`.

    Links become t.co addresses, `& < >` become entities, attached media adds a link at the end.
    """
    pieces: list[str] = []
    urls: list[dict[str, object]] = []
    length = at = 0

    def add(piece: str) -> None:
        nonlocal length
        pieces.append(piece)
        length += len(piece)

    def add_link(expanded: str, display: str) -> None:
        short = short_link(f"{post_id}:{len(urls)}:{expanded}")
        urls.append(
            {
                "start": length,
                "end": length + len(short),
                "url": short,
                "expanded_url": expanded,
                "display_url": display,
            }
        )
        add(short)

    for link in links(text):
        add(html.escape(text[at : link.start], quote=False))
        display = link.expanded.split("://", 1)[1]
        add_link(link.expanded, display if len(display) <= 27 else display[:26] + "…")
        at = link.end
    add(html.escape(text[at:], quote=False))
    if media_url is not None:
        if length:
            add(" ")
        add_link(media_url, "pic.x.com/" + post_id[-10:])
    return "".join(pieces), urls


_STOPWORDS: Final = {
    "en": {"the", "is", "and", "are", "for", "you", "where", "how", "please", "thank"},
    "de": {"der", "die", "das", "ist", "und", "nicht", "bitte", "danke", "wie", "lange"},
    "fr": {"le", "la", "les", "est", "et", "sont", "nous", "merci", "pour", "il"},
    "es": {"el", "los", "es", "por", "que", "gracias", "dicen", "necesitamos", "favor"},
    "it": {"il", "di", "grazie", "che", "sono", "non"},
    "pl": {"za", "dziękujemy", "nie", "jest"},
}


def language(text: str) -> str:
    """A guess in X's manner; "und" when there is nothing to go by."""
    for sample, name in (("\u0600\u06ff", "ar"), ("\u3040\u30ff", "ja"), ("\u4e00\u9fff", "zh")):
        if any(sample[0] <= char <= sample[1] for char in text):
            return name
    words = set(re.findall(r"\w+", text.lower()))
    best = max(_STOPWORDS, key=lambda name: len(words & _STOPWORDS[name]))
    return best if words & _STOPWORDS[best] else "und"
