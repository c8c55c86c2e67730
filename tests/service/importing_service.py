"""The service in a process of its own, which applies stock a hundred rows at a time and may die in the middle of one.

Arguments: address of the database, port, and the number of the batch in which it is killed (0: in none).
"""

import os
import signal
import sys
from dataclasses import replace
from typing import Any

from stockmesh.app import Settings, open_context
from stockmesh.flows.importing import running
from stockmesh.flows.importing.jobs import Tally
from stockmesh.service.running import serve


def main(url: str, port: int, kill_at: int) -> None:
    """Serves until it is told to stop, or kills itself."""
    plain, applied = running.KINDS["stock"], 0

    def apply(*arguments: Any) -> Tally:
        nonlocal applied
        applied += 1
        tally = plain.apply(*arguments)
        if applied == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return tally

    running.KINDS["stock"] = replace(plain, batch=100, apply=apply)
    settings = Settings(database_url=url, port=port, auth="off")
    with open_context(settings) as context:
        serve(context, settings)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
