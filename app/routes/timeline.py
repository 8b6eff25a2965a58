"""
The timeline as documents: snapshot, delta, older pages, and a stream of server-sent events with the same bytes.

They carry what caches need: addresses that all who poll share, an `ETag`, and lifetimes short enough that a
retraction is gone from every cache within seconds. Only public topics are served here.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from app.broadcast import hub as codes
from app.broadcast.stream import Stream
from app.broadcast.tail import Tail
from app.broadcast.wire import EXTENSION
from app.broadcast.wire_frames import sse_event
from app.errors import InvalidInput, NotFound, TooManyRequests
from app.models import TopicName
from app.routes.problems import responses
from app.routes.sockets import peer_address
from app.schemas.frames import Delta, Item, Snapshot, Wire

# A change is public within a second of its release, so a cache may answer for a second by itself. While it fetches
# the next one it may serve the old to others: that is what makes a million readers cost one request a change. No
# `stale-if-error`: a text that is taken back just before we go away would stand there for as long, and whoever polls
# would call it live.
SHARED = "public, max-age=1, s-maxage=1, stale-while-revalidate=2"
EVERYWHERE = {"Access-Control-Allow-Origin": "*"}
"""What is public may be read by any page: the embed lives on those of others."""

LAST_EVENT_ID = re.compile(r"([0-9a-f]{1,64}):(\d{1,15})")
PAGE_ITEMS_MOST = 100
RETRY = b"retry: 3000\n\n"


class Page(Wire):
    """Older items, newest first; `cursor` asks for the ones before, null at the beginning of the event."""

    items: tuple[Item, ...]
    cursor: str | None = None


def router(stream: Stream, address_of: Callable[[HTTPConnection], str] = peer_address) -> APIRouter:
    routes = APIRouter(prefix="/api/v1/events/{slug}/timeline/{topic}", tags=["timeline"])

    async def tail_of(slug: str, topic: str) -> Tail:
        if topic != TopicName.PUBLIC:
            raise NotFound(
                "Only the public timeline is a document; staff use the socket.", code="unknown_topic"
            )
        return await stream.open(f"{slug}:{topic}")

    @routes.get("/snapshot", response_model=Snapshot, responses=responses(404, 503))
    async def snapshot(slug: str, topic: str, request: Request) -> Response:
        """The newest items and the event, at the offset named inside. Poll it with `If-None-Match`."""
        tail = await tail_of(slug, topic)
        return document(request, tail, tail.state.snapshot(), f'"{tail.place.epoch}:{tail.place.offset}"')

    @routes.get("/delta", response_model=Delta, responses=responses(404, 503))
    async def delta(
        slug: str,
        topic: str,
        request: Request,
        epoch: Annotated[str, Query(max_length=64)],
        after: Annotated[int, Query(ge=0)],
    ) -> Response:
        """
        What changed after an offset, rewritten through the current state. A snapshot comes instead when the
        offset is too old, from the future, or of another epoch: look at `type`.
        """
        tail = await tail_of(slug, topic)
        body = tail.opening(epoch, after)
        return document(request, tail, body, f'"{after}>{tail.place.epoch}:{tail.place.offset}"')

    @routes.get("/recent", response_model=Delta, responses=responses(404, 503))
    async def recent(slug: str, topic: str, request: Request) -> Response:
        """
        What changed lately, rewritten through the current state: the same for all who poll, so that one request of a
        cache serves them. Whoever is at `prev` or later applies it; whoever is not takes the snapshot.
        """
        tail = await tail_of(slug, topic)
        prev, body = tail.state.recent()
        return document(request, tail, body, f'"{prev}>{tail.place.epoch}:{tail.place.offset}"')

    @routes.get("/items", response_model=Page, responses=responses(404, 503))
    async def items(
        slug: str,
        topic: str,
        before: Annotated[str, Query(max_length=120, description="`cursor` of the last page")],
        limit: Annotated[int, Query(ge=1, le=PAGE_ITEMS_MOST)] = 50,
    ) -> Response:
        """Items older than a place in the timeline."""
        tail = await tail_of(slug, topic)
        found, more = await stream.reader.read_older(tail.topic_id, parse_cursor(before), limit)
        page = Page(items=tuple(found), cursor=cursor_of(found[-1]) if found and more else None)
        headers = {"Cache-Control": SHARED, **EVERYWHERE}
        return Response(page.model_dump_json(), media_type="application/json", headers=headers)

    @routes.get("/sse", response_class=StreamingResponse, responses=responses(404, 429, 503))
    async def sse(
        slug: str,
        topic: str,
        request: Request,
        last_event_id: Annotated[str | None, Header(max_length=120)] = None,
        place: Annotated[
            str | None, Query(max_length=120, description='"epoch:offset" of a page that has a state already')
        ] = None,
    ) -> StreamingResponse:
        """The same messages as the socket, as server-sent events. Resumes from `Last-Event-ID`."""
        tail = await tail_of(slug, topic)
        address = address_of(request)
        refusal = stream.hub.enter(address)
        if refusal:
            wait_s = stream.hub.retry_hint_ms() / 1000
            words = (
                "Too many viewers at the moment."
                if refusal == codes.COME_BACK_FULL
                else "Too many from here."
            )
            raise TooManyRequests(f"{words} Try again later.", retry_after_s=wait_s, code="too_many_viewers")
        return EventStream(stream, tail, last_event_id or place, address)

    return routes


class EventStream(StreamingResponse):
    """One viewer's events: written by the hub where the fast path serves, by a task of its own elsewhere."""

    def __init__(self, stream: Stream, tail: Tail, last_event_id: str | None, address: str) -> None:
        super().__init__(
            events(stream, tail, last_event_id, address),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no", **EVERYWHERE},
        )
        self._hub, self._tail, self._address = stream.hub, tail, address
        self._place = parse_place(last_event_id)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wire: Any = scope.get("extensions", {}).get(EXTENSION)
        if wire is None:
            await super().__call__(scope, receive, send)
            return
        counted = True
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": RETRY, "more_body": True})
            counted = not wire.detach_events(self._tail, *self._place, self._address)
            if counted:
                await send({"type": "http.response.body", "body": b""})
        finally:
            if counted:  # else it counts itself out
                self._hub.exit(self._address)


async def events(stream: Stream, tail: Tail, last_event_id: str | None, address: str) -> AsyncIterator[bytes]:
    """One viewer's events; a browser that is told nothing else comes back after three seconds."""
    try:
        yield RETRY
        async for payload, place in tail.follow(*parse_place(last_event_id)):
            yield sse_event(payload, f"{place.epoch}:{place.offset}".encode())
            if stream.is_draining:
                return
            await asyncio.sleep(0)
    finally:
        stream.hub.exit(address)


def document(request: Request, tail: Tail, body: bytes, etag: str) -> Response:
    headers = {"ETag": etag, "Cache-Control": SHARED, **EVERYWHERE}
    headers["Tocsin-Place"] = f"{tail.place.epoch}:{tail.place.offset}"
    if etag in (
        tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")
    ):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def parse_place(last_event_id: str | None) -> tuple[str | None, int | None]:
    """ "epoch:offset"; anything else starts over with a snapshot."""
    match = LAST_EVENT_ID.fullmatch(last_event_id or "")
    return (match[1], int(match[2])) if match else (None, None)


def cursor_of(item: Item) -> str:
    return f"{item.at.isoformat().replace('+00:00', 'Z')}~{item.id}"


def parse_cursor(cursor: str) -> tuple[datetime, str]:
    """
    Raises:
        InvalidInput: not a cursor of ours.
    """
    at, separator, item_id = cursor.partition("~")
    try:
        instant = datetime.fromisoformat(at)
        # The first and the last day there are: in UTC they may be none.
        known = instant.astimezone(UTC) if instant.tzinfo is not None else None
    except (ValueError, OverflowError):
        known = None
    if known is None or not separator:
        raise InvalidInput("Use the cursor of the last page, or the `at~id` of an item.", code="bad_cursor")
    return known, item_id
