"""Somebody who lost their way in, and the engineer at the machine."""

from collections.abc import AsyncIterator
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select

from app.accounts.recovery import recover
from app.errors import AppError
from app.models import AuditEntry
from tests.routes.whole import FIRST, PASSWORD, SECOND, Stage, stage

NEW = "another long sentence"


@pytest.fixture
async def house(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path / "data", migrated_file) as made:
        yield made


async def recovered(house: Stage, email: str, *, factors_too: bool = False) -> str:
    inside = house.house
    done = await recover(inside.database, inside.people._audit, inside.clock, email, factors_too=factors_too)
    return done.code


class TestRecovery:
    async def test_sessions_end_the_old_password_opens_nothing_and_the_code_lets_in_once(
        self, house: Stage
    ) -> None:
        """The person chooses a new password without the old one; the record says that it was at the machine."""
        tom = await house.signed_in(SECOND)
        code = await recovered(house, SECOND.upper())
        assert (await tom.get("/session")).status_code == 401
        old = await house.client().post("/session", json={"email": SECOND, "password": PASSWORD})
        assert (old.status_code, old.json()["code"]) == (401, "sign_in_failed")
        client = house.client()
        assert (await client.post("/session", json={"code": code})).status_code == 200
        again = await house.client().post("/session", json={"code": code})
        assert (again.status_code, again.json()["code"]) == (401, "code_refused")
        chosen = await client.post("/me/password", json={"old": "whatever it was", "new": NEW})
        assert chosen.status_code == 204, chosen.text
        await house.signed_in(SECOND, NEW)
        twice = await client.post("/me/password", json={"old": "whatever it was", "new": PASSWORD})
        assert (twice.status_code, twice.json()["code"]) == (403, "password_wrong")
        async with house.house.database.read() as session:
            rows = (await session.execute(select(AuditEntry))).scalars()
            entry = next(one for one in rows if one.action == "person.recovered")
        assert (entry.actor, entry.detail) == ("machine", {"factors_too": False})

    async def test_a_second_factor_goes_only_when_it_is_lost_too(self, house: Stage) -> None:
        """After a lost telephone the new password alone is enough; after a lost password it is not."""
        marta = await house.signed_in(FIRST)
        begun = await marta.post("/me/totp", json={"password": PASSWORD})
        totp = pyotp.TOTP(begun.json()["secret"])
        await marta.post("/me/totp/confirm", json={"code": totp.now()})
        for factors_too, expected in ((False, "second_factor_needed"), (True, None)):
            code = await recovered(house, FIRST, factors_too=factors_too)
            client = house.client()
            await client.post("/session", json={"code": code})
            await client.post("/me/password", json={"old": "x" * 12, "new": NEW})
            answer = await house.client().post("/session", json={"email": FIRST, "password": NEW})
            assert answer.json().get("code") == expected, answer.text

    async def test_whoever_has_a_password_needs_it_for_a_new_one_whatever_let_them_in(
        self, house: Stage
    ) -> None:
        """A printed sign-in code is no way round the old password."""
        person_id = (await house.actor(SECOND)).id
        code = await house.house.people.issue_code("sign_in", person_id=person_id)
        client = house.client()
        assert (await client.post("/session", json={"code": code})).status_code == 200
        answer = await client.post("/me/password", json={"old": "not it at all", "new": NEW})
        assert (answer.status_code, answer.json()["code"]) == (403, "password_wrong")

    async def test_a_closed_account_stays_closed(self, house: Stage) -> None:
        """What two people closed, one at the machine does not open; and nobody is nobody."""
        marta = await house.signed_in(FIRST)
        tom = (await house.actor(SECOND)).id
        assert (await marta.post(f"/people/{tom}/disable")).status_code == 204
        for email, expected in ((SECOND, "account_closed"), ("x@valdora.example", "person_not_found")):
            with pytest.raises(AppError) as refused:
                await recovered(house, email)
            assert refused.value.code == expected
