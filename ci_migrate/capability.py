"""What a condition of a test asks of a GPU's compute capability, as 100 stands for 10.0."""

import ast
from collections.abc import Mapping
from typing import NamedTuple

from ci_migrate.profile import Profile


class Asked(NamedTuple):
    """A call that asks for a capability: of the same `family`, `exact`, or at `least` that."""

    kind: str
    number: int

    def holds(self, number: int) -> bool:
        """Say whether it is true on a GPU of a capability."""
        if self.kind == "family":
            return self.number // 10 == number // 10
        return number >= self.number if self.kind == "least" else number == self.number


def asked_for(condition: str, functions: Mapping[str, str]) -> tuple[Asked, ...]:
    """Return what a condition asks for, by the functions that are known, joined by `or`.

    It is nothing if the condition asks for anything else too.
    """
    node = ast.parse(f"({condition}\n)", mode="eval").body
    joined = isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or)
    found: list[Asked] = []
    for part in node.values if isinstance(node, ast.BoolOp) and joined else [node]:
        match part:
            case ast.Call(
                func=ast.Attribute(attr=name) | ast.Name(id=name),
                args=[ast.Constant(value=int(number))],
                keywords=[],
            ) if name in functions:
                found.append(Asked(functions[name], number))
            case _:
                return ()
    return tuple(found)


def holds_on(condition: str | None, platform: str, profile: Profile) -> bool | None:
    """Say whether a condition, or none, holds on a platform; None if the profile does not tell."""
    if condition is None:
        return True
    number = profile.capability_of.get(platform)
    asked = asked_for(condition, profile.capabilities) if number is not None else ()
    return any(one.holds(number) for one in asked) if asked and number is not None else None
