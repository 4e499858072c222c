"""What of a PDF could not be read, told by page."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from perfkg.messages import Problem, Severity, Text


@dataclass(slots=True)
class Troubles:
    """The pages that could not be read whole, by reason.

    Attributes:
        scanned: pages of pictures without text.
        broken: pages whose content is malformed.
        slow: pages that took more time or memory than they may.
        unmapped: pages whose fonts do not tell which characters they print.
        cut: whether reading stopped before the last page.
    """

    scanned: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    slow: list[int] = field(default_factory=list)
    unmapped: list[int] = field(default_factory=list)
    cut: bool = False

    def problems(self, read: int, stated: int | None) -> tuple[Problem, ...]:
        """One problem for each reason.

        Args:
            read: how many pages were looked at.
            stated: how many pages the document says it has.
        """
        found = [
            _problem(
                self.scanned,
                "是扫描图片，没有文字；请做文字识别后重试",
                "{} scanned, without text; run text recognition (OCR) and try again",
            ),
            _problem(
                self.broken,
                "内容已损坏，未读入；请重新取得文件",
                "{} damaged and could not be read; fetch the file again",
            ),
            _problem(
                self.slow,
                "内容过于复杂，超过时间或内存上限，未读入；请重新打印为 PDF 后重试",
                "{} too complex to read within the limits of time and memory; print to PDF anew "
                "and try again",
            ),
            _problem(
                self.unmapped,
                "的字体缺少文字编码，部分文字无法读出；请做文字识别后重试",
                "{} printed in fonts that do not tell their characters, so text is missing; run "
                "text recognition (OCR) and try again",
            ),
            self._cut(read, stated),
        ]
        return tuple(problem for problem in found if problem is not None)

    def _cut(self, read: int, stated: int | None) -> Problem | None:
        if read == stated:
            return None
        if not self.cut:
            return _missing(read, stated) if stated and stated > read else None
        of_zh = f"（共 {stated} 页）" if stated and stated > read else ""
        of_en = f" of {stated}" if stated and stated > read else ""
        return Problem(
            "error",
            Text(
                f"文件过长，只读了前 {read} 页{of_zh}；请拆分后重试，"
                "或调大 PERFKG_MAX_PAGES、PERFKG_READ_TIMEOUT",
                f"the file is too long; only the first {read}{of_en} pages were read: split it, "
                "or raise PERFKG_MAX_PAGES and PERFKG_READ_TIMEOUT",
            ),
            f"page {read}",
        )


def _missing(read: int, stated: int) -> Problem:
    return Problem(
        "error",
        Text(
            f"文件应有 {stated} 页，只找到 {read} 页；文件可能已损坏，请重新取得完整文件",
            f"the file should have {stated} pages, only {read} were found; it may be damaged: "
            "fetch the whole file again",
        ),
        f"page {read}",
    )


def _problem(pages: list[int], zh: str, en: str) -> Problem | None:
    if not pages:
        return None
    severity: Severity = "error"
    runs = _runs(pages)
    subject = f"page {runs[0]} is" if len(pages) == 1 else f"pages {', '.join(runs)} are"
    return Problem(
        severity,
        Text(f"第 {'、'.join(runs)} 页{zh}", en.format(subject)),
        f"page {pages[0]}",
    )


def _runs(pages: list[int]) -> list[str]:
    """Page numbers as a person writes them: 2, 3, 7-12."""
    breaks = [0, *(i for i, (a, b) in enumerate(pairwise(pages), 1) if b != a + 1), len(pages)]
    runs = []
    for start, end in pairwise(breaks):
        run = pages[start:end]
        runs += [f"{run[0]}-{run[-1]}"] if len(run) > 2 else [str(page) for page in run]
    return runs
