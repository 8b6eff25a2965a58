"""A photo from the tablet to two platforms through real processes."""

import uuid
from pathlib import Path

import pytest

from app.editorial.pictures import CHECKLIST
from tests.e2e.stage import stage, until
from tests.editorial.test_pictures import with_gps

pytestmark = [pytest.mark.processes, pytest.mark.timeout(150)]


class TestPictures:
    async def test_S10_a_photo_reaches_the_platforms_described_and_says_nothing_of_where(
        self, tmp_path: Path
    ) -> None:
        """Uploaded with a place in it, ticked by a person, sent: X has it with its words, and no rendition has a place."""
        async with stage(tmp_path, TOCSIN_DELAYS__REHEARSAL="0") as made:
            event = await made.event("kidney-surgery")
            added = await made.marta.post(f"/events/{event['id']}/media", content=with_gps())
            assert added.status_code == 201, added.text
            media = added.json()
            body = {
                "version": 1,
                "alt": {"en": "Two gloved hands hold a camera."},
                "checklist": dict.fromkeys(CHECKLIST, True),
            }
            ticked = await made.marta.patch(f"/media/{media['id']}", json=body)
            assert ticked.json()["checked"] is True, ticked.text
            sent = await made.marta.post(
                f"/events/{event['id']}/updates",
                json={"texts": {"en": "The view of the team."}, "media": [media["id"]]},
                headers={"idempotency-key": str(uuid.uuid4())},
            )
            assert sent.status_code == 201, sent.text
            await until(
                lambda: made.applied("view of the team"),
                lambda found: bool(found["x"]) and bool(found["facebook"]),
            )
            state = (await made.world.get("/_sim/state")).json()
            post = next(one for one in state["x"]["posts"] if "view of the team" in one["raw_text"])
            assert post["alt_texts"] == ["Two gloved hands hold a camera."]
            assert {one["action"] for one in (await made.applied("view of the team"))["facebook"]} == {
                "photo.create"
            }
            folders = list((tmp_path / "data" / "media-drill").iterdir())
            stored = [path.read_bytes() for folder in folders for path in folder.iterdir()]
            assert len(stored) == 2
            for rendition in stored:
                for word in (b"Exif", b"Secret Camera", b"Ferrando"):
                    assert word not in rendition
