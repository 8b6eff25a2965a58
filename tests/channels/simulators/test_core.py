"""The core of the simulators: ledger, faults, latency, clock, webhooks, control surface and process."""

import asyncio
import socket
import subprocess
import sys
from random import Random

import httpx
import orjson
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.channels.simulators.app import Simulators
from app.channels.simulators.clock import Clock
from app.channels.simulators.faults import FaultPanel, FaultSpec, Param, UnknownFault
from app.channels.simulators.flood import Crowd
from app.channels.simulators.latency import Latency, LatencyTable
from app.channels.simulators.ledger import Entry, Ledger
from app.channels.simulators.serving import listening_socket, served
from app.channels.simulators.settings import SimulatorSettings
from tests.channels.simulators.stage import wall_served


@pytest.fixture
async def wall(monkeypatch):
    async with wall_served(monkeypatch) as client:
        yield client


async def arm(client, name, **more):
    answer = await client.post("/_sim/faults", json={"platform": "wall", "name": name, **more})
    assert answer.status_code == 200, answer.text


async def ledger(client):
    return (await client.get("/_sim/ledger")).json()["entries"]


async def notes(client):
    return (await client.get("/_sim/state")).json()["wall"]["notes"]


async def stick(client, text="hello", **more):
    return await client.post("/wall/notes", json={"text": text, **more})


def entry(n):
    return Entry(n, "2026-01-01T00:00:00.000Z", "wall", "POST", "/notes", "note.create", 201, True)


class TestLedger:
    async def test_every_request_has_one_entry_with_what_was_done_and_said(self, wall):
        """An entry names action, status, whether it was applied, id and text."""
        await stick(wall, "first")
        await wall.get("/wall/notes")
        created, read = await ledger(wall)
        assert (created["n"], created["action"], created["status"], created["applied"]) == (
            1,
            "note.create",
            201,
            True,
        )
        assert (created["remote_id"], created["text"], created["path"]) == ("1", "first", "/notes")
        assert (read["n"], read["action"], read["applied"]) == (2, "note.read", False)

    async def test_after_gives_only_what_is_newer(self, wall):
        """A reader asks from where it stopped."""
        for _ in range(3):
            await stick(wall)
        answer = await wall.get("/_sim/ledger", params={"after": 2})
        assert [e["n"] for e in answer.json()["entries"]] == [3]

    def test_a_ledger_file_survives_a_kill_and_goes_on_counting(self, tmp_path):
        """A new process on the same file has the old entries, without the torn line, and new numbers."""
        path = tmp_path / "ledger.jsonl"
        first = Ledger(path)
        first.append(entry(first.next_n()))
        first.append(entry(first.next_n()))
        with path.open("ab") as torn:
            torn.write(b'{"n": 3, "at"')
        second = Ledger(path)
        assert [e.n for e in second.after(0)] == [1, 2]
        assert second.next_n() == 3
        second.append(entry(3))
        second.close()
        first.close()
        assert [e.n for e in Ledger(path).after(0)] == [1, 2, 3]

    def test_bounded_memory_forgets_the_oldest_in_memory_only(self, tmp_path):
        """The file keeps what memory let go."""
        path = tmp_path / "ledger.jsonl"
        small = Ledger(path, max_entries=2)
        for _ in range(5):
            small.append(entry(small.next_n()))
        assert [e.n for e in small.after(0)] == [4, 5]
        small.close()
        assert len(path.read_bytes().splitlines()) == 5

    async def test_export_is_json_lines(self, wall):
        """One line is one entry."""
        await stick(wall)
        lines = (await wall.get("/_sim/ledger.jsonl")).content.splitlines()
        assert [orjson.loads(line)["action"] for line in lines] == ["note.create"]


class TestFaultPanel:
    specs = (FaultSpec("slow", "Is slow.", (Param("seconds", 5.0, "Seconds"),)),)

    def panel(self, seed=1):
        panel = FaultPanel(Random(seed))
        panel.declare("wall", self.specs)
        return panel

    def test_a_fault_for_the_next_n_calls_ends_by_itself(self):
        """After n hits it is gone."""
        panel = self.panel()
        panel.arm("wall", "slow", {"seconds": 1}, times=2)
        assert [panel.take("wall", "slow") for _ in range(3)] == [{"seconds": 1}, {"seconds": 1}, None]

    def test_a_sticky_fault_stays_until_it_is_cleared(self):
        """No number of hits ends it."""
        panel = self.panel()
        panel.arm("wall", "slow")
        assert all(panel.take("wall", "slow") for _ in range(50))
        panel.clear("wall", "slow")
        assert panel.take("wall", "slow") is None

    def test_the_dice_of_a_probability_repeat_with_the_seed(self):
        """Same seed, same hits; about the share asked for."""
        runs = []
        for _ in range(2):
            panel = self.panel(seed=7)
            panel.arm("wall", "slow", probability=0.3)
            runs.append([panel.take("wall", "slow") is not None for _ in range(400)])
        assert runs[0] == runs[1]
        assert 80 < sum(runs[0]) < 160

    def test_a_fault_of_publishing_calls_leaves_reads_alone_unless_asked(self):
        """A poll cannot use up the fault meant for the next post."""
        panel = self.panel()
        panel.arm("wall", "slow", times=1)
        assert panel.take("wall", "slow", "note.read", is_write=False) is None
        panel.arm("wall", "slow", times=1, action="note.read")
        assert panel.take("wall", "slow", "note.create", is_write=True) is None
        assert panel.take("wall", "slow", "note.read", is_write=False) is not None

    @pytest.mark.parametrize(
        ("name", "params"),
        [("slow", {"secs": 1}), ("slow", {"seconds": "long"}), ("fast", {}), ("slow", {"seconds": True})],
    )
    def test_an_unknown_name_or_value_is_refused(self, name, params):
        """A misspelt fault must not look armed."""
        with pytest.raises(UnknownFault):
            self.panel().arm("wall", name, params)

    def test_a_standing_condition_has_no_number_of_times(self):
        """What nothing counts must not look as if it would end by itself."""
        panel = FaultPanel(Random(1))
        panel.declare(
            "wall", (FaultSpec("lag", "Lags.", (Param("seconds", 5.0, "Seconds"),), is_standing=True),)
        )
        with pytest.raises(UnknownFault):
            panel.arm("wall", "lag", times=1)
        panel.arm("wall", "lag", {"seconds": 2})
        assert panel.peek("wall", "lag") == {"seconds": 2}

    async def test_the_panel_renders_itself_from_what_is_declared(self, wall):
        """Name, sentence, parameters with defaults, and what is armed."""
        await arm(wall, "slow", params={"seconds": 0.5}, times=3)
        rows = (await wall.get("/_sim/faults")).json()["platforms"]["wall"]
        slow = next(row for row in rows if row["name"] == "slow")
        assert slow["sentence"]
        assert slow["params"][0]["default"] == 5.0
        assert slow["armed"]["times_left"] == 3
        await wall.delete("/_sim/faults/wall/slow")
        rows = (await wall.get("/_sim/faults")).json()["platforms"]["wall"]
        assert all(row["armed"] is None for row in rows)

    async def test_bad_control_requests_have_a_sentence(self, wall):
        """404 for a platform, 422 for a fault that does not exist."""
        body = {"platform": "wall", "name": "nonsense"}
        assert (await wall.post("/_sim/faults", json=body)).status_code == 422
        assert (await wall.post("/_sim/faults", json={**body, "platform": "nowhere"})).status_code == 404


class TestWire:
    async def test_refuse_503_does_nothing(self, wall):
        """The platform says 503 and means it."""
        await arm(wall, "refuse_503", times=1)
        assert (await stick(wall)).status_code == 503
        assert await notes(wall) == []
        (only,) = await ledger(wall)
        assert (only["status"], only["applied"], only["fault"]) == (503, False, "refuse_503")

    async def test_accept_then_503_has_done_it(self, wall):
        """The platform says 503 and lies."""
        await arm(wall, "accept_then_503", times=1)
        assert (await stick(wall)).status_code == 503
        assert await notes(wall) == ["hello"]
        (only,) = await ledger(wall)
        assert (only["status"], only["applied"], only["remote_id"]) == (503, True, "1")

    async def test_accept_then_timeout_has_done_it_and_the_ledger_knows_at_once(self, wall):
        """The entry is there while the caller still waits."""
        await arm(wall, "accept_then_timeout", times=1)
        with pytest.raises(httpx.ReadTimeout):
            await wall.post("/wall/notes", json={"text": "hello"}, timeout=0.2)
        (only,) = await ledger(wall)
        assert (only["status"], only["applied"], only["fault"]) == (None, True, "accept_then_timeout")

    async def test_silent_does_nothing_and_says_nothing(self, wall):
        """No answer, no note; then the connection closes."""
        await arm(wall, "silent", params={"seconds": 0.1}, times=1)
        with pytest.raises(httpx.RemoteProtocolError):
            await stick(wall)
        assert await notes(wall) == []

    @pytest.mark.parametrize(("fault", "kept"), [("drop_before", []), ("drop_after", ["hello"])])
    async def test_a_dropped_connection_is_dropped_without_one_byte(self, wall, fault, kept):
        """The caller sees a broken connection and cannot tell the two apart."""
        await arm(wall, fault, times=1)
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            await stick(wall)
        assert await notes(wall) == kept
        assert (await ledger(wall))[0]["status"] is None

    async def test_cut_body_breaks_in_the_middle(self, wall):
        """Headers and half a body arrive, then nothing."""
        await arm(wall, "cut_body", times=1)
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            await stick(wall)
        assert await notes(wall) == ["hello"]

    @pytest.mark.parametrize("applied", [True, False])
    async def test_html_body_is_html_whatever_was_done(self, wall, applied):
        """A proxy's page, with the status asked for."""
        await arm(wall, "html_body", params={"status": 200, "applied": applied}, times=1)
        answer = await stick(wall)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html")
        assert answer.text.startswith("<!DOCTYPE html>")
        assert await notes(wall) == (["hello"] if applied else [])

    async def test_huge_body_never_seems_to_end(self, wall):
        """A caller with a cap must stop reading by itself."""
        await arm(wall, "huge_body", params={"mebibytes": 3}, times=1)
        assert len((await stick(wall)).content) > 3 * 1_048_576

    async def test_slow_takes_its_time(self, wall):
        """The answer comes no sooner than asked."""
        await arm(wall, "slow", params={"seconds": 0.3}, times=1)
        begun_at = asyncio.get_running_loop().time()
        assert (await stick(wall)).status_code == 201
        assert asyncio.get_running_loop().time() - begun_at >= 0.3


class TestLatency:
    def test_profiles_draw_from_their_ranges_and_repeat_with_the_seed(self):
        """Fast is below 5 ms; faithful keeps to the platform's table."""

        def draws(profile):
            latency = Latency(profile, Random(3))
            latency.declare("wall", LatencyTable((0.01, 0.02), {"note.create": (0.2, 0.25)}))
            return [latency.draw_s("wall", action) for action in ("note.create", "note.read") * 20]

        assert max(draws("fast")) <= 0.005
        assert draws("faithful") == draws("faithful")
        assert all(0.2 <= s <= 0.25 for s in draws("faithful")[::2])
        assert all(0.01 <= s <= 0.02 for s in draws("faithful")[1::2])

    async def test_the_profile_changes_while_it_runs(self, wall):
        """A test or a rehearsal switches it."""
        assert (await wall.post("/_sim/latency", json={"profile": "faithful"})).json() == {
            "profile": "faithful"
        }
        assert (await wall.post("/_sim/latency", json={"profile": "sluggish"})).status_code == 422


class TestClock:
    def test_it_only_moves_forward(self):
        """Windows never reopen."""
        clock = Clock(lambda: 100.0)
        clock.advance(5)
        assert (clock.epoch_s(), clock.unshifted_epoch_s()) == (105.0, 100.0)
        with pytest.raises(ValueError):
            clock.advance(-1)

    async def test_the_control_surface_moves_it(self, wall):
        """Fifteen minutes pass at once."""
        assert (await wall.post("/_sim/clock", json={"advance_s": 900})).json()["shift_s"] == 900


class Listener:
    """Somebody's webhook address, on a real socket; answers the statuses it is given, then 200."""

    def __init__(self, *statuses):
        self.statuses = list(statuses)
        self.heard: list[str] = []
        self.news = asyncio.Event()

    async def hear(self, request: Request) -> Response:
        self.heard.append((await request.body()).decode())
        self.news.set()
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)

    async def until(self, count):
        while len(self.heard) < count:
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), 30)

    def app(self):
        app = Simulators()
        app.router.routes.extend(Starlette(routes=[Route("/hook", self.hear, methods=["POST"])]).routes)
        return app


class TestWebhooks:
    async def test_a_failed_webhook_is_tried_again_as_its_platform_would(self, wall):
        """A 500 is followed by the next try; a 200 ends it."""
        listener = Listener(500, 500)
        async with served(listener.app()) as origin:
            await stick(wall, "note", tell=origin + "/hook", retries=[0.01, 0.01, 0.01])
            await listener.until(3)
            while (await wall.get("/_sim/webhooks")).json()["pending"]:
                await asyncio.sleep(0.01)
        log = (await wall.get("/_sim/webhooks")).json()["attempts"]
        assert [attempt["status"] for attempt in log] == [500, 500, 200]

    async def test_duplicates_come_on_demand(self, wall):
        """Everything is sent twice."""
        listener = Listener()
        await arm(wall, "webhook_duplicate")
        async with served(listener.app()) as origin:
            await stick(wall, "note", tell=origin + "/hook")
            await listener.until(2)
        assert listener.heard == ["note", "note"]

    async def test_omission_comes_on_demand(self, wall):
        """The first is forgotten, the second is sent."""
        listener = Listener()
        await arm(wall, "webhook_omit", times=1)
        async with served(listener.app()) as origin:
            await stick(wall, "lost", tell=origin + "/hook")
            await stick(wall, "kept", tell=origin + "/hook")
            await listener.until(1)
        assert listener.heard == ["kept"]

    async def test_disorder_comes_on_demand(self, wall):
        """A dozen arrive, not in the order they were sent."""
        listener = Listener()
        await arm(wall, "webhook_disorder", params={"within_s": 0.3})
        sent = [str(n) for n in range(12)]
        async with served(listener.app()) as origin:
            for text in sent:
                await stick(wall, text, tell=origin + "/hook")
            await listener.until(12)
        assert listener.heard != sent
        assert sorted(listener.heard, key=int) == sent

    async def test_a_listener_that_is_away_never_delays_an_answer(self, wall):
        """The answer is there long before the webhook has given up."""
        await arm(wall, "webhook_delay", params={"seconds": 30})
        answer = await asyncio.wait_for(stick(wall, "note", tell="http://127.0.0.1:9/hook"), 2)
        assert answer.status_code == 201
        assert (await wall.get("/_sim/webhooks")).json()["pending"] == 1


class TestControl:
    async def test_reset_forgets_everything_but_the_count(self, wall):
        """Posts, faults, clock and ledger are as in a fresh process; entry numbers never repeat."""
        await stick(wall)
        await arm(wall, "slow")
        await wall.post("/_sim/clock", json={"advance_s": 60})
        await wall.post("/_sim/reset")
        assert await notes(wall) == []
        assert await ledger(wall) == []
        assert (await wall.get("/_sim/clock")).json()["shift_s"] == 0
        await stick(wall)
        assert [e["n"] for e in await ledger(wall)] == [2]

    async def test_a_flood_comes_at_its_rate(self, wall):
        """200 a second for 0.3 s are 60 answers, and not all at once."""
        begun_at = asyncio.get_running_loop().time()
        await wall.post("/_sim/flood", json={"platform": "wall", "rate_per_s": 200, "seconds": 0.3})
        while len(await notes(wall)) < 60:
            await asyncio.sleep(0.01)
        assert asyncio.get_running_loop().time() - begun_at >= 0.28
        assert len(set(await notes(wall))) > 20

    def test_the_crowd_repeats_with_its_seed_and_speaks_many_ways(self):
        """Floods are reproducible and not all alike."""
        first, second = Crowd(Random(5)), Crowd(Random(5))
        said = [first.utterance() for _ in range(300)]
        assert said == [second.utterance() for _ in range(300)]
        texts = {text for _, _, text in said}
        assert any("?" in text for text in texts)
        assert any(ord(c) > 0x600 for text in texts for c in text)
        assert all(0 < len(handle) <= 15 for handle, _, _ in said)

    async def test_the_ledger_is_the_one_of_the_settings(self, monkeypatch, tmp_path):
        """A file asked for in the settings is written while serving."""
        path = tmp_path / "ledger.jsonl"
        async with wall_served(monkeypatch, SimulatorSettings(ledger_path=path)) as client:
            await stick(client, "written")
            assert orjson.loads(path.read_bytes())["text"] == "written"


class TestProcess:
    def test_answers_do_not_wait_for_nagle(self):
        """asyncio sends at once only on sockets that are named TCP; else each answer takes 40 ms more."""
        with listening_socket("127.0.0.1", 0) as listener:
            assert listener.proto == socket.IPPROTO_TCP

    def test_port_0_prints_the_origin_and_a_taken_port_is_one_sentence(self):
        """The process says where it is once it answers; a second on that port ends with a sentence."""
        command = [sys.executable, "-m", "app.channels.simulators", "--port"]
        with subprocess.Popen([*command, "0"], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            try:
                origin = orjson.loads(process.stdout.readline())["origin"]
                assert httpx.get(origin + "/_sim/ledger", trust_env=False).json() == {"entries": []}
                port = origin.rsplit(":", 1)[1]
                second = subprocess.run([*command, port], capture_output=True, text=True, timeout=20)
                assert second.returncode == 1
                assert (
                    second.stderr.strip()
                    == f"The simulators cannot listen on port {port}: Address already in use."
                )
            finally:
                process.terminate()
        assert process.returncode in (0, -15)
