"""
A Facebook Page: posts with and without photos, edits, deletions, comments, and what became of a post.

Source: developers.facebook.com, Pages API and Graph API v26.0, read 2026.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

import orjson

from app.channels.base import (
    Absent,
    AdapterKind,
    Capabilities,
    Finding,
    Found,
    Inbound,
    Media,
    OutboundPost,
    Probe,
    Receipt,
    Unclear,
    WebhookAnswer,
    WebhookRequest,
)
from app.channels.facebook_calls import FacebookCalls
from app.channels.facebook_comments import FacebookComments, answer_webhook, following_page, read_time
from app.channels.facebook_settings import WINDOWS, FacebookCredentials, FacebookSettings
from app.channels.http import LOOK_BACK, Call, ahead_s, dicts, read_remote_id, server_date
from app.clock import Clock
from app.errors import ContentRejected, CredentialsRejected, OutcomeUnknown, Unavailable
from app.http import Client, MayStart

_MARGIN = timedelta(seconds=5)
_MAX_PAGES = 4
_MAX_PHOTO_BYTES = 10 << 20
_NEEDED = ("pages_manage_posts", "pages_read_engagement")
_WANTED = ("pages_read_user_content", "pages_manage_engagement", "pages_manage_metadata")


class FacebookAdapter:
    """One Page."""

    name: ClassVar[str] = "facebook"
    capabilities: ClassVar[Capabilities] = Capabilities(
        measure="facebook",
        max_weight=63206,
        replies=True,
        edits=True,
        deletes=True,
        media=True,
        max_media=10,
        media_bytes=4_000_000,  # the reference says 10 MB, but publishing above 4 MB has been refused
    )
    look_after_s: ClassVar[tuple[float, ...]] = (5.0, 15.0, 60.0)
    reread_unit: ClassVar[str] = "call"

    def __init__(
        self, settings: FacebookSettings, credentials: FacebookCredentials, client: Client, clock: Clock
    ) -> None:
        self._settings = settings
        self._credentials = credentials
        self._client = client
        self._clock = clock
        self._calls = FacebookCalls(settings, credentials, client, clock)
        self._comments = FacebookComments(self._calls)

    async def prepare(self, post: OutboundPost) -> OutboundPost:
        """Upload several photos unpublished; a single one travels with the call that publishes it."""
        if len(post.media) < 2:
            return post
        return replace(post, media=tuple([await self._upload(media) for media in post.media]))

    async def publish(self, post: OutboundPost, *, may_start: MayStart) -> Receipt:
        """Post to the Page, or answer a post or comment."""
        ready = await self.prepare(post)
        path, form, files = build_post(self._settings.page_id, ready)
        answer = await self._calls.write(path, Call.PUBLISH, form, files=files, may_start=may_start)
        remote_id = read_remote_id(answer.body.get("post_id") or answer.body.get("id"))
        if remote_id is None:
            raise OutcomeUnknown(
                "Facebook answered without naming the post.", code="no_id", limits=answer.limits
            )
        return replace(self._receipt(remote_id, answer.body), limits=answer.limits)

    async def edit(self, post: OutboundPost, remote_id: str, *, may_start: MayStart) -> Receipt:
        """Replace the text. Photos and links stay as they are."""
        try:
            answer = await self._calls.write(
                f"/{remote_id}", Call.REPEATABLE, {"message": post.text}, may_start=may_start
            )
        except CredentialsRejected as exc:
            if exc.code.split("/")[0] != "200":
                raise
            # Said of posts that another app made; the Page's own right to post is not in doubt.
            raise ContentRejected(
                "Facebook lets only the app that made a post edit it.",
                code=exc.code,
                platform_words=exc.platform_words,
            ) from exc
        self._check_success(answer.body, "edit the post")
        return replace(self._receipt(remote_id, {}), limits=answer.limits)

    async def delete(self, remote_id: str, *, may_start: MayStart) -> None:
        """Delete a post or a comment. One that is not there is deleted; of one that we may not delete the same is said."""
        try:
            answer = await self._calls.write(
                f"/{remote_id}", Call.REPEATABLE, {}, method="DELETE", may_start=may_start
            )
        except ContentRejected as exc:
            if exc.code != "100/33":
                raise
            if await self.missing((remote_id,)):
                return
            raise ContentRejected(
                "Facebook does not let us delete this post; delete it by hand.",
                code=exc.code,
                platform_words=exc.platform_words,
            ) from exc
        self._check_success(answer.body, "delete the post")

    async def find(self, post: OutboundPost, *, sent_after: datetime, last: bool) -> Finding:
        """Read the Page's published posts back, or the comments under what was answered."""
        is_comment = post.reply_to is not None
        path = f"/{post.reply_to}/comments" if is_comment else f"/{self._settings.page_id}/published_posts"
        params = {"fields": "id,message,created_time,permalink_url", "limit": "25"}
        if is_comment:
            params |= {
                "fields": f"{params['fields']},from{{id}}",
                "filter": "stream",
                "order": "reverse_chronological",
            }
        matches: list[Mapping[str, Any]] = []
        doubt = ""
        for _ in range(_MAX_PAGES):
            answer = await self._calls.read(path, params)
            ahead = timedelta(seconds=ahead_s(answer.headers, self._clock.now()))
            listed = answer.body.get("data")
            items = dicts(listed)
            not_before = sent_after + ahead
            matches += [i for i in items if is_ours(i, post, self._settings.page_id, not_before=not_before)]
            if not isinstance(listed, list):
                doubt = "Facebook answered without its list."
            elif any(may_be_ours(i, post, self._settings.page_id, not_before - LOOK_BACK) for i in items):
                doubt = "Facebook shows this text, and not clearly as the one that was sent."
            following = following_page(answer.body)
            times = [at for item in items if (at := read_time(item.get("created_time"))) is not None]
            # The list of posts is newest first; comments may be ranked, so they are read to the end.
            is_past = not is_comment and bool(times) and min(times) < not_before - LOOK_BACK
            if following is None or is_past:
                break
            params = {**params, **following}
        else:
            if not matches:
                return Unclear("Facebook's list is too long to read to its end.")
        if len({str(item["id"]) for item in matches}) > 1:
            return Unclear(f"Facebook shows {len(matches)} of ours with this text.")
        if matches:
            return Found(self._receipt(str(matches[0]["id"]), matches[0]))
        if doubt:
            return Unclear(doubt)
        return Absent() if last else Unclear("Facebook does not show it yet.")

    async def missing(self, remote_ids: Sequence[str]) -> frozenset[str]:
        """Ask for each by its id; only the answer that it does not exist counts as its absence."""
        gone: set[str] = set()
        for remote_id in remote_ids:
            try:
                answer = await self._calls.read(f"/{remote_id}", {"fields": "id"})
            except ContentRejected as exc:
                if exc.code != "100/33":
                    raise
                gone.add(remote_id)
                continue
            if answer.body.get("id") != remote_id:
                raise Unavailable("Facebook answered about something else.", code="unclear")
        return frozenset(gone)

    async def fetch_replies(self, *, cursor: str | None, watch: Sequence[str]) -> Inbound:
        """Comments under the watched posts."""
        return await self._comments.fetch(cursor=cursor, watch=watch)

    def parse_webhook(self, request: WebhookRequest) -> WebhookAnswer:
        """Handshake and signed comments."""
        verify_token = self._credentials.verify_token
        return answer_webhook(
            request,
            app_secret=self._credentials.app_secret.get_secret_value(),
            verify_token=None if verify_token is None else verify_token.get_secret_value(),
            page_id=self._settings.page_id,
            site_address=self._settings.site_address,
            now=self._clock.now(),
        )

    async def probe(self) -> Probe:
        """Ask Facebook about our token."""
        answer = await self._calls.debug_token()
        data = answer.body.get("data")
        ok, words = judge_token(
            data if isinstance(data, dict) else {}, self._settings.page_id, self._clock.now()
        )
        account = self._settings.page_name or self._settings.page_id
        return Probe(ok, words, account, answer.limits, server_at=server_date(answer.headers))

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _upload(self, media: Media) -> Media:
        if media.remote_id is not None:
            return media
        form = {"published": "false", "alt_text_custom": media.alt_text}
        answer = await self._calls.write(
            f"/{self._settings.page_id}/photos", Call.REPEATABLE, form, files=_file_of(media)
        )
        remote_id = read_remote_id(answer.body.get("id"))
        if remote_id is None:
            raise Unavailable("Facebook took a photo without naming it.", code="no_media_id")
        return replace(media, remote_id=remote_id)

    def _receipt(self, remote_id: str, body: Mapping[str, Any]) -> Receipt:
        url = body.get("permalink_url")
        path = _path_of(url) if isinstance(url, str) else ""
        # Only its path is believed: the address people open is a setting, as in a drill it must not be the real one.
        return Receipt(remote_id, f"{self._settings.site_address}{path or f'/{remote_id}'}")

    @staticmethod
    def _check_success(body: Mapping[str, Any], what: str) -> None:
        if body.get("success") is not True:
            raise ContentRejected(f"Facebook did not {what}.", code="not_done")


def build_post(
    page_id: str, post: OutboundPost
) -> tuple[str, dict[str, str], dict[str, tuple[str, bytes, str]] | None]:
    """Path, form and files of the one call that publishes."""
    fields = {"fields": "id,permalink_url"}
    if post.reply_to is not None:
        return f"/{post.reply_to}/comments", {"message": post.text, **fields}, None
    if len(post.media) == 1 and post.media[0].remote_id is None:
        photo = post.media[0]
        form = {"message": post.text, "alt_text_custom": photo.alt_text, "published": "true"}
        return f"/{page_id}/photos", form, _file_of(photo)
    form = {"message": post.text, **fields}
    if post.media:
        attached = [{"media_fbid": media.remote_id} for media in post.media]
        form["attached_media"] = orjson.dumps(attached).decode()
    return f"/{page_id}/feed", form, None


def _file_of(media: Media) -> dict[str, tuple[str, bytes, str]]:
    if len(media.content) > _MAX_PHOTO_BYTES:
        raise ContentRejected("This photo is too large for Facebook.", code="media_size")
    return {"source": (media.name, media.content, media.mime_type)}


def is_ours(item: Mapping[str, Any], post: OutboundPost, page_id: str, *, not_before: datetime) -> bool:
    """Whether a listed post or comment is the one that was sent; `not_before` is by the platform's clock."""
    if read_remote_id(item.get("id")) is None:
        return False
    if post.reply_to is not None and not isinstance(item.get("from"), dict):
        return False  # somebody else may have written the same words under the post
    if read_time(item.get("created_time")) is None:
        return False
    return may_be_ours(item, post, page_id, not_before - _MARGIN)


def _path_of(address: str) -> str:
    try:
        path = urlsplit(address).path
    except ValueError:
        return ""
    return path if len(path) <= 1000 else ""


def may_be_ours(item: Mapping[str, Any], post: OutboundPost, page_id: str, since: datetime) -> bool:
    """Whether it says the same, and neither its author nor its time speaks against it; without a time nothing does."""
    author = item.get("from")
    if isinstance(author, dict) and str(author.get("id")) != page_id:
        return False
    at = read_time(item.get("created_time"))
    return (at is None or at >= since) and _comparable(str(item.get("message") or "")) == _comparable(
        post.text
    )


def _comparable(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()


def judge_token(data: Mapping[str, Any], page_id: str, now: datetime) -> tuple[bool, str]:
    """
    Whether a token can post, in a sentence.

    Raises:
        CredentialsRejected: it is not valid at all.
    """
    if data.get("is_valid") is not True:
        raise CredentialsRejected("Facebook says that the Page's token is not valid; connect the Page again.")
    profile = data.get("profile_id")
    if profile is not None and str(profile) != page_id:
        return False, "This token belongs to another Page; check the channel's settings."
    scopes = data.get("scopes")
    if isinstance(scopes, list):
        missing = [scope for scope in _NEEDED if scope not in scopes]
        if missing:
            return False, f"The token lacks {', '.join(missing)}; connect the Page again."
        unasked = [scope for scope in _WANTED if scope not in scopes]
        if unasked:
            return True, f"Posting works; comments may be incomplete without {', '.join(unasked)}."
    ends = [data.get(key) for key in ("expires_at", "data_access_expires_at")]
    soon = min((e for e in ends if isinstance(e, int) and e > 0), default=None)
    if soon is not None and soon < 10_000_000_000:
        at = datetime.fromtimestamp(soon, UTC)
        if at - now < timedelta(days=7):
            return True, f"The token's access ends on {at:%Y-%m-%d}; renew it before then."
    return True, "Facebook accepts the Page's token."


KIND = AdapterKind(
    name=FacebookAdapter.name,
    label="Facebook Page",
    settings=FacebookSettings,
    credentials=FacebookCredentials,
    capabilities=FacebookAdapter.capabilities,
    build=FacebookAdapter,
    windows=WINDOWS,
)
