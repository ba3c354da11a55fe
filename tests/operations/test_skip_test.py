"""skip-test: a mark on the whole test."""

import pytest

from ci_migrate.errors import BadUsage
from tests.memory import changed, refusal, run

PATH = "tests/test_a.py"


def operation(test: str = "test_a", condition: str = "gpu.is_new()", reason: str = "no") -> str:
    return (
        f"  - skip-test:\n      file: {PATH}\n      test: {test}\n"
        f"      if: {condition}\n      reason: {reason!r}\n"
    )


HEAD = "import pytest\nfrom gpus import gpu\n\n\n"
MARK = '@pytest.mark.skipif(gpu.is_new(), reason="no")\n'
BODY = "def test_a():\n    pass\n"

CHANGES = {
    "no decorators": (BODY, MARK + BODY),
    "above the first pytest mark, below others": (
        "@one\n@pytest.mark.slow\n@two\n" + BODY,
        "@one\n" + MARK + "@pytest.mark.slow\n@two\n" + BODY,
    ),
    "on top where there is no mark": ("@one\n" + BODY, MARK + "@one\n" + BODY),
    "above the comment of the first mark": (
        "@one\n# why\n@pytest.mark.slow\n" + BODY,
        "@one\n" + MARK + "# why\n@pytest.mark.slow\n" + BODY,
    ),
    "below the comment of the test": (
        "# about the test\n@pytest.mark.slow\n" + BODY,
        "# about the test\n" + MARK + "@pytest.mark.slow\n" + BODY,
    ),
    "several lines": (
        "@one\n@pytest.mark.parametrize(\n    'x',\n    [1],\n)\ndef test_a(x):\n    pass\n",
        "@one\n"
        + MARK
        + "@pytest.mark.parametrize(\n    'x',\n    [1],\n)\ndef test_a(x):\n    pass\n",
    ),
    "async": ("async def test_a():\n    pass\n", MARK + "async def test_a():\n    pass\n"),
    "a class": ("class test_a:\n    x = 1\n", MARK + "class test_a:\n    x = 1\n"),
    "under a condition": (
        "if gpu:\n    def test_a():\n        pass\n",
        "if gpu:\n    " + MARK + "    def test_a():\n        pass\n",
    ),
    "others stay": (
        BODY + "\n\n@pytest.mark.slow\ndef test_b():\n    pass\n",
        MARK + BODY + "\n\n@pytest.mark.slow\ndef test_b():\n    pass\n",
    ),
    "another skip stays": (
        '@pytest.mark.skipif(gpu.is_old(), reason="old")\n' + BODY,
        MARK + '@pytest.mark.skipif(gpu.is_old(), reason="old")\n' + BODY,
    ),
    "emoji before it": ("x = '🧪é'\n" + BODY, "x = '🧪é'\n" + MARK + BODY),
}


@pytest.mark.parametrize(("before", "after"), CHANGES.values(), ids=CHANGES.keys())
def test_changes(before: str, after: str) -> None:
    assert changed(operation(), {PATH: HEAD + before}) == {PATH: HEAD + after}


def test_windows_line_ends_and_a_mark_are_kept() -> None:
    before, after = ("\ufeff" + (HEAD + part).replace("\n", "\r\n") for part in (BODY, MARK + BODY))
    assert changed(operation(), {PATH: before}) == {PATH: after}


def test_a_method() -> None:
    before = "class TestA:\n    @pytest.mark.slow\n    def test_a(self):\n        pass\n"
    after = before.replace("    @", f"    {MARK}    @")
    assert changed(operation("TestA::test_a"), {PATH: HEAD + before}) == {PATH: HEAD + after}


LAYOUTS = {
    "fits": ("gpu.is_new()", "short", '@pytest.mark.skipif(gpu.is_new(), reason="short")\n'),
    "fits inside": (
        "gpu.is_new()",
        "a reason that is longer than what is left of the line",
        "@pytest.mark.skipif(\n"
        '    gpu.is_new(), reason="a reason that is longer than what is left of the line"\n)\n',
    ),
    "a line each": (
        "gpu.is_device_capability_family(100)",
        "a reason that is longer than what is left of the line",
        "@pytest.mark.skipif(\n    gpu.is_device_capability_family(100),\n"
        '    reason="a reason that is longer than what is left of the line",\n)\n',
    ),
    "quotes": ("gpu", 'say "no"', "@pytest.mark.skipif(gpu, reason='say \"no\"')\n"),
    "both quotes": ("gpu", 'it\'s "no"', "@pytest.mark.skipif(gpu, reason='it\\'s \"no\"')\n"),
}


@pytest.mark.parametrize(("condition", "reason", "mark"), LAYOUTS.values(), ids=LAYOUTS.keys())
def test_layouts(condition: str, reason: str, mark: str) -> None:
    text = operation(condition=condition).replace("reason: 'no'", f"reason: {_yaml(reason)}")
    assert changed(text, {PATH: HEAD + BODY}) == {PATH: HEAD + mark + BODY}


def _yaml(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


SETTINGS = {
    "ruff": ("pyproject.toml", "[tool.ruff]\nline-length = 40\n"),
    "black": ("pyproject.toml", "[tool.black]\nline-length = 40\n"),
    "ruff before black": (
        "pyproject.toml",
        "[tool.black]\nline-length = 99\n[tool.ruff]\nline-length = 40\n",
    ),
    "nearer": ("tests/ruff.toml", "line-length = 40\n"),
}


@pytest.mark.parametrize(("path", "text"), SETTINGS.values(), ids=SETTINGS.keys())
def test_the_projects_line_length(path: str, text: str) -> None:
    files = {"pyproject.toml": "[tool.ruff]\nline-length = 99\n", PATH: HEAD + BODY, path: text}
    split = '@pytest.mark.skipif(\n    gpu.is_new(), reason="no"\n)\n'
    assert changed(operation(), files)[PATH] == HEAD + split + BODY


STAYS = {
    "the same": MARK + BODY,
    "laid out otherwise": "@pytest.mark.skipif(\n    gpu.is_new( ),\n    reason='no')\n" + BODY,
    "below another mark": "@pytest.mark.slow\n" + MARK + BODY,
    "among the arguments by name": (
        '@pytest.mark.skipif(condition=gpu.is_new(), reason="no")\n' + BODY
    ),
}


@pytest.mark.parametrize("text", STAYS.values(), ids=STAYS.keys())
def test_leaves_alone(text: str) -> None:
    assert changed(operation(), {PATH: HEAD + text}) == {PATH: HEAD + text}


REFUSALS = {
    "no such test": (
        operation("test_aa"),
        HEAD + BODY,
        f"{PATH}:5:1: no test 'test_aa'; did you mean 'test_a'?",
    ),
    "a method without its class": (
        operation(),
        HEAD + "class T:\n    def test_a(self):\n        pass\n",
        f"{PATH}:6:5: no test 'test_a'; did you mean 'T::test_a'?",
    ),
    "twice": (operation(), HEAD + BODY + BODY, f"{PATH}:7:1: 'test_a' is defined 2 times"),
    "another reason": (
        operation(),
        HEAD + MARK.replace("no", "yes") + BODY,
        f"{PATH}:6:1: a skip for this condition is there, with the reason 'yes'",
    ),
    "a name that is not there": (
        operation(),
        "import pytest\n" + BODY,
        f"{PATH}:2:1: nothing above 'test_a' defines 'gpu'",
    ),
    "no pytest": (
        operation(),
        "from gpus import gpu\n" + BODY,
        f"{PATH}:2:1: nothing above 'test_a' defines 'pytest'",
    ),
    "a name that comes too late": (
        operation(),
        "import pytest\n" + BODY + "gpu = 1\n",
        f"{PATH}:2:1: nothing above 'test_a' defines 'gpu'",
    ),
    "a name for types only": (
        operation(),
        "import pytest\nif TYPE_CHECKING:\n    from gpus import gpu\n" + BODY,
        f"{PATH}:4:1: nothing above 'test_a' defines 'gpu'",
    ),
    "a name of another scope": (
        operation(condition="gpu"),
        "import pytest\nx = [gpu for gpu in ()]\n" + BODY,
        f"{PATH}:3:1: nothing above 'test_a' defines 'gpu'",
    ),
    "a name that is deleted": (
        operation(condition="gpu"),
        "import pytest\ngpu = 1\ndel gpu\n" + BODY,
        f"{PATH}:4:1: nothing above 'test_a' defines 'gpu'",
    ),
    "not Python": (operation(), "def test_a(:\n", f"{PATH}:1:12: not valid Python"),
}


@pytest.mark.parametrize(("text", "before", "error"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refuses(text: str, before: str, error: str) -> None:
    assert refusal(text, {PATH: before}).startswith(error)


NAMES = {
    "under a condition": "try:\n    from gpus import gpu\nexcept ImportError:\n    gpu = None\n",
    "in a loop": "for gpu in ():\n    pass\n",
    "all of a module": "from gpus import *\n",
}


@pytest.mark.parametrize("head", NAMES.values(), ids=NAMES)
def test_names_that_are_there(head: str) -> None:
    files = {PATH: f"import pytest\n{head}{BODY}"}
    assert "skipif" in changed(operation(condition="gpu"), files)[PATH]


@pytest.mark.parametrize(
    "text", ["gpu,", "gpu, 1", "*gpu", "gpu  # why", "a b", "x=1", "", "(", ")"]
)
def test_what_is_no_condition(text: str) -> None:
    with pytest.raises(BadUsage, match=r"expression|a value is needed"):
        run(operation(condition=f"'{text}'"), {})


def test_no_such_file() -> None:
    assert refusal(operation(), {}).startswith(f"{PATH}: no such test file")
