"""Pictures: taken in through a limited process, described, ticked by a person, and handed to the engine."""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.rights import Actor
from app.channels.base import Capabilities, Media
from app.clock import Clock
from app.db import Database
from app.editorial import consent
from app.editorial.consent_now import stands
from app.editorial.finding import find_event
from app.editorial.texts import clean
from app.errors import Conflict, Forbidden, InvalidInput, NotFound, TooLarge, Unready
from app.ids import NewId
from app.models import LiveEvent, MediaFile, Update, UpdateRevision, UpdateState

MAX_BYTES = 12 * 1024 * 1024
CHILD_TIMEOUT_S = 20.0
AT_ONCE = 2
_ROOT = Path(__file__).resolve().parents[2]
MIME = "image/jpeg"
SIZES = "sizes"

CHECKLIST: Mapping[str, str] = {
    "no_face": "No face, tattoo or scar that somebody could know",
    "no_screen": "No screen, whiteboard, label or paper that can be read",
    "no_wristband": "No wristband, name badge or record number",
    "no_other_person": "Nobody else who has not agreed",
    "nothing_identifying": "Nothing else that says who the patient is",
}
"""What a person says after looking. No program has looked, and nothing here says that one has."""

_WHY: Mapping[str, str] = {
    "unreadable": "This is not a picture we can read. Use a JPEG, PNG or WebP; on a phone, export it as JPEG.",
    "too_many_pixels": "This picture has too many pixels. Make it smaller, then send it again.",
    "gave_up": "This picture could not be opened safely. Export it anew as JPEG.",
}


@dataclass(frozen=True, slots=True)
class Rendition:
    name: str
    width: int
    height: int
    body: bytes


async def reencode(data: bytes) -> list[Rendition]:
    """
    Let the limited process make fresh pictures.

    Raises:
        InvalidInput: not a picture, too many pixels, or it broke the process.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-c",
        "import sys; sys.path.insert(0, sys.argv.pop()); from app.editorial.picture_child import main; main()",
        str(_ROOT),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        async with asyncio.timeout(CHILD_TIMEOUT_S):
            said, _ = await child.communicate(data)
    except TimeoutError:
        child.kill()
        await child.wait()
        said = b""
    head, _, rest = said.partition(b"\n")
    try:
        answer: dict[str, Any] = json.loads(head)
    except ValueError:
        answer = {"error": "gave_up"}
    if "error" in answer:
        code = answer["error"] if answer["error"] in _WHY else "gave_up"
        raise InvalidInput(_WHY[code], code=f"picture_{code}")
    made, at = [], 0
    for name, width, height, size in answer["made"]:
        made.append(Rendition(name, width, height, rest[at : at + size]))
        at += size
    return made


class Pictures:
    def __init__(
        self, database: Database, audit: AuditLog, clock: Clock, new_id: NewId, folder: Path, *, drill: bool
    ) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._new_id = new_id
        self._folder = folder
        self._drill = drill
        self._room = asyncio.Semaphore(AT_ONCE)
        self._queued = 0

    async def may_upload(self, event_id: str) -> LiveEvent:
        """
        Before the first byte is read.

        Raises:
            Forbidden: the consent does not cover pictures (H-05).
        """
        async with self._database.read() as session:
            event = await find_event(session, event_id)
            found = await stands(session, event, drill=self._drill, now=self._clock.now())
        if found.record is not None and "images" not in found.record.terms.get("scopes", ()):
            raise Forbidden(
                "The patient did not agree to pictures. Only text can be sent.", code="consent_scope"
            )
        if found.standing not in (consent.Standing.GOOD, consent.Standing.NOT_NEEDED):
            raise Forbidden(consent.WHY[found.standing], code=f"consent_{found.standing}")
        if event.policy.get("text_only"):
            raise Forbidden("Pictures are off for this event now. Send text.", code="text_only")
        return event

    async def add(self, actor: Actor, event_id: str, data: bytes, *, key: str | None = None) -> MediaFile:
        """
        Take a picture in.

        Args:
            key: Of the sender's own making: after a lost answer the same key gets the picture that is here already.

        Raises:
            TooLarge, InvalidInput; Unready: too many are being opened. Conflict: somebody else's key.
        """
        event = await self.may_upload(event_id)
        if key is not None:
            async with self._database.read() as session:
                known = await _with_key(session, actor, event.id, key)
            if known is not None:
                return known
        if len(data) > MAX_BYTES:
            raise TooLarge(f"A picture may have at most {MAX_BYTES // 1024 // 1024} MB.")
        if self._queued >= 8:
            raise Unready("Many pictures are coming in. Send it again in a moment.", code="pictures_busy")
        self._queued += 1
        try:
            async with self._room:
                made = await reencode(data)
        finally:
            self._queued -= 1
        folder = secrets.token_urlsafe(18)
        await asyncio.to_thread(_store, self._folder / folder, made)
        now, media_id = self._clock.now(), self._new_id()

        async def work(session: AsyncSession) -> MediaFile:
            if key is not None and (known := await _with_key(session, actor, event.id, key)) is not None:
                return known  # the same picture twice at once: the other one was first
            row = MediaFile(
                id=media_id,
                event_id=event.id,
                client_key=key,
                folder=folder,
                renditions={one.name: [one.width, one.height, len(one.body)] for one in made},
                uploaded_by=actor.identity,
                created_at=now,
            )
            session.add(row)
            await self._audit.append(
                session, actor=actor.label, action="media.added", event_id=event.id, subject=row.id, now=now
            )
            return row

        try:
            kept = await self._database.write(work)
        except (IntegrityError, sqlite3.IntegrityError):
            kept = await self._database.write(work)  # it was, on another node
        if kept.id != media_id:
            await asyncio.to_thread(shutil.rmtree, self._folder / folder)
        return kept

    async def describe(
        self,
        actor: Actor,
        media_id: str,
        version: int,
        *,
        alt: Mapping[str, str],
        graphic: bool,
        checklist: Mapping[str, bool],
    ) -> MediaFile:
        """
        Say what it shows, and tick the list after looking.

        Raises:
            Forbidden: a program ticks nothing. Conflict: it changed.
        """
        if checklist and actor.kind != "person":
            raise Forbidden("Only a person can say that they have looked at it.", code="person_needed")
        unknown = sorted(set(checklist) - set(CHECKLIST))
        if unknown:
            raise InvalidInput(f"The list has no “{unknown[0]}”.", code="unknown_check")
        texts = {lang: clean(text, where=f"alt.{lang}") for lang, text in alt.items() if text.strip()}

        async def work(session: AsyncSession) -> MediaFile:
            row = await session.get(MediaFile, media_id, with_for_update=True, populate_existing=True)
            if row is None:
                raise _no_picture()
            if row.version != version:
                raise Conflict("This picture was changed meanwhile. Look again.", code="changed_meanwhile")
            row.alt, row.graphic, row.checklist = texts, graphic, dict(checklist)
            done = all(checklist.get(name) for name in CHECKLIST)
            row.checked_by = actor.identity if done else None
            row.checked_at = self._clock.now() if done else None
            row.version += 1
            session.add(row)
            await self._audit.append(
                session,
                actor=actor.label,
                action="media.checked" if done else "media.described",
                event_id=row.event_id,
                subject=row.id,
                now=self._clock.now(),
            )
            return row

        return await self._database.write(work)

    async def found(self, media_id: str) -> MediaFile:
        """
        Raises:
            NotFound: no such picture.
        """
        async with self._database.read() as session:
            row = await session.get(MediaFile, media_id)
        if row is None:
            raise _no_picture()
        return row

    async def is_public(self, media_id: str) -> bool:
        """Only what an update that is out still shows."""
        row = await self.found(media_id)
        async with self._database.read() as session:
            shown = await session.execute(
                select(col(UpdateRevision.media))
                .join(
                    Update,
                    (col(Update.id) == col(UpdateRevision.update_id))
                    & (col(Update.revision) == col(UpdateRevision.revision)),
                )
                .where(
                    col(Update.event_id) == row.event_id,
                    col(Update.state) == UpdateState.RELEASED,
                    col(Update.on_page) != "retracted",
                )
            )
            return any(one.get("id") == media_id for media in shown.scalars() for one in media)

    async def body(self, media_id: str, name: str) -> bytes:
        row = await self.found(media_id)
        if name not in row.renditions:
            raise _no_picture()
        return await asyncio.to_thread((self._folder / row.folder / f"{name}.jpg").read_bytes)

    async def load(self, refs: Sequence[Mapping[str, Any]], lang: str) -> tuple[Media, ...]:
        """For the engine: the pictures of one post."""
        loaded = []
        for ref in refs:
            alt = ref.get("alt") or {}
            words = alt.get(lang) or next(iter(alt.values()), "")
            body = await self.body(str(ref["id"]), str(ref.get("rendition", "large")))
            loaded.append(Media(body, MIME, words, name="picture.jpg"))
        return tuple(loaded)


async def refs_of(session: AsyncSession, event: LiveEvent, ids: Sequence[str]) -> list[dict[str, Any]]:
    """
    Pictures as an update keeps them.

    Raises:
        InvalidInput: not this event's, without a description, or nobody has looked.
    """
    refs = []
    for media_id in dict.fromkeys(ids):
        row = await session.get(MediaFile, media_id)
        if row is None or row.event_id != event.id:
            raise _no_picture()
        if event.default_lang not in row.alt:
            raise InvalidInput(
                f"Say in words what the picture shows ({event.default_lang}); people who cannot see it need that.",
                code="alt_needed",
                media_id=row.id,
            )
        if row.checked_by is None:
            raise InvalidInput(
                "Look at the picture and tick the whole list first.",
                code="picture_not_checked",
                media_id=row.id,
            )
        width, height, _ = row.renditions["large"]
        refs.append(
            {
                "id": row.id,
                "alt": row.alt,
                "width": width,
                "height": height,
                "graphic": row.graphic,
                "url": f"/media/{row.id}",
                SIZES: {name: size for name, (_, _, size) in row.renditions.items()},
            }
        )
    return refs


def for_page(refs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """As the update itself keeps them."""
    return [{name: value for name, value in ref.items() if name != SIZES} for ref in refs]


def for_channel(refs: Sequence[Mapping[str, Any]], can: Capabilities, name: str) -> list[dict[str, Any]]:
    """
    As one channel's delivery keeps them: as many as it takes, each in the largest rendition that it takes.

    Raises:
        InvalidInput: no rendition is small enough for the channel.
    """
    chosen = []
    for ref in refs[: can.max_media] if can.media else ():
        fitting = [(size, one) for one, size in ref[SIZES].items() if size <= can.media_bytes]
        if not fitting:
            raise InvalidInput(
                f"This picture is too large for {name}. Send it smaller, or leave {name} out.",
                code="picture_too_large",
                media_id=ref["id"],
            )
        chosen.append({**for_page([ref])[0], "rendition": max(fitting)[1]})
    return chosen


async def _with_key(session: AsyncSession, actor: Actor, event_id: str, key: str) -> MediaFile | None:
    row = await session.scalar(
        select(MediaFile).where(col(MediaFile.event_id) == event_id, col(MediaFile.client_key) == key)
    )
    if row is not None and row.uploaded_by != actor.identity:
        raise Conflict("This key was used by somebody else. Send the picture anew.", code="key_reused")
    return row


def _no_picture() -> NotFound:
    return NotFound("There is no such picture. Send it again.", code="media_not_found")


def _store(folder: Path, made: Sequence[Rendition]) -> None:
    folder.mkdir(parents=True, mode=0o700)
    for one in made:
        path = folder / f"{one.name}.jpg"
        path.write_bytes(one.body)
        path.chmod(0o600)
