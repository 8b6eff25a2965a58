"""Canaries in every input of a whole course: what is in no log, no error, no file and no export."""

from __future__ import annotations

import logging
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.backup import back_up
from app.telemetry import DRIVERS
from tests.routes.live_house import SIGNED
from tests.routes.whole import FIRST, PASSWORD, SECOND, Stage, stage

NAMES = ("Ottilia Canarini", "Baldassarre Canarini")
SIGNER = "Rosamunda Canarini"
PHONE = "+393480099771"


@pytest.fixture
async def house(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path / "data", migrated_file) as made:
        yield made


class Course:
    """Everything that people write in a course, each with a word that stands nowhere else."""

    def __init__(self, marta: httpx.AsyncClient, tom: httpx.AsyncClient) -> None:
        self.clients = {"marta": marta, "tom": tom}
        self.words: list[str] = []
        self.answers: list[httpx.Response] = []

    def word(self, text: str) -> str:
        canary = f"zq{len(self.words):02d}kanari"
        self.words.append(canary)
        return f"{text} {canary}"

    async def did(self, who: str, method: str, path: str, body: Any = None) -> Any:
        answer = await self.clients[who].request(
            method, path, json=body, headers={"idempotency-key": str(uuid.uuid4())}
        )
        self.answers.append(answer)
        return answer.json() if answer.content else {}


async def course(house: Stage) -> Course:
    made = Course(await house.signed_in(FIRST), await house.signed_in(SECOND))
    word, did = made.word, made.did
    event = await did(
        "marta",
        "POST",
        "/events",
        {
            "kind": "crisis", "slug": "flood", "title": word("Flood"), "place": word("Hall"), "severity": "Severe",
            "headline": word("Water"), "deny": list(NAMES), "staff_allow": [word("Dr Conti")], "delay_s": 0,
        },
    )  # fmt: skip
    event_id = event["event"]["id"]
    path = f"/events/{event_id}"
    await did("tom", "POST", f"{path}/go-live")  # marta chose a name that the privacy check lets through
    await did("marta", "POST", f"{path}/steps", {"title": word("Step"), "texts": {"en": word("It begins.")}})
    sent = await did(
        "marta",
        "POST",
        f"{path}/updates",
        {
            "texts": {"en": word("Stay upstairs.")},
            "correction": {"en": word("All may leave.")},
            "confirmed": True,
        },
    )
    view = await did("tom", "GET", f"/updates/{sent['id']}/approval")
    await did(
        "tom",
        "POST",
        f"/updates/{sent['id']}/send-back",
        {"version": view["version"], "reason": word("Clearer")},
    )
    await did("marta", "POST", f"{path}/preview", {"texts": {"en": word(f"{NAMES[0]} is here.")}})
    for override in ("", word("Because")):  # blocked, then asked for all the same
        await did(
            "marta",
            "POST",
            f"{path}/updates",
            {"texts": {"en": word(f"{NAMES[1]} is here.")}, "override_reason": override},
        )
    await did("marta", "POST", "/templates/meter", {"text": word("Leave the hall.")})
    audience = await did("marta", "POST", "/audiences", {"name": word("Families")})
    people = [{"number": PHONE, "consent": word("Form 12")}, {"number": word("no number"), "consent": "x"}]
    await did("marta", "POST", f"/audiences/{audience.get('id')}/import", {"recipients": people})
    # What cannot be read, in every way: the answer names the field, never the words.
    await did("marta", "POST", f"{path}/updates", {"texts": {"xx": word("Ciao.")}})
    await did("marta", "POST", f"{path}/updates", {"texts": word("not a map")})
    await did("marta", "POST", f"{path}/updates", {"texts": {"en": "A."}, "surprise": word("extra")})
    await did("marta", "POST", "/session", {"email": FIRST, "password": word("wrong")})
    surgery = await did("marta", "POST", "/events", {"kind": "surgery", "title": "Knee", "slug": "knee"})
    form = {**SIGNED, "signed_by": SIGNER, "channels": [], "revokers": []}
    await did("marta", "PUT", f"/events/{surgery['event']['id']}/consent", form)
    await did("marta", "POST", f"{path}/hold")
    await did("tom", "POST", f"{path}/stop")
    return made


class TestCanaries:
    async def test_S02_nothing_that_anybody_wrote_is_in_a_log_or_an_error(
        self, house: Stage, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        """
        A course with a canary in each of some twenty inputs, secrets and names among them: no line of
        output holds one, and no answer of 5xx or 4xx says more than what the guard marks. Whoever serves the
        application asks for everything to be logged: the drivers below would then write the words with the statements.
        """
        caplog.set_level(logging.DEBUG)
        made = await course(house)
        assert len(made.words) >= 18
        assert {200, 201, 403, 422} <= {one.status_code for one in made.answers}
        shown = capfd.readouterr()
        lines = shown.out + shown.err + caplog.text
        tokens = [value for client in made.clients.values() for value in client.cookies.values()]
        secret = [*made.words, *NAMES, SIGNER, PHONE, PASSWORD, *tokens]
        assert [one for one in secret if one in lines] == []
        assert not [one for one in DRIVERS if logging.getLogger(f"{one}.anything").isEnabledFor(logging.INFO)]
        refused = "".join(one.text for one in made.answers if one.status_code >= 400)
        assert refused
        assert [one for one in secret if one in refused] == []

    async def test_S21_the_names_to_keep_off_and_who_signed_are_on_no_disk_in_clear(
        self, house: Stage, tmp_path: Path
    ) -> None:
        """Database, log of writes and a backup made meanwhile; a number of a list is in no export of the record."""
        made = await course(house)
        target = tmp_path / "backup" / "one.sqlite3"
        made_backup = back_up(tmp_path / "data" / "tocsin-live.sqlite3", target)
        files = {
            path.name: path.read_bytes()
            for folder in (tmp_path / "data", target.parent)
            for path in folder.rglob("*")
            if path.is_file()
        }
        assert made_backup.entries > 5
        assert {"tocsin-live.sqlite3", "tocsin-live.sqlite3-wal", "one.sqlite3"} <= set(files)
        # What was to be published is there, so the scan would see what it looks for.
        stored = b"".join(files.values())
        assert made.words[0].encode() in stored
        names = [part for name in (*NAMES, SIGNER) for part in (name, name.split()[0])]
        hidden = [*names, *(name.casefold() for name in names), PASSWORD]
        # The texts that name them were refused or wait for a second person, who has to read them.
        waiting = NAMES[1]
        found = [(one, name) for one in hidden for name, body in files.items() if one.encode() in body]
        assert [pair for pair in found if pair[0] not in (waiting, waiting.split()[0])] == []
        exports = [
            await made.clients["marta"].get("/events/flood/audit", params={"format": one})
            for one in ("json", "csv")
        ]
        assert all(one.status_code == 200 for one in exports)
        told = "".join(one.text for one in exports)
        assert [one for one in (*hidden, PHONE, *made.words) if one in told] == []
