"""Calls to X in somebody's name: authorised, classified, and with what the headers said about limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.channels.http import Call, json_object, send, server_date
from app.channels.x_errors import classify, read_limits, read_problem
from app.channels.x_oauth import XAuth
from app.channels.x_settings import XSettings
from app.clock import Clock
from app.errors import ChannelError, CredentialsRejected, LimitObservation, RateLimited, Unavailable
from app.http import Client, HttpRequest, HttpResponse, MayStart

_POST = "post"
_OTHER_SPELLING = {"post.fields": "tweet.fields", "tweet.fields": "post.fields"}
_RENAMED = (
    ("referenced_tweets", "referenced_posts"),
    ("edit_history_tweet_ids", "edit_history_post_ids"),
    ("note_tweet", "note_post"),
)


def spell(fields: str, parameter: str) -> str:
    """A list of fields, written in old names, in the spelling that goes with the parameter's name."""
    if parameter == "post.fields":
        for old, new in _RENAMED:
            fields = fields.replace(old, new)
    return fields


@dataclass(frozen=True, slots=True)
class Answer:
    """A success: the JSON, the limits, and the platform's time."""

    body: Mapping[str, Any]
    limits: tuple[LimitObservation, ...]
    headers: Mapping[str, str]

    @property
    def server_at(self) -> datetime | None:
        return server_date(self.headers)


class XCalls:
    """The only place of the X adapter that sends."""

    def __init__(self, settings: XSettings, auth: XAuth, client: Client, clock: Clock) -> None:
        self.settings = settings
        self.auth = auth
        self.client = client
        self.clock = clock
        self._fields_parameter: str = settings.fields_parameter

    async def read(self, path: str, params: Mapping[str, str], *, unit: str, fields: str = "") -> Answer:
        """
        Read something as the account; once more after a renewed token or with the other spelling of `fields`.

        Args:
            fields: In old names.

        Raises:
            ChannelError: never OutcomeUnknown.
        """
        asked = dict(params)
        if fields:
            asked[self._fields_parameter] = spell(fields, self._fields_parameter)
        response, token = await self._send("GET", path, Call.READ, params=asked)
        if response.status == 401 and self.auth.renewable:
            await self.auth.renew(token)
            response, _ = await self._send("GET", path, Call.READ, params=asked)
        if response.status == 400 and fields and self._is_about(response, self._fields_parameter):
            del asked[self._fields_parameter]
            other = _OTHER_SPELLING[self._fields_parameter]
            asked[other] = spell(fields, other)
            response, _ = await self._send("GET", path, Call.READ, params=asked)
            if response.status == 200:
                self._fields_parameter = other
        return self._read_answer(response, Call.READ, unit)

    async def write(
        self,
        method: str,
        path: str,
        call: Call,
        *,
        unit: str,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        may_start: MayStart | None = None,
    ) -> Answer:
        """
        Change something, with one call. A refused token is renewed for the next attempt, not for a second call.

        Raises:
            ChannelError: OutcomeUnknown only for Call.PUBLISH.
            StartRefused: may_start said no.
        """
        response, token = await self._send(
            method, path, call, json=json, form=form, files=files, may_start=may_start
        )
        try:
            return self._read_answer(response, call, unit)
        except CredentialsRejected as exc:
            if response.status != 401 or not self.auth.renewable:
                raise
            await self.auth.renew(token)
            raise Unavailable("The X token had expired and is renewed now.", code="token_renewed") from exc

    def classify(self, response: HttpResponse, call: Call, unit: str) -> ChannelError:
        """For an answer that is known to be no success."""
        now = self.clock.now()
        limits = read_limits(response.headers, now, unit=unit, windows=self.settings.limits)
        error = classify(response.status, response.headers, json_object(response), call, now, limits=limits)
        if unit != _POST:
            # Reading and deleting have windows of their own: none of them says anything about posting.
            error.limits = ()
            if isinstance(error, RateLimited):
                error.holds_channel = False
        return error

    def _read_answer(self, response: HttpResponse, call: Call, unit: str) -> Answer:
        body = json_object(response)
        if not 200 <= response.status < 300 or (body is None and response.status != 204):
            raise self.classify(response, call, unit)
        limits = read_limits(response.headers, self.clock.now(), unit=unit, windows=self.settings.limits)
        return Answer(body or {}, limits, response.headers)

    async def _send(
        self,
        method: str,
        path: str,
        call: Call,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        may_start: MayStart | None = None,
    ) -> tuple[HttpResponse, str | None]:
        url = self.settings.base_address + path
        header = await self.auth.user_header(method, url, params or {})
        token = self.auth.oauth2_in_use()
        request = HttpRequest(
            method,
            url,
            headers={"authorization": header},
            params=params or None,
            json=json,
            form=form,
            files=files,
        )
        return await send(self.client, request, call, may_start=may_start), token

    @staticmethod
    def _is_about(response: HttpResponse, parameter: str) -> bool:
        body = json_object(response) or {}
        if parameter in read_problem(body).words:
            return True
        errors = body.get("errors")
        return isinstance(errors, list) and any(
            isinstance(e, dict) and isinstance(named := e.get("parameters"), dict) and parameter in named
            for e in errors
        )
