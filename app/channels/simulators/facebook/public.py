"""What the public and the stage hands do on the simulated page, and what a visitor sees of it."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from app.channels.simulators.facebook.api import GraphApi
from app.channels.simulators.facebook.errors import GraphRefusal
from app.channels.simulators.facebook.page import Comment, PageState, Post
from app.channels.simulators.facebook.settings import FacebookSettings
from app.channels.simulators.platform import CannotSpeak
from app.channels.simulators.world import World

_POSTS_SHOWN, _COMMENTS_SHOWN = 40, 60


class PublicFacebook:
    """The outside of the page; the platform class adds the API."""

    _world: World
    settings: FacebookSettings
    page: PageState
    api: GraphApi

    def public_routes(self) -> list[BaseRoute]:
        return [
            Route("/comment", self._comment, methods=["POST"]),
            Route("/edit", self._edit, methods=["POST"]),
            Route("/remove", self._remove, methods=["POST"]),
            Route("/post", self._foreign_post, methods=["POST"]),
            Route("/webhooks", self._webhooks, methods=["POST"]),
        ]

    def speak(self, handle: str, name: str, text: str, in_reply_to: str | None = None) -> str:
        """Comment on a post, on another comment, or on the page's newest post."""
        now = self._world.clock.epoch_s()
        self.page.publish_due(now)
        if in_reply_to is None:
            newest = next(iter(self.page.newest_first()), None)
            if newest is None:
                raise CannotSpeak("Nothing is posted on the page yet. Send an update first.")
            in_reply_to = newest.id
        try:
            return self.page.comment(in_reply_to, person_id(handle), name or handle, text, now).id
        except GraphRefusal as refusal:
            raise CannotSpeak(refusal.message) from None

    async def install_webhook(self, url: str) -> None:
        """Subscribe an address as both of the platform's own calls would, handshake included."""
        try:
            await self.api.install_callback(url, self.settings.verify_token, frozenset({"feed"}))
        except GraphRefusal as refusal:
            raise CannotSpeak(refusal.message) from None
        self.api.page_fields = frozenset({"feed"})

    def credentials(self) -> dict[str, object]:
        s = self.settings
        return {
            "api_version": f"v{s.newest_version}.0",
            "app_id": s.app_id,
            "app_secret": s.app_secret,
            "page_id": s.page_id,
            "page_name": s.page_name,
            "page_token": s.page_token,
            "user_token": s.user_token,
            "verify_token": s.verify_token,
        }

    def state(self) -> dict[str, object]:
        self.page.publish_due(self._world.clock.epoch_s())
        posts = self.page.newest_first()
        drafts = [post for post in self.page.posts.values() if not post.published]
        return {
            "version": self.page.version,
            "page": {"id": self.page.page_id, "name": self.page.page_name},
            "posts": [self._post(post) for post in posts[:_POSTS_SHOWN]],
            "posts_total": len(posts),
            "drafts": [{"id": post.id, "scheduled_at": post.scheduled_at} for post in drafts],
            "webhook_url": self.api.callback_url,
        }

    def _post(self, post: Post) -> dict[str, Any]:
        return {
            "id": post.id,
            "text": post.message,
            "at": post.created_at,
            "edited": post.updated_at > post.created_at,
            "link": post.link,
            "photos": [self.page.photos[one].alt_text for one in post.photo_ids if one in self.page.photos],
            "comments_total": len(post.comments),
            "comments": [self._shown(comment) for comment in post.comments[-_COMMENTS_SHOWN:]],
        }

    def _shown(self, comment: Comment) -> dict[str, Any]:
        return {
            "id": comment.id,
            "parent_id": None if comment.parent_id == comment.post_id else comment.parent_id,
            "name": comment.from_name,
            "own": comment.from_id == self.page.page_id,
            "text": comment.message,
            "at": comment.created_at,
            "hidden": comment.is_hidden,
            "edited": comment.edited,
        }

    # -- control surface --------------------------------------------------------------------------------------

    async def _comment(self, request: Request) -> Response:
        body = await _body(request)
        name = body.get("name") or body.get("handle") or "A visitor"
        on_id = body.get("comment_id") or body.get("post_id")
        text = body.get("message") or body.get("text") or ""
        return JSONResponse({"id": self.speak(body.get("handle") or name, name, text, on_id)}, 201)

    async def _edit(self, request: Request) -> Response:
        body = await _body(request)
        comment = self._theirs(body.get("comment_id") or body.get("id") or "")
        try:
            self.page.edit_comment(comment, body.get("message") or body.get("text") or "")
        except GraphRefusal as refusal:
            raise CannotSpeak(refusal.message) from None
        return JSONResponse({"id": comment.id})

    async def _remove(self, request: Request) -> Response:
        body = await _body(request)
        comment = self._theirs(body.get("comment_id") or body.get("id") or "")
        self.page.remove_comment(comment)
        return JSONResponse({"id": comment.id})

    async def _foreign_post(self, request: Request) -> Response:
        """A post made with another app, which ours may not edit."""
        body = await _body(request)
        try:
            now = self._world.clock.epoch_s()
            post = self.page.create_post(self.settings.other_app_id, body.get("message") or "", now)
        except GraphRefusal as refusal:
            raise CannotSpeak(refusal.message) from None
        return JSONResponse({"id": post.id}, 201)

    async def _webhooks(self, request: Request) -> Response:
        body = await _body(request)
        await self.install_webhook(body.get("url") or "")
        return JSONResponse({"url": self.api.callback_url}, 201)

    def _theirs(self, comment_id: str) -> Comment:
        comment = self.page.comments.get(comment_id)
        if comment is None or comment.from_id == self.page.page_id:
            raise CannotSpeak("There is no such comment by a visitor.")
        return comment


def person_id(handle: str) -> str:
    """The same visitor has the same id every time."""
    return str(24_000_000_000_000_000 + int(hashlib.sha256(handle.encode()).hexdigest()[:12], 16))


async def _body(request: Request) -> dict[str, str]:
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise CannotSpeak("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise CannotSpeak("The body is not a JSON object.")
    return {str(name): str(value) for name, value in body.items() if value is not None}
