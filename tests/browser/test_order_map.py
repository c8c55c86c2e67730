"""The map of an order: land without false shapes, lines and marks for what became of every location, clear labels."""

from typing import Any

import pytest
from playwright.sync_api import expect

from browser.visiting import Visit

# Longitude, latitude. What lay under the wedges and bands of a ring torn at the 180th meridian, and land beside it.
SEA = [(0, 68), (5, 70), (-20, 70), (-60, 67.5), (-40, 45), (-150, 73), (-170, -30), (178, 60)]
LAND = [(13.4, 52.5), (-87.6, 41.8), (-175, 66.5), (175, 67), (100, 60), (0, -85), (-179, -85), (178, -17.8)]

COVERS = """async ([address, places]) => {
  const { landOf } = await import(address);
  const world = await (await fetch(new URL("./vendor/world-atlas/countries-50m.json", address))).json();
  const rings = landOf(world).geometry.coordinates.flat();
  const crosses = ([x, y], [ax, ay], [bx, by]) => ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax;
  const pairs = rings.flatMap((ring) => ring.slice(1).map((at, i) => [ring[i], at]));
  const isIn = (place) => pairs.filter(([one, other]) => crosses(place, one, other)).length % 2 === 1;
  // Along the lower edge of the map, under Antarctica, a long step is right.
  const steps = pairs.filter(([[, y], [, toY]]) => Math.max(y, toY) > -89.9).map(([[x], [toX]]) => Math.abs(x - toX));
  const wide = rings.flat().filter(([x]) => Math.abs(x) > 180).length;
  return { covered: places.map(isIn), steps: steps.filter((step) => step > 180).length, wide };
}"""


def _open(visit: Visit, reference: str) -> None:
    visit.go(f"/console/orders/{visit.numbers[reference]}")
    expect(visit.page.locator("#map.is-drawn canvas")).to_be_visible(timeout=20_000)
    expect(visit.page.locator("#why tbody tr")).to_have_count(3)


def test_land_is_cut_where_the_map_ends(visit: Visit) -> None:
    _open(visit, "SPLIT")
    address = visit.page.evaluate("document.querySelector('script[src$=\"order_map.js\"]').src").replace(
        "order_map.js", "land.js"
    )
    found: dict[str, Any] = visit.page.evaluate(COVERS, [address, SEA + LAND])
    assert dict(zip(SEA + LAND, found["covered"], strict=True)) == dict.fromkeys(SEA, False) | dict.fromkeys(LAND, True)
    assert (found["steps"], found["wide"]) == (0, 0)


@pytest.mark.parametrize("reference", ["SPLIT", "WAIT"])
def test_every_location_is_marked_with_what_became_of_it(visit: Visit, reference: str) -> None:
    _open(visit, reference)
    told = visit.page.locator("#why tr[data-location]").evaluate_all("rows => rows.map((row) => row.dataset.standing)")
    for standing in ("chosen", "possible", "refused"):
        expect(visit.page.locator(f"#map .site.is-{standing}")).to_have_count(told.count(standing))
    assert len(set(told)) > 1
    expect(visit.page.locator(".legend")).to_contain_text("Refused")


def test_no_label_covers_another(visit: Visit) -> None:
    _open(visit, "SPLIT")
    for _ in range(2):
        boxes = visit.page.locator("#map .site:not([data-side=hidden]) b").evaluate_all(
            "labels => labels.map((label) => label.getBoundingClientRect())"
            ".map(({ left, top, right, bottom }) => [left, top, right, bottom])"
        )
        assert len(boxes) >= 3
        for number, (left, top, right, bottom) in enumerate(boxes):
            for other in boxes[:number]:
                assert left >= other[2] or other[0] >= right or top >= other[3] or other[1] >= bottom
        visit.page.get_by_role("button", name="All locations").click()
