"""The network as the books hold it, for files that add to it: each makes one new version of the world."""

from stockmesh.domain.sourcing.market import WorldFacts
from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.flows.context import Context
from stockmesh.flows.set_up import as_json, gather_world, write_network
from stockmesh.gateways.retailer import Network
from stockmesh.store.database import Session, execute, rows


def known_world(session: Session, context: Context, currency: str) -> WorldFacts:
    """The world as it is gathered in the books; in fresh books an empty one in the owner's currency."""
    named = {row["name"] for row in rows(session, "setup/world_parts") if row["kind"] == "setting"}
    settings = {"fx_ppm": {currency: 1_000_000}, "policy": SourcingPolicy(), "book_currency": currency}
    for name, body in settings.items():
        if name not in named:
            execute(session, "setup/save_setting", name=name, body=as_json(body))
    return gather_world(session, context.engine)


def book_currency(session: Session, owner_id: int) -> str:
    """The currency an owner keeps books in."""
    found = rows(session, "imports/owners")
    return next(str(row["book_currency"]) for row in found if row["owner_id"] == owner_id)


def publish(session: Session, context: Context, facts: WorldFacts) -> int:
    """The number of the world version in force with a changed network or policy."""
    network = Network(facts.locations, facts.carriers, facts.fx_ppm)
    return write_network(session, context, network, facts.policy, facts.book_currency)
