"""What the stream counts, for Prometheus. Per process; never per viewer."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

VIEWERS = Gauge("tocsin_stream_viewers", "Viewers connected to this process", ["topic"])
SLOW = Gauge("tocsin_stream_slow_viewers", "Viewers whose socket takes no bytes at the moment")
FRAMES = Counter("tocsin_stream_frames", "Frames made, one per change or batch", ["topic"])
CHANGES = Counter("tocsin_stream_changes", "Changes that went into frames", ["topic"])
OPENINGS = Counter("tocsin_stream_openings", "First messages given to viewers", ["kind"])
READS = Counter("tocsin_stream_reads", "Database reads by tails", ["kind"])
REPAIRS = Counter("tocsin_stream_repairs", "Changes that no hint told of and the timer found", ["topic"])
RESYNCS = Counter("tocsin_stream_resyncs", "Viewers brought up to date after their socket was full")
DIGEST_MISMATCHES = Counter(
    "tocsin_stream_digest_mismatches", "Viewers that found their state wrong; must stay 0"
)
CLOSES = Counter("tocsin_stream_closes", "Viewers sent away, by close code", ["code"])
REFUSED = Counter("tocsin_stream_refused", "Sockets refused before they were let in", ["why"])
DECILE_LAG_S = Histogram(
    "tocsin_stream_decile_lag_seconds",
    "From a frame's making until nine of ten viewers were written",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
)
TAIL_LAG_S = Histogram(
    "tocsin_stream_tail_lag_seconds",
    "From the hint of a change until its frame was made",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
)
