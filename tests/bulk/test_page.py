"""The page of a campaign, in a browser."""

from pathlib import Path

import pytest

from ci_migrate.bulk.journal import Entry
from ci_migrate.report.bulk import page
from tests.browser import needs_chromium, opened

PATCH = "--- a/x.yaml\n+++ b/x.yaml\n@@ -1 +1 @@\n-queue: old\n+queue: new-{}\n"
WRONG = "x.yaml:1:1: <img src=x onerror=alert(1)> is ambiguous"
ENTRIES = {
    **{
        f"https://example.org/org/moved-{n}.git": Entry("pushed", 1, {"patch": PATCH.format(n)})
        for n in range(3)
    },
    "https://example.org/org/wrong.git": Entry("refused", 1, {"error": WRONG, "what": WRONG}),
    "https://example.org/org/done.git": Entry("unchanged", 1, {}),
}


@needs_chromium
@pytest.mark.parametrize(
    ("width", "scheme", "color"),
    [(1200, "light", "rgb(26, 127, 55)"), (400, "dark", "rgb(86, 211, 100)")],
)
def test_the_page_is_searched(tmp_path: Path, width: int, scheme: str, color: str) -> None:
    path = tmp_path / "report.html"
    path.write_text(page("Move", ENTRIES))
    with opened(path, width=width, scheme=scheme, height=700) as view:

        def shown() -> tuple[int, str]:
            return view.locator("details:visible").count(), view.locator("#said").inner_text()

        assert shown() == (5, "5 of 5 shown")
        state = view.locator(".pushed").first
        assert state.evaluate("one => getComputedStyle(one).color") == color
        view.keyboard.type("NEW-1 x.yaml")  # the box has the focus; words of a folded diff
        assert shown() == (1, "1 of 5 shown")
        view.keyboard.press("Control+A")
        view.keyboard.press("Delete")
        view.keyboard.press("Tab")
        view.keyboard.press("Enter")  # the first state
        assert shown() == (3, "3 of 5 shown")
        view.keyboard.press("Enter")
        view.keyboard.press("Tab")
        view.keyboard.press("Enter")
        assert shown() == (1, "1 of 5 shown")
        view.locator("details:visible summary").focus()
        view.keyboard.press("Enter")
        assert "is ambiguous" in view.locator("details[open] pre").inner_text()
