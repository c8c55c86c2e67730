"""The sourcing policy as the API takes and answers it: as TOML, the form in which planners edit it."""

from dataclasses import dataclass
from typing import Annotated, Final

import msgspec

from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.flows import policies
from stockmesh.flows.context import Context
from stockmesh.flows.policies import Comparison
from stockmesh.gateways.policies import FIGURES, read_policy, write_policy

ORDERS_MAX: Final = 2_000


@dataclass(frozen=True)
class Figure:
    """A figure of the policy, and what it means."""

    name: str
    value: int
    meaning: str


@dataclass(frozen=True)
class PolicyInForce:
    """The policy that decides, by figure, and as the file to edit."""

    version: str
    figures: tuple[Figure, ...]
    toml: str


@dataclass(frozen=True)
class Published:
    """A policy put in force, with the world version that has it."""

    version: str
    world_id: int


class NewPolicy(msgspec.Struct, forbid_unknown_fields=True):
    """A policy as a file of TOML."""

    toml: str


class NewComparison(NewPolicy, forbid_unknown_fields=True):
    """A policy, and on how many of the latest orders to try it."""

    orders: Annotated[int, msgspec.Meta(ge=1, le=ORDERS_MAX)] = 200


def in_force(context: Context) -> PolicyInForce:
    """The policy that decides. Raises EmptyNetwork."""
    policy = policies.current_policy(context)
    return PolicyInForce(policy.version, figures_of(policy), write_policy(policy))


def figures_of(policy: SourcingPolicy) -> tuple[Figure, ...]:
    """Every figure with its meaning."""
    return tuple(Figure(name, getattr(policy, name), figure.words) for name, figure in FIGURES.items())


def compare(context: Context, new: NewComparison) -> Comparison:
    """What the policy would have made of the latest orders. Raises BadPolicy and EmptyNetwork."""
    return policies.compare_latest(context, read_policy(new.toml), new.orders)


def publish(context: Context, new: NewPolicy) -> Published:
    """The policy put in force. Raises BadPolicy, PolicyTaken and EmptyNetwork."""
    policy = read_policy(new.toml)
    return Published(policy.version, policies.publish_policy(context, policy))
