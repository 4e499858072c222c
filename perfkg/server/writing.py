"""Who may write over HTTP, and how a write becomes a generation."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from perfkg.server.problems import ServiceProblem
from perfkg.server.service import Service
from perfkg.store.base import Writer


def require_token(request: Request, service: Service) -> None:
    """Let a request pass that carries the token of this service.

    Raises:
        ServiceProblem: 401 without a token, 403 with a wrong one or where none is set.
    """
    token = service.settings.token
    if token is None:
        raise ServiceProblem(
            403,
            "本服务只读：未设置写入令牌（PERFKG_TOKEN）",
            "this service is read-only: no token for writing is set (PERFKG_TOKEN)",
        )
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not given:
        raise ServiceProblem(
            401,
            "写入需要令牌：Authorization: Bearer …",
            "writing needs a token: Authorization: Bearer …",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if not hmac.compare_digest(given.encode(), token.get_secret_value().encode()):
        raise ServiceProblem(403, "令牌不对", "the token is wrong")


@contextmanager
def transaction(service: Service) -> Iterator[Writer]:
    """Begin a write over HTTP; what it leaves is reviewed before anybody sees it.

    Raises:
        Unfit: the settings refuse what was found; the store is as before.
    """
    with service.store.write() as writer:
        known = service.reviewer.known(writer)
        yield writer
        service.reviewer.review(writer, known)


async def write(service: Service, work: Callable[[], Response]) -> Response:
    """Do `work`, which writes, after those that asked before.

    They wait here rather than in threads, which queries need.
    """
    async with service.writing:
        return await run_in_threadpool(work)
