"""Media: one shot or in chunks, processing that takes its time, alternative text, expiry."""

from dataclasses import dataclass, field
from typing import Any, Final

from app.channels.simulators.clock import Clock
from app.channels.simulators.x.posts import Snowflakes
from app.channels.simulators.x.problems import XProblem, invalid, not_found

_LIFETIME_S: Final = 86_400
_CATEGORIES: Final = {
    "tweet_image": (5 * 1_048_576, ("image/jpeg", "image/png", "image/webp", "image/gif")),
    "tweet_gif": (15 * 1_048_576, ("image/gif",)),
    "tweet_video": (512 * 1_048_576, ("video/mp4", "video/quicktime")),
}
_MAGIC: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)


def sniff(data: bytes) -> str | None:
    """The kind of picture by its first bytes."""
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)


@dataclass(slots=True)
class Media:
    id: str
    category: str
    media_type: str
    total_bytes: int
    expires_at_s: float
    segments: dict[int, bytes] = field(default_factory=dict)
    is_final: bool = False
    ready_at_s: float = 0.0
    fails: bool = False
    alt_text: str | None = None
    used: bool = False

    @property
    def key(self) -> str:
        return ("7_" if self.category == "tweet_video" else "3_") + self.id

    @property
    def size(self) -> int:
        return sum(map(len, self.segments.values()))


class MediaStore:
    """What was uploaded by the one account."""

    def __init__(self, clock: Clock, ids: Snowflakes) -> None:
        self._clock = clock
        self._ids = ids
        self._media: dict[str, Media] = {}

    def reset(self) -> None:
        self._media.clear()

    def get(self, media_id: str) -> Media:
        media = self._media.get(media_id)
        if media is None or media.expires_at_s <= self._clock.epoch_s():
            raise not_found(media_id, "media_id")
        return media

    def by_key(self, key: str) -> Media | None:
        return self._media.get(key.split("_", 1)[-1])

    def initialize(self, media_type: str, total_bytes: int, category: str) -> dict[str, Any]:
        if category not in _CATEGORIES:
            raise invalid(f"media_category [{category}] is not known", media_category=[category])
        limit, types = _CATEGORIES[category]
        if media_type not in types:
            raise invalid(f"media_type [{media_type}] is not allowed here", media_type=[media_type])
        if not 0 < total_bytes <= limit:
            raise invalid(f"File size exceeds {limit} bytes.", total_bytes=[str(total_bytes)])
        media = Media(
            self._ids.next_id(), category, media_type, total_bytes, self._clock.epoch_s() + _LIFETIME_S
        )
        self._media[media.id] = media
        return self._describe(media)

    def one_shot(self, data: bytes, category: str) -> dict[str, Any]:
        kind = sniff(data)
        if kind is None:
            raise invalid("The file is not an image that can be used.", media=["unrecognised"])
        media = self.get(self.initialize(kind, len(data), category)["id"])
        media.segments[0] = data
        media.is_final = True
        return self._describe(media) | {"size": media.size, "image": {"image_type": kind, "w": 1, "h": 1}}

    def append(self, media_id: str, segment: int, data: bytes) -> dict[str, Any]:
        media = self.get(media_id)
        if not 0 <= segment <= 999:
            raise invalid("segment_index is from 0 to 999", segment_index=[str(segment)])
        if media.is_final:
            raise invalid("The media was finalized already.", id=[media_id])
        media.segments[segment] = data
        return {"expires_at": int(media.expires_at_s)}

    def finalize(self, media_id: str, processing_s: float, fails: bool) -> dict[str, Any]:
        media = self.get(media_id)
        if sorted(media.segments) != list(range(len(media.segments))) or media.size != media.total_bytes:
            raise invalid("Segments do not add up to the announced size.", id=[media_id])
        media.is_final = True
        media.fails = fails
        media.ready_at_s = self._clock.epoch_s() + processing_s
        return self._describe(media) | {"size": media.size} | self._processing(media)

    def status(self, media_id: str) -> dict[str, Any]:
        media = self.get(media_id)
        return self._describe(media) | self._processing(media, ended=True)

    def set_alt_text(self, media_id: str, alt_text: str) -> dict[str, Any]:
        if not 0 < len(alt_text) <= 1000:
            raise invalid("alt_text is from 1 to 1000 characters", alt_text=[str(len(alt_text))])
        media = self.get(media_id)
        media.alt_text = alt_text
        return {"id": media_id, "associated_metadata": {"alt_text": {"text": alt_text}}}

    def attach(self, media_ids: list[str]) -> tuple[str, ...]:
        """
        The keys of media that a post may carry.

        Raises:
            XProblem: 400; an id is unknown, expired, used, unfinished or failed, or they do not go together.
        """
        if not 1 <= len(media_ids) <= 4 or len(set(media_ids)) != len(media_ids):
            raise invalid("media_ids holds one to four different ids", media_ids=media_ids)
        chosen: list[Media] = []
        for media_id in media_ids:
            try:
                media = self.get(media_id)
            except XProblem:
                raise invalid("Your media IDs are invalid.", media_ids=media_ids) from None
            ready = media.is_final and not media.fails and media.ready_at_s <= self._clock.epoch_s()
            if media.used or not ready:
                raise invalid("Your media IDs are invalid.", media_ids=media_ids)
            chosen.append(media)
        if len(chosen) > 1 and any(media.category != "tweet_image" for media in chosen):
            raise invalid("Attach four photos, or one GIF, or one video.", media_ids=media_ids)
        for media in chosen:
            media.used = True
        return tuple(media.key for media in chosen)

    def _describe(self, media: Media) -> dict[str, Any]:
        left_s = int(media.expires_at_s - self._clock.epoch_s())
        return {"id": media.id, "media_key": media.key, "expires_after_secs": left_s}

    def _processing(self, media: Media, ended: bool = False) -> dict[str, Any]:
        left_s = media.ready_at_s - self._clock.epoch_s()
        if left_s > 0:
            info: dict[str, Any] = {"state": "in_progress", "check_after_secs": max(1, round(left_s))}
            return {"processing_info": info | {"progress_percent": 50}}
        if media.fails:
            error = {"code": 1, "name": "InvalidMedia", "message": "The media could not be processed."}
            return {"processing_info": {"state": "failed", "error": error}}
        # Without anything to process there is nothing to tell, at the end of it there is.
        if ended and media.category != "tweet_image":
            return {"processing_info": {"state": "succeeded", "progress_percent": 100}}
        return {}
