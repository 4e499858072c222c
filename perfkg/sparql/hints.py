"""What was probably meant: the nearest keyword, the prefix to declare, the line with a caret."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Final

from perfkg.messages import Text
from perfkg.namespaces import PREFIXES

_WIDTH: Final = 100
"""Columns of an excerpt."""

WELL_KNOWN: Final[dict[str, str]] = {
    **PREFIXES,
    "dct": "http://purl.org/dc/terms/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "time": "http://www.w3.org/2006/time#",
    "qb": "http://purl.org/linked-data/cube#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "vann": "http://purl.org/vocab/vann/",
    "adms": "http://www.w3.org/ns/adms#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "dbo": "http://dbpedia.org/ontology/",
    "dbr": "http://dbpedia.org/resource/",
    "fn": "http://www.w3.org/2005/xpath-functions#",
}
"""Prefixes that a hint can complete: ours and others that everybody uses."""

_ELSEWHERE: Final[dict[str, Text]] = {
    "AND": Text("“并且”写作 &&", "write && for 'and'"),
    "OR": Text("“或者”写作 ||", "write || for 'or'"),
    "LIKE": Text('用 CONTAINS(?x, "…") 或 REGEX', 'use CONTAINS(?x, "…") or REGEX'),
    "NULL": Text("没有值用 !BOUND(?x) 判断", "!BOUND(?x) tells that there is no value"),
    "TOP": Text("用末尾的 LIMIT 10", "put LIMIT 10 at the end"),
    "JOIN": Text("三元组共用变量即为连接", "triples that share a variable are joined"),
    "BETWEEN": Text("用 ?x >= 1 && ?x <= 9", "use ?x >= 1 && ?x <= 9"),
    "CASE": Text("用 IF(条件, 甲, 乙)", "use IF(condition, this, that)"),
    "WHEN": Text("用 IF(条件, 甲, 乙)", "use IF(condition, this, that)"),
    "THEN": Text("用 IF(条件, 甲, 乙)", "use IF(condition, this, that)"),
    "ELSE": Text("用 IF(条件, 甲, 乙)", "use IF(condition, this, that)"),
    "LENGTH": Text("长度是 STRLEN(?x)", "use STRLEN(?x)"),
    "LEN": Text("长度是 STRLEN(?x)", "use STRLEN(?x)"),
    "UPPER": Text("大写是 UCASE(?x)", "use UCASE(?x)"),
    "LOWER": Text("小写是 LCASE(?x)", "use LCASE(?x)"),
    "AVERAGE": Text("平均值是 AVG(?x)", "use AVG(?x)"),
    "SUBSTRING": Text("子串是 SUBSTR(?x, 1, 3)", "use SUBSTR(?x, 1, 3)"),
    "SET": Text("更新写作 DELETE { … } INSERT { … } WHERE { … }",
                "an update is DELETE { … } INSERT { … } WHERE { … }"),
}  # fmt: skip
"""Words of other languages, and how SPARQL says it."""


def about_word(
    word: str, variables: Collection[str], allowed: Collection[str], *, declares: bool = False
) -> Text:
    """Return what a bare word that SPARQL does not know was meant to be.

    Args:
        word: as it stands in the text.
        variables: the variables of the text, without their sign.
        allowed: the words that may stand there, in upper case.
        declares: whether PREFIX stands before it.
    """
    if declares:
        return Text(
            f"前缀名后要有冒号：PREFIX {word}: <…>", f"a colon is missing: PREFIX {word}: <…>"
        )
    if word.upper() in _ELSEWHERE:
        return _ELSEWHERE[word.upper()]
    near = get_close_matches(word.upper(), allowed, n=1, cutoff=0.75) if len(word) > 2 else []
    keyword = Text(f"是否想写 {near[0]}？", f"did you mean {near[0]}?") if near else Text("", "")
    if near and word.isupper() and word not in variables:
        return keyword
    term = Text(
        f"变量以 ? 开头（?{word}），名称带前缀（pk:{word}），文字加引号（'{word}'）",
        f"a variable begins with ? (?{word}), a name has a prefix (pk:{word}), text stands in "
        f'quotes ("{word}")',
    )
    if not near or word in variables:
        return term
    return Text(f"{keyword.zh}否则：{term.zh}", f"{keyword.en} Else {term.en}")


def about_prefix(prefix: str, declared: Iterable[str]) -> Text:
    """Return what to do about a prefix that is not declared."""
    if prefix in ("http", "https", "urn", "file"):
        return Text(
            "完整的 IRI 要放在尖括号中：<…>", "an IRI in full stands in angle brackets: <…>"
        )
    if prefix in WELL_KNOWN:
        line = f"PREFIX {prefix}: <{WELL_KNOWN[prefix]}>"
        return Text(f"在查询开头加上 {line}", f"did you mean {line}? Put it at the beginning")
    others = [*declared, *WELL_KNOWN]
    turned = [other for other in others if sorted(other) == sorted(prefix)]
    near = turned or get_close_matches(prefix, others, n=1, cutoff=0.7)
    if near:
        return Text(f"是否想写 {near[0]}:？", f"did you mean {near[0]}:?")
    return Text(
        f"在查询开头加上 PREFIX {prefix}: <…>", f"put PREFIX {prefix}: <…> at the beginning"
    )


def about_iri(iri: str, known: Mapping[str, str]) -> Text | None:
    """Return which of the `known` IRIs (with the names to show) `iri` was meant to be, if any."""
    near = get_close_matches(iri, known, n=1, cutoff=0.85)
    if not near:
        return None
    return Text(f"是否想写 {known[near[0]]}？", f"did you mean {known[near[0]]}?")


def excerpt(text: str, line: int, column: int) -> str:
    """Return the offending line, cut to a readable width, and a caret below the column."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    whole = lines[line - 1] if line <= len(lines) else ""
    start = max(0, column - 1 - _WIDTH // 2)
    before = whole[start : column - 1].replace("\t", " ")
    after = whole[column - 1 : start + _WIDTH].replace("\t", " ")
    return f"{before}{after}\n{' ' * sum(map(_cells, before))}^"


def _cells(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
