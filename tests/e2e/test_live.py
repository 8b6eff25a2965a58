"""Live mode: what it refuses to start without, and the first minutes of a new installation."""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.e2e.stage import stage
from tests.processes import ROOT, Process

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

PASSWORD = "a sentence nobody else would use"


def tocsin(
    *words: str, folder: Path, text: str | None = None, **settings: str
) -> "subprocess.CompletedProcess[str]":
    """The command line to its end."""
    child = Process(["tocsin", *words], environment={"TOCSIN_DATA_DIR": str(folder), **settings})
    return subprocess.run(
        child.words, cwd=ROOT, env=child.environment, input=text, capture_output=True, text=True, timeout=170
    )


class TestStarting:
    def test_live_without_a_key_file_or_an_https_address_says_what_to_do_and_ends(
        self, tmp_path: Path
    ) -> None:
        """One line each, with the next action; nothing is served and no key is made up."""
        no_key = tocsin("serve", "--port", "0", folder=tmp_path)
        made = tocsin("keys", "new", str(tmp_path / "live.key"), folder=tmp_path)
        no_https = tocsin("serve", "--port", "0", folder=tmp_path, TOCSIN_KEY_FILE=str(tmp_path / "live.key"))

        assert no_key.returncode == 1
        assert "tocsin keys new" in no_key.stderr
        assert made.returncode == 0
        assert no_https.returncode == 1
        assert "TOCSIN_PUBLIC_URL=https://" in no_https.stderr
        for run in (no_key, no_https):
            assert "Traceback" not in run.stderr

    def test_a_misspelt_setting_stops_the_start_and_is_named(self, tmp_path: Path) -> None:
        """A wrong name must not pass in silence."""
        run = tocsin("serve", "--drill", "--port", "0", folder=tmp_path, TOCSIN_PUBLICURL="https://x.example")

        assert run.returncode == 1
        assert "TOCSIN_PUBLICURL" in run.stderr

    def test_F13_a_damaged_database_ends_the_start_with_the_way_back_and_a_backup_is_restored(
        self, tmp_path: Path, migrated_file: Path
    ) -> None:
        """One line and no trace; then `backup` and `restore` by the words that it names."""
        backup = str(tmp_path / "one.sqlite3")
        file = tmp_path / "tocsin-drill.sqlite3"
        shutil.copy(migrated_file, file)
        made = tocsin("backup", backup, "--drill", folder=tmp_path)
        file.write_bytes(b"not a database" * 1000)

        refused = tocsin("serve", "--drill", "--port", "0", folder=tmp_path)
        restored = tocsin("restore", backup, "--drill", folder=tmp_path)

        assert (made.returncode, "sound" in made.stdout) == (0, True), made.stderr
        assert refused.returncode == 1
        assert "tocsin restore BACKUP" in refused.stderr
        assert "Traceback" not in refused.stderr + refused.stdout
        assert restored.returncode == 0, restored.stderr
        assert "could not be read, so opt-outs" in restored.stdout

    async def test_the_first_two_people_are_made_with_the_printed_code_and_a_surgery_cannot_go_out_unconsented(
        self, tmp_path: Path
    ) -> None:
        """Set-up, sign-in under a host-bound secure cookie, and the rule that protects patients from day one."""
        assert tocsin("keys", "new", str(tmp_path / "live.key"), folder=tmp_path).returncode == 0
        live = Process(
            ["tocsin", "serve", "--port", "0"],
            environment={
                "TOCSIN_DATA_DIR": str(tmp_path),
                "TOCSIN_KEY_FILE": str(tmp_path / "live.key"),
                "TOCSIN_PUBLIC_URL": "https://live.valdora.example",
            },
        )
        try:
            await asyncio.to_thread(live.start)
            port = listening_port(live.pid)
            async with httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{port}/api/v1",
                headers={"x-tocsin": "1"},
                trust_env=False,
                timeout=30,
            ) as client:
                assert (await client.get("/setup")).json() == {"needed": True, "drill": False}
                body = {
                    "code": live.ready["sign_in_code"],
                    "name": "Marta Serra",
                    "email": "marta@valdora.example",
                    "password": PASSWORD,
                    "second": {"name": "Tom Okafor", "email": "tom@valdora.example", "password": PASSWORD},
                }
                done = await client.post("/setup", json=body)
                assert done.status_code == 201, done.text
                cookie = done.headers["set-cookie"]
                assert cookie.startswith("__Host-tocsin=")
                assert {"secure", "httponly", "samesite=strict", "path=/"} <= {
                    part.strip().lower() for part in cookie.split(";")
                }
                token = {"cookie": cookie.split(";")[0]}
                again = await client.post("/setup", json=body)
                assert again.status_code in (401, 409)
                event = await client.post(
                    "/events", json={"kind": "surgery", "title": "Knee replacement"}, headers=token
                )
                assert event.status_code == 201, event.text
                event_id = event.json()["event"]["id"]
                went = await client.post(f"/events/{event_id}/go-live", headers=token)
                sent = await client.post(
                    f"/events/{event_id}/updates",
                    json={"texts": {"en": "The team has begun."}},
                    headers={**token, "idempotency-key": "first-ever-update"},
                )
                assert 409 in (went.status_code, sent.status_code), (went.text, sent.text)
                assert sent.status_code >= 400
        finally:
            await asyncio.to_thread(live.close)


def listening_port(pid: int) -> int:
    """The TCP port a process listens on, from the kernel's own table."""
    inodes = set()
    for link in (Path("/proc") / str(pid) / "fd").iterdir():
        target = str(link.readlink())
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    for line in (Path("/proc") / str(pid) / "net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and fields[9] in inodes:
            return int(fields[1].rsplit(":", 1)[1], 16)
    raise AssertionError("it listens nowhere")


class TestCommandLine:
    async def test_channels_are_added_tested_and_listed_through_the_running_server(
        self, tmp_path: Path
    ) -> None:
        """By key, over the API; a second person confirms; no credential comes back."""
        async with stage(tmp_path) as made:
            proposal = await made.marta.post(
                "/api-keys", json={"name": "Engineer", "scopes": ["channel.manage", "channel.read"]}
            )
            assert proposal.status_code in (201, 202), proposal.text
            key = proposal.json()["key"]
            if proposal.status_code == 202:  # a second person has to confirm before it opens anything
                confirmed = await made.tom.post(f"/proposals/{proposal.json()['id']}/confirm")
                assert confirmed.status_code < 300, confirmed.text
            known = (await made.world.get("/_sim/credentials")).json()["x"]
            secrets = {
                "consumer_key": known["consumer_key"],
                "consumer_secret": known["consumer_secret"],
                "access_token": known["access_token"],
                "access_secret": known["access_token_secret"],
            }
            (tmp_path / "x.json").write_text(json.dumps(secrets))
            server = {"TOCSIN_SERVER": f"http://127.0.0.1:{made.port}", "TOCSIN_API_KEY": key}

            def run(*words: str) -> "subprocess.CompletedProcess[str]":
                return tocsin("channel", *words, folder=tmp_path, **server)

            added = await asyncio.to_thread(
                run, "add", "x", "Second X",
                "--set", f"base_address={made.simulators.address}/x",
                "--set", f"username={known['username']}",
                "--set", f"user_id={known['user_id']}",
                "--secrets", str(tmp_path / "x.json"),
            )  # fmt: skip
            assert added.returncode == 0, added.stderr
            waiting = (await made.tom.get("/proposals")).json()
            for one in waiting if isinstance(waiting, list) else waiting["items"]:
                assert (await made.tom.post(f"/proposals/{one['id']}/confirm")).status_code < 300
            listed = await asyncio.to_thread(run, "list")
            assert "Second X" in listed.stdout
            channel_id = next(line.split()[0] for line in listed.stdout.splitlines() if "Second X" in line)
            tested = await asyncio.to_thread(run, "test", channel_id)

            assert tested.returncode == 0, tested.stdout + tested.stderr
            everything = added.stdout + added.stderr + listed.stdout + tested.stdout
            assert not any(secret in everything for secret in secrets.values())
