"""The endpoints of the streams: connect, rules, subscriptions, clearing connections."""

from collections.abc import AsyncIterator

from starlette.responses import Response, StreamingResponse

from app.channels.simulators.wire import deed_of
from app.channels.simulators.world import World
from app.channels.simulators.x.activity import ActivityStream
from app.channels.simulators.x.gate import APP, Answer, Call, Endpoint
from app.channels.simulators.x.problems import invalid
from app.channels.simulators.x.reading import wanted_by
from app.channels.simulators.x.streams import FilteredStream


class Following:
    """Handlers over the two streams."""

    def __init__(self, world: World, filtered: FilteredStream, activity: ActivityStream) -> None:
        self._world = world
        self._filtered = filtered
        self._activity = activity

    def endpoints(self) -> list[Endpoint]:
        stream, rules = "/2/tweets/search/stream", "/2/tweets/search/stream/rules"
        subscriptions = "/2/activity/subscriptions"
        one = subscriptions + "/{subscription_id}"
        limit = "activity.subscriptions"
        return [
            Endpoint("stream.rules.read", "GET", rules, self.rules, "stream.rules.read", APP),
            Endpoint("stream.rules.change", "POST", rules, self.change_rules, "stream.rules.change", APP),
            Endpoint("stream.connect", "GET", stream, self.stream, "stream.connect", APP),
            Endpoint(
                "activity.stream", "GET", "/2/activity/stream", self.activity_stream, "activity.stream", APP
            ),
            Endpoint("activity.read", "GET", subscriptions, self.subscriptions, limit),
            Endpoint("activity.subscribe", "POST", subscriptions, self.subscribe, limit),
            Endpoint("activity.unsubscribe", "DELETE", one, self.unsubscribe, limit),
            Endpoint("activity.change", "PUT", one, self.retag, limit),
            Endpoint(
                "connections.close", "DELETE", "/2/connections/all", self.close_all, "connections.close", APP
            ),
        ]

    def _streaming(self, call: Call, lines: AsyncIterator[bytes]) -> Response:
        deed_of(call.request).streams = True
        return StreamingResponse(lines, media_type="application/json; charset=utf-8")

    async def stream(self, call: Call) -> Response:
        query = call.query
        for name in ("backfill_minutes", "start_time", "end_time"):
            if name in query:
                raise invalid(
                    f"The query parameter [{name}] is not available for this application",
                    **{name: [query[name]]},
                )
        return self._streaming(call, self._filtered.open(wanted_by(self._world, call, frozenset())))

    async def rules(self, call: Call) -> Answer:
        return Answer(self._filtered.rules())

    async def change_rules(self, call: Call) -> Answer:
        body = await call.json()
        if not isinstance(body, dict) or not body.keys() & {"add", "delete"}:
            raise invalid("$: add or delete is expected", body=[])
        status, answer = self._filtered.change_rules(body)
        return Answer(answer, status)

    async def activity_stream(self, call: Call) -> Response:
        if "backfill_minutes" in call.query:
            raise invalid(
                "The query parameter [backfill_minutes] is not available for this application",
                backfill_minutes=[],
            )
        return self._streaming(call, self._activity.connect(None))

    async def subscriptions(self, call: Call) -> Answer:
        return Answer(self._activity.subscriptions())

    async def subscribe(self, call: Call) -> Answer:
        body = await call.json()
        if not isinstance(body, dict):
            raise invalid("$: an object is expected", body=[])
        return Answer(self._activity.subscribe(body, call.kind))

    async def unsubscribe(self, call: Call) -> Answer:
        return Answer(self._activity.unsubscribe(call.path("subscription_id")))

    async def retag(self, call: Call) -> Answer:
        return Answer(self._activity.retag(call.path("subscription_id"), await call.json()))

    async def close_all(self, call: Call) -> Answer:
        closed = self._filtered.close_all() + self._activity.close_all()
        return Answer({"data": {"successful_kills": closed, "failed_kills": 0}})
