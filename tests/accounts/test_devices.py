"""Tablets: what pairs one, what it may do, and how it ends (S-13)."""

import asyncio
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.accounts.codes import CODE_ALPHABET
from app.accounts.devices import SIGNED_PREFIX
from app.accounts.rights import WHILE_LOCKED, Action, Actor, allows
from app.audience.retention import Retention
from app.db import Database
from app.errors import Forbidden, InvalidInput, Unauthorized
from app.models import Device, Pairing, Role, Session
from tests.accounts.rooms import PASSWORD, Rooms


class Tablet:
    """A browser's WebCrypto, in Python."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.public_key = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, challenge: bytes) -> bytes:
        r, s = utils.decode_dss_signature(self._key.sign(SIGNED_PREFIX + challenge, ec.ECDSA(SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)


@pytest.fixture
def rooms(sqlite_database: Database) -> Rooms:
    return Rooms(sqlite_database)


async def offered(rooms: Rooms, *roles: Role) -> tuple[Actor, Actor, str, str]:
    admin = await rooms.person("admin", Role.ADMIN)
    nurse = await rooms.person("nurse", *(roles or (Role.PRESENTER, Role.APPROVER, Role.ADMIN)))
    event_id = await rooms.event()
    return admin, nurse, event_id, (await rooms.devices.offer(admin, event_id, nurse.id, "Theatre 3")).code


async def paired(
    rooms: Rooms, code: str, tablet: Tablet | None = None, **other: Any
) -> tuple[str, Actor, Device]:
    fields = {
        "pin": "7391",
        "password": PASSWORD,
        "second": None,
        "person_code": None,
        "user_agent": "t",
        **other,
    }
    return await rooms.devices.pair(code=code, public_key=(tablet or Tablet()).public_key, **fields)


class TestPairing:
    async def test_S13_a_code_pairs_one_tablet_once(self, rooms: Rooms) -> None:
        """Two at once with the same code: one is paired, the other is told the code is used."""
        *_, code = await offered(rooms)

        done = await asyncio.gather(paired(rooms, code), paired(rooms, code), return_exceptions=True)

        assert sum(isinstance(one, tuple) for one in done) == 1
        assert [one.code for one in done if isinstance(one, Unauthorized)] == ["code_refused"]
        assert len(await rooms.rows(Device)) == 1
        with pytest.raises(Unauthorized):
            await paired(rooms, code)

    async def test_S13_the_sixth_guess_is_not_looked_at_even_when_it_is_right(self, rooms: Rooms) -> None:
        """Fifty secret bits, five tries, however the guesser spells them."""
        *_, code = await offered(rooms)
        locator, first, second = code.split("-")
        assert (len(first) + len(second)) * 5 >= 40
        other = CODE_ALPHABET[(CODE_ALPHABET.index(second[-1]) + 1) % len(CODE_ALPHABET)]
        for _ in range(5):
            with pytest.raises(Unauthorized):
                await paired(rooms, f"{locator}-{first}-{second[:-1]}{other}")

        with pytest.raises(Unauthorized):
            await paired(rooms, code)
        assert await rooms.rows(Device) == []

    async def test_S13_a_code_is_old_after_five_minutes(self, rooms: Rooms) -> None:
        """To the second."""
        *_, code = await offered(rooms)
        rooms.clock.advance(300)
        with pytest.raises(Unauthorized):
            await paired(rooms, code)

    async def test_S14_an_admin_with_the_code_is_not_the_person_it_is_for(self, rooms: Rooms) -> None:
        """Nobody makes a second identity out of a tablet: the person proves themself, or nothing is paired."""
        *_, code = await offered(rooms)
        with pytest.raises(Unauthorized):
            await paired(rooms, code, password="the admin guesses it")
        assert await rooms.rows(Device) == []

    async def test_a_person_without_a_password_proves_themself_with_a_sign_in_code(
        self, rooms: Rooms
    ) -> None:
        """As in a drill; somebody else's code pairs nothing."""
        admin, nurse, _, code = await offered(rooms)
        foreign = await rooms.people.issue_code("sign_in", person_id=admin.id)
        own = await rooms.people.issue_code("sign_in", person_id=nurse.id)

        with pytest.raises(Unauthorized):
            await paired(rooms, code, password=None, person_code=foreign)
        _, actor, _ = await paired(rooms, code, password=None, person_code=own)
        assert actor.id == nurse.id

    @pytest.mark.parametrize("pin", ["123", "0000", "1234", "9876", "12a4", "123456789"])
    async def test_a_pin_that_is_guessed_first_is_refused(self, rooms: Rooms, pin: str) -> None:
        """And the code is not used up by it."""
        *_, code = await offered(rooms)
        with pytest.raises(InvalidInput):
            await paired(rooms, code, pin=pin)
        assert (await rooms.rows(Pairing))[0].tries == 0


class TestScope:
    async def test_S13_a_tablet_is_a_presenter_on_its_event_and_nothing_else(self, rooms: Rooms) -> None:
        """Its person is admin and approver everywhere; the tablet is not."""
        _, _, event_id, code = await offered(rooms)
        _, actor, _ = await paired(rooms, code)

        mine = {action for action in Action if allows(actor, action, event_id)}
        presenter = Actor("person", "p", "P", roles={event_id: frozenset({Role.PRESENTER})})
        assert mine == {action for action in Action if allows(presenter, action, event_id)}
        assert not any(allows(actor, action, "another") or allows(actor, action) for action in Action)

    async def test_it_is_nothing_once_its_person_is_no_presenter_there(self, rooms: Rooms) -> None:
        """From the next request on."""
        admin, nurse, event_id, code = await offered(rooms)
        token, _, _ = await paired(rooms, code)
        await rooms.people.set_role(admin, event_id="*", person_id=nurse.id, role=Role.PRESENTER, held=False)

        actor = await rooms.people.actor_of_session(token)
        assert actor is not None
        assert not any(allows(actor, action, event_id) for action in Action)

    async def test_S2_S13_left_alone_it_asks_for_its_pin_and_still_stops(self, rooms: Rooms) -> None:
        """Whoever picks it up may stop, never say; the right PIN goes on."""
        _, _, event_id, code = await offered(rooms)
        token, _, _ = await paired(rooms, code)
        rooms.clock.advance(301)

        actor = await rooms.people.actor_of_session(token)
        assert actor is not None
        assert actor.locked
        left = {action for action in Action if allows(actor, action, event_id)}
        assert left == WHILE_LOCKED
        assert {Action.SENDING_HOLD, Action.SENDING_STOP} <= left
        assert not left & {Action.UPDATE_SUBMIT, Action.EVENT_READ, Action.STREAM_DESK}
        await rooms.people.touch(actor)
        assert (await rooms.people.actor_of_session(token)).locked
        await rooms.devices.unlock(actor, "7391")
        assert not (await rooms.people.actor_of_session(token)).locked

    async def test_S13_a_tablet_that_locked_itself_is_locked_here_too(self, rooms: Rooms) -> None:
        """Whatever the two clocks say: loading the page again, or a new session, does not open it."""
        *_, code = await offered(rooms)
        tablet = Tablet()
        token, actor, device = await paired(rooms, code, tablet)
        rooms.clock.advance(2)
        await rooms.people.lock(actor)

        assert (await rooms.people.actor_of_session(token)).locked
        challenge = rooms.devices.challenge(device.id)
        _, again = await rooms.devices.renew(device.id, challenge, tablet.sign(challenge), "t")
        assert again.locked
        await rooms.devices.unlock(again, "7391")
        assert not (await rooms.people.actor_of_open_session(again.session_id)).locked

    async def test_S13_the_fifth_wrong_pin_wipes_it_even_when_asked_at_once(self, rooms: Rooms) -> None:
        """Twenty guesses side by side: at most five are looked at."""
        *_, code = await offered(rooms)
        token, actor, _ = await paired(rooms, code)
        guesses = [rooms.devices.unlock(actor, f"{n:04d}") for n in range(20)]

        told = await asyncio.gather(*guesses, return_exceptions=True)

        assert sum(isinstance(one, Forbidden) for one in told) <= 4
        assert (await rooms.rows(Device))[0].wiped_at is not None
        assert await rooms.people.actor_of_session(token) is None


class TestRenewal:
    async def test_S13_only_the_tablets_own_key_renews_its_session(self, rooms: Rooms) -> None:
        """A copied cookie dies within a quarter of an hour; another key, another challenge or a replay opens nothing."""
        *_, code = await offered(rooms)
        tablet = Tablet()
        token, _, device = await paired(rooms, code, tablet)
        rooms.clock.advance(901)
        assert await rooms.people.actor_of_session(token) is None

        challenge = rooms.devices.challenge(device.id)
        with pytest.raises(Unauthorized):
            await rooms.devices.renew(device.id, challenge, Tablet().sign(challenge), "t")
        renewed, _ = await rooms.devices.renew(device.id, challenge, tablet.sign(challenge), "t")
        assert await rooms.people.actor_of_session(renewed) is not None

        with pytest.raises(Unauthorized):
            await rooms.devices.renew(device.id, challenge, tablet.sign(challenge), "t")
        foreign = rooms.devices.challenge("another")
        with pytest.raises(Unauthorized):
            await rooms.devices.renew(device.id, foreign, tablet.sign(foreign), "t")
        late = rooms.devices.challenge(device.id)
        rooms.clock.advance(121)
        with pytest.raises(Unauthorized):
            await rooms.devices.renew(device.id, late, tablet.sign(late), "t")

    async def test_a_renewal_unlocks_nothing(self, rooms: Rooms) -> None:
        """The tablet renews by itself; somebody has to be there for the PIN."""
        *_, code = await offered(rooms)
        tablet = Tablet()
        _, _, device = await paired(rooms, code, tablet)
        rooms.clock.advance(400)
        challenge = rooms.devices.challenge(device.id)

        _, actor = await rooms.devices.renew(device.id, challenge, tablet.sign(challenge), "t")

        assert actor.locked

    async def test_S13_a_renewal_unlocks_nothing_either_when_the_sessions_before_are_not_kept(
        self, rooms: Rooms
    ) -> None:
        """A tablet that lay in a drawer for days: that nobody knows of its last touch is not a touch."""
        *_, code = await offered(rooms)
        tablet = Tablet()
        _, _, device = await paired(rooms, code, tablet)
        rooms.clock.advance(3 * 86_400)
        await Retention(rooms.database, rooms.clock).sweep()
        assert await rooms.rows(Session) == []
        challenge = rooms.devices.challenge(device.id)

        _, actor = await rooms.devices.renew(device.id, challenge, tablet.sign(challenge), "t")

        assert actor.locked

    async def test_S13_a_wiped_tablet_is_nothing_at_once_and_for_good(self, rooms: Rooms) -> None:
        """Session, renewal and sockets; its cookie is told why."""
        admin, _, _, code = await offered(rooms)
        tablet = Tablet()
        token, _, device = await paired(rooms, code, tablet)

        await rooms.devices.wipe(admin, device.id)

        assert await rooms.people.actor_of_session(token) is None
        assert rooms.ended == [rooms.clock.now()]
        challenge = rooms.devices.challenge(device.id)
        with pytest.raises(Unauthorized) as told:
            await rooms.devices.renew(device.id, challenge, tablet.sign(challenge), "t")
        assert told.value.code == "device_wiped"
