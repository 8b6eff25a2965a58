"""When the next frame may be made."""

from app.broadcast.pace import REST_LEAST_S, REST_MOST_S, REST_SHARE, Pace, rest_s


class TestPace:
    def test_the_first_waits_for_nothing(self) -> None:
        """Nor does one that comes after the rest."""
        pace = Pace()
        assert pace.wait_s(0.0) == 0
        pace.worked(10.0, 10.02)
        assert pace.wait_s(11.0) == 0

    def test_the_rest_grows_with_the_work_within_bounds(self) -> None:
        """Few viewers wait for a millisecond, many for 20 at most."""
        assert rest_s(0.0) == REST_LEAST_S
        assert rest_s(0.02) == 0.02 * REST_SHARE
        assert rest_s(5.0) == REST_MOST_S
        pace = Pace()
        pace.worked(1.0, 1.02)
        assert abs(pace.wait_s(1.0225) - (0.02 * REST_SHARE - 0.0025)) < 1e-9
