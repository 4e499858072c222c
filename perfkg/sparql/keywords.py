"""The bare words of SPARQL. Any other bare word is a slip, or a keyword glued to something."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


QUERY_WORDS: Final = _words("""
    A TRUE FALSE BASE PREFIX VERSION SELECT DISTINCT REDUCED AS CONSTRUCT DESCRIBE ASK FROM NAMED
    WHERE GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET VALUES UNDEF OPTIONAL GRAPH BIND MINUS UNION
    FILTER LATERAL IN NOT EXISTS COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR
    STR LANG LANGMATCHES LANGDIR HASLANG HASLANGDIR DATATYPE BOUND IRI URI BNODE RAND ABS CEIL
    FLOOR ROUND CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE
    STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256
    SHA384 SHA512 COALESCE IF STRLANG STRLANGDIR STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL
    ISNUMERIC REGEX SUBSTR REPLACE ISTRIPLE TRIPLE SUBJECT PREDICATE OBJECT ADJUST
""")
"""What a query may hold, in upper case: SPARQL 1.1, the functions of 1.2, LATERAL and ADJUST."""

UPDATE_WORDS: Final = _words("""
    INSERT DELETE DATA WITH CLEAR CREATE DROP COPY MOVE ADD TO DEFAULT ALL SILENT INTO USING
""")
"""What an update may hold beside the words of a query."""

CHANGES: Final = _words("INSERT DELETE WITH CLEAR CREATE DROP COPY MOVE ADD")
"""The words that begin an update, except LOAD."""

CHAINED: Final = _words("UNION MINUS FILTER BIND AS VALUES GRAPH LATERAL")
"""The words that make an engine's plan deeper each time they occur."""

OPERATORS: Final = _words("|| && + - * / | ! ^ = != < > <= >=")
"""The operators of expressions and paths."""
