"""Writing files whose bytes depend on nothing but their content."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

_PIECE: Final = 1024 * 1024
_LEVEL: Final = 6


@dataclass(frozen=True, slots=True)
class Facts:
    """What a download is described with: its size in bytes and its SHA-256."""

    size: int
    sha256: str


@contextmanager
def compressed(path: Path) -> Iterator[IO[bytes]]:
    """Open a gzip file that holds neither its name nor the time."""
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=raw, mtime=0) as out,
        # The engine writes in small pieces.
        io.BufferedWriter(cast("io.RawIOBase", out), _PIECE) as buffered,
    ):
        yield buffered


def facts_of(path: Path) -> Facts:
    """Return the size and the checksum of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return Facts(path.stat().st_size, digest.hexdigest())


class SortedPrefixes(io.RawIOBase):
    """Passes Turtle on with its prefixes in one order; the engine writes them in any.

    Args:
        out: where to.
    """

    def __init__(self, out: IO[bytes]) -> None:
        """Pass nothing on yet."""
        self._out = out
        self._head: bytes | None = b""

    def writable(self) -> bool:
        """Whether it takes bytes: it does."""
        return True

    def write(self, data: object) -> int:
        """Take some bytes."""
        piece = bytes(cast("bytes", data))
        if self._head is None:
            self._out.write(piece)
        else:
            self._head += piece
            self._pass_on(is_last=False)
        return len(piece)

    def finish(self) -> None:
        """Pass on what is held back."""
        if self._head is not None:
            self._pass_on(is_last=True)

    def _pass_on(self, *, is_last: bool) -> None:
        held = self._head or b""
        lines = held.splitlines(keepends=True)
        whole = lines if is_last else [line for line in lines if line.endswith(b"\n")]
        heads = [line for line in whole if line.startswith(b"@prefix")]
        if not is_last and len(heads) == len(whole):
            return
        self._out.writelines(sorted(heads))
        self._out.write(held[sum(map(len, heads)) :])
        self._head = None
