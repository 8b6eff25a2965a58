"""
A process that holds half a request open on many connections, and opens another whenever one is cut.

    python -m tests.e2e.besieger PORT COUNT

It says once a second how many it holds. A process of its own: as tasks in the test ten thousand of them stop the
test, and then what is measured is not the server.
"""

import resource
import select
import socket
import sys
import time
from collections import deque

HALF = b"GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nX-Slow: "
AGAIN_S = 0.5
AT_ONCE = 200
SOURCES = 8  # addresses, or the ports of one would run out


class Besieger:
    def __init__(self, port: int, count: int) -> None:
        self.port = port
        self.links: dict[int, socket.socket] = {}
        self.due = deque([0.0] * count)
        self.opened = self.cut = 0
        self.poll = select.epoll()

    def step(self, now_s: float) -> None:
        for _ in range(AT_ONCE):
            if not self.due or self.due[0] > now_s:
                break
            self.due.popleft()
            self.open()
        for fd, what in self.poll.poll(0.01, 1_000):
            if what & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                self.poll.unregister(fd)
                self.links.pop(fd).close()
                self.cut += 1
                self.due.append(now_s + AGAIN_S)
            else:
                self.links[fd].send(HALF)
                self.poll.modify(fd, select.EPOLLIN)

    def open(self) -> None:
        link = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        link.bind((f"127.0.0.{2 + self.opened % SOURCES}", 0))
        link.connect_ex(("127.0.0.1", self.port))
        self.opened += 1
        self.links[link.fileno()] = link
        self.poll.register(link.fileno(), select.EPOLLOUT | select.EPOLLIN)


def main(port: int, count: int) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    besieger, said_at_s = Besieger(port, count), 0.0
    while True:
        now_s = time.monotonic()
        besieger.step(now_s)
        if now_s - said_at_s >= 1:
            said_at_s = now_s
            print(len(besieger.links), besieger.cut, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
