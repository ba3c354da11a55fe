"""Ask a person, piece by piece, what of a run is wanted, as `git add -p` does."""

from collections.abc import Callable
from itertools import count

from ci_migrate.changeset import FileChange, Outcome, Rewrite
from ci_migrate.choice import Chooser, Piece, keep, pieces
from ci_migrate.report.text import diff_lines
from ci_migrate.text import splice

_HELP = """\
y - make this change
n - leave it out
a - make it, and all others of this operation
d - leave it out, and all others of this operation
q - leave out this one and everything that is still to come
? - show this help
"""
_FOR_ALL = {"a": True, "d": False}


def picker(
    names: tuple[str, ...], ask: Callable[[str], str], say: Callable[[str], None]
) -> Chooser:
    """Return the choice that a person makes; `names` are those of the operations.

    `ask` puts a question and returns the answer, `say` shows a text.
    """
    ended = False

    def choose(index: int, outcome: Outcome) -> Outcome:
        total = len(pieces(outcome))
        numbers = count(1)
        for_all: bool | None = None

        def wanted(piece: Piece) -> bool:
            nonlocal ended, for_all
            if ended or for_all is not None:
                return bool(for_all) and not ended
            say("".join(f"{line}\n" for rewrite in piece for line in diff_lines(_change(rewrite))))
            question = f"({next(numbers)}/{total}) {names[index]}: make this change [y,n,a,d,q,?]? "
            answer = _answer(question, ask, say)
            ended = answer == "q"
            for_all = _FOR_ALL.get(answer)
            return answer in ("y", "a")

        return keep(outcome, wanted)

    return choose


def _answer(question: str, ask: Callable[[str], str], say: Callable[[str], None]) -> str:
    while (answer := ask(question).strip().lower()) not in ("y", "n", "a", "d", "q"):
        say(_HELP)
    return answer


def _change(rewrite: Rewrite) -> FileChange:
    before = None if rewrite.new else rewrite.before
    after = None if rewrite.gone else splice(rewrite.before, rewrite.edits)
    return FileChange(rewrite.path, before, after, rewrite.edits, ())
