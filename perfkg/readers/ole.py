"""The OLE compound file: the container of Word and Excel 97-2003 and of encrypted Office files.

olefile reads it. What it takes on trust (sizes in the header, chains that turn in a circle, the
number of entries) is checked before, so that memory and time follow the file's real size.
"""

from __future__ import annotations

import io
import struct

import olefile

MAGIC: bytes = olefile.MAGIC

MAX_ENTRIES = 8192
"""Streams and storages of one container; olefile compares them pair by pair."""

_FAT_IN_HEADER = 109
_BROKEN = (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError,
           RecursionError, struct.error)  # fmt: skip
"""What olefile raises on damaged files."""


class OleError(Exception):
    """The container is damaged or cut off."""


class _Container(olefile.OleFileIO):  # type: ignore[misc]  # olefile has no types
    """A compound file whose directory is measured before it is read."""

    def loaddirectory(self, sect: int) -> None:
        sector = sect
        for _ in range(MAX_ENTRIES * 128 // self.sectorsize):
            if sector >= len(self.fat):
                break
            sector = self.fat[sector]
        else:
            raise OleError
        super().loaddirectory(sect)


class OleFile:
    """The top streams and storages of a compound file, by the name of each.

    Raises:
        OleError: when the container cannot be read.
    """

    def __init__(self, data: bytes) -> None:
        self._size = len(data)
        _check_header(data)
        try:
            self._file = _Container(io.BytesIO(data))
            self.names = frozenset(path[0] for path in self._file.listdir(storages=True))
        except _BROKEN as error:
            raise OleError from error

    def stream(self, name: str) -> bytes:
        """Return the bytes of a stream.

        Raises:
            OleError: when there is none, or it is cut off.
        """
        try:
            size: int = self._file.get_size(name)
            if max(size, self._file.root.size) > self._size:
                raise OleError
            found: bytes = self._file.openstream(name).read()
        except _BROKEN as error:
            raise OleError from error
        if len(found) < size:
            raise OleError
        return found


def _check_header(data: bytes) -> None:
    """Refuse a header whose tables would be larger than the file."""
    if len(data) < 512 or not data.startswith(MAGIC):
        raise OleError
    shift, mini_shift = struct.unpack_from("<HH", data, 0x1E)
    (fat,) = struct.unpack_from("<I", data, 0x2C)
    (mini_fat,) = struct.unpack_from("<I", data, 0x40)
    if shift not in (9, 12) or mini_shift != 6:
        raise OleError
    needed = len(data) >> (shift + shift - 2)
    if fat > _FAT_IN_HEADER + 2 * needed or mini_fat << shift > len(data):
        raise OleError
