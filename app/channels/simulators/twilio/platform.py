"""The Twilio simulator as the core knows it: routes, sign-in, the pump that moves messages on, and its callbacks."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.channels.simulators.latency import LatencyTable
from app.channels.simulators.twilio.account import Change, Message, Sender, TwilioAccount
from app.channels.simulators.twilio.errors import TwilioRefusal
from app.channels.simulators.twilio.faults import TWILIO_FAULTS
from app.channels.simulators.twilio.listing import list_messages
from app.channels.simulators.twilio.public import PublicTwilio
from app.channels.simulators.twilio.rendering import (
    API_VERSION,
    callback_params,
    message_json,
)
from app.channels.simulators.twilio.settings import TwilioSettings
from app.channels.simulators.twilio.signing import signature, without_fragment
from app.channels.simulators.webhooks import WEBHOOK_FAULTS, Webhook
from app.channels.simulators.wire import WIRE_FAULTS, Wire, deed_of
from app.channels.simulators.world import World

WRITES = frozenset({"message.create", "message.update", "message.delete"})
_SLICE = 400  # changes made before other work of the process gets its turn
_NOTICE_CLOCK_S = 0.05  # a clock moved forward by hand is noticed this soon
_OVER_KEY = "twilio.over"
Handler = Callable[[Request, float], Awaitable[Response]]


class _Concurrency:
    """Counts requests in flight outside everything else, since that is what the limit is about."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit
        self.in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[_OVER_KEY] = self.in_flight >= self._limit
        self.in_flight += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self.in_flight -= 1


class TwilioSimulator(PublicTwilio):
    """One account with its senders, and every phone that it texts."""

    name: ClassVar[str] = "twilio"

    def __init__(self, world: World) -> None:
        self._world = world
        self.settings: TwilioSettings = world.settings.twilio
        world.faults.declare(self.name, (*WIRE_FAULTS, *TWILIO_FAULTS, *WEBHOOK_FAULTS))
        world.latency.declare(self.name, LatencyTable((0.08, 0.4), {}))
        self._ids = world.rng("twilio.ids")
        self._wake = asyncio.Event()
        self._pump_task: asyncio.Task[None] | None = None
        s = self.settings
        self._keys = {
            _basic(s.account_sid, s.auth_token): "account",
            _basic(s.api_key_sid, s.api_key_secret): "api key",
        }
        self.inbound_urls: dict[str, str] = {}
        self._build()
        routes = self._routes()
        wire = Wire(world, self.name, Starlette(routes=routes), routes, WRITES, self._error_body)
        self._app = _Concurrency(wire, s.max_concurrent)

    def _build(self) -> None:
        s = self.settings
        senders = [Sender(one.number, one.segments_per_s, one.kind, s.pace) for one in s.senders]
        self.account = TwilioAccount(
            senders, s.service_sid, s.pool, self._world.rng("twilio.account"), outcome=self._outcome
        )
        self.account.rules.keep_messages = s.keep_messages

    @property
    def app(self) -> ASGIApp:
        return self._app

    @property
    def controls(self) -> Sequence[BaseRoute]:
        return self.public_routes()

    def _routes(self) -> list[BaseRoute]:
        base = f"/{API_VERSION}/Accounts/{{account}}"
        table: tuple[tuple[str, str, str, Handler], ...] = (
            ("POST", "/Messages.json", "message.create", self._create),
            ("GET", "/Messages.json", "message.list", self._list),
            ("GET", "/Messages/{sid}.json", "message.get", self._get),
            ("POST", "/Messages/{sid}.json", "message.update", self._update),
            ("DELETE", "/Messages/{sid}.json", "message.delete", self._delete),
            ("GET", "/Balance.json", "account.balance", self._balance),
            ("GET", "/IncomingPhoneNumbers.json", "number.list", self._numbers),
            ("POST", "/IncomingPhoneNumbers/{sid}.json", "number.update", self._update_number),
            ("GET", ".json", "account.get", self._account),
        )
        routes: list[BaseRoute] = [
            Route(base + path, self._endpoint(handler, action), methods=[method], name=action)
            for method, path, action, handler in table
        ]
        routes.append(Route("/{rest:path}", self._unknown, methods=["GET", "POST", "DELETE"], name="unknown"))
        return routes

    def _endpoint(self, handler: Handler, action: str) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                self._admit(request, action)
                return await handler(request, self._world.clock.epoch_s())
            except TwilioRefusal as refusal:
                return self._refuse(refusal)

        return endpoint

    # -- before a call ----------------------------------------------------------------------------------------

    def _admit(self, request: Request, action: str) -> None:
        """Everything that Twilio checks before it does anything."""
        deed = deed_of(request)
        if request.scope[_OVER_KEY]:
            raise TwilioRefusal(20429)
        if self._take("rate_limit", action) is not None:
            deed.fault = "rate_limit"
            raise TwilioRefusal(20429)
        key = self._keys.get(request.headers.get("authorization", ""))
        if key is None or request.path_params["account"] != self.settings.account_sid:
            raise TwilioRefusal(20003)
        deed.credential = key
        if self._take("revoke_token", action) is not None:
            deed.fault = "revoke_token"
            raise TwilioRefusal(20003)

    # -- calls ------------------------------------------------------------------------------------------------

    async def _create(self, request: Request, now: float) -> Response:
        params = await _form(request)
        deed = deed_of(request)
        deed.to, deed.text = params.get("To"), params.get("Body")
        deed.ref = urlsplit(params.get("StatusCallback", "")).query or None
        refused = self._take("refuse", "message.create")
        if refused is not None:
            deed.fault = "refuse"
            raise TwilioRefusal(int(refused["code"]), params.get("To", ""))
        message = self.account.create(params, now, api_key=deed.credential == "api key")
        deed.applied, deed.remote_id = True, message.sid
        body = orjson.dumps(self._show(message))
        early = self._take("callback_first", "message.create")
        if message.status == "queued":
            delay_s = 0.0 if early is not None else self._answer_first_s()
            self._report([Change(message, "queued", 0, now)], delay_s)
        self._wake.set()
        if early is not None:
            deed.fault = "callback_first"
            await asyncio.sleep(float(early["seconds"]))
        return self._answer(201, body)

    async def _get(self, request: Request, now: float) -> Response:
        return self._answer(200, orjson.dumps(self._show(self._find(request))))

    async def _list(self, request: Request, now: float) -> Response:
        s = self.settings
        body = list_messages(self.account, dict(request.query_params), s.account_sid, self._show)
        return self._answer(200, orjson.dumps(body))

    async def _update(self, request: Request, now: float) -> Response:
        message, params = self._find(request), await _form(request)
        if params.get("Status") == "canceled":
            self._report([self.account.cancel(message, now)])
        elif params.get("Status"):
            raise TwilioRefusal(20001, f"Status {params['Status']}")
        elif params.get("Body", None) == "":
            self.account.redact(message, now)
        else:
            raise TwilioRefusal(20001, "Body can only be made empty")
        deed = deed_of(request)
        deed.applied, deed.remote_id = True, message.sid
        return self._answer(200, orjson.dumps(self._show(message)))

    async def _delete(self, request: Request, now: float) -> Response:
        message = self._find(request)
        self.account.delete(message)
        deed = deed_of(request)
        deed.applied, deed.remote_id = True, message.sid
        return self._answer(204, b"")

    async def _account(self, request: Request, now: float) -> Response:
        told = {
            "sid": self.settings.account_sid,
            "friendly_name": "Tocsin drill",
            "status": "active",
            "type": "Full",
            "owner_account_sid": self.settings.account_sid,
        }
        return self._answer(200, orjson.dumps(told))

    async def _balance(self, request: Request, now: float) -> Response:
        told = {"account_sid": self.settings.account_sid, "balance": "250.00", "currency": "USD"}
        return self._answer(200, orjson.dumps(told))

    async def _numbers(self, request: Request, now: float) -> Response:
        rows = [self._number(one.number) for one in self.settings.senders]
        told = {"incoming_phone_numbers": rows, "page": 0, "page_size": 50, "next_page_uri": None}
        return self._answer(200, orjson.dumps(told))

    async def _update_number(self, request: Request, now: float) -> Response:
        number = next(
            (
                one.number
                for one in self.settings.senders
                if number_sid(one.number) == request.path_params["sid"]
            ),
            None,
        )
        if number is None:
            raise TwilioRefusal(20404)
        params = await _form(request)
        if "SmsUrl" in params:
            self.inbound_urls[number] = params["SmsUrl"]
        deed_of(request).applied = True
        return self._answer(200, orjson.dumps(self._number(number)))

    async def _unknown(self, request: Request) -> Response:
        return self._refuse(TwilioRefusal(20404, request.url.path))

    def _find(self, request: Request) -> Message:
        message = self.account.messages.get(request.path_params["sid"])
        if message is None:
            raise TwilioRefusal(20404, request.url.path)
        return message

    def _number(self, number: str) -> dict[str, Any]:
        return {
            "sid": number_sid(number),
            "phone_number": number,
            "capabilities": {"sms": True, "mms": False, "voice": False},
            "sms_url": self.inbound_urls.get(number, ""),
            "sms_method": "POST",
        }

    # -- answers ----------------------------------------------------------------------------------------------

    def _show(self, message: Message) -> dict[str, Any]:
        return message_json(message, self.settings.account_sid, self.account.rules.price_per_segment)

    def _answer(self, status: int, body: bytes, kind: str = "application/json") -> Response:
        headers = {
            "Twilio-Request-Id": f"RQ{self._ids.getrandbits(128):032x}",
            "Twilio-Concurrent-Requests": str(self._app.in_flight),
        }
        return Response(body, status, headers, kind)

    def _refuse(self, refusal: TwilioRefusal) -> Response:
        if self._world.faults.peek(self.name, "problem_errors") is not None:
            body, kind = orjson.dumps(refusal.problem()), "application/problem+json"
        else:
            body, kind = orjson.dumps(refusal.classic()), "application/json"
        answer = self._answer(refusal.status, body, kind)
        if refusal.status == 401:
            answer.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
        return answer

    def _error_body(self, status: int) -> bytes:
        return orjson.dumps({**TwilioRefusal(20503 if status == 503 else 20500).classic(), "status": status})

    def _take(self, name: str, action: str) -> dict[str, Any] | None:
        taken = self._world.faults.take(self.name, name, action, action in WRITES)
        return None if taken is None else dict(taken)

    # -- what happens by itself -------------------------------------------------------------------------------

    def _outcome(self, message: Message) -> int | None:
        if self._take("no_receipt", "receipt") is not None:
            return 0
        bad = self._take("bad_receipt", "receipt")
        return None if bad is None else int(bad["code"])

    def _answer_first_s(self) -> float:
        """A callback usually comes after the answer to the call that made the message; nothing promises it."""
        return 0.5 if self._world.latency.profile == "faithful" else 0.02

    def _report(self, changes: Iterable[Change], delay_s: float = 0.0) -> None:
        s = self.settings
        for change in changes:
            if not change.message.callback:
                continue
            url, overrides = without_fragment(change.message.callback)
            self._send(url, callback_params(change, s.account_sid), "message.status", overrides, delay_s)

    def _send(
        self,
        url: str,
        params: dict[str, str],
        kind: str,
        overrides: dict[str, str],
        delay_s: float = 0.0,
        on_answer: Callable[[bytes], None] | None = None,
    ) -> None:
        token = self.settings.auth_token
        if self._take("webhook_forged", f"webhook.{kind}") is not None:
            token = "forged"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": signature(token, url, params),
            "User-Agent": "TwilioProxy/1.1",
        }
        tries = overrides.get("rc", "1")
        self._world.webhooks.send(
            Webhook(
                self.name,
                kind,
                url,
                urlencode(params).encode(),
                headers,
                delay_s=delay_s,
                retry_after_s=(0.1,) * min(int(tries) if tries.isdigit() else 1, 5),
                retry_on=frozenset(overrides.get("rp", "ct").split(",")),
                retry_headers={"I-Twilio-Idempotency-Token": f"{self._ids.getrandbits(128):032x}"},
                ref=params["MessageSid"],
                on_answer=on_answer,
            )
        )

    async def _pump(self) -> None:
        """Move messages on as their senders' pace and their carriers allow."""
        while True:
            self._wake.clear()
            now = self._world.clock.epoch_s()
            faithful = self._world.latency.profile == "faithful"
            late = self._world.faults.peek(self.name, "late_receipt")
            extra_s = 0.0 if late is None else float(late["seconds"])
            low, high = (0.8, 3.0) if faithful else (0.005, 0.03)
            self.account.rules.receipt_after_s = (low + extra_s, high + extra_s)
            changes = self.account.advance(now, _SLICE)
            self._report(changes)
            next_at = self.account.next_at()
            if next_at is not None and next_at <= now:
                await asyncio.sleep(0)
                continue
            wait_s = None if next_at is None else min(max(next_at - now, 0.001), _NOTICE_CLOCK_S)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), wait_s)

    # -- life -------------------------------------------------------------------------------------------------

    def reset(self) -> None:
        """A fresh account; where webhooks go stays, since whoever said so will not say so again."""
        self._build()

    async def start(self) -> None:
        self._pump_task = asyncio.create_task(self._pump())

    async def aclose(self) -> None:
        if self._pump_task is not None:
            self._pump_task.cancel()
            await asyncio.gather(self._pump_task, return_exceptions=True)
            self._pump_task = None


def number_sid(number: str) -> str:
    digits = number.lstrip("+")
    return "PN" + digits.rjust(32, "0")


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
