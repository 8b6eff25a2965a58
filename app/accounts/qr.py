"""A text as a QR picture: SVG, drawn here, no third party asked."""

from __future__ import annotations

import io

import segno


def qr_svg(text: str) -> str:
    """One path on white with the quiet zone that scanners need; sized by the page."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", scale=1, border=4, light="#fff", xmldecl=False, svgns=True, omitsize=True, nl=False
    )
    return out.getvalue().decode()
