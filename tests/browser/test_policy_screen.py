"""The policy in a browser: another is written, compared, and put in force after a question."""

from playwright.sync_api import expect

from browser.visiting import Visit


def test_a_policy_is_compared_and_put_in_force(visit: Visit) -> None:
    page = visit.page
    visit.go("/console/orders")
    page.keyboard.press("g")
    page.keyboard.press("y")
    expect(page.locator("h1")).to_have_text("Policy")
    toml = page.get_by_label("Another policy, tried on")
    toml.fill('version = "x"\nshipments = 1')
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("alert")).to_contain_text("shipments")
    toml.fill('version = "one shipment"\nshipments_max = 1')
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_label("Sums")).to_contain_text("Shipments")
    page.get_by_role("button", name="Put in force").click()
    sure = page.locator("#sure")
    sure.get_by_role("button", name="No").click()
    expect(sure).to_be_hidden()
    page.get_by_role("button", name="Put in force").click()
    sure.get_by_role("button", name="Put in force").click()
    expect(page.get_by_text("Orders are decided by one shipment")).to_be_visible()
    assert visit.violations() == []
