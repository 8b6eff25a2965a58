"""What the invented events say of themselves."""

from datetime import UTC, datetime

import pytest

from app.editorial.consent import PATIENT_EVENTS
from app.editorial.guard.engine import RuleGuard
from app.editorial.looking import obey_above
from app.models import LiveEvent
from app.rehearsal.scenarios import SCENARIOS, Scenario


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_a_headline_of_a_drill_passes_the_guard_and_tells_of_no_patient(scenario: Scenario) -> None:
    """It stands beside "This is an exercise. There is no patient.", and nobody is asked to confirm it."""
    new = scenario.event
    event = LiveEvent(
        id="event",
        slug=new.slug or "",
        kind=new.kind,
        title=new.title,
        default_lang=new.default_lang,
        allow=dict(new.allow),
        staff_allow=list(new.staff_allow),
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    above = [("title", new.title), ("headline", new.headline)]
    obey_above(RuleGuard(), event, above, tuple(new.deny), confirmed=False)
    if new.kind in PATIENT_EVENTS:
        assert "patient" not in new.headline.casefold()
