"""The README of a bundle, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from perfkg.export.dumps import Dump
from perfkg.export.figures import Figures
from perfkg.export.publication import NO_LICENCE, Publication
from perfkg.messages import Language, Text
from perfkg.namespaces import PK
from perfkg.store.base import Generation

_TITLE: Final = Text(
    "财政项目支出绩效目标知识图谱", "Knowledge graph of budget performance targets"
)
_FURTHER: Final = {
    "ontology/": Text("本体、分类、单位、代码、JSON-LD 上下文", "ontology, vocabularies, context"),
    "shapes/": Text("SHACL 形状：数据结构与审核规则", "SHACL shapes: structure and review rules"),
    "dcat.ttl, void.ttl": Text("数据集描述：DCAT、VoID、PROV", "descriptions: DCAT, VoID, PROV"),
    "LICENCE.txt": Text("许可", "licences"),
    "SHA256SUMS": Text("校验和", "checksums"),
}
_USE: Final = Text(
    """## 使用

- 不用 RDF 工具：打开 `targets.xlsx`（或 `targets.csv`），每行一个指标。
- 装入三元组库：`perfkg.nq.gz` 各库通用；默认图是数据，命名图
  `…/graph/validation` 是检查结果，`…/graph/statistics` 是预先计好的数。默认图为各图之并的库，
  请只装 `perfkg.ttl.gz`。
- 校验：`sha256sum -c SHA256SUMS`。""",
    """## How to use it

- Without tools for RDF: open `targets.xlsx` (or `targets.csv`); a row is a target.
- In a triple store: every one loads `perfkg.nq.gz`; the default graph is the data; the named
  graphs `…/graph/validation` and `…/graph/statistics` hold the findings of the review and numbers
  that were counted once. Where the default graph of a store is the union of all, load
  `perfkg.ttl.gz` instead.
- To check the files: `sha256sum -c SHA256SUMS`.""",
)
_WORDS: Final = {
    "version": Text("数据版本", "Dataset version"),
    "made": Text("数据生成于", "Data of"),
    "publisher": Text("发布者", "Publisher"),
    "contact": Text("联系", "Contact"),
    "licence": Text("数据许可", "Licence of the data"),
    "holds": Text("内容", "What it holds"),
    "files": Text("文件", "Files"),
    "triples": Text("条三元组", "triples"),
    "terms": Text("术语说明", "What the terms mean"),
}
_COUNTED: Final = {
    "Form": Text("表", "forms"),
    "Project": Text("项目", "projects"),
    "Indicator": Text("三级指标", "indicators"),
    "Target": Text("指标值", "targets"),
    "Result": Text("完成情况", "results"),
    "SourceDocument": Text("来源文件", "source documents"),
}


def readme(
    language: Language,
    publication: Publication,
    generation: Generation,
    figures: Figures,
    dumps: Sequence[Dump],
) -> str:
    """Return the README in one language."""
    word = {key: text.into(language) for key, text in _WORDS.items()}
    facts = [
        (word["version"], str(generation.number)),
        (word["made"], f"{generation.created:%Y-%m-%d %H:%M} UTC (perfkg {generation.version})"),
        (word["publisher"], publication.publisher.into(language)),
        (word["contact"], publication.contact or "—"),
        (word["licence"], publication.licence or NO_LICENCE.into(language)),
        (word["terms"], PK.removesuffix("#")),
    ]
    counts = [
        f"{figures.classes.get(PK + name, 0)} {text.into(language)}"
        for name, text in _COUNTED.items()
    ]
    files = [f"- `{dump.name}`: {dump.title.into(language)}" for dump in dumps]
    files += [f"- `{name}`: {text.into(language)}" for name, text in _FURTHER.items()]
    lines = [
        f"# {_TITLE.into(language)}",
        "",
        *(f"- {name}: {value}" for name, value in facts),
        f"- {word['holds']}: {', '.join(counts)}; {figures.triples} {word['triples']}",
        "",
        _USE.into(language),
        "",
        f"## {word['files']}",
        "",
        *files,
        "",
    ]
    return "\n".join(lines)
