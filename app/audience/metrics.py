"""What this room counts, for Prometheus. Per kind of channel; never a person, a number or a text."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

STREAMS = Gauge("tocsin_audience_streams", "Streams of replies and receipts that are open", ["adapter"])
STREAM_ENDS = Counter("tocsin_audience_stream_ends", "Streams that ended, by why", ["adapter", "why"])
POLLS = Counter("tocsin_audience_polls", "Polls for replies, by how they ended", ["adapter", "end"])
RECHECKED = Counter("tocsin_audience_rechecked", "Shown replies asked about again", ["adapter"])
REPLIES = Counter("tocsin_audience_replies", "Replies that were new or changed")
OPT_OUTS = Counter(
    "tocsin_audience_opt_outs", "People who said that our messages must stop, or go on", ["wish"]
)
TAKE_S = Histogram(
    "tocsin_audience_take_seconds",
    "From a webhook, poll or stream to the commit of what it brought",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
)
LOOKS_LATER = Gauge(
    "tocsin_audience_looks_waiting", "Replies that the privacy guard will look at when it has time"
)
VANISHED = Counter("tocsin_audience_retention_rows", "Rows whose time was over", ["what"])
