"""What a worker writes: kept in memory while it is small, else in a file without a name."""

from __future__ import annotations

import os
import tempfile
from typing import IO, Final

from perfkg.errors import QueryError, ResultTooLarge

SMALL: Final = 64 * 1024
"""Bytes up to which an answer goes through the pipe."""
_BUFFER: Final = 256 * 1024
_MEGABYTE: Final = 1024 * 1024


class Spool:
    """Takes bytes up to a limit.

    The file is in the system's folder for temporary files (`TMPDIR`) and has no name, so that
    nothing is left of it whatever happens to the process.

    Args:
        most: bytes that it takes.
    """

    def __init__(self, most: int) -> None:
        """Begin in memory."""
        self.size = 0
        self._most = most
        self._small = bytearray()
        self._file: IO[bytes] | None = None

    def write(self, data: bytes) -> int:
        """Take bytes.

        Raises:
            ResultTooLarge: they are too many.
            QueryError: the disk is full or broken.
        """
        self.size += len(data)
        if self.size > self._most:
            raise _too_large(self._most)
        try:
            if self._file is None and self.size <= SMALL:
                self._small += data
            else:
                self._opened().write(data)
        except OSError as error:
            raise _disk(error) from error
        return len(data)

    def flush(self) -> None:
        """Do nothing before the end; the engine wants it."""

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            self._file = tempfile.TemporaryFile(buffering=_BUFFER)  # noqa: SIM115 - kept open
            self._file.write(self._small)
            self._small.clear()
        return self._file

    def finish(self) -> tuple[bytes, int | None]:
        """Return what is in memory, or the descriptor of the file; the caller closes that.

        Raises:
            QueryError: the disk is full or broken.
        """
        if self._file is None:
            return bytes(self._small), None
        try:
            with self._file as file:
                file.flush()
                return b"", os.dup(file.fileno())
        except OSError as error:
            raise _disk(error) from error


def _too_large(most: int) -> ResultTooLarge:
    size = f"{most / _MEGABYTE:g} MB"
    return ResultTooLarge(
        f"结果超过 {size}。请缩小范围、少取几列或加 LIMIT，或调大 PERFKG_MAX_ANSWER。",
        f"the result is larger than {size}. Narrow the query, ask for fewer columns or add LIMIT, "
        "or raise PERFKG_MAX_ANSWER.",
    )


def _disk(error: OSError) -> QueryError:
    return QueryError(
        f"服务器暂存结果时磁盘出错：{error.strerror}",
        f"the disk failed while the result was being kept: {error.strerror}",
    )
