"""Life and readiness: what is checked, what fails it, and what does not."""

from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import psycopg
import pytest
from fastapi.testclient import TestClient
from shop import ADDRESS, open_shop

from service_process import new_order
from stockmesh import flows
from stockmesh.flows.context import Context
from stockmesh.service.access.site import Site
from stockmesh.service.application import create_app
from stockmesh.service.caretaker import Household
from stockmesh.service.console.health_screen import WORK


def serve(context: Context, household: Household) -> TestClient:
    """A client of a service that looks after this household."""
    return TestClient(create_app(context, Site(asks=False), household=household), base_url=ADDRESS)


def failing(client: TestClient) -> set[str]:
    """The checks that fail; the events of a shop without a relay wait since the hand clock's day."""
    answer = client.get("/v1/health/ready")
    checks = answer.json()["checks"]
    assert all(check["reason"] for check in checks)
    assert (answer.status_code == 200) == all(check["ok"] for check in checks)
    return {check["name"] for check in checks if not check["ok"]} - {"events"}


def test_every_work_under_a_lease_is_told_in_words() -> None:
    """Whatever a module names as its lease has words on the Health screen, and nothing else has."""
    modules = [import_module(found.name) for found in walk_packages(flows.__path__, "stockmesh.flows.")]
    named = {getattr(module, name) for module in modules for name in ("LEASE", "PRUNE_LEASE") if hasattr(module, name)}
    assert named == set(WORK)


def test_it_is_ready_and_alive_without_a_world(context: Context) -> None:
    """A world that was not published is said, and keeps nobody from asking."""
    client = serve(context, Household())
    assert failing(client) == set()
    assert client.get("/v1/health/ready").status_code == 200
    assert "none published" in client.get("/v1/health/ready").text
    assert client.get("/v1/health/live").json()["status"] == "alive"


def test_a_disk_nearly_full_refuses_orders_and_readiness(context: Context, tmp_path: Path) -> None:
    """What was placed before is answered as ever; nothing new is taken."""
    open_shop(context)
    client = serve(context, Household(tmp_path, disk_free_min_mb=10**9))
    assert failing(client) == {"disk", "accepting"}
    refused = client.post("/v1/orders", json=new_order("N-1"))
    assert (refused.status_code, refused.json()["code"]) == (507, "disk_nearly_full")
    batch = client.post("/v1/orders:batch", json={"orders": [new_order("N-2")]})
    assert batch.status_code == 507
    assert client.get("/v1/orders").status_code == 200


def test_another_schema_is_not_ready(context: Context, database_url: str) -> None:
    client = serve(context, Household())
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE schema_version SET version_num = '9999'")
    assert failing(client) == {"schema"}


def test_a_service_that_stops_takes_nothing(context: Context) -> None:
    open_shop(context)
    client = serve(context, Household())
    client.app.state.caretaker.stop()  # type: ignore[attr-defined]
    assert failing(client) == {"accepting"}
    refused = client.post("/v1/orders", json=new_order("N-1"))
    assert (refused.status_code, refused.json()["code"], "retry-after" in refused.headers) == (503, "stopping", True)


@pytest.mark.parametrize("kept", [0, 2])
def test_the_condition_tells_the_newest_backup(context: Context, tmp_path: Path, kept: int) -> None:
    """And the screen shows the same."""
    open_shop(context)
    for number in range(kept):
        (tmp_path / f"{number}.backup").write_bytes(b"x" * number)
    client = serve(context, Household(backups=tmp_path))
    told = client.get("/v1/health/condition").json()
    assert (told["last_backup"] or {}).get("name") == ("1.backup" if kept else None)
    page = client.get("/console/health").text
    assert ("1.backup" if kept else "none in the folder") in page
    assert told["figures"]["world"] == 1
    assert told["database_problem"] == ""
