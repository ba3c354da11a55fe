"""One file per CI system, found by its name when a recipe asks for it."""
