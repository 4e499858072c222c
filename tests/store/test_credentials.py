"""Signing requests: Bearer, Basic, and Digest where a server wants nothing else."""

from __future__ import annotations

from base64 import b64encode
from hashlib import md5
from urllib.request import parse_http_list, parse_keqv_list

import httpx
import pytest

from perfkg.store.remote.credentials import auth_of

BASIC = f"Basic {b64encode(b'me:s3cret').decode()}"
NONCE = "b3994b08250a0893"


class Server:
    """A server that wants Basic or Digest, and notes what it was shown."""

    def __init__(self, *challenges: str) -> None:
        self.challenges = challenges
        self.shown: list[str | None] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        shown = request.headers.get("Authorization")
        self.shown.append(shown)
        if shown == BASIC and self.challenges[0].startswith("Basic"):
            return httpx.Response(200)
        if shown is not None and self.is_digest(shown, request):
            return httpx.Response(200)
        # Virtuoso says what it wants only to those who show nothing.
        told = [] if shown == BASIC else [("WWW-Authenticate", text) for text in self.challenges]
        return httpx.Response(401, headers=told)

    def is_digest(self, shown: str, request: httpx.Request) -> bool:
        """Whether it is the answer that RFC 2617 wants."""
        kind, _, rest = shown.partition(" ")
        if kind != "Digest":
            return False
        said = parse_keqv_list(parse_http_list(rest))
        first = hashed("me", said["realm"], "s3cret")
        second = hashed(request.method, said["uri"])
        wanted = hashed(first, NONCE, said["nc"], said["cnonce"], said["qop"], second)
        return said["response"] == wanted and said["nonce"] == NONCE


def hashed(*parts: str) -> str:
    return md5(":".join(parts).encode()).hexdigest()  # noqa: S324 - what the protocol uses


def asked(server: Server, token: str | None, times: int = 1) -> list[int]:
    transport = httpx.MockTransport(server)
    with httpx.Client(transport=transport, auth=auth_of(token)) as client:
        return [
            client.post("https://example.cn/data?graph=a", content=b"x").status_code
            for _ in range(times)
        ]


DIGEST = f'Digest realm="SPARQL", nonce="{NONCE}", qop="auth", algorithm="MD5"'


def test_a_token_is_shown_as_it_is_and_nothing_without_one() -> None:
    for token, shown in ((None, None), ("", None), ("s3cret", "Bearer s3cret")):
        server = Server('Bearer realm="x"')
        assert asked(server, token) == [401]
        assert server.shown == [shown]


def test_a_password_is_shown_once_where_basic_is_wanted() -> None:
    server = Server('Basic realm="x"')
    assert asked(server, "me:s3cret", times=2) == [200, 200]
    assert server.shown == [BASIC, BASIC]


def test_a_server_that_wants_digest_gets_it_and_basic_only_once() -> None:
    server = Server(DIGEST)
    assert asked(server, "me:s3cret", times=3) == [200, 200, 200]
    assert server.shown.count(BASIC) == 1
    assert sum(str(shown).startswith("Digest") for shown in server.shown) == 3


@pytest.mark.parametrize("challenge", [DIGEST, 'Basic realm="x"'])
def test_a_wrong_password_stays_refused(challenge: str) -> None:
    server = Server(challenge)
    assert asked(server, "me:wrong") == [401]
    assert len(server.shown) <= 3
