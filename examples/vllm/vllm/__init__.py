"""Stands in for the package that the tests import."""
