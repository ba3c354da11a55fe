"""add-import: imports where a sorter of imports would put them."""

import pytest

from ci_migrate.errors import BadUsage
from tests.memory import changed, refusal, run
from tests.test_imports import sorted_by_ruff

PATH = "tests/a.py"
OWN = {"own/__init__.py": ""}
TEST = "\n\ndef test_a():\n    pass\n"


def operation(*imports: str) -> str:
    return f"  - add-import: {{file: {PATH}, import: [{', '.join(imports)}]}}\n"


CASES = {
    "into a section": (
        ["import pytest"],
        f"import numpy\nimport torch\n{TEST}",
        f"import numpy\nimport pytest\nimport torch\n{TEST}",
    ),
    "as a section": (
        ["import pytest"],
        f"import os\n\nfrom own import a\n{TEST}",
        f"import os\n\nimport pytest\n\nfrom own import a\n{TEST}",
    ),
    "at the head of a section": (
        ["import own"],
        f"import os\n\nimport own.a\n{TEST}",
        f"import os\n\nimport own\nimport own.a\n{TEST}",
    ),
    "several of a new section": (
        ["from own.b import b", "from own.a import a", "import own.c"],
        f"import os\n{TEST}",
        f"import os\n\nimport own.c\nfrom own.a import a\nfrom own.b import b\n{TEST}",
    ),
    "several names of one module": (
        ["from own.a import d", "from own.a import b", "from own.a import B"],
        f"from own.a import a, c\n{TEST}",
        f"from own.a import B, a, b, c, d\n{TEST}",
    ),
    "by another name": (
        ["import numpy as np", "from own import a as b"],
        f"import os\n{TEST}",
        f"import os\n\nimport numpy as np\n\nfrom own import a as b\n{TEST}",
    ),
    "a part of a package": (
        ["import os.path"],
        f"import os\n{TEST}",
        f"import os\nimport os.path\n{TEST}",
    ),
    "of the future": (
        ["from __future__ import annotations"],
        f'"""Doc."""\n\nimport os\n{TEST}',
        f'"""Doc."""\n\nfrom __future__ import annotations\n\nimport os\n{TEST}',
    ),
    "above a comment and its import": (
        ["import ast"],
        f"# licence\n\n# about os\nimport os\n{TEST}",
        f"# licence\n\nimport ast\n\n# about os\nimport os\n{TEST}",
    ),
    "below the comment that begins the file": (
        ["import ast"],
        f"# licence\nimport os\n{TEST}",
        f"# licence\nimport ast\nimport os\n{TEST}",
    ),
    "the first of a file": (["import os"], TEST.lstrip("\n"), f"import os\n{TEST}"),
    "the first below a comment and a docstring": (
        ["import os"],
        f'# licence\n"""Doc."""\n{TEST}',
        f'# licence\n"""Doc."""\n\n\nimport os\n{TEST}',
    ),
    "the first below a comment": (
        ["import os"],
        f"# licence\n{TEST}",
        f"# licence\n\n\nimport os\n{TEST}",
    ),
    "the first, above a comment on what follows": (
        ["import os"],
        '"""Doc."""\n\n\n# about it\ndef test_a():\n    pass\n',
        '"""Doc."""\n\n\nimport os\n\n\n# about it\ndef test_a():\n    pass\n',
    ),
    "into an empty file": (["import os"], "", "import os\n"),
    "into a file with a comment": (["import os"], "# licence\n", "# licence\n\nimport os\n"),
    "into a file with a docstring": (["import os"], '"""Doc."""', '"""Doc."""\n\nimport os\n'),
    "a name that is only there for types": (
        ["from own import a"],
        f"import os\n\nif TYPE_CHECKING:\n    from own import a\n{TEST}",
        f"import os\n\nfrom own import a\n\nif TYPE_CHECKING:\n    from own import a\n{TEST}",
    ),
}


@pytest.mark.parametrize(("imports", "before", "after"), CASES.values(), ids=CASES)
def test_adds(imports: list[str], before: str, after: str) -> None:
    assert changed(operation(*imports), {**OWN, PATH: before})[PATH] == after
    assert sorted_by_ruff(after) == after


def test_windows_line_ends_and_a_mark_are_kept() -> None:
    before = "\ufeff" + f"import os\n{TEST}".replace("\n", "\r\n")
    after = before.replace("import os", "import os\r\n\r\nimport pytest\r\n\r\nfrom own import a")
    rule = operation("import pytest", "from own import a")
    assert changed(rule, {**OWN, PATH: before})[PATH] == after


STAYS = {
    "there": ("import os", f"import os\n{TEST}"),
    "there among others": ("import os", f"import ast, os\n{TEST}"),
    "there in brackets": (
        "from own import a",
        f"from own import (\n    a,  # why\n    b,\n)\n{TEST}",
    ),
    "there below other code": ("import os", f"x = 1\nimport os\n{TEST}"),
    "there with a comment": ("import os", f"import os  # noqa\n{TEST}"),
    "there by another name too": ("from own import a as b", f"from own import a, a as b\n{TEST}"),
}


@pytest.mark.parametrize(("statement", "text"), STAYS.values(), ids=STAYS)
def test_leaves_alone(statement: str, text: str) -> None:
    assert changed(operation(statement), {PATH: text}) == {PATH: text}


REFUSALS = {
    "a variable": (
        "from own import a",
        f"import os\n\na = 1\n{TEST}",
        f"{PATH}:3:1: 'a' is defined here, so 'from own import a' has no place; import it by",
    ),
    "a function": ("import test_a", f"import os\n{TEST}", f"{PATH}:4:1: 'test_a' is defined here"),
    "the same name from elsewhere": (
        "from own import a",
        "from other import a\n",
        f"{PATH}:1:1: 'a' is defined here",
    ),
    "the same name for another thing": (
        "import numpy as a",
        "import a\n",
        f"{PATH}:1:1: 'a' is defined here",
    ),
    "a name that stands in where the import fails": (
        "from own import a",
        "try:\n    from own import a\nexcept ImportError:\n    a = None\n",
        f"{PATH}:4:5: 'a' is defined here",
    ),
    "a line with two statements": (
        "import os",
        "import ast; x = 1\n",
        f"{PATH}:1:1: this statement shares its line with another; give each a line of its own",
    ),
    "comments among the names": (
        "from own import a",
        "from own import (\n    b,  # why\n)\n",
        f"{PATH}:1:1: comments stand in the import that a name is to be added to",
    ),
    "no such file": ("import os", None, f"{PATH}: no such file; check the recipe's file"),
    "not Python": ("import os", "import (\n", f"{PATH}:1:8: not valid Python"),
}


@pytest.mark.parametrize(("statement", "text", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(statement: str, text: str | None, error: str) -> None:
    files = {} if text is None else {PATH: text}
    assert refusal(operation(statement), files).startswith(error)


@pytest.mark.parametrize(
    "statement", ["os", "'from own import a, b'", "from . import a", "x = 1", "import"]
)
def test_what_is_no_import_of_one_thing(statement: str) -> None:
    with pytest.raises(BadUsage, match="is not an import"):
        run(operation(statement), {})
