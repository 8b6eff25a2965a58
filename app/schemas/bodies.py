"""Request bodies and answers of the API. Unknown fields are refused, so a misspelt one cannot pass in silence."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.schemas.frames import EventState


def _plausible(given: datetime) -> datetime:
    """What a clock can show: any other is a slip, and some cannot be told in UTC at all."""
    if not 2000 <= given.year <= 2200:
        raise ValueError("a time between the years 2000 and 2200")
    return given


NUL = "nul_character"
HAS_NUL = "There is a character in it that cannot be kept (U+0000). Take it out and send again."
"""The code and the words of a refusal of a text with U+0000 in it."""

MOST_CHANNELS, MOST_LANGS, MOST_NAMES = 16, 8, 500
"""Each text is read by the privacy check, with each name in mind, while nothing else is answered."""

Instant = Annotated[AwareDatetime, AfterValidator(_plausible)]


def nul_in(value: Any, path: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """Where the first text with a NUL is, by the names on the way; None where there is none."""
    if isinstance(value, str):
        return path if "\0" in value else None
    if isinstance(value, dict):
        for name, one in value.items():
            found = path if "\0" in str(name) else nul_in(one, (*path, str(name)))
            if found is not None:
                return found
    elif isinstance(value, list):
        for n, one in enumerate(value):
            if (found := nul_in(one, (*path, str(n)))) is not None:
                return found
    return None


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_max_length=20_000)

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, given: Any) -> Any:
        """PostgreSQL keeps no NUL: it is refused before anything is looked for or written."""
        if (where := nul_in(given)) is not None:
            raise PydanticCustomError(NUL, "a character that no text can have", {"at": ".".join(where)})
        return given


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Problem(Answer):
    """One shape for every error (RFC 9457). `code` is stable; `detail` names the next action."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Conflict"])
    status: int = Field(examples=[409])
    code: str = Field(examples=["event_not_live"])
    detail: str = Field(examples=["This event is not live yet. Go live first, then send."])
    instance: str | None = None


# Events


class NewStepBody(Body):
    title: str
    texts: dict[str, str] = Field(examples=[{"en": "Blood flow is back after {minutes} minutes."}])
    key_moment: bool = False
    minutes: float | None = Field(default=None, description="Planned, from the start of the event.")
    branch: str = Field(
        default="", description="Empty is the main course; “complication” are the lines kept for one."
    )
    label: dict[str, str] = Field(
        default_factory=dict,
        description="What the public page calls it, by language; public once the step is signed and sent. Without one "
        "the page does not know this step.",
    )


class NewEventBody(Body):
    kind: Literal["surgery", "crisis", "training", "press"]
    title: str
    place: str = ""
    headline: str = ""
    default_lang: str = "en"
    langs: list[str] = Field(default_factory=lambda: ["en"])
    hashtags: list[str] = Field(default_factory=list)
    severity: str | None = None
    urgency: str | None = None
    certainty: str | None = None
    delay_s: int | None = None
    starts_at: Instant | None = None
    slug: str | None = Field(default=None, pattern=r"^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$")
    channels: dict[str, str | None] = Field(
        default_factory=dict, description="Channel id to audience id, or null."
    )
    allow: dict[str, list[str]] = Field(default_factory=dict)
    staff_allow: list[str] = Field(default_factory=list, max_length=MOST_NAMES)
    deny: list[str] = Field(
        default_factory=list,
        max_length=MOST_NAMES,
        description="Names never to let out; sealed at once, never shown again.",
    )
    steps: list[NewStepBody] = Field(default_factory=list, max_length=200)
    confirmed: bool = Field(
        default=False,
        description="The privacy check asked about a title, a place or a headline, and a person looked again.",
    )


class FactsBody(Body):
    """The facts sheet on top of the page. Its time is the server's; what is known names its source."""

    know: list[str] = Field(default_factory=list, max_length=20)
    unknown: list[str] = Field(default_factory=list, max_length=20)
    do: list[str] = Field(default_factory=list, max_length=20)
    source: str = Field(default="", description="Who vouches for what is known; needed where something is.")


class ChangeEventBody(Body):
    """The version you saw, and the fields to change."""

    version: int
    confirmed: bool = Field(
        default=False,
        description="The privacy check asked about a title, a place or a headline, and a person looked again.",
    )
    title: str | None = None
    place: str | None = None
    headline: str | None = None
    delay_s: int | None = None
    langs: list[str] | None = None
    hashtags: list[str] | None = None
    severity: str | None = None
    urgency: str | None = None
    certainty: str | None = None
    promised_next_at: Instant | None = None
    starts_at: Instant | None = Field(
        default=None, description="When it is to begin. What is planned before it asks for approval again."
    )
    pinned: FactsBody | None = None
    allow: dict[str, list[str]] | None = None
    staff_allow: list[str] | None = Field(default=None, max_length=MOST_NAMES)
    replies_open: bool | None = None
    policy: dict[str, str | bool | dict[str, int | list[str]]] | None = Field(
        default=None,
        description="off_script: delay or nod; text_only: true or false; delegates: people in turn, and each_s.",
    )


class EventChannelAnswer(Answer):
    id: str
    adapter: str
    name: str
    state: str
    why: str = ""
    audience_id: str | None = None
    people: int | None = None


class EventAnswer(Answer):
    event: EventState
    channels: list[EventChannelAnswer]
    roles: list[str]
    rights: list[str] = Field(description="What the asker may do on this event.")
    at: datetime = Field(description="The server's time of this answer: what a tablet measures its clock by.")
    sending_since: datetime | None = Field(
        description="Since when sending is as it is. What was written before that and not sent asks a person."
    )
    old_after_s: float = Field(description="What a tablet kept for longer asks a person before it goes out.")


class SignerAnswer(Answer):
    name: str
    at: datetime | None


class StepAnswer(Answer):
    id: str
    n: int
    title: str
    texts: dict[str, str]
    label: dict[str, str] = Field(default_factory=dict, description="What the public page calls it.")
    key_moment: bool
    minutes: float | None
    branch: str = ""
    slots: list[str] = Field(default_factory=list, description="Blanks to fill before it can be sent.")
    signed: bool = Field(default=False, description="Signed off as it stands.")
    signatures: int = Field(default=0, description="Given so far; a line for a complication takes two.")
    signers: list[SignerAnswer] = Field(
        default_factory=list, description="Who signed exactly these words, and when."
    )
    written_by: str | None = Field(default=None, description="Id of the person who wrote it last.")
    writers: list[str] = Field(
        default_factory=list, description="Ids of everybody whose words these are; they do not sign them."
    )
    parked: bool = False
    version: int = 1
    sent_update_id: str | None
    sent_state: str | None


class RestartBody(Body):
    """What is to become of each update or delivery that waits; one that is not named stays held."""

    decisions: dict[str, Literal["keep", "drop", "approve"]] = Field(default_factory=dict)


class TouchedAnswer(Answer):
    delivery_id: str
    update_id: str
    channel_id: str
    state: str
    recipients: int
    url: str | None
    parts_out: int
    parts: int


class StopAnswer(Answer):
    """
    What was true when the call returned: nothing of `not_started` will start.

    `in_flight` has begun, its outcome will be recorded. Of `may_be_out` an earlier try may be out, and a person has to
    look. `out` names threads and lists that are out in part as well.
    """

    at: datetime
    not_started: int
    recipients_not_started: int
    in_flight: list[TouchedAnswer]
    may_be_out: list[TouchedAnswer]
    out: list[TouchedAnswer]


# Updates


class TemplateUseBody(Body):
    """The template a text was made from; the server checks that it is that text and nothing else."""

    id: str
    values: dict[str, str] = Field(default_factory=dict)


class PlannedBody(Body):
    """Goes out before the event begins, at this time, once a second person has agreed."""

    occasion: Literal["day_before", "morning"]
    at: Instant


class SubmitBody(Body):
    texts: dict[str, str] = Field(examples=[{"en": "The team has paused blood flow to the kidney."}])
    channel_texts: dict[str, dict[str, str]] = Field(
        default_factory=dict, max_length=MOST_CHANNELS, examples=[{"sms": {"en": "Short form."}}]
    )
    channels: list[str] | None = Field(
        default=None, description="Channel ids; all of the event when left out."
    )
    kind: Literal["update", "answer", "all_clear"] = "update"
    priority: Literal["emergency", "normal", "backfill"] | None = None
    key_moment: bool = False
    pinned: bool = False
    composed_at: AwareDatetime | None = None
    source: Literal["presenter", "desk", "api"] = "api"
    device_id: str | None = Field(default=None, max_length=64)
    device_seq: int | None = None
    step_id: str | None = None
    step_values: dict[str, str] = Field(
        default_factory=dict, description="Figures in the step's blanks, by the blank's name."
    )
    answers_reply_id: str | None = None
    confirmed: bool = Field(default=False, description="The privacy check asked, and a person looked again.")
    template: TemplateUseBody | None = None
    media: list[str] = Field(default_factory=list, max_length=4, description="Ids of checked pictures.")
    planned: PlannedBody | None = Field(
        default=None, description="Before the event only; without it an update is for now."
    )
    override_reason: str = Field(
        default="", max_length=500, description="Why a blocked text should go out; a second person decides."
    )
    correction: dict[str, str] = Field(
        default_factory=dict,
        description="Said if this turns out wrong; approved with it, sent by any approver.",
    )


class PreviewBody(Body):
    texts: dict[str, str]
    channel_texts: dict[str, dict[str, str]] = Field(default_factory=dict, max_length=MOST_CHANNELS)
    channels: list[str] | None = None
    kind: str = "update"
    step_id: str | None = None
    step_values: dict[str, str] = Field(default_factory=dict)
    answers_reply_id: str | None = None
    key_moment: bool = False
    alt: dict[str, str] = Field(
        max_length=MOST_LANGS,
        default_factory=dict,
        description="What its picture shows; looked at like the texts, as `picture 1`.",
    )


class OffenderAnswer(Answer):
    char: str
    index: int
    replacement: str | None


class MeasuredAnswer(Answer):
    weight: int
    limit: int
    fits: bool
    encoding: str | None = None
    segments: int | None = None
    offenders: list[OffenderAnswer] = Field(default_factory=list)


class CostAnswer(Answer):
    """What it costs by the prices in the channel's settings; a drill costs nothing."""

    kind: Literal["priced", "unpriced", "free", "drill"]
    amount: str | None = Field(default=None, examples=["47.40"])
    currency: str = ""


class ForecastAnswer(Answer):
    """
    What confirming now would do on one channel, by the very limits that sending obeys.

    Seconds count from now, countdown included; null where it never starts.
    """

    messages: int = Field(description="Posts of the thread, or people.")
    units: int = Field(description="What the channel's limits are charged; segments of all texts by SMS.")
    ahead: int = Field(description="Messages of others that go first.")
    first_s: float | None
    last_s: float | None
    waiting: int = Field(description="How many do not leave within a minute of their release.")
    too_late: int = Field(description="How many would be too old before their turn, and never leave.")
    in_digest: int = Field(
        default=0, description="How many get no place of their own and are told in one post with others."
    )
    units_per_s: float | None = None
    cost: CostAnswer


class ChannelPreview(Answer):
    channel_id: str
    adapter: str
    name: str
    lang: str
    parts: list[str]
    measured: MeasuredAnswer
    people: int | None = None
    plan: ForecastAnswer | None = None


class SpanAnswer(Answer):
    start: int
    end: int
    cls: str = Field(serialization_alias="class")
    reason: str
    replacement: str | None = None
    verdict: str = Field(default="block", description="What this place alone asks for: ask or block.")
    lang: str = Field(default="", description="The language of the text it is in.")
    where: str = Field(
        default="", description="The channel whose own words it is in; empty for the text of all."
    )


class GuardAnswer(Answer):
    decision: str
    code: str = ""
    spans: list[SpanAnswer] = Field(default_factory=list)
    little_known: list[str] = Field(
        default_factory=list,
        description="Which texts are in a language that the check knows little of: a pass says less of these.",
    )


class PreviewAnswer(Answer):
    channels: list[ChannelPreview]
    guard: GuardAnswer
    delay_s: float
    needs: str = Field(default="", description="Whose second opinion it needs; empty when it goes at once.")


class AcceptedDelivery(Answer):
    id: str


class AcceptedAnswer(Answer):
    """An update that is durable. It goes out at `release_at` unless somebody undoes it first."""

    id: str
    seq: int
    state: str
    received_at: datetime
    release_at: datetime | None
    deliveries: list[AcceptedDelivery]


class ResolveBody(Body):
    decision: Literal["it_is_there", "send_again", "drop", "by_hand"]
    remote_id: str | None = Field(default=None, max_length=200)


class AttemptAnswer(Answer):
    n: int
    part: int
    intent_at: datetime
    finished_at: datetime | None
    outcome: str | None
    reached: Literal["under_way", "nothing_left", "not_taken", "refused", "in_doubt", "taken"] = Field(
        description="How far it came: `nothing_left` before the first byte, `not_taken` so that another try doubles "
        "nothing, `in_doubt` where it left and nobody said what became of it."
    )
    code: str
    words: str


class AheadAnswer(Answer):
    """What comes next of one delivery; no `at` where it waits for a person."""

    what: Literal["try", "look", "more", "access", "person", "end"] = Field(
        description="`more`: further tries after a failed one, at most `every_s` apart. `access`: the channel has to be "
        "put right. `person`: somebody decides. `end`: it is too old to send from then on."
    )
    at: datetime | None = None
    every_s: float | None = None


class RoundAnswer(Answer):
    """The n-th tries of people who are tried once more, those that came as far as each other."""

    n: int
    reached: str
    people: int
    first_at: datetime
    last_at: datetime


class AgainAnswer(Answer):
    """People of a list who are tried once more. Nobody is named."""

    people: int
    rounds: list[RoundAnswer]
    next_at: datetime
    last_next_at: datetime
    looked_for: int = Field(
        description="How many of them may have it, and are looked for before anything is sent."
    )


class PartAnswer(Answer):
    n: int
    text: str
    state: str
    remote_id: str | None
    url: str | None
    sent_at: datetime | None


class CauseAnswer(Answer):
    """People of a list who were not reached, grouped by why."""

    state: str
    reason: str
    code: str = Field(description="The platform's own, of the last try.")
    why: str
    next_step: str
    people: int


class DroppedAnswer(Answer):
    """Updates that still wait for one channel."""

    channel_id: str
    name: str
    updates: int
    people: int = Field(description="Of its lists: who has not had a turn; 0 on a page.")


class AllClearAnswer(Answer):
    """What an all clear does at its release, as it stands now. It also ends the promise of the next update."""

    told: int = Field(description="Messages that are out. They stay.")
    counting: int = Field(description="Updates that still count down: they would come after it.")
    asked: int = Field(description="Updates that wait for a second person: they would come after it.")
    dropped: list[DroppedAnswer] = Field(description="What is out of date then and is not sent, by channel.")


class DeliveryForecast(Answer):
    """When what waits of one delivery will be out, by the very limits that sending obeys."""

    delivery_id: str
    messages: int = Field(description="Posts or people that still wait.")
    ahead: int = Field(description="Messages that go first on the same channel.")
    first_at: datetime | None
    last_at: datetime | None
    too_late: int = Field(description="How many will be too old before their turn.")
    in_digest: int = Field(
        default=0, description="How many get no place of their own and are told in one post with others."
    )


class CourseAnswer(Answer):
    """How a list went out over time; nothing in it where nobody is counted one by one."""

    since: datetime
    step_s: int
    people: int
    sent: list[int] = Field(description="How many had left by `since`, one step later, and so on.")
    delivered: list[int] = Field(description="How many are known to have arrived, likewise.")


class DeliveryAnswer(Answer):
    id: str
    update_id: str
    channel_id: str
    act: str
    state: str
    reason: str
    why: str
    next_step: str
    due_at: datetime | None
    expires_at: datetime
    counts: dict[str, int]
    url: str | None
    parts: list[PartAnswer]
    attempts: list[AttemptAnswer]
    digest: str | None = Field(
        default=None,
        description="What its post says in place of its part's text, where one post tells it with others.",
    )
    told_with: int = Field(default=0, description="How many other updates that post tells.")
    causes: list[CauseAnswer] = Field(
        default_factory=list, description="Who was not reached, by why; the most first. Nobody is named."
    )
    ahead: list[AheadAnswer] = Field(
        default_factory=list, description="What comes next and when, in its order; empty where it is over."
    )
    again: AgainAnswer | None = Field(default=None, description="Of a list: who is tried once more.")


# Replies


class DecideBody(Body):
    version: int


class Page(Answer):
    """One page; `next` is the cursor of the one after, null at the end."""

    items: list[Any]
    next: str | None = None


class ReplyCounts(Answer):
    """
    `waiting` are stored and will come to the desk as fast as it can read; the list has them already. `asking` are the
    undecided ones that ask for help and that no update answers.
    """

    new: int
    shown: int
    hidden: int
    removed: int
    waiting: int = 0
    asking: int = 0


# Stream


class TicketBody(Body):
    topic: str = Field(examples=["0190…:desk"])


class TicketAnswer(Answer):
    ticket: str


# Rehearsal


class PlayBody(Body):
    scenario: Literal["surgery", "flood"] = "surgery"
    replies_per_min: float = Field(default=20, ge=0, le=600)


class RehearsalAnswer(Answer):
    playing: bool
    scenario: str | None = None
    step: int = 0
    steps: int = 0
    events: dict[str, str] = Field(default_factory=dict, description="Scenario name to event slug.")
    simulators_url: str = ""
