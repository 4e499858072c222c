"""`/organizations`: departments and units with their projects, money and findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from fastapi import APIRouter, Response

from perfkg.server.browse.entries import FormEntry, money
from perfkg.server.browse.lists import listed
from perfkg.server.browse.schema_org import organization_node
from perfkg.server.browse.view import View, ViewOf

router = APIRouter()


@router.get("/organizations", summary="Departments and units", include_in_schema=False)
def list_organizations(view: ViewOf) -> Response:
    """Show departments and units with their projects, money and findings, by a part of the name
    (`q`).
    """
    return view.send(lambda: _list(view))


@router.get("/organizations/{key}", summary="One department or unit", include_in_schema=False)
def show_organization(key: str, view: ViewOf) -> Response:
    """Show the projects and forms of a department or unit, its money and its findings."""
    iri = view.iri("organization", key)
    return view.send(lambda: _organization(view, iri), iri)


def _list(view: View) -> bytes:
    found = view.directory.things("organizations", view.text("q"))
    return view.render("organizations.html", page=listed(view, found, "/organizations"))


def _organization(view: View, iri: str) -> bytes:
    directory = view.directory
    group = directory.thing("organizations", iri)
    if group is None:
        raise view.nothing("organization")
    every = directory.forms_of(iri)[:]
    return view.render(
        "organization.html",
        about=organization_node(view, iri),
        iri=iri,
        group=group,
        page=listed(view, every, f"/organizations/{iri.rpartition('/')[2]}"),
        as_department=sum(form.department == iri for form in every),
        as_unit=sum(form.unit == iri for form in every),
        by_year=_by_year(every),
        by_rule=directory.rules_of(iri),
        rules={rule.iri: rule for rule in view.shapes.rules.values()},
    )


def _by_year(forms: Iterable[FormEntry]) -> list[tuple[int, int, Decimal | None]]:
    """Return year, number of forms and money, the latest year first."""
    found: dict[int, list[FormEntry]] = defaultdict(list)
    for form in forms:
        if form.year is not None:
            found[form.year].append(form)
    return [(year, len(found[year]), money(found[year])) for year in sorted(found, reverse=True)]
