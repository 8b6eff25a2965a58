"""What comes back is taken in once, whatever the order and however often it comes."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.rights import Actor
from app.audience.ingest import Ingest
from app.audience.lists import Lists, NewRecipient
from app.audience.moderation import Moderation
from app.broadcast import projection, topics
from app.broadcast.topics import Position
from app.channels.base import DeviceReceipt, Inbound, InboundReply, OptOut
from app.clock import ManualClock
from app.db import Database
from app.errors import Conflict, Gone
from app.ids import new_id
from app.models import (
    Channel,
    EventChannel,
    EventState,
    LiveEvent,
    OptedOut,
    Recipient,
    Reply,
    ReplyState,
    TopicChange,
)

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MODERATOR = Actor("person", "m", "Moderator")


class Receipts:
    """Remembers what it was handed."""

    def __init__(self) -> None:
        self.taken: list[DeviceReceipt] = []

    async def apply(self, channel_id: str, receipts: Sequence[DeviceReceipt]) -> None:
        self.taken += receipts


def look(event: LiveEvent, text: str, lang: str | None) -> dict[str, object]:
    return {"decision": "block" if "MRN" in text else "pass"}


async def may_show(session: AsyncSession, event: LiveEvent, reply: Reply) -> bool:
    """The rules of the event are shown in tests/routes; here nothing forbids it."""
    return True


class Desk:
    """An event with one channel, and the two halves of the audience room."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.announced: list[Position] = []
        self.receipts = Receipts()
        clock = ManualClock(NOW)
        self.ingest = Ingest(
            database,
            clock,
            new_id,
            look,
            self.receipts,
            self.announced.extend,
        )
        self.moderation = Moderation(database, AuditLog(), clock, self.announced.extend, look, may_show)

    async def open(self) -> None:
        async def work(session: AsyncSession) -> None:
            session.add(Channel(id="c1", adapter="x", name="X", credentials_enc=b"", created_at=NOW))
            session.add(
                LiveEvent(
                    id="e1",
                    slug="e1",
                    kind="surgery",
                    title="T",
                    state=EventState.LIVE,
                    created_at=NOW,
                    started_at=NOW,
                )
            )
            await session.flush()
            session.add(EventChannel(event_id="e1", channel_id="c1"))
            topics.create_topics(session, "e1")

        await self.database.write(work)

    async def replies(self) -> list[Reply]:
        async with self.database.read() as session:
            return list((await session.execute(select(Reply).order_by(col(Reply.remote_id)))).scalars())

    async def a_list(self, *numbers: str) -> str:
        lists = Lists(self.database, AuditLog(), ManualClock(NOW), new_id)
        audience = await lists.create("m", "Alerts")
        rows = [NewRecipient(number, "form") for number in numbers]
        assert (await lists.import_(MODERATOR, audience.id, rows, region=None)).added == len(numbers)
        return audience.id

    async def opted_out(self, audience_id: str) -> set[str]:
        """Of the people of a list."""
        async with self.database.read() as session:
            people = select(col(Recipient.number)).where(col(Recipient.audience_id) == audience_id)
            found = select(col(OptedOut.number)).where(col(OptedOut.number).in_(people))
            return set(await session.scalars(found))

    async def public_changes(self) -> int:
        async with self.database.read() as session:
            rows = await session.execute(select(TopicChange).where(col(TopicChange.topic_id) == "e1:public"))
            return len(rows.scalars().all())


@pytest.fixture
async def desk(database: Database) -> Desk:
    made = Desk(database)
    await made.open()
    return made


def message(event: str = "added", text: str = "How long will it take?", version: int = 0) -> InboundReply:
    return InboundReply("r1", event, NOW, text=text, author_name="Ana", author_handle="ana", version=version)


class TestTakingIn:
    async def test_I01_a_reply_that_comes_twice_is_there_once(self, desk: Desk) -> None:
        """Webhook, poll and stream may all bring the same message."""
        assert await desk.ingest.take("c1", Inbound(replies=(message(),))) == 1
        assert await desk.ingest.take("c1", Inbound(replies=(message(), message()))) == 0

        assert len(await desk.replies()) == 1

    async def test_a_reply_is_held_back_until_somebody_lets_it_through(self, desk: Desk) -> None:
        """New on the desk, nothing on the public topic."""
        await desk.ingest.take("c1", Inbound(replies=(message(),)))

        assert [reply.state for reply in await desk.replies()] == [ReplyState.NEW]
        assert await desk.public_changes() == 0

    @pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
    async def test_I01_any_order_of_arrival_ends_in_the_same_state(
        self, sqlite_database: Database, order: tuple[int, ...]
    ) -> None:
        """Added, edited twice and removed, in all 24 orders: removed, and no word of it left."""
        desk = Desk(sqlite_database)
        await desk.open()
        history = [
            message(),
            message("edited", "second words", 1),
            message("edited", "third words", 2),
            message("removed", version=3),
        ]

        for n in order:
            await desk.ingest.take("c1", Inbound(replies=(history[n],)))

        (reply,) = await desk.replies()
        assert (reply.state, reply.text, reply.author_name) == (ReplyState.REMOVED, "", "")

    @pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
    async def test_I01_the_newest_edit_wins_whenever_it_comes(
        self, sqlite_database: Database, order: tuple[int, ...]
    ) -> None:
        """The platform's version decides, not the time of arrival."""
        desk = Desk(sqlite_database)
        await desk.open()
        history = [message(), message("edited", "second", 1), message("edited", "third", 2)]

        for n in order:
            await desk.ingest.take("c1", Inbound(replies=(history[n],)))

        (reply,) = await desk.replies()
        assert reply.text == "third"

    async def test_a_batch_is_one_change_on_the_desk(self, desk: Desk) -> None:
        """A flood costs one frame a batch, not one a reply."""
        batch = tuple(InboundReply(f"r{n}", "added", NOW, text=f"Question {n}") for n in range(20))

        await desk.ingest.take("c1", Inbound(replies=batch))

        assert len(desk.announced) == 1

    @pytest.mark.parametrize(
        "number", ["+34600100101", "0034600100101", "600100101", "whatsapp:+34600100101"]
    )
    async def test_who_texted_has_no_name_but_a_masked_number_however_it_is_written(
        self, desk: Desk, number: str
    ) -> None:
        """Gateways leave out the country or write something before it; nobody outside may read the number whole."""
        said = InboundReply(
            "t1", "added", NOW, "How long?", author_id=number, author_handle=number, texted=True
        )
        await desk.ingest.take("c1", Inbound(replies=(said,)))
        (reply,) = await desk.replies()
        reply.state = ReplyState.SHOWN
        item = projection.reply_item(reply, "smpp")
        assert item is not None
        for shown in (item, projection.desk_reply(reply, "smpp")):
            assert "100101" not in shown.model_dump_json()

    async def test_a_moderator_reads_what_the_public_would(self, desk: Desk) -> None:
        """Empty lines and turned directions come in neither new nor by an edit, and an edit to the same is none."""
        said, turned = "Hello" + "\n" * 3_000 + "world", "\u202eHello\u202c\n\nworld"
        sent = replace(message(text=said), author_name="Ana\n\n\u202ePérez")
        assert await desk.ingest.take("c1", Inbound(replies=(sent,))) == 1
        (reply,) = await desk.replies()
        assert (reply.text, reply.author_name) == ("Hello\n\nworld", "Ana Pérez")
        assert await desk.ingest.take("c1", Inbound(replies=(message("edited", turned, 1),))) == 0
        assert await desk.ingest.take("c1", Inbound(replies=(message("edited", turned + "\x07!", 2),))) == 1
        assert [one.text for one in await desk.replies()] == ["Hello\n\nworld!"]

    async def test_receipts_are_handed_to_the_engine(self, desk: Desk) -> None:
        """This room keeps none of them."""
        receipt = DeviceReceipt("SM1", "delivered", 4, ref="p1")
        await desk.ingest.take("c1", Inbound(receipts=(receipt,)))

        assert desk.receipts.taken == [receipt]

    async def test_STOP_is_remembered_and_START_takes_it_back(self, desk: Desk) -> None:
        """By number, whatever list it is on."""
        await desk.ingest.take("c1", Inbound(opt_outs=(OptOut("+34600100101", "STOP", True, NOW),)))
        async with desk.database.read() as session:
            assert await session.get(OptedOut, "+34600100101") is not None

        await desk.ingest.take("c1", Inbound(opt_outs=(OptOut("+34600100101", "START", False, NOW),)))
        async with desk.database.read() as session:
            assert await session.get(OptedOut, "+34600100101") is None

    @pytest.mark.parametrize("written", ["600100101", "0600100101"])
    async def test_G5_a_STOP_without_its_country_stops_everybody_it_may_be_of(
        self, desk: Desk, written: str
    ) -> None:
        """Nobody can tell whose it is, so nobody of them is texted again; START lets on only who is certain."""
        audience = await desk.a_list("+34600100101", "+33600100101", "+34600100102")
        await desk.ingest.take("c1", Inbound(opt_outs=(OptOut(written, "STOP", True, NOW),)))
        stopped = await desk.opted_out(audience)
        await desk.ingest.take("c1", Inbound(opt_outs=(OptOut(written, "START", False, NOW),)))

        assert stopped == {"+34600100101", "+33600100101"}
        assert await desk.opted_out(audience) == stopped

    async def test_G5_a_START_without_its_country_counts_where_it_can_be_of_one_only(
        self, desk: Desk
    ) -> None:
        """Who stopped so comes back so."""
        audience = await desk.a_list("+34600100101", "+34600100102")
        await desk.ingest.take("c1", Inbound(opt_outs=(OptOut("600100101", "STOP", True, NOW),)))
        stopped = await desk.opted_out(audience)
        await desk.ingest.take("c1", Inbound(opt_outs=(OptOut("600100101", "START", False, NOW),)))

        assert stopped == {"+34600100101"}
        assert await desk.opted_out(audience) == set()

    async def test_G5_a_STOP_that_came_before_the_number_was_on_a_list_holds_there(self, desk: Desk) -> None:
        """However it was written then."""
        await desk.ingest.take("c1", Inbound(opt_outs=(OptOut("600100101", "STOP", True, NOW),)))

        assert await desk.opted_out(await desk.a_list("+34600100101", "+34600100102")) == {"+34600100101"}

    @pytest.mark.parametrize("written", ["34600100101", "0034600100101", "600100101"])
    async def test_a_number_without_its_country_is_not_put_on_a_list(self, desk: Desk, written: str) -> None:
        """It is refused in words, or, where the country is given, stands there in the one form that STOP is kept in."""
        lists = Lists(desk.database, AuditLog(), ManualClock(NOW), new_id)
        audience = await lists.create("m", "Alerts")
        rows = [NewRecipient(written, "form")]
        refused = await lists.import_(MODERATOR, audience.id, rows, region=None)
        taken = await lists.import_(MODERATOR, audience.id, rows, region="ES")

        assert "Write it with its country" in refused.refused[0][1]
        assert (refused.added, taken.added) == (0, 1)
        async with desk.database.read() as session:
            assert list(await session.scalars(select(col(Recipient.number)))) == ["+34600100101"]


class TestCallsForHelp:
    async def test_a_reply_that_asks_for_help_is_marked_and_told_to_the_desk_in_a_flood(
        self, desk: Desk
    ) -> None:
        """Others wait behind their number for somebody to have time; this one is on the desk with its batch."""
        flood = [InboundReply(f"f{n}", "added", NOW, text="When is the next update?") for n in range(400)]
        await desk.ingest.take("c1", Inbound(replies=tuple(flood)))
        assert desk.ingest.waiting > 0

        before = desk.ingest.waiting
        await desk.ingest.take("c1", Inbound(replies=(message(text="My father fell down"),)))
        plea = next(row for row in await desk.replies() if row.remote_id == "r1")
        assert (plea.labels, plea.guard) == (["help"], {"decision": "pass"})
        assert desk.ingest.waiting == before

    async def test_an_edit_marks_it_and_takes_the_mark_back(self, desk: Desk) -> None:
        await desk.ingest.take("c1", Inbound(replies=(message(),)))
        await desk.ingest.take(
            "c1", Inbound(replies=(message("edited", "Aiuto, mio figlio non respira", 2),))
        )
        assert (await desk.replies())[0].labels == ["help"]
        await desk.ingest.take("c1", Inbound(replies=(message("edited", "False alarm, he is fine", 3),)))
        assert (await desk.replies())[0].labels == []

    async def test_the_undecided_ones_are_counted_and_listed_by_themselves(self, desk: Desk) -> None:
        """A desk that was opened later, or let thousands go, can ask for exactly these."""
        texts = ["I can't breathe", "How long will it take?", "ayuda, mi padre se cayó", "No puc respirar"]
        replies = tuple(InboundReply(f"r{n}", "added", NOW, text=text) for n, text in enumerate(texts))
        await desk.ingest.take("c1", Inbound(replies=replies))
        rows = await desk.replies()
        await desk.moderation.decide(MODERATOR, rows[3].id, ReplyState.HIDDEN, rows[3].version)

        counts = await desk.moderation.counts("e1")
        assert (counts["new"], counts["asking"]) == (3, 2)
        found, more = await desk.moderation.listed("e1", state="new", label="help", before=None, limit=50)
        assert ({row.remote_id for row in found}, more) == ({"r2", "r0"}, None)


class TestModeration:
    async def test_a_reply_let_through_goes_to_the_public(self, desk: Desk) -> None:
        """One entry on the public topic, and the loser of a race is told."""
        await desk.ingest.take("c1", Inbound(replies=(message(),)))
        (reply,) = await desk.replies()

        await desk.moderation.decide(MODERATOR, reply.id, ReplyState.SHOWN, reply.version)

        assert await desk.public_changes() == 1
        with pytest.raises(Conflict, match="Read it again"):
            await desk.moderation.decide(MODERATOR, reply.id, ReplyState.HIDDEN, reply.version)

    async def test_words_edited_after_they_were_let_through_are_held_again(self, desk: Desk) -> None:
        """What was approved were the old words."""
        await desk.ingest.take("c1", Inbound(replies=(message(),)))
        (reply,) = await desk.replies()
        await desk.moderation.decide(MODERATOR, reply.id, ReplyState.SHOWN, reply.version)

        await desk.ingest.take("c1", Inbound(replies=(message("edited", "something else", 1),)))

        (reply,) = await desk.replies()
        assert reply.state == ReplyState.NEW
        assert await desk.public_changes() == 2

    async def test_a_reply_its_author_took_back_cannot_be_shown(self, desk: Desk) -> None:
        """Gone upstream is gone here."""
        await desk.ingest.take("c1", Inbound(replies=(message(),)))
        await desk.ingest.take("c1", Inbound(replies=(message("removed", version=1),)))
        (reply,) = await desk.replies()

        with pytest.raises(Gone):
            await desk.moderation.decide(MODERATOR, reply.id, ReplyState.SHOWN, reply.version)

    async def test_a_reply_that_names_a_patient_cannot_be_shown(self, desk: Desk) -> None:
        """The guard looks at what comes in before it is shown."""
        await desk.ingest.take("c1", Inbound(replies=(message(text="My mum has MRN 004829"),)))
        (reply,) = await desk.replies()

        with pytest.raises(Conflict, match="privacy check"):
            await desk.moderation.decide(MODERATOR, reply.id, ReplyState.SHOWN, reply.version)
