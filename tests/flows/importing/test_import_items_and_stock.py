"""Items and stock from files: what the books hold afterwards, and that a repeated file changes nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from import_files import bring, item_rows, reasons

from stock_world import level
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.domain.stock.refusals import UnknownOwner
from stockmesh.flows.context import Context
from stockmesh.flows.importing.jobs import Said, list_jobs
from stockmesh.flows.importing.refusals import InstantNeeded, NoOwner, OwnerNeeded
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.set_up import save_merchant
from stockmesh.flows.verify_books import verify_books
from worlds import SmallWorld, order, put_in_books

EIGHT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ON_HAND = Said(kind="on_hand", as_of=EIGHT)


@pytest.fixture
def books(context: Context) -> Context:
    """The small world with three tents in Leipzig."""
    put_in_books(context, SmallWorld(), {("LEJ", "tent"): 3})
    return context


def test_items_are_created_changed_and_left(books: Context, tmp_path: Path) -> None:
    """New items are there for orders; known ones change only where the file says otherwise."""
    first = bring(books, tmp_path, "items", item_rows(["rope", "peg"]))
    assert first.job is not None
    assert (first.job.created, first.job.changed, first.job.unchanged) == (2, 0, 0)
    more = bring(books, tmp_path, "items", item_rows(["rope", "peg", "pan"]).replace("peg,peg,1.5", "peg,Peg,1.6"))
    assert more.job is not None
    assert (more.job.created, more.job.changed, more.job.unchanged) == (1, 1, 1)
    outcome = place_orders(books, [order("A-1", {"pan": 1})])[0]
    assert isinstance(outcome, Placed)
    assert outcome.state == "waiting"
    assert verify_books(books).ok


def test_what_a_file_does_not_say_stays(books: Context, tmp_path: Path) -> None:
    """A later file without title and price leaves both; an empty cell does too."""
    bring(books, tmp_path, "items", item_rows(["rope"]))
    bare = "sku;weight_g;length_cm;width_cm;height_cm;hs_code\nrope;1500,5;20;10;5;\n"
    changed = bring(books, tmp_path, "items", bare)
    assert changed.job is not None
    assert changed.job.changed == 1
    with books.database.session() as session:
        catalogue = books.present(session).catalogue
    item = catalogue.items_of[1]["rope"]
    assert catalogue.weight_mg[item] == 1_500_500
    assert catalogue.price_minor[item] == 990


def test_the_same_file_again_does_nothing(books: Context, tmp_path: Path) -> None:
    """It is known by its content and what was said about it; `again` does it, and no change is counted."""
    first = bring(books, tmp_path, "items", item_rows(["rope"]))
    second = bring(books, tmp_path, "items", item_rows(["rope"]))
    third = bring(books, tmp_path, "items", item_rows(["rope"]), again=True)
    assert first.job is not None
    assert second.before
    assert second.job == first.job
    assert third.job is not None
    assert (third.job.created, third.job.changed, third.job.unchanged) == (0, 0, 1)
    assert len(list_jobs(books)) == 2


def test_a_count_from_a_file_is_netted(books: Context, tmp_path: Path) -> None:
    """What was sold after the instant of the count is not lost; new cells open; the journal explains all of it."""
    [placed] = place_orders(books, [order("A-1", {"tent": 2}, placed_at=EIGHT + timedelta(minutes=30))])
    assert isinstance(placed, Placed)
    rows = "sku,location,quantity\ntent,LEJ,10\ntent,AMS,4\nlamp,AMS,0\n"
    counted = bring(books, tmp_path, "stock", rows, said=ON_HAND)
    assert counted.job is not None
    assert (counted.job.created, counted.job.changed) == (2, 1)
    leipzig = level(books, "tent", "LEJ")
    assert (leipzig.on_hand, leipzig.committed, leipzig.sellable) == (10, 2, 8)
    assert level(books, "tent", "AMS").sellable == 4
    again = bring(books, tmp_path, "stock", rows, said=ON_HAND, again=True)
    assert again.job is not None
    assert (again.job.changed, again.job.unchanged, again.job.older) == (0, 3, 0)
    assert verify_books(books).ok


def test_a_count_below_what_is_promised_is_a_shortfall(books: Context, tmp_path: Path) -> None:
    """Nothing is clamped: the difference is recorded, told, and healed by a better count."""
    place_orders(books, [order("A-1", {"tent": 3}, placed_at=EIGHT - timedelta(hours=1))])
    bring(books, tmp_path, "stock", "sku,location,quantity\ntent,LEJ,1\n", said=ON_HAND)
    assert level(books, "tent", "LEJ").shortfall == 2
    assert verify_books(books).ok
    later = Said(kind="available", as_of=EIGHT + timedelta(minutes=1))
    bring(books, tmp_path, "stock", "sku,location,quantity\ntent,LEJ,5\n", said=later)
    healed = level(books, "tent", "LEJ")
    assert (healed.shortfall, healed.sellable, healed.committed) == (0, 5, 3)
    assert verify_books(books).ok


def test_an_older_count_says_nothing(books: Context, tmp_path: Path) -> None:
    """The newest count has the say, whatever comes last."""
    bring(books, tmp_path, "stock", "sku,location,quantity\ntent,LEJ,7\n", said=ON_HAND)
    old = bring(books, tmp_path, "stock", "sku,location,quantity,as_of\ntent,LEJ,1,2026-03-01T08:00Z\n",
                said=Said(kind="on_hand"))  # fmt: skip
    assert old.job is not None
    assert old.job.older == 1
    assert level(books, "tent", "LEJ").on_hand == 7


def test_opening_stock_leaves_what_is_there(books: Context, tmp_path: Path) -> None:
    """The books open once: cells that were opened keep what they have."""
    opening = Said(kind="opening", as_of=EIGHT)
    opened = bring(books, tmp_path, "stock", "sku,location,quantity\ntent,LEJ,99\nlamp,LEJ,5\n", said=opening)
    assert opened.job is not None
    assert (opened.job.created, opened.job.unchanged) == (1, 1)
    assert (level(books, "tent", "LEJ").sellable, level(books, "lamp", "LEJ").sellable) == (3, 5)
    assert verify_books(books).ok


def test_names_we_do_not_know_come_with_those_that_were_meant(books: Context, tmp_path: Path) -> None:
    """Lost zeros, capitals, a slip of the finger, a location; nothing is applied while there is any problem."""
    bring(books, tmp_path, "items", item_rows(["00123", "AB-77"]))
    rows = "sku,location,quantity\n123,LEJ,1\nab77,LEJ,1\ntennt,LEJ,1\ntent,LEI,1\ntent,AMS,1\nzzz,LEJ,2\n"
    imported = bring(books, tmp_path, "stock", rows, said=ON_HAND)
    assert imported.job is None
    assert reasons(imported) == [
        (2, "sku", "lost_zeros", "perhaps 00123"),
        (3, "sku", "unknown_sku", "perhaps AB-77"),
        (4, "sku", "unknown_sku", "perhaps tent"),
        (5, "location", "unknown_location", "perhaps LEJ"),
        (7, "sku", "unknown_sku", ""),
    ]
    assert level(books, "tent", "LEJ").on_hand == 3
    good = bring(books, tmp_path, "stock", rows, said=ON_HAND, only_good=True)
    assert good.job is not None
    assert (good.job.created, good.job.left_out, good.job.refused) == (1, 5, 0)
    assert level(books, "tent", "AMS").on_hand == 1


def test_a_cell_named_twice_is_told(books: Context, tmp_path: Path) -> None:
    """The first row stands, the others are problems."""
    rows = "sku,location,quantity\ntent,LEJ,1\nlamp,LEJ,1\ntent,LEJ,2\ntent,LEJ,1\n"
    assert [(row, reason) for row, _, reason, _ in reasons(bring(books, tmp_path, "stock", rows, said=ON_HAND))] == [
        (4, "twice"),
        (5, "twice"),
    ]


def test_a_dry_run_changes_nothing(books: Context, tmp_path: Path) -> None:
    """Everything is checked against the books, and no job is left."""
    found = bring(books, tmp_path, "stock", "sku,location,quantity\ntent,LEJ,9\n", said=ON_HAND, dry_run=True)
    assert (found.rows, found.job, found.problems.total()) == (1, None, 0)
    assert list_jobs(books) == []
    assert level(books, "tent", "LEJ").on_hand == 3


def test_stock_needs_an_instant_that_has_come(books: Context, tmp_path: Path) -> None:
    """Without one the import does not begin; one that lies ahead is a problem of its row."""
    rows = "sku,location,quantity,as_of\ntent,LEJ,9,2027-01-01T00:00Z\n"
    assert reasons(bring(books, tmp_path, "stock", rows, said=Said(kind="on_hand")))[0][2] == "in_future"
    with pytest.raises(InstantNeeded):
        bring(books, tmp_path, "stock", "sku,location,quantity\ntent,LEJ,9\n", said=Said(kind="on_hand"))


def test_whose_goods_they_are_must_be_plain(context: Context, tmp_path: Path) -> None:
    """No owner, several owners and an unknown one are told before anything is read."""

    def outcome(**wishes: str) -> type[Refusal]:
        with pytest.raises(Refusal) as caught:
            bring(context, tmp_path, "items", item_rows(["rope"]), **wishes)
        return caught.type

    assert outcome() is NoOwner
    for code in ("one", "two"):
        save_merchant(context, Owner(code, code, "EUR"), [Channel(code, code)])
    assert outcome() is OwnerNeeded
    assert outcome(owner="three") is UnknownOwner
    imported = bring(context, tmp_path, "items", item_rows(["rope"]), owner="two")
    assert imported.job is not None
    assert imported.job.owner == "two"


def test_numbers_that_lost_their_zeros_do_not_become_items_anew(books: Context, tmp_path: Path) -> None:
    """A list of items that went through a spreadsheet is told so; numbers that the books know as they are stay."""
    bring(books, tmp_path, "items", item_rows(["00123", "0077", "4711", "04711"]))
    again = bring(books, tmp_path, "items", item_rows(["123", "77", "4711", "888"]))
    assert again.job is None
    assert reasons(again) == [
        (2, "sku", "lost_zeros", "perhaps 00123"),
        (3, "sku", "lost_zeros", "perhaps 0077"),
    ]


def test_capitals_do_not_hide_what_was_meant(books: Context, tmp_path: Path) -> None:
    """Codes are codes, capitals and all; but what differs by them alone is named."""
    told = bring(books, tmp_path, "stock", "sku,location,quantity\ntent,lej,4\n", said=ON_HAND)
    assert reasons(told) == [(2, "location", "unknown_location", "perhaps LEJ")]


def test_a_cell_that_holds_no_instant_hides_no_other_problem(books: Context, tmp_path: Path) -> None:
    """The column is there, so nobody is asked for the instant of the whole file: each cell is told."""
    text = "sku,location,quantity,as_of\ntent,LEJ,4,yesterday\ntent,AMS,many,2026-03-02T08:00:00Z\n"
    told = bring(books, tmp_path, "stock", text, said=Said(kind="on_hand"))
    assert [(row, column, reason) for row, column, reason, _ in reasons(told)] == [
        (2, "as_of", "not_an_instant"),
        (3, "quantity", "not_a_number"),
    ]
