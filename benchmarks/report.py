"""How a figure is printed: one JSON line with ours, the yardstick and the ratio between them."""

import json
import statistics
import time
from collections.abc import Callable, Sequence


def report(name: str, *, ours: float, yardstick: float, unit: str) -> None:
    """Prints one figure; the ratio says how many times ours is the yardstick."""
    line = {
        "name": name,
        "ours": round(ours, 3),
        "yardstick": round(yardstick, 3),
        "ratio": round(ours / yardstick, 3) if yardstick else None,
        "unit": unit,
    }
    print(json.dumps(line), flush=True)


def median_rate(run: Callable[[int], int], repeats: int) -> float:
    """The median of things done per second over several runs; `run` gets the run's number and answers how many."""
    rates: list[float] = []
    for number in range(repeats):
        started = time.perf_counter()
        done = run(number)
        rates.append(done / (time.perf_counter() - started))
    return statistics.median(rates)


def median_seconds(runs: Sequence[Callable[[], object]]) -> float:
    """The median time of several runs."""
    taken: list[float] = []
    for run in runs:
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)
