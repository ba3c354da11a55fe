"""Show that a change is what was intended, whatever kind of file it is made to.

Two equalities are shown. The bytes outside the edited spans are the same; and what the new text
means equals what the operation claims, which is worked out from the old text's tree and never from
the new text. Parsing again would not do: an unsound edit can leave a valid file.
"""

from operator import attrgetter
from typing import Protocol

from ci_migrate.errors import Place, Refused
from ci_migrate.text import Edit


class Claim(Protocol):
    """What an operation says of the text that its edits will make, worked out apart from them."""

    def fault(self, after: str) -> str:
        """Return why the claim does not hold for the text `after`; nothing if it holds."""


class Unproved(Refused):
    """A change that was worked out and is not what was meant: a defect of the tool.

    It tells the `fault`, the text `before` and the `edits`, so that it can be reported.
    """

    def __init__(self, fault: str, path: str, before: str, edits: tuple[Edit, ...]) -> None:
        self.fault = fault
        self.before = before
        self.edits = edits
        what = f"the change fails its proof: {fault}"
        hint = "nothing is written; please report this"
        super().__init__(what, place=Place(path), hint=hint)


def prove(path: str, before: str, edits: tuple[Edit, ...], after: str, claim: Claim) -> None:
    """Check both equalities for one file; raises Unproved if either fails."""
    fault = _outside(before, edits, after) or claim.fault(after)
    if fault:
        raise Unproved(fault, path, before, edits)


def _outside(before: str, edits: tuple[Edit, ...], after: str) -> str:
    """Walk both texts from edit to edit, and return where what lies between them differs."""
    old = new = 0
    for edit in sorted(edits, key=attrgetter("span.start", "span.end")):
        size = edit.span.start - old
        if before[old : edit.span.start] != after[new : new + size]:
            return f"text differs between characters {old} and {edit.span.start}"
        new += size
        if after[new : new + len(edit.text)] != edit.text:
            return f"the text at character {new} is not what was to be written"
        old, new = edit.span.end, new + len(edit.text)
    return "" if before[old:] == after[new:] else f"text differs behind character {old}"
