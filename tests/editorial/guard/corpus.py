"""
Makes the labelled corpus from families of templates: `python -m tests.editorial.guard.corpus` writes
`tests/fixtures/guard/{seen,held}.jsonl`.

Two sets of families with their own pools of values: the rules were tuned on `seen` alone. Everything is invented;
names come from typed pools and from Faker, numbers from the check-digit routines below.
"""

import datetime
import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from faker import Faker

from tests.editorial.guard import pools
from tests.editorial.guard.evasions import TRICKS

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "guard"
LOCALES = {"en": ["en_US", "en_GB"], "it": ["it_IT"], "fr": ["fr_FR"], "es": ["es_ES"], "ca": ["es_CA"]}
ORDER = ("pass", "ask", "block")
MARK = re.compile(r"‹([A-R])([!?])([^›]*)›|\{(\w+)\}|([^‹{]+)")
STAFF = ("Elena Rivera", "Marc Dubois", "Giulia Conti", "Dr. Amara Okafor", "Jordi Puig")
ALLOW = {
    "hospital": ["St. Anselm Hospital", "Ospedale San Donnino", "Hospital Clínic"],
    "addresses": ["1200 Harbor Drive", "via Roma 12", "carrer de Villarroel 170"],
    "phones": ["+1 713 555 0199", "+39 02 5550 1234", "+34 93 227 54 00"],
    "links": ["https://live.stanselm.example/theatre", "stanselm.example"],
    "emails": ["press@stanselm.example"],
    "handles": ["@StAnselmLive"],
    "hashtags": ["#StAnselmLive", "#HeartWeek"],
}


class Values:
    """One pool's values for the slots."""

    def __init__(self, pool: str, dice: random.Random) -> None:
        self.pool = pools.POOLS[pool]
        self.dice = dice
        self.fakers = {lang: [Faker(locale) for locale in locales] for lang, locales in LOCALES.items()}
        for number, faker in enumerate(f for many in self.fakers.values() for f in many):
            faker.seed_instance(dice.randint(0, 10**6) + number)

    def first(self, lang: str) -> str:
        if self.dice.random() < 0.5 and lang != "ca":
            return str(self.dice.choice(self.fakers[lang]).first_name())
        return self.dice.choice(self.pool["first"][lang])

    def last(self, lang: str) -> str:
        if self.dice.random() < 0.5 and lang != "ca":
            return str(self.dice.choice(self.fakers[lang]).last_name())
        return self.dice.choice(self.pool["last"][lang])

    def digits(self, count: int) -> str:
        return "".join(self.dice.choice("0123456789") for _ in range(count))

    def get(self, slot: str, lang: str) -> str:
        d = self.dice
        pool = self.pool
        match slot:
            case "FULL":
                return f"{self.first(lang)} {self.last(lang)}"
            case "full":
                return f"{self.first(lang)} {self.last(lang)}".lower()
            case "FIRST":
                return self.first(lang)
            case "first":
                return self.first(lang).lower()
            case "last":
                return self.last(lang).lower()
            case "LAST":
                return self.last(lang)
            case "LASTCAP":
                return d.choice(pool["streetname"][lang])
            case "I" | "J":
                return d.choice("ABCDFGJKLMNPRST")
            case "NICK" | "COMPANY" | "WORD" | "EPONYM" | "BRAND":
                return d.choice(pool[slot.lower()])
            case "DISEASE" | "DRUG" | "TOWN" | "WEEKDAY":
                own = pool[slot.lower()]
                return d.choice(own[lang] if isinstance(own, dict) else own)
            case "HANDLE":
                return f"{self.plain(self.first(lang))}{d.choice(['_', '.', ''])}{self.plain(self.last(lang))[:3]}{d.randint(1, 99)}"
            case "NUM2":
                return str(d.randint(11, 69))
            case "NUM3":
                return str(d.randint(101, 480))
            case "NUM4":
                return str(d.randint(1000, 4999))
            case "SMALL":
                return str(d.randint(2, 5))
            case "AGE":
                return str(d.randint(19, 88))
            case "OLD":
                return str(d.randint(90, 103))
            case "D2" | "D3" | "D4":
                return self.digits(int(slot[1]))
            case "FOUR":
                return self.digits(4)
            case "ZIP":
                return {
                    "en": f"7{self.digits(4)}",
                    "it": f"2{self.digits(4)}",
                    "fr": f"69{self.digits(3)}",
                }.get(lang, f"08{self.digits(3)}")
            case "DOB" | "DOBLONG" | "EVDATE" | "DAYMONTH":
                return self.date(slot, lang)
            case "PHONE":
                return self.phone(lang)
            case "EMAIL":
                return f"{self.plain(self.first(lang))}.{self.plain(self.last(lang))}{d.choice(['@gmail.com', '@orange.fr', '@mail.example', '@libero.it'])}"
            case "EMAILSPELL":
                at, dot = {
                    "en": ("at", "dot"),
                    "it": ("chiocciola", "punto"),
                    "fr": ("arobase", "point"),
                }.get(lang, ("arroba", "punto" if lang == "es" else "punt"))
                return (
                    f"{self.plain(self.first(lang))} {at} {d.choice(['gmail', 'outlook', 'yahoo'])} {dot} com"
                )
            case "SSN":
                return f"{d.randint(100, 665)}-{d.randint(10, 99)}-{d.randint(1000, 9999)}"
            case "NINO":
                return f"{d.choice(['AB', 'CE', 'JR', 'PX'])} {self.digits(2)} {self.digits(2)} {self.digits(2)} {d.choice('ABCD')}"
            case "CF":
                return str(self.fakers["it"][0].ssn())
            case "NIR":
                body = f"{d.choice('12')}{d.randint(30, 99)}{d.randint(1, 12):02d}{d.randint(1, 95):02d}{d.randint(1, 990):03d}{d.randint(1, 999):03d}"
                key = f"{97 - int(body) % 97:02d}"
                return d.choice(
                    [
                        body + key,
                        f"{body[0]} {body[1:3]} {body[3:5]} {body[5:7]} {body[7:10]} {body[10:]} {key}",
                    ]
                )
            case "DNI":
                n = d.randint(10000000, 99999999)
                return f"{n}{d.choice(['', '-'])}{'TRWAGMYFPDXBNJZSQVHLCKE'[n % 23]}"
            case "NIE":
                n = d.randint(0, 9999999)
                x = d.randint(0, 2)
                return f"{'XYZ'[x]}{n:07d}{'TRWAGMYFPDXBNJZSQVHLCKE'[(x * 10**7 + n) % 23]}"
            case "MRN":
                return d.choice(["", "A", "H-", "00"]) + self.digits(d.choice([6, 7, 8]))
            case "MRNDIGITS":
                return self.digits(8)
            case "PLAN":
                return d.choice(["XEH", "ZGP", "80380", "W"]) + self.digits(9)
            case "ACCT":
                return self.digits(d.choice([7, 8, 10]))
            case "IBAN":
                return str(self.fakers[{"ca": "es"}.get(lang, lang)][-1].iban())
            case "LIC":
                return d.choice(["D", "TX", "U1", "B"]) + self.digits(7)
            case "PLATE":
                return self.plate(lang)
            case "SERIAL":
                return f"{self.digits(1)}{d.choice('ABCJKPR')}{self.digits(5)}"
            case "UDI":
                return f"(01)0{self.digits(13)}(21){d.choice('ABC')}{self.digits(5)}"
            case "BLOG":
                return d.choice(
                    [
                        f"https://{self.plain(self.first(lang))}sheart.blogspot.com",
                        f"www.facebook.com/{self.plain(self.first(lang))}.{self.plain(self.last(lang))}",
                        f"caringbridge.org/visit/{self.plain(self.first(lang))}",
                    ]
                )
            case "PORTAL":
                return f"https://mychart.example.org/p/{self.digits(6)}"
            case "IP":
                return d.choice(
                    [
                        ".".join(str(d.randint(11, 250)) for _ in range(4)),
                        f"2001:db8:{d.randint(1, 99)}::{d.randint(1, 99)}",
                    ]
                )
            case "TRIAL":
                return f"{d.randint(1, 40):03d}-{self.digits(4)}"
            case "SPEC":
                return f"S26-{self.digits(5)}"
            case "MASKED":
                f, last = self.first(lang), self.last(lang)
                return d.choice(
                    [f"{f[0]}*** {last[0]}*****", f"{f[:2]}**** {last[0]}.", f"{f[0]}___ {last[0]}____"]
                )
            case "SYS":
                return str(d.randint(90, 160))
            case "DIA":
                return str(d.randint(50, 89))
            case "HR":
                return str(d.randint(55, 110))
            case "SUT":
                return f"{d.randint(3, 8)}/0" if d.random() < 0.6 else f"{d.randint(3, 8)}-0"
            case "CLOCK":
                h, m = d.randint(7, 22), d.randint(0, 59)
                return f"{h}h{m:02d}" if lang == "fr" else f"{h}:{m:02d}"
            case "ICD":
                return f"{d.choice('ICKSM')}{d.randint(10, 89)}.{d.randint(0, 9)}"
            case "CPT":
                return str(d.randint(33200, 47999))
            case "STAFF":
                return (
                    "Dr. Elena Rivera"
                    if d.random() < 0.4
                    else d.choice(["Rivera", "Elena Rivera", "Dr Dubois"])
                )
            case "STAFF2":
                return d.choice(["Marc Dubois", "Giulia Conti", "Dr. Okafor", "Jordi Puig"])
            case "HOSPITAL":
                return d.choice(ALLOW["hospital"])
            case "OWNADDRESS":
                return d.choice(ALLOW["addresses"])
            case "OWNPHONE":
                return d.choice([*ALLOW["phones"], "713-555-0199", "02 55501234", "932275400"])
            case "OWNMAIL":
                return "press@stanselm.example"
            case "OWNLINK":
                return d.choice([*ALLOW["links"], "https://stanselm.example/visitors"])
            case "OWNHANDLE":
                return d.choice(["@StAnselmLive", "@stanselmlive"])
            case "OWNTAG":
                return d.choice(["#StAnselmLive", "#HeartWeek"])
        raise KeyError(slot)

    def plain(self, name: str) -> str:
        return re.sub(
            r"[^a-z]", "", name.lower().translate(str.maketrans("áàèéíìòóúùüñçïë", "aaeeiioouuuncie"))
        )

    def date(self, slot: str, lang: str) -> str:
        d = self.dice
        months = pools.MONTHS[lang]
        born = datetime.date(1932, 1, 1) + datetime.timedelta(days=d.randint(0, 28000))
        day = datetime.date(2026, 1, 1) + datetime.timedelta(days=d.randint(0, 360))
        if slot == "DOB":
            return born.strftime(
                d.choice(["%m/%d/%Y", "%m-%d-%y"] if lang == "en" else ["%d/%m/%Y", "%d.%m.%y", "%Y-%m-%d"])
            )
        if slot == "EVDATE":
            return day.strftime("%d/%m/%Y")
        shown = born if slot == "DOBLONG" else day
        month = months[shown.month - 1]
        text = {"en": f"{month} {shown.day}", "it": f"{shown.day} {month}", "fr": f"{shown.day} {month}"}.get(
            lang, f"{shown.day} de {month}"
        )
        if slot == "DAYMONTH":
            return text
        return text + {"en": f", {shown.year}", "it": f" {shown.year}", "fr": f" {shown.year}"}.get(
            lang, f" de {shown.year}"
        )

    def phone(self, lang: str) -> str:
        d, n = self.dice, self.digits
        if lang == "en":
            a, b = d.choice(["713", "512", "617", "206"]), d.choice(["555", "246", "867"])
            last = n(4)
            return d.choice(
                [
                    f"{a} {b} {last}",
                    f"({a}) {b}-{last}",
                    f"{a}-{b}-{last}",
                    f"+1 {a}.{b}.{last}",
                    f"07{n(3)} {n(6)}",
                ]
            )
        if lang == "it":
            return d.choice([f"+39 33{n(1)} {n(7)}", f"34{n(1)} {n(3)} {n(4)}", f"02 {n(4)} {n(4)}"])
        if lang == "fr":
            return d.choice(
                [
                    f"06 {n(2)} {n(2)} {n(2)} {n(2)}",
                    f"+33 6 {n(2)} {n(2)} {n(2)} {n(2)}",
                    f"01.{n(2)}.{n(2)}.{n(2)}.{n(2)}",
                ]
            )
        return d.choice(
            [f"6{n(2)} {n(3)} {n(3)}", f"+34 6{n(2)} {n(2)} {n(2)} {n(2)}", f"93 {n(3)} {n(2)} {n(2)}"]
        )

    def plate(self, lang: str) -> str:
        d, n = self.dice, self.digits
        if lang == "en":
            return d.choice([f"KJL {n(4)}", f"AB{n(2)} XYZ", f"7RT{n(4)}"])
        if lang in ("it", "fr"):
            return d.choice([f"FK{n(3)}ZR", f"GA-{n(3)}-BC"])
        return d.choice([f"{n(4)} KLM", f"{n(4)}-BCD"])


def families(pool: str) -> Iterator[tuple[str, dict[str, str], list[tuple[str, str]]]]:
    text = (FIXTURES / f"{pool}.families").read_text(encoding="utf-8")
    for block in re.split(r"(?m)^## ", text)[1:]:
        head, *lines = block.strip().splitlines()
        name, *flags = head.split()
        options = dict(flag.partition("=")[::2] for flag in flags)
        yield name, options, [(line[:2], line[4:]) for line in lines if re.match(r"[a-z]{2}: ", line)]


def make(pool: str, per_line: dict[str, int], seed: int) -> Iterator[dict[str, Any]]:
    dice = random.Random(seed)
    values = Values(pool, dice)
    for family, options, lines in families(pool):
        tricks = options.get("evade", "").split(",") if "evade" in options else [""]
        for lang, template in lines:
            seen: set[str] = set()
            kind = "trap" if "‹" not in template else "evade" if tricks[0] else "phi"
            for turn in range(int(options.get("n", per_line[kind])) if "{" in template or tricks[0] else 1):
                item = render(template, lang, values, tricks[turn % len(tricks)])
                if item["text"] in seen:
                    continue
                seen.add(item["text"])
                yield {
                    "id": f"{family}/{lang}/{len(seen)}",
                    "family": family,
                    "lang": lang,
                    "kind": options["kind"],
                    **item,
                    "trap": "trap" in options,
                    "evasion": tricks[turn % len(tricks)] or ("split" if "split" in options else ""),
                    **(
                        {"staff_allow": STAFF, "allow": ALLOW}
                        if "staff" in options
                        or "OWN" in template
                        or "{HOSPITAL}" in template
                        or "{STAFF" in template
                        else {}
                    ),
                }


def render(template: str, lang: str, values: Values, trick: str) -> dict[str, Any]:
    *previous, last = template.split(" ~~ ")
    spans: list[dict[str, Any]] = []

    def fill(part: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda m: values.get(m[1], lang), part)

    out = ""
    for match in MARK.finditer(last):
        cls, verdict, marked, slot, literal = match.groups()
        if cls:
            piece = fill(marked)
            if trick:
                piece = TRICKS[trick](piece, values.dice, lang)
            spans.append(
                {
                    "start": len(out),
                    "end": len(out) + len(piece),
                    "class": cls,
                    "verdict": "block" if verdict == "!" else "ask",
                }
            )
            out += piece
        else:
            out += values.get(slot, lang) if slot else literal
    item: dict[str, Any] = {
        "text": out,
        "decision": max((s["verdict"] for s in spans), key=ORDER.index, default="pass"),
        "spans": spans,
    }
    if previous:
        item["previous"] = [fill(part) for part in previous]
    return item


PER_LINE = {
    "seen": {"phi": 5, "evade": 14, "trap": 14},
    "held": {"phi": 15, "evade": 21, "trap": 18},
    "fresh": {"phi": 8, "evade": 14, "trap": 8},
}


def main() -> None:
    for pool in sys.argv[1:] or ["seen", "held"]:
        rows = list(make(pool, PER_LINE[pool], seed={"seen": 5, "held": 23, "fresh": 77}[pool]))
        with open(FIXTURES / f"{pool}.jsonl", "w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        spans = sum(len(row["spans"]) for row in rows)
        print(pool, len(rows), "lines,", spans, "spans,", sum(not row["spans"] for row in rows), "harmless")


if __name__ == "__main__":
    main()
