"""The checklist of an event: what should be true the day before and on its morning, from the state itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.ids import new_id
from app.models import Channel, Device, Update
from tests.routes.live_house import PEOPLE, Live, live

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    people = {**PEOPLE, "moderator": ("moderator",)}
    async with live(tmp_path_factory.mktemp("checklist"), people=people) as made:
        yield made


async def looked(house: Live, event_id: str) -> dict[tuple[str, str], dict[str, Any]]:
    answer = await house["auditor"].get(f"/events/{event_id}/checklist")
    assert answer.status_code == 200, answer.text
    return {(one["when"], one["key"]): one for one in answer.json()}


def open_items(found: dict[tuple[str, str], dict[str, Any]]) -> set[str]:
    return {f"{when}:{key}" for (when, key), one in found.items() if not one["ok"]}


class TestChecklist:
    async def test_S12_each_item_turns_when_what_it_is_about_does(self, house: Live) -> None:
        """
        A fresh operation lacks everything but its people; each thing done in the product, by its own route, turns its
        item and no other; what is open names the next step, what is done names none.
        """
        event_id = await house.event("surgery", live=False)
        path = f"/events/{event_id}"

        async def probed(ok: bool, minutes: float) -> None:
            at = house.house.clock.now() - timedelta(minutes=minutes)

            async def work(session: AsyncSession) -> None:
                await session.execute(
                    update(Channel).values(
                        probe_ok=ok, probed_at=at, probe_words="" if ok else "Token refused."
                    )
                )

            await house.house.database.write(work)

        # The probes that run by themselves find no platform behind these channels.
        await house.house.readiness.stop()
        await probed(False, 1)
        found = await looked(house, event_id)
        wanted = {
            "day_before:consent", "day_before:line", "day_before:deny_list", "day_before:staff_list",
            "day_before:cue_sheet", "day_before:hashtags", "day_before:channels", "day_before:announcement",
            "morning:tablet", "morning:channels", "morning:button", "morning:reminder",
        }  # fmt: skip
        assert open_items(found) == wanted
        assert "Token refused." in found["day_before", "channels"]["words"]
        assert all(bool(one["next_step"]) != one["ok"] and one["words"] for one in found.values())

        async def turns(*keys: str) -> None:
            nonlocal wanted
            wanted = wanted - set(keys)
            assert open_items(await looked(house, event_id)) == wanted

        await house.consent(event_id)
        await turns("day_before:consent")
        await house.line(event_id)
        await turns("day_before:line")
        # What the page says of the patient follows the record, so the event's row has changed with it.
        version = (await house["admin"].get(path)).json()["event"]["version"]
        body = {"version": version, "hashtags": ["ValdoraKidney"], "staff_allow": ["Dr Ilaria Conti"]}
        changed = await house["admin"].patch(path, json=body)
        assert changed.status_code == 200, changed.text
        await turns("day_before:hashtags", "day_before:staff_list")
        step = (
            await house["presenter"].post(f"{path}/steps", json={"title": "A", "texts": {"en": "It begins."}})
        ).json()
        await turns()
        signed = await house["clinician"].post(f"{path}/steps/{step['id']}/sign", json={"version": 1})
        assert signed.status_code == 200, signed.text
        await turns("day_before:cue_sheet")
        await probed(True, 40)
        await turns("day_before:channels")
        await probed(True, 1)
        await turns("morning:channels")
        assert (await house["presenter"].post(f"{path}/button/take")).status_code == 204
        await turns("morning:button")
        press = await house.event("press")
        said = await house.submit("presenter", press, "Tomorrow we show an operation. #valdorakidney")
        assert said.status_code == 201, said.text
        update_id = said.json()["id"]
        await house.until(lambda: house.rows(Update, id=update_id), lambda rows: rows[0].state == "released")
        await turns("day_before:announcement", "morning:reminder")

        async def paired(session: AsyncSession) -> None:
            now = house.house.clock.now()
            session.add(
                Device(
                    id=new_id(), event_id=event_id, person_id=house.ids["presenter"], name="Theatre 2",
                    public_key=b"-", pin_hash="-", paired_by="person:a", paired_at=now, seen_at=now,
                )
            )  # fmt: skip

        await house.house.database.write(paired)
        await turns("morning:tablet")
        with_names = await house.event("surgery", live=False, deny=["Rosalind Ferrando"])
        assert "day_before:deny_list" not in open_items(await looked(house, with_names))

    async def test_C8_a_crisis_wants_two_channels_two_approvers_and_who_is_asked_next(
        self, house: Live
    ) -> None:
        """One channel, or nobody named to be asked in turn, is said beforehand."""
        event_id = await house.event("crisis", live=False)
        alone = await house.event("crisis", live=False, channels={house.channels["x"]: None})
        first, second = await looked(house, event_id), await looked(house, alone)
        assert first["day_before", "people"]["ok"] is True
        assert first["day_before", "delegates"]["ok"] is False
        assert "2 independent channels" not in first["day_before", "channels"]["words"]
        assert "2 independent channels" in second["day_before", "channels"]["words"]
