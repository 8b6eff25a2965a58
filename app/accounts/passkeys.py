"""
Passkeys (WebAuthn): a key pair in the person's phone or laptop, bound to this address, opened by finger, face or PIN.

A passkey is both factors at once, and guessing at a password cannot slow it down: it is how a desk stays open while
somebody hammers at its door. No attestation is asked for, and an answer to "sign in" names nobody beforehand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.accounts.audit import AuditLog
from app.accounts.challenges import Challenges
from app.accounts.rights import Actor
from app.clock import Clock
from app.db import Database
from app.errors import Conflict, InvalidInput, NotFound, Unauthorized
from app.models import Passkey, Person

REGISTER, SIGN_IN = "passkey.register", "passkey.sign_in"
MOST_PER_PERSON = 10


class Passkeys:
    """
    Args:
        public_url: Its host is what the keys are bound to; its origin the only one they answer for.
    """

    def __init__(
        self, database: Database, challenges: Challenges, audit: AuditLog, clock: Clock, *, public_url: str
    ) -> None:
        self._database = database
        self._challenges = challenges
        self._audit = audit
        self._clock = clock
        self._origin = public_url
        self._host = urlsplit(public_url).hostname or "localhost"

    async def registration(self, actor: Actor) -> dict[str, Any]:
        """What `navigator.credentials.create` is given."""
        async with self._database.read() as session:
            person = await session.get(Person, actor.id)
        if person is None or actor.kind != "person":
            raise NotFound("A key has no person behind it.", code="not_a_person")
        options = webauthn.generate_registration_options(
            rp_id=self._host,
            rp_name="Tocsin",
            user_id=person.id.encode(),
            user_name=person.email,
            user_display_name=person.name,
            challenge=self._challenges.make(REGISTER, person.id),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.id))
                for row in await self.listed(actor.id)
            ],
        )
        return dict(json.loads(webauthn.options_to_json(options)))

    async def register(self, actor: Actor, name: str, credential: Mapping[str, Any]) -> Passkey:
        """
        Raises:
            InvalidInput: the browser's answer does not hold.
            Unauthorized: its challenge is not ours, too old or used.
            Conflict: this passkey is here already, or there are too many.
        """
        challenge = _challenge_of(credential)
        if self._challenges.read(challenge, REGISTER) != actor.id:
            raise Unauthorized("This was begun by somebody else. Try again.", code="challenge_refused")
        try:
            found = webauthn.verify_registration_response(
                credential=dict(credential),
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as exc:
            raise InvalidInput(
                "The passkey's answer does not hold. Try again.", code="passkey_refused"
            ) from exc
        now, passkey_id = self._clock.now(), bytes_to_base64url(found.credential_id)
        row = Passkey(
            id=passkey_id,
            person_id=actor.id,
            public_key=found.credential_public_key,
            sign_count=found.sign_count,
            name=" ".join(name.split())[:60] or "Passkey",
            created_at=now,
        )

        async def work(session: AsyncSession) -> None:
            await self._challenges.use(session, challenge)
            held = (
                await session.execute(select(col(Passkey.id)).where(col(Passkey.person_id) == actor.id))
            ).all()
            if len(held) >= MOST_PER_PERSON or await session.get(Passkey, passkey_id) is not None:
                raise Conflict(
                    "This passkey is here already, or ten are. Take one away first.", code="passkey_taken"
                )
            session.add(row)
            await self._audit.append(session, actor=actor.label, action="passkey.add", now=now)

        await self._database.write(work)
        return row

    def sign_in_options(self) -> dict[str, Any]:
        """What `navigator.credentials.get` is given; the same for everybody."""
        options = webauthn.generate_authentication_options(
            rp_id=self._host,
            challenge=self._challenges.make(SIGN_IN),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return dict(json.loads(webauthn.options_to_json(options)))

    async def signed_in(self, credential: Mapping[str, Any]) -> str:
        """
        Whose passkey it is.

        Raises:
            Unauthorized: unknown, forged, replayed, or of somebody who may not come in any more.
        """
        challenge = _challenge_of(credential)
        self._challenges.read(challenge, SIGN_IN)
        passkey_id = str(credential.get("id", ""))
        async with self._database.read() as session:
            row = await session.get(Passkey, passkey_id)
        if row is None:
            raise _refused()
        try:
            found = webauthn.verify_authentication_response(
                credential=dict(credential),
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                credential_public_key=row.public_key,
                credential_current_sign_count=row.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as exc:
            raise _refused() from exc
        now = self._clock.now()

        async def work(session: AsyncSession) -> str:
            await self._challenges.use(session, challenge)
            fresh = await session.get(Passkey, passkey_id, populate_existing=True)
            person = await session.get(Person, row.person_id, populate_existing=True)
            if fresh is None or person is None or person.disabled_at is not None:
                raise _refused()
            fresh.sign_count, fresh.used_at = found.new_sign_count, now
            session.add(fresh)
            return person.id

        return await self._database.write(work)

    async def listed(self, person_id: str) -> list[Passkey]:
        async with self._database.read() as session:
            return list(
                (
                    await session.execute(
                        select(Passkey)
                        .where(col(Passkey.person_id) == person_id)
                        .order_by(col(Passkey.created_at))
                    )
                ).scalars()
            )

    async def remove(self, actor: Actor, passkey_id: str) -> None:
        now = self._clock.now()

        async def work(session: AsyncSession) -> None:
            row = await session.get(Passkey, passkey_id)
            if row is None or row.person_id != actor.id:
                raise NotFound("There is no such passkey of yours.", code="passkey_not_found")
            await session.delete(row)
            await self._audit.append(session, actor=actor.label, action="passkey.remove", now=now)

        await self._database.write(work)


def _challenge_of(credential: Mapping[str, Any]) -> bytes:
    """The challenge that the browser says it answered; whether it is ours is asked of the seal."""
    try:
        client_data = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        return base64url_to_bytes(client_data["challenge"])
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise InvalidInput("That is not a passkey's answer. Try again.", code="passkey_refused") from exc


def _refused() -> Unauthorized:
    return Unauthorized(
        "This passkey is not known here. Sign in with your password, then add it.", code="passkey_unknown"
    )
