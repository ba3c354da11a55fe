"""A recipe for people: what it is for, what can be chosen, its operations, and what it does."""

import inspect
from collections.abc import Iterator

from ci_migrate.binding import Use
from ci_migrate.options import Given, GivenFields, GivenItems, GivenText
from ci_migrate.recipe import USE, Recipe, operation_class
from ci_migrate.report.text import diff_lines
from ci_migrate.report.visible import one_line
from ci_migrate.run import Run

_SHOWN = 60  # lines of a sample


def render(recipe: Recipe, sample: Run | None) -> str:
    """Return the explanation of a recipe, with what it does in a sample run."""
    text = "".join(f"{one_line(line)}\n" for line in _lines(recipe))
    return text + (_sample(sample) if sample and sample.changeset.files else "")


def _lines(recipe: Recipe) -> Iterator[str]:
    yield f"{recipe.name}: {recipe.title}"
    if recipe.description:
        yield from ("", *recipe.description.split("\n"))
    yield ""
    yield f"file     {recipe.path}"
    yield f"dialect  {', '.join(recipe.dialects) or 'any'}"
    yield from (f"link     {link}" for link in recipe.links)
    yield from (f"holds    {one.name}" for one in recipe.holds)
    if recipe.parameters:
        yield from ("", "parameters:")
    for name, parameter in recipe.parameters:
        default = parameter.default
        told = ["required" if default is None else f"default {', '.join(default)}"]
        told += [parameter.type] if parameter.type != "text" else []
        told += [f"one of {', '.join(parameter.choices)}"] if parameter.choices else []
        yield f"  {name}  {parameter.help} ({'; '.join(told)})"
    yield from ("", "operations:")
    for number, operation in enumerate(recipe.operations, 1):
        kind = Use if operation.name == USE else operation_class(operation.name)
        first = (inspect.getdoc(kind) or "").split("\n\n")[0].replace("\n", " ")
        yield f"  {number}. {operation.name}: {first}"
        yield from (f"       {line}" for line in _options(operation.options))
        if operation.when is not None:
            yield from (f"       when: {line}" for line in _options(operation.when))


def _sample(run: Run) -> str:
    lines = [line for change in run.changeset.files for line in diff_lines(change)]
    more = f"  … and {len(lines) - _SHOWN} lines more\n" if len(lines) > _SHOWN else ""
    return "\nfor example:\n" + "".join(f"  {line}\n" for line in lines[:_SHOWN]) + more


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
