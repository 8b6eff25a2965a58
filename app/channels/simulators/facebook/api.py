"""The Graph API's calls: each takes a `Call` and gives the JSON of its answer, or raises a GraphRefusal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx
import orjson
from starlette.datastructures import URL

from app.channels.simulators.facebook.calls import TRUE, Call
from app.channels.simulators.facebook.errors import GraphRefusal, bad_parameter, bad_token, missing_object
from app.channels.simulators.facebook.fields import Cursor, graph_time, parse_fields, parse_time, project
from app.channels.simulators.facebook.page import Comment, PageState, Photo, Post
from app.channels.simulators.facebook.settings import FacebookSettings
from app.channels.simulators.facebook.tokens import TokenOffice
from app.channels.simulators.faults import FaultPanel

_POST_FIELDS = "id,message,created_time"
_COMMENT_FIELDS = "created_time,from,message,id"


class GraphApi:
    """
    Handlers over one page's state.

    Args:
        handshake: Asks a callback address whether it wants the page's feed; raises where it does not.
    """

    def __init__(
        self, settings: FacebookSettings, tokens: TokenOffice, page: PageState, faults: FaultPanel
    ) -> None:
        self._settings = settings
        self._tokens = tokens
        self._faults = faults
        self.page = page
        self.callback_url: str | None = None
        self.app_fields: frozenset[str] = frozenset()
        self.page_fields: frozenset[str] = frozenset()

    # -- posts ------------------------------------------------------------------------------------------------

    async def create_post(self, call: Call) -> dict[str, Any]:
        self._need_page_token(call)
        if self._drops(call, "post.create"):
            return {"id": call.deed.remote_id}
        params = call.params
        scheduled = params.get("scheduled_publish_time")
        post = self.page.create_post(
            call.token.app_id,
            params.get("message", ""),
            call.now,
            link=params.get("link", ""),
            photo_ids=_attached(params.get("attached_media", "")),
            published=call.flag("published", True),
            scheduled_at=parse_time(scheduled) if scheduled else None,
        )
        call.deed.applied, call.deed.remote_id, call.deed.text = True, post.id, post.message
        return self._echo(call, self.post_values(post), "PagePost")

    async def create_photo(self, call: Call) -> dict[str, Any]:
        self._need_page_token(call)
        params = call.params
        url = params.get("url") or params.get("source", "")
        if not url:
            raise bad_parameter("Missing or invalid image file")
        published = call.flag("published", True)
        if published and self._drops(call, "photo.create"):
            return {"id": str(call.deed.remote_id).partition("_")[2], "post_id": call.deed.remote_id}
        photo = self.page.add_photo(url, params.get("alt_text_custom", ""), published)
        answer: dict[str, Any] = {"id": photo.id}
        if published:
            message = params.get("message") or params.get("caption", "")
            post = self.page.create_post(call.token.app_id, message, call.now, photo_ids=(photo.id,))
            answer["post_id"] = post.id
            call.deed.text = message
        call.deed.applied, call.deed.remote_id = True, answer.get("post_id", photo.id)
        return answer

    async def list_posts(self, call: Call) -> dict[str, Any]:
        if call.target != self.page.page_id:
            raise missing_object(call.target)
        until = call.now
        lag = self._faults.take("facebook", "list_lag", "post.list", False)
        if lag is not None:
            until -= float(lag["seconds"])
        since = parse_time(call.params["since"]) if "since" in call.params else 0.0
        rows = [post for post in self.page.newest_first() if since <= post.created_at <= until]
        fields = call.params.get("fields", _POST_FIELDS)
        return self._paged(call, [self.post_values(post) for post in rows], fields, "PagePost")

    # -- any object -------------------------------------------------------------------------------------------

    async def get_object(self, call: Call) -> dict[str, Any]:
        wanted = call.target
        if wanted == self.page.page_id:
            values: dict[str, Any] = {
                "id": wanted,
                "name": self.page.page_name,
                "link": f"https://www.facebook.com/{wanted}",
                "access_token": self._settings.page_token,
                "fan_count": 0,
            }
            return project(values, parse_fields(call.params.get("fields", "id,name")), "Page")
        if wanted == self._settings.user_id:
            return {"id": wanted, "name": "Simulated Person"}
        found = self._find(wanted)
        if isinstance(found, Post):
            fields = call.params.get("fields", "created_time,message,id")
            return project(self.post_values(found), parse_fields(fields), "PagePost")
        if isinstance(found, Comment):
            fields = call.params.get("fields", _COMMENT_FIELDS)
            return project(self.comment_values(found), parse_fields(fields), "Comment")
        fields = call.params.get("fields", "id,created_time")
        return project(self.photo_values(found), parse_fields(fields), "Photo")

    async def get_objects(self, call: Call) -> dict[str, Any]:
        wanted = [one for one in call.params.get("ids", "").split(",") if one]
        if not wanted:
            raise GraphRefusal(100, "(#100) The parameter ids is required")
        answers: dict[str, Any] = {}
        for one in wanted:
            call.target = one
            answers[one] = await self.get_object(call)
        return answers

    async def update_object(self, call: Call) -> dict[str, Any]:
        self._need_page_token(call)
        found = self._find(call.target)
        params = call.params
        if isinstance(found, Post):
            self.page.edit_post(found, call.token.app_id, params, call.now)
        elif isinstance(found, Comment):
            if "is_hidden" in params:
                self.page.hide_comment(found, params["is_hidden"].lower() in TRUE)
            if "message" in params:
                if found.app_id != call.token.app_id:
                    raise GraphRefusal(200, "(#200) This comment cannot be edited by the page", status=403)
                self.page.edit_comment(found, params["message"])
        else:
            raise missing_object(call.target)
        call.deed.applied, call.deed.remote_id, call.deed.text = True, call.target, params.get("message")
        return {"success": True}

    async def delete_object(self, call: Call) -> dict[str, Any]:
        self._need_page_token(call)
        found = self._find(call.target)
        if isinstance(found, Post):
            self.page.delete_post(found)
        elif isinstance(found, Comment):
            self.page.remove_comment(found)
        else:
            del self.page.photos[found.id]
        call.deed.applied, call.deed.remote_id = True, call.target
        return {"success": True}

    async def list_photos(self, call: Call) -> dict[str, Any]:
        rows = [self.photo_values(photo) for photo in reversed(self.page.photos.values()) if photo.published]
        return self._paged(call, rows, call.params.get("fields", "id,created_time"), "Photo")

    # -- comments ---------------------------------------------------------------------------------------------

    async def create_comment(self, call: Call) -> dict[str, Any]:
        self._need_page_token(call)
        if self._drops(call, "comment.create"):
            return {"id": call.deed.remote_id}
        comment = self.page.comment(
            call.target,
            self.page.page_id,
            self.page.page_name,
            call.params.get("message", ""),
            call.now,
            app_id=call.token.app_id,
        )
        call.deed.applied, call.deed.remote_id, call.deed.text = True, comment.id, comment.message
        return self._echo(call, self.comment_values(comment), "Comment")

    async def list_comments(self, call: Call) -> dict[str, Any]:
        found = self._find(call.target)
        if isinstance(found, Photo):
            raise missing_object(call.target)
        params = call.params
        kind, order = params.get("filter", "toplevel"), params.get("order", "chronological")
        if kind not in {"toplevel", "stream"} or order not in {"chronological", "reverse_chronological"}:
            raise bad_parameter("filter is toplevel or stream, order chronological or reverse_chronological")
        if isinstance(found, Post):
            rows = [one for one in found.comments if kind == "stream" or one.parent_id == found.id]
        else:
            rows = [one for one in self.page.posts[found.post_id].comments if one.parent_id == found.id]
        if "since" in params:
            since = parse_time(params["since"])
            rows = [one for one in rows if one.created_at >= since]
        ranked = self._faults.take("facebook", "ranked_comments", "comment.list", False) is not None
        if ranked:
            rows.sort(key=lambda one: one.rank)
        else:
            rows.sort(key=lambda one: one.created_at, reverse=order == "reverse_chronological")
        nameless = self._faults.take("facebook", "missing_from", "comment.list", False) is not None
        values = [self.comment_values(one, nameless=nameless) for one in rows]
        empty = self._faults.peek("facebook", "empty_page") is not None
        fields = params.get("fields", _COMMENT_FIELDS)
        answer = self._paged(call, values, fields, "Comment", may_be_empty=empty)
        if params.get("summary", "").lower() in TRUE:
            order_shown = "ranked" if ranked else order
            answer["summary"] = {"order": order_shown, "total_count": len(rows), "can_comment": True}
        return answer

    # -- tokens and subscriptions -----------------------------------------------------------------------------

    async def debug_token(self, call: Call) -> dict[str, Any]:
        if call.token.kind != "APP":
            raise GraphRefusal(100, "(#100) You must provide an app access token")
        return {"data": self._tokens.describe(call.params.get("input_token", ""), call.now)}

    async def list_accounts(self, call: Call) -> dict[str, Any]:
        if call.token.kind != "USER":
            raise bad_token()
        page = {
            "id": self.page.page_id,
            "name": self.page.page_name,
            "access_token": self._settings.page_token,
            "tasks": ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"],
        }
        return self._paged(call, [page], call.params.get("fields", "id,name,access_token,tasks"), "Page")

    async def subscribe_page(self, call: Call) -> dict[str, Any]:
        self._need_page_token(call)
        self.page_fields = frozenset(call.params.get("subscribed_fields", "").split(",")) - {""}
        if not self.page_fields:
            raise bad_parameter("The parameter subscribed_fields is required")
        call.deed.applied = True
        return {"success": True}

    async def unsubscribe_page(self, call: Call) -> dict[str, Any]:
        self._need_page_token(call)
        self.page_fields = frozenset()
        call.deed.applied = True
        return {"success": True}

    async def list_subscribed(self, call: Call) -> dict[str, Any]:
        if not self.page_fields:
            return {"data": []}
        app = {
            "id": self._settings.app_id,
            "name": "Tocsin drill",
            "subscribed_fields": sorted(self.page_fields),
        }
        return {"data": [app]}

    async def subscribe_app(self, call: Call) -> dict[str, Any]:
        if call.token.kind != "APP" or call.target != self._settings.app_id:
            raise GraphRefusal(15, "(#15) This method must be called with an app access_token.")
        params = call.params
        if params.get("object") != "page":
            raise bad_parameter("object must be page")
        await self.install_callback(
            params.get("callback_url", ""),
            params.get("verify_token", ""),
            frozenset(params.get("fields", "").split(",")) - {""},
        )
        call.deed.applied = True
        return {"success": True}

    async def install_callback(self, url: str, verify_token: str, fields: frozenset[str]) -> None:
        """Shake hands with a callback address, and remember it where it answers as it should."""
        challenge = "1158201444"
        asked = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
        try:
            async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
                answer = await client.get(str(URL(url).include_query_params(**asked)))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as exc:
            raise GraphRefusal(2200, f"(#2200) Callback verification failed: {type(exc).__name__}") from None
        if answer.status_code != 200 or answer.text.strip() != challenge:
            raise GraphRefusal(
                2200, f"(#2200) Callback verification failed with HTTP Status Code {answer.status_code}"
            )
        self.callback_url, self.app_fields = url, fields

    # -- what things look like --------------------------------------------------------------------------------

    def post_values(self, post: Post) -> dict[str, Any]:
        return {
            "id": post.id,
            "message": post.message or None,
            "created_time": graph_time(post.created_at),
            "updated_time": graph_time(post.updated_at),
            "permalink_url": f"https://www.facebook.com/{post.id}",
            "is_published": post.published,
            "is_hidden": False,
            "scheduled_publish_time": int(post.scheduled_at) if post.scheduled_at else None,
            "from": {"id": self.page.page_id, "name": self.page.page_name},
            "application": {"id": post.app_id},
            "link": post.link or None,
        }

    def comment_values(self, comment: Comment, *, nameless: bool = False) -> dict[str, Any]:
        own = comment.from_id == self.page.page_id
        top = comment.parent_id == comment.post_id
        return {
            "id": comment.id,
            "message": comment.message,
            "created_time": graph_time(comment.created_at),
            "from": None if nameless and not own else {"id": comment.from_id, "name": comment.from_name},
            "parent": None if top else {"id": comment.parent_id},
            "permalink_url": f"https://www.facebook.com/{comment.post_id}?comment_id={comment.id.split('_')[-1]}",
            "like_count": comment.likes,
            "is_hidden": comment.is_hidden,
            "can_hide": not own,
            "can_remove": True,
        }

    def photo_values(self, photo: Photo) -> dict[str, Any]:
        created = self.page.posts[photo.post_id].created_at if photo.post_id in self.page.posts else 0.0
        return {
            "id": photo.id,
            "created_time": graph_time(created),
            "alt_text_custom": photo.alt_text or None,
            "page_story_id": photo.post_id,
        }

    # -- small steps ------------------------------------------------------------------------------------------

    def _find(self, object_id: str) -> Post | Comment | Photo:
        page = self.page
        found = page.posts.get(object_id) or page.comments.get(object_id) or page.photos.get(object_id)
        if found is None:
            raise missing_object(object_id)
        return found

    def _drops(self, call: Call, action: str) -> bool:
        """Whether this one gets an id and nothing else: nothing is kept, and nobody is told."""
        if self._faults.take("facebook", "accept_and_drop", action) is None:
            return False
        call.deed.fault, call.deed.remote_id = "accept_and_drop", self.page.spend_id()
        call.deed.text = call.params.get("message") or call.params.get("caption")
        return True

    def _need_page_token(self, call: Call) -> None:
        if call.token.kind != "PAGE":
            raise GraphRefusal(
                200, "(#200) Publishing on a page needs the page's own access token", status=403
            )

    def _echo(self, call: Call, values: dict[str, Any], kind: str) -> dict[str, Any]:
        return project(values, parse_fields(call.params.get("fields", "id")), kind)

    def _paged(
        self,
        call: Call,
        rows: Sequence[dict[str, Any]],
        fields: str,
        kind: str,
        *,
        may_be_empty: bool = False,
    ) -> dict[str, Any]:
        """One page of a list with its cursors; `next` is there only while more follows."""
        limit = call.params.get("limit", "25")
        if not limit.isascii() or not limit.isdigit() or int(limit) < 1:
            raise bad_parameter("Param limit must be a positive number")
        size = min(int(limit), 100)
        start, past_empty = 0, False
        if call.params.get("after"):
            cursor = Cursor.decode(call.params["after"])
            past_empty = cursor.past_empty
            ids = [row["id"] for row in rows]
            start = ids.index(cursor.object_id) + 1 if cursor.object_id in ids else 0
        if may_be_empty and not past_empty and rows[start:]:
            self._faults.take("facebook", "empty_page", "comment.list", False)
            here = rows[start - 1]["id"] if start else ""
            after = Cursor(here, past_empty=True).encode()
            return {"data": [], "paging": {"cursors": {"after": after}, "next": self._next(call, after)}}
        shown = rows[start : start + size]
        wanted = parse_fields(fields)
        answer: dict[str, Any] = {"data": [project(row, wanted, kind) for row in shown]}
        if shown:
            after = Cursor(shown[-1]["id"]).encode()
            paging: dict[str, Any] = {"cursors": {"before": Cursor(shown[0]["id"]).encode(), "after": after}}
            if start + size < len(rows):
                paging["next"] = self._next(call, after)
            answer["paging"] = paging
        return answer

    def _next(self, call: Call, after: str) -> str:
        """The next page's address; like the real one it carries the token, but never the proof."""
        url = call.request.url.include_query_params(access_token=call.token.text, after=after)
        return str(url.remove_query_params("appsecret_proof"))


def _attached(raw: str) -> tuple[str, ...]:
    """The photo ids of `attached_media`."""
    if not raw:
        return ()
    try:
        return tuple(str(one["media_fbid"]) for one in orjson.loads(raw))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise bad_parameter("Invalid parameter attached_media") from None
