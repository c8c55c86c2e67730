"""What holds on every screen, light and dark, wide and narrow: nothing barred, nothing unreadable, no way lost."""

from typing import Any

import pytest
from playwright.sync_api import expect

from browser.visiting import Visit

SCREENS = (
    "/console/orders",
    "/console/orders?state=waiting",
    "/console/orders?country=XX",
    "/console/orders?state=lost",
    "/console/orders/{SPLIT}",
    "/console/orders/{WAIT}",
    "/console/orders/nowhere",
    "/console/stock",
    "/console/stock?search=none",
    "/console/stock?location=none",
    "/console/audit",
    "/console/audit?subject=SPLIT",
    "/console/audit?kind=order.paused",
    "/console/audit?kind=nonsense",
    "/console/imports",
    "/console/imports?state=done",
    "/console/imports/1",
    "/console/health",
    "/console/shops",
    "/console/shops/nowhere",
    "/console/webhooks",
    "/console/webhooks/1",
    "/console/carriers",
    "/console/carriers?country=DE&postcode=10115&weight=2",
    "/console/carriers?country=DE&postcode=10115&sku=none",
    "/console/carriers/parcel",
    "/console/promise",
    "/console/policy",
    "/console/promise?goods=lamp%3D2&country=DE&postcode=10115&channel=web",
    "/console/nowhere",
    "/console/keys",
    "/console/users",
    "/console/account",
    "/console/login",
    "/console/login?link=none",
)
LEAST_CONTRAST = 4.5
LEAST_CONTRAST_LARGE = 3.0

# Contrast as WCAG 2.2 computes it, of every text that is seen, against the backgrounds behind it.
CONTRASTS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const read = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a), 1];
  const behind = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) layers.push(read(getComputedStyle(one).backgroundColor));
    return layers.reverse().reduce((below, above) => over(above, below), [255, 255, 255, 1]);
  };
  const light = (colour) => {
    const [r, g, b] = colour
      .map((one) => one / 255)
      .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return [...document.querySelectorAll("body *")].flatMap((element) => {
    const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join("");
    const style = getComputedStyle(element);
    const { width, height } = element.getBoundingClientRect();
    const isSeen = element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    if (!text || !isSeen || !width || !height) return [];
    const ground = behind(element);
    const [one, other] = [light(over(read(style.color), ground)), light(ground)];
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    return [{ text: text.slice(0, 40), isLarge, ratio: (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05) }];
  });
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_screen_is_readable_and_bars_nothing(visit: Visit, theme: str) -> None:
    visit.page.add_init_script(f"localStorage.setItem('stockmesh.theme', '{theme}')")
    for screen in SCREENS:
        visit.go(screen.format(**visit.numbers))
        assert visit.violations() == [], screen
        assert visit.complaints == [], screen
        texts: list[dict[str, Any]] = visit.page.evaluate(CONTRASTS)
        assert len(texts) > 2, screen
        faint = [one for one in texts if one["ratio"] < (LEAST_CONTRAST_LARGE if one["isLarge"] else LEAST_CONTRAST)]
        assert faint == [], screen


def test_no_screen_is_wider_than_a_phone(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 844})
    for screen in SCREENS:
        visit.go(screen.format(**visit.numbers))
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390, screen


def test_every_screen_has_one_heading_named_tables_and_named_controls(visit: Visit) -> None:
    for screen in SCREENS:
        visit.go(screen.format(**visit.numbers))
        expect(visit.page.locator("h1")).to_have_count(1)
        assert visit.page.locator("table:not([aria-label])").count() == 0, screen
        assert visit.page.locator("thead th:not([scope])").count() == 0, screen
        nameless = visit.page.locator("button, a[href], input:not([type=hidden]), select").evaluate_all(
            "all => all.filter((one) => !(one.textContent.trim() || one.ariaLabel || one.title || one.labels?.length"
            " || one.closest('.ag-root-wrapper'))).map((one) => one.outerHTML)"
        )
        assert nameless == [], screen


@pytest.mark.parametrize("screen", ["/console/stock", "/console/orders?state=waiting", "/console/orders/{SPLIT}"])
def test_tab_leads_through_and_out(visit: Visit, screen: str) -> None:
    """No keyboard trap: walking on with Tab comes back to the first link of the page."""
    visit.go(screen.format(**visit.numbers))
    for _ in range(80):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("document.activeElement.className") == "skip":
            break
    visit.page.keyboard.press("Tab")
    seen = []
    for _ in range(80):
        seen.append(visit.page.evaluate("document.activeElement.outerHTML.slice(0, 80)"))
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("document.activeElement.className") == "skip":
            break
    else:
        pytest.fail(f"Tab does not come round: {seen[-5:]}")


def test_links_of_every_screen_lead_somewhere(visit: Visit) -> None:
    for screen in ("/console/orders?state=waiting", "/console/orders/{SPLIT}", "/console/stock", "/console/nowhere"):
        visit.go(screen.format(**visit.numbers))
        links = set(
            visit.page.locator("a[href^='/']").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
        )
        for link in links:
            assert visit.page.request.get(visit.address + link).status == 200, link
