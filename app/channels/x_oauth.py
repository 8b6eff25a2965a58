"""
Who we are on X: OAuth 1.0a signatures or OAuth 2.0 user tokens with refresh.

A refresh token works once. So one task refreshes at a time, the others wait and use what it brought, and the new
pair is stored before its first use: a crash in between must not lock the account out.

Source: docs.x.com, "OAuth 2.0 Authorization Code Flow with PKCE", read 2026-08-22.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol
from urllib.parse import quote, urlencode

from pydantic import SecretStr

from app.channels.base import LatestCredentials, SaveCredentials
from app.channels.http import Call, json_object, send
from app.channels.x_errors import classify
from app.channels.x_settings import XCredentials, XSettings
from app.channels.x_signing import OAuth1Keys, oauth1_header
from app.clock import Clock
from app.errors import CredentialsRejected, Unavailable
from app.http import Client, HttpRequest

SCOPES = "tweet.read users.read tweet.write offline.access media.write tweet.moderate.write"
# Refresh a minute early: a token that dies on the way costs an attempt.
_EARLY = timedelta(seconds=60)
_LONGEST_S = 365 * 86400.0
_STORED_SOON_S = (0.0, 0.3, 1.0)


class App(Protocol):
    """Whatever names the app at X: credentials, or what is there before them."""

    @property
    def client_id(self) -> str | None: ...

    @property
    def client_secret(self) -> SecretStr | None: ...


def authorize_url(
    settings: XSettings, *, client_id: str, redirect_uri: str, state: str, code_verifier: str
) -> str:
    """Where to send the person who connects an account."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": SCOPES,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{settings.site_address}/i/oauth2/authorize?{urlencode(query, quote_via=quote)}"


def token_request(settings: XSettings, credentials: App, grant: Mapping[str, str]) -> HttpRequest:
    """A call to the token endpoint; a public client names itself in the form, a confidential one by Basic."""
    form = dict(grant)
    basic = None
    if credentials.client_secret is not None and credentials.client_id is not None:
        basic = (credentials.client_id, credentials.client_secret.get_secret_value())
    else:
        form["client_id"] = credentials.client_id or ""
    return HttpRequest("POST", f"{settings.base_address}/2/oauth2/token", form=form, basic_auth=basic)


def read_tokens(credentials: App, body: Mapping[str, object], clock: Clock) -> XCredentials | None:
    """The credentials with the new pair in them; None when the answer carries no token."""
    token = body.get("access_token")
    if not isinstance(token, str) or not _is_token(token):
        return None
    refresh = body.get("refresh_token")
    lifetime = body.get("expires_in")
    # Whatever it says, the old pair is spent by now: the new one must not be lost over it.
    lifetime_s = 7200.0
    if isinstance(lifetime, int | float) and lifetime is not True and 0 < lifetime <= _LONGEST_S:
        lifetime_s = float(lifetime)
    values = {
        **{name: getattr(credentials, name, None) for name in XCredentials.model_fields},
        "user_token": token,
        "refresh_token": refresh
        if isinstance(refresh, str) and _is_token(refresh)
        else getattr(credentials, "refresh_token", None),
        "expires_at": clock.now() + timedelta(seconds=lifetime_s),
    }
    return XCredentials.model_validate(values)


def _is_token(value: str) -> bool:
    """Whether it can stand in a header."""
    return 0 < len(value) <= 8192 and value.isascii() and value.isprintable()


class XAuth:
    """Gives each call its Authorization header."""

    def __init__(self, settings: XSettings, credentials: XCredentials, client: Client, clock: Clock) -> None:
        self._settings = settings
        self._credentials = credentials
        self._client = client
        self._clock = clock
        self._save: SaveCredentials | None = None
        self._latest: LatestCredentials | None = None
        self._unsaved: XCredentials | None = None
        self._one_at_a_time = asyncio.Lock()

    def when_renewed(self, save: SaveCredentials, latest: LatestCredentials | None = None) -> None:
        """Name the place that keeps a new pair, also the one that another process got."""
        self._save, self._latest = save, latest

    @property
    def renewable(self) -> bool:
        """Whether a refused token can be replaced without a person."""
        credentials = self._credentials
        return not credentials.has_oauth1 and credentials.refresh_token is not None and self._save is not None

    def oauth2_in_use(self) -> str | None:
        """The user token that the next call would carry, None with OAuth 1.0a."""
        token = self._credentials.user_token
        return None if token is None or self._credentials.has_oauth1 else token.get_secret_value()

    async def user_header(self, method: str, url: str, params: Mapping[str, str]) -> str:
        """For calls in the account's name."""
        credentials = self._credentials
        if credentials.has_oauth1:
            return oauth1_header(
                method,
                url,
                params,
                _oauth1_keys(credentials),
                nonce=secrets.token_hex(16),
                timestamp=int(self._clock.now().timestamp()),
            )
        if self.renewable and self._is_stale():
            await self.renew(self.oauth2_in_use())
        return f"Bearer {self.oauth2_in_use() or ''}"

    def oauth2_header(self) -> str:
        """
        For private subscriptions, which want an OAuth 2.0 user token even where OAuth 1.0a posts.

        Raises:
            CredentialsRejected: there is none.
        """
        token = self._credentials.user_token
        if token is None:
            raise CredentialsRejected(
                "Subscribing to replies needs an OAuth 2.0 user token.", code="no_user_token"
            )
        return f"Bearer {token.get_secret_value()}"

    def app_header(self) -> str:
        """
        For streams, which want the app's own token.

        Raises:
            CredentialsRejected: there is none.
        """
        if self._credentials.app_token is None:
            raise CredentialsRejected("The stream needs the app's bearer token.", code="no_app_token")
        return f"Bearer {self._credentials.app_token.get_secret_value()}"

    async def renew(self, refused: str | None) -> None:
        """
        Replace a token, once however many callers ask.

        Args:
            refused: The token that was refused or is about to expire; another one in place means it is done.

        Raises:
            CredentialsRejected: the refresh token is refused; a person must connect the account again.
            Unavailable: the refresh did not get through.
        """
        async with self._one_at_a_time:
            if self._unsaved is not None and await self._renewed_elsewhere():
                self._unsaved = None  # somebody entered others meanwhile: they stay
                return
            if self._unsaved is None:
                if self.oauth2_in_use() != refused or await self._renewed_elsewhere():
                    return
                try:
                    self._unsaved = await self._refresh()
                except CredentialsRejected:
                    # A refresh token works once: another process may have used it just now, and is storing its pair.
                    for wait_s in _STORED_SOON_S if self._latest is not None else ():
                        await asyncio.sleep(wait_s)
                        if await self._renewed_elsewhere():
                            return
                    raise
            if self._save is not None:
                await self._save(self._unsaved)
            self._credentials, self._unsaved = self._unsaved, None

    async def _renewed_elsewhere(self) -> bool:
        """Take over the pair that another process has stored since, if there is one."""
        stored = None if self._latest is None else await self._latest()
        if not isinstance(stored, XCredentials) or stored.refresh_token == self._credentials.refresh_token:
            return False
        self._credentials = stored
        return True

    def _is_stale(self) -> bool:
        expires_at = self._credentials.expires_at
        return expires_at is not None and self._clock.now() >= expires_at - _EARLY

    async def _refresh(self) -> XCredentials:
        credentials = self._credentials
        if credentials.refresh_token is None or self._save is None:
            raise CredentialsRejected(
                "The X token expired and cannot be renewed; connect the account again.",
                code="not_renewable",
            )
        grant = {
            "grant_type": "refresh_token",
            "refresh_token": credentials.refresh_token.get_secret_value(),
        }
        response = await send(
            self._client, token_request(self._settings, credentials, grant), Call.REPEATABLE
        )
        body = json_object(response)
        if body is not None and response.status == 200:
            renewed = read_tokens(credentials, body, self._clock)
            if renewed is not None:
                return renewed
        if body is not None and response.status in (400, 401, 403):
            raise CredentialsRejected(
                "X refused to renew the token; connect the account again.",
                code=str(body.get("error") or response.status),
                platform_words=str(body.get("error_description") or ""),
            )
        if response.status == 429:
            raise classify(response.status, response.headers, body, Call.READ, self._clock.now())
        raise Unavailable(f"X answered {response.status} to a token renewal.", code=str(response.status))


def _oauth1_keys(credentials: XCredentials) -> OAuth1Keys:
    values = (
        credentials.consumer_key,
        credentials.consumer_secret,
        credentials.access_token,
        credentials.access_secret,
    )
    return OAuth1Keys(*("" if value is None else value.get_secret_value() for value in values))
