"""Work on handfuls of files, whoever does it: the results come in the order of the handfuls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeAlias, TypeVar

from perfkg.harvest.places import Place

Task: TypeAlias = tuple[Place, ...]
Part = TypeVar("Part")
Made = TypeVar("Made", covariant=True)


class Work(Protocol[Made]):
    """What is done with some files; it can be pickled."""

    def __call__(self, places: Sequence[Place], /) -> tuple[Made, ...]:
        """Return what comes of them."""

    def lost(self) -> tuple[Made, ...]:
        """Return what stands for a file that ends every process which works on it."""


class Crew(Protocol):
    """Whoever does the work."""

    def results(self, work: Work[Part], tasks: Iterable[Task | None]) -> Iterator[tuple[Part, ...]]:
        """Yield what comes of each task, in their order; nothing for None.

        A file that ends the process which works on it costs no other file anything.
        """


class Alone:
    """Does the work in this process."""

    def results(self, work: Work[Part], tasks: Iterable[Task | None]) -> Iterator[tuple[Part, ...]]:
        """Yield what comes of each task; see `Crew.results`."""
        for task in tasks:
            yield () if task is None else work(task)


def spare(
    work: Work[Part],
    task: Task,
    again: Callable[[Task], tuple[Part, ...]],
    deadly: type[Exception],
) -> tuple[Part, ...]:
    """Do a task that ended its process: find the file in halves.

    Args:
        again: does a part of it by itself, and raises `deadly` if that ends its process too.
    """
    if len(task) == 1:
        return work.lost()
    middle = len(task) // 2
    found: tuple[Part, ...] = ()
    for half in (task[:middle], task[middle:]):
        try:
            found += again(half)
        except deadly:
            found += spare(work, half, again, deadly)
    return found
