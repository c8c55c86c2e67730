"""Orders of shops are brought to what the shop wants of them, through the very flows that any order goes through."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

import msgspec
from psycopg import DataError, IntegrityError

from stockmesh.domain.fulfilment.order_states import OrderState
from stockmesh.domain.fulfilment.refusals import Poisoned, ReferenceTaken
from stockmesh.domain.fulfilment.requests import Contact, Destination, OrderLine, OrderRequest, Wish
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.announcing import announce
from stockmesh.flows.commands import digest
from stockmesh.flows.context import Context
from stockmesh.flows.order_life import OrderChange, cancel_order, change_order, pause_order, resume_order
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.set_up import as_json
from stockmesh.flows.shops.joining import Key
from stockmesh.gateways.shops.messages import OrderContent, Standing
from stockmesh.store.database import Session, column, execute, rows
from stockmesh.store.vectors import Vector

# Told late, an order is sourced as of now: no location works on a day that has passed.
LATE: Final = timedelta(hours=1)
BY_THE_SHOP: Final = " in the shop"
Verdict = Refusal | str


@dataclass(frozen=True)
class Subject:
    """An order as the shop wants it, and what is in the books of it. `state` is empty while nothing is."""

    key: Key
    channel: str
    standing: Standing | None
    content: OrderContent | None
    content_version: tuple[Any, bytes]
    order_id: int | None
    state: str
    country: str
    area: str
    pause_reason: str
    lives: int
    brought: bytes
    cancelled: bool

    @property
    def is_alive(self) -> bool:
        """Whether an order of it holds units or waits for them."""
        return bool(self.state) and self.state != OrderState.CANCELLED

    @property
    def lines(self) -> tuple[OrderLine, ...]:
        """What is wanted; nothing when it is cancelled, or was being shipped before it was known."""
        if self.standing in (None, Standing.CANCELLED) or self.content is None:
            return ()
        return self.content.lines

    @property
    def is_to_be_placed(self) -> bool:
        """Whether an order is wanted and there is none, or the shop itself had cancelled the one there was."""
        return bool(self.lines) and (not self.state or (self.cancelled and not self.is_alive))

    @property
    def wanted(self) -> bytes:
        """What makes two contents the same to the books."""
        content = self.content
        return b"" if content is None else digest(content.lines, content.country, content.area)


def settle_orders(
    context: Context, channels: Mapping[Key, str], contacts: Mapping[Key, tuple[Any, Contact]]
) -> dict[Key, Verdict]:
    """What became of each order of a shop: why it could not be brought to what the shop wants, or a remark.

    `contacts` are who receives them, with the version of the content they came with. May be repeated at any beat.
    """
    subjects = _read(context, channels)
    refused = _place(context, [one for one in subjects if one.is_to_be_placed], contacts)
    verdicts: dict[Key, Verdict] = dict(refused)
    settled = []
    for subject in _read(context, channels):
        if subject.key in refused:
            continue
        try:
            settled.append(_follow(context, subject))
            verdicts[subject.key] = _remark(subject)
        except Refusal as refusal:
            verdicts[subject.key] = refusal
        except (DataError, IntegrityError) as error:
            verdicts[subject.key] = Poisoned(reference=subject.key[1], reason=str(error).split("\n")[0])
    _bring(context, settled)
    _redirect(context, settled, contacts)
    return verdicts


def _read(context: Context, channels: Mapping[Key, str]) -> list[Subject]:
    shops = Vector(column([shop for shop, _ in channels]))
    with context.database.session() as session:
        found = rows(session, "shops/subjects", shops=shops, subjects=[subject for _, subject in channels])
        unshipped = {(row["shop_id"], row["sku"]) for row in rows(session, "shops/unshipped", shops=shops)}
    return [_subject(row, channels[row["shop_id"], row["subject"]], unshipped) for row in found]


def _subject(row: dict[str, Any], channel: str, unshipped: set[tuple[int, str]]) -> Subject:
    content = None if row["content"] is None else msgspec.json.decode(row["content"], type=OrderContent)
    if content is not None:
        shipped = tuple(line for line in content.lines if (row["shop_id"], line.sku) not in unshipped)
        content = replace(content, lines=shipped)
    standing = Standing(row["standing"]) if row["standing"] else None
    return Subject(
        key=(row["shop_id"], row["subject"]),
        channel=channel,
        standing=Standing.CANCELLED if row["removed"] > row["restored"] else standing,
        content=content,
        content_version=(row["content_as_of"], row["content_tie"]),
        order_id=row["order_id"],
        state=row["state"] or "",
        country=row["country"] or "",
        area=row["area"] or "",
        pause_reason=row["pause_reason"] or "",
        lives=row["lives"],
        brought=row["brought"],
        cancelled=row["cancelled"],
    )


def _place(
    context: Context, subjects: list[Subject], contacts: Mapping[Key, tuple[Any, Contact]]
) -> dict[Key, Refusal]:
    """Places orders in one batch; answers those refused. One that is there already is taken for the shop's."""
    if not subjects:
        return {}
    refused: dict[Key, Refusal] = {}
    placed = []
    try:
        outcomes = place_orders(context, [_request(context, one, contacts.get(one.key)) for one in subjects])
    except Refusal as refusal:
        return {one.key: refusal for one in subjects}
    for subject, outcome in zip(subjects, outcomes, strict=True):
        lives = subject.lives + 1
        if isinstance(outcome, Placed):
            placed.append(
                replace(subject, order_id=outcome.order_id, lives=lives, brought=subject.wanted, cancelled=False)
            )
        elif isinstance(outcome.refusal, ReferenceTaken):
            placed.append(
                replace(subject, order_id=outcome.refusal.order_id, lives=lives, brought=b"", cancelled=False)
            )
        else:
            refused[subject.key] = outcome.refusal
    _bring(context, placed)
    return refused


def _request(context: Context, subject: Subject, told: tuple[Any, Contact] | None) -> OrderRequest:
    content = subject.content or OrderContent("", context.clock(), ())
    now = context.clock()
    return OrderRequest(
        reference=content.reference if subject.lives == 0 else f"{content.reference}/{subject.lives + 1}",
        channel=subject.channel,
        placed_at=content.placed_at if abs(now - content.placed_at) < LATE else now,
        destination=Destination(content.country, content.area),
        lines=content.lines,
        wish=Wish.BACKORDER,
        customer=content.customer,
        contact=told[1] if told is not None and told[0] == subject.content_version else None,
    )


def _follow(context: Context, subject: Subject) -> Subject:
    """The subject after its order in the books was brought to what the shop wants. Raises what the flows refuse."""
    if subject.order_id is None:
        return subject
    if not subject.lines and subject.standing is not None:
        if subject.is_alive:
            words = "cancelled" if subject.standing is Standing.CANCELLED else "nothing left to ship"
            cancel_order(context, subject.order_id, words + BY_THE_SHOP)
        return replace(subject, cancelled=True)
    if not subject.is_alive:
        return subject
    if subject.brought != subject.wanted:
        change_order(context, subject.order_id, _change(subject))
        subject = replace(subject, brought=subject.wanted)
    _pause_or_resume(context, subject)
    return subject


def _change(subject: Subject) -> OrderChange:
    content = subject.content or OrderContent("", subject.content_version[0], ())
    moved = (content.country, content.area) != (subject.country, subject.area)
    return OrderChange(Destination(content.country, content.area) if moved else None, subject.lines)


def _pause_or_resume(context: Context, subject: Subject) -> None:
    """Follows the shop; an order that a person paused here stays paused."""
    if subject.order_id is None:
        return
    is_paused = subject.state == OrderState.PAUSED
    if subject.standing is Standing.PAUSED and not is_paused:
        reason = subject.content.reason if subject.content else ""
        pause_order(context, subject.order_id, reason or f"on hold{BY_THE_SHOP}")
    elif subject.standing is not Standing.PAUSED and is_paused and subject.pause_reason.endswith(BY_THE_SHOP):
        resume_order(context, subject.order_id)


def _remark(subject: Subject) -> str:
    """What somebody who reads the list of messages would wonder about; mostly nothing."""
    if subject.order_id is None:
        if subject.standing is Standing.SHIPPING:
            return "The shop had begun to ship it before it was known here: nothing was sourced."
        if subject.content is None and subject.standing in (Standing.OPEN, Standing.PAUSED):
            return "The shop is asked for what its message leaves out."
        return "" if subject.lines else "There is nothing to ship."
    if subject.lines and not subject.is_alive and not subject.cancelled:
        return "It was cancelled here: the shop's changes are not followed."
    return ""


def _bring(context: Context, subjects: Iterable[Subject]) -> None:
    brought = [
        {
            "shop_id": one.key[0],
            "subject": one.key[1],
            "order_id": one.order_id,
            "lives": one.lives,
            "brought": one.brought.hex(),
            "cancelled": one.cancelled,
        }
        for one in subjects
    ]
    if brought:
        context.database.transact(lambda session: execute(session, "shops/bring", brought=as_json(brought)))


def _redirect(context: Context, subjects: list[Subject], contacts: Mapping[Key, tuple[Any, Contact]]) -> None:
    """Who receives orders is as the newest message says; decisions see nothing of it."""
    told = [
        {"order_id": one.order_id, **asdict(contacts[one.key][1])}
        for one in subjects
        if one.is_alive and one.key in contacts and contacts[one.key][0] == one.content_version
    ]
    if told:
        context.database.transact(partial(_write_contacts, context=context, told=told))


def _write_contacts(session: Session, *, context: Context, told: list[dict[str, Any]]) -> None:
    rows(session, "customers/lock", orders=Vector(column([one["order_id"] for one in told])))
    for changed in rows(session, "shops/update_contacts", contacts=as_json(told)):
        announce(session, context, "order_contact_changed", changed["order_id"], {})
