"""
The process that opens a stranger's picture, and nothing else: run as `python -m app.editorial.picture_child`.

It reads the file on stdin and answers on stdout with one line of JSON and the fresh JPEGs behind it. Its memory and
processor time are limited before the first byte is decoded, and it can write no file; whatever it is fed can only
end itself. Only pixels survive: metadata, profiles, trailing data and other formats in disguise do not.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings
from typing import Any

from PIL import Image, ImageOps

MAX_ADDRESS_SPACE = 640 * 1024 * 1024
MAX_CPU_S = 10
FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = {"JPEG": 64_000_000, "PNG": 10_000_000, "WEBP": 10_000_000}
"""A JPEG is decoded at a fraction of its size; the others must be held whole."""

SIDES = {"large": 2048, "small": 800}
MOST_BYTES = {"large": 4_000_000, "small": 400_000}
"""So that the large one fits every channel there is; a picture that is all noise loses quality, never its edges."""

QUALITIES = (85, 75, 60, 45, 30)


def limit() -> None:
    """Take away what a bomb would use."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_ADDRESS_SPACE, MAX_ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_S, MAX_CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def reencode(data: bytes) -> list[tuple[str, int, int, bytes]]:
    """
    Fresh JPEGs of a picture: (name, width, height, bytes).

    Raises:
        ValueError: its first word is the stable code.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            kind = opened.format or ""
            if opened.width * opened.height > MAX_PIXELS[kind]:
                raise ValueError("too_many_pixels")
            opened.draft("RGB", (SIDES["large"], SIDES["large"]))
            opened.load()
            picture: Image.Image = opened
            if max(opened.size) > 2 * SIDES["large"]:
                # Halved first: resizing holds a second copy, and that of the small one is a quarter.
                picture = opened.reduce(2)
                opened.close()
            if picture.mode not in ("RGB", "L"):
                picture = picture.convert("RGBA") if "A" in picture.getbands() else picture.convert("RGB")
            picture.thumbnail((SIDES["large"], SIDES["large"]))
            turned = ImageOps.exif_transpose(picture)
    except ValueError:
        raise
    except (OSError, SyntaxError, Image.DecompressionBombError, MemoryError, EOFError) as exc:
        raise ValueError("unreadable") from exc
    if turned.mode == "RGBA":
        paper = Image.new("RGB", turned.size, "white")
        paper.paste(turned, mask=turned.getchannel("A"))
        turned = paper
    made = []
    for name, side in SIDES.items():
        copy = turned.convert("RGB")
        copy.thumbnail((side, side))
        # A picture made of the pixels alone: nothing that came along in `info` can be written out again.
        clean = Image.frombytes("RGB", copy.size, copy.tobytes())
        made.append((name, clean.width, clean.height, _encoded(clean, MOST_BYTES[name])))
    return made


def _encoded(picture: Image.Image, most_bytes: int) -> bytes:
    for quality in QUALITIES:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= most_bytes:
            break
    return out.getvalue()


def main() -> None:
    limit()
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # our own cap is stricter, and looked at before decoding
    answer: dict[str, Any]
    bodies: list[bytes] = []
    try:
        made = reencode(sys.stdin.buffer.read())
        answer = {"made": [[name, width, height, len(body)] for name, width, height, body in made]}
        bodies = [body for *_, body in made]
    except ValueError as exc:
        answer = {"error": str(exc).split()[0]}
    except MemoryError:
        answer = {"error": "too_many_pixels"}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(bodies))


if __name__ == "__main__":
    main()
