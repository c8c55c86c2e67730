"""Clients of the HTTP API that do not give up: what stays unanswered they send once more, the very same.

Each has a purchase list and goes through it one by one. Whether an order was placed is known from answers alone, as it
is to anybody outside.
"""

import random
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any, Final

import httpx

from service_process import Service

PATIENCE_SECONDS: Final = 30.0
IMPATIENCE_SECONDS: Final = 0.015
PAUSE_SECONDS: Final = 0.03
# Said by a service that could not do it now, or is doing it already: the same request is sent again.
COME_AGAIN: Final = ("idempotency_key_running",)
PLACES: Final = (("DE", "10115"), ("NL", "1071"), ("FR", "75001"))


def hear(service: Service) -> None:
    """Reads whatever a service says: one that nobody hears would stand still at last."""
    said = service.process.stdout
    assert said is not None
    threading.Thread(target=lambda: deque(said, maxlen=0), daemon=True).start()


@dataclass(frozen=True)
class Purchase:
    """An order to be made. `held`: its cart is held first; `keyed`: sent under a key; `hasty`: the first answers are
    not waited for."""

    reference: str
    lines: Mapping[str, int]
    wish: str = "backorder"
    to: tuple[str, str] = PLACES[0]
    held: bool = False
    keyed: bool = False
    hasty: int = 0

    def cart(self) -> dict[str, Any]:
        """What is wanted and where."""
        country, postcode = self.to
        lines = [{"sku": sku, "quantity": units} for sku, units in self.lines.items()]
        return {"channel": "web", "destination": {"country": country, "postcode": postcode}, "lines": lines}


def draw_purchases(prefix: str, skus: list[str], *, units_max: int) -> Iterator[Purchase]:
    """Purchases without end, drawn with the prefix as the seed: every sort of wish, some held, keyed, or hasty."""
    chance = random.Random(prefix)
    for number in count(1):
        held = chance.random() < 0.25
        yield Purchase(
            reference=f"{prefix}-{number}",
            lines={sku: chance.randint(1, units_max) for sku in chance.sample(skus, chance.randint(1, len(skus)))},
            wish=chance.choice(["backorder", "backorder", "part", "refuse"]),
            to=chance.choice(PLACES),
            held=held,
            keyed=held or chance.random() < 0.5,
            hasty=chance.choice([0, 0, 1, 2]),
        )


@dataclass
class Told:
    """What clients were answered at last: order numbers by reference, codes by reference, and how often what was sent
    again."""

    placed: dict[str, int] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    again: Counter[str] = field(default_factory=Counter)


@dataclass
class Shoppers:
    """Clients that go through a list of purchases each, at doors that may move; the next try goes to the next door."""

    doors: Callable[[], list[str]]
    key: str
    lists: list[Iterable[Purchase]]
    told: Told = field(default_factory=Told)
    faults: list[str] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def begin(self) -> None:
        """All of them shop from now on."""
        self._threads = [
            threading.Thread(target=self._shop, args=(number, purchases), daemon=True)
            for number, purchases in enumerate(self.lists)
        ]
        for thread in self._threads:
            thread.start()

    def finish(self, *, seconds: float = 600) -> Told:
        """What they were told, once each is through its list."""
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(deadline - time.monotonic())
            assert not thread.is_alive(), "a client was never answered"
        assert not self.faults, self.faults[:5]
        return self.told

    def end(self) -> Told:
        """What they were told, once each is through the purchase that it is at."""
        self._stopped.set()
        return self.finish()

    def wait_for(self, answered: int, *, seconds: float = 120) -> None:
        """Returns when so many purchases are answered."""
        deadline = time.monotonic() + seconds
        while self.answered < answered:
            assert not self.faults, self.faults[:5]
            assert time.monotonic() < deadline, f"{self.answered} are answered, the others {dict(self.told.again)}"
            time.sleep(0.01)

    @property
    def answered(self) -> int:
        """Purchases answered so far."""
        return len(self.told.placed) + len(self.told.refused)

    def _shop(self, number: int, purchases: Iterable[Purchase]) -> None:
        turns = cycle(range(number, number + 12))
        with httpx.Client(headers={"Authorization": f"Bearer {self.key}"}) as client:
            for purchase in purchases:
                if self._stopped.is_set():
                    return
                try:
                    self._buy(client, turns, purchase)
                except Exception as fault:
                    self.faults.append(f"{purchase.reference}: {fault!r}")
                    return

    def _buy(self, client: httpx.Client, turns: Iterator[int], purchase: Purchase) -> None:
        body = purchase.cart() | {"reference": purchase.reference, "wish": purchase.wish}
        if purchase.held:
            hold = purchase.cart() | {"wish": "part"}
            held = self._insist(
                client, turns, "/v1/holds", hold, key=f"hold-{purchase.reference}", hasty=purchase.hasty
            )
            body |= {"hold": held.json()["hold_id"], "hold_required": False} if held.is_success else {}
        key = purchase.reference if purchase.keyed else ""
        answer = self._insist(client, turns, "/v1/orders", body, key=key, hasty=purchase.hasty)
        if answer.is_success:
            self.told.placed[purchase.reference] = answer.json()["order_id"]
        else:
            self.told.refused[purchase.reference] = answer.json()["code"]
            # What is held of a cart that could not be had whole would lie idle until the hold is over.
            if "hold" in body:
                given_up = f"/v1/holds/{body['hold']}"
                self._insist(client, turns, given_up, None, key=f"leave-{purchase.reference}", method="DELETE")

    def _insist(
        self,
        client: httpx.Client,
        turns: Iterator[int],
        path: str,
        body: dict[str, Any] | None,
        *,
        key: str,
        hasty: int = 0,
        method: str = "POST",
    ) -> httpx.Response:
        """The answer at last; anything but a success or a refusal of the purchase itself is tried again."""
        headers = {"Idempotency-Key": key} if key else {}
        until = time.monotonic() + 8 * PATIENCE_SECONDS
        for attempt in count():
            doors = self.doors()
            door = doors[next(turns) % len(doors)]
            timeout = IMPATIENCE_SECONDS if attempt < hasty else PATIENCE_SECONDS
            why = "unanswered"
            try:
                answer = client.request(method, door + path, json=body, headers=headers, timeout=timeout)
            except httpx.TransportError as fault:
                why = type(fault).__name__
            else:
                if answer.is_success or answer.status_code == 422:
                    return answer
                why = str(answer.json().get("code"))
                assert answer.status_code == 503 or why in COME_AGAIN, answer.text
            self.told.again[why] += 1
            assert time.monotonic() < until, f"no answer to {path}: {why}"
            if attempt >= hasty:
                time.sleep(PAUSE_SECONDS)
        raise AssertionError("unreachable")
