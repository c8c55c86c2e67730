"""How long carriers take as documents: lanes, departures, days and records, read without guessing."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from stockmesh.domain.carriers.transit import Running, Transit
from stockmesh.domain.carriers.transit_checks import running_problems

T = TypeVar("T")


def transit_from(document: Mapping[str, Any]) -> Transit:
    """The lanes of a service. Raises ValueError for what cannot be read or has an unknown key."""
    return _read(document, Transit)


def running_from(document: Mapping[str, Any]) -> Running:
    """The days and records of a carrier. Raises ValueError, also where they are not fit to be published."""
    running = _read(document, Running)
    for problem in running_problems(running):
        raise ValueError(problem)
    return running


def _read(document: Mapping[str, Any], kind: type[T]) -> T:
    try:
        read = msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error
    for key in _unknown(document, msgspec.to_builtins(read)):
        raise ValueError(f"unknown key {key!r}")
    return read


def _unknown(raw: Any, known: Any) -> Iterator[str]:
    """The keys of a document that are none of the value read from it."""
    if isinstance(raw, Mapping):
        for key, value in raw.items():
            if key not in known:
                yield str(key)
            else:
                yield from _unknown(value, known[key])
    elif isinstance(raw, list | tuple):
        for value, read in zip(raw, known, strict=True):
            yield from _unknown(value, read)
