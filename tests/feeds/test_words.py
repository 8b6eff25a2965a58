"""The server says what the screens say: the same compiled messages, filled in the same way."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from app.broadcast.words import TABLE
from app.editorial.confirmation import Share, confirm
from app.editorial.consent import WHY
from app.feeds.event_page import who_wrote
from app.feeds.words import NoWords, catalogue_loader, language_name
from app.routes.page_assets import STATIC
from app.schemas.frames import Author
from build_frontend import ROOT, build

LONG_WORD = re.compile(r"[^\W\d_]{3,}")
SELECTOR = re.compile(r"\w+, (?:plural|select),|\w+ \{")


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    """The catalogues as they are in the sources."""
    build()


class TestWords:
    @pytest.mark.parametrize(
        ("channel", "said"), [("x", "Somebody"), ("facebook", "Somebody"), ("smpp", "By text message")]
    )
    def test_an_author_without_a_name_is_somebody(self, channel: str, said: str) -> None:
        """Or a text message; never a blank, and never the other one's word."""
        words = catalogue_loader(STATIC / "i18n")("en")
        assert who_wrote(Author(channel=channel), words) == said
        assert who_wrote(Author(name="Ada", channel=channel), words) == "Ada"

    def test_plurals_and_numbers_follow_the_language(self) -> None:
        """One and many, and thousands, as each language writes them."""
        words_in = catalogue_loader(STATIC / "i18n")
        assert words_in("en")("view.new", n=1) == "1 new update"
        assert words_in("en")("view.new", n=2318) == "2,318 new updates"
        assert words_in("it")("view.new", n=2318) == "2.318 nuovi aggiornamenti"
        assert words_in("fr")("view.new", n=0) == "0 nouvelle information"

    def test_arguments_are_filled_in_as_they_are(self) -> None:
        """What is filled in is never read as a message."""
        words = catalogue_loader(STATIC / "i18n")("en")
        assert words("view.answers", name="{n, plural}") == "Answers {n, plural}"

    def test_an_unknown_language_speaks_english(self) -> None:
        """And a name that tries to leave the folder is only an unknown language."""
        words_in = catalogue_loader(STATIC / "i18n")
        assert words_in("xx").lang == "en"
        assert words_in("../manifest").lang == "en"

    def test_without_a_build_there_are_no_words(self, tmp_path: Path) -> None:
        """The page then says what to do; it does not show keys."""
        with pytest.raises(NoWords):
            catalogue_loader(tmp_path)("en")

    @pytest.mark.parametrize("lang", ["it", "fr", "es", "ca"])
    def test_the_public_page_is_translated_whole(self, lang: str) -> None:
        """Every string that the public page can say is in each of its languages, marked as not yet read."""
        folder = ROOT / "frontend" / "i18n"
        english = json.loads((folder / "en.json").read_text("utf-8"))
        theirs = json.loads((folder / f"{lang}.json").read_text("utf-8"))
        not_built_yet = {"view.texts", "view.texts.sent"}
        # The labels of a correction are public; the desk's own words about making one are not.
        labels = {
            "correct.was",
            "correct.now",
            "correct.label",
            "correct.done",
            "retract.label",
            "clear.label",
        }
        public = [key for key in english if key.startswith(("view.", "pin.")) or key in labels]
        assert [key for key in public if key not in theirs and key not in not_built_yet] == []
        assert [key for key in theirs if key not in english and not key.startswith("_")] == []
        assert theirs["_needs_reader"] is True

    @pytest.mark.parametrize("lang", ["it", "fr", "es", "ca"])
    def test_the_staff_pages_are_translated_whole(self, lang: str) -> None:
        """Every string of the staff's screens, too: none lacks, no sentence is left in English, plurals are whole."""
        folder = ROOT / "frontend" / "i18n"
        english = json.loads((folder / "en.json").read_text("utf-8"))
        theirs = json.loads((folder / f"{lang}.json").read_text("utf-8"))
        keys = [key for key in english if not key.startswith("_")]
        assert [key for key in keys if not theirs.get(key, "").strip()] == []
        # Three words alike are no chance; "SMS", "Facebook" and "{n} min" are.
        alike = {key: SELECTOR.sub("", theirs[key]) for key in keys if theirs[key] == english[key]}
        assert [key for key, text in alike.items() if len(LONG_WORD.findall(text)) > 2] == []
        plural = [key for key in keys if ", plural," in theirs[key]]
        assert [key for key in plural if "other {" not in theirs[key]] == []
        # Where English tells one from many, these languages do, too.
        assert [key for key in keys if " one {" in english[key] and " one {" not in theirs[key]] == []

    def test_the_screens_know_every_sentence_of_a_delivery(self) -> None:
        """They are translated by their code, and read back by the catalogue's English: it has to be the server's."""
        english = json.loads((ROOT / "frontend" / "i18n" / "en.json").read_text("utf-8"))
        said = {}
        for reason, (why, then) in TABLE.items():
            said |= {f"why.{reason}": why, f"then.{reason}": then} if reason else {}
        said = {key: text for key, text in said.items() if text}
        assert {key: text for key, text in english.items() if key.startswith(("why.", "then."))} == said

    def test_the_screens_know_why_a_consent_does_not_hold(self) -> None:
        """The server's sentence and the catalogue's English are one."""
        english = json.loads((ROOT / "frontend" / "i18n" / "en.json").read_text("utf-8"))
        known = {key: text for key, text in english.items() if key.startswith("consent.why.")}
        assert known == {f"consent.why.{standing}": text for standing, text in WHY.items()}

    @pytest.mark.parametrize("delay_s", [0.0, 20.0, 120.0])
    @pytest.mark.parametrize("seconds", [1.0, 61.0])
    def test_the_screens_find_the_delay_in_what_a_person_agrees_to(
        self, delay_s: float, seconds: float
    ) -> None:
        """Other languages say the same facts; the delay stands in the server's sentence alone."""
        source = (ROOT / "frontend" / "desk" / "confirming.ts").read_text("utf-8")
        found = re.search(r"const DELAY = /(.+)/", source)
        assert found is not None
        said = confirm(
            event_kind="crisis",
            kind="update",
            place="Valdora",
            shares=[Share("SMS", 6, seconds, 0.5)],
            delay_s=delay_s,
            drill=False,
        )
        delay = re.search(found[1], said.sentence)
        assert delay is not None, said.sentence
        assert float(delay[1] or 0) == delay_s

    @pytest.mark.parametrize(
        ("lang", "never"),
        [
            ("fr", r"[^\s][;!?»]|\w:|«\S|'(?!\{|\})"),
            ("es", r"^[^¿]*\?|^[^¡]*!|\s[:;?!]|'(?!\{|\})"),
            ("ca", r"[¿¡]|\s[:;?!]|l\.l|'(?!\{|\})"),
            ("it", r"\s[:;?!]|'(?!\{|\})"),
        ],
    )
    def test_each_language_is_written_by_its_own_rules(self, lang: str, never: str) -> None:
        """Spaces before marks in French alone, marks before a question in Spanish alone, curly apostrophes."""
        theirs = json.loads((ROOT / "frontend" / "i18n" / f"{lang}.json").read_text("utf-8"))
        texts = {
            key: re.sub(r"'[{}]'|T\d\d:\d\d:\d\dZ", "", text)
            for key, text in theirs.items()
            if not key.startswith("_")
        }
        assert {key: text for key, text in texts.items() if re.search(never, text)} == {}

    def test_languages_have_their_own_names(self) -> None:
        """People look for their language by the name they call it."""
        assert [language_name(lang) for lang in ("ca", "de", "x-nothing")] == [
            "Català",
            "Deutsch",
            "x-nothing",
        ]
