"""The X simulator's own counting and rewriting, against the vectors of the platform facts."""

import pytest

from app.channels.simulators.x import text as texts

WEIGHTS = [
    ("café", 4),
    ("cafe\u0301", 4),
    ("中文", 4),
    ("👨‍👩‍👧‍👦", 2),
    ("👩🏽‍⚕️", 2),
    ("🇬🇧", 2),
    ("1⃣", 2),
    ("☺", 2),
    ("€5", 3),
    ("…", 2),
    ("•", 2),
    ("→", 2),
    ("™", 2),
    ("©", 1),
    ("½", 1),
    ("№", 2),
    ("’", 1),
    ("“quoted” – dash … ellipsis", 27),
    ("ไทย", 3),
    ("한국어", 6),
    ("Привет", 6),
    ("hospital.org", 23),
    ("see example.com now", 31),
    ("see hospital.nhs.uk/live?x=1 now", 31),
    ("http://t.co/abc", 23),
    ("a.b.co", 23),
    ("Dr.Smith", 8),
    ("10.30pm", 7),
    ("mail me@hospital.org", 20),
    ("Surgery live at https://a.example/x", 35),
]


@pytest.mark.parametrize(("text", "weight"), WEIGHTS)
def test_the_weight_is_the_documented_one(text, weight):
    """Vectors computed with the platform's own library."""
    assert texts.weight(text) == weight


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("a" * 280, True),
        ("a" * 281, False),
        ("字" * 140, True),
        ("字" * 141, False),
        ("🩺" * 140, True),
        ("\ufeffx", False),
        ("", False),
    ],
)
def test_what_fits_is_what_the_platform_takes(text, fits):
    """The edge of 280, and characters that are never taken."""
    assert texts.is_sayable(text) is fits


def test_links_become_short_and_angles_become_entities():
    """The answer's text is never byte for byte what was sent, and the entities lead back."""
    sent = "A & B <now>: hospital.org, then https://example.com/live?a=1&b=2."
    text, urls = texts.served(sent, "17", None)
    assert text.startswith("A &amp; B &lt;now&gt;: https://t.co/")
    assert [url["expanded_url"] for url in urls] == [
        "http://hospital.org",
        "https://example.com/live?a=1&b=2",
    ]
    assert all(text[url["start"] : url["end"]] == url["url"] for url in urls)
    assert text.endswith(".")


def test_cashtags_are_found_and_prices_are_not():
    """$ABC is one, $5 is not."""
    assert texts.cashtags("$ABC rose, $5 lost, x$NO") == ["$ABC"]
