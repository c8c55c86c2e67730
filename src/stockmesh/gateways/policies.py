"""Policies as TOML: what a planner edits, with the meaning of every figure beside it."""

import tomllib
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, Final, NamedTuple

from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.domain.sourcing.refusals import BadPolicy

VERSION_MAX: Final = 60


class Figure(NamedTuple):
    """What a figure of a policy means, and what it may be."""

    least: int
    most: int
    words: str


FIGURES: Final = {
    "unserved_minor": Figure(0, 10**9, "what leaving one unit unserved costs, in minor units of the book currency"),
    "unserved_price_ppm": Figure(0, 10**7, "and this share of its price on top, in parts per million"),
    "wait_minor_per_day": Figure(0, 10**9, "what each working day costs that a shipment waits for capacity"),
    "wait_days_max": Figure(0, 60, "a location without room within so many working days is full"),
    "shipments_max": Figure(1, 20, "into how many shipments an order may be split"),
    "lines_max": Figure(1, 2_000, "lines an order may have"),
    "quantity_max": Figure(1, 1_000_000, "units a line may have"),
}


def read_policy(text: str) -> SourcingPolicy:
    """The policy a document of TOML says; figures it leaves out are the usual ones. Raises BadPolicy."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPolicy(field="the document", reason=f"is no TOML: {error}") from None
    for name in said:
        if name != "version" and name not in FIGURES:
            near = get_close_matches(name, ["version", *FIGURES], 1)
            raise BadPolicy(field=name[:60], reason=f"is not known; perhaps {near[0]}" if near else "is not known")
    return SourcingPolicy(
        version=_version(said), **{name: _figure(name, said[name]) for name in FIGURES if name in said}
    )


def write_policy(policy: SourcingPolicy) -> str:
    """The policy as TOML, every figure with its meaning."""
    lines = [f'version = "{policy.version}"  # a published policy is never edited: another content, another version']
    said = {one.name: getattr(policy, one.name) for one in fields(policy) if one.name in FIGURES}
    return "\n".join([*lines, *(f"{name} = {said[name]}  # {FIGURES[name].words}" for name in FIGURES)]) + "\n"


def _version(said: dict[str, Any]) -> str:
    version = said.get("version")
    if not isinstance(version, str) or not 0 < len(version.strip()) <= VERSION_MAX or '"' in version:
        raise BadPolicy(field="version", reason=f"must be a text of at most {VERSION_MAX} signs without quotes")
    if not version.isprintable() or "\\" in version:
        raise BadPolicy(field="version", reason="has signs that cannot be printed")
    return version.strip()


def _figure(name: str, value: object) -> int:
    allowed = FIGURES[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadPolicy(field=name, reason=f"must be a whole number, not {str(value)[:40]!r}")
    if not allowed.least <= value <= allowed.most:
        raise BadPolicy(field=name, reason=f"must be between {allowed.least:,} and {allowed.most:,}, not {value:,}")
    return value
