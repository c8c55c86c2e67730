"""Messages that wait are applied: read, joined with what is known of their subjects, brought into the books.

One process does it for all, a batch at a time. Killed at any beat, the messages wait on and lead to the same.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from psycopg import DataError, IntegrityError

from stockmesh.domain.fulfilment.refusals import Poisoned
from stockmesh.domain.fulfilment.requests import Contact
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.acting import Actor, ActorKind, working_as
from stockmesh.flows.context import Context
from stockmesh.flows.leases import may_take, take_lease
from stockmesh.flows.set_up import as_json
from stockmesh.flows.shops.goods import Goods, save_goods
from stockmesh.flows.shops.joining import Key, Told, join, told_gone, told_goods, told_order, told_product
from stockmesh.flows.shops.orders import Verdict, settle_orders
from stockmesh.flows.shops.pulling import look_up
from stockmesh.flows.shops.refusals import MessageStuck
from stockmesh.flows.shops.taking_over import take_levels
from stockmesh.gateways.shops.messages import (
    Gone,
    GoodsTold,
    LevelTold,
    Message,
    Nothing,
    OrderTold,
    ProductTold,
)
from stockmesh.gateways.shops.reading import read_message
from stockmesh.gateways.shops.settings import ShopSettings
from stockmesh.gateways.shops.signing import ShopKind
from stockmesh.store.database import Session, column, execute, find_row, rows
from stockmesh.store.vectors import Vector

LEASE: Final = "shops"
MESSAGES_MAX: Final = 200
ATTEMPTS_MAX: Final = 5
Row = dict[str, Any]


@dataclass(frozen=True)
class Applied:
    """What became of a batch of messages, and whether there may be more."""

    applied: int
    failed: int
    more: bool


@dataclass(eq=False)
class _Batch:
    """Messages on their way: what each told, and what became of it."""

    rows: dict[int, Row]
    said: dict[int, Message] = field(default_factory=dict)
    told: dict[int, Told] = field(default_factory=dict)
    outcomes: dict[int, Verdict] = field(default_factory=dict)

    def of_kind(self, *kinds: type[Message]) -> list[int]:
        """The messages that told something of these kinds and were not refused."""
        return [number for number, said in self.said.items() if isinstance(said, kinds) and number not in self.outcomes]

    def is_to_look_up(self, number: int) -> bool:
        """Whether the shop is to be asked for what the message leaves out."""
        said = self.said[number]
        return isinstance(said, OrderTold) and said.to_look_up

    def by_shop(self, numbers: Iterable[int]) -> dict[str, list[int]]:
        """Messages by the code of their shop, in whose name they are applied."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for number in numbers:
            found[self.rows[number]["shop"]].append(number)
        return found


def something_waits(context: Context) -> bool:
    """Whether a message waits to be applied. Writes nothing."""
    with context.database.session() as session:
        row = find_row(session, "shops/something_waits")
        return bool(row and row["waiting"])


def apply_waiting(context: Context, owner: str) -> Applied | None:
    """What became of the next batch; None when another process has the lease."""
    with context.database.session() as session:
        if not may_take(session, LEASE, owner):
            return None

    def take(session: Session) -> list[Row] | None:
        if not take_lease(session, LEASE, owner):
            return None
        return rows(session, "shops/take_waiting", most=MESSAGES_MAX)

    taken = context.database.transact(take)
    if taken is None:
        return None
    batch = _Batch({row["message_id"]: row for row in sorted(taken, key=lambda row: int(row["message_id"]))})
    _read(batch)
    for step in (_join, _apply_goods, _apply_orders, _apply_levels):
        if not context.database.transact(lambda session: take_lease(session, LEASE, owner)):
            return None
        step(context, batch)
    failed = _settle(context, batch)
    return Applied(len(batch.rows) - failed, failed, more=len(batch.rows) > 0)


def apply_all(context: Context, owner: str) -> Applied | None:
    """Batch after batch until nothing waits; None when another process has the lease."""
    applied = failed = 0
    while True:
        part = apply_waiting(context, owner)
        if part is None:
            return None
        applied, failed = applied + part.applied, failed + part.failed
        if not part.more:
            return Applied(applied, failed, more=False)


def _read(batch: _Batch) -> None:
    for number, row in batch.rows.items():
        if row["attempts"] > ATTEMPTS_MAX:
            batch.outcomes[number] = MessageStuck(attempts=ATTEMPTS_MAX)
            continue
        settings = ShopSettings(row["book_currency"], row["weight_unit"], row["side_unit"], row["answers"])
        try:
            said = read_message(ShopKind(row["kind"]), row["topic"], row["body"], settings)
        except Refusal as refusal:
            batch.outcomes[number] = refusal
            continue
        batch.said[number] = said
        match said:
            case Nothing(reason=reason):
                batch.outcomes[number] = f"Not used: {reason}."
            case OrderTold():
                batch.told[number] = told_order(number, row["shop_id"], said)
            case Gone():
                batch.told[number] = told_gone(number, row["shop_id"], said)
            case ProductTold():
                batch.told[number] = told_product(number, row["shop_id"], said)
            case GoodsTold():
                batch.told[number] = told_goods(number, row["shop_id"], said)


def _join(context: Context, batch: _Batch) -> None:
    """Each message is counted once: those that a stopped or slow process joined before are not joined again."""
    fresh = {number: told for number, told in batch.told.items() if not batch.rows[number]["merged"]}
    if not fresh:
        return

    def work(session: Session) -> None:
        subjects = [told.subject for told in fresh.values()]
        marked = rows(session, "shops/mark_merged", messages=Vector(column(list(fresh))), subjects=subjects)
        counted = [row["message_id"] for row in marked]
        execute(session, "shops/merge", told=as_json(join(fresh[number] for number in counted)))
        look_up(session, context, [fresh[number].key for number in counted if batch.is_to_look_up(number)])

    context.database.transact(work)


def _standing_of(session: Session, asked: Iterable[Key]) -> dict[Key, Row]:
    keys = list(dict.fromkeys(asked))
    found = rows(
        session,
        "shops/subjects",
        shops=Vector(column([shop for shop, _ in keys])),
        subjects=[subject for _, subject in keys],
    )
    return {(row["shop_id"], row["subject"]): row for row in found}


def _apply_goods(context: Context, batch: _Batch) -> None:
    """Products and facts of goods that are the newest of their kind; what is older has nothing to say."""
    numbers = batch.of_kind(ProductTold, GoodsTold)
    numbers += [one for one in batch.of_kind(Gone) if batch.told[one].subject.startswith("product/")]
    for code, ours in batch.by_shop(numbers).items():
        work = partial(_save_goods, context=context, batch=batch, numbers=ours)
        try:
            with working_as(context, Actor(ActorKind.SHOP, code)):
                context.database.transact(work)
        except (DataError, IntegrityError) as error:
            for number in ours:
                batch.outcomes[number] = Poisoned(
                    reference=batch.told[number].subject, reason=str(error).split("\n")[0]
                )


def _save_goods(session: Session, context: Context, batch: _Batch, numbers: list[int]) -> None:
    first = batch.rows[numbers[0]]
    said = {number: batch.said[number] for number in numbers}
    whole = [(first["shop_id"], f"product/{one.number}") for one in said.values() if isinstance(one, ProductTold)]
    known = _standing_of(session, [*(batch.told[number].key for number in numbers), *whole])
    products: list[ProductTold] = []
    facts: list[GoodsTold] = []
    for number, one in said.items():
        told = batch.told[number]
        is_newest = (known[told.key]["as_of"], known[told.key]["tie"]) == (told.as_of, told.tie)
        if (
            isinstance(one, ProductTold)
            and is_newest
            and _is_for_sale(known.get((told.shop_id, f"product/{one.number}")), told)
        ):
            products.append(one)
        elif isinstance(one, GoodsTold) and is_newest:
            facts.append(one)
    gone = [subject.split("/", 1)[1] for (_, subject), row in known.items() if row["removed"] > row["restored"]]
    save_goods(session, context, Goods(first["shop_id"], first["owner_id"], products, facts, gone))


def _is_for_sale(product: Row | None, told: Told) -> bool:
    """Whether nothing newer is known of the product as a whole, and it was not taken away."""
    if product is None:
        return True
    return told.as_of is not None and product["as_of"] <= told.as_of and product["removed"] <= product["restored"]


def _apply_orders(context: Context, batch: _Batch) -> None:
    numbers = [number for number in batch.of_kind(OrderTold, Gone) if batch.told[number].subject.startswith("order/")]
    for code, ours in batch.by_shop(numbers).items():
        with working_as(context, Actor(ActorKind.SHOP, code)):
            _settle_orders(context, batch, ours)


def _settle_orders(context: Context, batch: _Batch, numbers: list[int]) -> None:
    channels = {batch.told[number].key: str(batch.rows[number]["channel"]) for number in numbers}
    contacts: dict[Key, tuple[Any, Contact]] = {}
    for number in numbers:
        said, told = batch.said[number], batch.told[number]
        if isinstance(said, OrderTold) and said.contact is not None:
            version = (told.as_of, told.tie)
            if told.key not in contacts or version >= contacts[told.key][0]:
                contacts[told.key] = (version, said.contact)
    verdicts = settle_orders(context, channels, contacts)
    for number in numbers:
        batch.outcomes[number] = verdicts.get(batch.told[number].key, "")


def _apply_levels(context: Context, batch: _Batch) -> None:
    levels = {number: said for number, said in batch.said.items() if isinstance(said, LevelTold)}
    if levels:
        batch.outcomes |= take_levels(context, {number: (batch.rows[number], one) for number, one in levels.items()})


def _settle(context: Context, batch: _Batch) -> int:
    """How many messages were set aside; the others are applied and forgotten but for their numbers."""
    outcomes = [_outcome(number, batch.outcomes.get(number, "")) for number in batch.rows]
    failed = {one["message_id"] for one in outcomes if one["state"] == "failed"}
    done = {told.key for number, told in batch.told.items() if number not in failed}

    def work(session: Session) -> None:
        now = context.clock()
        execute(session, "shops/settle", outcomes=as_json(outcomes), now=now)
        keys = sorted(done)
        execute(
            session,
            "shops/settle_older",
            shops=Vector(column([shop for shop, _ in keys])),
            subjects=[subject for _, subject in keys],
            now=now,
        )

    if outcomes:
        context.database.transact(work)
    return len(failed)


def _outcome(number: int, verdict: Verdict) -> Row:
    is_refused = isinstance(verdict, Refusal)
    return {
        "message_id": number,
        "state": "failed" if is_refused else "applied",
        "code": verdict.code if isinstance(verdict, Refusal) else "",
        "reason": str(verdict)[:500],
    }
