"""The classes of the ontology and the properties between them, as a drawing in SVG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from perfkg.messages import Language
from perfkg.namespaces import PK, RDFS
from perfkg.server.linked.ontology import Ontology, short

_BOX: Final = (170, 44)
_GAP: Final = (150, 44)
_MARGIN: Final = 16
_LINE: Final = 14
_LIFT: Final = 70
"""How far an arrow that passes a column rises above the boxes there."""
_TOP: Final = _MARGIN + 2 * _LIFT
_PLACES: Final = sorted((n / 40 for n in range(5, 36)), key=lambda at: abs(at - 0.5))
"""Where on their arrows names may stand, the middle first."""
_LETTER: Final = 6.5
"""About how wide a letter of a name is."""
_SUBCLASS: Final = f"{RDFS}subClassOf"


@dataclass(frozen=True, slots=True)
class Edge:
    """What leads from one class to another: properties, or being a subclass."""

    start: str
    end: str
    names: tuple[str, ...]
    is_subclass: bool


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the drawing."""

    left: float
    top: float
    right: float
    bottom: float

    def shared(self, other: Area) -> float:
        """Return how much of it another covers."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(wide, 0) * max(high, 0)


def edges_of(ontology: Ontology) -> list[Edge]:
    """Return the object properties between classes, those of one pair together, and subclasses.

    Those of the statistics are left out: they lead to everything.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for term in (term for term in ontology.of_kind("object") if not term.is_counted):
        for domain in term.domains:
            for range_ in term.ranges:
                found.setdefault((domain, range_), []).append(term.name)
    edges = [Edge(*pair, tuple(names), is_subclass=False) for pair, names in found.items()]
    for term in ontology.of_kind("class"):
        supers = [iri for kind, iri in term.alignments if kind == _SUBCLASS and iri.startswith(PK)]
        edges += [Edge(term.iri, above, (), is_subclass=True) for above in supers]
    return edges


def draw(ontology: Ontology, language: Language) -> str:
    """Return the drawing; its boxes lead to the sections of the classes."""
    edges = edges_of(ontology)
    columns = _columns(edges)
    places = {
        iri: (_MARGIN + x * (_BOX[0] + _GAP[0]), _TOP + y * (_BOX[1] + _GAP[1]))
        for x, column in enumerate(columns)
        for y, iri in enumerate(column)
    }
    labels = {term.iri: term.label.into(language) for term in ontology.terms}
    width = max(x for x, _ in places.values()) + _BOX[0] + _MARGIN
    height = max(y for _, y in places.values()) + _BOX[1] + _MARGIN
    parts = [_arrow(edge, places) for edge in edges]
    taken = [Area(x, y, x + _BOX[0], y + _BOX[1]) for x, y in places.values()]
    for edge in edges:
        if edge.names:
            area = _room_for(edge, places, taken)
            taken.append(area)
            parts.append(_names(edge, area))
    parts += [_box(iri, place, labels) for iri, place in places.items()]
    head = (
        f'<svg class="diagram" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'role="img" aria-labelledby="diagram-title">'
        f'<title id="diagram-title">{escape(ontology.title.into(language))}</title>'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#51606f"/></marker></defs>'
    )
    return "".join([head, *parts, "</svg>"])


def _columns(edges: Iterable[Edge]) -> list[list[str]]:
    """Return the classes in columns, so that every arrow leads to a column further right."""
    before: dict[str, set[str]] = {}
    for edge in edges:
        before.setdefault(edge.start, set())
        if edge.start != edge.end:
            before.setdefault(edge.end, set()).add(edge.start)
    ranks: dict[str, int] = {}
    waiting = sorted(before)
    while waiting:
        ready = [iri for iri in waiting if all(other in ranks for other in before[iri])]
        # In a circle of classes the first by name begins.
        for iri in ready or waiting[:1]:
            known = (ranks[other] for other in before[iri] if other in ranks)
            ranks[iri] = 1 + max(known, default=-1)
        waiting = [iri for iri in waiting if iri not in ranks]
    columns: list[list[str]] = [[] for _ in range(1 + max(ranks.values(), default=0))]
    for iri in sorted(ranks, key=lambda iri: (not iri.startswith(PK), iri)):
        columns[ranks[iri]].append(iri)
    return columns


def _box(iri: str, place: tuple[int, int], labels: Mapping[str, str]) -> str:
    x, y = place
    name, label = short(iri), labels.get(iri, "")
    fill = "#ffffff" if iri.startswith(PK) else "#eef2f6"
    texts = [name, label] if label else [name]
    step = _BOX[1] / (len(texts) + 1)
    words = "".join(
        f'<text x="{x + _BOX[0] // 2}" y="{y + step * (i + 1) + 4:.0f}" text-anchor="middle" '
        f'font-size="13" fill="#1c2733">{escape(text)}</text>'
        for i, text in enumerate(texts)
    )
    box = (
        f'<rect x="{x}" y="{y}" width="{_BOX[0]}" height="{_BOX[1]}" rx="5" fill="{fill}" '
        f'stroke="#51606f"/>{words}'
    )
    href = f"#{iri.removeprefix(PK)}" if iri.startswith(PK) else iri
    return f"<a href={quoteattr(href)}>{box}</a>"


Point = tuple[float, float]


def _curve(edge: Edge, places: Mapping[str, tuple[int, int]]) -> tuple[Point, Point, Point, Point]:
    """Return the four points of the Bézier curve of an arrow."""
    (x1, y1), (x2, y2) = places[edge.start], places[edge.end]
    start, end = (x1 + _BOX[0], y1 + _BOX[1] / 2), (x2, y2 + _BOX[1] / 2)
    passed = max(0, round((x2 - x1) / (_BOX[0] + _GAP[0])) - 1)
    if not passed:
        bend = max(60, abs(end[0] - start[0]) / 2)
        return start, (start[0] + bend, start[1]), (end[0] - bend, end[1]), end
    above = min(start[1], end[1]) - (passed + 1) * _LIFT
    return start, (start[0] + _GAP[0], above), (end[0] - _GAP[0], above), end


def _arrow(edge: Edge, places: Mapping[str, tuple[int, int]]) -> str:
    (x1, y1), (a, b), (c, d), (x2, y2) = _curve(edge, places)
    dashes = ' stroke-dasharray="5 4"' if edge.is_subclass else ""
    return (
        f'<path d="M{x1:.0f} {y1:.0f}C{a:.0f} {b:.0f} {c:.0f} {d:.0f} {x2:.0f} {y2:.0f}" '
        f'fill="none" stroke="#8a97a5"{dashes} marker-end="url(#tip)"/>'
    )


def _room_for(edge: Edge, places: Mapping[str, tuple[int, int]], taken: Sequence[Area]) -> Area:
    """Return where on an arrow its names cover least of what is there."""
    points = _curve(edge, places)
    wide, high = _LETTER * max(map(len, edge.names)), _LINE * len(edge.names)
    found = []
    for at in _PLACES:
        weights = ((1 - at) ** 3, 3 * at * (1 - at) ** 2, 3 * at**2 * (1 - at), at**3)
        x, y = (sum(w * p[i] for w, p in zip(weights, points, strict=True)) for i in (0, 1))
        found.append(Area(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2))
    return min(found, key=lambda area: sum(area.shared(other) for other in taken))


def _names(edge: Edge, area: Area) -> str:
    x = (area.left + area.right) / 2
    return "".join(
        f"<a href={quoteattr('#' + name)}>"
        f'<text x="{x:.0f}" y="{area.top + _LINE * (i + 0.5) + 4:.0f}" text-anchor="middle" '
        f'font-size="12" fill="#0b5394" stroke="#ffffff" stroke-width="4" paint-order="stroke">'
        f"{escape(name)}</text></a>"
        for i, name in enumerate(edge.names)
    )
