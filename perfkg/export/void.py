"""The description of the dataset in VoID: sizes, partitions, links to other datasets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from pyoxigraph import Literal, Triple

from perfkg.export.dumps import Dump
from perfkg.export.figures import Figures
from perfkg.export.publication import Publication, Said, number, time
from perfkg.messages import Text
from perfkg.namespaces import DCTERMS, PK, PREFIXES
from perfkg.store.base import Generation


def void(
    figures: Figures, generation: Generation, publication: Publication, dumps: Iterable[Dump]
) -> list[Triple]:
    """Return the description; `dumps` are the files that can be had at the address."""
    said = Said()
    dataset = publication.thing("dataset", "perfkg")
    document = f"{publication.root}.well-known/void"
    said.a(document, "void:DatasetDescription")
    said.name(document, Text("数据集的 VoID 描述", "VoID description of the dataset"))
    said.say(document, "foaf:primaryTopic", dataset)
    said.say(document, f"{DCTERMS}modified", time(generation.created))
    said.a(dataset, "void:Dataset")
    said.say(dataset, f"{DCTERMS}publisher", publication.thing("agent", "publisher"))
    said.say(dataset, f"{DCTERMS}license", publication.licence)
    said.say(dataset, "void:sparqlEndpoint", f"{publication.address}sparql")
    said.say(dataset, "void:uriSpace", Literal(publication.base))
    said.say(dataset, "void:triples", number(figures.triples, "integer"))
    said.say(dataset, "void:classes", number(len(figures.classes), "integer"))
    said.say(dataset, "void:properties", number(len(figures.properties), "integer"))
    for space in (PK, *(PREFIXES[name] for name in ("org", "skos", "qudt", "prov", "odrl"))):
        said.say(dataset, "void:vocabulary", space.removesuffix("#") if space == PK else space)
    for dump in dumps:
        if dump.format is not None and dump.year is None:
            said.say(dataset, "void:dataDump", f"{publication.address}export/{dump.name}")
            said.say(dataset, "void:feature", f"formats:{dump.format}")
    _say_partitions(said, dataset, publication, figures)
    _say_links(said, dataset, publication, figures)
    return said.triples


def _say_partitions(said: Said, dataset: str, publication: Publication, figures: Figures) -> None:
    for iri, count in figures.classes.items():
        part = publication.thing("dataset", f"class-{_key(iri)}")
        said.say(dataset, "void:classPartition", part)
        said.a(part, "void:Dataset")
        said.say(part, "void:class", iri)
        said.say(part, "void:entities", number(count, "integer"))
    for iri, count in figures.properties.items():
        part = publication.thing("dataset", f"property-{_key(iri)}")
        said.say(dataset, "void:propertyPartition", part)
        said.a(part, "void:Dataset")
        said.say(part, "void:property", iri)
        said.say(part, "void:triples", number(count, "integer"))


def _say_links(said: Said, dataset: str, publication: Publication, figures: Figures) -> None:
    for (predicate, space), count in figures.links.items():
        iri = publication.thing("dataset", f"links-{_key(predicate + ' ' + space)}")
        elsewhere = publication.thing("dataset", f"elsewhere-{_key(space)}")
        said.a(iri, "void:Linkset")
        said.say(dataset, "void:subset", iri)
        said.say(iri, "void:subjectsTarget", dataset)
        said.say(iri, "void:objectsTarget", elsewhere)
        said.say(iri, "void:linkPredicate", predicate)
        said.say(iri, "void:triples", number(count, "integer"))
        said.a(elsewhere, "void:Dataset")
        said.say(elsewhere, "void:uriSpace", Literal(space))


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
