"""Waiting orders are given what a request made available, once it is answered."""

from collections.abc import Collection

import structlog
from starlette.background import BackgroundTask

from stockmesh.flows.context import Context
from stockmesh.flows.serve_waiting import serve_waiting

_log = structlog.get_logger()


def serving(context: Context, items: Collection[int]) -> BackgroundTask | None:
    """What an answer is followed by where units of items can be had; what was booked stands whatever becomes of it."""
    return BackgroundTask(_serve, context, items) if items else None


def _serve(context: Context, items: Collection[int]) -> None:
    try:
        serve_waiting(context, items=items)
    except Exception as fault:
        _log.exception("waiting orders could not be served", error=str(fault))
