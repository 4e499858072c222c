"""What the demo has stored, in a few lines and the gravest findings."""

from __future__ import annotations

from decimal import Decimal

from perfkg.cli import console
from perfkg.cli.ingest_progress import Keeper
from perfkg.cli.tables import yuan
from perfkg.messages import Text
from perfkg.namespaces import PREFIXES
from perfkg.settings import Settings
from perfkg.store import SelectResult, Store
from perfkg.validation.findings import Finding
from perfkg.validation.report import to_table

_SUMMARY = """
SELECT (COUNT(DISTINCT ?project) AS ?projects) (COUNT(DISTINCT ?indicator) AS ?indicators)
       (COUNT(DISTINCT ?target) AS ?targets)
WHERE { ?target pk:ofProject ?project ; pk:indicator ?indicator }"""
_BUDGET = "SELECT (SUM(?request) AS ?budget) WHERE { ?form pk:annualRequest ?request }"


def show_summary(store: Store, settings: Settings, keeper: Keeper, findings: list[Finding]) -> None:
    """Print how much there is in the store and what the review found."""
    counts = _numbers(store, _SUMMARY)
    budget = _numbers(store, _BUDGET)["budget"]
    lines = (
        (Text("项目", "Projects"), f"{counts['projects']}"),
        (
            Text("指标", "Indicators"),
            Text(
                f"{counts['targets']} 行，{counts['indicators']} 个不同名称",
                f"{counts['targets']} rows, {counts['indicators']} distinct names",
            ).into(settings.lang),
        ),
        (Text("年度资金申请总额", "Annual requests"), yuan(budget)),
    )
    separator = Text("：", ": ").into(settings.lang)
    console.show(*(f"{label.into(settings.lang)}{separator}{value}" for label, value in lines))
    console.show(keeper.summary())
    gravest = [finding for finding in findings if finding.severity == "Violation"]
    if gravest:
        table = to_table(gravest, settings.lang)
        # It would count the graver ones alone, and say that there are no warnings.
        table.caption = None
        console.show(table)
    rest = len(findings) - len(gravest)
    if rest:
        note = Text(
            f"以上只列违规；其余 {rest} 条（警告、提示）用 perfkg validate 文件 查看",
            f"Only violations are listed; perfkg validate FILE… shows the other {rest} "
            "(warnings and advice) too",
        )
        console.show(note.into(settings.lang))


def _numbers(store: Store, query: str) -> dict[str, Decimal]:
    result = store.query(query, prefixes=PREFIXES)
    if not isinstance(result, SelectResult):
        return {}
    terms = zip(result.variables, result.rows[0], strict=True)
    return {name: Decimal(str(getattr(term, "value", 0))) for name, term in terms}
