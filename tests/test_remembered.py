"""What is remembered is worked out again when a file that it rests on is another one."""

from ci_migrate.remembered import remembered
from ci_migrate.tree import Tree
from tests.memory import Memory


def test_work_is_done_again_only_if_what_it_read_has_changed() -> None:
    done = []

    @remembered
    def work(name: str, tree: Tree) -> str:
        done.append(name)
        return f"{sorted(tree.paths(('*.yml',)))} {tree.read('a.yml')!r} {tree.read('b')!r}"

    files = {"a.yml": "x", "other": "y"}
    first = work("n", Memory(files))
    assert work("n", Memory({**files, "other": "z"})) == first
    assert len(done) == 1
    for changed in ({"a.yml": "y"}, {**files, "c.yml": ""}, {**files, "b": "new"}):
        assert work("n", Memory(changed)) != first
    assert work("m", Memory(files)) == first
    assert len(done) == 5


def test_not_everything_is_remembered() -> None:
    done = []

    @remembered
    def work(number: int, tree: Tree) -> None:
        done.append(number)

    for number in [*range(20), *range(20)]:
        work(number, Memory({}))
    assert len(done) == 40
