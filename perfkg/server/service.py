"""What every request needs: the settings, the store and the saved queries."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from perfkg import __version__
from perfkg.asking import Answer, ask_saved, load_catalogue, pool_size
from perfkg.messages import LANGUAGES, Language
from perfkg.queries import Catalogue, SavedQuery
from perfkg.readers.limits import MEGABYTE
from perfkg.server.answers import Answers, is_lasting
from perfkg.server.reviewing import Reviewer
from perfkg.server.saved_answers import SavedAnswers
from perfkg.settings import Settings
from perfkg.store.base import Store


@dataclass(frozen=True, slots=True)
class Service:
    """One running service."""

    settings: Settings
    store: Store
    catalogue: Catalogue
    edition: str
    """Stands for everything but the dataset version that an answer depends on."""
    reviewer: Reviewer
    """Looks at what a write leaves behind."""
    writing: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    """Held by the request that writes."""
    answers: Answers = field(default_factory=Answers, repr=False)
    """Those that are kept for whoever asks the same again, and those on their way."""
    saved: SavedAnswers = field(default_factory=SavedAnswers, repr=False)
    """Answers to saved queries."""


def open_service(settings: Settings, store: Store) -> Service:
    """Return the service on `store`, with the saved queries that the settings name."""
    catalogue = load_catalogue(settings)
    queries = [(query.name, query.text) for query in catalogue]
    # When the current generation was made tells one store from another at the same address.
    asked = (__version__, settings.max_rows, settings.lang, store.generation.created, queries)
    edition = hashlib.sha256(repr(asked).encode()).hexdigest()
    store.prepare(pool_size(settings))
    answers = Answers(int(settings.cache * MEGABYTE))
    return Service(settings, store, catalogue, edition, Reviewer(settings), answers=answers)


def saved_answer(service: Service, query: SavedQuery, arguments: Mapping[str, str]) -> Answer:
    """Answer a saved query, once for each generation where its answer lasts as long.

    Args:
        arguments: for each parameter what a person gave.

    Raises:
        ParameterError, QueryError: there is no answer.
    """

    def ask() -> Answer:
        return ask_saved(service.store, query, arguments, service.settings)

    if not is_lasting(query.text):
        return ask()
    key = (query.name, tuple(sorted(arguments.items())))
    return service.saved.answer(service.store.generation.number, key, ask)


def service_of(request: Request) -> Service:
    """Return the service that answers `request`."""
    found: Service = request.app.state.service
    return found


def language_of(request: Request) -> Language:
    """Return the language of the pages: `?lang=`, else Accept-Language, else the setting."""
    asked = request.query_params.get("lang")
    for language in LANGUAGES:
        if asked == language:
            return language
    for tag in _by_liking(request.headers.get("accept-language", "")):
        for language in LANGUAGES:
            if tag.partition("-")[0] == language:
                return language
    return service_of(request).settings.lang


def _by_liking(header: str) -> list[str]:
    """Return the language tags of an Accept-Language header, the best liked first."""
    liked: list[tuple[float, str]] = []
    for part in header.lower().split(","):
        tag, _, quality = part.partition(";")
        try:
            q = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            q = 0
        if q > 0:
            liked.append((-q, tag.strip()))
    return [tag for _, tag in sorted(liked, key=lambda item: item[0])]


# Plain functions would each be run in a thread of their own.
async def _service(request: Request) -> Service:
    return service_of(request)


async def _language(request: Request) -> Language:
    return language_of(request)


ServiceOf = Annotated[Service, Depends(_service)]
LanguageOf = Annotated[Language, Depends(_language)]
