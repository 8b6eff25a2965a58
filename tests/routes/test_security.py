"""The doors under attack: rights, cross-site requests, hosts, addresses, guessing, secrets, faults."""

import asyncio
import csv
import io
import json
import logging
import random
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from structlog.testing import capture_logs

from app.accounts.rights import ALLOWED, Action
from app.feeds.cells import attachment, csv_table
from app.models import Role
from app.telemetry import configure
from tests.routes.operations import OF_A_ROW, PUBLIC, operations
from tests.routes.whole import FIRST, ORIGIN, PASSWORD, SECOND, Stage, stage


@pytest.fixture
async def house(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path / "data", migrated_file) as made:
        yield made


async def asked(client: httpx.AsyncClient, operation: Any, url: str, **more: Any) -> httpx.Response:
    headers = {"idempotency-key": "a-key-of-this-test", **more.pop("headers", {})}
    return await client.request(operation.method, url, json=operation.body, headers=headers, **more)


class TestRights:
    async def test_S04_every_role_on_every_route_of_its_own_and_of_another_event(self, house: Stage) -> None:
        """Generated from the OpenAPI document and the table of rights: what is not allowed is denied, and nothing changes."""
        marta = await house.signed_in(FIRST)
        # Its update counts down longer than the matrix takes on a busy machine: what goes out by itself is no change of theirs.
        mine, other = await house.event(marta, delay_s=300), await house.event(marta, slug="other")
        people: dict[Role | None, httpx.AsyncClient] = {}
        for role in (*Role, None):
            name = str(role or "nobody")
            await house.person(name, {mine["id"]: [role]} if role else {})
            people[role] = await house.signed_in(f"{name}@valdora.example")
        update_id = (await house.submit(marta)).json()["id"]
        stranger = house.client()
        before, wrong, cases = await house.counts(), [], 0
        for operation in operations(house.app):
            assert operation.needs is not None, f"{operation.method} {operation.path} is not in the table"
            if operation.needs == PUBLIC:
                continue
            urls = [operation.url(event_id=event["id"], update_id=update_id) for event in (mine, other)]
            answer = await asked(stranger, operation, urls[0])
            cases += 1
            if answer.status_code not in ((401, 404, 422) if operation.form else (401, 404)):
                wrong.append((operation.method, operation.path, None, answer.status_code, answer.text))
            if not isinstance(operation.needs, Action):
                continue
            for role, client in people.items():
                for url, own in zip(urls, (True, False), strict=True):
                    on_event = "{event_id}" in operation.path or "{update_id}" in operation.path
                    if own and on_event and role in ALLOWED[operation.needs]:
                        continue  # allowed; see below
                    if not own and ("{update_id}" in operation.path or not on_event):
                        continue  # the very same address again
                    answer = await asked(client, operation, url)
                    cases += 1
                    fine = {403} | ({404} if any(row in operation.path for row in OF_A_ROW) else set())
                    if operation.form:
                        fine.add(422)  # read before anybody is asked who they are; nothing is kept of it
                    if answer.status_code not in fine:
                        wrong.append((operation.method, url, role, answer.status_code, answer.text[:200]))
        assert wrong == []
        assert await house.counts() == before
        assert cases > 600

    async def test_S04_whoever_has_the_right_is_let_through_on_that_event(self, house: Stage) -> None:
        """The same table from the other side, on everything that only reads."""
        marta = await house.signed_in(FIRST)
        mine = await house.event(marta)
        for role in Role:
            await house.person(str(role), {mine["id"]: [role]})
            client = await house.signed_in(f"{role}@valdora.example")
            for operation in operations(house.app):
                if operation.method != "GET" or "{event_id}" not in operation.path:
                    continue
                answer = await asked(client, operation, operation.url(event_id=mine["id"]))
                allowed = role in ALLOWED[operation.needs]
                assert (answer.status_code == 403) is not allowed, (role, operation.path, answer.text)


ATTACKS: list[dict[str, str | None]] = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": f"{ORIGIN}.evil.example"},
    {"origin": "https://eviltocsin.test"},
    {"origin": f"http{ORIGIN.removeprefix('https')}"},
    {"origin": f"{ORIGIN}:8443"},
    {"origin": f"{ORIGIN}@evil.example"},
    {"origin": ORIGIN.upper().replace("HTTPS", "https") + "/"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"x-tocsin": None},  # what a form of another site cannot set
    {"x-tocsin": None, "origin": None, "content-type": "text/plain"},
]


class TestCrossSite:
    async def test_S05_no_changing_route_takes_a_request_of_another_site(self, house: Stage) -> None:
        """Every mutating operation of the document by twelve attacks with a signed-in admin's cookie: all refused, nothing changed."""
        marta = await house.signed_in(FIRST)
        event = await house.event(marta)
        before, wrong, cases = await house.counts(), [], 0
        for operation in operations(house.app):
            if not operation.changes:
                continue
            for attack in ATTACKS:
                request = marta.build_request(
                    operation.method,
                    operation.url(event_id=event["id"]),
                    json=operation.body,
                    headers={"idempotency-key": "a-key-of-this-test"},
                )
                for name, value in attack.items():
                    if name in request.headers:
                        del request.headers[name]
                    if value is not None:
                        request.headers[name] = value
                answer = await marta.send(request)
                cases += 1
                if answer.status_code != 422 and (answer.status_code, answer.json()["code"]) != (
                    403,
                    "cross_site",
                ):
                    wrong.append(
                        (operation.method, operation.path, attack, answer.status_code, answer.text[:120])
                    )
        assert wrong == []
        assert await house.counts() == before
        assert cases >= 12 * 50

    async def test_S05_reading_changes_nothing(self, house: Stage) -> None:
        """GET has no effect, except that taking the record away is noted in the record."""
        marta = await house.signed_in(FIRST)
        event = await house.event(marta)
        before = await house.counts()
        for operation in operations(house.app):
            if operation.method == "GET" and not operation.path.endswith("/audit"):
                await asked(marta, operation, operation.url(event_id=event["id"]))
        assert await house.counts() == before


class TestHosts:
    @pytest.mark.parametrize(
        "host",
        [
            "evil.example",
            "tocsin.test.evil.example",
            "evil.example:443",
            "tocsin.test@evil.example",
            "tocsin.test/evil",
            "tocsin.test\\evil",
            "tocsin.test?evil",
            "tocsin.test#",
            "",
            "[::2]",
        ],
    )
    async def test_S18_only_our_own_names_are_answered(self, house: Stage, host: str) -> None:
        """Authorisation goes by the route, never by what a Host header makes of the address."""
        answer = await house.client().get("/setup", headers={"host": host})
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_host")

    async def test_S18_two_hosts_are_none(self, house: Stage) -> None:
        """A proxy and we must not each believe another one."""
        messages = await raw(house, [(b"host", b"tocsin.test"), (b"host", b"evil.example")])
        assert messages[0]["status"] == 400

    async def test_S18_a_host_with_a_path_reaches_no_other_route(self, house: Stage) -> None:
        """CVE-2026-48710: a Host that carries a path must not change what is authorised."""
        messages = await raw(house, [(b"host", b"tocsin.test/api/v1/setup?")], path="/api/v1/people")
        assert messages[0]["status"] == 400


async def raw(
    house: Stage,
    headers: list[tuple[bytes, bytes]],
    *,
    path: str = "/api/v1/setup",
    method: str = "GET",
    body: list[bytes] | None = None,
    wait: asyncio.Event | None = None,
) -> list[Any]:
    """A request as no sane client makes it."""
    said: list[Any] = []
    chunks = list(body or [b""])

    async def receive() -> Any:
        if wait is not None and not chunks:
            await wait.wait()
        if not chunks:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks) or wait is not None}

    async def send(message: Any) -> None:
        said.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("10.0.0.9", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
    await house.app(scope, receive, send)
    return said


JSON = [(b"host", b"tocsin.test"), (b"content-type", b"application/json"), (b"x-tocsin", b"1")]


class TestBodies:
    async def test_S17_a_body_without_a_length_is_cut_at_the_cap(self, house: Stage) -> None:
        """413 however it is framed, and it is not kept."""
        chunks = [b'{"email": "' + b"a" * 65_536] * 6
        messages = await raw(house, JSON, path="/api/v1/session", method="POST", body=chunks)
        assert messages[0]["status"] == 413
        assert json.loads(messages[1]["body"])["code"] == "too_large"

    async def test_S17_a_body_that_trickles_is_not_waited_for(
        self, house: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """408 after a while: nobody holds a request open for ever."""
        monkeypatch.setattr("app.routes.shield.BODY_S", 0.2)
        messages = await raw(
            house, JSON, path="/api/v1/session", method="POST", body=[b'{"email"'], wait=asyncio.Event()
        )
        assert messages[0]["status"] == 408


class TestGuessing:
    async def test_S12_of_many_guesses_at_once_few_are_evaluated(self, house: Stage) -> None:
        """2,000 side by side from 200 networks at one account: at most 100 reach the hash, and a passkey goes round."""
        looked_at = 0
        matches = house.house.people._passwords.matches

        async def counting(password: str, stored: str | None) -> bool:
            nonlocal looked_at
            looked_at += 1
            return await matches(password, stored)

        house.house.people._passwords.matches = counting  # type: ignore[method-assign]
        clients = [house.client(address=f"10.1.{n // 250}.{n % 250}") for n in range(200)]
        statuses: list[int] = []
        for _ in range(10):
            answers = await asyncio.gather(
                *(one.post("/session", json={"email": FIRST, "password": "guess " * 4}) for one in clients)
            )
            statuses += [answer.status_code for answer in answers]
        assert looked_at <= 100
        assert set(statuses) == {401, 429}
        assert (await clients[0].post("/session/passkey/options")).status_code == 200

    @pytest.mark.timed
    async def test_S12_an_unknown_person_takes_as_long_as_a_wrong_password(self, house: Stage) -> None:
        """The median differs by less than 5 ms."""
        took: dict[str, list[float]] = {"known": [], "unknown": []}
        for n in range(40):
            for kind, email in (("known", FIRST), ("unknown", f"nobody{n}@valdora.example")):
                house.house.throttle.succeeded(f"account:{email}")
                house.house.throttle._failures.clear()
                client = house.client(address=f"10.2.0.{n}")
                begun = time.perf_counter()
                answer = await client.post("/session", json={"email": email, "password": "guess " * 4})
                took[kind].append(time.perf_counter() - begun)
                assert answer.json()["code"] == "sign_in_failed"
        difference = statistics.median(took["known"]) - statistics.median(took["unknown"])
        assert abs(difference) < 0.005, took

    @pytest.mark.parametrize(
        ("peer", "forwarded", "believed"),
        [
            ("10.0.0.9", "1.1.1.1", "10.0.0.9"),
            ("192.0.2.1", "1.1.1.1", "1.1.1.1"),
            ("192.0.2.1", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
            ("192.0.2.1", "6.6.6.6, 1.1.1.1, 192.0.2.1", "1.1.1.1"),
            ("192.0.2.1", "", "192.0.2.1"),
            ("192.0.2.1", "192.0.2.1", "192.0.2.1"),
        ],
    )
    async def test_S19_only_a_trusted_proxy_says_who_asks(
        self, tmp_path: Path, migrated_file: Path, peer: str, forwarded: str, believed: str
    ) -> None:
        """What a client writes in front of the proxy's own entry is not believed; the limit counts the real one."""
        async with stage(tmp_path / "p", migrated_file, trusted_proxies=("192.0.2.1",)) as house:
            house.house.throttle._failures.clear()
            client = house.client(address=peer)
            headers = {"x-forwarded-for": forwarded, "forwarded": "for=9.9.9.9", "x-real-ip": "9.9.9.9"}
            await client.post("/session", json={"code": "AAAAA-AAAAA"}, headers=headers)
            assert list(house.house.throttle._failures) == [f"net:{believed}"]


class TestSecrets:
    async def test_S15_no_secret_is_in_the_database_the_answers_or_the_log(
        self,
        house: Stage,
        tmp_path: Path,
        capfd: pytest.CaptureFixture[str],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """
        A scripted session with canaries in every secret field (S-02, S-15): the files of the database and all output
        hold none, also when everything is asked to be logged.
        """
        caplog.set_level(logging.DEBUG)
        marta, tom = await house.signed_in(FIRST), await house.signed_in(SECOND)
        canaries = [PASSWORD, "canary-auth-token", "canary-wrong-password", "canary-new-password"]
        body = {
            "adapter": "twilio",
            "name": "SMS",
            "settings": {"account_sid": "AC" + "0" * 32, "messaging_service_sid": "MG" + "0" * 32},
            "credentials": {"auth_token": "canary-auth-token"},
        }
        proposal = (await marta.post("/channels", json=body)).json()
        await tom.post(f"/proposals/{proposal['id']}/confirm")
        channel = (await tom.get("/channels")).json()[0]["id"]
        await tom.post(
            f"/channels/{channel}/credentials", json={"credentials": {"auth_token": "canary-auth-token"}}
        )
        key = (await marta.post("/api-keys", json={"name": "k", "scopes": []})).json()["key"]
        secret = (await marta.post("/me/totp", json={"password": PASSWORD})).json()["secret"]
        await house.client().post("/session", json={"email": FIRST, "password": "canary-wrong-password"})
        await tom.post("/me/password", json={"old": PASSWORD, "new": "canary-new-password"})
        event = await house.event(marta, deny=["Canary Patientname"])
        await marta.post("/events/flood/preview", json={"texts": {"en": "Canary Patientname is here."}})
        await house.submit(marta, text="Canary Patientname is here.")
        nurse = await house.person("Nurse", {event["id"]: [Role.PRESENTER]})
        code = (await marta.post("/events/flood/pairings", json={"person_id": nurse, "name": "T"})).json()[
            "code"
        ]
        ticket = (await marta.post("/stream/tickets", json={"topic": f"{event['id']}:desk"})).json()["ticket"]
        await marta.get("/events/flood", params={"token": "canary-in-address"})
        tokens = [value for client in (marta, tom) for value in client.cookies.values()]
        canaries += [key, secret, code, ticket, "canary-in-address", "Canary Patientname", *tokens]

        files = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file())
        shown = capfd.readouterr()

        assert [one for one in canaries if one.encode() in files] == []
        assert [one for one in canaries if one in shown.out + shown.err + caplog.text] == []

    async def test_S15_credentials_that_another_version_stored_are_in_no_log_when_they_do_not_fit(
        self, house: Stage, request: pytest.FixtureRequest, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """A field that has gone, one that is too short or missing: which it is may be said, what stands in it not."""
        configure(readable=False)  # as the server does
        request.addfinalizer(structlog.reset_defaults)
        switchboard = house.house.switchboard
        settings = {"account_sid": "AC" + "0" * 32, "messaging_service_sid": "MG" + "0" * 32}
        row = await switchboard.add(
            "system", adapter="twilio", name="SMS", settings=settings, credentials={"auth_token": "canary-token"}
        )  # fmt: skip
        for stored in (
            {"auth_token": "canary-token", "gone": "canary-gone"},
            {"auth_token": "canary-token", "api_key_sid": "canary-sid"},
            {"auth_token": "canary-token", "api_key_secret": "canary-secret"},
            {"signing_key": "canary-key"},
        ):
            await switchboard.replace_credentials(row.id, stored)
            await switchboard.open_all()
            probe = await switchboard.test(row.id)
            assert "cannot be read" in probe.words
        shown = capfd.readouterr()
        assert "channel_not_opened" in shown.out + shown.err
        assert "canary" not in shown.out + shown.err


class TestFaults:
    @pytest.mark.parametrize("room", ["guard", "policy", "throttle", "gate"])
    async def test_S22_a_fault_in_a_guard_lets_nothing_through(
        self, house: Stage, room: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It refuses, says nothing of the inside, and nothing is kept or sent."""
        marta = await house.signed_in(FIRST)
        await house.event(marta)
        before = await house.counts()

        def fails(*_: Any, **__: Any) -> Any:
            raise RuntimeError("inside-canary")

        with capture_logs() as logged:
            answer = await self.broken(house, marta, room, monkeypatch, fails)
        assert answer.status_code in (403, 500, 503)
        if answer.status_code == 500:
            assert answer.json()["error_id"] in {one.get("error_id") for one in logged}
        assert "inside-canary" not in answer.text
        assert "Traceback" not in answer.text
        after = await house.counts()
        assert {name: after[name] for name in after if name != "audit_entry"} == {
            name: before[name] for name in before if name != "audit_entry"
        }

    async def broken(
        self, house: Stage, marta: httpx.AsyncClient, room: str, monkeypatch: pytest.MonkeyPatch, fails: Any
    ) -> httpx.Response:
        match room:
            case "guard":
                monkeypatch.setattr(type(house.house.desk._privacy._guard), "check", fails)
            case "policy":
                monkeypatch.setattr(type(house.house.policy), "read_by", fails)
            case "throttle":
                monkeypatch.setattr(type(house.house.throttle), "check", fails)
                return await house.client().post("/session", json={"email": FIRST, "password": PASSWORD})
            case _:
                monkeypatch.setattr("app.routes.updates.event_for", fails)
        return await house.submit(marta)


def test_S08_S09_no_name_breaks_out_of_a_header_or_a_line() -> None:
    """Fuzzed: file names, cells and rows of exports."""
    rng = random.Random(9)
    alphabet = "ab=+-@\t\r\n\0\"';,\\/<>&=\u2028\u2029\x85\uff1d\u202e😀"
    for _ in range(10_000):
        word = "".join(rng.choice(alphabet) for _ in range(rng.randrange(12)))
        header = attachment(word, "csv")
        assert header.isascii()
        assert header.isprintable()
        assert header.count('"') == 2
        table = list(csv.reader(io.StringIO(csv_table(["h"], [[word]]), newline="")))
        assert len(table) == 2
        assert len(table[1]) == 1
        cell = table[1][0]
        bare = cell.lstrip(' \t\r\n"\u2028\u2029\x85')
        assert cell.startswith("'") or bare[:1] not in tuple("=+-@\uff1d")
