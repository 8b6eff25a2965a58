"""Bodies and answers of what makes a text safe to send: consent, second opinions, corrections, pictures, templates."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from app.schemas.bodies import MOST_CHANNELS, MOST_LANGS, Answer, Body, Instant, SpanAnswer

# Consent


class ConsentBody(Body):
    """The form as it is signed. Everything may be left out while it is a draft; the answer says what is missing."""

    version: int | None = Field(default=None, description="The one you read; none for the first.")
    description: str = ""
    discloser: str = ""
    recipients: str = ""
    purpose: str = ""
    expires_at: Instant | None = None
    until_event_ends: bool = False
    signed_by: str = Field(
        default="", max_length=200, description="Sealed at once, never shown. None in a drill."
    )
    signed_at: str = ""
    signer: Literal["patient", "representative"] | None = None
    representative_authority: str = ""
    minor: bool = False
    assent: bool = False
    right_to_revoke: str = ""
    not_conditioned: bool = False
    redisclosure: bool = False
    plain_language: bool = False
    copy_given: bool = False
    marketing: bool = False
    remuneration: str = ""
    scopes: list[str] = Field(default_factory=list, examples=[["text", "images"]])
    channels: list[str] = Field(default_factory=list)
    stop_conditions: list[str] = Field(default_factory=list, max_length=20)
    parties: list[Literal["surgeon", "hospital", "device_maker"]] = Field(default_factory=list)
    revokers: list[str] = Field(default_factory=list, description="Ids of people who can withdraw it.")
    revoker_outside: str = Field(
        default="", max_length=200, description="Somebody without an account; sealed."
    )


class MissingAnswer(Answer):
    field: str
    sentence: str


class SecondProviderAnswer(Answer):
    id: str
    name: str


class ConsentAnswer(Answer):
    """How an event's consent stands. No name is in it."""

    standing: str = Field(description="not_needed, none, incomplete, wrong_world, expired, revoked or good")
    sentence: str = ""
    state: str | None = None
    version: int | None = None
    invented: bool = False
    terms: dict[str, object] = Field(default_factory=dict)
    expires_at: datetime | None = None
    recorded_at: datetime | None = None
    completed_at: datetime | None = None
    revoked_at: datetime | None = None
    missing: list[MissingAnswer] = Field(default_factory=list)
    uncovered_channels: list[str] = Field(default_factory=list)
    seconds: list[SecondProviderAnswer] = Field(
        default_factory=list,
        description="Second providers of the event's channels: they need the consent as well.",
    )


class VersionBody(Body):
    version: int


class RevokeBody(Body):
    how: str = Field(
        default="", max_length=300, description="How it was told. Kept with the record, in no log."
    )


class DeletionsAnswer(Answer):
    channel_id: str
    posts: int


class StaysAnswer(Answer):
    channel_id: str
    channel_name: str
    people: int | None
    words: str


class RevokedAnswer(Answer):
    """What a withdrawal did, and what no program can take back."""

    at: datetime
    taken_back: int
    deletions: list[DeletionsAnswer]
    stays: list[StaysAnswer]


# Second opinions


class ApproveBody(Body):
    """`checked` is the one tick: a person read every channel's text."""

    version: int
    checked: Literal[True]
    reason: str = Field(default="", max_length=500, description="Needed to override the privacy check.")


class ReasonBody(Body):
    version: int
    reason: str = Field(max_length=500)


class RewriteBody(Body):
    version: int
    texts: dict[str, str]
    channel_texts: dict[str, dict[str, str]] = Field(default_factory=dict, max_length=MOST_CHANNELS)
    correction: dict[str, str] = Field(default_factory=dict)
    override_reason: str = Field(default="", max_length=500)
    confirmed: bool = False
    media: list[str] | None = Field(
        default=None, max_length=4, description="Ids of checked pictures; left out, it keeps those it has."
    )


class PhoneBody(Body):
    version: int
    code: str = Field(max_length=20, examples=["K7QX-M2VH"])


class ReviewBody(Body):
    note: str = Field(max_length=500)


class PhoneAskedAnswer(Answer):
    """Whom to call, and by which number of their sheet to ask for a code; good only for the text as it is now."""

    person_id: str
    name: str
    n: int


class PhoneSheetAnswer(Answer):
    """Shown once. Write them down with their numbers, from 1 in this order, and keep them on you."""

    codes: list[str]
    expires_at: datetime


class PieceAnswer(Answer):
    op: Literal["same", "gone", "new"]
    text: str


class ChannelShareAnswer(Answer):
    channel_id: str
    name: str
    adapter: str
    act: str
    parts: list[str]
    people: int | None
    reach: str
    seconds: float
    cost: float | None


class ConfirmationAnswer(Answer):
    """`sentence` is read, `button` is pressed."""

    sentence: str
    button: str
    people: int
    seconds: float
    cost: float | None


class DecisionAnswer(Answer):
    verdict: str
    revision: int
    by: str
    by_name: str
    by_phone: bool
    reason: str
    at: datetime


class DelegateAnswer(Answer):
    person_id: str
    name: str


class DelegatesAnswer(Answer):
    people: list[DelegateAnswer] = Field(description="In the order in which they are asked.")
    each_s: int = Field(description="How long each has before the next is asked too.")
    approvers: list[DelegateAnswer] = Field(description="Everybody who may approve on this event.")


class TurnAnswer(Answer):
    """One of the delegates; it is their turn from then until then, the last one's for good."""

    person_id: str
    name: str
    from_at: datetime
    until_at: datetime | None


class ShownPictureAnswer(Answer):
    """A picture of what waits. `url` is for who is signed in; the words are those that leave with it."""

    id: str
    url: str
    alt: dict[str, str]
    width: int
    height: int
    graphic: bool = Field(description="The public page shows it only to who asks for it.")


class ApprovalAnswer(Answer):
    """What an approver reads. `yours` says why you cannot approve it, empty when you can."""

    update_id: str
    event_id: str
    kind: str
    state: str
    version: int
    revision: int
    needs: str
    author_name: str
    texts: dict[str, str]
    channel_texts: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description="By adapter: words of its own. A rewrite without them takes them away.",
    )
    blanks: dict[str, str] = Field(
        default_factory=dict, description="Of a template word for word: what its writer put into its blanks."
    )
    correction: dict[str, str]
    pictures: list[ShownPictureAnswer] = Field(default_factory=list)
    channels: list[ChannelShareAnswer]
    changed: dict[str, list[PieceAnswer]]
    compared_with: str
    confirmation: ConfirmationAnswer
    guard: dict[str, object]
    spans: list[SpanAnswer] = Field(
        default_factory=list, description="What the privacy check marks, while it is asked to be overridden."
    )
    little_known: list[str] = Field(
        default_factory=list,
        description="Which texts are in a language that the check knows little of: a pass says less of these.",
    )
    decisions: list[DecisionAnswer]
    waits_since: datetime | None
    alone_from: datetime | None = Field(
        description="From then one person may send it alone, if it is a template."
    )
    review_due: bool
    asked: list[TurnAnswer] = Field(
        default_factory=list,
        description="Who is asked in turn, while it waits: the event's delegates, without those who wrote it.",
    )
    yours: str = ""


# Corrections


class CorrectionBody(Body):
    """Leave `texts` out to use the words that were approved with the original."""

    kind: Literal["correction", "retraction", "all_clear"] = "correction"
    texts: dict[str, str] = Field(default_factory=dict)
    ways: dict[str, str] = Field(
        default_factory=dict,
        description="By channel id: edit, replace, reply, text, delete, post or nothing.",
    )
    confirmed: bool = False


class CorrectionLineAnswer(Answer):
    channel_id: str
    name: str
    way: str
    ways: list[str] = Field(description="What this channel can do; the first is proposed.")
    words: str
    stays: str = Field(description="What cannot be recalled there.")
    parts: list[str]
    fits: bool
    people: int | None
    seconds: float
    cost: float | None


class CorrectionPlanAnswer(Answer):
    """Read once, confirm once."""

    of_update_id: str
    kind: str
    texts: dict[str, str]
    prepared: bool = Field(description="These are the words that were approved with the original.")
    needs: str = Field(description="Whose second opinion it still needs; empty when it goes at once.")
    page: str
    lines: list[CorrectionLineAnswer]
    confirmation: ConfirmationAnswer


# Pictures


class MediaBody(Body):
    version: int
    alt: dict[str, str] = Field(
        default_factory=dict, max_length=MOST_LANGS, examples=[{"en": "Two hands hold a small camera."}]
    )
    graphic: bool = Field(default=False, description="Shown only after a click.")
    checklist: dict[str, bool] = Field(default_factory=dict)


class MediaAnswer(Answer):
    """`checked` means that a person ticked the whole list. No program has looked."""

    id: str
    event_id: str
    width: int
    height: int
    alt: dict[str, str]
    graphic: bool
    checklist: list[dict[str, object]]
    checked: bool
    version: int


# Templates


class FillBody(Body):
    values: dict[str, str] = Field(default_factory=dict)


class MeterBody(Body):
    text: str = Field(max_length=4_000)


class MeterAnswer(Answer):
    """Of five. `missing` says for each part what to write; it never stops anything."""

    score: int
    found: list[str]
    missing: dict[str, str]


# Steering


class CourseBody(Body):
    course: Literal["line", "text_only", "slow", "stop"]
    step_id: str | None = Field(
        default=None, description="Which of the signed lines; the first when left out."
    )


class OfferBody(Body):
    person_id: str


class ComplicationAnswer(Answer):
    id: str
    event_id: str
    called_at: datetime
    family_told_at: datetime | None
    course: str
    settled_at: datetime | None


class SilenceAnswer(Answer):
    quiet: str = Field(description="fine, prompt, holding_line or promise_missed")
    quiet_s: float
    due_at: datetime | None
    line: dict[str, str]
    needs_a_reader: list[str] = Field(
        default_factory=list, description="Languages of the line that nobody who speaks them has read."
    )


# The cue sheet


class StepBody(Body):
    title: str
    texts: dict[str, str] = Field(examples=[{"en": "Blood flow is back after {minutes} minutes."}])
    key_moment: bool = False
    minutes: float | None = Field(default=None, description="Planned, from the start of the event.")
    branch: str = Field(default="", description="Empty is the main course; “complication” are kept lines.")
    label: dict[str, str] = Field(
        default_factory=dict,
        description="What the public page calls it, by language; public once the step is signed and sent. Without one "
        "the page does not know this step.",
    )
    n: int | None = Field(default=None, ge=1, description="Place in the order; the end when left out.")
    confirmed: bool = Field(
        default=False, description="The privacy check asked about a title, and a person looked again."
    )


class ImportStepsBody(Body):
    """A sheet as a file holds it: added at the end in this order, all of it or nothing. Signatures do not travel."""

    steps: list[StepBody] = Field(min_length=1, max_length=200)
    confirmed: bool = Field(
        default=False, description="The privacy check asked about a title, and a person looked again."
    )


class ChangeStepBody(Body):
    """The version you read, and what to change; `n` moves it."""

    version: int
    title: str | None = None
    texts: dict[str, str] | None = None
    key_moment: bool | None = None
    minutes: float | None = None
    branch: str | None = None
    label: dict[str, str] | None = None
    n: int | None = Field(default=None, ge=1)
    confirmed: bool = Field(
        default=False, description="The privacy check asked about a title, and a person looked again."
    )


class BranchBody(Body):
    branch: str


class TimedAnswer(Answer):
    """`late_min` is against the plan for what was sent; `expected_at` is for what is left."""

    id: str
    title: str
    planned_min: float | None
    actual_min: float | None
    late_min: float | None
    expected_at: datetime | None


class PlanAnswer(Answer):
    steps: list[TimedAnswer]
    next_id: str | None = Field(description="The step that one tap loads.")
    late_min: float
    pace: str = Field(description="early, good or due since the last public word; empty without a pace.")
    next_due_at: datetime | None
    ends_at: datetime | None
    fillers: list[str] = Field(description="Templates for a quiet phase, when the next step is far away.")


class RunStepBody(Body):
    model_config = ConfigDict(extra="ignore")

    title: str
    actual_min: float | None = None


class CompareBody(Body):
    steps: list[RunStepBody] = Field(max_length=200)


class ComparedAnswer(Answer):
    """Minutes from the start in both runs; the first is the one you gave."""

    title: str
    first_min: float | None
    second_min: float | None
    later_min: float | None


class ChecklistItemAnswer(Answer):
    """One thing that should be true by then; looked up, never ticked by hand."""

    key: str
    when: str = Field(description="day_before or morning.")
    ok: bool
    words: str
    next_step: str = Field(description="What to do; empty when nothing is to be done.")
