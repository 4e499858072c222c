"""What of a PDF could not be read, told by page, and why one cannot be read at all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from perfkg.errors import DocumentError
from perfkg.messages import Problem, Text
from perfkg.readers.pdf.events import Flaw, PageRead

_MESSAGES: dict[Flaw, tuple[str, str]] = {
    "scanned": (
        "是扫描图片，没有文字；请做文字识别后重试",
        "{} scanned, without text; run text recognition (OCR) and try again",
    ),
    "broken": (
        "内容已损坏，未读入；请重新取得文件",
        "{} damaged and could not be read; fetch the file again",
    ),
    "slow": (
        "内容过于复杂，超过时间或内存上限，未读入；请重新打印为 PDF 后重试，"
        "或调大 PERFKG_READ_TIMEOUT、PERFKG_READ_MEMORY",
        "{} too complex to read within the limits of time and memory; print to PDF anew and try "
        "again, or raise PERFKG_READ_TIMEOUT and PERFKG_READ_MEMORY",
    ),
    "crashed": (
        "使读取进程意外终止，未读入；请重新打印为 PDF 后重试",
        "{} such that the process reading it broke down; print to PDF anew and try again",
    ),
    "unmapped": (
        "的字体缺少文字编码，部分文字无法读出；请做文字识别后重试",
        "{} printed in fonts that do not tell their characters, so text is missing; run text "
        "recognition (OCR) and try again",
    ),
}


@dataclass(slots=True)
class Troubles:
    """The pages that could not be read whole, by reason.

    Attributes:
        stated: how many pages the document says it has.
        read: how many pages were looked at.
        cut: whether reading stopped before the last page.
    """

    stated: int | None = None
    read: int = 0
    cut: bool = False
    _pages: dict[Flaw, list[int]] = field(default_factory=lambda: defaultdict(list))

    def note(self, page: PageRead) -> None:
        """Count a page, and keep what is wrong with it."""
        self.read = page.number
        for flaw in page.flaws:
            self._pages[flaw].append(page.number)

    def problems(self) -> tuple[Problem, ...]:
        """One problem for each reason."""
        found = [_problem(self._pages[flaw], *_MESSAGES[flaw]) for flaw in _MESSAGES]
        return tuple(problem for problem in (*found, self._cut()) if problem is not None)

    def _cut(self) -> Problem | None:
        read, stated = self.read, self.stated
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
    runs = _runs(pages)
    subject = f"page {runs[0]} is" if len(pages) == 1 else f"pages {', '.join(runs)} are"
    return Problem(
        "error",
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


def damaged(name: str) -> DocumentError:
    """The error for a file whose structure is lost."""
    return DocumentError(
        "PDF 文件已损坏或不完整，找不到页面；请重新取得完整文件",
        "the PDF is damaged or cut off and has no pages that can be found; fetch the whole "
        "file again",
        place=name,
    )


def too_much(name: str) -> DocumentError:
    """The error for a file that exceeds a limit before its first page."""
    return DocumentError(
        "PDF 文件结构异常，读取所需的时间或内存超过上限，未读取；请用阅读器重新打印为 PDF 后重试，"
        "或调大 PERFKG_READ_TIMEOUT、PERFKG_READ_MEMORY",
        "the PDF takes more time or memory than is allowed and was not read; print it to PDF "
        "anew and try again, or raise PERFKG_READ_TIMEOUT and PERFKG_READ_MEMORY",
        place=name,
    )


def cannot_start(name: str) -> DocumentError:
    """The error for a file that no process could be started for."""
    return DocumentError(
        "读取 PDF 的进程无法启动，可能是内存不足；请关闭其他程序后重试，或调大 PERFKG_READ_MEMORY",
        "the process that reads PDFs could not start, memory may be short; close other programs "
        "and try again, or raise PERFKG_READ_MEMORY",
        place=name,
    )
