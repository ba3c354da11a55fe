"""remove-import: imports go that nothing uses, and the others stay as they are."""

import pytest

from tests.memory import changed, refusal
from tests.test_imports import sorted_by_ruff

PATH = "tests/test_a.py"
OWN = {"own/__init__.py": ""}
TEST = "\n\ndef test_a():\n    pass\n"


def operation(*imports: str, unused_only: bool = False) -> str:
    more = ", unused-only: true" if unused_only else ""
    return f"  - remove-import: {{file: {PATH}, import: [{', '.join(imports)}]{more}}}\n"


STATEMENTS = {
    "between others": (
        "import pytest",
        f"import numpy\nimport pytest\nimport torch\n{TEST}",
        f"import numpy\nimport torch\n{TEST}",
    ),
    "a section between others": (
        "import pytest",
        f"import os\n\nimport pytest\n\nfrom own import a\n{TEST}",
        f"import os\n\nfrom own import a\n{TEST}",
    ),
    "the last section": (
        "from own import a",
        f"import os\n\nimport pytest\n\nfrom own import a  # why\n{TEST}",
        f"import os\n\nimport pytest\n{TEST}",
    ),
    "the last of a section": (
        "import torch",
        f"import pytest\nimport torch\n\nX = 1\n{TEST}",
        f"import pytest\n\nX = 1\n{TEST}",
    ),
    "the first of the file": (
        "import os",
        f"import os\n\nimport own\n{TEST}",
        f"import own\n{TEST}",
    ),
    "the first below a comment": (
        "import os",
        f"# licence\n\nimport os\n\nimport own\n{TEST}",
        f"# licence\n\nimport own\n{TEST}",
    ),
    "right below the comment that begins the file": (
        "import os",
        f"# licence\nimport os\n\nimport own\n{TEST}",
        f"# licence\n\nimport own\n{TEST}",
    ),
    "the only one": ("import os", f"import os\n{TEST}", TEST.lstrip("\n")),
    "the only one below a docstring": (
        "import os",
        f'"""Doc."""\n\nimport os\n\nX = 1\n{TEST}',
        f'"""Doc."""\n\nX = 1\n{TEST}',
    ),
    "the only thing": ("import os", "import os\n", ""),
    "the last thing": ("import own", "import os\n\nimport own", "import os\n"),
    "in brackets": (
        "from own import a",
        f"import os\n\nfrom own import (\n    a,  # why\n)\n{TEST}",
        f"import os\n{TEST}",
    ),
    "by another name": (
        "import numpy as np",
        f"import numpy as np\nimport pytest\n{TEST}",
        f"import pytest\n{TEST}",
    ),
    "a name that is bound elsewhere alone": (
        "from own import a",
        f"import os\n\nfrom own import a\n{TEST}    x.a = f(a=1)  # a\n",
        f"import os\n{TEST}    x.a = f(a=1)  # a\n",
    ),
    "a name within words": (
        "from own import a",
        f"import os\n\nfrom own import a\n{TEST}    'a word', 'a.txt !', other_a\n",
        f"import os\n{TEST}    'a word', 'a.txt !', other_a\n",
    ),
}


@pytest.mark.parametrize(("statement", "before", "after"), STATEMENTS.values(), ids=STATEMENTS)
def test_a_statement_goes(statement: str, before: str, after: str) -> None:
    assert changed(operation(statement), {**OWN, PATH: before})[PATH] == after
    assert sorted_by_ruff(after) == after


NAMES = {
    "first": ("from own import a, b, c  # why", "from own import b, c  # why", "a"),
    "in the middle": ("from own import a, b, c", "from own import a, c", "b"),
    "last": ("from own import a, b, c", "from own import a, b", "c"),
    "all but one": ("from own import a, b", "from own import b", "a"),
    "with another name": ("from own import a as z, b", "from own import b", "a as z"),
    "in brackets": ("from own import (a, b)", "from own import (a)", "b"),
    "one a line": (
        "from own import (\n    a,\n    b,\n    c,\n)",
        "from own import (\n    a,\n    c,\n)",
        "b",
    ),
    "one a line, with comments": (
        "from own import (  # own\n    a,  # 1\n    b,  # 2\n    # three\n    c,  # 3\n)  # end",
        "from own import (  # own\n    a,  # 1\n    # three\n    c,  # 3\n)  # end",
        "b",
    ),
    "one a line, the last without a comma": (
        "from own import (\n    a,\n    b\n)",
        "from own import (\n    a,\n)",
        "b",
    ),
    "one a line, and one is left": (
        "from own import (\n    a,\n    b,\n)",
        "from own import (\n    b,\n)",
        "a",
    ),
    "filled lines, at a break": (
        "from own import (a, b,\n                 c, d)",
        "from own import (a, b,\n                 d)",
        "c",
    ),
    "filled lines, the first": (
        "from own import (a,\n                 b)",
        "from own import (b)",
        "a",
    ),
    "filled lines, the last": (
        "from own import (a,\n                 b)",
        "from own import (a)",
        "b",
    ),
    "over a backslash": ("from own import a, \\\n    b", "from own import a", "b"),
    "over a backslash, the first": ("from own import a, \\\n    b", "from own import b", "a"),
}


@pytest.mark.parametrize(("before", "after", "name"), NAMES.values(), ids=NAMES)
def test_a_name_goes(before: str, after: str, name: str) -> None:
    rule = operation(f"from own import {name}")
    text = f"import os\n\n{before}\n{TEST}"
    assert changed(rule, {PATH: text}) == {PATH: text.replace(before, after)}


def test_one_of_several_on_a_line() -> None:
    text = f"import ast, os, sys  # why\n{TEST}"
    assert changed(operation("import os"), {PATH: text}) == {PATH: text.replace("os, ", "")}


def test_several_go() -> None:
    text = f"import os\n\nimport pytest\n\nfrom own import a, b, c\n{TEST}"
    rule = operation("from own import a", "import os", "from own import c", "import sys")
    assert changed(rule, {PATH: text}) == {PATH: f"import pytest\n\nfrom own import b\n{TEST}"}


def test_windows_line_ends_and_a_mark_are_kept() -> None:
    text = f"import os\n\nfrom own import (\n    a,\n    b,\n)\n{TEST}"
    before = "\ufeff" + text.replace("\n", "\r\n")
    after = before.replace("import os\r\n\r\n", "").replace("    a,\r\n", "")
    assert changed(operation("import os", "from own import a"), {PATH: before}) == {PATH: after}


USES = {
    "a name": ("x = a.b()", "7:9"),
    "a decorator": ("@a\n    def f(): pass", "7:6"),
    "an argument, as a fixture": ("def f(a): pass", "7:11"),
    "another value of the name": ("a = 1", "7:5"),
    "a type as text": ("x: 'list[a]' = 1", "7:8"),
    "a type as text within text": ("x: \"dict[str, 'a']\" = 1", "7:8"),
    "a type in a comment": ("x = 1  # type: a", "7:12"),
    "a name in a list for others": ("__all__ = ['a']", "7:16"),
    "a fixture by its name": ("pytest.mark.usefixtures('a')", "7:29"),
    "what is patched here": ("patch('tests.test_a.a')", "7:11"),
    "within an f-string": ("f'{a}'", None),
    "global": ("global a", "7:5"),
}


@pytest.mark.parametrize(("use", "place"), USES.values(), ids=USES)
def test_what_is_in_use_stays(use: str, place: str | None) -> None:
    text = f"from own import a, b\n\n\ndef test_x():\n    pass\n\n    {use}\n"
    error = refusal(operation("from own import a"), {PATH: text})
    assert error.startswith(f"{PATH}:{place}:" if place else PATH)
    assert "'a' is used here, so 'from own import a' stays; change that first" in error
    rule = operation("from own import a", "from own import b", unused_only=True)
    assert changed(rule, {PATH: text}) == {PATH: text.replace("a, b", "a")}


STAYS = {
    "not there": ("import os", f"import ast\n{TEST}"),
    "there by another name": ("from own import a", f"from own import a as b\n{TEST}"),
    "another module's": ("from own import a", f"from other import a\n{TEST}"),
    "a part of the package": ("import os", f"import os.path\n{TEST}"),
    "the package of a part": ("import os.path", f"import os\n{TEST}"),
    "from the same folder": ("from own import a", f"from .own import a\n{TEST}"),
    "in a text": ("import os", f"X = '''\nimport os\n'''\n{TEST}"),
}


@pytest.mark.parametrize(("statement", "text"), STAYS.values(), ids=STAYS)
def test_leaves_alone(statement: str, text: str) -> None:
    assert changed(operation(statement), {PATH: text}) == {PATH: text}


REFUSALS = {
    "within a function": (
        "import os",
        "def f():\n    import os\n",
        ":2:5: 'import os' stands within another statement; remove it by hand",
    ),
    "twice": ("import os", "import os\nimport os\n", ":2:1: 'import os' stands in 2 places"),
    "twice in one": ("import os", "import os, os\n", ":1:1: 'import os' stands in 2 places"),
    "everything": (
        "from own import *",
        "from own import *\n",
        ":1:1: what 'from own import *' does",
    ),
    "of the future": (
        "from __future__ import annotations",
        "from __future__ import annotations\n",
        ":1:1: what 'from __future__ import annotations' does for the file can't be told",
    ),
    "kept by a comment": (
        "from own import a",
        "from own import (\n    a,  # noqa: E501, F401\n    b,\n)\n",
        ":1:1: 'from own import a' is meant for other files, as it is written",
    ),
    "kept by its name": (
        "from own import a as a",
        "from own import a as a\n",
        ":1:1: 'from own import a as a' is meant for other files",
    ),
    "on a line with others": (
        "import os",
        "import os; x = 1\n",
        ":1:1: this statement shares its line with another; give each a line of its own",
    ),
    "behind others": ("import os", "x = 1; import os\n", ":1:8: this statement shares its line"),
    "below a comment": (
        "import os",
        "import ast\n\n# to walk\n# the tree\nimport os\n",
        ":3:1: a comment stands right above the import; move it away first",
    ),
    "a name below a comment": (
        "from own import b",
        "from own import (\n    a,\n    # why\n    b,\n)\n",
        ":3:5: a comment stands right above the import",
    ),
    "a comment between names": (
        "from own import a",
        "from own import (a,  # why\n    b)\n",
        ":1:22: a comment stands in what would be taken out; move it away first",
    ),
    "no such file": ("import os", None, ": no such file; check the recipe's file"),
}


@pytest.mark.parametrize(("statement", "text", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(statement: str, text: str | None, error: str) -> None:
    files = {} if text is None else {PATH: text}
    assert refusal(operation(statement), files).startswith(PATH + error)
