"""
The wide set, written before the rules were changed for it: `python -m tests.editorial.guard.wide`.

Families are dealt by turns within their class to `tune` (whose failures may be looked at) and `final` (whose may not); the two
share no sentence frame, no name and no other typed value.
"""

import argparse
import json
import random
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.editorial.guard import wide_pools
from tests.editorial.guard.corpus import FIXTURES, Values, families, render
from tests.editorial.guard.evasions import TRICKS
from tests.editorial.guard.pools import WEEKDAYS

PER_LINE = {"phi": 3, "trap": 3}
DNI = "TRWAGMYFPDXBNJZSQVHLCKE"


class WideValues(Values):
    """Values from the typed pools alone, and identifiers with right check digits."""

    def __init__(self, turn: int, dice: random.Random) -> None:
        super().__init__("held", dice)
        self.pool = wide_pools.pool(turn)

    def first(self, lang: str) -> str:
        return str(self.dice.choice(self.pool["first"][lang]))

    def last(self, lang: str) -> str:
        return str(self.dice.choice(self.pool["last"][lang]))

    def letters(self, count: int, of: str = "ABCDEFGHJKLMNPRSTUVWXYZ") -> str:
        return "".join(self.dice.choice(of) for _ in range(count))

    def ascii(self, text: str) -> str:
        plain = unicodedata.normalize("NFKD", text)
        return "".join(c for c in plain if c.isascii() and c.isalnum())

    def get(self, slot: str, lang: str) -> str:
        made = getattr(self, f"_{slot.lower()}", None)
        if made is not None:
            return str(made(lang))
        if slot in wide_pools.SHOWN:
            return self.dice.choice(wide_pools.SHOWN[slot])
        if slot in wide_pools.STAFF_SHOWN:
            return self.dice.choice(wide_pools.STAFF_SHOWN[slot])
        if slot in ("NICK", "COMPANY", "DISEASE", "DRUG", "EPONYM", "OP", "ANAT", "STORM"):
            return str(self.dice.choice(self.pool[slot.lower()]))
        if slot == "TOWN":
            return str(self.dice.choice(self.pool["town"][lang]))
        if slot == "WEEKDAY":
            return self.dice.choice(WEEKDAYS[lang])
        return super().get(slot, lang)

    def _full(self, lang: str) -> str:
        name = f"{self.first(lang)} {self.last(lang)}"
        if lang in ("es", "ca") and self.dice.random() < 0.35:
            name += f"{' i' if lang == 'ca' and self.dice.random() < 0.3 else ''} {self.last(lang)}"
        return name

    def get_full(self, lang: str) -> str:
        return self._full(lang)

    def _fullcaps(self, lang: str) -> str:
        return f"{self.first(lang)} {self.last(lang)}".upper()

    def _lastcaps(self, lang: str) -> str:
        return self.last(lang).upper()

    def _street(self, lang: str) -> str:
        return str(self.dice.choice(self.pool["road"][lang]))

    def _addr(self, lang: str) -> str:
        road, d = self._street(lang), self.dice
        n = d.randint(2, 190)
        return {
            "en": d.choice(
                [f"{n} {road}", f"Flat {d.randint(1, 9)}, {n} {road}", f"{n}{d.choice('AB')} {road}"]
            ),
            "it": d.choice([f"{road} {n}", f"{road}, {n}", f"{road} n. {n}"]),
            "fr": d.choice([f"{n} {road}", f"{n} bis {road}", f"{n}, {road}"]),
            "es": d.choice(
                [f"{road} {n}", f"{road}, {n}, {d.randint(1, 8)}.º {d.choice('AB')}", f"{road}, {n}"]
            ),
            "ca": d.choice(
                [f"{road} {n}", f"{road}, {n}, {d.randint(1, 8)}è {d.randint(1, 4)}a", f"{road}, {n}"]
            ),
        }[lang]

    def _handle(self, lang: str) -> str:
        a, b = self.ascii(self.first(lang)).lower(), self.ascii(self.last(lang)).lower()
        return "@" + self.dice.choice(
            [f"{a}_{b}", f"{a}{b[:4]}{self.dice.randint(1, 99)}", f"the.{b}.{a[:3]}", f"{b}{a[0]}"]
        )

    def _email(self, lang: str) -> str:
        a, b = self.ascii(self.first(lang)).lower(), self.ascii(self.last(lang)).lower()
        host = self.dice.choice(
            [
                "gmail.com",
                "hotmail.co.uk",
                "outlook.es",
                "tiscali.it",
                "free.fr",
                "proton.me",
                "uni.example.edu",
            ]
        )
        return self.dice.choice(
            [f"{a}.{b}@{host}", f"{a[0]}{b}{self.dice.randint(50, 99)}@{host}", f"{b}_{a}@{host}"]
        )

    def _emailspell(self, lang: str) -> str:
        at, dot = {"en": ("at", "dot"), "it": ("chiocciola", "punto"), "fr": ("arobase", "point"),
                   "es": ("arroba", "punto"), "ca": ("arrova", "punt")}[lang]  # fmt: skip
        return f"{self.ascii(self.first(lang)).lower()} {at} {self.dice.choice(['gmail', 'hotmail', 'outlook'])} {dot} com"

    def _emailobf(self, lang: str) -> str:
        a = self.ascii(self.first(lang)).lower()
        return self.dice.choice(
            [f"{a}[at]gmail[dot]com", f"{a} (at) yahoo (dot) com", f"{a} @ outlook . com"]
        )

    def _last_first(self, lang: str) -> str:
        return f"{self.ascii(self.last(lang))}_{self.ascii(self.first(lang))}"

    def _nhs(self, lang: str) -> str:
        while True:
            body = self.digits(9)
            key = 11 - sum(int(c) * (10 - i) for i, c in enumerate(body)) % 11
            if key != 10:
                whole = body + str(key % 11)
                return self.dice.choice(
                    [whole, f"{whole[:3]} {whole[3:6]} {whole[6:]}", f"{whole[:3]}-{whole[3:6]}-{whole[6:]}"]
                )

    def _cip(self, lang: str) -> str:
        d = self.dice
        return f"{self.letters(4)} {d.choice('01')} {d.randint(40, 99)}{d.randint(1, 12):02d}{d.randint(1, 28):02d} {self.digits(2)} {self.digits(1)}".replace(
            " ", d.choice(["", " "])
        )

    def _sses(self, lang: str) -> str:
        head, body = f"{self.dice.randint(1, 50):02d}", f"{self.dice.randint(10**7, 10**8 - 1)}"
        return f"{head} {body} {int(head + body) % 97:02d}"

    def _passport(self, lang: str) -> str:
        return {
            "en": f"{self.dice.choice('123456789')}{self.digits(8)}", "it": f"Y{self.letters(1)}{self.digits(7)}",
            "fr": f"{self.digits(2)}{self.letters(2)}{self.digits(5)}",
        }.get(lang, f"{self.letters(3)}{self.digits(6)}")  # fmt: skip

    def _mrn(self, lang: str) -> str:
        d = self.dice
        return d.choice([self.digits(7), f"{self.digits(3)}-{self.digits(3)}-{self.digits(3)}", f"M{self.digits(7)}", f"{self.digits(6)}/{d.randint(18, 26)}",
                         f"{self.digits(2)}.{self.digits(3)}.{self.digits(3)}", f"NF{self.digits(6)}"])  # fmt: skip

    def _mrnb(self, lang: str) -> str:
        return self.dice.choice(
            [self.digits(9), f"{self.letters(1)}{self.digits(6)}", f"{self.digits(4)} {self.digits(4)}"]
        )

    def _mrndigits(self, lang: str) -> str:
        return self.digits(8)

    def _enc(self, lang: str) -> str:
        return self.dice.choice(
            [self.digits(8), f"E{self.digits(7)}", f"2026/{self.digits(6)}", f"V-{self.digits(6)}"]
        )

    def _plan(self, lang: str) -> str:
        return self.dice.choice(
            [
                f"W{self.digits(9)}",
                f"{self.digits(4)} {self.digits(4)} {self.digits(3)}",
                f"{self.letters(3)}{self.digits(8)}",
            ]
        )

    def _planb(self, lang: str) -> str:
        return self.dice.choice(
            [self.digits(9), f"{self.digits(3)}/{self.digits(6)}", f"{self.letters(2)}-{self.digits(7)}"]
        )

    def _team(self, lang: str) -> str:
        return "80380" + self.digits(15)

    def _mbi(self, lang: str) -> str:
        c = "ACDEFGHJKMNPQRTUVWXY"
        return f"{self.dice.randint(1, 9)}{self.letters(1, c)}{self.letters(1, c)}{self.digits(1)}-{self.letters(1, c)}{self.letters(1, c)}{self.digits(1)}-{self.letters(2, c)}{self.digits(2)}"

    def _luhn(self, body: str) -> str:
        total = 0
        for i, c in enumerate(reversed(body)):
            n = int(c) * (2 if i % 2 == 0 else 1)
            total += n - 9 if n > 9 else n
        return body + str(-total % 10)

    def _card(self, lang: str) -> str:
        whole = self._luhn(self.dice.choice("45") + self.digits(14))
        return self.dice.choice([whole, " ".join(whole[i : i + 4] for i in range(0, 16, 4))])

    def _imei(self, lang: str) -> str:
        return self._luhn("35" + self.digits(12))

    def _acct(self, lang: str) -> str:
        return self.dice.choice([self.digits(8), self.digits(10), f"{self.digits(4)}-{self.digits(6)}"])

    def _lic(self, lang: str) -> str:
        return {
            "en": f"{self.letters(1)}{self.digits(3)}-{self.digits(4)}-{self.digits(4)}",
            "it": f"U1{self.letters(1)}{self.digits(5)}{self.letters(1)}",
        }.get(lang, str(super().get("DNI", lang)))

    def _licfr(self, lang: str) -> str:
        return self.digits(12)

    def _licb(self, lang: str) -> str:
        return self.dice.choice(
            [f"FCL-{self.digits(6)}", self.digits(7), f"{self.letters(2)}{self.digits(6)}"]
        )

    def _plate(self, lang: str) -> str:
        l2, l3 = self.letters(2), self.letters(3, "BCDFGHJKLMNPRSTVWXYZ")
        return {
            "en": self.dice.choice([f"{l2}{self.dice.choice(['19', '68', '23'])} {l3}", f"{self.digits(1)}{l3}{self.digits(3)}"]),
            "it": f"{l2}{self.digits(3)}{self.letters(2)}", "fr": f"{l2}-{self.digits(3)}-{self.letters(2)}",
        }.get(lang, f"{self.digits(4)} {l3}")  # fmt: skip

    def _vin(self, lang: str) -> str:
        values = dict(
            zip(
                "ABCDEFGHJKLMNPRSTUVWXYZ",
                [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9],
                strict=True,
            )
        )
        weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
        body = (
            self.dice.choice(["1HG", "WVW", "VF1", "ZFA", "VSS"])
            + self.letters(5)
            + "0"
            + self.letters(2)
            + self.digits(6)
        )
        total = sum((int(c) if c.isdigit() else values[c]) * w for c, w in zip(body, weights, strict=True))
        return body[:8] + ("X" if total % 11 == 10 else str(total % 11)) + body[9:]

    def _serial(self, lang: str) -> str:
        return self.dice.choice(
            [
                f"{self.letters(3)}{self.digits(6)}{self.letters(1)}",
                self.digits(8),
                f"{self.letters(2)}-{self.digits(5)}",
            ]
        )

    def _udi(self, lang: str) -> str:
        return f"(01)0{self.digits(13)}(17)27{self.dice.randint(1, 12):02d}{self.dice.randint(1, 28)}(21){self.letters(2)}{self.digits(6)}"

    def _mac(self, lang: str) -> str:
        return ":".join(f"{self.dice.randint(0, 255):02X}" for _ in range(6))

    def _blog(self, lang: str) -> str:
        a, b = self.ascii(self.first(lang)).lower(), self.ascii(self.last(lang)).lower()
        return self.dice.choice(
            [
                f"{a}{b}.wordpress.com",
                f"https://medium.com/@{a}.{b}/my-new-heart",
                f"instagram.com/{a}_{b}",
                f"www.{b}-{a}.example.net/diary",
            ]
        )

    def _fund(self, lang: str) -> str:
        a = self.ascii(self.first(lang)).lower()
        return self.dice.choice(
            [
                f"https://www.gofundme.com/f/help-{a}-walk",
                f"gofund.me/{self.digits(4)}ab",
                f"leetchi.com/c/pour-{a}",
                f"https://bit.ly/{a}Walks",
            ]
        )

    def _ip(self, lang: str) -> str:
        return ".".join(str(self.dice.randint(11, 250)) for _ in range(4))

    def _ip6(self, lang: str) -> str:
        h = "0123456789abcdef"
        return self.dice.choice(
            [
                f"2a02:{self.letters(4, h)}:{self.letters(4, h)}::{self.letters(2, h)}",
                "2001:0db8:" + ":".join(self.letters(4, h) for _ in range(6)),
            ]
        )

    def _spec(self, lang: str) -> str:
        return self.dice.choice([f"H26-{self.digits(5)}", f"26/{self.digits(6)}", f"BX{self.digits(7)}"])

    def _subj(self, lang: str) -> str:
        return self.dice.choice(
            [
                f"{self.digits(2)}-{self.digits(3)}-{self.digits(3)}",
                f"ESP{self.digits(5)}",
                f"{self.digits(4)}-{self.digits(3)}",
            ]
        )

    def _lot(self, lang: str) -> str:
        return self.dice.choice([f"{self.letters(2)}{self.digits(4)}", f"{self.digits(3)}{self.letters(2)}"])

    def _dobtext(self, lang: str) -> str:
        return super().date("DOBLONG", lang)

    def _dobnum(self, lang: str) -> str:
        return super().date("DOB", lang)

    def _p1(self, lang: str) -> str:
        return {"en": "0771", "it": "347", "fr": "06 4", "es": "61", "ca": "65"}[lang] + self.digits(1)

    def _p2(self, lang: str) -> str:
        return self.digits(3)

    def _p3(self, lang: str) -> str:
        return self.digits(4)


def bracketed(text: str, dice: random.Random, lang: str) -> str:
    return "".join(f"({c})" if c.isdigit() else "" for c in text)


def leet(text: str, dice: random.Random, lang: str) -> str:
    return text.translate(str.maketrans("aeioAEIO", "431043IO"))


MORE_TRICKS = {**TRICKS, "leet": leet, "bracketed": bracketed}


def dealt() -> dict[str, list[tuple[str, dict[str, str], list[tuple[str, str]]]]]:
    """Families by turns within their class."""
    seen: defaultdict[str, int] = defaultdict(int)
    out: dict[str, list[Any]] = {name: [] for name in wide_pools.BAND}
    for family in families("wide"):
        cls = "-".join(family[0].split("-")[:2])
        out[wide_pools.BAND[seen[cls] % 2]].append(family)
        seen[cls] += 1
    return out


def make(turn: int, seed: int) -> Iterator[dict[str, Any]]:
    dice = random.Random(seed)
    values = WideValues(turn, dice)
    for family, options, lines in dealt()[wide_pools.BAND[turn]]:
        tricks = options["evade"].split(",") if "evade" in options else [""]
        for lang, template in lines:
            seen: set[str] = set()
            count = int(options.get("n", PER_LINE["phi" if "‹" in template else "trap"]))
            for number in range(count if "{" in template else 1):
                trick = tricks[number % len(tricks)]
                item = wide_render(template, lang, values, trick)
                if item["text"] in seen:
                    continue
                seen.add(item["text"])
                evasion = trick or (
                    "split" if "split" in options else "written" if family.startswith("w-ev") else ""
                )
                published = (
                    {"staff_allow": wide_pools.STAFF, "allow": wide_pools.ALLOW} if "staff" in options else {}
                )
                yield {"id": f"{family}/{lang}/{number}", "family": family, "lang": lang, "kind": options["kind"], **item,
                       "trap": "trap" in options, "evasion": evasion, **published}  # fmt: skip


def wide_render(template: str, lang: str, values: WideValues, trick: str) -> dict[str, Any]:
    TRICKS.setdefault("leet", leet)
    TRICKS.setdefault("bracketed", bracketed)
    return render(template, lang, values, trick)


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    for turn, name in enumerate(wide_pools.BAND):
        made = list(make(turn, seed=1009 + turn))
        with open(FIXTURES / f"{name}.jsonl", "w", encoding="utf-8") as file:
            for row in made:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        harmless = sum(not row["spans"] for row in made)
        print(
            name,
            len(made),
            "texts,",
            len({r["family"] for r in made}),
            "families,",
            sum(len(r["spans"]) for r in made),
            "spans,",
            harmless,
            "harmless",
        )


if __name__ == "__main__":
    main()
