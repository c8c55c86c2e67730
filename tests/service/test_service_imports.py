"""Files over HTTP: taken at once, checked and applied by a worker, whatever state they are in when it comes."""

import io
from dataclasses import replace
from pathlib import Path
from threading import Event as Signal
from typing import Any

import pytest
from fastapi.testclient import TestClient
from python_calamine import CalamineWorkbook
from shop import browse, mint, open_shop, stranger
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from stock_world import level
from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.flows.access.grants import Granted
from stockmesh.flows.context import Context
from stockmesh.flows.importing import running, working
from stockmesh.flows.importing.jobs import Tally
from stockmesh.flows.relay_events import relay_all
from stockmesh.flows.set_up import save_merchant
from stockmesh.flows.verify_books import verify_books
from stockmesh.service.answers.imports import WORKBOOK_TYPE

STOCK = "sku,location,quantity\nlamp,LEJ,25\nmug,AMS,7\n"
DIRTY = "sku,location,quantity\nlampp,LEJ,25\nmug,AMS,7\nmug,LEJ,many\n"
WOULD = {"created": 1, "changed": 1, "unchanged": 0, "older": 0, "refused": 0}
COUNT = {"kind": "stock", "counted": "on_hand", "as_of": "2026-03-02T08:59:00Z"}


@pytest.fixture
def shop(context: Context) -> TestClient:
    open_shop(context)
    return browse(context)


def bring(shop: TestClient, body: str | bytes, media_type: str = "text/csv", **said: Any) -> dict[str, Any]:
    """The import as it was accepted."""
    content = body.encode() if isinstance(body, str) else body
    answer = shop.post("/v1/imports", params=COUNT | said, content=content, headers={"Content-Type": media_type})
    assert answer.status_code == 202, answer.text
    taken: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"/v1/imports/{taken['upload_id']}"
    return taken


def worked(shop: TestClient, context: Context, upload: dict[str, Any]) -> dict[str, Any]:
    """The import after a worker came by."""
    assert working.work_once(context, "a worker", Signal())
    found: dict[str, Any] = shop.get(f"/v1/imports/{upload['upload_id']}").json()
    return found


def test_a_good_file_is_applied(shop: TestClient, context: Context) -> None:
    """Accepted at once, nothing is changed until a worker comes; then all of it is."""
    upload = bring(shop, STOCK, file_name="C:\\counts\\March.csv")
    assert (upload["state"], upload["file_name"], upload["report"]) == ("waiting", "March.csv", None)
    assert level(context, "lamp", "LEJ").on_hand == 20
    done = worked(shop, context, upload)
    assert (done["state"], done["report"]["rows"], done["applied"]["created"]) == ("done", 2, 1)
    assert level(context, "mug", "AMS").on_hand == 7
    assert verify_books(context).ok
    again = worked(shop, context, bring(shop, STOCK))
    assert (again["state"], again["report"]["before"]) == ("done", True)


def test_a_file_that_is_packed_on_the_way_is_refused(shop: TestClient) -> None:
    """What is packed is said by its media type: a header would leave it unread."""
    headers = {"content-type": "text/csv", "content-encoding": "br"}
    answer = shop.post("/v1/imports", params={"kind": "stock"}, content=b"x", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "encoded_file")


def test_a_dry_run_says_what_would_change_and_is_applied_afterwards(shop: TestClient, context: Context) -> None:
    """It changes nothing, and tells created, changed and unchanged as applying does."""
    upload = worked(shop, context, bring(shop, STOCK, dry_run=True))
    assert (upload["state"], upload["report"]["would"]) == ("checked", WOULD)
    assert level(context, "lamp", "LEJ").on_hand == 20
    path = f"/v1/imports/{upload['upload_id']}"
    assert shop.post(f"{path}/apply").json()["state"] == "waiting"
    done = worked(shop, context, upload)
    assert (done["state"], done["applied"]["created"], done["applied"]["changed"]) == ("done", 1, 1)
    assert shop.post(f"{path}/apply").json()["code"] == "upload_not_ready"
    assert shop.post(f"{path}/cancel").status_code == 409


def test_problems_are_told_page_by_page_and_rows_rejected(shop: TestClient, context: Context) -> None:
    """Nothing is applied while there are any, unless somebody says so; the bad rows come back with their reasons."""
    upload = worked(shop, context, bring(shop, DIRTY))
    path = f"/v1/imports/{upload['upload_id']}"
    assert (upload["state"], upload["report"]["problems"]) == ("checked", {"not_a_number": 1, "unknown_sku": 1})
    first = shop.get(f"{path}/problems", params={"limit": 1}).json()
    rest = shop.get(f"{path}/problems", params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert [(one["row"], one["suggestion"]) for one in first["items"]] == [(2, "perhaps lamp")]
    assert [(one["row"], one["reason"]) for one in rest["items"]] == [(4, "not_a_number")]
    assert rest["next_cursor"] is None
    assert len(shop.get(f"{path}/problems", params={"reason": "unknown_sku"}).json()["items"]) == 1
    rejects = shop.get(f"{path}/rejects")
    assert rejects.headers["content-disposition"] == f'attachment; filename="import-{upload["upload_id"]}-rejects.csv"'
    assert rejects.content.decode("utf-8-sig").splitlines()[1:] == [
        "lampp,LEJ,25,sku is not an item of the owner",
        "mug,LEJ,many,quantity is not a number",
    ]
    assert shop.post(f"{path}/apply").status_code == 409
    assert shop.post(f"{path}/apply", params={"only_good": True}).status_code == 202
    done = worked(shop, context, upload)
    assert (done["state"], done["applied"]["created"], done["applied"]["left_out"]) == ("done", 1, 2)
    assert shop.get(f"{path}/rejects").status_code == 200


@pytest.mark.parametrize(
    ("body", "state", "told"),
    [
        (STOCK.replace("lamp", "la\0mp"), "checked", '"value":"la␀mp"'),
        (STOCK.replace("quantity", "quantity,q\0ty").replace("25", "25,"), "checked", '"heading":"q␀ty"'),
        (STOCK.replace("sku", "s\0ku"), "failed", "found: s␀ku"),
    ],
    ids=["a cell", "a heading", "a heading that is needed"],
)
def test_what_the_database_cannot_keep_is_told_by_its_sign(
    shop: TestClient, context: Context, body: str, state: str, told: str
) -> None:
    """NUL is a problem of the file as any other, not the end of its check."""
    upload = worked(shop, context, bring(shop, body, dry_run=True))
    assert (upload["state"], upload["report"] is None) == (state, False)
    path = f"/v1/imports/{upload['upload_id']}"
    assert told in shop.get(path).text + shop.get(f"{path}/problems").text


def test_workbooks_and_lines_of_json(shop: TestClient, context: Context) -> None:
    """Told by their bytes; the rejected rows of a workbook are a workbook."""
    packed = io.BytesIO()
    with Workbook(packed) as book:
        sheet = book.add_worksheet("Lager")
        sheet.write_row(0, 0, ["Artikel", "location", "quantity"])
        sheet.write_row(1, 0, ["lamp", "LEJ", 31.0])
        sheet.write_row(2, 0, ["lamp", "LEJX", 1])
    upload = worked(shop, context, bring(shop, packed.getvalue(), WORKBOOK_TYPE, only_good=True))
    assert (upload["state"], upload["report"]["sheet"], upload["report"]["bad_rows"]) == ("done", "Lager", 1)
    rejects = shop.get(f"/v1/imports/{upload['upload_id']}/rejects").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(rejects)).get_sheet_by_index(0).to_python()
    assert rows[1][:3] == ["lamp", "LEJX", "1"]
    lines = '{"sku": "mug", "location": "LIL", "quantity": 9}\n'
    assert worked(shop, context, bring(shop, lines, "application/x-ndjson"))["state"] == "done"
    assert (level(context, "lamp", "LEJ").on_hand, level(context, "mug", "LIL").on_hand) == (31, 9)


def test_what_cannot_be_read_fails_with_a_reason(shop: TestClient, context: Context) -> None:
    """With the headings it has, so that somebody can say what they mean."""
    upload = worked(shop, context, bring(shop, "Nr,Platz,quantity\nmug,AMS,7\n"))
    assert (upload["state"], upload["report"]["refusal"]) == ("failed", "sheet_columns_missing")
    assert upload["report"]["headings"] == ["Nr", "Platz", "quantity"]
    mapping = '{"Nr": "sku", "Platz": "location"}'
    assert worked(shop, context, bring(shop, "Nr,Platz,quantity\nmug,AMS,7\n", mapping=mapping))["state"] == "done"
    broken = worked(shop, context, bring(shop, b"PK\x03\x04broken", WORKBOOK_TYPE))
    assert (broken["state"], broken["report"]["refusal"]) == ("failed", "unreadable_sheet")


@pytest.mark.parametrize(
    ("said", "media_type", "code"),
    [
        ({"kind": "wishes"}, "text/csv", "unknown_kind"),
        ({"counted": ""}, "text/csv", "count_kind_needed"),
        ({"owner": "nobody"}, "text/csv", "unknown_owner"),
        ({"mapping": "[1]"}, "text/csv", "invalid_request"),
        ({"delimiter": "x"}, "text/csv", "invalid_request"),
        ({"colour": "red"}, "text/csv", "invalid_request"),
        ({}, "image/png", "not_a_file"),
    ],
)
def test_what_is_wrong_before_the_file_is_read(shop: TestClient, said: Any, media_type: str, code: str) -> None:
    """Refused at once: nothing is kept."""
    answer = shop.post("/v1/imports", params=COUNT | said, content=b"x", headers={"Content-Type": media_type})
    assert answer.json()["code"] == code
    assert shop.get("/v1/imports").json()["items"] == []


def test_too_large_a_file_is_refused(shop: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its announced length or by what arrives."""
    monkeypatch.setenv("STOCKMESH_IMPORT_BYTES_MAX", "20")
    for content in (STOCK.encode(), iter([STOCK.encode()])):
        answer = shop.post("/v1/imports", params=COUNT, content=content, headers={"Content-Type": "text/csv"})
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_given_up_before_and_in_the_middle(shop: TestClient, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once while it waits; in the middle what is in the books stays, and the same file may come again."""
    waiting = bring(shop, STOCK)
    assert shop.post(f"/v1/imports/{waiting['upload_id']}/cancel").json()["state"] == "cancelled"
    plain = running.KINDS["stock"]
    upload = bring(shop, STOCK)

    def apply(*arguments: Any) -> Tally:
        shop.post(f"/v1/imports/{upload['upload_id']}/cancel")
        return plain.apply(*arguments)

    monkeypatch.setattr(working, "TELL_SECONDS", 0.0)
    monkeypatch.setitem(running.KINDS, "stock", replace(plain, batch=1, apply=apply))
    stopped = worked(shop, context, upload)
    assert (stopped["state"], stopped["applied"]["position"]) == ("cancelled", 1)
    monkeypatch.setitem(running.KINDS, "stock", plain)
    assert not working.something_due(context)
    assert worked(shop, context, bring(shop, STOCK))["applied"]["position"] == 2
    assert verify_books(context).ok


def test_a_file_we_cannot_cope_with_holds_up_nobody(
    shop: TestClient, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails, the fault is told to the log, and the next one is worked on."""
    upload = bring(shop, STOCK)

    def check(_: Any) -> None:
        raise ZeroDivisionError

    plain = running.KINDS["stock"]
    monkeypatch.setitem(running.KINDS, "stock", replace(plain, check=check))
    with pytest.raises(ZeroDivisionError):
        working.work_once(context, "a worker", Signal())
    monkeypatch.setitem(running.KINDS, "stock", plain)
    assert shop.get(f"/v1/imports/{upload['upload_id']}").json()["state"] == "failed"
    assert worked(shop, context, bring(shop, STOCK))["state"] == "done"


def test_one_works_at_a_time_and_a_stopped_one_is_gone_on_with(shop: TestClient, context: Context) -> None:
    """A worker told to stop leaves the file as it was; another holder takes it once the lease is free."""
    upload = bring(shop, STOCK)
    stop = Signal()
    stop.set()
    assert working.work_once(context, "first", stop)
    assert shop.get(f"/v1/imports/{upload['upload_id']}").json()["state"] == "checking"
    assert not working.work_once(context, "second", Signal())
    assert working.work_once(context, "first", Signal())
    assert shop.get(f"/v1/imports/{upload['upload_id']}").json()["state"] == "done"


def test_templates_and_lists(shop: TestClient, context: Context, tmp_path: Path) -> None:
    """Of every kind and in both formats; imports are listed newest first, by kind and state."""
    assert shop.get("/v1/imports/templates/items").text.startswith("sku,title,weight_kg")
    (tmp_path / "template.xlsx").write_bytes(shop.get("/v1/imports/templates/items", params={"format": "xlsx"}).content)
    assert CalamineWorkbook.from_path(str(tmp_path / "template.xlsx")).sheet_names == ["Sheet1"]
    assert shop.get("/v1/imports/templates/wishes").status_code == 404
    numbers = [bring(shop, STOCK)["upload_id"] for _ in range(3)]
    assert working.work_once(context, "a worker", Signal())
    page = shop.get("/v1/imports", params={"limit": 2}).json()
    rest = shop.get("/v1/imports", params={"limit": 2, "cursor": page["next_cursor"]}).json()
    assert [one["upload_id"] for one in page["items"] + rest["items"]] == numbers[::-1]
    assert [one["state"] for one in shop.get("/v1/imports", params={"state": "done"}).json()["items"]] == ["done"]
    for path in ("/v1/imports/99", "/v1/imports/99/problems", f"/v1/imports/{numbers[0]}/rejects"):
        assert shop.get(path).status_code == 404


def test_a_file_is_applied_in_the_name_of_who_brought_it(shop: TestClient, context: Context) -> None:
    """A worker of another thread applies it; the trail names the key and not the system."""
    worked(shop, context, bring(shop, STOCK))
    relay_all(context, "test", low=5)
    told = shop.get("/v1/audit", params={"kind": "import.applied"}).json()["items"]
    assert [(one["actor_kind"], one["actor"].split()[0]) for one in told] == [("key", "test")]


def test_that_a_file_is_forgotten_is_told(shop: TestClient, context: Context) -> None:
    upload = bring(shop, STOCK, file_name="March.csv")
    assert shop.delete(f"/v1/imports/{upload['upload_id']}").status_code == 204
    relay_all(context, "test", low=5)
    [event] = shop.get("/v1/events", params={"topic": "import.forgotten"}).json()["items"]
    assert event["data"] | {"upload_id": 0} == {
        "owner": "shop", "upload_id": 0, "kind": "stock", "file_name": "March.csv", "state": "waiting"
    }  # fmt: skip


def test_a_file_is_its_owners(shop: TestClient, context: Context) -> None:
    """Who is restricted to owners brings only their goods, and never what all share; who sees only some locations
    or channels brings nothing."""
    upload = bring(shop, DIRTY, dry_run=True)
    worked(shop, context, upload)
    save_merchant(context, Owner("rival", "Rival", "EUR"), [Channel("bazaar", "Bazaar")])
    one = stranger(context)
    for limits, owner, code in (
        (Granted(owners=("rival",)), "shop", "unknown_owner"),
        (Granted(owners=("rival",)), "", ""),
        (Granted(locations=("LEJ",)), "", "unknown_kind"),
        (Granted(channels=("web",)), "", "unknown_kind"),
    ):
        one.headers["authorization"] = f"Bearer {mint(context, limits=limits)}"
        headers = {"Content-Type": "text/csv"}
        answer = one.post("/v1/imports", params=COUNT | {"owner": owner}, content=STOCK, headers=headers)
        assert answer.json().get("code", "") == code
        assert [found["asked"]["owner"] for found in one.get("/v1/imports").json()["items"]] == ["rival"] * (not code)
        network = one.post("/v1/imports", params={"kind": "locations"}, content=b"code", headers=headers)
        assert network.json()["code"] == "unknown_kind"
        for path in ("", "/problems", "/rejects"):
            assert one.get(f"/v1/imports/{upload['upload_id']}{path}").json()["code"] == "unknown_upload"
        assert one.delete(f"/v1/imports/{upload['upload_id']}").json()["code"] == "unknown_upload"
        for row in one.get("/v1/imports").json()["items"]:
            assert one.delete(f"/v1/imports/{row['upload_id']}").status_code == 204
    assert shop.delete(f"/v1/imports/{upload['upload_id']}").status_code == 204
    assert shop.get(f"/v1/imports/{upload['upload_id']}").status_code == 404


def test_who_may_not_see_contacts_is_shown_no_cell_of_orders(shop: TestClient, context: Context) -> None:
    """A shifted row has a name in any column. Row, column and reason are told; the rejected rows are not."""
    body = (
        "reference,channel,placed_at,country,sku,quantity,name\n"
        "X-1,web,2026-02-27T15:12:00Z,DE,lampp,1,Marta Muster\n"
        "X-2,web,2026-02-27T15:12:00Z,DE,lamp,Marta Muster,1\n"
    )
    brought = shop.post(
        "/v1/imports", params={"kind": "orders"}, content=body.encode(), headers={"Content-Type": "text/csv"}
    ).json()
    path = f"/v1/imports/{worked(shop, context, brought)['upload_id']}"
    whole = shop.get(f"{path}/problems").json()["items"]
    assert {one["value"] for one in whole} >= {"lampp", "Marta Muster"}
    assert not any(one["withheld"] for one in whole)
    narrow = {"Authorization": f"Bearer {mint(context, 'imports:read', 'imports:write')}"}
    answer = shop.get(f"{path}/problems", headers=narrow)
    for word in ("Marta", "lamp", "perhaps"):
        assert word not in answer.text
    told = answer.json()["items"]
    assert all(one["withheld"] for one in told)
    assert [(one["row"], one["column"], one["reason"]) for one in told] == [
        (one["row"], one["column"], one["reason"]) for one in whole
    ]
    refused = shop.get(f"{path}/rejects", headers=narrow)
    assert (refused.status_code, refused.json()["facts"]) == (403, {"scope": "contacts:read"})
    assert "Marta" in shop.get(f"{path}/rejects").text
    stock = worked(shop, context, bring(shop, DIRTY))
    assert "lampp" in shop.get(f"/v1/imports/{stock['upload_id']}/problems", headers=narrow).text
