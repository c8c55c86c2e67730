"""What asking for events and their deliveries is refused for."""

from dataclasses import dataclass

from stockmesh.domain.kernel.refusals import Refusal


@dataclass(eq=False)
class UnknownTopic(Refusal):
    """Events of a kind that there is not."""

    topic: str
    topics: tuple[str, ...]
    code = "unknown_topic"
    text = "There is no topic {topic!r}. Name a group such as `order` or one of: {topics}."


@dataclass(eq=False)
class UnknownEndpoint(Refusal):
    """An endpoint that was never added, or is gone."""

    endpoint: int
    code = "unknown_endpoint"
    text = "No webhook endpoint has the number {endpoint}. `stockmesh webhooks list` shows all."


@dataclass(eq=False)
class UnknownDelivery(Refusal):
    """A delivery that never was, or was forgotten since."""

    delivery: int
    code = "unknown_delivery"
    text = "No delivery has the number {delivery}. `stockmesh webhooks deliveries` shows them."


@dataclass(eq=False)
class UnknownEntry(Refusal):
    """An entry of the audit trail that is not there."""

    entry: int
    code = "unknown_entry"
    text = "The audit trail has no entry {entry}. `stockmesh audit` shows the latest."
