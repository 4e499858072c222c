"""Whatever goes wrong, told to the client: a problem document, or a page for a browser."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Final

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from perfkg.errors import PerfkgError
from perfkg.server.linked.addresses import link_of, local
from perfkg.server.negotiation import wants_html
from perfkg.server.observing import request_id
from perfkg.server.pages import Pages
from perfkg.server.problems import (
    MEDIA_TYPE,
    ServiceProblem,
    Withdrawn,
    document_of,
    headers_of,
    status_of,
)
from perfkg.server.service import language_of

_log = logging.getLogger("perfkg.server")

_LONGEST_ADDRESS: Final = 32 * 1024
"""Bytes of the path and the query string together; a longer query is to be posted."""
_LARGEST_HEAD: Final = 64 * 1024
"""Bytes of all headers together."""


class Failures:
    """Answers what no handler below answers: a slip of the service itself, an endless address."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the reason of a failure goes to the log, not to the client."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            _check_head(scope)
            await self._app(scope, receive, sending)
        except Exception as error:
            if not isinstance(error, PerfkgError):
                _log.exception("request %s failed: %s", request_id(scope), scope["path"])
            if begun:
                raise
            problem = error if isinstance(error, PerfkgError) else _own_fault()
            await (await explain(Request(scope), problem))(scope, receive, send)


def _check_head(scope: Scope) -> None:
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > _LONGEST_ADDRESS:
        raise ServiceProblem(
            414,
            f"地址超过 {_LONGEST_ADDRESS} 字节；长查询请用 POST",
            f"the address is longer than {_LONGEST_ADDRESS} bytes; send a long query with POST",
        )
    if sum(len(name) + len(value) for name, value in scope["headers"]) > _LARGEST_HEAD:
        raise ServiceProblem(
            431,
            f"请求头超过 {_LARGEST_HEAD} 字节",
            f"the headers are larger than {_LARGEST_HEAD} bytes",
        )


def _own_fault() -> ServiceProblem:
    return ServiceProblem(
        500, "服务内部错误；请查看服务日志", "the service itself failed; see its log"
    )


async def explain(request: Request, error: Exception) -> Response:
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
        page = pages.problem(status, HTTPStatus(status).phrase, problem, _instead(request, problem))
        return Response(page, status, headers, media_type="text/html")
    document = document_of(problem)
    if (number := request_id(request.scope)) is not None:
        document["request_id"] = number
    return JSONResponse(document, status, headers, media_type=MEDIA_TYPE)


def _instead(request: Request, problem: PerfkgError) -> str | None:
    """Return the address of what has taken the place of a withdrawn thing, if it is here."""
    if not isinstance(problem, Withdrawn) or problem.successor is None:
        return None
    path = link_of(request.app.state.service.settings.base, problem.successor)
    return None if path is None else local(request, path)


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
