"""
The configured channels of this process: stored rows with sealed credentials on one side, live adapters on the other.

An adapter is built when it is first needed and again when its row's version moves. No credential is ever handed out.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from pydantic import BaseModel, ValidationError
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.vault import Vault
from app.broadcast import topics
from app.broadcast.channel_desks import tell_channel
from app.broadcast.open_adapters import Made, close_later, made_of
from app.broadcast.seconds import OPEN, anybody_with, could_carry
from app.broadcast.simulators_only import SimulatorsOnly
from app.channels.base import Adapter, AdapterKind, LimitWindow, Probe, RenewsCredentials, reveal
from app.channels.registry import ADAPTERS, kind
from app.clock import Clock
from app.db import Database
from app.errors import ChannelError, Conflict, InvalidInput, NotFound, Unavailable
from app.http import Client
from app.ids import NewId
from app.models import Channel, ChannelCursor, Delivery

log = structlog.get_logger()


class Switchboard:
    """Adds, tests, pauses and opens channels."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        audit: AuditLog,
        clock: Clock,
        new_id: NewId,
        *,
        drill: bool,
        simulators_url: str,
        public_url: str,
    ) -> None:
        self._database = database
        self._vault = vault
        self._audit = audit
        self._clock = clock
        self._new_id = new_id
        self.simulators = SimulatorsOnly(simulators_url, drill=drill)
        self._public_url = public_url.rstrip("/")
        self._open: dict[str, tuple[Made, Adapter, Client]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._opening: set[asyncio.Task[Adapter]] = set()
        self._lock = asyncio.Lock()
        self.announce: Callable[[Sequence[topics.Position]], None] = lambda _positions: None
        self.also_say: Callable[[str], str] = lambda _channel_id: (
            ""
        )  # what main knows of it besides the probe

    def webhook_address(self, channel_id: str) -> str:
        """Where the platform is told to call back."""
        return f"{self._public_url}/api/v1/webhooks/{channel_id}"

    def kinds(self) -> tuple[AdapterKind, ...]:
        return ADAPTERS

    async def adapter(self, channel_id: str) -> Adapter:
        """
        The live adapter of a channel.

        Raises:
            NotFound: no such channel.
        """
        async with self._lock:
            async with self._database.read() as session:
                if (row := await session.get(Channel, channel_id)) is None:
                    raise NotFound("There is no such channel.", code="channel_not_found")
            # Not by its version: a pause, a rest or a learned limit must not cut what is on its way.
            if (held := self._open.get(channel_id)) is not None and held[0] == made_of(row):
                return held[1]
            adapter = self._build(row, client := Client())
            self._open[channel_id] = (made_of(row), adapter, client)
            if held is not None:
                task = asyncio.create_task(close_later(held[1], held[2]), name=f"close-{channel_id}")
                self._closing.add(task)
                task.add_done_callback(self._closing.discard)
            return adapter

    async def windows(self, channel_id: str) -> tuple[LimitWindow, ...]:
        """
        The limits of a channel by its own settings.

        Raises:
            NotFound: no such channel.
        """
        async with self._database.read() as session:
            row = await session.get(Channel, channel_id)
        if row is None:
            raise NotFound("There is no such channel.", code="channel_not_found")
        chosen = kind(row.adapter)
        return chosen.windows_for(chosen.settings.model_validate(row.settings))

    def current(self, channel_id: str) -> Adapter:
        """
        The adapter as it is open now, without waiting.

        Raises:
            LookupError: not open yet; it is being opened.
        """
        held = self._open.get(channel_id)
        if held is None:
            task = asyncio.create_task(self.adapter(channel_id), name=f"open-{channel_id}")
            self._opening.add(task)
            task.add_done_callback(self._opened)
            raise LookupError(channel_id)
        return held[1]

    def _opened(self, task: asyncio.Task[Adapter]) -> None:
        self._opening.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("channel_not_opened", exc_info=task.exception())

    async def open_all(self) -> None:
        """Open every channel in use; called at start, so that the first post waits for nothing."""
        for row in await self.listed():
            try:
                await self.adapter(row.id)
            except (ValidationError, LookupError):
                # Written by hand or by another version: the other channels open all the same, and its probe says so.
                log.exception("channel_not_opened", channel_id=row.id)

    async def aclose(self) -> None:
        for task in self._closing:
            task.cancel()
        await asyncio.gather(*self._closing, return_exceptions=True)
        for _, adapter, client in self._open.values():
            await adapter.aclose()
            await client.aclose()
        self._open.clear()

    async def listed(self) -> list[Channel]:
        async with self._database.read() as session:
            return list(
                (
                    await session.execute(
                        select(Channel).where(col(Channel.state) != "off").order_by(col(Channel.created_at))
                    )
                ).scalars()
            )

    async def add(
        self,
        actor: str,
        *,
        adapter: str,
        name: str,
        settings: Mapping[str, Any],
        credentials: Mapping[str, Any],
    ) -> Channel:
        """
        Store a channel; its credentials are sealed and never shown again.

        Raises:
            InvalidInput: unknown adapter, or settings and credentials that cannot be right.
            Conflict: the name is taken.
        """
        chosen = kind(adapter)
        parsed = parsed_as(chosen.settings, settings, "settings")
        secrets = parsed_as(chosen.credentials, credentials, "credentials")
        now, channel_id = self._clock.now(), self._new_id()
        stored_settings = parsed.model_dump(mode="json", exclude_unset=True)
        self.simulators.require(parsed)
        sealed = self._vault.seal(json.dumps(reveal(secrets)).encode(), about=f"channel:{channel_id}")
        row = Channel(
            id=channel_id,
            adapter=adapter,
            name=name.strip(),
            settings=stored_settings,
            credentials_enc=sealed,
            created_at=now,
        )

        async def work(session: AsyncSession) -> None:
            taken = (
                await session.execute(select(col(Channel.id)).where(col(Channel.name) == row.name))
            ).first()
            if taken is not None:
                raise Conflict(
                    f"There is a channel called “{row.name}” already. Choose another name.", code="name_taken"
                )
            session.add(row)
            await session.flush()
            session.add(ChannelCursor(channel_id=row.id))
            await self._audit.append(
                session,
                actor=actor,
                action="channel.add",
                subject=f"channel:{row.id}",
                detail={"adapter": adapter},
                now=now,
            )

        await self._database.write(work)
        await self.adapter(row.id)
        return row

    async def found(self, channel_id: str) -> Channel:
        """
        Raises:
            NotFound: no such channel, or out of use.
        """
        async with self._database.read() as session:
            row = await session.get(Channel, channel_id)
        if row is None or row.state == "off":
            raise NotFound("There is no such channel.", code="channel_not_found")
        return row

    async def check(
        self, *, adapter: str, name: str, settings: Mapping[str, Any], credentials: Mapping[str, Any]
    ) -> None:
        """
        Whether `add` could succeed, asked before a second person is.

        Raises:
            InvalidInput, Conflict: see `add`.
        """
        await self.check_settings(adapter=adapter, name=name, settings=settings)
        parsed_as(kind(adapter).credentials, credentials, "credentials")

    async def check_settings(self, *, adapter: str, name: str, settings: Mapping[str, Any]) -> BaseModel:
        """The same as long as there are no credentials yet; returns the settings as they are read."""
        parsed = parsed_as(kind(adapter).settings, settings, "settings")
        self.simulators.require_of_entered(parsed)
        async with self._database.read() as session:
            taken = (await session.execute(select(col(Channel.id)).where(col(Channel.name) == name))).first()
        if taken is not None:
            raise Conflict(
                f"There is a channel called “{name}” already. Choose another name.", code="name_taken"
            )
        return parsed

    def kept_of(self, row: Channel, model: type[BaseModel]) -> dict[str, Any]:
        """Of a channel's credentials what this model has a place for."""
        kept = self._opened_credentials(row)
        return {name: kept[name] for name in model.model_fields if name in kept}

    async def check_credentials(self, channel_id: str, credentials: Mapping[str, Any]) -> Channel:
        """
        Raises:
            InvalidInput: they cannot be right.
            NotFound: no such channel.
        """
        row = await self.found(channel_id)
        parsed_as(kind(row.adapter).credentials, credentials, "credentials")
        return row

    async def change_credentials(
        self, actor: str, channel_id: str, credentials: Mapping[str, Any]
    ) -> list[topics.Position]:
        """Other credentials from now on: the adapter is built anew, and a channel that was paused for them goes on."""
        row = await self.check_credentials(channel_id, credentials)
        parsed = parsed_as(kind(row.adapter).credentials, credentials, "credentials")
        sealed = self._vault.seal(json.dumps(reveal(parsed)).encode(), about=f"channel:{channel_id}")
        now = self._clock.now()

        async def work(session: AsyncSession) -> list[topics.Position]:
            await session.execute(
                update(Channel)
                .where(col(Channel.id) == channel_id)
                .values(
                    credentials_enc=sealed,
                    version=col(Channel.version) + 1,
                    state="on",
                    why="",
                    paused_at=None,
                )
            )
            await self._audit.append(
                session,
                actor=actor,
                action="channel.credentials",
                subject=f"channel:{channel_id}",
                now=now,
            )
            return await tell_channel(session, channel_id, now)

        positions = await self._database.write(work)
        await self.adapter(channel_id)
        return positions

    async def replace_credentials(
        self, channel_id: str, credentials: Mapping[str, Any], *, instead_of: bytes | None = None
    ) -> bytes:
        """
        Store a rotated token pair, before it is used; as it is sealed.

        Args:
            instead_of: What it was renewed from, sealed; what a person has entered meanwhile stays.

        Raises:
            Unavailable: others are stored by now.
        """
        sealed = self._vault.seal(json.dumps(dict(credentials)).encode(), about=f"channel:{channel_id}")
        mine = col(Channel.id) == channel_id
        if instead_of is not None:
            mine &= col(Channel.credentials_enc) == instead_of

        async def work(session: AsyncSession) -> bool:
            stored = update(Channel).where(mine).values(credentials_enc=sealed).returning(col(Channel.id))
            return (await session.execute(stored)).first() is not None

        if not await self._database.write(work):
            raise Unavailable("Other credentials were entered meanwhile.", code="credentials_changed")
        return sealed

    async def test(self, channel_id: str, *, within_s: float = 30.0) -> Probe:
        """Look at the channel without publishing, and remember what was seen; the desks hear of what changed."""
        try:
            adapter = await self.adapter(channel_id)
            async with asyncio.timeout(within_s):
                probe = await adapter.probe()
        except NotFound:
            raise
        except ValidationError:
            log.exception("probe_failed", channel_id=channel_id)
            probe = Probe(ok=False, words="Its settings cannot be read. Tell the administrator.")
        except ChannelError as exc:
            probe = Probe(ok=False, words=exc.detail)
        except TimeoutError:
            probe = Probe(ok=False, words=f"It gave no answer within {within_s:.0f} seconds.")
        except Exception as exc:  # a seam: a probe that broke has shown nothing good
            log.exception("probe_failed", channel_id=channel_id)
            probe = Probe(
                ok=False, words=f"Our own code for it failed ({type(exc).__name__}). Tell the administrator."
            )
        probe = replace(probe, words=f"{probe.words} {self.also_say(channel_id)}".strip())
        now = self._clock.now()

        async def work(session: AsyncSession) -> list[topics.Position]:
            row = await session.get(Channel, channel_id)
            if row is None:
                raise NotFound("There is no such channel.", code="channel_not_found")
            # A platform that took a post and does not show it says of itself that all is well.
            ok, words = (False, row.unseen_why) if row.unseen_why else (probe.ok, probe.words)
            same = (row.probe_ok, row.probe_words) == (ok, words)
            row.probed_at, row.probe_ok, row.probe_words = now, ok, words
            session.add(row)
            await session.flush()
            return [] if same else await tell_channel(session, channel_id, now)

        self.announce(await self._database.write(work))
        return probe

    async def claim_probe(self, channel_id: str, period_s: float) -> bool:
        """
        Whether the next probe of a channel is due, and this process's to make: one of all makes it.

        What was seen before is not known any more from here on: a process that dies in its probe leaves no old "ok".
        """
        now = self._clock.now()

        async def work(session: AsyncSession) -> bool:
            claimed = await session.execute(
                update(Channel)
                .where(
                    col(Channel.id) == channel_id,
                    (col(Channel.probed_at).is_(None))
                    | (col(Channel.probed_at) <= now - timedelta(seconds=period_s)),
                )
                .values(probed_at=now, probe_ok=None)
                .returning(col(Channel.id))
            )
            return claimed.first() is not None

        return await self._database.write(work)

    async def set_state(
        self, actor: str, channel_id: str, state: str, why: str = ""
    ) -> list[topics.Position]:
        """Pause a channel, switch it on again (its waiting deliveries go on), or take it out of use."""
        now = self._clock.now()

        async def work(session: AsyncSession) -> list[topics.Position]:
            row = await session.get(Channel, channel_id, with_for_update=True)
            if row is None or row.state == "off":
                raise NotFound("There is no such channel.", code="channel_not_found")
            if state == "off":
                waiting = (
                    await session.execute(
                        select(col(Delivery.id))
                        .where(
                            col(Delivery.channel_id) == channel_id,
                            col(Delivery.state).in_(OPEN),
                        )
                        .limit(1)
                    )
                ).first()
                if waiting is not None:
                    raise Conflict(
                        "Something still waits for this channel. Undo or settle it first.",
                        code="channel_in_use",
                    )
                if await anybody_with(session, channel_id):
                    raise Conflict(
                        f"People of a list may have a message from {row.name}, or wait for it. "
                        "Let that list end, or settle it first.",
                        code="channel_in_use",
                    )
                first = await session.scalar(
                    select(col(Channel.name)).where(
                        col(Channel.second_id) == channel_id, col(Channel.state) != "off"
                    )
                )
                if first is not None:
                    raise Conflict(
                        f"It is the second provider of {first}. Take it out there first.",
                        code="channel_in_use",
                    )
            row.state, row.why = state, why
            row.paused_at = now if state == "paused" else None
            session.add(row)
            await session.flush()
            await self._audit.append(
                session, actor=actor, action=f"channel.{state}", subject=f"channel:{channel_id}", now=now
            )
            return await tell_channel(session, channel_id, now)

        return await self._database.write(work)

    async def check_second(
        self, channel_id: str, second_id: str | None
    ) -> tuple[Channel, Channel | None, Channel | None]:
        """
        Whether `set_second` could succeed, asked before a second person is.

        Returns:
            The channel, who carries its lists now while it does not answer, and who would.

        Raises:
            NotFound, InvalidInput, Conflict: see `set_second`.
        """
        async with self._database.read() as session:
            row = await session.get(Channel, channel_id)
            second = await session.get(Channel, second_id) if second_id is not None else None
            row = await could_carry(session, row, second, second_id)
            before = await session.get(Channel, row.second_id) if row.second_id is not None else None
            return row, before, second

    async def set_second(
        self, actor: str, channel_id: str, second_id: str | None, *, instead_of: str | None
    ) -> list[topics.Position]:
        """
        Name the channel that carries this one's lists while this one does not answer; None for nobody.

        Args:
            instead_of: Who did when two people decided; another one is not replaced unseen.

        Raises:
            NotFound: no such channel.
            InvalidInput: not two SMS channels, or a chain of them.
            Conflict: people of this channel's lists may have a message from the second, or wait for it; or somebody
                chose another second meanwhile.
        """
        now = self._clock.now()

        async def work(session: AsyncSession) -> list[topics.Position]:
            # Locked: a permit for the second is given before this, and seen here, or not any more.
            row = await session.get(Channel, channel_id, with_for_update=True)
            second = await session.get(Channel, second_id) if second_id is not None else None
            row = await could_carry(session, row, second, second_id)
            if row.second_id != instead_of:
                raise Conflict(
                    "Somebody chose another second provider meanwhile. Look at it, then propose it again.",
                    code="changed_meanwhile",
                )
            await session.execute(
                update(Channel)
                .where(col(Channel.id) == channel_id)
                .values(second_id=second_id, carried_by="")
            )
            await self._audit.append(
                session,
                actor=actor,
                action="channel.second",
                subject=f"channel:{channel_id}",
                detail={"second": second_id or ""},
                now=now,
            )
            return await tell_channel(session, channel_id, now)

        return await self._database.write(work)

    def _build(self, row: Channel, client: Client) -> Adapter:
        chosen = kind(row.adapter)
        defaults: dict[str, Any] = {}
        if "callback_address" in chosen.settings.model_fields and not row.settings.get("callback_address"):
            defaults["callback_address"] = self.webhook_address(row.id)
        settings = chosen.settings.model_validate({**row.settings, **defaults})
        self.simulators.require(settings)
        settings = self.simulators.named(settings)
        credentials = chosen.credentials.model_validate(self._opened_credentials(row))
        adapter = chosen.build(settings, credentials, client, self._clock)
        if isinstance(adapter, RenewsCredentials):
            channel_id, known = row.id, row.credentials_enc

            async def save(renewed: BaseModel) -> None:
                nonlocal known
                async with self._lock:
                    known = sealed = await self.replace_credentials(
                        channel_id, reveal(renewed), instead_of=known
                    )
                    held = self._open.get(channel_id)
                    if held is not None and held[1] is adapter:
                        self._open[channel_id] = ((*held[0][:2], sealed), adapter, held[2])

            async def latest() -> BaseModel:
                nonlocal known
                stored = await self.found(channel_id)
                kept, known = self._opened_credentials(stored), stored.credentials_enc
                return chosen.credentials.model_validate(kept)

            adapter.when_renewed(save, latest)
        return adapter

    def _opened_credentials(self, row: Channel) -> Any:
        return json.loads(self._vault.open(row.credentials_enc, about=f"channel:{row.id}"))


def parsed_as(model: type[BaseModel], given: Mapping[str, Any], what: str) -> BaseModel:
    try:
        return model.model_validate(dict(given))
    except ValidationError as exc:
        fields = sorted({".".join(str(part) for part in error["loc"]) for error in exc.errors()})
        raise InvalidInput(
            f"These {what} are missing or not right: {', '.join(fields)}.", code=f"bad_{what}", fields=fields
        ) from exc
