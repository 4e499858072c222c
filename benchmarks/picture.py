"""The time that each suite takes against the number of forms, as a picture (SVG).

One panel for each suite that perfkg ran at two sizes or more, both axes logarithmic, so that a
cost that grows with the forms is a line at the slope of the grey one. The same figures give the
same bytes.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, TypeAlias

from benchmarks.measurement import OURS, Measurement

Points: TypeAlias = "list[tuple[float, float]]"

_COLUMNS: Final = 2
_WIDTH, _HEIGHT = 400, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 132, 34, 40
_LINE: Final = 13
_COLOURS: Final = ("#0b5fa5", "#9a3412", "#4d4d4d", "#6b21a8", "#0f766e")
_DASHES: Final = ("none", "6 3", "2 3", "8 3 2 3", "1 2")
_STYLE: Final = (
    "text{font:11px system-ui,sans-serif;fill:#222;"
    "paint-order:stroke;stroke:#fff;stroke-width:3px}"
    ".name{font-size:13px;font-weight:600}"
    ".grid{stroke:#ddd}.linear{stroke:#bbb;stroke-width:5;stroke-linecap:round}"
)


def drawn(found: Sequence[Measurement], titles: Mapping[str, str]) -> str | None:
    """Return the picture; None where nothing was measured at two sizes.

    Args:
        found: what was measured. titles: what each suite is called.
    """
    suites = {suite: _lines([item for item in found if item.suite == suite]) for suite in titles}
    panels = [
        _Panel(titles[suite].partition(":")[0], lines).drawn()
        for suite, lines in suites.items()
        if len(lines.get(OURS, ())) > 1
    ]
    if not panels:
        return None
    rows = -(-len(panels) // _COLUMNS)
    width, height = _COLUMNS * _WIDTH, rows * _HEIGHT
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img">',
            "<title>Time against the number of forms</title>",
            f"<style>{_STYLE}</style>",
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            *(_placed(number, panel) for number, panel in enumerate(panels)),
            "</svg>\n",
        )
    )


def _lines(found: Sequence[Measurement]) -> dict[str, Points]:
    """Return forms and seconds of each engine: the median of its works at each size."""
    lines: dict[str, Points] = {}
    for engine in sorted({item.engine for item in found}, key=lambda name: (name != OURS, name)):
        sizes: dict[int, list[float]] = {}
        for item in found:
            if item.engine == engine and item.runs and item.seconds:
                sizes.setdefault(item.forms, []).append(item.seconds)
        if sizes:
            lines[engine] = [(n, statistics.median(took)) for n, took in sorted(sizes.items())]
    return lines


def _placed(number: int, panel: str) -> str:
    row, column = divmod(number, _COLUMNS)
    return f'<g transform="translate({column * _WIDTH} {row * _HEIGHT})">\n{panel}\n</g>'


@dataclass(frozen=True, slots=True)
class _Axis:
    """A logarithmic axis: from `low` to `high`, powers of ten, to `start` to `end` on paper."""

    low: int
    high: int
    start: float
    end: float

    @classmethod
    def over(cls, values: Sequence[float], start: float, end: float) -> _Axis:
        """Return one that has room for all values."""
        low = math.floor(math.log10(min(values)))
        return cls(low, max(low + 1, math.ceil(math.log10(max(values)))), start, end)

    def at(self, value: float) -> float:
        """Return where a value stands."""
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    @property
    def powers(self) -> list[float]:
        """The powers of ten that it spans."""
        return [10.0**power for power in range(self.low, self.high + 1)]


@dataclass(frozen=True, slots=True)
class _Panel:
    """The picture of one suite.

    Attributes:
        name: of the suite. lines: of each engine, perfkg first.
    """

    name: str
    lines: Mapping[str, Points]

    def drawn(self) -> str:
        """Return it at the origin."""
        points = [point for line in self.lines.values() for point in line]
        across = _Axis.over([forms for forms, _ in points], _LEFT, _WIDTH - _RIGHT)
        up = _Axis.over([seconds for _, seconds in points], _HEIGHT - _BOTTOM, _TOP)
        return "\n".join(
            (
                f'<text class="name" x="{_LEFT}" y="{_TOP - 14}">{escape(self.name)}</text>',
                *_grid(across, up),
                _linear(self.lines[OURS], across, up),
                *self._curves(across, up),
            )
        )

    def _curves(self, across: _Axis, up: _Axis) -> Iterator[str]:
        ends = {
            name: (across.at(forms), up.at(seconds))
            for name, line in self.lines.items()
            for forms, seconds in line[-1:]
        }
        labels = _apart(ends)
        for number, (name, line) in enumerate(self.lines.items()):
            colour = _COLOURS[number % len(_COLOURS)]
            dash = _DASHES[number % len(_DASHES)]
            places = [(across.at(forms), up.at(seconds)) for forms, seconds in line]
            corners = " ".join(f"{x},{y}" for x, y in places)
            yield (
                f'<polyline points="{corners}" fill="none" stroke="{colour}" stroke-width="2" '
                f'stroke-dasharray="{dash}"/>'
            )
            yield from (f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in places)
            yield (
                f'<text x="{places[-1][0] + 8:g}" y="{labels[name] + 4:g}" style="fill:{colour}">'
                f"{escape(name)}</text>"
            )


def _grid(across: _Axis, up: _Axis) -> Iterator[str]:
    for forms in across.powers:
        x = across.at(forms)
        yield f'<line class="grid" x1="{x}" x2="{x}" y1="{up.start}" y2="{up.end}"/>'
        yield f'<text x="{x}" y="{up.start + 16}" text-anchor="middle">{forms:,.0f}</text>'
    for seconds in up.powers:
        y = up.at(seconds)
        yield f'<line class="grid" x1="{across.start}" x2="{across.end}" y1="{y}" y2="{y}"/>'
        yield f'<text x="{across.start - 6}" y="{y + 4}" text-anchor="end">{_time(seconds)}</text>'
    middle = (across.start + across.end) / 2
    yield f'<text x="{middle:g}" y="{up.start + 32}" text-anchor="middle">forms</text>'


def _linear(ours: Points, across: _Axis, up: _Axis) -> str:
    """Draw how the time would grow with the forms from the first measurement on."""
    (first, seconds), (last, _) = ours[0], ours[-1]
    # It ends at the edge of the panel.
    last = min(last, first * 10.0**up.high / seconds)
    x1, y1 = across.at(first), up.at(seconds)
    x2, y2 = across.at(last), up.at(seconds * last / first)
    return f'<line class="linear" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'


def _apart(ends: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Return heights for the names of lines that end here, none on top of another."""
    placed: dict[str, float] = {}
    free: dict[float, float] = {}
    for name, (x, y) in sorted(ends.items(), key=lambda item: item[1][1]):
        placed[name] = max(y, free.get(x, -math.inf))
        free[x] = placed[name] + _LINE
    return placed


def _time(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:,.0f} s"
    return f"{seconds * 1e3:g} ms" if seconds >= 1e-3 else f"{seconds * 1e6:g} µs"
