"""The integrity constraints of the RDF Data Cube vocabulary, section 11.1, in our own words.

Each is a query that answers true where a cube breaks the constraint. Slices (IC-7 to IC-10, IC-18),
a measure dimension (IC-15 to IC-17) and hierarchical code lists (IC-20, IC-21) are not used.
"""

from __future__ import annotations

_PREFIXES = """
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_PATTERNS = {
    "IC-1 an observation is in exactly one data set": """
        { ?o a qb:Observation . FILTER NOT EXISTS { ?o qb:dataSet ?d . ?d a qb:DataSet } }
        UNION { ?o qb:dataSet ?one, ?other . FILTER(?one != ?other) }""",
    "IC-2 a data set has exactly one structure": """
        { ?d a qb:DataSet .
          FILTER NOT EXISTS { ?d qb:structure ?s . ?s a qb:DataStructureDefinition } }
        UNION { ?d qb:structure ?one, ?other . FILTER(?one != ?other) }""",
    "IC-3 a structure has a measure": """
        ?s a qb:DataStructureDefinition .
        FILTER NOT EXISTS { ?s qb:component/qb:componentProperty ?m . ?m a qb:MeasureProperty }""",
    "IC-4 a dimension has a range": """
        ?dimension a qb:DimensionProperty . FILTER NOT EXISTS { ?dimension rdfs:range ?range }""",
    "IC-5 a dimension of concepts has a code list": """
        ?dimension a qb:DimensionProperty ; rdfs:range skos:Concept .
        FILTER NOT EXISTS { ?dimension qb:codeList ?list }""",
    "IC-6 only attributes may be optional": """
        ?s qb:component ?c . ?c qb:componentRequired false ; qb:componentProperty ?p .
        FILTER NOT EXISTS { ?p a qb:AttributeProperty }""",
    "IC-11 an observation has every dimension": """
        ?o qb:dataSet/qb:structure/qb:component/qb:componentProperty ?dimension .
        ?dimension a qb:DimensionProperty . FILTER NOT EXISTS { ?o ?dimension ?value }""",
    "IC-13 an observation has every required attribute": """
        ?o qb:dataSet/qb:structure/qb:component ?c .
        ?c qb:componentRequired true ; qb:componentProperty ?attribute .
        FILTER NOT EXISTS { ?o ?attribute ?value }""",
    "IC-14 an observation has every measure": """
        ?o qb:dataSet/qb:structure/qb:component/qb:componentProperty ?measure .
        ?measure a qb:MeasureProperty . FILTER NOT EXISTS { ?o ?measure ?value }""",
    "IC-19 a coded value is in the code list": """
        ?o qb:dataSet/qb:structure/qb:component/qb:componentProperty ?dimension .
        ?dimension a qb:DimensionProperty ; qb:codeList ?list . ?o ?dimension ?value .
        FILTER NOT EXISTS { ?value a skos:Concept ; skos:inScheme ?list }""",
}
CONSTRAINTS = {name: f"{_PREFIXES} ASK {{ {text} }}" for name, text in _PATTERNS.items()}
DIMENSIONS = f"""{_PREFIXES} SELECT ?o ?dimension ?value {{
  ?o qb:dataSet/qb:structure/qb:component/qb:componentProperty ?dimension ; ?dimension ?value .
  ?dimension a qb:DimensionProperty }}"""
"""For IC-12 (no two observations with the same dimensions), which as a query is quadratic."""
