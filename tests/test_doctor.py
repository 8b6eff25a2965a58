"""The doctor: what is missing is named with the next action, and what is there is not complained about."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from app.config import Settings, World
from app.db import Database
from app.doctor import (
    Finding,
    Level,
    examine,
    find_postgres,
    find_redis,
    find_sqlite_file,
    judge_clock,
    judge_disk,
    judge_key_file,
    judge_open_files,
    judge_ports,
    judge_python,
    judge_sqlite,
    judge_variables,
)
from tests.processes import Process
from tests.servers import free_port

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HERE = Path("/srv/tocsin")


class TestJudgements:
    @pytest.mark.parametrize(
        "finding",
        [
            judge_python((3, 10)),
            judge_sqlite((3, 34, 1)),
            judge_disk(10**8, HERE),
            judge_key_file(HERE / "key", None, World.LIVE),
            judge_key_file(HERE / "key", 0o100640, World.DRILL),
            judge_clock(datetime(1970, 1, 1, tzinfo=UTC), 0),
        ],
        ids=lambda finding: finding.about,
    )
    def test_what_breaks_a_promise_is_a_problem_with_a_remedy(self, finding: Finding) -> None:
        """Each says what to do next."""
        assert finding.level is Level.PROBLEM
        assert finding.remedy

    @pytest.mark.parametrize(
        "finding",
        [
            judge_sqlite((3, 40, 1)),
            judge_disk(10**9, HERE),
            judge_open_files(1024, 4096, 18_000),
            judge_clock(NOW, 5),
            judge_ports([8000]),
            judge_variables(["TOCSIN_PROT"]),
        ],
        ids=lambda finding: finding.about,
    )
    def test_what_is_worth_knowing_is_a_note_with_a_remedy(self, finding: Finding) -> None:
        """It does not stop anything."""
        assert finding.level is Level.NOTE
        assert finding.remedy

    @pytest.mark.parametrize(
        "finding",
        [
            judge_python((3, 11)),
            judge_sqlite((3, 51, 3)),
            judge_disk(10**11, HERE),
            judge_key_file(HERE / "key", None, World.DRILL),
            judge_key_file(HERE / "key", 0o100600, World.LIVE),
            judge_open_files(1024, 20_000, 18_000),
            judge_open_files(1024, -1, 18_000),
            judge_clock(NOW, 0),
            judge_clock(NOW, None),
            judge_ports([]),
            judge_variables([]),
        ],
        ids=lambda finding: finding.about,
    )
    def test_what_is_well_asks_for_nothing(self, finding: Finding) -> None:
        """No advice where none is needed."""
        assert finding.level is Level.OK
        assert not finding.remedy


class TestDatabase:
    async def test_a_file_that_a_process_owns_is_said_to_be_owned(self, tmp_path: Path) -> None:
        """The doctor may look while Tocsin runs, and takes nothing from it."""
        path = tmp_path / "tocsin.sqlite3"
        assert "first start" in find_sqlite_file(path).text
        database = Database(f"sqlite:///{path}")
        await database.start()
        try:
            assert "owned by the running process" in find_sqlite_file(path).text
        finally:
            await database.stop()
        assert "owned" not in find_sqlite_file(path).text

    @pytest.mark.servers
    async def test_a_postgresql_that_answers_is_named_with_its_version(self, postgres_url: str) -> None:
        """And one that does not is a problem with a remedy."""
        finding = await find_postgres(make_url(postgres_url))
        assert (finding.level, finding.text.split()[0]) == (Level.OK, "PostgreSQL")
        absent = await find_postgres(make_url(f"postgresql://nobody@127.0.0.1:{free_port()}/none"))
        assert absent.level is Level.PROBLEM
        assert "TOCSIN_DATABASE_URL" in absent.remedy

    @pytest.mark.servers
    @pytest.mark.parametrize("kind", ["redis", "cluster"])
    async def test_a_redis_that_answers_is_named_with_its_version(
        self, request: pytest.FixtureRequest, kind: str
    ) -> None:
        """And one that does not is a problem with a remedy; one server or a cluster."""
        assert (await find_redis(request.getfixturevalue(f"{kind}_url"))).level is Level.OK
        scheme = "redis+cluster" if kind == "cluster" else "redis"
        absent = await find_redis(f"{scheme}://127.0.0.1:{free_port()}")
        assert absent.level is Level.PROBLEM
        assert "TOCSIN_REDIS_URL" in absent.remedy


class TestExamine:
    async def test_it_looks_at_everything_and_makes_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No file, no key, no lock comes of asking."""
        monkeypatch.chdir(tmp_path)
        findings = await examine(Settings(data_dir=tmp_path / "data"), World.DRILL, {})
        assert [finding.about for finding in findings] == (
            [
                "Python",
                "Settings",
                "Disk",
                "Key file",
                "SQLite",
                "Database",
                "Redis",
                "Open files",
                "Clock",
                "Ports",
                "Screens",
                "Browser",
            ]
        )
        assert list(tmp_path.iterdir()) == []

    async def test_a_password_in_an_address_is_not_shown(self, tmp_path: Path) -> None:
        """Its output is pasted into tickets."""
        settings = Settings(
            data_dir=tmp_path,
            database_url=SecretStr(f"postgresql://u:hunter2@127.0.0.1:{free_port()}/d"),
            redis_url=SecretStr(f"redis://:hunter2@127.0.0.1:{free_port()}/0"),
        )
        assert "hunter2" not in repr(await examine(settings, World.LIVE, {}))


@pytest.mark.processes
class TestCommand:
    @pytest.fixture
    def tocsin(self, tmp_path: Path) -> Callable[..., tuple[int, str]]:
        def run(*words: str, **environment: str) -> tuple[int, str]:
            process = Process(["tocsin", *words], environment=environment, cwd=tmp_path).spawn()
            return process.wait(), process.said()

        return run

    def test_a_problem_makes_its_status_1(self, tocsin: Callable[..., tuple[int, str]]) -> None:
        """A script can ask it."""
        status, said = tocsin("doctor", "--live")
        assert status == 1
        assert "TOCSIN_KEY_FILE" in said

    def test_a_wrong_setting_is_one_line_without_its_value(
        self, tocsin: Callable[..., tuple[int, str]]
    ) -> None:
        """No traceback, and no secret."""
        status, said = tocsin("doctor", TOCSIN_SESSION_HOURS="sesame")
        assert status == 1
        assert said.startswith("A setting is wrong: TOCSIN_SESSION_HOURS: ")
        assert said.count("\n") == 1
        assert "sesame" not in said
