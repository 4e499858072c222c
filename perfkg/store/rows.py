"""Counting the rows of a result while the engine writes it, and cutting it at the row limit.

The engine's writers are much faster than anything that handles terms one by one, but they tell
nobody how many rows they wrote. So the rows are counted in the bytes, by what can stand only at the
beginning of a row; where one row too many begins, the text is closed properly and the engine
stopped.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import islice
from typing import Final, Protocol

_NEWLINE: Final = re.compile(rb"\n")
_RESULT: Final = re.compile(rb"<result>")
_IN_CSV: Final = re.compile(rb'"|\n')
_IN_JSON: Final = re.compile(rb'"|[,\[]\{')
_NOT_IN_XML: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_REPLACEMENT: Final = "\ufffd".encode()


class Enough(Exception):
    """The row limit is reached and there is more; the engine may stop."""


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> int:
        """Take bytes."""


class _Marks(ABC):
    """How the rows of one format are found in its bytes.

    Attributes:
        closing: what ends the text when it is cut before a row.
    """

    closing = b""

    @abstractmethod
    def whole(self, data: bytes) -> int:
        """Return how much of `data` can be judged without seeing what follows."""

    @abstractmethod
    def count(self, data: bytes) -> int:
        """Return the number of rows that begin in `data`, which follows what was seen before."""

    @abstractmethod
    def places(self, data: bytes) -> Iterator[int]:
        """Yield where they begin; what `count` found before does not matter."""

    def clean(self, data: bytes) -> bytes:
        """Return `data` without what the format cannot hold."""
        return data


class _Lines(_Marks):
    """TSV: a row begins behind each line break, if anything does; values hold none."""

    def whole(self, data: bytes) -> int:
        return len(data) - data.endswith(b"\n")

    def count(self, data: bytes) -> int:
        return data.count(b"\n")

    def places(self, data: bytes) -> Iterator[int]:
        return (found.end() for found in _NEWLINE.finditer(data))


class _Csv(_Lines):
    """CSV: the same, but a quoted value may hold line breaks."""

    def __init__(self) -> None:
        self._is_quoted = self._was_quoted = False

    def count(self, data: bytes) -> int:
        self._was_quoted = self._is_quoted
        if b'"' not in data:
            return 0 if self._is_quoted else data.count(b"\n")
        pieces = data.split(b'"')
        outside = pieces[self._is_quoted :: 2]
        self._is_quoted ^= not len(pieces) % 2
        return sum(piece.count(b"\n") for piece in outside)

    def places(self, data: bytes) -> Iterator[int]:
        is_quoted = self._was_quoted
        for found in _IN_CSV.finditer(data):
            if found.group() == b'"':
                is_quoted = not is_quoted
            elif not is_quoted:
                yield found.end()


class _Json(_Marks):
    """JSON: outside strings, only rows are objects in a list (`[{` or `,{`)."""

    closing = b"]}}"

    def __init__(self) -> None:
        self._is_quoted = self._was_quoted = False

    def whole(self, data: bytes) -> int:
        return len(data.rstrip(b"\\,["))

    def count(self, data: bytes) -> int:
        self._was_quoted = self._is_quoted
        pieces = _without_escapes(data).split(b'"')
        outside = b'"'.join(pieces[self._is_quoted :: 2])
        self._is_quoted ^= not len(pieces) % 2
        return outside.count(b",{") + outside.count(b"[{")

    def places(self, data: bytes) -> Iterator[int]:
        is_quoted = self._was_quoted
        for found in _IN_JSON.finditer(_without_escapes(data)):
            if found.group() == b'"':
                is_quoted = not is_quoted
            elif not is_quoted:
                yield found.start() + (found.group() == b"[{")


class _Xml(_Marks):
    """XML: `<result>`; in values `<` is escaped. What XML cannot hold becomes U+FFFD."""

    closing = b"</results></sparql>"

    def whole(self, data: bytes) -> int:
        return max(0, data.rfind(b"<"))

    def count(self, data: bytes) -> int:
        return data.count(b"<result>")

    def places(self, data: bytes) -> Iterator[int]:
        return (found.start() for found in _RESULT.finditer(data))

    def clean(self, data: bytes) -> bytes:
        return _NOT_IN_XML.sub(_REPLACEMENT, data)


def _without_escapes(data: bytes) -> bytes:
    """Return JSON of the same length in which every quotation mark begins or ends a string."""
    return data.replace(rb"\\", b"..").replace(rb"\"", b"..")


_MARKS: Final[dict[str, type[_Marks]]] = {"json": _Json, "xml": _Xml, "csv": _Csv, "tsv": _Lines}
ROW_FORMATS: Final = frozenset(_MARKS)
"""The formats that a table can be written in."""


class RowWriter:
    """Takes what the engine writes, and hands on at most so many rows.

    Args:
        out: where the result goes.
        fmt: `json`, `xml`, `csv` or `tsv`.
        most: the row limit, or None.
    """

    def __init__(self, out: Sink, fmt: str, most: int | None) -> None:
        """Count from nothing."""
        self.rows = 0
        self._out = out
        self._most = most
        self._marks = _MARKS[fmt]()
        self._held: list[bytes] = []
        self._is_cut = False

    def write(self, data: bytes) -> int:
        """Take the next bytes.

        Raises:
            Enough: with them begins one row more than the limit; the text is complete without.
        """
        if self._is_cut:  # the engine empties its buffer even so
            raise Enough
        size = len(data)
        # A long value comes in many pieces: nothing is joined before something can be judged.
        if self._marks.whole(data):
            joined = b"".join((*self._held, data))
            end = self._marks.whole(joined)
            self._held = [joined[end:]]
            self._hand_on(joined[:end])
        else:
            self._held.append(data)
        return size

    def flush(self) -> None:
        """Do nothing; the engine wants it."""

    def finish(self) -> None:
        """Hand on the end of a result that was not cut."""
        self._out.write(self._marks.clean(b"".join(self._held)))
        self._held = []

    def _hand_on(self, data: bytes) -> None:
        found = self._marks.count(data)
        if self._most is not None and self.rows + found > self._most:
            end = next(islice(self._marks.places(data), self._most - self.rows, None))
            self.rows, self._is_cut = self._most, True
            self._out.write(self._marks.clean(data[:end]) + self._marks.closing)
            raise Enough
        self.rows += found
        self._out.write(self._marks.clean(data))
