"""
Does `io_submit` pay here? One frame to 2,000 loopback sockets: one system call for all, against a `send` for each.

    python -m bench.fanout.aio

Linux on x86-64 only; CPU of this thread, interleaved, ratios within a round. RESULTS.md says what came of it.
"""

import contextlib
import ctypes
import socket
import sys
import time
from statistics import median

VIEWERS, ROUNDS = 2_000, 40
FRAME = bytes(500)
SETUP, GETEVENTS, SUBMIT = 206, 208, 209  # system calls of x86-64
WRITE = 1


class Block(ctypes.Structure):
    """`struct iocb` of linux/aio_abi.h."""

    _fields_ = [
        ("data", ctypes.c_uint64),
        ("key", ctypes.c_uint32),
        ("flags_of_read", ctypes.c_int32),
        ("opcode", ctypes.c_uint16),
        ("priority", ctypes.c_int16),
        ("fd", ctypes.c_uint32),
        ("buffer", ctypes.c_uint64),
        ("size", ctypes.c_uint64),
        ("offset", ctypes.c_int64),
        ("reserved", ctypes.c_uint64),
        ("flags", ctypes.c_uint32),
        ("result_fd", ctypes.c_uint32),
    ]


def main() -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    context = ctypes.c_ulong(0)
    if libc.syscall(SETUP, 4_096, ctypes.byref(context)):
        print(f"io_setup is refused here: {ctypes.get_errno()}")
        return 1
    listener = socket.create_server(("127.0.0.1", 0), backlog=4_096)
    ours, theirs = [], []
    for _ in range(VIEWERS):
        theirs.append(socket.create_connection(listener.getsockname()))
        ours.append(listener.accept()[0])
        ours[-1].setblocking(False)
        theirs[-1].setblocking(False)
    held = ctypes.create_string_buffer(FRAME, len(FRAME))
    blocks, pointers = (Block * VIEWERS)(), (ctypes.c_void_p * VIEWERS)()
    events = ctypes.create_string_buffer(32 * VIEWERS)
    for n, link in enumerate(ours):
        blocks[n].opcode, blocks[n].fd = WRITE, link.fileno()
        blocks[n].buffer, blocks[n].size = ctypes.addressof(held), len(FRAME)
        pointers[n] = ctypes.addressof(blocks) + n * ctypes.sizeof(Block)

    def submit() -> None:
        done = 0
        while done < VIEWERS:
            taken = libc.syscall(SUBMIT, context, VIEWERS - done, ctypes.byref(pointers, done * 8))
            assert taken > 0, ctypes.get_errno()
            done += taken
            libc.syscall(GETEVENTS, context, taken, taken, events, None)

    def send() -> None:
        for link in ours:
            link.send(FRAME)

    took: dict[str, list[float]] = {"send": [], "io_submit": []}
    for _ in range(ROUNDS):
        for name, write in (("send", send), ("io_submit", submit)):
            began = time.thread_time()
            write()
            took[name].append((time.thread_time() - began) / VIEWERS * 1e6)
            for link in theirs:
                with contextlib.suppress(BlockingIOError):
                    link.recv(65_536)
    for name, found in took.items():
        print(f"{name}: median {median(found):.2f} µs a write, n {ROUNDS}")
    ratios = [one / other for one, other in zip(took["io_submit"], took["send"], strict=True)]
    print(f"io_submit by send: {median(ratios):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
