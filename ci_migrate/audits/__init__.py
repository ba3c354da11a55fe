"""Semantic checks of a tree, one file each, found by the file's name."""
