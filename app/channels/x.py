"""
X: posts, threads as replies to ourselves, edits, deletions, and the way to find out what became of a post.

Source: docs.x.com and openapi.json 2.167, read 2026-08-22.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from app.channels.base import (
    Absent,
    AdapterKind,
    Capabilities,
    Finding,
    Found,
    Inbound,
    LatestCredentials,
    OutboundPost,
    Probe,
    Receipt,
    Reconnect,
    SaveCredentials,
    Unclear,
    WebhookAnswer,
    WebhookRequest,
)
from app.channels.http import LOOK_BACK, Call, ahead_s, read_iso
from app.channels.x_calls import Answer, XCalls
from app.channels.x_connect import XConnects
from app.channels.x_media import upload
from app.channels.x_oauth import XAuth
from app.channels.x_posts import (
    MARGIN,
    create_body,
    id_at,
    intent_url,
    is_ours,
    is_whole_page,
    newest_version,
    not_found_in,
    post_url,
    read_id,
    says,
)
from app.channels.x_replies import POST_FIELDS, XReplies, items_of
from app.channels.x_settings import PAY_PER_USE, XCredentials, XSettings
from app.channels.x_stream import RECONNECT, XStream, answer_webhook
from app.clock import Clock
from app.errors import ContentRejected, Forbidden, OutcomeUnknown, Unavailable
from app.http import Client, MayStart

_MAX_PAGES = 4


class XAdapter:
    """One account on X."""

    name: ClassVar[str] = "x"
    capabilities: ClassVar[Capabilities] = Capabilities(
        measure="x",
        max_weight=280,
        threads=True,
        replies=True,
        edits=True,
        deletes=True,
        media=True,
        max_media=4,
        media_bytes=5_000_000,  # docs.x.com, media upload, read 2026-11: images up to 5 MB
    )
    look_after_s: ClassVar[tuple[float, ...]] = (3.0, 10.0, 30.0, 60.0)
    reread_unit: ClassVar[str] = "read:lookup"
    reconnect: ClassVar[Reconnect] = RECONNECT

    def __init__(self, settings: XSettings, credentials: XCredentials, client: Client, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._client = client
        self._consumer_secret = credentials.consumer_secret
        self._subscribes = credentials.user_token is not None
        self._auth = XAuth(settings, credentials, client, clock)
        self._calls = XCalls(settings, self._auth, client, clock)
        self._replies = XReplies(self._calls)
        self._stream = XStream(self._calls)

    def when_renewed(self, save: SaveCredentials, latest: LatestCredentials | None = None) -> None:
        """Name the place that keeps renewed tokens."""
        self._auth.when_renewed(save, latest)

    async def prepare(self, post: OutboundPost) -> OutboundPost:
        """Upload the pictures."""
        if not post.media:
            return post
        kinds = {media.mime_type == "image/gif" for media in post.media}
        if len(post.media) > 4 or (True in kinds and len(post.media) > 1):
            raise ContentRejected("X takes up to 4 pictures, or one GIF alone.", code="media_count")
        return replace(post, media=tuple([await upload(self._calls, media) for media in post.media]))

    async def publish(self, post: OutboundPost, *, may_start: MayStart) -> Receipt:
        """Create a post; an answer to somebody, or the next part of a thread, names its parent."""
        ready = await self.prepare(post)
        try:
            return await self._create(create_body(ready), may_start)
        except ContentRejected as exc:
            if exc.code != "not_summoned":
                raise
            by_hand = intent_url(self._settings.site_address, post)
            raise ContentRejected(
                f"{exc.detail} Answer by hand: {by_hand}", code=exc.code, platform_words=exc.platform_words
            ) from exc

    async def edit(self, post: OutboundPost, remote_id: str, *, may_start: MayStart) -> Receipt:
        """
        Edit by creating a new version, which has a new id, after asking whether that is still allowed.

        An earlier try may have made it and its answer be lost: then it is there, and making it again may not be allowed.

        Raises:
            ContentRejected: it is not.
        """
        post_now = await self._read_for_edit(remote_id)
        made = await self._made_before(post_now, remote_id, post.text)
        if made is not None:
            return made
        self._check_editable(post_now)
        ready = await self.prepare(post)
        try:
            return await self._create(create_body(ready, previous_id=remote_id), may_start)
        except ContentRejected:
            # X may not have shown the new version a moment ago.
            made = await self._made_before(await self._read_for_edit(remote_id), remote_id, post.text)
            if made is None:
                raise
            return made

    async def delete(self, remote_id: str, *, may_start: MayStart) -> None:
        """Delete a post and every version of it."""
        try:
            answer = await self._calls.write(
                "DELETE", f"/2/tweets/{remote_id}", Call.REPEATABLE, unit="delete", may_start=may_start
            )
        except ContentRejected as exc:
            if exc.code == "not_found":
                return
            raise
        data = answer.body.get("data")
        if not isinstance(data, dict) or data.get("deleted") is not True:
            raise ContentRejected("X answered without deleting the post.", code="not_deleted")

    async def find(self, post: OutboundPost, *, sent_after: datetime, last: bool) -> Finding:
        """Read our own timeline back."""
        settings = self._settings
        since = sent_after - LOOK_BACK
        params = {"max_results": "100", "since_id": id_at(since)}
        matches: list[str] = []
        doubt = ""
        for _ in range(_MAX_PAGES):
            answer = await self._calls.read(
                f"/2/users/{settings.user_id}/tweets",
                params,
                unit="read:timeline",
                fields=POST_FIELDS,
            )
            not_before = sent_after + timedelta(seconds=ahead_s(answer.headers, self._clock.now()))
            if not_before - MARGIN < since:
                # Our clock is so far ahead that our own question left out the time in which it was sent.
                since = not_before - LOOK_BACK
                params, matches = {"max_results": "100", "since_id": id_at(since)}, []
                continue
            if not is_whole_page(answer.body):
                doubt = "X answered without all of the list of our own posts."
            items = items_of(answer.body)
            matches += [str(item["id"]) for item in items if is_ours(item, post, not_before=not_before)]
            if any(is_ours(item, post, not_before=since) for item in items):
                doubt = "X shows this text from just before it was sent: one of the clocks was moved."
            meta = answer.body.get("meta")
            following = meta.get("next_token") if isinstance(meta, dict) else None
            if matches or not isinstance(following, str) or not following:
                break
            params = {**params, "pagination_token": following}
        else:
            return Unclear("X's list of our own posts is too long to read to its end.")
        if len(matches) > 1:
            return Unclear(f"X shows {len(matches)} posts of ours with this text.")
        if matches:
            return Found(self._receipt(matches[0]))
        if doubt:
            return Unclear(doubt)
        return Absent() if last else Unclear("X does not show it yet.")

    async def missing(self, remote_ids: Sequence[str]) -> frozenset[str]:
        """Look our posts up by their ids, in one call; each one that is there is charged as a read."""
        answer = await self._calls.read("/2/tweets", {"ids": ",".join(remote_ids)}, unit="read:lookup")
        there = {str(item.get("id")) for item in items_of(answer.body)}
        gone = not_found_in(answer.body) - there
        if not set(remote_ids) <= there | gone:
            raise Unavailable("X answered without saying whether the post is there.", code="unclear")
        return frozenset(gone.intersection(remote_ids))

    async def fetch_replies(self, *, cursor: str | None, watch: Sequence[str]) -> Inbound:
        """Mentions and conversations since the cursor."""
        return await self._replies.fetch(cursor=cursor, watch=watch)

    async def recheck(self, remote_ids: Sequence[str]) -> Inbound:
        """Which of the replies shown here are gone from X, or say something else by now."""
        return await self._replies.recheck(remote_ids)

    async def stream_replies(self) -> AsyncIterator[Inbound]:
        """Replies as they are written; needs the app's token."""
        if self._subscribes:
            await self._stream.subscribe()
        async for inbound in self._stream.replies():
            yield inbound

    def parse_webhook(self, request: WebhookRequest) -> WebhookAnswer:
        """Activity events, where the account has a webhook instead of a stream."""
        if self._consumer_secret is None:
            raise Forbidden("This channel has no consumer secret to check X's signature with.")
        return answer_webhook(
            request,
            self._consumer_secret.get_secret_value(),
            own_id=self._settings.user_id,
            site_address=self._settings.site_address,
        )

    async def probe(self) -> Probe:
        """Ask X who we are."""
        answer = await self._calls.read("/2/users/me", {}, unit="read:me")
        data = answer.body.get("data")
        user: dict[str, Any] = data if isinstance(data, dict) else {}
        account = str(user.get("username") or "")
        is_right = str(user.get("id") or "") == self._settings.user_id
        words = (
            f"X knows us as @{account}."
            if is_right
            else f"These tokens belong to @{account}, not to @{self._settings.username}; check the channel's settings."
        )
        return Probe(is_right, words, account, answer.limits, server_at=answer.server_at)

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _create(self, body: dict[str, Any], may_start: MayStart) -> Receipt:
        answer = await self._calls.write(
            "POST", "/2/tweets", Call.PUBLISH, unit="post", json=body, may_start=may_start
        )
        remote_id = read_id(answer.body)
        if remote_id is None:
            raise OutcomeUnknown("X answered without naming the post.", code="no_id", limits=answer.limits)
        return replace(self._receipt(remote_id), limits=answer.limits)

    async def _read_for_edit(self, remote_id: str) -> Answer:
        return await self._calls.read(
            f"/2/tweets/{remote_id}", {}, unit="read:lookup", fields="edit_history_tweet_ids,edit_controls"
        )

    async def _made_before(self, post_now: Answer, remote_id: str, text: str) -> Receipt | None:
        """The newest version of a post, where that is not the one to be edited and has the words of the edit already."""
        data = post_now.body.get("data")
        newest = newest_version(data) if isinstance(data, dict) else None
        if newest is None or int(newest) <= int(remote_id):
            return None
        answer = await self._calls.read(f"/2/tweets/{newest}", {}, unit="read:lookup", fields=POST_FIELDS)
        item = answer.body.get("data")
        return self._receipt(newest) if isinstance(item, dict) and says(item, text) else None

    def _receipt(self, remote_id: str) -> Receipt:
        return Receipt(remote_id, post_url(self._settings.site_address, self._settings.username, remote_id))

    def _check_editable(self, answer: Answer) -> None:
        data = answer.body.get("data")
        controls = data.get("edit_controls") if isinstance(data, dict) else None
        if not isinstance(controls, dict):
            raise ContentRejected("X does not let this post be edited.", code="not_editable")
        now = answer.server_at or self._clock.now()
        until = read_iso(controls.get("editable_until"))
        if controls.get("is_edit_eligible") is not True or (until is not None and until <= now):
            raise ContentRejected(
                "The time in which X lets this post be edited is over.", code="not_editable"
            )
        remaining = controls.get("edits_remaining")
        if isinstance(remaining, int) and remaining < 1:
            raise ContentRejected("This post has been edited as often as X allows.", code="not_editable")


KIND = AdapterKind(
    name=XAdapter.name,
    label="X",
    settings=XSettings,
    credentials=XCredentials,
    capabilities=XAdapter.capabilities,
    build=XAdapter,
    windows=PAY_PER_USE,
    connects=XConnects(),
)
