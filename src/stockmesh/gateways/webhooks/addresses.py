"""Where a message may go: plain web addresses that lead to the public internet, judged after the name was resolved."""

import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

from stockmesh.gateways.webhooks.refusals import BadNetwork, BadWebhookUrl, ForbiddenAddress

Address = IPv4Address | IPv6Address
Networks = tuple[IPv4Network | IPv6Network, ...]
URL_MAX: Final = 2_000
PORTS: Final = {"http": 80, "https": 443}
# Labels of 63 characters at most, 253 in all (RFC 1035); an underscore is no host's, but of names inside networks.
LABEL: Final = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
NAME: Final = re.compile(rf"(?=.{{1,254}}$){LABEL}(\.{LABEL})*\.?", re.IGNORECASE)
# Of cloud providers, yet on public addresses: what answers there tells a machine's own secrets.
METADATA: Final = (ip_address("168.63.129.16"), ip_address("169.254.169.254"), ip_address("100.100.100.200"))
# Not for the public either, whatever Python's tables say: protocol assignments, relays of 6to4, documentation, and the
# old site-local addresses.
NOT_PUBLIC: Final = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20", "fec0::/10")))
# IPv6 networks whose last 32 bits are an IPv4 address: translated (RFC 6052), and the old compatible form.
CARRIES_IPV4: Final = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"), ip_network("::/96"))


@dataclass(frozen=True)
class Target:
    """An endpoint's address in its parts; `path` holds the query too."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The name, with the port unless it is the scheme's own."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == PORTS[self.scheme] else f"{name}:{self.port}"


def read_networks(said: str) -> Networks:
    """Networks parted by commas. Raises BadNetwork."""
    found = []
    for word in filter(None, (part.strip() for part in said.split(","))):
        try:
            found.append(ip_network(word))
        except ValueError:
            raise BadNetwork(network=word) from None
    return tuple(found)


def read_url(url: str) -> Target:
    """The parts of an endpoint's address. Raises BadWebhookUrl."""
    if len(url) > URL_MAX or not url.isascii() or not url.isprintable() or " " in url:
        raise BadWebhookUrl(url=url[:200], reason=f"it may have {URL_MAX:,} printable ASCII characters, no spaces")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadWebhookUrl(url=url, reason=str(error)) from None
    if offence := _find_offence(parts, port):
        raise BadWebhookUrl(url=url, reason=offence)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname or "", port or PORTS[parts.scheme], path)


def _find_offence(parts: SplitResult, port: int | None) -> str:
    """Why parts that can be told apart are no endpoint's address; empty when they are one's."""
    if parts.scheme not in PORTS:
        return "it must begin with https:// or http://"
    if "@" in parts.netloc or parts.fragment:
        return "user names, passwords and fragments have no place in it"
    host = parts.hostname or ""
    if port == 0 or not (NAME.fullmatch(host) or _is_ipv6(host)):
        return "its host or port is none"
    return ""


def _is_ipv6(host: str) -> bool:
    try:
        return "%" not in host and isinstance(ip_address(host), IPv6Address)
    except ValueError:
        return False


def resolve(target: Target, permitted: Networks) -> list[Address]:
    """The addresses that a target leads to, each of them allowed. Raises ForbiddenAddress, and OSError for a name
    that leads nowhere.

    One forbidden address among others is enough to refuse: a name that leads to both is not to be trusted. Numbers in
    other guises (2130706433, 0x7f.1) are resolved as the system would, and judged by what they turn out to be.
    """
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(ip_address(str(one[4][0]).split("%")[0]) for one in found))
    for address in addresses:
        if not is_allowed(address, permitted):
            raise ForbiddenAddress(host=target.host, address=str(address))
    return addresses


def is_allowed(address: Address, permitted: Networks) -> bool:
    """Whether an address lies on the public internet or in a permitted network, whatever it is wrapped in."""
    return all(_is_public(one) or any(one in network for network in permitted) for one in (address, *_carried(address)))


def _is_public(address: Address) -> bool:
    shut = address in METADATA or any(address in network for network in NOT_PUBLIC)
    return address.is_global and not address.is_multicast and not address.is_reserved and not shut


def _carried(address: Address) -> Sequence[Address]:
    """The IPv4 addresses that an IPv6 one carries inside."""
    if isinstance(address, IPv4Address):
        return ()
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in CARRIES_IPV4):
        found.append(IPv4Address(int(address) & 0xFFFF_FFFF))
    return [one for one in found if one is not None]
