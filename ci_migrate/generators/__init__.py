"""How the pipeline of a repository is made: one adapter a file, found by the file's name."""

from pathlib import Path
from typing import NamedTuple, Protocol

from ci_migrate.rendered import Rendered
from ci_migrate.tree import Tree


class Call(NamedTuple):
    """How a pipeline is made of a tree.

    The `words` are run in it; without any, nothing is. What is made is the file `result`, or else
    what is written to standard output. The commands that are `stand_ins` do nothing. With `git` the
    tree is a repository of one commit.
    """

    words: tuple[str, ...]
    result: str = ""
    env: tuple[tuple[str, str], ...] = ()
    stand_ins: tuple[str, ...] = ()
    git: bool = False


class Generator(Protocol):
    """An adapter: a module of this folder."""

    def call(self, root: Path | None, tree: Tree) -> Call:
        """Return how a pipeline is made of a tree, with the generator in the folder `root`.

        Raises BadUsage if that folder is missing, or Refused if the tree has no pipeline.
        """

    def sources(self, job: Rendered) -> tuple[str, ...]:
        """Return the keys and labels of jobs in the tree of which a job may have been made."""
