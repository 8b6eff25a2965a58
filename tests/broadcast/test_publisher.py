"""The door: durable, once, in order, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from app.accounts.audit import broken_at
from app.broadcast.intents import Accepted, FromStep, PlannedDelivery
from app.broadcast.publisher import Publisher
from app.broadcast.topics import Position
from app.clock import SystemClock
from app.errors import AppError, Conflict, Gone, InvalidInput, NotFound
from app.ids import new_id
from app.models import (
    AuditEntry,
    Delivery,
    DeliveryPart,
    IdempotencyRecord,
    LiveEvent,
    Step,
    Topic,
    TopicChange,
    Update,
    UpdateRevision,
)
from tests.broadcast.house import Stage, open_stage, render, sqlite_url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    url = sqlite_url(tmp_path) if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
    async with open_stage(url) as made:
        yield made


class Door:
    def __init__(self, stage: Stage) -> None:
        self.positions: list[Position] = []
        self.publisher = Publisher(stage.database, SystemClock(), new_id, self.positions.extend, zone=UTC)


class TestAccept:
    async def test_G1_what_was_said_is_stored_to_the_letter(self, stage: Stage) -> None:
        """Whatever signs it has, whatever zone its time is in, and the answer byte for byte."""
        odd = 'He said: "5\' 3\\" \\x41 {} $1 ? \\u0041\n\u2028 \N{PILL} \u0646\u0628\u0636'
        at = datetime(2026, 11, 20, 17, 0, 0, 1, tzinfo=timezone(timedelta(hours=-5, minutes=-30)))
        answer = bytes(range(256))
        decided = replace(
            stage.decided(odd, guard={odd: [None, 0.1, {"n": 1}]}, delay_s=0.25),
            composed_at=at,
            media=(MappingProxyType({"alt": odd}),),
        )

        accepted = await Door(stage).publisher.accept(decided, lambda _accepted: answer)

        update, revision = await stage.one(Update), await stage.one(UpdateRevision)
        assert (update.composed_at, update.received_at) == (at, accepted.received_at)
        assert (update.release_at, update.marks, update.revision) == (accepted.release_at, {}, 1)
        assert (revision.texts, revision.media) == ({"en": odd}, [{"alt": odd}])
        assert revision.guard == {odd: [None, 0.1, {"n": 1}]}
        assert (await stage.one(DeliveryPart)).text == odd
        assert bytes((await stage.one(IdempotencyRecord)).answer) == answer
        delivery = await stage.one(Delivery)
        assert (delivery.counts, delivery.state, delivery.lease_until) == ({}, "queued", None)

    async def test_G1_of_many_at_once_each_is_stored_as_it_would_be_by_itself(self, stage: Stage) -> None:
        """What all of them share, what some do, what is empty, and what is the same to Python and not in a document."""
        door = Door(stage)

        async def accept(n: int) -> Accepted:
            one = stage.decided(
                f"{n}: 'quoted' \\ {{}}" if n % 3 else "The same.",
                to=("x", "facebook") if n % 5 else (),
                guard={"found": 1 if n % 2 else True},
                media=({"alt": {"en": "a"}},) if n % 7 == 0 else (),
                key_moment=n % 2 == 0,
                delay_s=0.0 if n % 4 else 90.0,
                state="awaiting_approval" if n % 11 == 0 else "counting_down",
            )
            return await door.publisher.accept(one, lambda _accepted: bytes((n, 0, 255)))

        def told(row: Any) -> dict[str, Any]:
            """All but what no two updates have in common."""
            own = {
                "id",
                "update_id",
                "delivery_id",
                "ref",
                "seq",
                "client_key",
                "key",
                "body_hash",
                "hash",
                "prev_hash",
            }
            own |= {
                "topic_id",
                "offset",
                "at",
                "refs",
                "subject",
                "received_at",
                "created_at",
                "release_at",
                "due_at",
            }
            own |= {"expires_at", "waits_since", "detail"}
            return {
                name: repr(value)
                for name, value in row.model_dump().items()
                if name not in own or value is None
            }

        async def stored(ids: list[str]) -> list[list[dict[str, Any]]]:
            found: list[list[dict[str, Any]]] = []
            for id_ in ids:
                deliveries = sorted(await stage.rows(Delivery, update_id=id_), key=lambda one: one.channel_id)
                parts = [
                    part for one in deliveries for part in await stage.rows(DeliveryPart, delivery_id=one.id)
                ]
                revisions = await stage.rows(UpdateRevision, update_id=id_)
                rows = [*await stage.rows(Update, id=id_), *revisions, *deliveries, *parts]
                (key,) = await stage.rows(IdempotencyRecord, key=rows[0].client_key)
                found.append([told(row) for row in (*rows, key)])
            return found

        at_once = await asyncio.gather(*(accept(n) for n in range(40)))
        alone = [await accept(n) for n in range(40)]
        assert await stored([one.update_id for one in at_once]) == await stored(
            [one.update_id for one in alone]
        )

    async def test_G1_an_answer_means_that_every_row_is_there(self, stage: Stage) -> None:
        """Update, revision, deliveries, parts, desk entry, audit entry and key: all or nothing, in one commit."""
        door = Door(stage)
        accepted = await door.publisher.accept(stage.decided("One.", to=("x", "facebook")), render)
        assert accepted.seq == 1
        assert accepted.answer == render(accepted)
        assert (await stage.one(Update)).id == accepted.update_id
        assert (await stage.one(UpdateRevision)).texts == {"en": "One."}
        deliveries = await stage.rows(Delivery)
        assert {d.id for d in deliveries} == set(accepted.delivery_ids)
        assert all(d.claimable_at is None and d.due_at == accepted.release_at for d in deliveries)
        assert [p.text for p in await stage.rows(DeliveryPart)] == ["One.", "One."]
        change = await stage.one(TopicChange)
        assert change.refs[0] == ["update", accepted.update_id]
        assert (await stage.one(IdempotencyRecord)).answer == accepted.answer
        assert broken_at(await stage.rows(AuditEntry)) is None
        assert [p.offset for p in door.positions] == [1]

    async def test_G2_D05_fifty_at_once_with_one_key_make_one_update(self, stage: Stage) -> None:
        """Same key, same body, in parallel: one update, byte-identical answers, the repeats marked."""
        door, other = Door(stage), Door(stage)
        decided = [stage.decided("Same.", key="k") for _ in range(50)]
        answers = await asyncio.gather(
            *((door if n % 2 else other).publisher.accept(one, render) for n, one in enumerate(decided))
        )
        assert len({a.answer for a in answers}) == 1
        assert sum(not a.replayed for a in answers) == 1
        assert len(await stage.rows(Update)) == 1

    async def test_D05_two_thousand_keys_each_sent_three_times(self, stage: Stage) -> None:
        """However they fall into commits, a key makes one update."""
        doors = [Door(stage), Door(stage)]
        keys = [f"k{n % 500}" for n in range(1500)]
        answers = await asyncio.gather(
            *(
                doors[n % 2].publisher.accept(stage.decided("Same.", key=key), render)
                for n, key in enumerate(keys)
            )
        )
        by_key: dict[str, set[bytes]] = {}
        for key, answer in zip(keys, answers, strict=True):
            by_key.setdefault(key, set()).add(answer.answer)
        assert all(len(found) == 1 for found in by_key.values())
        assert len(await stage.rows(Update)) == 500
        assert sum(not a.replayed for a in answers) == 500

    async def test_D06_one_key_with_another_body_is_refused_and_changes_nothing(self, stage: Stage) -> None:
        """422 with its code; the first update stands as it was."""
        door = Door(stage)
        first = await door.publisher.accept(stage.decided("One.", key="k"), render)
        with pytest.raises(InvalidInput) as refused:
            await door.publisher.accept(stage.decided("Two.", key="k"), render)
        assert (refused.value.code, refused.value.status) == ("key_reused", 422)
        again = await door.publisher.accept(stage.decided("One.", key="k"), render)
        assert (again.answer, again.replayed, again.update_id) == (first.answer, True, first.update_id)
        assert (await stage.one(UpdateRevision)).texts == {"en": "One."}

    async def test_D06_another_body_while_the_first_is_running_is_told_to_ask_again(
        self, stage: Stage
    ) -> None:
        """409 while nobody knows yet what the key will stand for."""
        door = Door(stage)
        first = asyncio.ensure_future(door.publisher.accept(stage.decided("One.", key="k"), render))
        await asyncio.sleep(0)
        with pytest.raises(Conflict) as refused:
            await door.publisher.accept(stage.decided("Two.", key="k"), render)
        assert refused.value.code == "key_in_progress"
        assert isinstance(await first, Accepted)

    async def test_D11_two_presenters_get_one_gap_free_order(self, stage: Stage) -> None:
        """2 x 300 concurrent submits: numbers and offsets have no gap, and nobody's own order is turned round."""
        doors = [Door(stage), Door(stage)]
        answered: list[list[int]] = [[], []]

        async def presenter(who: int) -> None:
            for _ in range(300):
                accepted = await doors[who].publisher.accept(stage.decided(to=("x",)), render)
                answered[who].append(accepted.seq)

        await asyncio.gather(presenter(0), presenter(1))
        assert sorted(answered[0] + answered[1]) == list(range(1, 601))
        assert all(own == sorted(own) for own in answered)
        offsets = sorted(change.offset for change in await stage.rows(TopicChange))
        assert offsets == list(range(1, 601))
        assert (await stage.one(Topic, id=f"{stage.event_id}:desk")).offset == 600
        assert (await stage.one(LiveEvent)).last_seq == 600
        assert broken_at(sorted(await stage.rows(AuditEntry), key=lambda e: e.seq)) is None

    async def test_N12_a_step_sent_by_two_tablets_with_two_keys_goes_out_once(self, stage: Stage) -> None:
        """Thirty steps, each sent twice at once through two doors: one update each, the other told; keys still repeat."""
        doors = [Door(stage), Door(stage)]
        steps = [
            Step(id=new_id(), event_id=stage.event_id, n=n, title="Asleep", texts={"en": "Asleep."})
            for n in range(30)
        ]
        async with stage.database.transaction() as session:
            session.add_all(steps)
        decided = [
            stage.decided(to=("x",), key=f"{who}-{step.n}", step=FromStep(step.id, 1))
            for step in steps
            for who in range(2)
        ]
        answers = await asyncio.gather(
            *(doors[n % 2].publisher.accept(one, render) for n, one in enumerate(decided)),
            return_exceptions=True,
        )
        accepted = [one for one in answers if isinstance(one, Accepted)]
        assert [one.code for one in answers if isinstance(one, Conflict)] == ["step_sent"] * 30
        assert {one.id for one in await stage.rows(Update)} == {one.update_id for one in accepted}
        marked = await stage.rows(Step)
        assert {one.sent_update_id for one in marked} == {one.update_id for one in accepted}
        assert {one.version for one in marked} == {2}
        again = await doors[0].publisher.accept(decided[answers.index(accepted[0])], render)
        assert (again.replayed, again.update_id) == (True, accepted[0].update_id)

    async def test_N12_a_step_changed_while_it_was_being_decided_on_is_not_sent(self, stage: Stage) -> None:
        """Parked, rewritten or unsigned in between: nobody sends what they did not read."""
        door = Door(stage)
        step = Step(id=new_id(), event_id=stage.event_id, n=1, title="A", texts={"en": "A."}, version=3)
        async with stage.database.transaction() as session:
            session.add(step)
        with pytest.raises(Conflict) as refused:
            await door.publisher.accept(stage.decided("A.", step=FromStep(step.id, 2)), render)
        assert (refused.value.code, await stage.rows(Update)) == ("changed_meanwhile", [])
        assert (await stage.one(Step)).sent_update_id is None

    async def test_one_bad_submit_fails_alone(self, stage: Stage) -> None:
        """Of a shared commit only the guilty one is refused, whatever is wrong with it."""
        door = Door(stage)
        ended = await stage.add_event(state="ended")
        submits = [
            stage.decided("good"),
            stage.decided("no event", event_id="nowhere"),
            stage.decided("ended", event_id=ended),
            stage.decided("no channel", deliveries=(PlannedDelivery("nowhere", ("t",)),)),
            stage.decided("no such list", deliveries=(), author_id="nobody"),
            stage.decided("good too"),
        ]
        answers = await asyncio.gather(
            *(door.publisher.accept(one, render) for one in submits), return_exceptions=True
        )
        assert isinstance(answers[0], Accepted)
        assert isinstance(answers[5], Accepted)
        assert isinstance(answers[1], NotFound)
        assert isinstance(answers[2], Gone)
        assert isinstance(answers[3], NotFound)
        assert isinstance(answers[4], Exception)
        assert not isinstance(answers[4], AppError)
        assert len(await stage.rows(Update)) == 2
        assert sorted(u.seq for u in await stage.rows(Update)) == [1, 2]

    async def test_a_caller_that_goes_away_takes_nobody_along(self, stage: Stage) -> None:
        """Cancelling one of those who share a commit leaves the others their answers."""
        door = Door(stage)
        tasks = [
            asyncio.ensure_future(door.publisher.accept(stage.decided(f"{n}"), render)) for n in range(10)
        ]
        await asyncio.sleep(0)
        tasks[3].cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(done[3], asyncio.CancelledError)
        assert all(isinstance(a, Accepted) for n, a in enumerate(done) if n != 3)
        await door.publisher.drain()

    async def test_what_a_driver_wrote_reads_back_as_the_mapper_writes_it(self, stage: Stage) -> None:
        """The statements past the mapper store instants, JSON and booleans as everybody else does."""
        door = Door(stage)
        await door.publisher.accept(
            stage.decided("È tutto.", key_moment=True, media=({"id": "m", "alt": {"en": "a"}},)), render
        )
        row = await stage.one(Update)
        assert row.received_at.tzinfo is not None
        assert row.key_moment is True
        assert row.marks == {}
        assert (await stage.one(UpdateRevision)).media == [{"id": "m", "alt": {"en": "a"}}]
