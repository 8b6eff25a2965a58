"""The lean way to post webhooks: every framing of an answer, kept connections, and failures told apart."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from app.channels.simulators.posting import ConnectError, Poster, ReadError, is_plain


@asynccontextmanager
async def answering(*answers):
    """A socket that gives these raw answers in turn; an empty one closes the connection. Yields (url, heard, opened)."""
    heard, opened, waiting = [], [], list(answers)

    async def serve(reader, writer):
        opened.append(1)
        try:
            while waiting:
                head = await reader.readuntil(b"\r\n\r\n")
                size = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                heard.append((head, await reader.readexactly(size)))
                answer = waiting.pop(0)
                writer.write(answer)
                await writer.drain()
                if not answer or b"close" in answer or (b"ength" not in answer and b"chunked" not in answer):
                    break
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?ref=1", heard, opened


@pytest.fixture
async def poster():
    poster = Poster(timeout_s=0.5)
    yield poster
    await poster.aclose()


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (OK, (200, b"ok")),
        (b"HTTP/1.1 204 No Content\r\n\r\n", (204, b"")),
        (b"HTTP/1.1 500 Oops\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", (500, b"")),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=1\r\nc\r\n0\r\n\r\n",
            (200, b"abc"),
        ),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", (200, b"until the end")),
    ],
)
async def test_every_framing_of_an_answer_is_read(poster, answer, expected):
    """By length, by chunks, by the end, or without a body."""
    async with answering(answer) as (url, heard, _):
        assert await poster.post(url, b"a=b", {"X-Sign": "s"}) == expected
    head, body = heard[0]
    assert head.startswith(b"POST /hook?ref=1 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"X-Sign: s\r\n" in head
    assert body == b"a=b"


async def test_a_connection_is_kept(poster):
    """Three webhooks, one connection."""
    async with answering(OK, OK, OK) as (url, heard, opened):
        for n in range(3):
            await poster.post(url, str(n).encode(), {})
    assert ([body for _, body in heard], len(opened)) == ([b"0", b"1", b"2"], 1)


async def test_a_kept_connection_that_was_closed_meanwhile_is_no_failure(poster):
    """It is opened anew, and the webhook arrives."""
    async with answering(OK, b"", OK) as (url, heard, opened):
        await poster.post(url, b"0", {})
        assert await poster.post(url, b"1", {}) == (200, b"ok")
    assert ([body for _, body in heard], len(opened)) == ([b"0", b"1", b"1"], 2)


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsh", b"rubbish\r\n\r\n"]
)
async def test_an_unreadable_answer_is_told_from_no_connection(poster, answer):
    """It left: that is not the same as nobody there."""
    async with answering(answer) as (url, _, _):
        with pytest.raises(ReadError):
            await poster.post(url, b"x", {})
    with pytest.raises(ConnectError):
        await poster.post(url, b"x", {})


def test_what_it_cannot_carry_is_left_to_the_full_client():
    """https, other methods, unusual addresses."""
    assert is_plain("POST", "http://127.0.0.1:8000/a?b=c")
    for method, url in (
        ("GET", "http://a/"),
        ("POST", "https://a/"),
        ("POST", "http://ä/"),
        ("POST", "http://u:p@a/"),
    ):
        assert not is_plain(method, url)
