"""The table of what can go wrong on X, for the panel."""

from typing import Final

from app.channels.simulators.faults import FaultSpec, Param
from app.channels.simulators.latency import LatencyTable
from app.channels.simulators.wire import WIRE_FAULTS
from app.channels.simulators.x.problems import REFUSALS

_SPELLINGS: Final = ("new", "old", "both")
_SECONDS: Final = "Seconds"

FAULTS: Final[tuple[FaultSpec, ...]] = (
    FaultSpec(
        "rate_limit_now",
        "Says that the rate limit is used up.",
        (
            Param("shape", "both", "Shape of the answer", ("both", "problem", "legacy")),
            Param("wait_s", 900.0, "Seconds until it is open again"),
            Param("remaining", 0, "What the header says is left"),
            Param("headers", True, "With headers"),
        ),
    ),
    *WIRE_FAULTS,
    FaultSpec(
        "revoke_token", "Takes the permission of the application back for good (until reset).", (), "all"
    ),
    FaultSpec("credits_depleted", "Says that the credits are used up, on reads and writes.", (), "all"),
    FaultSpec("user_suspended", "Says that the account is suspended.", (), "all"),
    FaultSpec(
        "refuse_as",
        "Refuses, with one of its rarer reasons.",
        (Param("reason", REFUSALS[0], "Reason", REFUSALS),),
    ),
    FaultSpec("accept_and_drop", "Answers with an id, but the post is never there."),
    FaultSpec("edit_refused", "Refuses to edit."),
    FaultSpec(
        "cap_per_3_hours",
        "Caps the account's posts in three hours.",
        (Param("posts", 300, "Posts"),),
        is_standing=True,
    ),
    FaultSpec(
        "parent_not_visible",
        "Does not see a new post for a while: no answers to it.",
        (Param("seconds", 3.0, _SECONDS),),
        is_standing=True,
    ),
    FaultSpec(
        "timeline_lag",
        "Timelines, mentions and search lag behind.",
        (Param("seconds", 10.0, _SECONDS),),
        "all",
        is_standing=True,
    ),
    FaultSpec(
        "field_spelling",
        "Spells its fields as before or after August 2026.",
        (
            Param("answers", "old", "In answers", _SPELLINGS),
            Param("requests", "both", "In requests", _SPELLINGS),
        ),
        "all",
        is_standing=True,
    ),
    FaultSpec(
        "clock_skew",
        "Its clock is wrong for signatures.",
        (Param("seconds", 600.0, _SECONDS),),
        "all",
        is_standing=True,
    ),
    FaultSpec("media_processing", "Takes its time over uploaded media.", (Param("seconds", 5.0, _SECONDS),)),
    FaultSpec("media_fails", "Cannot use the uploaded media."),
    FaultSpec("stream_duplicate", "Streams say everything twice.", (), "all"),
    FaultSpec("stream_disorder", "Streams swap neighbours.", (), "all"),
    FaultSpec("stream_cut", "Streams break in the middle of a line.", (), "all"),
    FaultSpec("stream_disconnect", "Streams say that they end, and end.", (), "all"),
    FaultSpec("stream_mute", "Streams send no keep-alives.", (), "all"),
    FaultSpec("stream_unknown", "Streams hold messages of an unknown kind.", (), "all"),
    FaultSpec("stream_no_includes", "Events come without their author.", (), "all"),
    FaultSpec("stream_too_many", "Says that a stream is open already.", (), "all"),
)

# Creating typically takes 150 to 800 ms; the rest is best knowledge.
LATENCY: Final = LatencyTable(
    default=(0.06, 0.3),
    actions={
        "post.create": (0.15, 0.8),
        "post.delete": (0.1, 0.4),
        "search.recent": (0.12, 0.6),
        "media.upload": (0.3, 1.5),
        "media.append": (0.2, 1.0),
        "stream.connect": (0.1, 0.5),
        "activity.stream": (0.1, 0.5),
    },
)
