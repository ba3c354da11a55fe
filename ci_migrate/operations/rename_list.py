"""Give a list file another name, wherever it is named."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ci_migrate.changeset import Outcome, Rewrite
from ci_migrate.document import Document
from ci_migrate.errors import Place, Refused
from ci_migrate.job import Dialect
from ci_migrate.job_changes import rewrites_of
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.reversal import Undoing, swapped
from ci_migrate.selector import jobs_with
from ci_migrate.text import Edit, Span
from ci_migrate.text_edits import SameText, replace_text
from ci_migrate.tree import Tree, decode, read_text
from ci_migrate.yaml_change import YamlChange
from ci_migrate.yaml_text import edit_scalar


@dataclass(frozen=True, slots=True)
class RenameList:
    """Rename a list file, and every command of a job that reads it.

    In the files of `also` its path, and its name alone, are replaced as whole words, such as in
    docs and scripts. The list stays in its folder.

    Example:
        - rename-list: {from: configs/models-b200.txt, to: configs/models-blackwell.txt, also: ["docs/**", "**/*.sh"]}
    """

    from_: str = option("path of the list")
    to: str = option("path that it gets, in the same folder")
    also: tuple[str, ...] = option("other files that name it, as globs", default=())

    def __post_init__(self) -> None:
        """Check the two paths; raises ValueError if they are not in one folder."""
        if self.from_ == self.to or posixpath.dirname(self.from_) != posixpath.dirname(self.to):
            raise ValueError("a list gets another name in its folder; 'from' and 'to' are paths")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused if there is no such list, or one of the new name."""
        text = read_text(tree, self.from_)
        taken = read_text(tree, self.to) is not None
        if text is None and taken:
            return Outcome(f"{self.to} has its name already")
        if text is None or taken:
            what = "the list does not exist" if text is None else "a list has this name already"
            place = Place(self.from_ if text is None else self.to)
            raise Refused(what, place=place, hint="check the two paths")
        renamed = (
            Rewrite(self.from_, text, (Edit(Span(0, len(text)), ""),), SameText(""), gone=True),
            Rewrite(self.to, "", (Edit(Span(0, 0), text),), SameText(text), new=True),
        )
        commands = rewrites_of(self._commands(tree, dialect))
        others = tuple(self._others(tree, {rewrite.path for rewrite in commands}))
        named = len(commands) + len(others)
        summary = f"{self.from_} renamed, and its name in {named} files"
        return Outcome(summary, (*renamed, *commands, *others))

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        return swapped(self, from_=self.to, to=self.from_)

    def _commands(self, tree: Tree, dialect: Dialect) -> Iterator[tuple[Document, YamlChange]]:
        name = posixpath.basename(self.from_)
        for job in jobs_with(tree, dialect, (name,)):
            for use in dialect.lists(job, tree):
                if use.path != self.from_:
                    continue
                new = use.written[: -len(name)] + posixpath.basename(self.to)
                found = Pattern.exactly(use.written)
                flow = use.command.flow
                change = edit_scalar(job.document, use.command.node, found, new, flow=flow)
                if change is not None:
                    yield job.document, change

    def _others(self, tree: Tree, done: set[str]) -> Iterator[Rewrite]:
        find, needle = self._named(), posixpath.basename(self.from_).encode()
        replace = r"\1\2" + posixpath.basename(self.to).replace("\\", r"\\")
        for path in tree.paths(self.also):
            content = tree.read(path)
            if content is None or needle not in content or path in {*done, self.from_}:
                continue
            made = replace_text(path, decode(path, content), find, replace, lambda n, line: True)
            if made is not None:
                yield made

    def _named(self) -> Pattern:
        """Return what names the list: its name, alone or behind the end or all of its folder."""
        folder, name = posixpath.split(self.from_)
        steps = folder.split("/") if folder else []
        ends = ["/".join([*steps[n:], ""]) for n in range(len(steps) + 1)]
        short = "|".join(re.escape(end) for end in ends)
        whole = f"|(/{re.escape(folder)}/)" if folder else "|(/)"
        return Pattern.parse(rf"/(?:(?<![\w./-])({short}){whole}){re.escape(name)}(?![\w-]|\.\w)/")
