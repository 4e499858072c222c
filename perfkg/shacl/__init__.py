"""A set-based SHACL engine: each constraint is one SPARQL query over the whole graph.

It runs SHACL Core, SPARQL constraints and SPARQL constraint components of the SHACL
recommendation (https://www.w3.org/TR/shacl/) on pyoxigraph, and knows nothing of the rest of
perfkg but the SPARQL tokenizer. What it does not support it refuses by name when the shapes are
compiled, before anything is run.
"""

from perfkg.shacl.errors import ShaclError, ShapeInvalid, ShapeUnsupported, ValidationFailure
from perfkg.shacl.graph import ShapesGraph, read_graph
from perfkg.shacl.plan import Plan, compile_files, compile_shapes
from perfkg.shacl.results import Result, to_report

__all__ = [
    "Plan",
    "Result",
    "ShaclError",
    "ShapeInvalid",
    "ShapeUnsupported",
    "ShapesGraph",
    "ValidationFailure",
    "compile_files",
    "compile_shapes",
    "read_graph",
    "to_report",
]
