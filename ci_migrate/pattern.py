"""Text that picks: exact, a glob with `*`, or a `/regular expression/`; what takes its place."""

import re
from typing import NamedTuple


class Pattern(NamedTuple):
    """What a name, a value or an item must be; `kind` is `exact`, `glob` or `regex`."""

    text: str
    kind: str
    expression: str = ""  # of a glob and a regex

    @classmethod
    def parse(cls, text: str) -> "Pattern":
        """Read `text`, exact, `te*t`, a glob, or `/te.t/`, a regular expression; raises ValueError.

        In a glob `*` stands for anything, and nothing else is special.
        """
        if is_expression(text):
            try:
                re.compile(text[1:-1])
            except re.error as error:
                raise ValueError(f"is not a regular expression: {error}") from error
            return cls(text, "regex", text[1:-1])
        if "*" in text:
            return cls(text, "glob", "(?s:" + ".*".join(map(re.escape, text.split("*"))) + ")")
        return cls(text, "exact")

    @classmethod
    def exactly(cls, text: str) -> "Pattern":
        """Return the pattern that only this text fits, whatever characters it has."""
        return cls(text, "exact")

    @property
    def compiled(self) -> re.Pattern[str]:
        """Return the pattern as a regular expression; a recipe may name a great many texts."""
        return re.compile(self.expression or re.escape(self.text))

    def fits(self, text: str | None) -> bool:
        """Say whether the whole text fits."""
        if text is None or self.kind == "exact":
            return text == self.text
        return self.compiled.fullmatch(text) is not None

    def template(self, text: str) -> str:
        r"""Return what replaces a match: `\1` is a group of a regular expression, else itself."""
        return text if self.kind == "regex" else text.replace("\\", "\\\\")

    def check_template(self, text: str) -> str:
        """Return what may replace a match; raises ValueError for groups that there are not."""
        try:
            self.compiled.sub(self.template(text), "")  # which reads it, found or not
        except (re.error, IndexError) as error:
            raise ValueError(f"'{text}' can't replace what '{self.text}' fits: {error}") from error
        return text

    def found_in(self, text: str) -> bool:
        """Say whether some part of the text fits."""
        if self.kind == "exact":
            return self.text in text
        return self.compiled.search(text) is not None


def is_expression(text: str) -> bool:
    """Say whether a text is a regular expression, between slashes."""
    return len(text) > 1 and text.startswith("/") and text.endswith("/")


class Replacement(NamedTuple):
    """What takes the place of what a pattern fits, and the same with a recipe's values quoted."""

    text: str
    template: str

    @classmethod
    def parse(cls, text: str) -> "Replacement":
        r"""Read a text; where a regular expression is replaced, `\1` stands for a group of it."""
        return cls(text, text)

    def of(self, pattern: Pattern) -> str:
        """Return what replaces a match of this pattern."""
        return self.template if pattern.kind == "regex" else self.text


def words_of(patterns: tuple[Pattern, ...]) -> tuple[str, ...]:
    """Return texts of which a file must hold one for a pattern to fit; none if unknown."""
    exact = tuple(pattern.text for pattern in patterns if pattern.kind == "exact")
    return exact if len(exact) == len(patterns) else ()
