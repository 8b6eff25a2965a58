"""
Setting a drill up at its first start: two people, three simulated channels, a list of phones, two prepared events.

The simulators tell their own well-known credentials, so nobody types any. At every start the two people get fresh
single-use codes.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.people import People
from app.accounts.policy import Policy
from app.accounts.rights import Actor
from app.audience.lists import Lists, NewRecipient
from app.broadcast.switchboard import Switchboard
from app.channels.address import is_loopback
from app.db import Database
from app.editorial.consent import PATIENT_EVENTS
from app.editorial.consents import Consents
from app.editorial.cue_sheet import CueSheet
from app.editorial.events import Events
from app.editorial.new_event import NewEvent
from app.editorial.scripted import COMPLICATION
from app.http import Client, HttpRequest, TransportFailure
from app.models import EVERY_EVENT, Audience, Channel, ConsentState, EventState, Person, Role
from app.rehearsal.scenarios import INVENTED_TERMS, PHONES, SCENARIOS

PEOPLE = (
    ("Marta Serra", "marta@drill.example", (Role.PRESENTER, Role.MODERATOR, Role.ADMIN)),
    ("Tom Okafor", "tom@drill.example", (Role.PRESENTER, Role.MODERATOR, Role.APPROVER, Role.ADMIN)),
)
SYSTEM = Actor("person", "rehearsal", "Rehearsal")
SECOND = Actor("person", "rehearsal-second", "Rehearsal")
CLINICIAN = Actor(
    "person", "rehearsal", "Rehearsal", roles={EVERY_EVENT: frozenset({Role.CLINICIAN_REVIEWER})}
)


class SimulatorsUnreachable(Exception):
    """The sentence says what to do."""


class Simulators:
    """The control surface of the simulators process."""

    def __init__(self, client: Client, base: str) -> None:
        self._client = client
        self.base = base.rstrip("/")

    async def get(self, path: str) -> Any:
        return await self._call("GET", path, None)

    async def post(self, path: str, body: Any) -> Any:
        return await self._call("POST", path, body)

    async def delete(self, path: str) -> Any:
        return await self._call("DELETE", path, None)

    async def _call(self, method: str, path: str, body: Any) -> Any:
        try:
            answer = await self._client.send(HttpRequest(method, f"{self.base}/_sim/{path}", json=body))
        except TransportFailure as exc:
            raise SimulatorsUnreachable(
                f"The simulators do not answer at {self.base}. Start both with: python3 run.py"
            ) from exc
        if answer.status >= 400:
            raise SimulatorsUnreachable(f"The simulators refused {path}: {answer.body[:200]!r}")
        return orjson.loads(answer.body) if answer.body else None


class Furnisher:
    """Makes what a rehearsal needs, once; harmless to run again."""

    def __init__(
        self,
        database: Database,
        people: People,
        switchboard: Switchboard,
        lists: Lists,
        events: Events,
        cue_sheet: CueSheet,
        consents: Consents,
        simulators: Simulators,
        policy: Policy,
        *,
        delay_s: float,
    ) -> None:
        self._database = database
        self._people = people
        self._switchboard = switchboard
        self._lists = lists
        self._events = events
        self._cue_sheet = cue_sheet
        self._consents = consents
        self._simulators = simulators
        self._policy = policy
        self._delay_s = delay_s

    async def furnish(self) -> list[tuple[str, str]]:
        """Returns (name, fresh sign-in code) of each prepared person."""
        if await self._people.set_up_needed():
            await self._make_people()
        channels = await self._make_channels()
        await self._make_events(channels)
        codes = []
        policy = await self._policy.current()
        for person in await self._prepared_people():
            if (
                policy is not None
            ):  # prepared people have read the drill's text, so that a rehearsal starts at once
                await self._policy.acknowledge(Actor("person", person.id, person.name), policy.version)
            codes.append(
                (person.name, await self._people.issue_code("sign_in", person_id=person.id, minutes=720))
            )
        return codes

    async def _make_people(self) -> None:
        code = await self._people.issue_code("setup")
        await self._people.set_up(
            code, [(name, email, secrets.token_urlsafe(24), roles) for name, email, roles in PEOPLE]
        )

        async def forget(session: AsyncSession) -> None:
            emails = [email for _, email, _ in PEOPLE]
            await session.execute(
                update(Person).where(col(Person.email).in_(emails)).values(password_hash=None)
            )

        # In a rehearsal people come in with the printed codes. A password that nobody knows would be asked for.
        await self._database.write(forget)

    async def _prepared_people(self) -> list[Person]:
        async with self._database.read() as session:
            rows = (
                await session.execute(
                    select(Person).where(col(Person.email).in_([email for _, email, _ in PEOPLE]))
                )
            ).scalars()
            return sorted(rows, key=lambda person: person.name)

    async def _make_channels(self) -> dict[str, Channel]:
        known = await self._simulators.get("credentials")
        gateway = known.get("smpp", {})
        self._switchboard.simulators.gateway = f"{gateway['host']}:{gateway['port']}" if gateway else ""
        await self._follow_simulators(gateway)
        # The prepared ones are the oldest; somebody may have added others.
        have = {row.adapter: row for row in reversed(await self._switchboard.listed())}
        # A pair of tokens lives as long as its simulators process, so every start of ours gets a new one.
        known["x"] |= {"user_token": (await self._simulators.post("x/token", {}))["access_token"]}
        if "x" in have:
            _, credentials = channel_fields("x", known["x"], self._simulators.base)
            await self._switchboard.replace_credentials(have["x"].id, credentials)
        for adapter, name in (("x", "X"), ("facebook", "Facebook"), ("twilio", "SMS")):
            if adapter not in have:
                settings, credentials = channel_fields(adapter, known[adapter], self._simulators.base)
                have[adapter] = await self._switchboard.add(
                    "system", adapter=adapter, name=name, settings=settings, credentials=credentials
                )
        return have

    async def _follow_simulators(self, smpp: Mapping[str, Any]) -> None:
        """A rehearsal on other ports than the last one: its channels go on with the simulators of today."""

        async def work(session: AsyncSession) -> None:
            for row in (await session.execute(select(Channel).where(col(Channel.state) != "off"))).scalars():
                row.settings = moved(row.settings, self._simulators.base, smpp)

        await self._database.write(work)

    async def _make_events(self, channels: dict[str, Channel]) -> None:
        """Each event is made in several steps; one that a first start left half-made is taken up where it was left."""
        made = {event.slug: event for event in await self._events.listed()}
        audience_id = await self._audience()
        links: dict[str, str | None] = {
            row.id: audience_id if row.adapter == "twilio" else None for row in channels.values()
        }
        for scenario in SCENARIOS.values():
            event = made.get(scenario.event.slug or "")
            if event is None:
                fields = {name: getattr(scenario.event, name) for name in NewEvent.__dataclass_fields__}
                new = NewEvent(**{**fields, "channels": links, "delay_s": int(self._delay_s)})
                event = await self._events.create(SYSTEM, new, scenario.steps, confirmed=True, agreed=True)
            if event.state != EventState.DRAFT:
                continue
            if event.kind in PATIENT_EVENTS:
                await self._consent(event.id, list(links))
                await self._signed(event.id)
            await self._events.go_live(SYSTEM, event.id, agreed=True)

    async def _consent(self, event_id: str, channel_ids: list[str]) -> None:
        """A complete record about nobody, marked as invented; the two who check it are the rehearsal itself."""
        found = await self._consents.stands(event_id)
        if found.record is None:
            people = [person.id for person in await self._prepared_people()]
            found = await self._consents.write(
                SYSTEM,
                event_id,
                {**INVENTED_TERMS, "channels": channel_ids, "revokers": people},
                signed_by="",
                revoker_outside="",
                expires_at=None,
                version=None,
            )
        for before, who in ((ConsentState.DRAFT, SYSTEM), (ConsentState.RECORDED, SECOND)):
            assert found.record is not None
            if found.record.state == before:
                found = await self._consents.confirm(who, event_id, found.record.version)

    async def _signed(self, event_id: str) -> None:
        """
        The line for a complication, and the steps that the page has a name for, signed as they would be; by the
        rehearsal itself.
        """
        for step, _ in await self._events.steps(event_id, whole=True):
            if step.label and step.signed_by is None:
                await self._cue_sheet.sign(SECOND, event_id, step.id, step.version)
            if step.branch == COMPLICATION:
                if step.signed_by is None:
                    step = await self._cue_sheet.sign(CLINICIAN, event_id, step.id, step.version)
                if step.seconded_by is None:
                    await self._cue_sheet.sign(SECOND, event_id, step.id, step.version)

    async def _audience(self) -> str:
        async with self._database.read() as session:
            row = (await session.execute(select(Audience))).scalars().first()
        if row is not None:
            return row.id
        audience = await self._lists.create("system", "Phones on the shelf")
        rows = [NewRecipient(number, "Rehearsal phone: nobody's number", lang) for number, lang in PHONES]
        await self._lists.import_(SYSTEM, audience.id, rows, region=None)
        return audience.id

    async def point_webhooks(self) -> None:
        """Tell the simulators where this instance listens; only once it does, since they try the address at once."""
        for row in await self._switchboard.listed():
            if row.adapter not in ("facebook", "twilio"):
                continue
            adapter = row.adapter
            await self._simulators.post(
                "webhooks", {"platform": adapter, "url": self._switchboard.webhook_address(row.id)}
            )


def moved(settings: Mapping[str, Any], base: str, smpp: Mapping[str, Any]) -> dict[str, Any]:
    """
    The settings of a simulated channel where the simulators are now; what is beyond this machine stays as it is.

    Args:
        smpp: What the simulated gateway says of itself; empty where there is none.
    """
    found = dict(settings)
    for name in ("base_address", "site_address"):
        address = urlsplit(str(found.get(name, "")))
        if is_loopback(address.hostname or ""):
            found[name] = base + address.path
    if smpp and is_loopback(str(found.get("host", ""))):
        found |= {"host": smpp["host"], "port": smpp["port"]}
    return found


def channel_fields(adapter: str, known: dict[str, Any], base: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Settings and credentials of one simulated channel, from what its simulator says of itself."""
    address = f"{base}/{adapter}"
    match adapter:
        case "x":
            return (
                {
                    "base_address": address,
                    "site_address": address,
                    "username": known["username"],
                    "user_id": known["user_id"],
                },
                {
                    "consumer_key": known["consumer_key"],
                    "consumer_secret": known["consumer_secret"],
                    "access_token": known["access_token"],
                    "access_secret": known["access_token_secret"],
                    "client_id": known["client_id"],
                    "user_token": known["user_token"],
                    "app_token": known["bearer_token"],
                },
            )
        case "facebook":
            return (
                {
                    "base_address": address,
                    "site_address": address,
                    "page_id": known["page_id"],
                    "page_name": known.get("page_name", ""),
                    "app_id": known["app_id"],
                },
                {
                    "page_token": known["page_token"],
                    "app_secret": known["app_secret"],
                    "verify_token": known["verify_token"],
                },
            )
        case _:
            return (
                {
                    "base_address": address,
                    "account_sid": known["account_sid"],
                    "messaging_service_sid": known["messaging_service_sid"],
                    "segments_per_s": 50,
                },
                {"auth_token": known["auth_token"]},
            )
