"""Nobody gets in from outside: loopback only, our own host name, no changes from other web sites, strict headers."""

import re

import pytest
from fastapi.testclient import TestClient
from shop import browse, mint

from stockmesh.app import Settings
from stockmesh.flows.context import Context
from stockmesh.service.access.site import site_of
from stockmesh.service.application import create_app
from stockmesh.service.refusals import BadPublicUrl, ExposedWithoutAuthentication, PortTaken
from stockmesh.service.running import address_of, open_door


@pytest.fixture
def client(context: Context) -> TestClient:
    return browse(context)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_loopback_may_be_listened_on_without_asking_who_calls(host: str) -> None:
    assert not site_of(Settings(host=host, auth="off")).asks


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "shop.example", "", "127.0.0.1.example"])  # noqa: S104
def test_nothing_beyond_loopback_may(host: str) -> None:
    with pytest.raises(ExposedWithoutAuthentication):
        site_of(Settings(host=host, auth="off"))
    assert site_of(Settings(host=host)).asks


def test_a_public_address_is_no_place_to_ask_nobody() -> None:
    with pytest.raises(ExposedWithoutAuthentication):
        site_of(Settings(auth="off", public_url="https://stock.example.com"))


@pytest.mark.parametrize("address", ["stock.example.com", "ftp://stock", "https://", "https://a/path", "https://u@a"])
def test_a_public_address_is_scheme_and_host(address: str) -> None:
    with pytest.raises(BadPublicUrl):
        site_of(Settings(public_url=address))


def test_behind_a_proxy_the_public_name_is_ours(context: Context) -> None:
    """Asked under its public name it answers, also when the proxy keeps the port; changes come from that origin."""
    site = site_of(Settings(public_url="https://Stock.example.com:8443"))
    client = TestClient(create_app(context, site), base_url="https://stock.example.com:8443")
    assert client.get("/v1/health").status_code == 200
    assert client.get("/v1/health", headers={"host": "stock.example.com"}).status_code == 200
    assert client.get("/v1/health", headers={"host": "other.example.com"}).status_code == 421
    key = {"authorization": f"Bearer {mint(context)}", "host": "localhost"}
    for origin, status in (("https://stock.example.com:8443", 404), ("https://stock.example.com.evil", 403)):
        assert client.post("/v1/orders/1/cancel", headers={**key, "origin": origin}).status_code == status


def test_a_taken_port_is_a_refusal() -> None:
    with open_door("127.0.0.1", 0) as first, pytest.raises(PortTaken):
        open_door("127.0.0.1", first.getsockname()[1])


def test_the_address_can_be_typed_into_a_browser() -> None:
    assert address_of("::1", 8420) == "http://[::1]:8420/"


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - not listened on
def test_who_listens_on_all_addresses_is_told_one_that_answers(client: TestClient, host: str) -> None:
    address = address_of(host, 8420)
    answer = client.get("/v1/health", headers={"host": address.removeprefix("http://").removesuffix("/")})
    assert answer.status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_another_name_for_this_machine_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/v1/health", headers={"host": host})
    assert (answer.status_code, answer.json()["code"]) == (421, "strange_host")


@pytest.mark.parametrize("host", ["localhost:8420", "127.0.0.1", "[::1]:8420", "LOCALHOST"])
def test_names_of_loopback_are_ours(client: TestClient, host: str) -> None:
    assert client.get("/v1/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}]
)
def test_other_web_sites_change_nothing(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/v1/orders/1/cancel", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")


def test_our_own_pages_may(client: TestClient) -> None:
    headers = {"sec-fetch-site": "same-origin", "origin": "http://127.0.0.1"}
    assert client.post("/v1/orders/1/cancel", headers=headers).status_code == 404


def test_a_form_cannot_place_an_order(client: TestClient) -> None:
    answer = client.post("/v1/orders", content=b"{}", headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (415, "not_json")


@pytest.mark.parametrize("path", ["/v1/health", "/console/orders", "/nothing"])
def test_every_answer_is_guarded(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-frame-options"] == "DENY"


def test_a_nonce_is_used_once(client: TestClient) -> None:
    nonces = [
        re.findall(r"'nonce-([^']+)'", client.get("/console/login").headers["content-security-policy"])[0] for _ in "12"
    ]
    assert nonces[0] != nonces[1]


@pytest.mark.parametrize(
    "path", ["/", "/console/orders", "/console/stock", "/v1/health", "/v1/orders", "/v1/nothing", "/console/nothing"]
)
def test_what_can_be_read_can_be_asked_for(client: TestClient, path: str) -> None:
    read, asked = client.get(path), client.head(path)
    assert (asked.status_code, asked.content) == (read.status_code, b"")
    assert asked.headers["x-content-type-options"] == "nosniff"
    for name in ("content-type", "location", "cache-control"):
        assert asked.headers.get(name) == read.headers.get(name)


def test_asking_for_what_only_takes_is_refused(client: TestClient) -> None:
    answer = client.head("/v1/orders/1/cancel")
    assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, POST")


def test_two_names_are_no_name_of_ours(client: TestClient) -> None:
    answer = client.get("/v1/health", headers=[("host", "127.0.0.1"), ("host", "evil.example")])
    assert (answer.status_code, answer.json()["code"]) == (421, "strange_host")
