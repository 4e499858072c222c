"""`/indicators`: the indicators, and who sets which target for one of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pyoxigraph as ox
from fastapi import APIRouter, Response

from perfkg.namespaces import ODRL
from perfkg.server.browse import asking
from perfkg.server.browse.entries import FormEntry
from perfkg.server.browse.lists import listed
from perfkg.server.browse.schema_org import indicator_node
from perfkg.server.browse.view import View, ViewOf

router = APIRouter()

_MOST_BARS: Final = 30
_SIGNS: Final = {
    f"{ODRL}eq": "=",
    f"{ODRL}gteq": "≥",
    f"{ODRL}lteq": "≤",
    f"{ODRL}gt": ">",
    f"{ODRL}lt": "<",
}
_USES: Final = """
SELECT ?form ?operator ?value ?unit ?words ?printed ?level2 WHERE {
  ?target pk:indicator %s ; pk:inForm ?form
  OPTIONAL { ?target pk:comparator ?operator }
  OPTIONAL { ?target pk:normalizedValue ?value }
  OPTIONAL { ?target pk:normalizedUnit ?unit }
  OPTIONAL { ?target pk:targetText ?words }
  OPTIONAL { ?target pk:rawText ?printed }
  OPTIONAL { ?target pk:level2 ?level2 }
}"""


@dataclass(frozen=True, slots=True)
class Use:
    """One row that uses the indicator.

    Attributes:
        form: IRI. printed: the target as printed. level2: IRI of its heading.
        sign, value, unit: the target in a comparable unit; value None for a target in words.
        words: the target in words.
    """

    form: str
    sign: str
    value: Decimal | None
    unit: str
    words: str
    printed: str
    level2: str

    @property
    def is_number(self) -> bool:
        """Whether the target is a number."""
        return self.value is not None


@dataclass(frozen=True, slots=True)
class Step:
    """One target of the distribution, how many rows set it, and its share of all in percent."""

    target: str
    uses: int
    share: float


@router.get("/indicators", summary="The indicators of the store", include_in_schema=False)
def list_indicators(view: ViewOf) -> Response:
    """Show the indicators and how often they are used, by a part of the name (`q`)."""
    return view.send(lambda: _list(view))


@router.get("/indicators/{key}", summary="One indicator in all projects", include_in_schema=False)
def show_indicator(key: str, view: ViewOf) -> Response:
    """Show who uses an indicator, with which targets in comparable units, and how these are
    distributed.
    """
    iri = view.iri("indicator", key)
    return view.send(lambda: _indicator(view, iri), iri)


def _list(view: View) -> bytes:
    found = view.directory.things("indicators", view.text("q"))
    return view.render("indicators.html", page=listed(view, found, "/indicators"))


def _indicator(view: View, iri: str) -> bytes:
    if view.directory.thing("indicators", iri) is None:
        raise view.nothing("indicator")
    uses, forms = _uses(view, iri)
    steps = _steps(view, uses)
    return view.render(
        "indicator.html",
        about=indicator_node(view, iri),
        iri=iri,
        uses=listed(view, uses, f"/indicators/{iri.rpartition('/')[2]}"),
        headings=[
            name for name, _ in Counter(use.level2 for use in uses if use.level2).most_common()
        ],
        forms=forms,
        steps=steps,
        chart=_chart(view, steps),
        plain=plain,
    )


def _uses(view: View, iri: str) -> tuple[list[Use], dict[str, FormEntry]]:
    """Return the rows, those of the same unit together, the largest target first; their forms."""
    text = _USES % ox.NamedNode(iri)
    rows = asking.texts(view.service.store, text, view.seconds)
    forms = view.directory.forms_by_iri(row[0] for row in rows)
    uses = [
        Use(form, _SIGNS.get(sign, ""), Decimal(value) if value else None, *rest)
        for form, sign, value, *rest in rows
        if form in forms
    ]
    common = Counter(use.unit for use in uses)
    uses.sort(
        key=lambda use: (
            not use.is_number,
            -common[use.unit],
            use.unit,
            -(use.value or 0),
            use.words,
            forms[use.form].title,
            -(forms[use.form].year or 0),
        ),
    )
    return uses, forms


def _steps(view: View, uses: Sequence[Use]) -> list[Step]:
    """Return the different targets in the order of the rows, which is that of their values."""
    counts: dict[str, int] = defaultdict(int)
    for use in uses:
        counts[_told(view, use)] += 1
    return [Step(target, n, round(100 * n / len(uses), 1)) for target, n in counts.items()]


def _told(view: View, use: Use) -> str:
    if use.value is None:
        return use.words or use.printed or view.say("not_stated")
    return f"{use.sign}{plain(use.value)}{view.name(use.unit) if use.unit else ''}"


def _chart(view: View, steps: Sequence[Step]) -> dict[str, object] | None:
    """Return the distribution as a chart, the most frequent targets if there are many."""
    if len(steps) < 2:
        return None
    least = sorted((step.uses for step in steps), reverse=True)[:_MOST_BARS][-1]
    shown = [step for step in steps if step.uses >= least][:_MOST_BARS]
    return {
        "kind": "bar",
        "x": "target",
        "y": "uses",
        "columns": ["target", "uses"],
        "rows": [[step.target, step.uses] for step in shown],
        "headings": {"target": view.say("target"), "uses": view.say("uses")},
    }


def plain(number: Decimal) -> str:
    """Return a number without zeros that say nothing, its thousands grouped.

    >>> plain(Decimal("635000.00")), plain(Decimal("98.50"))
    ('635,000', '98.5')
    """
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
