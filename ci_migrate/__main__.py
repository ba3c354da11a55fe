"""Run the command line as ``python -m ci_migrate``."""

from ci_migrate.cli import main

main()
