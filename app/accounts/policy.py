"""
The policy: what everybody reads and acknowledges, by version, before their first post.

A published version never changes; a new one is read anew. The text that comes with Tocsin is version 1, so that no
house starts without one; it is published over by the hospital's own.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.rights import Actor
from app.clock import Clock
from app.db import Database
from app.errors import Conflict, Forbidden, InvalidInput
from app.models import PolicyAck, PolicyText

LANGS = ("en", "it", "fr", "es", "ca")
MOST_CHARS = 20_000

STARTER = """Before you post for this hospital

1. Say nothing that could tell who the patient is: no name, age, room, date, diagnosis of one person, or picture \
with a face, a wristband or a screen in it.
2. Post only while the consent for this event holds. If it is withdrawn, stop at once.
3. Write what you know, and say when you will know more. Do not guess, joke or argue.
4. Answer no medical question of a person. Give the number of the ward or of the emergency service.
5. If something goes wrong, press HOLD and call the person who holds the button. Nobody is blamed for pressing it.
6. Your name is kept with every post, and the record cannot be changed.
"""


class Policy:
    """The text of the day, and who has read it."""

    def __init__(self, database: Database, audit: AuditLog, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    def check(self, texts: Mapping[str, str]) -> None:
        """See `check_texts`."""
        check_texts(texts)

    async def lay_starter(self) -> None:
        """Version 1, where there is none yet."""

        async def work(session: AsyncSession) -> None:
            if await session.get(PolicyText, 1) is None:
                session.add(
                    PolicyText(
                        version=1,
                        texts={"en": STARTER},
                        published_by="system",
                        published_at=self._clock.now(),
                    )
                )

        await self._database.write(work)

    async def current(self) -> PolicyText | None:
        async with self._database.read() as session:
            return await newest(session)

    async def publish(self, by: str, texts: Mapping[str, str]) -> PolicyText:
        """What two people decided: a new version, which everybody reads anew."""
        check_texts(texts)
        now = self._clock.now()

        async def work(session: AsyncSession) -> PolicyText:
            last = await newest(session)
            row = PolicyText(
                version=1 if last is None else last.version + 1,
                texts=dict(texts),
                published_by=by,
                published_at=now,
            )
            session.add(row)
            await session.flush()
            await self._audit.append(
                session, actor=by, action="policy.publish", subject=f"policy:{row.version}", now=now
            )
            return row

        return await self._database.write(work)

    async def acknowledge(self, actor: Actor, version: int) -> None:
        """
        This person has read this version.

        Raises:
            Conflict: a newer one is there; read that.
            InvalidInput: a key reads nothing.
        """
        if actor.kind != "person":
            raise InvalidInput("A person reads the policy, not a key.", code="not_a_person")
        now = self._clock.now()

        async def work(session: AsyncSession) -> None:
            last = await newest(session)
            if last is None or last.version != version:
                raise Conflict(
                    "There is a newer text. Read that one.",
                    code="policy_moved",
                    version=None if last is None else last.version,
                )
            if await session.get(PolicyAck, (actor.id, version)) is None:
                session.add(PolicyAck(person_id=actor.id, version=version, at=now))
                await self._audit.append(
                    session,
                    actor=actor.label,
                    action="policy.acknowledge",
                    subject=f"policy:{version}",
                    now=now,
                )

        await self._database.write(work)

    async def read_by(self, person_id: str) -> bool:
        """Whether they have acknowledged the version of now."""
        async with self._database.read() as session:
            last = await newest(session)
            return last is None or await session.get(PolicyAck, (person_id, last.version)) is not None

    async def require_read(self, actor: Actor) -> None:
        """
        Asked before a person posts. A key is no reader; whoever made it was told when two people made it.

        Raises:
            Forbidden: not read yet.
        """
        if actor.kind == "person" and not await self.read_by(actor.id):
            raise Forbidden(
                "Read the policy and acknowledge it before your first post.", code="policy_not_read"
            )


def check_texts(texts: Mapping[str, str]) -> None:
    """
    Raises:
        InvalidInput: no English text, an unknown language, or one too long.
    """
    if not texts.get("en", "").strip():
        raise InvalidInput("Give the policy in English at least.", code="bad_policy")
    for lang, text in texts.items():
        if lang not in LANGS:
            raise InvalidInput(f"Choose languages among {', '.join(LANGS)}.", code="unknown_language")
        if len(text) > MOST_CHARS or any(not (c.isprintable() or c in "\n\t") for c in text):
            raise InvalidInput(
                f"A policy is plain text of at most {MOST_CHARS} characters.", code="bad_policy"
            )


async def newest(session: AsyncSession) -> PolicyText | None:
    return (
        await session.execute(select(PolicyText).order_by(col(PolicyText.version).desc()).limit(1))
    ).scalar_one_or_none()
