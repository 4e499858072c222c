"""The application: routes, errors, and the headers that keep pages safe."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from perfkg import __version__
from perfkg.errors import PerfkgError
from perfkg.server import (
    browse,
    editor,
    graph_store,
    home,
    linked,
    metrics,
    reference,
    saved,
    sparql,
)
from perfkg.server.compression import Compression
from perfkg.server.failures import Failures, explain
from perfkg.server.files import CheckedFiles
from perfkg.server.headers import BelowRoot, CrossOrigin, HeadAsGet, SecurityHeaders
from perfkg.server.metrics import open_metrics
from perfkg.server.observing import Observed
from perfkg.server.openapi import describe
from perfkg.server.operations import saved_paths
from perfkg.server.service import open_service
from perfkg.settings import Settings
from perfkg.store.base import Store


def create_app(settings: Settings, store: Store) -> FastAPI:
    """Return the service on `store`.

    Args:
        settings: limits, language, folder of further queries.
        store: closed when the service stops.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with app.state.browse.watching(), app.state.ahead.watching():
            yield
        store.close()

    app = FastAPI(
        title="perfkg",
        version=__version__,
        summary="A knowledge graph of government performance targets",
        lifespan=lifespan,
        # The usual pages of FastAPI load scripts from another host.
        docs_url=None,
        redoc_url=None,
    )
    service = app.state.service = open_service(settings, store)
    describe(app, lambda: saved_paths(service.catalogue.queries))
    app.state.metrics = open_metrics(service)
    for module in (home, sparql, editor, graph_store, saved, metrics, linked, reference):
        app.include_router(module.router)
    browse.attach(app)
    app.mount("/static", CheckedFiles(directory=Path(__file__).with_name("static")), name="static")
    app.add_exception_handler(PerfkgError, explain)
    app.add_exception_handler(HTTPException, explain)
    # The last one stands outermost.
    for layer in (Failures, SecurityHeaders, Compression, CrossOrigin, HeadAsGet):
        app.add_middleware(layer)
    app.add_middleware(Observed, settings=settings, metrics=app.state.metrics)
    app.add_middleware(BelowRoot, root=settings.root_path)
    return app
