"""The timeline over plain HTTP: documents that caches may keep, pages of older items, server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.broadcast.hub import HubSettings
from app.broadcast.stream import Stream, StreamSettings
from app.broadcast.timeline import take
from app.db import Database
from app.errors import InvalidInput
from app.routes.timeline import parse_cursor
from tests.broadcast.stage import Event, Served, serving, streaming

QUICK = StreamSettings(heartbeat_s=0.2, repair_s=0.2)


@pytest.fixture
async def stream(database: Database) -> AsyncIterator[Stream]:
    async with streaming(database, settings=QUICK) as made:
        yield made


@pytest.fixture(params=["wire", "asgi"])
async def served(stream: Stream, request: pytest.FixtureRequest) -> AsyncIterator[Served]:
    async with serving(stream, fast=request.param == "wire") as made:
        yield made


@pytest.fixture
async def client(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=30, base_url=f"{served.http}/knee/timeline/public/") as made:
        yield made


class TestElsewhere:
    @pytest.mark.parametrize("document", ["snapshot", "recent", "items", "sse"])
    async def test_every_way_is_open_to_pages_of_others(
        self, client: httpx.AsyncClient, event: Event, document: str
    ) -> None:
        """The embed follows from a hospital's page, also where nothing but server-sent events comes through."""
        await event.release("one")
        newest = (await client.get("snapshot")).json()["items"][0]
        asked = {"before": f"{newest['at']}~{newest['id']}"} if document == "items" else {}
        origin = {"Origin": "https://www.hospital.example"}
        async with client.stream("GET", document, params=asked, headers=origin) as answer:
            assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")


class TestSnapshotAndDelta:
    async def test_a_snapshot_names_its_place_and_is_not_sent_twice(
        self, client: httpx.AsyncClient, stream: Stream, event: Event
    ) -> None:
        """`ETag` is the place: 304 until something changes."""
        await event.release("one")
        first = await client.get("snapshot")
        assert first.json()["items"][0]["texts"] == {"en": "one"}
        etag = first.headers["etag"]
        again = await client.get("snapshot", headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        _, positions = await event.release("two")
        stream.announce(*positions)
        after = await client.get("snapshot", headers={"If-None-Match": etag})
        assert after.status_code == 200
        assert after.headers["etag"] != etag

    async def test_a_delta_leads_from_the_snapshot_to_the_newest(
        self, client: httpx.AsyncClient, stream: Stream, event: Event
    ) -> None:
        """Snapshot and delta together equal the fresh snapshot."""
        await event.release("one")
        before = (await client.get("snapshot")).json()
        update_id, _ = await event.release("two")
        stream.announce(*await event.mark(update_id, "corrected", by="someone"))
        delta = await client.get("delta", params={"epoch": before["epoch"], "after": before["offset"]})
        assert delta.json()["type"] == "delta"
        after = (await client.get("snapshot")).json()
        assert take(take(None, before), delta.json()) == take(None, after)

    async def test_all_who_poll_share_one_document_from_wherever_they_are(
        self, client: httpx.AsyncClient, stream: Stream, event: Event
    ) -> None:
        """One address brings readers at different places to the newest, and is not sent twice to any of them."""
        update_id, _ = await event.release("one")
        readers = [take(None, (await client.get("snapshot")).json())]
        for text in ("two", "three"):
            _, positions = await event.release(text)
            stream.announce(*positions)
            readers.append(take(None, (await client.get("snapshot")).json()))
        stream.announce(*await event.mark(update_id, "retracted"))
        shared = await client.get("recent")
        newest = take(None, (await client.get("snapshot")).json())
        assert len({reader.offset for reader in [*readers, newest]}) == 4
        assert shared.json()["type"] == "delta"
        assert [take(reader, shared.json()) for reader in readers] == [newest] * 3
        again = await client.get("recent", headers={"If-None-Match": shared.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert shared.headers["cache-control"] == (await client.get("snapshot")).headers["cache-control"]

    async def test_caches_may_keep_them_for_a_second(self, client: httpx.AsyncClient, event: Event) -> None:
        """Public, short, and shared while the next one is fetched; no cookie, no Vary on one."""
        answer = await client.get("snapshot")
        assert "public" in answer.headers["cache-control"]
        assert "s-maxage=1" in answer.headers["cache-control"]
        assert "set-cookie" not in answer.headers
        assert "vary" not in answer.headers

    @pytest.mark.parametrize(
        "document", ["snapshot", "recent", "delta?epoch=0&after=0", "items?before=2026-01-01T00:00:00Z~x"]
    )
    async def test_L05_nothing_that_may_be_taken_back_is_kept_for_longer_than_three_seconds(
        self, client: httpx.AsyncClient, event: Event, document: str
    ) -> None:
        """However it goes on: fetched anew in time, late, or not at all because we are away."""
        kept = (await client.get(document)).headers["cache-control"]
        periods = {
            name: int(value) for name, _, value in (one.partition("=") for one in kept.split(", ")) if value
        }
        fresh_s = max(periods.pop("max-age"), periods.pop("s-maxage"))
        assert fresh_s + max(periods.values()) <= 3

    async def test_an_impossible_place_gets_a_snapshot(self, client: httpx.AsyncClient, event: Event) -> None:
        """Other epoch, or an offset from the future."""
        epoch = (await client.get("snapshot")).json()["epoch"]
        for params in ({"epoch": "00", "after": 0}, {"epoch": epoch, "after": 10**12}):
            assert (await client.get("delta", params=params)).json()["type"] == "snapshot"  # type: ignore[arg-type]

    async def test_older_items_come_by_pages(self, client: httpx.AsyncClient, event: Event) -> None:
        """Newest first, without a hole and without a double, to the beginning."""
        for n in range(7):
            await event.release(f"text {n}")
        newest = (await client.get("snapshot")).json()["items"][0]
        found, cursor = [newest], f"{newest['at']}~{newest['id']}"
        while cursor:
            page = (await client.get("items", params={"before": cursor, "limit": 2})).json()
            found += page["items"]
            cursor = page["cursor"]
        assert [item["texts"]["en"] for item in found] == [f"text {n}" for n in range(6, -1, -1)]

    @pytest.mark.parametrize(
        "cursor",
        ["0001-01-01T00:00:00+23:59~x", "9999-12-31T23:59:59-23:59~x", "today~x", "2026-01-01~x", "~"],
    )
    async def test_L03_a_place_that_no_clock_shows_is_refused(self, cursor: str) -> None:
        """A day before the first or after the last there is counts as no cursor of ours."""
        with pytest.raises(InvalidInput):
            parse_cursor(cursor)


class TestEvents:
    async def test_sse_carries_the_same_bytes_and_resumes(
        self, client: httpx.AsyncClient, stream: Stream, event: Event
    ) -> None:
        """Snapshot, then frames, each with its place; `Last-Event-ID` brings only what was missed."""
        await event.release("one")
        events = sse(client)
        place, message = await anext(events)
        assert message == json.loads((await stream.open(event.public)).state.snapshot())
        _, positions = await event.release("two")
        stream.announce(*positions)
        timeline = take(None, message)
        while timeline.offset < 2:
            place, message = await anext(events)
            timeline = take(timeline, message)
        await events.aclose()
        _, positions = await event.release("three")
        stream.announce(*positions)
        events = sse(client, {"Last-Event-ID": place})
        _, message = await anext(events)
        assert (message["type"], message["prev"], message["offset"]) == ("delta", 2, 3)
        await events.aclose()

    async def test_a_reader_that_leaves_is_not_counted_any_more(
        self, client: httpx.AsyncClient, stream: Stream, event: Event
    ) -> None:
        """Nothing of a viewer stays behind."""
        events = sse(client)
        await anext(events)
        assert stream.hub.count == 1
        await events.aclose()
        async with asyncio.timeout(30):
            while stream.hub.count:
                await asyncio.sleep(0.01)

    async def test_L04_one_that_listens_and_says_nothing_is_not_sent_away(
        self, database: Database, event: Event
    ) -> None:
        """Events go one way; rounds of pings that others must answer pass it by."""
        quick = StreamSettings(hub=HubSettings(ping_s=0.05), heartbeat_s=0.05)
        async with (
            streaming(database, settings=quick) as stream,
            serving(stream) as served,
            httpx.AsyncClient(timeout=30, base_url=f"{served.http}/knee/timeline/public/") as client,
        ):
            events = sse(client)
            while stream.hub.round < 6:
                await anext(events)
            assert stream.hub.count == 1
            await events.aclose()

    async def test_N03_a_server_that_stops_ends_the_events_and_says_when_to_return(
        self, stream: Stream, event: Event
    ) -> None:
        """A whole answer with a time of one's own, not a broken one; written by the hub, without a task a reader."""
        async with (
            serving(stream) as served,
            httpx.AsyncClient(timeout=30, base_url=f"{served.http}/knee/timeline/public/") as client,
            client.stream("GET", "sse") as answer,
        ):
            lines = answer.aiter_lines()
            while not (await anext(lines)).startswith("data: "):
                pass
            fanout = (await stream.open(event.public)).fanout
            assert (len(fanout.sse), len(served.server.server_state.tasks)) == (1, 0)
            stream.hub.drain()
            said = [line async for line in lines]
        assert [line for line in said if line.startswith("retry: ")]

    async def test_S17_a_second_request_behind_the_events_breaks_nothing(
        self, stream: Stream, event: Event
    ) -> None:
        """Asked in one breath: the events end, the second is answered, and nobody is left counted in."""
        ask = b"GET /api/v1/events/knee/timeline/public/%s HTTP/1.1\r\nHost: x\r\n\r\n"
        async with serving(stream) as served, asyncio.timeout(30):
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(ask % b"sse" + ask % b"snapshot")
            await reader.readuntil(b"0\r\n\r\nHTTP/1.1 200 ")
            writer.close()
            while stream.hub.count:
                await asyncio.sleep(0.01)


async def sse(client: httpx.AsyncClient, headers: dict[str, str] | None = None) -> Any:
    """(place, message) as they come."""
    place = ""
    async with client.stream("GET", "sse", headers=headers) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("id: "):
                place = line[4:]
            elif line.startswith("data: "):
                yield place, json.loads(line[6:])
