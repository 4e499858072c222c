"""`/organizations`: departments and units with their projects, money and findings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal

from fastapi import APIRouter, Response

from perfkg.server.browse.directory import Group, money
from perfkg.server.browse.lists import listed
from perfkg.server.browse.searching import named
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
    return view.send(lambda: _organization(view, iri))


def _list(view: View) -> bytes:
    directory = view.directory
    things = directory.organizations
    groups = [things[iri] for iri in named(view, things, view.text("q"))]
    return view.render(
        "organizations.html",
        page=listed(view, groups, "/organizations"),
        found=lambda group: directory.severities(group.forms),
    )


def _organization(view: View, iri: str) -> bytes:
    directory = view.directory
    group = directory.organizations.get(iri)
    if group is None:
        raise view.nothing("organization")
    return view.render(
        "organization.html",
        iri=iri,
        group=group,
        page=listed(view, group.forms, f"/organizations/{iri.rpartition('/')[2]}"),
        findings_of=directory.findings_of,
        counts_all=directory.severities(group.forms),
        as_department=sum(form.department == iri for form in group.forms),
        as_unit=sum(form.unit == iri for form in group.forms),
        by_year=_by_year(group),
        by_rule=_by_rule(view, group),
        rules={rule.iri: rule for rule in view.shapes.rules.values()},
    )


def _by_year(group: Group) -> list[tuple[int, int, Decimal | None]]:
    """Return year, number of forms and money, the latest year first."""
    forms: dict[int, list[int]] = defaultdict(list)
    for number, form in enumerate(group.forms):
        if form.year is not None:
            forms[form.year].append(number)
    return [
        (year, len(forms[year]), money(group.forms[n] for n in forms[year]))
        for year in sorted(forms, reverse=True)
    ]


def _by_rule(view: View, group: Group) -> Iterable[tuple[tuple[int, str], int]]:
    """Return rank and rule with the number of findings, the gravest first, then the most."""
    own = {form.iri for form in group.forms}
    counts = Counter(
        (finding.rank, finding.rule)
        for finding in view.directory.findings
        if not own.isdisjoint(finding.forms)
    )
    return sorted(counts.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
