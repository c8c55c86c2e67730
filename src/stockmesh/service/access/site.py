"""How the service is reached: whether it asks who is calling, and under which names it answers."""

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from stockmesh.app import Settings
from stockmesh.service.refusals import BadPublicUrl, ExposedWithoutAuthentication

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
ANY_ADDRESS: Final = ("0.0.0.0", "::", "")  # noqa: S104 - told apart, not listened on


@dataclass(frozen=True)
class Site:
    """`hosts` are the names in lower case, without port. `origin` is the public address, empty without a proxy."""

    asks: bool = True
    hosts: frozenset[str] = LOOPBACK
    origin: str = ""


def site_of(settings: Settings) -> Site:
    """The site that settings describe. Raises ExposedWithoutAuthentication and BadPublicUrl."""
    asks = settings.auth == "required"
    if not asks and not is_loopback(settings.host):
        raise ExposedWithoutAuthentication(host=settings.host)
    hosts = set(LOOPBACK)
    if settings.host not in ANY_ADDRESS:
        hosts.add(f"[{settings.host}]" if ":" in settings.host else settings.host.lower())
    if not settings.public_url:
        return Site(asks, frozenset(hosts))
    if not asks:
        raise ExposedWithoutAuthentication(host=settings.public_url)
    origin = read_origin(settings.public_url)
    return Site(asks, frozenset(hosts | {name_of(urlsplit(origin).netloc)}), origin)


def read_origin(address: str) -> str:
    """Scheme, host and port of an address, in lower case. Raises BadPublicUrl."""
    parts = urlsplit(address)
    is_plain = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in ("http", "https") or not parts.hostname or not is_plain:
        raise BadPublicUrl(public_url=address)
    return f"{parts.scheme}://{parts.netloc}".lower()


def name_of(host: str) -> str:
    """The name in a Host header, without its port, in lower case."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
