"""HTTP and WebSocket in, calls out, answers; no rules, no SQL."""
