"""A scenario pack in a real drill: what it gives, what it refuses, and how it scores."""

import asyncio
import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stage import Stage, stage, until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(150)]

WRONG = "Everybody on the ground floor must leave by the North Gate."
RIGHT = "Nobody has to leave. We are sorry for the mistake."
PACK: dict[str, Any] = {
    "id": "short",
    "kind": "crisis",
    "title": "A short one",
    "brief": "Everything at once.",
    "seconds": 60,
    "goals": {"first_message_s": 50, "correction_s": 30, "approval_s": 30, "silence_s": 60},
    "injects": [
        {"at_s": 0, "kind": "note", "text": "Water in the corridor."},
        {"at_s": 0, "kind": "rumour", "platform": "x", "author": "Goran Marsh", "text": "They all run away!"},
        {"at_s": 1, "kind": "fault", "platform": "facebook", "fault": "refuse", "times": 1},
        {"at_s": 2, "kind": "note", "text": "The order was wrong.", "calls_for": "correction"},
        {"at_s": 2, "kind": "fault", "platform": "x", "fault": "media_fails"},
    ],
}


async def sent(client: Any, path: str, body: dict[str, Any] | None = None) -> Any:
    answer = await client.post(path, json=body or {}, headers={"idempotency-key": str(uuid.uuid4())})
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


async def refused(client: Any, path: str, body: dict[str, Any] | None = None) -> tuple[int, str]:
    answer = await client.post(path, json=body or {}, headers={"idempotency-key": str(uuid.uuid4())})
    return answer.status_code, answer.json().get("code", "")


async def person(client: Any) -> str:
    return str((await client.get("/session")).json()["person"]["id"])


class TestDrills:
    async def test_N14_H06_a_pack_gives_its_injects_scores_each_person_and_stays_clear_of_a_handover(
        self, tmp_path: Path
    ) -> None:
        """
        Around a hand-over it starts only when both sides know, and says who has not yet and until when; while it runs the button does not move. A rumour
        comes in as a reply, a fault hits the next post, a blocked text counts against its writer, and each person's
        times are in the report, the month's table and the CSV. Stopped, it takes its faults away.
        """
        packs = tmp_path / "data" / "packs"
        packs.mkdir(parents=True)
        (packs / "short.json").write_text(json.dumps(PACK))
        async with stage(tmp_path, TOCSIN_DELAYS__REHEARSAL="0") as made:
            marta, tom = made.marta, made.tom
            event = await made.event("valdora-flood")
            path = f"/events/{event['id']}"
            listed = (await marta.get("/drill-packs")).json()
            assert {"short", "false-evacuation", "course-changes"} <= {one["id"] for one in listed}

            await sent(marta, f"{path}/button/take")
            await sent(marta, f"{path}/button/offer", {"person_id": await person(tom)})
            assert await refused(marta, f"{path}/drills", {"pack": "short"}) == (409, "handover_near")
            assert await refused(marta, "/rehearsal/play", {"scenario": "flood"}) == (409, "handover_near")
            assert await clearance(marta, path) == (True, True, {"Marta Serra", "Tom Okafor"})
            await sent(tom, f"{path}/button/accept")
            assert await refused(marta, f"{path}/drills", {"pack": "short"}) == (409, "handover_near")
            assert await clearance(marta, path) == (True, False, {"Marta Serra", "Tom Okafor"})
            await sent(marta, f"{path}/button/drill-known")
            assert await clearance(marta, path) == (True, False, {"Tom Okafor"})
            assert await refused(marta, f"{path}/drills", {"pack": "short"}) == (409, "handover_near")
            await sent(tom, f"{path}/button/drill-known")
            assert await clearance(marta, path) == (False, True, set())
            assert await refused(marta, f"{path}/drills", {"pack": "course-changes"}) == (409, "wrong_event")

            # Something to answer, so that the rumour has where to go.
            alert = await said(marta, path, "We are checking reports of flooding.")
            await approved(tom, alert)
            await until(lambda: made.applied("checking reports"), lambda found: bool(found["x"]))
            run = await sent(marta, f"{path}/drills", {"pack": "short"})
            assert await refused(marta, f"{path}/drills", {"pack": "short"}) == (409, "drill_running")
            offer = await refused(tom, f"{path}/button/offer", {"person_id": await person(marta)})
            assert offer == (409, "drill_running")

            blocked = await refused(
                marta, f"{path}/updates", {"texts": {"en": "Mr. Alvarez, MRN 00482913, is safe."}}
            )
            assert blocked == (403, "guard_blocked")
            wrong = await said(marta, path, WRONG, correction={"en": RIGHT})
            await approved(tom, wrong)
            await until(lambda: made.replies("valdora-flood"), lambda found: "run away" in str(found))
            report = await until(
                lambda: report_of(marta, path, run["id"]), lambda one: given(one) == [1, 2, 3, 4, 5]
            )
            assert all(one["ok"] for one in report["run"]["injects"]), report["run"]["injects"]
            await sent(tom, f"/updates/{wrong['id']}/corrections")
            ended = await sent(marta, f"{path}/drills/stop")
            assert ended["state"] == "stopped"
            armed = (await made.world.get("/_sim/faults")).json()["platforms"]["x"]
            assert [one["name"] for one in armed if one["armed"]] == []

            report = await report_of(marta, path, run["id"])
            by_name = {one["name"]: one["score"] for one in report["people"]}
            m, t = by_name["Marta Serra"], by_name["Tom Okafor"]
            assert (m["messages"], m["guard_blocks"], m["goals"]["guard_blocks"]) == (1, 1, False)
            assert m["first_message_s"] is not None
            assert m["goals"]["first_message_s"] is True
            assert (t["approvals"], t["corrections"], t["guard_blocks"]) == (1, 1, 0)
            assert t["correction_s"] is not None
            assert t["goals"]["correction_s"] is True
            assert report["team"]["silence_s"] is not None
            assert (m["score"], t["score"]) == (50, 100)
            month = run["started_at"][:7]
            whole = (await marta.get("/drills/proficiency", params={"month": month})).json()
            assert [one["run"]["id"] for one in whole["drills"]] == [run["id"]]
            table = await marta.get("/drills/proficiency", params={"month": month, "format": "csv"})
            assert table.headers["content-type"].startswith("text/csv")
            assert '"Tom Okafor","A short one"' in table.text
            other = await marta.get("/drills/proficiency", params={"month": "2020-01"})
            assert other.json()["drills"] == []

            await asyncio.gather(
                drill_takes_no_patient(made), drill_has_no_real_gateway(made), drill_never_denies_itself(made)
            )


async def drill_takes_no_patient(made: Stage) -> None:
    """H-06: a drill takes no patient's record, whatever the event."""
    surgery = (await made.event("kidney-surgery"))["id"]
    form = {"version": 3, "description": "Text", "signed_by": "Rosalind Ferrando"}
    answer = await made.marta.put(f"/events/{surgery}/consent", json=form)
    assert (answer.status_code, answer.json()["code"]) == (403, "drill_takes_no_patient")


async def drill_never_denies_itself(made: Stage) -> None:
    """In the text, in one channel's own, in what is kept for a mistake, and above the texts: refused by its code."""
    flood = await made.event("valdora-flood")
    denial = "This is not a drill."
    fields: list[dict[str, Any]] = [
        {"texts": {"en": denial}},
        {"texts": {"en": "Stay inside."}, "channel_texts": {"x": {"en": denial}}},
        {"texts": {"en": "Stay inside."}, "correction": {"en": denial}},
    ]
    for n, body in enumerate(fields):
        answer = await made.marta.post(
            f"/events/{flood['id']}/updates", json=body, headers={"idempotency-key": f"denies-itself-{n}"}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "banned_in_drill"), answer.text
    titled = await made.marta.patch(
        f"/events/{flood['id']}", json={"version": flood["version"], "headline": denial}
    )
    assert (titled.status_code, titled.json()["code"]) == (422, "banned_in_drill"), titled.text


async def drill_has_no_real_gateway(made: Stage) -> None:
    """A gateway that is not the simulated one is refused, and the sentence names the one to use."""
    body = {
        "adapter": "smpp",
        "name": "Gateway",
        "settings": {
            "host": "127.0.0.1",
            "port": 9,
            "tls": False,
            "system_id": "tocsin",
            "source": "Valdora",
        },
        "credentials": {"password": "secret"},
    }
    answer = await made.marta.post("/channels", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "real_platform_in_drill"), answer.text
    assert "127.0.0.1:" in answer.json()["detail"]


async def said(client: Any, path: str, text: str, **fields: Any) -> Any:
    return await sent(client, f"{path}/updates", {"texts": {"en": text}, "source": "desk", **fields})


async def approved(client: Any, update: Any) -> None:
    view = (await client.get(f"/updates/{update['id']}/approval")).json()
    await sent(client, f"/updates/{update['id']}/approve", {"version": view["version"], "checked": True})


async def clearance(client: Any, path: str) -> tuple[bool, bool, set[str]]:
    """Whether a hand-over is near, whether nobody knows until when, and who has not said that they know."""
    told = (await client.get(f"{path}/drills/clearance")).json()
    return told["near"], told["free_at"] is None, {one["name"] for one in told["waits_for"]}


async def report_of(client: Any, path: str, run_id: str) -> dict[str, Any]:
    answer = await client.get(f"{path}/drills/{run_id}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def given(report: dict[str, Any]) -> list[int]:
    return sorted(one["n"] for one in report["run"]["injects"])
