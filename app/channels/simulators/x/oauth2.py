"""OAuth 2.0 with PKCE: codes of 30 seconds, access tokens, refresh tokens that work once, revocation."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from random import Random
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from app.channels.simulators.clock import Clock
from app.channels.simulators.x.problems import XProblem
from app.channels.simulators.x.settings import XSettings

SCOPES: Final = frozenset(
    ("tweet.read", "users.read", "tweet.write", "offline.access", "media.write", "tweet.moderate.write")
)


_LOOPBACK: Final = ("localhost", "127.0.0.1")


@dataclass(frozen=True, slots=True)
class _Code:
    redirect_uri: str
    challenge: str
    scopes: frozenset[str]
    expires_at_s: float


@dataclass(frozen=True, slots=True)
class _Grant:
    scopes: frozenset[str]
    expires_at_s: float


def _refused(error: str, description: str, status: int = 400) -> XProblem:
    return XProblem(status, {"error": error, "error_description": description})


class OAuth2:
    """The token endpoint's memory, for the one account."""

    def __init__(self, settings: XSettings, clock: Clock, rng: Random) -> None:
        self._settings = settings
        self._clock = clock
        self._rng = rng
        self._codes: dict[str, _Code] = {}
        self._access: dict[str, _Grant] = {}
        self._refresh: dict[str, _Grant] = {}

    def reset(self) -> None:
        self._codes.clear()
        self._access.clear()
        self._refresh.clear()

    def _token(self) -> str:
        return base64.urlsafe_b64encode(self._rng.randbytes(48)).decode().rstrip("=")

    def authorize(self, query: dict[str, str]) -> str:
        """The consent screen in short: the account's owner says yes at once. Returns where to go next."""
        settings = self._settings
        scopes = frozenset(query.get("scope", "").split())
        if query.get("response_type") != "code" or query.get("client_id") != settings.client_id:
            raise _refused("invalid_request", "Value passed for the client or response type was invalid.")
        redirect_uri = query.get("redirect_uri", "")
        if not self._is_registered(redirect_uri):
            raise _refused(
                "invalid_request", "Value passed for the redirect uri did not match the uri of the app."
            )
        if query.get("code_challenge_method") != "S256" or not query.get("code_challenge"):
            raise _refused("invalid_request", "Value passed for the code challenge was invalid.")
        if not 0 < len(query.get("state", "")) <= 500:
            raise _refused("invalid_request", "Value passed for the state was invalid.")
        if not scopes or scopes - SCOPES:
            raise _refused("invalid_scope", "Value passed for the scope was invalid.")
        code = self._token()
        self._codes[code] = _Code(
            redirect_uri,
            query["code_challenge"],
            scopes,
            self._clock.epoch_s() + settings.code_lifetime_s,
        )
        return redirect_uri + "?" + urlencode({"state": query["state"], "code": code})

    def _is_registered(self, redirect_uri: str) -> bool:
        """An app may have several addresses: this one has its own, and if that is a loopback one, it on every port."""
        known, asked = urlsplit(self._settings.redirect_uri), urlsplit(redirect_uri)
        if known.hostname in _LOOPBACK and asked.hostname in _LOOPBACK:
            return redirect_uri == f"{known.scheme}://{asked.netloc}{known.path}"
        return redirect_uri == self._settings.redirect_uri

    def _check_client(self, authorization: str, form: dict[str, str]) -> None:
        if authorization.startswith("Basic "):
            expected = f"{self._settings.client_id}:{self._settings.client_secret}".encode()
            try:
                given = base64.b64decode(authorization.removeprefix("Basic "), validate=True)
            except ValueError:
                given = b""
            if hmac.compare_digest(given, expected):
                return
            raise _refused("unauthorized_client", "Missing valid authorization header", 401)
        # A public client names itself; it has no secret to show.
        if form.get("client_id") != self._settings.client_id:
            raise _refused("invalid_request", "Missing required parameter [client_id].")

    def token(self, authorization: str, form: dict[str, str]) -> dict[str, Any]:
        """`POST /2/oauth2/token` for both grants."""
        self._check_client(authorization, form)
        now_s = self._clock.epoch_s()
        if form.get("grant_type") == "authorization_code":
            return self._issue(self._redeem(form, now_s).scopes, now_s)
        if form.get("grant_type") == "refresh_token":
            # Popped first: a refresh token works once, whoever comes second is locked out.
            grant = self._refresh.pop(form.get("refresh_token", ""), None)
            if grant is None or grant.expires_at_s <= now_s:
                raise _refused("invalid_request", "Value passed for the token was invalid.")
            return self._issue(grant.scopes, now_s)
        raise _refused("unsupported_grant_type", "Value passed for the grant type was invalid.")

    def _redeem(self, form: dict[str, str], now_s: float) -> _Code:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.expires_at_s <= now_s:
            raise _refused("invalid_request", "Value passed for the authorization code was invalid.")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            not hmac.compare_digest(challenge, code.challenge)
            or form.get("redirect_uri") != code.redirect_uri
        ):
            raise _refused(
                "invalid_request", "Value passed for the code verifier did not match the code challenge."
            )
        return code

    def _issue(self, scopes: frozenset[str], now_s: float) -> dict[str, Any]:
        settings = self._settings
        access = self._token()
        self._access[access] = _Grant(scopes, now_s + settings.access_token_lifetime_s)
        answer: dict[str, Any] = {
            "token_type": "bearer",
            "expires_in": round(settings.access_token_lifetime_s),
            "access_token": access,
            "scope": " ".join(sorted(scopes)),
        }
        if "offline.access" in scopes:
            answer["refresh_token"] = self._token()
            self._refresh[answer["refresh_token"]] = _Grant(scopes, now_s + settings.refresh_token_lifetime_s)
        return answer

    def hand_out(self, scopes: frozenset[str] | None = None) -> dict[str, Any]:
        """A pair of tokens without asking anybody."""
        return self._issue(SCOPES if scopes is None else scopes, self._clock.epoch_s())

    def revoke(self, authorization: str, form: dict[str, str]) -> dict[str, Any]:
        self._check_client(authorization, form)
        token = form.get("token", "")
        self._access.pop(token, None)
        self._refresh.pop(token, None)
        return {"revoked": True}

    def revoke_all(self) -> None:
        """The account's owner takes the permission back, or changes the password."""
        self._access.clear()
        self._refresh.clear()

    def scopes_of(self, access_token: str) -> frozenset[str] | None:
        """What a token may do; None when it is unknown, revoked or expired."""
        grant = self._access.get(access_token)
        if grant is None or grant.expires_at_s <= self._clock.epoch_s():
            return None
        return grant.scopes
