"""app/channels/http.py: phases to classes, and how long to wait."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import orjson
import pytest

from app.channels.http import (
    MAX_WAIT_S,
    MIN_WAIT_S,
    Call,
    from_transport,
    read_json,
    retry_after_s,
    seconds_until,
)
from app.errors import OutcomeUnknown, Unavailable
from app.http import Phase, TransportFailure

NOW = datetime(2026, 9, 1, 12, 0, 0, tzinfo=UTC)


class TestFromTransport:
    @pytest.mark.parametrize("call", list(Call))
    def test_nothing_left_is_always_safe_to_repeat(self, call: Call) -> None:
        """A call that failed before its first byte is Unavailable, whatever it would have done."""
        assert type(from_transport(TransportFailure(Phase.BEFORE_FIRST_BYTE, "x"), call)) is Unavailable

    @pytest.mark.parametrize("phase", [Phase.AFTER_FIRST_BYTE, Phase.UNREADABLE_ANSWER])
    def test_silence_after_the_first_byte_is_unknown_only_where_it_can_publish(self, phase: Phase) -> None:
        """D-04: silence after a call that can publish is unknown; a reading is simply tried again."""
        failure = TransportFailure(phase, "x")
        assert type(from_transport(failure, Call.PUBLISH)) is OutcomeUnknown
        assert type(from_transport(failure, Call.READ)) is Unavailable
        assert type(from_transport(failure, Call.REPEATABLE)) is Unavailable


class TestReadJson:
    @pytest.mark.parametrize(
        ("said", "read"),
        [
            (rb"Hi \ud83d there", "Hi \ufffd there"),
            (rb"\ude00\uD83D", "\ufffd\ufffd"),
            (rb"\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
            (rb"half \ud83d, C:\\ud83d, \u00e9\n", "half \ufffd, C:\\ud83d, é\n"),
            (b"\xed\xa0\xbd \xff", "\ufffd\ufffd\ufffd \ufffd"),
            (rb"a\u0000b \udfff", "a\ufffdb \ufffd"),
        ],
    )
    def test_half_a_character_spoils_itself_and_not_the_answer(self, said: bytes, read: str) -> None:
        """It is kept as the sign for what is no text, which every column takes; all else is as it was said."""
        found = read_json(b'{"id": "5", "text": "' + said + b'"}')
        assert found == {"id": "5", "text": read}
        found["text"].encode()

    @pytest.mark.parametrize("said", [b"", b"<html>", b'{"id": "5', b'{"id": "\\ud83d', b'{"id": 5}}'])
    def test_what_is_no_json_stays_none(self, said: bytes) -> None:
        """Half an answer is mended into nothing."""
        with pytest.raises(orjson.JSONDecodeError):
            read_json(said)


class TestWaiting:
    def test_F23_every_way_of_writing_a_reset_is_read_against_the_answers_own_date(self) -> None:
        """10,000 random resets, written in four ways by a platform whose clock is up to a day off."""
        rng = random.Random(23)
        for _ in range(10_000):
            there = NOW + timedelta(seconds=rng.randint(-86_400, 86_400))
            wait_s = rng.randint(1, 3600)
            at = there + timedelta(seconds=wait_s)
            written = rng.choice(
                [
                    str(int(at.timestamp())),
                    str(int(at.timestamp() * 1000)),
                    str(wait_s),
                    format_datetime(at, usegmt=True),
                    at.isoformat(),
                ]
            )
            headers = {"date": format_datetime(there, usegmt=True)}
            assert seconds_until(written, headers, NOW) == pytest.approx(wait_s)

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("0", MIN_WAIT_S),
            (str(int(NOW.timestamp()) - 500), MIN_WAIT_S),
            ("99999999999999999999", MAX_WAIT_S),
            (str(int(NOW.timestamp()) + 10**8), MAX_WAIT_S),
            ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_WAIT_S),
            ("nan", None),
            ("-5", None),
            ("1e400", None),
            ("soon", None),
            ("", None),
        ],
    )
    def test_F23_past_absurd_and_unreadable_resets_are_tamed(
        self, value: str, expected: float | None
    ) -> None:
        """A reset in the past waits a little, an absurd one at most the cap, nonsense says nothing."""
        assert seconds_until(value, {}, NOW) == expected

    def test_F24_without_a_header_the_default_holds(self) -> None:
        """A missing Retry-After falls back to what the caller names."""
        assert retry_after_s({}, NOW, default_s=7.0) == 7.0
        assert retry_after_s({"retry-after": "30"}, NOW, default_s=7.0) == 30.0
