"""Signing in and out in a browser, and what a session, a key or a stranger cannot do."""

import asyncio
import re
import threading
import time
from collections.abc import AsyncIterator

import pytest
from asking_raw import LEAVES, ask
from fastapi.testclient import TestClient
from shop import ADDRESS, mint, open_shop, stranger

from stockmesh.flows.access.keys import list_keys
from stockmesh.flows.access.scopes import Role
from stockmesh.flows.access.signing_in import first_link, mint_link
from stockmesh.flows.access.tokens import new_token, write_key
from stockmesh.flows.access.users import add_user, get_user, list_users
from stockmesh.flows.context import Context
from stockmesh.service.access.cookies import NAME, SECURE_NAME
from stockmesh.service.access.known import STALE_SECONDS, Known
from stockmesh.service.access.site import Site
from stockmesh.service.application import create_app


def follow(client: TestClient, token: str, following: str = "") -> str:
    """Signs in with a link; answers the token of the session."""
    answer = client.post("/console/login", data={"link": token, "next": following})
    assert answer.status_code == 303, answer.text
    return str(client.cookies.get(NAME, domain="127.0.0.1"))


@pytest.fixture
def client(context: Context) -> TestClient:
    """A browser that nobody has signed in with."""
    open_shop(context)
    return stranger(context)


@pytest.fixture
def link(context: Context) -> str:
    """The first administrator's link."""
    made = first_link(context, always=True)
    assert made is not None
    return made.token


def form_token_of(client: TestClient, path: str = "/console/account") -> str:
    """The token that the forms of a page carry."""
    found = re.findall(r'name="form_token" value="([0-9a-f]{64})"', client.get(path).text)
    return str(found[0])


def test_looking_at_a_link_spends_nothing(client: TestClient, link: str) -> None:
    """However often, also by HEAD; the button does, and leads to where one wanted to go."""
    for _ in range(3):
        page = client.get("/console/login", params={"link": link, "next": "/console/stock"})
        assert page.status_code == 200
        assert 'method="post"' in page.text
        assert client.head("/console/login", params={"link": link}).status_code == 200
    answer = client.post("/console/login", data={"link": link, "next": "/console/stock"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/stock")
    assert client.get("/console/stock").status_code == 200
    again = client.post("/console/login", data={"link": link})
    assert again.status_code == 410
    assert "link_spent" in again.text


def test_the_cookie_is_for_this_browser_and_host_alone(client: TestClient, context: Context, link: str) -> None:
    said = client.post("/console/login", data={"link": link}).headers["set-cookie"].lower()
    assert said.startswith(f"{NAME}=")
    assert "httponly" in said
    assert "samesite=strict" in said
    assert "path=/" in said
    assert "secure" not in said
    assert "domain" not in said
    app = create_app(context, Site(hosts=frozenset({"stock.example.com"})))
    outside = TestClient(app, base_url="https://stock.example.com", follow_redirects=False)
    said = outside.post("/console/login", data={"link": mint_link(context, "owner").token}).headers["set-cookie"]
    assert said.startswith(f"{SECURE_NAME}=")
    assert "secure" in said.lower()


def test_a_session_set_by_another_is_not_taken_over(client: TestClient, context: Context, link: str) -> None:
    """Signing in begins a session of its own, whatever cookie was there, and ends the one that was open."""
    planted = new_token()
    client.cookies.set(NAME, planted)
    first = follow(client, link)
    assert first != planted
    client.cookies.clear()
    client.cookies.set(NAME, first)
    second = follow(client, mint_link(context, "owner").token)
    assert second != first
    for token, status in ((planted, 303), (first, 303), (second, 200)):
        client.cookies.clear()
        client.cookies.set(NAME, token)
        assert client.get("/console/orders").status_code == status


@pytest.mark.parametrize(
    "following",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/v1/orders", "javascript:x", "/console\n", "x"],
)
def test_a_link_leads_nowhere_else(client: TestClient, link: str, following: str) -> None:
    answer = client.post("/console/login", data={"link": link, "next": following})
    assert answer.headers["location"] == "/console/orders"


def test_signing_in_is_not_done_by_another_site(client: TestClient, link: str) -> None:
    answer = client.post("/console/login", data={"link": link}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert client.post("/console/login", data={"link": link}).status_code == 303


def test_a_change_needs_the_token_of_ones_own_forms(client: TestClient, context: Context, link: str) -> None:
    """Missing, wrong, another session's: refused and nothing changed; by header or by field: done."""
    numbers = open_numbers(context)
    follow(client, link)
    other = stranger(context)
    add_user(context, "ann", Role.ADMINISTRATOR)
    follow(other, mint_link(context, "ann").token)
    pause = f"/v1/orders/{numbers}/pause"
    for said in ({}, {"x-form-token": ""}, {"x-form-token": "0" * 64}, {"x-form-token": form_token_of(other)}):
        answer = client.post(pause, headers=said)
        assert (answer.status_code, answer.json()["code"]) == (403, "form_token_wrong")
    assert client.post("/console/logout", data={"form_token": form_token_of(other)}).status_code == 403
    mine = form_token_of(client)
    assert client.post(pause, headers={"x-form-token": mine}).json()["state"] == "paused"
    assert client.post("/console/logout", data={"form_token": mine}).status_code == 303
    assert client.get("/console/orders").status_code == 303


def open_numbers(context: Context) -> int:
    """The number of an order that is open."""
    with context.database.session() as session:
        row = session.execute("SELECT order_id FROM orders WHERE state = 'open' ORDER BY order_id").fetchone()
    return int((row or {})["order_id"])


def test_neither_comes_in_by_the_others_way(client: TestClient, context: Context, link: str) -> None:
    """A session in Authorization and a key in the cookie open nothing; a wrong key is not made up for by a session."""
    session, key = follow(client, link), mint(context)
    fresh = stranger(context)
    assert fresh.get("/v1/orders", headers={"authorization": f"Bearer {session}"}).status_code == 401
    assert fresh.get("/v1/orders", headers={"cookie": f"{NAME}={key}"}).status_code == 401
    both = client.get("/v1/orders", headers={"authorization": f"Bearer {write_key('nosuchkey0', new_token())}"})
    assert both.status_code == 401
    assert both.headers["www-authenticate"].endswith('error="invalid_token"')
    twice = fresh.get("/v1/orders", headers={"cookie": f"{NAME}={session}; {NAME}={new_token()}"})
    assert twice.status_code == 401
    secure = fresh.get("/v1/orders", headers={"cookie": f"{SECURE_NAME}={session}"})
    assert secure.status_code == 401


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"Bearer",
        b"Bearer ",
        b"Basic c21rOng=",
        b"Bearer smk_" + b"x" * 100_000,
        "Bearer smk_schlüssel_ö".encode(),
        b"Bearer smk_\xff\xfe",
        b"Bearer smk_nosuchkey0_" + b"a" * 43 + b", Bearer x",
        b"bearer\tsmk_nosuchkey0_" + b"a" * 43,
    ],
)
def test_whatever_is_said_opens_nothing(client: TestClient, said: bytes) -> None:
    answer = client.get("/v1/orders", headers=[(b"authorization", said)])
    assert answer.status_code == 401
    assert said[7:] not in answer.content or len(said) < 9


def test_a_key_is_taken_whatever_the_case_of_bearer(client: TestClient, context: Context) -> None:
    for scheme in ("Bearer", "bearer", "BEARER"):
        assert client.get("/v1/orders", headers={"authorization": f"{scheme} {mint(context)}"}).status_code == 200


def test_two_keys_are_none(client: TestClient, context: Context) -> None:
    one = ("authorization", f"Bearer {mint(context)}")
    assert client.get("/v1/orders", headers=[one, one]).status_code == 401


def test_who_guesses_is_slowed_down_and_who_is_known_is_not(context: Context, client: TestClient) -> None:
    """After some wrong keys strangers wait, without a look into the books; a key that was seen goes on."""
    app_client = client
    known = {"authorization": f"Bearer {mint(context)}"}
    assert app_client.get("/v1/stock", headers=known).status_code == 200
    statuses = []
    for _ in range(40):
        wrong = write_key("nosuchkey0", new_token())
        answer = app_client.get("/v1/stock", headers={"authorization": f"Bearer {wrong}"})
        statuses.append(answer.status_code)
    assert statuses == [401] * 30 + [429] * 10
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["code"] == "too_many_failures"
    assert app_client.get("/v1/stock", headers=known).status_code == 200
    keys: Known = app_client.app.state.callers.keys  # type: ignore[attr-defined]
    assert len(keys._seen) == 1
    assert not keys._asking


def test_what_is_remembered_has_a_bound(context: Context) -> None:
    client = stranger(context)
    keys: Known = client.app.state.callers.keys  # type: ignore[attr-defined]
    keys.known_max = 5
    for _ in range(12):
        assert client.get("/v1/stock", headers={"authorization": f"Bearer {mint(context)}"}).status_code == 200
    assert len(keys._seen) == 5


def test_a_revoked_key_is_refused_by_other_processes_within_5_seconds(context: Context) -> None:
    """The service that revokes refuses at once, another one, which is kept busy with the key, soon."""
    key = mint(context)
    headers = {"authorization": f"Bearer {key}"}
    here, elsewhere = stranger(context), stranger(context)
    with here, elsewhere:
        assert [one.get("/v1/stock", headers=headers).status_code for one in (here, elsewhere)] == [200, 200]
        [found] = list_keys(context)
        admin = {"authorization": f"Bearer {mint(context)}"}
        assert here.post(f"/v1/keys/{found.key_id}/revoke", headers=admin).status_code == 200
        revoked = time.monotonic()
        assert here.get("/v1/stock", headers=headers).status_code == 401
        while elsewhere.get("/v1/stock", headers=headers).status_code == 200:
            assert time.monotonic() - revoked < 5
            time.sleep(0.05)
    assert STALE_SECONDS < 5


def test_a_known_key_is_looked_up_seldom(context: Context) -> None:
    """Two hundred requests at once and after each other ask the books once or twice."""
    client = stranger(context)
    asked: list[bytes] = []
    keys: Known = client.app.state.callers.keys  # type: ignore[attr-defined]
    find = keys.find

    def counted(token: bytes) -> object:
        asked.append(token)
        return find(token)

    keys.find = counted  # type: ignore[assignment]
    headers = {"authorization": f"Bearer {mint(context)}"}
    with client:
        threads = [
            threading.Thread(target=lambda: [client.get("/v1/health", headers=headers) for _ in range(25)])
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert 1 <= len(asked) <= 10


def test_the_role_decides_what_a_session_may(context: Context, client: TestClient) -> None:
    """A viewer reads; what it may not is refused and not offered."""
    add_user(context, "vera", Role.VIEWER)
    follow(client, mint_link(context, "vera").token)
    page = client.get("/console/orders")
    assert "Signed in as" in page.text
    assert "vera" in page.text
    assert "/console/keys" not in page.text
    assert client.get("/console/keys").status_code == 403
    said = {"x-form-token": form_token_of(client)}
    refused = client.post(f"/v1/orders/{open_numbers(context)}/cancel", headers=said)
    assert (refused.status_code, refused.json()["facts"]) == (403, {"scope": "orders:write"})


def test_a_part_of_a_page_is_told_to_sign_in_again(client: TestClient) -> None:
    answer = client.get("/console/stock/cell?sku=tent&location=LEJ", headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert "not_authenticated" in answer.text


def test_keys_are_made_and_revoked_on_their_screen(client: TestClient, context: Context, link: str) -> None:
    follow(client, link)
    assert "No key yet" in client.get("/console/keys").text
    token = form_token_of(client, "/console/keys")
    form = {"form_token": token, "name": "<b>till</b>", "scope": ["orders:read"], "owner": ["shop"], "expires": "30"}
    made = client.post("/console/keys", data=form)
    [key] = re.findall(r'id="new-key">(smk_[^<]+)<', made.text)
    assert "<b>till" not in made.text
    assert key not in client.get("/console/keys").text
    assert client.get("/v1/orders", headers={"authorization": f"Bearer {key}"}).status_code == 200
    [kept] = list_keys(context)
    assert (kept.scopes, kept.limits.owners, kept.limits.locations) == (("orders:read",), ("shop",), None)
    assert client.post(f"/console/keys/{kept.key_id}/revoke", data={"form_token": token}).status_code == 303
    assert client.get("/v1/orders", headers={"authorization": f"Bearer {key}"}).status_code == 401
    assert client.post("/console/keys", data={**form, "scope": []}).status_code == 422


def test_users_are_added_let_in_and_kept_out_on_their_screen(client: TestClient, context: Context, link: str) -> None:
    follow(client, link)
    token = form_token_of(client, "/console/users")
    added = client.post("/console/users", data={"form_token": token, "name": "ann b", "role": "operator"})
    [address] = re.findall(r'id="new-link">([^<]+)<', added.text)
    assert address.startswith(f"{ADDRESS}/console/login?link=")
    ann = stranger(context)
    follow(ann, address.rsplit("=", 1)[1])
    assert ann.get("/console/orders").status_code == 200
    post = {"form_token": token}
    assert client.post("/console/users/ann%20b/change", data={**post, "role": "viewer"}).status_code == 303
    assert "viewer" in client.get("/console/users").text
    assert client.post("/console/users/ann%20b/disable", data=post).status_code == 303
    last = client.post("/console/users/owner/disable", data=post)
    assert (last.status_code, "last_administrator" in last.text) == (409, True)
    assert client.post("/console/users/nobody/link", data=post).status_code == 404


def test_all_sessions_of_a_user_can_be_ended(client: TestClient, context: Context, link: str) -> None:
    follow(client, link)
    other = stranger(context)
    follow(other, mint_link(context, "owner").token)
    page = client.get("/console/account").text
    assert page.count('/end"') == 1
    assert (
        client.post("/console/account/logout-everywhere", data={"form_token": form_token_of(client)}).status_code == 303
    )
    other.app.state.callers.forget()  # type: ignore[attr-defined]
    assert [one.get("/console/account").status_code for one in (client, other)] == [303, 303]


def test_without_asking_everybody_may_do_everything(context: Context) -> None:
    client = TestClient(create_app(context, Site(asks=False)), base_url=ADDRESS)
    assert client.get("/v1/orders").status_code == 200
    assert "Log out" not in client.get("/console/orders").text


def test_a_part_of_a_form_is_not_the_form(client: TestClient, context: Context, link: str) -> None:
    """Cut off while it was sent, a user would have been added without the limits that were to follow."""
    session = follow(client, link)
    told = {"cookie": f"{NAME}={session}", "content-type": "application/x-www-form-urlencoded"}
    begun = f"form_token={form_token_of(client)}&name=ann&role=viewer".encode()

    async def pieces(end: bytes) -> AsyncIterator[bytes]:
        yield begun
        yield end

    cut = asyncio.run(ask(client.app, "POST", "/console/users", pieces(LEAVES), told))
    assert (cut.status, [user.name for user in list_users(context)]) == (0, ["owner"])
    whole = asyncio.run(ask(client.app, "POST", "/console/users", pieces(b"&owner=shop"), told))
    assert whole.status == 200
    assert get_user(context, "ann").limits.owners == ("shop",)
