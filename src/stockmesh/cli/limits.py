"""How commands say what somebody is restricted to."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from stockmesh.flows.access.grants import Granted

Owners = Annotated[list[str] | None, typer.Option(help="reaches this owner alone; may be said several times")]
Locations = Annotated[list[str] | None, typer.Option(help="reaches this location alone; may be said several times")]
Channels = Annotated[list[str] | None, typer.Option(help="reaches this channel alone; may be said several times")]


def granted(owners: list[str] | None, locations: list[str] | None, channels: list[str] | None) -> "Granted":
    """What options restrict somebody to."""
    from stockmesh.flows.access.grants import Granted

    return Granted(*(tuple(codes) if codes else None for codes in (owners, locations, channels)))


def say_limits(limits: "Granted") -> str:
    """What somebody is restricted to, in words."""
    parts = {"owners": limits.owners, "locations": limits.locations, "channels": limits.channels}
    told = [f"{name} {', '.join(codes)}" for name, codes in parts.items() if codes is not None]
    return "; ".join(told) or "everything"
