"""`/projects`: the projects, and one of them over its years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pyoxigraph as ox
from fastapi import APIRouter, Response

from perfkg.namespaces import PK
from perfkg.server.browse import asking
from perfkg.server.browse.entries import FormEntry
from perfkg.server.browse.lists import listed
from perfkg.server.browse.schema_org import project_node
from perfkg.server.browse.view import View, ViewOf

router = APIRouter()

_AMOUNTS: Final = {
    "annual_request": "annualRequest",
    "annual_appropriation": "annualAppropriation",
    "carried_over": "carriedOver",
    "annual_other": "annualOther",
    "project_total": "projectTotal",
    "initial_budget": "initialBudget",
    "adjusted_budget": "adjustedBudget",
    "executed_budget": "executedBudget",
}
_FUNDS: Final = """
SELECT ?form ?what ?amount WHERE {
  ?form pk:project %s ; ?what ?amount FILTER(?what IN (%s))
}"""
_TARGETS: Final = """
SELECT ?form ?indicator ?level1 ?level2 ?text WHERE {
  ?form pk:project %s .
  ?target pk:inForm ?form ; pk:indicator ?indicator ; pk:position ?position ; pk:rawText ?text
  OPTIONAL { ?target pk:level1 ?level1 }
  OPTIONAL { ?target pk:level2 ?level2 }
} ORDER BY ?position"""


@dataclass(frozen=True, slots=True)
class Side:
    """One row of the comparison of a project's forms: a target of each, "" where it has none."""

    level1: str
    level2: str
    indicator: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the forms do not all say the same."""
        return len(set(self.values)) > 1


@router.get("/projects", summary="The projects of the store", include_in_schema=False)
def list_projects(view: ViewOf) -> Response:
    """Show the projects with their years, money and findings, by a part of the name (`q`)."""
    return view.send(lambda: _list(view))


@router.get("/projects/{key}", summary="One project over its years", include_in_schema=False)
def show_project(key: str, view: ViewOf) -> Response:
    """Show the forms of a project: its funds and its targets, year beside year."""
    iri = view.iri("project", key)
    return view.send(lambda: _project(view, iri), iri)


def _list(view: View) -> bytes:
    found = view.directory.things("projects", view.text("q"))
    return view.render("projects.html", page=listed(view, found, "/projects"))


def _project(view: View, iri: str) -> bytes:
    group = view.directory.thing("projects", iri)
    if group is None:
        raise view.nothing("project")
    latest = view.directory.forms_of(iri)[:]
    forms = sorted(latest, key=lambda form: (form.year or 0, form.is_evaluation, form.iri))
    return view.render(
        "project.html",
        about=project_node(view, iri, group.unit, forms),
        iri=iri,
        group=group,
        forms=forms,
        latest=latest,
        funds=_funds(view, iri, forms),
        sides=_sides(view, iri, forms),
        chart=_chart(view, forms),
    )


def _funds(
    view: View, iri: str, forms: Sequence[FormEntry]
) -> list[tuple[str, list[Decimal | None]]]:
    """Return the amounts that some form states: what they are, and one for each form."""
    what = ", ".join(f"<{PK}{name}>" for name in _AMOUNTS.values())
    found: dict[tuple[str, str], Decimal] = {}
    text = _FUNDS % (ox.NamedNode(iri), what)
    for form, name, amount in asking.texts(view.service.store, text, view.seconds):
        found[form, name.removeprefix(PK)] = Decimal(amount)
    lines = (
        (word, [found.get((form.iri, name)) for form in forms]) for word, name in _AMOUNTS.items()
    )
    return [(word, amounts) for word, amounts in lines if any(a is not None for a in amounts)]


def _sides(view: View, iri: str, forms: Sequence[FormEntry]) -> list[Side]:
    """Return the targets by indicator and heading, in the order of the forms."""
    said: dict[tuple[str, str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    text = _TARGETS % ox.NamedNode(iri)
    for form, indicator, level1, level2, value in asking.texts(
        view.service.store, text, view.seconds
    ):
        said[level1, level2, indicator][form].append(value)
    ranks = {pair: n for n, pair in enumerate(dict.fromkeys(key[:2] for key in said))}
    return [
        Side(*key, tuple("; ".join(said[key].get(form.iri, ())) for form in forms))
        for key in sorted(said, key=lambda key: ranks[key[:2]])
    ]


def _chart(view: View, forms: Sequence[FormEntry]) -> dict[str, object] | None:
    """Return the annual requests as a chart; None where there are not two years."""
    by_year = {
        form.year: float(form.request)
        for form in sorted(forms, key=lambda form: not form.is_evaluation)
        if form.year is not None and form.request is not None
    }
    if len(by_year) < 2:
        return None
    return {
        "kind": "bar",
        "x": "year",
        "y": "request",
        "columns": ["year", "request"],
        "rows": [[str(year), by_year[year]] for year in sorted(by_year)],
        "headings": {"year": view.say("year"), "request": view.say("request")},
    }
