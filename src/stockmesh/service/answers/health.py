"""How the service is: version, database, how much the books hold."""

from dataclasses import dataclass
from datetime import datetime

import stockmesh
from stockmesh.flows.context import Context
from stockmesh.flows.network_views import Holdings, count_holdings


@dataclass(frozen=True)
class Health:
    """`status` is ok whenever this can be answered at all: without the database the answer is a problem."""

    status: str
    version: str
    database: str
    counts: Holdings
    as_of: datetime


def health(context: Context) -> Health:
    """How the service is. Raises psycopg's errors when the database cannot be reached."""
    return Health("ok", stockmesh.__version__, "ok", count_holdings(context), context.clock())
