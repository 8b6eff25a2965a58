"""When the next frame may be made."""

from app.broadcast.pace import GAP_MOST_S, REST_LEAST_S, REST_SHARE, Pace, rest_s


class TestPace:
    def test_the_first_waits_for_nothing(self) -> None:
        """Nor does one that comes after the rest."""
        pace = Pace()
        assert pace.wait_s(0.0) == 0
        pace.worked(10.0, 10.02)
        assert pace.wait_s(11.0) == 0

    def test_the_rest_grows_with_the_work_until_both_fill_the_longest_gap(self) -> None:
        """Few viewers wait for a millisecond, many for 40 with the writing, and so many that it takes longer not at all."""
        assert rest_s(0.0) == REST_LEAST_S
        assert rest_s(0.02) == 0.02 * REST_SHARE
        assert abs(rest_s(0.03) + 0.03 - GAP_MOST_S) < 1e-9
        assert rest_s(0.05) == 0
        pace = Pace()
        pace.worked(1.0, 1.02)
        assert abs(pace.wait_s(1.025) - (0.02 * REST_SHARE - 0.005)) < 1e-9
