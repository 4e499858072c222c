"""What search engines are told about a thing that has a page, in the words of schema.org."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from perfkg.export.publication import publication_of
from perfkg.server.browse.entries import FormEntry
from perfkg.server.browse.form_table import FormTable
from perfkg.server.browse.view import PAGES_OF, View
from perfkg.server.linked.formats import RDF_FORMATS
from perfkg.server.texts import TEXTS

Node: TypeAlias = dict[str, Any]
"""A node object of JSON-LD."""


def front_node(view: View) -> Node:
    """Return the service as a catalogue of its data set."""
    address = _address(view)
    return {
        "@context": "https://schema.org",
        "@type": "DataCatalog",
        "@id": f"{address}catalog",
        "url": address,
        "name": TEXTS["product"].into(view.language),
        "dataset": {"@id": f"{view.base}dataset/perfkg"},
    }


def form_node(view: View, table: FormTable) -> Node:
    """Return a form as a data set."""
    kind, title = table.title.zh, table.project.text
    node = _node(view, "Dataset", table.iri, title or kind)
    node["description"] = "，".join(filter(None, (kind, title, table.year)))
    node["isPartOf"] = {"@id": f"{view.base}dataset/perfkg"}
    node["distribution"] = [
        {
            "@type": "DataDownload",
            "encodingFormat": item.media_type,
            "contentUrl": f"{_address(view)}{view.data_of(table.iri)[1:]}.{item.extension}",
        }
        for item in RDF_FORMATS
    ]
    if table.year:
        node["temporalCoverage"] = table.year
    bodies = (table.cells[name] for name in ("implementingUnit", "supervisingDepartment"))
    body = next((item for item in bodies if item.iri), None)
    if body is not None:
        node["creator"] = _body(body.iri, body.text)
    return node


def project_node(view: View, iri: str, unit: str, forms: Iterable[FormEntry]) -> Node:
    """Return a project with the money that was asked for it.

    Args:
        unit: IRI of 实施单位, or "".
    """
    node = _node(view, "Project", iri, view.text_of(iri).zh)
    if unit:
        node["parentOrganization"] = _body(unit, view.text_of(unit).zh)
    node["funding"] = [
        _grant(view, form) for form in forms if form.request is not None and not form.is_evaluation
    ]
    return node


def indicator_node(view: View, iri: str) -> Node:
    """Return an indicator as a defined term."""
    return _node(view, "DefinedTerm", iri, view.text_of(iri).zh)


def organization_node(view: View, iri: str) -> Node:
    """Return a department or unit."""
    return _node(view, "GovernmentOrganization", iri, view.text_of(iri).zh)


def _node(view: View, kind: str, iri: str, name: str) -> Node:
    of_kind, _, key = iri.removeprefix(view.base).partition("/")
    return {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": iri,
        "url": f"{_address(view)}{PAGES_OF[of_kind]}/{key}",
        "name": name,
    }


def _grant(view: View, form: FormEntry) -> Node:
    """Return the money of a form, as the view schema-org names it."""
    grant: Node = {
        "@type": "MonetaryGrant",
        "@id": f"{form.iri}#grant",
        "name": form.title,
        "amount": {"@type": "MonetaryAmount", "currency": "CNY", "value": str(form.request)},
    }
    if form.department:
        grant["funder"] = _body(form.department, view.text_of(form.department).zh)
    return grant


def _body(iri: str, name: str) -> Node:
    return {"@type": "GovernmentOrganization", "@id": iri, "name": name}


def _address(view: View) -> str:
    return publication_of(view.service.settings, str(view.request.base_url)).address
