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


@dataclass(eq=False)
class UnknownCustomer(Refusal):
    """A customer that no order and no credit note names."""

    customer: str
    code = "unknown_customer"
    text = "No order and no credit note is of a customer {customer!r}, nor sent to that e-mail address."


@dataclass(eq=False)
class AmbiguousCustomer(Refusal):
    """A name that several owners have a customer of."""

    customer: str
    owners: tuple[str, ...]
    code = "ambiguous_customer"
    text = "Several owners have a customer {customer!r}: {owners}. Name the owner."


@dataclass(eq=False)
class ErasureMustWait(Refusal):
    """Orders of the customer wait in an import that is not done: they would bring back what is erased."""

    jobs: tuple[int, ...]
    code = "erasure_must_wait"
    text = (
        "Orders of the customer are still being imported (jobs {jobs}). `stockmesh import resume` ends it; then erase."
    )
