"""A run of a recipe as one value: what was asked, what it does, and what came of it."""

from typing import Literal, NamedTuple

from ci_migrate.binding import BoundRecipe
from ci_migrate.changeset import Changeset
from ci_migrate.impact import Impact
from ci_migrate.text import counted

Mode = Literal["apply", "dry-run", "check"]
Proof = Literal["quick", "full"]


class Run(NamedTuple):
    """A recipe, how it was run, and what it does or did."""

    recipe: BoundRecipe
    mode: Mode
    changeset: Changeset
    named: str = ""  # how the recipe is found: its name, or its path
    base: str = ""  # the commit that the tree stands on, if it is known
    globs: tuple[str, ...] = ()  # files that it was narrowed to, if any
    since: str = ""  # the commit since which files must have changed, if any
    impact: Impact | None = None  # what it does to the machines, if that is known

    @property
    def words(self) -> tuple[str, ...]:
        """Return the recipe, by its name or path, and what was given with it, as in a shell."""
        recipe = self.recipe
        words = [self.named or recipe.recipe.name]
        for name, value in recipe.values:
            words += ["--param", f"{name}={value}"]
        words += ["--reverse"] if recipe.back else []
        for name in recipe.only:
            words += ["--job", name]
        for glob in self.globs:
            words += ["--only", glob]
        words += ["--since", self.since] if self.since else []
        return tuple(words)

    @property
    def exit_code(self) -> int:
        """Return 0, 1 for changes pending under `check`, or the code of the worst failure."""
        failures = [failure.error.exit_code for failure in self.changeset.failures]
        if failures:
            return max(failures)
        return 1 if self.mode == "check" and self.changeset.files else 0

    @property
    def outcome(self) -> str:
        """Return in a word what came of the run."""
        if self.changeset.failures:
            return "failed" if self.exit_code == 4 else "refused"
        if not self.changeset.files:
            return "nothing to do"
        return {"apply": "applied", "dry-run": "would change", "check": "pending"}[self.mode]

    @property
    def conclusion(self) -> str:
        """Return a sentence that says what came of the run."""
        name, files = self.recipe.recipe.name, counted(self.changeset.files, "file")
        left = "left to undo" if self.recipe.back else "left to change"
        return {
            "refused": f"{name} is refused; nothing was written",
            "failed": f"{name} failed; nothing was written",
            "nothing to do": f"nothing to do: {name} has nothing {left} here",
            "applied": f"{files} changed",
            "would change": f"{files} would change; nothing was written",
            "pending": f"{files} left to migrate; nothing was written",
        }[self.outcome]
