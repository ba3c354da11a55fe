"""Codemods for CI configuration that touch nothing but what a recipe says."""

__version__ = "0.1.0"
