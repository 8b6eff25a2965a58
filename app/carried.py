"""
What a restore carries over from the database that a backup replaces: whatever it forbids.

A number that said STOP, a consent that was withdrawn, a stop that was pressed, a right that was taken away, a text
that was taken back after the backup: none of it may come back to life with it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

# What may never be forgotten, by copying rows that the backup lacks: numbers that said STOP, and what was charged to
# the platforms' limits.
_COPIED = ("opted_out", "limit_grant", "limit_hold")
# Ways in, as they were in the file that is replaced: a closed account, a changed password, a lost tablet, a key; a sheet
# of codes for the telephone, and what a second person has refused.
_ACCESS: Mapping[str, tuple[str, ...]] = {
    "person": (
        "disabled_at", "password_hash", "password_changed_at", "totp_enc", "totp_since", "totp_counter",
        "sessions_ended_at",
    ),
    "session": ("revoked_at",),
    "device": ("wiped_at", "wiped_why", "pin_hash", "pin_tries"),
    "api_key": ("revoked_at",),
    "phone_code": ("asked_for", "asked_digest", "used_at", "used_for"),
    "proposal": ("state", "decided_by", "decided_at", "why", "secret_enc"),
}  # fmt: skip
# What is taken away by deleting it.
_DELETED: Mapping[str, str] = {
    "event_role": "event_id, person_id, role",
    "passkey": "id",
    "recovery_code": "code_hash",
    "sign_in_code": "code_hash",
}
# What stands on the public page besides the updates, as it stood last: a headline that was emptied, an event that was
# over, a reply that was hidden, or taken back by who wrote it. Which rows of the old file, and what of them.
_NOT_SHOWN: Sequence[tuple[str, str, Sequence[str]]] = (
    ("live_event", "true", ("title", "place", "headline", "pinned", "hashtags", "version")),
    ("live_event", "state IN ('paused', 'ended', 'archived')", ("state", "ended_at", "replies_open", "version")),
    (
        "reply",
        "state IN ('hidden', 'removed')",
        (
            "state", "text", "author_id", "author_name", "author_handle", "author_url", "avatar_url", "url", "number",
            "guard", "edited_at", "decided_at", "decided_by", "version",
        ),
    ),
)  # fmt: skip
# What was agreed, as it stands now: withdrawn, or narrower, or not checked again yet.
_CONSENT = (
    "state", "terms", "names_enc", "expires_at", "made_by", "made_at", "recorded_by", "recorded_at", "completed_by",
    "completed_at", "revoked_by", "revoked_at", "revoked_how", "ran_out_at", "taken_back_at", "version",
)  # fmt: skip
_SETTLED = "state, reason, why, next_step, settled_at"


def carry(old: Path, made: Path) -> Mapping[str, int] | None:
    """Bring over what forbids; None when the old file cannot be read."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(made))}", uri=True, isolation_level=None)) as link:
            # Read only: closing a damaged file that could be written to would take its write-ahead log away.
            link.execute("ATTACH ? AS old", (f"file:{quote(str(old))}?mode=ro",))
            link.execute("BEGIN IMMEDIATE")
            counts = {name: _copy_rows(link, name) for name in _COPIED}
            counts["consents"] = _as_it_was(link, "consent_record", "true", _CONSENT)
            counts["events_stopped"] = link.execute(
                "UPDATE live_event SET sending = 'stop', kill_epoch = kill_epoch + 1, sending_by ="
                " (SELECT o.sending_by FROM old.live_event o WHERE o.id = live_event.id)"
                " WHERE sending <> 'stop' AND id IN (SELECT id FROM old.live_event WHERE sending = 'stop')"
            ).rowcount
            counts["access_taken"] = _carry_access(link)
            counts["taken_back"] = _carry_taken_back(link)
            link.execute("COMMIT")
            return counts
    except sqlite3.DatabaseError:
        return None


def _carry_access(link: sqlite3.Connection) -> int:
    # Roles given since as well as those taken: with the latter alone nobody might be left who can give one.
    changed = link.execute(
        "INSERT OR IGNORE INTO main.event_role SELECT * FROM old.event_role"
        " WHERE person_id IN (SELECT id FROM main.person)"
    ).rowcount
    for table, keys in _DELETED.items():
        changed += link.execute(
            f"DELETE FROM main.{table} WHERE ({keys}) NOT IN (SELECT {keys} FROM old.{table})"  # noqa: S608 - ours
        ).rowcount
    for table, names in _ACCESS.items():
        changed += _as_it_was(link, table, "true", names)
    for table in ("recovery_code", "sign_in_code"):
        changed += link.execute(
            f"DELETE FROM main.{table} WHERE code_hash IN"  # noqa: S608 - names of ours
            f" (SELECT code_hash FROM old.{table} WHERE used_at IS NOT NULL) AND used_at IS NULL"
        ).rowcount
    return changed


def _carry_taken_back(link: sqlite3.Connection) -> int:
    """What the public is not to read any more, and what was never to go out."""
    changed = link.execute(
        "UPDATE main.live_update SET version = version + 1, (on_page, corrected_by) = (SELECT o.on_page,"
        " (SELECT id FROM main.live_update AS by WHERE by.id = o.corrected_by)"  # which may be newer than the backup
        " FROM old.live_update AS o WHERE o.id = live_update.id)"
        " WHERE id IN (SELECT o.id FROM old.live_update AS o WHERE o.on_page <> 'shown'"
        "  AND o.on_page <> live_update.on_page)"
    ).rowcount
    ended = (
        "SELECT o.id FROM old.live_update AS o WHERE o.state IN ('withdrawn', 'expired')"
        " AND o.id IN (SELECT id FROM main.live_update WHERE state IN ('awaiting_approval', 'counting_down'))"
    )
    link.execute(
        f"UPDATE main.delivery SET version = version + 1, ({_SETTLED}) = (SELECT {_SETTLED}"  # noqa: S608 - ours
        "  FROM old.delivery AS o WHERE o.id = delivery.id)"
        f" WHERE update_id IN ({ended}) AND claimable_at IS NULL AND id IN (SELECT id FROM old.delivery"
        "  WHERE state IN ('withdrawn', 'expired'))"
    )
    changed += link.execute(
        "UPDATE main.live_update SET version = version + 1, release_at = NULL, hold_left_s = NULL, state ="  # noqa: S608
        " (SELECT o.state FROM old.live_update AS o WHERE o.id = live_update.id)"
        f" WHERE id IN ({ended})"
    ).rowcount
    return changed + sum(_as_it_was(link, *one) for one in _NOT_SHOWN)


def _as_it_was(link: sqlite3.Connection, table: str, which: str, names: Sequence[str]) -> int:
    """Rows that are in both files and of which in the old one this is true: these columns are as they were there."""
    columns = ", ".join(names)
    now = f"(SELECT {columns} FROM old.{table} AS o WHERE o.id = {table}.id)"  # noqa: S608 - names of ours
    return link.execute(
        f"UPDATE main.{table} SET ({columns}) = {now}"  # noqa: S608 - names of ours
        f" WHERE id IN (SELECT id FROM old.{table} WHERE {which}) AND ({columns}) IS NOT {now}"
    ).rowcount


def _copy_rows(link: sqlite3.Connection, table: str) -> int:
    columns = [row[1] for row in link.execute(f"PRAGMA main.table_info({table})")]
    theirs = {row[1] for row in link.execute(f"PRAGMA old.table_info({table})")}
    names = ", ".join(f'"{name}"' for name in columns if name in theirs)
    return link.execute(
        f"INSERT OR IGNORE INTO main.{table} ({names}) SELECT {names} FROM old.{table}"  # noqa: S608 - names of ours
    ).rowcount
