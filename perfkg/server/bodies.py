"""Reading what a request holds: its parameters and its body, within limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from email.message import Message
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.requests import ClientDisconnect

from perfkg.server.problems import ServiceProblem

_DRAINED: Final = 16_000_000
"""Bytes of a request that is too large that are read and thrown away."""
_DRAINED_SECONDS: Final = 2.0

Parameters = list[tuple[str, str]]


def media_type_of(request: Request) -> str:
    """Return the content type without its parameters, in lower case."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


def check_charset(content_type: str) -> None:
    """Let pass a content type that says UTF-8 or nothing of its encoding.

    Raises:
        ServiceProblem: 415, it says something else. All formats of the protocol are UTF-8.
    """
    message = Message()
    message["Content-Type"] = content_type
    charset = message.get_content_charset("utf-8")
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise ServiceProblem(
            415,
            f"不支持的编码“{charset}”；内容须为 UTF-8",
            f"the encoding '{charset}' is not supported; the content must be UTF-8",
        )


async def read_body(request: Request, most: int, seconds: float) -> bytes:
    """Return the body.

    Args:
        request: whose body has not been read.
        most: bytes that it may have.
        seconds: that the client may take to send it.

    Raises:
        ServiceProblem: 413, it is longer; 408, it did not come in time; 400, it came in part; 415,
            it is compressed.
    """
    _check_coding(request)
    length = request.headers.get("content-length", "")
    parts = request.stream()
    if length.isdecimal() and int(length) > most:
        await _drain(parts)
        raise _too_large(most)
    try:
        async with asyncio.timeout(seconds):
            return await _collect(parts, most)
    except TimeoutError as error:
        raise ServiceProblem(
            408,
            f"请求内容在 {seconds:g} 秒内没有发完",
            f"the content of the request was not sent within {seconds:g} s",
            headers={"Connection": "close"},
        ) from error
    except ClientDisconnect as error:
        raise ServiceProblem(
            400, "请求内容不完整", "the content of the request is incomplete"
        ) from error


def _check_coding(request: Request) -> None:
    """Let pass a body that is sent as it is: unpacking would have to be limited too."""
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("", "identity"):
        raise ServiceProblem(
            415,
            f"不接受压缩的请求内容（Content-Encoding: {coding}）；请不压缩发送",
            f"compressed content is not taken (Content-Encoding: {coding}); send it as it is",
            headers={"Accept-Encoding": "identity"},
        )


async def _collect(parts: AsyncIterator[bytes], most: int) -> bytes:
    content = bytearray()
    async for part in parts:
        content += part
        if len(content) > most:
            await _drain(parts)
            raise _too_large(most)
    return bytes(content)


async def _drain(parts: AsyncIterator[bytes]) -> None:
    """Let a client that is still sending come to its end, so that it reads the answer.

    A connection that is closed over unread bytes is reset, and the answer is lost with it.
    """
    seen = 0
    with suppress(TimeoutError, ClientDisconnect):
        async with asyncio.timeout(_DRAINED_SECONDS):
            async for part in parts:
                seen += len(part)
                if seen > _DRAINED:
                    return


def _too_large(most: int) -> ServiceProblem:
    return ServiceProblem(
        413,
        f"请求超过 {most} 字节",
        f"the request is larger than {most} bytes",
        headers={"Connection": "close"},
    )


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
