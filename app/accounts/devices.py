"""
Paired tablets: one event, one person, presenter rights, a key that never leaves the tablet, a PIN, and a remote wipe.

Pairing takes two things that no one person holds: an admin's code (two letters that name the pairing and fifty secret
bits, five tries, five minutes, once), and proof of the person the tablet is for, their password or a sign-in code.
So an admin cannot make themself a second identity out of a tablet. The tablet's session lives for minutes; it is
renewed by signing a challenge with the tablet's own key, which the browser keeps and will not hand out.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.challenges import Challenges
from app.accounts.codes import code_hash, letters_of, plain_code
from app.accounts.passwords import Passwords
from app.accounts.people import People
from app.accounts.rights import Actor
from app.accounts.sessions import Sessions, end_sessions
from app.clock import Clock
from app.db import Database
from app.errors import Forbidden, InvalidInput, NotFound, Unauthorized
from app.ids import NewId
from app.models import Device, EventRole, Pairing, Person, Role, Session

CODE_LIFE = timedelta(minutes=5)
MOST_TRIES = 5
LOCATOR_LETTERS, SECRET_LETTERS = 4, 10
RENEW = "device.renew"
SIGNED_PREFIX = b"tocsin-device-1\n"


@dataclass(frozen=True, slots=True)
class PairingCode:
    """Shown once on the admin's screen."""

    code: str
    expires_at: datetime


class Devices:
    """Pairs, renews, locks and wipes."""

    def __init__(
        self,
        database: Database,
        people: People,
        sessions: Sessions,
        passwords: Passwords,
        challenges: Challenges,
        audit: AuditLog,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._database = database
        self._people = people
        self._sessions = sessions
        self._passwords = passwords
        self._challenges = challenges
        self._audit = audit
        self._clock = clock
        self._new_id = new_id

    async def offer(self, actor: Actor, event_id: str, person_id: str, name: str) -> PairingCode:
        """
        A code for a tablet of one person on one event.

        Raises:
            NotFound: no such person.
            InvalidInput: they are no presenter there, or the name cannot be right.
        """
        name = " ".join(name.split())
        if not name or len(name) > 60 or not name.isprintable():
            raise InvalidInput("Give the tablet a name of at most 60 printable characters.", code="bad_name")
        locator, secret, now = letters_of(LOCATOR_LETTERS), letters_of(SECRET_LETTERS), self._clock.now()

        async def work(session: AsyncSession) -> None:
            person = await session.get(Person, person_id)
            if person is None or person.disabled_at is not None:
                raise NotFound("There is no such person.", code="person_not_found")
            held = (
                await session.execute(
                    select(col(EventRole.event_id)).where(
                        col(EventRole.person_id) == person_id,
                        col(EventRole.role) == Role.PRESENTER,
                        col(EventRole.event_id).in_([event_id, "*"]),
                    )
                )
            ).first()
            if held is None:
                raise InvalidInput(
                    "This person is no presenter on the event. Give them the role first.",
                    code="not_a_presenter",
                )
            session.add(
                Pairing(
                    locator=locator,
                    secret_hash=code_hash(secret),
                    event_id=event_id,
                    person_id=person_id,
                    name=name,
                    made_by=actor.label,
                    expires_at=now + CODE_LIFE,
                )
            )
            await self._audit.append(
                session,
                actor=actor.label,
                action="device.offer",
                event_id=event_id,
                subject=f"person:{person_id}",
                now=now,
            )

        await self._database.write(work)
        return PairingCode(f"{locator}-{secret[:5]}-{secret[5:]}", now + CODE_LIFE)

    async def pair(
        self,
        *,
        code: str,
        public_key: bytes,
        pin: str,
        password: str | None,
        second: str | None,
        person_code: str | None,
        user_agent: str,
    ) -> tuple[str, Actor, Device]:
        """
        Turn a code into a paired tablet and its first session.

        Raises:
            Unauthorized: the code is wrong, used, tried out or old, or the person was not proven.
            InvalidInput: the key or the PIN cannot be right.
        """
        _public_key(public_key)
        check_pin(pin)
        pairing = await self._taken_try(code)
        proven = await self._proven(pairing, password, second, person_code)
        pin_hash, now, device_id = await self._passwords.hash(pin), self._clock.now(), self._new_id()

        async def work(session: AsyncSession) -> Device:
            used = await session.execute(
                update(Pairing)
                .where(col(Pairing.locator) == pairing.locator, col(Pairing.used_at).is_(None))
                .values(used_at=now)
                .returning(col(Pairing.locator))
            )
            if used.first() is None:  # another tablet was first
                raise _code_refused()
            device = Device(
                id=device_id,
                event_id=pairing.event_id,
                person_id=proven,
                name=pairing.name,
                public_key=public_key,
                pin_hash=pin_hash,
                paired_by=pairing.made_by,
                paired_at=now,
                seen_at=now,
            )
            session.add(device)
            await session.flush()
            await self._audit.append(
                session,
                actor=f"person:{proven}",
                action="device.pair",
                event_id=device.event_id,
                subject=f"device:{device_id}",
                detail={"offered_by": pairing.made_by},
                now=now,
            )
            return device

        device = await self._database.write(work)
        token, actor = await self._people.open_session(proven, user_agent, "device", device_id=device.id)
        return token, actor, device

    def challenge(self, device_id: str) -> bytes:
        """What the tablet signs to renew its session; the same for a device that does not exist."""
        return self._challenges.make(RENEW, device_id)

    async def renew(
        self, device_id: str, challenge: bytes, signature: bytes, user_agent: str
    ) -> tuple[str, Actor]:
        """
        A new session for a tablet that has its key. It unlocks nothing: nobody need be there.

        Raises:
            Unauthorized: wiped, unknown, or the signature does not hold.
        """
        if self._challenges.read(challenge, RENEW) != device_id:
            raise _renewal_refused()
        async with self._database.read() as session:
            device = await session.get(Device, device_id)
        if device is None:
            raise _renewal_refused()
        if device.wiped_at is not None:
            raise wiped()
        check_signature(device.public_key, challenge, signature)
        now = self._clock.now()

        async def work(session: AsyncSession) -> None:
            await self._challenges.use(session, challenge)
            await session.execute(update(Device).where(col(Device.id) == device_id).values(seen_at=now))

        await self._database.write(work)
        return await self._people.open_session(
            device.person_id, user_agent, "device", device_id=device_id, active=False
        )

    async def unlock(self, actor: Actor, pin: str) -> None:
        """
        Go on after the tablet was left alone. The fifth wrong PIN wipes it.

        Raises:
            InvalidInput: not a tablet.
            Forbidden: wrong PIN; says how many tries are left.
        """
        device_id, now = actor.device_id, self._clock.now()
        if device_id is None:
            raise InvalidInput("Only a paired tablet has a PIN.", code="not_a_tablet")

        async def counted(session: AsyncSession) -> tuple[int, str]:
            device = await session.get(Device, device_id, populate_existing=True, with_for_update=True)
            if device is None or device.wiped_at is not None:
                raise wiped()
            device.pin_tries += 1  # before it is looked at, so that many at once are not all looked at
            if device.pin_tries > MOST_TRIES:
                raise wiped()
            session.add(device)
            return device.pin_tries, device.pin_hash

        tries, pin_hash = await self._database.write(counted)
        if await self._passwords.matches(pin, pin_hash):

            async def work(session: AsyncSession) -> None:
                await session.execute(update(Device).where(col(Device.id) == device_id).values(pin_tries=0))
                await session.execute(
                    update(Session).where(col(Session.id) == actor.session_id).values(active_at=now)
                )

            await self._database.write(work)
            return
        if tries >= MOST_TRIES:
            await self._wipe(actor.label, device_id, "five wrong PINs")
            raise wiped()
        raise Forbidden(
            f"The PIN is wrong. Tries left: {MOST_TRIES - tries}. Then this tablet is wiped.",
            code="pin_wrong",
            tries_left=MOST_TRIES - tries,
        )

    async def found(self, device_id: str) -> Device:
        async with self._database.read() as session:
            device = await session.get(Device, device_id)
        if device is None:
            raise NotFound("There is no such tablet.", code="device_not_found")
        return device

    async def listed(self, event_id: str) -> list[Device]:
        async with self._database.read() as session:
            return list(
                (
                    await session.execute(
                        select(Device)
                        .where(col(Device.event_id) == event_id)
                        .order_by(col(Device.paired_at).desc())
                    )
                ).scalars()
            )

    async def wipe(self, actor: Actor, device_id: str) -> None:
        """Its sessions and sockets end at once; its next request is told to forget everything."""
        await self._wipe(actor.label, device_id, "by hand")

    async def was_wiped(self, token_hash: str) -> bool:
        """Whether this cookie is of a wiped tablet: it is told so, and to clear what it keeps."""
        async with self._database.read() as session:
            row = (
                await session.execute(
                    select(col(Device.wiped_at))
                    .join(Session, col(Session.device_id) == col(Device.id))
                    .where(col(Session.token_hash) == token_hash)
                )
            ).first()
        return row is not None and row[0] is not None

    async def _wipe(self, by: str, device_id: str, why: str) -> None:
        now = self._clock.now()

        async def work(session: AsyncSession) -> None:
            device = await session.get(Device, device_id, populate_existing=True)
            if device is None:
                raise NotFound("There is no such tablet.", code="device_not_found")
            if device.wiped_at is not None:
                return
            device.wiped_at, device.wiped_why = now, why
            session.add(device)
            await end_sessions(session, now, Session.device_id, device_id)
            await self._audit.append(
                session,
                actor=by,
                action="device.wipe",
                event_id=device.event_id,
                subject=f"device:{device_id}",
                detail={"why": why},
                now=now,
            )

        await self._database.write(work)
        self._sessions.say_ended()

    async def _taken_try(self, code: str) -> Pairing:
        """The pairing that a code opens; a wrong one costs a try of the pairing that it names."""
        letters, now = plain_code(code), self._clock.now()
        locator, secret = letters[:LOCATOR_LETTERS], letters[LOCATOR_LETTERS:]

        async def work(session: AsyncSession) -> Pairing | None:
            row = await session.get(Pairing, locator, populate_existing=True, with_for_update=True)
            if row is None or row.used_at is not None or row.expires_at <= now or row.tries >= MOST_TRIES:
                return None
            row.tries += 1
            session.add(row)
            return row if hmac.compare_digest(row.secret_hash, code_hash(secret)) else None

        row = await self._database.write(work)
        if row is None:
            raise _code_refused()
        return row

    async def _proven(
        self, pairing: Pairing, password: str | None, second: str | None, person_code: str | None
    ) -> str:
        async with self._database.read() as session:
            person = await session.get(Person, pairing.person_id)
        if person is None:
            raise _code_refused()
        if person_code:
            proven = await self._people.owner_of_code(person_code)
        else:
            proven = (await self._people.proven(person.email, password or "", second)).id
        if proven != pairing.person_id:
            raise Unauthorized("This tablet is for somebody else.", code="code_refused")
        return proven


def check_pin(pin: str) -> None:
    """
    Raises:
        InvalidInput: not four to eight digits, or one that everybody tries first.
    """
    if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 8):
        raise InvalidInput("A PIN has four to eight digits.", code="bad_pin")
    if len(set(pin)) == 1 or pin in "01234567890" or pin in "09876543210":
        raise InvalidInput("This PIN is guessed first. Choose another one.", code="bad_pin")


def check_signature(public_key: bytes, challenge: bytes, signature: bytes) -> None:
    """
    A signature as WebCrypto makes it: ECDSA P-256 with SHA-256, r and s as 32 bytes each.

    Raises:
        Unauthorized: it does not hold.
    """
    if len(signature) != 64:
        raise _renewal_refused()
    der = utils.encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    try:
        _public_key(public_key).verify(der, SIGNED_PREFIX + challenge, ec.ECDSA(SHA256()))
    except InvalidSignature as exc:
        raise _renewal_refused() from exc


def _public_key(spki: bytes) -> ec.EllipticCurvePublicKey:
    try:
        key = load_der_public_key(spki)
    except (ValueError, TypeError) as exc:
        raise InvalidInput("That is not a public key.", code="bad_device_key") from exc
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise InvalidInput("The tablet's key is a P-256 key.", code="bad_device_key")
    return key


def wiped() -> Unauthorized:
    return Unauthorized("This tablet was wiped. Ask an admin to pair it again.", code="device_wiped")


def _code_refused() -> Unauthorized:
    return Unauthorized(
        "This code is wrong, used or too old. Ask the admin for a new one.", code="code_refused"
    )


def _renewal_refused() -> Unauthorized:
    return Unauthorized("This tablet is not known here. Pair it again.", code="device_refused")
