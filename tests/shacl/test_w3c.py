"""Our engine against the W3C SHACL test suite."""

from __future__ import annotations

import pytest

from perfkg.shacl import ShaclError, compile_shapes, to_report
from tests.shacl import suite

CORE = suite.cases("core")
SPARQL = suite.cases("sparql")

pytestmark = pytest.mark.skipif(not CORE, reason=suite.ABSENT)


def _validate(case: suite.Case) -> list[object]:
    return list(
        to_report(compile_shapes(suite.triples(case.shapes)).validate(suite.store(case.data)))
    )


@pytest.mark.parametrize("case", [c for c in CORE + SPARQL if not c.fails], ids=lambda c: c.name)
def test_the_report_is_the_one_that_the_suite_expects(case: suite.Case) -> None:
    conforms, results, messages = suite.report(_validate(case))
    assert results == case.results
    assert conforms is case.conforms
    assert case.messages <= messages


@pytest.mark.parametrize("case", [c for c in CORE + SPARQL if c.fails], ids=lambda c: c.name)
def test_what_the_suite_wants_to_fail_is_refused(case: suite.Case) -> None:
    with pytest.raises(ShaclError):
        _validate(case)


def test_the_suite_is_whole() -> None:
    assert (len(CORE), len(SPARQL)) == (98, 23)
