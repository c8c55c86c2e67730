"""What the service itself refuses, before any flow is asked."""

from dataclasses import dataclass

from stockmesh.domain.kernel.refusals import Refusal


@dataclass(eq=False)
class ExposedWithoutAuthentication(Refusal):
    """Listening where others could reach a service that asks nobody who they are."""

    host: str
    code = "exposed_without_authentication"
    text = (
        "{host} can be reached from other machines, and the service does not ask who is calling. Listen on 127.0.0.1 "
        "and let an SSH tunnel or a proxy that authenticates lead to it."
    )


@dataclass(eq=False)
class BadBody(Refusal):
    """What was sent cannot be read as what the route takes."""

    reason: str
    code = "bad_body"
    text = "The body cannot be read: {reason}."


@dataclass(eq=False)
class NotJson(Refusal):
    content_type: str
    code = "not_json"
    text = "Send JSON with the header `Content-Type: application/json`, not {content_type!r}."


@dataclass(eq=False)
class BodyTooLarge(Refusal):
    largest_bytes: int
    code = "body_too_large"
    text = "A body may have at most {largest_bytes:,} bytes."


@dataclass(eq=False)
class CrossSite(Refusal):
    """Another web site made a browser send this."""

    site: str
    code = "cross_site"
    text = "Changes are not taken from other web sites (the browser says {site!r})."


@dataclass(eq=False)
class StrangeHost(Refusal):
    """A name that is not ours led a browser here."""

    host: str
    code = "strange_host"
    text = "This service answers as localhost, not as {host!r}."


@dataclass(eq=False)
class TooManyStreams(Refusal):
    most: int
    code = "too_many_streams"
    text = "{most:,} streams of events are open already. Try again shortly, or read /v1/events page by page."


@dataclass(eq=False)
class PortTaken(Refusal):
    port: int
    code = "port_taken"
    text = (
        "Port {port} cannot be listened on: it is taken or closed to us. Choose another with --port or STOCKMESH_PORT."
    )


@dataclass(eq=False)
class Overloaded(Refusal):
    """More is waiting than can be answered in good time; nothing of this request was taken."""

    waiting: int
    code = "overloaded"
    text = "{waiting:,} orders wait to be placed already; nothing of this was taken. Send it again shortly."


@dataclass(eq=False)
class TooManyOrders(Refusal):
    largest: int
    code = "too_many_orders"
    text = "A batch may have at most {largest:,} orders. Send the rest in another."


@dataclass(eq=False)
class DatabaseAway(Refusal):
    """Nothing is taken that could not be written."""

    code = "database_away"
    text = "The database cannot be reached just now; nothing of this was taken. Send it again shortly."


@dataclass(eq=False)
class DiskNearlyFull(Refusal):
    """Orders stop while there is still room for the database to work: one that runs out of disk stops altogether."""

    free_mb: int
    least_mb: int
    code = "disk_nearly_full"
    text = (
        "{free_mb:,} MB are free where the data lie, and at least {least_mb:,} MB are kept free; nothing of this was "
        "taken. Free space, then send it again."
    )


@dataclass(eq=False)
class Stopping(Refusal):
    """What was taken before is finished; nothing more is taken."""

    code = "stopping"
    text = "This service is stopping; nothing of this was taken. Send it again to another, or shortly to this one."
