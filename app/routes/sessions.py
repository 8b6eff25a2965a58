"""First-run set-up, signing in and out, people, keys, stream tickets."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.accounts.rights import Action, Actor, require
from app.errors import InvalidInput, NotFound, Unauthorized
from app.models import EVERY_EVENT, Role
from app.routes.deps import (
    ActorDep,
    HouseDep,
    SignedInDep,
    check_same_origin,
    client_address,
    cookie_name,
    event_for,
)
from app.routes.house import House
from app.routes.problems import responses
from app.routes.projections import key_answer, person_answer, role_answers
from app.schemas.bodies import (
    KeyAnswer,
    NewKeyBody,
    NewPersonBody,
    PeopleAnswer,
    PersonAnswer,
    RoleBody,
    SessionAnswer,
    SetUpAnswer,
    SetUpBody,
    SignInBody,
    TicketAnswer,
    TicketBody,
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
    house.throttle.check(network)
    people = [(body.name, body.email, body.password.get_secret_value(), FIRST_ROLES)]
    if body.second is not None:
        second = body.second
        people.append((second.name, second.email, second.password.get_secret_value(), SECOND_ROLES))
    try:
        await house.people.set_up(body.code, people)
    except Unauthorized:
        house.throttle.failed(network)
        raise
    token, actor = await house.people.sign_in(
        body.email, body.password.get_secret_value(), request.headers.get("user-agent", "")
    )
    _set_cookie(response, house, token)
    return await _session_answer(house, actor)


@router.post("/session", summary="Sign in", responses=responses(401, 429))
async def sign_in(body: SignInBody, request: Request, response: Response, house: HouseDep) -> SessionAnswer:
    check_same_origin(request, house)
    agent = request.headers.get("user-agent", "")
    network = f"net:{client_address(request, house)}"
    keys = [network] if body.email is None else [network, f"account:{body.email.strip().casefold()}"]
    house.throttle.check(*keys)
    try:
        if body.code is not None:
            token, actor = await house.people.sign_in_with_code(body.code, agent)
        elif body.email is not None and body.password is not None:
            token, actor = await house.people.sign_in(body.email, body.password.get_secret_value(), agent)
        else:
            raise InvalidInput(
                "Give an e-mail address with a password, or a code.", code="nothing_to_sign_in_with"
            )
    except Unauthorized:
        house.throttle.failed(*keys)
        raise
    house.throttle.succeeded(*keys)
    _set_cookie(response, house, token)
    return await _session_answer(house, actor)


@router.get("/session", summary="Who is signed in", responses=responses(401))
async def session(house: HouseDep, actor: SignedInDep) -> SessionAnswer:
    return await _session_answer(house, actor)


@router.delete("/session", status_code=204, summary="Sign out", responses=responses(401))
async def sign_out(house: HouseDep, actor: SignedInDep, response: Response) -> None:
    if actor.session_id is None:
        raise InvalidInput("A key is not signed in; revoke it instead.", code="not_a_session")
    await house.people.sign_out(actor)
    response.delete_cookie(
        cookie_name(house), path="/", secure=_secure(house), httponly=True, samesite="strict"
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


@router.get("/people", summary="Everybody, with their roles", responses=responses(401, 403))
async def people(house: HouseDep, actor: ActorDep) -> list[PeopleAnswer]:
    require(actor, Action.PEOPLE_READ)
    return [
        PeopleAnswer(person=person_answer(person), roles=role_answers(roles))
        for person, roles in await house.people.listed()
    ]


@router.post("/people", status_code=201, summary="Add a person", responses=responses(401, 403, 409))
async def add_person(body: NewPersonBody, house: HouseDep, actor: ActorDep) -> PersonAnswer:
    asker = require(actor, Action.PEOPLE_MANAGE)
    person = await house.people.add(
        asker,
        name=body.name,
        email=body.email,
        password=body.password.get_secret_value(),
        roles=[_role(role) for role in body.roles],
    )
    return person_answer(person)


@router.post(
    "/events/{event_id}/roles",
    status_code=204,
    summary="Give or take a role",
    responses=responses(401, 403, 404),
)
async def set_role(event_id: str, body: RoleBody, house: HouseDep, actor: ActorDep) -> None:
    """`event_id` is an event, or `*` for every event."""
    if event_id == EVERY_EVENT:
        asker = require(actor, Action.PEOPLE_MANAGE)
    else:
        event, asker = await event_for(house, actor, event_id, Action.PEOPLE_MANAGE)
        event_id = event.id
    await house.people.set_role(
        asker, event_id=event_id, person_id=body.person_id, role=_role(body.role), held=body.held
    )


@router.get("/api-keys", summary="Keys for programs", responses=responses(401, 403))
async def keys(house: HouseDep, actor: ActorDep) -> list[KeyAnswer]:
    require(actor, Action.KEYS_MANAGE)
    return [key_answer(row) for row in await house.people.keys()]


@router.post("/api-keys", status_code=201, summary="Make a key", responses=responses(401, 403))
async def new_key(body: NewKeyBody, house: HouseDep, actor: ActorDep) -> KeyAnswer:
    """The key is in this answer and nowhere else."""
    asker = require(actor, Action.KEYS_MANAGE)
    try:
        scopes = [Action(scope) for scope in body.scopes]
    except ValueError as exc:
        raise InvalidInput(f"A scope is one of: {', '.join(Action)}.", code="unknown_scope") from exc
    key, row = await house.people.new_key(
        asker, name=body.name, scopes=scopes, event_id=body.event_id, days=body.days
    )
    return key_answer(row, key)


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


def _secure(house: House) -> bool:
    return house.public_url.startswith("https://")


def _set_cookie(response: Response, house: House, token: str) -> None:
    response.set_cookie(
        cookie_name(house),
        token,
        max_age=int(house.settings.session_hours * 3600),
        path="/",
        secure=_secure(house),
        httponly=True,
        samesite="strict",
    )


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
    )
