"""Deliveries: signed, tried again on the schedule, given up, replayed; a receiver that fails in every way."""

import json
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from conftest import HandClock
from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context
from stockmesh.flows.deliver_webhooks import WAITS, Claim, attempt, claim_due, prune_log, record, wait_after
from stockmesh.flows.event_log import list_events, read_topics
from stockmesh.flows.refusals import UnknownDelivery, UnknownEndpoint
from stockmesh.flows.relay_events import relay_all
from stockmesh.flows.webhook_endpoints import (
    Delivery,
    DeliveryFilter,
    add_endpoint,
    get_endpoint,
    list_deliveries,
    list_endpoints,
    remove_endpoint,
    replay_delivery,
    rotate_secret,
    send_test,
    set_active,
)
from stockmesh.gateways.webhooks import sending
from stockmesh.gateways.webhooks.addresses import read_networks
from stockmesh.gateways.webhooks.refusals import ForbiddenAddress
from stockmesh.gateways.webhooks.signing import sign
from webhook_receiver import (
    OK,
    answer,
    drips,
    drips_body,
    floods,
    floods_head,
    plain_speaker,
    receiver,
    resets,
    resets_halfway,
    says,
    self_signed,
    silent,
)

HOME = read_networks("127.0.0.0/8")
EVERYTHING = DeliveryFilter()


def raise_event(context: Context, reason: str = "why") -> None:
    context.database.transact(lambda session: announce(session, context, "order_paused", 1, {"reason": reason}))
    assert relay_all(context, "relay", low=2) is not None


def deliver(context: Context) -> int:
    """How many attempts were made of what is due."""
    made = 0
    while messages := claim_due(context, "sender", Claim()):
        for message in messages:
            record(context, message, attempt(context, message, HOME))
        made += len(messages)
    return made


def log_of(context: Context, endpoint: int, wanted: DeliveryFilter = EVERYTHING) -> tuple[Delivery, ...]:
    return list_deliveries(context, endpoint, wanted).rows


def test_a_message_is_signed_and_taken(context: Context, clock: HandClock) -> None:
    """What the receiver gets: the event as it is read, with a signature that its secret makes again."""
    with receiver(answer(OK)) as other:
        added = add_endpoint(context, other.url, ["order.paused"], permitted=HOME)
        raise_event(context)
        assert deliver(context) == 1
    [message] = other.received
    assert message.line == "POST /hooks?shop=1 HTTP/1.1"
    assert message.headers["host"] == f"127.0.0.1:{other.port}"
    event = json.loads(message.body)
    assert (event["type"], event["data"]["reason"]) == ("order.paused", "why")
    assert message.headers["webhook-id"] == event["id"]
    timestamp = int(message.headers["webhook-timestamp"])
    assert timestamp == int(clock.now.timestamp())
    assert message.headers["webhook-signature"] == sign(added.secret, event["id"], timestamp, message.body)
    [delivery] = log_of(context, added.endpoint_id)
    assert (delivery.state, delivery.status, delivery.attempts, delivery.next_attempt_at) == ("delivered", 204, 1, None)
    assert get_endpoint(context, added.endpoint_id).succeeded_at == clock.now


FAILURES: dict[str, tuple[Callable[[socket.socket], None], int | None, str]] = {
    "silence": (silent, None, "No answer within"),
    "reset": (resets, None, "ConnectionResetError"),
    "reset halfway": (resets_halfway, None, "ConnectionResetError"),
    "closed": (answer(b""), None, "closed without an answer"),
    "500": (says("500 Internal Server Error", body=b"it broke"), 500, "Answered 500."),
    "redirect": (says("301 Moved Permanently", "Location: http://169.254.169.254/"), 301, "redirects are not followed"),
    "not http": (answer(b"SSH-2.0-OpenSSH_9.2\r\n"), None, "HttpParser"),
    "slow head": (drips, None, "No answer within"),
    "head without end": (floods_head, None, "does not end"),
    "body without end": (floods, 500, "Answered 500."),
    "huge": (says("502 Bad Gateway", body=b"z" * 30_000_000), 502, "Answered 502."),
    "lasting redirect": (says("308 Permanent Redirect", "Location: /"), 308, "redirects are not followed"),
    "400": (says("400 Bad Request"), 400, "Answered 400."),
    "404": (says("404 Not Found"), 404, "Answered 404."),
    "429": (says("429 Too Many Requests", "Retry-After: soon"), 429, "Answered 429."),
}


@pytest.mark.parametrize("way", FAILURES)
def test_a_receiver_that_fails(context: Context, clock: HandClock, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each way is an outcome in the log and another attempt later, in bounded time."""
    monkeypatch.setattr(sending, "SECONDS_MAX", 0.7)
    behave, status, problem = FAILURES[way]
    with receiver(behave) as other:
        endpoint = add_endpoint(context, other.url, [], permitted=HOME).endpoint_id
        send_test(context, endpoint)
        started = time.monotonic()
        assert deliver(context) >= 1
        assert time.monotonic() - started < 5
    delivery = log_of(context, endpoint, DeliveryFilter(topic="webhook.test"))[0]
    assert (delivery.state, delivery.status, delivery.attempts) == ("due", status, 1)
    assert problem in delivery.problem, delivery.problem
    assert delivery.next_attempt_at is not None
    assert clock.now + timedelta(seconds=5) <= delivery.next_attempt_at <= clock.now + timedelta(seconds=5.5)
    assert len(delivery.excerpt) <= 2_000


def test_a_body_that_drips_was_taken_all_the_same(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """The status says so; the rest is not waited for longer than an attempt may last."""
    monkeypatch.setattr(sending, "SECONDS_MAX", 0.5)
    with receiver(drips_body) as other:
        endpoint = add_endpoint(context, other.url, [], permitted=HOME).endpoint_id
        send_test(context, endpoint)
        deliver(context)
    assert log_of(context, endpoint, DeliveryFilter(topic="webhook.test"))[0].state == "delivered"


def test_nobody_listens(context: Context) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        endpoint = add_endpoint(context, url, [], permitted=HOME).endpoint_id
        send_test(context, endpoint)
        deliver(context)
    assert "ConnectionRefusedError" in log_of(context, endpoint)[0].problem


def test_a_certificate_that_nobody_vouches_for(context: Context, tmp_path: Path) -> None:
    """Nothing of the message is sent."""
    with receiver(answer(OK), self_signed(tmp_path)) as other:
        endpoint = add_endpoint(context, other.url, [], permitted=HOME).endpoint_id
        send_test(context, endpoint)
        deliver(context)
        assert "CERTIFICATE_VERIFY_FAILED" in log_of(context, endpoint)[0].problem
        assert other.received == []


@pytest.mark.parametrize("silently", [False, True])
def test_who_does_not_speak_tls(context: Context, monkeypatch: pytest.MonkeyPatch, *, silently: bool) -> None:
    """Plain HTTP behind an https address, or no word at all: not a byte of the message is sent, in bounded time."""
    monkeypatch.setattr(sending, "SECONDS_MAX", 0.7)
    with receiver(silent) as mute, plain_speaker() as plain:
        url = mute.url.replace("http:", "https:") if silently else plain
        endpoint = add_endpoint(context, url, [], permitted=HOME).endpoint_id
        send_test(context, endpoint)
        started = time.monotonic()
        deliver(context)
        assert time.monotonic() - started < 5
        assert mute.received == []
    delivery = log_of(context, endpoint, DeliveryFilter(topic="webhook.test"))[0]
    assert (delivery.state, delivery.status) == ("due", None)
    assert ("No answer within" if silently else "SSL") in delivery.problem


def test_a_name_that_comes_to_lead_inside_is_not_sent_to(context: Context) -> None:
    """Resolved at every attempt: what was harmless when it was added may not be any more."""
    with receiver(answer(OK)) as other:
        endpoint = add_endpoint(context, other.url, [], permitted=HOME).endpoint_id
        send_test(context, endpoint)
        [message, *_] = claim_due(context, "sender", Claim()) or []
        made = attempt(context, message, read_networks(""))
        assert other.received == []
    assert "not on the public internet" in made.problem
    with pytest.raises(ForbiddenAddress):
        add_endpoint(context, other.url, [], permitted=read_networks(""))


def test_the_whole_schedule_and_the_end(context: Context, clock: HandClock) -> None:
    """Ten attempts in three days, then it is given up; an endpoint that took nothing meanwhile is disabled."""
    with receiver(says("503 Service Unavailable")) as other:
        endpoint = add_endpoint(context, other.url, ["order"], permitted=HOME).endpoint_id
        raise_event(context)
        instants: list[datetime] = []
        while get_endpoint(context, endpoint).active:
            assert deliver(context) == 1
            instants.append(clock.now)
            clock.now = log_of(context, endpoint)[0].next_attempt_at or clock.now
    waits = [after - before for before, after in pairwise(instants)]
    assert len(waits) == len(WAITS)
    assert all(wait <= waited <= wait * 1.1 for wait, waited in zip(WAITS, waits, strict=True))
    assert log_of(context, endpoint)[0].state == "failed"
    assert "took nothing since" in get_endpoint(context, endpoint).disabled_reason
    assert relay_all(context, "relay", low=2) is not None
    [*_, told] = list_events(context, 0, read_topics(["webhook"])).items
    assert (told.data["change"], told.data["endpoint_id"]) == ("disabled", endpoint)


def test_an_endpoint_that_takes_others_is_not_disabled(context: Context, clock: HandClock) -> None:
    """One message it cannot stomach is given up; the rest goes on."""

    def moody(connection: socket.socket) -> None:
        (says("500 No") if b"poison" in other.received[-1].body else answer(OK))(connection)

    with receiver(moody) as other:
        endpoint = add_endpoint(context, other.url, ["order"], permitted=HOME).endpoint_id
        raise_event(context, "poison")
        for turn in range(len(WAITS) + 1):
            deliver(context)
            clock.advance(hours=30)
            raise_event(context, f"fine {turn}")
        deliver(context)
    assert [one.state for one in log_of(context, endpoint)].count("failed") == 1
    assert get_endpoint(context, endpoint).active


def test_gone_disables_at_once(context: Context) -> None:
    with receiver(says("410 Gone")) as other:
        endpoint = add_endpoint(context, other.url, ["order"], permitted=HOME).endpoint_id
        raise_event(context)
        deliver(context)
        raise_event(context)
        assert deliver(context) == 0
    assert not get_endpoint(context, endpoint).active
    assert log_of(context, endpoint)[0].state == "failed"


def test_what_happens_while_it_is_disabled_is_kept(context: Context) -> None:
    with receiver(answer(OK)) as other:
        endpoint = add_endpoint(context, other.url, ["order"], permitted=HOME).endpoint_id
        set_active(context, endpoint, active=False, reason="by hand")
        raise_event(context, "meanwhile")
        assert deliver(context) == 0
        set_active(context, endpoint, active=True)
        assert deliver(context) == 1
    assert b"meanwhile" in other.received[0].body


def test_both_secrets_sign_until_the_grace_is_over(context: Context, clock: HandClock) -> None:
    """During the grace a receiver may check with either; afterwards with the new one alone."""
    with receiver(answer(OK)) as other:
        added = add_endpoint(context, other.url, ["order"], permitted=HOME)
        second = rotate_secret(context, added.endpoint_id, grace=timedelta(hours=1)).secret
        for _ in range(2):
            raise_event(context)
            deliver(context)
            clock.advance(hours=2)
    counts = []
    for message, secrets in zip(other.received, ([second, added.secret], [second]), strict=True):
        timestamp = int(message.headers["webhook-timestamp"])
        signed = [sign(one, message.headers["webhook-id"], timestamp, message.body) for one in secrets]
        assert message.headers["webhook-signature"].split() == signed
        counts.append(len(signed))
    assert counts == [2, 1]


def test_retry_after_is_heeded(context: Context, clock: HandClock) -> None:
    with receiver(says("429 Too Many Requests", "Retry-After: 600")) as other:
        endpoint = add_endpoint(context, other.url, ["order"], permitted=HOME).endpoint_id
        raise_event(context)
        deliver(context)
    assert log_of(context, endpoint)[0].next_attempt_at == clock.now + timedelta(seconds=600)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (("Date: Mon, 02 Mar 2026 09:00:00 GMT", "Retry-After: Mon, 02 Mar 2026 09:15:00 GMT"), 900),
        (("Date: Mon, 02 Mar 2026 09:00:00 GMT", "Retry-After: Mon, 02 Mar 2026 08:00:00 GMT"), 0),
        (("Retry-After: Mon, 02 Mar 2026 09:15:00 GMT",), 0),
        (("Date: today", "Retry-After: tomorrow"), 0),
        (("Retry-After: -5",), 0),
        (("Retry-After: 99999999999999999999",), 86_400),
    ],
    ids=str,
)
def test_an_instant_to_come_back_at_is_measured_by_the_clock_of_who_says_it(
    said: tuple[str, ...], seconds: int
) -> None:
    with receiver(says("503 Service Unavailable", *said)) as other:
        assert sending.send(other.url, b"{}", {}, HOME).retry_after_seconds == seconds


def test_an_endpoint_that_asks_for_a_pause_is_sent_nothing_until_it_is_over(context: Context, clock: HandClock) -> None:
    """Neither what it refused nor what came later, though that is due; a person who tries it out need not wait."""
    with receiver(says("429 Too Many Requests", "Retry-After: 600")) as other:
        endpoint = add_endpoint(context, other.url, ["order"], permitted=HOME).endpoint_id
        raise_event(context, "first")
        assert deliver(context) == 1
        raise_event(context, "second")
        clock.advance(seconds=599)
        assert deliver(context) == 0
        assert get_endpoint(context, endpoint).rests_until == clock.now + timedelta(seconds=1)
        clock.advance(seconds=1)
        assert get_endpoint(context, endpoint).rests_until is None
        assert deliver(context) == 2
        send_test(context, endpoint)
        assert deliver(context) == 1
    assert b"webhook.test" in other.received[-1].body


@pytest.mark.parametrize("status", ["429 Too Many Requests", "502 Bad Gateway", "504 Gateway Timeout"])
def test_an_endpoint_with_more_than_it_can_take_is_left_alone_for_a_moment(
    context: Context, clock: HandClock, status: str
) -> None:
    with receiver(says(status)) as other:
        add_endpoint(context, other.url, ["order"], permitted=HOME)
        raise_event(context)
        deliver(context)
        raise_event(context)
        assert deliver(context) == 0
        clock.advance(seconds=5)
        assert deliver(context) >= 1


def test_a_failure_seen_by_two_processes_counts_once(context: Context) -> None:
    """One was paused beyond its lease: what both attempted does not run through the schedule twice as fast."""
    with receiver(says("500 No")) as other:
        endpoint = add_endpoint(context, other.url, ["order"], permitted=HOME).endpoint_id
        raise_event(context)
        [message] = claim_due(context, "sender", Claim()) or []
        failed = attempt(context, message, HOME)
        other.behave = answer(OK)
        taken = attempt(context, message, HOME)
    for made, state, attempts in ((failed, "due", 1), (failed, "due", 1), (taken, "delivered", 2)):
        record(context, message, made)
        [delivery] = log_of(context, endpoint)
        assert (delivery.state, delivery.attempts) == (state, attempts)


def test_a_delivery_is_replayed_under_the_same_id(context: Context) -> None:
    with receiver(answer(OK)) as other:
        endpoint = add_endpoint(context, other.url, ["order"], permitted=HOME).endpoint_id
        raise_event(context)
        deliver(context)
        [delivery] = log_of(context, endpoint)
        assert replay_delivery(context, delivery.delivery_id) == endpoint
        assert deliver(context) == 1
    first, again = other.received
    assert (first.headers["webhook-id"], first.body) == (again.headers["webhook-id"], again.body)
    with pytest.raises(UnknownDelivery):
        replay_delivery(context, 999_999)


def test_topics_of_an_endpoint(context: Context) -> None:
    """It is told those and no others, from when it was added."""
    raise_event(context, "before")
    with receiver(answer(OK)) as other:
        stock = add_endpoint(context, other.url, ["stock", "catalogue.changed"], permitted=HOME).endpoint_id
        orders = add_endpoint(context, other.url, ["order"], permitted=HOME).endpoint_id
        raise_event(context, "after")
        deliver(context)
    assert log_of(context, stock) == ()
    assert [one.topic for one in log_of(context, orders)] == ["order.paused"]
    assert len(other.received) == 1


def test_one_process_delivers_at_a_time(context: Context) -> None:
    with receiver(answer(OK)) as other:
        add_endpoint(context, other.url, ["order"], permitted=HOME)
        raise_event(context)
        assert len(claim_due(context, "sender", Claim()) or []) == 1
        assert claim_due(context, "another", Claim()) is None


def test_an_endpoint_that_takes_nothing_does_not_fill_the_books(context: Context) -> None:
    """Only so many deliveries wait; the others stay in the log of events, where they are anyway."""

    def work(session: object) -> None:
        for _ in range(900):
            announce(session, context, "order_paused", 1, {"reason": ""})  # type: ignore[arg-type]

    with receiver(says("500 No")) as other:
        endpoint = add_endpoint(context, other.url, ["order"], permitted=HOME).endpoint_id
        context.database.transact(work)
        assert relay_all(context, "relay", low=2) is not None
        for _ in range(8):
            claim_due(context, "sender", Claim())
        assert get_endpoint(context, endpoint).due in range(500, 700)


def test_the_log_is_paged_filtered_and_forgotten(context: Context, clock: HandClock) -> None:
    with receiver(answer(OK)) as other:
        endpoint = add_endpoint(context, other.url, ["order"], permitted=HOME).endpoint_id
        for _ in range(5):
            raise_event(context)
        deliver(context)
        page = list_deliveries(context, endpoint, EVERYTHING, count=3)
        rest = list_deliveries(context, endpoint, EVERYTHING, after=page.next or "", count=3)
        assert (len(page.rows), len(rest.rows), rest.next) == (3, 2, None)
        assert log_of(context, endpoint, DeliveryFilter(state="failed")) == ()
    clock.advance(days=31)
    assert not prune_log(context)
    assert log_of(context, endpoint) == ()


def test_an_endpoint_is_removed_with_all_it_had(context: Context) -> None:
    with receiver(answer(OK)) as other:
        endpoint = add_endpoint(context, other.url, [], permitted=HOME).endpoint_id
        send_test(context, endpoint)
        remove_endpoint(context, endpoint)
        assert deliver(context) == 0
    assert list_endpoints(context) == ()
    with pytest.raises(UnknownEndpoint):
        get_endpoint(context, endpoint)


def test_waits_are_spread_and_always_the_same() -> None:
    """A thousand deliveries do not come back at one instant; the same one always waits as long."""
    waits = {wait_after(delivery, 3) for delivery in range(1_000)}
    assert len(waits) > 900
    assert wait_after(7, 3) == wait_after(7, 3)
    assert wait_after(7, len(WAITS) + 1) is None
