"""The platforms' client libraries, which nobody here wrote, make a round trip on our simulators."""

import pytest

pytestmark = pytest.mark.peers


class TestX:
    def test_tweepy_makes_a_round_trip(self, drive):
        """Sign in, thread, answers by pages, search, timeline, hide, refusals, delete, rules and stream."""
        out = drive("drive_tweepy.py", "x")
        root, part = out["thread"]
        assert out["me"] == "valdora_general"
        assert out["mentions"] == out["replies"][::-1]
        assert out["searched"] == out["replies"][::-1]
        assert (out["conversations"], out["names"], out["aware"]) == ([root], ["ada_quill"], True)
        assert out["timeline"] == [part, root]
        assert (out["hidden"], out["deleted"]) == (True, True)
        assert "duplicate content" in out["duplicate"]
        assert out["forged"]
        assert out["limited"] == "0"
        assert (out["rules"], out["streamed"]) == (["live"], out["streamed_wanted"])
