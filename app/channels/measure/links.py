"""
What X takes for a link, which is more than it looks: "hospital.org" is one, and weighs 23.

The rules are those of twitter-text 3.1.0, its odd corners included, because the count has to be X's count and not a
better one. The way is another: that library is one large backtracking expression; here a scan cuts the runs of
characters a host can have at their dots and looks labels up, so that time grows with the text and no faster.

Cases: tests/fixtures/twitter-text (extract.yml, tlds.yml) and tests/fixtures/measure/x.json.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.channels.measure.tables import X


@dataclass(frozen=True, slots=True)
class Link:
    """`text` is the link as X counts it; it starts at `start` and ends before `end`, in code points."""

    text: str
    start: int
    end: int


_HOST_RUN: Final = re.compile(rf"(?:[^{X['not_in_domain']}]|[-_.])+")
_DOT_AND_MORE: Final = re.compile(r"\.[^-_.]")
_LEAD: Final = re.compile(f"[^{X['no_link_after']}]")
_NOT_AFTER_TLD: Final = re.compile(f"[{X['not_after_tld']}]")
_PLAIN: Final = re.compile(f"[{X['plain_domain']}]+")
_PLAIN_AT_END: Final = re.compile(rf"[{X['plain_domain']}]+\Z")
_PUNYCODE_TLD: Final = re.compile(r"[xX][nN]--[-0-9a-zA-Z]+")
_PROTOCOL: Final = re.compile(r"[hH][tT][tT][pP][sS]?://\Z")
_TAIL: Final = re.compile(X["tail"])
_SHORT_LINK: Final = re.compile(X["short_link"])
_DOT_LIKE: Final = re.compile("[\u3002\uff0e\uff61]")
_DEFAULT_PROTOCOL: Final = "https://"
_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]")


def _fold(text: str) -> str:
    """Upper case as the library folds it: one character to one, and never from outside ASCII into it."""
    if text.isascii():
        return text.upper()
    folded = []
    for char in text:
        upper = char.upper()
        folded.append(upper if len(upper) == 1 and (char < "\x80" or upper >= "\x80") else char)
    return "".join(folded)


_TLDS: Final = frozenset(_fold(tld) for tld in X["tlds"].split())
_TLD_LENGTHS: Final = tuple(sorted({len(tld) for tld in _TLDS}, reverse=True))


def find_links(text: str) -> list[Link]:
    """Every link of an NFC-normalised text, in order."""
    if "." not in text:
        return []
    if not _ASTRAL.search(text):
        return list(_scan(text))
    # The library sees UTF-16 units, and takes half of an emoji for a letter of a host when the other half led to it.
    units = _ASTRAL.sub(lambda astral: "".join(map(chr, _halves(ord(astral.group())))), text)
    return [
        Link(_joined(link.text), len(_joined(units[: link.start])), len(_joined(units[: link.end])))
        for link in _scan(units)
    ]


def _halves(code_point: int) -> tuple[int, int]:
    return 0xD800 + (code_point - 0x10000 >> 10), 0xDC00 + (code_point & 0x3FF)


def _joined(units: str) -> str:
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _scan(text: str) -> Iterator[Link]:
    resume_at = 0
    for run in _HOST_RUN.finditer(text):
        if run.end() <= resume_at or not _DOT_AND_MORE.search(run.group()):
            continue
        host = _HostRun(text, run.start(), run.end())
        while (found := host.first_domain(resume_at)) is not None:
            start, domain_start, domain_end = found
            tail = _TAIL.match(text, domain_end)
            end = tail.end() if tail else domain_end
            yield from _accept(text, start, domain_start, domain_end, end, tail.group(1) if tail else None)
            resume_at = end
            if resume_at >= host.end:
                break


class _HostRun:
    """A stretch of characters a host can have, cut into labels, with what each label can be."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.at = 0
        self.labels: list[tuple[int, int]] = []
        position = start
        for label in text[start:end].split("."):
            self.labels.append((position, position + len(label)))
            position += len(label) + 1
        self._judge()

    def _judge(self) -> None:
        text, count = self.text, len(self.labels)
        self.tld_end = [-1] * count
        self.best = [-1] * count  # the last label up to this one that can be a TLD behind a domain name
        self.reach = [count] * count  # the first label behind this one that cannot stand inside a domain
        good = -1
        for j in range(1, count):
            before_start, before_end = self.labels[j - 1]
            self.tld_end[j] = tld_end(text, self.labels[j][0])
            if self.tld_end[j] >= 0 and _is_name(text, before_start, before_end):
                good = j
            self.best[j] = good
        for i in range(count - 2, -1, -1):
            self.reach[i] = self.reach[i + 1] if _is_label(text, *self.labels[i + 1]) else i + 1

    def first_domain(self, resume_at: int) -> tuple[int, int, int] | None:
        """(start of the link, start and end of its domain) of the first one whose lead lies at or behind `resume_at`."""
        while self.at < len(self.labels) - 1 and self.labels[self.at][1] <= resume_at:
            self.at += 1
        for i in range(self.at, len(self.labels) - 1):
            label_start, label_end = self.labels[i]
            for domain_start in self._starts(label_start, label_end, resume_at):
                start = self._link_start(domain_start, resume_at)
                if start is None:
                    continue
                domain_end = self._domain_end(i, domain_start, label_end)
                if domain_end >= 0:
                    return start, domain_start, domain_end
        return None

    def _starts(self, label_start: int, label_end: int, resume_at: int) -> Iterator[int]:
        """Where in a label a domain can start: at the very start of a text, or behind what may lead one."""
        if label_start == 0 == resume_at:
            if _LEAD.match(self.text):
                yield 1  # here the library first takes a character for the lead, and only then for the host
            yield 0
        for lead in _LEAD.finditer(self.text, max(label_start - 1, resume_at, 0), label_end - 1):
            yield lead.end()

    def _link_start(self, domain_start: int, resume_at: int) -> int | None:
        """Where the link begins, its protocol included; None when what stands before forbids one."""
        if domain_start == self.start and domain_start > resume_at:
            protocol = _PROTOCOL.search(self.text, max(resume_at, domain_start - 8), domain_start)
            if protocol and self._may_lead(protocol.start(), resume_at):
                return protocol.start()
        return domain_start if self._may_lead(domain_start, resume_at) else None

    def _may_lead(self, start: int, resume_at: int) -> bool:
        return start == 0 or (start > resume_at and _LEAD.match(self.text, start - 1) is not None)

    def _domain_end(self, i: int, domain_start: int, label_end: int) -> int:
        """End of the longest domain that starts inside label `i`, -1 when there is none."""
        if not _is_label(self.text, domain_start, label_end):
            return -1
        j = self.best[min(self.reach[i], len(self.labels) - 1)]
        if j >= i + 2:
            return self.tld_end[j]
        end = self.tld_end[i + 1]
        return end if end >= 0 and _is_name(self.text, domain_start, label_end) else -1


def tld_end(text: str, start: int) -> int:
    """End of the top-level domain that starts at `start`, -1 when none does."""
    head = _fold(text[start : start + _TLD_LENGTHS[0]].partition(".")[0])
    for length in _TLD_LENGTHS:
        end = start + length
        if length <= len(head) and head[:length] in _TLDS and not _NOT_AFTER_TLD.match(text, end):
            return end
    punycode = _PUNYCODE_TLD.match(text, start)
    return punycode.end() if punycode else -1


def _is_label(text: str, start: int, end: int) -> bool:
    return start < end and text[start] not in "-_" and text[end - 1] not in "-_"


def _is_name(text: str, start: int, end: int) -> bool:
    return _is_label(text, start, end) and text.find("_", start, end) < 0


def _accept(
    text: str, start: int, domain_start: int, domain_end: int, end: int, path: str | None
) -> Iterator[Link]:
    """The links to count in one match, which can be none, and without a protocol several."""
    url, domain = text[start:end], text[domain_start:domain_end]
    protocol = text[start:domain_start]
    if not _is_resolvable(domain) or len(protocol or _DEFAULT_PROTOCOL) + len(url) > X["max_url"]:
        return
    if protocol:
        short = _SHORT_LINK.match(url)
        if short is None:
            yield Link(url, start, end)
        elif len(short.group(1)) <= X["max_slug"]:
            yield Link(short.group(), start, start + short.end())
        return
    if domain_start and text[domain_start - 1] in X["no_bare_link_after"]:
        return
    plain = [domain[plain_start:plain_end] for plain_start, plain_end in _plain_domains(domain)]
    plain_end = 0
    for number, counted in enumerate(plain, start=1):
        # Looked for by its letters, as the library does: the same letters a little earlier win.
        plain_start = domain.find(counted, plain_end)
        plain_end = plain_start + len(counted)
        if path and number == len(plain):
            yield Link(url.replace(domain, counted, 1), start + plain_start, end)
        else:
            yield Link(counted, start + plain_start, start + plain_end)


def _plain_domains(domain: str) -> Iterator[tuple[int, int]]:
    """Domains in Latin letters within a run of letters of any script, as between Japanese words without spaces."""
    labels: list[tuple[int, int]] = []
    position = 0
    for label in domain.split("."):
        labels.append((position, position + len(label)))
        position += len(label) + 1
    resume_at, i = 0, 0
    while i < len(labels) - 1:
        start = max(labels[i][0], resume_at)
        lead = _PLAIN_AT_END.search(domain[start : labels[i][1]])
        if lead is None:
            i += 1
            continue
        found, j = (-1, -1), i
        while (j := j + 1) < len(labels):
            if (end := tld_end(domain, labels[j][0])) >= 0:
                found = (j, end)
            if not _PLAIN.fullmatch(domain, *labels[j]):
                break
        if found[0] < 0:
            i = j  # what starts at a label in between would meet the same end
        else:
            yield start + lead.start(), found[1]
            i, resume_at = found


def _is_resolvable(domain: str) -> bool:
    """No label may be empty or longer than 63 once it is in the letters of the DNS."""
    if not all(0 < _ascii_length(label) <= X["max_label"] for label in domain.split(".")):
        return False
    return not domain.startswith("xn--") or any(True for _ in _plain_domains(domain))


def _ascii_length(label: str) -> int:
    if len(label) > X["max_label"]:
        return len(label)  # encoding never shortens
    parts = _DOT_LIKE.split(label)
    encoded = (len(p) if p.isascii() else len("xn--") + len(_joined(p).encode("punycode")) for p in parts)
    return sum(encoded) + len(parts) - 1
