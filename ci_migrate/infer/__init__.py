"""Draft a recipe from a change that was made by hand."""
