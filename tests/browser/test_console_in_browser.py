"""The console in a real browser: every screen does what it promises."""

from playwright.sync_api import expect

from browser.visiting import Visit


def test_the_stock_grid_shows_rows_and_a_row_opens_the_drawer(visit: Visit) -> None:
    visit.go("/console/stock")
    rows = visit.page.locator('.ag-cell[col-id="available"]')
    expect(rows).to_have_count(4)
    expect(visit.page.locator("#grid-status")).to_have_text("4 rows")
    visit.page.locator('.ag-row[row-index="3"] .ag-cell[col-id="location"]').click()
    expect(visit.page.locator("#drawer")).to_be_visible()
    expect(visit.page.locator("#drawer-body")).to_contain_text("SPLIT")
    visit.page.keyboard.press("Escape")
    expect(visit.page.locator("#drawer")).to_be_hidden()


def test_the_stock_filter_becomes_the_address(visit: Visit) -> None:
    visit.go("/console/stock")
    visit.page.keyboard.press("/")
    visit.page.keyboard.type("lam")
    expect(visit.page.locator("#grid-status")).to_have_text("1 row")
    assert visit.page.url.endswith("/console/stock?search=lam")
    assert visit.page.locator("#twin").get_attribute("href") == "/v1/stock?search=lam"
    visit.page.fill("#search", "no such thing")
    expect(visit.page.get_by_text("No stock passes this filter")).to_be_visible()


def test_the_order_list_filters_pages_and_previews(visit: Visit) -> None:
    visit.go("/console/orders")
    rows = visit.page.locator("tr[data-row]")
    expect(rows).to_have_count(50)
    visit.page.select_option("select[name=state]", "waiting")
    expect(rows).to_have_count(1)
    visit.page.wait_for_url("**/console/orders?state=waiting")
    assert visit.page.locator("#twin").get_attribute("href") == "/v1/orders?state=waiting"
    visit.page.select_option("select[name=state]", "")
    expect(rows).to_have_count(50)
    visit.page.locator("body").click(position={"x": 5, "y": 500})
    visit.page.keyboard.press("n")
    expect(rows).to_have_count(12)
    rows.first.locator("td").first.click()
    expect(visit.page.locator("#drawer-body h2")).to_be_visible()


def test_rows_are_walked_by_keys(visit: Visit) -> None:
    visit.go("/console/orders")
    for key in ("j", "j", "k", "Enter"):
        visit.page.keyboard.press(key)
    expect(visit.page.locator("h1")).to_have_text("WAIT")


def test_an_order_shows_its_map_and_its_bill(visit: Visit) -> None:
    visit.go(f"/console/orders/{visit.numbers['SPLIT']}")
    expect(visit.page.locator("#map.is-drawn canvas")).to_be_visible(timeout=20_000)
    expect(visit.page.locator("#map .site.is-chosen")).to_have_count(2)
    expect(visit.page.locator("#map .site.is-goal")).to_contain_text("10115")
    expect(visit.page.locator("#why tbody tr")).to_have_count(3)
    costs = visit.page.locator("#bill tbody td:last-child").all_inner_texts()
    total = visit.page.locator("#bill tfoot tr").first.locator("td:last-child").inner_text()
    assert sum(map(_minor, costs)) == _minor(total)


def _minor(written: str) -> int:
    return int("".join(letter for letter in written if letter.isdigit()))


def test_what_is_assumed_explains_itself(visit: Visit) -> None:
    visit.go(f"/console/orders/{visit.numbers['SPLIT']}")
    visit.page.locator(".band .assumed").hover()
    expect(visit.page.locator(".tip")).to_contain_text("no source tells it")


def test_an_order_is_paused_and_resumed_from_its_page(visit: Visit) -> None:
    visit.go(f"/console/orders/{visit.numbers['SPLIT']}")
    visit.page.get_by_role("button", name="Pause").click()
    visit.page.keyboard.type("payment")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_text("payment").first).to_be_visible()
    expect(visit.page.locator(".state-paused").first).to_be_visible()
    visit.page.get_by_role("button", name="Resume").click()
    expect(visit.page.locator(".state-open").first).to_be_visible()


def test_keys_lead_from_screen_to_screen(visit: Visit) -> None:
    visit.go("/console/orders")
    visit.page.keyboard.press("g")
    visit.page.keyboard.press("s")
    visit.page.wait_for_url("**/console/stock")
    visit.page.keyboard.press("?")
    expect(visit.page.locator("#help")).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(visit.page.locator("#help")).to_be_hidden()


def test_dark_is_kept(visit: Visit) -> None:
    visit.go("/console/orders")
    light = visit.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    visit.page.keyboard.press("t")
    dark = visit.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert light != dark
    visit.go("/console/stock")
    assert visit.page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert visit.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == dark


def test_the_policy_bars_what_is_not_ours(visit: Visit) -> None:
    visit.go("/console/orders")
    visit.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.barred = 1\">')")
    visit.page.wait_for_timeout(300)
    assert visit.violations()
    assert visit.page.evaluate("window.barred") is None
    assert any("Content Security Policy" in complaint for complaint in visit.complaints)
    visit.complaints.clear()


def test_going_back_brings_the_filter_back(visit: Visit) -> None:
    visit.go("/console/stock?search=tent")
    expect(visit.page.locator("#grid-status")).to_have_text("2 rows")
    visit.page.select_option("select[name=location]", "AMS")
    expect(visit.page.locator("#grid-status")).to_have_text("1 row")
    visit.page.go_back()
    expect(visit.page.locator("#grid-status")).to_have_text("2 rows")
    assert visit.page.locator("select[name=location]").input_value() == ""
    assert visit.page.locator("#search").input_value() == "tent"
    visit.go("/console/orders")
    visit.page.select_option("select[name=state]", "waiting")
    expect(visit.page.locator("tr[data-row]")).to_have_count(1)
    visit.page.go_back()
    expect(visit.page.locator("tr[data-row]")).to_have_count(50)
    expect(visit.page.locator("select[name=state]")).to_have_value("")


def test_enter_opens_the_order_of_that_reference(visit: Visit) -> None:
    visit.go("/console/orders")
    visit.page.keyboard.press("/")
    visit.page.keyboard.type("SPLIT")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(f"**/console/orders/{visit.numbers['SPLIT']}")
    visit.go("/console/orders")
    visit.page.fill("#search", "L-01")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("tr[data-row]")).to_have_count(10)


def test_a_bad_filter_leads_back_to_the_list(visit: Visit) -> None:
    visit.go("/console/orders?placed_from=soon&state=waiting")
    expect(visit.page.get_by_role("alert")).to_contain_text("soon")
    visit.page.get_by_role("link", name="Leave out placed_from").click()
    visit.page.wait_for_url("**/console/orders?state=waiting")
    expect(visit.page.locator("tr[data-row]")).to_have_count(1)


def test_titles_and_figures_fit_at_every_width(visit: Visit) -> None:
    """No column runs out of the grid, no title is cut, and what finds no room is told in the drawer."""
    for width, columns in ((1440, 11), (1024, 6), (390, 4)):
        visit.page.set_viewport_size({"width": width, "height": 800})
        visit.go("/console/stock")
        expect(visit.page.locator("#grid-status")).to_have_text("4 rows")
        shown = visit.page.locator(".ag-header-cell:visible")
        assert shown.count() >= columns, width
        cut = visit.page.locator(".ag-header-cell-text, .ag-cell[col-id='sku'], .ag-cell[col-id='title']").evaluate_all(
            "all => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"
        )
        assert cut == [], width
        right = visit.page.locator("#grid").bounding_box()
        last = shown.last.bounding_box()
        assert right is not None
        assert last is not None
        assert last["x"] + last["width"] <= right["x"] + right["width"] + 1, width
    visit.page.locator(".ag-row[row-index='0'] .ag-cell[col-id='location']").click()
    for name in ("On hand", "Sellable", "Committed", "Quality control", "Safety stock"):
        expect(visit.page.locator("#drawer-body .figures")).to_contain_text(name)


def test_a_reason_is_asked_for_and_kept(visit: Visit) -> None:
    visit.go(f"/console/orders/{visit.numbers['WAIT']}")
    visit.page.get_by_role("button", name="Cancel order").click()
    expect(visit.page.locator("#ask-cancel")).to_be_visible()
    visit.page.keyboard.type("duplicate")
    visit.page.get_by_role("button", name="Leave it").click()
    expect(visit.page.locator("#ask-cancel")).to_be_hidden()
    visit.page.get_by_role("button", name="Cancel order").click()
    visit.page.get_by_role("button", name="Cancel the order").click()
    expect(visit.page.locator(".state-cancelled").first).to_be_visible()
    expect(visit.page.locator(".timeline")).to_contain_text("duplicate")


def test_a_service_that_is_gone_is_told(visit: Visit) -> None:
    visit.go("/console/stock")
    visit.page.route("**/v1/stock?*", lambda route: route.abort())
    visit.page.fill("#search", "tent")
    expect(visit.page.get_by_text("The service does not answer")).to_be_visible()
    visit.complaints.clear()


def test_an_order_can_be_printed(visit: Visit) -> None:
    visit.go(f"/console/orders/{visit.numbers['SPLIT']}")
    visit.page.emulate_media(media="print")
    for gone in (".rail", ".top-tools", "#map", "#drawer"):
        expect(visit.page.locator(gone)).to_be_hidden()
    for kept in ("h1", "#bill", "#why", ".timeline"):
        expect(visit.page.locator(kept)).to_be_visible()
    heights = visit.page.evaluate(
        "[document.querySelector('main').scrollHeight, document.querySelector('main').clientHeight]"
    )
    assert heights[0] == heights[1]
