"""The health screen reads itself anew, and says so when the database is gone, without being asked."""

from playwright.sync_api import expect

from browser.visiting import Visit
from stockmesh.flows.context import Context


def test_it_goes_from_ready_to_not_ready_by_itself(visit: Visit, context: Context) -> None:
    """A service whose schema is another's shows it within seconds; nothing is barred by the content policy."""
    visit.go("/console/health")
    expect(visit.page.get_by_role("row", name="Database ok")).to_contain_text("answers")
    expect(visit.page.get_by_role("row", name="Schema")).to_contain_text("ok")
    with context.database.session() as session:
        session.execute("UPDATE schema_version SET version_num = '9999'")
    expect(visit.page.get_by_role("row", name="Schema")).to_contain_text("failed", timeout=30_000)
    expect(visit.page.get_by_text("Not ready")).to_be_visible()
    assert visit.violations() == []
