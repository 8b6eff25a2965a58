"""Somebody new comes in: by both halves of an invitation, and with a password that nobody else ever knew (S-14, G12)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlmodel import col

from app.accounts.codes import plain_code
from app.accounts.proposals import Kind, Wish
from app.models import AuditEntry, Proposal, SignInCode
from tests.routes.whole import FIRST, ORIGIN, SECOND, Stage, stage

NINA = "nina@valdora.example"
WHO = {"name": "Nina Roca", "email": NINA, "roles": ["approver"]}
OWN = "a sentence only nina knows"


@pytest.fixture
async def house(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path / "data", migrated_file) as made:
        yield made


@dataclass(frozen=True)
class Halves:
    """What marta, who proposed, and tom, who confirmed, were shown."""

    first: str
    second: str

    @property
    def whole(self) -> str:
        return f"{self.first} {self.second}"


async def invited(
    marta: httpx.AsyncClient, tom: httpx.AsyncClient, path: str = "/people", body: Any = None
) -> Halves:
    asked = await marta.post(path, json=WHO if body is None else body)
    assert asked.status_code == 202, asked.text
    done = await tom.post(f"/proposals/{asked.json()['id']}/confirm")
    assert (done.status_code, done.json()["state"]) == (200, "done"), done.text
    return Halves(asked.json()["half"], done.json()["half"])


async def comes_in(house: Stage, code: str) -> tuple[httpx.AsyncClient, httpx.Response]:
    # Each from an address of its own: so many wrong tries from one would have to wait.
    client = house.client(address=f"10.0.1.{len(house.clients)}")
    return client, await client.post("/session", json={"code": code})


async def nobody_comes_in(house: Stage, *codes: str) -> None:
    for code in codes:
        _, answer = await comes_in(house, code)
        assert (answer.status_code, answer.json()["code"]) == (401, "code_refused"), code


async def id_of(house: Stage) -> str:
    return next(person.id for person, _ in await house.house.people.listed() if person.email == NINA)


class TestInvited:
    async def test_S14_neither_of_the_two_comes_in_as_the_person_they_made(self, house: Stage) -> None:
        """The proposer's half is no code before or after the confirmation, nor is the confirmer's; both are one, once."""
        marta, tom = await house.signed_in(FIRST), await house.signed_in(SECOND)
        asked = (await marta.post("/people", json=WHO)).json()
        await nobody_comes_in(house, asked["half"], asked["half"] * 2)
        done = (await tom.post(f"/proposals/{asked['id']}/confirm")).json()
        first, second = asked["half"], done["half"]
        await nobody_comes_in(house, first, second, first * 2, second * 2)

        _, answer = await comes_in(house, f"{second}{first}".lower())  # in either order, as people type
        assert (answer.status_code, answer.json()["choose_password"]) == (200, True), answer.text
        await nobody_comes_in(house, f"{first} {second}")

    async def test_S14_nobody_chooses_the_password_of_another(self, house: Stage) -> None:
        """Not with the proposal, and not afterwards: there is no such field and no such door."""
        marta, tom = await house.signed_in(FIRST), await house.signed_in(SECOND)
        refused = await marta.post("/people", json={**WHO, "password": "one that marta knows"})
        assert (refused.status_code, refused.json()["field"]) == (422, "password"), refused.text
        await invited(marta, tom)
        for password in ("", "one that marta knows"):
            answer = await house.client().post("/session", json={"email": NINA, "password": password})
            assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_failed")

    async def test_S14_a_password_of_ones_own_comes_before_everything_else(self, house: Stage) -> None:
        """Every other door says so, the desk leads to where it is chosen, and afterwards the roles are there."""
        marta, tom = await house.signed_in(FIRST), await house.signed_in(SECOND)
        halves = await invited(marta, tom)
        waiting = (
            await marta.post("/events/*/roles", json={"person_id": await id_of(house), "role": "admin"})
        ).json()
        nina, _ = await comes_in(house, halves.whole)
        for method, path in (
            ("GET", "/session"), ("GET", "/me"), ("PATCH", "/me"), ("GET", "/people"), ("GET", "/events"),
            ("POST", "/me/passkeys/options"), ("POST", "/policy/acknowledge"), ("DELETE", "/me/sessions"),
            ("POST", f"/proposals/{waiting['id']}/confirm"), ("POST", "/stream/tickets"),
        ):  # fmt: skip
            body = {} if method in ("POST", "PATCH") else None
            answer = await nina.request(method, path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (403, "choose_password"), (
                path,
                answer.text,
            )
        assert (await nina.get(f"{ORIGIN}/desk")).headers["location"] == "/sign-in?next=/desk"
        assert (await nina.get(f"{ORIGIN}/sign-in")).status_code != 303
        for new, code in (("short", "password_too_short"), ("a" * 257, "password_too_long")):
            bad = await nina.post("/me/password", json={"old": "", "new": new})
            assert (bad.status_code, bad.json()["code"]) == (422, code)

        chosen = await nina.post("/me/password", json={"old": "", "new": OWN})
        assert chosen.status_code == 204, chosen.text
        assert (await nina.get("/people")).status_code == 200
        assert (await nina.get("/session")).json()["choose_password"] is False
        await house.signed_in(NINA, OWN)

    async def test_G12_the_record_says_who_was_shown_a_half_and_nothing_keeps_one(
        self, house: Stage, tmp_path: Path
    ) -> None:
        """Two people, each by name; neither half nor both are in a proposal, in the record or in the file."""
        marta, tom = await house.signed_in(FIRST), await house.signed_in(SECOND)
        halves = await invited(marta, tom)
        async with house.house.database.read() as session:
            entries = (await session.execute(select(AuditEntry))).scalars().all()
            proposal = (await session.execute(select(Proposal))).scalar_one()
        made = next(one for one in entries if one.action == "invitation.make")
        who = [f"person:{(await house.actor(email)).id}" for email in (FIRST, SECOND)]
        assert (made.detail["halves_shown_to"], made.subject) == (who, f"person:{await id_of(house)}")
        assert proposal.secret_enc is None
        told = "".join(str((one.detail, one.subject)) for one in entries)
        told += (await marta.get("/proposals?all=true")).text + (await tom.get("/proposals?all=true")).text
        kept = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file())
        for half in (halves.first, halves.second):
            for text in (half, plain_code(half)):
                assert text not in told
                assert text.encode() not in kept


class TestOlder:
    @pytest.mark.parametrize("kind", ["person.add", "person.lend"])
    async def test_S14_what_another_version_proposed_is_answered_in_words_and_closed(
        self, house: Stage, kind: str
    ) -> None:
        """A person with the password somebody chose for them, as it once was; and a kind that this version lacks."""
        tom = await house.signed_in(SECOND)
        wish = Wish(Kind.PERSON_ADD, WHO, {"password_hash": "chosen by another"})
        waiting = (await house.house.proposals.ask(await house.actor(FIRST), wish)).proposal
        assert waiting is not None

        async def other_kind(session: Any) -> None:
            (await session.get_one(Proposal, waiting.id)).kind = kind

        await house.house.database.write(other_kind)
        late = await tom.post(f"/proposals/{waiting.id}/confirm")
        assert (late.status_code, late.json()["code"]) == (409, "proposal_outdated"), late.text
        assert late.headers["content-type"] == "application/problem+json"
        assert "Propose it again" in late.json()["detail"]
        shown = (await tom.get("/proposals?all=true")).json()[0]
        assert (shown["state"], shown["why"]) == ("failed", late.json()["detail"])
        assert NINA not in {person.email for person, _ in await house.house.people.listed()}


class TestAgain:
    async def test_S14_an_invitation_ends_after_a_day_and_two_people_make_another(self, house: Stage) -> None:
        """Not one; the earlier one opens nothing; and whoever has a password of their own is not invited again."""
        marta, tom = await house.signed_in(FIRST), await house.signed_in(SECOND)
        old = await invited(marta, tom)
        now = house.house.clock.now()
        async with house.house.database.read() as session:
            row = (
                await session.execute(select(SignInCode).where(col(SignInCode.purpose) == "invite"))
            ).scalar_one()
        assert timedelta(hours=23) < row.expires_at - now <= timedelta(hours=24)

        path = f"/people/{await id_of(house)}/invitation"
        asked = await tom.post(path)
        assert (asked.status_code, asked.json()["kind"]) == (202, "person.invite"), asked.text
        own = await tom.post(f"/proposals/{asked.json()['id']}/confirm")
        assert (own.status_code, own.json()["code"]) == (403, "second_person_needed")
        await nobody_comes_in(house, asked.json()["half"])
        new = await invited(marta, tom, path, {})
        await nobody_comes_in(house, old.whole, f"{old.first} {new.second}", f"{new.first} {old.second}")
        nina, answer = await comes_in(house, new.whole)
        assert answer.status_code == 200, answer.text
        await nina.post("/me/password", json={"old": "", "new": OWN})
        for person in (path, f"/people/{(await house.actor(SECOND)).id}/invitation"):
            refused = await marta.post(person)
            assert (refused.status_code, refused.json()["code"]) == (409, "has_password")

    async def test_S14_a_restored_invitation_is_no_way_round_the_password(self, house: Stage) -> None:
        """As a backup from before would have it: unused. Whoever has chosen a password needs it."""
        marta, tom = await house.signed_in(FIRST), await house.signed_in(SECOND)
        halves = await invited(marta, tom)
        nina, _ = await comes_in(house, halves.whole)
        await nina.post("/me/password", json={"old": "", "new": OWN})

        async def unused(session: Any) -> None:
            row = (
                await session.execute(select(SignInCode).where(col(SignInCode.purpose) == "invite"))
            ).scalar_one()
            row.used_at = None

        await house.house.database.write(unused)
        await nobody_comes_in(house, halves.whole)
