"""Pictures at the door: consent, a person who looked, words for those who cannot see, and who gets to see it when."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from app.accounts.audit import AuditLog
from app.clock import ManualClock
from app.editorial.pictures import CHECKLIST
from app.editorial.unused_pictures import UnusedPictures
from app.models import DeliveryPart, MediaFile, Update, UpdateRevision
from app.routes.timeline import SHARED
from tests.editorial.test_pictures import picture
from tests.routes.live_house import Live, live

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with live(tmp_path_factory.mktemp("media")) as made:
        yield made


async def upload(house: Live, event_id: str, who: str = "presenter") -> object:
    return await house[who].post(f"/events/{event_id}/media", content=picture("JPEG"))


async def checked(
    house: Live, event_id: str, alt: str = "Two hands.", *, graphic: bool = False
) -> dict[str, object]:
    """A picture that a person has described and looked at."""
    media = (await upload(house, event_id)).json()  # type: ignore[attr-defined]
    body = {"alt": {"en": alt}, "graphic": graphic, "checklist": dict.fromkeys(CHECKLIST, True)}
    done = await house["presenter"].patch(f"/media/{media['id']}", json={"version": 1, **body})
    assert done.json()["checked"] is True, done.text
    return dict(done.json())


class TestDoor:
    async def test_H05_consent_without_images_makes_an_upload_impossible(self, house: Live) -> None:
        """Also by API, before the file is opened; and an older picture cannot be used either."""
        event_id = await house.event("surgery")
        media = (await upload(house, event_id)).json()
        ticked = await house["presenter"].patch(
            f"/media/{media['id']}",
            json={"version": 1, "alt": {"en": "Two hands."}, "checklist": dict.fromkeys(CHECKLIST, True)},
        )
        assert ticked.json()["checked"] is True
        version = (await house["admin"].get(f"/events/{event_id}/consent")).json()["version"]
        await house.consent(event_id, scopes=["text"], version=version)
        refused = await upload(house, event_id)
        used = await house.submit("presenter", event_id, "The view.", media=[media["id"]])
        assert (refused.status_code, refused.json()["code"]) == (403, "consent_scope")
        assert (used.status_code, used.json()["code"]) == (403, "consent_scope")

    async def test_a_picture_goes_out_only_described_and_looked_at_by_a_person(self, house: Live) -> None:
        """Each step alone is refused with what is missing; then it is on the deliveries of channels that take it."""
        event_id = await house.event("press")
        media = (await upload(house, event_id)).json()
        assert (media["checked"], {one["ticked"] for one in media["checklist"]}) == (False, {False})
        bare = await house.submit("presenter", event_id, media=[media["id"]])
        half = await house["presenter"].patch(
            f"/media/{media['id']}",
            json={"version": 1, "alt": {"en": "Two hands."}, "checklist": {"no_face": True}},
        )
        unlooked = await house.submit("presenter", event_id, media=[media["id"]])
        done = await house["presenter"].patch(
            f"/media/{media['id']}",
            json={"version": 2, "alt": {"en": "Two hands."}, "checklist": dict.fromkeys(CHECKLIST, True)},
        )
        sent = await house.submit("presenter", event_id, media=[media["id"]])
        assert (bare.status_code, bare.json()["code"]) == (422, "alt_needed")
        assert half.json()["checked"] is False
        assert (unlooked.status_code, unlooked.json()["code"]) == (422, "picture_not_checked")
        assert done.json()["checked"] is True
        assert sent.status_code == 201, sent.text
        parts = [
            part
            for one in sent.json()["deliveries"]
            for part in await house.rows(DeliveryPart, delivery_id=one["id"])
        ]
        assert [part.media[0]["id"] for part in parts] == [media["id"]] * 2
        loaded = await house.house.pictures.load(parts[0].media, "en")
        assert (loaded[0].mime_type, loaded[0].alt_text) == ("image/jpeg", "Two hands.")

    async def test_alt_text_runs_through_the_guard(self, house: Live) -> None:
        """A number in the description is a number that leaves."""
        event_id = await house.event("press")
        media = (await upload(house, event_id)).json()
        body = {
            "version": 1,
            "alt": {"en": "A wristband with MRN 00482913."},
            "checklist": dict.fromkeys(CHECKLIST, True),
        }
        assert (await house["presenter"].patch(f"/media/{media['id']}", json=body)).status_code == 200
        refused = await house.submit("presenter", event_id, media=[media["id"]])
        assert (refused.status_code, refused.json()["code"]) == (403, "guard_blocked")

    async def test_what_a_photo_shows_is_looked_at_while_it_is_written(self, house: Live) -> None:
        """The preview marks it as it marks the text, and says that it stands in the picture's words."""
        event_id = await house.event("press")
        body = {"texts": {"en": "The view."}, "alt": {"en": "A wristband with MRN 00482913."}}
        guard = (await house["presenter"].post(f"/events/{event_id}/preview", json=body)).json()["guard"]
        assert guard["decision"] == "block"
        assert {span["where"] for span in guard["spans"]} == {"picture 1"}
        body["alt"] = {"en": "Two hands."}
        fine = await house["presenter"].post(f"/events/{event_id}/preview", json=body)
        assert fine.json()["guard"]["decision"] == "pass"

    async def test_an_upload_whose_answer_was_lost_is_the_same_picture_again(self, house: Live) -> None:
        """One key, one picture: one after the other and at once; another person's key is refused."""
        event_id = await house.event("press")

        async def send(key: str, who: str = "presenter") -> httpx.Response:
            return await house[who].post(
                f"/events/{event_id}/media", content=picture("JPEG"), headers={"idempotency-key": key}
            )

        first = await send("tablet-photo-1")
        ticked = await house["presenter"].patch(
            f"/media/{first.json()['id']}",
            json={"version": 1, "alt": {"en": "Two hands."}, "checklist": dict.fromkeys(CHECKLIST, True)},
        )
        again = await send("tablet-photo-1")
        assert (again.status_code, again.json()) == (201, ticked.json())
        twice = await asyncio.gather(send("tablet-photo-2"), send("tablet-photo-2"))
        assert len({answer.json()["id"] for answer in twice}) == 1
        other = await send("tablet-photo-1", "admin")
        assert (other.status_code, other.json()["code"]) == (409, "key_reused")
        folder = house.house.settings.data_dir / f"media-{house.house.world}"
        rows = await house.rows(MediaFile)
        assert {one.name for one in folder.iterdir()} == {row.folder for row in rows}
        assert len([row for row in rows if row.event_id == event_id]) == 2

    async def test_a_picture_that_no_update_takes_is_gone_after_a_day(self, house: Live) -> None:
        """Row, file and address; one that waits in an update stays, and so does one of today."""
        event_id = await house.event("press")
        unused, used = [(await upload(house, event_id)).json() for _ in range(2)]
        ticks = {"version": 1, "alt": {"en": "Two hands."}, "checklist": dict.fromkeys(CHECKLIST, True)}
        assert (await house["presenter"].patch(f"/media/{used['id']}", json=ticks)).status_code == 200
        assert (await house.submit("presenter", event_id, "The view.", media=[used["id"]])).status_code == 201
        inner = house.house
        folder = inner.settings.data_dir / f"media-{inner.world}"
        clock = ManualClock(inner.clock.now())
        sweeper = UnusedPictures(inner.database, AuditLog(), clock, folder)
        (row,) = await house.rows(MediaFile, id=unused["id"])
        assert await sweeper.sweep() == 0
        clock.advance(25 * 3600)
        assert await sweeper.sweep() >= 1
        assert await sweeper.sweep() == 0
        assert await house.rows(MediaFile, id=unused["id"]) == []
        assert not (folder / row.folder).exists()
        assert (await house["presenter"].get(f"/media/{unused['id']}")).status_code == 404
        assert (await house["presenter"].get(f"/media/{used['id']}")).status_code == 200

    async def test_the_public_sees_it_only_while_an_update_that_is_out_shows_it(self, house: Live) -> None:
        """Not before release, and not after it was taken back."""
        event_id = await house.event("press")
        media = (await upload(house, event_id)).json()
        await house["presenter"].patch(
            f"/media/{media['id']}",
            json={"version": 1, "alt": {"en": "Two hands."}, "checklist": dict.fromkeys(CHECKLIST, True)},
        )
        address = f"{house.base}/media/{media['id']}"
        assert (await house["presenter"].get(address)).status_code == 404
        sent = (await house.submit("presenter", event_id, media=[media["id"]])).json()
        await house.until(lambda: house.rows(Update, id=sent["id"]), lambda rows: rows[0].state == "released")
        shown = await house["presenter"].get(address)
        assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
        # As short as any page may be kept; who has it asks again, and is told with a few bytes while it stands.
        assert shown.headers["cache-control"] == SHARED
        held = {"if-none-match": shown.headers["etag"]}
        again = await house["presenter"].get(address, headers=held)
        assert (again.status_code, again.content) == (304, b"")
        back = await house["admin"].post(
            f"/updates/{sent['id']}/corrections",
            json={"kind": "retraction"},
            headers={"idempotency-key": "back-1234"},
        )
        assert back.status_code == 201, back.text
        await house.until(
            lambda: house.rows(Update, id=sent["id"]), lambda rows: rows[0].on_page == "retracted"
        )
        assert (await house["presenter"].get(address)).status_code == 404
        assert (await house["presenter"].get(address, headers=held)).status_code == 404

    async def test_more_than_the_cap_is_refused_and_the_cap_is_its_own(self, house: Live) -> None:
        """A megabyte is fine here and nowhere else."""
        event_id = await house.event("press")
        upload_, updates = f"/api/v1/events/{event_id}/media", f"/api/v1/events/{event_id}/updates"
        assert await told(house, upload_, 13 * 1024 * 1024) == 413
        assert await told(house, upload_, 11 * 1024 * 1024) != 413
        assert await told(house, updates, 1024 * 1024) == 413
        other = await house["auditor"].post(f"/events/{event_id}/media", content=picture("JPEG"))
        assert other.status_code == 403


async def told(house: Live, path: str, size: int) -> int:
    """The status that a body of this size is answered with before it was sent."""
    host, port = house.base.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {size}\r\n\r\n".encode())
    try:
        async with asyncio.timeout(30):
            line = await reader.readline()
        return int(line.split()[1])
    finally:
        writer.close()


class TestSecondLook:
    async def test_S14_who_lets_a_picture_go_sees_it_with_its_words_and_whether_it_is_graphic(
        self, house: Live
    ) -> None:
        """As it will leave: what somebody says of it afterwards is not what was read, and does not go out either."""
        event_id = await house.event("crisis")
        media = await checked(house, event_id, "Two hands hold a saw.", graphic=True)
        sent = (await house.submit("presenter", event_id, "The view.", media=[media["id"]])).json()
        assert sent["state"] == "awaiting_approval"
        path = f"/updates/{sent['id']}/approval"
        shown = (await house["approver"].get(path)).json()["pictures"]
        assert [(one["alt"], one["graphic"]) for one in shown] == [({"en": "Two hands hold a saw."}, True)]
        looked = await house["approver"].get(f"{house.base}{shown[0]['url']}")
        assert (looked.status_code, looked.headers["content-type"]) == (200, "image/jpeg")
        body = {"alt": {"en": "A view."}, "graphic": False, "checklist": dict.fromkeys(CHECKLIST, True)}
        after = await house["presenter"].patch(f"/media/{media['id']}", json={"version": 2, **body})
        assert after.status_code == 200, after.text
        assert (await house["approver"].get(path)).json()["pictures"] == shown
        parts = [
            part
            for one in sent["deliveries"]
            for part in await house.rows(DeliveryPart, delivery_id=one["id"])
        ]
        assert {part.media[0]["alt"]["en"] for part in parts} == {"Two hands hold a saw."}

    async def test_K02_another_picture_voids_what_was_read_and_other_words_keep_the_one_there_is(
        self, house: Live
    ) -> None:
        """A rewrite says nothing of pictures and they stay; it names others, or none, and that is a new reading."""
        event_id = await house.event("crisis")
        first, other = [await checked(house, event_id, alt) for alt in ("Two hands.", "A door.")]
        sent = (await house.submit("presenter", event_id, "The view.", media=[first["id"]])).json()
        path = f"/updates/{sent['id']}"
        view = (await house["approver"].get(f"{path}/approval")).json()
        for more, alts in (
            ({}, ["Two hands."]),
            ({"media": [other["id"]]}, ["A door."]),
            ({"media": []}, []),
        ):
            body = {"version": view["version"], "texts": {"en": "The other view."}, **more}
            changed = await house["presenter"].post(f"{path}/rewrite", json=body)
            assert changed.status_code == 200, changed.text
            stale = await house["approver"].post(
                f"{path}/approve", json={"version": view["version"], "checked": True}
            )
            assert (stale.status_code, stale.json()["code"]) == (409, "changed_meanwhile")
            view = changed.json()
            assert [one["alt"]["en"] for one in view["pictures"]] == alts

    async def test_C1_S14_with_a_picture_a_template_is_no_template_as_it_stands(self, house: Live) -> None:
        """Its words were read by others; what it would stand beside was not, so it is not sent alone."""
        event_id = await house.event("crisis")
        media = await checked(house, event_id)
        shelf = (await house["presenter"].get("/templates")).json()
        chosen = next(one for one in shelf if one["id"] == "holding-statement")
        values = {slot["name"]: slot["example"] for slot in chosen["slots"]}
        path = f"/templates/{chosen['id']}/fill"
        forms = (await house["presenter"].post(path, json={"values": values})).json()["texts"]["en"]
        use = {"id": chosen["id"], "values": values}
        found = []
        for pictures in ([], [media["id"]]):
            sent = await house.submit(
                "presenter", event_id, forms["280"], template=use, media=pictures, confirmed=True
            )
            assert sent.status_code == 201, sent.text
            found.append((await house.rows(UpdateRevision, update_id=sent.json()["id"]))[0].made_from)
        assert [one.get("template") for one in found] == ["holding-statement", None]
