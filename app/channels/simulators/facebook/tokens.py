"""
Who is calling: token chain, permissions and the proof that the caller knows the app secret.

Source: the project's platform notes, section 2.1, read 2026-11-21; the proof's vector is in section 8.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from app.channels.simulators.facebook.errors import GraphRefusal, bad_token
from app.channels.simulators.facebook.settings import FacebookSettings

SCOPES = (
    "pages_show_list",
    "pages_manage_posts",
    "pages_read_engagement",
    "pages_manage_engagement",
    "pages_read_user_content",
    "pages_manage_metadata",
)


def proof(app_secret: str, token: str) -> str:
    """The `appsecret_proof` of a token."""
    return hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()


@dataclass(slots=True)
class Token:
    """An access token and what has become of it."""

    text: str
    kind: str  # PAGE, USER or APP
    app_id: str
    subject_id: str
    scopes: frozenset[str] = frozenset(SCOPES)
    expires_at: int = 0  # 0: never
    dead_subcode: int | None = None


class TokenOffice:
    """Issues, checks and revokes the tokens of one app."""

    def __init__(self, settings: FacebookSettings) -> None:
        self._settings = settings
        self._tokens: dict[str, Token] = {}
        self.restore()

    def restore(self) -> None:
        """Make every token good again."""
        app, s = self._settings.app_id, self._settings
        app_token = f"{app}|{s.app_secret}"
        self._tokens = {
            s.page_token: Token(s.page_token, "PAGE", app, s.page_id),
            s.user_token: Token(s.user_token, "USER", app, s.user_id),
            app_token: Token(app_token, "APP", app, app),
        }

    def revoke(self, text: str, subcode: int = 460) -> None:
        self._tokens[text].dead_subcode = subcode

    def exchange(self, text: str, now: float) -> Token:
        """A user token for a long-lived one of about sixty days."""
        old = self._tokens.get(text)
        if old is None or old.kind != "USER":
            raise bad_token()
        longer = Token(
            f"{old.text}-LONG", "USER", old.app_id, old.subject_id, expires_at=int(now) + 5_184_000
        )
        self._tokens[longer.text] = longer
        return longer

    def check(self, text: str, given_proof: str | None, now: float) -> Token:
        """
        The token behind a call.

        Raises:
            GraphRefusal: there is none, it is dead, or its proof is missing or wrong.
        """
        if not text:
            raise GraphRefusal(
                2500, "An active access token must be used to query information about the current user."
            )
        token = self._tokens.get(text)
        if token is None:
            raise bad_token()
        if token.dead_subcode is not None:
            raise bad_token(token.dead_subcode)
        if token.expires_at and token.expires_at <= now:
            raise bad_token(463)
        if given_proof is None:
            if self._settings.require_proof and token.kind != "APP":
                raise GraphRefusal(
                    100,
                    "API calls from the server require an appsecret_proof argument",
                    kind="GraphMethodException",
                )
        elif not hmac.compare_digest(given_proof.encode(), proof(self._settings.app_secret, text).encode()):
            raise GraphRefusal(
                100, "Invalid appsecret_proof provided in the API argument", kind="GraphMethodException"
            )
        return token

    def describe(self, text: str, now: float) -> dict[str, Any]:
        """What `debug_token` says about a token."""
        token = self._tokens.get(text)
        if token is None:
            return {
                "is_valid": False,
                "scopes": [],
                "error": {"code": 190, "message": "Invalid OAuth access token."},
            }
        alive = token.dead_subcode is None and not 0 < token.expires_at <= now
        told: dict[str, Any] = {
            "app_id": token.app_id,
            "type": token.kind,
            "application": "Tocsin drill",
            "is_valid": alive,
            "expires_at": token.expires_at,
            "data_access_expires_at": int(now) + 90 * 86_400,
            "scopes": sorted(token.scopes) if token.kind != "APP" else [],
            "user_id": self._settings.user_id,
        }
        if token.kind == "PAGE":
            told["profile_id"] = token.subject_id
        if not alive:
            subcode = token.dead_subcode or 463
            told["error"] = {"code": 190, "subcode": subcode, "message": bad_token(subcode).message}
        return told
