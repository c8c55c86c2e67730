"""kill -9 while a file is applied: the next start of the service goes on where it stopped, and orders never waited."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from shop import open_shop

from stock_world import level
from stockmesh.flows.context import Context
from stockmesh.flows.importing.jobs import list_jobs
from stockmesh.flows.verify_books import verify_books
from stockmesh.service.running import open_door

PATIENCE_SECONDS: Final = 40.0
SKUS: Final = ("tent", "lamp", "mug")


@contextmanager
def service(url: str, kill_at: int) -> Iterator[tuple[httpx.Client, "subprocess.Popen[str]"]]:
    """A client of a service in a process of its own."""
    with open_door("127.0.0.1", 0) as door:
        port = door.getsockname()[1]
    program = Path(__file__).with_name("importing_service.py")
    command = [sys.executable, str(program), url, str(port), str(kill_at)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client,
    ):
        assert process.stdout is not None
        assert str(port) in process.stdout.readline()
        try:
            yield client, process
        finally:
            process.kill()


def counts() -> str:
    """A count of what is there, and of six hundred items more."""
    places = ("LEJ", "AMS", "LIL")
    rows = [f"{sku},{place},{number}" for number, sku in enumerate(SKUS) for place in places]
    rows += [f"SKU{number},LEJ,{number}" for number in range(600)]
    return "\n".join(["sku,location,quantity", *rows])


def items() -> str:
    """The items that are counted and not known yet."""
    rows = [f"SKU{number},1,10,10,10" for number in range(600)]
    return "\n".join(["sku,weight_kg,length_cm,width_cm,height_cm", *rows])


def bring(client: httpx.Client, body: str, **said: str) -> int:
    """The number of an accepted file."""
    answer = client.post("/v1/imports", params=said, content=body, headers={"Content-Type": "text/csv"})
    assert answer.status_code == 202, answer.text
    return int(answer.json()["upload_id"])


def wait_for(client: httpx.Client, upload: int, state: str) -> dict[str, Any]:
    """The import once it is in a state."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        found: dict[str, Any] = client.get(f"/v1/imports/{upload}").json()
        if found["state"] == state:
            return found
        assert found["state"] not in ("failed", "cancelled"), found
        time.sleep(0.05)
    raise AssertionError(f"not {state} in good time: {found}")


def test_the_next_start_goes_on(context: Context, database_url: str) -> None:
    """Killed in its third batch: two are in the books, the file and its job are there; the next process ends them."""
    open_shop(context)
    count = {"kind": "stock", "counted": "on_hand", "as_of": "2026-03-02T09:00:00Z"}
    with service(database_url, 3) as (client, process):
        wait_for(client, bring(client, items(), kind="items"), "done")
        upload = bring(client, counts(), **count)
        assert process.wait(timeout=PATIENCE_SECONDS) == -signal.SIGKILL
    [job] = list_jobs(context, only_open=True)
    assert (job.position, job.entries) == (200, 609)
    assert verify_books(context).ok
    with service(database_url, 0) as (client, _):
        done = wait_for(client, upload, "done")
    assert (done["applied"]["job_id"], done["applied"]["position"]) == (job.job_id, 609)
    assert level(context, "SKU599", "LEJ").on_hand == 599
    assert verify_books(context).ok
