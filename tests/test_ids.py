"""Identifiers that are drawn ahead of need are still drawn once."""

import os

from app.ids import new_id


class TestFork:
    def test_a_forked_process_draws_identifiers_of_its_own(self) -> None:
        """What was drawn ahead of need stays with the parent; a child that drew the same would double a key."""
        new_id()
        read, write = os.pipe()
        child = os.fork()
        if not child:
            os.write(write, " ".join(new_id() for _ in range(100)).encode())
            os._exit(0)
        os.close(write)
        with os.fdopen(read, "rb") as told:
            theirs = {one[-12:] for one in told.read().decode().split()}
        os.waitpid(child, 0)
        assert len(theirs) == 100
        assert not theirs & {new_id()[-12:] for _ in range(100)}
