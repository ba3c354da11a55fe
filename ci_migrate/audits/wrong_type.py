"""Find values of a type that a field can't have, such as a text where a list is read.

Severity: error, for the CI system, or what makes its pipelines, stops at it. The fix makes a list
of a text where a list of texts must be.
"""

from collections.abc import Iterator

from ci_migrate.document import Alias, Mapping, Node, Scalar, Sequence, resolved
from ci_migrate.finding import Finding
from ci_migrate.mending import choosing, quoted
from ci_migrate.schema_slots import Slot, slots
from ci_migrate.style import kind_of_plain
from ci_migrate.survey import Survey

_SAID = {
    "text": "a text",
    "texts": "a list of texts",
    "scalar": "a single value",
    "list": "a list",
    "number": "a number",
    "flag": "true or false",
    "mapping": "a mapping",
}


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield the fields of files and jobs whose value no kind fits that a schema allows."""
    for slot in slots(now):
        kinds = slot.kind.split(" or ") if slot.kind else ["any"]
        if "any" not in kinds and not any(_fits(slot.value, kind) for kind in kinds):
            yield _finding(now, slot, kinds)


def _finding(survey: Survey, slot: Slot, kinds: list[str]) -> Finding:
    value = resolved(slot.value)
    wanted = " or ".join(_SAID[kind] for kind in kinds)
    if "texts" in kinds and isinstance(value, Sequence):
        bad = next(item for item in value.items if not _fits(item, "text"))
        place = slot.document.place(bad)
        message = f"an item of '{slot.path}' is {_said(bad)}, and must be a text"
    else:
        place = slot.document.place(slot.value)
        message = f"'{slot.path}' is {_said(slot.value)}, and must be {wanted}"
    fix = _listed(survey, slot) if "texts" in kinds else ""
    return Finding(place, message, "error", subject=slot.subject, fix=fix)


def _listed(survey: Survey, slot: Slot) -> str:
    """Return what makes a list of a single text."""
    jobs, value = choosing(survey, slot.job) if slot.job else "", slot.value
    if not jobs or not isinstance(value, Scalar) or "[" in slot.path or not _is(value, "text"):
        return ""
    return f"set-field: {{jobs: {jobs}, field: {slot.path}, to: [{quoted(value.value)}]}}"


def _fits(written: Node, kind: str) -> bool:
    """Say whether a value can be of a kind; one of a template, or with a tag, can be of any."""
    node = resolved(written)
    if node is None or isinstance(node, Alias) or node.tag is not None:
        return True
    if isinstance(node, Scalar) and _is_open(node):
        return True
    match kind:
        case "list":
            return isinstance(node, Sequence)
        case "texts":
            return isinstance(node, Sequence) and all(_fits(item, "text") for item in node.items)
        case "mapping":
            return isinstance(node, Mapping)
        case _:
            return isinstance(node, Scalar) and _is(node, kind)


def _is(node: Scalar, kind: str) -> bool:
    tag = _tag(node)
    match kind:
        case "number":
            return tag in ("int", "float") or node.value.strip().isdecimal()
        case "flag":
            return tag == "bool" or node.value.lower() in _FLAGS
        case "text":
            return tag == "str"
        case _:
            return True


_FLAGS = ("true", "false", "yes", "no", "on", "off", "1", "0", "t", "f", "y", "n")


def _is_open(node: Scalar) -> bool:
    """Say whether a value is empty, or made by a template."""
    return _tag(node) == "null" or any(sign in node.value for sign in ("$", "{{", "{%", "<%"))


def _tag(node: Scalar) -> str:
    return "str" if node.style else kind_of_plain(node.value)


def _said(written: Node) -> str:
    node = resolved(written)
    match node:
        case Sequence():
            return "a list"
        case Mapping():
            return "a mapping"
        case Scalar():
            kind = {"int": "a number", "float": "a number", "bool": "true or false"}
            return f"'{node.value}', " + kind.get(_tag(node), "a text")
        case _:
            return "nothing"
