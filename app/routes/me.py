"""One's own ways in and screens: password, app, passkeys, sessions, language, colours; and the policy one has read."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from app.accounts.proposals import Kind, Wish
from app.accounts.rights import Action, Actor, require
from app.errors import Forbidden, InvalidInput, NotFound
from app.models import Passkey, Person, PolicyText
from app.routes.answers import PROPOSED, proposed
from app.routes.deps import ActorDep, HouseDep, SignedInDep, client_address
from app.routes.house import House
from app.routes.problems import responses
from app.schemas.access import (
    AcknowledgeBody,
    ChangePasswordBody,
    ChoicesAnswer,
    ChoicesBody,
    EnrolmentAnswer,
    FactorsAnswer,
    PasskeyAnswer,
    PasskeyBody,
    PasswordBody,
    PolicyAnswer,
    PolicyBody,
    ProposalAnswer,
    RecoveryCodesAnswer,
    SessionRow,
    TotpCodeBody,
)

router = APIRouter(tags=["me"])


def at_desk(actor: Actor) -> Actor:
    """
    Raises:
        InvalidInput: a key.
        Forbidden: a tablet; whoever holds it may not change how its person comes in.
    """
    if actor.kind != "person":
        raise InvalidInput("A key has no person behind it.", code="not_a_person")
    if actor.device_id is not None:
        raise Forbidden("This is done at a desk, not on a tablet.", code="not_on_tablet")
    return actor


@router.get("/me", summary="How you come in, and where you are signed in", responses=responses(401, 403))
async def mine(house: HouseDep, actor: SignedInDep) -> FactorsAnswer:
    at_desk(actor)
    totp, left = await house.factors.state(actor.id)
    policy = await house.policy.current()
    person = await house.people.found(actor.id)
    return FactorsAnswer(
        **_choices(person).model_dump(),
        totp=totp,
        recovery_codes_left=left,
        passkeys=[_passkey(row) for row in await house.passkeys.listed(actor.id)],
        sessions=[
            SessionRow.model_validate(
                {
                    "id": row.id,
                    "by": row.by,
                    "user_agent": row.user_agent,
                    "created_at": row.created_at,
                    "expires_at": row.expires_at,
                    "device_id": row.device_id,
                    "this": row.id == actor.session_id,
                }
            )
            for row in await house.sessions.listed(actor.id)
        ],
        policy_version=None if policy is None else policy.version,
        policy_read=await house.policy.read_by(actor.id),
    )


@router.patch(
    "/me", summary="Choose the language and the colours of your screens", responses=responses(401, 403, 404)
)
async def choose(body: ChoicesBody, house: HouseDep, actor: SignedInDep) -> ChoicesAnswer:
    person = await house.choices.set(at_desk(actor), lang=body.lang, theme=body.theme)
    return _choices(person)


@router.post(
    "/me/password",
    status_code=204,
    summary="Change your password; your other sessions end",
    responses=responses(401, 403, 429),
)
async def change_password(
    body: ChangePasswordBody, request: Request, house: HouseDep, actor: SignedInDep
) -> None:
    at_desk(actor)
    keys = _own_keys(request, house, actor)
    house.throttle.tried(*keys)
    await house.sessions.change_password(actor, body.old.get_secret_value(), body.new.get_secret_value())
    house.throttle.succeeded(*keys)


@router.post(
    "/me/totp",
    summary="Begin with an authenticator app; on only after `confirm`",
    responses=responses(401, 403, 404, 409, 429),
)
async def begin_totp(
    body: PasswordBody, request: Request, house: HouseDep, actor: SignedInDep
) -> EnrolmentAnswer:
    await _ask_password(body, request, house, actor)
    found = await house.factors.begin(actor)
    return EnrolmentAnswer(secret=found.secret, uri=found.uri, qr_svg=found.qr_svg)


@router.post(
    "/me/totp/confirm",
    summary="The first code turns it on; the answer holds your recovery codes",
    responses=responses(401, 403, 404, 409),
)
async def confirm_totp(body: TotpCodeBody, house: HouseDep, actor: SignedInDep) -> RecoveryCodesAnswer:
    return RecoveryCodesAnswer(codes=await house.factors.confirm(at_desk(actor), body.code))


@router.post(
    "/me/totp/remove",
    status_code=204,
    summary="Take the authenticator app away",
    responses=responses(401, 403, 404, 429),
)
async def remove_totp(body: PasswordBody, request: Request, house: HouseDep, actor: SignedInDep) -> None:
    await _ask_password(body, request, house, actor)
    await house.factors.remove(actor)


@router.post(
    "/me/passkeys/options",
    summary="What the browser is given to make a passkey; asks for your password once more",
    responses=responses(401, 403, 404, 429),
)
async def passkey_options(
    body: PasswordBody, request: Request, house: HouseDep, actor: SignedInDep
) -> dict[str, Any]:
    """Whoever adds one of their own at a colleague's unlocked screen could be that colleague from then on."""
    await ask_password_again(body, request, house, actor)
    return await house.passkeys.registration(actor)


@router.post(
    "/me/passkeys", status_code=201, summary="Add a passkey", responses=responses(401, 403, 404, 409)
)
async def add_passkey(body: PasskeyBody, house: HouseDep, actor: SignedInDep) -> PasskeyAnswer:
    return _passkey(await house.passkeys.register(at_desk(actor), body.name, body.credential))


@router.delete(
    "/me/passkeys/{passkey_id}",
    status_code=204,
    summary="Take a passkey away",
    responses=responses(401, 403, 404),
)
async def remove_passkey(passkey_id: str, house: HouseDep, actor: SignedInDep) -> None:
    await house.passkeys.remove(at_desk(actor), passkey_id)


@router.delete(
    "/me/sessions/{session_id}",
    status_code=204,
    summary="End one of your sessions",
    responses=responses(401, 403, 404),
)
async def end_session(session_id: str, house: HouseDep, actor: SignedInDep) -> None:
    await house.sessions.revoke(at_desk(actor), actor.id, session_id)


@router.delete(
    "/me/sessions",
    status_code=204,
    summary="End all your sessions but this one",
    responses=responses(401, 403, 404),
)
async def end_sessions(house: HouseDep, actor: SignedInDep) -> None:
    await house.sessions.revoke_all(at_desk(actor), actor.id, but=actor.session_id)


@router.get("/policy", summary="What everybody reads before their first post", responses=responses(401, 404))
async def policy(house: HouseDep, actor: SignedInDep) -> PolicyAnswer:
    row = await house.policy.current()
    if row is None:
        raise NotFound("There is no policy yet.", code="no_policy")
    return await _policy(house, actor, row)


@router.post(
    "/policy/acknowledge",
    status_code=204,
    summary="You have read this version",
    responses=responses(401, 403, 409),
)
async def acknowledge(body: AcknowledgeBody, house: HouseDep, actor: SignedInDep) -> None:
    await house.policy.acknowledge(actor, body.version)


@router.post(
    "/policy",
    status_code=202,
    summary="Propose a new policy; a second person confirms, then everybody reads it anew",
    responses={**responses(401, 403), **PROPOSED},
)
async def publish(
    body: PolicyBody, house: HouseDep, actor: ActorDep, response: Response
) -> ProposalAnswer | PolicyAnswer:
    asker = require(actor, Action.POLICY_MANAGE)
    house.policy.check(body.texts)
    outcome = await house.proposals.ask(
        asker, Wish(Kind.POLICY_PUBLISH, {"texts": body.texts}, subject="policy")
    )
    if outcome.proposal is not None:
        return await proposed(house, asker, outcome.proposal)
    response.status_code = 201
    return await _policy(house, asker, outcome.result)


async def _policy(house: House, actor: Actor, row: PolicyText) -> PolicyAnswer:
    return PolicyAnswer(
        version=row.version,
        texts=row.texts,
        published_at=row.published_at,
        read=actor.kind == "person" and await house.policy.read_by(actor.id),
    )


def _choices(person: Person) -> ChoicesAnswer:
    return ChoicesAnswer.model_validate({"lang": person.lang, "theme": person.theme})


def _passkey(row: Passkey) -> PasskeyAnswer:
    return PasskeyAnswer(id=row.id, name=row.name, created_at=row.created_at, used_at=row.used_at)


def _own_keys(request: Request, house: House, actor: Actor) -> tuple[str, str]:
    return f"net:{client_address(request, house)}", f"own:{actor.id}"


async def ask_password_again(body: PasswordBody, request: Request, house: House, actor: Actor) -> None:
    """Before what lasts longer than a look away from an unlocked screen; whoever has no password is not asked."""
    if (await house.people.found(at_desk(actor).id)).password_hash is not None:
        await _ask_password(body, request, house, actor)


async def _ask_password(body: PasswordBody, request: Request, house: House, actor: Actor) -> None:
    at_desk(actor)
    keys = _own_keys(request, house, actor)
    house.throttle.tried(*keys)
    await house.sessions.check_password(actor, body.password.get_secret_value())
    house.throttle.succeeded(*keys)
