"""Going live from files alone: cards, locations, items, kits, stock, supply, and the orders that are open already."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from import_files import bring, item_rows, reasons

from stock_world import level
from stockmesh.domain.fulfilment.refusals import DecidedElsewhere
from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.flows.context import Context
from stockmesh.flows.explaining import explain_order
from stockmesh.flows.importing.card_files import import_carrier
from stockmesh.flows.importing.jobs import Said
from stockmesh.flows.importing.refusals import CardTaken
from stockmesh.flows.order_contacts import find_contact
from stockmesh.flows.order_detail import get_order
from stockmesh.flows.order_life import cancel_order
from stockmesh.flows.place_orders import Placed, Refused, place_orders
from stockmesh.flows.serve_waiting import serve_waiting
from stockmesh.flows.set_up import save_merchant
from stockmesh.flows.verify_books import verify_books
from worlds import EVERYWHERE, carrier, flat_card, order

CARDS = """carrier,service,version,valid_from,valid_to,currency,origins,zone,countries,up_to_kg,price
parcel,standard,2026,2026-01-01,2026-12-31,EUR,DE NL,A,DE,2,4.20
parcel,standard,2026,2026-01-01,2026-12-31,EUR,DE NL,A,DE,30,7.90
parcel,standard,2026,2026-01-01,2026-12-31,EUR,DE NL,B,NL FR,30,12.00
"""
PLACES = """Code;Name;Land;PLZ;Zeitzone;Kapazität;Carriers;handling_order
LEJ;Leipzig;DE;04103;Europe/Berlin;2;parcel;0,45
AMS;Amsterdam;NL;1012;Europe/Amsterdam;500;parcel;
"""
STOCK = "sku,location,quantity\ntent,LEJ,6\nlamp,LEJ,10\ntent,AMS,4\n"
KITS = "kit,component,quantity\ncamp,tent,1\ncamp,lamp,2\n"
EIGHT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ORDERS = """reference,channel,placed_at,country,postcode,sku,quantity,price,location,name
A-1,web,2026-02-27T10:00Z,DE,10115,tent,2,80,LEJ,Marta Muster
A-1,web,2026-02-27T10:00Z,DE,10115,tent,1,80,AMS,Marta Muster
A-2,web,2026-02-28T10:00Z,DE,10115,camp,1,95.50,LEJ,
A-2,web,2026-02-28T10:00Z,DE,10115,lamp,3,10,,
A-3,web,2026-03-01T10:00Z,FR,75008,lamp,4,10,LEJ,
"""


@pytest.fixture
def live(context: Context, tmp_path: Path) -> Context:
    """Books that were filled from files alone."""
    save_merchant(context, Owner("shop", "Shop", "EUR"), [Channel("web", "Web")])
    for kind, text in (
        ("rate-cards", CARDS),
        ("locations", PLACES),
        ("items", item_rows(["tent", "lamp", "camp"])),
        ("kits", KITS),
    ):
        imported = bring(context, tmp_path, kind, text)
        assert imported.job is not None, reasons(imported)
        assert imported.job.created > 0
    return context


def test_orders_are_placed_on_what_files_brought(live: Context, tmp_path: Path) -> None:
    """Cards, locations, items, kits and stock from files are enough to source an order."""
    bring(live, tmp_path, "stock", STOCK, said=Said(kind="on_hand", as_of=EIGHT))
    [outcome] = place_orders(live, [order("B-1", {"camp": 2})])
    assert isinstance(outcome, Placed)
    assert outcome.state == "open"
    assert outcome.cost_minor == 790 + 45
    assert verify_books(live).ok


@pytest.mark.parametrize("kind", ["on_hand", "available"])
def test_open_orders_keep_what_they_hold(live: Context, tmp_path: Path, kind: str) -> None:
    """Units lie committed where the other system had them, whether the count included them or not; the rest waits."""
    bring(live, tmp_path, "stock", STOCK, said=Said(kind=kind, as_of=EIGHT))
    imported = bring(live, tmp_path, "orders", ORDERS)
    assert imported.job is not None, reasons(imported)
    assert imported.job.created == 3
    tents, lamps = level(live, "tent", "LEJ"), level(live, "lamp", "LEJ")
    held_tents, held_lamps = 3, 6
    left_out = 0 if kind == "on_hand" else 1
    assert (tents.committed, tents.on_hand) == (held_tents, 6 + left_out * held_tents)
    assert (lamps.committed, lamps.on_hand) == (held_lamps, 10 + left_out * held_lamps)
    assert verify_books(live).ok
    assert serve_waiting(live).units == 3
    assert verify_books(live).ok


def test_days_and_contacts_of_orders_taken_over(live: Context, tmp_path: Path) -> None:
    """Each part starts on the next working day with room; who receives the order is kept apart."""
    bring(live, tmp_path, "stock", STOCK, said=Said(kind="on_hand", as_of=EIGHT))
    bring(live, tmp_path, "orders", ORDERS)
    found = {one.reference: one for number in _numbers(live) for one in [get_order(live, number)]}
    days = {(reference, part.location): part.starts_on for reference, one in found.items() for part in one.fulfilments}
    monday, tuesday = date(2026, 3, 2), date(2026, 3, 3)
    assert days == {
        ("A-1", "AMS"): monday,
        ("A-1", "LEJ"): monday,
        ("A-2", "LEJ"): monday,
        ("A-3", "LEJ"): tuesday,
    }
    contact = find_contact(live, found["A-1"].order_id)
    assert contact is not None
    assert (contact.name, contact.postcode) == ("Marta Muster", "10115")
    assert find_contact(live, found["A-3"].order_id) is None


def _numbers(context: Context) -> list[int]:
    with context.database.session() as session:
        return [row["order_id"] for row in session.execute("SELECT order_id FROM orders ORDER BY 1").fetchall()]


def test_orders_taken_over_live_on(live: Context, tmp_path: Path) -> None:
    """They are known to whoever sends them again, can be cancelled, and say that others decided them."""
    bring(live, tmp_path, "stock", STOCK, said=Said(kind="on_hand", as_of=EIGHT))
    bring(live, tmp_path, "orders", ORDERS)
    first = _numbers(live)[0]
    with pytest.raises(DecidedElsewhere):
        explain_order(live, first)
    same = order("A-3", {"lamp": 4}, "FR-75008")
    outcomes = place_orders(live, [same, order("A-3", {"lamp": 5}, "FR-75008")])
    assert isinstance(outcomes[0], Placed)
    assert outcomes[0].repeated
    assert isinstance(outcomes[1], Refused)
    cancel_order(live, first)
    assert level(live, "tent", "AMS").committed == 0
    assert verify_books(live).ok


def test_orders_are_taken_over_once(live: Context, tmp_path: Path) -> None:
    """The same orders in another file are left as they are; with other content they are problems."""
    bring(live, tmp_path, "stock", STOCK, said=Said(kind="on_hand", as_of=EIGHT))
    bring(live, tmp_path, "orders", ORDERS)
    again = bring(live, tmp_path, "orders", ORDERS + "\n")
    assert again.job is not None
    assert (again.job.created, again.job.unchanged) == (0, 3)
    other = bring(live, tmp_path, "orders", ORDERS.replace("lamp,4", "lamp,5"))
    assert [(row, reason) for row, _, reason, _ in reasons(other)] == [(6, "order_taken")]
    assert verify_books(live).ok


def test_orders_that_cannot_be_are_told(live: Context, tmp_path: Path) -> None:
    """A bad row takes its order with it, never another one."""
    rows = ORDERS + (
        "A-4,web,2026-03-01T10:00Z,DE,4103,tent,1,80,LEJ,\n"
        "A-5,shop,2026-03-01T10:00Z,DE,10115,tent,1,80,LEJ,\n"
        "A-6,web,2026-03-01T10:00Z,DE,10115,tnet,1,80,LEX,\n"
        "A-7,web,2026-03-01T10:00Z,US,10001,tent,1,80,LEJ,\n"
        "A-8,web,2026-03-09T10:00Z,DE,10115,tent,1,80,LEJ,\n"
        "A-9,web,2026-03-01T10:00Z,DE,10115,tent,1,80,LEJ,\n"
        "A-9,web,2026-03-01T11:00Z,DE,10115,lamp,1,80,LEJ,\n"
    )
    found = bring(live, tmp_path, "orders", rows, only_good=True)
    assert [(row, column, reason) for row, column, reason, _ in reasons(found)] == [
        (7, "postcode", "lost_zeros"),
        (8, "channel", "unknown_channel"),
        (9, "location", "unknown_location"),
        (9, "sku", "unknown_sku"),
        (10, "reference", "bad_order"),
        (11, "placed_at", "in_future"),
        (13, "placed_at", "contradicts"),
    ]
    assert found.job is not None
    assert found.job.created == 3
    assert verify_books(live).ok


def test_incoming_supply_is_known_by_its_line(live: Context, tmp_path: Path) -> None:
    """A later advice moves day and quantity; the same again changes nothing."""
    rows = "reference,sku,location,quantity,due_on\nPO-1,tent,LEJ,40,2026-04-01\nPO-1,lamp,LEJ,9,2026-04-01\n"
    first = bring(live, tmp_path, "incoming", rows)
    later = bring(live, tmp_path, "incoming", rows.replace("9,2026-04-01", "9,8.4.2026"))
    assert first.job is not None
    assert later.job is not None
    assert (first.job.created, later.job.changed, later.job.unchanged) == (2, 1, 1)
    assert level(live, "tent", "LEJ").incoming == 40
    bad = bring(live, tmp_path, "incoming", "reference,sku,location,quantity,due_on\nPO-2,camp,LEJ,1,04/05/2026\n")
    assert reasons(bad) == [(2, "due_on", "not_a_day", "perhaps 2026-05-04 or 2026-04-05")]


def test_kits_that_cannot_be_are_told(live: Context, tmp_path: Path) -> None:
    """A kit within a kit, an unknown component, a kit that has stock of its own."""
    bring(live, tmp_path, "stock", STOCK, said=Said(kind="on_hand", as_of=EIGHT))
    rows = "kit,component,quantity\nset,camp,1\ntent,lamp,1\ncamp,lmap,1\n"
    assert [(row, column, reason) for row, column, reason, _ in reasons(bring(live, tmp_path, "kits", rows))] == [
        (2, "component", "component_is_kit"),
        (2, "kit", "unknown_sku"),
        (3, "kit", "stocked_as_item"),
        (4, "component", "unknown_sku"),
    ]
    changed = bring(live, tmp_path, "kits", KITS.replace("lamp,2", "lamp,1"))
    assert changed.job is not None
    assert changed.job.changed == 1


def test_locations_are_changed_and_checked(live: Context, tmp_path: Path) -> None:
    """What a file does not say stays; a carrier nobody knows and a postcode without its zero are told."""
    head = "code,country,postcode,time_zone,daily_orders,carriers\n"
    more = bring(live, tmp_path, "locations", head + "LEJ,DE,04103,Europe/Berlin,9,parcel\n")
    assert more.job is not None
    assert more.job.changed == 1
    with live.database.session() as session:
        leipzig = next(one for one in live.present(session).facts.locations if one.code == "LEJ")
    assert (leipzig.name, leipzig.daily_orders_max, leipzig.handling_order_micro) == ("Leipzig", 9, 450_000)
    assert leipzig.latitude_e6 // 1_000_000 == 51
    bad = bring(live, tmp_path, "locations", head + "ERF,DE,9084,Europe/Berlim,9,parzel\n")
    assert [(column, reason) for _, column, reason, _ in reasons(bad)] == [("time_zone", "not_a_time_zone")]
    bad = bring(live, tmp_path, "locations", head + "DRE,DE,1067,Europe/Berlin,9,parzel\n")
    assert reasons(bad) == [
        (2, "carriers", "unknown_carrier", "perhaps parcel"),
        (2, "postcode", "lost_zeros", "perhaps 01067"),
    ]


def test_published_cards_stay(live: Context, tmp_path: Path) -> None:
    """The same card again changes nothing, other prices need a version and days of their own."""
    same = bring(live, tmp_path, "rate-cards", CARDS + "\n")
    assert same.job is not None
    assert (same.job.created, same.job.unchanged) == (0, 1)
    dearer = CARDS.replace("7.90", "8.90")
    assert [reason for _, _, reason, _ in reasons(bring(live, tmp_path, "rate-cards", dearer))] == ["card_taken"]
    next_year = bring(live, tmp_path, "rate-cards", dearer.replace("2026", "2027"))
    assert next_year.job is not None
    assert next_year.job.created == 1


def test_a_wrong_card_is_superseded(live: Context, tmp_path: Path) -> None:
    """A version of its own takes over from its first day; one that would end sooner is refused, and nothing is lost."""
    dearer = CARDS.replace("7.90", "8.90").replace(",2026,", ",2026b,")
    summer = dearer.replace("2026-01-01", "2026-07-01").replace("2026-12-31", "2026-08-31")
    assert [reason for _, _, reason, _ in reasons(bring(live, tmp_path, "rate-cards", summer))] == ["bad_card"]
    autumn = bring(live, tmp_path, "rate-cards", dearer.replace("2026-01-01", "2026-09-01"))
    assert autumn.job is not None
    assert autumn.job.created == 1
    assert cards_of(live, "standard") == {"2026": ("2026-01-01", "2026-08-31"), "2026b": ("2026-09-01", "2026-12-31")}
    same = bring(live, tmp_path, "rate-cards", CARDS + "\n\n")
    assert same.job is not None
    assert (same.job.created, same.job.unchanged) == (0, 1)
    ends = CARDS.replace("2026-12-31", "2026-06-30")
    assert [reason for _, _, reason, _ in reasons(bring(live, tmp_path, "rate-cards", ends))] == ["card_taken"]
    again = bring(live, tmp_path, "rate-cards", dearer.replace(",2026b,", ",2026c,"))
    assert again.job is not None
    assert cards_of(live, "standard") == {"2026c": ("2026-01-01", "2026-12-31")}


def cards_of(context: Context, service: str) -> dict[str, tuple[str, str]]:
    """The days of a service's cards, by version."""
    with context.database.session() as session:
        carriers = context.present(session).facts.carriers
    (found,) = [one for carrier in carriers for one in carrier.services if one.code == service]
    return {card.version: (str(card.valid_from), str(card.valid_to)) for card in found.cards}


def test_card_documents_add_to_what_is_there(live: Context) -> None:
    """A carrier's own document brings services and cards; a known version with other prices is refused."""
    document = carrier("express", ["DE"], [flat_card("express-1", EVERYWHERE)])
    for _ in range(2):
        assert import_carrier(live, 1, document, dry_run=True).created == 1
    assert import_carrier(live, 1, document).created == 1
    assert import_carrier(live, 1, document).unchanged == 1
    with pytest.raises(CardTaken):
        import_carrier(live, 1, carrier("express", ["DE"], [flat_card("express-1", {"DE": [(30_000, 1)]})]))
    with live.database.session() as session:
        assert [one.code for one in live.present(session).facts.carriers] == ["express", "parcel"]


def test_a_day_that_was_promised_is_kept(live: Context, tmp_path: Path) -> None:
    """A day named by the file is taken where it has room, whatever is free before it."""
    bring(live, tmp_path, "stock", STOCK, said=Said(kind="on_hand", as_of=EIGHT))
    head, *rows = ORDERS.splitlines()
    rows = [f"{rows[4]},{date(2026, 3, 2) + timedelta(days=3)}"]
    bring(live, tmp_path, "orders", "\n".join([f"{head},ship_on", *rows]))
    [part] = get_order(live, _numbers(live)[0]).fulfilments
    assert part.starts_on == date(2026, 3, 5)


def test_orders_older_than_the_cards_are_taken_over(live: Context, tmp_path: Path) -> None:
    """What was placed before our first rate card is sourced by the cards of today."""
    bring(live, tmp_path, "stock", STOCK, said=Said(kind="on_hand", as_of=EIGHT))
    rows = ORDERS.splitlines()[0] + "\nA-0,web,2025-11-30T10:00Z,DE,10115,tent,2,80,LEJ,\n"
    rows += "A-0,web,2025-11-30T10:00Z,DE,10115,lamp,2,10,,\n"
    imported = bring(live, tmp_path, "orders", rows)
    assert imported.job is not None, reasons(imported)
    assert imported.job.created == 1
    assert serve_waiting(live).units == 2
    assert verify_books(live).ok
