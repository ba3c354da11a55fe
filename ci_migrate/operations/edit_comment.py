"""Edit the text of comments in jobs, or in whole files."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.comments import Comment
from ci_migrate.job import Dialect, Holder
from ci_migrate.job_changes import change_comments, change_jobs
from ci_migrate.options import option
from ci_migrate.pattern import Pattern, Replacement
from ci_migrate.places import PlaceSelector, check_target, find_holders
from ci_migrate.reversal import Undoing, check_told, exact, swapped
from ci_migrate.selector import JobSelector
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange
from ci_migrate.yaml_comments import edit_comment


@dataclass(frozen=True, slots=True, kw_only=True)
class EditComment:
    r"""Replace text inside the comments of the chosen jobs, or of one field of theirs.

    The comments above a job or a field are its own. `find` is plain text, or a /regular
    expression/ whose groups `replace` names as `\1`.

    Example:
        - edit-comment: {jobs: {queue: b200-k8s}, find: B200 host, replace: B200 pod}
        - edit-comment: {at: {file: "ci/*.yaml"}, find: '/see #(\d+)/', replace: 'see issue \1'}
    """

    jobs: JobSelector | None = option("jobs to change", default=None)
    at: PlaceSelector | None = option("place that is no job, in their stead", default=None)
    field: str = option("name of the field, or a path of names; all of the job without", default="")
    find: Pattern = option("text to find in a comment")
    replace: Replacement = option("text to put in its place")
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def __post_init__(self) -> None:
        """Check that what to change is told, and by what; raises ValueError if not."""
        check_target(self.jobs, self.at)
        self.find.check_template(self.replace.of(self.find))

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where the result would be no comment."""
        chosen = find_holders(tree, dialect, self.jobs, self.at)
        changes = change_jobs(chosen, self._edit, expect=self.expect)
        summary = f"'{self.find.text}' replaced in comments of {changes}"
        return Outcome(summary, changes.rewrites)

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        check_told(self.jobs, self.expect)
        old = exact(self.find, "the old text")
        new = Pattern.exactly(self.replace.text)
        return swapped(self, find=new, replace=Replacement.parse(old))

    def _edit(self, job: Holder) -> YamlChange | None:
        template = self.find.template(self.replace.of(self.find))

        def edited(comment: Comment) -> YamlChange | None:
            new = self.find.compiled.sub(template, comment.text)
            return None if new == comment.text else edit_comment(job.document, comment, new)

        return change_comments(job, self.field, edited)
