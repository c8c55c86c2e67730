"""Where messages may go: only to what is on the public internet, judged after the name was resolved."""

import socket
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest

from stockmesh.gateways.webhooks.addresses import is_allowed, read_networks, read_url, resolve
from stockmesh.gateways.webhooks.refusals import BadNetwork, BadWebhookUrl, ForbiddenAddress
from stockmesh.gateways.webhooks.signing import headers_of, new_secret, sign

FORBIDDEN = (
    "127.0.0.1", "127.8.9.10", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "169.254.1.1",
    "0.0.0.0", "0.1.2.3", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1",  # noqa: S104
    "198.18.0.1", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255", "::1", "::", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:8.8.8.8", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254",
    "64:ff9b::8.8.8.8", "2002:7f00:1::", "2002:a00:1::", "2001:0:7f00:1::",
)  # fmt: skip
ALLOWED = ("8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::1")
OTHER_GUISES = {
    "http://2130706433/": "127.0.0.1",
    "http://0x7f000001/": "127.0.0.1",
    "http://0x7f.1/": "127.0.0.1",
    "http://017700000001/": "127.0.0.1",
    "http://127.1/": "127.0.0.1",
    "http://0/": "0.0.0.0",  # noqa: S104
    "http://localhost/": "127.0.0.1",
    "http://[::1]/": "::1",
    "http://[::ffff:127.0.0.1]/": "::ffff:127.0.0.1",
    "http://[::ffff:7f00:1]/": "::ffff:127.0.0.1",
    "http://[fc00::7]/": "fc00::7",
    "http://2852039166/latest/meta-data": "169.254.169.254",
}
BAD_URLS = (
    "ftp://example.com/", "file:///etc/passwd", "gopher://example.com", "example.com", "//example.com", "http://",
    "http:///path", "https://user:word@example.com/", "https://@example.com/", "https://example.com/#part",
    "https://example.com:0/", "https://example.com:99999/", "https://exa mple.com/", "https://example.com/\r\nHost: x",
    "https://example.com/\x00", "https://bücher.example/", "https://a..example/",
    f"https://{'a' * 64}.example/", "https://" + "a." * 127 + "example/", "https://./", "http://[::1", "http://[fe80::1%25eth0]/",
    "https://" + "a" * 2_100 + ".example/",
)  # fmt: skip


@pytest.mark.parametrize("address", FORBIDDEN)
def test_what_is_not_on_the_public_internet_is_refused(address: str) -> None:
    assert not is_allowed(ip_address(address), ())


@pytest.mark.parametrize("address", ALLOWED)
def test_what_is_on_the_public_internet_is_not(address: str) -> None:
    assert is_allowed(ip_address(address), ())


@pytest.mark.parametrize("url", OTHER_GUISES)
def test_an_address_in_another_guise_is_what_it_turns_out_to_be(url: str) -> None:
    """Decimal, octal, hexadecimal, shortened, mapped: judged after resolution."""
    with pytest.raises(ForbiddenAddress):
        resolve(read_url(url), ())


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fc00::1", "::ffff:127.0.0.1"])
def test_a_name_that_leads_to_one_forbidden_address_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even when another of its addresses is public."""

    def answer(host: str, port: int, **_: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        return [(0, 0, 0, "", ("8.8.8.8", port)), (0, 0, 0, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    with pytest.raises(ForbiddenAddress):
        resolve(read_url("https://hooks.example.com/"), ())


@pytest.mark.parametrize("url", BAD_URLS)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(BadWebhookUrl):
        read_url(url)


def test_networks_listed_are_allowed() -> None:
    """Those and no others; a word that is no network is refused."""
    permitted = read_networks("127.0.0.0/8, fd00::/8")
    assert is_allowed(ip_address("127.0.0.1"), permitted)
    assert is_allowed(ip_address("fd00::1"), permitted)
    assert not is_allowed(ip_address("10.0.0.1"), permitted)
    translated = read_networks("64:ff9b::/96")
    assert is_allowed(ip_address("64:ff9b::8.8.8.8"), translated)
    assert not is_allowed(ip_address("64:ff9b::10.0.0.1"), translated)
    with pytest.raises(BadNetwork):
        read_networks("127.0.0.0/8, home")


def test_the_parts_of_an_address() -> None:
    target = read_url("https://Hooks.Example.com:8443/in?shop=1")
    assert (target.host, target.port, target.path) == ("hooks.example.com", 8443, "/in?shop=1")
    assert target.host_header == "hooks.example.com:8443"
    assert read_url("http://[2606:4700::1]").host_header == "[2606:4700::1]"


def test_the_signature_is_that_of_the_standard() -> None:
    """The example of the Standard Webhooks specification's reference libraries."""
    signed = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1_614_265_330,
        b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_every_valid_secret_signs() -> None:
    """While two are valid the receiver may check with either."""
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    one, two = new_secret(), new_secret()
    said = headers_of("evt_1", now, b"{}", [two, one])
    timestamp = int(now.timestamp())
    assert said["webhook-timestamp"] == str(timestamp)
    assert said["webhook-signature"].split() == [
        sign(two, "evt_1", timestamp, b"{}"),
        sign(one, "evt_1", timestamp, b"{}"),
    ]
