"""The public page as a browser without scripts gets it: complete, true, and made of text whatever people wrote."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import lxml.html
import pytest

from app.audience.retention import Retention
from app.clock import SystemClock
from tests.routes.hostile import CORPUS
from tests.routes.stage import FLOOD, SURGERY, Happening, Served, flood_story, pages_served

ELEMENTS = {
    "a", "aside", "b", "bdi", "body", "button", "details", "div", "footer", "h1", "h2", "h3", "head", "header", "html", "img",
    "i", "li", "link", "live-timeline", "main", "meta", "nav", "noscript", "ol", "p", "s", "script", "section", "span",
    "summary", "time", "title", "u", "ul",
}  # fmt: skip


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with pages_served(tmp_path) as one:
        yield one


@pytest.fixture
async def client(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=30, base_url=served.base, trust_env=False) as one:
        yield one


def happening(served: Served, minutes_ago: float = 30) -> Happening:
    return Happening(served.database, served.stream, datetime.now(UTC) - timedelta(minutes=minutes_ago))


def words(element: Any) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()


async def page_at(client: httpx.AsyncClient, path: str) -> Any:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text[:300]
    return lxml.html.fromstring(answer.text)


class TestReading:
    async def test_C2_C8_the_page_is_whole_without_a_script(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """Severity, headline, promise, what to do, every update and reply stand in the HTML of one request."""
        event = await flood_story(served.stream, served.database)
        page = await page_at(client, f"/e/{event.slug}")
        assert words(page.xpath("//h1")[0]) == FLOOD["headline"]
        assert page.xpath("//*[contains(@class,'sev-severe')]")
        assert "Next one by" in words(page.xpath("//*[@data-part='promise']")[0])
        assert [words(box) for box in page.xpath("//*[@data-part='boxes']//h3")] == [
            "What to do",
            "What we know",
            "What we don’t know",
        ]
        entries = [words(one) for one in page.xpath("//ol[@data-part='list']/li")]
        assert len(entries) == 7
        assert "Only A&E is closed." in entries[0]
        assert "Water has entered A&E." in entries[-2]
        assert (
            page.xpath("//ol[@data-part='list']/li[2]//p[@class='to']")[0].text_content() == "Answers Giulia"
        )
        assert page.xpath("//noscript//a/@href") == [f"/e/{event.slug}"]
        assert page.xpath("//a[@href='tel:112']")
        assert page.xpath("//section[@aria-labelledby='h-f']//ol")

    async def test_a_correction_keeps_both_texts_and_links_them(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """The old text stays, struck through, and each points at the other."""
        event = await flood_story(served.stream, served.database)
        page = await page_at(client, f"/e/{event.slug}")
        (struck,) = page.xpath("//li[contains(@class,'struck')]")
        (correction,) = page.xpath("//li[contains(@class,'corr')]")
        assert words(struck.xpath(".//h3/s")[0]) == "The hospital is closed because of flooding."
        assert struck.xpath(".//a[contains(@class,'chip')]/@href") == [f"#{correction.get('id')}"]
        assert words(correction.xpath(".//div[@class='was']//s")[0]) == words(struck.xpath(".//h3/s")[0])
        assert correction.xpath(".//div[@class='was']//a/@href") == [f"#{struck.get('id')}"]

    async def test_a_language_that_is_missing_is_told(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """The reader's words around the original, which says so and carries its own language."""
        event = await flood_story(served.stream, served.database)
        page = await page_at(client, f"/e/{event.slug}?lang=it")
        assert page.get("lang") == "it"
        entries = page.xpath("//ol[@data-part='list']/li[not(contains(@class,' re '))]")
        assert entries[-1].xpath(".//h3/@lang") == ["it"]
        assert entries[0].xpath(".//h3/@lang") == ["en"]
        assert words(entries[0].xpath(".//p[@class='nb']")[0]) == "Non ancora in Italiano. Testo in English."
        assert not entries[-1].xpath(".//p[@class='nb']")
        current = page.xpath("//nav[contains(@class,'langs')]/a[@aria-current]/@lang")
        assert current == ["it"]
        (picked,) = page.xpath("//details[contains(@class,'pick')]")
        assert words(picked.xpath("./summary/span[@class='vh']")[0]) == "Lingua: Italiano"
        assert [words(one) for one in picked.xpath(".//a[@hreflang]")] == ["English", "Italiano", "Català"]
        two = await happening(served).begin(**SURGERY)
        assert not (await page_at(client, f"/e/{two.slug}")).xpath("//details")

    async def test_an_unknown_language_falls_back(self, served: Served, client: httpx.AsyncClient) -> None:
        """A made-up language is answered with the event's own, never with an error."""
        event = await flood_story(served.stream, served.database)
        for asked in ("xx", "../../etc", "<script>", "de"):
            page = await page_at(client, f"/e/{event.slug}?lang={asked}")
            assert page.get("lang") == "en"

    async def test_S8_an_operation_says_that_it_is_posted_with_a_short_delay(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """While it runs and in the reader's language; a crisis, and an operation without a delay, say nothing of it."""
        slow = await happening(served).begin(**SURGERY, delay_s=120)
        plain = await happening(served).begin(**{**SURGERY, "slug": "at-once"}, delay_s=0)
        flood = await flood_story(served.stream, served.database)

        async def delay(path: str) -> str:
            return words((await page_at(client, path)).xpath("//*[@data-part='delay']")[0])

        assert await delay(f"/e/{slow.slug}") == "Posted with a short delay"
        assert await delay(f"/e/{slow.slug}?lang=it") == "Pubblicato con un breve ritardo"
        assert [await delay(f"/e/{one.slug}") for one in (plain, flood)] == ["", ""]

    async def test_N10_where_the_operation_is_follows_what_was_said_and_stands(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """
        The furthest step that is out, with its time; not one that waits, is put right or taken back. None once the
        course was left, and none while it is paused or when it is over: where it broke off is nobody's to count.
        """
        event = await happening(served).begin(**SURGERY)

        async def told(query: str = "") -> tuple[str, str]:
            page = await page_at(client, f"/e/{event.slug}{query}")
            found = page.xpath("//*[@data-part='course' and not(@hidden)]")
            marks = [one.get("class", "-")[0] for div in found for one in div.xpath(".//i")]
            return "".join(marks), "".join(words(one.xpath(".//p")[0]) for one in found)

        assert await told() == ("", "")
        await event.said("The patient sleeps.", place=(1, 4, "Asleep"))
        docked = await event.said("The robot is docked.", place=(3, 4, "Robot docked"))
        at = event.at.strftime("%H:%M")
        checked = await event.said("It was checked as well.", place=(2, 4, "Checked"))
        await event.said("A word in between.")
        await event.said("It is out.", state="counting_down", place=(4, 4, "Tumour out"))
        assert await told() == ("ddn-", f"Step 3 of 4, {at}: Robot docked")
        assert (await told("?lang=it"))[1] == f"Passo 3 di 4, {at}: Robot docked"
        assert "Tumour" not in (await client.get(f"/e/{event.slug}")).text
        await event.became(sending="stop")
        assert await told() == ("", "")
        await event.became(sending="open")
        await event.said("It is not docked yet.", corrects=docked)
        assert (await told())[0] == "dn--"
        assert "Robot docked" not in (await client.get(f"/e/{event.slug}")).text
        await event.said("It was not.", takes_back=checked)
        assert (await told())[0] == "n---"
        await event.said("The team has changed its plan.", place=(0, 0, ""))
        assert await told() == ("", "")
        await event.said("And goes on.", place=(40, 50, "Closing"))
        assert (await told())[0] == ""
        assert "Step 40 of 50" in (await told())[1]
        await event.became(state="ended", ended_at=event.at)
        assert await told() == ("", "")

    async def test_H03_an_operation_promises_about_the_patient_what_its_record_says(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """
        That there is consent, that nobody is named unless the name was agreed to, and that posts wait; in the past once
        it is over. A desk that takes more time, as when the course has changed, is not seen to. Without a complete record it says nothing, and neither does a crisis.
        """
        operations: dict[str, dict[str, Any]] = {
            "unnamed": {"about_patient": "unnamed", "delay_s": 120},
            "named": {"about_patient": "agreed", "delay_s": 0},
            "over": {"about_patient": "unnamed", "state": "ended", "ended_at": datetime.now(UTC)},
            "nothing": {"delay_s": 120},
        }
        begun = {
            slug: await happening(served).begin(**{**SURGERY, "slug": slug}, **fields)
            for slug, fields in operations.items()
        }
        flood = await flood_story(served.stream, served.database)

        async def promise(path: str) -> list[str]:
            section = (await page_at(client, path)).xpath("//*[@data-part='patient' and not(@hidden)]")
            return [words(said) for one in section for said in one.xpath(".//p")]

        agreed, unnamed, waits = await promise("/e/unnamed")
        assert agreed.startswith("This operation is shown with written consent.")
        assert unnamed.startswith("We do not say who the patient is.")
        assert waits.startswith("Every update is checked, and waits a little before it is shown here")
        assert "aspetta un poco prima di apparire qui" in (await promise("/e/unnamed?lang=it"))[2]
        assert await promise("/e/named") == [agreed, "Every update is checked before it is shown here."]
        assert await promise("/e/over") == ["This operation was shown with written consent.", unnamed]
        assert [await promise(f"/e/{one}") for one in ("nothing", flood.slug)] == [[], []]
        await begun["unnamed"].became(delay_s=300)
        assert await promise("/e/unnamed") == [agreed, unnamed, waits], (
            "that the desk is slower tells of its reason"
        )
        await begun["unnamed"].became(about_patient="")
        assert await promise("/e/unnamed") == []

    async def test_C7_what_is_pinned_says_as_of_when(self, served: Served, client: httpx.AsyncClient) -> None:
        """The moment of the last look at it; nothing where nothing is pinned."""
        pinned = {**FLOOD["pinned"], "checked_at": datetime.now(UTC).replace(hour=9, minute=5).isoformat()}
        event = await happening(served).begin(**{**FLOOD, "pinned": pinned})
        bare = await happening(served).begin(
            **{**FLOOD, "slug": "bare", "pinned": {"checked_at": pinned["checked_at"]}}
        )
        said = [
            words((await page_at(client, f"/e/{one.slug}")).xpath("//*[@data-part='asof']")[0])
            for one in (event, bare)
        ]
        assert said == ["As of 09:05", ""]

    async def test_C6_states_and_a_late_promise_are_told_truthfully(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """Late, stopped and ended each say so; the server never says "Live", which only frames can prove."""
        event = await flood_story(served.stream, served.database)
        path = f"/e/{event.slug}"

        async def standing() -> str:
            return words((await page_at(client, path)).xpath("//section[@class='hero']")[0])

        assert "Live" not in await standing()
        await event.became(promised_next_at=datetime.now(UTC) - timedelta(minutes=1))
        await self.until(client, path, "An update is late. We are working on it.")
        await event.became(sending="stop")
        await self.until(client, path, "We have paused this event. We will update you here.")
        assert "late" not in await standing()
        await event.said("The water is gone. All clear.", kind="all_clear")
        await event.became(sending="open", state="ended", ended_at=datetime.now(UTC))
        await self.until(client, path, "How it ended")
        page = await page_at(client, path)
        assert "The water is gone." in words(page.xpath("//*[@data-part='boxes']")[0])
        assert "What to do" not in words(page.xpath("//*[@data-part='boxes']")[0])
        assert not page.xpath("//a[@href='tel:112']")

    async def until(self, client: httpx.AsyncClient, path: str, text: str) -> None:
        async with asyncio.timeout(30):
            while text not in (await client.get(path)).text:
                await asyncio.sleep(0.02)

    async def test_long_timelines_are_paged(self, served: Served, client: httpx.AsyncClient) -> None:
        """Following "Older updates" reads every update once, in order, and leads back to the newest."""
        event = await happening(served).begin(**SURGERY)
        texts = [f"This is step number {n} of the operation." for n in range(230)]
        for text in texts:
            await event.said(text)
        read: list[str] = []
        path: str | None = f"/e/{event.slug}"
        while path:
            page = await page_at(client, path)
            read += [words(one) for one in page.xpath("//ol[@data-part='list']//h3")]
            found = page.xpath("//a[@data-part='older'][not(@hidden)]/@href")
            path = found[0] if found else None
        assert read == texts[::-1]
        assert page.xpath("//p[@class='older']/a/@href")[0] == f"/e/{event.slug}"
        assert not page.xpath("//script[@type='module']")

    async def test_C6_a_page_of_the_past_says_how_things_stand_now(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """Older updates stand under the head of today: its last update, how it ended; and are no live blog."""
        event = await happening(served).begin(**FLOOD)
        await event.said("Smoke is in every corridor. Leave the building.")
        await event.said("The smoke comes from the kitchen.", minutes=1)
        await event.said("The fire is out. All clear.", minutes=20, kind="all_clear")
        await event.became(state="ended", ended_at=datetime.now(UTC))
        path = f"/e/{event.slug}"
        await self.until(client, path, "How it ended")
        snapshot = (await client.get(f"/api/v1/events/{event.slug}/timeline/public/snapshot")).json()
        before = f"{snapshot['items'][1]['at']}~{snapshot['items'][1]['id']}"
        today = await page_at(client, path)
        page = await page_at(client, str(httpx.URL(path, params={"before": before})))
        assert [words(one) for one in page.xpath("//ol[@data-part='list']//h3")] == [
            "Smoke is in every corridor."
        ]
        for part in ("boxes", "fact", "standing"):
            found = [words(one.xpath(f"//*[@data-part='{part}']")[0]) for one in (today, page)]
            assert found[0] == found[1], part
        assert "Smoke" not in words(page.xpath("//*[@data-part='boxes']")[0])
        assert page.xpath("//meta[@name='description']/@content") == ["The fire is out. All clear."]
        assert not page.xpath("//script[@type='application/ld+json']")

    async def test_an_ended_event_without_a_last_word_tells_nobody_what_to_do(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """What was pinned while it lasted is not so any more, whatever else there is to say."""
        event = await happening(served).begin(**FLOOD, ended_at=datetime.now(UTC))
        assert "What to do" in words((await page_at(client, f"/e/{event.slug}")).xpath("//main")[0])
        await event.became(state="ended")
        await self.until(client, f"/e/{event.slug}", "Ended ")
        assert "What to do" not in words((await page_at(client, f"/e/{event.slug}")).xpath("//main")[0])

    async def test_an_update_has_an_address_of_its_own(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """A shared link opens that update with its own description, and leads to the whole."""
        event = await happening(served).begin(**FLOOD)
        one = await event.said("Water has entered A&E. Nobody is hurt.")
        page = await page_at(client, f"/e/{event.slug}/{one}")
        assert words(page.xpath("//h3")[0]) == "Water has entered A&E."
        assert page.xpath("//meta[@property='og:description']/@content") == [
            "Water has entered A&E. Nobody is hurt."
        ]
        assert page.xpath("//link[@rel='canonical']/@href") == [f"{served.base}/e/{event.slug}/{one}"]
        assert f"/e/{event.slug}" in page.xpath("//main//a/@href")

    async def test_a_graphic_picture_is_shown_only_to_who_asks_for_it(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """Behind a line that says so, closed and not fetched, on the page and on its own; any other stands open."""
        event = await happening(served).begin(**FLOOD)
        about = {"alt": {"en": "A wound."}, "width": 4, "height": 3}
        one = await event.said(
            "Two pictures.",
            media=[{"id": "m1", "graphic": True, **about}, {"id": "m2", "graphic": False, **about}],
        )
        for path in (f"/e/{event.slug}", f"/e/{event.slug}/{one}"):
            page = await page_at(client, path)
            (closed,) = page.xpath("//figure/details[not(@open)][summary]/img[@loading='lazy']/@src")
            (shown,) = page.xpath("//figure/img/@src")
            assert (closed, shown) == ("/media/m1", "/media/m2")


class TestKept:
    """What the public must not see is nowhere in what they get."""

    async def test_unreleased_hidden_and_removed_things_are_not_in_the_page(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """Not the text, not the id: of an update counting down, a reply not let through, a text taken back."""
        event = await happening(served).begin(**FLOOD)
        secrets = {
            "counting": await event.said("SECRET counting down", state="counting_down"),
            "draft": await event.said("SECRET awaiting approval", state="awaiting_approval"),
            "withdrawn": await event.said("SECRET withdrawn", state="withdrawn"),
            "new": await event.answered("SECRET new reply", state="new"),
            "hidden": await event.answered("SECRET hidden reply", state="hidden"),
        }
        texted = await event.answered(
            "Can I come?", channel="twilio", number="+34600100999", author_name="+34600100999", author_handle="",
            author_url="", url="",
        )  # fmt: skip
        back = await event.said("SECRET taken back")
        await event.said("We took back what we said.", takes_back=back)
        gone = await event.answered("SECRET removed upstream")
        await event.decided(gone, "removed")
        for path in (f"/e/{event.slug}", f"/e/{event.slug}?lang=it", f"/e/{event.slug}?show=key"):
            text = (await client.get(path)).text
            assert "SECRET" not in text
            assert "600100999" not in text
            for name, secret_id in secrets.items():
                assert secret_id not in text, name
            assert texted in text
        assert "Taken back" in text
        for secret_id in (*secrets.values(), gone):
            assert (await client.get(f"/e/{event.slug}/{secret_id}")).status_code in (404, 410)
        assert "SECRET" not in (await client.get(f"/e/{event.slug}/{back}")).text

    async def test_H07_words_whose_time_is_over_are_gone_from_a_page_that_somebody_keeps_asking_for(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """What the process has in memory for a page that is never left alone goes with the rows."""
        event = await happening(served).begin(**FLOOD)
        await event.said("The water is gone.")
        await event.answered("Words of a stranger.")
        await event.became(state="ended", ended_at=datetime.now(UTC) - timedelta(days=31))
        path = f"/e/{event.slug}"
        assert "Words of a stranger." in (await client.get(path)).text
        swept = await Retention(served.database, SystemClock()).sweep()
        assert swept["replies"] == 1
        async with asyncio.timeout(30):
            while "Words of a stranger." in (await client.get(path)).text:
                await asyncio.sleep(0.02)
        assert "The water is gone." in (await client.get(path)).text

    async def test_an_item_of_another_event_is_not_shown_under_this_one(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """An id alone opens nothing: the address has to be the event's."""
        mine = await happening(served).begin(**FLOOD)
        other = Happening(served.database, served.stream, datetime.now(UTC))
        other.channels = {name: f"{channel}-2" for name, channel in other.channels.items()}
        await other.begin(**SURGERY)
        foreign = await other.said("Only for the other page.")
        assert (await client.get(f"/e/{mine.slug}/{foreign}")).status_code == 404

    async def test_a_draft_is_not_there(self, served: Served, client: httpx.AsyncClient) -> None:
        """An event nobody opened yet has no page, and neither has one that does not exist."""
        event = await happening(served).begin(**{**FLOOD, "state": "draft"})
        for path in (f"/e/{event.slug}", "/e/nothing", f"/e/{event.slug}/qr.svg", "/e/nothing/x", "/e/a:b/c"):
            answer = await client.get(path)
            assert answer.status_code == 404
            assert FLOOD["title"] not in answer.text


class TestSafety:
    async def test_S06_what_people_wrote_stays_text(self, served: Served, client: httpx.AsyncClient) -> None:
        """Every payload, in names, handles, texts and addresses of replies, is text in the parsed page."""
        event = await happening(served).begin(**SURGERY)
        for payload in CORPUS:
            await event.answered(
                payload, author_name=payload, author_handle=payload, author_url=payload, url=payload
            )
        said: list[str] = []
        path: str | None = f"/e/{event.slug}"
        while path:
            page = await page_at(client, path)
            self.check(page)
            for reply in page.xpath("//li[contains(@class,' re ')]"):
                text = reply.xpath(".//p[@class='said']")[0].text_content()
                said.append(text)
                assert reply.xpath(".//bdi")[0].text_content() == text
                for link in reply.xpath(".//a"):
                    assert re.match(r"(https?://[^\s/]|/e/)", link.get("href"), re.IGNORECASE), link.get(
                        "href"
                    )
                    assert "nofollow" in link.get("rel") or link.get("href").startswith("/e/")
            found = page.xpath("//a[@data-part='older'][not(@hidden)]/@href")
            path = found[0] if found else None
        # A parser drops what no document can hold; everything else has to be there as it was written.
        assert len(said) == len(CORPUS)
        clean = {re.sub(r"[\x00-\x08]", "", payload) for payload in CORPUS}
        assert {re.sub(r"[\x00-\x08]", "", text) for text in said} == clean

    async def test_S06_our_own_words_are_text_too(self, served: Served, client: httpx.AsyncClient) -> None:
        """Title, headline, place, boxes and updates hold markup as text, and links only to the web."""
        for n, payload in enumerate(CORPUS[::17]):
            event = happening(served)
            event.channels = {}
            await event.begin(
                slug=f"hostile-{n}", kind="crisis", title=payload, headline=payload, place=payload,
                pinned={"do": [payload], "know": [payload], "unknown": [payload]}, severity="Severe",
            )  # fmt: skip
            one = await event.said(f"{payload} see https://a.example/{payload}")
            page = await page_at(client, f"/e/{event.slug}")
            self.check(page)
            assert page.xpath("//h1")[0].text_content() == re.sub(r"[\x00-\x08]", "", payload)
            self.check(await page_at(client, f"/e/{event.slug}/{one}"))

    def check(self, page: Any) -> None:
        names = {element.tag for element in page.iter() if isinstance(element.tag, str)}
        assert names <= ELEMENTS, names - ELEMENTS
        attributes = {
            name for element in page.iter() if isinstance(element.tag, str) for name in element.attrib
        }
        assert not {name for name in attributes if name.startswith("on") or name in ("style", "srcdoc")}
        assert len(page.xpath("//script[@src]")) <= 1
        types = {script.get("type") for script in page.xpath("//script")}
        assert types <= {"module", "application/json", "application/ld+json"}
        for block in page.xpath("//script[not(@src)]"):
            json.loads(block.text)

    async def test_the_policy_lets_nothing_foreign_in(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """Only our own files, no inline script or style, no sinks, no frames; and no cookie is set."""
        event = await flood_story(served.stream, served.database)
        for path in (f"/e/{event.slug}", f"/e/{event.slug}/x"):
            answer = await client.get(path)
            policy = answer.headers["content-security-policy"]
            assert "unsafe" not in policy
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "set-cookie" not in answer.headers
        answer = await client.get(f"/e/{event.slug}")
        assert "script-src 'self';" in answer.headers["content-security-policy"]
        assert "trusted-types 'none'" in answer.headers["content-security-policy"]

    async def test_the_same_page_costs_one_answer(self, served: Served, client: httpx.AsyncClient) -> None:
        """A page that says the same has the same tag, and is not sent again to somebody who has it."""
        event = await flood_story(served.stream, served.database, promised_next_at=None)
        first = await client.get(f"/e/{event.slug}")
        again = await client.get(f"/e/{event.slug}", headers={"If-None-Match": first.headers["etag"]})
        if again.status_code != 304:  # the minute turned between the two
            again = await client.get(f"/e/{event.slug}", headers={"If-None-Match": again.headers["etag"]})
        assert again.status_code == 304
        assert "max-age=1" in first.headers["cache-control"]

    async def test_the_head_alone_is_answered_like_the_page(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """What watches whether we are there, and what checks a link, is not told that it may not ask."""
        event = await flood_story(served.stream, served.database)
        for path in (f"/e/{event.slug}", "/embed.js", f"/embed/{event.slug}"):
            whole, head = await client.get(path), await client.head(path)
            assert (head.status_code, head.content) == (whole.status_code, b""), path
            assert head.headers.get("cache-control") == whole.headers.get("cache-control"), path

    async def test_G9_whatever_may_hold_a_text_that_is_taken_back_is_kept_for_three_seconds_at_most(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """Pages and documents of the past too; and the embed's line, which names a file that an update takes away."""
        event = await flood_story(served.stream, served.database)
        here = f"/api/v1/events/{event.slug}/timeline/public"
        newest = (await client.get(f"{here}/snapshot")).json()["items"][0]
        before = {"before": f"{newest['at']}~{newest['id']}"}
        for path, asked in (
            (f"/e/{event.slug}", {}),
            (f"/e/{event.slug}", before),
            (f"/e/{event.slug}/{newest['id']}", {}),
            (f"{here}/items", before),
            (f"{here}/recent", {}),
            ("/embed.js", {}),
            (f"/embed/{event.slug}", {}),
        ):
            kept = (await client.get(path, params=asked)).headers["cache-control"]
            found = [int(s) for s in re.findall(r"(?:max-age|s-maxage|while-revalidate)=(\d+)", kept)]
            assert max(found[:2]) + sum(found[2:]) <= 3, (path, kept)

    async def test_the_embeds_line_is_not_sent_twice(self, client: httpx.AsyncClient) -> None:
        """It is asked for with every page of a hospital."""
        first = await client.get("/embed.js")
        again = await client.get("/embed.js", headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")

    async def test_the_embed_is_told_whose_clock_the_page_goes_by(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """A reader abroad must not find other times beside a text than the text itself names."""
        event = await flood_story(served.stream, served.database)
        (address,) = re.findall(r'^import "(.+)"\n$', (await client.get("/embed.js")).text)
        assert httpx.URL(address).params["zone"] == "UTC"
        framed = lxml.html.fromstring((await client.get(f"/embed/{event.slug}")).text)
        assert framed.xpath("//tocsin-live/@zone") == ["UTC"]


class TestForMachines:
    async def test_the_live_blog_document_is_valid(self, served: Served, client: httpx.AsyncClient) -> None:
        """schema.org's required parts are there, newest first, with what the page shows and nothing else."""
        event = await flood_story(served.stream, served.database)
        hostile = await event.said("</script><script>alert(1)</script> is what somebody wrote.")
        for _ in range(50):
            page = await page_at(client, f"/e/{event.slug}")
            if page.xpath(f"//*[@id='i-{hostile}']"):
                break
        document = json.loads(page.xpath("//script[@type='application/ld+json']")[0].text)
        assert document["@type"] == "LiveBlogPosting"
        for name in (
            "headline",
            "datePublished",
            "dateModified",
            "coverageStartTime",
            "coverageEndTime",
            "url",
        ):
            assert document[name], name
        for name in ("datePublished", "dateModified", "coverageStartTime", "coverageEndTime"):
            assert datetime.fromisoformat(document[name]).tzinfo is not None
        updates = document["liveBlogUpdate"]
        assert [one["datePublished"] for one in updates] == sorted(
            (one["datePublished"] for one in updates), reverse=True
        )
        shown = words(page.xpath("//ol[@data-part='list']")[0])
        for one in updates:
            assert one["@type"] == "BlogPosting"
            assert one["headline"] in shown
        assert "The hospital is closed because of flooding." not in [one["articleBody"] for one in updates]
        assert "<script>alert" in updates[0]["articleBody"]

    async def test_a_card_for_social_networks(self, served: Served, client: httpx.AsyncClient) -> None:
        """Title, description, address and languages, as link previews read them."""
        event = await flood_story(served.stream, served.database)
        page = await page_at(client, f"/e/{event.slug}")
        for name in ("og:title", "og:description", "og:url", "og:site_name"):
            assert page.xpath(f"//meta[@property='{name}']/@content")[0]
        assert page.xpath("//meta[@name='twitter:card']/@content") == ["summary"]
        assert page.xpath("//link[@rel='alternate'][@hreflang]/@hreflang") == ["en", "it", "ca"]

    async def test_the_card_of_a_corrected_update_does_not_say_the_wrong_thing_again(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """A link to it was shared before; what is shown under the link from now on is that it was corrected."""
        event = await happening(served).begin(**FLOOD)
        wrong = await event.said("The hospital is closed.")
        await event.said("The hospital is open.", corrects=wrong)
        page = await page_at(client, f"/e/{event.slug}/{wrong}")
        cards = page.xpath("//meta[@property='og:description' or contains(@name,'description')]/@content")
        assert len(cards) == 3
        assert all("closed" not in card and card.startswith("Corrected") for card in cards), cards

    async def test_the_qr_code_is_an_svg_of_the_address(
        self, served: Served, client: httpx.AsyncClient
    ) -> None:
        """A phone pointed at a printed page finds the live one."""
        event = await flood_story(served.stream, served.database)
        answer = await client.get(f"/e/{event.slug}/qr.svg")
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.text.startswith("<svg")


class TestDrill:
    async def test_a_drill_says_so_everywhere(self, tmp_path: Path) -> None:
        """In title, icon, look, bar and on every update; and search engines are kept away."""
        async with (
            pages_served(tmp_path, drill=True) as served,
            httpx.AsyncClient(timeout=30, base_url=served.base, trust_env=False) as client,
        ):
            event = await flood_story(served.stream, served.database)
            page = await page_at(client, f"/e/{event.slug}")
            assert page.get("data-mode") == "drill"
            assert words(page.xpath("//title")[0]).startswith("DRILL: ")
            assert words(page.xpath("//section[@class='mode']")[0]).startswith("DRILL · INCIDENT")
            assert "noindex" in page.xpath("//meta[@name='robots']/@content")[0]
            assert not page.xpath("//script[@type='application/ld+json']"), "a program sees no colour"
            updates = page.xpath("//ol[@data-part='list']/li[not(contains(@class,' re '))]")
            assert all(one.xpath(".//span[contains(@class,'drillc')]") for one in updates)
            await happening(served).begin(**SURGERY, about_patient="unnamed")
            operation = await page_at(client, f"/e/{SURGERY['slug']}")
            (promise,) = operation.xpath("//*[@data-part='patient']//p")
            assert words(promise) == "This is an exercise. There is no patient."
            assert "#6b26a5" in (await client.get("/icon.svg")).text
