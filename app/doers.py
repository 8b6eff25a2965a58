"""
How each thing that two people decide is done, once they have: one doer for each kind of proposal.

`accounts.proposals` keeps and confirms them and knows no other room; what they do lies in the rooms, so they are tied
together here, above them. What has no doer cannot be proposed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.accounts.invitations import Invitations, invitation_of
from app.accounts.people import People
from app.accounts.policy import Policy
from app.accounts.proposals import Doer, Kind
from app.accounts.rights import Actor
from app.accounts.sessions import Sessions
from app.broadcast.switchboard import Switchboard
from app.broadcast.topics import Position
from app.editorial.events import Events
from app.models import ApiKey, Channel, LiveEvent, Person, PolicyText, Role

Fields = Mapping[str, Any]


def doers(
    people: People,
    invitations: Invitations,
    sessions: Sessions,
    switchboard: Switchboard,
    policy: Policy,
    events: Events,
    announce: Callable[[Sequence[Position]], None],
    wake: Callable[[], None],
) -> dict[Kind, Doer]:
    """How each thing that two people decide is done, once they have."""

    async def add_person(by: Actor, plain: Fields, secret: Fields) -> Person:
        roles = [Role(role) for role in plain["roles"]]
        invitation = invitation_of(by, secret)
        return await people.add(
            by, name=plain["name"], email=plain["email"], roles=roles, invitation=invitation
        )

    async def invite(by: Actor, plain: Fields, secret: Fields) -> None:
        await invitations.renew(by, plain["person_id"], invitation_of(by, secret))

    async def enable(by: Actor, plain: Fields, _secret: Fields) -> None:
        await sessions.enable(by.label, plain["person_id"])

    async def give_role(by: Actor, plain: Fields, _secret: Fields) -> None:
        await people.set_role(
            by,
            event_id=plain["event_id"],
            person_id=plain["person_id"],
            role=Role(plain["role"]),
            held=True,
        )

    async def add_channel(by: Actor, plain: Fields, secret: Fields) -> Channel:
        return await switchboard.add(
            by.label,
            adapter=plain["adapter"],
            name=plain["name"],
            settings=plain["settings"],
            credentials=secret["credentials"],
        )

    async def remove_channel(by: Actor, plain: Fields, _secret: Fields) -> None:
        announce(await switchboard.set_state(by.label, plain["channel_id"], "off"))

    async def change_credentials(by: Actor, plain: Fields, secret: Fields) -> None:
        announce(await switchboard.change_credentials(by.label, plain["channel_id"], secret["credentials"]))

    async def name_second(by: Actor, plain: Fields, _secret: Fields) -> None:
        announce(
            await switchboard.set_second(
                by.label, plain["channel_id"], plain["second_id"], instead_of=plain["instead_of_id"]
            )
        )
        wake()  # who waited for the first goes by the second at once

    async def make_key(by: Actor, plain: Fields, secret: Fields) -> ApiKey:
        return await people.new_key(by, plain, secret["key_hash"])

    async def publish(by: Actor, plain: Fields, _secret: Fields) -> PolicyText:
        return await policy.publish(by.label, plain["texts"])

    async def change_safety(by: Actor, plain: Fields, _secret: Fields) -> LiveEvent:
        return await events.change(
            by, plain["event_id"], None, plain["changes"], agreed=True, seen=plain.get("seen")
        )

    return {
        Kind.EVENT_SAFETY: change_safety,
        Kind.EVENT_WORDS: change_safety,
        Kind.EVENT_RAISE: change_safety,
        Kind.PERSON_ADD: add_person,
        Kind.PERSON_ENABLE: enable,
        Kind.ROLE_GIVE: give_role,
        Kind.CHANNEL_ADD: add_channel,
        Kind.CHANNEL_REMOVE: remove_channel,
        Kind.CHANNEL_CREDENTIALS: change_credentials,
        Kind.CHANNEL_SECOND: name_second,
        Kind.KEY_MAKE: make_key,
        Kind.POLICY_PUBLISH: publish,
        Kind.PERSON_INVITE: invite,
    }
