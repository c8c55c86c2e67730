"""What a sourcing policy is turned away for."""

from dataclasses import dataclass

from stockmesh.domain.kernel.refusals import Refusal


@dataclass(eq=False)
class BadPolicy(Refusal):
    """A policy that cannot be used: the field, and why."""

    field: str
    reason: str
    code = "bad_policy"
    text = "The policy cannot be used: {field} {reason}. `stockmesh policy show --toml` prints one that can."


@dataclass(eq=False)
class PolicyTaken(Refusal):
    """A published policy is never edited: what it decided must be explained by it for good."""

    version: str
    code = "policy_taken"
    text = "A policy {version!r} was published before and says something else. Give this one a version of its own."
