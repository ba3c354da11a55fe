"""A condition under which an operation runs; where it does not hold, the operation is skipped."""

from dataclasses import dataclass

from ci_migrate.job import Dialect
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.selector import JobSelector, jobs_with
from ci_migrate.tree import Tree


@dataclass(frozen=True, slots=True)
class When:
    """What must hold for an operation to run: all that is given, on the tree as it is by then.

    Example:
        - set-queue: {jobs: {queue: b200}, to: b200-k8s}
          when: {exists: .buildkite/k8s.yaml, missing: "**/keep-b200"}
    """

    exists: tuple[str, ...] = option("globs of which each fits a file", default=())
    missing: tuple[str, ...] = option("globs that fit no file", default=())
    jobs: JobSelector | None = option("jobs of which there is one", default=None)
    no_jobs: JobSelector | None = option("jobs of which there is none", default=None)
    given: dict[str, tuple[Pattern, ...]] = option(
        "parameters and what they must be", default_factory=dict
    )

    def __post_init__(self) -> None:
        """Check that something is given; raises ValueError if not."""
        if not any(getattr(self, name) for name in self.__slots__):
            raise ValueError("this condition says nothing; name what must hold")

    @property
    def looks_at_files(self) -> bool:
        """Say whether the tree decides, and not the parameters alone."""
        return bool(self.exists or self.missing or self.jobs or self.no_jobs)

    def unmet(self, tree: Tree, dialect: Dialect, values: dict[str, tuple[str, ...]]) -> str:
        """Return what does not hold, in words; nothing if all does."""
        if told := self.unmet_parameter(values):
            return told
        for glob in self.exists:
            if not list(tree.paths((glob,))):
                return f"there is no {glob}"
        for glob in self.missing:
            if found := list(tree.paths((glob,))):
                return f"there is {found[0]}"
        if self.jobs is not None and not _some(self.jobs, tree, dialect):
            return f"there is no job {self.jobs}"
        if self.no_jobs is not None and _some(self.no_jobs, tree, dialect):
            return f"there is a job {self.no_jobs}"
        return ""

    def unmet_parameter(self, values: dict[str, tuple[str, ...]]) -> str:
        """Return what does not hold of the parameters, in words; nothing if all does."""
        for name, patterns in self.given.items():
            value = ", ".join(values.get(name, ()))
            if not any(pattern.fits(value) for pattern in patterns):
                return f"{name} is '{value}'"
        return ""


def _some(selector: JobSelector, tree: Tree, dialect: Dialect) -> bool:
    return any(selector.fits(job) for job in jobs_with(tree, dialect, selector.words()))
