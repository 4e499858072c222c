"""Saved queries: a catalogue of `.rq` files, their parameters, and filling those in.

How a query is written so that its parameters work:

- A parameter is a variable of the same name. Its value reaches the outermost group of WHERE and
  every subselect that uses the variable; a group in braces inside them (`GRAPH`, `OPTIONAL`,
  `MINUS`) is filtered from outside or asked in a subselect of its own.
- An optional parameter without a value stays free. Where the pattern itself uses the variable
  (`?target pk:unit ?unit`), free means all. Where the pattern is optional, compare in a filter
  that lets a free one through: `FILTER(!BOUND(?year) || ?formYear = ?year)`.
- A year is bound as xsd:integer, the value of pk:year. Amounts and thresholds are xsd:decimal.
"""

from __future__ import annotations

from perfkg.queries.catalogue import Catalogue, find
from perfkg.queries.described import described, rule_names
from perfkg.queries.model import THEMES, Chart, Choice, ColumnKind, Parameter, SavedQuery
from perfkg.queries.options import Option, Options, options
from perfkg.queries.prepare import prepare
from perfkg.queries.resolve import resolve, resolve_arguments

__all__ = [
    "THEMES",
    "Catalogue",
    "Chart",
    "Choice",
    "ColumnKind",
    "Option",
    "Options",
    "Parameter",
    "SavedQuery",
    "described",
    "find",
    "options",
    "prepare",
    "resolve",
    "resolve_arguments",
    "rule_names",
]
