"""Running the service in this process until it is told to stop."""

import ipaddress

import uvicorn

from stockmesh.app import Settings, open_context
from stockmesh.service.application import create_app
from stockmesh.service.refusals import ExposedWithoutAuthentication

GRACE_SECONDS = 10


def ensure_loopback(host: str) -> None:
    """Nothing, when only this machine can reach the address. Raises ExposedWithoutAuthentication."""
    if host == "localhost":
        return
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise ExposedWithoutAuthentication(host=host)


def address_of(settings: Settings) -> str:
    """Where a browser finds the console."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}/"


def run(settings: Settings) -> None:
    """Serves until interrupted; requests under way are finished. Raises ExposedWithoutAuthentication."""
    ensure_loopback(settings.host)
    with open_context(settings) as context:
        uvicorn.run(
            create_app(context),
            host=settings.host,
            port=settings.port,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
