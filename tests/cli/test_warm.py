"""A service has its core compiled before it answers."""

from pathlib import Path

import pytest

from service_process import serving
from stockmesh.compiled_code import VARIABLE
from stockmesh.flows.context import Context
from worlds import SmallWorld, put_in_books


@pytest.mark.soak
def test_a_service_compiles_before_it_answers(
    context: Context, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an empty cache nobody's order waits for the compiler: the first is answered within seconds."""
    put_in_books(context, SmallWorld(), {("LEJ", "lamp"): 5})
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with serving(database_url=database_url, request_seconds=5) as service:
        assert service.order("A-1").status_code == 201
        assert "Compiling the core" in service.log.read_text()
