"""
Connecting an account at the platform itself: there with a question, and back with a code that becomes credentials.

What was asked for travels with the browser, sealed: whose session it was, until when, the state that the platform
brings back and the secret half of the challenge. So any process can finish it, a restart loses nothing, and whoever is
led to the way back with a code of somebody else's connects nothing. It is used up before the code is.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.codes import token_hash
from app.accounts.vault import Vault
from app.broadcast.switchboard import Switchboard, parsed_as
from app.channels.base import AdapterKind, Connects, reveal
from app.channels.registry import kind
from app.clock import Clock
from app.db import Database
from app.errors import ChannelError, Conflict, CredentialsRejected, InvalidInput
from app.http import Client
from app.models import UsedChallenge

LIFE = timedelta(minutes=15)
"""To sign in there and say yes."""

_ABOUT = "connect"


@dataclass(frozen=True, slots=True)
class Connected:
    """What the platform gave: credentials of a new channel, or others for one that is there."""

    adapter: str
    name: str
    settings: Mapping[str, Any]
    credentials: Mapping[str, Any]
    channel_id: str | None


class Connecting:
    def __init__(
        self, database: Database, vault: Vault, switchboard: Switchboard, clock: Clock, *, public_url: str
    ) -> None:
        self._database = database
        self._vault = vault
        self._switchboard = switchboard
        self._clock = clock
        self._public_url = public_url

    def way_back(self, adapter: str) -> str:
        """The address that has to be registered with the platform's app."""
        return f"{self._public_url}/channels/{adapter}/callback"

    async def begin(
        self, session_id: str, adapter: str, name: str, settings: Mapping[str, Any], app: Mapping[str, Any]
    ) -> tuple[str, str]:
        """
        Where to send the person who connects a new channel, and what their browser keeps meanwhile.

        Raises:
            InvalidInput, Conflict: the channel could not be added, or is not connected this way.
        """
        chosen, connects = _connecting(adapter)
        parsed = await self._switchboard.check_settings(adapter=adapter, name=name, settings=settings)
        # Tokens that somebody entered beside them are what this replaces.
        app = {key: value for key, value in app.items() if key in connects.app.model_fields}
        return self._ask(session_id, chosen, connects, parsed, name, settings, app, None)

    async def begin_again(self, session_id: str, channel_id: str) -> tuple[str, str]:
        """
        The same for a channel that lost its access; its app stays.

        Raises:
            NotFound: no such channel. InvalidInput: it is not connected this way.
        """
        row = await self._switchboard.found(channel_id)
        chosen, connects = _connecting(row.adapter)
        parsed = chosen.settings.model_validate(row.settings)
        kept = self._switchboard.kept_of(row, connects.app)
        return self._ask(session_id, chosen, connects, parsed, row.name, row.settings, kept, channel_id)

    def _ask(
        self,
        session_id: str,
        chosen: AdapterKind,
        connects: Connects,
        settings: BaseModel,
        name: str,
        plain: Mapping[str, Any],
        app: Mapping[str, Any],
        channel_id: str | None,
    ) -> tuple[str, str]:
        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        address = connects.address(
            settings,
            parsed_as(connects.app, app, "credentials"),
            redirect_uri=self.way_back(chosen.name),
            state=state,
            verifier=verifier,
        )
        self._switchboard.simulators.require_address(address)
        asked = {
            "session": session_id,
            "until": (self._clock.now() + LIFE).timestamp(),
            "state": state,
            "verifier": verifier,
            "adapter": chosen.name,
            "name": name,
            "settings": dict(plain),
            "app": dict(app),
            "channel_id": channel_id,
        }
        sealed = self._vault.seal(json.dumps(asked).encode(), about=_ABOUT)
        return address, base64.urlsafe_b64encode(sealed).decode()

    async def finish(self, session_id: str, pending: str, state: str, code: str) -> Connected:
        """
        Turn what the platform brought back into credentials, and see that they are the right account's.

        Raises:
            Conflict: it was not begun in this session, is used or too old; the platform refused the code or the app, or
                gave another account than the channel's.
        """
        asked = await self._use(session_id, pending, state)
        chosen, connects = _connecting(asked["adapter"])
        settings = chosen.settings.model_validate(asked["settings"])
        client = Client()
        try:
            try:
                found = await connects.exchange(
                    settings,
                    connects.app.model_validate(asked["app"]),
                    code=code,
                    redirect_uri=self.way_back(chosen.name),
                    verifier=asked["verifier"],
                    client=client,
                    clock=self._clock,
                )
            except CredentialsRejected as exc:
                raise Conflict(
                    "The platform does not accept the app: its client_id or its secret is wrong. Correct it, then "
                    "begin again.",
                    code="connect_app_refused",
                ) from exc
            probe = await chosen.build(settings, found, client, self._clock).probe()
        except ChannelError as exc:
            raise Conflict(
                "The platform did not confirm the connection. Begin again from the channels page.",
                code="connect_failed",
            ) from exc
        finally:
            await client.aclose()
        if not probe.ok:
            raise Conflict(
                "Another account than the channel's said yes there. Sign in there as the right one, then begin again.",
                code="connect_wrong_account",
            )
        return Connected(
            chosen.name, asked["name"], asked["settings"], reveal(found), channel_id=asked["channel_id"]
        )

    async def _use(self, session_id: str, pending: str, state: str) -> dict[str, Any]:
        try:
            sealed = base64.urlsafe_b64decode(pending.encode())
            asked: dict[str, Any] = json.loads(self._vault.open(sealed, about=_ABOUT))
        except ValueError as exc:
            raise _over() from exc
        until = datetime.fromtimestamp(asked["until"], UTC)
        mine = asked["session"] == session_id
        if (
            not mine
            or not hmac.compare_digest(asked["state"].encode(), state.encode())
            or until < self._clock.now()
        ):
            raise _over()

        async def work(session: AsyncSession) -> None:
            session.add(UsedChallenge(challenge_hash=token_hash(asked["state"]), expires_at=until))
            try:
                await session.flush()
            except IntegrityError as exc:
                raise _over() from exc

        await self._database.write(work)
        return asked


def _connecting(adapter: str) -> tuple[AdapterKind, Connects]:
    chosen = kind(adapter)
    if chosen.connects is None:
        raise InvalidInput(
            "This kind of channel is connected by entering its access data.", code="no_connect"
        )
    return chosen, chosen.connects


def _over() -> Conflict:
    return Conflict(
        "This way back is used, too old, or not from here. Begin again from the channels page.",
        code="connect_over",
    )
