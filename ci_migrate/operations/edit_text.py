"""Edit text in plain files: docs, Dockerfiles, scripts, and whatever else names the old thing."""

from collections.abc import Callable
from dataclasses import dataclass

from ci_migrate.changeset import Outcome, Rewrite
from ci_migrate.errors import Place, Refused
from ci_migrate.job import Dialect
from ci_migrate.options import option
from ci_migrate.pattern import Pattern, Replacement
from ci_migrate.reversal import Undoing, exact, swapped
from ci_migrate.text import counted, line_and_column
from ci_migrate.text_edits import replace_text
from ci_migrate.tree import Tree, decode


@dataclass(frozen=True, slots=True)
class Stretch:
    """The lines from one that contains a text down to the next that contains another."""

    from_: Pattern = option("text in the first line")
    to: Pattern = option("text in the last line")


@dataclass(frozen=True, slots=True)
class EditText:
    r"""Replace text in files of any kind, line by line, only where the scope says.

    `find` is plain text, or a /regular expression/ whose groups `replace` names as `\1`. A YAML or
    Python file that could be read must still be. Prefer the operations that know what a job or a
    test is, where there is one.

    Example:
        - edit-text: {files: ["docs/**/*.md", "**/Dockerfile*"], find: b200-old, replace: b200-new, expect: 7}
        - edit-text:
            files: .buildkite/scripts/run.sh
            find: /queue=\w+/
            replace: queue=release
            within: {from: "<<EOF", to: /^EOF/}
            except: /keep/
    """

    files: tuple[str, ...] = option("files to look in, as globs")
    find: Pattern = option("text to find in a line")
    replace: Replacement = option("text to put in its place")
    lines: tuple[Pattern, ...] = option("only lines that contain one of these", default=())
    except_: tuple[Pattern, ...] = option("no lines that contain one of these", default=())
    within: Stretch | None = option("only lines of stretches such as a heredoc", default=None)
    whole_words: bool = option("true if no word may go on where it is found", default=False)
    expect: int | None = option("how many places must change, if any does", default=None)

    def __post_init__(self) -> None:
        """Check what replaces the text; raises ValueError for a group that there is not."""
        self.find.check_template(self.replace.of(self.find))

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where not as many places change as expected."""
        find = self._find()
        needle = self.find.text.encode() if self.find.kind == "exact" else b""
        rewrites: list[Rewrite] = []
        for path in tree.paths(self.files):
            content = tree.read(path)
            if content is None or needle not in content:
                continue
            text = decode(path, content)
            made = replace_text(path, text, find, self.replace.of(find), self._scope(text))
            rewrites += [made] if made else []
        places = [edit for rewrite in rewrites for edit in rewrite.edits]
        if self.expect is not None and places and len(places) != self.expect:
            first = rewrites[0]
            place = Place(first.path, *line_and_column(first.before, first.edits[0].span.start))
            found = counted(places, "place")
            what = f"{found} would change, where the recipe expects {self.expect}"
            raise Refused(what, place=place, hint="narrow or widen the scope")
        summary = f"'{self.find.text}' replaced in {counted(places, 'place')}"
        return Outcome(summary, tuple(rewrites))

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        old = exact(self.find, "the old text")
        if self.expect is None or not self.replace.text:
            what = "in how many places it changed text is not said"
            raise Refused(what, hint="say it with 'expect'")
        new = Pattern.exactly(self.replace.text)
        return swapped(self, find=new, replace=Replacement.parse(old))

    def _find(self) -> Pattern:
        if not self.whole_words:
            return self.find
        inner = self.find.compiled.pattern
        return Pattern.parse(rf"/(?<![\w-]){inner}(?![\w-])/")._replace(kind=self.find.kind)

    def _scope(self, text: str) -> Callable[[int, str], bool]:
        """Return whether a line, by number and text, is one to look in."""
        inside = _inside(self.within, text) if self.within else None

        def chosen(number: int, line: str) -> bool:
            return (
                (inside is None or number in inside)
                and (not self.lines or any(p.found_in(line) for p in self.lines))
                and not any(p.found_in(line) for p in self.except_)
            )

        return chosen


def _inside(within: Stretch, text: str) -> set[int]:
    inside: set[int] = set()
    started = False
    for number, line in enumerate(text.split("\n")):
        if started:
            inside.add(number)
            started = not within.to.found_in(line)
        elif within.from_.found_in(line):
            inside.add(number)
            started = True
    return inside
