"""Tablets: offer a code, pair, renew, unlock, look, wipe."""

from __future__ import annotations

import base64
import binascii
import re

from fastapi import APIRouter, Request, Response

from app.accounts.qr import qr_svg
from app.accounts.rights import Action
from app.errors import InvalidInput
from app.models import Device
from app.routes.cookies import set_cookie
from app.routes.deps import ActorDep, HouseDep, SignedInDep, check_same_origin, client_address, event_for
from app.routes.problems import responses
from app.routes.projections import person_answer
from app.schemas.access import (
    ChallengeAnswer,
    ChallengeBody,
    DeviceAnswer,
    PairBody,
    PairedAnswer,
    PairingAnswer,
    PairingBody,
    PinBody,
    RenewBody,
    RenewedAnswer,
)
from app.schemas.people import RoleAnswer

router = APIRouter(tags=["tablets"])


@router.post(
    "/events/{event_id}/pairings",
    status_code=201,
    summary="A code that pairs one tablet with this event, once, within five minutes",
    responses=responses(401, 403, 404),
)
async def offer(event_id: str, body: PairingBody, house: HouseDep, actor: ActorDep) -> PairingAnswer:
    event, asker = await event_for(house, actor, event_id, Action.DEVICE_MANAGE)
    found = await house.devices.offer(asker, event.id, body.person_id, body.name)
    # Behind the # it is sent to nobody: no server, proxy or log sees it, and the page takes it out of its address.
    return PairingAnswer(
        code=found.code,
        expires_at=found.expires_at,
        qr_svg=qr_svg(f"{house.public_url}/pair#{found.code}"),
    )


@router.post("/devices", status_code=201, summary="Pair this tablet", responses=responses(401, 403, 429))
async def pair(body: PairBody, request: Request, response: Response, house: HouseDep) -> PairedAnswer:
    check_same_origin(request, house)
    keys = [f"net:{client_address(request, house)}"]
    house.throttle.tried(*keys)
    token, actor, device = await house.devices.pair(
        code=body.code,
        public_key=_bytes(body.public_key, "public_key"),
        pin=body.pin.get_secret_value(),
        password=None if body.password is None else body.password.get_secret_value(),
        second=body.second,
        person_code=body.person_code,
        user_agent=request.headers.get("user-agent", ""),
    )
    house.throttle.succeeded(*keys)
    set_cookie(response, house, token)
    person = next(person for person, _ in await house.people.listed() if person.id == actor.id)
    return PairedAnswer(
        device=_answer(device),
        person=person_answer(person),
        roles=[
            RoleAnswer(event_id=event_id, role=role)
            for event_id, held in actor.roles.items()
            for role in held
        ],
        session_s=house.settings.tablet_session_s,
        idle_s=house.settings.tablet_idle_s,
    )


@router.post(
    "/devices/challenge", summary="What the tablet signs to renew its session", responses=responses(403)
)
async def challenge(body: ChallengeBody, request: Request, house: HouseDep) -> ChallengeAnswer:
    check_same_origin(request, house)
    made = house.devices.challenge(body.device_id)
    return ChallengeAnswer(challenge=base64.urlsafe_b64encode(made).rstrip(b"=").decode())


@router.post(
    "/devices/session", summary="Renew a tablet's session with its key", responses=responses(401, 403, 429)
)
async def renew(body: RenewBody, request: Request, response: Response, house: HouseDep) -> RenewedAnswer:
    check_same_origin(request, house)
    keys = [f"net:{client_address(request, house)}", f"device:{body.device_id}"]
    house.throttle.tried(*keys)
    token, actor = await house.devices.renew(
        body.device_id,
        _bytes(body.challenge, "challenge"),
        _bytes(body.signature, "signature"),
        request.headers.get("user-agent", ""),
    )
    house.throttle.succeeded(*keys)
    set_cookie(response, house, token)
    return RenewedAnswer(locked=actor.locked, session_s=house.settings.tablet_session_s)


@router.post(
    "/devices/unlock",
    status_code=204,
    summary="Enter the PIN after the tablet was left alone; the fifth wrong one wipes it",
    responses=responses(401, 403),
)
async def unlock(body: PinBody, house: HouseDep, actor: SignedInDep) -> None:
    await house.devices.unlock(actor, body.pin.get_secret_value())


@router.post(
    "/devices/touch",
    status_code=204,
    summary="Somebody is at the tablet; ask for no PIN yet",
    responses=responses(401, 403),
)
async def touch(house: HouseDep, actor: SignedInDep) -> None:
    await house.people.touch(actor)


@router.post(
    "/devices/lock",
    status_code=204,
    summary="The tablet was left alone by its own clock; ask for the PIN from now on",
    responses=responses(401, 403),
)
async def lock(house: HouseDep, actor: SignedInDep) -> None:
    await house.people.lock(actor)


@router.get("/events/{event_id}/devices", summary="Paired tablets", responses=responses(401, 403, 404))
async def listed(event_id: str, house: HouseDep, actor: ActorDep) -> list[DeviceAnswer]:
    event, _ = await event_for(house, actor, event_id, Action.DEVICE_MANAGE)
    return [_answer(row) for row in await house.devices.listed(event.id)]


@router.delete(
    "/devices/{device_id}",
    status_code=204,
    summary="Wipe a tablet: its sessions and sockets end at once, and it forgets what it keeps",
    responses=responses(401, 403, 404),
)
async def wipe(device_id: str, house: HouseDep, actor: SignedInDep) -> None:
    device = await house.devices.found(device_id)
    _, asker = await event_for(house, actor, device.event_id, Action.DEVICE_MANAGE)
    await house.devices.wipe(asker, device_id)


def _bytes(text: str, field: str) -> bytes:
    try:
        if not re.fullmatch(r"[A-Za-z0-9_-]*={0,2}", text):
            raise ValueError(field)
        bare = text.rstrip("=")
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except (ValueError, binascii.Error) as exc:
        raise InvalidInput(f"{field} is not base64url.", code="bad_base64") from exc


def _answer(row: Device) -> DeviceAnswer:
    return DeviceAnswer(
        id=row.id,
        event_id=row.event_id,
        person_id=row.person_id,
        name=row.name,
        paired_by=row.paired_by,
        paired_at=row.paired_at,
        seen_at=row.seen_at,
        wiped_at=row.wiped_at,
        wiped_why=row.wiped_why,
    )
