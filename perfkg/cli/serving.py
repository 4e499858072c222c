"""`perfkg serve` and `perfkg demo`."""

from __future__ import annotations

import re
import signal
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfkg.cli import console
from perfkg.cli.options import StoreOption, settings_for
from perfkg.errors import StoreMissing, UsageError
from perfkg.messages import Text

if TYPE_CHECKING:
    from perfkg.settings import Settings
    from perfkg.store import Store

PortOption = Annotated[int, typer.Option(min=0, max=65535, help="端口 · Port.")]


def serve(
    host: Annotated[
        str, typer.Option(help="监听地址；默认只供本机访问 · Address; loopback by default.")
    ] = "127.0.0.1",
    port: PortOption = 8000,
    store: StoreOption = None,
    root_path: Annotated[
        str | None,
        typer.Option(
            help="代理服务器上的路径前缀，如 /perfkg（默认取 PERFKG_ROOT_PATH）· Path at a proxy."
        ),
    ] = None,
    proxy_headers: Annotated[
        bool,
        typer.Option(
            "--proxy-headers", help="相信本机代理的 X-Forwarded-* 头 · Believe a local proxy."
        ),
    ] = False,
) -> None:
    """启动服务：网页与 SPARQL 端点。 Start the service: pages and the SPARQL endpoint.

    库不存在时先建立空库。

    例 Examples:

        perfkg serve

        perfkg serve --store ./my-store --port 9000

        perfkg serve --root-path /perfkg --proxy-headers
    """
    settings = _behind_proxy(settings_for(store), root_path, proxy_headers)
    _run(_opened(settings), settings, host, port)


def _opened(settings: Settings) -> Store:
    """Open the store, an empty one where there is none; what others loaded is left as it is."""
    from perfkg.asking import open_to_write

    try:
        return open_to_write(settings, create=False)
    except StoreMissing:
        return open_to_write(settings)


def _behind_proxy(settings: Settings, root_path: str | None, proxy_headers: bool) -> Settings:
    if root_path is not None:
        root = f"/{root_path.strip('/')}" if root_path.strip("/") else ""
        if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)*", root):
            raise UsageError(
                f"--root-path 应是如 /perfkg 的路径，而不是“{root_path}”",
                f"--root-path is a path such as /perfkg, not '{root_path}'",
            )
        settings = settings.model_copy(update={"root_path": root})
    return settings.model_copy(update={"proxy_headers": True}) if proxy_headers else settings


def demo(
    port: PortOption = 8000,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="只显示摘要，不启动服务 · Print the summary only.")
    ] = False,
) -> None:
    """用随附的十张真实表格走一遍：读入、检查、摘要、服务。 Read, check, sum up, serve real forms.

    一切都在临时库中，结束即删除。

    例 Examples:

        perfkg demo

        perfkg demo --no-serve
    """
    from perfkg.asking import open_to_write
    from perfkg.cli.demo_summary import show_summary
    from perfkg.cli.ingest_progress import Keeper, Telling, ingest_with_progress
    from perfkg.cli.ingest_summary import ingest_lines
    from perfkg.harvest import Listing
    from perfkg.reading import find_files
    from perfkg.resources import demo_folder
    from perfkg.validation.findings import Finding, in_order

    with tempfile.TemporaryDirectory(prefix="perfkg-demo-") as folder:
        settings = settings_for(str(Path(folder) / "store"))
        store = open_to_write(settings)
        try:
            found: list[Finding] = []
            keeper = Keeper(settings, note=found.extend)
            with Listing(find_files([demo_folder()])) as files, Telling(settings.lang) as telling:
                report = ingest_with_progress(store, files, settings, telling, keeper=keeper)
            console.show(*ingest_lines(report, settings.lang))
            show_summary(store, settings, keeper, in_order(found))
            if not no_serve:
                _run(store, settings, "127.0.0.1", port)
        finally:
            store.close()


def _run(store: Store, settings: Settings, host: str, port: int) -> None:
    import uvicorn

    from perfkg.server.app import create_app
    from perfkg.server.observing import start_logging

    start_logging(settings.log_format)
    config = uvicorn.Config(
        create_app(settings, store),
        host=host,
        port=port,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=settings.proxy_headers,
        timeout_graceful_shutdown=settings.shutdown_timeout,
    )
    try:
        listening = config.bind_socket()
    except SystemExit as error:
        # uvicorn has said on stderr why it cannot listen.
        raise UsageError(
            f"无法在 {host}:{port} 启动服务；请换一个 --port",
            f"cannot serve at {host}:{port}; choose another --port",
        ) from error
    name = f"[{host}]" if ":" in host else host
    address = f"http://{name}:{listening.getsockname()[1]}/"
    console.note(
        Text(
            f"服务地址 {address} （按 Ctrl-C 结束）",
            f"Serving at {address} (press Ctrl-C to stop)",
        ),
        settings.lang,
    )
    # Ctrl-C and SIGTERM are the ways to end the service, not failures: the server lets requests
    # finish, closes the store, and then gives the signal back.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with listening, suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])
