"""Bounds for pdfminer, which trusts what a file says about its own size.

A few hundred bytes of PDF can ask for gigabytes of memory or days of work: compressed streams in
compressed streams, a font with four billion widths, drawings that draw themselves. `inflating`
bounds what is decompressed, `watched` bounds the time and memory of everything else.
"""

from __future__ import annotations

import ctypes
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pdfminer import pdftypes
from pdfminer.pdfexceptions import PDFException

MAX_INFLATED = 256 * 1024 * 1024
"""Bytes that the compressed streams of one document may grow to, images not counted."""

MAX_MEMORY = 512 * 1024 * 1024
"""Bytes by which the process may grow while one page is interpreted (where /proc tells)."""

_POLL = 0.05
_PAGE_BYTES = 4096
_MEMORY = Path("/proc/self/statm")


class InflatedTooLarge(PDFException):
    """The compressed streams of the document grow beyond `MAX_INFLATED`."""


class Overrun(BaseException):
    """A watched step took more time or memory than it may.

    Not an `Exception`, so that the broad handlers of the libraries let it pass.
    """


class _Allowance(threading.local):
    left = MAX_INFLATED


_allowance = _Allowance()


@contextmanager
def inflating() -> Iterator[None]:
    """Give the document that is read in this context its own allowance of inflated bytes."""
    before, _allowance.left = _allowance.left, MAX_INFLATED
    try:
        yield
    finally:
        _allowance.left = before


class _Inflater:
    """As `zlib.decompressobj()`, within the allowance."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj()

    def decompress(self, data: bytes) -> bytes:
        found = self._inner.decompress(data, _allowance.left + 1)
        _allowance.left -= len(found)
        if _allowance.left < 0:
            raise InflatedTooLarge(f"more than {MAX_INFLATED} bytes")
        return found

    @property
    def eof(self) -> bool:
        return self._inner.eof


class _BoundedZlib:
    """What pdfminer uses of `zlib`."""

    error = zlib.error
    decompressobj = _Inflater

    @staticmethod
    def decompress(data: bytes) -> bytes:
        inflater = _Inflater()
        found = inflater.decompress(data)
        if not inflater.eof:
            raise zlib.error("incomplete stream")
        return found


# pdfminer has no setting for this; a test with a bomb tells if it stops using the name.
vars(pdftypes)["zlib"] = _BoundedZlib


class _Watcher(threading.Thread):
    """Raises `Overrun` in the thread that made it, once, unless it is stopped before."""

    def __init__(self, seconds: float) -> None:
        super().__init__(name="pdf-watch", daemon=True)
        self.fired = False
        self._target = threading.get_ident()
        self._end = time.monotonic() + seconds
        self._most = _resident() + MAX_MEMORY
        self._done = threading.Event()
        self._lock = threading.Lock()

    def run(self) -> None:
        while not self._done.wait(_POLL):
            if time.monotonic() > self._end or _resident() > self._most:
                with self._lock:
                    if not self._done.is_set():
                        self.fired = True
                        ctypes.pythonapi.PyThreadState_SetAsyncExc(
                            ctypes.c_ulong(self._target), ctypes.py_object(Overrun)
                        )
                return

    def stop(self) -> None:
        with self._lock:
            self._done.set()
        self.join()


@contextmanager
def watched(seconds: float) -> Iterator[None]:
    """Raise `Overrun` in this thread when the body takes more than `seconds` or `MAX_MEMORY`.

    Signals would work in the main thread only; a process for each file would cost more than
    most files. The exception is raised between two byte codes, which is enough for pdfminer:
    it is Python throughout.
    """
    watcher = _Watcher(seconds)
    watcher.start()
    arrived = False
    try:
        yield
    except Overrun:
        arrived = True
        raise
    finally:
        watcher.stop()
        while watcher.fired and not arrived:
            time.sleep(_POLL)  # the exception is on its way and is raised here


def _resident() -> int:
    try:
        return int(_MEMORY.read_text().split()[1]) * _PAGE_BYTES
    except OSError:
        return 0
