"""The saved queries of one or more folders."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from perfkg.errors import CatalogueError, ParameterError, QueryError, UsageError
from perfkg.messages import Text
from perfkg.namespaces import PREFIXES
from perfkg.queries.head import Head, broken, read_head
from perfkg.queries.model import THEMES, Parameter, SavedQuery
from perfkg.queries.parts import OFFERS, UnevenParts, needed, parts
from perfkg.queries.values import to_term
from perfkg.sparql.fence import check_query
from perfkg.sparql.tokens import Kind, position, significant

_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_AT: Final = re.compile(r"\bat (\d+):(\d+)")


class Catalogue:
    """Every query of the folders that can be used, by name, and what is wrong with the others.

    Args:
        folders: where `.rq` files are. A name that an earlier folder has cannot be taken again.

    Attributes:
        queries: those that work, sorted by name.
        errors: one for each broken file or missing folder.
    """

    def __init__(self, *folders: Path) -> None:
        """Read every file of `folders`."""
        found: dict[str, SavedQuery] = {}
        errors: list[CatalogueError] = []
        for folder in folders:
            for path in _files(folder, errors):
                try:
                    query = load(path)
                    _free(query, found)
                except CatalogueError as error:
                    errors.append(error)
                else:
                    found[query.name] = query
        self.queries: Final = tuple(found[name] for name in sorted(found))
        self.errors: Final = tuple(errors)

    def __iter__(self) -> Iterator[SavedQuery]:
        """Go through the queries that work."""
        return iter(self.queries)

    def by_theme(self) -> list[tuple[Text, list[SavedQuery]]]:
        """Return the queries that work by theme, in the order of the themes."""
        found: dict[str, list[SavedQuery]] = {theme: [] for theme in THEMES}
        for query in self:
            found[query.theme].append(query)
        return [(THEMES[theme], queries) for theme, queries in found.items() if queries]

    def get(self, name: str) -> SavedQuery:
        """Return the query called `name`.

        Raises:
            UsageError: there is none; the message names similar ones.
        """
        for query in self.queries:
            if query.name == name:
                return query
        names = [query.name for query in self.queries]
        if near := ", ".join(difflib.get_close_matches(name, names, n=3)):
            raise UsageError(
                f"没有名为“{name}”的查询；名称相近的有：{near}",
                f'no query is called "{name}"; similar names are {near}',
            )
        raise UsageError(
            f"没有名为“{name}”的查询；共 {len(names)} 个，用 perfkg queries 或网页 /queries 列出",
            f'no query is called "{name}"; perfkg queries lists the {len(names)} there are, and so '
            "does the page /queries",
        )


def find(name: str, *folders: Path) -> SavedQuery:
    """Return the query called `name`, as `Catalogue.get` does, without reading the others.

    Raises:
        UsageError: there is none; the message names similar ones.
        CatalogueError: its file is broken.
    """
    if _NAME.fullmatch(name):
        for folder in folders:
            path = folder / f"{name}.rq"
            if path.is_file():
                return load(path)
    return Catalogue(*folders).get(name)


def load(path: Path) -> SavedQuery:
    """Read one file.

    Raises:
        CatalogueError: the file cannot be read, its head or its query is broken.
    """
    text = _text(path)
    head = read_head(text, path)
    if not _NAME.fullmatch(path.stem):
        raise broken(
            path,
            1,
            "文件名应由小写字母、数字和连字符组成",
            "a file name is made of lower-case letters, digits and hyphens",
        )
    variants = (text, *_with_parts(text, path))
    try:
        form = check_query(text)
        for variant in dict.fromkeys(variants):
            ox.Store().query(variant, prefixes=PREFIXES)
    except QueryError as error:
        raise CatalogueError(
            error.text.zh, error.text.en, place=f"{path}: {error.place}"
        ) from error
    except SyntaxError as error:
        raise _syntax(path, error) from error
    query = SavedQuery(
        name=path.stem,
        title=Text(head.title, head.title_en),
        description=Text(head.description, head.description_en),
        theme=head.theme,
        tags=head.tags,
        parameters=head.parameters_of(),
        columns=head.columns_of(),
        kinds=head.kinds_of(),
        chart=head.chart_of(),
        form=form,
        text=text,
        path=path,
    )
    _agree(query, head)
    return query


def _files(folder: Path, errors: list[CatalogueError]) -> list[Path]:
    if folder.is_dir():
        return sorted(folder.glob("*.rq"))
    errors.append(
        CatalogueError("查询文件夹不存在", "there is no such folder of queries", place=str(folder))
    )
    return []


def _free(query: SavedQuery, found: dict[str, SavedQuery]) -> None:
    if query.name in found:
        first = found[query.name].path
        raise broken(
            query.path,
            1,
            f"已有同名查询 {first}，请改文件名",
            f"{first} has this name already; rename the file",
        )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise broken(
            path,
            1,
            f"文件无法按 UTF-8 读取：{error}",
            f"the file cannot be read as UTF-8: {error}",
        ) from error


def _syntax(path: Path, error: SyntaxError) -> CatalogueError:
    match = _AT.search(str(error))
    line = int(match.group(1)) if match else 1
    return broken(path, line, f"SPARQL 语法有误：{error}", f"SPARQL syntax: {error}")


def _with_parts(text: str, path: Path) -> tuple[str, str]:
    """Return the query as it is without any value, and with all that it can be given."""
    try:
        every = {part.name for part in parts(text)}
        return needed(text, ()), needed(text, every)
    except UnevenParts as error:
        raise broken(
            path,
            position(text, error.offset)[0],
            "每个“#if 参数名”应有自己的“#end”，且不能套叠",
            "each line `#if NAME` needs an `#end` of its own, and none stands inside another",
        ) from error


def _agree(query: SavedQuery, head: Head) -> None:
    """Raise when the head speaks of variables that the query does not have."""
    variables = {token.text[1:] for token in significant(query.text) if token.kind is Kind.VARIABLE}
    chart = query.chart
    drawn = [chart.x, chart.y, chart.series] if chart else []
    named = [*(item.name for item in query.parameters), *query.columns, *filter(None, drawn)]
    for name in named:
        if name not in variables:
            raise broken(
                query.path,
                _mention(query.text, name),
                f"查询中没有变量 ?{name}",
                f"the query has no variable ?{name}",
            )
    for part in parts(query.text):
        if query.parameter(part.name) is None and part.name not in OFFERS:
            raise broken(
                query.path,
                position(query.text, part.start)[0],
                f"没有名为 {part.name} 的参数，#if 无从判断",
                f"#if names {part.name}, which is no parameter",
            )
    names = [item.name for item in head.parameters]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated:
        raise broken(
            query.path, 1, f"参数 {repeated} 重复", f"the parameter {repeated} stands twice"
        )
    for item in query.parameters:
        _check_parameter(query, item)


def _check_parameter(query: SavedQuery, item: Parameter) -> None:
    line = _mention(query.text, item.name)
    if (item.type == "choice") != bool(item.choices):
        raise broken(
            query.path,
            line,
            f"参数 {item.name}：choice 类型应有 choices，其他类型不应有",
            f"parameter {item.name}: the type choice, and no other, has choices",
        )
    if item.default is None or item.type == "iri":
        return
    try:
        to_term(item, item.default)
    except ParameterError as error:
        raise broken(
            query.path, line, f"默认值有误：{error.text.zh}", f"wrong default: {error.text.en}"
        ) from error


def _mention(text: str, name: str) -> int:
    """Return the first line that names a variable."""
    match = re.search(rf"\b{re.escape(name)}\b", text)
    return position(text, match.start() if match else 0)[0]
