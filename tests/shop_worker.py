"""A program that applies shops' messages in processes of its own, each dying before its n-th word to the database.

Reads `URL BEAT` lines from standard input; answers each with how the process it forked for it ended.
"""

import os
import sys
import traceback
from datetime import UTC, datetime

from placing_worker import GAZETTEER, die_at, warm_up
from stockmesh.flows.context import Context
from stockmesh.flows.shops.applying import apply_all
from stockmesh.store.database import Database


def apply_in_a_fork(url: str, beat: int) -> int:
    """How the process ended: 0 when it lived to apply everything."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    code = 1
    try:
        database = Database(url, connections_max=2).open()
        context = Context(database, lambda: datetime.now(UTC), lambda: GAZETTEER, "test")
        die_at(beat)
        apply_all(context, "test")
        code = 0
    except BaseException:
        traceback.print_exc()
    os._exit(code)


if __name__ == "__main__":
    warm_up()
    for line in sys.stdin:
        address, number = line.split()
        print(apply_in_a_fork(address, int(number)), flush=True)
