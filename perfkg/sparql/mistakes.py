"""Mistakes that the tokens of a text show for certain, whatever an engine says of it.

Each check is a function of one reading and yields what is wrong, where, and what was probably
meant. They serve to explain a text that failed, never to refuse one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from perfkg.messages import Text
from perfkg.sparql.hints import about_prefix
from perfkg.sparql.reading import AGGREGATES, MODIFIERS, Mistake, Reading
from perfkg.sparql.tokens import Kind, Token
from perfkg.sparql.triples import triple_mistakes

HALF_WIDTH: Final = dict(
    zip("，、。；：？！（）【】《》｛｝＝“”‘’", ",,.;:?!()[]<>{}=\"\"''", strict=True)
)
"""Marks of a Chinese input method, and what SPARQL has instead."""

_FULL_WIDTH: Final = re.compile(f"[{''.join(HALF_WIDTH)}]")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


def find_mistakes(text: str, reached: int, prefixes: Mapping[str, str]) -> list[Mistake]:
    """Return the certain mistakes up to an offset, the first one first.

    Args:
        text: what failed.
        reached: how far the engine looked.
        prefixes: those that need no declaration.
    """
    reading = Reading(text, prefixes)
    found = [mistake for check in _CHECKS for mistake in check(reading)]
    near = [mistake for mistake in found if mistake.offset <= reached]
    # What is never closed makes an engine stumble long before its end is missed.
    return sorted(near or reading.brackets, key=lambda mistake: mistake.offset)


# -- the checks --------------------------------------------------------------------------------


def _brackets(reading: Reading) -> Iterator[Mistake]:
    yield from reading.brackets


def _prefixes(reading: Reading) -> Iterator[Mistake]:
    declared = {
        token.text.partition(":")[0]
        for index, token in enumerate(reading.tokens)
        if token.kind is Kind.NAME and reading.at(index - 1).word == "PREFIX"
    }
    for token in reading.tokens:
        prefix = token.text.partition(":")[0]
        if token.kind is Kind.NAME and prefix not in declared and prefix not in reading.prefixes:
            yield Mistake(
                token.start,
                Text(f"前缀 {prefix}: 没有声明", f"the prefix {prefix}: is not declared"),
                about_prefix(prefix, [*declared, *reading.prefixes]),
            )


def _declarations(reading: Reading) -> Iterator[Mistake]:
    for index, token in enumerate(reading.tokens):
        value = reading.at(index + 2)
        if token.word == "PREFIX" and value.kind is not Kind.IRI:
            yield Mistake(
                value.start,
                Text("前缀的 IRI 要放在尖括号中", "the IRI of a prefix stands in angle brackets"),
                Text("写作 PREFIX pk: <https://…#>", "write PREFIX pk: <https://…#>"),
            )


def _projections(reading: Reading) -> Iterator[Mistake]:
    for projection in reading.projections():
        tokens = [reading.tokens[index] for index in projection]
        for index, token in zip(projection, tokens, strict=True):
            if token.text == ",":
                yield Mistake(
                    token.start,
                    Text("SELECT 的变量之间没有逗号", "no commas between the variables of SELECT"),
                    Text("用空格分开：SELECT ?x ?y", "use spaces: SELECT ?x ?y"),
                )
            elif token.word in (*AGGREGATES, "AS") or _is_nameless(reading, index):
                yield _named_expression(token)
        if not [token for token in tokens if token.word not in ("DISTINCT", "REDUCED")]:
            after = reading.at(projection[-1] + 1) if projection else _after_select(reading)
            yield Mistake(
                after.start,
                Text("SELECT 后面没有变量", "no variable follows SELECT"),
                Text("写出变量，或用 SELECT *", "name variables, or write SELECT *"),
            )


def _after_select(reading: Reading) -> Token:
    words = [token.word for token in reading.tokens]
    return reading.at(words.index("SELECT") + 1)


def _named_expression(token: Token) -> Mistake:
    return Mistake(
        token.start,
        Text("SELECT 中的表达式要命名", "an expression in SELECT needs a name"),
        Text(
            "放在括号中并用 AS 命名：(COUNT(?x) AS ?n)",
            "put it in parentheses and name it with AS: (COUNT(?x) AS ?n)",
        ),
    )


def _is_nameless(reading: Reading, index: int) -> bool:
    if reading.at(index).text != "(" or index in reading.unclosed:
        return False
    return not _holds(reading, index, "AS")


def _holds(reading: Reading, opening: int, word: str) -> bool:
    """Tell whether a word stands directly in the bracket that opens at an index."""
    inside = range(opening + 1, len(reading.tokens))
    return any(reading.outer[i] == opening and reading.tokens[i].word == word for i in inside)


def _modifiers(reading: Reading) -> Iterator[Mistake]:
    """ORDER BY and the like inside a pattern, in the wrong order, or without BY."""
    last: dict[int | None, int] = {}
    for index, token in enumerate(reading.tokens):
        if token.word not in MODIFIERS:
            continue
        outer = reading.outer[index]
        inside = outer is not None and reading.at(outer).text == "{"
        if inside and outer is not None and reading.at(outer + 1).word != "SELECT":
            yield Mistake(
                token.start,
                Text(f"{token.word} 不能放在花括号内", f"{token.word} cannot stand in the braces"),
                Text("移到最后的 } 之后", "move it behind the last }"),
            )
        elif MODIFIERS[token.word] < last.get(outer, 0):
            yield Mistake(
                token.start,
                Text(f"{token.word} 的位置太靠后", f"{token.word} comes too late"),
                Text(
                    "顺序是 GROUP BY、HAVING、ORDER BY、LIMIT、OFFSET",
                    "the order is GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET",
                ),
            )
        last[outer] = max(last.get(outer, 0), MODIFIERS[token.word])
        yield from _modifier(reading, index, token)


def _modifier(reading: Reading, index: int, token: Token) -> Iterator[Mistake]:
    after = reading.at(index + 1)
    if token.word in ("GROUP", "ORDER") and after.word != "BY":
        yield Mistake(
            after.start,
            Text(f"{token.word} 后面缺少 BY", f"BY is missing after {token.word}"),
            Text(f"写作 {token.word} BY", f"write {token.word} BY"),
        )
    if token.word in ("LIMIT", "OFFSET") and not after.text.isdigit():
        yield Mistake(
            after.start,
            Text(f"{token.word} 后面要有整数", f"a whole number follows {token.word}"),
            Text(f"例如 {token.word} 10", f"for example {token.word} 10"),
        )
    if token.word == "LIMIT" and reading.at(index + 2).text == ",":
        yield Mistake(
            reading.at(index + 2).start,
            Text("LIMIT 只有一个数", "LIMIT takes one number"),
            Text("写作 LIMIT 20 OFFSET 10", "write LIMIT 20 OFFSET 10"),
        )


def _braces(reading: Reading) -> Iterator[Mistake]:
    for index, token in enumerate(reading.tokens):
        after = reading.at(index + 1)
        if token.word in ("WHERE", "OPTIONAL", "UNION", "MINUS") and after.text != "{":
            yield Mistake(
                after.start,
                Text(f"{token.word} 后面缺少“{{”", f'a "{{" is missing after {token.word}'),
                Text(f"写作 {token.word} {{ … }}", f"write {token.word} {{ … }}"),
            )


def _parentheses(reading: Reading) -> Iterator[Mistake]:
    for index, token in enumerate(reading.tokens):
        after = reading.at(index + 1)
        bare = after.kind in (Kind.VARIABLE, Kind.NUMBER, Kind.STRING) or after.text == "!"
        if token.word in ("FILTER", "HAVING", "BIND", "DESC", "ASC") and bare:
            yield Mistake(
                after.start,
                Text(f"{token.word} 后面缺少括号", f"parentheses are missing after {token.word}"),
                Text(f"写作 {token.word}(…)", f"write {token.word}(…)"),
            )
        if token.word == "BIND" and after.text == "(" and not _holds(reading, index + 1, "AS"):
            yield Mistake(
                token.start,
                Text("BIND 缺少 AS", "AS is missing in BIND"),
                Text("写作 BIND(?a + 1 AS ?b)", "write BIND(?a + 1 AS ?b)"),
            )


def _operators(reading: Reading) -> Iterator[Mistake]:
    for index, token in enumerate(reading.tokens):
        after = reading.at(index + 1)
        twice = token.text + after.text if after.start == token.end else ""
        outer = reading.outer[index]
        if twice == "==":
            yield Mistake(
                after.start,
                Text("没有运算符“==”", 'there is no operator "=="'),
                Text("相等写作一个“=”", 'equality is a single "="'),
            )
        elif token.text == "<>" and outer is not None and reading.at(outer).text == "(":
            yield Mistake(
                token.start,
                Text("没有运算符“<>”", 'there is no operator "<>"'),
                Text("不等写作“!=”", 'write "!=" for unequal'),
            )
        elif token.text == "=" and outer is not None and reading.at(outer).text == "{":
            yield Mistake(
                token.start,
                Text("三元组中没有“=”", 'there is no "=" in a triple'),
                Text(
                    "类型写作 a（?x a pk:Form），比较写作 FILTER(?x = …)",
                    "a type is stated with a (?x a pk:Form), a comparison with FILTER(?x = …)",
                ),
            )
        elif token.kind is Kind.STRING and after.text == "^" and reading.at(index + 2).text != "^":
            yield Mistake(
                after.start,
                Text("数据类型前是“^^”", 'a datatype follows "^^"'),
                Text('写作 "…"^^xsd:date', 'write "…"^^xsd:date'),
            )


def _values(reading: Reading) -> Iterator[Mistake]:
    """Commas in VALUES, and dates that stand bare."""
    for index, token in enumerate(reading.tokens):
        if token.text == "," and _in_values(reading, index):
            yield Mistake(
                token.start,
                Text("VALUES 的值之间没有逗号", "no commas between the values of VALUES"),
                Text("用空格分开", "use spaces"),
            )
        date = _DATE.match(reading.text, token.start) if token.kind is Kind.NUMBER else None
        if date is not None:
            yield Mistake(
                token.start,
                Text("日期要加引号和类型", "a date stands in quotes, with its type"),
                Text(f'写作 "{date.group()}"^^xsd:date', f'write "{date.group()}"^^xsd:date'),
            )


def _in_values(reading: Reading, index: int) -> bool:
    outer = reading.outer[index]
    while outer is not None and reading.at(outer).text != "{":
        outer = reading.outer[outer]
    return outer is not None and reading.lists_values(outer)


def _full_width(reading: Reading) -> Iterator[Mistake]:
    for token in reading.tokens:
        found = _FULL_WIDTH.search(token.text)
        if found is not None and token.kind in (Kind.VARIABLE, Kind.NAME, Kind.BLANK):
            yield Mistake(token.start + found.start(), *full_width(found.group()))


def full_width(mark: str) -> tuple[Text, Text]:
    """Return what is wrong with a Chinese punctuation mark, and what to type instead."""
    plain = HALF_WIDTH[mark]
    return (
        Text(f"此处不能有“{mark}”，请用半角 {plain}", f"{mark} cannot stand here; use {plain}"),
        Text(
            f"中文输入法的标点在 SPARQL 中是别的字符；改为 {plain}",
            f"punctuation of a Chinese input method is another character; type {plain}",
        ),
    )


def _iris(reading: Reading) -> Iterator[Mistake]:
    """An IRI with a space in it is read as a comparison."""
    for index, token in enumerate(reading.tokens):
        outer = reading.outer[index]
        in_group = outer is not None and reading.at(outer).text == "{"
        if token.text == "<" and in_group:
            yield Mistake(
                token.start,
                Text("这里的“<”不是完整的 IRI", 'this "<" begins no IRI'),
                Text(
                    "IRI 中不能有空格、引号和花括号；比较要放在 FILTER(…) 中",
                    "an IRI holds no space, quote or brace; a comparison stands in FILTER(…)",
                ),
            )


_CHECKS: Final[tuple[Callable[[Reading], Iterator[Mistake]], ...]] = (
    _brackets,
    _declarations,
    _prefixes,
    _projections,
    _modifiers,
    _braces,
    _parentheses,
    _operators,
    _values,
    _full_width,
    _iris,
    triple_mistakes,
)
