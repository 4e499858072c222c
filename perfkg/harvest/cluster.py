"""Work done by the workers of a Dask cluster, on this machine or on others.

What runs there is what runs here: the same `Work` on the same handfuls, so that the result is the
same. A worker that dies is none of our business: the scheduler gives its work to another one.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias

from perfkg.errors import ClusterError
from perfkg.harvest.crew import Part, Task, Work, spare
from perfkg.harvest.files import code_mark
from perfkg.harvest.folders import Folder
from perfkg.harvest.places import Place, look

if TYPE_CHECKING:
    from distributed import Client, Future

_CONNECT: Final = 10.0
"""Seconds in which the scheduler and a first worker must be there."""
_PATIENCE: Final = 5.0
"""Seconds between looks whether there is still a worker."""
_LOOKS: Final = 12
"""Looks in a row without a worker after which the work is given up."""
_LEAST_AHEAD: Final = 16
_AHEAD: Final = 4
"""Tasks for each thread of the cluster that are given out before the first is back."""
_CHECK: Final = ".check"

Begun: TypeAlias = "deque[tuple[Task | None, Future | None]]"


class Cluster:
    """The workers of a Dask scheduler.

    Args:
        address: of the scheduler, such as `tcp://10.0.0.5:8786`.
        folder: in which they are to keep what they read; None if they hand it over.
        sample: one of the files that they are to read.

    Raises:
        ClusterError: the cluster cannot be reached or used; says what is to be done.
    """

    def __init__(
        self, address: str, folder: Folder | None = None, sample: Place | None = None
    ) -> None:
        """Connect, and make sure that every worker can do the work."""
        self._address = address
        self._client = _connect(address)
        try:
            self._find_worker()
            self._check(folder, sample)
        except BaseException:
            self._client.close()
            raise

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take leave of the scheduler; what was given out and is not needed is dropped."""
        with suppress(OSError):
            self._client.close()

    def results(self, work: Work[Part], tasks: Iterable[Task | None]) -> Iterator[tuple[Part, ...]]:
        """Yield what comes of each task; see `Crew.results`."""
        begun: Begun = deque()
        most = max(_LEAST_AHEAD, _AHEAD * sum(self._client.nthreads().values()))
        for task in tasks:
            begun.append((task, None if task is None else self._begin(work, task)))
            if len(begun) >= most:
                yield self._next(work, begun)
        while begun:
            yield self._next(work, begun)

    def _begin(self, work: Work[Part], task: Task) -> Future:
        # Every task has a name of its own: nothing is taken from an earlier ingest.
        key = f"perfkg-{type(work).__name__.lower()}-{secrets.token_hex(8)}"
        return self._client.submit(partial(work, task), key=key)

    def _next(self, work: Work[Part], begun: Begun) -> tuple[Part, ...]:
        from distributed import KilledWorker, wait

        task, future = begun.popleft()
        if task is None or future is None:
            return ()
        try:
            found: tuple[Part, ...] = self._result(future)
            return found
        except KilledWorker:
            # Whose fault it was cannot be told while others are at work beside it.
            others = [other for _, other in begun if other is not None]
            if others:
                wait(others)
            return self._alone(work, task)

    def _alone(self, work: Work[Part], task: Task) -> tuple[Part, ...]:
        from distributed import KilledWorker

        def again(part: Task) -> tuple[Part, ...]:
            found: tuple[Part, ...] = self._result(self._begin(work, part))
            return found

        try:
            return again(task)
        except KilledWorker:
            return spare(work, task, again, KilledWorker)

    def _result(self, future: Future) -> Any:
        """Wait for a result as long as there is somebody to work on it."""
        from concurrent.futures import CancelledError

        from distributed.comm import CommClosedError

        looks = 0
        while looks < _LOOKS:
            try:
                return future.result(timeout=_PATIENCE)
            except ModuleNotFoundError as error:
                raise _no_perfkg(self._address, error) from error
            except (CancelledError, CommClosedError) as error:
                raise self._lost(error) from error
            except TimeoutError:
                if future.status != "pending":
                    raise
            try:
                looks = 0 if self._client.nthreads() else looks + 1
            except OSError as error:
                raise self._lost(error) from error
        raise _no_worker(self._address)

    def _lost(self, error: Exception) -> ClusterError:
        return ClusterError(
            f"与调度器的连接中断（{error}）；库未改动。再次运行即从已读处继续",
            f"the connection to the scheduler was lost ({error}); the store was not changed. Run "
            "it again, and it goes on from what was read",
            place=self._address,
        )

    # -- before the work -----------------------------------------------------------------------

    def _find_worker(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=_CONNECT)
        except TimeoutError as error:
            raise _no_worker(self._address) from error

    def _check(self, folder: Folder | None, sample: Place | None) -> None:
        """Make sure that every worker has this perfkg, reaches the folder and sees the files."""
        token = secrets.token_hex(8)
        if folder is not None:
            folder.prepare()
            folder.write(f"{token}{_CHECK}", token.encode())
        seen = sample is not None and look(sample, 1 << 62).digest is not None
        probe = _probe(str(folder or ""), token, str(sample) if seen else "", code_mark())
        try:
            found = self._client.run(probe, on_error="return")
            for worker, said in sorted(found.items()):
                self._judge(worker, said, folder, token)
        finally:
            if folder is not None:
                folder.remove(_CHECK)

    def _judge(self, worker: str, said: object, folder: Folder | None, token: str) -> None:
        if isinstance(said, ModuleNotFoundError) or said == "no perfkg":
            raise _no_perfkg(worker, said)
        if said == "other perfkg":
            raise ClusterError(
                "该工作进程装的 perfkg 与本机不同。请在所有机器上安装同一版本",
                "this worker has another perfkg than this machine. Install the same on all of them",
                place=worker,
            )
        if said == "no file":
            raise ClusterError(
                "该工作进程看不到要读的文件。请用各机器上路径相同的共享文件夹，或 s3:// 之类的地址",
                "this worker does not see the files that are to be read. Use a folder that is "
                "mounted in the same place everywhere, or an address such as s3://",
                place=worker,
            )
        if folder is not None and (said != "fine" or not _answered(folder, token)):
            raise ClusterError(
                f"该工作进程无法使用存放已读内容的文件夹 {folder}（{said}）。请用 --shards 指定"
                "各机器都能到达的文件夹，或 s3:// 之类的地址",
                f"this worker cannot use the folder {folder}, in which what is read is kept "
                f"({said}). Name one that all machines reach with --shards: mounted in the same "
                "place everywhere, or an address such as s3://",
                place=worker,
            )
        if said != "fine":
            raise ClusterError(
                f"该工作进程出错：{said}", f"this worker fails: {said}", place=worker
            )


def _probe(folder: str, token: str, sample: str, mark: str) -> Callable[[], str]:
    """Return what every worker is asked; it is sent by value, as perfkg may be missing there."""

    def probe() -> str:
        try:
            from perfkg.harvest.reach import answer
        except ImportError:
            return "no perfkg"
        return answer(folder, token, sample, mark)

    return probe


def _answered(folder: Folder, token: str) -> bool:
    return any(name.startswith(f"{token}-") for name in folder.names(_CHECK))


def _connect(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError(
            "--scheduler 需要 Dask。请安装：pip install 'perfkg[dask]'",
            "--scheduler needs Dask. Install it: pip install 'perfkg[dask]'",
        ) from error
    try:
        return Client(address, timeout=_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"无法连接 Dask 调度器（{error}）。请检查地址（如 tcp://10.0.0.5:8786），"
            "并确认 dask scheduler 正在运行、防火墙放行",
            f"the Dask scheduler cannot be reached ({error}). Check the address (such as "
            "tcp://10.0.0.5:8786), and that `dask scheduler` is running and no firewall is between",
            place=address,
        ) from error


def _no_worker(address: str) -> ClusterError:
    return ClusterError(
        "调度器没有工作进程。请在各机器上启动：dask worker 调度器地址 --nthreads 1",
        "the scheduler has no worker. Start some: dask worker ADDRESS --nthreads 1",
        place=address,
    )


def _no_perfkg(worker: str, error: object) -> ClusterError:
    return ClusterError(
        f"工作进程没有安装 perfkg（{error}）。请在每台机器的同一环境中安装：pip install "
        "'perfkg[dask]'",
        f"a worker has no perfkg ({error}). Install it on every machine, in the environment of "
        "dask: pip install 'perfkg[dask]'",
        place=worker,
    )
