"""Linked data over HTTP: things and their descriptions, the ontology, the catalogue, the dumps."""

from __future__ import annotations

from fastapi import APIRouter

from perfkg.server.linked import catalogue, definitions, shapes, things, views

router = APIRouter()
for _part in (things, shapes, definitions, views, catalogue):
    router.include_router(_part.router)
