"""What every test may ask for: real servers, one per run, with a fresh database or a flushed store per test."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

from app.db import Database
from tests.migrated import lay, migrate_now
from tests.servers import PostgresServer, RedisCluster, RedisServer, describe_servers


class Server(Protocol):
    def start(self) -> object: ...

    def close(self) -> None: ...


S = TypeVar("S", bound=Server)


def pytest_report_header() -> str:
    return describe_servers()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL for the run (with several workers, one for each); not durable, so do not kill it."""
    yield from _running(PostgresServer())


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a database with nothing in it, for this test alone."""
    yield from _database_of(postgres_server, "template1")


@pytest.fixture(scope="session")
def migrated_template(postgres_server: PostgresServer) -> str:
    """A migrated database to copy: migrating anew takes ten times as long, and the tests make a hundred."""
    name = postgres_server.create_database()
    migrate_now(postgres_server.url(name))
    return name


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, migrated_template: str) -> Iterator[str]:
    """The address of a migrated database without rows, for this test alone."""
    yield from _database_of(postgres_server, migrated_template)


def _database_of(server: PostgresServer, template: str) -> Iterator[str]:
    database = server.create_database(template)
    yield server.url(database)
    server.drop_database(database)


@pytest.fixture(scope="session")
def shared_redis_server() -> Iterator[RedisServer]:
    """One Valkey for the run (with several workers, one for each); nothing in it survives a kill."""
    yield from _running(RedisServer())


@pytest.fixture
def redis_url(shared_redis_server: RedisServer) -> str:
    """The address of an empty Valkey."""
    shared_redis_server.flush()
    return shared_redis_server.url


@pytest.fixture(scope="session")
def shared_redis_cluster() -> Iterator[RedisCluster]:
    """Three nodes for the run."""
    yield from _running(RedisCluster())


def _running(server: S) -> Iterator[S]:
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def cluster_url(shared_redis_cluster: RedisCluster) -> str:
    """The address of an empty cluster."""
    shared_redis_cluster.flush()
    return shared_redis_cluster.url


@pytest.fixture
def make_postgres() -> Iterator[Callable[[], PostgresServer]]:
    """Durable servers to kill -9 and start again: `server = make_postgres()`, then `server.kill()`, `server.start()`."""
    yield from _started(lambda: PostgresServer(durable=True))


@pytest.fixture
def make_redis() -> Iterator[Callable[[], RedisServer]]:
    """Durable servers to kill -9 and start again."""
    yield from _started(lambda: RedisServer(durable=True))


@pytest.fixture
def make_cluster() -> Iterator[Callable[[], RedisCluster]]:
    """Clusters of one's own, whose nodes may be killed and started again."""
    yield from _started(RedisCluster)


def _started(new: Callable[[], S]) -> Iterator[Callable[[], S]]:
    """Makes and starts one at a call; all are closed at the end."""
    made: list[S] = []

    def make() -> S:
        made.append(new())
        made[-1].start()
        return made[-1]

    yield make
    for server in made:
        server.close()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "tocsin.sqlite3"
    lay(path)
    return path


@pytest.fixture
async def sqlite_database(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Database]:
    """A migrated SQLite database of this test's own."""
    shutil.copy(migrated_file, tmp_path / "tocsin.sqlite3")
    database = Database(f"sqlite:///{tmp_path}/tocsin.sqlite3")
    await database.start()
    yield database
    await database.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
async def database(
    request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path
) -> AsyncIterator[Database]:
    """A migrated database, once of each kind: what holds for one has to hold for the other."""
    if request.param == "sqlite":
        shutil.copy(migrated_file, tmp_path / "tocsin.sqlite3")
        made = Database(f"sqlite:///{tmp_path}/tocsin.sqlite3")
    else:
        made = Database(request.getfixturevalue("postgres_url"))
    await made.start()
    yield made
    await made.stop()
