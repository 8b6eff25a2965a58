"""G10: an identifier split over two texts is seen however close together the two are said."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import update

from app.accounts.rights import Actor
from app.broadcast.intents import DecidedUpdate
from app.editorial.submission import Submission
from app.errors import Conflict
from app.models import AuditEntry, Delivery, Role, Update
from tests.routes.live_house import Live, live

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIRST, SECOND = "The record number begins 4410", "and then 8821"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with live(tmp_path_factory.mktemp("together")) as made:
        yield made


async def decided(house: Live, event_id: str, text: str) -> DecidedUpdate:
    writer = Actor("person", house.ids["presenter"], "P", roles={"*": frozenset({Role.PRESENTER})})
    key = str(uuid.uuid4())
    return await house.house.desk.decide(
        writer, event_id, Submission(texts={"en": text}), key=key, body_hash=key
    )


async def states(house: Live, event_id: str) -> dict[str, str]:
    rows = await house.rows(Update, event_id=event_id)
    return {row.id: row.state for row in rows}


async def approve(house: Live, update_id: str) -> Any:
    view = (await house["approver"].get(f"/updates/{update_id}/approval")).json()
    return await house["approver"].post(
        f"/updates/{update_id}/approve", json={"version": view["version"], "checked": True}
    )


class TestAccept:
    async def test_G10_of_two_that_were_read_at_once_the_second_is_read_again(self, house: Live) -> None:
        """Neither had been said when the other was looked at; at the door, only one is first."""
        event_id = await house.event("press", delay_s=60)
        first, second = [await decided(house, event_id, text) for text in (FIRST, SECOND)]
        accept = house.house.engine.publisher.accept
        await accept(first, lambda _: b"{}")
        with pytest.raises(Conflict) as refused:
            await accept(second, lambda _: b"{}")
        assert refused.value.code == "event_changed"

    async def test_G10_in_one_commit_there_is_a_first_too(self, house: Live) -> None:
        """Those who come at the same time share a commit, and are still one after the other."""
        event_id = await house.event("press", delay_s=60)
        both = [await decided(house, event_id, text) for text in (FIRST, SECOND)]
        accept = house.house.engine.publisher.accept
        answers = await asyncio.gather(
            *(accept(one, lambda _: b"{}") for one in both), return_exceptions=True
        )
        assert [isinstance(one, Conflict) for one in answers] == [False, True]

    async def test_G10_sent_at_the_same_time_one_half_of_an_identifier_goes(self, house: Live) -> None:
        """Whoever is second is told why."""
        event_id = await house.event("press", delay_s=60)
        answers = await asyncio.gather(*(house.submit("presenter", event_id, t) for t in (FIRST, SECOND)))
        assert sorted(one.status_code for one in answers) == [201, 403], [one.text for one in answers]
        (refused,) = [one.json() for one in answers if one.status_code == 403]
        assert refused["code"] == "guard_blocked"

    async def test_many_who_send_at_the_same_time_are_all_taken(self, house: Live) -> None:
        """To be read again with one another costs them a moment each, and refuses nobody."""
        event_id = await house.event("press", delay_s=60)
        answers = await asyncio.gather(
            *(house.submit("presenter", event_id, "The car park is open.") for _ in range(30))
        )
        assert {one.status_code for one in answers} == {201}, [one.text for one in answers]

    async def test_G10_of_two_that_are_let_go_at_once_the_second_is_read_with_the_first(
        self, house: Live
    ) -> None:
        """Two approvals at the same moment are still one after the other."""
        event_id = await house.event("crisis", delay_s=60)
        sent = [(await house.submit("presenter", event_id, text)).json() for text in (FIRST, SECOND)]
        done = await asyncio.gather(*(approve(house, one["id"]) for one in sent))
        assert sorted(one.status_code for one in done) == [200, 403]


class TestRelease:
    async def test_G10_what_was_let_go_late_stands_next_to_what_is_said_then(self, house: Live) -> None:
        """Three harmless ones came in between as it waited; beside it the next one does not go out, and says why."""
        event_id = await house.event("crisis", severity="Moderate", delay_s=5)
        await house["presenter"].post(f"/events/{event_id}/hold")

        async def work(session: Any) -> None:
            await session.execute(
                update(Update).where(Update.id == late).values(state="awaiting_approval", needs="approver")  # type: ignore[arg-type]
            )

        late = (await house.submit("presenter", event_id, FIRST)).json()["id"]
        await house.house.database.write(work)
        between = [
            (await house.submit("presenter", event_id, "The car park is open.")).json() for _ in range(3)
        ]
        assert (await approve(house, late)).status_code == 200
        last = (await house.submit("presenter", event_id, "and it ends in 88")).json()["id"]

        # They go as they count down: the late one right before the last.
        async def order(session: Any) -> None:
            now = house.house.clock.now()
            for n, one in enumerate([*(b["id"] for b in between), late, last]):
                await session.execute(
                    update(Update)
                    .where(Update.id == one)  # type: ignore[arg-type]
                    .values(release_at=now + timedelta(milliseconds=n), hold_left_s=None)
                )

        await house.house.database.write(order)
        await house["presenter"].post(f"/events/{event_id}/resume")
        found = await house.until(
            lambda: states(house, event_id), lambda now: "counting_down" not in now.values()
        )
        assert found == {
            late: "released",
            last: "awaiting_approval",
            **{b["id"]: "released" for b in between},
        }
        assert {row.reason for row in await house.rows(Delivery, update_id=last)} == {"read_together"}
        (entry,) = await house.rows(AuditEntry, subject=last, action="update.refused")
        assert entry.detail == {"reason": "read_together"}
        again = await approve(house, last)
        assert (again.status_code, again.json()["code"]) == (403, "guard_blocked")
