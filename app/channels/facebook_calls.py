"""Calls to the Graph API: each with the token in a header and the proof that we hold the app's secret."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.channels.facebook_errors import classify, read_usage
from app.channels.facebook_settings import FacebookCredentials, FacebookSettings
from app.channels.http import Call, json_object, send
from app.clock import Clock
from app.errors import LimitObservation
from app.http import Client, HttpRequest, MayStart


def appsecret_proof(app_secret: str, token: str) -> str:
    """Lowercase hex HMAC-SHA256 of the token under the app's secret."""
    return hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()


_READS_UNTIL_PERCENT = 75.0
_REST_S = 300.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A success: the JSON, the usage, the headers."""

    body: Mapping[str, Any]
    limits: tuple[LimitObservation, ...]
    headers: Mapping[str, str]


class FacebookCalls:
    """The only place of the Facebook adapter that sends."""

    def __init__(
        self, settings: FacebookSettings, credentials: FacebookCredentials, client: Client, clock: Clock
    ) -> None:
        self.settings = settings
        self.clock = clock
        self._client = client
        self._app_secret = credentials.app_secret.get_secret_value()
        self._page_token = credentials.page_token.get_secret_value()
        self._rests_until = 0.0

    def rest_s(self) -> float:
        """
        Seconds in which nothing is read that can wait: what is left of the budget is for posts.

        A call counts whatever it is for, and a Page that few people follow has few of them; once they are used up
        nothing gets through for an hour or a day, an emergency neither.
        """
        return max(0.0, self._rests_until - self.clock.monotonic())

    async def read(self, path: str, params: Mapping[str, str]) -> Answer:
        """
        Read something with the Page's token.

        Raises:
            ChannelError: never OutcomeUnknown.
        """
        proof = {"appsecret_proof": appsecret_proof(self._app_secret, self._page_token)}
        return await self._call("GET", path, Call.READ, params={**params, **proof})

    async def debug_token(self) -> Answer:
        """Ask about the Page's token, as the app, which is the only one that may."""
        app_token = f"{self.settings.app_id}|{self._app_secret}"
        params = {
            "input_token": self._page_token,
            "access_token": app_token,
            "appsecret_proof": appsecret_proof(self._app_secret, app_token),
        }
        return await self._call("GET", "/debug_token", Call.READ, params=params, as_page=False)

    async def write(
        self,
        path: str,
        call: Call,
        form: Mapping[str, str],
        *,
        method: str = "POST",
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        may_start: MayStart | None = None,
    ) -> Answer:
        """
        Change something, with one call.

        Raises:
            ChannelError: OutcomeUnknown only for Call.PUBLISH.
            StartRefused: may_start said no.
        """
        proof = {"appsecret_proof": appsecret_proof(self._app_secret, self._page_token)}
        if method == "DELETE":
            return await self._call(method, path, call, params={**form, **proof}, may_start=may_start)
        return await self._call(method, path, call, form={**form, **proof}, files=files, may_start=may_start)

    async def _call(
        self,
        method: str,
        path: str,
        call: Call,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        may_start: MayStart | None = None,
        as_page: bool = True,
    ) -> Answer:
        request = HttpRequest(
            method,
            f"{self.settings.base_address}/{self.settings.version}{path}",
            headers={"authorization": f"Bearer {self._page_token}"} if as_page else {},
            params=params,
            form=form,
            files=files,
        )
        response = await send(self._client, request, call, may_start=may_start)
        now = self.clock.now()
        limits = read_usage(response.headers, self.settings.page_id, now)
        if max((seen.used_percent or 0.0 for seen in limits), default=0.0) >= _READS_UNTIL_PERCENT:
            self._rests_until = self.clock.monotonic() + _REST_S
        body = json_object(response)
        if body is None or "error" in body or not 200 <= response.status < 300:
            raise classify(response.status, body, call, now, limits=limits)
        return Answer(body, limits, response.headers)
