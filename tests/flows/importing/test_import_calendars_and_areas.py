"""Days of locations' own, and cards whose zones are postal areas."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from import_files import bring, item_rows, reasons

from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.flows.context import Context
from stockmesh.flows.importing.jobs import Said
from stockmesh.flows.order_detail import get_order
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.set_up import save_merchant
from stockmesh.flows.verify_books import verify_books
from worlds import order

CARDS = """carrier,service,version,valid_from,valid_to,currency,origins,zone,countries,postcodes,up_to_kg,price
parcel,standard,2026,2026-01-01,2026-12-31,EUR,DE,A,DE FR,,30,5.00
parcel,standard,2026,2026-01-01,2026-12-31,EUR,DE,islands,DE,"18565, 25846-25847 83256",30,19.00
parcel,standard,2026,2026-01-01,2026-12-31,EUR,DE,south,FR DE,FR:20 DE:80-87,30,9.00
"""
PLACES = """Code;Name;Land;PLZ;Zeitzone;Kapazität;Carriers
LEJ;Leipzig;DE;04103;Europe/Berlin;500;parcel
"""
EIGHT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def live(context: Context, tmp_path: Path) -> Context:
    """A location with tents, from files."""
    save_merchant(context, Owner("shop", "Shop", "EUR"), [Channel("web", "Web")])
    for kind, text in (("rate-cards", CARDS), ("locations", PLACES), ("items", item_rows(["tent"]))):
        imported = bring(context, tmp_path, kind, text)
        assert imported.job is not None, reasons(imported)
    stock = "sku,location,quantity\ntent,LEJ,60\n"
    bring(context, tmp_path, "stock", stock, said=Said(kind="on_hand", as_of=EIGHT))
    return context


def placed(context: Context, reference: str, to: str) -> Placed:
    """The order as it was placed, for one tent."""
    [outcome] = place_orders(context, [order(reference, {"tent": 1}, to)])
    assert isinstance(outcome, Placed), outcome
    return outcome


def test_areas_win_over_countries(live: Context) -> None:
    """A listed area over a range of beginnings, that over the country; areas of several countries in one zone."""
    prices = {
        "DE-10115": 500,
        "DE-18565": 1_900,
        "DE-25847": 1_900,
        "DE-80331": 900,
        "DE-83256": 1_900,
        "FR-20000": 900,
        "FR-75008": 500,
    }
    assert {to: placed(live, to, to).cost_minor for to in prices} == prices
    assert verify_books(live).ok


@pytest.mark.parametrize(
    ("areas", "problem"),
    [
        ("1067-1099", ("lost_zeros", "perhaps 01067-01099")),
        ("FR:20", ("not_an_area", "say its country, one of the zone: FR:20")),
        ("Rügen", ("not_an_area", "such as 97, 967-968, BT, IV1-63 or FR:20 ES:07")),
        ("99-11", ("bad_card", "")),
    ],
)
def test_areas_that_cannot_be_meant(live: Context, tmp_path: Path, areas: str, problem: tuple[str, str]) -> None:
    """Lost zeros, a country that the zone does not have, words, ranges from high to low."""
    head, *_ = CARDS.splitlines()
    row = f'parcel,other,2026,2026-01-01,2026-12-31,EUR,DE,A,DE,"{areas}",30,5.00'
    [(number, _, reason, suggestion)] = reasons(bring(live, tmp_path, "rate-cards", f"{head}\n{row}\n"))
    assert (number, reason) == (2, problem[0])
    assert suggestion == problem[1] or problem[0] == "bad_card"


DAYS = """location,date,status,cut_off,name
LEJ,2026-03-02,closed,,Stocktaking
LEJ,03.03.2026,open,09:00,Staff meeting
LEJ,2026-03-08,open,,Open Sunday
"""


def test_orders_start_on_days_of_a_location_s_own(live: Context, tmp_path: Path) -> None:
    """Closed on a Monday: the order starts on the next day, before the cut-off of that day."""
    imported = bring(live, tmp_path, "calendars", DAYS)
    assert imported.job is not None, reasons(imported)
    assert (imported.job.created, imported.job.changed) == (3, 0)
    [part] = get_order(live, placed(live, "A-1", "DE-10115").order_id).fulfilments
    assert part.starts_on == date(2026, 3, 3)
    later = order("A-2", {"tent": 1}, "DE-10115", placed_at=datetime(2026, 3, 3, 8, 0, tzinfo=UTC))
    [outcome] = place_orders(live, [later])
    assert isinstance(outcome, Placed)
    [part] = get_order(live, outcome.order_id).fulfilments
    assert part.starts_on == date(2026, 3, 4)
    assert verify_books(live).ok


def test_the_same_days_again_change_nothing(live: Context, tmp_path: Path) -> None:
    """And publish no world; `usual` takes a day back; other rows of a location stay, whatever its own file says."""
    bring(live, tmp_path, "calendars", DAYS)
    world = live.database.transact(live.hold_present).world_id
    again = bring(live, tmp_path, "calendars", DAYS + "\n")
    assert again.job is not None
    assert (again.job.created, again.job.changed, again.job.unchanged) == (0, 0, 3)
    assert live.database.transact(live.hold_present).world_id == world
    bring(live, tmp_path, "locations", PLACES.replace("500", "400"))
    back = bring(live, tmp_path, "calendars", "location,date,status\nLEJ,2026-03-02,usual\nLEJ,2026-03-05,\n")
    assert back.job is not None
    assert (back.job.created, back.job.changed) == (1, 1)
    [place] = live.database.transact(live.hold_present).facts.locations
    assert [(one.day.day, one.is_open) for one in place.special_days] == [(3, True), (5, False), (8, True)]


def test_days_that_cannot_be_taken(live: Context, tmp_path: Path) -> None:
    """Unknown places, a cut-off of a closed day, a day told twice."""
    text = "location,date,status,cut_off\nLEI,2026-03-02,closed,\nLEJ,2026-03-03,closed,10:00\n"
    text += "LEJ,2026-03-04,open,\nLEJ,4.3.2026,closed,\n"
    assert [(row, reason) for row, _, reason, _ in reasons(bring(live, tmp_path, "calendars", text))] == [
        (2, "unknown_location"),
        (3, "cut_off_of_closed"),
        (5, "twice"),
    ]
