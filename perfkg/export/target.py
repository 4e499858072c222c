"""A graph in another store, over the SPARQL 1.1 Graph Store HTTP Protocol."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final, cast
from urllib.parse import quote, urlsplit

from perfkg.errors import StoreError, UsageError

_PIECE: Final = 256 * 1024
_TOLD: Final = 300
"""Characters of the other server's own words that an error repeats."""


class Refusal(StoreError):
    """The other store answered that it does not do what was asked."""


class Target:
    """One graph of a remote store.

    Args:
        address: of the graph store (`https://host/graph-store`, Fuseki's `…/data`).
        graph: IRI of a named graph, or None for the default graph.
        token: sent as a bearer token.
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
        self._parts = parts
        chosen = "default" if graph is None else f"graph={quote(graph, safe='')}"
        query = f"{parts.query}&{chosen}" if parts.query else chosen
        self._path = f"{parts.path or '/'}?{query}"
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._timeout = timeout

    @contextmanager
    def reading(self) -> Iterator[IO[bytes] | None]:
        """Give the statements of the graph as N-Triples, or None when there is no such graph.

        Raises:
            StoreError: the other store cannot be reached or refuses.
        """
        with self._answer("GET", None, {"Accept": "application/n-triples"}) as answer:
            if answer.status == http.client.NOT_FOUND:
                yield None
                return
            self._check("GET", answer)
            yield cast("IO[bytes]", answer)

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
    ) -> Iterator[http.client.HTTPResponse]:
        secure = self._parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(self._parts.hostname or "", self._parts.port, timeout=self._timeout)
        try:
            connection.request(method, self._path, body, {**self._headers, **headers})
            yield connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            raise StoreError(
                f"与目标库的连接失败：{error or type(error).__name__}",
                f"the connection to the target failed: {error or type(error).__name__}",
                place=self.address,
            ) from error
        finally:
            connection.close()

    def _check(self, method: str, answer: http.client.HTTPResponse) -> None:
        if 200 <= answer.status < 300:
            return
        said = answer.read(_PIECE).decode("utf-8", "replace").strip()[:_TOLD]
        kind = Refusal if answer.status < http.client.INTERNAL_SERVER_ERROR else StoreError
        raise kind(
            f"目标库对 {method} 答 {answer.status} {answer.reason}：{said}",
            f"the target answered {method} with {answer.status} {answer.reason}: {said}",
            place=self.address,
        )
