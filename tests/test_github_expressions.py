"""What GitHub's expressions may come to, and what they name."""

import pytest

from ci_migrate.github_expressions import compared, names_below, values

VALUES = {
    "no expression": ("a", []),
    "a path": ("${{ matrix.os }}", ["matrix.os"]),
    "a context without case": (" ${{Matrix.os}}\n", ["matrix.os"]),
    "brackets": ("${{ matrix['os'].x }}", ["matrix.os.x"]),
    "a text": ("${{ 'a' }}", ["'a'"]),
    "braces in a text": ("${{ 'a}}b' }}", ["'a}}b'"]),
    "a text with a quote": ("${{ 'a''b' }}", []),
    "nothing": ("${{ '' || 'a' }}", ["'a'"]),
    "either": ("${{ inputs.x || 'a' || vars.Y }}", ["inputs.x", "'a'", "vars.y"]),
    "a condition": ("${{ github.ref == 'b' && 'a' || 'c' }}", ["'a'", "'c'"]),
    "a condition alone": ("${{ github.ref == 'b' }}", []),
    "no value": ("${{ !inputs.x }}", []),
    "brackets around": ("${{ (inputs.x && ('a' || 'b')) }}", ["'a'", "'b'"]),
    "bars in a call": ("${{ contains('a||b', inputs.x) && 'c' }}", ["'c'"]),
    "cases": ("${{ case(a.b, 'a', c == 'd', inputs.x, 'e') }}", ["'a'", "inputs.x", "'e'"]),
    "JSON": ("${{ fromJSON(inputs.x) }}", ["inputs.x?"]),
    "JSON that is written out": ("${{ fromJSON('[1]') }}", ["'[1]'?"]),
    "a part of JSON": ("${{ fromJSON(inputs.x).y }}", []),
    "another call": ("${{ format('a-{0}', inputs.x) }}", []),
    "an item": ("${{ matrix.os[0] }}", []),
    "all": ("${{ matrix.* }}", []),
    "two expressions": ("${{ inputs.x }}${{ inputs.y }}", []),
    "an open one": ("${{ inputs.x", []),
    "an empty one": ("${{ }}", []),
    "brackets that do not close": ("${{ (inputs.x }}", []),
    "a call without arguments": ("${{ case() }}${{ fromJSON() }}", []),
    "cases without any": ("${{ case() }}", []),
    "JSON of nothing": ("${{ fromJSON() }}", []),
}


@pytest.mark.parametrize(("text", "expected"), VALUES.values(), ids=VALUES)
def test_values(text: str, expected: list[str]) -> None:
    found = [
        (".".join(piece.path) if piece.path else f"'{piece.span.of(text)}'")
        + ("" if piece.known else "?")
        for piece in values(text)
    ]
    assert [name.lower() for name in found] == [name.lower() for name in expected]


NAMES = {
    "a result": ("${{ needs.a.result }}", False, ["a"]),
    "twice": ("x ${{ needs.a.b }} y ${{needs['c-d'].e}}", False, ["a", "c-d"]),
    "bare": ("needs.a.result == 'needs.b' && !needs.c", True, ["a", "c"]),
    "bare, with braces": ("${{ needs.a.result }}", True, ["a"]),
    "outside": ("needs.a ${{ github.b }}", False, []),
    "in a text": ("${{ 'needs.a' }}", False, []),
    "below something else": ("${{ github.needs.a }}", False, []),
    "all": ("${{ needs.*.result }}", False, []),
    "alone": ("${{ toJSON(needs) }}", False, []),
    "of another workflow": ("${{ jobs.a.outputs.b }}", False, ["a"]),
}


@pytest.mark.parametrize(("text", "bare", "expected"), NAMES.values(), ids=NAMES)
def test_names(text: str, bare: bool, expected: list[str]) -> None:
    found = names_below(text, ("needs", "jobs"), bare=bare)
    assert [span.of(text) for span in found] == expected


COMPARED = {
    "is": ("matrix.os == 'a'", ["a"]),
    "is not": ("'a' != matrix.os", ["a"]),
    "either side": ("'a' == matrix.os && matrix.os != 'b'", ["b", "a"]),
    "another path": ("matrix.os.x == 'a' || matrix.o == 'b' || x.matrix.os == 'c'", []),
    "another operator": ("matrix.os || 'a'", []),
    "a call": ("startsWith(matrix.os, 'a')", []),
    "nothing": ("matrix.os == ''", []),
    "no text": ("matrix.os == 1", []),
}


@pytest.mark.parametrize(("text", "expected"), COMPARED.values(), ids=COMPARED)
def test_compared(text: str, expected: list[str]) -> None:
    found = compared(text, ("matrix", "os"), ("==", "!="), bare=True)
    assert sorted(span.of(text) for span in found) == sorted(expected)
