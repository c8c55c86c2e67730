"""What asking for events and their deliveries is refused for."""

from dataclasses import dataclass

from stockmesh.domain.kernel.refusals import Refusal


@dataclass(eq=False)
class UnknownTopic(Refusal):
    topic: str
    topics: tuple[str, ...]
    code = "unknown_topic"
    text = "There is no topic {topic!r}. Name a group such as `order` or one of: {topics}."


@dataclass(eq=False)
class UnknownEndpoint(Refusal):
    endpoint: int
    code = "unknown_endpoint"
    text = "No webhook endpoint has the number {endpoint}. `stockmesh webhooks list` shows all."


@dataclass(eq=False)
class UnknownDelivery(Refusal):
    delivery: int
    code = "unknown_delivery"
    text = "No delivery has the number {delivery}. `stockmesh webhooks deliveries` shows them."
