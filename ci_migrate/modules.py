"""Find what stands in a folder of the package by the name of its file: there is no registry."""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def names_in(path: Iterable[str]) -> tuple[str, ...]:
    """Return the names of all modules in a package, of which its `__path__` is given."""
    return tuple(info.name.replace("_", "-") for info in iter_modules(path))


def module_in(package: str, name: str) -> Any:
    """Return the module with a name, which is one of those in the package."""
    return import_module(f"{package}.{name.replace('-', '_')}")
