"""`/sparql`: the SPARQL 1.1 Protocol, for queries."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from perfkg.asking import ask
from perfkg.results import ResultKind, kind_of
from perfkg.server.description import service_description
from perfkg.server.negotiation import HTML, best_type, result_format
from perfkg.server.pages import Pages
from perfkg.server.problems import ServiceProblem
from perfkg.server.responses import result_headers, send, send_result
from perfkg.server.service import Service, ServiceOf, language_of
from perfkg.sparql.fence import check_query

router = APIRouter()

_MOST_BYTES = 1_000_000
_DATASET = ("default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri")
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"


@dataclass(frozen=True, slots=True)
class _Operation:
    """What a request asks for: a query, an update, or neither (then: what this service is)."""

    query: str | None = None
    update: bool = False


@router.get("/sparql", summary="SPARQL query (GET), or the service description")
async def query_by_get(request: Request, service: ServiceOf) -> Response:
    """Answer `?query=`; without it describe the service, or show the query page to a browser."""
    operation = _operation(_in_address(request))
    if operation.update:
        raise ServiceProblem(
            400,
            "更新须用 POST 发送",
            "an update must be sent with POST",
        )
    return await run_in_threadpool(_answer, request, service, operation.query)


@router.post("/sparql", summary="SPARQL query (POST)")
async def query_by_post(request: Request, service: ServiceOf) -> Response:
    """Answer a query sent as a form or as application/sparql-query."""
    operation = await _posted(request)
    if operation.update:
        _refuse_update(request, service)
    if operation.query is None:
        raise ServiceProblem(400, "缺少参数 query", "the parameter 'query' is missing")
    return await run_in_threadpool(_answer, request, service, operation.query)


async def _posted(request: Request) -> _Operation:
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type not in (_FORM, _QUERY, _UPDATE):
        raise ServiceProblem(
            415,
            f"不支持的内容类型“{media_type}”；请用 {_FORM} 或 {_QUERY}",
            f"the content type '{media_type}' is not supported; use {_FORM} or {_QUERY}",
        )
    text = await _body(request)
    if media_type == _UPDATE:
        return _Operation(update=True)
    if media_type == _QUERY:
        return _operation([*_in_address(request), ("query", text)])
    return _operation([*_in_address(request), *_pairs(text)])


async def _body(request: Request) -> str:
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > _MOST_BYTES:
            raise ServiceProblem(
                413,
                f"请求超过 {_MOST_BYTES} 字节",
                f"the request is larger than {_MOST_BYTES} bytes",
            )
    return _decoded(bytes(content))


def _in_address(request: Request) -> list[tuple[str, str]]:
    return _pairs(_decoded(request.scope["query_string"]))


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8() from error


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise _not_utf8() from error


def _not_utf8() -> ServiceProblem:
    return ServiceProblem(400, "请求须为 UTF-8 编码", "the request must be encoded in UTF-8")


def _operation(parameters: list[tuple[str, str]]) -> _Operation:
    names = [name for name, _ in parameters]
    for name in _DATASET:
        if name in names:
            raise ServiceProblem(
                400,
                f"不支持 {name}：本库的数据都在默认图，检查结果在命名图，可用 GRAPH 查询",
                f"{name} is not supported: all data is in the default graph; use GRAPH for the "
                "validation results",
            )
    queries = [value for name, value in parameters if name == "query"]
    if len(queries) > 1 or ("update" in names and queries):
        raise ServiceProblem(400, "一次请求只能有一个查询", "a request must hold exactly one query")
    return _Operation(queries[0] if queries else None, "update" in names)


def _refuse_update(request: Request, service: Service) -> None:
    """Say why an update is not carried out; the first versions of perfkg only read over HTTP."""
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
    raise ServiceProblem(
        501,
        "尚不支持通过 HTTP 更新；请用 perfkg ingest 写入",
        "updates over HTTP are not supported yet; write with perfkg ingest",
    )


def _answer(request: Request, service: Service, query: str | None) -> Response:
    if query is None:
        return _introduce(request, service)
    kind = ResultKind("CONSTRUCT" if (form := check_query(query).value) == "DESCRIBE" else form)
    wanted = result_format(request, kind)
    version = service.store.generation.number
    result = ask(service.store, query, service.settings)
    limit = service.settings.max_rows
    if wanted is None:
        pages = Pages(service, language_of(request))
        page = pages.sparql(query, result)
        return send(request, page, HTML, version, result_headers(result, limit))
    assert kind_of(result) is kind  # noqa: S101 - the fence and the engine read the same form
    return send_result(request, result, wanted, version, limit)


def _introduce(request: Request, service: Service) -> Response:
    """Describe the service to a machine, or show the query page to a person."""
    version = service.store.generation.number
    chosen = best_type(request, ("text/turtle", HTML))
    if chosen == HTML:
        pages = Pages(service, language_of(request))
        return send(request, pages.sparql(None, None), HTML, version, {})
    if chosen is None:
        raise ServiceProblem(
            406,
            "服务描述只有 text/turtle；查询请加参数 query",
            "the service description comes as text/turtle; to ask, give the parameter 'query'",
        )
    endpoint = str(request.url_for("query_by_get"))
    return send(request, service_description(endpoint), "text/turtle", version, {})
