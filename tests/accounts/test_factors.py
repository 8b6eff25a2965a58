"""The second factor beside a password."""

import pyotp
import pytest

from app.accounts.factors import step_of
from app.db import Database
from app.errors import Conflict, InvalidInput, Unauthorized
from app.models import Person, RecoveryCode
from tests.accounts.rooms import PASSWORD, Rooms


@pytest.fixture
def rooms(sqlite_database: Database) -> Rooms:
    return Rooms(sqlite_database)


async def enrolled(rooms: Rooms) -> tuple[pyotp.TOTP, list[str]]:
    marta = await rooms.person("marta")
    totp = pyotp.TOTP((await rooms.factors.begin(marta)).secret)
    codes = await rooms.factors.confirm(marta, totp.at(rooms.clock.now()))
    rooms.clock.advance(60)
    return totp, codes


def sign_in(rooms: Rooms, second: str | None = None):
    return rooms.people.sign_in("marta@valdora.example", PASSWORD, "t", second)


class TestAuthenticatorApp:
    async def test_a_right_password_alone_no_longer_signs_in(self, rooms: Rooms) -> None:
        """It asks for the second factor, and only after the password was right."""
        totp, _ = await enrolled(rooms)

        with pytest.raises(Unauthorized) as asked:
            await sign_in(rooms)
        with pytest.raises(Unauthorized) as wrong:
            await rooms.people.sign_in("marta@valdora.example", "not the password", "t", totp.now())

        assert asked.value.code == "second_factor_needed"
        assert wrong.value.code == "sign_in_failed"
        _, actor = await sign_in(rooms, totp.at(rooms.clock.now()))
        assert actor.name == "marta"

    async def test_S12_a_code_that_was_used_is_refused_within_its_own_half_minute(self, rooms: Rooms) -> None:
        """Looked at over a shoulder, it is worth nothing; nor is an older one after a newer."""
        totp, _ = await enrolled(rooms)
        code, older = totp.at(rooms.clock.now()), totp.at(rooms.clock.now().timestamp() - 30)
        await sign_in(rooms, code)

        for stale in (code, older):
            with pytest.raises(Unauthorized):
                await sign_in(rooms, stale)

        rooms.clock.advance(30)
        await sign_in(rooms, totp.at(rooms.clock.now()))

    async def test_digits_of_another_script_are_digits_and_what_looks_like_one_is_only_wrong(
        self, rooms: Rooms
    ) -> None:
        """A phone that types Arabic digits comes in by them; a raised 2 breaks nothing."""
        totp, _ = await enrolled(rooms)
        code = totp.at(rooms.clock.now())
        for wrong in ("²" * 6, "١٢٣" + code, "①②③④⑤⑥"):
            with pytest.raises(Unauthorized):
                await sign_in(rooms, wrong)
        await sign_in(rooms, code.translate({ord(str(n)): 0x0660 + n for n in range(10)}))

    async def test_a_drifting_phone_is_forgiven_one_step_and_no_more(self) -> None:
        """Half a minute either way."""
        secret, now = pyotp.random_base32(), 1_800_000_000
        at = [step_of(secret, pyotp.TOTP(secret).at(now + 30 * drift), now, None) for drift in range(-3, 4)]
        assert [one is not None for one in at] == [False, False, True, True, True, False, False]

    async def test_a_recovery_code_stands_in_once(self, rooms: Rooms) -> None:
        """And the next one still does."""
        _, codes = await enrolled(rooms)
        await sign_in(rooms, codes[0])

        with pytest.raises(Unauthorized):
            await sign_in(rooms, codes[0])
        await sign_in(rooms, codes[1].lower().replace("-", " "))

        assert (await rooms.factors.state((await rooms.rows(Person))[0].id)) == (True, 8)

    async def test_it_is_on_only_after_its_first_code(self, rooms: Rooms) -> None:
        """A wrong one leaves everything as it was; a second enrolment is refused."""
        marta = await rooms.person("marta")
        found = await rooms.factors.begin(marta)
        with pytest.raises(InvalidInput):
            await rooms.factors.confirm(marta, "000000")
        await sign_in(rooms)

        await rooms.factors.confirm(marta, pyotp.TOTP(found.secret).at(rooms.clock.now()))
        with pytest.raises(Conflict):
            await rooms.factors.begin(marta)
        assert found.uri.startswith("otpauth://totp/Tocsin:marta")
        assert found.qr_svg.startswith("<svg")

    async def test_S15_neither_secret_nor_codes_are_in_the_database(self, rooms: Rooms) -> None:
        """The secret is sealed, the codes are hashes."""
        totp, codes = await enrolled(rooms)
        kept = repr(await rooms.rows(Person)) + repr(await rooms.rows(RecoveryCode))
        assert totp.secret not in kept
        assert not any(code in kept or code.replace("-", "") in kept for code in codes)


class TestPasswordChange:
    async def test_the_other_sessions_end_and_the_old_password_is_gone(self, rooms: Rooms) -> None:
        """Whoever had the old one is out, and what was agreed to with it before counts no more."""
        await rooms.person("marta")
        token, _ = await sign_in(rooms)
        here, actor = await sign_in(rooms)

        await rooms.sessions.change_password(actor, PASSWORD, "another long sentence")

        assert await rooms.people.actor_of_session(token) is None
        assert await rooms.people.actor_of_session(here) is not None
        assert rooms.ended
        assert [person.sessions_ended_at for person in await rooms.rows(Person)] == [rooms.clock.now()]
        with pytest.raises(Unauthorized):
            await sign_in(rooms)
        await rooms.people.sign_in("marta@valdora.example", "another long sentence", "t")
