"""Opening the context for a command: settings from the environment, the database at today's schema."""

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from stockmesh.app import Settings
    from stockmesh.flows.context import Context

why: Final[ContextVar[str]] = ContextVar("why", default="")


@contextmanager
def running(*, serving: bool = False) -> "Iterator[Context]":
    """The context of one command, at work in the name of whoever runs it; the embedded server stops when the last
    command using it ends. While serving, the database may take no longer than is set."""
    from stockmesh.app import NO_LIMITS, open_context, service_limits
    from stockmesh.flows.acting import Actor, ActorKind, acting_as

    actor = Actor(ActorKind.COMMAND_LINE, _user())
    settings = read_settings()
    limits = service_limits(settings) if serving else NO_LIMITS
    with open_context(settings, limits) as context, acting_as(actor, why.get()):
        yield context


def read_settings() -> "Settings":
    """The settings, after saying on standard error what looks like one and is none. Raises what `app` does."""
    from stockmesh import app

    _tell_of_unknown()
    return app.read_settings()


def warm_core() -> None:
    """Has the core ready, after saying so where that takes a while."""
    from stockmesh import app, compiled_code

    if not compiled_code.is_warm(compiled_code.current_folder()):
        sys.stderr.write("stockmesh: Compiling the core, once for this release: a minute or two.\n")
        sys.stderr.flush()
    app.warm_core()


@cache
def _tell_of_unknown() -> None:
    """Once: a command may read its settings again."""
    from stockmesh.app import unknown_settings

    for name, meant in unknown_settings(os.environ.keys()).items():
        nearest = f" {meant} is one." if meant else ""
        sys.stderr.write(f"stockmesh: {name} is ignored: there is no such setting.{nearest}\n")


def _user() -> str:
    """The name of the operating system's user; a number where it has none, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.geteuid()}"
