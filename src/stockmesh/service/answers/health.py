"""How the service is: version, database, how much the books hold; whether it lives and whether it is ready."""

from dataclasses import dataclass
from datetime import datetime

import stockmesh
from stockmesh.flows.context import Context
from stockmesh.flows.network_views import Holdings, count_holdings
from stockmesh.service.caretaker import Caretaker, Check, check_readiness


@dataclass(frozen=True)
class Health:
    """`status` is ok whenever this can be answered at all: without the database the answer is a problem. Version and
    counts are told to those who reach everything."""

    status: str
    version: str | None
    database: str
    counts: Holdings | None
    as_of: datetime


@dataclass(frozen=True)
class Life:
    """The process answers. It says nothing of what it needs: restarting it would not help with that."""

    status: str


@dataclass(frozen=True)
class Readiness:
    """`status` is ready when all checks are ok, and unready otherwise. The checks are told to those who may see how the
    service is."""

    status: str
    checks: tuple[Check, ...]
    as_of: datetime


def health(context: Context, *, all_told: bool) -> Health:
    """How the service is. Raises psycopg's errors when the database cannot be reached."""
    counts = count_holdings(context)
    if not all_told:
        return Health("ok", None, "ok", None, context.clock())
    return Health("ok", stockmesh.__version__, "ok", counts, context.clock())


def life() -> Life:
    """That it lives."""
    return Life("alive")


def readiness(caretaker: Caretaker, *, all_told: bool) -> Readiness:
    """Whether requests should be sent here, and if not, why not. Answers in seconds whatever the database does."""
    checks = check_readiness(caretaker)
    ready = all(check.ok for check in checks)
    return Readiness("ready" if ready else "unready", checks if all_told else (), caretaker.recent().looked_at)
