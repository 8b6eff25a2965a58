"""The way in for every X endpoint: who calls, may they, is there room, and what the answer's headers say."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.channels.simulators.wire import deed_of
from app.channels.simulators.world import World
from app.channels.simulators.x.limits import RateLimits, spent_headers
from app.channels.simulators.x.oauth1 import OAuth1
from app.channels.simulators.x.oauth2 import OAuth2
from app.channels.simulators.x.problems import (
    XProblem,
    credits_depleted,
    invalid,
    missing_scope,
    named,
    suspended,
    too_many_requests,
    unauthorized,
    unsupported_authentication,
)

Kind = Literal["oauth1", "oauth2", "app"]
USER: Final[frozenset[Kind]] = frozenset(("oauth1", "oauth2"))
APP: Final[frozenset[Kind]] = frozenset(("app",))
ANY: Final[frozenset[Kind]] = USER | APP
_HOSTS: Final = ("https://api.x.com", "https://api.twitter.com")


@dataclass(slots=True)
class Call:
    """One authorised request."""

    request: Request
    kind: Kind
    user_id: str | None

    @property
    def query(self) -> dict[str, str]:
        return dict(self.request.query_params)

    def path(self, name: str) -> str:
        return str(self.request.path_params[name])

    async def json(self) -> Any:
        try:
            return orjson.loads(await self.request.body())
        except orjson.JSONDecodeError:
            raise invalid("The body is not JSON.", body=[]) from None


@dataclass(slots=True)
class Answer:
    body: dict[str, Any]
    status: int = 200


Handler = Callable[[Call], Awaitable[Answer | Response]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """
    One row of the API.

    Args:
        action: Its name for ledger, faults and latency.
        limit: Its row in the rate-limit tables.
        kinds: How callers may have signed in.
        scope: What an OAuth 2.0 user token must allow.
    """

    action: str
    method: str
    path: str
    handler: Handler
    limit: str
    kinds: frozenset[Kind] = ANY
    scope: str = "tweet.read"
    publishes: bool = False


@dataclass(slots=True)
class Gate:
    """Runs endpoints."""

    world: World
    limits: RateLimits
    oauth1: OAuth1
    oauth2: OAuth2
    _user_id: str = field(init=False)

    def __post_init__(self) -> None:
        self._user_id = self.world.settings.x.user_id

    async def run(self, endpoint: Endpoint, request: Request) -> Response:
        user_id: str | None = None
        extra: dict[str, str] = {}
        try:
            call = await self._admit(endpoint, request)
            user_id = call.user_id
            self._misbehave(endpoint)
            self.limits.charge(endpoint.limit, user_id)
            answer = await endpoint.handler(call)
            response = answer if isinstance(answer, Response) else _json(answer.status, answer.body)
        except XProblem as problem:
            response = _json(problem.status, problem.body)
            extra = problem.headers
        for name, value in (self.limits.headers(endpoint.limit, user_id) | extra).items():
            if value:
                response.headers[name] = value
            elif name in response.headers:
                del response.headers[name]
        return response

    async def _admit(self, endpoint: Endpoint, request: Request) -> Call:
        """
        Raises:
            XProblem: 401 for a caller who is nobody, 403 for one who signed in another way than needed.
        """
        header = request.headers.get("authorization", "")
        if header.startswith("OAuth "):
            await self._check_oauth1(header, request)
            call = Call(request, "oauth1", self._user_id)
        elif header.startswith("Bearer "):
            call = self._bearer(header.removeprefix("Bearer "), endpoint, request)
        else:
            raise unauthorized()
        deed = deed_of(request)
        deed.credential = "app" if call.kind == "app" else f"{call.kind}:{self.world.settings.x.username}"
        if call.kind not in endpoint.kinds:
            needed = (
                "OAuth 2.0 Application-Only"
                if endpoint.kinds == APP
                else "OAuth 1.0a User Context, OAuth 2.0 User Context"
            )
            raise unsupported_authentication(needed)
        return call

    async def _check_oauth1(self, header: str, request: Request) -> None:
        url = request.url
        # A caller signs the address it called; behind a rewritten base it may have signed X's own.
        bare = str(url.replace(query="", fragment=""))
        path = url.path.removeprefix(str(request.scope.get("root_path", "")))
        form = ""
        if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            form = (await request.body()).decode("utf-8", "replace")
        skew = self.world.faults.peek("x", "clock_skew")
        self.oauth1.verify(
            header,
            request.method,
            (bare, *(host + path for host in _HOSTS)),
            url.query,
            form,
            float(skew["seconds"]) if skew else 0.0,
        )

    def _bearer(self, token: str, endpoint: Endpoint, request: Request) -> Call:
        if token == self.world.settings.x.bearer_token:
            return Call(request, "app", None)
        scopes = self.oauth2.scopes_of(token)
        if scopes is None:
            raise unauthorized()
        if "oauth2" in endpoint.kinds and endpoint.scope not in scopes:
            raise missing_scope(endpoint.scope)
        return Call(request, "oauth2", self._user_id)

    def _misbehave(self, endpoint: Endpoint) -> None:
        """The refusals that are armed."""
        faults, action, writes = self.world.faults, endpoint.action, endpoint.publishes
        if faults.take("x", "revoke_token", action, writes) is not None:
            self.oauth1.revoked = True
            self.oauth2.revoke_all()
            raise unauthorized()
        if faults.take("x", "credits_depleted", action, writes) is not None:
            raise credits_depleted()
        if faults.take("x", "user_suspended", action, writes) is not None:
            raise suspended()
        refused = faults.take("x", "refuse_as", action, writes)
        if refused is not None:
            raise named(str(refused["reason"]))
        limited = faults.take("x", "rate_limit_now", action, writes)
        if limited is not None:
            problem = too_many_requests(str(limited["shape"]))
            reset_s = self.world.clock.epoch_s() + float(limited["wait_s"])
            problem.headers = spent_headers(100, int(limited["remaining"]), reset_s)
            if not limited["headers"]:
                problem.headers = dict.fromkeys(problem.headers, "")
            raise problem


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json; charset=utf-8")
