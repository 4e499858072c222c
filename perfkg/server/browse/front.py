"""What the home page shows: figures, a search box, the largest projects, the saved queries."""

from __future__ import annotations

from collections import Counter

from perfkg.server.browse.directory import money
from perfkg.server.browse.view import View
from perfkg.validation.findings import SEVERITIES

_PROJECTS = 10


def front_page(view: View) -> bytes:
    """Return the home page."""
    directory = view.directory
    forms = directory.forms
    ranks = Counter(finding.rank for finding in directory.findings)
    return view.render(
        "home.html",
        form_count=len(forms),
        years=sorted({form.year for form in forms.values() if form.year is not None}),
        project_count=len(directory.projects),
        unit_count=len({form.unit for form in forms.values() if form.unit}),
        targets=directory.targets,
        requested=money(forms.values()),
        is_validated=directory.is_validated,
        findings=[(item, ranks[rank]) for rank, item in enumerate(SEVERITIES) if ranks[rank]],
        groups=list(directory.projects.values())[:_PROJECTS],
        found=lambda group: directory.severities(group.forms),
        themes=view.service.catalogue.by_theme(),
    )
