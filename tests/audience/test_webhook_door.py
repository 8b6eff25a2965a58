"""I-01 at the door itself: real HTTP, real signatures, thousands of wrong ones, and any order of the right ones."""

import asyncio
import json
import os
import random
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import func, select, text

from app.models import OptedOut, PendingReceipt, Reply, ReplyState, SeenInbound
from tests.audience.instance import Instance, instance
from tests.audience.signed import Signed, facebook, twilio, x

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

FORGERIES = int(os.environ.get("WEBHOOK_FORGERIES", "500"))
HISTORIES = 60
PHONE = "+12025550101"


class Door:
    """The three platforms, as whoever holds their secrets would speak to the instance."""

    def __init__(self, here: Instance, known: dict[str, Any]) -> None:
        self.here = here
        self.known = known
        self.rng = random.Random(20261121)
        self.count = 0

    def address(self, platform: str) -> str:
        return f"{self.here.house.public_url}/api/v1/webhooks/{self.here.channels[platform].id}"

    async def knock(self, platform: str, request: Signed) -> httpx.Response:
        return await self.here.bare.post(
            f"/webhooks/{self.here.channels[platform].id}{request.path}",
            content=request.body,
            headers=dict(request.headers),
        )

    def fresh(self) -> str:
        self.count += 1
        return f"{self.count:06d}"

    def facebook(self, *values: dict[str, Any], told_s: int | None = None) -> Signed:
        known = self.known["facebook"]
        return facebook(known["app_secret"], known["page_id"], values, told_s=told_s or int(time.time()))

    def comment(self, comment_id: str, verb: str, message: str = "") -> dict[str, Any]:
        post = f"{self.known['facebook']['page_id']}_1"
        return {
            "verb": verb,
            "comment_id": comment_id,
            "post_id": post,
            "parent_id": post,
            "from": {"id": "77", "name": "José Peña"},
            "message": message,
            "created_time": int(time.time()),
        }

    def sms(self, sid: str, body: str, **how: Any) -> Signed:
        known = self.known["twilio"]
        form = {
            "MessageSid": sid,
            "AccountSid": known["account_sid"],
            "From": PHONE,
            "To": known["senders"][0]["number"],
            "Body": body,
            "NumMedia": "0",
        }
        return twilio(how.pop("token", known["auth_token"]), self.address("twilio"), form, **how)

    def post(self, post_id: str, words: str) -> dict[str, Any]:
        own = self.known["x"]["user_id"]
        return {"id": post_id, "text": words, "author_id": "4242", "in_reply_to_user_id": own}

    def x(self, *posts: dict[str, Any]) -> Signed:
        return x(self.known["x"]["consumer_secret"], self.known["x"]["user_id"], posts)

    def genuine(self) -> tuple[str, Signed]:
        """A right one of some platform, never sent before."""
        n = self.fresh()
        match self.rng.randrange(3):
            case 0:
                return "facebook", self.facebook(self.comment(f"f{n}", "add", f"¿Dónde está la niña {n}?"))
            case 1:
                return "twilio", self.sms(
                    f"SM{int(n):032x}", self.rng.choice(["STOP", "Där är vägen", "START"])
                )
            case _:
                return "x", self.x(self.post(f"19{int(n):017d}", f"Où est l’hôpital {n} ?"))

    def spoilt(self, platform: str, request: Signed) -> Signed:
        """The same with one thing wrong."""
        rng, header = self.rng, request.signature_header
        mark = request.headers[header]
        match rng.randrange(8):
            case 0:  # one bit of the body
                place = rng.randrange(len(request.body))
                body = bytearray(request.body)
                body[place] ^= 1 << rng.randrange(7)
                was, is_now = (
                    parse_qsl(raw.decode("latin-1"), keep_blank_values=True) for raw in (request.body, body)
                )
                if platform == "twilio" and was == is_now:
                    return request.with_header(header, None)  # %2B and %2b are one form to whoever signs
                return Signed(bytes(body), request.headers, request.path)
            case 1:  # one character of the signature
                place = rng.randrange(mark.find("=") + 1 if "sha256" in mark else 0, len(mark) - 4)
                other = rng.choice([c for c in "abcdef0123456789" if c != mark[place]])
                return request.with_header(header, mark[:place] + other + mark[place + 1 :])
            case 2:
                return request.with_header(header, None)
            case 3:
                return request.with_header(header, mark[: rng.randrange(len(mark))])
            case 4:  # somebody else's secret
                other = Door(self.here, json.loads(json.dumps(self.known)))
                other.known["facebook"]["app_secret"] += "x"
                other.known["twilio"]["auth_token"] += "x"
                other.known["x"]["consumer_secret"] += "x"
                n = self.fresh()
                if platform == "facebook":
                    return other.facebook(other.comment(f"f{n}", "add", "forged"))
                if platform == "twilio":
                    return other.sms(f"SM{int(n):032x}", "STOP", sha256=rng.random() < 0.5)
                return other.x(other.post(f"19{int(n):017d}", "forged"))
            case 5:  # parsed and written again by somebody in between
                if platform == "twilio":
                    form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
                    return Signed(urlencode({**form, "Extra": "1"}).encode(), request.headers)
                again = json.dumps(json.loads(request.body), ensure_ascii=False, indent=rng.choice([None, 1]))
                raw = again.encode() + b" "
                return Signed(raw, request.headers)
            case 6:  # a signature of another body
                _, donor = self.genuine()
                return Signed(donor.body, {**request.headers}, request.path)
            case _:  # Twilio signs the address as well; the others do not, so the platform is mixed up
                if platform == "twilio":
                    return Signed(request.body, request.headers, "?ref=d1.1")
                return request.with_header(header, mark.upper().replace("SHA256", "SHA1"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def door(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Door]:
    async with instance(tmp_path_factory.mktemp("door")) as here:
        yield Door(here, (await here.world.get("/_sim/credentials")).json())


async def everything(door: Door) -> tuple[int, ...]:
    """How much there is of all that a webhook can change."""
    async with door.here.house.database.read() as session:
        return tuple(
            [
                int(await session.scalar(select(func.count()).select_from(table)) or 0)
                for table in (Reply, OptedOut, SeenInbound, PendingReceipt)
            ]
        )


class TestForged:
    async def test_I01_no_forgery_of_any_platform_is_believed(self, door: Door) -> None:
        """Bits, signatures, secrets, addresses, bodies written again: refused with 403, and nothing changed."""
        before = await everything(door)
        statuses: dict[int, int] = {}
        codes: set[str] = set()
        gate = asyncio.Semaphore(16)

        async def one() -> None:
            async with gate:
                platform, request = door.genuine()
                answer = await door.knock(platform, door.spoilt(platform, request))
                statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
                codes.add(answer.json()["code"])

        await asyncio.gather(*(one() for _ in range(FORGERIES)))

        assert statuses == {403: FORGERIES}, (statuses, codes)
        assert codes == {"bad_signature"}
        assert await everything(door) == before

    async def test_I01_the_same_requests_unspoilt_are_believed(self, door: Door) -> None:
        """So that the refusals above are about what was spoilt."""
        for _ in range(60):
            platform, request = door.genuine()
            answer = await door.knock(platform, request)
            assert answer.status_code in (200, 204), (platform, answer.text)

    async def test_I01_both_tokens_hold_while_a_token_is_changed(self, door: Door) -> None:
        """The primary, the next one, and the shared key of SHA-256; a third is refused."""
        known = door.known["twilio"]
        house = door.here.house
        channel = await house.switchboard.add(
            "test",
            adapter="twilio",
            name="SMS while its token changes",
            settings={
                "base_address": f"{door.here.origin}/twilio",
                "account_sid": known["account_sid"],
                "messaging_service_sid": known["messaging_service_sid"],
            },
            credentials={
                "auth_token": "primary-token",
                "secondary_auth_token": "next-token",
                "signing_key": "shared-key",
            },
        )
        address = f"{house.public_url}/api/v1/webhooks/{channel.id}"
        answers = []
        for token, sha256 in (
            ("primary-token", False),
            ("next-token", False),
            ("shared-key", True),
            ("third-token", False),
            ("third-token", True),
            ("primary-token", True),
        ):
            form = {"MessageSid": f"SM{door.fresh()}", "AccountSid": known["account_sid"], "From": PHONE}
            request = twilio(token, address, {**form, "Body": "Hello"}, sha256=sha256)
            answer = await door.here.bare.post(
                f"/webhooks/{channel.id}", content=request.body, headers=dict(request.headers)
            )
            answers.append(answer.status_code)

        assert answers == [200, 200, 200, 403, 403, 403]

    async def test_I01_unknown_channels_methods_and_sizes_have_their_answers(self, door: Door) -> None:
        """404, 404, 405, 413: never a stack trace, never a change."""
        before = await everything(door)
        request = door.facebook(door.comment("f-none", "add", "x"))
        nowhere = await door.here.bare.post("/webhooks/nobody", content=request.body)
        method = await door.here.bare.put(f"/webhooks/{door.here.channels['x'].id}", content=b"")
        large = await door.here.bare.post(
            f"/webhooks/{door.here.channels['facebook'].id}", content=b"x" * ((1 << 20) + 1)
        )

        assert (nowhere.status_code, method.status_code, large.status_code) == (404, 405, 413)
        assert await everything(door) == before


class TestRepeated:
    async def test_I01_any_order_and_any_number_of_repeats_ends_in_the_same_state(self, door: Door) -> None:
        """Histories of comments, shuffled, doubled, several at once: each ends as its platform's order says."""
        rng = random.Random(7)
        base_s = int(time.time()) - 1_000
        wanted: dict[str, tuple[str, str]] = {}
        requests: list[Signed] = []
        for _ in range(HISTORIES):
            comment_id = f"h{door.fresh()}"
            said = ["added"] + ["edited"] * rng.randrange(4) + ["removed"] * rng.randrange(2)
            for n, verb in enumerate(said):
                name = {"added": "add", "edited": "edited", "removed": "remove"}[verb]
                told = door.facebook(
                    door.comment(comment_id, name, f"words {n} of {comment_id}"), told_s=base_s + n
                )
                requests += [told] * rng.choice([1, 1, 2, 3])
            gone = said[-1] == "removed"
            last = f"words {len(said) - 1} of {comment_id}"
            wanted[comment_id] = (ReplyState.REMOVED, "") if gone else (ReplyState.NEW, last)
        rng.shuffle(requests)
        gate = asyncio.Semaphore(8)

        async def one(request: Signed) -> int:
            async with gate:
                return (await door.knock("facebook", request)).status_code

        statuses = await asyncio.gather(*(one(request) for request in requests))

        assert set(statuses) == {200}
        found = {
            one.remote_id: (one.state, one.text)
            for one in await door.here.replies()
            if one.remote_id.startswith("h")
        }
        assert found == wanted

    async def test_I01_a_replayed_START_does_not_undo_a_later_STOP_nor_the_other_way(
        self, door: Door
    ) -> None:
        """A wish has its effect once; what came last still holds."""
        first, start, stop = (
            door.sms(f"SM{int(door.fresh()):032x}", word) for word in ("STOP", "START", "STOP")
        )
        for request in (first, start, stop):
            assert (await door.knock("twilio", request)).status_code == 200
        assert (await door.knock("twilio", start)).status_code == 200
        stopped = PHONE in await door.here.stopped()
        again = door.sms(f"SM{int(door.fresh()):032x}", "START")
        await door.knock("twilio", again)
        for request in (first, stop):
            await door.knock("twilio", request)

        assert stopped
        assert PHONE not in await door.here.stopped()


class TestDurable:
    async def test_I01_a_2xx_comes_only_after_the_commit(self, door: Door) -> None:
        """While the database cannot commit there is no answer at all; then it is there, and only then answered."""
        request = door.facebook(door.comment("f-slow", "add", "Is it stored yet?"))
        async with door.here.house.database.transaction() as session:
            await session.execute(text("SELECT 1"))  # it begins here, not before
            waiting = asyncio.create_task(door.knock("facebook", request))
            await asyncio.wait([waiting], timeout=0.4)
            answered_early = waiting.done()
            stored_early = await door.here.reply("Is it stored yet?")
        answer = await waiting

        assert not answered_early
        assert stored_early is None
        assert answer.status_code == 200
        assert await door.here.reply("Is it stored yet?") is not None

    async def test_I01_a_full_disk_is_no_2xx_and_the_platforms_repeat_is_taken(self, door: Door) -> None:
        """SQLite itself says that it is full; nothing is kept, and the same webhook works later."""
        request = door.facebook(
            *[door.comment(f"f-full-{n}", "add", f"Full {n} " + "long words " * 300) for n in range(40)]
        )
        async with door.here.house.database.connection() as connection:
            pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
            await connection.execute(text(f"PRAGMA max_page_count={pages}"))
        refused = await door.knock("facebook", request)
        kept = [one for one in await door.here.replies() if one.text.startswith("Full ")]
        async with door.here.house.database.connection() as connection:
            await connection.execute(text("PRAGMA max_page_count=1073741823"))
        taken = await door.knock("facebook", request)

        assert refused.status_code == 507, refused.text
        assert kept == []
        assert taken.status_code == 200
        assert len([one for one in await door.here.replies() if one.text.startswith("Full ")]) == 40
