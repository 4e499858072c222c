"""Reading the graphs of these tests, and changing one thing about them."""

from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph

from perfkg.identity import Identity
from perfkg.namespaces import PREFIXES
from perfkg.store import Writer
from perfkg.validation.findings import Finding, in_order
from perfkg.validation.rdf import data_store, graph_of, vocabulary_files
from perfkg.validation.runner import keep_findings, validate
from perfkg.validation.shapes import Shapes

HERE = Path(__file__).parent
RULES = HERE / "rules"
FORMS = HERE / "forms"
PLACES = {
    kind: f"https://w3id.org/perfkg/id/{kind}/"
    for kind in ("document", "form", "indicator", "indicator-class", "project", "target")
}


def statements(*files: Path, update: str = "") -> bytes:
    """Return the N-Triples of `files` after the SPARQL `update`."""
    store = ox.Store()
    for file in files:
        store.load(path=file, format=ox.RdfFormat.TURTLE)
    if update:
        store.update(update, prefixes=PREFIXES | PLACES)
    return store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())


def store(*files: Path, update: str = "") -> ox.Store:
    """Return the data of `files` after `update`, with the vocabularies beside them."""
    return data_store(statements(*files, update=update), vocabulary_files())


def graph(*files: Path, update: str = "") -> Graph:
    """Return the same for rdflib."""
    return graph_of(store(*files, update=update))


def findings(shapes: Shapes, *files: Path, update: str = "") -> list[Finding]:
    return validate(store(*files, update=update), shapes)


def rules(found: list[Finding]) -> set[str]:
    return {finding.rule for finding in found}


def keep(writer: Writer, shapes: Shapes, workers: int = 1) -> list[Finding]:
    """Review a transaction, keep what is found in it, and return that in order."""
    found: list[Finding] = []
    keep_findings(writer, shapes, Identity(), workers=workers, note=found.extend)
    return in_order(found)
