"""Somebody who calls the simulated Graph API and Twilio, and somebody's address that hears their webhooks."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple
from urllib.parse import parse_qsl

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.channels.simulators.app import Simulators, create_simulators
from app.channels.simulators.clock import Clock
from app.channels.simulators.serving import served
from app.channels.simulators.settings import SimulatorSettings


class Heard(NamedTuple):
    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


class Hook:
    """A webhook address on a real socket. Answers the statuses it is given, then 200 and `document`."""

    def __init__(self):
        self.statuses: list[int] = []
        self.document = ""
        self.verify_token = "simulator-facebook-verify-token"
        self.heard: list[Heard] = []
        self.origin = ""
        self._news = asyncio.Event()

    async def hear(self, request: Request) -> Response:
        if request.method == "GET":
            if request.query_params.get("hub.verify_token") != self.verify_token:
                return Response(status_code=403)
            return Response(request.query_params["hub.challenge"], media_type="text/plain")
        self.heard.append(Heard(str(request.url), dict(request.headers), await request.body()))
        self._news.set()
        return Response(self.document, self.statuses.pop(0) if self.statuses else 200, media_type="text/xml")

    async def until(self, count, since=0):
        while len(self.heard) - since < count:
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), 30)
        return self.heard[since : since + count]

    def start_again(self):
        self.statuses, self.document, self.heard = [], "", []

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Hook"]:
        app = Simulators()
        app.router.routes.append(Route("/hook", self.hear, methods=["GET", "POST"]))
        async with served(app) as self.origin:
            yield self

    @property
    def url(self) -> str:
        return f"{self.origin}/hook"


class Caller:
    """A client of one running set of simulators."""

    def __init__(self, client: httpx.AsyncClient, app: Simulators, credentials: dict):
        self.client, self.app = client, app
        self.fb, self.tw = credentials["facebook"], credentials["twilio"]

    async def arm(self, platform, name, **more):
        answer = await self.client.post("/_sim/faults", json={"platform": platform, "name": name, **more})
        assert answer.status_code == 200, answer.text

    async def clear(self, platform):
        await self.client.delete(f"/_sim/faults/{platform}")

    async def advance(self, seconds):
        await self.client.post("/_sim/clock", json={"advance_s": seconds})

    async def ledger(self, platform):
        return (await self.client.get("/_sim/ledger", params={"platform": platform})).json()["entries"]

    async def state(self, platform):
        return (await self.client.get("/_sim/state")).json()[platform]

    # -- Facebook

    def proof(self, token=None):
        token = token or self.fb["page_token"]
        return hmac.new(self.fb["app_secret"].encode(), token.encode(), hashlib.sha256).hexdigest()

    async def graph(self, method, path, form=None, *, token=None, **params):
        token = token or self.fb["page_token"]
        params = {"access_token": token, "appsecret_proof": self.proof(token), **params}
        return await self.client.request(method, f"/facebook/v26.0/{path}", params=params, data=form)

    async def post(self, message="hello", **fields):
        return await self.graph("POST", f"{self.fb['page_id']}/feed", {"message": message, **fields})

    async def posted(self, message="hello", **fields):
        answer = await self.post(message, **fields)
        assert answer.status_code == 200, answer.text
        return answer.json()["id"]

    async def texts(self):
        answer = await self.graph("GET", f"{self.fb['page_id']}/published_posts", limit="100")
        return [row["message"] for row in answer.json()["data"]]

    async def say(self, message, **more):
        answer = await self.client.post("/_sim/facebook/comment", json={"message": message, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    # -- Twilio

    @property
    def base(self):
        return f"/twilio/2010-04-01/Accounts/{self.tw['account_sid']}"

    @property
    def auth(self):
        return self.tw["account_sid"], self.tw["auth_token"]

    async def send(self, to="+12025550150", body="hello", **more):
        form = {"To": to, "Body": body, **more}
        if "MessagingServiceSid" not in form:
            form.setdefault("From", "55501")
        return await self.client.post(f"{self.base}/Messages.json", data=form, auth=self.auth)

    async def message(self, sid):
        return (await self.client.get(f"{self.base}/Messages/{sid}.json", auth=self.auth)).json()

    async def until_status(self, sid, *statuses):
        for _ in range(250):
            message = await self.message(sid)
            if message["status"] in statuses:
                return message
            await asyncio.sleep(0.01)
        raise AssertionError(f"{sid} is still {message['status']}")

    async def text_in(self, body, source="+12025550150", **more):
        answer = await self.client.post("/_sim/twilio/inbound", json={"from": source, "body": body, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()["sid"]


@asynccontextmanager
async def calling(
    settings: SimulatorSettings | None = None, clock: Clock | None = None
) -> AsyncIterator[Caller]:
    app = create_simulators(settings, clock)
    async with (
        served(app) as origin,
        httpx.AsyncClient(base_url=origin, trust_env=False, timeout=5) as client,
    ):
        yield Caller(client, app, (await client.get("/_sim/credentials")).json())


async def start_again(sim: Caller) -> None:
    """Between tests that share one process: a fresh world without webhook addresses, nothing on its way."""
    await sim.client.post("/_sim/reset")
    while sim.app.world.webhooks.pending:
        await asyncio.sleep(0.005)
    facebook, twilio = sim.app.platforms["facebook"], sim.app.platforms["twilio"]
    facebook.api.callback_url, facebook.api.page_fields = None, frozenset()
    twilio.inbound_urls.clear()
