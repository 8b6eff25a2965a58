"""Templates and the completeness meter: whole when they are read, exact when they are filled."""

import json
import re

import pytest

from app.editorial.completeness import SLOTS, of_text
from app.editorial.template_files import read
from app.editorial.templates import FORMS, fill, graphemes, is_phrase, library, made_from
from app.errors import InvalidInput

LIBRARY = {one.id: one for one in library()}
S, H, P, A, U = SLOTS
BY_HAND: tuple[tuple[str, set[str]], ...] = (
    (
        "Valdora General Hospital: A&E is closed because of flooding. Call 112. Ground floor, until 18:00.",
        {S, H, P, A, U},
    ),
    ("Leave the building now by the North Gate.", {P, A}),
    ("There is smoke.", {H}),
    ("We are working on it.", set()),
    ("The hospital has no water. Next word in 30 minutes.", {S, H, U}),
    ("Please stay at home until further notice.", {A, U}),
    ("Fire at Collalto clinic. Do not use the lifts.", {S, H, P, A}),
    ("Thank you for your patience.", set()),
    ("L'ospedale: allagamento in Via del Molo. Evitate la zona fino alle 18.", {S, H, P, A, U}),
    ("Incendio. Uscite.", {H}),
    ("L'hôpital : inondation, rue du Port. Évitez le quartier jusqu'à 18 h.", {S, H, P, A, U}),
    ("El ayuntamiento: inundación en Collalto. Eviten la zona hasta las 18.", {S, H, P, A, U}),
    ("L'ajuntament: incendi a Collalto. Eviteu la zona fins a les 18.", {S, H, P, A, U}),
    ("Protezione civile: chiamate il 112.", {S, A}),
    ("The outage is over.", {H}),
)


class TestMeter:
    @pytest.mark.parametrize(("text", "by_hand"), BY_HAND)
    def test_N17_the_meter_agrees_with_the_hand(self, text: str, by_hand: set[str]) -> None:
        """Fifteen texts in five languages, scored by hand first, part by part."""
        assert set(of_text(text).found) == by_hand


class TestLibrary:
    @pytest.mark.parametrize("name", sorted(LIBRARY))
    def test_every_shipped_template_fits_every_form_with_its_examples(self, name: str) -> None:
        """Filled with ordinary words, no length is over, and nothing is left blank."""
        template = LIBRARY[name]
        filled = fill(template, {slot.name: slot.example for slot in template.slots if slot.example})
        assert filled.missing == ()
        assert filled.too_long == ()
        for lang, forms in filled.texts.items():
            for form, text in forms.items():
                assert "{" not in text, (lang, form)
                assert graphemes(text) <= (FORMS[form] or 10_000)

    def test_every_crisis_template_says_all_five_parts_when_it_is_filled(self) -> None:
        """The meter of the form is five of five, and each has its correction and its all clear."""
        for template in LIBRARY.values():
            if template.kind != "crisis":
                continue
            filled = fill(template, {slot.name: slot.example for slot in template.slots})
            assert filled.score == 5, (template.id, filled.not_said)
            assert all(filled.correction.values())
            assert all(filled.all_clear.values())

    @pytest.mark.parametrize("name", sorted(LIBRARY))
    def test_C9_every_template_speaks_five_languages_and_says_which_need_a_reader(self, name: str) -> None:
        """English is read; the others are drafts, marked, with the blanks that the long English form has."""
        template = LIBRARY[name]
        assert set(template.langs) == {"en", "it", "fr", "es", "ca"}
        assert {lang for lang, words in template.langs.items() if words.needs_a_reader} == {
            "it", "fr", "es", "ca",
        }  # fmt: skip
        blanks = {
            lang: set(re.findall(r"{(\w+)}", words.correction)) for lang, words in template.langs.items()
        }
        assert len({frozenset(one) for one in blanks.values()}) == 1

    @pytest.mark.parametrize("name", sorted(LIBRARY))
    def test_C2_every_template_goes_on_with_what_is_known_unknown_and_done(self, name: str) -> None:
        """
        In its long form and in each language, and in no short one; what is left empty has no line. With own words in
        it, it is no longer a template as it stands, which one person alone may send.
        """
        template = LIBRARY[name]
        values = {slot.name: slot.example or "x" for slot in template.slots}
        block = {"know": "Two wards are dry.", "unknown": "Since when.", "doing": "We pump."}
        plain, long = fill(template, values), fill(template, {**values, **block})
        for lang, forms in long.texts.items():
            added = forms["page"].removeprefix(plain.texts[lang]["page"]).strip().split("\n")
            assert [line.split(": ", 1)[1] for line in added] == list(block.values()), lang
            assert {form: text for form, text in forms.items() if form != "page"} == {
                form: text for form, text in plain.texts[lang].items() if form != "page"
            }
        assert long.texts["en"]["page"].endswith(
            "What we know: Two wards are dry.\nWhat we don’t know: Since when.\nWhat we are doing: We pump."
        )
        assert fill(template, {**values, "doing": " "}).texts == plain.texts
        page = long.texts["en"]["page"]
        assert not made_from(template, {**values, **block}, {"en": page})
        row = template.model_dump(mode="json")
        own = {**row, "slots": [*row["slots"], {"name": "know", "label": "Know", "required": False}]}
        with pytest.raises(InvalidInput):
            read(json.dumps([own]))

    def test_a_short_alert_ends_with_where_to_read_more(self) -> None:
        """Ninety characters make people search, so they get an address."""
        for template in LIBRARY.values():
            for words in template.langs.values():
                assert words.forms.get("90", "{link}").endswith("{link}")


class TestFile:
    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"correction": ""}, "a correction is part of it"),
            ({"all_clear": ""}, "an all clear is part of it"),
            ({"forms": {"160": "x"}}, "page, is written first"),
            ({"forms": {"page": "x", "90": "x" * 91}}, "too long"),
            ({"forms": {"page": "{nothing}"}}, "no blank is called"),
            ({"forms": {"page": "x", "91": "x"}}, "no form 91"),
            ({"forms": {"page": "This is not a drill. Leave."}}, "cannot be practised"),
            ({"correction": "It was not a  drill."}, "cannot be practised"),
        ],
    )
    def test_a_template_that_is_not_whole_is_refused_when_it_is_read(
        self, change: dict[str, object], says: str
    ) -> None:
        """Not when it is needed."""
        row = LIBRARY["holding-statement"].model_dump(mode="json")
        row["langs"] = {"en": {**row["langs"]["en"], **change}}
        with pytest.raises(InvalidInput) as refused:
            read(json.dumps([row]))
        assert says in refused.value.detail
        assert "holding-statement" in refused.value.detail

    def test_C3_the_blank_for_what_to_do_cannot_be_one_that_may_stay_empty(self) -> None:
        """It is a blank of its own, and required; what comforts stands beside it and never in its place."""
        row = LIBRARY["leave-the-building"].model_dump(mode="json")
        assert [slot["name"] for slot in row["slots"] if slot["about"] == "action"] == ["way"]
        loose = [{**slot, "required": slot["about"] != "action"} for slot in row["slots"]]
        with pytest.raises(InvalidInput) as refused:
            read(json.dumps([{**row, "slots": loose}]))
        assert "never left empty" in refused.value.detail
        assert read(json.dumps([row]))[0].id == "leave-the-building"

    def test_a_file_in_yaml_is_read_with_every_word_as_it_stands(self) -> None:
        """No `no` turns false and no 14:30 turns a number; the same templates in JSON are the same."""
        text = """
        - id: visits
          kind: crisis
          title: Visits
          slots:
            - {name: hospital, label: Who, about: source, example: Valdora}
            - {name: until, label: Until, about: until, example: 14:30, required: yes}
          says: [hazard, place, action]
          langs:
            en:
              reader: Tocsin authors
              forms:
                90: "{hospital}: no visits until {until}."
                page: "{hospital}: no visits until {until}. Please stay away."
              correction: no
              all_clear: "Visits are back."
        """
        found = read(text)
        assert found[0].langs["en"].forms["90"].endswith("{until}.")
        assert (found[0].slots[1].example, found[0].langs["en"].correction) == ("14:30", "no")
        assert read(json.dumps([found[0].model_dump(mode="json")])) == found

    @pytest.mark.parametrize(
        ("source", "says"),
        [
            ("- id: a\n  kind: crisis\n   title: x", "line 3"),
            ("[{", "line 1"),
            ("", "no template"),
            ("- just a word", "Entry 1 is no template"),
            ("id: a\nid: b", "there twice"),
            ("a: &x 1\nb: *x", "reference"),
            ("? [a, b]\n: c", "has to be a word"),
            ("- id: a\n  kind: wedding\n  title: x\n  langs: {}", "Template a: kind"),
            ("[" * 5000, "cannot be read"),
            ("- " * 3000 + "x", ""),
        ],
    )
    def test_a_file_that_cannot_be_read_says_where_and_why(self, source: str, says: str) -> None:
        """The place, the template and what is wrong; never a stack."""
        with pytest.raises(InvalidInput) as refused:
            read(source)
        assert refused.value.code == "bad_template"
        assert says in refused.value.detail

    def test_two_templates_of_one_name_are_refused(self) -> None:
        """Which of them would count is nobody's guess."""
        row = LIBRARY["holding-statement"].model_dump(mode="json")
        with pytest.raises(InvalidInput) as refused:
            read(json.dumps([row, row]))
        assert "twice" in refused.value.detail

    def test_what_is_shipped_can_be_written_out_and_read_in(self) -> None:
        """A house can start from the library."""
        text = json.dumps([one.model_dump(mode="json") for one in LIBRARY.values()])
        assert read(text) == list(LIBRARY.values())


class TestAsItStands:
    def test_only_the_very_words_count_as_the_template(self) -> None:
        """What one person may send alone in an emergency is this, and not one word else."""
        template = LIBRARY["holding-statement"]
        values = {slot.name: slot.example for slot in template.slots}
        text = fill(template, values).texts["en"]["160"]
        assert made_from(template, values, {"en": text})
        assert not made_from(template, values, {"en": text + " Now."})

    def test_wording_that_no_speaker_has_read_cannot_be_sent(self) -> None:
        """The draft in Italian is shown, and refused."""
        template = LIBRARY["holding-statement"]
        values = {slot.name: slot.example for slot in template.slots}
        filled = fill(template, values)
        assert filled.needs_a_reader == ("it", "es", "fr", "ca")
        with pytest.raises(InvalidInput) as refused:
            made_from(template, values, {"en": filled.texts["en"]["page"], "it": filled.texts["it"]["page"]})
        assert refused.value.code == "needs_a_reader"


class TestAlone:
    def test_S14_a_blank_that_one_person_fills_alone_holds_a_phrase_and_no_message(self) -> None:
        """Every example of the library, names, times, links and telephones pass; a sentence of its own does not."""
        phrases = [slot.example for one in library() for slot in one.slots if one.kind == "crisis"]
        phrases += [
            "St. Mary’s Hospital",
            "14:30",
            "https://valdora.example/now",
            "call 02 555 0100",
            "Via Po 3, Collalto",
        ]
        assert [one for one in phrases if not is_phrase(one)] == []
        for message in (
            "nothing. Leave the town at once", "Leave the town at once.", "gas! run", "is it safe?", "a fire; leave now",
            "note: leave the town", "smoke – leave the town", "smoke - leave the town", "smoke\nleave", "x" * 61,
        ):  # fmt: skip
            assert not is_phrase(message), message
