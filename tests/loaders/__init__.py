"""Tests of the loaders, one module a file format."""
