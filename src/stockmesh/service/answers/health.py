"""How the service is: version, database, how much the books hold."""

from dataclasses import dataclass
from datetime import datetime

import stockmesh
from stockmesh.flows.context import Context
from stockmesh.flows.network_views import Holdings, count_holdings


@dataclass(frozen=True)
class Health:
    """`status` is ok whenever this can be answered at all: without the database the answer is a problem. Version and
    counts are told to those who reach everything."""

    status: str
    version: str | None
    database: str
    counts: Holdings | None
    as_of: datetime


def health(context: Context, *, all_told: bool) -> Health:
    """How the service is. Raises psycopg's errors when the database cannot be reached."""
    counts = count_holdings(context)
    if not all_told:
        return Health("ok", None, "ok", None, context.clock())
    return Health("ok", stockmesh.__version__, "ok", counts, context.clock())
