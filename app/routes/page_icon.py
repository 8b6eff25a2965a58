"""The tab's icon and the installed app's description; a drill's are violet and carry a D, at a glance another thing."""

from __future__ import annotations

from typing import Any

SIDE = 28
"""Of the drawing."""
PNG_SIZES = (192, 512)
"""What Chromium asks of an app that can be installed; a home screen takes the one that fits."""

_BELL = (
    '<path d="M4.500 19.500h15c-2-1.800-2.200-3.600-2.200-7.200a5.300 5.300 0 0 0-10.600 0c0 3.600-.2 5.400-2.200 7.200z" fill="#fff"/>'
    '<circle cx="14.600" cy="22.600" r="2.300" fill="#fff"/>'
    '<path d="M20.200 6.300a8.600 8.600 0 0 1 1.600 5M23.300 3.600a12.700 12.700 0 0 1 2.600 7.700" stroke="#fff" '
    'stroke-width="2" stroke-linecap="round" fill="none"/>'
)
# Drawn as a shape and not as text, so that it needs no font.
_D = '<path d="M9 6h6.500a8 8 0 0 1 0 16H9zm4 4v8h2.300a4 4 0 0 0 0-8z" fill="#fff" fill-rule="evenodd"/>'


def icon_svg(*, drill: bool) -> str:
    fill, shape = ("#6b26a5", _D) if drill else ("#014641", _BELL)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28">'
        f'<rect width="{SIDE}" height="{SIDE}" rx="6" fill="{fill}"/>{shape}</svg>'
    )


def web_manifest(*, drill: bool, start: str = "/") -> dict[str, Any]:
    name = "DRILL: Tocsin" if drill else "Tocsin"
    return {
        "name": name,
        "short_name": name,
        "id": "/",
        "start_url": start,
        "scope": "/",
        "display": "standalone",
        "background_color": "#f1eafb" if drill else "#f5f4ef",
        "theme_color": "#6b26a5" if drill else "#014641",
        "icons": [
            {"src": "/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            *(
                {
                    "src": f"/{name}-{size}.png",
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": purpose,
                }
                for name, purpose in (("icon", "any"), ("icon-maskable", "maskable"))
                for size in PNG_SIZES
            ),
        ],
    }
