"""`/metrics`: figures for Prometheus, with the extra `perfkg[metrics]`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Protocol

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool

from perfkg import __version__
from perfkg.errors import PerfkgError
from perfkg.server import openapi
from perfkg.server.problems import ServiceProblem
from perfkg.server.service import Service

router = APIRouter()

_BUCKETS: Final = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_GAUGES: Final = {
    "running": "Queries that run in a worker process now.",
    "waiting": "Queries that wait for a worker process now.",
    "workers": "Worker processes that live now.",
}
_COUNTERS: Final = {
    "answered": "Queries that ran to their end, failed ones included.",
    "timed_out": "Queries that were stopped at the time limit.",
    "abandoned": "Queries that were stopped because nobody waited for them any more.",
    "refused": "Queries that were turned away because too many wanted to run.",
    "displaced": "Times that a slow query was stopped to let others pass, to begin anew later.",
    "died": "Worker processes that ended by themselves.",
}


class Metrics(Protocol):
    """Where requests are counted."""

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""

    def exposition(self) -> tuple[bytes, str]:
        """Return all figures as Prometheus reads them, and their media type."""


@router.get(
    "/metrics",
    summary="Figures for Prometheus (extra perfkg[metrics])",
    response_class=PlainTextResponse,
    responses=openapi.responses(404),
)
async def show_metrics(request: Request) -> Response:
    """Tell the requests, their times, the queries and the data set in figures."""
    metrics: Metrics | None = request.app.state.metrics
    if metrics is None:
        raise ServiceProblem(
            404,
            "未安装指标组件；请运行 pip install 'perfkg[metrics]' 后重启服务",
            "the metrics are not installed; run pip install 'perfkg[metrics]' and restart the "
            "service",
        )
    body, media_type = await run_in_threadpool(metrics.exposition)
    return Response(body, headers={"Content-Type": media_type, "Cache-Control": "no-store"})


def open_metrics(service: Service) -> Metrics | None:
    """Return where requests are counted, or None when prometheus-client is not installed."""
    try:
        import prometheus_client.core
    except ImportError:
        return None
    return _Prometheus(prometheus_client, service)


class _Prometheus:
    """Counts with prometheus-client, in a registry of its own."""

    def __init__(self, client: Any, service: Service) -> None:
        self._client = client
        self._registry = client.CollectorRegistry()
        self._requests = client.Counter(
            "perfkg_http_requests",
            "Requests that were answered.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = client.Histogram(
            "perfkg_http_request_seconds",
            "Seconds from the head of a request to the end of its answer.",
            ("route",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._registry.register(_ServiceFigures(client.core, service))

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        known = method if method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS") else "other"
        self._requests.labels(route, known, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def exposition(self) -> tuple[bytes, str]:
        data: bytes = self._client.generate_latest(self._registry)
        return data, str(self._client.CONTENT_TYPE_LATEST)


class _ServiceFigures:
    """The figures that the service has anyway, read when they are asked for."""

    def __init__(self, core: Any, service: Service) -> None:
        self._core = core
        self._store = service.store
        self._answers = service.answers

    def collect(self) -> Iterator[Any]:
        gauge, counter = self._core.GaugeMetricFamily, self._core.CounterMetricFamily
        info = gauge("perfkg_info", "The version that runs.", labels=["version"])
        info.add_metric([__version__], 1)
        yield info
        try:
            generation = self._store.generation
        except PerfkgError:
            yield gauge("perfkg_up", "Whether the store can be read.", value=0)
            return
        yield gauge("perfkg_up", "Whether the store can be read.", value=1)
        yield gauge("perfkg_dataset_version", "The generation served.", value=generation.number)
        yield gauge("perfkg_triples", "Triples of the default graph.", value=generation.triples)
        figures = self._store.figures()
        for name, meaning in _GAUGES.items():
            yield gauge(f"perfkg_queries_{name}", meaning, value=getattr(figures, name))
        for name, meaning in _COUNTERS.items():
            yield counter(f"perfkg_queries_{name}", meaning, value=getattr(figures, name))
        hits, misses = self._answers.hits, self._answers.misses
        yield counter("perfkg_cache_hits", "Answers that were kept.", value=hits)
        yield counter("perfkg_cache_misses", "Answers that had to be made.", value=misses)
