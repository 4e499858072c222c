"""Tests of the readers, one module for each format."""
