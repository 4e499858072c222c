"""What an ingest must remember of every file, on disk: its memory does not grow with their number.

Both are temporary files without a name in the system's folder for them (`TMPDIR`).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final, Self

from perfkg.errors import StoreError
from perfkg.harvest.places import Address, Place

_END: Final = b"\0"
_PIECE: Final = 1 << 16


class Listing:
    """The files that an ingest was given, in their order.

    Args:
        places: they are looked up once.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        """Note them down."""
        self._count = 0
        self._file = TemporaryFile()  # noqa: SIM115 - kept open
        try:
            for place in places:
                self._file.write(encode(place) + _END)
                self._count += 1
            self._file.flush()
        except OSError as error:
            raise _full(error) from error

    def __len__(self) -> int:
        """Return how many there are."""
        return self._count

    def __iter__(self) -> Iterator[Place]:
        """Yield them."""
        rest, at = b"", 0
        while piece := os.pread(self._file.fileno(), _PIECE, at):
            at += len(piece)
            *whole, rest = (rest + piece).split(_END)
            yield from map(decode, whole)

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the file go."""
        self._file.close()


def encode(place: Place) -> bytes:
    """Return bytes that stand for a place."""
    return b"a" + place.url.encode() if isinstance(place, Address) else b"p" + os.fsencode(place)


def decode(data: bytes) -> Place:
    """Return the place that the bytes stand for."""
    rest = data[1:]
    return Address(rest.decode()) if data[:1] == b"a" else Path(os.fsdecode(rest))


class Notebook:
    """Two lists to look things up in: files by what they hold, and kept readings by their keys."""

    def __init__(self) -> None:
        """Begin with empty pages."""
        # The empty name is a temporary database on disk, of which a few MB are held in memory.
        self._pages = sqlite3.connect("", isolation_level=None)
        self._pages.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE seen (digest BLOB PRIMARY KEY, place BLOB) WITHOUT ROWID;"
            "CREATE TABLE kept (key BLOB PRIMARY KEY, shard TEXT, number INT) WITHOUT ROWID;"
        )

    def close(self) -> None:
        """Throw it away."""
        self._pages.close()

    def first(self, digest: bytes, place: Place) -> Place | None:
        """Note a file; return the earlier one with the same bytes, if there is one."""
        try:
            self._pages.execute("INSERT INTO seen VALUES (?, ?)", (digest, encode(place)))
        except sqlite3.IntegrityError:
            found = self._pages.execute("SELECT place FROM seen WHERE digest = ?", (digest,))
            return decode(found.fetchone()[0])
        except sqlite3.OperationalError as error:
            raise _full(error) from error
        return None

    def keep(self, keys: Iterable[str | None], shard: str) -> None:
        """Note whose readings a shard holds, in their order."""
        rows = ((bytes.fromhex(key), shard, n) for n, key in enumerate(keys) if key)
        try:
            self._pages.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", rows)
        except sqlite3.OperationalError as error:
            raise _full(error) from error

    def kept(self, key: str) -> tuple[str, int] | None:
        """Return the shard that holds a reading, and which of its files it is."""
        found = self._pages.execute(
            "SELECT shard, number FROM kept WHERE key = ?", (bytes.fromhex(key),)
        ).fetchone()
        return None if found is None else (str(found[0]), int(found[1]))

    def __len__(self) -> int:
        """Return how many readings are kept."""
        return int(self._pages.execute("SELECT COUNT(*) FROM kept").fetchone()[0])


def _full(error: Exception) -> StoreError:
    return StoreError(
        f"临时文件写入失败（{error}）。请腾出磁盘空间，或用 TMPDIR 指定别处，再运行一次",
        f"a temporary file cannot be written ({error}). Make room on the disk, or name another "
        "place with TMPDIR, and run it again",
    )
