"""One file per operation; its class is the file's name in CamelCase, found when a recipe asks."""
