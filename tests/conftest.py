"""What every test may ask for: real servers, one per run, with a fresh database or a flushed store per test."""

from collections.abc import Callable, Iterator

import pytest

from tests.servers import PostgresServer, RedisServer, describe_servers


def pytest_report_header() -> str:
    return describe_servers()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL for the run (with several workers, one for each); not durable, so do not kill it."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of an empty database, for this test alone."""
    database = postgres_server.create_database()
    yield postgres_server.url(database)
    postgres_server.drop_database(database)


@pytest.fixture(scope="session")
def shared_redis_server() -> Iterator[RedisServer]:
    """One Valkey for the run (with several workers, one for each); nothing in it survives a kill."""
    server = RedisServer()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def redis_url(shared_redis_server: RedisServer) -> str:
    """The address of an empty Valkey."""
    shared_redis_server.flush()
    return shared_redis_server.url


@pytest.fixture
def make_postgres() -> Iterator[Callable[[], PostgresServer]]:
    """Durable servers to kill -9 and start again: `server = make_postgres()`, then `server.kill()`, `server.start()`."""
    made: list[PostgresServer] = []

    def make() -> PostgresServer:
        made.append(PostgresServer(durable=True))
        made[-1].start()
        return made[-1]

    yield make
    for server in made:
        server.close()


@pytest.fixture
def make_redis() -> Iterator[Callable[[], RedisServer]]:
    """Durable servers to kill -9 and start again."""
    made: list[RedisServer] = []

    def make() -> RedisServer:
        made.append(RedisServer(durable=True))
        made[-1].start()
        return made[-1]

    yield make
    for server in made:
        server.close()
