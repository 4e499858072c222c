"""Reading what a request holds: its parameters and its body, within limits."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import Request

from perfkg.server.problems import ServiceProblem

Parameters = list[tuple[str, str]]


def media_type_of(request: Request) -> str:
    """Return the content type without its parameters, in lower case."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


async def read_body(request: Request, most: int) -> bytes:
    """Return the body.

    Raises:
        ServiceProblem: 413, it is longer than `most` bytes.
    """
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > most:
            raise ServiceProblem(
                413,
                f"请求超过 {most} 字节",
                f"the request is larger than {most} bytes",
            )
    return bytes(content)


def in_address(request: Request) -> Parameters:
    """Return the parameters of the address, in order."""
    return pairs(decoded(request.scope["query_string"]))


def decoded(content: bytes) -> str:
    """Return `content` as text.

    Raises:
        ServiceProblem: 400, it is not UTF-8.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8() from error


def pairs(text: str) -> Parameters:
    """Return the parameters of a URL-encoded text."""
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise _not_utf8() from error
    except ValueError as error:
        raise ServiceProblem(400, "参数过多", "there are too many parameters") from error


def _not_utf8() -> ServiceProblem:
    return ServiceProblem(400, "请求须为 UTF-8 编码", "the request must be encoded in UTF-8")
