"""The files of a catalogue: what a head may say, and what becomes of a broken file."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfkg.errors import CatalogueError, UsageError
from perfkg.messages import Text
from perfkg.queries import Catalogue, Chart, find
from perfkg.sparql.fence import Form

HEAD = """\
#+ title: 名称
#+ title_en: Name
#+ description: 内容
#+ description_en: Content
"""
BODY = "SELECT ?s ?o WHERE { ?s ?p ?o }\n"


def write(folder: Path, text: str, name: str = "one.rq") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def only_error(folder: Path) -> CatalogueError:
    catalogue = Catalogue(folder)
    assert catalogue.queries == ()
    (error,) = catalogue.errors
    return error


def test_a_head_becomes_a_saved_query(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEAD
        + "#+ tags: [money, department]\n"
        + "#+ chart: bar x=s y=o\n"
        + "#+ parameters:\n"
        + "#+ - {name: s, type: 'iri:pk:Project', label: 项目, label_en: Project, optional: true}\n"
        + "#+ - {name: o, type: choice, label: 值, label_en: Value, default: a,\n"
        + "#+    choices: [a, {value: b, label: 乙, label_en: B}]}\n"
        + "#+ columns: {s: [主, Subject]}\n"
        + BODY,
    )
    catalogue = Catalogue(tmp_path)
    query = catalogue.get("one")
    assert catalogue.errors == ()
    assert query.title == Text("名称", "Name")
    assert query.tags == ("money", "department")
    assert query.chart == Chart("bar", "s", "o")
    assert query.columns == {"s": Text("主", "Subject")}
    assert query.form is Form.SELECT
    assert query.path == path
    project, value = query.parameters
    assert project.type == "iri"
    assert project.of_class == "https://w3id.org/perfkg/def#Project"
    assert project.optional
    assert [(choice.value, choice.label.zh) for choice in value.choices] == [
        ("a", "a"),
        ("b", "乙"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("", 1, "#+ title"),
        (BODY, 1, "#+ title"),
        ("#+ just words\n" + BODY, 1, "#+ title"),
        (HEAD.replace("名称", "a: b") + BODY, 1, "quotes"),
        (HEAD.replace("#+ title_en: Name\n", "") + BODY, 1, "title_en"),
        (HEAD + "#+ colour: red\n" + BODY, 5, "colour"),
        (HEAD + "#+ tags: money\n" + BODY, 5, "tags"),
        (HEAD + "#+ chart: cake x=s y=o\n" + BODY, 5, "chart"),
        (HEAD + "#+ chart: bar x=s y=none\n" + BODY, 5, "?none"),
        (HEAD + "#+ columns: {q: [a, b]}\n" + BODY, 5, "?q"),
        (
            HEAD + "#+ parameters:\n#+ - {name: o, type: number, label: a, label_en: a}\n" + BODY,
            6,
            "type",
        ),
        (
            HEAD
            + "#+ parameters:\n#+ - {name: o, type: 'iri:no:X', label: a, label_en: a}\n"
            + BODY,
            6,
            "iri:prefix:Class",
        ),
        (
            HEAD + "#+ parameters:\n#+ - {name: q, type: text, label: a, label_en: a}\n" + BODY,
            6,
            "?q",
        ),
        (
            HEAD
            + "#+ parameters:\n"
            + "#+ - {name: o, type: text, label: a, label_en: a}\n"
            + "#+ - {name: o, type: text, label: a, label_en: a}\n"
            + BODY,
            None,
            "twice",
        ),
        (
            HEAD
            + "#+ parameters:\n#+ - {name: o, type: year, label: a, label_en: a, default: soon}\n"
            + BODY,
            None,
            "default",
        ),
        (
            HEAD + "#+ parameters:\n#+ - {name: o, type: choice, label: a, label_en: a}\n" + BODY,
            None,
            "choices",
        ),
        (HEAD + "SELECT ?s WHERE {\n ?s ?p }\n", None, "SPARQL"),
        (HEAD + "SELECT * WHERE { SERVICE <http://e/> { ?s ?p ?o } }\n", 5, "refused"),
        (HEAD + "SELECT * WHERE { ?s a Form }\n", 5, "pk:Form"),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_the_reason(
    tmp_path: Path, text: str, line: int | None, hint: str
) -> None:
    path = write(tmp_path, text)
    error = only_error(tmp_path)
    assert str(path) in (error.place or "")
    if line is not None:
        assert f":{line}" in (error.place or "") or f"line {line}" in (error.place or "")
    assert hint in error.text.en
    assert error.text.zh != error.text.en


PARAMETER = "#+ parameters:\n#+ - {name: o, type: text, label: a, label_en: a, %s}\n"


@pytest.mark.parametrize(
    ("lines", "place", "says"),
    [
        ("#+ theme: fun\n", "theme", "应是以下之一：money"),
        ("#+ colour: red\n", "colour", "没有这样的键"),
        ("#+ tags: money\n", "tags", "应是列表"),
        ("#+ tags: ['']\n", "tags", "应是列表"),
        ("#+ chart: cake x=s y=o\n", "chart", "应写作“bar x=变量 y=变量”"),
        ("#+ columns: {s: 主语}\n", "columns.s", "每列写作"),
        ("#+ columns: {name: [a, b, cakes]}\n", "columns.name", "每列写作"),
        ("#+ columns: 3\n", "columns", "每列写作"),
        ("#+ parameters: {name: o}\n", "parameters", "每项以“- name:”开头"),
        ("#+ parameters: [{name: o}]\n", "parameters.0.type", "缺少这一项"),
        (PARAMETER.replace("name: o", "name: 9o") % "", "parameters.0.name", "以字母开头"),
        (PARAMETER.replace("label: a", "label: ''") % "", "parameters.0.label", "应是非空的文字"),
        (
            PARAMETER.replace("type: text", "type: words") % "",
            "parameters.0.type",
            "iri:pk:Project",
        ),
        (PARAMETER % "optional: perhaps", "parameters.0.optional", "true 或 false"),
        (PARAMETER % "via: 部门", "parameters.0.via", "pk:supervisingDepartment"),
        (PARAMETER % "choices: 3", "parameters.0.choices", "应是列表"),
    ],
)
def test_what_is_wrong_in_a_head_is_told_in_chinese(
    tmp_path: Path, lines: str, place: str, says: str
) -> None:
    write(tmp_path, HEAD + lines + BODY)
    text = only_error(tmp_path).text
    assert text.zh.startswith(f"查询文件头中的 {place}：")
    assert says in text.zh
    assert f"{place} in the head " in text.en


def test_one_broken_file_leaves_the_others_usable(tmp_path: Path) -> None:
    write(tmp_path, HEAD + BODY, "good.rq")
    write(tmp_path, "nonsense", "bad.rq")
    catalogue = Catalogue(tmp_path)
    assert [query.name for query in catalogue] == ["good"]
    assert len(catalogue.errors) == 1


def test_a_file_that_is_no_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.rq").write_bytes("#+ title: 名称".encode("gb18030"))
    assert "UTF-8" in only_error(tmp_path).text.en


def test_a_name_must_fit_an_address(tmp_path: Path) -> None:
    write(tmp_path, HEAD + BODY, "My Query.rq")
    assert "lower-case" in only_error(tmp_path).text.en


def test_a_further_folder_adds_queries_but_takes_no_names(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        write(folder, HEAD + BODY, "same.rq")
    write(second, HEAD + BODY, "other.rq")
    catalogue = Catalogue(first, second)
    assert [query.name for query in catalogue] == ["other", "same"]
    assert catalogue.get("same").path.parent == first
    assert len(catalogue.errors) == 1


def test_one_query_is_found_as_in_the_catalogue_and_the_others_are_not_read(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        write(folder, HEAD + BODY, "same.rq")
    write(first, "SELECT", "broken.rq")
    write(second, HEAD + BODY, "other.rq")
    catalogue = Catalogue(first, second)
    for name in ("same", "other"):
        assert find(name, first, second) == catalogue.get(name)
    with pytest.raises(CatalogueError, match=r"broken\.rq"):
        find("broken", first, second)


@pytest.mark.parametrize("name", ["samee", "../second/same", "", "."])
def test_a_name_that_no_query_has_finds_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "second").mkdir()
    write(tmp_path / "second", HEAD + BODY, "same.rq")
    write(tmp_path, HEAD + BODY, "same.rq")
    with pytest.raises(UsageError, match="no query is called"):
        find(name, tmp_path)


def test_a_missing_folder_is_an_error_of_the_catalogue(tmp_path: Path) -> None:
    assert "no such folder" in only_error(tmp_path / "none").text.en


def test_an_unknown_name_is_answered_with_similar_ones(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError, match="budget-by-department"):
        catalogue.get("budget-by-departement")


def test_a_name_like_no_other_is_answered_with_where_they_are_listed(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError, match=f"perfkg queries lists the {len(catalogue.queries)}"):
        catalogue.get("zzz")
