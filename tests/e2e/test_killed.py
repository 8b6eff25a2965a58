"""kill -9 in the middle of everything, then a start: nothing is lost and nothing is doubled."""

import asyncio
from pathlib import Path

import pytest

from tests.e2e.stage import stage, until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(330)]

# Words and no counter: figures that follow each other from update to update are what the privacy guard stops.
TEXTS = tuple(
    f"The {what} {how}."
    for what in ("kidney", "bowel", "robot", "team")
    for how in ("is in view", "has been moved", "is being watched")
)
UPDATES = len(TEXTS)


class TestKilled:
    async def test_G1_G3_G4_a_killed_server_loses_no_accepted_update_and_posts_none_twice(
        self, tmp_path: Path
    ) -> None:
        """
        Updates are submitted one after another while the server is killed twice; unanswered ones are sent again with
        their key. In the end the simulators' ledger holds every accepted text exactly once on each channel, or the
        board shows honestly that a person must look.
        """
        async with stage(tmp_path, TOCSIN_DELAYS__REHEARSAL="1") as made:
            event = await made.event()
            accepted: dict[str, str] = {}

            async def submit(n: int) -> None:
                body = {"texts": {"en": TEXTS[n]}, "source": "presenter"}
                while f"key-{n:05d}" not in accepted:
                    try:
                        answer = await made.marta.post(
                            f"/events/{event['id']}/updates",
                            json=body,
                            headers={"idempotency-key": f"key-{n:05d}"},
                        )
                    except Exception:  # the server is gone; the tablet tries again with the same key
                        await asyncio.sleep(0.05)
                        continue
                    assert answer.status_code == 201, answer.text
                    accepted[f"key-{n:05d}"] = answer.json()["id"]

            async def kill_and_start() -> None:
                await asyncio.to_thread(made.drill.kill)
                await made.start_drill()

            for n in range(UPDATES):
                await submit(n)
                if n in (4, 8):
                    # The first of the earlier updates is counting down or going out right now.
                    await kill_and_start()

            async def board() -> list[dict[str, object]]:
                rows = []
                for update_id in accepted.values():
                    update = await made.update(update_id)
                    rows += [{**one, "text": update["texts"]["en"]} for one in update["deliveries"]]
                return rows

            rows = await until(
                board,
                lambda rows: all(
                    row["state"] in ("sent", "delivered", "held")
                    and sum(row["counts"].get(s, 0) for s in ("queued", "sending")) == 0
                    for row in rows
                ),
                patience_s=240,  # an SMS that was under way is proven absent only two minutes later
            )

            assert len(rows) == UPDATES * 3
            for n in range(UPDATES):
                text = TEXTS[n]
                found = await made.applied(text)
                held = {row["channel_id"] for row in rows if text in row["text"] and row["state"] == "held"}
                assert len(found["x"]) <= 1, found["x"]
                assert len(found["facebook"]) <= 1, found["facebook"]
                phones = [entry["to"] for entry in found["twilio"]]
                assert len(phones) == len(set(phones)), phones
                if not held:
                    assert (len(found["x"]), len(found["facebook"]), len(phones)) == (1, 1, 6), (text, found)
