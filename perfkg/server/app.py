"""The application: routes, errors, and the headers that keep pages safe."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from perfkg import __version__
from perfkg.errors import PerfkgError
from perfkg.server import editor, graph_store, home, linked, saved, sparql
from perfkg.server.files import CheckedFiles
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

_SECURITY_HEADERS = tuple(
    (name.lower().encode(), value.encode())
    for name, value in {
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }.items()
)


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
    for router in (home.router, sparql.router, editor.router, graph_store.router, saved.router):
        app.include_router(router)
    app.include_router(linked.router)
    app.mount("/static", CheckedFiles(directory=Path(__file__).with_name("static")), name="static")
    app.add_exception_handler(PerfkgError, _explain)
    app.add_exception_handler(HTTPException, _explain)
    app.add_exception_handler(Exception, _explain_unexpected)
    app.add_middleware(_SecurityHeaders)
    app.add_middleware(_HeadAsGet)
    return app


class _HeadAsGet:
    """Answers HEAD as GET; the server leaves out the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)


class _SecurityHeaders:
    """Adds the headers that keep pages safe where a response has none of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the response with its headers back."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(pair for pair in _SECURITY_HEADERS if pair[0] not in given),
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


async def _explain(request: Request, error: Exception) -> Response:
    """Tell a failure as a problem document, or as a page to a browser."""
    problem: PerfkgError
    if isinstance(error, HTTPException):
        problem = _of_framework(error)
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


def _of_framework(error: HTTPException) -> ServiceProblem:
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.NOT_FOUND:
        return ServiceProblem(404, "没有这个地址", "there is nothing at this address")
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return ServiceProblem(
            405,
            "此地址不支持该方法",
            "this address does not support that method",
            headers=headers,
        )
    return ServiceProblem(error.status_code, str(error.detail), str(error.detail), headers=headers)


async def _explain_unexpected(request: Request, error: Exception) -> Response:
    """Tell that the service itself failed; the reason goes to the log, not to the client."""
    _log.error("unexpected failure at %s", request.url.path, exc_info=error)
    problem = ServiceProblem(
        500,
        "服务内部错误；请查看服务日志",
        "the service itself failed; see its log",
    )
    return await _explain(request, problem)
