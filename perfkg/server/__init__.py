"""The service: SPARQL for machines, pages for people."""
