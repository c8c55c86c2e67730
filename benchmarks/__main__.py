"""`make bench`: every figure, or those named on the command line (placing, growth, ...)."""

import importlib
import sys
from typing import Final

EVERY: Final = (
    "placing",
    "promises",
    "growth",
    "exact_solver",
    "large_orders",
    "http_orders",
    "http_reads",
    "importing",
    "events",
)


def run() -> None:
    """Runs the benchmarks in turn."""
    for name in sys.argv[1:] or EVERY:
        importlib.import_module(f"benchmarks.{name}").run()


if __name__ == "__main__":
    run()
