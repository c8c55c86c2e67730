"""Imports a file of stock in a process of its own, in batches of a hundred, and dies in the middle of one.

Arguments: address of the database, file, and the number of the batch in which it is killed (0: in none).
"""

import os
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stockmesh.domain.fulfilment.sheets import SHEETS
from stockmesh.flows.context import Context
from stockmesh.flows.importing import history, running
from stockmesh.flows.importing.jobs import Said, Tally
from stockmesh.gateways.gazetteer import load_gazetteer
from stockmesh.gateways.sheets import Manner, open_sheet
from stockmesh.store.database import Database

AS_OF = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def small_batches(kind: str, rows: int, kill_at: int = 0) -> None:
    """Makes batches of a kind small; in the one of that number, written but not committed, the process is killed."""
    plain = running.KINDS[kind]
    applied = 0

    def apply(*arguments: Any) -> Tally:
        nonlocal applied
        applied += 1
        tally = plain.apply(*arguments)
        if applied == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return tally

    running.KINDS[kind] = replace(plain, batch=rows, apply=apply)


def main(url: str, path: Path, kill_at: int) -> None:
    """Imports the file as a count of on_hand."""
    small_batches("stock", 100, kill_at)
    database = Database(url).open()
    context = Context(database, lambda: datetime.now(UTC), load_gazetteer, "test")
    wishes = running.Wishes(said=Said(kind="on_hand", as_of=AS_OF))
    history.import_file(context, open_sheet(path, SHEETS["stock"], Manner()), wishes)
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
