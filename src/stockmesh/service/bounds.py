"""How much one caller may ask for, and how long it may take."""

from dataclasses import dataclass

from stockmesh.app import Settings


@dataclass(frozen=True)
class Bounds:
    """`body_seconds` for a body to come in, `request_seconds` for its answer to begin, requests a second of one
    caller (0: as many as they like), and requests under way at once in this process."""

    body_seconds: float = 30
    request_seconds: float = 60
    requests_per_second: int = 10_000
    requests_at_once: int = 10_000


def bounds_of(settings: Settings) -> Bounds:
    """The bounds that settings describe."""
    return Bounds(
        settings.body_seconds, settings.request_seconds, settings.requests_per_second, settings.requests_at_once
    )
