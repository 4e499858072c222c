"""Bringing the graph into another store, in parts, and proving that it arrived.

Nothing is kept between two attempts: what the target already holds is read back first. Where that
is a part of our graph, only the rest is sent; so an attempt that was cut short is taken up again.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Final

from pyoxigraph import DefaultGraph, RdfFormat, Store, parse, serialize

from perfkg.errors import StoreError
from perfkg.export.target import Refusal, Target
from perfkg.store.dump import sorted_triples
from perfkg.store.sorting import sorted_once

PART: Final = 10_000
"""Statements that are sent at once."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a target would have to gain and lose.

    Attributes:
        wanted: statements that it is to hold. missing: those that it lacks.
        foreign: statements that it holds and is not to hold.
    """

    wanted: int
    missing: int
    foreign: int

    @property
    def is_none(self) -> bool:
        """Whether the target holds the graph already."""
        return not (self.missing or self.foreign)


@dataclass(frozen=True, slots=True)
class Digest:
    """A graph without blank nodes, told by its size and the SHA-256 of its sorted statements."""

    count: int
    sha256: str


class Push:
    """Our default graph on its way into a target.

    Args:
        database: whose default graph is sent. target: where to.
        folder: for temporary files, which stay there.
    """

    def __init__(self, database: Store, target: Target, folder: Path) -> None:
        """Send nothing yet."""
        self._database = database
        self._target = target
        self._folder = folder
        self._sorted: Path | None = None

    def compare(self) -> Difference:
        """Tell what sending would change; changes nothing.

        Raises:
            StoreError: the target cannot be read.
        """
        wanted = missing = foreign = 0
        with self._theirs() as theirs:
            for side, _ in _merged(self._ours(), theirs):
                wanted += side != _THEIRS
                missing += side == _OURS
                foreign += side == _THEIRS
        return Difference(wanted, missing, foreign)

    def send(self, difference: Difference, progress: Progress = lambda _, __: None) -> None:
        """Send what is missing, or everything where the target holds something else.

        Args:
            difference: what `compare` found.
            progress: told how many statements of how many were sent.

        Raises:
            StoreError: the target failed; says whether its graph is as before.
        """
        if difference.foreign or not difference.missing:
            self._send(self._ours(), difference.wanted, progress, replacing=True)
            return
        with self._file(self._missing()) as lines:
            self._send(lines, difference.missing, progress, replacing=False)

    def _missing(self) -> Iterator[bytes]:
        with self._theirs() as theirs:
            yield from (line for side, line in _merged(self._ours(), theirs) if side == _OURS)

    def _send(
        self, lines: Iterable[bytes], total: int, progress: Progress, *, replacing: bool
    ) -> None:
        sent, waiting = 0, iter(lines)
        while part := list(islice(waiting, PART)):
            first = replacing and not sent
            try:
                (self._target.replace if first else self._target.add)(b"".join(part))
            except StoreError as error:
                raise _cut_short(error, sent, total) from error
            sent += len(part)
            progress(sent, total)

    def verify(self) -> Digest:
        """Read the graph back and compare number and hash.

        Raises:
            StoreError: it differs; says in what.
        """
        ours = _digest(self._ours())
        with self._theirs() as theirs:
            found = _digest(theirs)
        if found != ours:
            difference = self.compare()
            raise StoreError(
                f"核对不符：应有 {ours.count} 条，读回 {found.count} 条；"
                f"缺 {difference.missing} 条，多 {difference.foreign} 条",
                f"not verified: {ours.count} statements are wanted and {found.count} were read "
                f"back; {difference.missing} are missing and {difference.foreign} too many",
                place=self._target.address,
            )
        return ours

    def _ours(self) -> Iterator[bytes]:
        """Yield our statements, sorted; they are read from the database once."""
        if self._sorted is None:
            descriptor, name = tempfile.mkstemp(dir=self._folder)
            with open(descriptor, "wb") as file:
                file.writelines(sorted_triples(self._database, DefaultGraph(), self._folder))
            self._sorted = Path(name)
        with self._sorted.open("rb") as lines:
            yield from lines

    @contextmanager
    def _theirs(self) -> Iterator[Iterator[bytes]]:
        """Give the statements of the target, sorted, spelled as our engine spells them."""
        with self._target.reading() as sent:
            yield iter(()) if sent is None else sorted_once(self._respelled(sent), self._folder)

    def _respelled(self, sent: IO[bytes]) -> Iterator[bytes]:
        with tempfile.TemporaryFile(dir=self._folder) as file:
            try:
                triples = (quad.triple for quad in parse(sent, RdfFormat.N_TRIPLES))
                serialize(triples, file, RdfFormat.N_TRIPLES)
            except SyntaxError as error:
                raise StoreError(
                    f"目标库读回的内容不是完整的 N-Triples：{error}",
                    f"what the target gave back is no whole N-Triples: {error}",
                    place=self._target.address,
                ) from error
            file.seek(0)
            yield from file

    @contextmanager
    def _file(self, lines: Iterable[bytes]) -> Iterator[IO[bytes]]:
        with tempfile.TemporaryFile(dir=self._folder) as file:
            file.writelines(lines)
            file.seek(0)
            yield file


def _cut_short(error: StoreError, sent: int, total: int) -> StoreError:
    if not sent and isinstance(error, Refusal):
        return StoreError(
            f"{error.text.zh}。此前没有送出任何内容，目标图应与之前相同",
            f"{error.text.en}. Nothing was sent before, so the target graph should be as it was",
            place=error.place,
        )
    if not sent:
        return StoreError(
            f"{error.text.zh}。第一批是否已写入无从得知，目标图可能不完整。再次运行同一命令即可接着送",
            f"{error.text.en}. Whether the first part was written cannot be told, so the target "
            "graph may be incomplete. Run the same command again to go on",
            place=error.place,
        )
    return StoreError(
        f"{error.text.zh}。目标图不完整：已送出 {sent} / {total} 条。再次运行同一命令即可接着送",
        f"{error.text.en}. The target graph is incomplete: {sent} of {total} statements were sent. "
        "Run the same command again to go on",
        place=error.place,
    )


_OURS: Final = "ours"
_THEIRS: Final = "theirs"
_BOTH: Final = "both"


def _merged(ours: Iterator[bytes], theirs: Iterator[bytes]) -> Iterator[tuple[str, bytes]]:
    """Walk through two sorted sequences; tell of each line which of them hold it."""
    left, right = next(ours, None), next(theirs, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left < right):
            assert left is not None  # noqa: S101 - one of both is there
            yield _OURS, left
            left = next(ours, None)
        elif left is None or right < left:
            yield _THEIRS, right
            right = next(theirs, None)
        else:
            yield _BOTH, left
            left, right = next(ours, None), next(theirs, None)


def _digest(lines: Iterable[bytes]) -> Digest:
    digest, count = hashlib.sha256(), 0
    for line in lines:
        digest.update(line)
        count += 1
    return Digest(count, digest.hexdigest())
