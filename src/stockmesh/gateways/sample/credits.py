"""What comes back: cancellations within hours, returns after days, of customers who are known by number."""

from collections.abc import Sequence
from datetime import timedelta

from stockmesh.domain.fulfilment.requests import OrderLine, OrderRequest
from stockmesh.gateways.online_retail.credits import CANCELLATION, CANCELLATION_WITHIN, RETURN
from stockmesh.gateways.retailer import CreditLine
from stockmesh.gateways.sample.calibration import Calibration
from stockmesh.gateways.sample.drawing import MILLION, Chance


def draw_credits(orders: Sequence[OrderRequest], calibration: Calibration, chance: Chance) -> list[CreditLine]:
    """The credits of a stream's orders; those that would come after the last order are left out."""
    lines = [(order, line) for order in orders if order.customer for line in order.lines]
    fate = (chance.uniform(len(lines)) * MILLION).astype(int).tolist()
    minutes = chance.values(calibration.cancelled_after_minutes, len(lines)).tolist()
    days = chance.values(calibration.returned_after_days, len(lines)).tolist()
    parts = chance.values(calibration.credited_part, len(lines)).tolist()
    found = []
    for (order, line), head, minute, day, part in zip(lines, fate, minutes, days, parts, strict=True):
        if head < calibration.cancelled_lines:
            found.append(_credit(order, line, CANCELLATION, after=timedelta(minutes=minute), part=part))
        elif head < calibration.cancelled_lines + calibration.returned_lines:
            # An hour more than whole days, so that none is taken for a cancellation.
            after = max(timedelta(days=day), CANCELLATION_WITHIN) + timedelta(hours=1)
            found.append(_credit(order, line, RETURN, after=after, part=part))
    return [credit for credit in found if credit.credited_at <= orders[-1].placed_at]


def _credit(order: OrderRequest, line: OrderLine, kind: str, *, after: timedelta, part: int) -> CreditLine:
    return CreditLine(
        reference=f"CN-{order.reference}-{kind[0].upper()}",
        credited_at=order.placed_at + after,
        customer=order.customer,
        sku=line.sku,
        quantity=max(line.quantity * part // MILLION, 1),
        unit_price_minor=line.unit_price_minor,
        kind=kind,
    )
