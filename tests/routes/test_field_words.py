"""A field that cannot be used is named in a sentence for people."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from app.routes.field_words import field_of, sentence


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=5, pattern=r"^[a-z]+$")] = "a"
    kind: Literal["crisis", "press"] = "press"
    texts: dict[str, str] = {}
    people: Annotated[list[int], Field(max_length=1)] = []
    at: AwareDatetime | None = None
    held: bool = True
    limit: Annotated[float, Field(gt=0, le=10)] = 1
    needed: int


CASES: list[tuple[dict[str, Any], str, str]] = [
    ({}, "needed", "“needed” is missing. Add it and send again."),
    (
        {"needed": 1, "nmae": 1},
        "nmae",
        "There is no field called “nmae”. Check its spelling, or leave it out.",
    ),
    ({"needed": 1, "name": 5}, "name", "“name” has to be a text."),
    ({"needed": 1, "name": "abcdef"}, "name", "“name” is too long: at most 5 characters."),
    ({"needed": 1, "name": ""}, "name", "“name” is too short: at least 1 characters."),
    ({"needed": 1, "kind": "joke"}, "kind", "“kind” is one of: crisis, press."),
    ({"needed": 1, "texts": {"en": 7}}, "texts.en", "“texts.en” has to be a text."),
    (
        {"needed": 1, "texts": 7},
        "texts",
        "“texts” has to have a value for each name, such as a text for each language.",
    ),
    ({"needed": 1, "people": [1, 2]}, "people", "“people” has too many entries: at most 1."),
    ({"needed": 1, "people": ["x"]}, "people.0", "“people.0” has to be a whole number."),
    (
        {"needed": 1, "at": "2026-11-01T15:20:00"},
        "at",
        "“at” needs its time zone, for example 2026-11-01T15:20:00Z.",
    ),
    (
        {"needed": 1, "at": "soon"},
        "at",
        "“at” has to be a day and a time, for example 2026-11-01T15:20:00Z.",
    ),
    ({"needed": 1, "held": "perhaps"}, "held", "“held” is either yes or no: true or false."),
    ({"needed": 1, "limit": 0}, "limit", "“limit” has to be more than 0."),
    ({"needed": 1, "limit": 11}, "limit", "“limit” has to be 10 or less."),
]


class TestSentences:
    @pytest.mark.parametrize(("body", "field", "words"), CASES)
    def test_each_kind_of_mistake_names_its_field_and_what_to_do(
        self, body: dict[str, Any], field: str, words: str
    ) -> None:
        """The framework's own words for programmers never reach a screen."""
        with pytest.raises(ValidationError) as caught:
            Form.model_validate(body)
        error = caught.value.errors()[0]
        located = {**error, "loc": ("body", *error["loc"])}
        assert (field_of(located["loc"]), sentence(located)) == (field, words)

    def test_an_unknown_kind_of_mistake_still_gets_a_plain_sentence(self) -> None:
        """A newer framework may learn a kind that the table does not have; what was sent is never repeated."""
        words = sentence({"type": "brand_new", "loc": ("body", "name"), "input": "Rosa Maria"})
        assert words == "“name” cannot be used as it is. Look at it again and correct it."
        assert (
            sentence({"type": "missing", "loc": ("body",)})
            == "What was sent is missing. Add it and send again."
        )
