"""What a caller hears when the disk is full, takes no writes, or the database is busy; reading goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.db_faults import translated
from app.routes import problems
from app.routes.deps import IdempotencyKeyDep
from tests.routes.whole import FIRST, Stage, stage

MOST = 400


@pytest.fixture
async def made(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path, migrated_file) as one:
        yield one


async def pragma(made: Stage, words: str) -> int:
    """On the one connection that writes; past its transactions, which a read-only disk does not even begin."""
    async with made.house.database._write_engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        cursor = await driver.execute(f"PRAGMA {words}")
        found = await cursor.fetchone()
        await cursor.close()
    return int(found[0]) if found is not None else 0


async def still_reads(client: httpx.AsyncClient, event_id: str) -> None:
    """The event, its list and the public snapshot answer as ever."""
    for path in ("/events/flood", "/events/flood/updates", f"/events/{event_id}/timeline/public/snapshot"):
        answer = await client.get(path)
        assert answer.status_code == 200, (path, answer.text)


class TestFullDisk:
    async def test_F11_a_full_disk_is_507_in_words_and_the_same_key_is_taken_when_there_is_room(
        self, made: Stage
    ) -> None:
        """What was accepted stays, reading goes on, and nothing has to be restarted."""
        client = await made.signed_in(FIRST)
        event = await made.event(client)
        await pragma(made, f"max_page_count={await pragma(made, 'page_count')}")
        accepted = 0
        for n in range(MOST):
            answer = await made.submit(client, text="Stay inside.", **{"idempotency-key": f"full-{n:04d}"})
            if answer.status_code != 201:
                break
            accepted += 1
        assert answer.status_code == 507, answer.text
        body = answer.json()
        assert (body["code"], body["detail"].startswith("The disk is full")) == ("storage_full", True)
        assert "Free space" in body["detail"]
        await still_reads(client, event["id"])

        await pragma(made, "max_page_count=100000")
        again = await made.submit(client, text="Stay inside.", **{"idempotency-key": f"full-{accepted:04d}"})

        assert again.status_code == 201, again.text
        assert "idempotency-replayed" not in again.headers
        assert (await made.counts())["live_update"] == accepted + 1


class TestReadOnly:
    async def test_F12_a_disk_that_takes_no_writes_is_503_with_a_time_to_come_back(self, made: Stage) -> None:
        """Nothing is accepted, reading goes on, and it goes on by itself once writing is possible again."""
        client = await made.signed_in(FIRST)
        event = await made.event(client)
        await pragma(made, "query_only=ON")
        answer = await made.submit(client)

        assert (answer.status_code, answer.json()["code"]) == (503, "storage_read_only")
        assert int(answer.headers["retry-after"]) >= 1
        await still_reads(client, event["id"])
        assert (await made.counts())["live_update"] == 0
        await pragma(made, "query_only=OFF")
        assert (await made.submit(client)).status_code == 201


class TestFailedStorage:
    async def test_F12_after_the_storage_failed_nothing_is_written_and_the_readiness_says_so(
        self, made: Stage
    ) -> None:
        """Closed for writing means every writing call, and a balancer is told; reading goes on."""
        client = await made.signed_in(FIRST)
        event = await made.event(client)
        made.house.database.closed_because = "disk I/O error"
        answer = await made.submit(client)

        assert (answer.status_code, answer.json()["code"]) == (503, "storage_failed")
        assert "tocsin doctor" in answer.json()["detail"]
        await still_reads(client, event["id"])
        ready = await client.get("https://tocsin.test/ready")
        assert (ready.status_code, ready.json()["code"]) == (503, "storage_failed")
        made.house.database.closed_because = ""


class TestCut:
    async def test_F16_what_is_said_of_a_cut_is_true_of_each_request(self) -> None:
        """Done once only where a key makes a repeat harmless; else look first; a question just asks again."""
        app = FastAPI()
        problems.install(app)

        @app.post("/keyed")
        async def keyed(_key: IdempotencyKeyDep) -> None:
            raise cut()

        @app.post("/plain")
        async def plain() -> None:
            raise cut()

        @app.get("/plain")
        async def read() -> None:
            raise cut()

        def cut() -> BaseException:
            return translated(ConnectionResetError())

        key = {"idempotency-key": "cut-00000001"}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://a") as client:
            said = [
                await client.post("/keyed", headers=key),
                await client.post("/plain", headers=key),
                await client.post("/plain"),
                await client.get("/plain"),
            ]
        assert {(one.status_code, one.json()["code"]) for one in said} == {(503, "database_away")}
        assert [one.headers["retry-after"] for one in said] == ["2"] * 4
        words = [one.json()["detail"] for one in said]
        assert "it is done once" in words[0]
        assert all("Look before you do it again" in one and "once" not in one for one in words[1:3])
        assert "nothing was changed" in words[3]
