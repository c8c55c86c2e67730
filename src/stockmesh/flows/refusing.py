"""Orders that the buyer's wish turns away: all or nothing, or anything at all, and there is not enough."""

import numpy as np

from stockmesh.domain.fulfilment.refusals import ShortStock
from stockmesh.domain.fulfilment.requests import Wish
from stockmesh.domain.sourcing.alternatives import list_missing
from stockmesh.domain.sourcing.market import setting_of
from stockmesh.domain.sourcing.plans import Status
from stockmesh.domain.sourcing.seen_facts import read_facts
from stockmesh.flows.deciding import Decided


def find_refusal(decided: Decided, order: int) -> ShortStock | None:
    """Why an order of a decided batch is refused, naming what no allowed location can fill; None when it is not."""
    request = decided.asked.orders[order].request
    if decided.plans.status[order] < Status.NOTHING or request.wish is Wish.BACKORDER:
        return None
    return ShortStock(skus=_short_skus(decided, order))


def _short_skus(decided: Decided, order: int) -> tuple[str, ...]:
    """The SKUs that no single location had enough of when the order was decided; all of them when it was the sum."""
    checked = decided.asked.orders[order]
    words = decided.facts.words[decided.facts.start[order] : decided.facts.start[order + 1]]
    row = decided.demand.tariff_of[decided.demand.destination[order]]
    seen = read_facts(words.astype("<i4").tobytes(), setting_of(decided.asked.market, row))
    allowed = np.flatnonzero(seen.demand.barred[0] == 0).tolist()
    short = [{missing.line for missing in list_missing(seen.demand, seen.supply, place)} for place in allowed]
    everywhere = set.intersection(*short) if short else set()
    sku_of = dict(zip(checked.items, dict.fromkeys(line.sku for line in checked.request.lines), strict=True))
    named = [sku_of[int(seen.names.line_item[line])] for line in sorted(everywhere)]
    return tuple(named or sku_of.values())
