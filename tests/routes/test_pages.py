"""The shells of the staff screens and what stands around them, on the real application."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import lxml.html
import pytest
from PIL import Image

from app.accounts.vault import new_key_file
from app.config import Settings, World
from app.editorial.new_event import NewEvent
from app.main import create_app
from app.routes.embed_pages import allowed_hosts
from app.routes.house import House
from app.routes.page_assets import Assets, NotBuilt
from app.routes.page_language import staff_language
from app.routes.pages import safe_return
from build_frontend import build

PUBLIC = "https://live.valdora.example"


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    """The screens as they are in the sources; costs nothing when they are."""
    build()


@asynccontextmanager
async def living(folder: Path) -> AsyncIterator[tuple[House, httpx.AsyncClient]]:
    """The whole application of a live process, its start and its end included."""
    new_key_file(folder / "key")
    settings = Settings(data_dir=folder, key_file=folder / "key")
    app = create_app(settings, World.LIVE, PUBLIC)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(timeout=30, transport=transport, base_url=PUBLIC) as client:
            yield app.state.house, client


def policy_of(answer: httpx.Response) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers["content-security-policy"].split(";")]
    return {part[0]: part[1:] for part in parts if part}


async def first_person(client: httpx.AsyncClient, house: House) -> None:
    """Go through first-run set-up as the screen does."""
    answer = await client.post(
        "/api/v1/setup",
        headers={"X-Tocsin": "1", "Origin": PUBLIC},
        json={
            "code": house.sign_in_codes[0][1],
            "name": "Marta Serra",
            "email": "marta@valdora.example",
            "password": "a long sentence that nobody guesses",
        },
    )
    assert answer.status_code in (200, 201), answer.text


class TestLanguage:
    @pytest.mark.parametrize(
        ("person", "accepts", "speaks"),
        [
            ("it", "fr", "it"),
            ("it-CH", "", "it"),
            ("ca", "fr;q=0.4, it;q=0.9, de", "it"),
            ("", "de-DE, fr;q=0.1", "fr"),
            ("en", "it", "en"),
            ("", "es, en;q=0.5, it;q=0.4", "en"),
            ("", "it;q=0, fr;q=x, *, ;", "en"),
            ("", "", "en"),
        ],
    )
    def test_a_staff_page_speaks_the_persons_language_or_the_browsers_if_it_has_every_word(
        self, person: str, accepts: str, speaks: str
    ) -> None:
        """A language with words missing is not chosen; English is always there."""
        assert staff_language({"it", "fr"}, person, accepts) == speaks

    def test_a_language_counts_as_complete_when_it_lacks_no_word(self) -> None:
        """What the build says of each catalogue is what stands in the sources."""
        folder = Path("frontend/i18n")
        en = {key for key in json.loads((folder / "en.json").read_text()) if not key.startswith("_")}
        whole = {
            path.stem
            for path in folder.glob("*.json")
            if en <= {key for key, text in json.loads(path.read_text()).items() if text}
        }
        assert Assets().staff_languages == whole


class TestShells:
    async def test_a_fresh_house_leads_to_set_up_and_then_to_the_desk(self, tmp_path: Path) -> None:
        """Each address leads on to the page that helps, and back to where one wanted to go."""
        async with living(tmp_path) as (house, client):
            assert (await client.get("/")).headers["location"] == "/set-up"
            assert (await client.get("/set-up")).status_code == 200
            asked = await client.get("/desk/some-event/delivery")
            assert asked.headers["location"] == "/sign-in?next=/desk/some-event/delivery"
            await first_person(client, house)
            assert (await client.get("/")).headers["location"] == "/desk"
            assert (await client.get("/set-up")).headers["location"] == "/sign-in"
            assert (await client.get("/sign-in?next=/presenter/x")).headers["location"] == "/presenter/x"
            assert (await client.get("/desk")).status_code == 200
            assert (await client.get("/desk/no-such-event")).status_code == 404

    async def test_a_staff_page_wears_what_its_person_chose_and_is_light_until_then(
        self, tmp_path: Path
    ) -> None:
        """Language and colours of the account are in the page itself; English is a choice like any other."""

        def worn(page: httpx.Response) -> tuple[str | None, str | None]:
            html = lxml.html.fromstring(page.text)
            return html.get("lang"), html.get("data-theme")

        async with living(tmp_path) as (house, client):
            italian = {"accept-language": "it"}
            assert worn(await client.get("/set-up")) == ("en", "light")
            await first_person(client, house)
            assert worn(await client.get("/desk", headers=italian)) == ("it", "light")
            own = {"X-Tocsin": "1", "Origin": PUBLIC}
            for lang, theme in (("en", "auto"), ("it", "dark")):
                chose = await client.patch("/api/v1/me", headers=own, json={"lang": lang, "theme": theme})
                assert chose.status_code == 200, chose.text
                shown = await client.get("/desk", headers={"accept-language": "ca" if lang == "it" else "it"})
                assert worn(shown) == (lang, theme)

    async def test_a_place_that_the_desk_does_not_have_is_a_wrong_address(self, tmp_path: Path) -> None:
        """A mistyped place answers 404 with the page that leads on; the places there are open."""
        async with living(tmp_path) as (house, client):
            await first_person(client, house)
            made = await client.post(
                "/api/v1/events",
                headers={"X-Tocsin": "1", "Origin": PUBLIC},
                json={"kind": "crisis", "title": "Flood", "slug": "flood"},
            )
            assert made.status_code == 201, made.text
            for place in ("nonsense", "delivery.html", "people/nonsense"):
                wrong = await client.get(f"/desk/flood/{place}", headers={"accept": "text/html"})
                assert wrong.status_code == 404, place
                assert "There is no such page" in wrong.text
            assert (await client.get("/desk/flood/delivery")).status_code == 200

    async def test_a_shell_is_strict_and_is_never_stored(self, tmp_path: Path) -> None:
        """A fresh nonce for each answer, nothing inline without it, no frames, no plugins, Trusted Types."""
        async with living(tmp_path) as (_house, client):
            first, second = await client.get("/set-up"), await client.get("/set-up")
        assert first.headers["cache-control"] == "no-store"
        policy = policy_of(first)
        nonces = [policy_of(answer)["script-src"] for answer in (first, second)]
        assert nonces[0] != nonces[1]
        assert re.fullmatch(r"'nonce-[\w-]{20,}'", nonces[0][0])
        assert len(nonces[0]) == 1
        assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == ["'none'"]
        assert policy["frame-ancestors"] == ["'none'"]
        assert policy["require-trusted-types-for"] == ["'script'"]
        assert policy["connect-src"] == ["'self'", "wss://live.valdora.example"]
        assert "unsafe-inline" not in first.headers["content-security-policy"]
        page = lxml.html.fromstring(first.text)
        assert page.xpath("//@style") == []
        nonce = nonces[0][0].removeprefix("'nonce-").rstrip("'")
        for script in page.xpath("//script[@src]"):
            assert script.get("nonce") == nonce

    async def test_a_staff_page_tells_the_clock_and_the_number_of_the_house(self, tmp_path: Path) -> None:
        """Whatever zone the computer is set to, its times are those of the public page."""
        async with living(tmp_path) as (house, client):
            await first_person(client, house)
            page = lxml.html.fromstring((await client.get("/desk")).text)
        (block,) = page.xpath("//script[@id='config']")
        config = json.loads(block.text)
        assert (config["zone"], config["emergency"]) == ("UTC", "112")

    async def test_config_cannot_end_its_element(self, tmp_path: Path) -> None:
        """A hospital's name, or anything else in the block, stays JSON whatever it says."""
        name = "</script><script>alert(1)</script><!--"
        new_key_file(tmp_path / "key")
        app = create_app(
            Settings(data_dir=tmp_path, key_file=tmp_path / "key", hospital=name), World.LIVE, PUBLIC
        )
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(timeout=30, transport=transport, base_url=PUBLIC) as client:
                page = lxml.html.fromstring((await client.get("/set-up")).text)
        (block,) = page.xpath("//script[@id='config']")
        assert json.loads(block.text)["hospital"] == name

    @pytest.mark.parametrize(
        ("asked", "given"),
        [
            ("/desk/flood/delivery", "/desk/flood/delivery"),
            ("/presenter/x", "/presenter/x"),
            ("//evil.example", "/desk"),
            ("/\\evil.example", "/desk"),
            ("/desk//evil.example", "/desk"),
            ("https://evil.example/desk", "/desk"),
            ("/deskevil", "/desk"),
            ("/desk/\t/x", "/desk"),
            ("", "/desk"),
        ],
    )
    def test_signing_in_leads_only_to_our_own_pages(self, asked: str, given: str) -> None:
        """An address in a link cannot send somebody who signs in to another site."""
        assert safe_return(asked) == given


class TestTheWorker:
    async def test_the_service_worker_is_at_the_root_and_asked_for_anew(self, tmp_path: Path) -> None:
        """From the root it may answer for the tablet's page; it may fetch from us and nothing else."""
        async with living(tmp_path) as (_house, client):
            answer = await client.get("/sw.js")
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/javascript")
            assert answer.headers["cache-control"] == "no-cache"
            assert policy_of(answer) == {"default-src": ["'none'"], "connect-src": ["'self'"]}

    async def test_an_installed_tablet_opens_its_own_event_and_nothing_of_others(
        self, tmp_path: Path
    ) -> None:
        """The description of the app starts at the page that it was installed from, if that is one of ours."""
        async with living(tmp_path) as (_house, client):
            for asked, given in (
                ("", "/"),
                ("?start=/presenter/flood", "/presenter/flood"),
                ("?start=//evil.example", "/desk"),
            ):
                answer = await client.get(f"/app.webmanifest{asked}")
                assert answer.json()["start_url"] == given


class TestBuiltFiles:
    async def test_built_files_are_kept_for_ever_and_others_are_not(self, tmp_path: Path) -> None:
        """A file with a hash in its name never changes, so a browser asks for it once."""
        async with living(tmp_path) as (_house, client):
            page = lxml.html.fromstring((await client.get("/set-up")).text)
            (script,) = page.xpath("//script/@src")
            assert "immutable" in (await client.get(script)).headers["cache-control"]
            assert "immutable" not in (await client.get("/static/i18n/en.json")).headers["cache-control"]
            assert (await client.get("/static/../main.py")).status_code == 404
            assert (await client.get("/static/nothing.js")).status_code == 404

    @pytest.mark.parametrize(("entry", "most_bytes"), [("viewer/main.ts", 15_000), ("embed/main.ts", 10_000)])
    def test_public_scripts_stay_inside_their_budget(self, entry: str, most_bytes: int) -> None:
        """All of the script that a reader's browser fetches, as it travels; of the embed with its words, too."""
        assets = Assets()
        found = assets.entry(entry)
        files = [assets.folder / name.removeprefix("/static/") for name in (found.script, *found.preloads)]
        if entry.startswith("embed"):
            files.append(assets.folder / "i18n" / "embed.fr.json")
        assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) <= most_bytes

    def test_a_missing_build_is_named(self, tmp_path: Path) -> None:
        """Without a build there is a reason, not a stack of errors."""
        with pytest.raises(NotBuilt):
            Assets(tmp_path).entry("desk/main.tsx")

    async def test_icon_manifest_and_robots(self, tmp_path: Path) -> None:
        """What a browser and a search engine ask for by themselves."""
        async with living(tmp_path) as (_house, client):
            assert (await client.get("/favicon.ico")).headers["content-type"] == "image/svg+xml"
            assert (await client.get("/app.webmanifest")).json()["start_url"] == "/"
            assert "Allow: /e/" in (await client.get("/robots.txt")).text

    async def test_every_icon_of_the_app_is_what_its_description_says(self, tmp_path: Path) -> None:
        """Type and pixels; the one a home screen may cut is full to its corners, the other clear there."""
        async with living(tmp_path) as (_house, client):
            described = (await client.get("/app.webmanifest")).json()["icons"]
            corners = {}
            for icon in described:
                answer = await client.get(icon["src"])
                assert answer.headers["content-type"] == icon["type"]
                if icon["type"] == "image/png":
                    picture = Image.open(io.BytesIO(answer.content))
                    assert "{}x{}".format(*picture.size) == icon["sizes"]
                    corners[icon["purpose"], icon["sizes"]] = picture.getpixel((0, 0))[3]
            assert corners == {
                (purpose, sizes): 255 if purpose == "maskable" else 0
                for purpose in ("any", "maskable")
                for sizes in ("192x192", "512x512")
            }
            assert (await client.get("/icon-9999.png")).status_code == 404

    async def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(
        self, tmp_path: Path
    ) -> None:
        """A browser asks for HTML and gets a sentence with a link; everybody else gets JSON."""
        async with living(tmp_path) as (_house, client):
            person = await client.get("/nowhere", headers={"accept": "text/html,*/*;q=0.8"})
            program = await client.get("/nowhere")
        assert (person.status_code, program.status_code) == (404, 404)
        assert "There is no such page" in person.text
        assert program.json()["code"] == "not_found"


class TestWebmaster:
    async def test_the_snippet_is_made_for_an_event(self, tmp_path: Path) -> None:
        """The page names what to paste and what a content policy has to allow; a draft is not offered."""
        async with living(tmp_path) as (house, client):
            assert "There is no event to show yet." in (await client.get("/embed")).text
            await first_person(client, house)
            actor = await house.people.actor_of_session(client.cookies["__Host-tocsin"])
            assert actor is not None
            for slug in ("flood", "hidden"):
                new = NewEvent(kind="crisis", title=f'"><b>{slug}', slug=slug)
                await house.events.create(actor, new)
            await house.events.go_live(actor, (await house.events.found("flood")).id)
            script = await client.get("/embed?event=flood&variant=bar&lang=it")
            page = lxml.html.fromstring(script.text)
            first, second = (one.text_content() for one in page.xpath("//pre"))
            assert f'src="{PUBLIC}/embed.js"' in first
            assert '<tocsin-live event="flood" variant="bar" lang="it">' in first
            assert second == f"script-src {PUBLIC}; connect-src {PUBLIC} wss://live.valdora.example"
            assert page.xpath("//select[@name='event']/option/@value") == ["flood"]
            framed = lxml.html.fromstring((await client.get("/embed?event=flood&how=frame")).text)
            assert f'<iframe src="{PUBLIC}/embed/flood?' in framed.xpath("//pre")[0].text_content()
            assert (await client.get(framed.xpath("//iframe/@src")[0])).status_code == 200
            assert (await client.get("/embed/hidden")).status_code == 404

    def test_hosts_that_are_no_hosts_do_not_reach_the_policy(self) -> None:
        """A setting cannot add a directive."""
        hosts = (
            "www.valdora.example",
            "https://x.example:8443",
            "*.y.example",
            "a; script-src *",
            "'self'",
            "",
        )
        assert (
            allowed_hosts(hosts) == "https://www.valdora.example https://x.example:8443 https://*.y.example"
        )
