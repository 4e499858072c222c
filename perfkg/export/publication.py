"""Who publishes what, under which terms and at which address; and statements about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from perfkg.identity import Identity
from perfkg.messages import Text
from perfkg.namespaces import PREFIXES, RDF, RDFS, XSD
from perfkg.settings import Settings

_MORE: Final = {
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "media": "https://www.iana.org/assignments/media-types/",
    "language": "http://publications.europa.eu/resource/authority/language/",
    "formats": "http://www.w3.org/ns/formats/",
}
UNSTATED: Final = Text("未注明发布者", "publisher not stated")
NO_LICENCE: Final = Text(
    "未注明数据许可；使用前请向发布者确认。",
    "no licence is stated for the data; ask the publisher before using it.",
)


@dataclass(frozen=True, slots=True)
class Publication:
    """What the settings say about publishing.

    Attributes:
        base: the instance base IRI.
        root: what documents and this publisher's other resources are below.
        address: of the service, with a slash at its end.
        publisher: their name. publisher_url, contact, licence: IRIs, or None.
    """

    base: str
    root: str
    address: str
    publisher: Text
    publisher_url: str | None
    contact: str | None
    licence: str | None

    def thing(self, kind: str, key: str) -> str:
        """Return the IRI of something that belongs to the description of the data."""
        return f"{self.base}{kind}/{key}"


def publication_of(settings: Settings, reached: str | None = None) -> Publication:
    """Return what the settings say.

    Args:
        reached: the address at which a client reached the service, where none is set.
    """
    base = Identity(settings.base).base
    root = base.removesuffix("id/")
    address = settings.address or reached or root
    name = settings.publisher
    return Publication(
        base=base,
        root=root,
        address=address if address.endswith("/") else f"{address}/",
        publisher=Text(name, name) if name else UNSTATED,
        publisher_url=settings.publisher_url,
        contact=settings.contact,
        licence=settings.licence,
    )


def expanded(name: str) -> str:
    """Return the IRI of a prefixed name; an IRI stays as it is.

    >>> expanded("dcat:Dataset")
    'http://www.w3.org/ns/dcat#Dataset'
    """
    prefix, _, local = name.partition(":")
    space = PREFIXES.get(prefix) or _MORE.get(prefix)
    return f"{space}{local}" if space else name


@dataclass(slots=True)
class Said:
    """Collects statements."""

    triples: list[Triple] = field(default_factory=list)

    def say(self, subject: str, predicate: str, *values: str | Literal | None) -> None:
        """State values; a string is an IRI or a prefixed name, None is nothing to say."""
        for value in values:
            if value is None:
                continue
            term = value if isinstance(value, Literal) else NamedNode(expanded(value))
            self.triples.append(Triple(NamedNode(subject), NamedNode(expanded(predicate)), term))

    def a(self, subject: str, *classes: str) -> None:
        """State classes."""
        self.say(subject, f"{RDF}type", *classes)

    def name(self, subject: str, text: Text, *predicates: str) -> None:
        """State a text in both languages, as rdfs:label and with further properties."""
        for predicate in (f"{RDFS}label", *predicates):
            self.words(subject, predicate, text)

    def words(self, subject: str, predicate: str, text: Text) -> None:
        """State a text in both languages."""
        for language in ("zh", "en"):
            value = text.zh if language == "zh" else text.en
            self.say(subject, predicate, Literal(value, language=language))

    def add(self, other: Iterable[Triple]) -> None:
        """Take over statements."""
        self.triples += other


def number(value: int, datatype: str = "nonNegativeInteger") -> Literal:
    """Return an integer literal."""
    return Literal(str(value), datatype=NamedNode(XSD + datatype))


def time(value: datetime) -> Literal:
    """Return an xsd:dateTime in whole seconds."""
    text = value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Literal(text, datatype=NamedNode(f"{XSD}dateTime"))
