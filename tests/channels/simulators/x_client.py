"""A small X caller for tests, signing by itself: neither the simulator's code nor an adapter's."""

import base64
import hashlib
import hmac
import itertools
import time
import urllib.parse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from app.channels.simulators.app import create_simulators
from app.channels.simulators.clock import Clock
from app.channels.simulators.serving import served
from app.channels.simulators.settings import SimulatorSettings
from app.channels.simulators.x.settings import XSettings

_nonces = itertools.count(1)


def sign(method: str, url: str, query: dict[str, str], keys: dict[str, str], **changed: str) -> str:
    """An OAuth 1.0a header for a request whose body is not signed."""
    oauth = {
        "oauth_consumer_key": keys["consumer_key"],
        "oauth_nonce": f"nonce{next(_nonces)}",
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(int(time.time())),
        "oauth_token": keys["access_token"],
        "oauth_version": "1.0",
    } | changed
    enc = lambda text: urllib.parse.quote(text, safe="~")  # noqa: E731
    line = "&".join(sorted(f"{enc(k)}={enc(v)}" for k, v in (oauth | query).items()))
    key = f"{enc(keys['consumer_secret'])}&{enc(keys['access_token_secret'])}"
    base = f"{method}&{enc(url)}&{enc(line)}"
    oauth["oauth_signature"] = base64.b64encode(
        hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()
    ).decode()
    return "OAuth " + ", ".join(f'{k}="{enc(v)}"' for k, v in oauth.items())


class XCaller:
    """One served simulator, with short words for what tests do to it."""

    def __init__(self, client: httpx.AsyncClient, keys: dict[str, str]) -> None:
        self.client = client
        self.keys = keys
        self.base = str(client.base_url).rstrip("/") + "/x"

    async def call(
        self,
        method: str,
        path: str,
        params: dict[str, str] | None = None,
        bearer: str | None = None,
        **more: Any,
    ) -> httpx.Response:
        """Signed with OAuth 1.0a, or with the bearer token given."""
        url = self.base + path
        header = f"Bearer {bearer}" if bearer else sign(method, url, params or {}, self.keys)
        return await self.client.request(
            method, url, params=params, headers={"authorization": header}, **more
        )

    async def post(self, text: str = "hello", **more: Any) -> httpx.Response:
        return await self.call("POST", "/2/tweets", json={"text": text, **more})

    async def posted(self, text: str = "hello", **more: Any) -> str:
        answer = await self.post(text, **more)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["data"]["id"])

    async def reply_to(self, post_id: str, text: str) -> httpx.Response:
        return await self.post(text, reply={"in_reply_to_tweet_id": post_id})

    async def edit(self, post_id: str, text: str) -> httpx.Response:
        return await self.post(text, edit_options={"previous_post_id": post_id})

    async def get(self, path: str, **params: str) -> dict[str, Any]:
        answer = await self.call("GET", path, params)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def own_ids(self, **params: str) -> list[str]:
        listed = await self.get(f"/2/users/{self.keys['user_id']}/tweets", **params)
        return [post["id"] for post in listed.get("data", [])]

    async def mentions(self, **params: str) -> dict[str, Any]:
        return await self.get(f"/2/users/{self.keys['user_id']}/mentions", **params)

    async def search(self, query: str, **params: str) -> list[str]:
        found = await self.get("/2/tweets/search/recent", query=query, **params)
        return [post["id"] for post in found.get("data", [])]

    async def sim(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self.client.post("/_sim" + path, json=body)
        assert answer.is_success, answer.text
        return dict(answer.json())

    async def public(self, text: str, in_reply_to: str | None = None, handle: str = "ada") -> str:
        return str(
            (await self.sim("/x/reply", handle=handle, name="Ada", text=text, in_reply_to=in_reply_to))["id"]
        )

    async def fault(
        self, name: str, times: int | None = None, action: str | None = None, **params: Any
    ) -> None:
        await self.sim("/faults", platform="x", name=name, params=params, times=times, action=action)

    async def token(self, *scopes: str) -> str:
        return str((await self.sim("/x/token", **({"scopes": scopes} if scopes else {})))["access_token"])


@asynccontextmanager
async def x_served(clock: Clock | None = None, **changed: Any) -> AsyncIterator[XCaller]:
    """The simulators on a socket, with some of X's settings changed."""
    app = create_simulators(SimulatorSettings(x=XSettings(**changed)), clock)
    async with (
        served(app) as origin,
        httpx.AsyncClient(base_url=origin, trust_env=False, verify=False, timeout=5) as client,
    ):
        yield XCaller(client, (await client.get("/_sim/credentials")).json()["x"])
