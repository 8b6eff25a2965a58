"""The X simulator as the core knows it: its routes, its public, its stage hands."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from app.channels.simulators.platform import CannotSpeak
from app.channels.simulators.wire import Wire, deed_of
from app.channels.simulators.world import World
from app.channels.simulators.x import render
from app.channels.simulators.x.activity import ActivityStream
from app.channels.simulators.x.faults import FAULTS, LATENCY
from app.channels.simulators.x.following import Following
from app.channels.simulators.x.gate import Endpoint, Gate
from app.channels.simulators.x.limits import RateLimits
from app.channels.simulators.x.media import MediaStore
from app.channels.simulators.x.oauth1 import OAuth1
from app.channels.simulators.x.oauth2 import OAuth2
from app.channels.simulators.x.posts import NewPost, Post, PostStore
from app.channels.simulators.x.problems import XProblem
from app.channels.simulators.x.reading import Reading
from app.channels.simulators.x.streams import FilteredStream
from app.channels.simulators.x.text import words
from app.channels.simulators.x.writing import Writing

# A flood of a hundred thousand answers must not make the pages that poll the state unusable.
_SHOWN_POSTS: Final = 1_000


class XSimulator:
    """One account, its public, and the API in front of them."""

    name: ClassVar[str] = "x"

    def __init__(self, world: World) -> None:
        settings = world.settings.x
        self._settings = settings
        world.faults.declare(self.name, FAULTS)
        world.latency.declare(self.name, LATENCY)
        self.store = PostStore(settings, world.clock)
        self._media = MediaStore(world.clock, self.store.ids)
        self._filtered = FilteredStream(world, self.store)
        self._activity = ActivityStream(world, self.store)
        self.store.listeners += [self._filtered.hear, self._activity.hear]
        self._limits = RateLimits(world.clock, settings.plan)
        self._oauth1 = OAuth1(settings, world.clock)
        self._oauth2 = OAuth2(settings, world.clock, world.rng("x.oauth2"))
        self._gate = Gate(world, self._limits, self._oauth1, self._oauth2)
        endpoints = [
            *Reading(world, self.store).endpoints(),
            *Following(world, self._filtered, self._activity).endpoints(),
            *Writing(world, self.store, self._media).endpoints(),
        ]
        routes: list[BaseRoute] = [self._route(endpoint) for endpoint in endpoints]
        routes += [
            Route("/i/oauth2/authorize", self._authorize, methods=["GET"], name="oauth2.authorize"),
            Route("/2/oauth2/token", self._token, methods=["POST"], name="oauth2.token"),
            Route("/2/oauth2/revoke", self._revoke, methods=["POST"], name="oauth2.revoke"),
        ]
        writes = frozenset(endpoint.action for endpoint in endpoints if endpoint.publishes)
        self._app = Wire(world, self.name, Starlette(routes=routes), routes, writes, _error_body)

    def _route(self, endpoint: Endpoint) -> Route:
        async def run(request: Request) -> Response:
            return await self._gate.run(endpoint, request)

        return Route(endpoint.path, run, methods=[endpoint.method], name=endpoint.action)

    @property
    def app(self) -> ASGIApp:
        return self._app

    async def _authorize(self, request: Request) -> Response:
        try:
            return RedirectResponse(self._oauth2.authorize(dict(request.query_params)), 302)
        except XProblem as problem:
            return JSONResponse(problem.body, problem.status)

    async def _token(self, request: Request) -> Response:
        deed = deed_of(request)
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        try:
            answer = self._oauth2.token(request.headers.get("authorization", ""), form)
        except XProblem as problem:
            return JSONResponse(problem.body, problem.status)
        deed.applied, deed.credential = True, f"oauth2:{form['grant_type']}"
        return JSONResponse(answer)

    async def _revoke(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        try:
            return JSONResponse(self._oauth2.revoke(request.headers.get("authorization", ""), form))
        except XProblem as problem:
            return JSONResponse(problem.body, problem.status)

    @property
    def controls(self) -> Sequence[BaseRoute]:
        return [
            Route("/reply", self._public_reply, methods=["POST"]),
            Route("/post", self._post_by_hand, methods=["POST"]),
            Route("/edit", self._public_edit, methods=["POST"]),
            Route("/delete", self._public_delete, methods=["POST"]),
            Route("/token", self._hand_out_token, methods=["POST"]),
        ]

    def credentials(self) -> dict[str, object]:
        settings = self._settings
        named = asdict(settings)
        shown = words(
            "user_id username name consumer_key consumer_secret access_token access_token_secret"
            " client_id client_secret bearer_token redirect_uri"
        )
        return {name: value for name, value in named.items() if name in shown}

    def state(self) -> dict[str, object]:
        return {
            "accounts": [
                {"id": one.id, "username": one.username, "name": one.name, "own": one is self.store.own}
                for one in self.store.accounts()[:_SHOWN_POSTS]
            ],
            "posts": [self._shown(post) for post in self.store.latest(_SHOWN_POSTS)],
            "posts_in_all": self.store.count,
        }

    def _shown(self, post: Post) -> dict[str, Any]:
        """A post for pages and tests: everything, and what the public wrote before links were shortened."""
        shown = render.post(post, render.EVENT_FIELDS, "new", self.store)
        shown |= {
            "raw_text": post.raw_text,
            "username": post.author.username,
            "name": post.author.name,
            "own": post.author is self.store.own,
            "in_reply_to": post.in_reply_to.id if post.in_reply_to else None,
            "deleted": post.is_deleted,
            "hidden": post.is_hidden,
            "replaced_by": post.replaced_by,
            "by_hand": post.by_hand,
            "alt_texts": [media.alt_text for key in post.media_keys if (media := self._media.by_key(key))],
        }
        return shown

    def speak(self, handle: str, name: str, text: str, in_reply_to: str | None = None) -> str:
        return self.answer(handle, name, text, in_reply_to).id

    def answer(self, handle: str, name: str, text: str, in_reply_to: str | None = None) -> Post:
        """
        Let a member of the public answer.

        Args:
            in_reply_to: None picks our newest post; "" says it to nobody in particular.
        """
        parent: Post | None = None
        if in_reply_to != "":
            if in_reply_to is None:
                parent = next(
                    (one for one in self.store.created_since(0, self.store.own) if one.is_current), None
                )
                if parent is None:
                    raise CannotSpeak("Nothing is posted on X yet. Send an update first.")
            else:
                parent = self.store.get(in_reply_to)
            if parent is None:
                raise CannotSpeak("There is no such post to answer on X.")
        return self.store.add(NewPost(self.store.account(handle, name), text, parent))

    def _existing(self, body: dict[str, Any]) -> Post:
        post = self.store.get(str(body.get("id", "")))
        if post is None:
            raise CannotSpeak("There is no such post on X.")
        return self.store.current_of(post)

    async def _public_reply(self, request: Request) -> Response:
        body = orjson.loads(await request.body())
        handle = str(body.get("handle", "passer_by"))
        post = self.answer(handle, str(body.get("name", handle)), str(body["text"]), body.get("in_reply_to"))
        return JSONResponse(self._shown(post), 201)

    async def _post_by_hand(self, request: Request) -> Response:
        """Somebody of the hospital posts from a telephone, past our service."""
        body = orjson.loads(await request.body())
        parent = self.store.get(str(body["in_reply_to"])) if body.get("in_reply_to") else None
        post = self.store.add(NewPost(self.store.own, str(body["text"]), parent, by_hand=True))
        return JSONResponse(self._shown(post), 201)

    async def _public_edit(self, request: Request) -> Response:
        body = orjson.loads(await request.body())
        old = self._existing(body)
        post = self.store.add(NewPost(old.author, str(body["text"]), edit_of=old))
        return JSONResponse(self._shown(post), 201)

    async def _public_delete(self, request: Request) -> Response:
        post = self._existing(orjson.loads(await request.body()))
        self.store.delete(post)
        return JSONResponse({"deleted": True})

    async def _hand_out_token(self, request: Request) -> Response:
        """An OAuth 2.0 pair without the dance, for tests and drills."""
        body = orjson.loads(await request.body() or b"{}")
        return JSONResponse(self._oauth2.hand_out(frozenset(body["scopes"]) if "scopes" in body else None))

    def reset(self) -> None:
        self.store.reset()
        self._media.reset()
        self._filtered.reset()
        self._activity.reset()
        self._limits.reset()
        self._oauth1.reset()
        self._oauth2.reset()

    async def start(self) -> None:
        pass

    async def aclose(self) -> None:
        self._filtered.close_all()
        self._activity.close_all()


def _error_body(status: int) -> bytes:
    title = "Service Unavailable" if status == 503 else "Internal Server Error"
    return orjson.dumps({"title": title, "detail": title, "type": "about:blank", "status": status})
