"""Lists as lines of JSON: all of them, in the order of the pages, a page in memory at a time."""

import json

import pytest
from shop import browse, open_shop

from stockmesh.flows.context import Context
from stockmesh.service import encoding

LINES = {"Accept": "application/x-ndjson"}


@pytest.mark.parametrize("path", ["/v1/orders", "/v1/orders?sort=oldest", "/v1/stock", "/v1/stock?location=LEJ"])
def test_all_of_a_list_is_answered_line_by_line(context: Context, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """The same rows as on its pages, however small those that are read are."""
    open_shop(context)
    shop = browse(context)
    page = shop.get(path).json()
    assert page["next_cursor"] is None
    assert len(page["items"]) > 1
    monkeypatch.setattr(encoding, "ROWS_MAX", 1)
    answer = shop.get(path, headers=LINES)
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert [json.loads(line) for line in answer.text.splitlines()] == page["items"]


def test_what_is_refused_is_refused_before_the_first_line(context: Context) -> None:
    """As a problem, with its status."""
    open_shop(context)
    answer = browse(context).get("/v1/orders?location=nowhere", headers=LINES)
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_location")
