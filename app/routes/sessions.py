"""First-run set-up, signing in and out, people, keys, stream tickets."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from app.accounts.proposals import Kind, Wish
from app.accounts.rights import BY_TWO, Action, Actor, require
from app.editorial.safety import least_delay_s
from app.errors import InvalidInput, NotFound
from app.models import EVERY_EVENT, EventKind, Role
from app.routes.answers import PROPOSED, proposed
from app.routes.cookies import clear, set_cookie
from app.routes.deps import (
    ActorDep,
    HouseDep,
    SignedInDep,
    check_same_origin,
    client_address,
    event_for,
)
from app.routes.house import House
from app.routes.problems import responses
from app.routes.projections import key_answer, person_answer, role_answers
from app.schemas.access import PasskeySignInBody, ProposalAnswer
from app.schemas.bodies import TicketAnswer, TicketBody
from app.schemas.people import (
    DelayAnswer,
    InvitedAnswer,
    KeyAnswer,
    NewKeyBody,
    NewPersonBody,
    PeopleAnswer,
    RoleBody,
    SessionAnswer,
    SetUpAnswer,
    SetUpBody,
    SignInBody,
)

router = APIRouter(tags=["people"])

FIRST_ROLES = (Role.ADMIN, Role.PRESENTER, Role.MODERATOR, Role.APPROVER)
SECOND_ROLES = (Role.ADMIN, Role.PRESENTER, Role.MODERATOR, Role.APPROVER)


@router.get("/setup", summary="Whether the first person is still to be made")
async def set_up_state(house: HouseDep) -> SetUpAnswer:
    return SetUpAnswer(needed=await house.people.set_up_needed(), drill=house.drill)


@router.post("/setup", status_code=201, summary="Make the first people", responses=responses(401, 409, 429))
async def set_up(body: SetUpBody, request: Request, response: Response, house: HouseDep) -> SessionAnswer:
    check_same_origin(request, house)
    network = f"net:{client_address(request, house)}"
    house.throttle.tried(network)
    people = [(body.name, body.email, body.password.get_secret_value(), FIRST_ROLES)]
    if body.second is not None:
        second = body.second
        people.append((second.name, second.email, second.password.get_secret_value(), SECOND_ROLES))
    await house.people.set_up(body.code, people)
    house.throttle.succeeded(network)
    token, actor = await house.people.sign_in(
        body.email, body.password.get_secret_value(), request.headers.get("user-agent", "")
    )
    set_cookie(response, house, token)
    return await _session_answer(house, actor)


@router.post("/session", summary="Sign in", responses=responses(401, 429))
async def sign_in(body: SignInBody, request: Request, response: Response, house: HouseDep) -> SessionAnswer:
    check_same_origin(request, house)
    agent = request.headers.get("user-agent", "")
    network = f"net:{client_address(request, house)}"
    keys = [network] if body.email is None else [network, f"account:{body.email.strip().casefold()}"]
    house.throttle.tried(*keys)
    if body.code is not None:
        token, actor = await house.people.sign_in_with_code(body.code, agent)
    elif body.email is not None and body.password is not None:
        token, actor = await house.people.sign_in(
            body.email, body.password.get_secret_value(), agent, body.second
        )
    else:
        raise InvalidInput(
            "Give an e-mail address with a password, or a code.", code="nothing_to_sign_in_with"
        )
    house.throttle.succeeded(*keys)
    set_cookie(response, house, token)
    return await _session_answer(house, actor)


@router.post(
    "/session/passkey/options",
    summary="What the browser is given to sign in with a passkey",
    responses=responses(403),
)
async def passkey_options(request: Request, house: HouseDep) -> dict[str, Any]:
    check_same_origin(request, house)
    return house.passkeys.sign_in_options()


@router.post(
    "/session/passkey",
    summary="Sign in with a passkey; goes round every wait, since it cannot be guessed",
    responses=responses(401, 403),
)
async def passkey_sign_in(
    body: PasskeySignInBody, request: Request, response: Response, house: HouseDep
) -> SessionAnswer:
    check_same_origin(request, house)
    person_id = await house.passkeys.signed_in(body.credential)
    token, actor = await house.people.open_session(
        person_id, request.headers.get("user-agent", ""), "passkey"
    )
    set_cookie(response, house, token)
    return await _session_answer(house, actor)


@router.get("/session", summary="Who is signed in", responses=responses(401, 403))
async def session(house: HouseDep, actor: SignedInDep) -> SessionAnswer:
    return await _session_answer(house, actor)


@router.delete("/session", status_code=204, summary="Sign out", responses=responses(401))
async def sign_out(house: HouseDep, actor: SignedInDep, response: Response) -> None:
    if actor.session_id is None:
        raise InvalidInput("A key is not signed in; revoke it instead.", code="not_a_session")
    await house.people.sign_out(actor)
    house.sessions.say_ended()
    clear(response, house)


@router.get("/people", summary="Everybody, with their roles", responses=responses(401, 403))
async def people(house: HouseDep, actor: ActorDep) -> list[PeopleAnswer]:
    require(actor, Action.PEOPLE_READ)
    return [
        PeopleAnswer(person=person_answer(person), roles=role_answers(roles))
        for person, roles in await house.people.listed()
    ]


@router.post(
    "/people",
    status_code=202,
    summary="Propose a person; a second confirms, so that nobody makes their own second",
    responses={**responses(401, 403, 409), **PROPOSED},
)
async def add_person(
    body: NewPersonBody, house: HouseDep, actor: ActorDep, response: Response
) -> ProposalAnswer | InvitedAnswer:
    """Your half of the person's invitation is in this answer and nowhere else; the second person is shown the other."""
    asker = require(actor, Action.PEOPLE_MANAGE)
    half, wish = await house.people.wish_for(
        name=body.name, email=body.email, roles=[_role(role) for role in body.roles]
    )
    outcome = await house.proposals.ask(asker, wish)
    if outcome.proposal is not None:
        return await proposed(house, asker, outcome.proposal, half=half)
    response.status_code = 201
    return InvitedAnswer(**person_answer(outcome.result).model_dump(), code=half)


@router.post(
    "/people/{person_id}/invitation",
    status_code=202,
    summary="Propose a new invitation for somebody who has not come in yet; a second person confirms",
    responses=responses(401, 403, 404, 409),
)
async def invite(person_id: str, house: HouseDep, actor: ActorDep) -> ProposalAnswer:
    asker = require(actor, Action.PEOPLE_MANAGE)
    half, wish = await house.invitations.wish_for(person_id)
    outcome = await house.proposals.ask(asker, wish)
    if outcome.proposal is None:
        raise NotFound("There is only one person in the house.", code="person_not_found")
    return await proposed(house, asker, outcome.proposal, half=half)


@router.post(
    "/people/{person_id}/disable",
    status_code=204,
    summary="Close an account: sessions, sockets, tablets and keys end at once",
    responses=responses(401, 403, 404, 409),
)
async def disable(person_id: str, house: HouseDep, actor: ActorDep) -> None:
    await house.sessions.disable(require(actor, Action.PEOPLE_MANAGE), person_id)


@router.post(
    "/people/{person_id}/enable",
    status_code=202,
    summary="Propose to open a closed account again; a second person confirms",
    responses=responses(401, 403, 404),
)
async def enable(person_id: str, house: HouseDep, actor: ActorDep) -> ProposalAnswer:
    asker = require(actor, Action.PEOPLE_MANAGE)
    await house.people.found(person_id)
    outcome = await house.proposals.ask(
        asker,
        Wish(
            Kind.PERSON_ENABLE,
            {"person_id": person_id},
            subject=f"person:{person_id}",
            benefits=person_id,
        ),
    )
    if outcome.proposal is None:
        raise NotFound("There is only one person in the house.", code="person_not_found")
    return await proposed(house, asker, outcome.proposal)


@router.delete(
    "/people/{person_id}/sessions",
    status_code=204,
    summary="End every session of a person",
    responses=responses(401, 403, 404),
)
async def end_sessions(person_id: str, house: HouseDep, actor: ActorDep) -> None:
    await house.sessions.revoke_all(require(actor, Action.PEOPLE_MANAGE), person_id)


@router.post(
    "/events/{event_id}/roles",
    status_code=204,
    response_model=None,
    summary="Give or take a role; presenter, moderator and auditor are given by one person, the others by two",
    responses={**responses(401, 403, 404, 409), 202: PROPOSED[202]},
)
async def set_role(event_id: str, body: RoleBody, house: HouseDep, actor: ActorDep) -> Response:
    """`event_id` is an event, or `*` for every event."""
    if event_id == EVERY_EVENT:
        asker = require(actor, Action.PEOPLE_MANAGE)
    else:
        event, asker = await event_for(house, actor, event_id, Action.PEOPLE_MANAGE)
        event_id = event.id
    role = _role(body.role)
    if not (body.held and role in BY_TWO):
        await house.people.set_role(
            asker, event_id=event_id, person_id=body.person_id, role=role, held=body.held
        )
        if not body.held:
            house.sessions.say_ended()
        return Response(status_code=204)
    await house.people.found(body.person_id)
    outcome = await house.proposals.ask(
        asker,
        Wish(
            Kind.ROLE_GIVE,
            {"event_id": event_id, "person_id": body.person_id, "role": str(role)},
            event_id=None if event_id == EVERY_EVENT else event_id,
            subject=f"person:{body.person_id}",
            benefits=body.person_id,
        ),
    )
    if outcome.proposal is None:
        return Response(status_code=204)
    answer = await proposed(house, asker, outcome.proposal)
    return Response(answer.model_dump_json(), 202, media_type="application/json")


@router.get("/api-keys", summary="Keys for programs", responses=responses(401, 403))
async def keys(house: HouseDep, actor: ActorDep) -> list[KeyAnswer]:
    require(actor, Action.KEYS_MANAGE)
    return [key_answer(row) for row in await house.people.keys()]


@router.post(
    "/api-keys",
    status_code=202,
    summary="Propose a key; it opens nothing until a second person confirms",
    responses={**responses(401, 403, 404), **PROPOSED},
)
async def new_key(
    body: NewKeyBody, house: HouseDep, actor: ActorDep, response: Response
) -> ProposalAnswer | KeyAnswer:
    """The key is in this answer and nowhere else."""
    asker = require(actor, Action.KEYS_MANAGE)
    try:
        scopes = [Action(scope) for scope in body.scopes]
    except ValueError as exc:
        raise InvalidInput(f"A scope is one of: {', '.join(Action)}.", code="unknown_scope") from exc
    if body.event_id != EVERY_EVENT:
        await house.events.found(body.event_id)
    key, wish = house.people.wish_for_key(
        name=body.name, scopes=scopes, event_id=body.event_id, days=body.days
    )
    outcome = await house.proposals.ask(asker, wish)
    if outcome.proposal is not None:
        return await proposed(house, asker, outcome.proposal, key=key)
    response.status_code = 201
    return key_answer(outcome.result, key)


@router.delete(
    "/api-keys/{key_id}", status_code=204, summary="Revoke a key", responses=responses(401, 403, 404)
)
async def revoke_key(key_id: str, house: HouseDep, actor: ActorDep) -> None:
    await house.people.revoke_key(require(actor, Action.KEYS_MANAGE), key_id)


@router.post(
    "/stream/tickets",
    status_code=201,
    summary="A one-time ticket for a staff stream",
    responses=responses(401, 403),
)
async def ticket(body: TicketBody, house: HouseDep, actor: SignedInDep) -> TicketAnswer:
    return TicketAnswer(ticket=await house.tickets.issue(actor, body.topic))


def _role(name: str) -> Role:
    try:
        return Role(name)
    except ValueError as exc:
        raise InvalidInput(f"A role is one of: {', '.join(Role)}.", code="unknown_role") from exc


async def _session_answer(house: House, actor: Actor) -> SessionAnswer:
    found = next((pair for pair in await house.people.listed() if pair[0].id == actor.id), None)
    if found is None:
        raise NotFound("A key has no person behind it.", code="not_a_person")
    person, roles = found
    return SessionAnswer(
        person=person_answer(person),
        roles=role_answers(roles),
        drill=house.drill,
        hospital=house.settings.hospital,
        device_id=actor.device_id,
        locked=actor.locked,
        policy_read=await house.policy.read_by(actor.id),
        choose_password=actor.chooses,
        delays={
            kind: DelayAnswer(
                usual_s=getattr(house.settings.delays, kind),
                least_s=least_delay_s(kind, house.settings.delays),
            )
            for kind in EventKind
        },
    )
