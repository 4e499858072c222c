"""Questions to the graph, the same way from the command line and over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from perfkg.identity import Identity
from perfkg.messages import Language
from perfkg.namespaces import PREFIXES
from perfkg.queries import (
    Catalogue,
    Parameter,
    SavedQuery,
    described,
    find,
    prepare,
    resolve_arguments,
    rule_names,
)
from perfkg.queries.parts import STATISTICS
from perfkg.readers.limits import MEGABYTE
from perfkg.resources import ontology_folder, queries_folder, shapes_folder
from perfkg.results import Cover
from perfkg.settings import Settings
from perfkg.sparql.binding import bind
from perfkg.sparql.dataset import Dataset
from perfkg.sparql.fence import check_query
from perfkg.statistics import has_statistics
from perfkg.store import Access, open_store, vocabulary_lines
from perfkg.store.base import PoolSize, QueryResult, SelectResult, Store


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a saved query.

    Attributes:
        query: what was asked. arguments: the value that each parameter had.
        text: the SPARQL that says it, with the values bound. Where the store has statistics,
            another that uses them was run; after the next write it may have none.
        result: what came of it. version: the dataset version that answered.
    """

    query: SavedQuery
    arguments: Mapping[str, str]
    text: str
    result: QueryResult
    version: int


def cover_of(answer: Answer, language: Language, store: Store) -> Cover:
    """Return what the cover sheet of a workbook says about the answer.

    Parameters stand there under their labels; things, which were asked for by IRI, with the names
    that the store has for them.
    """
    shown = {
        item.label.into(language): _shown(item, answer.arguments[item.name], language, store)
        for item in answer.query.parameters
        if item.name in answer.arguments
    }
    return Cover(
        title=answer.query.title.into(language),
        description=answer.query.description.into(language),
        version=str(answer.version),
        made=datetime.now(UTC),
        parameters=shown,
    )


def _shown(parameter: Parameter, value: str, language: Language, store: Store) -> str:
    for choice in parameter.choices:
        if choice.value == value:
            return choice.label.into(language)
    if parameter.type != "iri" or "://" not in value:
        return value
    text = bind(_LABEL, {"thing": ox.NamedNode(value)})
    found = store.query(text, timeout=_SECONDS, prefixes=PREFIXES)
    if not isinstance(found, SelectResult) or not found.rows:
        return value
    names = {term.language: term.value for (term,) in found.rows if isinstance(term, ox.Literal)}
    name = names.get(language) or names.get("zh") or min(names.values())
    return f"{name} <{value}>"


_LABEL: Final = "SELECT ?label WHERE { ?thing skos:prefLabel ?label }"
_SECONDS: Final = 10.0


def load_catalogue(settings: Settings) -> Catalogue:
    """Return the built-in saved queries and those of the user's folder."""
    return Catalogue(*_folders(settings))


def find_saved(settings: Settings, name: str) -> SavedQuery:
    """Return one of the built-in saved queries or of those of the user's folder.

    Raises:
        UsageError: none is called so.
        CatalogueError: its file is broken.
    """
    return find(name, *_folders(settings))


def _folders(settings: Settings) -> tuple[Path, ...]:
    return (queries_folder(), *([settings.queries] if settings.queries else []))


def pool_size(settings: Settings) -> PoolSize:
    """Return how much the queries to a service may use, with spare workers for the next."""
    return PoolSize(
        workers=settings.workers,
        queue=settings.queue,
        memory=int(settings.query_memory * MEGABYTE),
        answer=int(settings.max_answer * MEGABYTE),
        spare=3,
    )


def vocabulary_of(settings: Settings) -> tuple[str, ...]:
    """Return what a store holds beside the data, as N-Triples lines.

    These are the ontology with its vocabularies, the saved queries, and the names of the review
    rules and criteria, all with those of the user's folders.

    Raises:
        VocabularyError: a file of the ontology or the rules does not parse.
    """
    rules = [shapes_folder(), *([settings.shapes] if settings.shapes else [])]
    return (
        *vocabulary_lines(ontology_folder()),
        *described(load_catalogue(settings), settings.base),
        *rule_names(rules),
    )


def open_to_read(settings: Settings) -> Store:
    """Open the store of the settings as it is.

    Raises:
        StoreMissing, StoreDamaged, StoreError: there is no store to open, or it fails.
    """
    return open_store(settings.store, base=settings.base, access=_access(settings))


def _access(settings: Settings) -> Access:
    token = settings.store_token
    return Access(None if token is None else token.get_secret_value(), settings.store_graph)


def open_to_write(settings: Settings, *, create: bool = True) -> Store:
    """Open the store of the settings so that what is written brings its vocabulary up to date.

    Args:
        settings: name the store, its base and the user's folders.
        create: make an empty store when there is none.

    Raises:
        StoreMissing, StoreDamaged: there is no store to open, or it is broken.
        UsageError: its place is no folder.
    """
    vocabulary = vocabulary_of(settings)
    return open_store(
        settings.store,
        create,
        base=settings.base,
        vocabulary=vocabulary,
        access=_access(settings),
    )


def ask(
    store: Store,
    text: str,
    settings: Settings,
    prefixes: Mapping[str, str] | None = None,
    dataset: Dataset | None = None,
    base_iri: str | None = None,
) -> QueryResult:
    """Answer an ad-hoc query within the limits of the settings.

    Args:
        prefixes: prefixes that the query need not declare; the protocol endpoint gives none.
        dataset: the graphs of the store that it sees; None for all.
        base_iri: what relative IRIs are resolved against.

    Raises:
        QueryError: it is refused, does not parse, took too long or failed.
    """
    check_query(text, services=settings.services)
    return store.query(
        text,
        timeout=settings.timeout,
        max_rows=settings.max_rows,
        prefixes=prefixes,
        dataset=dataset,
        base_iri=base_iri,
    )


def offers_of(store: Store, identity: Identity) -> frozenset[str]:
    """Return what the current generation has beside the graph itself, for `prepare`."""
    return frozenset((STATISTICS,)) if has_statistics(store, identity) else frozenset()


def ask_saved(
    store: Store, query: SavedQuery, arguments: Mapping[str, str], settings: Settings
) -> Answer:
    """Answer a saved query.

    Raises:
        ParameterError: a parameter is unknown, missing or ill-typed.
        QueryError: it took too long or failed.
    """
    version = store.generation.number
    given = resolve_arguments(store, query, arguments)
    plain = prepare(query, given)
    text = prepare(query, given, offers_of(store, settings.identity))
    result = ask(store, text, settings, PREFIXES)
    if text != plain and store.generation.number != version:
        # Somebody wrote meanwhile: what answered may have had no statistics any more.
        version = store.generation.number
        result = ask(store, plain, settings, PREFIXES)
    return Answer(query, given, plain, result, version)
