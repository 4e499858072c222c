"""A large store reviewed piece by piece: as many forms at a time as fit into memory, side by side.

Nearly all rules look at a form, its parts and what these name, and at no other form
(`perfkg.shacl.locality`): for those a piece is as good as the whole. The others are run on the
whole, where it is. What is found is the same, whatever the pieces are.
"""

from __future__ import annotations

import os
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias, TypeVar

import pyoxigraph as ox

from perfkg.errors import StoreError
from perfkg.namespaces import PK, RDF
from perfkg.shacl import ShapesGraph
from perfkg.shacl.neighbourhood import Neighbourhood
from perfkg.validation import fast
from perfkg.validation.engine import Result
from perfkg.validation.findings import Finding
from perfkg.validation.known import PARTS, known_local
from perfkg.validation.shapes import ShapeNode, Shapes
from perfkg.validation.telling import tell
from perfkg.validation.uncollected import uncollected

T = TypeVar("T")
Node: TypeAlias = ox.NamedNode | ox.BlankNode

PIECE: Final = 2_500
"""Forms of a piece at the most: some 600,000 triples, for which a process takes 500 MB."""

MOST_WORKERS: Final = 4
"""Processes at the most: more would take more memory than an ingest should."""

_TYPE: Final = ox.NamedNode(f"{RDF}type")
_FORM: Final = ox.NamedNode(f"{PK}Form")
_AHEAD: Final = 2
"""Pieces that are found while the one before waits to be taken."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a piece.

    Attributes:
        findings: about its forms.
        shared: about things that other pieces may have as well; not told yet, as it takes the
            whole to say who uses them.
        nodes: what the piece has everything of, as `_digest` of each.
    """

    findings: list[Finding]
    shared: list[Result]
    nodes: array[int]


def forms_in(data: ox.Store) -> list[Node]:
    """Return the forms of a store, in an order that does not depend on how it was written."""
    found = data.quads_for_pattern(None, _TYPE, _FORM, ox.DefaultGraph())
    return sorted((q.subject for q in found if isinstance(q.subject, Node)), key=str)


def has_forms(data: ox.Store) -> bool:
    """Tell whether there is a form in a store."""
    return next(data.quads_for_pattern(None, _TYPE, _FORM, ox.DefaultGraph()), None) is not None


def processes(workers: int | None = None) -> int:
    """Return how many processes review a large store.

    Args:
        workers: how many there may be; None for one for each core.
    """
    return min(workers or os.cpu_count() or 1, MOST_WORKERS)


def found_in_pieces(
    data: ox.Store, shapes: Shapes, *, folder: Path | None = None, workers: int = 1
) -> Iterator[list[Finding]]:
    """Yield what the set-based engine finds, piece by piece.

    Args:
        data: a store on disk; nobody writes to it meanwhile.
        shapes: the rules.
        folder: on the same disk, for a copy by hard links that other processes read.
        workers: how many processes; with one, this one does it all.

    Raises:
        ShapesError: a shape cannot be run.
        StoreError: a process died.
    """
    local = shapes.plan.local(PARTS, known_local())
    seen = array("Q")
    shared: set[Result] = set()

    def taken(found: Iterator[Found]) -> Iterator[list[Finding]]:
        for piece in found:
            seen.extend(piece.nodes)
            shared.update(piece.shared)
            yield piece.findings

    with _crew(data, shapes, local, folder, workers) as do:
        yield from taken(do(_pieces(forms_in(data), workers)))
        checked = array("Q", sorted(seen))
        strays = (
            node
            for node in shapes.plan.focus_nodes(data, local)
            if isinstance(node, Node) and not _holds(checked, _digest(node))
        )
        yield from taken(do(_pieces(list(dict.fromkeys(strays)), workers)))
    with uncollected():
        wide = [shape for shape in shapes.plan.shapes if shape not in local]
        yield tell([*fast.run(data, shapes, only=wide), *shared], data, shapes)


Do: TypeAlias = Callable[[Iterable[Sequence[Node]]], Iterator[Found]]


@contextmanager
def _crew(
    data: ox.Store, shapes: Shapes, local: frozenset[ShapeNode], folder: Path | None, workers: int
) -> Iterator[Do]:
    """Give what reviews pieces one after the other, by itself or with other processes."""
    if workers == 1:
        reviewer = _Reviewer(data, shapes, local)
        yield lambda pieces: map(reviewer.found, pieces)
        return
    with TemporaryDirectory(dir=folder) as place:
        copy = str(Path(place) / "db")
        data.flush()
        data.backup(copy)
        with ProcessPoolExecutor(
            workers, get_context("spawn"), _begin, (copy, shapes.source, local)
        ) as pool:
            yield lambda pieces: _side_by_side(pool, pieces, workers + _AHEAD)


def _side_by_side(
    pool: ProcessPoolExecutor, pieces: Iterable[Sequence[Node]], most: int
) -> Iterator[Found]:
    """Yield what is found, in the order of the pieces; a few are begun before they are wanted."""
    begun: deque[Future[Found]] = deque()
    try:
        for piece in pieces:
            begun.append(pool.submit(_review, piece))
            if len(begun) == most:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    except BrokenProcessPool as error:
        raise StoreError(
            "检查进程意外结束，多半因内存不足；本次改动没有保存。请减少进程数（--workers）后重试。",
            "a process of the review ended, most likely for lack of memory, and nothing was kept. "
            "Try again with fewer processes (--workers).",
        ) from error
    finally:
        for future in begun:
            future.cancel()


class _Reviewer:
    """Reviews pieces of a store.

    Args:
        data: the store.
        shapes: the rules.
        local: those that are run.
    """

    def __init__(self, data: ox.Store, shapes: Shapes, local: frozenset[ShapeNode]) -> None:
        self._data = data
        self._shapes = shapes
        self._local = local

    def found(self, seeds: Sequence[Node]) -> Found:
        """Review some nodes, most of them forms, and all that is reached from them."""
        with uncollected():
            around = Neighbourhood(self._data, PARTS)
            around.reach(seeds)
            results = fast.run(around.store, self._shapes, only=self._local)
            findings = tell(results, around.store, self._shapes)
            own = {seed.value for seed in seeds}
            others = {form.value for form in forms_in(around.store)} - own
            # A finding about no form of the piece is about what several forms share; one about
            # a form that is only named here comes with its own piece.
            shared = {f.focus for f in findings if f.form not in own and f.form not in others}
            return Found(
                [finding for finding in findings if finding.form in own],
                [result for result in results if result.focus.value in shared],
                array("Q", map(_digest, around.nodes)),
            )


_reviewer: _Reviewer | None = None


def _begin(copy: str, source: ShapesGraph, local: frozenset[ShapeNode]) -> None:
    """Prepare a process: it gets the rules as they were read, and not what they were made into."""
    global _reviewer
    _reviewer = _Reviewer(ox.Store.read_only(copy), Shapes(source), local)


def _review(seeds: Sequence[Node]) -> Found:
    assert _reviewer is not None  # noqa: S101 - `_begin` ran before
    return _reviewer.found(seeds)


def _pieces(nodes: Sequence[T], workers: int) -> Iterator[Sequence[T]]:
    """Yield pieces of about the same size, so many that no process is left without one."""
    rounds = -(-len(nodes) // (workers * PIECE))
    size = -(-len(nodes) // (workers * max(rounds, 1)))
    yield from (nodes[start : start + size] for start in range(0, len(nodes), size or 1))


def _digest(node: Node) -> int:
    """Return a number for a node: 64 bits, so that a million of them have one each."""
    return int.from_bytes(blake2b(str(node).encode(), digest_size=8).digest())


def _holds(numbers: array[int], number: int) -> bool:
    place = bisect_left(numbers, number)
    return place < len(numbers) and numbers[place] == number
