"""Counting findings by rule, severity, criterion and department, in every combination.

Findings come in kinds: one rule with one severity. For each kind, and for each kind in each
department, their number is known beforehand; which forms they are about is kept as bits, so that
forms with findings of several kinds count once. So no count ever looks at a finding.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

_KINDS: Final = "SELECT rule, rank, first, last, forms FROM kind_of_finding ORDER BY number"
_DEPARTMENTS: Final = "SELECT key, forms FROM department ORDER BY number"
_COUNTS: Final = "SELECT department, kind, findings FROM department_count"


@dataclass(frozen=True, slots=True)
class Kind:
    """The findings of one rule and severity, which stand one after the other.

    Attributes:
        rule: IRI. rank: of the severity. first, last: numbers of the findings.
        forms: the forms that they are about, as bits.
    """

    rule: str
    rank: int
    first: int
    last: int
    forms: int = field(repr=False, compare=False)

    @property
    def count(self) -> int:
        """How many findings there are."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class _Department:
    number: int
    forms: int
    counts: dict[int, int]


class Board:
    """Counts findings; for one generation.

    Args:
        kinds: in the order of their findings.
        departments: key and forms of each, as bits.
        counts: department, kind and number of findings, by the numbers of both.
    """

    def __init__(
        self,
        kinds: Sequence[Kind],
        departments: Sequence[tuple[str, int]],
        counts: Iterable[tuple[int, int, int]],
    ) -> None:
        """Take over what was counted."""
        self._kinds = kinds
        self._firsts = [kind.first for kind in kinds]
        of: dict[int, dict[int, int]] = defaultdict(dict)
        for department, kind, findings in counts:
            of[department][kind] = findings
        self._departments = {
            key: _Department(n, forms, of[n]) for n, (key, forms) in enumerate(departments)
        }

    @property
    def kinds(self) -> Sequence[tuple[str, int]]:
        """Rule and rank of every kind, the gravest first."""
        return [(kind.rule, kind.rank) for kind in self._kinds]

    @property
    def departments(self) -> Collection[str]:
        """Their keys."""
        return self._departments.keys()

    def number_of(self, department: str) -> int:
        """Return the number of a department; -1 if there is none of that key."""
        found = self._departments.get(department)
        return found.number if found else -1

    def ranges(
        self, asked: Iterable[tuple[str, int]], department: str = ""
    ) -> list[tuple[Kind, int]]:
        """Return the kinds that are asked for with their numbers of findings, in order."""
        wanted, counts = set(asked), self._counts(department)
        return [
            (kind, counts[n])
            for n, kind in enumerate(self._kinds)
            if (kind.rule, kind.rank) in wanted and counts.get(n)
        ]

    def tally(
        self, asked: Collection[tuple[str, int]], department: str = ""
    ) -> tuple[Counter[int], int]:
        """Return the findings by rank, and how many forms they are about.

        Args:
            asked: rule and rank of the kinds. department: of the forms; "" for any.
        """
        ranks: Counter[int] = Counter()
        forms = 0
        for kind, count in self.ranges(asked, department):
            ranks[kind.rank] += count
            forms |= kind.forms
        if department:
            forms &= self._departments[department].forms if ranks else 0
        return ranks, forms.bit_count()

    def counted(self, findings: Iterable[int]) -> Mapping[Kind, int]:
        """Return how many of these findings are of each kind."""
        counts = Counter(bisect_right(self._firsts, number) - 1 for number in findings)
        return {self._kinds[n]: count for n, count in counts.items()}

    def _counts(self, department: str) -> Mapping[int, int]:
        if not department:
            return {n: kind.count for n, kind in enumerate(self._kinds)}
        found = self._departments.get(department)
        return found.counts if found else {}


def read_board(ask: Callable[[str], Iterable[tuple[Any, ...]]]) -> Board:
    """Return the board of a directory, which `ask` reads."""
    return Board(
        [
            Kind(rule, rank, first, last, int.from_bytes(bits, "little"))
            for rule, rank, first, last, bits in ask(_KINDS)
        ],
        [(key, int.from_bytes(bits, "little")) for key, bits in ask(_DEPARTMENTS)],
        ask(_COUNTS),
    )
