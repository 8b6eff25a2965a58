"""Two people: nobody completes alone what two decide (S-14)."""

import asyncio
import os
import random
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.accounts.proposals import Kind, Outcome, Wish
from app.accounts.rights import Action, Actor, allows
from app.db import Database
from app.errors import AppError, Conflict, Forbidden, Gone
from app.models import AuditEntry, Proposal, Role
from tests.accounts.rooms import Rooms


@pytest.fixture
def rooms(sqlite_database: Database) -> Rooms:
    made = Rooms(sqlite_database)
    counting(made)
    return made


def counting(rooms: Rooms) -> list[tuple[Kind, str]]:
    done: list[tuple[Kind, str]] = []
    for kind in Kind:

        async def do(
            by: Actor, plain: Mapping[str, Any], secret: Mapping[str, Any], kind: Kind = kind
        ) -> str:
            done.append((kind, by.label))
            return "done"

        rooms.proposals.doers[kind] = do
    return done


class TestTwoPeople:
    async def test_S14_nothing_happens_until_a_second_person_confirms(self, rooms: Rooms) -> None:
        """Then once; and credentials are gone from the proposal."""
        done = counting(rooms)
        a, b = await rooms.person("a", Role.ADMIN), await rooms.person("b", Role.APPROVER)
        outcome = await rooms.proposals.ask(a, Wish(Kind.CHANNEL_ADD, {"name": "X"}, {"token": "canary-7"}))
        assert outcome.proposal is not None
        assert done == []
        assert b"canary-7" not in (outcome.proposal.secret_enc or b"")

        with pytest.raises(Forbidden):
            await rooms.proposals.confirm(a, outcome.proposal.id)
        told = await asyncio.gather(
            *(rooms.proposals.confirm(b, outcome.proposal.id) for _ in range(5)), return_exceptions=True
        )

        assert done == [(Kind.CHANNEL_ADD, a.label)]
        assert sum(isinstance(one, Conflict) for one in told) == 4
        row = (await rooms.rows(Proposal))[0]
        assert (row.state, row.secret_enc) == ("done", None)

    async def test_S14_whoever_gains_does_not_confirm_and_neither_does_a_key_or_a_tablet(
        self, rooms: Rooms
    ) -> None:
        """A key of the proposer, a key of somebody else, a tablet, and the one who becomes admin: all refused."""
        a, b = await rooms.person("a", Role.ADMIN), await rooms.person("b", Role.APPROVER)
        outcome = await rooms.proposals.ask(a, Wish(Kind.ROLE_GIVE, {}, benefits=b.id))
        assert outcome.proposal is not None
        everything = frozenset(str(action) for action in Action)
        for nobody in (
            b,
            Actor("key", "k1", "K", scopes=everything, key_event_id="*", owner_id=a.id),
            Actor("key", "k2", "K", scopes=everything, key_event_id="*", owner_id=b.id),
            Actor("person", "c", "C", device_id="tablet"),
        ):
            with pytest.raises(Forbidden):
                await rooms.proposals.confirm(nobody, outcome.proposal.id)

    async def test_S14_a_key_proposes_for_the_person_who_made_it(self, rooms: Rooms) -> None:
        """Who therefore cannot confirm it."""
        a, b = await rooms.person("a", Role.ADMIN), await rooms.person("b", Role.APPROVER)
        key = Actor("key", "k", "K", owner_id=a.id)
        outcome = await rooms.proposals.ask(key, Wish(Kind.CHANNEL_REMOVE, {}))
        assert outcome.proposal is not None

        with pytest.raises(Forbidden):
            await rooms.proposals.confirm(a, outcome.proposal.id)
        assert (await rooms.proposals.confirm(b, outcome.proposal.id)).state == "done"
        with pytest.raises(Forbidden):
            await rooms.proposals.ask(Actor("key", "old", "K"), Wish(Kind.CHANNEL_REMOVE, {}))

    async def test_S14_what_somebody_proposed_whose_account_is_closed_is_not_confirmed_any_more(
        self, rooms: Rooms
    ) -> None:
        """Two people who may act: a wish of somebody who may not come in any more is nobody's, also through a key."""
        done = counting(rooms)
        a, b = await rooms.person("a", Role.ADMIN), await rooms.person("b", Role.ADMIN)
        for who in (a, Actor("key", "k", "K", owner_id=a.id)):
            outcome = await rooms.proposals.ask(who, Wish(Kind.ROLE_GIVE, {}))
            assert outcome.proposal is not None
            if who is a:
                await rooms.sessions.disable(b, a.id)
            with pytest.raises(Conflict, match="closed"):
                await rooms.proposals.confirm(b, outcome.proposal.id)
        assert done == []

    async def test_a_proposal_is_refused_withdrawn_or_grows_old(self, rooms: Rooms) -> None:
        """Each with its word, and none of them is carried out."""
        done = counting(rooms)
        a, b = await rooms.person("a", Role.ADMIN), await rooms.person("b", Role.APPROVER)
        ids = []
        for _ in range(3):
            outcome = await rooms.proposals.ask(a, Wish(Kind.KEY_MAKE, {}, {"key_hash": "h"}))
            assert outcome.proposal is not None
            ids.append(outcome.proposal.id)

        assert (await rooms.proposals.refuse(b, ids[0], "no")).state == "refused"
        assert (await rooms.proposals.refuse(a, ids[1], "")).state == "withdrawn"
        rooms.clock.advance(24 * 3600)
        with pytest.raises(Gone):
            await rooms.proposals.confirm(b, ids[2])
        assert done == []

    async def test_S14_the_first_person_alone_acts_alone_and_the_record_says_so(self, rooms: Rooms) -> None:
        """Until there has been a second; closing that account does not bring the exception back."""
        done = counting(rooms)
        a = await rooms.person("a", Role.ADMIN)
        assert await rooms.proposals.ask(a, Wish(Kind.CHANNEL_ADD, {})) == Outcome(result="done")
        assert (await rooms.rows(AuditEntry))[-1].detail["why"] == "only_one_person"
        b = await rooms.person("b", Role.ADMIN)
        await rooms.sessions.disable(a, b.id)

        outcome = await rooms.proposals.ask(a, Wish(Kind.CHANNEL_ADD, {}))

        assert outcome.proposal is not None
        assert len(done) == 1

    async def test_what_cannot_be_done_any_more_says_why_and_stays_undone(self, rooms: Rooms) -> None:
        """A name that was taken meanwhile."""

        async def fails(*_: Any) -> None:
            raise Conflict("There is a channel called that already.", code="name_taken")

        a, b = await rooms.person("a", Role.ADMIN), await rooms.person("b", Role.APPROVER)
        rooms.proposals.doers[Kind.CHANNEL_ADD] = fails
        outcome = await rooms.proposals.ask(a, Wish(Kind.CHANNEL_ADD, {}))
        assert outcome.proposal is not None
        with pytest.raises(Conflict):
            await rooms.proposals.confirm(b, outcome.proposal.id)
        row = (await rooms.rows(Proposal))[0]
        assert (row.state, row.why) == ("failed", "There is a channel called that already.")


HOUSES = int(os.environ.get("PROPOSAL_HOUSES", "24"))


@pytest.mark.parametrize("seed", range(HOUSES))
async def test_S14_no_identity_completes_a_two_person_action_alone(
    seed: int, tmp_path: Path, migrated_file: Path
) -> None:
    """Random houses: people, keys and tablets with random roles try everything; whatever is done had two humans in it."""
    rng = random.Random(seed)
    shutil.copy(migrated_file, tmp_path / "t.sqlite3")
    database = Database(f"sqlite:///{tmp_path}/t.sqlite3")
    await database.start()
    try:
        rooms = Rooms(database)
        done = counting(rooms)
        humans = [
            await rooms.person(f"p{n}", *rng.sample(list(Role), rng.randint(1, 5)))
            for n in range(rng.randint(2, 4))
        ]
        keys = [
            Actor(
                "key",
                f"k{n}",
                "K",
                scopes=frozenset(rng.sample([str(a) for a in Action], len(Action) // 2)),
                key_event_id="*",
                owner_id=rng.choice(humans).id,
            )
            for n in range(3)
        ]
        tablets = [
            Actor("person", one.id, one.name, roles={"*": frozenset({Role.PRESENTER})}, device_id="d")
            for one in humans
        ]
        everybody = [*humans, *keys, *tablets]
        completed = 0
        for _ in range(40):
            proposer, confirmer = rng.choice(everybody), rng.choice(everybody)
            benefits = rng.choice([None, *[one.id for one in humans]])
            outcome = await rooms.proposals.ask(proposer, Wish(rng.choice(list(Kind)), {}, benefits=benefits))
            assert outcome.proposal is not None
            before = len(done)
            try:
                if not allows(confirmer, Action.PROPOSAL_CONFIRM):
                    continue
                await rooms.proposals.confirm(confirmer, outcome.proposal.id)
            except AppError:
                assert len(done) == before
                continue
            completed += 1
            assert len(done) == before + 1
            assert confirmer.kind == "person"
            assert confirmer.device_id is None
            assert len({proposer.answers, confirmer.answers} - {None}) == 2
            assert confirmer.id != benefits
        assert len(done) == completed
    finally:
        await database.stop()
