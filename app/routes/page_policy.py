"""What a page of ours may load and do: the content policies, as text. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

# Nothing loads unless named here. `style-src 'self'` without inline styles: programs set styles through the CSSOM.
_COMMON = (
    "default-src 'none'; base-uri 'none'; object-src 'none'; form-action 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; manifest-src 'self'; require-trusted-types-for 'script'"
)


# The worker fetches our own pages and files, and nothing else; it has no page to load anything into.
WORKER = "default-src 'none'; connect-src 'self'"


def socket_origin(public_url: str) -> str:
    """The socket's own address: older engines do not take it for part of 'self'."""
    found = urlsplit(public_url)
    return f"{'wss' if found.scheme == 'https' else 'ws'}://{found.netloc}" if found.netloc else ""


def staff_policy(nonce: str, public_url: str) -> str:
    """
    Of the tablet, the desk and the sign-in page.

    One policy name is allowed, for the one address that a page must hand to the browser: its service worker's.
    """
    return (
        f"{_COMMON}; script-src 'nonce-{nonce}'; connect-src 'self' {socket_origin(public_url)}; "
        "worker-src 'self'; trusted-types tocsin; frame-ancestors 'none'"
    )


def public_policy(public_url: str) -> str:
    """
    Of the public pages. They have no inline script, so no nonce: a page that says the same can be cached.

    `trusted-types 'none'`: no code of the page can make markup or script out of text, whatever it is given.
    """
    return (
        f"{_COMMON}; script-src 'self'; connect-src 'self' {socket_origin(public_url)}; "
        "trusted-types 'none'; frame-ancestors 'none'"
    )


def frame_policy(public_url: str, framers: str) -> str:
    """Of the page inside other sites' frames: only those sites, and our own page that shows how it looks."""
    return public_policy(public_url).replace(
        "frame-ancestors 'none'", f"frame-ancestors 'self' {framers}".rstrip()
    )


def webmaster_policy(public_url: str) -> str:
    """Of the page that makes snippets: a public page that may show our own frame."""
    return f"{public_policy(public_url)}; frame-src 'self'"
