"""What the service itself refuses, before any flow is asked."""

from dataclasses import dataclass

from stockmesh.domain.kernel.refusals import Refusal


@dataclass(eq=False)
class ExposedWithoutAuthentication(Refusal):
    """Listening where others could reach a service that asks nobody who they are."""

    host: str
    code = "exposed_without_authentication"
    text = (
        "{host} can be reached from other machines, and with STOCKMESH_AUTH=off the service does not ask who is "
        "calling. Leave STOCKMESH_AUTH out, or listen on 127.0.0.1 without a public address."
    )


@dataclass(eq=False)
class BadPublicUrl(Refusal):
    """An address that browsers cannot have come by."""

    public_url: str
    code = "bad_public_url"
    text = "{public_url!r} cannot be the public address. Say scheme and host alone, such as https://stock.example.com."


@dataclass(eq=False)
class NotAuthenticated(Refusal):
    """Nobody, or nobody we know. `wrong` when a key or session came that opens nothing."""

    wrong: bool = False
    code = "not_authenticated"
    text = (
        "Say who you are: send `Authorization: Bearer smk_...` with a key that is valid, or sign in to the console. "
        "`stockmesh keys add NAME --scope ...` makes a key."
    )


@dataclass(eq=False)
class ScopeMissing(Refusal):
    """Somebody we know, who may not do this."""

    scope: str
    code = "scope_missing"
    text = "This needs the scope {scope!r}, which you do not have. An administrator can give it."


@dataclass(eq=False)
class FormTokenWrong(Refusal):
    """A change in the name of a session that does not come from a page of that session."""

    code = "form_token_wrong"
    text = "This did not come from a page of your session. Read the page again and repeat what you did."


@dataclass(eq=False)
class TooManyFailures(Refusal):
    """Somebody guesses."""

    seconds: int
    code = "too_many_failures"
    text = "Too many keys or sessions that open nothing came from your address. Try again in {seconds} s."


@dataclass(eq=False)
class TooManyRequests(Refusal):
    """One caller asks more often than is allowed; nothing of this was done."""

    seconds: int
    per_second: int
    code = "too_many_requests"
    text = "At most {per_second:,} requests a second are answered to one caller. Go on in {seconds} s."


@dataclass(eq=False)
class TooBusy(Refusal):
    """More is under way than can be answered; nothing of this request was done."""

    running: int
    code = "too_busy"
    text = "{running:,} requests are under way already; nothing of this was done. Send it again shortly."


@dataclass(eq=False)
class TooSlow(Refusal):
    """The answer did not begin in time. What was begun may still be done."""

    seconds: int
    code = "too_slow"
    text = "This was not answered within {seconds} s. It may still be done: send it again under the same key."


@dataclass(eq=False)
class BodyTooSlow(Refusal):
    """The body did not come in in time; nothing was done."""

    seconds: int
    code = "body_too_slow"
    text = "The body did not come in within {seconds} s; nothing of this was done."


@dataclass(eq=False)
class NotHttp(Refusal):
    """What came over the connection is no request."""

    code = "not_http"
    text = "What came is no HTTP request. The connection is closed."


@dataclass(eq=False)
class HeadTooLarge(Refusal):
    """What stands before a body: method, address and headers."""

    largest_bytes: int
    code = "head_too_large"
    text = "Address and headers of a request may have at most {largest_bytes:,} bytes. The connection is closed."


@dataclass(eq=False)
class HeadTooSlow(Refusal):
    """A connection that asks for nothing, or not to its end."""

    seconds: int
    code = "head_too_slow"
    text = "Address and headers did not come in within {seconds} s. The connection is closed."


@dataclass(eq=False)
class NotAcceptable(Refusal):
    """None of what could be answered is accepted; nothing was done."""

    media_types: tuple[str, ...]
    code = "not_acceptable"
    text = "This is answered as {media_types}, which your Accept leaves out."


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
class EncodedBody(Refusal):
    """JSON that is packed or otherwise encoded cannot be read."""

    content_encoding: str
    code = "encoded_body"
    text = "Send JSON as it is: a body with the header `Content-Encoding: {content_encoding}` is not unpacked."


@dataclass(eq=False)
class EncodedFile(Refusal):
    """A file is taken as it is: packed ones by their media type."""

    content_encoding: str
    code = "encoded_file"
    text = "Send the file without `Content-Encoding: {content_encoding}`; packed files are application/gzip or x-xz."


@dataclass(eq=False)
class EventsAhead(Refusal):
    """A reader claims to have read what is not there: as after a restore of an older backup."""

    after: int
    head: int
    code = "events_ahead"
    text = (
        "You have read up to position {after:,}, but the log ends at {head:,}: the books may be an older state, "
        "restored. Read what there is anew, and go on from {head:,}."
    )


@dataclass(eq=False)
class NotForm(Refusal):
    """What a page of the console posts is a form."""

    code = "not_form"
    text = "Send a form; programs use the API under /v1."


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
    text = (
        "This service does not answer as {host!r}. Behind a proxy STOCKMESH_PUBLIC_URL says under which name it does."
    )


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
class NotAnAddress(Refusal):
    """What is to be listened on is no address of this machine."""

    host: str
    problem: str
    code = "not_an_address"
    text = (
        "{host} cannot be listened on ({problem}). Choose an address of this machine with --host or STOCKMESH_HOST: "
        "127.0.0.1 for itself, 0.0.0.0 for all of them."
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
class ChangedMeanwhile(Refusal):
    """What the request was based on is no longer so; nothing was done."""

    etag: str
    code = "changed_meanwhile"
    text = "This was changed since you read it: its ETag is {etag} now. Read it again before you change it."


@dataclass(eq=False)
class ThereAlready(Refusal):
    """What was to be new is not; nothing was done."""

    etag: str
    code = "there_already"
    text = "There is one already: its ETag is {etag}. Leave out If-None-Match to change it."


@dataclass(eq=False)
class TooManyEntries(Refusal):
    largest: int
    code = "too_many_entries"
    text = "A request may have at most {largest:,} entries. Send the rest in another."


@dataclass(eq=False)
class NotAFile(Refusal):
    """A media type that no file of rows has."""

    content_type: str
    media_types: tuple[str, ...]
    code = "not_a_file"
    text = (
        "Send the file itself as the body, with one of these as its Content-Type: {media_types}; not {content_type!r}."
    )


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
class UnknownKind(Refusal):
    """A kind of file that nobody imports."""

    kind: str
    kinds: tuple[str, ...]
    code = "unknown_kind"
    text = "There are no files of {kind!r}. There are {kinds}."


@dataclass(eq=False)
class Stopping(Refusal):
    """What was taken before is finished; nothing more is taken."""

    code = "stopping"
    text = "This service is stopping; nothing of this was taken. Send it again to another, or shortly to this one."
