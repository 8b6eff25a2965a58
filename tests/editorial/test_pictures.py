"""S-10: what strangers may feed the picture process, and what comes out of it."""

import io
import json
import random
import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image

from app.channels.base import Capabilities
from app.channels.registry import ADAPTERS
from app.editorial.pictures import CHECKLIST, SIZES, for_channel, for_page, reencode
from app.errors import InvalidInput
from tests.processes import ROOT


def picture(kind: str, size: tuple[int, int] = (640, 480), **how: object) -> bytes:
    out = io.BytesIO()
    mode = "RGBA" if kind == "PNG" else "RGB"
    Image.effect_noise(size, 60).convert(mode).save(out, kind, **how)  # type: ignore[arg-type]
    return out.getvalue()


def with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera Maker"
    exif[0x8825] = {1: "N", 2: (41.0, 23.0, 6.0), 3: "E", 4: (2.0, 10.0, 12.0)}
    return picture("JPEG", exif=exif.tobytes(), comment=b"Rosalind Ferrando, bed 12")


def png_bomb(side: int) -> bytes:
    """A few kilobytes that claim to be billions of pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 4_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HOSTILE = {
    "svg": SVG,
    "svg in xml": b"<?xml version='1.0'?>" + SVG,
    "html": b"<!doctype html><script>alert(1)</script>",
    "gif": picture("GIF"),
    "bmp": picture("BMP"),
    "tiff": picture("TIFF"),
    "ico": picture("ICO", (64, 64)),
    "pdf": picture("PDF"),
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 500,
    "zip": b"PK\x03\x04" + b"\0" * 500,
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n",
    "empty": b"",
    "cut jpeg": picture("JPEG")[:300],
    "cut png": picture("PNG")[:300],
    "png bomb": png_bomb(100_000),
    "png just over": png_bomb(4_001),
    "huge webp": picture("WEBP", (4_100, 4_100), quality=1),
}


class TestHostile:
    @pytest.mark.parametrize("name", sorted(HOSTILE))
    async def test_S10_what_is_no_safe_picture_is_refused_in_words(self, name: str) -> None:
        """Never an error of ours, never a file, always a sentence with what to do."""
        with pytest.raises(InvalidInput) as refused:
            await reencode(HOSTILE[name])
        assert refused.value.code in ("picture_unreadable", "picture_too_many_pixels", "picture_gave_up")
        assert refused.value.detail.endswith(".")

    def test_S10_a_bomb_does_not_grow_the_process_that_opens_it(self) -> None:
        """The peak resident size, over the bombs and a large honest photo of each kind, is under 200 MB."""
        fed = {
            **{name: HOSTILE[name] for name in ("png bomb", "png just over", "huge webp")},
            "honest jpeg": picture("JPEG", (6_000, 4_000), quality=60),
            "honest png": picture("PNG", (3_600, 2_700), compress_level=1),
            "honest webp": picture("WEBP", (3_600, 2_700), quality=1),
        }
        peaks = {name: peak_mb(data) for name, data in fed.items()}
        print(f"peak RSS of the picture process in MB: {peaks}")
        assert max(peaks.values()) < 200


def peak_mb(data: bytes) -> int:
    """The picture process itself, asked at its end how large it ever was (the kernel's own count, not its parent's)."""
    code = (
        "import sys\n"
        "from app.editorial.picture_child import main\n"
        "main()\n"
        "peak = [l for l in open('/proc/self/status') if l.startswith('VmHWM')][0].split()[1]\n"
        "print(peak, file=sys.stderr)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, input=data, capture_output=True, check=True)
    return int(run.stderr) // 1024


class TestClean:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    async def test_S10_an_honest_picture_comes_back_in_two_sizes(self, kind: str) -> None:
        """Fresh JPEGs, the sides capped, the shape kept."""
        made = await reencode(picture(kind, (3_000, 1_500)))
        assert [(one.name, one.width, one.height) for one in made] == [
            ("large", 2048, 1024),
            ("small", 800, 400),
        ]
        for one in made:
            with Image.open(io.BytesIO(one.body)) as opened:
                assert (opened.format, opened.size) == ("JPEG", (one.width, one.height))

    async def test_S10_place_device_and_comment_are_gone(self) -> None:
        """No metadata key is left, and the words are nowhere in the bytes."""
        source = with_gps()
        assert b"Ferrando" in source
        for one in await reencode(source):
            with Image.open(io.BytesIO(one.body)) as opened:
                assert dict(opened.getexif()) == {}
                assert set(opened.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            for word in (b"Ferrando", b"Secret Camera", b"Exif"):
                assert word not in one.body

    async def test_S10_what_hides_behind_the_picture_does_not_survive(self) -> None:
        """A JPEG that is a zip and a script as well comes out as pixels alone."""
        for one in await reencode(picture("JPEG") + b"PK\x03\x04<script>alert(1)</script>"):
            assert b"<script>" not in one.body
            assert b"PK\x03\x04" not in one.body

    async def test_a_photo_lying_on_its_side_is_turned_before_the_mark_is_dropped(self) -> None:
        """Orientation 6 means: turn right; without it the picture would lie forever."""
        exif = Image.Exif()
        exif[0x0112] = 6
        made = await reencode(picture("JPEG", (1_000, 500), exif=exif.tobytes()))
        assert (made[0].width, made[0].height) == (500, 1_000)


class TestRenditions:
    async def test_S10_a_picture_that_is_all_noise_still_fits_every_channel(self) -> None:
        """The largest rendition is under the smallest limit of a platform, and no metadata came back with it."""
        limits = [kind.capabilities.media_bytes for kind in ADAPTERS if kind.capabilities.media]
        out = io.BytesIO()
        Image.frombytes("RGB", (2_400, 2_400), random.Random(10).randbytes(2_400 * 2_400 * 3)).save(
            out, "JPEG", quality=90
        )
        made = await reencode(out.getvalue())
        assert len(made[0].body) <= min(limits)
        assert len(made[1].body) <= 400_000

    def test_each_channel_gets_the_largest_rendition_that_it_takes(self) -> None:
        """None is sent that the platform would refuse, and a picture that fits nowhere is refused in words."""
        ref = {"id": "m", "alt": {"en": "Hands."}, SIZES: {"large": 3_000_000, "small": 90_000}}

        def can(size_bytes: int) -> Capabilities:
            return Capabilities("x", 280, media=True, max_media=1, media_bytes=size_bytes)

        assert for_channel([ref, ref], can(5_000_000), "X") == [
            {"id": "m", "alt": {"en": "Hands."}, "rendition": "large"}
        ]
        assert for_channel([ref], can(100_000), "X")[0]["rendition"] == "small"
        assert for_channel([ref], Capabilities("sms", 160), "SMS") == []
        with pytest.raises(InvalidInput) as refused:
            for_channel([ref], can(10), "X")
        assert refused.value.code == "picture_too_large"
        assert for_page([ref]) == [{"id": "m", "alt": {"en": "Hands."}}]


def test_the_tablet_asks_the_list_that_the_server_checks() -> None:
    """Name by name and word by word: without a network the tablet has only its own catalogue to ask from."""
    catalogue = json.loads((ROOT / "frontend" / "i18n" / "en.json").read_text("utf-8"))
    prefix = "photo.check."
    asked = {key.removeprefix(prefix): words for key, words in catalogue.items() if key.startswith(prefix)}
    assert asked == CHECKLIST
