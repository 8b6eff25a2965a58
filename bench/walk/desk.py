"""The desk: what is written, asked for, approved, put right, sent and answered there, and its pages."""

from __future__ import annotations

import io
import re
import uuid
from datetime import UTC, datetime, timedelta

from PIL import Image
from playwright.async_api import Page, Route, WebSocketRoute

from app.editorial.pictures import CHECKLIST
from bench.walk.scene import agree
from tests.e2e.stage import Stage, until

QUIET = re.compile(r'"quiet":"[a-z_]+"')
HELD = re.compile(r'"state":"sent","reason":"[a-z_]+"')


async def asked(page: Page, made: Stage) -> None:
    """Marta has asked; what Tom reads, or what she sees of her own."""
    await page.get_by_role("button", name="Read and decide").first.click()
    await page.get_by_role("dialog").wait_for()


async def ask_first(page: Page, made: Stage) -> None:
    if not (await made.marta.get("/events/valdora-flood/approvals")).json():
        await made.submit("Use the South Gate. The North Gate is under water.", slug="valdora-flood")


async def correcting(page: Page, made: Stage) -> None:
    await page.get_by_role("button", name="Correct or take back").first.click()
    await page.get_by_role("dialog").locator("textarea").first.fill("Only A&E is closed. Maternity is open.")
    await page.get_by_role("dialog").get_by_text("Our page shows both").wait_for()


async def all_clear(page: Page, made: Stage) -> None:
    await page.get_by_role("button", name="All clear").first.click()
    await page.locator("#text").fill("The water is gone. A&E is open again.")
    await page.get_by_text("No PHI found").first.wait_for()
    await page.locator("#send").click()
    await page.get_by_role("dialog").get_by_role("list", name="What it does").wait_for()
    await page.get_by_role("dialog").get_by_text("would come after it").wait_for()


async def by_two(page: Page, made: Stage) -> None:
    """A gateway beside the first provider, so that one can stand in for the other."""
    names = {one["adapter"] for one in (await made.marta.get("/channels")).json()}
    if "smpp" in names:
        return
    host, port = str(made.simulators.ready["smpp"]).rsplit(":", 1)
    gateway = {"host": host, "port": int(port), "tls": False}
    body = {
        "adapter": "smpp",
        "name": "Gateway",
        "settings": {**gateway, "system_id": "tocsin", "source": "55501"},
        "credentials": {"password": "gateway1"},
    }
    asked_for = await made.marta.post("/channels", json=body)
    assert asked_for.status_code == 202, asked_for.text
    done = await made.tom.post(f"/proposals/{asked_for.json()['id']}/confirm")
    assert done.status_code == 200, done.text


async def second_provider(page: Page, made: Stage) -> None:
    await page.get_by_label("If SMS does not answer").wait_for()


async def quiet(page: Page, made: Stage) -> None:
    """Said by the server as it is, but for how quiet it has been: that takes an hour."""

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(lambda said: route.send(QUIET.sub('"quiet":"holding_line"', str(said))))

    await page.route_web_socket("**/api/v1/stream*", between)


async def silent(page: Page, made: Stage) -> None:
    await page.locator(".due.late").first.wait_for()


async def held_digest(page: Page, made: Stage) -> None:
    """As `quiet`: one post that told several was refused after a hundred others."""

    async def told(route: Route) -> None:
        answer = await route.fetch()
        body = {**await answer.json(), "digest": "Three updates: visits, maternity, gates.", "told_with": 2}
        await route.fulfill(response=answer, json=body)

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(
            lambda said: route.send(HELD.sub('"state":"held","reason":"cannot_tell"', str(said)))
        )

    await page.route("**/api/v1/deliveries/*", told)
    await page.route_web_socket("**/api/v1/stream*", between)


async def tried(page: Page, made: Stage) -> None:
    """As `quiet`: a platform that did not answer for two minutes, and eight tries."""

    async def told(route: Route) -> None:
        answer = await route.fetch()
        now = datetime.now(UTC)
        began = [now - timedelta(seconds=s) for s in (118, 117, 115, 111, 103, 87, 58, 7)]
        words = ("not_taken", "Unavailable", "Connection refused")
        ends = [words] * 4 + [("in_doubt", "OutcomeUnknown", "Bad gateway")] + [words] * 3
        attempts = [
            {
                "n": n,
                "part": 1,
                "intent_at": at.isoformat(),
                "finished_at": (at + timedelta(seconds=4 * (n == 5))).isoformat(),
                "outcome": outcome,
                "reached": reached,
                "code": "502" if n == 5 else "",
                "words": said,
            }
            for n, (at, (reached, outcome, said)) in enumerate(zip(began, ends, strict=True), 1)
        ]
        ahead = [
            {"what": "try", "at": (now + timedelta(seconds=43)).isoformat(), "every_s": None},
            {"what": "more", "at": None, "every_s": 60.0},
            {"what": "end", "at": (now + timedelta(hours=2)).isoformat(), "every_s": None},
        ]
        await route.fulfill(
            response=answer, json={**await answer.json(), "attempts": attempts, "ahead": ahead}
        )

    await page.route("**/api/v1/deliveries/*", told)


async def trying(page: Page, made: Stage) -> None:
    await page.get_by_role("group", name="Channels").get_by_role("button", name="Facebook").click()
    line = page.get_by_role("list", name="Tries")
    await line.get_by_text("Further tries").wait_for()
    await line.scroll_into_view_if_needed()


async def held(page: Page, made: Stage) -> None:
    await page.get_by_role("group", name="Channels").get_by_role("button", name="X").first.click()
    await page.locator(".held").wait_for()
    await page.get_by_text("Three updates").first.wait_for()


async def listed(page: Page, made: Stage) -> None:
    """The channel that counts people, with its chart."""
    await page.get_by_role("group", name="Channels").get_by_role("button", name="SMS").click()
    await page.locator(".chart").wait_for()
    await page.locator(".chart").scroll_into_view_if_needed()


async def hold(page: Page, made: Stage) -> None:
    assert (await made.marta.post("/events/kidney-surgery/hold")).status_code < 300
    await page.locator('.mode[data-within="hold"], .pad-r').first.wait_for()


async def stop(page: Page, made: Stage) -> None:
    """With one text that was still counting down, so that starting again asks about it."""
    waits = await made.marta.post(
        "/events/kidney-surgery/updates",
        json={"texts": {"en": "The first stitch is placed."}, "source": "desk"},
        headers={"idempotency-key": str(uuid.uuid4())},
    )
    assert waits.status_code == 201, waits.text
    await made.marta.post("/events/kidney-surgery/stop")
    await page.wait_for_timeout(1_500)


async def pending(page: Page, made: Stage) -> None:
    await page.get_by_role("heading", name="Waiting for a second person").first.wait_for()


async def ask_with_picture(page: Page, made: Stage) -> None:
    """A picture that somebody has described and ticked, with a text that waits for a second person."""
    event = await made.event("valdora-flood")
    picture = io.BytesIO()
    Image.linear_gradient("L").resize((1600, 1200)).convert("RGB").save(picture, "JPEG")
    media = (await made.marta.post(f"/events/{event['id']}/media", content=picture.getvalue())).json()
    body = {
        "version": 1,
        "alt": {"en": "Sandbags stand in two rows before the gate."},
        "checklist": dict.fromkeys(CHECKLIST, True),
    }
    ticked = await made.marta.patch(f"/media/{media['id']}", json=body)
    assert ticked.status_code == 200, ticked.text
    sent = await made.marta.post(
        "/events/valdora-flood/updates",
        json={"texts": {"en": "Sandbags protect the North Gate."}, "media": [media["id"]], "source": "desk"},
        headers={"idempotency-key": str(uuid.uuid4())},
    )
    assert sent.status_code == 201, sent.text


async def asked_with_picture(page: Page, made: Stage) -> None:
    await (
        page.get_by_role("listitem")
        .filter(has_text="Sandbags")
        .or_(page.locator(".card, .ap, section").filter(has_text="Sandbags"))
        .get_by_role("button", name="Read and decide")
        .last.click()
    )
    await page.get_by_role("dialog").locator("img").first.wait_for()


async def taking_back(page: Page, made: Stage) -> None:
    await page.get_by_role("button", name="Correct or take back").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Take it back").click()
    await dialog.get_by_text("Our page says that it was taken back").wait_for()


async def new_event(page: Page, made: Stage) -> None:
    await page.get_by_role("button", name="New event").click()
    await page.locator("#h-new").wait_for()


async def templates(page: Page, made: Stage) -> None:
    await page.locator("#h-d").click()
    await page.keyboard.press("t")
    await page.get_by_role("dialog").get_by_role("heading", name="Choose a template").wait_for()


async def filling(page: Page, made: Stage) -> None:
    await templates(page, made)
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name=re.compile("diverted|closed", re.I)).first.click()
    await dialog.get_by_text("Still blank:").wait_for()


async def keys(page: Page, made: Stage) -> None:
    await page.locator("#h-d").click()
    await page.keyboard.press("?")
    await page.get_by_role("dialog").wait_for()


async def stopping(page: Page, made: Stage) -> None:
    await page.locator("#h-d").click()
    for _ in range(3):
        await page.keyboard.press("Escape")
    await page.get_by_role("dialog").wait_for()


async def away(page: Page, made: Stage) -> None:
    await page.locator("#main").wait_for()
    await page.context.set_offline(True)
    await page.get_by_text("No connection to the server.").first.wait_for(timeout=60_000)


async def late(page: Page, made: Stage) -> None:
    """Said by the server as it is, but for the promised time, which is past."""

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(lambda said: route.send(broken_promise(str(said))))

    await page.route_web_socket("**/api/v1/stream*", between)


def broken_promise(said: str) -> str:
    at = (datetime.now(UTC) - timedelta(minutes=3)).isoformat()
    past = re.sub(r'"promised_next_at":(null|"[^"]+")', f'"promised_next_at":"{at}"', said)
    return QUIET.sub('"quiet":"promise_missed"', past)


async def adding(page: Page, made: Stage) -> None:
    await page.get_by_role("button", name="Add a channel").click()
    await page.locator("form").first.wait_for()


async def inviting(page: Page, made: Stage) -> None:
    """Added by one person; another has to confirm, and holds the other half of the code."""
    await page.get_by_role("button", name="Add a person").click()
    await page.get_by_label("Name").fill("Nina Roca")
    await page.get_by_label("E-mail").fill("nina@drill.example")
    await page.get_by_role("button", name="Add", exact=True).click()
    await page.locator("#main code.code").wait_for()


async def invited(page: Page, made: Stage) -> None:
    """Both halves of the code, and a password of one's own."""
    body = {"name": "Pau Vidal", "email": "pau@drill.example"}
    proposed = (await made.marta.post("/people", json=body)).json()
    confirmed = (await made.tom.post(f"/proposals/{proposed['id']}/confirm")).json()
    await page.get_by_label("Single-use code").fill(f"{proposed['half']} {confirmed['half']}")
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.get_by_label("Your new password").wait_for()


async def delegates(page: Page, made: Stage) -> None:
    await page.get_by_role("button", name="Asked in turn").click()
    await page.get_by_role("dialog").wait_for()


async def flooded(page: Page, made: Stage) -> None:
    """One of three asks for help, and stands first."""
    found = (await made.applied("Come by the North Gate"))["facebook"]
    for n in range(3):
        body = {
            "post_id": found[0]["remote_id"],
            "name": "Paolo Riva",
            "text": f"Is the car park open, try {n}?" if n else "My father fell down by the lift",
        }
        assert (await made.world.post("/_sim/facebook/comment", json=body)).status_code == 201


async def reading_reply(page: Page, made: Stage) -> None:
    await page.get_by_text("try 2?").wait_for()
    await page.keyboard.press("j")
    await page.keyboard.press("o")
    await page.get_by_role("dialog").wait_for()


async def triage(page: Page, made: Stage) -> None:
    await page.get_by_text("try 2?").wait_for()


async def refuse_numbers(page: Page, made: Stage) -> None:
    """Three of six numbers are refused; the others have it."""
    fault = {"platform": "twilio", "name": "refuse", "params": {"code": "21211"}, "times": 3}
    assert (await made.world.post("/_sim/faults", json=fault)).status_code < 300
    sent = await made.submit("Water is off on floor two until noon.", slug="valdora-flood")
    await agree(made, sent)
    # It is the newest on the page before somebody opens it: what comes later takes the place of what is looked at.
    await until(
        lambda: made.applied("Water is off on floor two"),
        lambda found: bool(found["facebook"] and found["x"]) and len(found["twilio"]) >= 3,
    )


async def causes(page: Page, made: Stage) -> None:
    await page.get_by_role("group", name="Channels").get_by_role("button", name="SMS").click()
    region = page.get_by_role("region", name="3 people were not reached")
    await region.wait_for()
    await region.scroll_into_view_if_needed()


async def resume(page: Page, made: Stage) -> None:
    await made.marta.post("/events/kidney-surgery/resume", json={})


async def course(page: Page, made: Stage) -> None:
    await page.get_by_role("button", name="The course has changed").click()
    await page.get_by_role("region", name="The course has changed").wait_for()


async def start_again(page: Page, made: Stage) -> None:
    """By another than who stopped it, with what was still counting down dropped; it lands on hold."""
    items = (await made.marta.get("/events/kidney-surgery/updates")).json()["items"]
    decisions = {one["id"]: "drop" for one in items if one["state"] == "counting_down"}
    answer = await made.tom.post("/events/kidney-surgery/restart", json={"decisions": decisions})
    assert answer.status_code < 300, answer.text
    await resume(page, made)


async def restarting(page: Page, made: Stage) -> None:
    await page.get_by_role("button", name="Start again").first.click()
    await page.get_by_role("dialog").wait_for()


async def paused(page: Page, made: Stage) -> None:
    await page.locator(".cc.bad").first.wait_for()


async def limited(page: Page, made: Stage) -> None:
    await page.get_by_role("group", name="Channels").get_by_role("button", name="X").first.click()
    await page.locator(".gauge, .next").first.wait_for()


async def crisis_typed(page: Page, made: Stage) -> None:
    await page.locator("#text").fill("The pump is running again.")
    await page.get_by_text("No PHI found").first.wait_for()
