"""X API v2 as its documentation describes it: accounts, posts, reads, streams, media, limits, errors."""
