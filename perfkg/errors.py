"""Every exception that perfkg raises on purpose.

PerfkgError
├── UsageError               the call itself is wrong (exit status 2)
│   └── ParameterError       a saved query's parameter is unknown, missing or ill-typed
├── DocumentError            a document cannot be read at all
├── QueryError               a SPARQL text cannot be run
│   ├── QuerySyntaxError     it does not parse; knows line and column
│   ├── QueryRefused         it parses, but asks for something that is not allowed
│   ├── QueryTimeout         it was stopped at the time limit
│   └── ResultTooLarge       its result takes more bytes than the limit
├── CatalogueError           a saved-query file is broken
├── ShapesError              a shapes file is broken or uses an unsupported feature
├── VocabularyError          an ontology or vocabulary file is broken
├── ClusterError             the workers of a Dask cluster cannot be used as they are
└── StoreError               the store cannot do what was asked
    ├── StoreMissing         there is no store at that place
    ├── StoreBusy            another process is writing, or too many queries are running
    ├── GraphMissing         it holds no graph of that name
    └── StoreDamaged         its files are not what perfkg wrote
"""

from __future__ import annotations

from perfkg.messages import Language, Text


class PerfkgError(Exception):
    """The root: a failure explained to a person in Chinese and English.

    Args:
        zh, en: what happened, what was expected and what to do.
        place: file, line or column where it happened, if there is one.
    """

    def __init__(self, zh: str, en: str, *, place: str | None = None) -> None:
        super().__init__(zh, en, place)
        self.text = Text(zh, en)
        self.place = place

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error cross a process boundary with every attribute it has."""
        return (_restore, (type(self), self.args, self.__dict__))

    def message(self, language: Language) -> str:
        """Return the explanation in `language`, with its place in front."""
        body = self.text.into(language)
        return f"{self.place}: {body}" if self.place else body

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else str(self.text)


def _restore(kind: type[PerfkgError], args: tuple[object, ...], state: dict[str, object]) -> object:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class UsageError(PerfkgError):
    """The call itself is wrong: an unknown option, format or name."""


class ParameterError(UsageError):
    """A parameter of a saved query is unknown, missing or of the wrong type."""


class DocumentError(PerfkgError):
    """A document cannot be read at all: missing, empty, binary, encrypted."""


class QueryError(PerfkgError):
    """A SPARQL text cannot be run."""


class QuerySyntaxError(QueryError):
    """A SPARQL text does not parse.

    Args:
        zh, en: what is wrong; what `message` gives adds the excerpt and the hint.
        line, column: one-based position of the first character that does not fit.
        excerpt: the offending line with a caret below the column, empty if not known.
        hint: what was probably meant.
    """

    def __init__(
        self,
        zh: str,
        en: str,
        *,
        line: int,
        column: int,
        excerpt: str = "",
        hint: Text | None = None,
    ) -> None:
        shown = f"\n{excerpt}" if excerpt else ""
        advice = Text("", "") if hint is None else Text(f"\n提示：{hint.zh}", f"\nHint: {hint.en}")
        super().__init__(
            f"{zh}{'：' if excerpt else ''}{shown}{advice.zh}",
            f"{en}{':' if excerpt else ''}{shown}{advice.en}",
            place=f"line {line}, column {column}",
        )
        self.line = line
        self.column = column
        self.excerpt = excerpt
        self.hint = hint


class QueryRefused(QueryError):
    """A SPARQL text asks for something that perfkg does not do (SERVICE, LOAD, …).

    Args:
        zh, en: what is refused and what to do.
        at: line, column and excerpt of the first word that is refused, if there is one.
        hint: what was probably meant.
    """

    def __init__(
        self,
        zh: str,
        en: str,
        *,
        place: str | None = None,
        at: tuple[int, int, str] | None = None,
        hint: Text | None = None,
    ) -> None:
        place = place if at is None else f"line {at[0]}, column {at[1]}"
        advice = Text("", "") if hint is None else Text(f"\n提示：{hint.zh}", f"\nHint: {hint.en}")
        super().__init__(zh + advice.zh, en + advice.en, place=place)
        self.line: int | None = None
        self.column: int | None = None
        self.excerpt = ""
        if at is not None:
            self.line, self.column, self.excerpt = at
        self.hint = hint


class QueryTimeout(QueryError):
    """A query was stopped at the time limit; there is no partial answer."""


class ResultTooLarge(QueryError):
    """The result of a query takes more bytes than an answer may."""


class CatalogueError(PerfkgError):
    """A saved-query file has a broken head or a broken query."""


class ShapesError(PerfkgError):
    """A shapes file is malformed or uses a feature that cannot be run."""


class VocabularyError(PerfkgError):
    """An ontology or vocabulary file is malformed."""


class ClusterError(PerfkgError):
    """The workers of a Dask cluster cannot be reached, or cannot be used as they are."""


class StoreError(PerfkgError):
    """The store cannot do what was asked."""


class StoreMissing(StoreError):
    """There is no store at the given place."""


class StoreBusy(StoreError):
    """Another process is writing to the store, or too many queries are running."""


class GraphMissing(StoreError):
    """The store holds no graph of the given name."""


class StoreDamaged(StoreError):
    """The files of the store are not what perfkg wrote."""
