"""What the desk is shown of a post that tells several updates."""

from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from app.models import Delivery
from tests.routes.whole import FIRST, Stage, stage

POST = "In short:\n• Stay inside.\n• Close the windows."
X = {"username": "valdora", "user_id": "17", "base_address": "http://127.0.0.1:9"}


async def write(s: Stage, *which: str, **values: Any) -> None:
    async with s.house.database.transaction() as session:
        await session.execute(update(Delivery).where(col(Delivery.id).in_(which)).values(**values))


async def test_K03_who_decides_about_a_held_digest_reads_what_it_says(
    tmp_path: Path, migrated_file: Path
) -> None:
    """The carrier and the one tied to it answer with the post's text and how many others it tells; alone, neither."""
    async with stage(tmp_path, migrated_file) as s:
        marta = await s.signed_in(FIRST)
        secrets = {"client_id": "c", "user_token": "t"}
        channel = await s.house.switchboard.add(
            "person:1", adapter="x", name="X", settings=X, credentials=secrets
        )
        await s.event(marta, channels={channel.id: None})
        texts = ("Stay inside.", "Close the windows.")
        made = [(await s.submit(marta, text=text)).json() for text in texts]
        carrier, tied = (one["deliveries"][0]["id"] for one in made)

        async def shown(id_: str) -> tuple[str | None, int, str]:
            answer = (await marta.get(f"/deliveries/{id_}")).json()
            return answer["digest"], answer["told_with"], answer["parts"][0]["text"]

        assert [await shown(one) for one in (carrier, tied)] == [(None, 0, text) for text in texts]
        await write(s, carrier, tied, state="held", reason="cannot_tell")
        await write(s, carrier, digest=POST)
        await write(s, tied, digest_id=carrier)
        assert [await shown(one) for one in (carrier, tied)] == [(POST, 1, text) for text in texts]
