"""How much a viewer may say, on a clock of the test's own."""

import pytest

from app.broadcast.hub import Hub, HubSettings
from app.broadcast.viewer import MESSAGES_BURST, MESSAGES_PER_S, Viewer
from app.broadcast.wire_frames import BadMessage


def test_L03_what_was_said_is_forgotten_at_two_messages_a_second() -> None:
    """A burst is allowed once; after a second so many more, and not one above."""
    now_s = [100.0]
    viewer = Viewer.__new__(Viewer)  # without a socket, which nothing here is said on
    viewer.hub = Hub(HubSettings(), now_s=lambda: now_s[0])
    viewer.spoken, viewer.spoken_at_s = 0.0, now_s[0]
    for _ in range(MESSAGES_BURST):
        viewer.count_message()
    now_s[0] += 1.0
    for _ in range(MESSAGES_PER_S):
        viewer.count_message()
    with pytest.raises(BadMessage):
        viewer.count_message()
