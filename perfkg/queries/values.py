"""From what a person typed to a typed RDF term."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Final

import pyoxigraph as ox

from perfkg.errors import ParameterError
from perfkg.messages import Text
from perfkg.namespaces import PREFIXES, XSD
from perfkg.queries.model import Parameter
from perfkg.sparql.binding import Term

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,30}")
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})")
_YEAR: Final = re.compile(r"(?:19|20|21)[0-9]{2}")
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]+")
_LONGEST: Final = 2_000

EXPECTED: Final[dict[str, tuple[Text, str]]] = {
    "text": (
        Text(f"不超过 {_LONGEST} 字的文字", f"text of at most {_LONGEST} characters"),
        "满意度",
    ),
    "integer": (Text("整数", "a whole number"), "12"),
    "decimal": (Text("数（不带单位和千分位）", "a number (no unit, no separators)"), "95.5"),
    "date": (Text("日期（年-月-日）", "a date (year-month-day)"), "2024-01-31"),
    "year": (Text("四位年份", "a year of four digits"), "2024"),
    "choice": (Text("下列取值之一", "one of the choices"), ""),
    "iri": (Text("IRI 或完整名称", "an IRI or the full name"), "unit:PERCENT"),
}
"""For each type what is expected, and an example."""


def to_term(parameter: Parameter, value: str) -> Term:
    """Return the term for a value that a person gave.

    Raises:
        ParameterError: the value is not of the parameter's type.
    """
    text = unicodedata.normalize("NFC", value).strip()
    term = _READERS[parameter.type](parameter, text)
    if term is None:
        raise mistaken(parameter, value)
    return term


def to_iri(value: str) -> ox.NamedNode | None:
    """Return the IRI or the known prefixed name that `value` is, or None."""
    text = value.strip().removeprefix("<").removesuffix(">")
    if not _IRI.fullmatch(text):
        return None
    prefix, _, local = text.partition(":")
    space = PREFIXES.get(prefix)
    try:
        return ox.NamedNode(f"{space}{local}" if space else text)
    except ValueError:
        return None


def mistaken(parameter: Parameter, value: str) -> ParameterError:
    """Return the error that says what is expected instead of `value`."""
    expected, example = EXPECTED[parameter.type]
    choices = "、".join(choice.value for choice in parameter.choices)
    shown = value if len(value) <= 80 else value[:80] + "…"
    return ParameterError(
        f"参数 {parameter.name}（{parameter.label.zh}）应为{expected.zh}，"
        f"例如 {parameter.name}={choices or example}；给出的是“{shown}”",
        f"parameter {parameter.name} ({parameter.label.en}) takes {expected.en}, "
        f'for example {parameter.name}={choices or example}; "{shown}" was given',
    )


def _text(_: Parameter, text: str) -> Term | None:
    return ox.Literal(text) if 0 < len(text) <= _LONGEST else None


def _integer(_: Parameter, text: str) -> Term | None:
    plain = unicodedata.normalize("NFKC", text)
    return _typed(str(int(plain)), "integer") if _INTEGER.fullmatch(plain) else None


def _decimal(_: Parameter, text: str) -> Term | None:
    plain = unicodedata.normalize("NFKC", text)
    return _typed(plain, "decimal") if _DECIMAL.fullmatch(plain) else None


def _date(_: Parameter, text: str) -> Term | None:
    try:
        return _typed(date.fromisoformat(unicodedata.normalize("NFKC", text)).isoformat(), "date")
    except ValueError:
        return None


def _year(_: Parameter, text: str) -> Term | None:
    plain = unicodedata.normalize("NFKC", text).removesuffix("年")
    return _typed(plain, "integer") if _YEAR.fullmatch(plain) else None


def _choice(parameter: Parameter, text: str) -> Term | None:
    return ox.Literal(text) if text in {choice.value for choice in parameter.choices} else None


def _thing(_: Parameter, text: str) -> Term | None:
    return to_iri(text)


def _typed(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(f"{XSD}{datatype}"))


_READERS: Final[dict[str, Callable[[Parameter, str], Term | None]]] = {
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "year": _year,
    "choice": _choice,
    "iri": _thing,
}
