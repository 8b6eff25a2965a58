"""
The same bytes to many sockets by one system call: Linux's `io_submit`, called through ctypes.

For a viewer the kernel's work costs the most and cannot be saved; entering the kernel, the transport and the
interpreter for each of them can. A write to a socket that does not block is over when `io_submit` returns, so nothing
runs in the background. What was not taken whole is given to the viewer's transport, which knows what to do about it.

A descriptor is used only while its viewer sits in a list. uvloop and asyncio both close one after `connection_lost`
has been called, where a viewer leaves every list, so no other connection can have got its number. Where the kernel
does not offer this (other systems, a filter of system calls), viewers are written one by one.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from array import array
from functools import lru_cache

MOST_AT_ONCE = 256
LONGEST_BYTES = 1 << 18
NO_FD = -1

_NUMBERS = {"x86_64": (206, 208, 209), "aarch64": (0, 4, 2)}  # io_setup, io_getevents, io_submit
_WRITE = 1
_BLOCK_CELLS = 16  # `struct iocb` in words of 32 bits
_DATA, _OPCODE, _FD, _BUFFER, _BUFFER_HIGH, _SIZE = 0, 4, 5, 6, 7, 8
_EVENT_CELLS = 4  # `struct io_event` in words of 64 bits
_WORD = 0xFFFFFFFF
_ROOM = 64


class Kernel:
    """What the kernel keeps for us: one context, and one buffer that all blocks point to."""

    def __init__(self, context: int, numbers: tuple[int, int, int]) -> None:
        _, getevents, submit = numbers
        libc = ctypes.CDLL(None)
        self._context, self._getevents, self._submit = context, getevents, submit
        # An item, unlike an attribute, is a function of its own with its own types.
        self._call_submit = libc["syscall"]
        self._call_submit.argtypes = (ctypes.c_long, ctypes.c_ulong, ctypes.c_long, ctypes.c_ulong)
        self._call_submit.restype = ctypes.c_long
        self._call_getevents = libc["syscall"]
        self._call_getevents.argtypes = (
            ctypes.c_long,
            ctypes.c_ulong,
            ctypes.c_long,
            ctypes.c_long,
            ctypes.c_ulong,
            ctypes.c_ulong,
        )
        self._call_getevents.restype = ctypes.c_long
        self._buffer = ctypes.create_string_buffer(LONGEST_BYTES)
        self.buffer_at = ctypes.addressof(self._buffer)
        self._held = b""
        self._events = ctypes.create_string_buffer(8 * _EVENT_CELLS * MOST_AT_ONCE)
        self._events_at = ctypes.addressof(self._events)
        self._answers = memoryview(self._events).cast("B").cast("Q")
        self._whole: dict[tuple[int, int], memoryview] = {}

    def hold(self, data: bytes) -> None:
        """Put the bytes where the blocks point to; between two chunks of one pass another may have put its own."""
        if data is not self._held:
            ctypes.memmove(self.buffer_at, data, len(data))
            self._held = data

    def submit(self, blocks_at: int, count: int) -> int:
        """How many of the blocks were done; 0 or less: not even the first."""
        done: int = self._call_submit(self._submit, self._context, count, blocks_at)
        return done

    def short(self, count: int, size: int) -> list[tuple[int, int]]:
        """
        Of the last `count` writes those that did not take all: which, and how many bytes they took.

        Raises:
            OSError: the kernel does not say.
        """
        got = self._call_getevents(self._getevents, self._context, count, count, self._events_at, 0)
        if got != count:
            raise OSError("io_getevents lost what io_submit did")
        whole = self._whole.get((count, size))
        if whole is None:
            if len(self._whole) > MOST_AT_ONCE:
                self._whole.clear()
            whole = self._whole[count, size] = memoryview(array("Q", [size]) * count)
        answers = self._answers
        taken = answers[2 : _EVENT_CELLS * count : _EVENT_CELLS]
        if taken == whole:
            return []
        which = answers[0 : _EVENT_CELLS * count : _EVENT_CELLS]
        # An error is negative, which is a very large number here: nothing was taken.
        pairs = zip(which, taken, strict=True)
        return [(index, took if took < size else 0) for index, took in pairs if took != size]


@lru_cache(maxsize=1)
def kernel() -> Kernel | None:
    """The one of this process; None where there is none."""
    numbers = _NUMBERS.get(platform.machine()) if sys.platform == "linux" and sys.maxsize > _WORD else None
    if numbers is None:
        return None
    context = ctypes.c_ulong(0)
    setup = ctypes.CDLL(None)["syscall"]
    setup.restype = ctypes.c_long
    if setup(ctypes.c_long(numbers[0]), ctypes.c_long(MOST_AT_ONCE), ctypes.byref(context)):
        return None
    return Kernel(context.value, numbers)


class Table:
    """One block for each seat of a list, by its index."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._room = 0
        self._size = -1
        self._cells = memoryview(array("I"))
        self._make_room(_ROOM)

    def set(self, index: int, fd: int) -> None:
        """Who sits there now; `NO_FD` for nobody, or for one that has no socket of its own."""
        if index >= self._room:
            self._make_room(2 * self._room)
        self._cells[_BLOCK_CELLS * index + _FD] = fd & _WORD

    def write(self, data: bytes, start: int, stop: int) -> list[tuple[int, int]]:
        """
        Write to the seats from `start` until before `stop`.

        Args:
            data: At most `LONGEST_BYTES`.

        Returns:
            Who did not take all of it, and how many bytes of it they took.
        """
        hub, size = self._kernel, len(data)
        hub.hold(data)
        if size != self._size:
            self._size = size
            self._cells[_SIZE::_BLOCK_CELLS] = memoryview(array("I", [size]) * self._room)
        left: list[tuple[int, int]] = []
        while start < stop:
            done = hub.submit(self._pointers_at + 8 * start, min(MOST_AT_ONCE, stop - start))
            if done > 0:
                left += hub.short(done, size)
            else:
                left.append((start, 0))
            start += max(done, 1)
        return left

    def _make_room(self, room: int) -> None:
        before = self._cells
        blocks = (ctypes.c_uint32 * (_BLOCK_CELLS * room))()
        at = ctypes.addressof(blocks)
        self._pointers = (ctypes.c_uint64 * room)(*range(at, at + 4 * _BLOCK_CELLS * room, 4 * _BLOCK_CELLS))
        self._pointers_at = ctypes.addressof(self._pointers)
        self._cells = cells = memoryview(blocks).cast("B").cast("I")
        buffer_at = self._kernel.buffer_at
        for cell, value in (
            (_OPCODE, _WRITE),
            (_FD, NO_FD & _WORD),
            (_BUFFER, buffer_at & _WORD),
            (_BUFFER_HIGH, buffer_at >> 32),
        ):
            cells[cell::_BLOCK_CELLS] = memoryview(array("I", [value]) * room)
        cells[_DATA::_BLOCK_CELLS] = memoryview(array("I", range(room)))
        cells[_FD : len(before) : _BLOCK_CELLS] = before[_FD::_BLOCK_CELLS]
        self._room, self._size = room, -1
