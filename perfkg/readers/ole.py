"""The OLE compound file: the container of Word and Excel 97-2003 and of encrypted Office files."""

from __future__ import annotations

import struct

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA
"""Sector numbers from here on are marks, not sectors."""


class OleError(Exception):
    """The container is damaged or cut off."""


class OleFile:
    """The streams of a compound file, by the name of each.

    No allocation follows a size that the file states; every chain is bounded by its bytes.

    Raises:
        OleError: when the container cannot be read.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or not data.startswith(MAGIC):
            raise OleError
        self._data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 0x1E)
        if shift not in (9, 12) or mini_shift != 6:
            raise OleError
        self._size = 1 << shift
        (first_dir,) = struct.unpack_from("<I", data, 0x30)
        self._cutoff, first_mini = struct.unpack_from("<II", data, 0x38)
        self._fat = self._read_fat()
        self._mini_fat = _numbers(self._chain(first_mini))
        self._entries = self._read_directory(self._chain(first_dir))
        self._mini = b""

    @property
    def names(self) -> frozenset[str]:
        """The names of all streams and storages."""
        return frozenset(self._entries)

    def stream(self, name: str) -> bytes:
        """Return the bytes of a stream.

        Raises:
            OleError: when there is none, or it is cut off.
        """
        if name not in self._entries:
            raise OleError
        start, size = self._entries[name]
        if size >= self._cutoff:
            found = self._chain(start)
        else:
            if not self._mini:
                self._mini = self._chain(self._entries["Root Entry"][0])
            found = self._mini_chain(start)
        if len(found) < size:
            raise OleError
        return found[:size]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._data[start : start + self._size]

    def _read_fat(self) -> tuple[int, ...]:
        sectors = list(struct.unpack_from("<109I", self._data, 0x4C))
        (following,) = struct.unpack_from("<I", self._data, 0x44)
        seen: set[int] = set()
        while following < _END and following not in seen:
            seen.add(following)
            numbers = _numbers(self._sector(following))
            if not numbers:
                raise OleError
            sectors += numbers[:-1]
            following = numbers[-1]
        known = dict.fromkeys(number for number in sectors if number < _END)
        return _numbers(b"".join(self._sector(number) for number in known))

    def _chain(self, start: int) -> bytes:
        sectors = [self._sector(number) for number in _follow(self._fat, start)]
        if not all(sectors):
            raise OleError
        return b"".join(sectors)

    def _mini_chain(self, start: int) -> bytes:
        offsets = (number * 64 for number in _follow(self._mini_fat, start))
        return b"".join(self._mini[offset : offset + 64] for offset in offsets)

    def _read_directory(self, data: bytes) -> dict[str, tuple[int, int]]:
        entries: dict[str, tuple[int, int]] = {}
        for offset in range(0, len(data) - 127, 128):
            (length,) = struct.unpack_from("<H", data, offset + 0x40)
            if not 2 <= length <= 64 or data[offset + 0x42] not in (1, 2, 5):
                continue
            name = data[offset : offset + length - 2].decode("utf-16-le", "replace")
            if data[offset + 0x42] == 5:
                name = "Root Entry"
            start, size = struct.unpack_from("<II", data, offset + 0x74)
            entries.setdefault(name, (start, size))
        if "Root Entry" not in entries:
            raise OleError
        return entries


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _follow(table: tuple[int, ...], start: int) -> list[int]:
    """Return the chain from `start`; one that turns in a circle or leaves the table is broken."""
    chain: list[int] = []
    number = start
    while number < _END:
        if number >= len(table) or len(chain) >= len(table):
            raise OleError
        chain.append(number)
        number = table[number]
    return chain
