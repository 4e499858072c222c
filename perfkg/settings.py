"""The settings of perfkg: environment variables `PERFKG_*`, overridden by command-line options."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from perfkg.errors import UsageError
from perfkg.identity import Identity
from perfkg.messages import Language
from perfkg.namespaces import DEFAULT_BASE
from perfkg.readers.limits import DEFAULT_LIMITS, MEGABYTE, Limits


class Settings(BaseSettings):
    """Everything that a user may set. The description of each is its documentation."""

    model_config = SettingsConfigDict(
        env_prefix="PERFKG_", frozen=True, extra="ignore", env_ignore_empty=True
    )

    store: str = Field(
        default="./perfkg-store",
        description="Directory of the embedded store, or the base URL of a SPARQL 1.1 service.",
    )
    store_token: SecretStr | None = Field(
        default=None, description="Token for that service, or `user:password`."
    )
    store_graph: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z][A-Za-z0-9+.-]*:[!#-;=?-\[\]_a-z~]+$",
        description="IRI of the named graph of that service that holds the data; without it, the "
        "default graph. Needed where the default graph is the union of all graphs.",
    )
    base: str = Field(
        default=DEFAULT_BASE,
        pattern=r"^https?://[!#-;=?-\[\]_a-z~]+$",
        description="Instance base IRI, in ASCII.",
    )
    token: SecretStr | None = Field(
        default=None, description="Token that allows writing; without one the service is read-only."
    )
    push_token: SecretStr | None = Field(
        default=None,
        description="Token that `perfkg push` sends to the other store, or `user:password`.",
    )
    timeout: float = Field(
        default=10, gt=0, allow_inf_nan=False, description="Seconds a query may run."
    )
    max_rows: int = Field(default=100_000, gt=0, description="Rows after which a result is cut.")
    workers: int = Field(default=8, gt=0, description="Queries that may run at once.")
    queue: int = Field(default=128, ge=0, description="Queries that may wait for their turn.")
    query_memory: float = Field(
        default=2048,
        ge=512,
        allow_inf_nan=False,
        description="MB of address space that a query may use.",
    )
    max_answer: float = Field(
        default=256,
        gt=0,
        allow_inf_nan=False,
        description="MB that the answer to a query may have.",
    )
    cache: float = Field(
        default=64,
        ge=0,
        allow_inf_nan=False,
        description="MB of answers that the service keeps for whoever asks the same again.",
    )
    services: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Endpoints that a query may name with SERVICE, separated by spaces; none "
        "unless set.",
    )
    max_request: float = Field(
        default=1, gt=0, allow_inf_nan=False, description="MB above which a query is refused."
    )
    max_upload: float = Field(
        default=64,
        gt=0,
        allow_inf_nan=False,
        description="MB above which a graph or an update that is sent is refused.",
    )
    body_timeout: float = Field(
        default=30,
        gt=0,
        allow_inf_nan=False,
        description="Seconds that a client may take to send a query; a graph may take ten times "
        "as long.",
    )
    validate_writes: Literal["off", "auto", "warning", "violation"] = Field(
        default="auto",
        description="What a write over HTTP does with the findings. `auto`: make them anew in a "
        "store of up to 40,000 triples, empty them in a larger one; `off`: empty them always; "
        "`violation`, `warning`: make them anew always, and refuse a write that adds one of that "
        "severity or graver.",
    )
    queries: Path | None = Field(default=None, description="A further folder of saved queries.")
    shapes: Path | None = Field(
        default=None, description="A further folder of rules, as SHACL in Turtle."
    )
    max_file_size: float = Field(
        default=DEFAULT_LIMITS.file_size // MEGABYTE,
        gt=0,
        allow_inf_nan=False,
        description="MB above which a file is not read.",
    )
    max_unpacked: float = Field(
        default=DEFAULT_LIMITS.unpacked // MEGABYTE,
        gt=0,
        allow_inf_nan=False,
        description="MB to which a part of an Office file may unpack.",
    )
    max_cells: int = Field(
        default=DEFAULT_LIMITS.cells,
        gt=0,
        description="Cells of a document after which reading stops.",
    )
    max_sheet_rows: int = Field(
        default=DEFAULT_LIMITS.rows,
        gt=0,
        description="Rows of a sheet after which reading stops.",
    )
    max_pages: int = Field(
        default=DEFAULT_LIMITS.pages,
        gt=0,
        description="Pages of a PDF after which reading stops.",
    )
    read_timeout: float = Field(
        default=DEFAULT_LIMITS.seconds,
        gt=0,
        allow_inf_nan=False,
        description="Seconds that reading a PDF may take.",
    )
    read_memory: float = Field(
        default=DEFAULT_LIMITS.memory // MEGABYTE,
        gt=0,
        allow_inf_nan=False,
        description="MB of memory that reading a PDF may take.",
    )
    root_path: str = Field(
        default="",
        pattern=r"^(/[A-Za-z0-9._~-]+)*$",
        description="Path below which a proxy serves this service, such as `/perfkg`.",
    )
    proxy_headers: bool = Field(
        default=False,
        description="Whether to believe X-Forwarded-Proto and X-Forwarded-For of a proxy on this "
        "machine.",
    )
    shutdown_timeout: int = Field(
        default=15,
        ge=0,
        description="Seconds that running requests may take to finish when the service is stopped.",
    )
    log_format: Literal["text", "json", "off"] = Field(
        default="text",
        description="Form of the line that is logged for each request, on stderr: text, json or "
        "off.",
    )
    log_queries: bool = Field(
        default=False,
        description="Whether that line holds the text of the query, and not only its hash.",
    )
    address: str | None = Field(
        default=None,
        pattern=r"^https?://[!#-;=?-\[\]_a-z~]+$",
        description="Public address of the service, for the catalogue; without it, as reached.",
    )
    publisher: str | None = Field(
        default=None, description="Who publishes the data; without it, “publisher not stated”."
    )
    publisher_url: str | None = Field(
        default=None, pattern=r"^https?://[!#-;=?-\[\]_a-z~]+$", description="Their home page."
    )
    contact: str | None = Field(
        default=None,
        pattern=r"^(?:mailto:|https?://)[!#-;=?-\[\]_a-z~]+$",
        description="Where questions about the data go: mailto:… or https://…",
    )
    licence: str | None = Field(
        default=None,
        pattern=r"^https?://[!#-;=?-\[\]_a-z~]+$",
        description="IRI of the licence of the data; without it, the catalogue names none.",
    )
    lang: Language = Field(default="zh", description="Language of messages and pages: zh or en.")

    @field_validator("services", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Read a list of endpoints that is separated by spaces or commas."""
        names = re.split(r"[\s,]+", value.strip()) if isinstance(value, str) else value
        found = [name for name in names if name] if isinstance(names, list) else names
        for name in found if isinstance(found, list | tuple) else ():
            if not re.match(r"https?://[^\s<>\"{}|\\^`]+$", str(name)):
                raise ValueError(f"{name} is no http or https address")
        return found

    @cached_property
    def identity(self) -> Identity:
        """The IRIs below the base that is set."""
        return Identity(self.base)

    @cached_property
    def limits(self) -> Limits:
        """What reading one file may cost."""
        return Limits(
            file_size=int(self.max_file_size * MEGABYTE),
            unpacked=int(self.max_unpacked * MEGABYTE),
            cells=self.max_cells,
            rows=self.max_sheet_rows,
            pages=self.max_pages,
            seconds=self.read_timeout,
            memory=int(self.read_memory * MEGABYTE),
        )


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        UsageError: when a variable has a value that it cannot have.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"PERFKG_{str(first['loc'][0]).upper()}"
        raise UsageError(
            f"环境变量 {name} 的值“{first['input']}”无效：{first['msg']}",
            f"the environment variable {name} has the invalid value '{first['input']}': "
            f"{first['msg']}",
        ) from error
