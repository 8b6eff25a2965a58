"""What is read as an upgrade without uvicorn's parser, and the answer to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.broadcast.handshake import come_back, read_upgrade, switching

KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
LINES = [
    b"Host: live.example:8443",
    b"Connection: keep-alive, Upgrade",
    b"Pragma: no-cache",
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64) caf\xc3\xa9",
    b"Upgrade: websocket",
    b"Origin: https://live.example",
    b"Sec-WebSocket-Version: 13",
    b"Cookie: a=b; c=d",
    b"Sec-WebSocket-Key: " + KEY,
    b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
]
TARGET = b"/api/v1/stream?topic=E:public&epoch=9c&offset=41"


def head(*lines: bytes, first: bytes = b"GET " + TARGET + b" HTTP/1.1") -> bytes:
    return b"\r\n".join((first, *lines)) + b"\r\n\r\n"


class TestReadUpgrade:
    def test_what_a_browser_sends_is_read(self) -> None:
        """Address and every header, names in lower case."""
        found = read_upgrade(head(*LINES))
        assert found is not None
        assert found.target == TARGET
        assert found.headers[b"host"] == b"live.example:8443"
        assert len(found.headers) == len(LINES)
        assert found.is_deflated

    @pytest.mark.parametrize(
        "odd",
        [
            head(*LINES, b"Host: other.example"),
            head(*LINES, b"sec-websocket-key: " + KEY),
            head(*LINES, b"Content-Length: 5"),
            head(*LINES, b"Transfer-Encoding: chunked"),
            head(*LINES, b"Expect: 100-continue"),
            head(*LINES, b" folded"),
            head(*LINES, b"X-Space : 1"),
            head(*LINES, b"X-Bare: a\nHost: b"),
            head(*LINES, b"X-Zero: \x00"),
            head(*LINES, b"no colon"),
            head(*LINES[:-2]),
            head(*LINES[1:], first=b"POST " + TARGET + b" HTTP/1.1"),
            head(*LINES, first=b"GET " + TARGET + b" HTTP/1.0"),
            head(*LINES, first=b"GET  " + TARGET + b" HTTP/1.1"),
            head(*LINES, first=b"GET http://live.example" + TARGET + b" HTTP/1.1"),
            head(*(line for line in LINES if not line.startswith(b"Connection"))),
            head(*(line.replace(b": websocket", b": h2c") for line in LINES)),
            head(*(line.replace(b"n: 13", b"n: 8") for line in LINES)),
            head(*LINES) + b"more",
            head(*LINES)[:-2],
        ],
    )
    def test_S17_anything_else_goes_the_long_way(self, odd: bytes) -> None:
        """A header twice, a body, folded or odd lines, another method: never read here, whatever it may mean."""
        assert read_upgrade(odd) is None

    @given(st.binary(max_size=200), st.integers(0, 300))
    def test_L03_hostile_bytes_are_no_upgrade_and_no_crash(self, noise: bytes, at: int) -> None:
        """What is read has each header once, and no byte that ends a line inside one."""
        whole = head(*LINES)
        found = read_upgrade(whole[:at] + noise + whole[at:])
        if found is not None:
            assert not any(b"\r" in part or b"\n" in part for pair in found.headers.items() for part in pair)
            assert found.headers[b"sec-websocket-version"] == b"13"


def test_the_answer_is_the_one_of_the_standard() -> None:
    """The example of RFC 6455, section 1.3; compression only without context takeover."""
    plain = switching(KEY, deflated=False)
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n" in plain
    assert b"server_no_context_takeover; client_no_context_takeover\r\n\r\n" in switching(KEY, deflated=True)


def test_S17_a_503_says_in_whole_seconds_when_to_return() -> None:
    """Milliseconds rounded up: nobody is asked back too early, and nobody at once."""
    assert b"\r\nRetry-After: 3\r\n" in come_back(2_500)
    assert b"\r\nRetry-After: 1\r\n" in come_back(250)
    assert come_back(1).startswith(b"HTTP/1.1 503 ")
    assert come_back(1).endswith(b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
