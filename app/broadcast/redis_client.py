"""One address, two kinds of Redis or Valkey: `redis://` is one server, `redis+cluster://` any node of a cluster."""

from __future__ import annotations

from typing import Any

from redis import asyncio as redis
from redis.exceptions import RedisClusterException, RedisError

# A cluster whose nodes are all away is no RedisError.
AWAY = (RedisError, RedisClusterException, OSError, TimeoutError)
_CLUSTER = "+cluster://"


def is_cluster(url: str) -> bool:
    return _CLUSTER in url.partition("@")[0]


def plain(url: str) -> str:
    """The address as the client library reads it."""
    return url.replace(_CLUSTER, "://", 1) if is_cluster(url) else url


def connect(url: str, **options: Any) -> Any:
    """
    A client for either; it connects with its first command.

    Args:
        options: Those that both kinds of client know.
    """
    if is_cluster(url):
        return redis.RedisCluster.from_url(plain(url), **options)
    return redis.Redis.from_url(url, **options)
