"""The application: routes, errors, and the headers that keep pages safe."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount

from perfkg import __version__
from perfkg.errors import PerfkgError
from perfkg.server import graph_store, home, saved, sparql
from perfkg.server.compression import Compression
from perfkg.server.headers import CrossOrigin, HeadAsGet, SecurityHeaders
from perfkg.server.negotiation import wants_html
from perfkg.server.pages import Pages
from perfkg.server.problems import (
    MEDIA_TYPE,
    ServiceProblem,
    document_of,
    headers_of,
    status_of,
)
from perfkg.server.service import language_of, open_service
from perfkg.settings import Settings
from perfkg.store.base import Store

_log = logging.getLogger("perfkg.server")


def create_app(settings: Settings, store: Store) -> FastAPI:
    """Return the service on `store`.

    Args:
        settings: limits, language, folder of further queries.
        store: closed when the service stops.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
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
    app.state.service = open_service(settings, store)
    for router in (home.router, sparql.router, graph_store.router, saved.router):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=Path(__file__).with_name("static")), name="static")
    app.add_exception_handler(PerfkgError, _explain)
    app.add_exception_handler(HTTPException, _explain)
    app.add_exception_handler(Exception, _explain_unexpected)
    # The last one stands outermost.
    for layer in (SecurityHeaders, Compression, CrossOrigin, HeadAsGet):
        app.add_middleware(layer)
    return app


async def _explain(request: Request, error: Exception) -> Response:
    """Tell a failure as a problem document, or as a page to a browser."""
    if isinstance(error, HTTPException) and _is_question_about_methods(request, error):
        return Response(
            status_code=HTTPStatus.NO_CONTENT, headers={"Allow": _allowed(request, error)}
        )
    problem: PerfkgError
    if isinstance(error, HTTPException):
        problem = _of_framework(request, error)
    else:
        assert isinstance(error, PerfkgError)  # noqa: S101 - registered for nothing else
        problem = error
    status = status_of(problem)
    headers = headers_of(problem)
    if wants_html(request):
        pages = Pages(request.app.state.service, language_of(request))
        page = pages.problem(status, HTTPStatus(status).phrase, problem)
        return Response(page, status, headers, media_type="text/html")
    return JSONResponse(document_of(problem), status, headers, media_type=MEDIA_TYPE)


def _is_question_about_methods(request: Request, error: HTTPException) -> bool:
    return request.method == "OPTIONS" and error.status_code == HTTPStatus.METHOD_NOT_ALLOWED


def _of_framework(request: Request, error: HTTPException) -> ServiceProblem:
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.NOT_FOUND:
        return ServiceProblem(404, "没有这个地址", "there is nothing at this address")
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        methods = _allowed(request, error)
        return ServiceProblem(
            405,
            f"此地址不支持 {request.method}；可用：{methods}",
            f"this address does not support {request.method}; use {methods}",
            headers={**headers, "Allow": methods},
        )
    return ServiceProblem(error.status_code, str(error.detail), str(error.detail), headers=headers)


def _allowed(request: Request, error: HTTPException) -> str:
    """Return every method of an address; the framework names those of its first route only."""
    routes = [route for route in request.app.router.routes if not isinstance(route, Mount)]
    found = [
        method
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if any(r.matches({**request.scope, "method": method})[0] is Match.FULL for r in routes)
    ]
    if not found:  # below a mount, which answers for itself
        found = [name for name in (error.headers or {}).get("Allow", "").split(", ") if name]
    if "GET" in found and "HEAD" not in found:
        found.insert(1, "HEAD")
    return ", ".join([*found, "OPTIONS"])


async def _explain_unexpected(request: Request, error: Exception) -> Response:
    """Tell that the service itself failed; the reason goes to the log, not to the client."""
    _log.error("unexpected failure at %s", request.url.path, exc_info=error)
    problem = ServiceProblem(
        500,
        "服务内部错误；请查看服务日志",
        "the service itself failed; see its log",
    )
    return await _explain(request, problem)
