"""Messages of results: those of the shapes, with their placeholders, and defaults."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, TypeAlias

import pyoxigraph as ox

from perfkg.shacl.terms import Term, local_name, text_of

Messages: TypeAlias = tuple[tuple[str, str | None], ...]

_PLACEHOLDER: Final = re.compile(r"(\{[?$]([^{}\s]+)\})")

_DEFAULTS: Final[dict[str, tuple[str, str]]] = {
    "Class": ("值应属于类 {}。", "The value should be an instance of {}."),
    "Datatype": ("值应为 {} 类型的正确字面量。", "The value should be a well-formed {}."),
    "NodeKind": ("值的种类应为 {}。", "The value should be of kind {}."),
    "MinCount": ("至少应有 {} 个值。", "There should be at least {} values."),
    "MaxCount": ("至多应有 {} 个值。", "There should be at most {} values."),
    "MinExclusive": ("值应大于 {}。", "The value should be greater than {}."),
    "MinInclusive": ("值应不小于 {}。", "The value should be {} or greater."),
    "MaxExclusive": ("值应小于 {}。", "The value should be less than {}."),
    "MaxInclusive": ("值应不大于 {}。", "The value should be {} or less."),
    "MinLength": ("值至少应有 {} 个字符。", "The value should have at least {} characters."),
    "MaxLength": ("值至多应有 {} 个字符。", "The value should have at most {} characters."),
    "Pattern": ("值应符合正则表达式“{}”。", "The value should match the pattern “{}”."),
    "LanguageIn": ("值的语言应为 {} 之一。", "The language of the value should be one of {}."),
    "UniqueLang": ("语言“{}”有多个值。", "There are several values in the language “{}”."),
    "Equals": ("值应与 {} 的值相同。", "The values should be those of {}."),
    "Disjoint": ("值不应同时是 {} 的值。", "The value should not be one of {} as well."),
    "LessThan": ("值应小于 {} 的值。", "The value should be less than that of {}."),
    "LessThanOrEquals": (
        "值应不大于 {} 的值。",
        "The value should not be greater than that of {}.",
    ),
    "Not": ("值不应符合形状 {}。", "The value should not conform to {}."),
    "And": ("值应符合所列的全部形状。", "The value should conform to all of the shapes listed."),
    "Or": ("值应至少符合所列形状之一。", "The value should conform to one of the shapes listed."),
    "Xone": (
        "值应恰好符合所列形状之一。",
        "The value should conform to exactly one of the shapes listed.",
    ),
    "Node": ("值应符合形状 {}。", "The value should conform to {}."),
    "QualifiedMinCount": (
        "符合形状的值至少应有 {} 个。",
        "At least {} values should conform to the qualified shape.",
    ),
    "QualifiedMaxCount": (
        "符合形状的值至多应有 {} 个。",
        "At most {} values should conform to the qualified shape.",
    ),
    "HasValue": ("值中应有 {}。", "{} should be among the values."),
    "In": ("值应为 {} 之一。", "The value should be one of {}."),
    "Closed": ("此处不应有属性 {}。", "The property {} is not expected here."),
}
_GENERAL: Final = ("不符合约束。", "A constraint is not met.")


def default(component: ox.NamedNode, *parts: object) -> Messages:
    """Return what a result of `component` says where the shape says nothing."""
    name = local_name(component).removesuffix("ConstraintComponent")
    zh, en = _DEFAULTS.get(name, _GENERAL)
    return ((zh.format(*parts), "zh"), (en.format(*parts), "en"))


def stated(literals: Iterable[Term]) -> Messages:
    """Return the values of sh:message as texts with their languages."""
    return tuple((m.value, m.language) for m in literals if isinstance(m, ox.Literal))


def filled(messages: Messages, bindings: Mapping[str, Term]) -> Messages:
    """Put the values of variables into `{?name}` and `{$name}`; an unknown one stays as it is."""
    return tuple((_filled(text, bindings), language) for text, language in messages)


def _filled(text: str, bindings: Mapping[str, Term]) -> str:
    pieces = list(_pieces(text))
    for place in range(1, len(pieces), 3):
        term = bindings.get(pieces[place + 1])
        if term is not None:
            pieces[place] = text_of(term)
        pieces[place + 1] = ""
    return "".join(pieces)


@lru_cache(maxsize=1024)
def _pieces(text: str) -> tuple[str, ...]:
    """Cut a message at its placeholders: text, placeholder, name, text …"""
    return tuple(_PLACEHOLDER.split(text))
