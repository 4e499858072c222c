"""HTTP to a store elsewhere: credentials, time limits, repeated reads, failures explained."""

from __future__ import annotations

import io
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpx

from perfkg.errors import StoreBusy, StoreError, UsageError
from perfkg.messages import Text
from perfkg.store.remote.credentials import auth_of

PATIENCE: Final = 600.0
"""Seconds that a trusted request may be silent: a large graph is counted or copied."""
_CONNECTING: Final = 10.0
_PAUSES: Final = (0.2, 0.8)
"""Seconds before a read is tried again."""
_FOR_NOW: Final = (502, 503, 504)
_TOLD: Final = 300
"""Characters of the other server's own words that an error repeats."""


class OutOfTime(Exception):
    """The time that a request may take is over, or nobody waits for it any more."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a request may take.

    Attributes:
        seconds: from the first byte sent to the last received; None for no limit.
        stopped: set when nobody waits for the answer any more.
    """

    seconds: float | None = None
    stopped: threading.Event | None = None

    def deadline(self) -> float | None:
        """Return when it ends, by the monotonic clock."""
        return None if self.seconds is None else time.monotonic() + self.seconds


NO_LIMIT: Final = Limit()


class Refused(StoreError):
    """The other store answered with an error.

    Args:
        status: of HTTP. said: its own words.
    """

    def __init__(self, text: Text, *, place: str, status: int, said: str) -> None:
        super().__init__(text.zh, text.en, place=place)
        self.status = status
        self.said = said


class Connection:
    """Requests to one server; thread-safe.

    Args:
        address: the base URL, without credentials.
        token: a bearer token, or `user:password`; it never stands in a message.

    Raises:
        UsageError: the address is none, or holds a password.
    """

    def __init__(self, address: str, token: str | None) -> None:
        """Connect to nothing yet."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(
                f"须为 http 或 https 地址：{address}",
                f"an http or https address is needed: {address}",
            )
        if parts.username is not None:
            raise UsageError(
                "PERFKG_STORE 的地址中不要写用户名和密码，请用 PERFKG_STORE_TOKEN=user:password",
                "do not put user and password into the address of PERFKG_STORE; use "
                "PERFKG_STORE_TOKEN=user:password",
                place=parts.hostname,
            )
        self.address = address.rstrip("/")
        timeout = httpx.Timeout(PATIENCE, connect=_CONNECTING)
        # Reading the certificates of the system takes longer than a request that needs none.
        secure = parts.scheme == "https"
        self._client = httpx.Client(auth=auth_of(token), timeout=timeout, verify=secure)
        weakref.finalize(self, self._client.close)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    @contextmanager
    def read(
        self, build: Callable[[httpx.Client], httpx.Request], limit: Limit = NO_LIMIT
    ) -> Iterator[Body]:
        """Give the answer to a request that changes nothing; it is tried again if it fails.

        Raises:
            StoreError: the server cannot be reached or refuses.
            OutOfTime: the limit was reached.
        """
        deadline = limit.deadline()
        for pause in (*_PAUSES, None):
            try:
                response = self._send(build(self._client), deadline)
            except httpx.TransportError as error:
                if isinstance(error, httpx.ReadTimeout) and deadline is not None:
                    raise OutOfTime from error
                if pause is None or isinstance(error, httpx.ReadTimeout):
                    raise self._unreachable(error) from error
            else:
                if pause is None or response.status_code not in _FOR_NOW:
                    break
                response.close()
            left = pause if deadline is None else deadline - time.monotonic()
            time.sleep(max(0, min(pause, left)))
        try:
            self._check(response)
            body = Body(response, deadline, limit.stopped)
            try:
                yield body
            except Exception as error:
                if body.failure is not None:
                    raise self._cause(body.failure) from error
                if isinstance(error, SyntaxError):
                    raise self._malformed(error) from error
                raise
        finally:
            response.close()

    def write(self, build: Callable[[httpx.Client], httpx.Request]) -> None:
        """Send a request that changes something, once.

        Raises:
            StoreError: the server cannot be reached or refuses.
        """
        try:
            response = self._send(build(self._client), None)
            try:
                self._check(response)
                response.read()
            finally:
                response.close()
        except httpx.TransportError as error:
            raise self._unreachable(error) from error

    def _send(self, request: httpx.Request, deadline: float | None) -> httpx.Response:
        if deadline is not None:
            left = max(0.01, deadline - time.monotonic())
            connecting = min(left, _CONNECTING)
            request.extensions["timeout"] = httpx.Timeout(left, connect=connecting).as_dict()
        return self._client.send(request, stream=True)

    def _cause(self, failure: Exception) -> Exception:
        """Return why an answer could not be read to its end."""
        return self._unreachable(failure) if isinstance(failure, httpx.TransportError) else failure

    def _malformed(self, error: SyntaxError) -> StoreError:
        return StoreError(
            f"远程库的回答不完整或不合格式：{error}",
            f"the answer of the remote store is cut off or malformed: {error}",
            place=self.address,
        )

    def _unreachable(self, error: Exception) -> StoreError:
        reason = str(error) or type(error).__name__
        return StoreError(
            f"与远程库的连接失败：{reason}",
            f"the connection to the remote store failed: {reason}",
            place=self.address,
        )

    def _check_whole(self, response: httpx.Response) -> None:
        most = response.headers.get(_CUT)
        if most is not None:
            raise StoreError(
                f"远程库只给出结果的前 {most} 行；请调高其限制（Virtuoso：ResultSetMaxRows），"
                "或缩小查询",
                f"the remote store gives no more than the first {most} rows of an answer; raise "
                "its limit (Virtuoso: ResultSetMaxRows), or ask for less",
                place=self.address,
            )

    def _check(self, response: httpx.Response) -> None:
        status = response.status_code
        if 200 <= status < 300:
            self._check_whole(response)
            return
        try:
            said = response.read().decode("utf-8", "replace").strip()[:_TOLD]
        except httpx.TransportError:
            said = ""
        if status in _FOR_NOW:
            raise StoreBusy(
                f"远程库答 {status}，请稍后再试：{said}",
                f"the remote store answered {status}; try again later: {said}",
                place=self.address,
            )
        advice = _ADVICE.get(status, Text("", ""))
        text = Text(
            f"远程库答 {status}{advice.zh}：{said}",
            f"the remote store answered {status}{advice.en}: {said}",
        )
        raise Refused(text, place=self.address, status=status, said=said)


_CUT: Final = "X-SPARQL-MaxRows"
"""The header with which Virtuoso says that it left rows out."""
_CREDENTIALS: Final = Text(
    "（请检查 PERFKG_STORE_TOKEN：令牌，或 user:password）",
    " (check PERFKG_STORE_TOKEN: a token, or user:password)",
)
_ADVICE: Final = {401: _CREDENTIALS, 403: _CREDENTIALS}


class Body(io.RawIOBase):
    """The content of an answer as a file, within its time limit.

    Args:
        response: open, of which nothing was read.
        deadline: by the monotonic clock, or None.
        stopped: set when nobody waits any more.
    """

    def __init__(
        self, response: httpx.Response, deadline: float | None, stopped: threading.Event | None
    ) -> None:
        """Read nothing yet."""
        self.media_type = response.headers.get("content-type", "").partition(";")[0].strip()
        self.failure: Exception | None = None
        self._pieces = response.iter_bytes()
        self._deadline = deadline
        self._stopped = stopped
        self._held = b""

    def readable(self) -> bool:
        """Whether it can be read from."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # as RawIOBase calls it
        """Fill `buffer` with what comes next; 0 at the end."""
        try:
            while not self._held:
                self._check_time()
                piece = next(self._pieces, None)
                if piece is None:
                    return 0
                self._held = piece
        except httpx.ReadTimeout as error:
            self.failure = error if self._deadline is None else OutOfTime()
            raise OSError("timeout") from error
        except Exception as error:
            self.failure = error
            raise OSError(str(error)) from error
        size = min(len(buffer), len(self._held))
        buffer[:size] = self._held[:size]
        self._held = self._held[size:]
        return size

    def _check_time(self) -> None:
        late = self._deadline is not None and time.monotonic() > self._deadline
        if late or (self._stopped is not None and self._stopped.is_set()):
            raise OutOfTime
