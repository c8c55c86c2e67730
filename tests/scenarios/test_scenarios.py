"""Every scenario beside this file holds, on real books; see scenario_reading.py for their words."""

from pathlib import Path

import pytest
from scenario_playing import play

from conftest import HandClock
from stockmesh.flows.context import Context

SCENARIOS = sorted(Path(__file__).parent.glob("[A-Z][0-9][0-9]_*.txt"))


def test_there_are_scenarios() -> None:
    """The planner's folder is not empty, so the test below plays something."""
    assert len(SCENARIOS) >= 25


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario(path: Path, context: Context, clock: HandClock) -> None:
    """Each line of the scenario holds; the books verify and every decision replays."""
    play(path, context, lambda moment: setattr(clock, "now", moment))
