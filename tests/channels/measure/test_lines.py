"""The stream of `tocsin measure`."""

from __future__ import annotations

import json

import pytest

from app.channels.measure.lines import measure_lines
from app.errors import InvalidInput

GOOD = b'{"text": "ok"}\n'


class TestLines:
    @pytest.mark.parametrize(
        ("line", "code"),
        [
            (b"", "not_json"),
            (b"\n", "not_json"),
            (b"text", "not_json"),
            (b'{"text": "a"', "not_json"),
            (b"[" * 100_000, "not_json"),
            (b'{"text": "\xff"}', "not_utf8"),
            (b'"text"', "not_an_object"),
            (b"[]", "not_an_object"),
            (b"{}", "no_text"),
            (b'{"text": 5}', "wrong_type"),
            (b'{"text": null}', "wrong_type"),
            (b'{"text": "\\ud83d"}', "not_unicode"),
            ('{"text": "\udcff"}', "not_unicode"),
        ],
    )
    def test_bad_line_is_answered_in_its_place(self, line: str | bytes, code: str) -> None:
        """A line that cannot be measured gets its code and a sentence, and the next line is measured."""
        bad, good = (json.loads(answer) for answer in measure_lines("x", [line, GOOD]))
        assert bad["error"]["code"] == code
        assert bad["error"]["detail"].endswith(".")
        assert good["weight"] == 2

    def test_answer_has_every_key(self) -> None:
        """The keys are the same for every channel; what a channel does not have is null."""
        (x,) = measure_lines("x", ['{"text": "hospital.org 字"}'])
        assert json.loads(x) == {
            "weight": 26,
            "limit": 280,
            "fits": True,
            "encoding": None,
            "segments": None,
            "offenders": [],
        }
        (sms,) = measure_lines("sms", ['{"text": "It’s 9"}'])
        assert json.loads(sms) == {
            "weight": 6,
            "limit": 1600,
            "fits": True,
            "encoding": "UCS-2",
            "segments": 1,
            "offenders": [{"char": "’", "index": 2, "replacement": "'"}],
        }

    def test_lines_are_answered_one_by_one(self) -> None:
        """An answer does not wait for the next line, so a pipe can be talked to."""

        def lines() -> object:
            yield GOOD
            raise AssertionError("read ahead")

        assert json.loads(next(measure_lines("facebook", lines())))["weight"] == 2  # type: ignore[arg-type]

    def test_unknown_channel_is_refused_before_anything_is_read(self) -> None:
        """A wrong channel is the caller's error, not the lines'."""
        with pytest.raises(InvalidInput):
            measure_lines("fax", [])

    def test_answer_is_plain_ascii(self) -> None:
        """Whatever terminal it goes to, it can be written."""
        (answer,) = measure_lines("sms", ['{"text": "😀"}'])
        assert answer.isascii()
        assert "\n" not in answer
