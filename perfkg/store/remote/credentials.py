"""What a server is shown so that it lets us in: a token, or a name and a password."""

from __future__ import annotations

from collections.abc import Generator

import httpx


def auth_of(token: str | None) -> httpx.Auth | None:
    """Return what signs requests.

    Args:
        token: a bearer token, or `user:password`; None asks as nobody in particular.
    """
    if not token:
        return None
    user, colon, password = token.partition(":")
    return Password(user, password) if colon else Bearer(token)


class Bearer(httpx.Auth):
    """A bearer token (RFC 6750)."""

    def __init__(self, token: str) -> None:
        """Sign nothing yet."""
        self._value = f"Bearer {token}"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign a request."""
        request.headers["Authorization"] = self._value
        yield request


class Password(httpx.Auth):
    """A name and a password: Basic (RFC 7617), or Digest (RFC 7616) where a server asks for it."""

    def __init__(self, user: str, password: str) -> None:
        """Sign nothing yet."""
        self._basic = httpx.BasicAuth(user, password)
        self._digest = httpx.DigestAuth(user, password)
        self._wants_digest = False

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign a request; the first one to a server that wants Digest is sent again."""
        if not self._wants_digest:
            signed = next(self._basic.auth_flow(request))
            response = yield signed
            if not _refuses_basic(response):
                return
            self._wants_digest = True
            del request.headers["Authorization"]
        yield from self._digest.auth_flow(request)


def _refuses_basic(response: httpx.Response) -> bool:
    """Whether a server wants something else; Virtuoso does not even say what."""
    challenges = response.headers.get_list("WWW-Authenticate")
    refused = response.status_code == httpx.codes.UNAUTHORIZED
    return refused and not any(said.lower().startswith("basic") for said in challenges)
