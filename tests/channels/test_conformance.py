"""
One suite over every registered adapter, each against its platform's simulator on a real port, by promise.

The ledger is the far side's truth. An adapter that is registered without a simulator fails here and says so.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from pydantic import ValidationError

from app.channels.base import (
    Absent,
    Deletes,
    Edits,
    Found,
    PollsReplies,
    Reconciles,
    Rereads,
    Unclear,
    reveal,
)
from app.channels.registry import ADAPTERS, kind
from app.channels.simulators.app import create_simulators
from app.errors import (
    CredentialsRejected,
    DuplicateRefused,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    StartRefused,
    Unavailable,
)
from tests.channels.made import CREDENTIALS, go
from tests.channels.stages import LAGS, WAITS, stage

# The gateway adapter speaks no HTTP; test_smpp.py holds it to the same promises on its own simulator.
NAMES = [made.name for made in ADAPTERS if "base_address" in made.settings.model_fields]
# Done, and then no trustworthy answer.
LOST: dict[str, dict] = {
    "accept_then_503": {},
    "drop_after": {},
    "empty_body": {},
    "malformed_body": {},
    "cut_body": {},
    "huge_body": {"mebibytes": 2},
    "html_body": {"applied": True},
}
# Not done, and no trustworthy answer either: nobody can tell the two apart from here.
NOT_DONE: dict[str, dict] = {"refuse_503": {}, "drop_before": {}, "html_body": {"applied": False}}


def a_moment_ago() -> datetime:
    return datetime.now(UTC) - timedelta(milliseconds=50)


class TestRegistry:
    def test_every_kind_has_a_simulator_limits_and_a_unique_name(self) -> None:
        """What is missing is named here, before anything is sent."""
        simulated = set(create_simulators().platforms)
        assert set(NAMES) <= simulated
        assert {made.name for made in ADAPTERS} - set(NAMES) == {"smpp"}
        assert len({made.name for made in ADAPTERS}) == len(ADAPTERS)
        for made in ADAPTERS:
            assert made.windows
            assert made.capabilities.max_weight > 0
            assert kind(made.name) is made
        with pytest.raises(NotFound):
            kind("carrier-pigeon")

    @pytest.mark.parametrize(
        ("name", "values"),
        [
            *((name, CREDENTIALS[name]) for name in NAMES),
            (
                "x",
                {
                    "client_id": "c",
                    "user_token": "t",
                    "refresh_token": "r",
                    "expires_at": "2026-09-01T14:00:00Z",
                },
            ),
            ("smpp", {"password": "gateway1"}),
        ],
    )
    def test_credentials_survive_the_vault_and_never_show_themselves(self, name: str, values: dict) -> None:
        """JSON and back is the same; printing them tells nothing."""
        credentials = kind(name).credentials.model_validate(values)
        stored = orjson.loads(orjson.dumps(reveal(credentials)))
        assert kind(name).credentials.model_validate(stored) == credentials
        secrets = {v for k, v in values.items() if k not in ("client_id", "expires_at", "consumer_key")}
        assert not any(f"'{secret}'" in repr(credentials) for secret in secrets)
        with pytest.raises(ValidationError) as refused:
            kind(name).credentials.model_validate({**values, "of_another_version": "canary"})
        assert "canary" not in str(refused.value)  # it is logged where stored ones do not fit

    @pytest.mark.parametrize("name", NAMES)
    async def test_capabilities_tell_the_truth(self, name: str) -> None:
        """A capability has its protocol and the other way round."""
        async with stage(name) as here:
            adapter = here.adapter()
            assert isinstance(adapter, Reconciles)
            assert adapter.look_after_s == tuple(sorted(adapter.look_after_s))
            assert isinstance(adapter, Edits) is adapter.capabilities.edits
            assert isinstance(adapter, Deletes) is adapter.capabilities.deletes
            await adapter.aclose()


@pytest.mark.parametrize("name", NAMES)
class TestPublish:
    async def test_C01_a_post_is_published_once_under_the_id_that_comes_back(self, name: str) -> None:
        """One applied request in the ledger, with our words and the receipt's id."""
        async with stage(name) as here:
            adapter = here.adapter()
            receipt = await adapter.publish(here.post("Surgery has begun & all is well."), may_start=go)
            await adapter.aclose()
            (entry,) = here.published()
        assert entry.remote_id == receipt.remote_id
        assert entry.status in (200, 201)
        assert entry.text is not None
        assert "Surgery has begun" in entry.text

    @pytest.mark.parametrize("fault", LOST)
    async def test_D04_a_lost_answer_is_unknown_and_is_then_found_under_the_right_id(
        self, name: str, fault: str
    ) -> None:
        """Six posts, every answer lost: none doubled, none with another's id."""
        async with stage(name) as here:
            adapter = here.adapter()
            assert isinstance(adapter, Reconciles)
            for n in range(6):
                post = here.post(f"Update [{n}] <b> & “ünï”\nsee https://hospital.org/live?x={n}&y=1")
                here.arm(fault, **LOST[fault])
                started = a_moment_ago()
                with pytest.raises(OutcomeUnknown):
                    await adapter.publish(post, may_start=go)
                entries = here.published()
                assert len(entries) == n + 1
                found = await adapter.find(post, sent_after=started, last=False)
                assert isinstance(found, Found)
                assert found.receipt.remote_id == entries[-1].remote_id
            await adapter.aclose()

    async def test_D04_an_answer_that_never_comes_is_unknown_at_the_deadline_and_found(
        self, name: str
    ) -> None:
        """Done, and silent for a minute."""
        async with stage(name) as here:
            adapter = here.adapter(deadline_s=1.5)
            assert isinstance(adapter, Reconciles)
            post = here.post("Nobody hears this")
            here.arm("accept_then_timeout", seconds=60.0)
            started = a_moment_ago()
            with pytest.raises(OutcomeUnknown):
                await adapter.publish(post, may_start=go)
            found = await adapter.find(post, sent_after=started, last=False)
            await adapter.aclose()
            (entry,) = here.published()
        assert isinstance(found, Found)
        assert found.receipt.remote_id == entry.remote_id

    @pytest.mark.parametrize("fault", NOT_DONE)
    async def test_C01_absence_is_proven_only_by_the_last_look(self, name: str, fault: str) -> None:
        """Not done looks the same as lost; only the last look may say that it is not there."""
        async with stage(name) as here:
            adapter = here.adapter()
            assert isinstance(adapter, Reconciles)
            post = here.post("This never happened")
            here.arm(fault, **NOT_DONE[fault])
            started = a_moment_ago()
            with pytest.raises(OutcomeUnknown):
                await adapter.publish(post, may_start=go)
            assert here.published() == []
            assert isinstance(await adapter.find(post, sent_after=started, last=False), Unclear)
            assert isinstance(await adapter.find(post, sent_after=started, last=True), Absent)
            await adapter.aclose()

    async def test_C01_an_equal_text_of_before_is_not_taken_for_this_one(self, name: str) -> None:
        """
        The same words, sent a while ago, are another message. A page refuses its own repeats: there it is the same one,
        sent before somebody moved a clock, and a person decides.
        """
        async with stage(name) as here:
            adapter = here.adapter()
            assert isinstance(adapter, Reconciles)
            post = here.post("All is well")
            await adapter.publish(post, may_start=go)
            later = datetime.now(UTC) + timedelta(seconds=60)
            finding = await adapter.find(post, sent_after=later, last=True)
            assert isinstance(finding, Absent if name == "twilio" else Unclear)
            much_later = later + timedelta(minutes=10)
            assert isinstance(await adapter.find(post, sent_after=much_later, last=True), Absent)
            await adapter.aclose()

    async def test_G6_a_stop_at_the_last_moment_leaves_the_ledger_empty(self, name: str) -> None:
        """may_start says no with the connection up: nothing reached the platform."""

        def stop() -> None:
            raise StartRefused

        async with stage(name) as here:
            adapter = here.adapter()
            with pytest.raises(StartRefused):
                await adapter.publish(here.post("Stopped"), may_start=stop)
            await adapter.aclose()
            assert here.ledger() == []

    async def test_F23_a_refusal_for_too_many_carries_the_wait_and_publishes_nothing(self, name: str) -> None:
        """Readable, so never unknown; the wait is the platform's."""
        async with stage(name) as here:
            adapter = here.adapter()
            here.arm(WAITS[name])
            with pytest.raises(RateLimited) as caught:
                await adapter.publish(here.post("Too much"), may_start=go)
            assert here.published() == []
            expected_s = {"x": 900.0, "facebook": 420.0, "twilio": 1.0}[name]
            assert caught.value.retry_after_s == pytest.approx(expected_s, abs=3)
            await adapter.publish(here.post("Too much"), may_start=go)
            await adapter.aclose()

    async def test_F28_a_revoked_token_is_refused_on_posting_and_on_probing(self, name: str) -> None:
        """A readable refusal, so the channel pauses and nothing is unknown."""
        async with stage(name) as here:
            adapter = here.adapter()
            here.arm("revoke_token", times=None)
            with pytest.raises(CredentialsRejected):
                await adapter.publish(here.post("Hello"), may_start=go)
            with pytest.raises(CredentialsRejected):
                await adapter.probe()
            await adapter.aclose()
            assert here.published() == []

    async def test_a_probe_publishes_nothing_and_names_the_account(self, name: str) -> None:
        """The readiness board may look as often as it likes."""
        async with stage(name) as here:
            adapter = here.adapter()
            probe = await adapter.probe()
            await adapter.aclose()
            assert probe.ok, probe.words
            assert probe.account
            assert probe.server_at is not None
            assert not any(entry.applied and entry.method != "GET" for entry in here.ledger())


async def test_D04_a_message_whose_typography_twilio_replaced_is_found_by_its_words() -> None:
    """Its answer is lost, and what Twilio lists has plain quotes and dashes in it."""
    async with stage("twilio") as here:
        adapter = here.adapter(smart_encoded=True)
        assert isinstance(adapter, Reconciles)
        here.arm("drop_after")
        post, started = here.post("It’s “safe” – wait…"), a_moment_ago()
        with pytest.raises(OutcomeUnknown):
            await adapter.publish(post, may_start=go)
        found = await adapter.find(post, sent_after=started, last=True)
        await adapter.aclose()
        assert isinstance(found, Found)


@pytest.mark.parametrize("name", sorted(LAGS))
class TestPages:
    async def test_C01_a_list_that_lags_behind_hides_nothing_for_good(self, name: str) -> None:
        """Not there at the first look, there at a later one."""
        async with stage(name) as here:
            adapter = here.adapter()
            assert isinstance(adapter, Reconciles)
            here.arm(LAGS[name], times=None, seconds=20.0)
            here.arm("drop_after")
            post = here.post("Shown late")
            started = a_moment_ago()
            with pytest.raises(OutcomeUnknown):
                await adapter.publish(post, may_start=go)
            assert isinstance(await adapter.find(post, sent_after=started, last=False), Unclear)
            here.advance(25)
            found = await adapter.find(post, sent_after=started, last=True)
            await adapter.aclose()
            assert isinstance(found, Found)
            assert found.receipt.remote_id == here.published()[0].remote_id

    async def test_F30_a_repeat_is_refused_as_a_duplicate(self, name: str) -> None:
        """Evidence for whoever reconciles, and never a second post."""
        async with stage(name) as here:
            adapter = here.adapter()
            await adapter.publish(here.post("Said once"), may_start=go)
            with pytest.raises(DuplicateRefused):
                await adapter.publish(here.post("Said once"), may_start=go)
            await adapter.aclose()
            assert len(here.published()) == 1

    async def test_what_is_out_can_be_edited_and_deleted_and_deleting_twice_is_deleting(
        self, name: str
    ) -> None:
        """A post that is gone already counts as deleted."""
        async with stage(name) as here:
            adapter = here.adapter()
            assert isinstance(adapter, Edits)
            assert isinstance(adapter, Deletes)
            started = a_moment_ago()
            receipt = await adapter.publish(here.post("With a mistkae"), may_start=go)
            edited = await adapter.edit(here.post("Without a mistake"), receipt.remote_id, may_start=go)
            shown = str(here.app.platforms[name].state())
            assert "Without a mistake" in shown
            await adapter.delete(edited.remote_id, may_start=go)
            assert isinstance(adapter, Reconciles)
            gone = await adapter.find(here.post("Without a mistake"), sent_after=started, last=True)
            assert isinstance(gone, Absent)
            await adapter.delete(edited.remote_id, may_start=go)
            await adapter.aclose()

    async def test_D04_an_edit_whose_answer_was_lost_is_there_when_it_is_repeated(self, name: str) -> None:
        """Also where the platform would refuse to make it a second time; the post has its last words once."""
        async with stage(name) as here:
            adapter = here.adapter()
            assert isinstance(adapter, Edits)
            receipt = await adapter.publish(here.post("With a mistkae"), may_start=go)
            here.arm("drop_after")
            with pytest.raises((OutcomeUnknown, Unavailable)):
                await adapter.edit(here.post("Without a mistake"), receipt.remote_id, may_start=go)
            if name == "x":  # where it would be another version, and may be refused
                here.arm("edit_refused", times=None)
            again = await adapter.edit(here.post("Without a mistake"), receipt.remote_id, may_start=go)
            assert isinstance(adapter, Rereads)
            assert await adapter.missing([again.remote_id]) == frozenset()
            edits = [entry for entry in here.published() if entry.text == "Without a mistake"]
            assert len(edits) == (1 if name == "x" else 2)
            await adapter.aclose()

    async def test_answers_of_the_public_are_polled_joined_and_never_lost_between_polls(
        self, name: str
    ) -> None:
        """Each answer comes at least once, under one id, joined to the post it answers; ours do not come."""
        async with stage(name) as here:
            adapter = here.adapter()
            assert isinstance(adapter, PollsReplies)
            receipt = await adapter.publish(here.post("Ask us"), may_start=go)
            seen: dict[str, str] = {}
            cursor = None
            said: list[str] = []
            for n in range(3):
                said += [here.speak(f"Question {n}.{m}?", receipt.remote_id) for m in range(40)]
                inbound = await adapter.fetch_replies(cursor=cursor, watch=[receipt.remote_id])
                cursor = inbound.cursor
                for reply in inbound.replies:
                    assert reply.answers == receipt.remote_id
                    assert reply.event == "added"
                    seen[reply.remote_id] = reply.text
            await adapter.aclose()
        assert set(seen) == set(said)
        assert any(text.endswith("Question 2.39?") for text in seen.values())
