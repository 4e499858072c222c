"""`/forms`: the forms of the store, and one of them laid out as the official table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Response

from perfkg.server.browse.directory import FormEntry, Group, wanted
from perfkg.server.browse.form_graph import KnownForm, read_form
from perfkg.server.browse.form_table import form_tables
from perfkg.server.browse.lists import listed
from perfkg.server.browse.view import View, ViewOf

router = APIRouter()

_MOST_CHOICES: Final = 500
"""Options of one choice; what is used less is found by its own page."""
_ORDERS: Final[tuple[str, ...]] = ("year", "money", "findings", "name")


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a filter: what is sent, what is read, and how many forms it leaves."""

    value: str
    label: str
    count: int


@router.get("/forms", summary="The forms of the store", include_in_schema=False)
def list_forms(view: ViewOf) -> Response:
    """Show the forms, by fiscal year (`year`), department (`department`), nature (`nature`) and a
    part of the title (`q`), ordered by `order`: `year`, `money`, `findings` or `name`.
    """
    return view.send(lambda: _list(view))


@router.get("/forms/{key}", summary="One form as the official table", include_in_schema=False)
def show_form(key: str, view: ViewOf) -> Response:
    """Show a form laid out as the official table, each cell with its links and its place in the
    source, and what the review found beside the cells.
    """
    iri = view.iri("form", key)
    return view.send(lambda: _form(view, iri))


def _list(view: View) -> bytes:
    directory = view.directory
    forms = list(directory.forms.values())
    chosen = [form for form in forms if _fits(view, form)]
    return view.render(
        "forms.html",
        page=listed(view, _ordered(view, chosen), "/forms"),
        findings_of=directory.findings_of,
        filters=[
            ("year", "year", _choices(forms, lambda form: form.year or "", str)),
            ("department", "department", _things(view, forms, lambda form: form.department)),
            ("nature", "nature", _things(view, forms, lambda form: form.nature)),
        ],
        orders=_ORDERS,
    )


def _fits(view: View, form: FormEntry) -> bool:
    year, department, nature = view.text("year"), view.text("department"), view.text("nature")
    return (
        (not year or str(form.year) == year)
        and (not department or _key(form.department) == department)
        and (not nature or _key(form.nature) == nature)
        and wanted(view.text("q")) in wanted(form.title)
    )


def _ordered(view: View, forms: Sequence[FormEntry]) -> Sequence[FormEntry]:
    order = view.text("order")
    if order == "money":
        return sorted(forms, key=lambda form: -(form.request or 0))
    if order == "name":
        return sorted(forms, key=lambda form: form.title)
    if order == "findings":
        counts = view.directory.findings_of
        return sorted(forms, key=lambda form: [-n for n in counts.get(form.iri, (0,))])
    return forms


def _key(iri: str) -> str:
    """Return the part of an IRI that stands for it in an address."""
    return iri.rpartition("/")[2].rpartition("#")[2]


def _things(view: View, forms: Iterable[FormEntry], of: Callable[[FormEntry], str]) -> list[Choice]:
    names = {_key(of(form)): of(form) for form in forms}
    return _choices(forms, lambda form: _key(of(form)), lambda key: view.name(names[key]))


def _choices(
    forms: Iterable[FormEntry],
    of: Callable[[FormEntry], object],
    label: Callable[[str], str],
) -> list[Choice]:
    """Return the options, those of most forms first; years by themselves, the latest first."""
    counts = Counter(str(of(form)) for form in forms)
    counts.pop("", None)
    found = [Choice(value, label(value), count) for value, count in counts.items()]
    by_year = all(choice.value.isdigit() and len(choice.value) == 4 for choice in found)
    found.sort(key=lambda c: -int(c.value) if by_year else (-c.count))
    return found[:_MOST_CHOICES]


def _form(view: View, iri: str) -> bytes:
    known = read_form(
        view.service.store,
        iri,
        view.service.settings.identity.validation_graph,
        view.shapes,
        view.seconds,
    )
    if known is None:
        raise view.nothing("form")
    (table,) = form_tables(known.data, [iri], known.findings or (), view.shapes)
    return view.render(
        "form.html",
        table=table,
        is_validated=known.findings is not None,
        others=_others(view, known),
        shapes=view.shapes,
        data=view.data_of(iri),
    )


def _others(view: View, known: KnownForm) -> list[FormEntry]:
    """Return the other forms of the same project, the latest first."""
    entry = view.directory.forms.get(known.iri)
    group = view.directory.projects.get(entry.project) if entry else None
    forms = (group or Group("", ())).forms
    return [form for form in forms if form.iri != known.iri]
