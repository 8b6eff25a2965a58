"""Bad input: each kind has its status, its code and a sentence that says what to do, and changes nothing."""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from tests.routes.whole import FIRST, ORIGIN, SECOND, Stage, stage

TEXTS = {"texts": {"en": "Stay inside."}}

# What is sent to POST /events/flood/updates, and what has to come back.
BODIES: dict[str, tuple[Any, int, str]] = {
    "no text at all": ({"texts": {}}, 422, "empty_text"),
    "a text of blanks": ({"texts": {"en": "  \n "}}, 422, "empty_text"),
    "20,001 characters": ({"texts": {"en": "a" * 20_001}}, 422, "*"),
    "over-long text": ({"texts": {"en": "water " * 900}}, 422, "*"),
    "an unknown language": ({"texts": {"xx": "Stay inside."}}, 422, "unknown_language"),
    "a control character": ({"texts": {"en": "Stay\x07 inside."}}, 422, "*"),
    "a NUL": ({"texts": {"en": "Stay\x00 inside."}}, 422, "*"),
    "a bidi override": ({"texts": {"en": "Stay \u202edisni"}}, 422, "*"),
    "half a surrogate pair": (b'{"texts": {"en": "Stay \\ud83d inside."}}', 422, "*"),
    "texts as a list": ({"texts": ["Stay inside."]}, 422, "invalid_input"),
    "texts as a number": ({"texts": 7}, 422, "invalid_input"),
    "a text as a number": ({"texts": {"en": 7}}, 422, "invalid_input"),
    "a misspelt field": ({**TEXTS, "chanels": []}, 422, "invalid_input"),
    "an unknown kind": ({**TEXTS, "kind": "joke"}, 422, "invalid_input"),
    "an unknown priority": ({**TEXTS, "priority": "now"}, 422, "invalid_input"),
    "a channel that does not exist": ({**TEXTS, "channels": ["nope"]}, 404, "*"),
    "null": (None, 422, "invalid_input"),
    "an array": ([], 422, "invalid_input"),
    "not JSON": (b"{texts: Stay inside}", 400, "bad_json"),
    "half of it": (b'{"texts": {"en": "Stay', 400, "bad_json"),
    "invalid UTF-8": (b'{"texts": {"en": "\xff\xfe"}}', 400, "bad_json"),
    "Latin-1": ('{"texts": {"en": "H\u00f4pital"}}'.encode("latin-1"), 400, "bad_json"),
    "16 MB": (b'{"texts": {"en": "' + b"a" * (16 << 20) + b'"}}', 413, "too_large"),
    "a tower of brackets": (b"[" * 100_000, 400, "*"),
}


@pytest.fixture
async def house(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path / "data", migrated_file) as made:
        yield made


def held_to(answer: httpx.Response, status: int, code: str, what: object) -> None:
    """One shape for every error, and a sentence."""
    assert answer.status_code == status, (what, answer.status_code, answer.text[:300])
    assert answer.headers["content-type"] == "application/problem+json", what
    body = answer.json()
    assert body["status"] == status
    assert code in ("*", body["code"]), (what, body)
    assert body["code"] not in ("", "internal", "refused"), (what, body)
    assert len(body["detail"]) > 10, what
    assert body["detail"].strip()[-1] in ".!?”", (what, body["detail"])


async def post(client: httpx.AsyncClient, path: str, body: Any, key: str | None = None) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"content-type": "application/json", "idempotency-key": key or str(uuid.uuid4())}
    return await client.post(path, content=content, headers=headers)


class TestUpdates:
    async def test_every_bad_body_has_its_answer_and_changes_nothing(self, house: Stage) -> None:
        """The whole table through one house; row counts of every table are the same before and after."""
        marta = await house.signed_in(FIRST)
        await house.event(marta)
        before = await house.counts()
        for what, (body, status, code) in BODIES.items():
            held_to(await post(marta, "/events/flood/updates", body), status, code, what)
            assert await house.counts() == before, what

    @pytest.mark.parametrize(
        ("key", "code"),
        [(None, "key_missing"), ("short", "bad_key"), ("k" * 129, "bad_key"), ("a\tb c d e f", "bad_key")],
    )
    async def test_a_key_is_needed_and_has_to_be_sane(self, house: Stage, key: str | None, code: str) -> None:
        """So that a repeat cannot post twice."""
        marta = await house.signed_in(FIRST)
        await house.event(marta)
        before = await house.counts()
        headers = {} if key is None else {"idempotency-key": key}
        held_to(await marta.post("/events/flood/updates", json=TEXTS, headers=headers), 422, code, key)
        assert await house.counts() == before

    async def test_G2_the_same_key_with_another_body_is_refused(self, house: Stage) -> None:
        """And the same body again gets the first answer, byte for byte."""
        marta = await house.signed_in(FIRST)
        await house.event(marta)
        first = await post(marta, "/events/flood/updates", TEXTS, "one-key-of-mine")
        before = await house.counts()
        again = await post(marta, "/events/flood/updates", TEXTS, "one-key-of-mine")
        other = await post(marta, "/events/flood/updates", {"texts": {"en": "Leave."}}, "one-key-of-mine")
        assert (again.status_code, again.content) == (201, first.content)
        assert again.headers["idempotency-replayed"] == "true"
        assert other.status_code in (409, 422)
        held_to(other, other.status_code, "*", "another body")
        assert await house.counts() == before

    async def test_unknown_ended_and_not_yet_live_events_take_nothing(self, house: Stage) -> None:
        """404, 410 and 409, each with the next action."""
        marta = await house.signed_in(FIRST)
        await house.event(marta)
        await marta.post("/events", json={"kind": "crisis", "title": "Later", "slug": "later"})
        await marta.post("/events/flood/end")
        before = await house.counts()
        for slug, status in (
            ("nowhere", 404),
            ("flood", 410),
            ("later", 409),
            ("%00", 422),
            ("é" * 300, 404),
        ):
            held_to(await post(marta, f"/events/{slug}/updates", TEXTS), status, "*", slug)
        assert await house.counts() == before


class TestKeys:
    @pytest.mark.parametrize(
        "header",
        [
            "Bearer tocsin_wrong",
            "Bearer ",
            "Bearer",
            "Basic dXNlcjpwYXNz",
            "tocsin_wrong",
            "Bearer " + "a" * 5000,
            "Bearer tocsin_\x7f",
        ],
    )
    async def test_a_wrong_key_is_nobody_even_with_a_good_cookie(self, house: Stage, header: str) -> None:
        """What says it is a key is judged as a key."""
        marta = await house.signed_in(FIRST)
        before = await house.counts()
        held_to(await marta.get("/people", headers={"authorization": header}), 401, "key_refused", header)
        assert await house.counts() == before

    async def test_a_cookie_that_is_no_session_is_nobody(self, house: Stage) -> None:
        """Long, empty, binary."""
        for value in ("", "x", "a" * 4000, "%00%ff"):
            client = house.client(cookies={"__Host-tocsin": value})
            held_to(await client.get("/people"), 401, "not_signed_in", value)


class TestElsewhere:
    async def test_unknown_addresses_methods_and_pages(self, house: Stage) -> None:
        """Also what does not reach a route has the one shape."""
        marta = await house.signed_in(FIRST)
        held_to(await marta.get("/nothing/here"), 404, "not_found", "address")
        held_to(await marta.put("/people", json={}), 405, "method_not_allowed", "method")
        await house.event(marta)
        for query in ("limit=0", "limit=100000", "limit=x", "cursor=%00", "cursor=made-up"):
            answer = await marta.get(f"/events/flood/updates?{query}")
            assert answer.status_code in (400, 404, 422), (query, answer.text)
            held_to(answer, answer.status_code, "*", query)

    async def test_what_a_person_may_be_called(self, house: Stage) -> None:
        """Names, addresses, roles, scopes that cannot be right; and nobody chooses another's password."""
        marta = await house.signed_in(FIRST)
        good = {"name": "Ana", "email": "a@valdora.example"}
        before = await house.counts()
        for change, code in (
            ({"name": ""}, "bad_name"),
            ({"name": "a" * 101}, "bad_name"),
            ({"name": "A\u202eb"}, "bad_name"),
            ({"email": "nobody"}, "bad_email"),
            ({"email": "a b@c.d"}, "bad_email"),
            ({"password": "a long enough sentence"}, "invalid_input"),
            ({"roles": ["king"]}, "unknown_role"),
        ):
            held_to(await marta.post("/people", json={**good, **change}), 422, code, change)
        held_to(await marta.post("/people", json={**good, "email": SECOND}), 409, "email_taken", "taken")
        held_to(
            await marta.post("/api-keys", json={"name": "k", "scopes": ["all"]}),
            422,
            "unknown_scope",
            "scope",
        )
        in_person = {"name": "k", "scopes": ["sending.restart"]}
        held_to(await marta.post("/api-keys", json=in_person), 422, "not_by_key", "scope")
        assert await house.counts() == before


class TestWebhooks:
    async def test_forged_replayed_and_foreign_webhooks_change_nothing(self, house: Stage) -> None:
        """Unsigned, wrongly signed, signed for another address, too large, of no channel; a true one twice counts once."""
        marta, tom = await house.signed_in(FIRST), await house.signed_in(SECOND)
        body = {
            "adapter": "twilio",
            "name": "SMS",
            "settings": {"account_sid": "AC" + "0" * 32, "messaging_service_sid": "MG" + "0" * 32},
            "credentials": {"auth_token": "the-real-token"},
        }
        asked = (await marta.post("/channels", json=body)).json()
        await tom.post(f"/proposals/{asked['id']}/confirm")
        channel = (await tom.get("/channels")).json()[0]["id"]
        await house.event(marta, channels={channel: None})
        fields = {
            "MessageSid": "SM" + "1" * 32,
            "SmsSid": "SM" + "1" * 32,
            "AccountSid": "AC" + "0" * 32,
            "From": "+34600100001",
            "To": "+34600100000",
            "Body": "Is the bridge open?",
            "NumSegments": "1",
        }
        path = f"/api/v1/webhooks/{channel}"
        before = await house.counts()
        good = signature("the-real-token", ORIGIN + path, fields)
        for what, headers in {
            "unsigned": {},
            "empty": {"x-twilio-signature": ""},
            "guessed": {"x-twilio-signature": base64.b64encode(b"0" * 20).decode()},
            "other key": {"x-twilio-signature": signature("another-token", ORIGIN + path, fields)},
            "other address": {
                "x-twilio-signature": signature("the-real-token", "https://evil.example" + path, fields)
            },
        }.items():
            answer = await hooked(house, path, fields, headers)
            held_to(answer, 403, "*", what)
            assert await house.counts() == before, what
        changed = await hooked(house, path, {**fields, "Body": "Other words"}, {"x-twilio-signature": good})
        held_to(changed, 403, "*", "changed body")
        nowhere = await hooked(house, "/api/v1/webhooks/none", fields, {"x-twilio-signature": good})
        held_to(nowhere, 404, "channel_not_found", "no channel")
        large = await hooked(house, path, {"Body": "a" * (2 << 20)}, {"x-twilio-signature": good})
        held_to(large, 413, "too_large", "large")
        assert await house.counts() == before

        first = await hooked(house, path, fields, {"x-twilio-signature": good})
        assert first.status_code in (200, 204), first.text
        once = await house.counts()
        again = await hooked(house, path, fields, {"x-twilio-signature": good})
        assert again.status_code == first.status_code
        assert await house.counts() == once


async def hooked(house: Stage, path: str, fields: dict[str, str], headers: dict[str, str]) -> httpx.Response:
    client = house.client()
    client.headers.pop("origin")
    client.headers.pop("x-tocsin")
    return await client.post(
        f"{ORIGIN}{path}",
        content=urlencode(fields),
        headers={"content-type": "application/x-www-form-urlencoded", **headers},
    )


def signature(token: str, url: str, fields: dict[str, str]) -> str:
    """As Twilio signs: the address, then each field's name and value in order."""
    text = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
