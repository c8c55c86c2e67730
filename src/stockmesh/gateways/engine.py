"""The version of the code that decides: its release and a digest of the sources that a decision runs through."""

import hashlib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

import stockmesh

DECIDING: Final = ("domain/kernel", "domain/network", "domain/carriers", "domain/sourcing", "gateways/gazetteer")


@cache
def engine_version() -> str:
    """The release with a short digest, such as `0.1.0+3f2a9c41d0b7`: other sources, other engine."""
    digest = hashlib.sha256()
    for room in DECIDING:
        for file in sorted(_sources(resources.files(stockmesh).joinpath(*room.split("/"))), key=lambda one: one.name):
            digest.update(file.name.encode())
            digest.update(file.read_bytes())
    return f"{stockmesh.__version__}+{digest.hexdigest()[:12]}"


def _sources(folder: Traversable) -> list[Traversable]:
    return [entry for entry in folder.iterdir() if entry.name.endswith((".py", ".bin"))]
