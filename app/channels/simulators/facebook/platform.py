"""The Facebook simulator as the core knows it: routes, checks before a call, webhooks, and the public's acts."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from random import Random
from typing import Any, ClassVar

import orjson
from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.channels.simulators.facebook.api import GraphApi
from app.channels.simulators.facebook.calls import Call, read_params, token_text
from app.channels.simulators.facebook.errors import (
    GraphRefusal,
    bad_token,
    broken,
    throttled,
)
from app.channels.simulators.facebook.faults import FACEBOOK_FAULTS, reason
from app.channels.simulators.facebook.feed import RETRY_AFTER_S, envelope, signature
from app.channels.simulators.facebook.page import PageState
from app.channels.simulators.facebook.public import PublicFacebook
from app.channels.simulators.facebook.settings import FacebookSettings
from app.channels.simulators.facebook.tokens import TokenOffice
from app.channels.simulators.facebook.usage import PageUsage
from app.channels.simulators.latency import LatencyTable
from app.channels.simulators.webhooks import WEBHOOK_FAULTS, Webhook
from app.channels.simulators.wire import WIRE_FAULTS, Wire, deed_of
from app.channels.simulators.world import World

Handler = Callable[[Call], Awaitable[dict[str, Any]]]
WRITES = frozenset({"post.create", "photo.create", "object.update", "object.delete", "comment.create"})


class _Version(Convertor[str]):
    regex = r"v\d{1,3}\.\d"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("graphversion", _Version())


def _without_last_slash(app: ASGIApp) -> ASGIApp:
    """The official library asks for `/v26.0/{id}/`; the Graph API does not mind."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].endswith("/"):
            scope = {**scope, "path": scope["path"].rstrip("/")}
        await app(scope, receive, send)

    return call


class FacebookSimulator(PublicFacebook):
    """One page, one app, and the rest of the world."""

    name: ClassVar[str] = "facebook"

    def __init__(self, world: World) -> None:
        self._world = world
        self.settings: FacebookSettings = world.settings.facebook
        world.faults.declare(self.name, (*WIRE_FAULTS, *FACEBOOK_FAULTS, *WEBHOOK_FAULTS))
        table = LatencyTable((0.3, 3.0), {"photo.create": (1.0, 10.0)})
        world.latency.declare(self.name, table)
        self._trace: Random = world.rng("facebook.trace")
        self._batch: list[dict[str, Any]] = []
        self._batch_timer: asyncio.TimerHandle | None = None
        self.tokens = TokenOffice(self.settings)
        self._build()
        routes = self._routes()
        wire = Wire(world, self.name, Starlette(routes=routes), routes, WRITES, self._error_body)
        self._app = _without_last_slash(wire)

    def _build(self) -> None:
        settings = self.settings
        self.page = PageState(
            settings.page_id, settings.page_name, self._world.rng("facebook.page"), self._tell
        )
        self.usage = PageUsage(settings.call_budget, settings.usage_after_calls)
        self.api = GraphApi(settings, self.tokens, self.page, self._world.faults)

    @property
    def app(self) -> ASGIApp:
        return self._app

    def _routes(self) -> list[BaseRoute]:
        table: tuple[tuple[str, str, str, str], ...] = (
            ("GET", "/debug_token", "token.debug", "debug_token"),
            ("GET", "/me/accounts", "account.list", "list_accounts"),
            ("POST", "/{target}/feed", "post.create", "create_post"),
            ("GET", "/{target}/feed", "post.list", "list_posts"),
            ("GET", "/{target}/published_posts", "post.list", "list_posts"),
            ("GET", "/{target}/posts", "post.list", "list_posts"),
            ("POST", "/{target}/photos", "photo.create", "create_photo"),
            ("GET", "/{target}/photos", "photo.list", "list_photos"),
            ("POST", "/{target}/comments", "comment.create", "create_comment"),
            ("GET", "/{target}/comments", "comment.list", "list_comments"),
            ("POST", "/{target}/subscribed_apps", "subscription.page", "subscribe_page"),
            ("DELETE", "/{target}/subscribed_apps", "subscription.page", "unsubscribe_page"),
            ("GET", "/{target}/subscribed_apps", "subscription.list", "list_subscribed"),
            ("POST", "/{target}/subscriptions", "subscription.app", "subscribe_app"),
            ("GET", "/{target}", "object.get", "get_object"),
            ("POST", "/{target}", "object.update", "update_object"),
            ("DELETE", "/{target}", "object.delete", "delete_object"),
            ("GET", "/", "object.get_many", "get_objects"),
        )
        routes: list[BaseRoute] = []
        for prefix in ("/{version:graphversion}", ""):
            routes.append(Route(f"{prefix}/oauth/access_token", self._exchange, name="token.exchange"))
            for method, path, action, handler in table:
                endpoint = self._endpoint(handler, action)
                routes.append(Route(prefix + path, endpoint, methods=[method], name=action))
        routes.append(Route("/{rest:path}", self._unknown, methods=["GET", "POST", "DELETE"], name="unknown"))
        return routes

    def _endpoint(self, handler: str, action: str) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                call = await self._admit(request, action)
                answer = await getattr(self.api, handler)(call)
                if self._take("code2_after", action) is not None:
                    call.deed.fault = "code2_after"
                    raise broken()
            except GraphRefusal as refusal:
                return self._refuse(request, refusal)
            return self._json(request, 200, answer)

        return endpoint

    # -- before a call ----------------------------------------------------------------------------------------

    async def _admit(self, request: Request, action: str) -> Call:
        """Everything that Facebook checks before it does anything."""
        version = request.path_params.get("version", f"v{self.settings.oldest_version}.0")
        number = int(version[1:].partition(".")[0])
        if not self.settings.oldest_version <= number <= self.settings.newest_version:
            raise GraphRefusal(
                2635, f"(#2635) You are calling a version of the Graph API that is not available: {version}"
            )
        params = await read_params(request)
        now, deed = self._world.clock.epoch_s(), deed_of(request)
        self.page.publish_due(now)
        revoked = self._take("revoke_token", action)
        if revoked is not None:
            deed.fault = "revoke_token"
            raise bad_token(int(revoked["subcode"]))
        token = self.tokens.check(token_text(request, params), params.get("appsecret_proof"), now)
        deed.credential = token.kind.lower() + " token"
        for one in range(max(1, params.get("ids", "").count(",") + 1)):
            del one
            self.usage.count(now)
        limited = self._take("rate_limit", action)
        if limited is not None:
            deed.fault = "rate_limit"
            request.state.minutes = int(limited["minutes"])
            raise throttled(int(limited["code"]))
        if token.kind == "PAGE" and self.usage.is_over(now):
            raise throttled(80001)
        for name in ("permission_lost", "code2_before", "refuse"):
            params_of_fault = self._take(name, action)
            if params_of_fault is None:
                continue
            deed.fault = name
            if name == "permission_lost":
                raise GraphRefusal(200, "(#200) The permission pages_manage_posts is missing", status=403)
            raise broken() if name == "code2_before" else reason(str(params_of_fault["reason"]))
        target = str(request.path_params.get("target", ""))
        if target == "me":
            target = token.subject_id
        return Call(request, params, token, now, deed, target)

    async def _exchange(self, request: Request) -> Response:
        params, settings = dict(request.query_params), self.settings
        try:
            if (
                params.get("client_id") != settings.app_id
                or params.get("client_secret") != settings.app_secret
            ):
                raise GraphRefusal(1, "Error validating client secret.")
            if params.get("grant_type") == "client_credentials":
                app_token = f"{settings.app_id}|{settings.app_secret}"
                return self._json(request, 200, {"access_token": app_token, "token_type": "bearer"})
            if params.get("grant_type") != "fb_exchange_token":
                raise GraphRefusal(100, "(#100) Missing or unknown grant_type")
            now = self._world.clock.epoch_s()
            token = self.tokens.exchange(params.get("fb_exchange_token", ""), now)
        except GraphRefusal as refusal:
            return self._refuse(request, refusal)
        told = {"access_token": token.text, "token_type": "bearer", "expires_in": token.expires_at - int(now)}
        return self._json(request, 200, told)

    async def _unknown(self, request: Request) -> Response:
        path = request.path_params["rest"]
        return self._refuse(request, GraphRefusal(2500, f"Unknown path components: /{path}"))

    # -- answers ----------------------------------------------------------------------------------------------

    def _refuse(self, request: Request, refusal: GraphRefusal) -> Response:
        answer = self._json(request, refusal.status, refusal.body(self._trace_id()))
        if refusal.code == 190:
            answer.headers["WWW-Authenticate"] = (
                f'OAuth "Facebook Platform" "invalid_token" "{refusal.message}"'
            )
        return answer

    def _json(self, request: Request, status: int, body: dict[str, Any]) -> Response:
        version = request.path_params.get("version", f"v{self.settings.oldest_version}.0")
        headers = {"facebook-api-version": version, "x-fb-trace-id": self._trace_id()}
        headers.update(self._usage_headers(request))
        return Response(orjson.dumps(body), status, headers, "application/json; charset=UTF-8")

    def _usage_headers(self, request: Request) -> dict[str, str]:
        now, page_id = self._world.clock.epoch_s(), self.settings.page_id
        minutes = getattr(request.state, "minutes", None)
        if minutes is not None:
            return self.usage.headers(page_id, now, percent=100, minutes=minutes)
        forced = self._take("usage", "usage")
        if forced is not None:
            percent = math.floor(float(forced["percent"]))
            return self.usage.headers(page_id, now, percent=percent)
        return self.usage.headers(page_id, now)

    def _error_body(self, status: int) -> bytes:
        refusal = broken()
        refusal.status = status
        return orjson.dumps(refusal.body(self._trace_id()))

    def _trace_id(self) -> str:
        return f"A{self._trace.getrandbits(80):020x}"

    def _take(self, name: str, action: str) -> dict[str, Any] | None:
        taken = self._world.faults.take(self.name, name, action, action in WRITES)
        return None if taken is None else dict(taken)

    # -- webhooks ---------------------------------------------------------------------------------------------

    def _tell(self, kind: str, value: dict[str, Any]) -> None:
        """A change of the feed; sent where both the app and the page have subscribed to it."""
        if self.api.callback_url is None or "feed" not in self.api.app_fields & self.api.page_fields:
            return
        self._batch.append(value)
        if self._batch_timer is not None:
            return
        collected = self._take("webhook_batch", f"webhook.{kind}")
        if collected is None:
            self._send_batch()
        else:
            loop = asyncio.get_running_loop()
            self._batch_timer = loop.call_later(float(collected["within_s"]), self._send_batch)

    def _send_batch(self) -> None:
        batch, self._batch, self._batch_timer = self._batch, [], None
        if not batch or self.api.callback_url is None:
            return
        body = envelope(self.settings.page_id, int(self._world.clock.epoch_s()), batch)
        secret = self.settings.app_secret
        if self._take("webhook_forged", "webhook") is not None:
            secret = "forged"
        signed = signature(secret, body)
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": signed,
            "User-Agent": "facebookexternalua",
        }
        ref = str(batch[0].get("comment_id") or batch[0].get("post_id"))
        self._world.webhooks.send(
            Webhook(
                self.name, "feed", self.api.callback_url, body, headers, retry_after_s=RETRY_AFTER_S, ref=ref
            )
        )

    # -- life -------------------------------------------------------------------------------------------------

    def reset(self) -> None:
        """A fresh page; the subscriptions stay, since whoever made them will not make them again."""
        url, app_fields, page_fields = self.api.callback_url, self.api.app_fields, self.api.page_fields
        self._batch.clear()
        self.tokens.restore()
        self._build()
        self.api.callback_url, self.api.app_fields, self.api.page_fields = url, app_fields, page_fields

    async def start(self) -> None:
        return None

    async def aclose(self) -> None:
        if self._batch_timer is not None:
            self._batch_timer.cancel()

    @property
    def controls(self) -> Sequence[BaseRoute]:
        return self.public_routes()
