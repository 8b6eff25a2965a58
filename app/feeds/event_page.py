"""
What the public page says of an event and of each item, ready to be written into HTML. Pure.

The page is made from a stream snapshot and nothing else, so it cannot show what the public topic does not have: an
update before its release, a reply that was not let through, a text that was taken back. `frontend/viewer/item.ts`
builds the same list entries in the browser, so that a page which came as HTML and one that grew by the stream look alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_skeleton, get_timezone_name

from app.feeds.texts import chosen, headline_and_rest, link_pieces, web_address
from app.feeds.words import Words, language_name
from app.schemas.frames import Author, EventState, Item

NETWORKS = {"x": "X", "facebook": "Facebook"}
TILES = {"x": "X", "facebook": "f"}
SEVERITY_BARS = {"Extreme": 4, "Severe": 3, "Moderate": 2, "Minor": 1, "Unknown": 0}
MOST_MARKS = 30
"""A course of more steps is told in words alone: on a phone its marks would be dots."""
KEY_LABELS = ("correction", "retraction", "all_clear")
"""Labels that count as key moments even when nobody marked them."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who the page is made for: language, the event's own language, zone, and the day it is there."""

    words: Words
    lang: str
    main_lang: str
    zone: ZoneInfo
    now: datetime

    def clock(self, at: datetime) -> str:
        """ "14:59", or with the day when it is not today."""
        local = at.astimezone(self.zone)
        time = format_datetime(local, "HH:mm", tzinfo=self.zone, locale=self.words.locale)
        if local.date() == self.now.astimezone(self.zone).date():
            return time
        day = format_skeleton("dMMM", local, tzinfo=self.zone, locale=self.words.locale)
        return f"{day}, {time}"

    def zone_name(self) -> str:
        if self.zone.key in ("UTC", "Etc/UTC"):  # no country's time, so the locale data has no name for it
            return "UTC"
        return get_timezone_name(self.zone, locale=self.words.locale)


@dataclass(frozen=True, slots=True)
class Was:
    """What a correction is about: the old words, when they were said, and where they stand."""

    label: str
    text: str
    lang: str
    href: str


@dataclass(frozen=True, slots=True)
class PictureView:
    url: str
    alt: str
    lang: str
    width: int
    height: int
    warning: str
    """What stands before a graphic picture until the reader asks for it; empty for any other."""


@dataclass(frozen=True, slots=True)
class ItemView:
    """One entry of the timeline. `knot` is its sign on the rope; `more` says what else changed its look."""

    id: str
    version: str
    kind: str
    knot: str
    is_key: bool
    at: str
    clock: str
    href: str
    lang: str
    headline: str
    rest: tuple[tuple[str, str], ...]
    chip: str
    is_struck: bool
    is_gone: bool
    corrected: str
    corrected_href: str
    was: Was | None
    right: str
    about: str
    about_href: str
    missing: str
    late: str
    author: str
    author_href: str
    handle: str
    tile: str
    network: str
    pictures: tuple[PictureView, ...]


def item_view(item: Item, others: Mapping[str, Item], reader: Reader, slug: str) -> ItemView:
    """`others` are the items of the page by id: what a correction or an answer is about is looked up there."""
    words = reader.words
    lang, text = chosen(item.texts, reader.lang, reader.main_lang)
    reply = item.type == "reply"
    headline, rest = ("", text) if reply else headline_and_rest(text)
    of, by = others.get(item.of or ""), others.get(item.by or "")
    was = _was(of, reader) if item.label == "correction" and of else None
    # Beside what was said stands all of what is right: its first sentence is above as a headline, and is most of it.
    right = text if was else ""
    author = item.author
    is_missing = not reply and bool(text) and lang != reader.lang
    return ItemView(
        id=item.id,
        version=version_of(item, of, by),
        kind=item.type,
        knot=_knot(item),
        is_key=is_key(item),
        at=_iso(item.at),
        clock=reader.clock(item.at),
        href=(web_address(item.url) or f"/e/{slug}/{item.id}") if reply else f"/e/{slug}/{item.id}",
        lang=lang,
        headline=headline,
        rest=tuple(link_pieces(right or rest)) if not reply else ((rest, ""),),
        chip=_chip(item, words),
        is_struck=item.state == "corrected",
        is_gone=item.state in ("retracted", "removed"),
        corrected=_corrected(item, by, reader),
        corrected_href=f"#i-{by.id}" if by else f"/e/{slug}/{item.by}" if item.by else "",
        was=was,
        right=words("correct.now") if right else "",
        about=_about(item, of, reader) if was is None else "",
        about_href=f"#i-{of.id}" if of else f"/e/{slug}/{item.of}" if item.of else "",
        missing=(
            words("view.missing", language=language_name(reader.lang), shown=language_name(lang))
            if is_missing
            else ""
        ),
        late=words("view.item.late", time=reader.clock(item.composed_at)) if item.composed_at else "",
        author=who_wrote(author, words) if author else "",
        author_href=web_address(author.url) if author else "",
        handle=f"@{author.handle.lstrip('@')}" if author and author.name and author.handle else "",
        tile=TILES.get(author.channel, "") if author else "",
        network=NETWORKS.get(author.channel, "") if author else "",
        pictures=tuple(
            PictureView(
                p.url,
                chosen(p.alt, reader.lang, reader.main_lang)[1],
                chosen(p.alt, reader.lang, reader.main_lang)[0],
                p.width,
                p.height,
                words("view.graphic") if p.graphic else "",
            )
            for p in item.pictures
        ),
    )


def version_of(item: Item, of: Item | None, by: Item | None) -> str:
    """Changes whenever the entry would look different, also because of the item it points at."""
    return f"{item.version}.{of.version if of else ''}.{by.version if by else ''}"


def is_key(item: Item) -> bool:
    return item.state != "removed" and (item.key_moment or item.label in KEY_LABELS)


def _knot(item: Item) -> str:
    if item.type == "reply":
        return "re"
    if item.label in ("correction", "retraction"):
        return "corr"
    if item.label == "all_clear":
        return "clear"
    return "star" if item.key_moment else ""


def _chip(item: Item, words: Words) -> str:
    match item.label:
        case "correction":
            return words("correct.label")
        case "retraction":
            return words("retract.label")
        case "all_clear":
            return words("clear.label")
        case "answer":
            return words("view.answer")
    return words("view.key") if item.key_moment else ""


def _corrected(item: Item, by: Item | None, reader: Reader) -> str:
    words = reader.words
    if item.state == "corrected":
        return words("correct.done", time=reader.clock(by.at)) if by else words("view.corrected")
    if item.state == "retracted":
        return words("view.takenback", time=reader.clock(by.at)) if by else words("retract.label")
    return ""


def _was(of: Item, reader: Reader) -> Was:
    lang, text = chosen(of.texts, reader.lang, reader.main_lang)
    label = reader.words("view.was", time=reader.clock(of.at))
    return Was(label, text or reader.words("retract.label"), lang, f"#i-{of.id}")


def who_wrote(author: Author, words: Words) -> str:
    """By name; who texted has none here, and one that identifies somebody is not shown."""
    nobody = "view.reply.someone" if author.channel in NETWORKS else "view.reply.text"
    return author.name or author.handle or words(nobody)


def _about(item: Item, of: Item | None, reader: Reader) -> str:
    words = reader.words
    match item.label:
        case "correction":
            return words("view.corrects")
        case "retraction":
            return words("view.takesback", time=reader.clock(of.at)) if of else words("view.takesback.older")
        case "answer":
            name = of.author.name or of.author.handle if of and of.author else ""
            return words("view.answers", name=name) if name else words("view.answers.someone")
    if item.type == "reply" and of:
        return words("view.reply.to", time=reader.clock(of.at))
    return ""


@dataclass(frozen=True, slots=True)
class Box:
    """One of the pinned boxes: its heading and its points."""

    name: str
    heading: str
    points: tuple[str, ...]


def pinned_boxes(event: EventState, words: Words) -> tuple[Box, ...]:
    """What to do first, as people act before they read on."""
    boxes = []
    for name in ("do", "know", "unknown"):
        points = event.pinned.get(name)
        if isinstance(points, list | tuple) and points:
            boxes.append(Box(name, words(f"pin.{name}"), tuple(str(point) for point in points)))
    return tuple(boxes)


def pinned_as_of(event: EventState, reader: Reader) -> str:
    """When somebody last looked at what is pinned; facts without a time are nobody's."""
    at = event.pinned.get("checked_at")
    if not at or not pinned_boxes(event, reader.words):
        return ""
    return reader.words("view.asof", time=reader.clock(datetime.fromisoformat(str(at))))


def pinned_source(event: EventState, reader: Reader) -> str:
    """Who vouches for what is pinned."""
    source = event.pinned.get("source")
    if not source or not pinned_boxes(event, reader.words):
        return ""
    return reader.words("view.source", source=str(source))


@dataclass(frozen=True, slots=True)
class Standing:
    """
    How the event stands, in the words of the page's head.

    Attributes:
        state: "live", "paused", "ended" or "scheduled": what the page looks like.
        facts: What is known by itself, in order, each a sentence of its own.
    """

    state: str
    words: str
    facts: tuple[str, ...]
    promise: str
    is_late: bool
    notice: str


def standing(event: EventState, newest_at: datetime | None, reader: Reader) -> Standing:
    words, state = reader.words, state_of(event)
    facts = []
    promise, is_late, notice = "", False, ""
    if newest_at is not None:
        facts.append(words("view.last", time=reader.clock(newest_at)))
    elif event.started_at is not None:
        facts.append(words("view.started", time=reader.clock(event.started_at)))
    match state:
        case "paused":
            said, notice = words("view.paused"), words("stop.public")
        case "ended":
            at = event.ended_at
            said = words("view.ended", time=reader.clock(at)) if at else words("view.ended.plain")
        case "scheduled":
            said = words("view.scheduled")
        case _:
            said = words("view.live")
            if event.promised_next_at is not None:
                is_late = event.promised_next_at < reader.now
                promise = (
                    words("view.late")
                    if is_late
                    else words("view.next", time=reader.clock(event.promised_next_at))
                )
    return Standing(state, said, tuple(facts), promise, is_late, notice)


def state_of(event: EventState) -> str:
    if event.state in ("ended", "archived"):
        return "ended"
    if event.sending == "stop" or event.state == "paused":
        return "paused"
    return "live" if event.state == "live" else "scheduled"


def is_delayed(event: EventState) -> bool:
    """What is read of an operation happened a little earlier, so that there was time to look; it is said so."""
    return event.kind == "surgery" and event.delay_s > 0 and state_of(event) != "ended"


@dataclass(frozen=True, slots=True)
class StepView:
    """
    Where the operation is: a sentence around the step's own name, and a mark for each step of the course.

    Attributes:
        marks: "done", "now" or "", in order; none where there would be too many.
    """

    before: str
    label: str
    lang: str
    after: str
    marks: tuple[str, ...]


def step_view(event: EventState, items: Sequence[Item], reader: Reader) -> StepView | None:
    """
    As far as what was said and still stands has come, while it is live; with its time, as nobody knows how it is now.

    Not once the course was left, and not of an operation that is over or paused: where it broke off is not for this
    page to count. Sent late, an earlier step does not take it back.

    Args:
        items: Newest first.
    """
    best: Item | None = None
    for item in items if state_of(event) == "live" else ():
        if item.step is not None and item.step.n == 0:
            break
        if item.step is not None and (best is None or best.step is None or item.step.n > best.step.n):
            best = item
    if best is None or best.step is None:
        return None
    n, of = best.step.n, best.step.of
    lang, label = chosen(best.step.label, reader.lang, reader.main_lang)
    before, _, after = reader.words(
        "view.step", n=n, of=of, time=reader.clock(best.at), label="\0"
    ).partition("\0")
    marks = ["done"] * (n - 1) + ["now"] + [""] * (of - n) if of <= MOST_MARKS else []
    return StepView(before, label, lang, after, tuple(marks))


def about_patient(event: EventState, words: Words) -> tuple[str, ...]:
    """
    The page's promise about the patient, each sentence true by what the desk has recorded: of an operation whose consent
    two people have checked, and of none else. In a drill there is nobody to promise anything to.
    """
    if not event.about_patient:
        return ()
    if event.drill:
        return (words("view.patient.drill"),)
    is_over = state_of(event) == "ended"
    said = [words("view.patient.was" if is_over else "view.patient.agreed")]
    if event.about_patient == "unnamed":
        said.append(words("view.patient.unnamed"))
    if not is_over:
        # Not how long: once the course has changed the desk may wait longer, and that is nobody's to notice here.
        said.append(words("view.patient.waits" if event.delay_s else "view.patient.checked"))
    return tuple(said)


def outcome(event: EventState, items: Sequence[Item], reader: Reader) -> tuple[str, str]:
    """(language, text) of what an ended event came to: its all clear, else its last word; ("", "") if none."""
    if state_of(event) != "ended":
        return "", ""
    said = [item for item in items if item.type == "update" and item.state == "shown" and item.texts]
    best = next((item for item in said if item.label == "all_clear"), said[0] if said else None)
    return chosen(best.texts, reader.lang, reader.main_lang) if best else ("", "")


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
