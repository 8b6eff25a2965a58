"""
What a delivery says about itself to the people on the desk: why it is where it is, and what happens next.

One table from reason to sentences. Reasons are stable codes, stored and translated by screens; the sentences are
what an English desk reads and what the API answers. They name the channel and the time, never a person's words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo


@dataclass(frozen=True, slots=True)
class Sentence:
    why: str
    next_step: str = ""


TABLE: Mapping[str, tuple[str, str]] = {
    "": ("", ""),
    "waits_for_release": ("It is still counting down.", "It goes out by itself when the countdown ends."),
    "next_up": ("It is next for {channel}.", "It goes out by itself in a moment."),
    "waits_for_turn": ("Earlier updates on {channel} go first.", "It goes out by itself, in order."),
    "more_parts": ("{done} of {parts} posts of this thread are on {channel}.", "The next one follows by itself."),
    "sending": ("Being handed to {channel} now.", ""),
    "sent": ("{channel} has it.", ""),
    "in_digest": ("It is being told on {channel} together with others, in one post.", ""),
    "told_in_digest": ("It was told in the digest on {channel}: {parts} updates in one post.", ""),
    "digest_refused": (
        "{channel} did not take the post that told it together with others.",
        "It goes out by itself, in a post of its own.",
    ),
    "not_seen": (
        "{channel} said yes at {until}, and the post is not to be found there.",
        "Look at the page. If it is not there, post it by hand or send it again as a new update; nothing is sent again "
        "by itself.",
    ),
    "delivered": ("It reached the phone.", ""),
    "limited": ("{channel} asks us to wait until {until}.", "It goes out by itself."),
    "own_limit": ("The limit of {channel} is used up until {until}.", "It goes out by itself."),
    "unavailable": ("{channel} is not answering.", "We try again at {until} by ourselves."),
    "resting": (
        "{channel} did not answer {done} times, so it is left alone until {until}.",
        "One message tries it then; the others follow by themselves.",
    ),
    "carried": (
        "{channel} did not answer {done} times, so {words} carries its lists.",
        "What may be out stays with {channel}. {channel} is tried at {until} and takes its lists back when it answers.",
    ),
    "retry_budget": ("Many tries have failed, so second tries go slowly.", "It goes out by itself."),
    "start_refused": ("The connection to {channel} took too long, so nothing left.", "We try again at once."),
    "no_answer": (
        "{channel} gave no clear answer, so it may be out.",
        "We look there at {until}. Nothing is sent twice meanwhile.",
    ),
    "duplicate_refused": (
        "{channel} says it already has this, so the earlier try may be out.",
        "We look for it at {until}.",
    ),
    "proven_absent": ("We looked: it is not on {channel}.", "It is sent again by itself."),
    "found": ("We looked: it is on {channel}.", ""),
    "cannot_tell": (
        "We cannot find out whether it is on {channel}.",
        "Look there, then press “It is there” or “Send again”.",
    ),
    "duplicate_preferred": (
        "We could not find out whether it is on {channel}; a double is better than silence here.",
        "It is sent once more by itself.",
    ),
    "content": ("{channel} refused the text: {words}", "Change the text and send it as a new update."),
    "duplicate": ("{channel} refused it as a repeat of an earlier post.", "Change a word and send it again."),
    "recipient": ("{channel} refused this number: {words}", "Check the number."),
    "opted_out": ("This person has opted out of messages.", "Nothing is sent to them until they opt in again."),
    "credentials": ("{channel} no longer accepts our access.", "Sign in to {channel} again; it waits until {expires}."),
    "channel_paused": ("{channel} is paused: {words}", "It waits until {expires}; put the channel right to let it go."),
    "channel_off": ("{channel} is switched off.", "Switch it on, or withdraw this."),
    "broken": ("Our own code for {channel} failed.", "Tell the administrator; send it by hand if it is urgent."),
    "not_possible": ("{channel} cannot do this.", "Send a follow-up update instead."),
    "expired": ("It was too old to send at {until}.", "Send a new update if it still holds."),
    "on_hold": ("Sending is on hold.", "It goes out after somebody resumes."),
    "partly_out": (
        "{done} of {parts} posts are out on {channel}; the others are not sent any more.",
        "Take back what is out if it should not stay alone.",
    ),
    "stopped_in_doubt": (
        "Nothing more of it is sent, but an earlier try may be out on {channel}.",
        "Look there, then press “It is there”, or take it back.",
    ),
    "list_stopped": ("It was stopped when {done} of {parts} people had been sent to.", ""),
    "list_in_doubt": (
        "It was stopped. Sent to: {done}. Of so many nobody can tell: {parts}.",
        "Ask the provider, then press “It is there” or “Send again”.",
    ),
    "held_partly": (
        "Sending was stopped when {done} of {parts} posts were out on {channel}.",
        "Keep or drop the others when sending starts again.",
    ),
    "held_in_doubt": (
        "Sending was stopped; an earlier try may be out on {channel}.",
        "Look there. Keep it or drop it when sending starts again.",
    ),
    "held_list": (
        "Sending was stopped when {done} of {parts} people had been sent to.",
        "Keep or drop the others when sending starts again.",
    ),
    "stopped": ("Sending was stopped before it left.", "Keep it or drop it when sending starts again."),
    "dropped": ("It was dropped when sending started again.", ""),
    "killed": ("It was stopped before it left.", ""),
    "undone": ("It was taken back before it went out.", ""),
    "superseded": ("A correction or retraction came before it left.", ""),
    "nothing_out": ("Nothing of it was out on {channel}.", ""),
    "original_in_doubt": (
        "Nobody knows yet whether the post it is about is out.",
        "Look there and decide about that post; it goes out by itself after that.",
    ),
    "all_clear": ("The all clear was given before it left.", ""),
    "put_right": (
        "A correction or retraction of it is on its way.",
        "It goes out only if that is taken back or refused.",
    ),
    "waits_for_original": ("The post it is about is not settled on {channel}.", "It goes out by itself after that."),
    "gate": ("A check before sending could not be made.", "Nothing leaves without it. Try again, or ask the administrator."),
    "rejected_here": ("A second person did not agree to it.", ""),
    "consent_revoked": ("The consent was withdrawn before it left.", ""),
    "consent_second": ("The consent does not cover the second provider.", "It waits until {channel} answers again."),
    "complication": ("It was parked when the course of the operation changed.", "Write a new update if it still holds."),
    "planned_late": ("It was planned for {until} and could not go then.", "Read it again, then approve or withdraw it."),
    "planned_moved": ("The event was moved after this was approved.", "Read it again, then approve or withdraw it."),
    "crisis_raised": ("The rules became stricter while it counted down, so a second person reads it.", "It waits for their word."),
    "approver_closed": (
        "The account of whoever approved it was closed before it went out.",
        "Read it again, then approve or withdraw it.",
    ),
    "approver_role": (
        "Whoever approved it lost the role for that before it went out.",
        "Read it again, then approve or withdraw it.",
    ),
    "approver_signed_out": (
        "Whoever approved it was then signed out everywhere: it may have been somebody else.",
        "Read it again, then approve or withdraw it.",
    ),
    "sender_closed": (
        "The account of whoever sent it was closed before it went out.",
        "Read it again, then approve or withdraw it.",
    ),
    "sender_signed_out": (
        "Whoever sent it was then signed out everywhere: it may have been somebody else.",
        "Read it again, then approve or withdraw it.",
    ),
    "read_together": (
        "Together with what went out just before it, it would say who somebody is.",
        "Give it other words, or withdraw it.",
    ),
    "planned_begun": ("The event has begun, so what announces it is not sent any more.", ""),
    "nobody": ("Nobody is on the list, or all have opted out.", ""),
    "sending_many": ("{done} of {parts} people have been sent to.", ""),
    "sending_by_second": (
        "{done} of {parts} people have been sent to. {words} carries the rest: {channel} does not answer.",
        "{channel} takes it back by itself when it answers again.",
    ),
    "restored": ("It was waiting when a backup was restored.", "Look whether it is out, then decide."),
    "confirmed": ("Somebody on the desk saw it on {channel}.", ""),
    "by_hand": ("Somebody on the desk posted it on {channel} by hand.", ""),
    "send_again": ("Somebody on the desk asked to send it again.", "It goes out by itself."),
}  # fmt: skip
"""The catalogues of the screens have the same English under `why.` and `then.`, and what it is in other languages."""

REASONS = frozenset(TABLE)
_WITH_TIME = frozenset(reason for reason, words in TABLE.items() if any("{until}" in one for one in words))


def tells_time(reason: str) -> bool:
    """Whether its sentences name when something is tried or was too late."""
    return reason in _WITH_TIME


def clock_words(instant: datetime | None, zone: tzinfo) -> str:
    """ "15:20"; with seconds when they matter, as the desk reads them."""
    if instant is None:
        return "later"
    local = instant.astimezone(zone)
    return local.strftime("%H:%M:%S") if local.second else local.strftime("%H:%M")


def sentence(
    reason: str,
    *,
    channel: str = "The platform",
    until: datetime | None = None,
    expires: datetime | None = None,
    zone: tzinfo,
    words: str = "",
    done: int = 0,
    parts: int = 1,
) -> Sentence:
    """The two sentences of a reason; an unknown one (a gate's own) has none here."""
    why, next_step = TABLE.get(reason, ("", ""))
    values = {
        "channel": channel,
        # Formatting an instant costs more than all the rest, and most sentences name none.
        "until": clock_words(until, zone) if "{until}" in why or "{until}" in next_step else "",
        "expires": clock_words(expires, zone) if "{expires}" in why or "{expires}" in next_step else "",
        "words": words or "no reason was given.",
        "done": done,
        "parts": parts,
    }
    return Sentence(why.format_map(values), next_step.format_map(values))
