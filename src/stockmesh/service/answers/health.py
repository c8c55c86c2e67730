"""How the service is: version, database, how much the books hold; whether it lives and whether it is ready."""

from dataclasses import dataclass
from datetime import datetime

import stockmesh
from stockmesh.flows.context import Context
from stockmesh.flows.network_views import Holdings, count_holdings
from stockmesh.service.caretaker import Caretaker, Check, check_readiness


@dataclass(frozen=True)
class Health:
    """`status` is ok whenever this can be answered at all: without the database the answer is a problem."""

    status: str
    version: str
    database: str
    counts: Holdings
    as_of: datetime


@dataclass(frozen=True)
class Life:
    """The process answers. It says nothing of what it needs: restarting it would not help with that."""

    status: str
    version: str


@dataclass(frozen=True)
class Readiness:
    """`status` is ready when all checks are ok, and unready otherwise."""

    status: str
    checks: tuple[Check, ...]
    as_of: datetime


def health(context: Context) -> Health:
    """How the service is. Raises psycopg's errors when the database cannot be reached."""
    return Health("ok", stockmesh.__version__, "ok", count_holdings(context), context.clock())


def life() -> Life:
    """That it lives."""
    return Life("alive", stockmesh.__version__)


def readiness(caretaker: Caretaker) -> Readiness:
    """Whether requests should be sent here, and if not, why not. Answers in seconds whatever the database does."""
    checks = check_readiness(caretaker)
    ready = all(check.ok for check in checks)
    return Readiness("ready" if ready else "unready", checks, caretaker.recent().looked_at)
