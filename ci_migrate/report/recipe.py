"""A recipe for people: what it is for, what can be chosen, and its operations."""

from collections.abc import Iterator

from ci_migrate.options import Given, GivenFields, GivenItems, GivenText
from ci_migrate.recipe import Recipe
from ci_migrate.report.visible import visible


def render(recipe: Recipe) -> str:
    """Return the explanation of a recipe."""
    return visible("".join(f"{line}\n" for line in _lines(recipe)))


def _lines(recipe: Recipe) -> Iterator[str]:
    yield f"{recipe.name}: {recipe.title}"
    if recipe.description:
        yield f"\n{recipe.description}"
    yield f"\nfile     {recipe.path}"
    yield f"dialect  {recipe.dialect}"
    yield from (f"link     {link}" for link in recipe.links)
    if recipe.parameters:
        yield "\nparameters:"
    for name, parameter in recipe.parameters:
        default = parameter.default
        told = ["required" if default is None else f"default {', '.join(default)}"]
        told += [parameter.type] if parameter.type != "text" else []
        told += [f"one of {', '.join(parameter.choices)}"] if parameter.choices else []
        yield f"  {name}  {parameter.help} ({'; '.join(told)})"
    yield "\noperations:"
    for number, operation in enumerate(recipe.operations, 1):
        yield f"  {number}. {operation.name}"
        yield from (f"       {line}" for line in _options(operation.options))
        if operation.when is not None:
            yield from (f"       when: {line}" for line in _options(operation.when))


def _options(given: Given) -> Iterator[str]:
    """Yield options a line each, what stands inside them indented."""
    match given:
        case GivenText(text=text):
            yield text
        case GivenItems(items=items):
            for item in items:
                yield from _below("-", item)
        case GivenFields(fields=fields):
            for name, value in fields:
                yield from _below(f"{name.text}:", value)


def _below(head: str, given: Given) -> Iterator[str]:
    if isinstance(given, GivenText):
        yield f"{head} {given.text}"
        return
    yield head
    yield from (f"  {line}" for line in _options(given))
