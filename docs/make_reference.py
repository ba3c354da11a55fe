"""Write the reference from what the code declares."""

from pathlib import Path

from ci_migrate.report.reference import render

if __name__ == "__main__":
    (Path(__file__).parent / "reference.md").write_text(render())
