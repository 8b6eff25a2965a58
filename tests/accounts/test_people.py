"""Who comes in, with what, and what they may do."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit import AuditLog
from app.accounts.codes import code_hash
from app.accounts.passwords import Passwords
from app.accounts.people import People
from app.accounts.rights import ALLOWED, Action, Actor, allows, require
from app.accounts.throttle import SignInThrottle
from app.accounts.tickets import Tickets
from app.clock import ManualClock
from app.db import Database
from app.errors import Conflict, Forbidden, InvalidInput, TooManyRequests, Unauthorized
from app.ids import new_id
from app.models import ApiKey, Person, Role

PASSWORD = "a long enough sentence"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))


@pytest.fixture
def people(sqlite_database: Database, clock: ManualClock) -> People:
    quick = Passwords(time_cost=1, memory_cost_kib=64)
    return People(sqlite_database, quick, AuditLog(), clock, new_id, session_hours=12)


async def set_up(people: People, roles: Sequence[Role] = (Role.ADMIN,)) -> None:
    code = await people.issue_code("setup")
    await people.set_up(code, [("Marta", "Marta@Valdora.example", PASSWORD, roles)])


async def made_key(
    people: People, actor: Actor, name: str, scopes: Sequence[Action], event_id: str
) -> tuple[str, ApiKey]:
    """As after a second person confirmed it."""
    key, wish = people.wish_for_key(name=name, scopes=scopes, event_id=event_id, days=1)
    return key, await people.new_key(actor, wish.payload, wish.secret["key_hash"])


class TestSetUp:
    async def test_the_first_person_needs_the_printed_code(self, people: People) -> None:
        """A wrong code makes nobody."""
        await people.issue_code("setup")

        with pytest.raises(Unauthorized):
            await people.set_up("AAAAA-AAAAA", [("Eve", "eve@x.example", PASSWORD, [Role.ADMIN])])

        assert await people.set_up_needed()

    async def test_set_up_happens_once(self, people: People) -> None:
        """A second code does not make a second first person."""
        await set_up(people)
        code = await people.issue_code("setup")

        with pytest.raises(Conflict, match="done already"):
            await people.set_up(code, [("Eve", "eve@x.example", PASSWORD, [Role.ADMIN])])

    async def test_a_short_password_is_refused_before_anything_is_used_up(self, people: People) -> None:
        """The code still works after the sentence."""
        code = await people.issue_code("setup")
        with pytest.raises(InvalidInput, match="12 characters"):
            await people.set_up(code, [("M", "m@x.example", "short", [Role.ADMIN])])

        await people.set_up(code, [("M", "m@x.example", PASSWORD, [Role.ADMIN])])


class TestSigningIn:
    async def test_a_session_carries_the_roles_of_this_moment(self, people: People) -> None:
        """A role given later counts at the next request."""
        await set_up(people)
        token, actor = await people.sign_in("marta@valdora.example", PASSWORD, "test")
        assert not allows(actor, Action.AUDIT_READ, "e1") or Role.ADMIN in actor.roles["*"]

        await people.set_role(actor, event_id="e1", person_id=actor.id, role=Role.FAMILY_LIAISON, held=True)

        again = await people.actor_of_session(token)
        assert again is not None
        assert Role.FAMILY_LIAISON in again.roles["e1"]

    async def test_a_wrong_password_and_an_unknown_person_are_told_the_same(self, people: People) -> None:
        """Nobody learns who has an account."""
        await set_up(people)

        with pytest.raises(Unauthorized) as wrong:
            await people.sign_in("marta@valdora.example", "another long sentence", "t")
        with pytest.raises(Unauthorized) as unknown:
            await people.sign_in("nobody@valdora.example", PASSWORD, "t")

        assert (wrong.value.detail, wrong.value.code) == (unknown.value.detail, unknown.value.code)

    async def test_a_code_works_once(self, people: People) -> None:
        """And not in another spelling either."""
        await set_up(people)
        _, actor = await people.sign_in("marta@valdora.example", PASSWORD, "t")
        code = await people.issue_code("sign_in", person_id=actor.id)
        await people.sign_in_with_code(code.lower(), "t")

        with pytest.raises(Unauthorized):
            await people.sign_in_with_code(code, "t")

    async def test_a_code_grows_old(self, people: People, clock: ManualClock) -> None:
        """After its time it signs nobody in."""
        await set_up(people)
        _, actor = await people.sign_in("marta@valdora.example", PASSWORD, "t")
        code = await people.issue_code("sign_in", person_id=actor.id, minutes=5)
        clock.advance(301)

        with pytest.raises(Unauthorized):
            await people.sign_in_with_code(code, "t")

    async def test_S03_signing_out_ends_the_session_at_once(self, people: People) -> None:
        """The same cookie opens nothing a moment later."""
        await set_up(people)
        token, actor = await people.sign_in("marta@valdora.example", PASSWORD, "t")

        await people.sign_out(actor)

        assert await people.actor_of_session(token) is None

    async def test_a_session_ends_by_itself(self, people: People, clock: ManualClock) -> None:
        """Twelve hours, as set."""
        await set_up(people)
        token, _ = await people.sign_in("marta@valdora.example", PASSWORD, "t")
        clock.advance(timedelta(hours=12).total_seconds())

        assert await people.actor_of_session(token) is None

    async def test_S02_a_ticket_opens_one_topic_once_for_half_a_minute(
        self, people: People, sqlite_database: Database, clock: ManualClock
    ) -> None:
        """Used, late and foreign tickets open nothing."""
        await set_up(people)
        _, actor = await people.sign_in("marta@valdora.example", PASSWORD, "t")
        tickets = Tickets(sqlite_database, people, clock)
        ticket = await tickets.issue(actor, "e1:desk")

        assert await tickets.redeem(ticket) == ("e1:desk", actor.session_id)
        assert await tickets.redeem(ticket) is None
        late = await tickets.issue(actor, "e1:desk")
        clock.advance(31)
        assert await tickets.redeem(late) is None
        assert await tickets.redeem("made up") is None

    async def test_S03_a_ticket_dies_with_its_session(
        self, people: People, sqlite_database: Database, clock: ManualClock
    ) -> None:
        """Signing out between issue and use closes the door."""
        await set_up(people)
        _, actor = await people.sign_in("marta@valdora.example", PASSWORD, "t")
        tickets = Tickets(sqlite_database, people, clock)
        ticket = await tickets.issue(actor, "e1:desk")

        await people.sign_out(actor)

        assert await tickets.redeem(ticket) is None

    async def test_the_last_admin_stays(self, people: People) -> None:
        """Nobody can lock everybody out."""
        await set_up(people)
        _, actor = await people.sign_in("marta@valdora.example", PASSWORD, "t")

        with pytest.raises(Conflict, match="last admin"):
            await people.set_role(actor, event_id="*", person_id=actor.id, role=Role.ADMIN, held=False)

    async def test_the_last_admin_who_can_come_in_stays(self, people: People) -> None:
        """An admin whose account is closed keeps nobody's door open."""
        await set_up(people)
        _, actor = await people.sign_in("marta@valdora.example", PASSWORD, "t")
        closed = await people.add(
            actor, name="Tom", email="tom@valdora.example", password_hash="", roles=[Role.ADMIN]
        )

        async def close(session: AsyncSession) -> None:
            row = await session.get_one(Person, closed.id)
            row.disabled_at = row.created_at
            session.add(row)

        await people._database.write(close)
        with pytest.raises(Conflict, match="last admin"):
            await people.set_role(actor, event_id="*", person_id=actor.id, role=Role.ADMIN, held=False)


class TestKeys:
    async def test_a_key_can_do_what_its_scopes_say_on_its_event_and_nothing_else(
        self, people: People
    ) -> None:
        """Default deny for programs too."""
        await set_up(people)
        _, actor = await people.sign_in("marta@valdora.example", PASSWORD, "t")
        key, row = await made_key(people, actor, "Cue system", [Action.UPDATE_SUBMIT], "e1")

        program = await people.actor_of_key(key)

        assert program is not None
        assert key not in (row.key_hash, row.prefix)
        assert allows(program, Action.UPDATE_SUBMIT, "e1")
        assert not allows(program, Action.UPDATE_SUBMIT, "e2")
        assert not allows(program, Action.UPDATE_SUBMIT)
        assert not allows(program, Action.SENDING_STOP, "e1")

    async def test_a_revoked_key_opens_nothing(self, people: People) -> None:
        """From the next request on."""
        await set_up(people)
        _, actor = await people.sign_in("marta@valdora.example", PASSWORD, "t")
        key, row = await made_key(people, actor, "k", [], "*")

        await people.revoke_key(actor, row.id)

        assert await people.actor_of_key(key) is None


class TestRights:
    def test_every_action_is_open_to_somebody_and_to_nobody_by_default(self) -> None:
        """The table has a row for each action; a person without a role has no right at all."""
        nobody = Actor("person", "p", "P")

        assert set(ALLOWED) == set(Action)
        assert not any(allows(nobody, action, "e1") for action in Action)
        assert not any(allows(None, action, "e1") for action in Action)

    @pytest.mark.parametrize(("role", "action"), list(itertools.product(Role, Action)))
    def test_a_role_counts_on_its_own_event_only(self, role: Role, action: Action) -> None:
        """The whole matrix: role by action by event."""
        actor = Actor("person", "p", "P", roles={"e1": frozenset({role})})
        expected = role in ALLOWED[action]

        assert allows(actor, action, "e1") is expected
        assert not allows(actor, action, "e2")
        assert not allows(actor, action)

    def test_a_refusal_says_who_may(self) -> None:
        """The next action is in the sentence."""
        with pytest.raises(Forbidden, match="admin"):
            require(Actor("person", "p", "P"), Action.CHANNEL_MANAGE)


class TestThrottle:
    def test_S12_guessing_slows_down_to_one_a_minute_and_never_locks(self, clock: ManualClock) -> None:
        """Five free tries, then waits that double up to a minute."""
        throttle = SignInThrottle(clock)
        evaluated = 0
        waits = []
        for _ in range(3600):
            try:
                throttle.check("account:m")
            except TooManyRequests as exc:
                waits.append(exc.retry_after_s)
            else:
                evaluated += 1
                throttle.failed("account:m")
            clock.advance(1)

        assert evaluated <= 75
        assert max(waits) <= 60
        clock.advance(60)
        throttle.check("account:m")

    def test_S12_a_network_has_more_free_tries_and_no_success_washes_it_clean(
        self, clock: ManualClock
    ) -> None:
        """A guesser who has an account cannot reset the network with it."""
        throttle = SignInThrottle(clock)
        for n in range(50):
            throttle.tried("net:1", f"account:{n}")
        with pytest.raises(TooManyRequests):
            throttle.tried("net:1", "account:x")
        clock.advance(61)
        throttle.tried("net:1", "account:own")
        throttle.succeeded("net:1", "account:own")

        with pytest.raises(TooManyRequests):
            throttle.tried("net:1", "account:y")

    def test_a_success_forgets(self, clock: ManualClock) -> None:
        """The right password after four wrong ones starts afresh."""
        throttle = SignInThrottle(clock)
        for _ in range(5):
            throttle.failed("account:m")
        throttle.succeeded("account:m")

        throttle.check("account:m")


def test_a_code_is_the_same_however_it_is_typed() -> None:
    """Case, dashes and blanks do not count; of two halves, neither does their order."""
    assert code_hash("K7QXM-2VH9T") == code_hash("k7qxm 2vh9t")
    assert code_hash("K7QXM-2VH9T ABCDE-FGHJK") == code_hash("abcdefghjkk7qxm2vh9t")
    assert code_hash("K7QXM-2VH9T ABCDE-FGHJK") != code_hash("K7QXM-2VH9T ABCDE-FGHJL")
