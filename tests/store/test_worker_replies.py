"""A worker tells each answer exactly once, whenever its thread loses its priority."""

from __future__ import annotations

import os
import pickle
from typing import Any

import pytest

from perfkg.store import worker
from perfkg.store.base import AskResult


class _Newest:
    """Answers every query with yes."""

    def snapshot(self) -> _Newest:
        return self

    def query(self, *_: object, **__: object) -> AskResult:
        return AskResult(True)


class _Pipe:
    """Holds requests, and what was told."""

    def __init__(self, requests: int) -> None:
        self.left = requests
        self.told: list[Any] = []

    def recv_bytes(self) -> bytes:
        if not self.left:
            raise EOFError
        self.left -= 1
        return pickle.dumps(worker.Fetch("ASK {}", 5, None, {}))

    def send_bytes(self, data: bytes) -> None:
        self.told.append(pickle.loads(data).found)  # noqa: S301 - our own


@pytest.mark.parametrize("lowered_at", range(1, 12))
def test_a_worker_tells_each_answer_once(monkeypatch: pytest.MonkeyPatch, lowered_at: int) -> None:
    asked, low = 0, False

    def priority(*_: object) -> int:
        nonlocal asked, low
        asked += 1
        low = low or asked == lowered_at
        return 19 if low else 0

    monkeypatch.setattr(os, "getpriority", priority)
    monkeypatch.setattr(worker, "end_after", lambda _: None)
    monkeypatch.setattr(worker, "end_never", lambda: None)
    pipe = _Pipe(3)
    serving = worker._Serving(pipe, _Newest())  # type: ignore[arg-type]
    while not serving.is_over:
        low = False  # each thread begins with the usual priority
        serving.run()
    assert pipe.told == [None, *[AskResult(True)] * 3]
