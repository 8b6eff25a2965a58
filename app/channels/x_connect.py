"""
Connecting an account on X itself: its owner says yes there, and nobody copies a token.

Source: docs.x.com, "OAuth 2.0 Authorization Code Flow with PKCE", read 2026-08-22.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from app.channels.http import Call, json_object, send
from app.channels.x_oauth import authorize_url, read_tokens, token_request
from app.channels.x_settings import XCredentials, XSettings
from app.clock import Clock
from app.errors import CredentialsRejected, Unavailable
from app.http import Client


class XApp(BaseModel):
    """The app at X that asks for the account; `app_token` opens the stream, `consumer_secret` proves what X calls us with."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    client_id: str = Field(min_length=1, max_length=200)
    client_secret: SecretStr | None = None
    app_token: SecretStr | None = None
    consumer_key: SecretStr | None = None
    consumer_secret: SecretStr | None = None


_NOT_THE_APP = ("invalid_client", "unauthorized_client")


class XConnects:
    """`base.Connects` for X."""

    app: type[BaseModel] = XApp

    def address(self, settings: XSettings, app: XApp, *, redirect_uri: str, state: str, verifier: str) -> str:
        return authorize_url(
            settings, client_id=app.client_id, redirect_uri=redirect_uri, state=state, code_verifier=verifier
        )

    async def exchange(
        self,
        settings: XSettings,
        app: XApp,
        *,
        code: str,
        redirect_uri: str,
        verifier: str,
        client: Client,
        clock: Clock,
    ) -> XCredentials:
        grant = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        response = await send(client, token_request(settings, app, grant), Call.REPEATABLE)
        body = json_object(response) or {}
        if response.status == 200 and (found := read_tokens(app, body, clock)) is not None:
            return found
        if response.status == 401 or body.get("error") in _NOT_THE_APP:
            raise CredentialsRejected("X does not accept the app.", code=str(response.status))
        # Refused or not understood: a code works once, and whoever connects begins again either way.
        raise Unavailable(f"X answered {response.status} to a code.", code=str(response.status))
