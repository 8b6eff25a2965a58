"""K-02 where several nodes share one PostgreSQL: two who decide at once on different nodes hear what the other did."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.models import Approval, Update
from tests.routes.live_house import Live, live

pytestmark = pytest.mark.servers

ROUNDS = 4
HALVES = "The record number begins 4410", "and then 8821"


@asynccontextmanager
async def two_nodes(folder: Path, postgres_url: str) -> AsyncIterator[tuple[Live, Live]]:
    (folder / "one").mkdir()
    (folder / "other").mkdir()
    async with (
        live(folder / "one", database_url=postgres_url) as one,
        live(folder / "other", channels=(), people={}, beside=one, database_url=postgres_url) as other,
    ):
        yield one, other


async def waiting(house: Live, text: str, event_id: str) -> dict[str, Any]:
    """Its view, as an approver has it."""
    answer = await house.submit("presenter", event_id, text)
    assert answer.status_code == 201, answer.text
    view = await house["approver"].get(f"/updates/{answer.json()['id']}/approval")
    return dict(view.json())


async def do(client: httpx.AsyncClient, view: dict[str, Any], what: str, **body: object) -> httpx.Response:
    return await client.post(
        f"/updates/{view['update_id']}/{what}",
        json={"version": view["version"], **body},
        headers={"idempotency-key": str(uuid.uuid4())},
    )


async def told_at_last(ask: Callable[[], Awaitable[httpx.Response]]) -> tuple[httpx.Response, bool]:
    """
    The answer that a client comes to, and whether one before it said that nobody knows whether it was done.

    A server that ends a transaction because its process was late says so by design; whoever hears it asks again.
    """
    answer, unknown = await ask(), False
    while (answer.status_code, answer.json().get("code")) == (503, "database_away"):
        unknown = True
        await asyncio.sleep(float(answer.headers["retry-after"]))
        answer = await ask()
    return answer, unknown


def told(answers: list[httpx.Response]) -> list[tuple[int, str]]:
    return sorted((one.status_code, str(one.json().get("code", ""))) for one in answers)


class TestTwoNodes:
    @pytest.mark.timeout(120)
    async def test_K02_of_two_who_decide_at_once_one_wins_and_the_other_sees_why(
        self, tmp_path: Path, postgres_url: str
    ) -> None:
        """Two approvals, and an approval beside a rejection: one decision is written, and one is refused."""
        async with two_nodes(tmp_path, postgres_url) as (one, other):
            for n in range(ROUNDS):
                event_id = await one.event("crisis", delay_s=60)
                view = await waiting(one, "Leave the ground floor now.", event_id)
                against: tuple[str, dict[str, Any]] = (
                    ("approve", {"checked": True}) if n % 2 else ("reject", {"reason": "Not now"})
                )
                answers = await asyncio.gather(
                    do(one["approver"], view, "approve", checked=True),
                    do(other["second"], view, against[0], **against[1]),
                )
                assert told(answers) == [(200, ""), (409, "changed_meanwhile")], [a.text for a in answers]
                (decision,) = await one.rows(Approval, update_id=view["update_id"])
                (row,) = await one.rows(Update, id=view["update_id"])
                assert row.state == ("counting_down" if decision.verdict == "approved" else "withdrawn")

    @pytest.mark.timeout(120)
    async def test_K02_an_approval_taken_back_beside_an_undo_leaves_one_of_them(
        self, tmp_path: Path, postgres_url: str
    ) -> None:
        """It counts down; an approver takes the word back on one node while the writer undoes it on the other."""
        async with two_nodes(tmp_path, postgres_url) as (one, other):
            for _ in range(ROUNDS):
                event_id = await one.event("crisis", delay_s=60)
                view = await waiting(one, "Leave the ground floor now.", event_id)
                view = (await do(one["approver"], view, "approve", checked=True)).json()
                take_back = partial(do, one["approver"], view, "approval/withdraw")
                undo = partial(other["presenter"].post, f"/updates/{view['update_id']}/undo")
                (back, _), (undone, unknown) = await asyncio.gather(
                    told_at_last(take_back), told_at_last(undo)
                )
                # An undo has the last word whichever came first: what waits again is undone as well. Who was told
                # that nobody knows may find it done.
                done = (409, "already_settled") if unknown else (200, None)
                assert (undone.status_code, undone.json().get("code")) in ((200, None), done), undone.text
                assert back.status_code in (200, 409), back.text
                (row,) = await one.rows(Update, id=view["update_id"])
                assert row.state == "withdrawn"

    @pytest.mark.timeout(120)
    async def test_G10_of_two_that_are_let_go_at_once_the_second_is_read_with_the_first(
        self, tmp_path: Path, postgres_url: str
    ) -> None:
        """Each half of an identifier is approved on a node of its own; the event's lock makes one of them second."""
        async with two_nodes(tmp_path, postgres_url) as (one, other):
            for _ in range(ROUNDS):
                event_id = await one.event("crisis", delay_s=60)
                first, second = [await waiting(one, text, event_id) for text in HALVES]
                answers = await asyncio.gather(
                    do(one["approver"], first, "approve", checked=True),
                    do(other["second"], second, "approve", checked=True),
                )
                assert told(answers) == [(200, ""), (403, "guard_blocked")], [a.text for a in answers]
