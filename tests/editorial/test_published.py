"""What of a cue sheet is public, and what is not."""

import pytest

from app.editorial.published import OFF, Cue, place_of

COURSE = (
    Cue("asleep", {"en": "Asleep"}, signed=True, parked=False),
    Cue("checks", {}, signed=True, parked=False),
    Cue("docked", {"en": "Docked"}, signed=True, parked=False),
    Cue("stitches", {"en": "Stitches"}, signed=False, parked=False),
)
PARKED = tuple(Cue(one.id, one.label, one.signed, one.id == "stitches") for one in COURSE)


class TestPlace:
    @pytest.mark.parametrize(
        ("course", "step_id", "place"),
        [
            (COURSE, "docked", {"n": 2, "of": 3, "label": {"en": "Docked"}}),
            (COURSE, "checks", {}),
            (COURSE, "stitches", {}),
            (COURSE, None, {}),
            (COURSE, "of-another-branch", OFF),
            (PARKED, None, OFF),
            (PARKED, "asleep", {"n": 1, "of": 3, "label": {"en": "Asleep"}}),
            ((COURSE[1],), "checks", {}),
            ((COURSE[1],), "of-another-branch", {}),
            ((), None, {}),
        ],
    )
    def test_N10_an_update_tells_of_the_steps_that_have_a_signed_name_and_of_no_other(
        self, course: tuple[Cue, ...], step_id: str | None, place: dict[str, object]
    ) -> None:
        """
        Unnamed steps are not counted and not told, an unsigned name is not told. What leaves the course says only that;
        and where no step has a name there is no course to leave.
        """
        assert place_of(course, step_id) == place
