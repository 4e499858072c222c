"""`/forms`: the forms of the store, and one of them laid out as the official table."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Response

from perfkg.server.browse.entries import FormEntry
from perfkg.server.browse.form_graph import KnownForm, read_form
from perfkg.server.browse.form_table import form_tables
from perfkg.server.browse.lists import listed
from perfkg.server.browse.schema_org import form_node
from perfkg.server.browse.view import View, ViewOf

router = APIRouter()

_FILTERS: Final = ("year", "department", "nature")
_ORDERS: Final[tuple[str, ...]] = ("year", "money", "findings", "name")


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
    return view.send(lambda: _form(view, iri), iri)


def _list(view: View) -> bytes:
    directory = view.directory
    chosen = directory.forms(
        **{name: view.text(name) for name in _FILTERS},
        text=view.text("q"),
        order=view.text("order"),
    )
    return view.render(
        "forms.html",
        page=listed(view, chosen, "/forms"),
        filters=[(name, directory.choices(name)) for name in _FILTERS],
        orders=_ORDERS,
    )


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
        about=form_node(view, table),
        table=table,
        is_validated=known.findings is not None,
        others=_others(view, known),
        shapes=view.shapes,
        data=view.data_of(iri),
    )


def _others(view: View, known: KnownForm) -> list[FormEntry]:
    """Return the other forms of the same project, the latest first."""
    entry = view.known.form(known.iri) if view.known else None
    if entry is None or not entry.project:
        return []
    return [form for form in view.directory.forms_of(entry.project)[:] if form.iri != known.iri]
