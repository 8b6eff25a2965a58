"""A false alert through two real processes, and how long it takes until everybody has been told."""

import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stage import Stage, stage, until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(150)]

WRONG = "A&E is closed. Everybody must leave the building now."
RIGHT = "Nobody has to leave the building. A&E is open. We are sorry for the mistake."


async def post(client: Any, path: str, body: dict[str, Any]) -> Any:
    answer = await client.post(path, json=body, headers={"idempotency-key": str(uuid.uuid4())})
    assert answer.status_code < 300, answer.text
    return answer.json()


class TestFalseAlert:
    async def test_K03_N7_N15_a_false_alert_is_corrected_everywhere_in_under_a_minute_and_two_taps(
        self, tmp_path: Path
    ) -> None:
        """
        Approved by a second person with its correction. The first tap shows the plan, the second sends it: a reply
        on X, the changed post on Facebook, a text to each of the six phones, the struck-through item on our page.
        """
        async with stage(tmp_path, TOCSIN_DELAYS__REHEARSAL="1") as made:
            event = await made.event("valdora-flood")
            alert = await post(
                made.marta,
                f"/events/{event['id']}/updates",
                {"texts": {"en": WRONG}, "correction": {"en": RIGHT}, "source": "desk"},
            )
            assert alert["state"] == "awaiting_approval"
            view = (await made.tom.get(f"/updates/{alert['id']}/approval")).json()
            assert view["correction"] == {"en": RIGHT}
            await post(
                made.tom, f"/updates/{alert['id']}/approve", {"version": view["version"], "checked": True}
            )
            await until(lambda: made.applied("must leave"), lambda found: counts(found) == (1, 1, 6))
            phones = {entry["to"] for entry in (await made.applied("must leave"))["twilio"]}

            begun = time.time()
            plan = await post(made.tom, f"/updates/{alert['id']}/corrections/plan", {})  # tap one
            assert (plan["prepared"], plan["needs"], plan["texts"]) == (True, "", {"en": RIGHT})
            sent = await post(made.tom, f"/updates/{alert['id']}/corrections", {})  # tap two
            found = await until(
                lambda: corrections(made), lambda found: counts(found) == (1, 1, 6), patience_s=60
            )
            took_s = time.time() - begun

            assert took_s < 60
            assert {entry["to"] for entry in found["twilio"]} == phones
            for entries in found.values():
                assert all("Correction: Nobody has to leave" in entry["text"] for entry in entries)
            page = (await made.marta.get(f"/events/{event['id']}/timeline/public/snapshot")).json()
            old = next(item for item in page["items"] if item["id"] == alert["id"])
            assert (old["state"], old["by"]) == ("corrected", sent["id"])
            print(f"corrected everywhere after {took_s:.2f} s, two requests")


async def corrections(made: Stage) -> dict[str, list[dict[str, Any]]]:
    return await made.applied("Nobody has to leave")


def counts(found: dict[str, list[dict[str, Any]]]) -> tuple[int, int, int]:
    return len(found["x"]), len(found["facebook"]), len(found["twilio"])
