"""
Builds every object and hands it down. Nothing imports this but the command line.

`create_app` only constructs; the lifespan starts things in the order they need each other and stops them in reverse.
"""

from __future__ import annotations

import random
import resource
import sys
import threading
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import structlog
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from app import __version__
from app.accounts.audit import AuditLog
from app.accounts.audit_reading import AuditReading
from app.accounts.challenges import Challenges
from app.accounts.checkpoints import CHECKPOINTS, Checkpoints
from app.accounts.choices import Choices
from app.accounts.devices import Devices
from app.accounts.factors import SecondFactors
from app.accounts.invitations import Invitations
from app.accounts.passkeys import Passkeys
from app.accounts.passwords import Passwords
from app.accounts.people import People
from app.accounts.policy import Policy
from app.accounts.proposals import Proposals
from app.accounts.sessions import Sessions
from app.accounts.throttle import SignInThrottle
from app.accounts.tickets import Tickets
from app.accounts.vault import Vault, new_key_file, open_vault
from app.audience.ingest import Ingest
from app.audience.listening import Listening
from app.audience.lists import Lists
from app.audience.moderation import Moderation
from app.audience.polling import Polling
from app.audience.rechecking import RECHECK_OVER_S, Rechecking
from app.audience.retention import Retention
from app.audience.streaming import Streaming
from app.audience.webhooks import Webhooks
from app.broadcast.all_clear import AllClear
from app.broadcast.broker import Broker, MemoryBroker
from app.broadcast.connecting import Connecting
from app.broadcast.course import Courses
from app.broadcast.engine import Engine
from app.broadcast.hub import HubSettings
from app.broadcast.looks import Looks
from app.broadcast.readiness import Readiness
from app.broadcast.redis_broker import broker_at
from app.broadcast.settings import EngineSettings
from app.broadcast.shared_limits import SharedLimits
from app.broadcast.simulators_only import LiveCredentialInDrill
from app.broadcast.staff import Admitted, StaffSockets
from app.broadcast.stream import Stream
from app.broadcast.stream import StreamSettings as StreamTuning
from app.broadcast.switchboard import Switchboard
from app.broadcast.topics import Position
from app.broadcast.tries import Tries
from app.channels.measure import measure
from app.channels.registry import kind
from app.clock import Clock, SteeredClock, SystemClock
from app.config import RefusesToStart, Settings, World
from app.db import Database, OnFailed, stay_closed
from app.db_faults import DatabaseDamaged, DatabaseOwned
from app.db_watch import DailyCheck
from app.doers import doers
from app.editorial.approvals import Approvals
from app.editorial.approver_view import ApproverView
from app.editorial.blocked import Blocks
from app.editorial.complications import Complications
from app.editorial.consent_watch import ConsentWatch
from app.editorial.consents import Consents
from app.editorial.correcting import Corrector
from app.editorial.cue_sheet import CueSheet
from app.editorial.delegate_watch import DelegateWatch
from app.editorial.digest import Digest
from app.editorial.events import Events
from app.editorial.finding import registered_names
from app.editorial.gate import EditorialGate
from app.editorial.guard import Guard, GuardRequest, allow_from, checked
from app.editorial.guard.engine import RuleGuard
from app.editorial.handover import Handovers
from app.editorial.lapse_watch import LapseWatch
from app.editorial.phone import Telephone
from app.editorial.pictures import Pictures
from app.editorial.preparing import Preparing
from app.editorial.privacy_check import PrivacyCheck
from app.editorial.reading_again import ReadingAgain
from app.editorial.showing import names_itself_by, refuse_author, refuse_to_show
from app.editorial.silence_watch import SilenceWatch
from app.editorial.submit import Desk
from app.editorial.template_shelf import TemplateShelf
from app.editorial.unused_pictures import UnusedPictures
from app.http import Client
from app.ids import new_id
from app.migrations import migrate
from app.models import LiveEvent, Reply
from app.rehearsal.drills import Drills
from app.rehearsal.furnish import Furnisher, Simulators, SimulatorsUnreachable
from app.rehearsal.player import Player
from app.rehearsal.worlds import refuse_the_others
from app.routes import health, media, pages, problems, sockets, timeline
from app.routes.api import api
from app.routes.deps import client_address
from app.routes.house import House
from app.routes.shield import Shield
from app.telemetry import hush_drivers

log = structlog.get_logger()

REFUSALS = (DatabaseOwned, DatabaseDamaged, RefusesToStart, LiveCredentialInDrill, SimulatorsUnreachable)
"""Why a start ends before anything is served."""


def create_app(
    settings: Settings,
    world: World,
    public_url: str,
    *,
    clock: Clock | None = None,
    passwords: Passwords | None = None,
    on_storage_failed: OnFailed = stay_closed,
) -> FastAPI:
    """
    Args:
        public_url: Where browsers and platforms reach this process, without a slash at the end.
        clock, passwords: A test's own; the machine's clock and a costly hash otherwise.
        on_storage_failed: Told that the disk itself failed; the server ends its process there.

    Raises:
        RefusesToStart, KeyFileRefused: a live process lacks what live needs.
    """
    hush_drivers()
    drill = world == World.DRILL
    vault = _vault(settings, world)
    if not drill and not public_url.startswith("https://"):
        raise RefusesToStart(
            "Live needs an https address: set TOCSIN_PUBLIC_URL=https://… and put a TLS proxy in front. "
            "To try things out, use a drill: tocsin serve --drill"
        )
    clock, rng = clock or SteeredClock(SystemClock()), random.SystemRandom()
    database = Database(settings.database_address(world), on_failed=on_storage_failed)
    audit = AuditLog()
    passwords = passwords or Passwords()
    factors = SecondFactors(database, vault, audit, clock, issuer=f"Tocsin {settings.hospital}")
    people = People(
        database,
        passwords,
        audit,
        clock,
        new_id,
        session_hours=settings.session_hours,
        tablet_session_s=settings.tablet_session_s,
        tablet_idle_s=settings.tablet_idle_s,
        factors=factors,
    )
    tickets = Tickets(database, people, clock)
    staff = StaffSockets(StaffTickets(tickets))
    open_sessions = Sessions(database, passwords, audit, clock, staff.check_soon)
    invitations = Invitations(database, audit, clock)
    challenges = Challenges(vault, clock)
    proposals = Proposals(database, vault, audit, clock, new_id)
    policy = Policy(database, audit, clock)
    checkpoints = Checkpoints(
        database,
        vault.signing_key(CHECKPOINTS),
        clock,
        settings.checkpoints_path(world),
        every_s=settings.checkpoint_every_s,
    )
    broker: Broker = MemoryBroker()
    shared_limits: SharedLimits | None = None
    if settings.redis_url is not None:
        broker = broker_at(settings.redis_url.get_secret_value())
        shared_limits = SharedLimits(
            settings.redis_url.get_secret_value(),
            clock,
            new_id,
            prefix=f"tocsin:{world}",
        )
    stream = Stream(
        database,
        broker,
        clock,
        drill=drill,
        settings=StreamTuning(hub=_hub_settings(settings), heartbeat_s=settings.stream.heartbeat_s),
    )

    def announce(positions: Sequence[Position]) -> None:
        stream.announce(*positions)

    switchboard = Switchboard(
        database,
        vault,
        audit,
        clock,
        new_id,
        drill=drill,
        simulators_url=settings.simulators_url,
        public_url=public_url,
    )
    rules = RuleGuard()
    guard: Guard = rules
    # Half a second of reading dictionaries, which the first update should not wait for.
    threading.Thread(target=rules.preload, name="guard-preload", daemon=True).start()
    media_folder = settings.data_dir / f"media-{world}"
    pictures = Pictures(database, audit, clock, new_id, media_folder, drill=drill)
    templates = TemplateShelf(database, audit, clock)
    privacy = PrivacyCheck(guard, vault, drill=drill)
    desk = Desk(database, vault, privacy, clock, settings, templates, drill=drill)
    again = ReadingAgain(privacy)
    engine = Engine(
        database=database,
        adapters=switchboard.current,
        gate=EditorialGate(clock, again.may_follow, drill=drill),
        audit=audit,
        clock=clock,
        new_id=new_id,
        random=rng.random,
        announce=announce,
        units=units,
        load_media=pictures.load,
        tell=Digest(public_url, drill=drill),
        shared_limits=shared_limits,
        # Alone on an SQLite file; PostgreSQL may be shared, so a stop waits for what other processes have in flight.
        settings=EngineSettings(sole_node=database.is_sqlite),
    )
    events = Events(
        database, vault, audit, clock, new_id, settings, guard, engine.stop_control, announce, drill=drill
    )
    consents = Consents(database, vault, audit, clock, new_id, engine, announce, drill=drill)
    approvals = Approvals(database, engine, audit, clock, new_id, settings, announce, again.read_together)

    def look(event: LiveEvent, text: str, lang: str | None) -> dict[str, object]:
        request = GuardRequest(
            text=text,
            kind="reply",
            lang=lang,
            staff_allow=tuple(event.staff_allow),
            allow=allow_from(event.allow),
            deny=registered_names(vault, event),
        )
        return dict(checked(guard, request).summary())

    async def may_show(session: AsyncSession, event: LiveEvent, reply: Reply) -> bool:
        names = registered_names(vault, event)
        refuse_author(reply, names)
        await refuse_to_show(session, event, drill=drill, now=clock.now())
        return not names_itself_by(guard, event, reply, names)

    ingest = Ingest(database, clock, new_id, look, engine.receipts, announce)
    house = House(
        settings=settings,
        world=world,
        clock=clock,
        database=database,
        people=people,
        factors=factors,
        passkeys=Passkeys(database, challenges, audit, clock, public_url=public_url),
        sessions=open_sessions,
        invitations=invitations,
        choices=Choices(database),
        devices=Devices(database, people, open_sessions, passwords, challenges, audit, clock, new_id),
        proposals=proposals,
        policy=policy,
        audit=AuditReading(database, audit, clock),
        throttle=SignInThrottle(clock),
        tickets=tickets,
        events=events,
        consents=consents,
        approvals=approvals,
        approver_view=ApproverView(
            database, clock, engine.forecasts, drill=drill, zone=ZoneInfo(settings.time_zone)
        ),
        blocks=Blocks(database, audit, clock),
        pictures=pictures,
        templates=templates,
        complications=Complications(database, engine, desk, audit, clock, new_id, announce),
        handovers=Handovers(database, audit, clock, new_id, announce),
        preparing=Preparing(database, clock, drill=drill),
        cue_sheet=CueSheet(database, privacy, audit, clock, new_id, announce),
        corrector=Corrector(database, privacy, clock, settings, engine.forecasts, drill=drill),
        telephone=Telephone(database, approvals, audit, clock, new_id),
        desk=desk,
        engine=engine,
        stream=stream,
        looks=Looks(database),
        courses=Courses(database),
        tries=Tries(database, engine.settings.retry),
        all_clear=AllClear(database),
        switchboard=switchboard,
        connecting=Connecting(database, vault, switchboard, clock, public_url=public_url),
        readiness=Readiness(
            switchboard, clock, every_s=20.0 if drill else settings.probe_channels_s, drill=drill
        ),
        ingest=ingest,
        webhooks=Webhooks(switchboard, ingest, clock),
        moderation=Moderation(database, audit, clock, announce, look, may_show),
        lists=Lists(database, audit, clock, new_id),
        announce=announce,
        public_url=public_url,
    )
    polling = Polling(
        database, switchboard, ingest, clock, rng, every_s=4.0 if drill else settings.poll_replies_s
    )
    streaming = Streaming(switchboard, ingest, clock, rng, repair=polling.ask)
    switchboard.also_say = streaming.words
    switchboard.announce = announce
    rechecking = Rechecking(
        database,
        switchboard,
        ingest,
        clock,
        every_s=2.0 if drill else settings.recheck_replies_s,
        over_every_s=2.0 if drill else RECHECK_OVER_S,
    )
    retention = Retention(database, clock)
    unused_pictures = UnusedPictures(database, audit, clock, media_folder)
    silence_watch = SilenceWatch(database, audit, clock, announce)
    delegate_watch = DelegateWatch(database, audit, clock, announce)
    lapse_watch = LapseWatch(database, audit, clock, new_id, announce)
    consent_watch = ConsentWatch(database, consents, clock)
    daily = DailyCheck(database)
    ways = {"poll": polling.run, "stream": streaming.run, "recheck": rechecking.run}
    listening = Listening(database, ways, look_s=1.0 if drill else 5.0)
    proposals.doers.update(
        doers(people, invitations, open_sessions, switchboard, policy, events, announce, engine.wake)
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.enter_context(_remembered(house))
            await database.start()
            stack.push_async_callback(database.stop)
            await refuse_the_others(database, drill=drill)
            await migrate(database)
            if missing := await checkpoints.missing():
                log.error("entries_missing", why=missing)
                if database.is_sqlite:  # a standby that took over lacks its tail and must serve all the same
                    raise DatabaseDamaged(missing)
            await policy.lay_starter()
            stack.push_async_callback(switchboard.aclose)
            if drill:
                control = Client()
                stack.push_async_callback(control.aclose)
                simulators = Simulators(control, settings.simulators_url)
                furnisher = Furnisher(
                    database,
                    people,
                    switchboard,
                    house.lists,
                    events,
                    house.cue_sheet,
                    consents,
                    simulators,
                    policy,
                    delay_s=settings.delays.rehearsal,
                )
                house.sign_in_codes = await furnisher.furnish()
                house.once_listening = furnisher.point_webhooks
                player = Player(desk, engine, events, approvals, house.handovers, simulators)
                house.rehearsal = player
                stack.push_async_callback(player.stop)
                house.drills = Drills(
                    database,
                    simulators,
                    audit,
                    clock,
                    new_id,
                    announce,
                    packs=settings.data_dir / "packs",
                )
                await house.drills.close_old()
                stack.push_async_callback(house.drills.aclose)
            elif await people.set_up_needed():
                house.sign_in_codes = [("first person", await people.issue_code("setup", minutes=720))]
            await switchboard.open_all()
            await stream.start()
            stack.push_async_callback(stream.stop)
            staff.start()
            stack.push_async_callback(staff.stop)
            if shared_limits is not None:
                stack.push_async_callback(shared_limits.aclose)
            await engine.start()
            stack.push_async_callback(engine.stop)
            for part in (
                checkpoints,
                ingest,
                daily,
                house.readiness,
                retention,
                unused_pictures,
                silence_watch,
                delegate_watch,
                lapse_watch,
                consent_watch,
                listening,
            ):
                part.start()
                stack.push_async_callback(part.stop)
            house.ready = True
            log.info("ready", world=str(world), address=public_url)
            yield
            house.ready = False

    app = FastAPI(
        title="Tocsin",
        version=__version__,
        summary="Live-event tweeting and crisis broadcast for hospitals and emergency desks",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=lifespan,
        routes=api.routes,  # not included anew, which would read every signature again
    )
    app.state.house = house
    problems.install(app)
    address_of = partial(client_address, house=house)
    app.include_router(sockets.router(stream, staff, {public_url}, address_of))
    app.include_router(timeline.router(stream, address_of))
    app.include_router(health.router)
    app.include_router(media.public_router)
    pages.install(app, house)
    app.add_middleware(
        Shield,
        max_body_bytes=settings.max_body_bytes,
        hosts=settings.allowed_hosts or (() if drill else own_hosts(public_url)),
        https=public_url.startswith("https://"),
    )
    return app


@contextmanager
def _remembered(house: House) -> Iterator[None]:
    """Why a start was refused, for whoever started it: the framework would only print where it came up."""
    try:
        yield
    except REFUSALS as exc:
        house.refused = exc
        raise


def own_hosts(public_url: str) -> tuple[str, ...]:
    """The name people use, and what a proxy or a health check on this machine says."""
    return (urlsplit(public_url).hostname or "", "localhost", "127.0.0.1", "::1")


def units(adapter: str, text: str) -> int:
    """What one post costs of its channel's limits: SMS networks count segments, the others posts."""
    if kind(adapter).capabilities.measure == "sms":
        return measure("sms", text).segments or 1
    return 1


def open_files() -> int:
    """How many files this process may have open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft if soft != resource.RLIM_INFINITY else sys.maxsize


def _hub_settings(settings: Settings) -> HubSettings:
    limits = settings.stream
    return HubSettings(
        viewers_most=limits.max_viewers,
        viewers_most_per_address=limits.max_per_address,
        accepts_per_s=limits.accepts_per_s,
        accept_burst=int(2 * limits.accepts_per_s),
        hello_s=limits.handshake_s,
        request_s=limits.handshake_s,
        slow_s=limits.slow_s,
        files_most=open_files(),
    )


class StaffTickets:
    """Accounts' tickets as the stream knows them."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def redeem(self, ticket: str) -> Admitted | None:
        found = await self._tickets.redeem(ticket)
        return None if found is None else Admitted(topic=found[0], session_id=found[1])

    async def ended(self, admitted: Collection[Admitted]) -> Collection[Admitted]:
        return [one for one in admitted if not await self._tickets.allows(one.session_id, one.topic)]


def _vault(settings: Settings, world: World) -> Vault:
    path = settings.key_path(world)
    if world == World.DRILL and not path.exists():
        new_key_file(path)
    return open_vault(path)
