"""A graph in another store, over the SPARQL 1.1 Graph Store HTTP Protocol."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final, cast
from urllib.parse import urlsplit

import httpx

from perfkg.errors import StoreError, UsageError
from perfkg.store.remote.connection import Body
from perfkg.store.remote.credentials import auth_of

_TOLD: Final = 300
"""Characters of the other server's own words that an error repeats."""


class Refusal(StoreError):
    """The other store answered that it does not do what was asked."""


class Target:
    """One graph of a remote store.

    Args:
        address: of the graph store (`https://host/graph-store`, Fuseki's `…/data`).
        graph: IRI of a named graph, or None for the default graph.
        token: a bearer token, or `user:password`.
        timeout: seconds that an answer may take.

    Raises:
        UsageError: the address is none of http or https.
    """

    def __init__(
        self, address: str, graph: str | None, token: str | None, timeout: float = 120
    ) -> None:
        """Connect to nothing yet."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(
                f"须为 http 或 https 地址：{address}",
                f"an http or https address is needed: {address}",
            )
        self.address = address
        chosen = "default" if graph is None else httpx.QueryParams({"graph": graph})
        self._url = f"{address}{'&' if parts.query else '?'}{chosen}"
        self._timeout = timeout
        self._auth = auth_of(token)
        self._is_secure = parts.scheme == "https"

    @contextmanager
    def reading(self) -> Iterator[IO[bytes] | None]:
        """Give the statements of the graph as N-Triples, or None when there is no such graph.

        Raises:
            StoreError: the other store cannot be reached or refuses.
        """
        with self._answer("GET", None, {"Accept": "application/n-triples"}) as answer:
            if answer.status_code == httpx.codes.NOT_FOUND:
                yield None
                return
            self._check("GET", answer)
            yield cast("IO[bytes]", Body(answer, None, None))

    def replace(self, statements: bytes) -> None:
        """Make the graph hold exactly these statements (N-Triples)."""
        self._send("PUT", statements)

    def add(self, statements: bytes) -> None:
        """Add statements (N-Triples)."""
        self._send("POST", statements)

    def _send(self, method: str, statements: bytes) -> None:
        kind = {"Content-Type": "application/n-triples"}
        with self._answer(method, statements, kind) as answer:
            self._check(method, answer)
            answer.read()

    @contextmanager
    def _answer(
        self, method: str, body: bytes | None, headers: dict[str, str]
    ) -> Iterator[httpx.Response]:
        try:
            with (
                # Reading the certificates of the system takes a while, and http needs none.
                httpx.Client(
                    auth=self._auth, timeout=self._timeout, verify=self._is_secure
                ) as client,
                client.stream(method, self._url, content=body, headers=headers) as answer,
            ):
                yield answer
        except (OSError, httpx.HTTPError) as error:
            raise StoreError(
                f"与目标库的连接失败：{str(error) or type(error).__name__}",
                f"the connection to the target failed: {str(error) or type(error).__name__}",
                place=self.address,
            ) from error

    def _check(self, method: str, answer: httpx.Response) -> None:
        if answer.is_success:
            return
        said = next(answer.iter_bytes(4 * _TOLD), b"").decode("utf-8", "replace").strip()[:_TOLD]
        kind = StoreError if answer.is_server_error else Refusal
        status = f"{answer.status_code} {answer.reason_phrase}"
        raise kind(
            f"目标库对 {method} 答 {status}：{said}",
            f"the target answered {method} with {status}: {said}",
            place=self.address,
        )
