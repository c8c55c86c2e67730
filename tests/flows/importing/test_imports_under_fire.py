"""Killed, given twice, and beside orders: an import ends as if nothing had happened."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event as Signal

import pytest
from import_files import bring, item_rows, sheet_file
from import_worker import AS_OF, small_batches

from stock_world import level
from stockmesh.flows.context import Context
from stockmesh.flows.importing import running, working
from stockmesh.flows.importing.history import import_file
from stockmesh.flows.importing.jobs import Said, list_jobs
from stockmesh.flows.importing.running import Imported, Wishes, resume
from stockmesh.flows.importing.uploads import UploadFilter, list_problems, list_uploads
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.verify_books import verify_books
from worlds import SmallWorld, order, put_in_books

SKUS = [f"SKU{number:04}" for number in range(400)]
PLACES = ("LEJ", "AMS", "LIL")
ON_HAND = Said(kind="on_hand", as_of=AS_OF)


def counts(units: int) -> str:
    """A count of every item everywhere."""
    return "sku,location,quantity\n" + "".join(f"{sku},{place},{units}\n" for place in PLACES for sku in SKUS)


@pytest.fixture
def books(context: Context, tmp_path: Path) -> Iterator[Context]:
    """Four hundred items, none of which lies anywhere; batches of a hundred."""
    before = dict(running.KINDS)
    put_in_books(context, SmallWorld(), {("LEJ", "tent"): 50})
    bring(context, tmp_path, "items", item_rows(SKUS))
    small_batches("stock", 100)
    yield context
    running.KINDS.update(before)


def run_worker(url: str, path: Path, kill_at: int) -> int:
    """How a worker ended."""
    worker = Path(__file__).with_name("import_worker.py")
    command = [sys.executable, str(worker), url, str(path), str(kill_at)]
    return subprocess.run(command, env=dict(os.environ), check=False).returncode


def test_an_import_killed_in_mid_batch_goes_on(books: Context, database_url: str, tmp_path: Path) -> None:
    """Killed in its first batch, then in its fourth after starting again: what stands is whole, the rest follows."""
    path = sheet_file(tmp_path, "stock", counts(7)).path
    assert run_worker(database_url, path, 1) == -signal.SIGKILL
    [job] = list_jobs(books, only_open=True)
    assert (job.position, job.entries) == (0, 1_200)
    assert verify_books(books).ok
    assert run_worker(database_url, path, 4) == -signal.SIGKILL
    [job] = list_jobs(books, only_open=True)
    assert job.position == 300
    assert verify_books(books).ok
    done = resume(books, job.job_id)
    assert (done.state, done.created) == ("done", 1_200)
    assert level(books, SKUS[-1], "LIL").on_hand == 7
    assert verify_books(books).ok
    with books.database.session() as session:
        assert session.execute("SELECT count(*) AS left FROM import_stock").fetchone() == {"left": 0}


def test_a_killed_command_stands_in_the_history_and_a_service_ends_it(
    books: Context, database_url: str, tmp_path: Path
) -> None:
    """Nobody runs the command again: whoever works on what was brought finds it, and applies the rest once."""
    path = tmp_path / "stock.csv"
    path.write_text(counts(7), encoding="utf-8")
    assert run_worker(database_url, path, 4) == -signal.SIGKILL
    [killed] = list_uploads(books, UploadFilter(kind="stock")).rows
    assert (killed.state, killed.file_name, killed.bytes) == ("applying", "stock.csv", path.stat().st_size)
    assert killed.applied is not None
    assert killed.applied.position == 300
    assert working.work_once(books, "a service", Signal())
    [ended] = list_uploads(books, UploadFilter(kind="stock")).rows
    assert (ended.state, ended.applied and ended.applied.created) == ("done", 1_200)
    assert verify_books(books).ok


def test_what_a_command_left_out_stands_in_the_history(books: Context, tmp_path: Path) -> None:
    """The rows that had problems are listed there like those of a file that was brought; a file seen twice is once."""
    text = "sku,location,quantity\ntent,LEJ,5\ntentt,LEJ,4\n"
    bring(books, tmp_path, "stock", text, said=ON_HAND, only_good=True)
    bring(books, tmp_path, "stock", text, said=ON_HAND, only_good=True)
    [told] = list_uploads(books, UploadFilter(kind="stock")).rows
    assert (told.state, told.asked.counted, told.report and told.report.problems) == (
        "done", "on_hand", {"unknown_sku": 1},
    )  # fmt: skip
    [problem] = list_problems(books, told.upload_id).rows
    assert (problem.row, problem.value, problem.suggestion) == (3, "tentt", "perhaps tent")


def test_one_file_given_to_many_is_applied_once(books: Context, tmp_path: Path) -> None:
    """Four at once: one stages it, all apply it, nothing is done twice."""
    file = sheet_file(tmp_path, "stock", counts(7))

    def once(_: int) -> Imported:
        return import_file(books, file, Wishes(said=ON_HAND))

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(once, range(4)))
    [job] = list_jobs(books)[:1]
    assert {one.job.job_id for one in outcomes if one.job} == {job.job_id}
    assert (job.state, job.created, job.changed) == ("done", 1_200, 0)
    assert verify_books(books).ok


def test_two_files_about_the_same_cells_both_come_in(books: Context, tmp_path: Path) -> None:
    """Whichever batch comes first, the newer count has the say everywhere."""
    later = Said(kind="on_hand", as_of=AS_OF + timedelta(minutes=5))
    folders = [tmp_path / "old", tmp_path / "new"]
    for folder in folders:
        folder.mkdir()
    files = [sheet_file(folders[0], "stock", counts(7)), sheet_file(folders[1], "stock", counts(9))]
    with ThreadPoolExecutor(2) as pool:
        told = zip(files, (ON_HAND, later), strict=True)
        outcomes = list(pool.map(lambda one: import_file(books, one[0], Wishes(said=one[1])), told))
    assert [one.job.state for one in outcomes if one.job] == ["done", "done"]
    assert {level(books, sku, place).on_hand for sku in SKUS[::50] for place in PLACES} == {9}
    assert verify_books(books).ok


def test_orders_are_placed_while_an_import_runs(books: Context, tmp_path: Path) -> None:
    """Orders of the very items being counted are placed between the batches; the count nets them."""
    bring(books, tmp_path, "stock", counts(20), said=ON_HAND)
    at = AS_OF + timedelta(minutes=30)
    orders = [order(f"A-{sku}", {sku: 2, "tent": 1}, placed_at=at) for sku in SKUS[:40]]
    later = Said(kind="on_hand", as_of=AS_OF + timedelta(minutes=10))
    with ThreadPoolExecutor(2) as pool:
        importing = pool.submit(bring, books, tmp_path, "stock", counts(30), said=later)
        placing = pool.submit(lambda: [place_orders(books, [one])[0] for one in orders])
        outcomes, imported = placing.result(), importing.result()
    assert all(isinstance(one, Placed) and one.state == "open" for one in outcomes)
    assert imported.job is not None
    assert imported.job.changed == 1_200
    found = [level(books, sku, place) for sku in SKUS[:40:13] for place in PLACES]
    assert {one.on_hand for one in found} == {30}
    assert sum(one.committed for one in found) == 2 * len(SKUS[:40:13])
    assert verify_books(books).ok
