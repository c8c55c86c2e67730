"""What an item is taken to be by its title: plausible, and the same for the same seed and SKU."""

import csv
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockmesh.gateways.online_retail.giftware import ASSUMED, assume_item, kinds


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("WHITE HANGING HEART T-LIGHT HOLDER", "9405"),
        ("SET 12 COLOURED T-LIGHTS", "3406"),
        ("REGENCY STONEWARE MUG", "6912"),
        ("JUMBO BAG RED RETROSPOT", "4202"),
        ("CARD BIRTHDAY COWBOY", "4909"),
        ("WRAP ENGLISH ROSE", "4811"),
        ("HOT WATER BOTTLE KEEP CALM", "4014"),
        ("METAL SIGN TAKE IT OR LEAVE IT", "8310"),
        ("ALARM CLOCK BAKELIKE RED", "9105"),
        ("PINK GLASS CHUNKY CHARM BRACELET", "7117"),
        ("DOORMAT UNION FLAG", "5702"),
        ("something nobody has a word for", "3926"),
    ],
)
def test_the_title_tells_the_kind(title: str, heading: str) -> None:
    assert assume_item("1", title, 295, seed=1).hs_code.startswith(heading)


def test_large_is_heavier_than_small_and_dear_than_cheap() -> None:
    def weight(title: str, price: int) -> int:
        return assume_item("1", title, price, seed=1).weight_mg

    assert weight("MEDINA LANTERN LARGE", 425) > weight("MEDINA LANTERN", 425) > weight("MEDINA LANTERN SMALL", 425)
    assert weight("MEDINA LANTERN", 1_500) > weight("MEDINA LANTERN", 150)


def test_another_seed_is_another_assumption() -> None:
    weights = {assume_item("1", "MUG", 295, seed=seed).weight_mg for seed in range(20)}
    assert len(weights) > 10


@given(st.text(max_size=35), st.integers(1, 10**9), st.text(min_size=1, max_size=8))
def test_every_item_fits_a_parcel_and_is_whole_in_grams_and_millimetres(title: str, price: int, sku: str) -> None:
    item = assume_item(sku, title, price, seed=1)
    assert item == assume_item(sku, title, price, seed=1)
    assert 5_000 <= item.weight_mg <= 18_000_000
    assert item.weight_mg % 1_000 == 0
    assert 600_000 >= item.length_um >= item.width_um >= item.height_um >= 2_000
    assert item.assumed == ASSUMED


def test_the_table_of_kinds_is_sound() -> None:
    table = files("stockmesh.gateways.online_retail").joinpath("giftware.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(table.splitlines()))
    assert rows[-1]["words"] == "*"
    assert len(kinds()) == len(rows)
    assert all(kind.hs_code.isdigit() and len(kind.hs_code) == 6 for kind in kinds())
    assert all(len(origin) == 2 for kind in kinds() for origin in kind.origins)
    phrases = [phrase for kind in kinds() for phrase in kind.phrases]
    assert len(phrases) == len(set(phrases))
