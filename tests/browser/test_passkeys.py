"""Passkeys in a real Chromium, with its own virtual authenticator: made, used, and refused when replayed."""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from app.accounts.challenges import Challenges
from app.accounts.passkeys import Passkeys
from app.db import Database
from app.errors import InvalidInput, Unauthorized
from tests.accounts.rooms import Rooms
from tests.browser.chromium import ARGUMENTS, find

pytestmark = pytest.mark.browser

CREATE = """async options => (await navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options)})).toJSON()"""
GET = """async options => (await navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options)})).toJSON()"""
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """An empty page at http://localhost:…, which browsers take for a secure context."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 16\r\nconnection: close\r\n\r\n"
            b"<!doctype html>\n"
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=find(os.environ), args=list(ARGUMENTS))
        made = await browser.new_page()
        await made.goto(f"http://localhost:{port}/")
        session = await made.context.new_cdp_session(made)
        await session.send("WebAuthn.enable")
        await session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        yield made
        await browser.close()


async def test_a_passkey_signs_its_person_in_once_for_each_challenge(
    page: Page, sqlite_database: Database
) -> None:
    """Register, sign in; a replay, a stranger's challenge and another address are refused."""
    rooms = Rooms(sqlite_database)
    marta, tom = await rooms.person("marta"), await rooms.person("tom")
    origin = page.url.rstrip("/")
    passkeys = Passkeys(
        sqlite_database, Challenges(rooms.vault, rooms.clock), rooms.audit, rooms.clock, public_url=origin
    )
    made: dict[str, Any] = await page.evaluate(CREATE, await passkeys.registration(marta))
    with pytest.raises(Unauthorized):
        await passkeys.register(tom, "stolen", made)
    row = await passkeys.register(marta, "Phone", made)
    with pytest.raises(Unauthorized):
        await passkeys.register(marta, "again", made)
    assert [one.name for one in await passkeys.listed(marta.id)] == ["Phone"]

    answer: dict[str, Any] = await page.evaluate(GET, passkeys.sign_in_options())
    assert await passkeys.signed_in(answer) == marta.id
    with pytest.raises(Unauthorized):
        await passkeys.signed_in(answer)

    second: dict[str, Any] = await page.evaluate(GET, passkeys.sign_in_options())
    elsewhere = Passkeys(
        sqlite_database,
        Challenges(rooms.vault, rooms.clock),
        rooms.audit,
        rooms.clock,
        public_url="https://evil.example",
    )
    with pytest.raises(Unauthorized):
        await elsewhere.signed_in(second)
    changed = {**second, "response": {**second["response"], "signature": answer["response"]["signature"]}}
    with pytest.raises(Unauthorized):
        await passkeys.signed_in(changed)
    late: dict[str, Any] = await page.evaluate(GET, passkeys.sign_in_options())
    rooms.clock.advance(121)
    with pytest.raises(Unauthorized):
        await passkeys.signed_in(late)
    with pytest.raises(InvalidInput):
        await passkeys.signed_in({"id": row.id, "response": {}})
    await rooms.sessions.disable(tom, marta.id)
    disabled: dict[str, Any] = await page.evaluate(GET, passkeys.sign_in_options())
    with pytest.raises(Unauthorized):
        await passkeys.signed_in(disabled)
