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
class FilesMustBeForgotten(Refusal):
    """Files of orders that were brought are kept; what they hold of the customer would stay."""

    imports: tuple[int, ...]
    code = "files_must_be_forgotten"
    text = (
        "Files of orders are kept, whole or in their bad rows, and may name the customer (imports {imports}). Have "
        "them forgotten with DELETE /v1/imports/..., or wait until they are done; then erase."
    )


@dataclass(eq=False)
class MessagesMustBeApplied(Refusal):
    """Messages of shops about the customer wait: they would bring back what is erased."""

    messages: tuple[int, ...]
    code = "messages_must_be_applied"
    text = "Messages of shops about the customer wait to be applied (messages {messages}). Once they are, erase."


@dataclass(eq=False)
class ErasureMustWait(Refusal):
    """Orders of the customer wait in an import that is not done: they would bring back what is erased."""

    jobs: tuple[int, ...]
    code = "erasure_must_wait"
    text = (
        "Orders of the customer are still being imported (jobs {jobs}). `stockmesh import resume` ends it; then erase."
    )


@dataclass(eq=False)
class UnknownHold(Refusal):
    """A hold that was never made."""

    hold: int
    code = "unknown_hold"
    text = "No cart hold has the number {hold}. `stockmesh holds list` shows those that are open."


@dataclass(eq=False)
class HoldNotOpen(Refusal):
    """What a hold kept is no longer kept."""

    hold: int
    state: str
    code = "hold_not_open"
    text = "Cart hold {hold} is {state}: it keeps nothing any more. Hold the cart anew, or order without it."


@dataclass(eq=False)
class HoldTooLong(Refusal):
    """Units would be kept from others for too long."""

    minutes: int
    longest: int
    code = "hold_too_long"
    text = "A cart is held from 1 to {longest:,} minutes in all, extensions included; {minutes:,} were asked for."


@dataclass(eq=False)
class HoldTooLarge(Refusal):
    """A cart with more units than may be kept for one."""

    units: int
    largest: int
    code = "hold_too_large"
    text = "A cart may be held with at most {largest:,} units, not {units:,}."


@dataclass(eq=False)
class TooManyHolds(Refusal):
    """One customer or one caller keeps too many carts at once."""

    whose: str
    most: int
    code = "too_many_holds"
    text = "The {whose} has {most:,} cart holds open, which is the limit. Release one, or wait until one expires."


@dataclass(eq=False)
class BadKey(Refusal):
    """A key that cannot be kept."""

    key: str
    largest: int
    code = "bad_idempotency_key"
    text = "An Idempotency-Key has from 1 to {largest} characters, printable ASCII without spaces, not {key!r}."


@dataclass(eq=False)
class KeyReused(Refusal):
    """The same key came with another request."""

    key: str
    code = "idempotency_key_reused"
    text = "The Idempotency-Key {key!r} came with another request before. Give every request a key of its own."


@dataclass(eq=False)
class KeyRunning(Refusal):
    """The same request is being worked on, here or in another process."""

    key: str
    code = "idempotency_key_running"
    text = "The request with the Idempotency-Key {key!r} is still being worked on. Ask again shortly."


@dataclass(eq=False)
class AnswerNotKept(Refusal):
    """What was answered held a secret, and secrets are told once."""

    key: str
    code = "idempotency_answer_not_kept"
    text = "The request with the Idempotency-Key {key!r} was done; its answer held a secret and is not kept."


@dataclass(eq=False)
class BadLocation(Refusal):
    """A location that could not work so."""

    location: str
    reason: str
    code = "bad_location"
    text = "{location} cannot be changed so: {reason}."


@dataclass(eq=False)
class BadItem(Refusal):
    """An item that cannot be."""

    sku: str
    reason: str
    code = "bad_item"
    text = "{sku!r} cannot be saved so: {reason}."
