"""
The icon as PNG, for what takes no SVG: an installed app on a tablet's home screen.

Drawn from the same SVG that the tab shows, so that there is one icon. What is understood is what that icon uses:
rectangles, circles, filled paths and stroked ones, of lines, cubic curves and arcs.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from functools import lru_cache
from xml.etree import ElementTree

from PIL import Image, ImageChops, ImageDraw

from app.routes.page_icon import SIDE, icon_svg

FINER = 3
"""Drawn larger and brought down, which is what makes the edges smooth."""
SAFE = 0.7
"""A maskable icon may lose all but the middle: its shape is drawn this much smaller on a ground that fills all."""
STEPS = 24

Point = tuple[float, float]
_TOKEN = re.compile(r"[a-zA-Z]|-?\d*\.?\d+")


@lru_cache(maxsize=8)
def icon_png(size: int, *, drill: bool, maskable: bool) -> bytes:
    """Square, `size` pixels each way; one without `maskable` keeps the round corners and what is clear around them."""
    wide = size * FINER
    picture = Image.new("RGBA", (wide, wide))
    scale = wide / SIDE
    for element in ElementTree.fromstring(icon_svg(drill=drill)):  # noqa: S314 - our own drawing
        shape = element.tag.rpartition("}")[2]
        mask = Image.new("L", (wide, wide))
        draw = ImageDraw.Draw(mask)
        if shape == "rect" and maskable:
            draw.rectangle((0, 0, wide, wide), 255)
        elif shape == "rect":
            draw.rounded_rectangle((0, 0, wide - 1, wide - 1), float(element.get("rx", 0)) * scale, 255)
        else:
            _draw(draw, mask, element, scale, SAFE if maskable else 1.0)
        colour = element.get("fill", "none")
        if colour == "none":
            colour = element.get("stroke", "none")
        picture.paste(Image.new("RGBA", (wide, wide), colour), mask=mask)
    out = io.BytesIO()
    picture.resize((size, size), Image.Resampling.BOX).save(out, "PNG", optimize=True)
    return out.getvalue()


def _draw(
    draw: ImageDraw.ImageDraw, mask: Image.Image, element: ElementTree.Element, scale: float, part: float
) -> None:
    def at(point: Point) -> Point:
        half = SIDE / 2
        return ((point[0] - half) * part + half) * scale, ((point[1] - half) * part + half) * scale

    def dot(point: Point, radius: float) -> None:
        x, y = at(point)
        r = radius * scale * part
        draw.ellipse((x - r, y - r, x + r, y + r), 255)

    if element.tag.endswith("circle"):
        dot((float(element.get("cx", 0)), float(element.get("cy", 0))), float(element.get("r", 0)))
        return
    width = float(element.get("stroke-width", 1))
    for line in outlines(element.get("d", "")):
        places = [at(point) for point in line]
        if element.get("stroke"):
            draw.line(places, 255, round(width * scale * part))
            for point in line:  # round ends, and no slits where two pieces meet
                dot(point, width / 2)
        else:
            # Even and odd: a shape inside another is a hole in it.
            one = Image.new("L", mask.size)
            ImageDraw.Draw(one).polygon(places, 255)
            mask.paste(ImageChops.difference(mask, one))


def outlines(path: str) -> Iterator[list[Point]]:
    """The sub-paths of a path as points close enough to look round."""
    tokens = _TOKEN.findall(path)
    line: list[Point] = []
    here: Point = (0.0, 0.0)
    command, n = "", 0

    def take(count: int) -> list[float]:
        nonlocal n
        found = [float(token) for token in tokens[n : n + count]]
        n += count
        return found

    while n < len(tokens):
        if tokens[n].isalpha():
            command = tokens[n]
            n += 1
        # Small letters count from where the pen is.
        ox, oy = here if command.islower() else (0.0, 0.0)
        match command.lower():
            case "m":
                if line:
                    yield line
                x, y = take(2)
                line = [(x + ox, y + oy)]
                command = "l" if command == "m" else "L"
            case "h":
                line.append((take(1)[0] + ox, here[1]))
            case "v":
                line.append((here[0], take(1)[0] + oy))
            case "l":
                x, y = take(2)
                line.append((x + ox, y + oy))
            case "c":
                x1, y1, x2, y2, x, y = take(6)
                line += _curve(here, (x1 + ox, y1 + oy), (x2 + ox, y2 + oy), (x + ox, y + oy))
            case "a":
                radius, _, _, large, sweep, x, y = take(7)
                line += _arc(here, radius, large != sweep, sweep == 1, (x + ox, y + oy))
            case "z":
                line.append(line[0])
            case _:
                raise ValueError(f"the icon's path has a {command!r}, which nothing here draws")
        here = line[-1]
    if line:
        yield line


def _curve(start: Point, first: Point, second: Point, end: Point) -> list[Point]:
    def place(t: float, axis: int) -> float:
        u = 1 - t
        return (
            u**3 * start[axis] + 3 * u * u * t * first[axis] + 3 * u * t * t * second[axis] + t**3 * end[axis]
        )

    return [(place(n / STEPS, 0), place(n / STEPS, 1)) for n in range(1, STEPS + 1)]


def _arc(start: Point, radius: float, left: bool, sweep: bool, end: Point) -> list[Point]:
    """Of a circle; `left`: its centre lies to the left of the way from start to end, as seen on the page."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    span = math.hypot(dx, dy)
    radius = max(radius, span / 2)
    off = math.sqrt(radius**2 - (span / 2) ** 2) / span * (1 if left else -1)
    x, y = (start[0] + end[0]) / 2 - dy * off, (start[1] + end[1]) / 2 + dx * off
    begin = math.atan2(start[1] - y, start[0] - x)
    turn = (math.atan2(end[1] - y, end[0] - x) - begin) % math.tau
    if not sweep:
        turn -= math.tau
    return [
        (x + radius * math.cos(begin + turn * n / STEPS), y + radius * math.sin(begin + turn * n / STEPS))
        for n in range(1, STEPS + 1)
    ]
