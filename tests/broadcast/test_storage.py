"""A disk that is full, fails or lies, under the real publisher and the SQLite library in use. More: `soak storage`."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from app.db_watch import STORAGE_FAILED
from tests.broadcast.failing import Bench, bench
from tests.broadcast.powercut import compiler

pytestmark = [
    pytest.mark.processes,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(
        compiler() is None,
        reason="F-11 and F-12 need a C compiler and sqlite3.h: install gcc, libsqlite3-dev",
    ),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    """One file for all of them: what one leaves must not harm the next."""
    async with bench(tmp_path_factory.mktemp("disk")) as made:
        yield made


class TestFullDisk:
    async def test_F11_a_full_disk_refuses_in_words_loses_nothing_and_recovers(self, place: Bench) -> None:
        """The n-th write and all after it find no room: 507, reads go on, and the same key is accepted with room."""
        acked: list[str] = []
        refused: list[str] = []
        for at in (1, 9, 18):
            found = await place.run("full", at, 8)
            assert found.code == 0, found.errors
            assert found.reads == 8
            assert len(found.acks) == 8
            acked += found.acks
            refused += found.refused
        place.judge(acked)
        assert set(refused) == {"storage_full"}
        assert len(refused) >= 10, "hardly anything met the full disk"


class TestFailingDisk:
    @pytest.mark.parametrize("fault", ["sync", "write"])
    async def test_F12_a_failed_flush_ends_the_process_and_nothing_unsure_is_acknowledged(
        self, place: Bench, fault: str
    ) -> None:
        """EIO on the n-th flush or write: the exit code says so, the next start finds a sound file with every ack."""
        acked: list[str] = []
        ended = 0
        for at in (1, 2, 3, 5, 8):
            found = await place.run(fault, at, 12)
            assert found.code in (0, STORAGE_FAILED), found.errors
            if found.code:
                ended += 1
                assert "Next: look at the disk" in found.errors
                assert len(found.acks) < 12
            acked += found.acks
            place.judge(acked)
        assert ended >= 4

    async def test_F12_a_process_that_goes_on_after_a_failed_flush_is_caught(self, place: Bench) -> None:
        """The harness has teeth: without the rule the same fault ends with code 0 and acknowledges afterwards."""
        found = await place.run("sync", 2, 6, trusting=True)
        assert found.code == 0
        assert found.acks
